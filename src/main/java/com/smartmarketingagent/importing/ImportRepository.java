package com.smartmarketingagent.importing;

import com.smartmarketingagent.platform.Paging;
import com.smartmarketingagent.platform.UserId;
import jakarta.inject.Singleton;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Consumer;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.mapper.reflect.ConstructorMapper;
import org.jspecify.annotations.Nullable;

/** {@code app.imports}, what an import refused, and the undoing of one. */
@Singleton
class ImportRepository {

    private static final String COLUMNS = """
            id, kind, status, file_name, file_bytes, rows_total, rows_new, rows_updated, rows_duplicate, rows_refused,
            progress, error, kept, created_at, finished_at, undone_at
            """;

    /** How a file is to be read: what the owner settled when uploading it. */
    public record Reading(
            String kind,
            String fileName,
            String mapping,
            @Nullable String dateOrder) {}

    void insert(Handle tx, UserId user, UUID id, Reading reading, long bytes) {
        tx.createUpdate("""
                INSERT INTO app.imports (user_id, id, kind, file_name, file_bytes, mapping, date_order)
                VALUES (:user, :id, :kind, :fileName, :bytes, :mapping::jsonb, :dateOrder)
                """)
                .bind("user", user)
                .bind("id", id)
                .bind("bytes", bytes)
                .bindMethods(reading)
                .execute();
    }

    Optional<Import> find(Handle tx, UserId user, UUID id) {
        return tx.createQuery("SELECT " + COLUMNS + " FROM app.imports WHERE user_id = :user AND id = :id")
                .bind("user", user)
                .bind("id", id)
                .map(ConstructorMapper.of(Import.Row.class))
                .map(Import::of)
                .findOne();
    }

    /** Newest first. */
    List<Import> list(Handle tx, UserId user, Paging paging) {
        return tx.createQuery("SELECT " + COLUMNS + """
                         FROM app.imports WHERE user_id = :user ORDER BY created_at DESC, id DESC LIMIT :limit OFFSET :offset
                        """)
                .bind("user", user)
                .bind("limit", paging.limit())
                .bind("offset", paging.offset())
                .map(ConstructorMapper.of(Import.Row.class))
                .map(Import::of)
                .list();
    }

    long count(Handle tx, UserId user) {
        return tx.createQuery("SELECT count(*) FROM app.imports WHERE user_id = :user")
                .bind("user", user)
                .mapTo(Long.class)
                .one();
    }

    /** A shop without a password, to be rolled back. */
    void insertShop(Handle tx, UserId shop) {
        tx.createUpdate("""
                INSERT INTO app.users (id, email, password_hash, full_name, business_name)
                VALUES (:shop, :shop || '@analysis.invalid', '', '', '')
                """).bind("shop", shop).execute();
    }

    /** How to read an import that isn't done yet, which is running from now on; empty when there is nothing to do. */
    Optional<Reading> begin(Handle tx, UserId user, UUID id) {
        return tx.createQuery("""
                UPDATE app.imports SET status = 'running', progress = 0
                WHERE user_id = :user AND id = :id AND status IN ('queued', 'running')
                RETURNING kind, file_name, mapping::text AS mapping, date_order
                """)
                .bind("user", user)
                .bind("id", id)
                .map(ConstructorMapper.of(Reading.class))
                .findOne();
    }

    /** After many new rows: plans made for an empty table take a thousand times as long on a full one. */
    void gatherStatistics(Handle tx) {
        tx.execute("SELECT app.gather_statistics()");
    }

    boolean isRunning(Handle tx, UserId user, UUID id) {
        return tx.createQuery("SELECT status = 'running' FROM app.imports WHERE user_id = :user AND id = :id")
                .bind("user", user)
                .bind("id", id)
                .mapTo(boolean.class)
                .one();
    }

    void progress(Handle tx, UserId user, UUID id, double progress) {
        tx.createUpdate("""
                UPDATE app.imports SET progress = :progress WHERE user_id = :user AND id = :id AND status = 'running'
                """)
                .bind("user", user)
                .bind("id", id)
                .bind("progress", (float) progress)
                .execute();
    }

    /** Imports and undos of one shop happen one after the other. Held until the transaction ends. */
    void takeTurn(Handle tx, UserId user) {
        tx.createQuery("SELECT 1 FROM pg_advisory_xact_lock(hashtextextended('import ' || :user, 0))")
                .bind("user", user.value().toString())
                .mapTo(Integer.class)
                .one();
    }

    void done(Handle tx, UserId user, UUID id, Import.Rows rows) {
        tx.createUpdate("""
                UPDATE app.imports
                SET status = 'done', progress = 1, finished_at = clock_timestamp(), rows_total = :total, rows_new = :added,
                    rows_updated = :updated, rows_duplicate = :duplicate, rows_refused = :refused
                WHERE user_id = :user AND id = :id AND status = 'running'
                """).bind("user", user).bind("id", id).bindMethods(rows).execute();
    }

    void failed(Handle tx, UserId user, UUID id, String error) {
        tx.createUpdate("""
                UPDATE app.imports
                SET status = 'failed', finished_at = clock_timestamp(), error = :error
                WHERE user_id = :user AND id = :id AND status IN ('queued', 'running')
                """)
                .bind("user", user)
                .bind("id", id)
                .bind("error", error)
                .execute();
    }

    /** Moves the staged refusals to where the owner can read them. */
    void storeRefusals(Handle tx, UserId user, UUID importId) {
        tx.createUpdate("""
                INSERT INTO app.import_refusals (user_id, import_id, row_number, column_name, value, reason)
                SELECT :user, :import, row_number, column_name, value, reason FROM staged_refusals
                """).bind("user", user).bind("import", importId).execute();
    }

    long countStagedRefusals(Handle tx) {
        return tx.createQuery("SELECT count(*) FROM staged_refusals")
                .mapTo(Long.class)
                .one();
    }

    /** The refused rows of the file that this transaction has just read, in its order, one at a time. */
    void eachStagedRefusal(Handle tx, Consumer<Line.Refused> reader) {
        tx.createQuery("""
                        SELECT row_number AS row, column_name AS "column", value, reason FROM staged_refusals ORDER BY 1
                        """)
                .setFetchSize(1_000)
                .map(ConstructorMapper.of(Line.Refused.class))
                .forEach(reader);
    }

    List<Line.Refused> stagedRefusals(Handle tx, int limit) {
        return tx.createQuery("""
                SELECT row_number AS row, column_name AS "column", value, reason FROM staged_refusals ORDER BY 1 LIMIT :limit
                """)
                .bind("limit", limit)
                .map(ConstructorMapper.of(Line.Refused.class))
                .list();
    }

    /** The first refused rows in the file's order. */
    List<Line.Refused> refusals(Handle tx, UserId user, UUID importId, int limit) {
        return tx.createQuery("""
                        SELECT row_number AS row, column_name AS "column", value, reason FROM app.import_refusals
                        WHERE user_id = :user AND import_id = :import ORDER BY row_number LIMIT :limit
                        """)
                .bind("user", user)
                .bind("import", importId)
                .bind("limit", limit)
                .map(ConstructorMapper.of(Line.Refused.class))
                .list();
    }

    /** All refused rows in the file's order, without holding them in memory. */
    void eachRefusal(Handle tx, UserId user, UUID importId, Consumer<Line.Refused> reader) {
        tx.createQuery("""
                SELECT row_number AS row, column_name AS "column", value, reason FROM app.import_refusals
                WHERE user_id = :user AND import_id = :import ORDER BY row_number
                """)
                .bind("user", user)
                .bind("import", importId)
                .setFetchSize(1_000)
                .map(ConstructorMapper.of(Line.Refused.class))
                .forEach(reader);
    }

    /**
     * Takes back what an import did. What was changed again since, and a customer who has other sales by now, stays and
     * is counted in {@link Import#kept}.
     */
    void undo(Handle tx, UserId user, UUID importId) {
        holdMade(tx, user, importId);
        long kept = restoreSales(tx, user, importId);
        kept += deleteSales(tx, user, importId);
        kept += restoreCustomers(tx, user, importId);
        kept += deleteCustomers(tx, user, importId);
        tx.createUpdate("INSERT INTO app.rfm_changes (user_id, customer_id) VALUES (:user, NULL)")
                .bind("user", user)
                .execute();
        tx.createUpdate("""
                UPDATE app.imports SET status = 'undone', undone_at = now(), kept = :kept WHERE user_id = :user AND id = :import
                """)
                .bind("user", user)
                .bind("import", importId)
                .bind("kept", kept)
                .execute();
    }

    /** A sale typed in for one of the import's customers at this moment is either seen by what follows, or waits. */
    private static void holdMade(Handle tx, UserId user, UUID importId) {
        tx.createQuery("""
                        SELECT id FROM app.customers WHERE user_id = :user AND import_id = :import ORDER BY id FOR UPDATE
                        """)
                .bind("user", user)
                .bind("import", importId)
                .mapTo(UUID.class)
                .forEach(id -> {});
    }

    /** A sale the import made goes, unless it was changed since. */
    private static long deleteSales(Handle tx, UserId user, UUID importId) {
        tx.createUpdate("""
                DELETE FROM app.transactions
                WHERE user_id = :user AND import_id = :import AND updated_at = created_at
                """).bind("user", user).bind("import", importId).execute();
        return tx.createQuery("SELECT count(*) FROM app.transactions WHERE user_id = :user AND import_id = :import")
                .bind("user", user)
                .bind("import", importId)
                .mapTo(long.class)
                .one();
    }

    private static long restoreSales(Handle tx, UserId user, UUID importId) {
        return tx.createQuery("""
                WITH changes AS (SELECT * FROM app.import_changes
                                 WHERE user_id = :user AND import_id = :import AND table_name = 'transactions'),
                     restored AS (
                       UPDATE app.transactions t
                       SET customer_id = b.customer_id, transaction_date = b.transaction_date, amount = b.amount,
                           products = b.products, notes = b.notes, updated_at = b.updated_at
                       FROM changes c, jsonb_populate_record(NULL::app.transactions, c.before) b
                       WHERE t.user_id = :user AND t.id = c.row_id AND t = jsonb_populate_record(NULL::app.transactions, c.after)
                         AND EXISTS (SELECT FROM app.customers l
                                     WHERE l.user_id = :user AND l.id = b.customer_id AND l.deleted_at IS NULL)
                       RETURNING t.id)
                SELECT (SELECT count(*) FROM changes) - (SELECT count(*) FROM restored)
                """)
                .bind("user", user)
                .bind("import", importId)
                .mapTo(Long.class)
                .one();
    }

    private static long restoreCustomers(Handle tx, UserId user, UUID importId) {
        return tx.createQuery("""
                WITH changes AS (SELECT * FROM app.import_changes
                                 WHERE user_id = :user AND import_id = :import AND table_name = 'customers'),
                     restored AS (
                       UPDATE app.customers t
                       SET name = b.name, phone = b.phone, email = b.email, address = b.address, city = b.city,
                           tags = b.tags, notes = b.notes, updated_at = b.updated_at
                       FROM changes c, jsonb_populate_record(NULL::app.customers, c.before) b
                       WHERE t.user_id = :user AND t.id = c.row_id AND t = jsonb_populate_record(NULL::app.customers, c.after)
                       RETURNING t.id)
                SELECT (SELECT count(*) FROM changes) - (SELECT count(*) FROM restored)
                """)
                .bind("user", user)
                .bind("import", importId)
                .mapTo(Long.class)
                .one();
    }

    /** A customer the import made goes, unless they were changed or bought since. */
    private static long deleteCustomers(Handle tx, UserId user, UUID importId) {
        return tx.createQuery("""
                WITH made AS (SELECT c.id, c.created_at = c.updated_at AND c.deleted_at IS NULL
                                     AND NOT EXISTS (SELECT FROM app.transactions t WHERE t.user_id = c.user_id AND t.customer_id = c.id)
                                     AND NOT EXISTS (SELECT FROM app.merges m WHERE m.user_id = c.user_id AND c.id IN (m.customer_id, m.other_id))
                                     AS untouched
                              FROM app.customers c WHERE c.user_id = :user AND c.import_id = :import),
                     gone AS (DELETE FROM app.customers c USING made m
                              WHERE c.user_id = :user AND c.id = m.id AND m.untouched RETURNING c.id),
                     unscored AS (DELETE FROM app.rfm_analysis a USING gone
                                  WHERE a.user_id = :user AND a.customer_id = gone.id)
                SELECT count(*) FROM made WHERE NOT untouched
                """)
                .bind("user", user)
                .bind("import", importId)
                .mapTo(Long.class)
                .one();
    }
}
