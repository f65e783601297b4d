package com.smartmarketingagent.backup;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.smartmarketingagent.account.Act;
import com.smartmarketingagent.account.Audit;
import com.smartmarketingagent.backup.BackupFile.Writer;
import com.smartmarketingagent.customer.AddressKeys;
import com.smartmarketingagent.platform.Csv;
import com.smartmarketingagent.platform.Db;
import com.smartmarketingagent.platform.Language;
import com.smartmarketingagent.platform.Problem;
import com.smartmarketingagent.platform.Settings;
import com.smartmarketingagent.platform.UserId;
import com.smartmarketingagent.platform.Words;
import io.vertx.ext.web.RoutingContext;
import jakarta.inject.Singleton;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.Response;
import jakarta.ws.rs.core.StreamingOutput;
import java.io.Closeable;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;

/**
 * What a shop has in the database as a ZIP: lists that a spreadsheet opens, and its rows as JSON, a line each, which
 * another installation takes ({@link ShopImport}). Its pictures and the files that it imported stay where they are.
 */
@Singleton
class ShopExport {

    /** Where its rows are in the file: {@code data/customers.jsonl}. */
    static final String DATA = "data/";

    static final String ENDING = ".jsonl";
    static final String ACCOUNT = DATA + "account" + ENDING;
    static final String SUPPRESSED = DATA + "suppressed" + ENDING;

    private static final DateTimeFormatter NAME = DateTimeFormatter.ofPattern("'data-toko-'yyyyMMdd'.zip'");

    private final Db db;
    private final BackupRepository tables;
    private final ExportRepository rows;
    private final AddressKeys keys;
    private final Settings settings;
    private final ObjectMapper json;
    /** Each holds a connection while it writes. */
    private final Semaphore turns = new Semaphore(2);

    private final Audit audit;

    private final Map<UserId, Download> reading = new ConcurrentHashMap<>();

    ShopExport(
            Db db,
            BackupRepository tables,
            ExportRepository rows,
            AddressKeys keys,
            Settings settings,
            ObjectMapper json,
            Audit audit) {
        this.db = db;
        this.tables = tables;
        this.rows = rows;
        this.keys = keys;
        this.settings = settings;
        this.json = json;
        this.audit = audit;
    }

    /** The file of a shop that waits for it to be read. */
    final class Download implements Closeable {
        private final UserId user;
        private final FileChannel file;
        private String name = "";

        Download(UserId user, FileChannel file) {
            this.user = user;
            this.file = file;
        }

        private void read(OutputStream to) throws IOException {
            try (this) {
                Channels.newInputStream(file).transferTo(to);
            }
        }

        /** The disk has it no longer; a second time is nothing. */
        @Override
        public void close() {
            reading.remove(user, this);
            try {
                file.close();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }

    /**
     * As a file to be saved, until the request ends.
     *
     * @throws Problem.Unavailable as {@link #take}
     */
    Response download(UserId user, Language language, RoutingContext request) {
        var taken = take(user, language);
        request.addEndHandler(_ -> taken.close());
        // who went away while it was written
        if (request.response().closed()) taken.close();
        StreamingOutput out = taken::read;
        return Response.ok(out)
                .header(HttpHeaders.CONTENT_DISPOSITION, "attachment; filename=\"" + taken.name + "\"")
                .header(HttpHeaders.CACHE_CONTROL, "no-store")
                .build();
    }

    /**
     * Writes it to the disk, so that a slow reader keeps no connection from others; one at a time for each shop, so
     * that slow readers don't fill the disk.
     *
     * @throws Problem.Unavailable while two others are being written, or while this shop still reads its last
     */
    Download take(UserId user, Language language) {
        if (!turns.tryAcquire()) throw new Problem.Unavailable();
        try {
            var taken = new Download(user, file());
            try {
                if (reading.putIfAbsent(user, taken) != null) throw new Problem.Unavailable();
                audit.noteDownload(user, Act.SHOP_EXPORTED, null, null);
                taken.name = db.inTenantSnapshot(user, tx -> write(tx, user, language, taken.file));
                taken.file.position(0);
                return taken;
            } catch (IOException | RuntimeException e) {
                taken.close();
                throw e;
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } finally {
            turns.release();
        }
    }

    /** Nobody else opens it, and it goes with who has it open. */
    private FileChannel file() throws IOException {
        var folder = Files.createDirectories(settings.dataDir().resolve("exports"));
        return FileChannel.open(
                Path.of(folder.toString(), UUID.randomUUID().toString()),
                StandardOpenOption.CREATE_NEW,
                StandardOpenOption.READ,
                StandardOpenOption.WRITE,
                StandardOpenOption.DELETE_ON_CLOSE);
    }

    private String write(Handle tx, UserId user, Language language, FileChannel file) {
        // the channel stays open for who reads it
        try {
            var out = new Writer(Channels.newOutputStream(file), null, json);
            var at = Db.now(tx);
            lists(tx, user, language, out);
            lines(out, ACCOUNT, line -> line.accept(rows.account(tx, user)));
            var deleted = rows.deleted(tx, user);
            for (var table : rows.tables(tx, tables.tables(tx)))
                lines(out, DATA + table + ENDING, line -> rows.eachRow(tx, user, table, deleted, line));
            lines(out, SUPPRESSED, line -> rows.eachSuppressed(tx, user, keys.key(), keys.previousKey(), line));
            out.end(db.version(), at, Backups.keyCheck(settings.secret("ENCRYPTION_KEY")));
            out.finish();
            return NAME.format(at.atOffset(ZoneOffset.UTC));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void lists(Handle tx, UserId user, Language language, Writer out) throws IOException {
        csv(
                out,
                language,
                "customers.csv",
                "name phone email address city tags notes",
                row -> rows.eachCustomer(
                        tx,
                        user,
                        c -> row.accept(list(
                                c.name(),
                                c.phone(),
                                c.email(),
                                c.address(),
                                c.city(),
                                String.join(", ", c.tags()),
                                c.notes()))));
        csv(
                out,
                language,
                "sales.csv",
                "transaction_date customer phone amount products notes external_id",
                row -> rows.eachSale(
                        tx,
                        user,
                        s -> row.accept(list(
                                s.transactionDate().toString(),
                                s.customer(),
                                s.phone(),
                                s.amount(),
                                s.products(),
                                s.notes(),
                                s.externalId()))));
        csv(
                out,
                language,
                "consents.csv",
                "customer phone email channel state",
                row -> rows.eachConsent(
                        tx, user, c -> row.accept(list(c.customer(), c.phone(), c.email(), c.channel(), c.state()))));
        csv(
                out,
                language,
                "texts.csv",
                "name subject text",
                row -> rows.eachText(tx, user, t -> row.accept(list(t.name(), t.subject(), t.text()))));
    }

    private static List<String> list(@Nullable String... values) {
        return Arrays.stream(values)
                .map(value -> Objects.requireNonNullElse(value, ""))
                .toList();
    }

    /** Writes lines as they come. */
    @FunctionalInterface
    private interface Source<T> {
        void each(Consumer<T> line);
    }

    /** @param titles fields, as readers know them */
    private static void csv(Writer out, Language language, String name, String titles, Source<List<String>> rows)
            throws IOException {
        out.part(name, List.of(), to -> {
            var count = new long[1];
            try (var csv = new Csv(to)) {
                csv.row(Stream.of(titles.split(" "))
                        .map(title -> Words.field(language, title))
                        .toList());
                rows.each(row -> {
                    csv.row(row);
                    count[0]++;
                });
            }
            return count[0];
        });
    }

    private static void lines(Writer out, String name, Source<String> rows) throws IOException {
        out.part(name, List.of(), to -> {
            var count = new long[1];
            rows.each(row -> {
                write(to, row);
                count[0]++;
            });
            return count[0];
        });
    }

    private static void write(OutputStream out, String row) {
        try {
            out.write((row + "\n").getBytes(StandardCharsets.UTF_8));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
