package com.smartmarketingagent.campaign;

import com.smartmarketingagent.messaging.HookEvent;
import com.smartmarketingagent.platform.Rows;
import com.smartmarketingagent.platform.UserId;
import jakarta.inject.Singleton;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.function.Function;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;

/** What providers say later of messages that they took. */
@Singleton
class StatusRepository {

    /**
     * A message that is meant.
     *
     * @param nth by which of what was said, from 1
     * @param tells whether this is news, or says once more that it arrived or that it never will
     */
    public record Reported(long nth, UUID campaignId, boolean tells) {}

    /**
     * What the provider says of messages later, all at once. They never go back: what arrived or failed stays so, also
     * where both are said in one breath.
     *
     * @return without those by which no message of this shop that was handed over is meant
     */
    List<Reported> report(Handle tx, UserId user, List<HookEvent.Status> said) {
        return tx.createQuery("""
                        WITH said AS MATERIALIZED (
                          SELECT * FROM unnest(:providerIds::text[], :stateIds::text[], :campaigns::uuid[], :customers::uuid[],
                                               :states::text[], :whys::text[])
                            WITH ORDINALITY s (provider_id, state_id, campaign_id, customer_id, state, why, nth)),
                        about AS MATERIALIZED (
                          SELECT s.nth, o.campaign_id, o.customer_id, o.channel FROM said s
                          JOIN app.message_outbox o ON o.user_id = :user AND o.provider_id = s.provider_id
                          UNION
                          SELECT s.nth, o.campaign_id, o.customer_id, o.channel FROM said s
                          JOIN app.message_outbox o ON o.user_id = :user AND o.state_id = s.state_id
                          UNION
                          SELECT s.nth, o.campaign_id, o.customer_id, o.channel FROM said s
                          JOIN app.message_outbox o ON o.user_id = :user AND o.campaign_id = s.campaign_id AND o.customer_id = s.customer_id),
                        -- in one order, or two reports of the same messages would wait for each other
                        meant AS MATERIALIZED (
                          SELECT campaign_id, customer_id, channel, state FROM app.message_outbox
                          WHERE user_id = :user AND state IN ('unknown', 'accepted', 'delivered', 'failed')
                            AND (campaign_id, customer_id, channel) IN (SELECT campaign_id, customer_id, channel FROM about)
                          ORDER BY campaign_id, customer_id, channel FOR UPDATE),
                        news AS (
                          SELECT a.campaign_id, a.customer_id, a.channel,
                                 (array_agg(s.provider_id ORDER BY s.nth) FILTER (WHERE s.provider_id IS NOT NULL))[1] AS provider_id,
                                 (array_agg(s.state_id ORDER BY s.nth) FILTER (WHERE s.state_id IS NOT NULL))[1] AS state_id,
                                 (array_agg(s.state ORDER BY s.state = 'accepted', s.nth))[1] AS state,
                                 (array_agg(s.why ORDER BY s.state = 'accepted', s.nth))[1] AS why
                          FROM about a JOIN said s ON s.nth = a.nth
                          GROUP BY 1, 2, 3),
                        moved AS (
                          UPDATE app.message_outbox o
                          SET provider_id = coalesce(o.provider_id, n.provider_id), state_id = coalesce(o.state_id, n.state_id),
                              state = CASE WHEN n.moves THEN n.state ELSE o.state END,
                              why = CASE WHEN n.moves THEN n.why ELSE o.why END,
                              delivered_at = CASE WHEN n.moves AND n.state = 'delivered' THEN now() ELSE o.delivered_at END
                          FROM (SELECT n.*, m.state = 'unknown' OR m.state = 'accepted' AND n.state <> 'accepted' AS moves
                                FROM news n JOIN meant m USING (campaign_id, customer_id, channel)) n
                          WHERE o.user_id = :user AND o.campaign_id = n.campaign_id
                            AND o.customer_id = n.customer_id AND o.channel = n.channel
                          RETURNING o.campaign_id, o.customer_id, o.channel, o.state, n.moves)
                        SELECT a.nth, m.campaign_id, m.moves OR m.state = s.state AND s.state <> 'accepted' AS tells
                        FROM moved m JOIN about a USING (campaign_id, customer_id, channel) JOIN said s ON s.nth = a.nth
                        """)
                .bind("user", user)
                .bindArray("providerIds", String.class, column(said, HookEvent.Status::providerId))
                .bindArray("stateIds", String.class, column(said, HookEvent.Status::stateId))
                .bindArray(
                        "campaigns",
                        UUID.class,
                        column(said, s -> s.ours() == null ? null : s.ours().campaign()))
                .bindArray(
                        "customers",
                        UUID.class,
                        column(said, s -> s.ours() == null ? null : s.ours().customer()))
                .bindArray("states", String.class, column(said, s -> s.state().key()))
                .bindArray("whys", String.class, column(said, HookEvent.Status::why))
                .map(Rows.of(Reported.class))
                .list();
    }

    private static <T> List<@Nullable T> column(
            List<HookEvent.Status> said, Function<HookEvent.Status, @Nullable T> its) {
        var column = new ArrayList<@Nullable T>();
        for (var status : said) column.add(its.apply(status));
        return column;
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
