package com.smartmarketingagent.campaign;

import com.smartmarketingagent.customer.AddressKeys;
import com.smartmarketingagent.messaging.HookEvent;
import com.smartmarketingagent.platform.Paging;
import com.smartmarketingagent.platform.UserId;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.mapper.reflect.ConstructorMapper;
import org.jspecify.annotations.Nullable;

/**
 * One row for each message, and what became of it. Whoever sends holds a lease; every change names its token, so that
 * nobody who lost the lease writes over who has it now.
 */
@Singleton
class OutboxRepository {

    /** A message that this one holder may now send. */
    record Lease(UUID customer, UUID token) {}

    public record Leased(UUID customerId, UUID leaseToken) {

        Lease lease() {
            return new Lease(customerId, leaseToken);
        }
    }

    private final AddressKeys keys;

    OutboxRepository(AddressKeys keys) {
        this.keys = keys;
    }

    /** Those of a running campaign that are due, each to one holder only, for two minutes. */
    List<Lease> lease(Handle tx, UserId user, UUID campaign, int most) {
        return tx.createQuery("""
                        WITH due AS MATERIALIZED (
                          SELECT customer_id, channel FROM app.message_outbox
                          WHERE user_id = :user AND campaign_id = :campaign AND state = 'pending' AND next_attempt_at <= now()
                            AND EXISTS (SELECT FROM app.campaigns g WHERE g.user_id = :user AND g.id = :campaign AND g.state = 'running')
                          ORDER BY next_attempt_at, customer_id LIMIT :most FOR UPDATE SKIP LOCKED)
                        UPDATE app.message_outbox o
                        SET state = 'leased', lease_token = gen_random_uuid(), lease_until = now() + interval '2 minutes'
                        FROM due
                        WHERE o.user_id = :user AND o.campaign_id = :campaign
                          AND o.customer_id = due.customer_id AND o.channel = due.channel
                        RETURNING o.customer_id, o.lease_token
                        """)
                .bind("user", user)
                .bind("campaign", campaign)
                .bind("most", most)
                .map(ConstructorMapper.of(Leased.class))
                .map(Leased::lease)
                .list();
    }

    /** The next that waits for the owner's hand, by name. */
    Optional<Lease> take(Handle tx, UserId user, UUID campaign) {
        return tx.createQuery("""
                        WITH first AS MATERIALIZED (
                          SELECT w.customer_id, w.channel FROM app.message_outbox w
                          JOIN app.customers c ON c.user_id = w.user_id AND c.id = w.customer_id
                          WHERE w.user_id = :user AND w.campaign_id = :campaign AND w.state = 'pending'
                          ORDER BY c.name, w.customer_id LIMIT 1 FOR UPDATE OF w SKIP LOCKED)
                        UPDATE app.message_outbox o
                        SET state = 'leased', lease_token = gen_random_uuid(), lease_until = now() + interval '2 minutes'
                        FROM first
                        WHERE o.user_id = :user AND o.campaign_id = :campaign
                          AND o.customer_id = first.customer_id AND o.channel = first.channel
                        RETURNING o.customer_id, o.lease_token
                        """)
                .bind("user", user)
                .bind("campaign", campaign)
                .map(ConstructorMapper.of(Leased.class))
                .map(Leased::lease)
                .findOne();
    }

    /** What the owner says of a message that is open. @return whether it was */
    boolean say(Handle tx, UserId user, UUID campaign, UUID customer, String state) {
        return tx.createUpdate("""
                        UPDATE app.message_outbox
                        SET state = :state, lease_token = NULL, lease_until = NULL, why = CASE WHEN :state = 'skipped' THEN 'owner' END,
                            sending_since = CASE WHEN :state = 'skipped' THEN NULL ELSE sending_since END
                        WHERE user_id = :user AND campaign_id = :campaign AND customer_id = :customer AND state = 'sending'
                        """)
                        .bind("user", user)
                        .bind("campaign", campaign)
                        .bind("customer", customer)
                        .bind("state", state)
                        .execute()
                == 1;
    }

    /**
     * What happens to a message at the moment before it is sent: {@code sending}, or why not. Committed before anybody
     * is called. The customer's row is locked: of two campaigns at once, one counts the other.
     *
     * @return the state it has now; empty where the lease is lost
     */
    Optional<String> begin(Handle tx, UserId user, UUID campaign, Lease lease) {
        tx.createQuery("SELECT id FROM app.customers WHERE user_id = :user AND id = :customer FOR NO KEY UPDATE")
                .bind("user", user)
                .bind("customer", lease.customer())
                .mapTo(UUID.class)
                .findOne();
        return tx.createQuery("""
                        WITH fate AS (
                          SELECT CASE
                            WHEN g.state = 'paused' THEN 'pending'
                            WHEN g.state <> 'running' THEN 'cancelled'
                            WHEN c.deleted_at IS NOT NULL OR c.phone IS NULL THEN 'skipped'
                            WHEN EXISTS (SELECT FROM app.consents k
                                         WHERE k.user_id = :user AND k.customer_id = c.id AND k.channel = 'whatsapp' AND k.state = 'withdrawn')
                              OR EXISTS (SELECT FROM app.suppressions s
                                         WHERE s.user_id = :user AND s.channel = 'whatsapp'
                                           AND s.address_hash IN (app.address_hash(:key, c.phone), app.address_hash(:previousKey, c.phone)))
                              THEN 'suppressed'
                            WHEN EXISTS (SELECT FROM app.message_outbox e
                                         JOIN app.campaigns h ON h.user_id = :user AND h.id = e.campaign_id
                                         WHERE e.user_id = :user AND e.customer_id = c.id AND e.campaign_id <> :campaign
                                           AND e.sending_since > now() - interval '7 days'
                                           AND e.state IN ('sending', 'accepted', 'delivered', 'unknown')
                                           AND (h.via = 'practice') = (g.via = 'practice'))
                              THEN 'skipped'
                            ELSE 'sending' END AS state,
                            CASE WHEN c.deleted_at IS NOT NULL OR c.phone IS NULL THEN 'no_number' ELSE 'recent' END AS skipped
                          FROM app.campaigns g JOIN app.customers c ON c.user_id = g.user_id AND c.id = :customer
                          WHERE g.user_id = :user AND g.id = :campaign)
                        UPDATE app.message_outbox o
                        SET state = fate.state,
                            sending_since = CASE WHEN fate.state = 'sending' THEN now() END,
                            lease_until = CASE WHEN fate.state = 'sending' THEN now() + interval '2 minutes' END,
                            lease_token = CASE WHEN fate.state = 'sending' THEN o.lease_token END,
                            attempt = o.attempt + (fate.state = 'sending')::int,
                            why = CASE fate.state WHEN 'skipped' THEN fate.skipped WHEN 'suppressed' THEN 'refused' END
                        FROM fate
                        WHERE o.user_id = :user AND o.campaign_id = :campaign AND o.customer_id = :customer
                          AND o.state = 'leased' AND o.lease_token = :token AND o.lease_until > now()
                        RETURNING o.state
                        """)
                .bind("user", user)
                .bind("campaign", campaign)
                .bind("customer", lease.customer())
                .bind("token", lease.token())
                .bindMethods(keys)
                .mapTo(String.class)
                .findOne();
    }

    /** What a message to a customer is made of. */
    public record Facts(
            String phone,
            String name,
            String shop,
            @Nullable String lastProduct) {}

    Optional<Facts> facts(Handle tx, UserId user, UUID customer) {
        return tx.createQuery("""
                        SELECT c.phone, c.name, u.business_name AS shop,
                               (SELECT t.products -> 0 ->> 'name' FROM app.transactions t
                                WHERE t.user_id = :user AND t.customer_id = c.id AND t.amount > 0
                                ORDER BY t.transaction_date DESC, t.id DESC LIMIT 1) AS last_product
                        FROM app.customers c JOIN app.users u ON u.id = c.user_id
                        WHERE c.user_id = :user AND c.id = :customer AND c.phone IS NOT NULL
                        """)
                .bind("user", user)
                .bind("customer", customer)
                .map(ConstructorMapper.of(Facts.class))
                .findOne();
    }

    /**
     * Writes down what came of a message.
     *
     * @param after when to try again; null where it isn't tried again
     * @return whether it was still ours to write
     */
    boolean settle(
            Handle tx,
            UserId user,
            UUID campaign,
            Lease lease,
            String state,
            @Nullable String providerId,
            @Nullable String why,
            @Nullable Duration after) {
        return tx.createUpdate("""
                        UPDATE app.message_outbox
                        SET state = :state, provider_id = :provider, why = :why, lease_token = NULL, lease_until = NULL,
                            sending_since = CASE WHEN :state = 'pending' THEN NULL ELSE sending_since END,
                            next_attempt_at = now() + make_interval(secs => :seconds)
                        WHERE user_id = :user AND campaign_id = :campaign AND customer_id = :customer
                          AND state = 'sending' AND lease_token = :token
                        """)
                        .bind("user", user)
                        .bind("campaign", campaign)
                        .bind("customer", lease.customer())
                        .bind("token", lease.token())
                        .bind("state", state)
                        .bind("provider", providerId)
                        .bind("why", why)
                        .bind("seconds", after == null ? 0.0 : after.toMillis() / 1000.0)
                        .execute()
                == 1;
    }

    /** How often a message was begun. */
    int attempts(Handle tx, UserId user, UUID campaign, UUID customer) {
        return tx.createQuery("""
                        SELECT attempt FROM app.message_outbox
                        WHERE user_id = :user AND campaign_id = :campaign AND customer_id = :customer
                        """)
                .bind("user", user)
                .bind("campaign", campaign)
                .bind("customer", customer)
                .mapTo(Integer.class)
                .one();
    }

    /**
     * Takes leases back whose holder is gone: what was not begun waits again; what was may have been sent, and nobody
     * knows.
     */
    void reap(Handle tx, UserId user, UUID campaign) {
        tx.createUpdate("""
                        UPDATE app.message_outbox
                        SET state = CASE WHEN state = 'leased' THEN 'pending' ELSE 'unknown' END,
                            why = CASE WHEN state = 'sending' THEN 'lost' END, lease_token = NULL, lease_until = NULL
                        WHERE user_id = :user AND campaign_id = :campaign AND state IN ('leased', 'sending') AND lease_until < now()
                        """).bind("user", user).bind("campaign", campaign).execute();
    }

    /**
     * When there is something to do again: the next message that is due, or the next lease that ends; empty for never.
     */
    Optional<Instant> next(Handle tx, UserId user, UUID campaign) {
        return tx.createQuery("""
                        SELECT min(at) FROM (
                          SELECT min(next_attempt_at) AS at FROM app.message_outbox
                          WHERE user_id = :user AND campaign_id = :campaign AND state = 'pending' AND next_attempt_at < 'infinity'
                          UNION ALL
                          SELECT min(lease_until) FROM app.message_outbox
                          WHERE user_id = :user AND campaign_id = :campaign AND state IN ('leased', 'sending')) moments
                        """)
                .bind("user", user)
                .bind("campaign", campaign)
                .mapTo(Instant.class)
                .findOne();
    }

    /** Nothing that was not begun is sent any more. */
    void cancel(Handle tx, UserId user, UUID campaign) {
        tx.createUpdate("""
                        UPDATE app.message_outbox SET state = 'cancelled', lease_token = NULL, lease_until = NULL
                        WHERE user_id = :user AND campaign_id = :campaign AND state IN ('pending', 'leased')
                        """).bind("user", user).bind("campaign", campaign).execute();
    }

    /** How many messages there are in each state; {@code holdout} are those who get none. */
    public record Counts(
            long pending,
            long sending,
            long accepted,
            long delivered,
            long failed,
            long unknown,
            long skipped,
            long suppressed,
            long cancelled,
            long holdout) {

        boolean isSettled() {
            return pending + sending == 0;
        }
    }

    Counts counts(Handle tx, UserId user, UUID campaign) {
        return tx.createQuery("""
                        SELECT count(*) FILTER (WHERE state IN ('pending', 'leased')) AS pending, count(*) FILTER (WHERE state = 'sending') AS sending,
                               count(*) FILTER (WHERE state = 'accepted') AS accepted, count(*) FILTER (WHERE state = 'delivered') AS delivered,
                               count(*) FILTER (WHERE state = 'failed') AS failed, count(*) FILTER (WHERE state = 'unknown') AS unknown,
                               count(*) FILTER (WHERE state = 'skipped') AS skipped, count(*) FILTER (WHERE state = 'suppressed') AS suppressed,
                               count(*) FILTER (WHERE state = 'cancelled') AS cancelled,
                               (SELECT count(*) FROM app.campaign_holdout WHERE user_id = :user AND campaign_id = :campaign) AS holdout
                        FROM app.message_outbox WHERE user_id = :user AND campaign_id = :campaign
                        """)
                .bind("user", user)
                .bind("campaign", campaign)
                .map(ConstructorMapper.of(Counts.class))
                .one();
    }

    /**
     * One person and what became of their message.
     *
     * @param why a word on it; null where there is nothing to say
     */
    public record Recipient(
            UUID customerId,
            String name,
            String state,
            @Nullable String why,
            @Nullable Instant sentAt) {}

    List<Recipient> recipients(Handle tx, UserId user, UUID campaign, Paging paging) {
        return tx.createQuery("""
                        SELECT o.customer_id, c.name, CASE WHEN o.state = 'leased' THEN 'pending' ELSE o.state END AS state, o.why,
                               o.sending_since AS sent_at
                        FROM app.message_outbox o JOIN app.customers c ON c.user_id = o.user_id AND c.id = o.customer_id
                        WHERE o.user_id = :user AND o.campaign_id = :campaign
                        ORDER BY c.name, o.customer_id LIMIT :limit OFFSET :offset
                        """)
                .bind("user", user)
                .bind("campaign", campaign)
                .bind("limit", paging.limit())
                .bind("offset", paging.offset())
                .map(ConstructorMapper.of(Recipient.class))
                .list();
    }

    long count(Handle tx, UserId user, UUID campaign) {
        return tx.createQuery(
                        "SELECT count(*) FROM app.message_outbox WHERE user_id = :user AND campaign_id = :campaign")
                .bind("user", user)
                .bind("campaign", campaign)
                .mapTo(Long.class)
                .one();
    }

    /**
     * What the provider says of a message later. It never goes back: what arrived or failed stays so.
     *
     * @return false where no message of this shop that was handed over is meant
     */
    boolean report(Handle tx, UserId user, HookEvent.Status status) {
        var ours = status.ours();
        return tx.createUpdate("""
                        WITH meant AS MATERIALIZED (
                          SELECT campaign_id, customer_id, channel,
                                 state = 'unknown' OR state = 'accepted' AND :state <> 'accepted' AS moves
                          FROM app.message_outbox
                          WHERE user_id = :user AND state IN ('unknown', 'accepted', 'delivered', 'failed')
                            AND (provider_id = :providerId OR state_id = :stateId
                                 OR campaign_id = :campaign AND customer_id = :customer) FOR UPDATE)
                        UPDATE app.message_outbox o
                        SET provider_id = coalesce(o.provider_id, :providerId), state_id = coalesce(o.state_id, :stateId),
                            state = CASE WHEN meant.moves THEN :state ELSE o.state END,
                            why = CASE WHEN meant.moves THEN :why ELSE o.why END,
                            delivered_at = CASE WHEN meant.moves AND :state = 'delivered' THEN now() ELSE o.delivered_at END
                        FROM meant
                        WHERE o.user_id = :user AND o.campaign_id = meant.campaign_id
                          AND o.customer_id = meant.customer_id AND o.channel = meant.channel
                        """)
                        .bind("user", user)
                        .bind("campaign", ours == null ? null : ours.campaign())
                        .bind("customer", ours == null ? null : ours.customer())
                        .bind("providerId", status.providerId())
                        .bind("stateId", status.stateId())
                        .bind("state", status.state().key())
                        .bind("why", status.why())
                        .execute()
                > 0;
    }
}
