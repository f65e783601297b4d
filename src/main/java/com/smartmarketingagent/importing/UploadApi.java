package com.smartmarketingagent.importing;

import com.smartmarketingagent.account.Limits;
import com.smartmarketingagent.platform.CurrentUser;
import com.smartmarketingagent.platform.Envelope;
import com.smartmarketingagent.platform.Envelope.Empty;
import com.smartmarketingagent.platform.HttpGuard;
import com.smartmarketingagent.platform.Idempotency;
import com.smartmarketingagent.platform.Idempotency.Answer;
import com.smartmarketingagent.platform.Jobs;
import com.smartmarketingagent.platform.Problem;
import com.smartmarketingagent.platform.Public;
import com.smartmarketingagent.platform.ShopFiles;
import com.smartmarketingagent.platform.Uploaded;
import com.smartmarketingagent.platform.Validated;
import io.vertx.ext.web.RoutingContext;
import jakarta.validation.Valid;
import jakarta.validation.constraints.Min;
import jakarta.validation.constraints.NotNull;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.HeaderParam;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.PUT;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.io.InputStream;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.jboss.resteasy.reactive.RestHeader;
import org.jspecify.annotations.Nullable;

/** Files to import that programs send past what lies before us, and may let no large request through. */
@Path("/api/uploads")
@Validated
class UploadApi {

    private final CurrentUser user;
    private final Jobs jobs;
    private final Idempotency idempotency;
    private final ShopFiles files;
    private final Limits limits;
    private final HttpGuard guard;

    UploadApi(CurrentUser user, Jobs jobs, Idempotency idempotency, ShopFiles files, Limits limits, HttpGuard guard) {
        this.user = user;
        this.jobs = jobs;
        this.idempotency = idempotency;
        this.files = files;
        this.limits = limits;
        this.guard = guard;
    }

    /** @param bytes how many it has, exactly */
    record NewUpload(@NotNull String name, @NotNull @Min(1) Long bytes) {}

    record OneUpload(ShopFiles.Place upload) {}

    /** Its id is what an import is asked for with, in the place of a file. */
    @POST
    @Consumes(MediaType.APPLICATION_JSON)
    public Response announce(@NotNull @Valid NewUpload wanted, @RestHeader("Idempotency-Key") @Nullable String key) {
        Uploaded.checkName("name", wanted.name());
        if (wanted.bytes() > guard.largestUpload()) throw new Problem.TooLarge("too_large");
        var answer = idempotency.once(user.id(), key, "POST /api/uploads", wanted, tx -> {
            limits.checkImports(tx, user.id());
            return new Answer(
                    201, Envelope.of(new OneUpload(files.announce(tx, user.id(), wanted.name(), wanted.bytes()))));
        });
        jobs.wakeUp();
        return answer;
    }

    /** Where the storage takes none by itself. Known is who has the link, and nobody else is asked for. */
    @PUT
    @Path("{token}")
    @Public
    @Consumes(MediaType.WILDCARD)
    @Operation(hidden = true)
    public Envelope<Empty> send(
            String token,
            @HeaderParam(HttpHeaders.CONTENT_LENGTH) @Nullable String length,
            InputStream body,
            RoutingContext request) {
        var sent = files.sentBy(token);
        guard.belongs(request, sent.user());
        if (!String.valueOf(sent.bytes()).equals(length)) throw new Problem.Invalid(ShopFiles.otherLength(sent));
        files.receive(sent, body);
        return Envelope.empty();
    }
}
