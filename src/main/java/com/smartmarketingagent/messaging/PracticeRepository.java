package com.smartmarketingagent.messaging;

import com.smartmarketingagent.platform.Paging;
import com.smartmarketingagent.platform.UserId;
import jakarta.inject.Singleton;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.mapper.reflect.ConstructorMapper;

/** Messages that were sent for practice. */
@Singleton
class PracticeRepository {

    /** As its reader would have got it. */
    public record Message(UUID id, UUID campaignId, UUID customerId, String name, String text, Instant sentAt) {}

    void add(Handle tx, UUID id, Outgoing message) {
        tx.createUpdate("""
                        INSERT INTO app.practice_messages (user_id, id, campaign_id, customer_id, text)
                        VALUES (:user, :id, :campaign, :customer, :text)
                        """)
                .bind("user", message.user())
                .bind("id", id)
                .bind("campaign", message.campaign())
                .bind("customer", message.customer())
                .bind("text", message.text())
                .execute();
    }

    List<Message> newest(Handle tx, UserId user, Paging paging) {
        return tx.createQuery("""
                        SELECT m.id, m.campaign_id, m.customer_id, c.name, m.text, m.sent_at
                        FROM app.practice_messages m
                        JOIN app.customers c ON c.user_id = m.user_id AND c.id = m.customer_id
                        WHERE m.user_id = :user ORDER BY m.sent_at DESC, m.id DESC LIMIT :limit OFFSET :offset
                        """)
                .bind("user", user)
                .bind("limit", paging.limit())
                .bind("offset", paging.offset())
                .map(ConstructorMapper.of(Message.class))
                .list();
    }

    long count(Handle tx, UserId user) {
        return tx.createQuery("SELECT count(*) FROM app.practice_messages WHERE user_id = :user")
                .bind("user", user)
                .mapTo(Long.class)
                .one();
    }
}
