package com.smartmarketingagent.backup;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.ObjectReader;
import com.smartmarketingagent.account.Act;
import com.smartmarketingagent.account.Audit;
import com.smartmarketingagent.account.Limits;
import com.smartmarketingagent.backup.BackupFile.Manifest;
import com.smartmarketingagent.campaign.Audience;
import com.smartmarketingagent.customer.AddressKeys;
import com.smartmarketingagent.platform.Db;
import com.smartmarketingagent.platform.Problem;
import com.smartmarketingagent.platform.Settings;
import com.smartmarketingagent.platform.UserId;
import com.smartmarketingagent.transaction.Product;
import jakarta.inject.Singleton;
import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.Semaphore;
import java.util.stream.Collectors;
import org.jboss.logging.Logger;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.JdbiException;

/**
 * What {@link ShopExport} wrote of a shop, here or elsewhere, into a shop that has nothing yet: all of it or nothing.
 * Campaigns come with what became of them, drafts don't; what was under way there is ended.
 */
@Singleton
class ShopImport {

    private static final Logger LOG = Logger.getLogger(ShopImport.class);

    /** What is of use in another installation. */
    private static final Set<String> TAKEN = Set.of(
            "customers",
            "transactions",
            "deleted_transactions",
            "consents",
            "consent_history",
            "content_templates",
            "content_template_versions",
            "style_examples",
            "occasions",
            "rfm_settings",
            "campaigns",
            "message_outbox",
            "campaign_holdout");

    private static final int AT_ONCE = 500;
    /** Characters: the text of few long rows takes as much memory as that of many short ones. */
    private static final int MOST_TEXT = 1 << 20;

    private static final int LONGEST_LINE = 1 << 20;
    private static final int MOST_COLUMNS = 200;
    /** A ZIP may hold a thousand times its size; one of rows holds some twenty times. */
    private static final int MOST_TIMES = 100;

    private static final long ALWAYS = 64L << 20;
    private static final long MOST_BYTES = 4L << 30;

    private static final int MOST_PARTS = 200;
    private static final Duration LONGEST = Duration.ofMinutes(10);

    private final Db db;
    private final BackupRepository tables;
    private final ExportRepository rows;
    private final AddressKeys keys;
    private final Settings settings;
    private final ObjectMapper json;
    private final ObjectReader audiences;
    private final ObjectReader products;
    /** It holds one of the connections that the jobs of all shops have, for minutes where the file is large. */
    final Semaphore turn = new Semaphore(1);

    private final Limits limits;
    private final Audit audit;

    ShopImport(
            Db db,
            BackupRepository tables,
            ExportRepository rows,
            AddressKeys keys,
            Settings settings,
            ObjectMapper json,
            Limits limits,
            Audit audit) {
        this.db = db;
        this.tables = tables;
        this.rows = rows;
        this.keys = keys;
        this.settings = settings;
        this.json = json;
        audiences = json.readerFor(Audience.class).without(DeserializationFeature.FAIL_ON_TRAILING_TOKENS);
        products = json.readerFor(Product[].class)
                .without(
                        DeserializationFeature.FAIL_ON_TRAILING_TOKENS,
                        DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES);
        this.limits = limits;
        this.audit = audit;
    }

    /**
     * Answers how many rows came, by table.
     *
     * @throws Problem.Invalid for a file that isn't one, is damaged or of a newer version
     * @throws Problem.Conflict where the shop has anything already, such as after the first time, or is just taking one
     * @throws Problem.Unavailable while another shop's is being taken, or where this one takes too long
     */
    Map<String, Integer> take(UserId user, Path file) {
        if (!turn.tryAcquire()) throw new Problem.Unavailable();
        try {
            long until = System.nanoTime() + LONGEST.toNanos();
            // and once more when they come: this costs less than to look at the file
            db.inTenantAsWorker(user, tx -> {
                mayTake(tx, user);
                return user;
            });
            var manifest = look(file, until);
            return db.inTenantAsWorker(user, tx -> take(tx, user, file, manifest, until));
        } catch (Refused e) {
            LOG.debug("No export", e);
            throw new Problem.Invalid("file", "export.unreadable");
        } catch (JdbiException e) {
            if (!Db.isRefused(e)) throw e;
            LOG.debug("Rows that can't be", e);
            throw new Problem.Invalid("file", "export.unreadable");
        } finally {
            turn.release();
        }
    }

    private Manifest look(Path file, long until) {
        long most = Math.clamp(file.toFile().length() * MOST_TIMES, ALWAYS, MOST_BYTES);
        var size = new long[2];
        var manifest = BackupFile.readOfAShop(file, json, (part, in) -> {
            var piece = new byte[1 << 16];
            if (++size[1] > MOST_PARTS) throw new Refused("It is too large.");
            for (int got; (got = in.read(piece)) >= 0; ) {
                size[0] += got;
                if (size[0] > most) throw new Refused("It is too large.");
                inTime(until);
            }
        });
        if (manifest.parts().stream().noneMatch(part -> part.name().equals(ShopExport.ACCOUNT)))
            throw new Refused("It is no shop's.");
        if (Integer.parseInt(manifest.version()) > Integer.parseInt(db.version()))
            throw new Problem.Invalid("file", "export.newer");
        return manifest;
    }

    private void mayTake(Handle tx, UserId user) {
        limits.checkImports(tx, user);
        if (!rows.isEmpty(tx, user)) throw new Problem.Conflict("export.not_empty");
    }

    private static void inTime(long until) {
        if (System.nanoTime() > until) throw new Problem.Unavailable();
    }

    private Map<String, Integer> take(Handle tx, UserId user, Path file, Manifest manifest, long until) {
        Db.waitAtMost(tx, 10);
        if (!rows.lock(tx, user)) throw new Problem.Conflict("export.under_way");
        mayTake(tx, user);
        boolean sameKey = manifest.keyCheck().equals(Backups.keyCheck(settings.secret("ENCRYPTION_KEY")));
        var columns = tables.tables(tx).stream()
                .filter(table -> table.name().startsWith("app."))
                .collect(Collectors.toMap(
                        table -> table.name().substring("app.".length()), BackupRepository.Table::columns));
        var counts = new HashMap<String, Integer>();
        BackupFile.readOfAShop(file, json, (part, in) -> {
            if (part.equals(ShopExport.SUPPRESSED)) {
                counts.merge(
                        "suppressions",
                        each(in, until, (told, some) -> rows.suppress(tx, user, keys.key(), some)),
                        Integer::sum);
                return;
            }
            if (!part.startsWith(ShopExport.DATA) || !part.endsWith(ShopExport.ENDING)) return;
            var table = part.substring(ShopExport.DATA.length(), part.length() - ShopExport.ENDING.length());
            // of another key they would be nobody's
            boolean ours = TAKEN.contains(table) || sameKey && table.equals("suppressions");
            var known = columns.get(table);
            if (!ours || known == null) return;
            counts.merge(
                    table,
                    each(in, until, (told, some) -> rows.insert(tx, user, table, both(known, told), some)),
                    Integer::sum);
        });
        // nobody looked at what they say, and they could be approved
        counts.computeIfPresent("campaigns", (_, all) -> all - rows.dropDrafts(tx, user));
        rows.settle(tx, user);
        limits.checkCustomers(tx, user, 0);
        limits.checkSales(tx, user, 0);
        audit.note(tx, user, Act.SHOP_IMPORTED, (UUID) null);
        return counts;
    }

    /** The columns of which an export says something: an older one knows not all of today's. */
    private static List<String> both(List<String> columns, Set<String> told) {
        return columns.stream()
                .filter(column -> column.equals("user_id") || told.contains(column.replace("\"", "")))
                .toList();
    }

    /** Stores rows; answers how many. */
    @FunctionalInterface
    interface Store {
        /**
         * @param told the columns of the first
         * @param rows a JSON array
         */
        int store(Set<String> told, String rows);
    }

    /** A few hundred rows at a time, fewer where they are long. */
    int each(InputStream part, long until, Store store) throws IOException {
        var in = new BufferedInputStream(part, 1 << 16);
        var rows = new StringBuilder();
        Set<String> first = Set.of();
        int stored = 0;
        int some = 0;
        for (var line = line(in); !line.isEmpty(); line = line(in)) {
            inTime(until);
            var told = columns(line);
            if (some == 0) first = told;
            rows.append(some++ == 0 ? '[' : ',').append(line);
            if (some < AT_ONCE && rows.length() < MOST_TEXT) continue;
            stored += store.store(first, rows.append(']').toString());
            rows.setLength(0);
            some = 0;
        }
        return some == 0 ? stored : stored + store.store(first, rows.append(']').toString());
    }

    /**
     * What a row tells. It is read without being kept: a megabyte of JSON can be a hundred of objects. What would break
     * who reads it later is refused.
     */
    private Set<String> columns(String line) throws IOException {
        try (var row = json.createParser(line)) {
            row.disable(JsonParser.Feature.STRICT_DUPLICATE_DETECTION);
            if (row.nextToken() != JsonToken.START_OBJECT) throw new Refused("A row is no object.");
            var columns = new HashSet<String>();
            while (row.nextToken() == JsonToken.FIELD_NAME) {
                var column = row.currentName();
                if (!columns.add(column) || columns.size() > MOST_COLUMNS) throw new Refused("A row has odd columns.");
                row.nextToken();
                switch (column) {
                    case "audience" -> audiences.readValue(row);
                    case "products" -> {
                        if (row.currentToken() != JsonToken.START_ARRAY
                                || Arrays.asList(products.<Product[]>readValue(row))
                                        .contains(null)) throw new Refused("A sale has no list of products.");
                    }
                    default -> row.skipChildren();
                }
            }
            if (row.nextToken() != null) throw new Refused("Something follows a row.");
            return columns;
        } catch (JsonProcessingException e) {
            throw new Refused("A row can't be read.", e);
        }
    }

    private static String line(InputStream in) throws IOException {
        var line = new ByteArrayOutputStream();
        for (int b = in.read(); b >= 0 && b != '\n'; b = in.read()) {
            line.write(b);
            if (line.size() > LONGEST_LINE) throw new Refused("A row is too long.");
        }
        return line.toString(StandardCharsets.UTF_8);
    }
}
