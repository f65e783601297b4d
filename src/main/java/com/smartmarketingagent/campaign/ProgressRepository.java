package com.smartmarketingagent.campaign;

import static com.smartmarketingagent.pacing.PaceRepository.STOP;

import com.smartmarketingagent.pacing.Due;
import com.smartmarketingagent.pacing.Pace;
import com.smartmarketingagent.pacing.Stops;
import com.smartmarketingagent.platform.Rows;
import com.smartmarketingagent.platform.UserId;
import jakarta.inject.Singleton;
import java.time.ZoneId;
import java.util.List;
import java.util.UUID;
import org.jdbi.v3.core.Handle;

/** How a campaign is going: what became of its messages until now, who wants no more, and what is to come. */
@Singleton
class ProgressRepository {

    /**
     * How many messages there are in each state.
     *
     * @param holdout who get none
     * @param clicked who followed their link
     */
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
            long holdout,
            long clicked) {

        boolean isSettled() {
            return pending + sending == 0;
        }
    }

    Counts counts(Handle tx, UserId user, UUID campaign) {
        return tx.createQuery("""
                        SELECT count(*) FILTER (WHERE state = 'pending') AS pending, count(*) FILTER (WHERE state = 'sending') AS sending,
                               count(*) FILTER (WHERE state = 'accepted') AS accepted, count(*) FILTER (WHERE state = 'delivered') AS delivered,
                               count(*) FILTER (WHERE state = 'failed') AS failed, count(*) FILTER (WHERE state = 'unknown') AS unknown,
                               count(*) FILTER (WHERE state = 'skipped') AS skipped, count(*) FILTER (WHERE state = 'suppressed') AS suppressed,
                               count(*) FILTER (WHERE state = 'cancelled') AS cancelled,
                               (SELECT count(*) FROM app.campaign_holdout WHERE user_id = :user AND campaign_id = :campaign) AS holdout,
                               (SELECT count(*) FROM app.campaign_links
                                WHERE user_id = :user AND campaign_id = :campaign AND clicks > 0) AS clicked
                        FROM app.message_outbox WHERE user_id = :user AND campaign_id = :campaign
                        """)
                .bind("user", user)
                .bind("campaign", campaign)
                .map(Rows.of(Counts.class))
                .one();
    }

    /** How many of those to whom something went, since the owner last let it go on, said stop after it. */
    Stops stops(Handle tx, UserId user, UUID campaign) {
        return tx.createQuery("""
                        SELECT count(k.customer_id) AS stops, count(*) AS sent
                        FROM app.campaigns g
                        JOIN app.message_outbox o ON o.user_id = :user AND o.campaign_id = g.id
                        """ + STOP + """
                        WHERE g.user_id = :user AND g.id = :campaign AND o.state IN ('accepted', 'delivered', 'unknown')
                          AND o.sending_since > coalesce(g.resumed_at, '-infinity')
                        """)
                .bind("user", user)
                .bind("campaign", campaign)
                .map(Rows.of(Stops.class))
                .one();
    }

    /**
     * Whether it had better not go on, see {@link Pace#isUnwanted}. It is asked before each message, so it looks at
     * those who said stop, which are few, and counts no more of the others than the answer takes.
     */
    boolean isUnwanted(Handle tx, UserId user, UUID campaign) {
        var stops = tx.createQuery("""
                        WITH RECURSIVE campaign AS MATERIALIZED (
                          SELECT frozen_at, coalesce(resumed_at, '-infinity') AS resumed_at FROM app.campaigns WHERE user_id = :user AND id = :campaign),
                        said AS (
                          SELECT k.customer_id AS id, k.channel, k.changed_at
                          FROM campaign g
                          JOIN app.consents k ON k.user_id = :user AND k.state = 'withdrawn' AND k.changed_at >= greatest(g.resumed_at, g.frozen_at)
                          -- and who they were when it was drawn up; each by its index, whatever the planner thinks
                          UNION
                          SELECT c.id, s.channel, s.changed_at
                          FROM said s CROSS JOIN LATERAL (
                            SELECT id FROM app.customers WHERE user_id = :user AND merged_into = s.id OFFSET 0) c),
                        stops AS (
                          SELECT count(*) AS n
                          FROM campaign g CROSS JOIN said s CROSS JOIN LATERAL (
                            SELECT state, sending_since FROM app.message_outbox
                            WHERE user_id = :user AND campaign_id = :campaign AND customer_id = s.id AND channel = s.channel OFFSET 0) o
                          WHERE o.state IN ('accepted', 'delivered', 'unknown') AND o.sending_since > g.resumed_at AND o.sending_since <= s.changed_at)
                        SELECT n AS stops, (SELECT count(*) FROM (
                                              SELECT FROM campaign g
                                              JOIN app.message_outbox o ON o.user_id = :user AND o.campaign_id = :campaign
                                                AND o.state IN ('accepted', 'delivered', 'unknown') AND o.sending_since > g.resumed_at
                                              LIMIT :per_stop * n) r) AS sent
                        FROM stops
                        """)
                .bind("user", user)
                .bind("campaign", campaign)
                .bind("per_stop", Pace.PER_STOP)
                .map(Rows.of(Stops.class))
                .one();
        return Pace.isUnwanted(stops.stops(), stops.sent());
    }

    /** The next messages in each zone, and the next end of a lease. */
    List<Due> due(Handle tx, UserId user, UUID campaign) {
        return tx.createQuery("""
                        SELECT min(next_attempt_at) AS at, zone FROM app.message_outbox
                        WHERE user_id = :user AND campaign_id = :campaign AND state = 'pending' AND next_attempt_at < 'infinity' GROUP BY zone
                        UNION ALL
                        SELECT min(lease_until), NULL FROM app.message_outbox
                        WHERE user_id = :user AND campaign_id = :campaign AND state = 'sending' HAVING min(lease_until) IS NOT NULL
                        """)
                .bind("user", user)
                .bind("campaign", campaign)
                .map(Rows.of(Due.class))
                .list();
    }

    /** Of those whose messages are in the owner's hands; where none is, of those to whom nothing went yet. */
    List<ZoneId> zones(Handle tx, UserId user, UUID campaign) {
        return tx.createQuery("""
                        SELECT zone FROM app.message_outbox
                        WHERE user_id = :user AND campaign_id = :campaign AND state IN ('pending', 'sending')
                        GROUP BY state, zone ORDER BY state = 'sending' DESC FETCH FIRST ROW WITH TIES
                        """)
                .bind("user", user)
                .bind("campaign", campaign)
                .mapTo(String.class)
                .map(ZoneId::of)
                .list();
    }
}
