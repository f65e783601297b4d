package com.smartmarketingagent.importing;

import com.smartmarketingagent.platform.Rows;
import com.smartmarketingagent.platform.UserId;
import jakarta.inject.Singleton;
import java.util.List;
import java.util.UUID;
import org.jdbi.v3.core.Handle;

/**
 * Takes back what an import did: what it made carries its id, what it changed is kept in {@code app.import_changes}.
 */
@Singleton
class UndoRepository {

    /**
     * Whether a sale {@code t} can be put back to {@code b}: its customer of then is there, or was erased and has it.
     */
    private static final String CUSTOMER_IS_THERE = """
            EXISTS (SELECT FROM app.customers l
                    WHERE l.user_id = :user AND l.id = b.customer_id AND (l.deleted_at IS NULL OR l.id = t.customer_id))
            """;

    /** Whether money was given back for a sale {@code t}. */
    private static final String GIVEN_BACK =
            "EXISTS (SELECT FROM app.transactions r WHERE r.user_id = :user AND r.refund_of = t.id)";

    /** Whether a customer {@code c} was neither deleted nor merged and had no part in a campaign. */
    private static final String IN_NOTHING = """
            c.deleted_at IS NULL
              AND NOT EXISTS (SELECT FROM app.merges m WHERE m.user_id = :user AND c.id IN (m.customer_id, m.other_id))
              AND NOT EXISTS (SELECT FROM app.message_outbox o WHERE o.user_id = :user AND o.customer_id = c.id)
              AND NOT EXISTS (SELECT FROM app.campaign_holdout h WHERE h.user_id = :user AND h.customer_id = c.id)
            """;

    /**
     * What an undo will do; what has to stay is not counted.
     *
     * @param sales that the import made and that go
     * @param customers the same
     * @param changes sales and customers that are put back and stay
     * @param earlierSales that go along: of imports that were undone before
     * @param earlierCustomers the same
     */
    public record Extent(long sales, long customers, long changes, long earlierSales, long earlierCustomers) {}

    /**
     * What {@link #undo} would do, asked of all rows at once: a row is put back by one import after the other as long
     * as it is as that one left it, and goes if it then is as its own import made it.
     */
    Extent extent(Handle tx, UserId user, UUID importId) {
        return tx.createQuery("""
                WITH turns AS (SELECT * FROM unnest(CAST(:imports AS uuid[])) WITH ORDINALITY u (import_id, turn)),
                     sale_steps AS (
                       SELECT c.row_id, u.turn, b AS before, jsonb_populate_record(NULL::app.transactions, c.after) AS after,
                              coalesce(lag(b) OVER (PARTITION BY c.row_id ORDER BY u.turn), t) AS found
                       FROM turns u
                       JOIN app.import_changes c ON c.user_id = :user AND c.import_id = u.import_id
                         AND c.table_name = 'transactions' AND NOT c.undone
                       JOIN app.transactions t ON t.user_id = :user AND t.id = c.row_id
                       CROSS JOIN jsonb_populate_record(NULL::app.transactions, c.before) b),
                     sales_back AS MATERIALIZED (
                       SELECT DISTINCT ON (row_id) row_id, (before).customer_id, (before).updated_at
                       FROM (SELECT s.row_id, s.turn, s.before, bool_and(s.found = s.after AND
                       """ + CUSTOMER_IS_THERE + """
                             ) OVER (PARTITION BY s.row_id ORDER BY s.turn) AS comes
                             FROM sale_steps s
                             CROSS JOIN LATERAL (SELECT (s.before).customer_id) b CROSS JOIN LATERAL (SELECT (s.found).customer_id) t) s
                       WHERE comes ORDER BY row_id, turn DESC),
                     customer_steps AS (
                       SELECT c.row_id, u.turn, b AS before, jsonb_populate_record(NULL::app.customers, c.after) AS after,
                              coalesce(lag(b) OVER (PARTITION BY c.row_id ORDER BY u.turn), t) AS found
                       FROM turns u
                       JOIN app.import_changes c ON c.user_id = :user AND c.import_id = u.import_id
                         AND c.table_name = 'customers' AND NOT c.undone
                       JOIN app.customers t ON t.user_id = :user AND t.id = c.row_id
                       CROSS JOIN jsonb_populate_record(NULL::app.customers, c.before) b),
                     customers_back AS MATERIALIZED (
                       SELECT DISTINCT ON (row_id) row_id, (before).updated_at
                       FROM (SELECT row_id, turn, before, bool_and(found = after) OVER (PARTITION BY row_id ORDER BY turn) AS comes
                             FROM customer_steps) s
                       WHERE comes ORDER BY row_id, turn DESC),
                     going AS MATERIALIZED (
                       SELECT t.id, t.import_id FROM app.transactions t LEFT JOIN sales_back b ON b.row_id = t.id
                       WHERE t.user_id = :user AND t.import_id = ANY (:imports)
                         AND t.created_at = coalesce(b.updated_at, t.updated_at) AND NOT
                       """ + GIVEN_BACK + """
                     ),
                     may_go AS MATERIALIZED (
                       SELECT c.id, c.import_id FROM app.customers c LEFT JOIN customers_back b ON b.row_id = c.id
                       WHERE c.user_id = :user AND c.import_id = ANY (:imports)
                         AND c.created_at = coalesce(b.updated_at, c.updated_at) AND
                       """ + IN_NOTHING + """
                     ),
                     buyers AS (
                       SELECT t.customer_id FROM may_go c
                       JOIN app.transactions t ON t.user_id = :user AND t.customer_id = c.id
                       WHERE NOT EXISTS (SELECT FROM going g WHERE g.id = t.id)
                         AND NOT EXISTS (SELECT FROM sales_back b WHERE b.row_id = t.id)
                       UNION
                       SELECT b.customer_id FROM sales_back b WHERE NOT EXISTS (SELECT FROM going g WHERE g.id = b.row_id)),
                     leaving AS MATERIALIZED (
                       SELECT c.id, c.import_id FROM may_go c WHERE NOT EXISTS (SELECT FROM buyers b WHERE b.customer_id = c.id))
                SELECT (SELECT count(*) FROM going WHERE import_id = :import) AS sales,
                       (SELECT count(*) FROM leaving WHERE import_id = :import) AS customers,
                       (SELECT count(*) FROM sales_back b WHERE NOT EXISTS (SELECT FROM going g WHERE g.id = b.row_id))
                         + (SELECT count(*) FROM customers_back b WHERE NOT EXISTS (SELECT FROM leaving l WHERE l.id = b.row_id)) AS changes,
                       (SELECT count(*) FROM going WHERE import_id <> :import) AS earlier_sales,
                       (SELECT count(*) FROM leaving WHERE import_id <> :import) AS earlier_customers
                """)
                .bind("user", user)
                .bind("import", importId)
                .bindArray("imports", UUID.class, takenBack(tx, user, importId))
                .map(Rows.of(Extent.class))
                .one();
    }

    /**
     * Files that came in later and held rows that were known.
     *
     * @param files their names, the first first
     * @param rows how many such rows they held together; which they were isn't kept
     */
    public record Later(List<String> files, long rows) {

        private static final int NAMED = 3;

        public String named() {
            var first = String.join(", ", files.stream().limit(NAMED).toList());
            return files.size() > NAMED ? first + ", …" : first;
        }
    }

    /**
     * Of the imports between this one and its undo, or until now: what they found known may be what this one made.
     * Those that were handed in again since the undo are left out.
     */
    Later later(Handle tx, UserId user, UUID importId) {
        return tx.createQuery("""
                SELECT coalesce(array_agg(file_name ORDER BY first), '{}') AS files, coalesce(sum(rows), 0) AS rows
                FROM (SELECT l.file_name, min(l.finished_at) AS first, sum(l.rows_duplicate) AS rows
                      FROM app.imports i
                      JOIN app.imports l ON l.user_id = :user AND l.status = 'done' AND l.rows_duplicate > 0
                        AND l.finished_at > i.finished_at AND l.finished_at < coalesce(i.undone_at, 'infinity')
                      WHERE i.user_id = :user AND i.id = :import AND i.rows_new + i.rows_updated > 0
                        AND NOT EXISTS (SELECT FROM app.imports a
                                        WHERE a.user_id = :user AND a.status = 'done' AND a.file_name = l.file_name
                                          AND a.finished_at > i.undone_at)
                      GROUP BY l.file_name) f
                """)
                .bind("user", user)
                .bind("import", importId)
                .map(Rows.of(Later.class))
                .one();
    }

    /**
     * What was changed again since, a sale that money was given back for, and a customer who has other sales by now,
     * stays and is counted in {@link Import#kept}. What earlier undos left only because of this import goes with it.
     */
    void undo(Handle tx, UserId user, UUID importId) {
        var imports = takenBack(tx, user, importId);
        holdMade(tx, user, imports);
        for (var id : imports) takeBack(tx, user, id);
        tx.createUpdate("INSERT INTO app.rfm_changes (user_id, customer_id) VALUES (:user, NULL)")
                .bind("user", user)
                .execute();
        tx.createUpdate("""
                UPDATE app.imports SET status = 'undone', undone_at = now() WHERE user_id = :user AND id = :import
                """).bind("user", user).bind("import", importId).execute();
    }

    /** The import, and those before it that were undone and left something, the latest first. */
    private static List<UUID> takenBack(Handle tx, UserId user, UUID importId) {
        return tx.createQuery("""
                        SELECT i.id FROM app.imports i
                        JOIN app.imports last ON last.user_id = :user AND last.id = :import
                        WHERE i.user_id = :user
                          AND (i.id = :import OR i.status = 'undone' AND i.kept > 0 AND i.finished_at < last.finished_at)
                        ORDER BY i.id = :import DESC, i.finished_at DESC
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
                  WHERE c.user_id = :user AND c.import_id = :import AND c.table_name = 'transactions' AND NOT c.undone
                    AND t.user_id = :user AND t.id = c.row_id AND t = jsonb_populate_record(NULL::app.transactions, c.after) AND
                  """ + CUSTOMER_IS_THERE + """
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
                DELETE FROM app.transactions t
                WHERE t.user_id = :user AND t.import_id = :import AND t.updated_at = t.created_at AND NOT
                """ + GIVEN_BACK)
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
                  WHERE c.user_id = :user AND c.import_id = :import AND c.table_name = 'customers' AND NOT c.undone
                    AND t.user_id = :user AND t.id = c.row_id AND t = jsonb_populate_record(NULL::app.customers, c.after)
                  RETURNING t.id)
                UPDATE app.import_changes c SET undone = true FROM restored r
                WHERE c.user_id = :user AND c.import_id = :import AND c.table_name = 'customers' AND c.row_id = r.id
                """).bind("user", user).bind("import", importId).execute();
    }

    /** A customer the import made goes, unless they were changed, bought, or had a part in a campaign since. */
    private static void deleteCustomers(Handle tx, UserId user, UUID importId) {
        tx.createUpdate("""
                WITH gone AS (
                  DELETE FROM app.customers c
                  WHERE c.user_id = :user AND c.import_id = :import AND c.created_at = c.updated_at AND
                  """ + IN_NOTHING + """
                    AND NOT EXISTS (SELECT FROM app.transactions t WHERE t.user_id = :user AND t.customer_id = c.id)
                  RETURNING c.id)
                DELETE FROM app.rfm_analysis a USING gone WHERE a.user_id = :user AND a.customer_id = gone.id
                """)
                .bind("user", user)
                .bind("import", importId)
                .execute();
    }
}
