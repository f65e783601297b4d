package com.smartmarketingagent.privacy;

import com.smartmarketingagent.platform.Paging;
import com.smartmarketingagent.platform.Rows;
import com.smartmarketingagent.platform.UserId;
import com.smartmarketingagent.privacy.PrivacyRequest.Kind;
import com.smartmarketingagent.privacy.PrivacyRequest.State;
import jakarta.inject.Singleton;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.UUID;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;

/** {@code app.privacy_requests}: what customers asked for and by when it is to be answered. */
@Singleton
class RequestRepository {

    public record Row(
            UUID id,
            UUID customerId,
            @Nullable String customer,
            String kind,
            String state,
            Instant receivedAt,
            Instant dueAt,
            @Nullable Instant closedAt,
            @Nullable String reason,
            int reminders) {

        PrivacyRequest request() {
            return new PrivacyRequest(
                    id,
                    customerId,
                    customer,
                    Kind.valueOf(kind.toUpperCase(Locale.ROOT)),
                    State.valueOf(state.toUpperCase(Locale.ROOT)),
                    receivedAt,
                    dueAt,
                    closedAt,
                    reason,
                    reminders);
        }
    }

    /** The same id once more changes nothing. Answers whether it is new. */
    boolean insert(Handle tx, UserId user, UUID id, UUID customer, Kind kind, Instant receivedAt) {
        return tx.createUpdate("""
                        INSERT INTO app.privacy_requests (user_id, id, customer_id, kind, received_at, due_at)
                        VALUES (:user, :id, :customer, :kind, :receivedAt, :dueAt) ON CONFLICT DO NOTHING
                        """)
                        .bind("user", user)
                        .bind("id", id)
                        .bind("customer", customer)
                        .bind("kind", kind.key())
                        .bind("receivedAt", receivedAt)
                        .bind("dueAt", receivedAt.plus(Deadline.TIME))
                        .execute()
                == 1;
    }

    /** The open ones first, by their deadline; then the others, the last closed first. */
    List<PrivacyRequest> list(Handle tx, UserId user, Paging paging) {
        return tx
                .createQuery("""
                SELECT r.id, r.customer_id, CASE WHEN c.deleted_at IS NULL THEN c.name END AS customer, r.kind, r.state,
                       r.received_at, r.due_at, r.closed_at, CASE WHEN c.deleted_at IS NULL THEN r.reason END AS reason, r.reminders
                FROM app.privacy_requests r JOIN app.customers c ON c.user_id = r.user_id AND c.id = r.customer_id
                WHERE r.user_id = :user
                ORDER BY r.state <> 'open', CASE WHEN r.state = 'open' THEN r.due_at END, r.closed_at DESC, r.id
                LIMIT :limit OFFSET :offset
                """)
                .bind("user", user)
                .bind("limit", paging.limit())
                .bind("offset", paging.offset())
                .map(Rows.of(Row.class))
                .list()
                .stream()
                .map(Row::request)
                .toList();
    }

    long count(Handle tx, UserId user) {
        return tx.createQuery("SELECT count(*) FROM app.privacy_requests WHERE user_id = :user")
                .bind("user", user)
                .mapTo(Long.class)
                .one();
    }

    /** Nobody else changes it until the end of the transaction. */
    Optional<PrivacyRequest> lock(Handle tx, UserId user, UUID id) {
        return tx.createQuery("""
                SELECT r.id, r.customer_id, CASE WHEN c.deleted_at IS NULL THEN c.name END AS customer, r.kind, r.state,
                       r.received_at, r.due_at, r.closed_at, CASE WHEN c.deleted_at IS NULL THEN r.reason END AS reason, r.reminders
                FROM app.privacy_requests r JOIN app.customers c ON c.user_id = r.user_id AND c.id = r.customer_id
                WHERE r.user_id = :user AND r.id = :id FOR UPDATE OF r
                """)
                .bind("user", user)
                .bind("id", id)
                .map(Rows.of(Row.class))
                .findOne()
                .map(Row::request);
    }

    void close(Handle tx, UserId user, UUID id, State state, @Nullable String reason) {
        tx.createUpdate("""
                UPDATE app.privacy_requests SET state = :state, reason = :reason, closed_at = now()
                WHERE user_id = :user AND id = :id AND state = 'open'
                """)
                .bind("user", user)
                .bind("id", id)
                .bind("state", state.key())
                .bind("reason", reason)
                .execute();
    }

    /** What they asked for was done, by whatever way. */
    void closeOf(Handle tx, UserId user, UUID customer, Kind kind) {
        tx.createUpdate("""
                UPDATE app.privacy_requests SET state = 'done', closed_at = now()
                WHERE user_id = :user AND customer_id = :customer AND kind = :kind AND state = 'open'
                """)
                .bind("user", user)
                .bind("customer", customer)
                .bind("kind", kind.key())
                .execute();
    }

    void reminded(Handle tx, UserId user, UUID id, int reminders) {
        tx.createUpdate("UPDATE app.privacy_requests SET reminders = :reminders WHERE user_id = :user AND id = :id")
                .bind("user", user)
                .bind("id", id)
                .bind("reminders", reminders)
                .execute();
    }
}
