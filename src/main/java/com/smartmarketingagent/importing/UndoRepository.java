package com.smartmarketingagent.importing;

import com.smartmarketingagent.platform.UserId;
import jakarta.inject.Singleton;
import java.util.UUID;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.mapper.reflect.ConstructorMapper;

/**
 * Takes back what an import did: what it made carries its id, what it changed is kept in {@code app.import_changes}.
 */
@Singleton
class UndoRepository {

    /**
     * What an undo has to do.
     *
     * @param sales that the import made and that are still there
     * @param customers the same
     * @param changes sales and customers that it changed
     */
    public record Extent(long sales, long customers, long changes) {}

    Extent extent(Handle tx, UserId user, UUID importId) {
        return tx.createQuery("""
                SELECT (SELECT count(*) FROM app.transactions WHERE user_id = :user AND import_id = :import) AS sales,
                       (SELECT count(*) FROM app.customers
                        WHERE user_id = :user AND import_id = :import AND deleted_at IS NULL) AS customers,
                       (SELECT count(*) FROM app.import_changes WHERE user_id = :user AND import_id = :import) AS changes
                """)
                .bind("user", user)
                .bind("import", importId)
                .map(ConstructorMapper.of(Extent.class))
                .one();
    }

    /**
     * What was changed again since, and a customer who has other sales by now, stays and is counted in
     * {@link Import#kept}.
     */
    void undo(Handle tx, UserId user, UUID importId) {
        holdMade(tx, user, importId);
        long kept = countChanges(tx, user, importId);
        kept -= restoreSales(tx, user, importId);
        kept += deleteSales(tx, user, importId);
        kept -= restoreCustomers(tx, user, importId);
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

    private static long countChanges(Handle tx, UserId user, UUID importId) {
        return tx.createQuery("SELECT count(*) FROM app.import_changes WHERE user_id = :user AND import_id = :import")
                .bind("user", user)
                .bind("import", importId)
                .mapTo(long.class)
                .one();
    }

    /** A sale is put back if it is as the import left it and the customer it had is still there; how many were. */
    private static int restoreSales(Handle tx, UserId user, UUID importId) {
        return tx.createUpdate("""
                UPDATE app.transactions t
                SET customer_id = b.customer_id, transaction_date = b.transaction_date, amount = b.amount,
                    products = b.products, notes = b.notes, updated_at = b.updated_at
                FROM app.import_changes c, jsonb_populate_record(NULL::app.transactions, c.before) b
                WHERE c.user_id = :user AND c.import_id = :import AND c.table_name = 'transactions'
                  AND t.user_id = :user AND t.id = c.row_id AND t = jsonb_populate_record(NULL::app.transactions, c.after)
                  AND EXISTS (SELECT FROM app.customers l
                              WHERE l.user_id = :user AND l.id = b.customer_id AND l.deleted_at IS NULL)
                """).bind("user", user).bind("import", importId).execute();
    }

    /** A customer is put back if they are as the import left them; how many were. */
    private static int restoreCustomers(Handle tx, UserId user, UUID importId) {
        return tx.createUpdate("""
                UPDATE app.customers t
                SET name = b.name, phone = b.phone, email = b.email, address = b.address, city = b.city,
                    tags = b.tags, notes = b.notes, updated_at = b.updated_at
                FROM app.import_changes c, jsonb_populate_record(NULL::app.customers, c.before) b
                WHERE c.user_id = :user AND c.import_id = :import AND c.table_name = 'customers'
                  AND t.user_id = :user AND t.id = c.row_id AND t = jsonb_populate_record(NULL::app.customers, c.after)
                """).bind("user", user).bind("import", importId).execute();
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
