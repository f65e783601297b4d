package com.smartmarketingagent.customer;

import com.fasterxml.jackson.databind.node.ObjectNode;
import com.smartmarketingagent.account.Act;
import com.smartmarketingagent.account.Audit;
import com.smartmarketingagent.account.Audit.CustomerList;
import com.smartmarketingagent.account.Limits;
import com.smartmarketingagent.platform.CurrentUser;
import com.smartmarketingagent.platform.Db;
import com.smartmarketingagent.platform.Envelope;
import com.smartmarketingagent.platform.Envelope.Empty;
import com.smartmarketingagent.platform.Idempotency;
import com.smartmarketingagent.platform.Idempotency.Answer;
import com.smartmarketingagent.platform.Ids;
import com.smartmarketingagent.platform.Jobs;
import com.smartmarketingagent.platform.Paging;
import com.smartmarketingagent.platform.Patch;
import com.smartmarketingagent.platform.Validated;
import jakarta.validation.Valid;
import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.Pattern;
import jakarta.ws.rs.BeanParam;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.DELETE;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.PATCH;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.PUT;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.util.List;
import java.util.UUID;
import org.eclipse.microprofile.openapi.annotations.media.Content;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.parameters.RequestBody;
import org.jboss.resteasy.reactive.RestHeader;
import org.jboss.resteasy.reactive.RestQuery;
import org.jspecify.annotations.Nullable;

/** A shop's customers: read, written, erased, brought back, and two that are one merged. */
@Path("/api/customers")
@Consumes(MediaType.APPLICATION_JSON)
@Validated
class CustomerApi {

    private final CurrentUser user;
    private final Db db;
    private final Idempotency idempotency;
    private final Patch patch;
    private final CustomerRepository customers;
    private final CustomerMerge merge;
    private final Erasure erasure;
    private final Audit audit;
    private final Limits limits;
    private final Jobs jobs;

    CustomerApi(
            CurrentUser user,
            Db db,
            Idempotency idempotency,
            Patch patch,
            CustomerRepository customers,
            CustomerMerge merge,
            Erasure erasure,
            Audit audit,
            Limits limits,
            Jobs jobs) {
        this.user = user;
        this.db = db;
        this.idempotency = idempotency;
        this.patch = patch;
        this.customers = customers;
        this.merge = merge;
        this.erasure = erasure;
        this.audit = audit;
        this.limits = limits;
        this.jobs = jobs;
    }

    record OneCustomer(Customer customer) {}

    record ManyCustomers(List<Customer> customers) {}

    /** @param otherId who turns out to be the same person, and goes */
    record MergeRequest(@NotNull UUID otherId) {}

    @GET
    public Envelope<ManyCustomers> list(@BeanParam @Valid CustomerFilter filter, @BeanParam @Valid Paging paging) {
        audit.noteList(user.id(), CustomerList.CUSTOMERS);
        return db.inTenant(user.id(), tx -> {
            var page = new ManyCustomers(customers.list(tx, user.id(), filter, paging));
            return Envelope.page(page, paging, customers.count(tx, user.id(), filter));
        });
    }

    /** 201; 409 with the id of the customer who has the phone. */
    @POST
    public Response create(
            @NotNull @Valid CustomerProfile profile, @RestHeader("Idempotency-Key") @Nullable String key) {
        var checked = profile.checked();
        return idempotency.once(user.id(), key, "POST /api/customers", profile, tx -> {
            var id = Ids.next();
            customers.insert(tx, user.id(), id, checked);
            limits.checkCustomers(tx, user.id(), 0);
            return new Answer(201, Envelope.of(new OneCustomer(customers.get(tx, user.id(), id))));
        });
    }

    @GET
    @Path("{id}")
    public Envelope<OneCustomer> get(UUID id) {
        audit.noteView(user.id(), id);
        return db.inTenant(user.id(), tx -> Envelope.of(new OneCustomer(customers.get(tx, user.id(), id))));
    }

    /** Replaces every field; one that is absent becomes empty. */
    @PUT
    @Path("{id}")
    public Envelope<OneCustomer> replace(UUID id, @NotNull @Valid CustomerProfile profile) {
        var checked = profile.checked();
        return db.inTenant(user.id(), tx -> {
            customers.lockLive(tx, user.id(), id);
            customers.update(tx, user.id(), id, checked);
            audit.note(tx, user.id(), Act.CUSTOMER_CHANGED, id);
            return Envelope.of(new OneCustomer(customers.get(tx, user.id(), id)));
        });
    }

    /** Changes the fields it names; null empties one. */
    @PATCH
    @Path("{id}")
    public Envelope<OneCustomer> change(
            UUID id,
            @RequestBody(content = @Content(schema = @Schema(implementation = CustomerProfile.class))) @NotNull
                    ObjectNode changes) {
        return db.inTenant(user.id(), tx -> {
            customers.lockLive(tx, user.id(), id);
            var before = customers.get(tx, user.id(), id).profile();
            var after = patch.apply(before, CustomerProfile.class, changes).checked();
            customers.update(tx, user.id(), id, after);
            audit.note(tx, user.id(), Act.CUSTOMER_CHANGED, id);
            return Envelope.of(new OneCustomer(customers.get(tx, user.id(), id)));
        });
    }

    /**
     * Erases the person; their sales stay, with nobody's name.
     *
     * @param erase {@code now} keeps nothing to restore, also of one who was deleted before
     */
    @DELETE
    @Path("{id}")
    public Envelope<Empty> delete(UUID id, @RestQuery @Pattern(regexp = "now") @Nullable String erase) {
        db.useTenant(user.id(), tx -> {
            if (erase == null) erasure.delete(tx, user.id(), id, false);
            else erasure.eraseNow(tx, user.id(), id);
        });
        return Envelope.empty();
    }

    /** Undoes a deletion within 7 days; 409 if somebody has the phone by now. */
    @POST
    @Path("{id}/restore")
    @Consumes(MediaType.WILDCARD)
    public Envelope<OneCustomer> restore(UUID id) {
        var restored = db.inTenant(user.id(), tx -> {
            erasure.restore(tx, user.id(), id);
            return customers.get(tx, user.id(), id);
        });
        jobs.wakeUp();
        return Envelope.of(new OneCustomer(restored));
    }

    /** Makes two customers one, which keeps the sales of both. */
    @POST
    @Path("{id}/merge")
    public Response merge(
            UUID id, @NotNull @Valid MergeRequest request, @RestHeader("Idempotency-Key") @Nullable String key) {
        return idempotency.once(user.id(), key, "POST /api/customers/" + id + "/merge", request, tx -> {
            return new Answer(200, Envelope.of(merge.merge(tx, user.id(), id, request.otherId())));
        });
    }
}
