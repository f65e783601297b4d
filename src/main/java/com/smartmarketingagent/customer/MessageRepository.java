package com.smartmarketingagent.customer;

import static com.smartmarketingagent.customer.MergeRepository.HEIRS;

import com.smartmarketingagent.customer.Consent.Channel;
import com.smartmarketingagent.platform.Paging;
import com.smartmarketingagent.platform.Rows;
import com.smartmarketingagent.platform.UserId;
import jakarta.inject.Singleton;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;

/** What a customer and the shop wrote to each other. Who was merged into a customer is the same person. */
@Singleton
public class MessageRepository {

    /**
     * One message.
     *
     * @param incoming whether the customer wrote it
     * @param text of a campaign as it was handed over, or as it was drafted where whoever sent it died over it; empty
     *     where the customer sent a picture or the like
     * @param state what became of a campaign's message; null of an incoming one
     */
    public record Message(
            boolean incoming,
            String channel,
            String text,
            Instant at,
            @Nullable UUID campaignId,
            @Nullable String state) {}

    /**
     * Who has this number or e-mail, or else who somebody that had it was merged into; nobody else changes them until
     * the end of the transaction.
     */
    Optional<UUID> lockWriter(Handle tx, UserId user, Channel channel, String address) {
        var column = channel == Channel.EMAIL ? "email" : "phone";
        return tx.createQuery("""
                WITH RECURSIVE heirs AS (
                  (SELECT c.id FROM app.customers c WHERE c.user_id = :user AND c.<column> = :address
                   UNION ALL
                   SELECT m.customer_id FROM app.merges m
                   WHERE m.user_id = :user AND m.undone_at IS NULL AND m.other_before ->> :column = :address)
                """ + HEIRS + """
                SELECT c.id FROM app.customers c
                WHERE c.user_id = :user AND c.id = ANY (ARRAY(SELECT id FROM heirs)) AND c.deleted_at IS NULL
                ORDER BY c.<column> IS NOT DISTINCT FROM :address DESC, c.id LIMIT 1 FOR NO KEY UPDATE
                """)
                .define("column", column)
                .bind("column", column)
                .bind("user", user)
                .bind("address", address)
                .mapTo(UUID.class)
                .findOne();
    }

    /** The same message once more changes nothing. */
    void add(Handle tx, UserId user, UUID id, UUID customer, String text, @Nullable Instant at) {
        tx.createUpdate("""
                INSERT INTO app.incoming_messages (user_id, id, customer_id, channel, text, received_at)
                VALUES (:user, :id, :customer, 'whatsapp', :text, coalesce(:at, now())) ON CONFLICT (user_id, id) DO NOTHING
                """)
                .bind("user", user)
                .bind("id", id)
                .bind("customer", customer)
                .bind("text", text)
                .bind("at", at)
                .execute();
    }

    private static final String BOTH_WAYS = """
                WITH RECURSIVE person AS (
                  SELECT :customer::uuid AS id
                  UNION SELECT c.id FROM app.customers c JOIN person p ON c.merged_into = p.id WHERE c.user_id = :user),
                messages AS (
                  SELECT true AS incoming, m.channel, m.text, m.received_at AS at, NULL::uuid AS campaign_id, NULL AS state, m.id
                  FROM app.incoming_messages m JOIN person p ON p.id = m.customer_id
                  WHERE m.user_id = :user
                  UNION ALL
                  SELECT false, o.channel, coalesce(o.sent_text, g.text), o.sending_since, g.id, o.state, g.id
                  FROM app.message_outbox o JOIN person p ON p.id = o.customer_id
                  JOIN app.campaigns g ON g.user_id = :user AND g.id = o.campaign_id AND g.via <> 'practice'
                  WHERE o.user_id = :user AND o.sending_since IS NOT NULL)
                """;

    /** Newest first. */
    public List<Message> of(Handle tx, UserId user, UUID customer, Paging paging) {
        return tx.createQuery(BOTH_WAYS + """
                        SELECT incoming, channel, text, at, campaign_id, state FROM messages
                        ORDER BY at DESC, id DESC LIMIT :limit OFFSET :offset
                        """)
                .bind("user", user)
                .bind("customer", customer)
                .bind("limit", paging.limit())
                .bind("offset", paging.offset())
                .map(Rows.of(Message.class))
                .list();
    }

    long count(Handle tx, UserId user, UUID customer) {
        return tx.createQuery(BOTH_WAYS + "SELECT count(*) FROM messages")
                .bind("user", user)
                .bind("customer", customer)
                .mapTo(Long.class)
                .one();
    }
}
