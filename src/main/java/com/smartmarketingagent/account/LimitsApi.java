package com.smartmarketingagent.account;

import com.smartmarketingagent.account.Limits.Limit;
import com.smartmarketingagent.account.Limits.Shown;
import com.smartmarketingagent.platform.AdminsOnly;
import com.smartmarketingagent.platform.CurrentUser;
import com.smartmarketingagent.platform.Envelope;
import com.smartmarketingagent.platform.UserId;
import com.smartmarketingagent.platform.Validated;
import jakarta.validation.Valid;
import jakarta.validation.constraints.NotNull;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.PUT;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.core.MediaType;
import java.util.UUID;

/** What a shop may hold and send, and what it does. */
@Path("/api/admin/users/{id}/limits")
@Consumes(MediaType.APPLICATION_JSON)
@AdminsOnly
@Validated
class LimitsApi {

    private final Administration administration;
    private final Limits limits;
    private final CurrentUser admin;

    LimitsApi(Administration administration, Limits limits, CurrentUser admin) {
        this.administration = administration;
        this.limits = limits;
        this.admin = admin;
    }

    @GET
    public Envelope<Shown> show(UUID id) {
        administration.recordLook(admin.id(), new UserId(id));
        return Envelope.of(limits.of(new UserId(id)));
    }

    /** What isn't said is as the installation has it. */
    @PUT
    public Envelope<Shown> change(UUID id, @NotNull @Valid Limit limit) {
        administration.find(new UserId(id));
        limits.change(new UserId(id), limit, "");
        return Envelope.of(limits.of(new UserId(id)));
    }
}
