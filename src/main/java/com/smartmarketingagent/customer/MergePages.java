package com.smartmarketingagent.customer;

import com.smartmarketingagent.account.Answer;
import com.smartmarketingagent.account.Audit;
import com.smartmarketingagent.account.Audit.CustomerList;
import com.smartmarketingagent.account.Frame;
import com.smartmarketingagent.account.ListPlace;
import com.smartmarketingagent.account.WebSession;
import com.smartmarketingagent.customer.Consent.Channel;
import com.smartmarketingagent.platform.CurrentUser;
import com.smartmarketingagent.platform.Db;
import com.smartmarketingagent.platform.Ids;
import com.smartmarketingagent.platform.Paging;
import com.smartmarketingagent.platform.Problem;
import com.smartmarketingagent.platform.Validated;
import io.quarkus.qute.CheckedTemplate;
import io.quarkus.qute.TemplateInstance;
import jakarta.validation.constraints.Size;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.DefaultValue;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.container.ContainerRequestContext;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.UUID;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.jboss.resteasy.reactive.RestForm;
import org.jboss.resteasy.reactive.RestHeader;
import org.jboss.resteasy.reactive.RestQuery;
import org.jboss.resteasy.reactive.server.ServerExceptionMapper;
import org.jspecify.annotations.Nullable;

/**
 * Two customers who are one person: choosing the other, looking at what they will be together, doing it, undoing it.
 */
@Path("/customers")
@Produces(MediaType.TEXT_HTML)
@Consumes(MediaType.APPLICATION_FORM_URLENCODED)
@Validated
class MergePages {

    private static final int SHOWN = 10;

    private final CurrentUser user;
    private final WebSession web;
    private final Db db;
    private final CustomerRepository customers;
    private final ConsentRepository consents;
    private final MergeRepository merges;
    private final CustomerMerge merge;
    private final GoneCustomer gone;
    private final Audit audit;

    MergePages(
            CurrentUser user,
            WebSession web,
            Db db,
            CustomerRepository customers,
            ConsentRepository consents,
            MergeRepository merges,
            CustomerMerge merge,
            GoneCustomer gone,
            Audit audit) {
        this.user = user;
        this.web = web;
        this.db = db;
        this.customers = customers;
        this.consents = consents;
        this.merges = merges;
        this.merge = merge;
        this.gone = gone;
        this.audit = audit;
    }

    @CheckedTemplate(basePath = "customer")
    static final class Templates {
        private Templates() {}

        static native TemplateInstance merge(
                Frame frame, Customer customer, String search, List<Candidate> others, ListPlace place);

        static native TemplateInstance candidates(
                Frame frame, Customer customer, List<Candidate> others, ListPlace place);

        static native TemplateInstance preview(
                Frame frame,
                Customer customer,
                Customer other,
                List<Field> fields,
                String sales,
                @Nullable String problem,
                ListPlace place);
    }

    /** Someone who may be the same person. */
    record Candidate(
            UUID id,
            String name,
            @Nullable String phone,
            @Nullable String city,
            String total) {}

    /**
     * A line of what the two will be together.
     *
     * @param kept null where nothing is known of either
     * @param left what the other's card says and is lost; null where nothing is
     */
    record Field(
            String label, @Nullable String kept, @Nullable String left) {}

    /** Without a search: those whose names hold this one's, titles and what stands in brackets left out. */
    @GET
    @Path("{id}/merge")
    @Operation(hidden = true)
    public Response choose(
            UUID id,
            @RestQuery("search") @DefaultValue("") @Size(max = 200) String typed,
            @RestQuery @DefaultValue("") String list,
            @RestHeader("HX-Request") @Nullable String fragment) {
        var search = typed.replaceAll("[\\p{Cc}\\p{Cs}]", " ");
        var place = new ListPlace("/customers", list);
        var page = db.inTenant(user.id(), tx -> {
            var customer = customers.get(tx, user.id(), id);
            var wanted = search.isBlank() ? Title.without(customer.name()) : search;
            var filter = new CustomerFilter(wanted, List.of(), null, null, "name");
            // one more: the customer is among those found
            var others = customers.lines(tx, user.id(), filter, new Paging(1, SHOWN + 1)).stream()
                    .filter(line -> !line.id().equals(id))
                    .limit(SHOWN)
                    .map(this::candidate)
                    .toList();
            return Answer.page(
                    200,
                    fragment == null
                            ? Templates.merge(web.frame(), customer, search, others, place)
                            : Templates.candidates(web.frame(), customer, others, place));
        });
        audit.noteList(user.id(), CustomerList.CUSTOMERS);
        return page;
    }

    private Candidate candidate(CustomerRepository.Line line) {
        return new Candidate(
                line.id(),
                line.name(),
                line.phone() == null ? null : Phone.shown(line.phone()),
                line.city(),
                web.frame().rupiah(line.totalSpent()));
    }

    /** What the two will be together, and what of {@code other} is lost. Nothing changes yet. */
    @GET
    @Path("{id}/merge/{other}")
    @Operation(hidden = true)
    public Response preview(UUID id, UUID other, @RestQuery @DefaultValue("") String list) {
        var place = new ListPlace("/customers", list);
        return db.inTenant(user.id(), tx -> {
            if (id.equals(other)) throw new Problem.NotFound("customer");
            var frame = web.frame();
            var ours = customers.get(tx, user.id(), id);
            var theirs = customers.get(tx, user.id(), other);
            try {
                var fields = fields(frame, ours.absorb(theirs), theirs.profile());
                var united = Consent.united(consents.of(tx, user.id(), id), consents.of(tx, user.id(), other));
                for (var channel : Channel.values()) {
                    var label = channel.label();
                    var said = Consent.on(channel, united)
                            .map(c -> c.state().key())
                            .orElse("unknown");
                    fields.add(new Field(label, frame.say("customers.consent_" + said), null));
                }
                return Answer.page(
                        200, Templates.preview(frame, ours, theirs, fields, sales(frame, ours, theirs), null, place));
            } catch (Problem.Conflict e) {
                var said = frame.say(e.text());
                return Answer.page(200, Templates.preview(frame, ours, theirs, List.of(), "", said, place));
            }
        });
    }

    private static String sales(Frame frame, Customer ours, Customer theirs) {
        var one = ours.purchases();
        var two = theirs.purchases();
        return frame.say(
                "customers.merge_sales",
                frame.count(one.transactions()),
                ours.name(),
                frame.count(two.transactions()),
                theirs.name(),
                frame.count(one.transactions() + two.transactions()),
                frame.rupiah(one.totalSpent().add(two.totalSpent())));
    }

    private static List<Field> fields(Frame frame, CustomerProfile united, CustomerProfile theirs) {
        var fields = new ArrayList<Field>();
        fields.add(field(frame, "customers.name", united.name(), theirs.name()));
        fields.add(field(frame, "customers.phone", shown(united.phone()), shown(theirs.phone())));
        fields.add(field(frame, "field.email", united.email(), theirs.email()));
        fields.add(field(frame, "customers.city", united.city(), theirs.city()));
        fields.add(field(frame, "customers.address", united.address(), theirs.address()));
        var tags = united.tags() == null || united.tags().isEmpty() ? null : String.join(", ", united.tags());
        fields.add(new Field(frame.say("customers.tags"), tags, null));
        fields.add(new Field(frame.say("customers.notes"), united.notes(), null));
        return fields;
    }

    private static @Nullable String shown(@Nullable String phone) {
        return phone == null ? null : Phone.shown(phone);
    }

    private static Field field(Frame frame, String label, @Nullable String kept, @Nullable String theirs) {
        return new Field(frame.say(label), kept, Objects.equals(kept, theirs) ? null : theirs);
    }

    /** @param merge made with the form, so that the form sent twice merges once */
    @POST
    @Path("{id}/merge")
    @Operation(hidden = true)
    public Response merge(
            UUID id,
            @RestForm("id") @DefaultValue("") String merge,
            @RestForm @DefaultValue("") String other,
            @RestForm @DefaultValue("") String list) {
        var itsOther = Ids.read(other).orElseThrow(() -> new Problem.NotFound("customer"));
        db.useTenant(
                user.id(),
                tx -> this.merge.mergeOnce(tx, user.id(), Ids.read(merge).orElseGet(Ids::next), id, itsOther));
        return Answer.seeOther("/customers/" + id + new ListPlace("/customers", list).carriedAnd() + "done=merged");
    }

    @POST
    @Path("merges/{merge}/undo")
    @Operation(hidden = true)
    public Response undo(UUID merge, @RestForm @DefaultValue("") String list) {
        var customer = db.inTenant(user.id(), tx -> {
            var known = merges.find(tx, user.id(), merge).orElseThrow(() -> new Problem.NotFound("merge"));
            // sent twice: they are two again as wished
            if (!known.undone()) this.merge.undo(tx, user.id(), merge);
            return known.customerId();
        });
        return Answer.seeOther(
                "/customers/" + customer + new ListPlace("/customers", list).carriedAnd() + "done=unmerged");
    }

    @ServerExceptionMapper
    public Response gone(Problem.NotFound e, ContainerRequestContext request) {
        return gone.answer(e, request);
    }
}
