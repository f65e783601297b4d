package com.smartmarketingagent.importing;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.smartmarketingagent.importing.FileImport.Source;
import com.smartmarketingagent.platform.Db;
import com.smartmarketingagent.platform.Envelope;
import com.smartmarketingagent.platform.Idempotency;
import com.smartmarketingagent.platform.Ids;
import com.smartmarketingagent.platform.Jobs;
import com.smartmarketingagent.platform.Paging;
import com.smartmarketingagent.platform.Problem;
import com.smartmarketingagent.platform.Problem.Text;
import com.smartmarketingagent.platform.Settings;
import com.smartmarketingagent.platform.UserId;
import jakarta.inject.Singleton;
import jakarta.ws.rs.core.Response;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.function.DoubleConsumer;
import org.jboss.logging.Logger;
import org.jdbi.v3.core.JdbiException;
import org.jspecify.annotations.Nullable;

/**
 * An owner's file from the upload to the end: looked at at once, stored, worked in the background as a whole or not at
 * all, and taken back if they wish.
 */
@Singleton
public class Importing implements Jobs.Job {

    private static final Logger LOG = Logger.getLogger(Importing.class);
    private static final String JOB = "import";
    private static final int EXAMPLES = 3;
    private static final int SAMPLE = 5;
    private static final int REFUSED_SHOWN = 100;
    private static final int TRIES = 3;
    private static final int MANY = 5_000;

    private final Db db;
    private final Jobs jobs;
    private final FileImport fileImport;
    private final ImportRepository imports;
    private final Idempotency idempotency;
    private final ObjectMapper json;
    private final Path uploads;

    Importing(
            Db db,
            Jobs jobs,
            FileImport fileImport,
            ImportRepository imports,
            Idempotency idempotency,
            ObjectMapper json,
            Settings settings) {
        this.db = db;
        this.jobs = jobs;
        this.fileImport = fileImport;
        this.imports = imports;
        this.idempotency = idempotency;
        this.json = json;
        this.uploads = settings.dataDir().resolve("uploads");
    }

    /** What came with a file; the texts are JSON as in API.md, null where not given. */
    record Request(
            Kind kind,
            Path file,
            String name,
            @Nullable String mapping,
            @Nullable String options) {}

    /** The newest imports, at most {@code limit}. */
    public List<Import> recent(UserId user, int limit) {
        return db.inTenant(user, tx -> imports.list(tx, user, new Paging(1, limit)));
    }

    /** The first refused rows of an import. */
    public List<Line.Refused> refused(UserId user, UUID id, int limit) {
        return db.inTenant(user, tx -> imports.refusals(tx, user, id, limit));
    }

    /**
     * Takes a sales file on from a page.
     *
     * @param dateOrder {@code day_first} or {@code month_first}; null where the file tells
     * @throws Problem if it can't be read, with a sentence for the owner
     */
    public void acceptSales(UserId user, Path file, String name, @Nullable String dateOrder) {
        var options = dateOrder == null ? null : write(Map.of("date_order", dateOrder));
        accept(user, null, new Request(Kind.TRANSACTIONS, file, name, null, options));
    }

    /** Takes a file on: what its beginning tells is refused now, the rest happens in the background. */
    Response accept(UserId user, @Nullable String idempotencyKey, Request request) {
        var source = settled(source(request));
        var order = source.dateOrder();
        var hash = idempotencyKey == null
                ? ""
                : sha256(request.file()) + " " + request.mapping() + " " + request.options();
        var answer = idempotency.once(user, idempotencyKey, "import " + request.kind(), hash, tx -> {
            var id = Ids.next();
            keep(request.file(), user, id);
            imports.insert(
                    tx,
                    user,
                    id,
                    new ImportRepository.Reading(
                            request.kind().name().toLowerCase(Locale.ROOT),
                            source.name(),
                            write(source.mapping()),
                            order == null ? null : order.json()),
                    size(path(user, id)));
            jobs.enqueue(tx, JOB, user.value() + "/" + id);
            var queued = imports.find(tx, user, id).orElseThrow();
            return new Idempotency.Answer(202, Envelope.of(new ImportApi.One(queued)));
        });
        jobs.wakeUp();
        return answer;
    }

    /** Reads the whole file and runs it against the shop, then leaves everything as it was. */
    Preview preview(UserId user, Request request) {
        var source = source(request);
        try (var sheet = source.open()) {
            var mapping = source.mappingFor(sheet);
            var examples = new ArrayList<Row>();
            var detection = new DateOrderDetection(mapping);
            for (@Nullable Row row; (row = sheet.next()) != null; ) {
                if (examples.size() < SAMPLE) examples.add(row);
                detection.see(row);
            }
            var order = source.dateOrder() == null ? detection.order() : source.dateOrder();
            boolean open = source.dateOrder() == null && detection.answer() == DateOrderDetection.Answer.AMBIGUOUS;
            return open
                    ? preview(mapping, examples, List.of(), List.of(), null, List.of(question(mapping)))
                    : rehearse(
                            user,
                            new Source(source.file(), source.name(), source.kind(), source.mapping(), order),
                            mapping,
                            examples);
        } catch (UnreadableFile e) {
            throw problem(e);
        }
    }

    private Preview rehearse(UserId user, Source source, Mapping mapping, List<Row> examples) {
        return db.rehearse(user, tx -> {
            try {
                var rows = fileImport.run(tx, user, Ids.next(), source, p -> {});
                var refused = fileImport.refused(tx, REFUSED_SHOWN);
                var reader = fileImport.lines(tx, user, source, mapping);
                var sample = examples.stream()
                        .map(reader::read)
                        .filter(line -> line != null && !(line instanceof Line.Refused))
                        .toList();
                return preview(mapping, examples, sample, refused, rows, List.of());
            } catch (UnreadableFile e) {
                throw problem(e);
            }
        });
    }

    private static Preview preview(
            Mapping mapping,
            List<Row> rows,
            List<Line> sample,
            List<Line.Refused> refused,
            Import.@Nullable Rows counts,
            List<Preview.Question> questions) {
        var columns = new ArrayList<Preview.Column>();
        for (int i = 0; i < mapping.heading().size(); i++) {
            int column = i;
            if (mapping.heading().get(i).isBlank()) continue;
            var examples = rows.stream()
                    .limit(EXAMPLES)
                    .map(r -> r.text(column))
                    .filter(v -> !v.isBlank())
                    .toList();
            var field = mapping.fields().getOrDefault(i, Field.IGNORE).json();
            columns.add(new Preview.Column(mapping.heading().get(i).strip(), field, examples));
        }
        var layout = mapping.layout().name().toLowerCase(Locale.ROOT);
        return new Preview(layout, columns, mapping.json(), sample, refused, counts, questions);
    }

    private static Preview.Question question(Mapping mapping) {
        return new Preview.Question(
                mapping.title(Field.TRANSACTION_DATE),
                "date_order",
                List.of(DateOrder.DAY_FIRST.json(), DateOrder.MONTH_FIRST.json()));
    }

    private static Source settled(Source source) {
        try {
            return source.settled();
        } catch (UnreadableFile e) {
            throw problem(e);
        }
    }

    private Source source(Request request) {
        var options = map("options", request.options());
        for (var option : options.keySet()) {
            if (!Set.of("date_order").contains(option)) throw new Problem.Invalid("options", "unknown_field", option);
        }
        var order = options.get("date_order");
        if (order != null && DateOrder.ofJson(order) == null) {
            throw new Problem.Invalid("options", "wrong_kind", "date_order");
        }
        return new Source(
                request.file(),
                request.name(),
                request.kind(),
                map("mapping", request.mapping()),
                order == null ? null : DateOrder.ofJson(order));
    }

    private Map<String, String> map(String field, @Nullable String text) {
        if (text == null || text.isBlank()) return Map.of();
        try {
            var map = json.readValue(text, new TypeReference<Map<String, String>>() {});
            if (map == null || map.containsValue(null)) throw new Problem.Invalid(field, "wrong_kind", field);
            return map;
        } catch (JsonProcessingException e) {
            throw new Problem.Invalid(field, "wrong_kind", field);
        }
    }

    @Override
    public String name() {
        return JOB;
    }

    /** @param instance user/import. Runs again from the beginning if a node died in the middle. */
    @Override
    public void run(String instance) {
        var ids = instance.split("/", 2);
        var user = new UserId(UUID.fromString(ids[0]));
        var id = UUID.fromString(ids[1]);
        var reading = db.inTenantAsWorker(user, tx -> imports.begin(tx, user, id));
        if (reading.isEmpty()) {
            delete(path(user, id));
            return;
        }
        var source = new Source(
                path(user, id),
                reading.get().fileName(),
                Kind.valueOf(reading.get().kind().toUpperCase(Locale.ROOT)),
                map("mapping", reading.get().mapping()),
                reading.get().dateOrder() == null
                        ? null
                        : DateOrder.ofJson(reading.get().dateOrder()));
        try {
            run(user, id, source);
        } catch (UnreadableFile e) {
            fail(user, id, e.sentence(Locale.of("id")));
        } catch (RuntimeException e) {
            // the node is stopping: the next one begins again
            if (Thread.currentThread().isInterrupted()) throw e;
            if (!Files.exists(source.file())) {
                fail(user, id, "Berkasnya tidak tersimpan di server ini. Kirim sekali lagi.");
            } else {
                LOG.error("Import " + id + " failed", e);
                fail(user, id, "Terjadi kesalahan di sistem kami; tidak ada yang tersimpan. Coba kirim sekali lagi.");
            }
        }
        delete(path(user, id));
    }

    /**
     * A customer typed in by hand at the same moment can take a phone that the file has too: then from the beginning.
     */
    private void run(UserId user, UUID id, Source source) throws UnreadableFile {
        for (int attempt = 1; ; attempt++) {
            try {
                runOnce(user, id, source);
                return;
            } catch (JdbiException | FileImport.CustomersChanged e) {
                boolean collided = !(e instanceof JdbiException refused) || Db.collided(refused);
                if (!collided || attempt == TRIES) throw e;
                LOG.infov("Import {0} met a customer or sale entered at the same time; once more", id);
            }
        }
    }

    private void runOnce(UserId user, UUID id, Source source) throws UnreadableFile {
        try {
            db.inTenantAsWorker(user, tx -> {
                // a node thought dead may have finished it meanwhile
                imports.takeTurn(tx, user);
                if (!imports.isRunning(tx, user, id)) return id;
                try {
                    var rows = fileImport.run(tx, user, id, source, new StoredProgress(user, id));
                    imports.storeRefusals(tx, user, id);
                    imports.done(tx, user, id, rows);
                    if (rows.added() > MANY) imports.gatherStatistics(tx);
                    return id;
                } catch (UnreadableFile e) {
                    throw new Broken(e);
                }
            });
        } catch (Broken e) {
            throw e.file;
        }
    }

    /** Takes an unreadable file through the transaction, which it rolls back. */
    private static final class Broken extends RuntimeException {
        private final transient UnreadableFile file;

        Broken(UnreadableFile file) {
            super(file);
            this.file = file;
        }
    }

    /** Writes the progress where every node can read it, at most three times a second. */
    private final class StoredProgress implements DoubleConsumer {
        private final UserId user;
        private final UUID id;
        private long last = System.nanoTime();

        StoredProgress(UserId user, UUID id) {
            this.user = user;
            this.id = id;
        }

        @Override
        public void accept(double progress) {
            if (System.nanoTime() - last < TimeUnit.MILLISECONDS.toNanos(300)) return;
            last = System.nanoTime();
            db.useTenant(user, tx -> imports.progress(tx, user, id, progress));
        }
    }

    private void fail(UserId user, UUID id, String sentence) {
        db.useTenant(user, tx -> imports.failed(tx, user, id, sentence));
    }

    /** @throws Problem.Conflict if the import isn't done, or was undone already */
    Import undo(UserId user, UUID id) {
        return db.inTenantAsWorker(user, tx -> {
            imports.takeTurn(tx, user);
            var current = imports.find(tx, user, id).orElseThrow(() -> new Problem.NotFound("import"));
            if (!current.status().equals("done")) throw new Problem.Conflict("import.not_undoable");
            imports.undo(tx, user, id);
            return imports.find(tx, user, id).orElseThrow();
        });
    }

    private static RuntimeException problem(UnreadableFile e) {
        var text = new Text("import.unreadable", e.sentence(Locale.of("id")), e.sentence(Locale.ENGLISH));
        return switch (e.status()) {
            case 413 -> new Problem.TooLarge(text.key(), text.values());
            case 415 -> new Problem.Unsupported(text.key(), text.values());
            default -> {
                var field = switch (e.code()) {
                    case DATE_ORDER -> "options";
                    case UNKNOWN_HEADING, UNKNOWN_FIELD, FIELD_TWICE -> "mapping";
                    default -> "file";
                };
                yield new Problem.Invalid(List.of(new Problem.Detail(null, field, text, null)));
            }
        };
    }

    private Path path(UserId user, UUID id) {
        return uploads.resolve(user.value().toString()).resolve(id.toString());
    }

    private void keep(Path file, UserId user, UUID id) {
        try {
            var kept = path(user, id);
            Files.createDirectories(kept.getParent());
            Files.move(file, kept, StandardCopyOption.REPLACE_EXISTING);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void delete(Path file) {
        try {
            Files.deleteIfExists(file);
        } catch (IOException e) {
            LOG.warn("An uploaded file could not be deleted: " + file, e);
        }
    }

    private static long size(Path file) {
        try {
            return Files.size(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String sha256(Path file) {
        try (var in = new DigestInputStream(Files.newInputStream(file), MessageDigest.getInstance("SHA-256"))) {
            in.transferTo(java.io.OutputStream.nullOutputStream());
            return HexFormat.of().formatHex(in.getMessageDigest().digest());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    private String write(Object value) {
        try {
            return json.writeValueAsString(value);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException(e);
        }
    }
}
