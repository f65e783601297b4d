package com.smartmarketingagent.book;

import static java.util.Objects.requireNonNull;

import com.smartmarketingagent.account.Answer;
import com.smartmarketingagent.account.Audit;
import com.smartmarketingagent.account.Frame;
import com.smartmarketingagent.account.ListPlace;
import com.smartmarketingagent.account.ShopCalendar;
import com.smartmarketingagent.account.WebSession;
import com.smartmarketingagent.customer.Consent;
import com.smartmarketingagent.customer.Consent.Channel;
import com.smartmarketingagent.customer.Consent.State;
import com.smartmarketingagent.customer.ConsentRepository;
import com.smartmarketingagent.customer.ConsentRepository.Suppression;
import com.smartmarketingagent.customer.Customer;
import com.smartmarketingagent.customer.CustomerRepository;
import com.smartmarketingagent.customer.GoneCustomer;
import com.smartmarketingagent.customer.MergeRepository;
import com.smartmarketingagent.customer.MergeRepository.Undoable;
import com.smartmarketingagent.customer.MessageRepository;
import com.smartmarketingagent.customer.MessageRepository.Message;
import com.smartmarketingagent.customer.Phone;
import com.smartmarketingagent.platform.CurrentUser;
import com.smartmarketingagent.platform.Db;
import com.smartmarketingagent.platform.Figures;
import com.smartmarketingagent.platform.Paging;
import com.smartmarketingagent.platform.Problem;
import com.smartmarketingagent.platform.Validated;
import com.smartmarketingagent.rfm.CustomerStanding;
import com.smartmarketingagent.rfm.CustomerStanding.CustomerScores;
import com.smartmarketingagent.rfm.RfmAnalysis;
import com.smartmarketingagent.transaction.Product;
import com.smartmarketingagent.transaction.Transaction;
import com.smartmarketingagent.transaction.TransactionRepository;
import com.smartmarketingagent.transaction.TransactionRepository.Totals;
import io.quarkus.qute.CheckedTemplate;
import io.quarkus.qute.TemplateInstance;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import jakarta.ws.rs.DefaultValue;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.container.ContainerRequestContext;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.time.LocalDate;
import java.time.ZoneId;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.jboss.resteasy.reactive.RestQuery;
import org.jboss.resteasy.reactive.server.ServerExceptionMapper;
import org.jspecify.annotations.Nullable;

/** One customer: where they stand and what to do, what they bought, and what is known of them. */
@Path("/customers")
@Produces(MediaType.TEXT_HTML)
@Validated
class CustomerCard {

    private static final int SALES = 10;
    private static final int MESSAGES = 5;
    /** What can have happened just before; each has its sentence. */
    private static final Set<String> DONE =
            Set.of("created", "saved", "restored", "merged", "unmerged", "consent", "request");

    private final CurrentUser user;
    private final WebSession web;
    private final Db db;
    private final CustomerRepository customers;
    private final TransactionRepository transactions;
    private final RfmAnalysis analysis;
    private final CustomerStanding standing;
    private final MessageRepository messages;
    private final ConsentRepository consents;
    private final MergeRepository merges;
    private final ShopCalendar calendar;
    private final GoneCustomer gone;
    private final Audit audit;

    CustomerCard(
            CurrentUser user,
            WebSession web,
            Db db,
            CustomerRepository customers,
            TransactionRepository transactions,
            RfmAnalysis analysis,
            CustomerStanding standing,
            MessageRepository messages,
            ConsentRepository consents,
            MergeRepository merges,
            ShopCalendar calendar,
            GoneCustomer gone,
            Audit audit) {
        this.user = user;
        this.web = web;
        this.db = db;
        this.customers = customers;
        this.transactions = transactions;
        this.analysis = analysis;
        this.standing = standing;
        this.messages = messages;
        this.consents = consents;
        this.merges = merges;
        this.calendar = calendar;
        this.gone = gone;
        this.audit = audit;
    }

    @CheckedTemplate(basePath = "book")
    static final class Templates {
        private Templates() {}

        static native TemplateInstance customer(
                Frame frame,
                Card card,
                Standing standing,
                Sold sold,
                List<Said> messages,
                List<Asking> consents,
                @Nullable Undoable undoable,
                @Nullable String done,
                ListPlace place);
    }

    /** Who they are; null where it is not known. */
    record Card(
            Customer customer,
            @Nullable String phone,
            @Nullable String whatsApp) {

        /** Whether anything is known of them but their name. */
        public boolean known() {
            return phone != null
                    || customer.email() != null
                    || customer.city() != null
                    || customer.address() != null
                    || customer.notes() != null
                    || !customer.tags().isEmpty();
        }
    }

    /** One of the three scores, 1 to 5, and what it is made of. */
    record Score(String label, int score, String figure) {}

    /** @param segment null for a customer who is not scored */
    record Standing(
            @Nullable String segment,
            @Nullable String meaning,
            String sentence,
            @Nullable String step,
            List<Score> scores,
            @Nullable ScoreChart chart) {}

    /** A sale as a line shows it. */
    record SaleLine(
            UUID id,
            String day,
            String amount,
            boolean refund,
            String products,
            @Nullable String notes) {}

    /** One page of their sales. @param sold how many brought something, and how many didn't, in words */
    record Sold(
            List<SaleLine> lines,
            long count,
            String sold,
            String total,
            @Nullable Integer previous,
            @Nullable Integer next) {}

    /**
     * Whether they may be written to over one channel.
     *
     * @param state a sentence, with the day they said so
     */
    record Asking(String channel, String label, String state, boolean granted, boolean withdrawn) {}

    /** One message. @param who wrote it */
    record Said(String who, String at, String text) {}

    /** @param done what the reader has just done, to be confirmed; @param list where in the list they came from */
    @GET
    @Path("{id}")
    @Operation(hidden = true)
    public Response show(
            UUID id,
            @RestQuery("page") @DefaultValue("1") @Min(1) @Max(1_000_000) int page,
            @RestQuery @Nullable String done,
            @RestQuery @DefaultValue("") String list) {
        analysis.catchUp(user.id());
        audit.noteView(user.id(), id);
        var frame = web.frame();
        var content = db.inTenantSnapshot(user.id(), tx -> {
            var customer = customers.get(tx, user.id(), id);
            var paging = new Paging(page, SALES).within(customer.purchases().transactions());
            var sales = transactions.ofCustomer(tx, user.id(), id, paging);
            var asked = consents.of(tx, user.id(), id);
            var suppressed = consents.suppressions(tx, user.id(), id);
            var zone = calendar.zone(tx, user.id());
            return Templates.customer(
                    frame,
                    card(customer, asked, suppressed),
                    standing(frame, standing.of(tx, user.id(), frame.language(), id)),
                    sold(frame, transactions.ofCustomer(tx, user.id(), id), sales, paging),
                    messages.of(tx, user.id(), id, new Paging(1, MESSAGES)).stream()
                            .map(message -> said(frame, message, zone))
                            .toList(),
                    asking(frame, asked, suppressed, zone),
                    merges.undoable(tx, user.id(), id).orElse(null),
                    done != null && DONE.contains(done) ? frame.say("customers.done_" + done) : null,
                    new ListPlace("/customers", list));
        });
        return Answer.page(200, content);
    }

    /** Whoever does not want to be written to is not offered to be. */
    private static Card card(Customer customer, List<Consent> asked, List<Suppression> suppressed) {
        var phone = customer.phone();
        boolean refused = suppressed.stream().anyMatch(s -> s.channel() == Channel.WHATSAPP)
                || Consent.on(Channel.WHATSAPP, asked)
                        .filter(c -> c.state() == State.WITHDRAWN)
                        .isPresent();
        return new Card(
                customer,
                phone == null ? null : Phone.shown(phone),
                phone == null || refused ? null : Phone.whatsApp(phone));
    }

    private static Standing standing(Frame frame, CustomerScores known) {
        var scores = known.scores();
        var step = known.nextStep();
        return new Standing(
                scores == null ? null : scores.segment().label(frame.language()),
                scores == null ? null : scores.segment().meaning(frame.language()),
                known.sentence(),
                step == null ? null : step.sentence(),
                scores == null
                        ? List.of()
                        : List.of(
                                new Score(
                                        frame.say("customers.recency"),
                                        scores.recencyScore(),
                                        Figures.ago(
                                                frame.language(),
                                                scores.recencyDays(),
                                                requireNonNull(known.analysisDate()))),
                                new Score(
                                        frame.say("customers.frequency"),
                                        scores.frequencyScore(),
                                        frame.say("customers.times", scores.frequency())),
                                new Score(
                                        frame.say("customers.monetary"),
                                        scores.monetaryScore(),
                                        CustomerStanding.spent(frame, scores.monetary()))),
                ScoreChart.of(frame, known.history()));
    }

    private static Sold sold(Frame frame, Totals totals, List<Transaction> sales, Paging paging) {
        return new Sold(
                sales.stream().map(sale -> line(frame, sale)).toList(),
                totals.sales(),
                frame.say("customers.sales_count", totals.sales(), totals.refunds(), totals.ofNothing()),
                frame.rupiah(totals.amount()),
                paging.page() == 1 ? null : paging.page() - 1,
                paging.offset() + sales.size() >= totals.count() ? null : paging.page() + 1);
    }

    /** What was said of the number before counts where nothing was said of the customer. */
    private static List<Asking> asking(Frame frame, List<Consent> consents, List<Suppression> suppressed, ZoneId zone) {
        return Arrays.stream(Channel.values())
                .map(channel -> {
                    var no = suppressed.stream()
                            .filter(s -> s.channel() == channel)
                            .findAny();
                    if (no.isPresent()) {
                        var said = frame.say("customers.consent_withdrawn") + ", "
                                + frame.day(LocalDate.ofInstant(no.get().since(), zone)) + " ("
                                + frame.say("customers.suppressed_"
                                        + no.get().reason().key()) + ")";
                        return new Asking(channel.key(), channel.label(), said, false, true);
                    }
                    var known = Consent.on(channel, consents);
                    var state = known.map(c -> c.state().key()).orElse("unknown");
                    var since = known.map(c -> ", " + frame.day(LocalDate.ofInstant(c.changedAt(), zone)))
                            .orElse("");
                    return new Asking(
                            channel.key(),
                            channel.label(),
                            frame.say("customers.consent_" + state) + since,
                            state.equals(State.GRANTED.key()),
                            state.equals(State.WITHDRAWN.key()));
                })
                .toList();
    }

    private static Said said(Frame frame, Message message, ZoneId zone) {
        return new Said(
                frame.say(message.incoming() ? "customers.message_in" : "customers.message_out"),
                Figures.moment(frame.language(), message.at(), zone),
                message.text().isEmpty() ? frame.say("customers.message_empty") : message.text());
    }

    private static SaleLine line(Frame frame, Transaction sale) {
        return new SaleLine(
                sale.id(),
                frame.day(sale.transactionDate()),
                frame.rupiah(sale.amount()),
                sale.amount().signum() < 0,
                sale.products().stream().map(p -> said(frame, p)).collect(Collectors.joining(", ")),
                sale.notes());
    }

    private static String said(Frame frame, Product product) {
        var quantity = product.quantity();
        if (quantity == null) return product.name();
        return product.name() + " × " + frame.say("customers.quantity", quantity);
    }

    @ServerExceptionMapper
    public Response gone(Problem.NotFound e, ContainerRequestContext request) {
        return gone.answer(e, request);
    }
}
