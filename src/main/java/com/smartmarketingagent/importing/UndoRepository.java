package com.smartmarketingagent.importing;

import com.smartmarketingagent.platform.Rows;
import com.smartmarketingagent.platform.UserId;
import jakarta.inject.Singleton;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.jdbi.v3.core.Handle;

/**
 * Takes back what an import did: what it made carries its id, what it changed is kept in {@code app.import_changes}.
 */
@Singleton
class UndoRepository {

    /** A stored sale {@code t} that is as the change {@code c} left it, and what it was before, {@code b}. */
    private static final String SALE_COMES_BACK = """
            c.import_id = :import AND c.table_name = 'transactions' AND NOT c.undone
              AND t.user_id = :user AND t.id = c.row_id AND t = jsonb_populate_record(NULL::app.transactions, c.after)
              AND EXISTS (SELECT FROM app.customers l
                          WHERE l.user_id = :user AND l.id = b.customer_id
                            AND (l.deleted_at IS NULL OR l.id = t.customer_id))
            """;

    /** A stored customer {@code t} who is as the change {@code c} left them. */
    private static final String CUSTOMER_COMES_BACK = """
            c.import_id = :import AND c.table_name = 'customers' AND NOT c.undone
              AND t.user_id = :user AND t.id = c.row_id AND t = jsonb_populate_record(NULL::app.customers, c.after)
            """;

    /** A sale {@code t} of the import that nobody changed since nor gave money back for. */
    private static final String SALE_GOES = """
            t.import_id = :import AND t.updated_at = t.created_at
              AND NOT EXISTS (SELECT FROM app.transactions r WHERE r.user_id = :user AND r.refund_of = t.id)
            """;

    /** A customer {@code c} of the import who was not changed since and had no part in a campaign. */
    private static final String CUSTOMER_MAY_GO = """
            c.import_id = :import AND c.created_at = c.updated_at AND c.deleted_at IS NULL
              AND NOT EXISTS (SELECT FROM app.merges m WHERE m.user_id = :user AND c.id IN (m.customer_id, m.other_id))
              AND NOT EXISTS (SELECT FROM app.message_outbox o WHERE o.user_id = :user AND o.customer_id = c.id)
              AND NOT EXISTS (SELECT FROM app.campaign_holdout h WHERE h.user_id = :user AND h.customer_id = c.id)
            """;

    /**
     * What an undo will do; what has to stay is not counted.
     *
     * @param sales that the import made and that go
     * @param customers the same
     * @param changes sales and customers that it changed and that are put back
     */
    public record Extent(long sales, long customers, long changes) {}

    Extent extent(Handle tx, UserId user, UUID importId) {
        return tx.createQuery("""
                WITH back AS (
                       SELECT t.id, b.customer_id
                       FROM app.import_changes c, jsonb_populate_record(NULL::app.transactions, c.before) b, app.transactions t
                       WHERE c.user_id = :user AND
                       """ + SALE_COMES_BACK + """
                     ),
                     going AS (SELECT t.id FROM app.transactions t WHERE t.user_id = :user AND
                     """ + SALE_GOES + """
                     ),
                     may_go AS MATERIALIZED (SELECT c.id FROM app.customers c WHERE c.user_id = :user AND
                     """ + CUSTOMER_MAY_GO + """
                     ),
                     buyers AS (
                       SELECT t.customer_id FROM may_go c
                       JOIN app.transactions t ON t.user_id = :user AND t.customer_id = c.id
                       WHERE NOT EXISTS (SELECT FROM going g WHERE g.id = t.id) AND NOT EXISTS (SELECT FROM back b WHERE b.id = t.id)
                       UNION
                       SELECT customer_id FROM back)
                SELECT (SELECT count(*) FROM going) AS sales,
                       (SELECT count(*) FROM may_go c WHERE NOT EXISTS (SELECT FROM buyers b WHERE b.customer_id = c.id)) AS customers,
                       (SELECT count(*) FROM back)
                         + (SELECT count(*) FROM app.import_changes c, app.customers t
                            WHERE c.user_id = :user AND
                            """
                        + CUSTOMER_COMES_BACK + """
                           ) AS changes
                """)
                .bind("user", user)
                .bind("import", importId)
                .map(Rows.of(Extent.class))
                .one();
    }

    /**
     * What was changed again since, a sale that money was given back for, and a customer who has other sales by now,
     * stays and is counted in {@link Import#kept}. What earlier undos left only because of this import goes with it.
     */
    void undo(Handle tx, UserId user, UUID importId) {
        var imports = new ArrayList<>(List.of(importId));
        imports.addAll(leftBehind(tx, user, importId));
        holdMade(tx, user, imports);
        for (var id : imports) takeBack(tx, user, id);
        tx.createUpdate("INSERT INTO app.rfm_changes (user_id, customer_id) VALUES (:user, NULL)")
                .bind("user", user)
                .execute();
        tx.createUpdate("""
                UPDATE app.imports SET status = 'undone', undone_at = now() WHERE user_id = :user AND id = :import
                """).bind("user", user).bind("import", importId).execute();
    }

    /** Imports before this one that were undone and left something, the latest first. */
    private static List<UUID> leftBehind(Handle tx, UserId user, UUID importId) {
        return tx.createQuery("""
                        SELECT i.id FROM app.imports i
                        JOIN app.imports later ON later.user_id = :user AND later.id = :import
                        WHERE i.user_id = :user AND i.status = 'undone' AND i.kept > 0 AND i.finished_at < later.finished_at
                        ORDER BY i.finished_at DESC
                        """)
                .bind("user", user)
                .bind("import", importId)
                .mapTo(UUID.class)
                .list();
    }

    /** A sale typed in for one of the imports' customers at this moment is either seen by what follows, or waits. */
    private static void holdMade(Handle tx, UserId user, List<UUID> imports) {
        tx.createQuery("""
                        SELECT id FROM app.customers WHERE user_id = :user AND import_id = ANY (:imports) ORDER BY id FOR UPDATE
                        """)
                .bind("user", user)
                .bindArray("imports", UUID.class, imports)
                .mapTo(UUID.class)
                .forEach(id -> {});
    }

    private static void takeBack(Handle tx, UserId user, UUID importId) {
        restoreSales(tx, user, importId);
        deleteSales(tx, user, importId);
        restoreCustomers(tx, user, importId);
        deleteCustomers(tx, user, importId);
        tx.createUpdate("""
                UPDATE app.imports
                SET kept = (SELECT count(*) FROM app.import_changes WHERE user_id = :user AND import_id = :import AND NOT undone)
                         + (SELECT count(*) FROM app.transactions WHERE user_id = :user AND import_id = :import)
                         + (SELECT count(*) FROM app.customers WHERE user_id = :user AND import_id = :import)
                WHERE user_id = :user AND id = :import
                """).bind("user", user).bind("import", importId).execute();
    }

    /**
     * A sale is put back if it is as the import left it and the customer it had is still there, or was erased and has
     * it still.
     */
    private static void restoreSales(Handle tx, UserId user, UUID importId) {
        tx.createUpdate("""
                WITH restored AS (
                  UPDATE app.transactions t
                  SET customer_id = b.customer_id, transaction_date = b.transaction_date, amount = b.amount,
                      products = b.products, notes = b.notes, updated_at = b.updated_at
                  FROM app.import_changes c, jsonb_populate_record(NULL::app.transactions, c.before) b
                  WHERE c.user_id = :user AND
                  """ + SALE_COMES_BACK + """
                  RETURNING t.id)
                UPDATE app.import_changes c SET undone = true FROM restored r
                WHERE c.user_id = :user AND c.import_id = :import AND c.table_name = 'transactions' AND c.row_id = r.id
                """)
                .bind("user", user)
                .bind("import", importId)
                .execute();
    }

    /** A sale the import made goes, unless it was changed since or money was given back for it. */
    private static void deleteSales(Handle tx, UserId user, UUID importId) {
        tx.createUpdate("""
                DELETE FROM app.transactions t WHERE t.user_id = :user AND
                """ + SALE_GOES)
                .bind("user", user)
                .bind("import", importId)
                .execute();
    }

    /** A customer is put back if they are as the import left them. */
    private static void restoreCustomers(Handle tx, UserId user, UUID importId) {
        tx.createUpdate("""
                WITH restored AS (
                  UPDATE app.customers t
                  SET name = b.name, phone = b.phone, email = b.email, address = b.address, city = b.city,
                      tags = b.tags, notes = b.notes, updated_at = b.updated_at
                  FROM app.import_changes c, jsonb_populate_record(NULL::app.customers, c.before) b
                  WHERE c.user_id = :user AND
                  """ + CUSTOMER_COMES_BACK + """
                  RETURNING t.id)
                UPDATE app.import_changes c SET undone = true FROM restored r
                WHERE c.user_id = :user AND c.import_id = :import AND c.table_name = 'customers' AND c.row_id = r.id
                """)
                .bind("user", user)
                .bind("import", importId)
                .execute();
    }

    /** A customer the import made goes, unless they were changed, bought, or had a part in a campaign since. */
    private static void deleteCustomers(Handle tx, UserId user, UUID importId) {
        tx.createUpdate("""
                WITH gone AS (
                  DELETE FROM app.customers c
                  WHERE c.user_id = :user AND
                  """ + CUSTOMER_MAY_GO + """
                    AND NOT EXISTS (SELECT FROM app.transactions t WHERE t.user_id = :user AND t.customer_id = c.id)
                  RETURNING c.id)
                DELETE FROM app.rfm_analysis a USING gone WHERE a.user_id = :user AND a.customer_id = gone.id
                """)
                .bind("user", user)
                .bind("import", importId)
                .execute();
    }
}
