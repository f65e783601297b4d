package com.smartmarketingagent.transaction;

import static java.util.Objects.requireNonNull;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.ObjectReader;
import com.smartmarketingagent.platform.Db;
import com.smartmarketingagent.platform.Paging;
import com.smartmarketingagent.platform.Problem;
import com.smartmarketingagent.platform.Problem.Detail;
import com.smartmarketingagent.platform.Problem.Text;
import com.smartmarketingagent.platform.Rows;
import com.smartmarketingagent.platform.UserId;
import jakarta.inject.Singleton;
import java.math.BigDecimal;
import java.time.Instant;
import java.time.LocalDate;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.result.RowView;
import org.jdbi.v3.core.statement.SqlStatement;
import org.jdbi.v3.core.statement.UnableToExecuteStatementException;
import org.jspecify.annotations.Nullable;

/** Transactions. Whatever changes one notes in the same statement whose scores are out of date. */
@Singleton
public class TransactionRepository {

    private static final String COLUMNS = """
            SELECT t.id, t.customer_id, c.name, t.transaction_date, t.amount, t.products, t.notes, t.external_id,
                   t.created_at, t.updated_at
            """;

    /** The same with no more products of each than a sale may have: imports once let in thousands. */
    private static final String LISTED = COLUMNS.replace("t.products", """
            CASE WHEN jsonb_array_length(t.products) > 200 THEN jsonb_path_query_array(t.products, '$[0 to 199]')
                 ELSE t.products END AS products""");

    private static final String BUYER =
            " JOIN app.customers c ON c.user_id = :user AND c.id = t.customer_id AND t.user_id = :user ";

    private static final String MATCHING = """
            FROM app.transactions t
            WHERE t.user_id = :user
              AND (:from::date IS NULL OR t.transaction_date >= :from)
              AND (:to::date IS NULL OR t.transaction_date <= :to)
              AND (:customer::uuid IS NULL OR t.customer_id = :customer)
              AND (:min::numeric IS NULL OR t.amount >= :min)
              AND (:max::numeric IS NULL OR t.amount <= :max)
              AND (:search::text IS NULL
                   OR strpos(lower(t.notes), lower(:search)) > 0
                   OR strpos(lower(t.external_id), lower(:search)) > 0
                   OR EXISTS (SELECT FROM app.customers b WHERE b.user_id = :user AND b.id = t.customer_id
                              AND strpos(lower(b.name), lower(:search)) > 0)
                   OR EXISTS (SELECT FROM jsonb_array_elements(t.products) p
                              WHERE strpos(lower(p ->> 'name'), lower(:search)) > 0))
            """;

    private final ObjectMapper json;
    private final ObjectReader products;

    TransactionRepository(ObjectMapper json) {
        this.json = json;
        products = json.readerForListOf(Product.class).without(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES);
    }

    /** One page of those that match, with the first {@value Sale#MOST_PRODUCTS} products of each. */
    List<Transaction> list(Handle tx, UserId user, TransactionFilter filter, Paging paging) {
        var order = " ORDER BY " + TransactionSort.orderBy(filter.sort());
        // only keys are sorted: a far page of a large shop's whole rows would be sorted on disk
        var page = "FROM (SELECT t.id " + MATCHING + order
                + " LIMIT :limit OFFSET :offset) p JOIN app.transactions t ON t.user_id = :user AND t.id = p.id";
        return bind(tx.createQuery(LISTED + page + BUYER + order), user, filter)
                .bind("limit", paging.limit())
                .bind("offset", paging.offset())
                .map(this::row)
                .list();
    }

    /** One page of a customer's own, the latest day first. */
    public List<Transaction> ofCustomer(Handle tx, UserId user, UUID customer, Paging paging) {
        return list(tx, user, of(customer), paging);
    }

    private static TransactionFilter of(UUID customer) {
        return new TransactionFilter(null, null, customer.toString(), null, null, null, null);
    }

    long count(Handle tx, UserId user, TransactionFilter filter) {
        return bind(tx.createQuery("SELECT count(*) " + MATCHING), user, filter)
                .mapTo(Long.class)
                .one();
    }

    /**
     * @param count purchases, refunds and sales of 0 alike
     * @param sales how many brought something, as a report counts them
     * @param refunds how many gave something back
     * @param amount of all of them, refunds taken off, in rupiah
     */
    public record Totals(long count, long sales, long refunds, BigDecimal amount) {

        static final Totals NONE = new Totals(0, 0, 0, BigDecimal.ZERO);

        /** Those of 0: given away, or not known. */
        public long ofNothing() {
            return count - sales - refunds;
        }
    }

    /** Of a customer's own. */
    public Totals ofCustomer(Handle tx, UserId user, UUID customer) {
        return totals(tx, user, of(customer));
    }

    Totals totals(Handle tx, UserId user, TransactionFilter filter) {
        return bind(tx.createQuery("""
                        SELECT count(*), count(*) FILTER (WHERE t.amount > 0) AS sales, count(*) FILTER (WHERE t.amount < 0) AS refunds,
                               coalesce(sum(t.amount), 0) AS amount
                        """ + MATCHING), user, filter)
                .map(Rows.of(Totals.class))
                .one();
    }

    private static <S extends SqlStatement<S>> S bind(S query, UserId user, TransactionFilter filter) {
        return query.bind("user", user)
                .bindByType("from", filter.firstDay(), LocalDate.class)
                .bindByType("to", filter.lastDay(), LocalDate.class)
                .bindByType("customer", filter.customer(), UUID.class)
                .bindByType("min", filter.least(), BigDecimal.class)
                .bindByType("max", filter.most(), BigDecimal.class)
                .bind("search", filter.text());
    }

    /** Empty for one that doesn't exist or is another tenant's. */
    Optional<Transaction> find(Handle tx, UserId user, UUID id) {
        return tx.createQuery(
                        COLUMNS + "FROM (SELECT * FROM app.transactions WHERE user_id = :user AND id = :id) t" + BUYER)
                .bind("user", user)
                .bind("id", id)
                .map(this::row)
                .findOne();
    }

    /** @throws Problem.NotFound where {@link #find} is empty */
    Transaction get(Handle tx, UserId user, UUID id) {
        return find(tx, user, id).orElseThrow(() -> new Problem.NotFound("transaction"));
    }

    /**
     * The same, which nobody else changes until the transaction ends.
     *
     * @throws Problem.NotFound where {@link #find} is empty
     */
    Transaction lock(Handle tx, UserId user, UUID id) {
        tx.createQuery("SELECT id FROM app.transactions WHERE user_id = :user AND id = :id FOR UPDATE")
                .bind("user", user)
                .bind("id", id)
                .mapTo(UUID.class)
                .findOne();
        // read in a statement of its own: it sees what we waited for
        return get(tx, user, id);
    }

    List<Transaction> withExternalIds(Handle tx, UserId user, Set<String> externalIds) {
        return tx.createQuery(COLUMNS + """
                FROM (SELECT * FROM app.transactions WHERE user_id = :user AND external_id = ANY (:ids::text[])) t
                """ + BUYER)
                .bind("user", user)
                .bindArray("ids", String.class, externalIds)
                .map(this::row)
                .list();
    }

    /** A sale on its way to the table, with the names of its columns. */
    record NewRow(
            UUID id,
            UUID customerId,
            LocalDate transactionDate,
            BigDecimal amount,
            List<Product> products,
            @Nullable String notes,
            @Nullable String externalId) {
        static NewRow of(UUID id, Sale sale) {
            return new NewRow(
                    id,
                    sale.customerId(),
                    sale.transactionDate(),
                    sale.amount(),
                    sale.lines(),
                    sale.notes(),
                    sale.externalId());
        }
    }

    /**
     * Stores sales in one statement; those whose external id is known already are left out. Sorted by it, so that two
     * who store the same ones wait instead of blocking each other.
     *
     * @return the ids of those stored
     */
    List<UUID> insert(Handle tx, UserId user, List<NewRow> rows) {
        return tx.createQuery("""
                WITH stored AS (
                  INSERT INTO app.transactions
                    (user_id, id, customer_id, transaction_date, amount, products, notes, external_id)
                  SELECT :user, r.id, r.customer_id, r.transaction_date, r.amount, r.products, r.notes, r.external_id
                  FROM jsonb_to_recordset(:rows::jsonb) AS r (id uuid, customer_id uuid, transaction_date date,
                       amount numeric, products jsonb, notes text, external_id text)
                  ORDER BY r.external_id
                  ON CONFLICT (user_id, external_id) WHERE external_id IS NOT NULL DO NOTHING
                  RETURNING id, customer_id),
                changed AS (
                  INSERT INTO app.rfm_changes (user_id, customer_id) SELECT DISTINCT :user, customer_id FROM stored)
                SELECT id FROM stored
                """)
                .bind("user", user)
                .bind("rows", write(rows))
                .mapTo(UUID.class)
                .list();
    }

    /**
     * Replaces what is said about a transaction.
     *
     * @throws Problem.NotFound if it isn't there
     * @throws Problem.Conflict with the id of the one that has the external id
     */
    void update(Handle tx, UserId user, UUID id, Sale sale) {
        if (updated(tx, user, id, sale)) return;
        var existing = withExternalIds(tx, user, Set.of(requireNonNull(sale.externalId()))).stream()
                .findFirst();
        // the one in the way was deleted before it could be read: nothing is in the way now
        if (existing.isEmpty() && updated(tx, user, id, sale)) return;
        throw new Problem.Conflict(externalIdTaken(existing.orElse(null)));
    }

    /** False, and nothing changed, where another one has the external id. */
    private boolean updated(Handle tx, UserId user, UUID id, Sale sale) {
        tx.savepoint("external_id");
        try {
            int changed = tx.createQuery("""
                    WITH before AS (
                      SELECT id, customer_id FROM app.transactions WHERE user_id = :user AND id = :id FOR UPDATE),
                    after AS (
                      UPDATE app.transactions t
                      SET customer_id = :customer, transaction_date = :day, amount = :amount,
                          products = :products::jsonb, notes = :notes, external_id = :externalId, updated_at = now()
                      FROM before WHERE t.user_id = :user AND t.id = before.id
                      RETURNING t.customer_id),
                    changed AS (
                      INSERT INTO app.rfm_changes (user_id, customer_id)
                      SELECT :user, customer_id FROM before UNION SELECT :user, customer_id FROM after)
                    SELECT count(*) FROM after
                    """)
                    .bind("user", user)
                    .bind("id", id)
                    .bind("customer", sale.customerId())
                    .bind("day", sale.transactionDate())
                    .bind("amount", sale.amount())
                    .bind("products", write(sale.lines()))
                    .bind("notes", sale.notes())
                    .bind("externalId", sale.externalId())
                    .mapTo(Integer.class)
                    .one();
            if (changed == 0) throw new Problem.NotFound("transaction");
        } catch (UnableToExecuteStatementException e) {
            if (!Db.violates(e, "transactions_external_id")) throw e;
            tx.rollbackToSavepoint("external_id");
            return false;
        }
        tx.releaseSavepoint("external_id");
        return true;
    }

    /** @param existing the one that has it; null where it is gone before it could be read */
    static Detail externalIdTaken(@Nullable Transaction existing) {
        return new Detail(
                null,
                "external_id",
                new Text("transaction.external_id_taken"),
                existing == null ? null : existing.id());
    }

    /**
     * Takes it away with its refunds, which without it would lower what other sales brought, and remembers their ids: a
     * form or a phone that sends one again doesn't bring it back.
     *
     * @throws Problem.NotFound if it isn't there
     */
    void delete(Handle tx, UserId user, UUID id) {
        int deleted = tx.createQuery("""
                WITH gone AS (
                  DELETE FROM app.transactions WHERE user_id = :user AND (id = :id OR refund_of = :id)
                  RETURNING id, customer_id),
                remembered AS (INSERT INTO app.deleted_transactions (user_id, id) SELECT :user, id FROM gone),
                changed AS (
                  INSERT INTO app.rfm_changes (user_id, customer_id) SELECT DISTINCT :user, customer_id FROM gone)
                SELECT count(*) FROM gone
                """)
                .bind("user", user)
                .bind("id", id)
                .mapTo(Integer.class)
                .one();
        if (deleted == 0) throw new Problem.NotFound("transaction");
    }

    /** Whether one of this id was deleted by hand; not remembered for ever. */
    boolean wasDeleted(Handle tx, UserId user, UUID id) {
        return tx.createQuery("SELECT EXISTS (SELECT FROM app.deleted_transactions WHERE user_id = :user AND id = :id)")
                .bind("user", user)
                .bind("id", id)
                .mapTo(Boolean.class)
                .one();
    }

    void keepAsRefund(Handle tx, UserId user, UUID refund, UUID of) {
        tx.createUpdate("UPDATE app.transactions SET refund_of = :of WHERE user_id = :user AND id = :refund")
                .bind("user", user)
                .bind("refund", refund)
                .bind("of", of)
                .execute();
    }

    boolean isRefundOf(Handle tx, UserId user, UUID refund, UUID of) {
        return tx.createQuery("""
                SELECT EXISTS (SELECT FROM app.transactions WHERE user_id = :user AND id = :refund AND refund_of = :of)
                """)
                .bind("user", user)
                .bind("refund", refund)
                .bind("of", of)
                .mapTo(Boolean.class)
                .one();
    }

    /** What gave money back for a sale, the earliest first. */
    List<Transaction> refundsOf(Handle tx, UserId user, UUID id) {
        return tx.createQuery(COLUMNS + """
                FROM (SELECT * FROM app.transactions WHERE user_id = :user AND refund_of = :id) t
                """ + BUYER + " ORDER BY t.transaction_date, t.created_at, t.id")
                .bind("user", user)
                .bind("id", id)
                .map(this::row)
                .list();
    }

    /** The sale that a refund gives money back for; empty for what is no refund, and where that sale is gone. */
    Optional<Transaction> refunded(Handle tx, UserId user, UUID refund) {
        return tx.createQuery(COLUMNS + """
                FROM (SELECT s.* FROM app.transactions r
                      JOIN app.transactions s ON s.user_id = :user AND s.id = r.refund_of
                      WHERE r.user_id = :user AND r.id = :refund) t
                """ + BUYER)
                .bind("user", user)
                .bind("refund", refund)
                .map(this::row)
                .findOne();
    }

    /** What was given back of a sale by its refunds, in rupiah. */
    BigDecimal givenBack(Handle tx, UserId user, UUID id) {
        return tx.createQuery(
                        "SELECT -coalesce(sum(amount), 0) FROM app.transactions WHERE user_id = :user AND refund_of = :id")
                .bind("user", user)
                .bind("id", id)
                .mapTo(BigDecimal.class)
                .one();
    }

    /** What of a sale's amount was not given back yet, in rupiah; not positive where nothing is left. */
    BigDecimal left(Handle tx, UserId user, Transaction sale) {
        return sale.amount().subtract(givenBack(tx, user, sale.id()));
    }

    private Transaction row(RowView row) {
        return new Transaction(
                row.getColumn("id", UUID.class),
                new Transaction.Buyer(row.getColumn("customer_id", UUID.class), row.getColumn("name", String.class)),
                row.getColumn("transaction_date", LocalDate.class),
                row.getColumn("amount", BigDecimal.class),
                products(row.getColumn("products", String.class)),
                row.getColumn("notes", String.class),
                row.getColumn("external_id", String.class),
                row.getColumn("created_at", Instant.class),
                row.getColumn("updated_at", Instant.class));
    }

    private List<Product> products(String written) {
        try {
            return products.readValue(written);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("transactions.products holds no list of products", e);
        }
    }

    private String write(Object value) {
        try {
            return json.writeValueAsString(value);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException(e);
        }
    }
}
