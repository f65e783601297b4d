package com.smartmarketingagent.importing;

import com.smartmarketingagent.customer.Customer;
import com.smartmarketingagent.importing.Laps.Step;
import com.smartmarketingagent.platform.Rows;
import com.smartmarketingagent.platform.UserId;
import com.smartmarketingagent.transaction.Sale;
import jakarta.inject.Singleton;
import java.math.BigDecimal;
import java.time.LocalDate;
import java.util.Locale;
import java.util.UUID;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;

/**
 * Brings staged sales, whose persons are matched, to {@code app.transactions}: what is new, changed, or there already.
 */
@Singleton
class SalesRepository {

    /** Above this number of customers, the analysis is told that all changed. */
    private static final int MANY = 5_000;

    private static final int PARTS = 4;

    /** The products of the stored sale {@code t}, to be compared with {@link #TOLD}. */
    private static final String SOLD = """
            (CASE WHEN NOT :priced AND jsonb_path_exists(t.products, '$[*] ? (@.price != null || @.quantity == null)')
                  THEN (SELECT jsonb_agg(p || jsonb_build_object('price', NULL, 'quantity', coalesce((p ->> 'quantity')::numeric, 1)) ORDER BY n)
                        FROM jsonb_array_elements(t.products) WITH ORDINALITY e (p, n))
                  ELSE t.products END)
            """;

    /**
     * The products of the staged sale {@code s}. Of a file without prices neither these nor whether a single piece was
     * counted makes a difference.
     */
    private static final String TOLD = """
            (CASE WHEN NOT :priced AND jsonb_path_exists(s.products, '$[*] ? (@.quantity == null)')
                  THEN (SELECT jsonb_agg(p || jsonb_build_object('quantity', coalesce((p ->> 'quantity')::numeric, 1)) ORDER BY n)
                        FROM jsonb_array_elements(s.products) WITH ORDINALITY e (p, n))
                  ELSE s.products END)
            """;

    /** Rows of a file: a row that is one of several lines of an order counts with it. */
    record Counts(long added, long updated, long duplicate) {}

    /**
     * Stored orders that the file says were cancelled.
     *
     * @param amount rupiah by which the revenue is less without them
     */
    public record TakenBack(long orders, BigDecimal amount) {
        static final TakenBack NOTHING = new TakenBack(0, BigDecimal.ZERO);
    }

    /**
     * Finds the sales of several rows: those with one order number, or that continue one without. One of more products
     * than a sale may have is refused with all its rows before anybody puts them together.
     *
     * @param ordersRepeat whether there may be any
     */
    void gatherOrders(Handle tx, boolean ordersRepeat) {
        // before lines are refused for what only shows later
        tx.execute("""
                CREATE TEMPORARY TABLE counting ON COMMIT DROP AS
                SELECT DISTINCT external_id FROM staged_sales WHERE external_id IN (SELECT external_id FROM staged_refusals)
                UNION
                SELECT external_id FROM staged_refusals WHERE external_id IS NOT NULL AND reason <> 'refused.cancelled'
                """);
        if (!ordersRepeat) return;
        tx.execute("""
                UPDATE staged_sales s SET head = s.row
                FROM (SELECT DISTINCT head FROM staged_sales WHERE head IS NOT NULL) h WHERE s.row = h.head
                """);
        tx.execute("""
                CREATE TEMPORARY TABLE several ON COMMIT DROP AS
                SELECT coalesce('o' || external_id, 'r' || head) AS sale, sum(jsonb_array_length(products)) AS products FROM staged_sales
                WHERE external_id IS NOT NULL OR head IS NOT NULL GROUP BY 1 HAVING count(*) > 1
                """);
        int refused = tx.createUpdate("""
                WITH gone AS (DELETE FROM staged_sales s USING several o
                              WHERE o.products > :most AND coalesce('o' || s.external_id, 'r' || s.head) = o.sale
                              RETURNING s.row, o.products)
                INSERT INTO staged_refusals
                SELECT row, 'Produk', '', 'refused.products', ARRAY[products::text, :most::text] FROM gone
                """).bind("most", Sale.MOST_PRODUCTS).execute();
        if (refused > 0) StagingRepository.forgetPeopleWithoutSales(tx);
    }

    /**
     * A stored order stays its customer's, whoever the file says they are, if the file says the same of the sale: their
     * phone may have been corrected since. That of an erased customer stays without a name, whatever the file says.
     * Nobody is made whose orders all stay with others.
     *
     * @param ordersRepeat whether several lines may be of one sale
     * @param priced whether any line says what one piece costs
     */
    void keepCustomers(Handle tx, UserId user, boolean ordersRepeat, boolean priced) {
        if (!anyStored(tx, user)) return;
        int others = keepOrders(tx, user, ordersRepeat, priced) + keepErased(tx, user, priced);
        if (others == 0) return;
        tx.execute("""
                WITH bought AS (SELECT p.customer_id FROM persons p
                                WHERE EXISTS (SELECT FROM staged_sales s WHERE s.identity = p.identity))
                DELETE FROM persons
                WHERE customer_id IN (SELECT customer_id FROM persons WHERE created)
                  AND customer_id NOT IN (SELECT customer_id FROM bought WHERE customer_id IS NOT NULL)
                """);
    }

    private static int keepOrders(Handle tx, UserId user, boolean ordersRepeat, boolean priced) {
        return tx.createUpdate("""
                WITH orders AS (
                       SELECT external_id, day, amount, products FROM staged_sales WHERE NOT :repeat AND external_id IS NOT NULL
                       UNION ALL
                       SELECT external_id, (array_agg(day ORDER BY row))[1], sum(amount),
                              jsonb_path_query_array(jsonb_agg(products ORDER BY row), '$[*][*]')
                       FROM staged_sales WHERE :repeat AND external_id IS NOT NULL GROUP BY external_id),
                     kept AS (
                       SELECT s.external_id, t.customer_id, c.deleted_at IS NOT NULL AS erased
                       FROM orders s
                       JOIN app.transactions t ON t.user_id = :user AND t.external_id = s.external_id
                       JOIN app.customers c ON c.user_id = :user AND c.id = t.customer_id
                       WHERE c.deleted_at IS NOT NULL
                          OR (t.transaction_date, t.amount) = (s.day, s.amount) AND (s.products = '[]' OR """ + TOLD + " = " + SOLD + """
                          )),
                     moved AS (
                       UPDATE staged_sales s SET identity = 'k:' || k.customer_id
                       FROM kept k, persons p
                       WHERE s.external_id = k.external_id AND s.identity = p.identity AND p.customer_id IS DISTINCT FROM k.customer_id
                       RETURNING s.identity, k.customer_id, k.erased)
                INSERT INTO persons (identity, row, by_name, named, tags, customer_id, created, erased)
                SELECT DISTINCT identity, 0, false, false, '{}'::text[], customer_id, false, erased FROM moved
                """)
                .bind("user", user)
                .bind("repeat", ordersRepeat)
                .bind("priced", priced)
                .execute();
    }

    /** The shop's own file of sales knows those erased by one name only: the n-th equal sale of it is theirs. */
    private static int keepErased(Handle tx, UserId user, boolean priced) {
        var erased = "n:" + Customer.ERASED.toLowerCase(Locale.ROOT);
        boolean any = tx.createQuery("SELECT EXISTS (SELECT FROM persons WHERE identity = :erased AND created)")
                .bind("erased", erased)
                .mapTo(boolean.class)
                .one();
        if (!any) return 0;
        return tx.createUpdate("""
                WITH stored AS (
                       SELECT t.customer_id, t.transaction_date AS day, t.amount, """ + SOLD + """
                              AS products FROM app.transactions t
                       JOIN app.customers c ON c.user_id = :user AND c.id = t.customer_id AND c.deleted_at IS NOT NULL
                       WHERE t.user_id = :user AND t.external_id IS NULL),
                     numbered AS (
                       SELECT *, row_number() OVER (PARTITION BY day, amount, products ORDER BY customer_id) AS nth FROM stored),
                     told AS (
                       SELECT row, day, amount, sold AS products, row_number() OVER (PARTITION BY day, amount, sold ORDER BY row) AS nth
                       FROM staged_sales s CROSS JOIN LATERAL (SELECT """ + TOLD + """
                         AS sold) l WHERE identity = :erased AND external_id IS NULL),
                     moved AS (
                       UPDATE staged_sales s SET identity = 'k:' || n.customer_id
                       FROM told JOIN numbered n USING (day, amount, products, nth) WHERE s.row = told.row
                       RETURNING s.identity, n.customer_id)
                INSERT INTO persons (identity, row, by_name, named, tags, customer_id, created, erased)
                SELECT DISTINCT identity, 0, false, false, '{}'::text[], customer_id, false, true FROM moved
                WHERE identity NOT IN (SELECT identity FROM persons)
                """)
                .bind("user", user)
                .bind("erased", erased)
                .bind("priced", priced)
                .execute();
    }

    private static boolean anyStored(Handle tx, UserId user) {
        return tx.createQuery("SELECT EXISTS (SELECT FROM app.transactions WHERE user_id = :user)")
                .bind("user", user)
                .mapTo(boolean.class)
                .one();
    }

    /**
     * @param ordersRepeat whether several lines may be of one sale
     * @param priced whether any line says what one piece costs
     */
    Counts store(Handle tx, UserId user, UUID importId, boolean ordersRepeat, boolean priced, Laps laps) {
        refuseUntold(tx);
        if (ordersRepeat) joinLinesOfOrders(tx);
        long staged = lines(tx, "SELECT coalesce(sum(lines), 0) FROM staged_sales");
        tx.execute("CREATE TEMPORARY TABLE known (row int, id uuid, same boolean) ON COMMIT DROP");
        tx.execute(
                "CREATE TEMPORARY TABLE taken_back (id uuid, external_id text, amount numeric, remains numeric) ON COMMIT DROP");
        long cancelled = 0;
        if (anyStored(tx, user)) {
            findOrders(tx, user, priced);
            findOccurrences(tx, user, priced);
            tx.execute("ANALYZE known");
            cancelled = takeBack(tx, user, importId);
        }
        long updated = lines(
                tx, "SELECT coalesce(sum(s.lines), 0) FROM known k JOIN staged_sales s USING (row) WHERE NOT k.same");
        long duplicate =
                lines(tx, "SELECT coalesce(sum(s.lines), 0) FROM known k JOIN staged_sales s USING (row) WHERE k.same");
        laps.end(Step.COMPARING_SALES);
        if (updated > 0) updateChanged(tx, user, importId, priced);
        if (staged > updated + duplicate) insertNew(tx, user, importId, laps);
        laps.end(Step.STORING_SALES);
        if (staged > duplicate) markChanged(tx, user);
        return new Counts(staged - updated - duplicate, updated + cancelled, duplicate);
    }

    /** What {@link #store} has just taken back. */
    TakenBack takenBack(Handle tx) {
        return tx.createQuery("SELECT count(*) AS orders, coalesce(sum(amount - remains), 0) AS amount FROM taken_back")
                .map(Rows.of(TakenBack.class))
                .one();
    }

    /** Null for a shop without sales. */
    @Nullable
    LocalDate lastDay(Handle tx, UserId user) {
        return tx.createQuery("SELECT max(transaction_date) FROM app.transactions WHERE user_id = :user")
                .bind("user", user)
                .mapTo(LocalDate.class)
                .findOne()
                .orElse(null);
    }

    private static long lines(Handle tx, String sql) {
        return tx.createQuery(sql).mapTo(Long.class).one();
    }

    /** Sales of people of whom nobody can tell which customer they are. */
    private static void refuseUntold(Handle tx) {
        if (lines(tx, "SELECT count(*) FROM persons WHERE namesakes IS NOT NULL") == 0) return;
        tx.execute("""
                WITH untold AS (DELETE FROM staged_sales s USING persons p
                                WHERE p.namesakes IS NOT NULL AND s.identity = p.identity
                                RETURNING s.row, p.by_name, p.name, p.email, p.namesakes)
                INSERT INTO staged_refusals
                SELECT row, CASE WHEN by_name THEN 'Nama' ELSE 'Email' END, CASE WHEN by_name THEN name ELSE email END,
                       CASE WHEN by_name THEN 'refused.one_name' ELSE 'refused.one_email' END, ARRAY[namesakes::text]
                FROM untold
                """);
    }

    /**
     * Rows of {@code several} become one sale: the first row's customer and day, all products, the amounts added up.
     */
    private static void joinLinesOfOrders(Handle tx) {
        tx.execute("""
                WITH lines AS (DELETE FROM staged_sales s USING several o
                               WHERE coalesce('o' || s.external_id, 'r' || s.head) = o.sale RETURNING s.*, o.sale),
                     orders AS (
                       SELECT sale, min(external_id) AS external_id, min(row) AS row, (array_agg(id ORDER BY row))[1] AS id,
                              (array_agg(identity ORDER BY row))[1] AS identity, (array_agg(day ORDER BY row))[1] AS day,
                              sum(amount) AS amount,
                              jsonb_path_query_array(jsonb_agg(products ORDER BY row), '$[*][*]') AS products,
                              (array_agg(notes ORDER BY row) FILTER (WHERE notes IS NOT NULL))[1] AS notes, count(*) AS lines
                       FROM lines GROUP BY sale),
                     fitting AS (
                       INSERT INTO staged_sales (row, id, identity, day, amount, products, notes, external_id, lines)
                       SELECT row, id, identity, day, amount, products, notes, external_id, lines FROM orders
                       WHERE abs(amount) < 10000000000000)
                INSERT INTO staged_refusals
                SELECT l.row, 'Total', o.amount::text, 'refused.order_too_large', '{}'
                FROM orders o JOIN lines l USING (sale) WHERE abs(o.amount) >= 10000000000000
                """);
    }

    /** Orders that are stored, and whether the file says the same of them. What a file leaves empty is no change. */
    private static void findOrders(Handle tx, UserId user, boolean priced) {
        tx.createUpdate("""
                INSERT INTO known
                SELECT s.row, t.id,
                       p.erased OR (t.customer_id, t.transaction_date, t.amount) = (p.customer_id, s.day, s.amount)
                       AND (s.products = '[]' OR """ + TOLD + " = " + SOLD + """
                       ) AND (s.notes IS NULL OR s.notes IS NOT DISTINCT FROM t.notes)
                FROM staged_sales s
                JOIN persons p USING (identity)
                JOIN app.transactions t ON t.user_id = :user AND t.external_id = s.external_id
                """)
                .bind("user", user)
                .bind("priced", priced)
                .execute();
    }

    /** Sales without an order number: the n-th equal one of a file is the n-th equal one stored. */
    private static void findOccurrences(Handle tx, UserId user, boolean priced) {
        tx.createUpdate("""
                INSERT INTO known
                SELECT row, NULL, true
                FROM (SELECT s.row, t.n,
                             row_number() OVER (PARTITION BY t.customer_id, t.transaction_date, t.amount, t.products ORDER BY s.row) AS nth
                      FROM staged_sales s
                      JOIN persons p USING (identity)
                      JOIN (SELECT customer_id, transaction_date, amount, """ + SOLD + """
                              AS products, count(*) AS n
                            FROM app.transactions t
                            WHERE user_id = :user AND external_id IS NULL
                              AND transaction_date BETWEEN (SELECT min(day) FROM staged_sales) AND (SELECT max(day) FROM staged_sales)
                            GROUP BY 1, 2, 3, 4) t
                        ON (t.customer_id, t.transaction_date, t.amount, t.products) = (p.customer_id, s.day, s.amount, """ + TOLD + """
                             )
                      WHERE s.external_id IS NULL) o
                WHERE nth <= n
                """)
                .bind("user", user)
                .bind("priced", priced)
                .execute();
    }

    private static void updateChanged(Handle tx, UserId user, UUID importId, boolean priced) {
        tx.createUpdate("""
                WITH old AS (SELECT t.id, t.customer_id, to_jsonb(t) AS before
                             FROM app.transactions t JOIN known k ON k.id = t.id AND NOT k.same WHERE t.user_id = :user),
                     updated AS (
                       UPDATE app.transactions t
                       SET customer_id = p.customer_id, transaction_date = s.day, amount = s.amount,
                           products = CASE WHEN s.products = '[]' OR """ + TOLD + " = " + SOLD + """
                                      THEN t.products ELSE s.products END,
                           notes = coalesce(s.notes, t.notes), updated_at = now()
                       FROM known k JOIN staged_sales s USING (row) JOIN persons p USING (identity)
                       WHERE t.user_id = :user AND t.id = k.id AND NOT k.same
                       RETURNING t.id, to_jsonb(t) AS after),
                     marked AS (
                       INSERT INTO app.rfm_changes (user_id, customer_id) SELECT DISTINCT :user::uuid, customer_id FROM old)
                INSERT INTO app.import_changes (user_id, import_id, table_name, row_id, before, after)
                SELECT :user, :import, 'transactions', u.id, o.before, u.after FROM updated u JOIN old o USING (id)
                """)
                .bind("user", user)
                .bind("import", importId)
                .bind("priced", priced)
                .execute();
    }

    /**
     * Stored orders that the file says were cancelled keep their products and lose their amount, but for what was given
     * back for them already, which is subtracted itself. One of which the file has a line that counts, or that was
     * refused for anything else, is not among them.
     *
     * @return the rows of the file that say so, which are no longer refused
     */
    private static long takeBack(Handle tx, UserId user, UUID importId) {
        // what is given back at the same moment is waited for, and seen by the next statement
        tx.createQuery("""
                        SELECT t.id FROM app.transactions t
                        WHERE t.user_id = :user AND t.external_id IN (SELECT external_id FROM staged_refusals WHERE reason = 'refused.cancelled')
                        ORDER BY t.id FOR UPDATE
                        """).bind("user", user).mapTo(UUID.class).list();
        int orders = tx.createUpdate("""
                        INSERT INTO taken_back
                        SELECT t.id, t.external_id, t.amount, b.remains
                        FROM app.transactions t
                        CROSS JOIN LATERAL (SELECT coalesce(-sum(r.amount), 0) AS remains FROM app.transactions r
                                            WHERE r.user_id = :user AND r.refund_of = t.id) b
                        WHERE t.user_id = :user AND t.external_id IN (SELECT external_id FROM staged_refusals WHERE reason = 'refused.cancelled')
                          AND NOT EXISTS (SELECT FROM counting c WHERE c.external_id = t.external_id) AND t.amount > b.remains
                        """).bind("user", user).execute();
        if (orders == 0) return 0;
        tx.createUpdate("""
                WITH old AS (SELECT t.id, to_jsonb(t) AS before FROM app.transactions t JOIN taken_back b USING (id) WHERE t.user_id = :user),
                     updated AS (
                       UPDATE app.transactions t SET amount = b.remains, updated_at = now() FROM taken_back b
                       WHERE t.user_id = :user AND t.id = b.id
                       RETURNING t.id, t.customer_id, to_jsonb(t) AS after),
                     marked AS (
                       INSERT INTO app.rfm_changes (user_id, customer_id) SELECT DISTINCT :user::uuid, customer_id FROM updated)
                INSERT INTO app.import_changes (user_id, import_id, table_name, row_id, before, after)
                SELECT :user, :import, 'transactions', u.id, o.before, u.after FROM updated u JOIN old o USING (id)
                """).bind("user", user).bind("import", importId).execute();
        return lines(tx, """
                WITH gone AS (DELETE FROM staged_refusals r USING taken_back b WHERE r.external_id = b.external_id RETURNING r.row_number)
                SELECT count(*) FROM gone
                """);
    }

    /**
     * The customers are held or made by this transaction, so where the server lets us, the foreign key is looked up
     * once for each of them instead of once for each sale: a third of the whole import's time. They are stored in
     * parts, so that the longest step shows how far it is.
     */
    private static void insertNew(Handle tx, UserId user, UUID importId, Laps laps) {
        // set by set: of customers that this transaction made the planner knows nothing, and would compare each with
        // each
        boolean customersThere =
                tx.createQuery("""
                        SELECT has_parameter_privilege('session_replication_role', 'SET')
                               AND NOT EXISTS (SELECT p.customer_id FROM persons p WHERE p.namesakes IS NULL
                                               EXCEPT SELECT c.id FROM app.customers c WHERE c.user_id = :user)
                        """).bind("user", user).mapTo(boolean.class).one();
        if (customersThere) tx.execute("SET LOCAL session_replication_role = replica");
        long last = lines(tx, "SELECT coalesce(max(row), 0) FROM staged_sales");
        for (int part = 1; part <= PARTS; part++) {
            tx.createUpdate("""
                    INSERT INTO app.transactions (user_id, id, customer_id, transaction_date, amount, products, notes, external_id, import_id)
                    SELECT :user, s.id, p.customer_id, s.day, s.amount, s.products, s.notes, s.external_id, :import
                    FROM staged_sales s
                    JOIN persons p USING (identity)
                    WHERE s.row > :after AND s.row <= :until AND NOT EXISTS (SELECT FROM known k WHERE k.row = s.row)
                    """)
                    .bind("user", user)
                    .bind("import", importId)
                    .bind("after", (int) (last * (part - 1) / PARTS))
                    .bind("until", (int) (last * part / PARTS))
                    .execute();
            laps.within(Step.STORING_SALES, part, PARTS);
        }
        if (customersThere) tx.execute("SET LOCAL session_replication_role = origin");
    }

    private static void markChanged(Handle tx, UserId user) {
        tx.createUpdate("""
                INSERT INTO app.rfm_changes (user_id, customer_id)
                SELECT DISTINCT :user::uuid, CASE WHEN (SELECT count(*) FROM persons) <= :many THEN customer_id END
                FROM persons WHERE customer_id IS NOT NULL
                """).bind("user", user).bind("many", MANY).execute();
    }
}
