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
import jakarta.inject.Singleton;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.Response;
import jakarta.ws.rs.core.StreamingOutput;
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
import java.util.Objects;
import java.util.UUID;
import java.util.concurrent.Semaphore;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.jdbi.v3.core.Handle;

/**
 * Everything of one shop as a ZIP: lists that a spreadsheet opens, and all rows of all its tables as JSON, a line each,
 * which another installation takes ({@link ShopImport}).
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

    /**
     * As a file to be saved. It is written to the disk first, so that a slow reader keeps no connection from others.
     *
     * @throws Problem.Unavailable while two others are being written
     */
    Response download(UserId user, Language language) {
        if (!turns.tryAcquire()) throw new Problem.Unavailable();
        try {
            var file = file();
            try {
                audit.noteDownload(user, Act.SHOP_EXPORTED, null, null);
                var at = db.inTenantSnapshot(user, tx -> write(tx, user, language, file));
                file.position(0);
                StreamingOutput out = to -> {
                    try (file) {
                        Channels.newInputStream(file).transferTo(to);
                    }
                };
                return Response.ok(out)
                        .header(HttpHeaders.CONTENT_DISPOSITION, "attachment; filename=\"" + at + "\"")
                        .header(HttpHeaders.CACHE_CONTROL, "no-store")
                        .build();
            } catch (IOException | RuntimeException e) {
                file.close();
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
            for (var table : rows.tables(tx, tables.tables(tx)))
                lines(out, DATA + table + ENDING, line -> rows.eachRow(tx, user, table, line));
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

    private static List<String> list(@org.jspecify.annotations.Nullable String... values) {
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
