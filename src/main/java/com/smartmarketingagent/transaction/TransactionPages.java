package com.smartmarketingagent.transaction;

import com.smartmarketingagent.account.Answer;
import com.smartmarketingagent.account.Audit;
import com.smartmarketingagent.account.Audit.CustomerList;
import com.smartmarketingagent.account.Frame;
import com.smartmarketingagent.account.ListPlace;
import com.smartmarketingagent.account.ShopCalendar;
import com.smartmarketingagent.account.WebSession;
import com.smartmarketingagent.customer.Customer;
import com.smartmarketingagent.customer.CustomerFilter;
import com.smartmarketingagent.customer.CustomerRepository;
import com.smartmarketingagent.customer.Recognition.Acquaintance;
import com.smartmarketingagent.platform.CurrentUser;
import com.smartmarketingagent.platform.Db;
import com.smartmarketingagent.platform.OneLine;
import com.smartmarketingagent.platform.Paging;
import com.smartmarketingagent.platform.Problem;
import com.smartmarketingagent.platform.Validated;
import com.smartmarketingagent.transaction.SaleEntry.Deleted;
import com.smartmarketingagent.transaction.SaleEntry.Stored;
import com.smartmarketingagent.transaction.SaleEntry.Taken;
import com.smartmarketingagent.transaction.SaleEntry.Unclear;
import com.smartmarketingagent.transaction.TransactionRepository.Totals;
import io.quarkus.qute.CheckedTemplate;
import io.quarkus.qute.TemplateInstance;
import jakarta.validation.Validator;
import jakarta.validation.constraints.Size;
import jakarta.ws.rs.BeanParam;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.DefaultValue;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.math.BigDecimal;
import java.time.LocalDate;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.Collectors;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.jboss.resteasy.reactive.RestForm;
import org.jboss.resteasy.reactive.RestQuery;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;

/** The list of sales, and a sale's way in: three taps. */
@Path("/sales")
@Produces(MediaType.TEXT_HTML)
@Consumes(MediaType.APPLICATION_FORM_URLENCODED)
@Validated
class TransactionPages {

    private static final int A_PAGE = 20;
    private static final int SUGGESTED = 8;

    private final CurrentUser user;
    private final WebSession web;
    private final Db db;
    private final ShopCalendar calendar;
    private final CustomerRepository customers;
    private final TransactionRepository transactions;
    private final SaleEntry entry;
    private final Validator validator;
    private final Audit audit;

    TransactionPages(
            CurrentUser user,
            WebSession web,
            Db db,
            ShopCalendar calendar,
            CustomerRepository customers,
            TransactionRepository transactions,
            SaleEntry entry,
            Validator validator,
            Audit audit) {
        this.user = user;
        this.web = web;
        this.db = db;
        this.calendar = calendar;
        this.customers = customers;
        this.transactions = transactions;
        this.entry = entry;
        this.validator = validator;
        this.audit = audit;
    }

    @CheckedTemplate(basePath = "transaction")
    static final class Templates {
        private Templates() {}

        static native TemplateInstance sales(Frame frame, Listed listed);

        static native TemplateInstance entry(Frame frame, Entry entry);

        static native TemplateInstance suggestions(List<Acquaintance> found);
    }

    record Line(UUID id, LocalDate day, String customer, String what, BigDecimal amount, boolean refund) {
        static Line of(Transaction sale) {
            var what = sale.products().stream().map(Product::name).limit(3).collect(Collectors.joining(", "));
            return new Line(
                    sale.id(),
                    sale.transactionDate(),
                    sale.customer().name(),
                    sale.products().size() > 3 ? what + ", …" : what,
                    sale.amount(),
                    sale.amount().signum() < 0);
        }
    }

    /** The list as it is shown. @param back what a sale's link carries, so that it leads back here */
    record Listed(
            List<Line> lines,
            Totals totals,
            SalesQuery asked,
            Map<String, String> problems,
            String back,
            long page,
            long pages,
            String here,
            @Nullable String previous,
            @Nullable String next,
            boolean filtered,
            boolean deleted) {}

    /** The form for a new sale. @param zone the shop's; @param saved the one that was stored just now */
    record Entry(
            UUID id,
            String zone,
            TypedSale typed,
            Map<String, String> problems,
            List<Acquaintance> candidates,
            @Nullable Transaction saved) {}

    @GET
    @Operation(hidden = true)
    public Response list(@BeanParam SalesQuery asked, @RestQuery @Nullable String deleted) {
        var problems = new HashMap<String, String>();
        var filter = understood(asked, problems);
        record Found(Totals totals, Paging paging, List<Transaction> sales) {}
        if (filter.isPresent()) audit.noteList(user.id(), CustomerList.SALES);
        var wanted = new Paging(asked.number(), A_PAGE);
        var found = filter.isEmpty()
                ? new Found(Totals.NONE, wanted.within(0), List.of())
                : db.inTenantSnapshot(user.id(), tx -> {
                    var totals = transactions.totals(tx, user.id(), filter.get());
                    var paging = wanted.within(totals.count());
                    return new Found(totals, paging, transactions.list(tx, user.id(), filter.get(), paging));
                });
        var totals = found.totals();
        int page = found.paging().page();
        long pages = Math.max(1, (totals.count() + A_PAGE - 1) / A_PAGE);
        var listed = new Listed(
                found.sales().stream().map(Line::of).toList(),
                totals,
                asked,
                problems,
                new ListPlace("/sales", asked.of(page)).carried(),
                page,
                pages,
                new ListPlace("/sales", asked.of(page)).address(),
                page > 1 ? new ListPlace("/sales", asked.of(page - 1)).address() : null,
                page < pages ? new ListPlace("/sales", asked.of(page + 1)).address() : null,
                asked.filtered(),
                deleted != null);
        return Answer.page(problems.isEmpty() ? 200 : 400, Templates.sales(web.frame(), listed));
    }

    private Optional<TransactionFilter> understood(SalesQuery asked, Map<String, String> problems) {
        try {
            var filter = asked.filter();
            for (var wrong : validator.validate(filter)) {
                problems.put(SalesQuery.field(wrong.getPropertyPath().toString()), wrong.getMessage());
            }
            return problems.isEmpty() ? Optional.of(filter) : Optional.empty();
        } catch (Problem.Invalid e) {
            say(web.frame(), e, problems);
            return Optional.empty();
        }
    }

    /** @param customer to whom, where that is known already; @param saved the one stored just now */
    @GET
    @Path("new")
    @Operation(hidden = true)
    public Response begin(@RestQuery @Nullable UUID customer, @RestQuery @Nullable UUID saved) {
        var id = user.id();
        var fresh = db.inTenant(id, tx -> {
            var stored = Optional.ofNullable(saved).flatMap(s -> transactions.find(tx, id, s));
            var known = Optional.ofNullable(customer).flatMap(c -> customers.find(tx, id, c));
            var typed = new TypedSale(
                    known.map(Customer::name).orElse(""),
                    known.map(c -> c.id().toString()).orElse(""),
                    known.map(Customer::name).orElse(""),
                    "",
                    "",
                    "",
                    "");
            var candidates = known.map(c -> new Acquaintance(c.id(), c.name(), c.phone(), c.city())).stream()
                    .toList();
            return new Entry(newId(), zone(tx), typed, Map.of(), candidates, stored.orElse(null));
        });
        return Answer.page(200, Templates.entry(web.frame(), fresh));
    }

    /** Whom the first letters may mean, as options of a list. */
    @GET
    @Path("customers")
    @Operation(hidden = true)
    public Response suggest(@RestQuery @DefaultValue("") @Size(max = 200) @OneLine String search) {
        if (!search.isBlank()) audit.noteList(user.id(), CustomerList.CUSTOMERS);
        var filter = new CustomerFilter(search, List.of(), null, null, "name");
        List<CustomerRepository.Line> found = search.isBlank()
                ? List.of()
                : db.inTenant(user.id(), tx -> customers.lines(tx, user.id(), filter, new Paging(1, SUGGESTED)));
        return Answer.page(
                200,
                Templates.suggestions(found.stream()
                        .map(c -> new Acquaintance(c.id(), c.name(), c.phone(), c.city()))
                        .toList()));
    }

    /**
     * Stores a sale once, however often the form is sent; an amount that hardly any has after a question.
     *
     * @param shop whose form it was: it may have waited for another account's log-in
     */
    @POST
    @Operation(hidden = true)
    public Response save(
            @RestForm @DefaultValue("") String id,
            @RestForm @DefaultValue("") String shop,
            @BeanParam TypedSale typed) {
        if (!shop.isEmpty() && !shop.equals(web.frame().shop())) throw new Problem.Forbidden("sale.other_shop");
        var wanted = id(id);
        var problems = new HashMap<String, String>();
        try {
            var sum = typed.read(false).amount();
            var doubt = typed.doubt(sum);
            if (doubt.isPresent()) {
                var frame = web.frame();
                var meant = frame.rupiah(sum.multiply(TypedSale.THOUSAND));
                problems.put("amount", frame.say(doubt.get(), frame.rupiah(sum), meant));
                return again(409, wanted, typed.onceAsked(), problems, List.of());
            }
            switch (entry.enter(user.id(), wanted, typed)) {
                case Stored stored -> {
                    return Answer.seeOther("/sales/new?saved=" + stored.sale().id());
                }
                case Unclear unclear -> {
                    problems.put("customer", web.frame().say("sale.several", unclear.name()));
                    return again(409, wanted, typed, problems, unclear.candidates());
                }
                case Taken taken -> {
                    problems.put("form", taken(taken));
                    return again(409, newId(), typed, problems, List.of());
                }
                case Deleted() -> {
                    problems.put("form", web.frame().say("sale.was_deleted"));
                    return again(409, newId(), typed, problems, List.of());
                }
            }
        } catch (Problem.Invalid | Problem.Conflict | Problem.NotFound e) {
            say(web.frame(), e, problems);
            int status = e instanceof Problem.Conflict ? 409 : e instanceof Problem.NotFound ? 404 : 400;
            return again(status, wanted, typed, problems, List.of());
        }
    }

    private String taken(Taken taken) {
        var other = taken.other();
        var frame = web.frame();
        return frame.say("sale.taken", other.customer().name(), frame.rupiah(other.amount()));
    }

    private Response again(
            int status, UUID id, TypedSale typed, Map<String, String> problems, List<Acquaintance> candidates) {
        var form = new Entry(id, db.inTenant(user.id(), this::zone), typed, problems, candidates, null);
        return Answer.page(status, Templates.entry(web.frame(), form));
    }

    private String zone(Handle tx) {
        return calendar.zone(tx, user.id()).getId();
    }

    private UUID newId() {
        return UUID.fromString(web.frame().newId());
    }

    /** @throws Problem.Invalid if a form of ours can't have made it */
    static UUID id(String text) {
        try {
            return UUID.fromString(text);
        } catch (IllegalArgumentException e) {
            throw new Problem.Invalid(new Problem.Text("unreadable"));
        }
    }

    /** Puts each thing that is wrong beside its field; a phone is typed where the customer is. */
    static void say(Frame frame, Problem problem, Map<String, String> problems) {
        var said = frame.problems(problem);
        if (said.isEmpty()) said.put("form", frame.say(problem.text()));
        said.forEach((field, sentence) -> problems.put(field.equals("phone") ? "customer" : field, sentence));
    }
}
