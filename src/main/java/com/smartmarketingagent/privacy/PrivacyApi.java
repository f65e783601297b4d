package com.smartmarketingagent.privacy;

import com.smartmarketingagent.platform.CurrentUser;
import com.smartmarketingagent.platform.Db;
import com.smartmarketingagent.platform.Envelope;
import com.smartmarketingagent.platform.Idempotency;
import com.smartmarketingagent.platform.Idempotency.Answer;
import com.smartmarketingagent.platform.Ids;
import com.smartmarketingagent.platform.Paging;
import com.smartmarketingagent.platform.Prose;
import com.smartmarketingagent.platform.Validated;
import com.smartmarketingagent.privacy.PrivacyRequest.Kind;
import com.smartmarketingagent.privacy.PrivacyRequest.State;
import jakarta.validation.Valid;
import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.Size;
import jakarta.ws.rs.BeanParam;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.jboss.resteasy.reactive.RestHeader;
import org.jspecify.annotations.Nullable;

/** What customers ask of the data that is held about them. */
@Path("/api/privacy/requests")
@Consumes(MediaType.APPLICATION_JSON)
@Validated
class PrivacyApi {

    private final CurrentUser user;
    private final Db db;
    private final Idempotency idempotency;
    private final PrivacyRequests requests;

    PrivacyApi(CurrentUser user, Db db, Idempotency idempotency, PrivacyRequests requests) {
        this.user = user;
        this.db = db;
        this.idempotency = idempotency;
        this.requests = requests;
    }

    record ManyRequests(List<PrivacyRequest> requests) {}

    record OneRequest(PrivacyRequest request) {}

    /** @param receivedAt null for now */
    record NewRequest(
            @NotNull UUID customerId,
            @NotNull Kind kind,
            @Nullable Instant receivedAt) {}

    /**
     * @param refused whether there was a reason not to, which the customer was told
     * @param reason that one; null or blank where nobody wrote it down
     */
    record Closing(
            @Nullable Boolean refused,
            @Prose @Size(max = 500) @Nullable String reason) {}

    /** The open ones first, by their deadline. */
    @GET
    public Envelope<ManyRequests> list(@BeanParam @Valid Paging paging) {
        var found = requests.find(user.id(), paging);
        return Envelope.page(new ManyRequests(found.requests()), paging, found.total());
    }

    /** 201. Who doesn't want to be written to isn't from now on: that request is done at once. */
    @POST
    public Response record(@NotNull @Valid NewRequest wanted, @RestHeader("Idempotency-Key") @Nullable String key) {
        return idempotency.once(user.id(), key, "POST /api/privacy/requests", wanted, tx -> {
            var request =
                    requests.record(tx, user.id(), Ids.next(), wanted.customerId(), wanted.kind(), wanted.receivedAt());
            return new Answer(201, Envelope.of(new OneRequest(request)));
        });
    }

    /** One that is closed already stays as it is. */
    @POST
    @Path("{id}/close")
    public Envelope<OneRequest> close(UUID id, @NotNull @Valid Closing closing) {
        boolean refused = Boolean.TRUE.equals(closing.refused());
        var state = refused ? State.REFUSED : State.DONE;
        var said = closing.reason() == null ? "" : closing.reason().strip();
        var reason = refused && !said.isEmpty() ? said : null;
        return db.inTenant(
                user.id(), tx -> Envelope.of(new OneRequest(requests.close(tx, user.id(), id, state, reason))));
    }
}
