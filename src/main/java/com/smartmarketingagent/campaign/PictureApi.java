package com.smartmarketingagent.campaign;

import com.smartmarketingagent.platform.CurrentUser;
import com.smartmarketingagent.platform.Db;
import com.smartmarketingagent.platform.Envelope;
import com.smartmarketingagent.platform.Envelope.Empty;
import com.smartmarketingagent.platform.Hashes;
import com.smartmarketingagent.platform.Idempotency;
import com.smartmarketingagent.platform.Idempotency.Answer;
import com.smartmarketingagent.platform.Jobs;
import com.smartmarketingagent.platform.Problem;
import com.smartmarketingagent.platform.ShopFile;
import com.smartmarketingagent.platform.ShopFile.Purpose;
import com.smartmarketingagent.platform.ShopFiles;
import com.smartmarketingagent.platform.Uploaded;
import io.vertx.ext.web.RoutingContext;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.DELETE;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.net.URI;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.jboss.resteasy.reactive.RestForm;
import org.jboss.resteasy.reactive.RestHeader;
import org.jboss.resteasy.reactive.multipart.FileUpload;
import org.jspecify.annotations.Nullable;

/** Pictures to go with campaigns, kept here. */
@Path("/api/pictures")
class PictureApi {

    private static final int MOST = 100;

    private final CurrentUser user;
    private final Db db;
    private final Jobs jobs;
    private final Idempotency idempotency;
    private final ShopFiles files;
    private final ShopPictures pictures;
    private final RoutingContext request;

    PictureApi(
            CurrentUser user,
            Db db,
            Jobs jobs,
            Idempotency idempotency,
            ShopFiles files,
            ShopPictures pictures,
            RoutingContext request) {
        this.user = user;
        this.db = db;
        this.jobs = jobs;
        this.idempotency = idempotency;
        this.files = files;
        this.pictures = pictures;
        this.request = request;
    }

    /** @param url for a campaign's {@code media_url} */
    record KeptPicture(UUID id, String name, URI url, long bytes, Instant createdAt) {}

    record OnePicture(KeptPicture picture) {}

    record ManyPictures(List<KeptPicture> pictures) {}

    private KeptPicture said(ShopFile file) {
        var asked = request.request().scheme() + "://" + request.request().authority();
        return new KeptPicture(
                file.id(), file.name(), pictures.address(user.id(), file.id(), asked), file.bytes(), file.createdAt());
    }

    /** The newest first, a hundred at most. */
    @GET
    public Envelope<ManyPictures> list() {
        return Envelope.of(new ManyPictures(
                db.inTenant(user.id(), tx -> files.list(tx, user.id(), Purpose.PICTURE, MOST)).stream()
                        .map(this::said)
                        .toList()));
    }

    /** Kept as JPEG, upright, at most 1600 pixels a side and without what the telephone wrote into it. */
    @POST
    @Consumes(MediaType.MULTIPART_FORM_DATA)
    public Response add(@RestForm @Nullable FileUpload file, @RestHeader("Idempotency-Key") @Nullable String key) {
        var chosen = Uploaded.required(file, "photo.no_file");
        var hash = key == null ? "" : Hashes.sha256(chosen.uploadedFile());
        var id = pictures.bring(user.id(), chosen.uploadedFile(), chosen.fileName());
        try {
            return idempotency.once(user.id(), key, "POST /api/pictures", hash, tx -> {
                files.keep(tx, user.id(), id);
                return new Answer(
                        201,
                        Envelope.of(new OnePicture(
                                said(files.find(tx, user.id(), id).orElseThrow()))));
            });
        } finally {
            // kept before, under the same key
            files.dropUnlessKept(user.id(), id);
        }
    }

    /** One that a campaign has stays: mails lead to it. */
    @DELETE
    @Path("{id}")
    public Envelope<Empty> delete(UUID id) {
        db.useTenant(user.id(), tx -> {
            if (pictures.find(tx, user.id(), id).isEmpty()) throw new Problem.NotFound("picture");
            if (pictures.isUsed(tx, user.id(), id)) throw new Problem.Conflict("photo.used");
            files.forget(tx, user.id(), id);
        });
        jobs.wakeUp();
        return Envelope.empty();
    }
}
