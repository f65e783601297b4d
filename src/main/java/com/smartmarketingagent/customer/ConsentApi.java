package com.smartmarketingagent.customer;

import com.smartmarketingagent.customer.Consent.Channel;
import com.smartmarketingagent.customer.Consent.State;
import com.smartmarketingagent.customer.ConsentRepository.Reason;
import com.smartmarketingagent.customer.ConsentRepository.Suppression;
import com.smartmarketingagent.platform.CurrentUser;
import com.smartmarketingagent.platform.Db;
import com.smartmarketingagent.platform.Envelope;
import com.smartmarketingagent.platform.OneLine;
import com.smartmarketingagent.platform.UserId;
import com.smartmarketingagent.platform.Validated;
import jakarta.validation.Valid;
import jakarta.validation.constraints.NotBlank;
import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.Size;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.PUT;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.core.MediaType;
import java.util.List;
import java.util.UUID;
import org.jdbi.v3.core.Handle;

/** Whether a customer may be written to, and how that is known. */
@Path("/api/customers/{id}/consents")
@Consumes(MediaType.APPLICATION_JSON)
@Validated
class ConsentApi {

    private final CurrentUser user;
    private final Db db;
    private final CustomerRepository customers;
    private final Consents consents;
    private final ConsentRepository said;

    ConsentApi(CurrentUser user, Db db, CustomerRepository customers, Consents consents, ConsentRepository said) {
        this.user = user;
        this.db = db;
        this.customers = customers;
        this.consents = consents;
        this.said = said;
    }

    /** @param wording what the customer said, or what they agreed to */
    record Said(
            @NotNull Channel channel,
            @NotNull State state,
            @NotBlank @OneLine @Size(max = 300) String wording) {}

    /**
     * @param consents what counts now, at most one a channel; nothing is known of others
     * @param suppressions of the addresses the customer has now: nothing is sent there
     * @param history all that was said, newest first
     */
    record Permission(List<Consent> consents, List<Suppression> suppressions, List<Consent> history) {}

    @GET
    public Envelope<Permission> show(UUID id) {
        return db.inTenant(user.id(), tx -> {
            customers.get(tx, user.id(), id);
            return permission(tx, user.id(), id);
        });
    }

    /** Writes down what the customer said. A withdrawal is effective at once and outlives the customer. */
    @PUT
    public Envelope<Permission> say(UUID id, @NotNull @Valid Said its) {
        return db.inTenant(user.id(), tx -> {
            consents.say(
                    tx,
                    user.id(),
                    id,
                    its.channel(),
                    its.state(),
                    Reason.OWNER,
                    its.wording().strip());
            return permission(tx, user.id(), id);
        });
    }

    private Envelope<Permission> permission(Handle tx, UserId shop, UUID id) {
        return Envelope.of(
                new Permission(said.of(tx, shop, id), said.suppressions(tx, shop, id), said.history(tx, shop, id)));
    }
}
