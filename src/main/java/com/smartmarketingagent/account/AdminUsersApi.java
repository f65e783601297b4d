package com.smartmarketingagent.account;

import com.smartmarketingagent.platform.AdminsOnly;
import com.smartmarketingagent.platform.CurrentUser;
import com.smartmarketingagent.platform.Envelope;
import com.smartmarketingagent.platform.OneLine;
import com.smartmarketingagent.platform.Paging;
import com.smartmarketingagent.platform.UserId;
import com.smartmarketingagent.platform.Validated;
import jakarta.validation.Valid;
import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.Size;
import jakarta.ws.rs.BeanParam;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.PUT;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.core.MediaType;
import java.util.List;
import java.util.UUID;
import org.jboss.resteasy.reactive.ResponseStatus;
import org.jboss.resteasy.reactive.RestQuery;
import org.jspecify.annotations.Nullable;

/** What a super_admin sees and changes of the shops. Each look and each change is written into the shop's audit log. */
@Path("/api/admin/users")
@Consumes(MediaType.APPLICATION_JSON)
@AdminsOnly
@Validated
class AdminUsersApi {

    private final Administration administration;
    private final CurrentUser admin;

    AdminUsersApi(Administration administration, CurrentUser admin) {
        this.administration = administration;
        this.admin = admin;
    }

    record ManyUsers(List<Account> users) {}

    record OneUser(Account user) {}

    record Change(@NotNull @Nullable Boolean isActive) {}

    /** Newest first. @param search part of an e-mail address or a name */
    @GET
    public Envelope<ManyUsers> list(
            @RestQuery @OneLine @Size(max = 200) @Nullable String search, @BeanParam @Valid Paging paging) {
        var found = administration.list(admin.id(), search, paging);
        return Envelope.page(new ManyUsers(found.accounts()), paging, found.total());
    }

    @POST
    @ResponseStatus(201)
    public Envelope<OneUser> create(@NotNull @Valid NewAccount wanted) {
        return Envelope.of(new OneUser(administration.create(admin.id(), wanted)));
    }

    @GET
    @Path("{id}")
    public Envelope<OneUser> get(UUID id) {
        return Envelope.of(new OneUser(administration.get(admin.id(), new UserId(id))));
    }

    /**
     * Without {@code is_active} an account's sessions end at once and it can't log in. Administrators stay as they are.
     */
    @PUT
    @Path("{id}")
    public Envelope<OneUser> change(UUID id, @NotNull @Valid Change change) {
        boolean active = Boolean.TRUE.equals(change.isActive());
        return Envelope.of(new OneUser(administration.setActive(admin.id(), new UserId(id), active)));
    }
}
