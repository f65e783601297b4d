package com.smartmarketingagent.importing;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.smartmarketingagent.account.Act;
import com.smartmarketingagent.account.Audit;
import com.smartmarketingagent.account.Limits;
import com.smartmarketingagent.platform.Db;
import com.smartmarketingagent.platform.Envelope;
import com.smartmarketingagent.platform.Hashes;
import com.smartmarketingagent.platform.Idempotency;
import com.smartmarketingagent.platform.Ids;
import com.smartmarketingagent.platform.Jobs;
import com.smartmarketingagent.platform.Language;
import com.smartmarketingagent.platform.Paging;
import com.smartmarketingagent.platform.Problem;
import com.smartmarketingagent.platform.ShopFiles;
import com.smartmarketingagent.platform.UserId;
import jakarta.inject.Singleton;
import jakarta.ws.rs.core.Response;
import java.util.List;
import java.util.Locale;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** What an owner does with files: hands them over, looks how they went, takes an import back. */
@Singleton
public class Importing {

    private final Db db;
    private final Jobs jobs;
    private final ImportRepository imports;
    private final RefusalRepository refusals;
    private final UndoRepository undos;
    private final Uploads uploads;
    private final ShopFiles files;
    private final Idempotency idempotency;
    private final ObjectMapper json;
    private final Limits limits;
    private final Audit audit;

    Importing(
            Db db,
            Jobs jobs,
            ImportRepository imports,
            RefusalRepository refusals,
            UndoRepository undos,
            Uploads uploads,
            ShopFiles files,
            Idempotency idempotency,
            ObjectMapper json,
            Limits limits,
            Audit audit) {
        this.db = db;
        this.jobs = jobs;
        this.imports = imports;
        this.refusals = refusals;
        this.undos = undos;
        this.uploads = uploads;
        this.files = files;
        this.idempotency = idempotency;
        this.json = json;
        this.limits = limits;
        this.audit = audit;
    }

    /** The newest imports, at most {@code limit}. */
    public List<Import> recent(UserId user, int limit) {
        return db.inTenant(user, tx -> imports.list(tx, user, new Paging(1, limit)));
    }

    /**
     * What an import refused.
     *
     * @param skipped rows of orders that were cancelled or aren't paid
     * @param toMend the first of the others
     */
    record Refused(long skipped, List<Line.Said> toMend) {}

    Refused refused(UserId user, UUID id, int limit, Language language) {
        return db.inTenant(
                user,
                tx -> new Refused(
                        refusals.countSkipped(tx, user, id),
                        refusals.toMend(tx, user, id, limit).stream()
                                .map(line -> line.said(language))
                                .toList()));
    }

    /**
     * Takes a file on: what its beginning tells is refused now, the rest happens in the background.
     *
     * @throws Problem if it can't be read or kept
     */
    Response accept(UserId user, @Nullable String idempotencyKey, Upload upload) {
        var hash = idempotencyKey == null
                ? ""
                : Hashes.sha256(upload.file()) + " " + upload.mapping() + " " + upload.options();
        return accept(user, idempotencyKey, upload, hash, null);
    }

    /**
     * The same of what its owner sent to the storage, which is then used.
     *
     * @throws Problem also where it isn't there, isn't as was said, or was used before under no or another key
     */
    Response acceptSent(
            UserId user,
            @Nullable String idempotencyKey,
            UUID id,
            Kind kind,
            @Nullable String mapping,
            @Nullable String options) {
        var hash = id + " " + mapping + " " + options;
        try {
            return uploads.withSent(user, id, (sent, file) -> {
                var upload = new Upload(kind, file, sent.name(), mapping, options);
                return accept(user, idempotencyKey, upload, hash, sent);
            });
        } catch (Problem.NotFound | Problem.Conflict gone) {
            // by the same request that was sent before, it may be
            return idempotency.once(user, idempotencyKey, route(kind), hash, _ -> {
                throw gone;
            });
        }
    }

    private static String route(Kind kind) {
        return "import " + kind;
    }

    private Response accept(
            UserId user, @Nullable String idempotencyKey, Upload upload, String hash, ShopFiles.@Nullable Sent sent) {
        var reading = reading(upload);
        var id = Ids.next();
        uploads.bring(user, id, upload.file(), upload.name(), sent == null ? 0 : sent.bytes());
        try {
            return accept(user, idempotencyKey, upload, reading, hash, id, sent);
        } finally {
            // taken on before, under the same key
            files.dropUnlessKept(user, id);
            jobs.wakeUp();
        }
    }

    private Response accept(
            UserId user,
            @Nullable String idempotencyKey,
            Upload upload,
            ImportRepository.Reading reading,
            String hash,
            UUID id,
            ShopFiles.@Nullable Sent sent) {
        return idempotency.once(user, idempotencyKey, route(upload.kind()), hash, tx -> {
            limits.checkImports(tx, user);
            if (sent != null) files.use(tx, sent);
            // before the commit: a file without an import is swept, an import without a file is lost
            long bytes = uploads.keep(upload.file(), user, id);
            files.keep(tx, user, id);
            imports.insert(tx, user, id, reading, bytes);
            jobs.enqueue(tx, ImportJob.NAME, ImportJob.instance(user, id));
            var queued = imports.find(tx, user, id).orElseThrow();
            return new Idempotency.Answer(202, Envelope.of(new ImportApi.One(queued)));
        });
    }

    /** Whether {@link #original} has it. */
    boolean hasOriginal(UserId user, UUID id) {
        return db.inTenant(user, tx -> files.find(tx, user, id)).isPresent();
    }

    /**
     * Where the file that was imported can be had as it was.
     *
     * @throws Problem.NotFound if there is no such import, or its file isn't kept any more
     */
    ShopFiles.Link original(UserId user, UUID id) {
        var file = db.inTenant(user, tx -> {
            if (imports.find(tx, user, id).isEmpty()) throw new Problem.NotFound("import");
            return files.find(tx, user, id);
        });
        var its = file.orElseThrow(() -> new Problem.NotFound("original"));
        audit.noteDownload(user, Act.IMPORT_DOWNLOADED, id, null);
        return files.link(user, its);
    }

    private ImportRepository.Reading reading(Upload upload) {
        try {
            var source = upload.source(json).settled();
            var order = source.dateOrder();
            return new ImportRepository.Reading(
                    upload.kind().name().toLowerCase(Locale.ROOT),
                    source.name(),
                    write(source.mapping()),
                    order == null ? null : order.json());
        } catch (UnreadableFile e) {
            throw e.problem();
        }
    }

    /** @throws Problem.NotFound if there is none; a draft is none */
    Import get(UserId user, UUID id) {
        return db.inTenant(user, tx -> imports.find(tx, user, id)).orElseThrow(() -> new Problem.NotFound("import"));
    }

    /** What {@link #undo} would do. */
    UndoRepository.Extent extent(UserId user, UUID id) {
        return db.inTenant(user, tx -> undos.extent(tx, user, id));
    }

    /** Whose rows went with it, or would go. */
    UndoRepository.Later later(UserId user, UUID id) {
        return db.inTenant(user, tx -> undos.later(tx, user, id));
    }

    /**
     * @throws Problem.Conflict if the import isn't done, or was undone already, or while another import or undo of the
     *     shop is running
     * @throws RuntimeException after 10 s while what it takes back is held by somebody else, answered 503
     */
    Import undo(UserId user, UUID id) {
        return db.inTenantAsWorker(user, tx -> {
            Db.waitAtMost(tx, 10);
            // who waits keeps one of few connections from the imports of all shops
            if (!imports.tryTurn(tx, user)) throw new Problem.Conflict("import.busy");
            var current = imports.find(tx, user, id).orElseThrow(() -> new Problem.NotFound("import"));
            if (!current.status().equals("done")) throw new Problem.Conflict("import.not_undoable");
            undos.undo(tx, user, id);
            return imports.find(tx, user, id).orElseThrow();
        });
    }

    private String write(Object value) {
        try {
            return json.writeValueAsString(value);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException(e);
        }
    }
}
