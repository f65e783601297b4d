package com.smartmarketingagent.backup;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.smartmarketingagent.account.Limits;
import com.smartmarketingagent.backup.BackupFile.Manifest;
import com.smartmarketingagent.customer.AddressKeys;
import com.smartmarketingagent.platform.Db;
import com.smartmarketingagent.platform.Problem;
import com.smartmarketingagent.platform.Settings;
import com.smartmarketingagent.platform.UserId;
import jakarta.inject.Singleton;
import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jboss.logging.Logger;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.JdbiException;

/**
 * What {@link ShopExport} wrote of a shop, here or elsewhere, into a shop that has nothing yet: all of it or nothing.
 * Campaigns come with what became of them; what was under way there is ended.
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
    private static final int LONGEST_LINE = 1 << 20;
    /** A ZIP of 100 MB may hold a thousand times as much. */
    private static final long MOST_BYTES = 4L << 30;

    private static final int MOST_PARTS = 200;

    private final Db db;
    private final BackupRepository tables;
    private final ExportRepository rows;
    private final AddressKeys keys;
    private final Settings settings;
    private final ObjectMapper json;
    private final Limits limits;

    ShopImport(
            Db db,
            BackupRepository tables,
            ExportRepository rows,
            AddressKeys keys,
            Settings settings,
            ObjectMapper json,
            Limits limits) {
        this.db = db;
        this.tables = tables;
        this.rows = rows;
        this.keys = keys;
        this.settings = settings;
        this.json = json;
        this.limits = limits;
    }

    /**
     * Answers how many rows came, by table.
     *
     * @throws Problem.Invalid for a file that isn't one, is damaged or of a newer version
     * @throws Problem.Conflict where the shop has anything already, such as after the first time
     */
    Map<String, Integer> take(UserId user, Path file) {
        try {
            var manifest = look(file);
            return db.inTenantAsWorker(user, tx -> take(tx, user, file, manifest));
        } catch (Refused | JsonProcessingException e) {
            LOG.debug("No export", e);
            throw new Problem.Invalid("file", "export.unreadable");
        } catch (JdbiException e) {
            if (!Db.isRefused(e)) throw e;
            LOG.debug("Rows that can't be", e);
            throw new Problem.Invalid("file", "export.unreadable");
        }
    }

    private Manifest look(Path file) throws JsonProcessingException {
        var size = new long[2];
        var manifest = BackupFile.read(file, Optional.empty(), json, (part, in) -> {
            var piece = new byte[1 << 16];
            if (++size[1] > MOST_PARTS) throw new Refused("It is too large.");
            for (int got; (got = in.read(piece)) >= 0; ) {
                size[0] += got;
                if (size[0] > MOST_BYTES) throw new Refused("It is too large.");
            }
        });
        if (manifest.parts().stream().noneMatch(part -> part.name().equals(ShopExport.ACCOUNT)))
            throw new Refused("It is no shop's.");
        if (Integer.parseInt(manifest.version()) > Integer.parseInt(db.version()))
            throw new Problem.Invalid("file", "export.newer");
        return manifest;
    }

    private Map<String, Integer> take(Handle tx, UserId user, Path file, Manifest manifest) {
        rows.lock(tx, user);
        if (!rows.isEmpty(tx, user)) throw new Problem.Conflict("export.not_empty");
        boolean sameKey = manifest.keyCheck().equals(Backups.keyCheck(settings.secret("ENCRYPTION_KEY")));
        var columns = tables.tables(tx).stream()
                .filter(table -> table.name().startsWith("app."))
                .collect(Collectors.toMap(
                        table -> table.name().substring("app.".length()), BackupRepository.Table::columns));
        var counts = new HashMap<String, Integer>();
        BackupFile.read(file, Optional.empty(), json, (part, in) -> {
            if (part.equals(ShopExport.SUPPRESSED)) {
                counts.merge(
                        "suppressions",
                        each(in, lines -> rows.suppress(tx, user, keys.key(), array(lines))),
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
                    each(in, lines -> rows.insert(tx, user, table, told(known, lines.getFirst()), array(lines))),
                    Integer::sum);
        });
        rows.settle(tx, user);
        limits.checkCustomers(tx, user, 0);
        limits.checkSales(tx, user, 0);
        return counts;
    }

    /** The columns of which an export says something: an older one knows not all of today's. */
    private static List<String> told(List<String> columns, JsonNode row) {
        return columns.stream()
                .filter(column -> column.equals("user_id") || row.has(column.replace("\"", "")))
                .toList();
    }

    private String array(List<JsonNode> lines) {
        return lines.stream().map(JsonNode::toString).collect(Collectors.joining(",", "[", "]"));
    }

    /** A few hundred rows at a time, to who stores them. */
    private int each(InputStream part, Function<List<JsonNode>, Integer> store) throws IOException {
        var in = new BufferedInputStream(part, 1 << 16);
        var lines = new java.util.ArrayList<JsonNode>();
        int stored = 0;
        for (var line = line(in); !line.isEmpty(); line = line(in)) {
            var row = json.readTree(line);
            if (!row.isObject()) throw new Refused("A row is no object.");
            lines.add(row);
            if (lines.size() < AT_ONCE) continue;
            stored += store.apply(lines);
            lines.clear();
        }
        return lines.isEmpty() ? stored : stored + store.apply(lines);
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
