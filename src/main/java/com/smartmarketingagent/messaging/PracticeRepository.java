package com.smartmarketingagent.messaging;

import static com.smartmarketingagent.customer.MergeRepository.TODAY;

import com.smartmarketingagent.platform.Paging;
import com.smartmarketingagent.platform.Rows;
import com.smartmarketingagent.platform.UserId;
import jakarta.inject.Singleton;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.jdbi.v3.core.Handle;

/** Messages that were sent for practice. */
@Singleton
class PracticeRepository {

    /** As its reader would have got it. */
    public record Message(UUID id, UUID campaignId, UUID customerId, String name, String text, Instant sentAt) {}

    /**
     * Keeps a message. Whoever is being erased is waited for, so that nothing of them comes back.
     *
     * @return false, and nothing kept, where its reader is gone
     */
    boolean add(Handle tx, UUID id, Outgoing message) {
        return tx.createUpdate("""
                        INSERT INTO app.practice_messages (user_id, id, campaign_id, customer_id, text)
                        SELECT :user, :id, :campaign, o.customer_id, :text FROM (SELECT :customer::uuid AS customer_id) o
                        """ + TODAY + """
                        WHERE c.deleted_at IS NULL FOR KEY SHARE OF c
                        """)
                        .bind("user", message.user())
                        .bind("id", id)
                        .bind("campaign", message.campaign())
                        .bind("customer", message.customer())
                        .bind("text", message.text())
                        .execute()
                == 1;
    }

    List<Message> newest(Handle tx, UserId user, Paging paging) {
        return tx.createQuery("""
                        SELECT o.id, o.campaign_id, o.customer_id, c.name, o.text, o.sent_at
                        FROM (SELECT * FROM app.practice_messages WHERE user_id = :user) o
                        """ + TODAY + """
                        ORDER BY o.sent_at DESC, o.id DESC LIMIT :limit OFFSET :offset
                        """)
                .bind("user", user)
                .bind("limit", paging.limit())
                .bind("offset", paging.offset())
                .map(Rows.of(Message.class))
                .list();
    }

    long count(Handle tx, UserId user) {
        return tx.createQuery("SELECT count(*) FROM app.practice_messages WHERE user_id = :user")
                .bind("user", user)
                .mapTo(Long.class)
                .one();
    }
}
