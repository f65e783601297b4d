package com.smartmarketingagent.campaign;

import com.smartmarketingagent.messaging.HookEvent;
import com.smartmarketingagent.platform.UserId;
import jakarta.inject.Singleton;
import java.util.List;
import java.util.UUID;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.mapper.reflect.ConstructorMapper;

/** What providers say later of messages that they took. */
@Singleton
class StatusRepository {

    /**
     * A message that is meant.
     *
     * @param settled whether it is known by this, now or from before, that it arrived or that it never will
     */
    public record Reported(UUID campaignId, boolean settled) {}

    /**
     * What the provider says of a message later. It never goes back: what arrived or failed stays so.
     *
     * @return empty where no message of this shop that was handed over is meant
     */
    List<Reported> report(Handle tx, UserId user, HookEvent.Status status) {
        var ours = status.ours();
        return tx.createQuery("""
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
                        RETURNING o.campaign_id, o.state = :state AND :state <> 'accepted' AS settled
                        """)
                .bind("user", user)
                .bind("campaign", ours == null ? null : ours.campaign())
                .bind("customer", ours == null ? null : ours.customer())
                .bind("providerId", status.providerId())
                .bind("stateId", status.stateId())
                .bind("state", status.state().key())
                .bind("why", status.why())
                .map(ConstructorMapper.of(Reported.class))
                .list();
    }

    /**
     * How many of a number's messages failed one after the other, in the order in which they were sent, up to the last
     * of which the provider has said what became of it. Those before its owner last went on don't count.
     *
     * @param via the number's
     */
    int failuresInARow(Handle tx, UserId user, String via) {
        return tx.createQuery("""
                        WITH told AS (
                          SELECT o.state, row_number() OVER (ORDER BY o.sending_since DESC, o.place DESC) AS nth,
                                 count(*) FILTER (WHERE o.state IN ('failed', 'delivered')) OVER (ORDER BY o.sending_since DESC, o.place DESC) AS known
                          FROM app.message_outbox o JOIN app.campaigns g ON g.user_id = :user AND g.id = o.campaign_id
                          WHERE o.user_id = :user AND g.via = :via AND o.sending_since > now() - interval '2 days'
                            AND o.state IN ('accepted', 'delivered', 'failed', 'unknown')
                            AND o.sending_since > (SELECT coalesce(max(h.resumed_at), '-infinity') FROM app.campaigns h
                                                   WHERE h.user_id = :user AND h.via = :via))
                        SELECT count(*) FROM told t
                        WHERE t.state = 'failed'
                          AND NOT EXISTS (SELECT FROM told b WHERE b.known > 0 AND b.state <> 'failed' AND b.nth < t.nth)
                        """)
                .bind("user", user)
                .bind("via", via)
                .mapTo(Integer.class)
                .one();
    }
}
