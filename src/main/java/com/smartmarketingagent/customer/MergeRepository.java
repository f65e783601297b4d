package com.smartmarketingagent.customer;

import com.smartmarketingagent.platform.Rows;
import com.smartmarketingagent.platform.UserId;
import jakarta.inject.Singleton;
import java.time.Instant;
import java.util.Optional;
import java.util.UUID;
import org.jdbi.v3.core.Handle;

/** What a merge changed, so that it can be undone. */
@Singleton
public class MergeRepository {

    /**
     * SQL that joins to a row {@code o} with a {@code customer_id} the customer {@code c} who that is today:
     * themselves, or who they were merged into.
     */
    public static final String TODAY = """
            JOIN app.customers was ON was.user_id = :user AND was.id = o.customer_id
            CROSS JOIN LATERAL (
              SELECT CASE WHEN was.merged_into IS NULL THEN was.id ELSE (
                WITH RECURSIVE heirs AS (
                  SELECT n.id, n.merged_into FROM app.customers n WHERE n.user_id = :user AND n.id = was.merged_into
                  UNION ALL
                  SELECT n.id, n.merged_into FROM heirs h JOIN app.customers n ON n.user_id = :user AND n.id = h.merged_into)
                SELECT id FROM heirs WHERE merged_into IS NULL) END AS id
              -- a column of its own: under row level security the index is used for nothing else
              OFFSET 0) heir
            JOIN app.customers c ON c.user_id = :user AND c.id = heir.id
            """;

    /**
     * Continues {@code WITH RECURSIVE heirs AS (SELECT … AS id} of customers by who those were merged into, one after
     * the other; to be followed by what is asked of all of them.
     */
    public static final String HEIRS = """
              UNION
              SELECT c.merged_into FROM heirs h JOIN app.customers c ON c.user_id = :user AND c.id = h.id)
            """;

    /**
     * A merge and what became of it.
     *
     * @param customerBefore the row as {@code to_jsonb} wrote it
     * @param deleted the customer was erased or merged into another since
     * @param changed the customer is no longer what the merge made of them
     */
    public record Merge(
            UUID customerId,
            UUID otherId,
            String customerBefore,
            String otherBefore,
            boolean undone,
            boolean deleted,
            boolean changed) {}

    Optional<Merge> find(Handle tx, UserId user, UUID id) {
        return tx.createQuery("""
                SELECT m.customer_id, m.other_id, m.customer_before::text, m.other_before::text,
                       m.undone_at IS NOT NULL AS undone,
                       c.deleted_at IS NOT NULL AS deleted,
                       (c.name, c.phone, c.email, c.address, c.city, c.tags, c.notes, c.updated_at) IS DISTINCT FROM
                       (a.name, a.phone, a.email, a.address, a.city, a.tags, a.notes, a.updated_at) AS changed
                FROM app.merges m
                JOIN app.customers c ON c.user_id = :user AND c.id = m.customer_id
                CROSS JOIN LATERAL jsonb_populate_record(NULL::app.customers, m.customer_after) a
                WHERE m.user_id = :user AND m.id = :id
                """)
                .bind("user", user)
                .bind("id", id)
                .map(Rows.of(Merge.class))
                .findOne();
    }

    /** A merge that can still be undone. */
    public record Undoable(UUID id, String otherName, Instant createdAt) {}

    /** The last that made this customer what they are; empty if there is none, or if they changed since. */
    public Optional<Undoable> undoable(Handle tx, UserId user, UUID customer) {
        return tx.createQuery("""
                SELECT m.id, m.other_before ->> 'name' AS other_name, m.created_at
                FROM app.merges m
                JOIN app.customers c ON c.user_id = :user AND c.id = m.customer_id AND c.deleted_at IS NULL
                CROSS JOIN LATERAL jsonb_populate_record(NULL::app.customers, m.customer_after) a
                WHERE m.user_id = :user AND m.customer_id = :customer AND m.undone_at IS NULL
                  AND (c.name, c.phone, c.email, c.address, c.city, c.tags, c.notes, c.updated_at) IS NOT DISTINCT FROM
                      (a.name, a.phone, a.email, a.address, a.city, a.tags, a.notes, a.updated_at)
                ORDER BY m.created_at DESC, m.id DESC LIMIT 1
                """)
                .bind("user", user)
                .bind("customer", customer)
                .map(Rows.of(Undoable.class))
                .findOne();
    }

    /** Keeps both rows as they are now, and what both said about being written to. */
    void begin(Handle tx, UserId user, UUID id, UUID customer, UUID other) {
        tx.createUpdate("""
                INSERT INTO app.merges
                  (user_id, id, customer_id, other_id, customer_before, customer_after, other_before, moved, consents_before)
                SELECT :user, :id, c.id, o.id, to_jsonb(c), to_jsonb(c), to_jsonb(o), '{}',
                       (SELECT coalesce(jsonb_agg(to_jsonb(k)), '[]') FROM app.consents k
                        WHERE k.user_id = :user AND k.customer_id IN (c.id, o.id))
                FROM app.customers c JOIN app.customers o ON o.user_id = :user AND o.id = :other
                WHERE c.user_id = :user AND c.id = :customer
                """)
                .bind("user", user)
                .bind("id", id)
                .bind("customer", customer)
                .bind("other", other)
                .execute();
    }

    /** Moves the other's sales, and remembers which they were and what the customer has become. */
    void moveSales(Handle tx, UserId user, UUID id) {
        tx.createUpdate("""
                WITH moved AS (
                  UPDATE app.transactions t SET customer_id = m.customer_id
                  FROM app.merges m
                  WHERE m.user_id = :user AND m.id = :id AND t.user_id = :user AND t.customer_id = m.other_id
                  RETURNING t.id)
                UPDATE app.merges m
                SET customer_after = to_jsonb(c), moved = (SELECT coalesce(array_agg(id), '{}') FROM moved)
                FROM app.customers c
                WHERE m.user_id = :user AND m.id = :id AND c.user_id = :user AND c.id = m.customer_id
                """).bind("user", user).bind("id", id).execute();
    }

    /**
     * Moves back what the merge moved and the refunds for it; what was deleted or given to somebody else since stays as
     * it is.
     */
    void moveSalesBack(Handle tx, UserId user, UUID id) {
        tx.createUpdate("""
                WITH undone AS (
                  UPDATE app.merges SET undone_at = now() WHERE user_id = :user AND id = :id
                  RETURNING customer_id, other_id, moved)
                UPDATE app.transactions t SET customer_id = u.other_id
                FROM undone u
                WHERE t.user_id = :user AND t.customer_id = u.customer_id AND (t.id = ANY (u.moved) OR t.refund_of = ANY (u.moved))
                """).bind("user", user).bind("id", id).execute();
    }
}
