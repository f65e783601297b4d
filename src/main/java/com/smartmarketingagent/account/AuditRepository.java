package com.smartmarketingagent.account;

import com.smartmarketingagent.account.Audit.Reading;
import com.smartmarketingagent.platform.Ids;
import com.smartmarketingagent.platform.Paging;
import com.smartmarketingagent.platform.Rows;
import com.smartmarketingagent.platform.UserId;
import jakarta.inject.Singleton;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;

/** {@code app.audit_log}, to which everybody may add and from which nobody who serves requests can take. */
@Singleton
class AuditRepository {

    /**
     * @param actorId whose session it was; null for the program itself
     * @param subjectId the customer, sale or campaign it was done to; null for none
     * @param detail one word more, such as a report's period; never anything of a customer
     */
    public record Entry(
            UUID id,
            @Nullable UUID actorId,
            String action,
            @Nullable UUID subjectId,
            @Nullable String detail,
            Instant createdAt) {}

    void note(Handle tx, UserId user, @Nullable UUID actor, Act act, @Nullable UUID subject, @Nullable String detail) {
        tx.createUpdate("""
                INSERT INTO app.audit_log (user_id, id, actor_id, action, subject_id, detail)
                VALUES (:user, :id, :actor, :action, :subject, :detail)
                """)
                .bind("user", user)
                .bind("id", Ids.next())
                .bindByType("actor", actor, UUID.class)
                .bind("action", act.key())
                .bindByType("subject", subject, UUID.class)
                .bind("detail", detail)
                .execute();
    }

    /** Once an hour for each who looks, and only at somebody who is there. */
    void noteView(Handle tx, UserId user, @Nullable UUID actor, UUID customer) {
        tx.createUpdate("""
                INSERT INTO app.audit_log (user_id, id, actor_id, action, subject_id)
                SELECT :user, :id, :actor, 'customer_viewed', c.id FROM app.customers c
                WHERE c.user_id = :user AND c.id = :customer AND c.deleted_at IS NULL
                  AND NOT EXISTS (SELECT FROM app.audit_log l
                                  WHERE l.user_id = :user AND l.subject_id = :customer AND l.action = 'customer_viewed'
                                    AND l.actor_id IS NOT DISTINCT FROM :actor AND l.created_at > now() - interval '1 hour')
                """)
                .bind("user", user)
                .bind("id", Ids.next())
                .bindByType("actor", actor, UUID.class)
                .bind("customer", customer)
                .execute();
    }

    /** @return false where the same stands there of the last hour: then nothing is added */
    boolean noteList(Handle tx, Reading reading) {
        return tx.createUpdate("""
                        INSERT INTO app.audit_log (user_id, id, actor_id, action, detail)
                        SELECT :user, :id, :actor, 'list_viewed', :list
                        WHERE NOT EXISTS (SELECT FROM app.audit_log l
                                          WHERE l.user_id = :user AND l.created_at > now() - interval '1 hour'
                                            AND l.action = 'list_viewed' AND l.detail = :list AND l.actor_id = :actor)
                        """)
                        .bind("user", reading.user())
                        .bind("id", Ids.next())
                        .bind("actor", reading.actor())
                        .bind("list", reading.list().key())
                        .execute()
                > 0;
    }

    /** Newest first. @param subject null for everything */
    List<Entry> list(Handle tx, UserId user, @Nullable UUID subject, Paging paging) {
        return tx.createQuery("""
                SELECT id, actor_id, action, subject_id, detail, created_at FROM app.audit_log
                WHERE user_id = :user AND (CAST(:subject AS uuid) IS NULL OR subject_id = :subject)
                ORDER BY created_at DESC, id DESC LIMIT :limit OFFSET :offset
                """)
                .bind("user", user)
                .bindByType("subject", subject, UUID.class)
                .bind("limit", paging.limit())
                .bind("offset", paging.offset())
                .map(Rows.of(Entry.class))
                .list();
    }

    long count(Handle tx, UserId user, @Nullable UUID subject) {
        return tx.createQuery("""
                SELECT count(*) FROM app.audit_log
                WHERE user_id = :user AND (CAST(:subject AS uuid) IS NULL OR subject_id = :subject)
                """)
                .bind("user", user)
                .bindByType("subject", subject, UUID.class)
                .mapTo(Long.class)
                .one();
    }
}
