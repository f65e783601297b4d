package com.smartmarketingagent.customer;

import com.smartmarketingagent.account.Answer;
import com.smartmarketingagent.account.Frame;
import com.smartmarketingagent.account.WebSession;
import com.smartmarketingagent.customer.ErasureRepository.Deleted;
import com.smartmarketingagent.platform.CurrentUser;
import com.smartmarketingagent.platform.Db;
import com.smartmarketingagent.platform.Ids;
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
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import java.util.function.Supplier;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.jboss.resteasy.reactive.RestForm;
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

    CustomerForms(
            CurrentUser user,
            WebSession web,
            Db db,
            CustomerRepository customers,
            Erasure erasure,
            ErasureRepository erasures,
            Validator validator) {
        this.user = user;
        this.web = web;
        this.db = db;
        this.customers = customers;
        this.erasure = erasure;
        this.erasures = erasures;
        this.validator = validator;
    }

    @CheckedTemplate(basePath = "customer")
    static final class Templates {
        private Templates() {}

        static native TemplateInstance form(
                Frame frame,
                @Nullable UUID id,
                CustomerEntry entered,
                Map<String, String> problems,
                @Nullable String existing);

        static native TemplateInstance deleted(Frame frame, List<Deleted> customers, @Nullable String problem);
    }

    @GET
    @Path("new")
    @Operation(hidden = true)
    public Response add() {
        return Answer.page(200, Templates.form(web.frame(), null, CustomerEntry.EMPTY, Map.of(), null));
    }

    /** @param id made with the form, so that the form sent twice makes one customer */
    @POST
    @Operation(hidden = true)
    public Response create(@RestForm @DefaultValue("") String id, @BeanParam CustomerEntry entered) {
        return orAgain(null, entered, () -> {
            var profile = checked(entered);
            var made = Ids.read(id).orElseGet(Ids::next);
            db.useTenant(user.id(), tx -> {
                if (customers.insert(tx, user.id(), made, profile)) return;
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
    public Response edit(UUID id) {
        var customer = db.inTenant(user.id(), tx -> customers.get(tx, user.id(), id));
        return Answer.page(200, Templates.form(web.frame(), id, CustomerEntry.of(customer), Map.of(), null));
    }

    @POST
    @Path("{id}")
    @Operation(hidden = true)
    public Response change(UUID id, @BeanParam CustomerEntry entered) {
        return orAgain(id, entered, () -> {
            var profile = checked(entered);
            db.useTenant(user.id(), tx -> {
                customers.lockLive(tx, user.id(), id);
                customers.update(tx, user.id(), id, profile);
            });
            return Answer.seeOther("/customers/" + id + "?done=saved");
        });
    }

    @POST
    @Path("{id}/delete")
    @Operation(hidden = true)
    public Response delete(UUID id) {
        db.useTenant(user.id(), tx -> {
            // sent twice: they are gone as wished
            if (erasures.nameOfDeleted(tx, user.id(), id).isEmpty()) erasure.delete(tx, user.id(), id);
        });
        return Answer.seeOther("/customers?deleted=" + id);
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
    private Response orAgain(@Nullable UUID id, CustomerEntry entered, Supplier<Response> save) {
        try {
            return save.get();
        } catch (ConstraintViolationException e) {
            return again(400, id, entered, Answer.problems(e.getConstraintViolations()), null);
        } catch (Problem.Invalid | Problem.Conflict e) {
            var problems = web.frame().problems(e);
            if (problems.isEmpty()) problems.put("form", web.frame().say(e.text()));
            var existing = e.details().stream()
                    .map(Problem.Detail::id)
                    .filter(Objects::nonNull)
                    .map(Object::toString)
                    .findFirst();
            return again(e instanceof Problem.Conflict ? 409 : 400, id, entered, problems, existing.orElse(null));
        }
    }

    private Response again(
            int status,
            @Nullable UUID id,
            CustomerEntry entered,
            Map<String, String> problems,
            @Nullable String existing) {
        return Answer.page(status, Templates.form(web.frame(), id, entered, problems, existing));
    }
}
