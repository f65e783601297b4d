package com.smartmarketingagent.customer;

import static com.smartmarketingagent.customer.MergeRepository.HEIRS;

import com.smartmarketingagent.platform.Db;
import com.smartmarketingagent.platform.Paging;
import com.smartmarketingagent.platform.Problem;
import com.smartmarketingagent.platform.Problem.Detail;
import com.smartmarketingagent.platform.Problem.Text;
import com.smartmarketingagent.platform.Rows;
import com.smartmarketingagent.platform.UserId;
import jakarta.inject.Singleton;
import java.math.BigDecimal;
import java.time.LocalDate;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.statement.SqlStatement;
import org.jdbi.v3.core.statement.UnableToExecuteStatementException;
import org.jspecify.annotations.Nullable;

/** Customers. Those erased or merged away keep a row for their sales' sake; only {@link #lock} finds it. */
@Singleton
public class CustomerRepository {

    private static final String PHONE_IS_UNIQUE = "customers_user_id_phone_key";

    private static final String MATCHING = """
            FROM app.customers c
            WHERE c.user_id = :user AND c.deleted_at IS NULL
              AND (:search::text IS NULL
                   OR strpos(lower(CASE WHEN strpos(c.name, '  ') > 0 THEN regexp_replace(c.name, ' +', ' ', 'g') ELSE c.name END),
                             lower(:search)) > 0
                   OR strpos(c.email, lower(:search)) > 0
                   OR strpos(c.phone, :digits) > 0
                   OR starts_with(c.phone, :international))
              AND (cardinality(:tags::text[]) = 0 OR lower(c.tags::text)::text[] @> lower((:tags::text[])::text)::text[])
              AND (:city::text IS NULL OR lower(c.city) = lower(:city))
              AND (:segment::text IS NULL OR EXISTS (
                   SELECT FROM app.rfm_analysis a
                   WHERE a.user_id = :user AND a.customer_id = c.id AND a.segment = :segment
                     AND a.analysis_date = (SELECT max(r.analysis_date) FROM app.rfm_runs r WHERE r.user_id = :user)))
            """;

    private static final String COLUMNS = """
            SELECT c.id, c.name, c.phone, c.email, c.address, c.city, c.tags, c.notes, c.created_at, c.updated_at,
                   p.transactions, p.total_spent, p.last_purchase_date
            """;

    private static final String LINE = """
            SELECT c.id, c.name, c.phone, c.city, p.total_spent, p.last_purchase_date,
                   (SELECT a.segment FROM app.rfm_analysis a
                    WHERE a.user_id = :user AND a.customer_id = c.id
                      AND a.analysis_date = (SELECT max(r.analysis_date) FROM app.rfm_runs r WHERE r.user_id = :user)) AS segment
            """;

    /** Joined to the rows of a page only. */
    private static final String PURCHASES = """
            CROSS JOIN LATERAL (
              SELECT count(*) AS transactions, coalesce(sum(t.amount), 0) AS total_spent,
                     max(t.transaction_date) FILTER (WHERE t.amount > 0) AS last_purchase_date
              FROM app.transactions t WHERE t.user_id = :user AND t.customer_id = c.id) p
            """;

    /**
     * Someone as a line of a list.
     *
     * @param segment the key of theirs in the latest analysis; null when not scored
     * @param totalSpent in rupiah, refunds taken off
     * @param lastPurchaseDate null when they bought nothing yet
     */
    public record Line(
            UUID id,
            String name,
            @Nullable String phone,
            @Nullable String city,
            @Nullable String segment,
            BigDecimal totalSpent,
            @Nullable LocalDate lastPurchaseDate) {}

    /** One page of those who match, with no more than a list shows. */
    public List<Line> lines(Handle tx, UserId user, CustomerFilter filter, Paging paging) {
        var order = " ORDER BY " + CustomerSort.orderBy(filter.sort());
        var page = "FROM (SELECT c.id, c.name, c.phone, c.city, c.created_at, c.updated_at " + MATCHING + order
                + " LIMIT :limit OFFSET :offset) c ";
        return bind(tx.createQuery(LINE + page + PURCHASES + order), user, filter)
                .bind("limit", paging.limit())
                .bind("offset", paging.offset())
                .map(Rows.of(Line.class))
                .list();
    }

    /** One page of those who match. */
    List<Customer> list(Handle tx, UserId user, CustomerFilter filter, Paging paging) {
        var order = " ORDER BY " + CustomerSort.orderBy(filter.sort());
        var page = "FROM (SELECT c.* " + MATCHING + order + " LIMIT :limit OFFSET :offset) c ";
        return bind(tx.createQuery(COLUMNS + page + PURCHASES + order), user, filter)
                .bind("limit", paging.limit())
                .bind("offset", paging.offset())
                .map(Rows.of(Customer.class))
                .list();
    }

    /** How many match. */
    public long count(Handle tx, UserId user, CustomerFilter filter) {
        return bind(tx.createQuery("SELECT count(*) " + MATCHING), user, filter)
                .mapTo(Long.class)
                .one();
    }

    private static <S extends SqlStatement<S>> S bind(S query, UserId user, CustomerFilter filter) {
        return query.bind("user", user)
                .bind("search", filter.text())
                .bind("digits", filter.digits())
                .bind("international", filter.international())
                .bindArray("tags", String.class, filter.allTags())
                .bind("city", filter.itsCity())
                .bind("segment", filter.segment());
    }

    /** Empty for one who doesn't exist, is another tenant's, was erased or merged away. */
    public Optional<Customer> find(Handle tx, UserId user, UUID id) {
        return tx.createQuery(COLUMNS + """
                FROM (SELECT * FROM app.customers WHERE user_id = :user AND id = :id AND deleted_at IS NULL) c
                """ + PURCHASES)
                .bind("user", user)
                .bind("id", id)
                .map(Rows.of(Customer.class))
                .findOne();
    }

    /** @throws Problem.NotFound where {@link #find} is empty */
    public Customer get(Handle tx, UserId user, UUID id) {
        return find(tx, user, id).orElseThrow(() -> new Problem.NotFound("customer"));
    }

    /** Who a customer is today: themselves, or who they were merged into; empty where that one was erased. */
    Optional<UUID> today(Handle tx, UserId user, UUID id) {
        return tx.createQuery("""
                WITH RECURSIVE heirs AS (
                  SELECT :id::uuid AS id
                """ + HEIRS + """
                SELECT c.id FROM app.customers c JOIN heirs h ON c.id = h.id
                WHERE c.user_id = :user AND c.deleted_at IS NULL
                """)
                .bind("user", user)
                .bind("id", id)
                .mapTo(UUID.class)
                .findOne();
    }

    /**
     * Who somebody became by a merge, or by several; empty for who wasn't merged, and where that one is gone as well.
     */
    Optional<Customer> mergedInto(Handle tx, UserId user, UUID id) {
        return today(tx, user, id).filter(heir -> !heir.equals(id)).flatMap(heir -> find(tx, user, heir));
    }

    /**
     * Whose rows these are until the transaction ends; the erased included. Always in the order of ids, so that two who
     * want the same rows wait instead of blocking each other.
     *
     * @return those that exist
     */
    List<Locked> lock(Handle tx, UserId user, Collection<UUID> ids) {
        return tx.createQuery("""
                SELECT id, deleted_at IS NULL AS live FROM app.customers
                WHERE user_id = :user AND id = ANY (:ids) ORDER BY id FOR UPDATE
                """)
                .bind("user", user)
                .bindArray("ids", UUID.class, ids)
                .map(Rows.of(Locked.class))
                .list();
    }

    /** @param live neither erased nor merged away */
    public record Locked(UUID id, boolean live) {}

    /** @throws Problem.NotFound if it isn't there, or no longer */
    public void lockLive(Handle tx, UserId user, UUID id) {
        if (lock(tx, user, List.of(id)).stream().noneMatch(Locked::live)) throw new Problem.NotFound("customer");
    }

    /**
     * Keeps customers from being erased or merged while sales are written for them; others may do the same.
     *
     * @return those that exist, the erased included
     */
    public List<Locked> hold(Handle tx, UserId user, Collection<UUID> ids) {
        return tx.createQuery("""
                SELECT id, deleted_at IS NULL AS live FROM app.customers
                WHERE user_id = :user AND id = ANY (:ids) ORDER BY id FOR KEY SHARE
                """)
                .bind("user", user)
                .bindArray("ids", UUID.class, ids)
                .map(Rows.of(Locked.class))
                .list();
    }

    /**
     * Stores someone new.
     *
     * @return false, and nothing changed, if there is one of this id already: a form was sent twice
     * @throws Problem.Conflict with the id of the customer who has the phone
     */
    boolean insert(Handle tx, UserId user, UUID id, CustomerProfile profile) {
        var stored = new int[1];
        unlessPhoneTaken(
                tx,
                user,
                profile.phone(),
                () -> stored[0] = tx.createUpdate("""
                INSERT INTO app.customers (user_id, id, name, phone, email, address, city, tags, notes)
                VALUES (:user, :id, :name, :phone, :email, :address, :city, :itsTags::text[], :notes)
                ON CONFLICT (user_id, id) DO NOTHING
                """)
                        .bind("user", user)
                        .bind("id", id)
                        .bindMethods(profile)
                        .bindArray("itsTags", String.class, tags(profile))
                        .execute());
        return stored[0] > 0;
    }

    /** @throws Problem.Conflict with the id of the customer who has the phone */
    void update(Handle tx, UserId user, UUID id, CustomerProfile profile) {
        unlessPhoneTaken(
                tx,
                user,
                profile.phone(),
                () -> tx.createUpdate("""
                UPDATE app.customers
                SET name = :name, phone = :phone, email = :email, address = :address, city = :city,
                    tags = :itsTags::text[], notes = :notes, updated_at = now()
                WHERE user_id = :user AND id = :id
                """)
                        .bind("user", user)
                        .bind("id", id)
                        .bindMethods(profile)
                        .bindArray("itsTags", String.class, tags(profile))
                        .execute());
    }

    private static List<String> tags(CustomerProfile profile) {
        return profile.tags() == null ? List.of() : profile.tags();
    }

    /** Takes away who they were; the phone is free at once. {@code mergedInto} is null for an erasure. */
    void anonymise(Handle tx, UserId user, UUID id, @Nullable UUID mergedInto) {
        tx.createUpdate("""
                UPDATE app.customers
                SET name = :erased, phone = NULL, email = NULL, address = NULL, city = NULL, tags = '{}', notes = NULL,
                    updated_at = now(), deleted_at = now(), merged_into = :mergedInto
                WHERE user_id = :user AND id = :id
                """)
                .bind("user", user)
                .bind("id", id)
                .bind("erased", Customer.ERASED)
                .bind("mergedInto", mergedInto)
                .execute();
    }

    /**
     * Makes a customer exactly what they were, the time of their last change included.
     *
     * @param row as {@code to_jsonb} wrote it
     * @throws Problem.Conflict with the id of the customer who has the phone by now
     */
    void putBack(Handle tx, UserId user, UUID id, String row) {
        unlessPhoneTaken(
                tx,
                user,
                phoneIn(tx, row),
                () -> tx.createUpdate("""
                UPDATE app.customers c
                SET name = was.name, phone = was.phone, email = was.email, address = was.address, city = was.city,
                    tags = was.tags, notes = was.notes, updated_at = was.updated_at, deleted_at = NULL, merged_into = NULL
                FROM jsonb_populate_record(NULL::app.customers, :row::jsonb) was
                WHERE c.user_id = :user AND c.id = :id
                """)
                        .bind("user", user)
                        .bind("id", id)
                        .bind("row", row)
                        .execute());
    }

    private static @Nullable String phoneIn(Handle tx, String row) {
        return tx.createQuery("SELECT :row::jsonb ->> 'phone'")
                .bind("row", row)
                .mapTo(String.class)
                .findOne()
                .orElse(null);
    }

    private static void unlessPhoneTaken(Handle tx, UserId user, @Nullable String phone, Runnable write) {
        tx.savepoint("phone");
        try {
            write.run();
        } catch (UnableToExecuteStatementException e) {
            if (!Db.violates(e, PHONE_IS_UNIQUE)) throw e;
            tx.rollbackToSavepoint("phone");
            var existing = tx.createQuery("SELECT id FROM app.customers WHERE user_id = :user AND phone = :phone")
                    .bind("user", user)
                    .bind("phone", phone)
                    .mapTo(UUID.class)
                    .findOne();
            throw new Problem.Conflict(
                    new Detail(null, "phone", new Text("customer.phone_taken"), existing.orElse(null)));
        }
        tx.releaseSavepoint("phone");
    }

    /** Notes in the transaction that changed their sales that these customers' scores are out of date. */
    public void salesChanged(Handle tx, UserId user, Collection<UUID> ids) {
        tx.createUpdate("""
                INSERT INTO app.rfm_changes (user_id, customer_id)
                SELECT :user, id FROM unnest(:ids::uuid[]) AS changed (id)
                """)
                .bind("user", user)
                .bindArray("ids", UUID.class, ids)
                .execute();
    }
}
