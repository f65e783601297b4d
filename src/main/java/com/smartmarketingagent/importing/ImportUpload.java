package com.smartmarketingagent.importing;

import com.smartmarketingagent.platform.CurrentUser;
import com.smartmarketingagent.platform.Envelope;
import com.smartmarketingagent.platform.Problem;
import com.smartmarketingagent.platform.Uploaded;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.HeaderParam;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.util.UUID;
import org.jboss.resteasy.reactive.RestForm;
import org.jboss.resteasy.reactive.multipart.FileUpload;
import org.jspecify.annotations.Nullable;

/** The two doors for files; they differ in what the rows are. */
abstract class ImportUpload {

    private final CurrentUser user;
    private final Importing importing;
    private final Rehearsal rehearsal;
    private final Uploads uploads;
    private final Kind kind;

    private ImportUpload(CurrentUser user, Importing importing, Rehearsal rehearsal, Uploads uploads, Kind kind) {
        this.user = user;
        this.importing = importing;
        this.rehearsal = rehearsal;
        this.uploads = uploads;
        this.kind = kind;
    }

    @POST
    @Consumes(MediaType.MULTIPART_FORM_DATA)
    public Response upload(
            @RestForm @Nullable FileUpload file,
            @RestForm("upload") @Nullable String sent,
            @RestForm @Nullable String mapping,
            @RestForm @Nullable String options,
            @RestForm("dry_run") @Nullable String dryRun,
            @HeaderParam("Idempotency-Key") @Nullable String idempotencyKey) {
        var id = sent == null || sent.isBlank() ? null : id(sent);
        if (id == null) {
            var chosen = Uploaded.required(file, "import.no_file");
            var upload = new Upload(kind, chosen.uploadedFile(), chosen.fileName(), mapping, options);
            return isRehearsal(dryRun) ? rehearse(upload) : importing.accept(user.id(), idempotencyKey, upload);
        }
        if (file != null) throw new Problem.Invalid("upload", "upload.and_file");
        return isRehearsal(dryRun)
                ? uploads.withSent(
                        user.id(), id, (its, copy) -> rehearse(new Upload(kind, copy, its.name(), mapping, options)))
                : importing.acceptSent(user.id(), idempotencyKey, id, kind, mapping, options);
    }

    /** Who means one gets no import. */
    private static boolean isRehearsal(@Nullable String dryRun) {
        if (dryRun != null && !dryRun.matches("(?i)true|false|"))
            throw new Problem.Invalid("dry_run", "import.dry_run");
        return Boolean.parseBoolean(dryRun);
    }

    private static UUID id(String sent) {
        try {
            return UUID.fromString(sent.strip());
        } catch (IllegalArgumentException e) {
            throw Problem.Invalid.wrongKind("upload");
        }
    }

    private Response rehearse(Upload upload) {
        return Response.ok(Envelope.of(rehearsal.preview(user.id(), upload, user.language())))
                .build();
    }

    @Path("/api/customers/import")
    static class Customers extends ImportUpload {
        Customers(CurrentUser user, Importing importing, Rehearsal rehearsal, Uploads uploads) {
            super(user, importing, rehearsal, uploads, Kind.CUSTOMERS);
        }
    }

    @Path("/api/transactions/import")
    static class Transactions extends ImportUpload {
        Transactions(CurrentUser user, Importing importing, Rehearsal rehearsal, Uploads uploads) {
            super(user, importing, rehearsal, uploads, Kind.TRANSACTIONS);
        }
    }
}
