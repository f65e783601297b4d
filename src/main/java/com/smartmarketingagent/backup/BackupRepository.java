package com.smartmarketingagent.backup;

import com.smartmarketingagent.platform.Rows;
import com.smartmarketingagent.platform.UserId;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.jdbi.v3.core.Handle;
import org.postgresql.PGConnection;
import org.postgresql.copy.CopyManager;

/** All shops' rows, table by table, out of a database and into one. */
@Singleton
class BackupRepository {

    /**
     * What lets somebody in, and what is of no use a moment later: whoever finds a backup is logged in nowhere with it,
     * and where it is restored everybody logs in again.
     */
    static final Set<String> LEFT_OUT = Set.of(
            "app.sessions",
            "app.refresh_tokens",
            // belong to a session
            "app.push_devices",
            "app.mailed_links",
            "app.idempotency_keys",
            "app.content_cache",
            "app.figure_cache");

    /** Of the job library what says who is at it, and what it would turn into objects; where the database lives. */
    private static final Map<String, Set<String>> COLUMNS_LEFT_OUT = Map.of(
            "jobs.scheduled_tasks", Set.of("task_data", "picked_by", "last_heartbeat"),
            "jobs.installation", Set.of("mark"));

    /**
     * Whom owners had deleted, with everyone who had been merged into them; {@code epoch} where nothing is left of
     * them.
     */
    private static final String DELETED = """
            WITH RECURSIVE gone AS (
              SELECT c.user_id, c.id, c.id AS person FROM app.customers c WHERE c.deleted_at IS NOT NULL AND c.merged_into IS NULL
              UNION
              SELECT c.user_id, c.id, g.person FROM gone g JOIN app.customers c ON c.user_id = g.user_id AND c.merged_into = g.id)
            SELECT g.user_id, g.id, coalesce(d.purge_at, 'epoch')
            FROM gone g LEFT JOIN app.deleted_customers d ON d.user_id = g.user_id AND d.customer_id = g.person
            """;

    private static final String SUPPRESSED =
            "SELECT user_id, channel, address_hash, reason, created_at FROM app.suppressions";

    /** @param columns in the table's order; both are quoted as SQL wants them */
    public record Table(String name, List<String> columns) {

        private String list() {
            return name + " (" + String.join(", ", columns) + ")";
        }
    }

    public record Referring(String name, List<String> columns, List<String> refersTo) {}

    public record Upload(UserId userId, UUID id) {}

    /** Whom an owner had deleted; from {@code purgeAt} on nothing of them may be left. */
    public record Erased(UserId userId, UUID customerId, Instant purgeAt) {}

    /** Those that others refer to come before them. */
    List<Table> tables(Handle tx) {
        var left = new ArrayList<>(
                tx.createQuery("""
                        SELECT format('%I.%I', n.nspname, c.relname) AS name,
                               ARRAY(SELECT quote_ident(a.attname) FROM pg_attribute a
                                     WHERE a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped AND a.attgenerated = ''
                                     ORDER BY a.attnum) AS columns,
                               ARRAY(SELECT DISTINCT format('%I.%I', rn.nspname, r.relname)
                                     FROM pg_constraint k
                                     JOIN pg_class r ON r.oid = k.confrelid
                                     JOIN pg_namespace rn ON rn.oid = r.relnamespace
                                     WHERE k.conrelid = c.oid AND k.contype = 'f' AND k.confrelid <> c.oid) AS refers_to
                        FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
                        WHERE c.relkind IN ('r', 'p') AND NOT c.relispartition
                          AND (n.nspname IN ('app', 'jobs') OR n.nspname = 'migrations' AND c.relname = 'flyway_schema_history')
                        ORDER BY 1
                        """).map(Rows.of(Referring.class)).list());
        left.removeIf(table -> LEFT_OUT.contains(table.name()));
        var ordered = new ArrayList<Table>();
        var done = new HashSet<String>();
        while (!left.isEmpty()) {
            var ready = left.stream()
                    .filter(table -> done.containsAll(table.refersTo()))
                    .toList();
            if (ready.isEmpty()) throw new IllegalStateException("These tables refer to each other: " + left);
            for (var table : ready) {
                var columns = new ArrayList<>(table.columns());
                columns.removeAll(COLUMNS_LEFT_OUT.getOrDefault(table.name(), Set.of()));
                ordered.add(new Table(table.name(), columns));
                done.add(table.name());
            }
            left.removeAll(ready);
        }
        return ordered;
    }

    /** The migration that the tables are of. */
    String version(Handle tx) {
        return tx.createQuery("""
                        SELECT version FROM migrations.flyway_schema_history
                        WHERE success AND version IS NOT NULL ORDER BY installed_rank DESC LIMIT 1
                        """).mapTo(String.class).one();
    }

    /** A role that row level security hides something from gets an error, rather than what is left. */
    void seeAll(Handle tx) {
        tx.createQuery("SELECT set_config('row_security', 'off', true)")
                .mapTo(String.class)
                .one();
    }

    /** Answers how many rows there are. */
    long copyOut(Handle tx, Table table, OutputStream out) throws IOException {
        try {
            return copies(tx).copyOut("COPY " + table.list() + " TO STDOUT", out);
        } catch (SQLException e) {
            throw new IllegalStateException("COPY of " + table.name() + " failed: " + e.getMessage(), e);
        }
    }

    /** Answers how many rows there are. */
    long copyIn(Handle tx, Table table, InputStream in) throws IOException {
        try {
            return copies(tx).copyIn("COPY " + table.list() + " FROM STDIN", in);
        } catch (SQLException e) {
            throw new IllegalStateException("COPY into " + table.name() + " failed: " + e.getMessage(), e);
        }
    }

    /** Answers how many rows there are. */
    long copyOutErasures(Handle tx, OutputStream out) throws IOException {
        return copyOut(tx, DELETED, out);
    }

    /** Answers how many rows there are. */
    long copyOutSuppressions(Handle tx, OutputStream out) throws IOException {
        return copyOut(tx, SUPPRESSED, out);
    }

    /** Those of lines as {@link #copyOutErasures} writes them whose customers aren't here. */
    List<String> unknownErasures(Handle tx, List<String> lines) {
        return tx.createQuery("""
                        SELECT line FROM unnest(:lines) line
                        WHERE NOT EXISTS (SELECT FROM app.customers c
                                          WHERE c.user_id = split_part(line, chr(9), 1)::uuid AND c.id = split_part(line, chr(9), 2)::uuid)
                        """)
                .bindArray("lines", String.class, lines)
                .mapTo(String.class)
                .list();
    }

    /** Those of lines as {@link #copyOutSuppressions} writes them whose shops aren't here. */
    List<String> unknownSuppressions(Handle tx, List<String> lines) {
        return tx.createQuery("""
                        SELECT line FROM unnest(:lines) line
                        WHERE NOT EXISTS (SELECT FROM app.users u WHERE u.id = split_part(line, chr(9), 1)::uuid)
                        """)
                .bindArray("lines", String.class, lines)
                .mapTo(String.class)
                .list();
    }

    private static long copyOut(Handle tx, String query, OutputStream out) throws IOException {
        try {
            return copies(tx).copyOut("COPY (" + query + ") TO STDOUT", out);
        } catch (SQLException e) {
            throw new IllegalStateException("COPY failed: " + e.getMessage(), e);
        }
    }

    private static CopyManager copies(Handle tx) throws SQLException {
        return tx.getConnection().unwrap(PGConnection.class).getCopyAPI();
    }

    /** Imports whose file is still needed. */
    List<Upload> uploads(Handle tx) {
        return tx.createQuery("""
                        SELECT user_id, id FROM app.imports WHERE status IN ('draft', 'queued', 'running') ORDER BY user_id, id
                        """).map(Rows.of(Upload.class)).list();
    }

    /** For any role: how many connections the program has open on this database, wherever it runs. */
    int served(Handle tx) {
        return tx.createQuery("""
                        SELECT count(*) FROM pg_stat_activity
                        WHERE datname = current_database() AND usename IN ('sma_app', 'sma_worker', 'sma_admin') AND pid <> pg_backend_pid()
                        """).mapTo(Integer.class).one();
    }

    /**
     * For the database's owner, as what follows: lets it past row level security, or no longer, within a transaction.
     */
    void pass(Handle owner, boolean may) {
        owner.createUpdate("""
                        DO $$ DECLARE t text; BEGIN
                          FOR t IN SELECT relname FROM pg_class WHERE relnamespace = 'app'::regnamespace AND relkind IN ('r', 'p') LOOP
                            EXECUTE format('ALTER TABLE app.%I <force> ROW LEVEL SECURITY', t);
                          END LOOP;
                        END $$""".replace("<force>", may ? "NO FORCE" : "FORCE")).execute();
    }

    /** Including administrators; for whoever sees all. */
    long accounts(Handle tx) {
        return tx.createQuery("SELECT count(*) FROM app.users WHERE id IS NOT NULL")
                .mapTo(Long.class)
                .one();
    }

    /**
     * Puts aside, where what is to be restored doesn't reach, what must not be forgotten of the database that it
     * replaces: who was deleted, with everyone who had been merged into them, and who must not be written to.
     */
    void keepWhatWasSaid(Handle owner) {
        owner.createUpdate("CREATE SCHEMA IF NOT EXISTS restored").execute();
        owner.createUpdate("""
                        CREATE TABLE IF NOT EXISTS restored.erasures (
                          user_id uuid, customer_id uuid, purge_at timestamptz NOT NULL, PRIMARY KEY (user_id, customer_id))
                        """).execute();
        owner.createUpdate("INSERT INTO restored.erasures (user_id, customer_id, purge_at) " + DELETED
                        + " ON CONFLICT DO NOTHING")
                .execute();
        owner.createUpdate("""
                        CREATE TABLE IF NOT EXISTS restored.suppressions (
                          user_id uuid, channel text, address_hash bytea, reason text NOT NULL, created_at timestamptz NOT NULL,
                          PRIMARY KEY (user_id, channel, address_hash))
                        """).execute();
        owner.createUpdate("INSERT INTO restored.suppressions (user_id, channel, address_hash, reason, created_at) "
                        + SUPPRESSED + " ON CONFLICT DO NOTHING")
                .execute();
    }

    /**
     * Adds what was noted beside a backup of shops that the database which is replaced doesn't know; of the others it
     * knows more.
     */
    void addErasures(Handle owner, InputStream in) throws IOException {
        owner.createUpdate("CREATE TABLE restored.noted (user_id uuid, customer_id uuid, purge_at timestamptz)")
                .execute();
        copyIn(owner, new Table("restored.noted", List.of("user_id", "customer_id", "purge_at")), in);
        owner.createUpdate("""
                        INSERT INTO restored.erasures (user_id, customer_id, purge_at)
                        SELECT n.user_id, n.customer_id, n.purge_at FROM restored.noted n
                        WHERE NOT EXISTS (SELECT FROM app.users u WHERE u.id = n.user_id)
                        ON CONFLICT DO NOTHING
                        """).execute();
        owner.createUpdate("DROP TABLE restored.noted").execute();
    }

    /** The same of {@link #copyOutSuppressions}. */
    void addSuppressions(Handle owner, InputStream in) throws IOException {
        owner.createUpdate("CREATE TABLE restored.noted (LIKE restored.suppressions)")
                .execute();
        copyIn(
                owner,
                new Table("restored.noted", List.of("user_id", "channel", "address_hash", "reason", "created_at")),
                in);
        owner.createUpdate("""
                        INSERT INTO restored.suppressions
                        SELECT n.* FROM restored.noted n WHERE NOT EXISTS (SELECT FROM app.users u WHERE u.id = n.user_id)
                        ON CONFLICT DO NOTHING
                        """).execute();
        owner.createUpdate("DROP TABLE restored.noted").execute();
    }

    /** Takes out what a migration put into a table. */
    void empty(Handle owner, Table table) {
        owner.createUpdate("DELETE FROM <table>").define("table", table.name()).execute();
    }

    /**
     * What was copied is of another place: nobody is at any work, and nothing is sent from here until somebody says so.
     *
     * @param keyCheck of the key under which it is used from now on
     */
    void settle(Handle owner, String keyCheck) {
        owner.createUpdate("UPDATE jobs.scheduled_tasks SET picked = false WHERE picked")
                .execute();
        // of no place, so that no part of it is left out as unknown
        owner.createUpdate("UPDATE jobs.installation SET mark = 'restored/restored/restored/restored/' || :check")
                .bind("check", keyCheck)
                .execute();
    }

    /**
     * By which key the database was used last, as in {@link BackupFile.Manifest}: the fifth part of its mark, where
     * {@code jobs.mark()} has four, so it is compared with none. Empty where none was noted.
     */
    Optional<String> keyCheck(Handle tx) {
        return tx.createQuery(
                        "SELECT split_part(mark, '/', 5) FROM jobs.installation WHERE split_part(mark, '/', 5) <> ''")
                .mapTo(String.class)
                .findOne();
    }

    /** Notes it, where there is a mark. */
    void noteKeyCheck(Handle owner, String check) {
        owner.createUpdate("""
                        UPDATE jobs.installation
                        SET mark = concat_ws('/', split_part(mark, '/', 1), split_part(mark, '/', 2), split_part(mark, '/', 3),
                                             split_part(mark, '/', 4), :check)
                        WHERE mark IS NOT NULL
                        """).bind("check", check).execute();
    }

    /** Until the end of the transaction nobody else changes what is known of the installation. */
    void lockInstallation(Handle owner) {
        owner.execute("SELECT FROM jobs.installation FOR UPDATE");
    }

    /** Whoever must not be written to isn't, in the words of this version: the tables of a backup may know fewer. */
    void suppress(Handle owner) {
        insertSuppressions(owner, "ON CONFLICT DO NOTHING");
    }

    /** Who was deleted at their own request is known as that, also where the backup knew something else of them. */
    void suppressErased(Handle owner) {
        insertSuppressions(owner, """
                ON CONFLICT (user_id, channel, address_hash)
                  DO UPDATE SET reason = excluded.reason, created_at = excluded.created_at WHERE excluded.reason = 'erased'
                """);
    }

    private void insertSuppressions(Handle owner, String known) {
        // one that was killed under an earlier version has put them there already
        boolean kept = owner.createQuery("SELECT to_regclass('restored.suppressions') IS NOT NULL")
                .mapTo(Boolean.class)
                .one();
        if (!kept) return;
        pass(owner, true);
        owner.createUpdate("""
                        INSERT INTO app.suppressions (user_id, channel, address_hash, reason, created_at)
                        SELECT s.user_id, s.channel, s.address_hash, s.reason, s.created_at
                        FROM restored.suppressions s JOIN app.users u ON u.id = s.user_id
                        <known>
                        """).define("known", known).execute();
        pass(owner, false);
    }

    /** For any role: whether deletions wait to be repeated. */
    boolean isUnfinished(Handle tx) {
        return tx.createQuery("SELECT to_regnamespace('restored') IS NOT NULL")
                .mapTo(Boolean.class)
                .one();
    }

    List<Erased> erasures(Handle owner) {
        return owner.createQuery(
                        "SELECT user_id, customer_id, purge_at FROM restored.erasures ORDER BY user_id, customer_id")
                .map(Rows.of(Erased.class))
                .list();
    }

    void finish(Handle owner) {
        owner.createUpdate("DROP SCHEMA restored CASCADE").execute();
    }

    /** The planner knows nothing of what was just copied. */
    void analyse(Handle owner) {
        owner.createUpdate("ANALYZE").execute();
    }
}
