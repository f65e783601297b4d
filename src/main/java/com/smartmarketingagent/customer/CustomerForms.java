package com.smartmarketingagent.customer;

import com.smartmarketingagent.account.Act;
import com.smartmarketingagent.account.Answer;
import com.smartmarketingagent.account.Audit;
import com.smartmarketingagent.account.Conflict;
import com.smartmarketingagent.account.Frame;
import com.smartmarketingagent.account.Limits;
import com.smartmarketingagent.account.ListPlace;
import com.smartmarketingagent.account.WebSession;
import com.smartmarketingagent.customer.ErasureRepository.Deleted;
import com.smartmarketingagent.platform.CurrentUser;
import com.smartmarketingagent.platform.Db;
import com.smartmarketingagent.platform.Ids;
import com.smartmarketingagent.platform.Jobs;
import com.smartmarketingagent.platform.Problem;
import io.quarkus.qute.CheckedTemplate;
import io.quarkus.qute.TemplateInstance;
import jakarta.validation.ConstraintViolationException;
import jakarta.validation.Validator;
import jakarta.ws.rs.BeanParam;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.DefaultValue;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.container.ContainerRequestContext;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Supplier;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.jboss.resteasy.reactive.RestForm;
import org.jboss.resteasy.reactive.RestQuery;
import org.jboss.resteasy.reactive.server.ServerExceptionMapper;
import org.jspecify.annotations.Nullable;

/** Adding, changing and deleting customers with a browser. */
@Path("/customers")
@Produces(MediaType.TEXT_HTML)
@Consumes(MediaType.APPLICATION_FORM_URLENCODED)
class CustomerForms {

    private final CurrentUser user;
    private final WebSession web;
    private final Db db;
    private final CustomerRepository customers;
    private final Erasure erasure;
    private final ErasureRepository erasures;
    private final Validator validator;
    private final GoneCustomer gone;
    private final Audit audit;
    private final Limits limits;
    private final Jobs jobs;

    CustomerForms(
            CurrentUser user,
            WebSession web,
            Db db,
            CustomerRepository customers,
            Erasure erasure,
            ErasureRepository erasures,
            Validator validator,
            GoneCustomer gone,
            Audit audit,
            Limits limits,
            Jobs jobs) {
        this.user = user;
        this.web = web;
        this.db = db;
        this.customers = customers;
        this.erasure = erasure;
        this.erasures = erasures;
        this.validator = validator;
        this.gone = gone;
        this.audit = audit;
        this.limits = limits;
        this.jobs = jobs;
    }

    @CheckedTemplate(basePath = "customer")
    static final class Templates {
        private Templates() {}

        static native TemplateInstance form(Frame frame, Form form);

        static native TemplateInstance deleted(Frame frame, List<Deleted> customers, @Nullable String problem);
    }

    /**
     * What the form shows.
     *
     * @param id null for somebody new
     * @param existing who has the phone already; null if nobody
     * @param seen when what the reader saw first had been stored; empty for somebody new
     * @param conflicts what somebody else stored meanwhile, field by field
     */
    record Form(
            @Nullable UUID id,
            CustomerEntry entered,
            Map<String, String> problems,
            @Nullable String existing,
            ListPlace place,
            String seen,
            List<Conflict> conflicts) {

        /** Where what is stored is left as it is. */
        public String kept() {
            return "/customers/" + id + place.carried();
        }

        Form again(Map<String, String> problems, @Nullable String existing) {
            return new Form(id, entered, problems, existing, place, seen, List.of());
        }
    }

    @GET
    @Path("new")
    @Operation(hidden = true)
    public Response add() {
        return Answer.page(200, Templates.form(web.frame(), blank(CustomerEntry.EMPTY)));
    }

    private static Form blank(CustomerEntry entered) {
        return new Form(null, entered, Map.of(), null, new ListPlace("/customers", ""), "", List.of());
    }

    /** @param id made with the form, so that the form sent twice makes one customer */
    @POST
    @Operation(hidden = true)
    public Response create(@RestForm @DefaultValue("") String id, @BeanParam CustomerEntry entered) {
        return orAgain(blank(entered), () -> {
            var profile = checked(entered);
            var made = Ids.read(id).orElseGet(Ids::next);
            db.useTenant(user.id(), tx -> {
                if (customers.insert(tx, user.id(), made, profile)) {
                    limits.checkCustomers(tx, user.id(), 0);
                    return;
                }
                var before = customers.find(tx, user.id(), made);
                boolean same = before.isPresent() && before.get().profile().equals(profile);
                // not lost: somebody came back to the form and wrote someone else into it
                if (!same) throw new Problem.Conflict("customers.sent_before");
            });
            return Answer.seeOther("/customers/" + made + "?done=created");
        });
    }

    @GET
    @Path("{id}/edit")
    @Operation(hidden = true)
    public Response edit(UUID id, @RestQuery @DefaultValue("") String list) {
        audit.noteView(user.id(), id);
        var customer = db.inTenant(user.id(), tx -> customers.get(tx, user.id(), id));
        return Answer.page(200, Templates.form(web.frame(), stored(customer, new ListPlace("/customers", list))));
    }

    private static Form stored(Customer customer, ListPlace place) {
        return new Form(
                customer.id(),
                CustomerEntry.of(customer),
                Map.of(),
                null,
                place,
                customer.updatedAt().toString(),
                List.of());
    }

    /**
     * @param seen when what this form changes had been stored: what somebody else stored meanwhile isn't written over
     *     before its owner has seen it
     */
    @POST
    @Path("{id}")
    @Operation(hidden = true)
    public Response change(
            UUID id,
            @BeanParam CustomerEntry entered,
            @RestForm @DefaultValue("") String seen,
            @RestForm @DefaultValue("") String list) {
        var place = new ListPlace("/customers", list);
        return orAgain(new Form(id, entered, Map.of(), null, place, seen, List.of()), () -> {
            var profile = checked(entered);
            var others = db.<Optional<Customer>>inTenant(user.id(), tx -> {
                customers.lockLive(tx, user.id(), id);
                var now = customers.get(tx, user.id(), id);
                boolean changed =
                        !seen.isEmpty() && !seen.equals(now.updatedAt().toString());
                if (changed && !now.profile().equals(profile)) return Optional.of(now);
                customers.update(tx, user.id(), id, profile);
                audit.note(tx, user.id(), Act.CUSTOMER_CHANGED, id);
                return Optional.empty();
            });
            return others.map(now -> conflict(entered, now, place))
                    .orElseGet(() -> Answer.seeOther("/customers/" + id + place.carriedAnd() + "done=saved"));
        });
    }

    private Response conflict(CustomerEntry entered, Customer now, ListPlace place) {
        var frame = web.frame();
        var theirs = stored(now, place);
        var form = new Form(
                now.id(), entered, Map.of(), null, place, theirs.seen(), entered.conflicts(frame, theirs.entered()));
        return Answer.page(409, Templates.form(frame, form));
    }

    /** @param asked {@code yes} where the customer themselves asked for it */
    @POST
    @Path("{id}/delete")
    @Operation(hidden = true)
    public Response delete(UUID id, @RestForm @DefaultValue("") String asked, @RestForm @DefaultValue("") String list) {
        db.useTenant(user.id(), tx -> {
            // sent twice: they are gone as wished
            if (erasures.nameOfDeleted(tx, user.id(), id).isEmpty())
                erasure.delete(tx, user.id(), id, asked.equals("yes"));
        });
        return Answer.seeOther(new ListPlace("/customers", list).addressAnd("deleted=" + id));
    }

    /** Who can still be brought back. */
    @GET
    @Path("deleted")
    @Operation(hidden = true)
    public Response deleted() {
        return deleted(200, null);
    }

    @POST
    @Path("{id}/restore")
    @Operation(hidden = true)
    public Response restore(UUID id) {
        try {
            db.useTenant(user.id(), tx -> {
                // sent twice: they are back already
                if (customers.find(tx, user.id(), id).isEmpty()) erasure.restore(tx, user.id(), id);
            });
            jobs.wakeUp();
            return Answer.seeOther("/customers/" + id + "?done=restored");
        } catch (Problem.Conflict e) {
            return deleted(409, web.frame().say("customers.restore_phone"));
        }
    }

    private Response deleted(int status, @Nullable String problem) {
        var gone = db.inTenant(user.id(), tx -> erasures.deleted(tx, user.id()));
        return Answer.page(status, Templates.deleted(web.frame(), gone, problem));
    }

    private CustomerProfile checked(CustomerEntry entered) {
        var profile = entered.profile();
        var violations = validator.validate(profile);
        if (!violations.isEmpty()) throw new ConstraintViolationException(violations);
        return profile.checked();
    }

    /** What {@code save} answers; or the form once more with what was typed, and what is wrong beside its field. */
    private Response orAgain(Form form, Supplier<Response> save) {
        try {
            return save.get();
        } catch (ConstraintViolationException e) {
            var problems = web.frame()
                    .problems(new Problem.Invalid(form.entered().profile().wrong()));
            problems.putAll(Answer.problems(e.getConstraintViolations()));
            return Answer.page(400, Templates.form(web.frame(), form.again(problems, null)));
        } catch (Problem.Invalid | Problem.Conflict e) {
            var problems = web.frame().problems(e);
            if (problems.isEmpty()) problems.put("form", web.frame().say(e.text()));
            var existing = e.details().stream()
                    .map(Problem.Detail::id)
                    .filter(Objects::nonNull)
                    .map(Object::toString)
                    .findFirst();
            int status = e instanceof Problem.Conflict ? 409 : 400;
            return Answer.page(status, Templates.form(web.frame(), form.again(problems, existing.orElse(null))));
        }
    }

    @ServerExceptionMapper
    public Response gone(Problem.NotFound e, ContainerRequestContext request) {
        return gone.answer(e, request);
    }
}
