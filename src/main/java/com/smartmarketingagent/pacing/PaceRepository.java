package com.smartmarketingagent.pacing;

import static com.smartmarketingagent.customer.MergeRepository.TODAY;

import com.smartmarketingagent.messaging.Via;
import com.smartmarketingagent.platform.Rows;
import com.smartmarketingagent.platform.UserId;
import jakarta.inject.Singleton;
import java.time.Instant;
import java.time.LocalDate;
import java.util.Optional;
import org.jdbi.v3.core.Handle;

/** What each sending number of a shop has done lately. */
@Singleton
public class PaceRepository {

    public Optional<Pace> find(Handle tx, UserId user, Via via) {
        return tx.createQuery("""
                        SELECT since, day, sent, next_at, failures FROM app.paces WHERE user_id = :user AND via = :via
                        """)
                .bind("user", user)
                .bind("via", via.key())
                .map(Rows.of(Pace.class))
                .findOne();
    }

    /** The same; whoever else sends by this number waits until the end of the transaction. */
    Pace lock(Handle tx, UserId user, Via via, LocalDate today, Instant now) {
        var fresh = Pace.begins(today, now);
        tx.createUpdate("""
                        INSERT INTO app.paces (user_id, via, since, day, sent, next_at, failures)
                        VALUES (:user, :via, :since, :day, :sent, :nextAt, :failures) ON CONFLICT DO NOTHING
                        """)
                .bind("user", user)
                .bind("via", via.key())
                .bindMethods(fresh)
                .execute();
        return tx.createQuery("""
                        SELECT since, day, sent, next_at, failures FROM app.paces
                        WHERE user_id = :user AND via = :via FOR NO KEY UPDATE
                        """)
                .bind("user", user)
                .bind("via", via.key())
                .map(Rows.of(Pace.class))
                .one();
    }

    void sent(Handle tx, UserId user, Via via, Pace pace) {
        tx.createUpdate("""
                        UPDATE app.paces SET since = :since, day = :day, sent = :sent, next_at = :nextAt WHERE user_id = :user AND via = :via
                        """)
                .bind("user", user)
                .bind("via", via.key())
                .bindMethods(pace)
                .execute();
    }

    /**
     * Counts what came of messages, in their order: a success forgets the failures before it.
     *
     * @return how many failed one after the other, up to the last
     */
    int settled(Handle tx, UserId user, Via via, boolean succeeded, int failures) {
        return tx.createQuery("""
                        UPDATE app.paces SET failures = CASE WHEN :succeeded THEN 0 ELSE failures END + :failures,
                                             untaken = CASE WHEN :succeeded THEN 0 ELSE untaken END + :failures
                        WHERE user_id = :user AND via = :via RETURNING failures
                        """)
                .bind("user", user)
                .bind("via", via.key())
                .bind("succeeded", succeeded)
                .bind("failures", failures)
                .mapTo(Integer.class)
                .findOne()
                .orElse(0);
    }

    /**
     * What came of its messages says how many failed one after the other. Those that the provider didn't even take
     * since are no fewer by that.
     */
    public void fails(Handle tx, UserId user, Via via, int failures) {
        tx.createUpdate("""
                        UPDATE app.paces SET failures = greatest(untaken, :failures) WHERE user_id = :user AND via = :via
                        """)
                .bind("user", user)
                .bind("via", via.key())
                .bind("failures", failures)
                .execute();
    }

    /**
     * SQL that joins to a message {@code o} its reader {@code c} as they are today, and the consent {@code k} in which
     * they said stop since it was sent; null where they didn't.
     */
    public static final String STOP = TODAY + """
            LEFT JOIN app.consents k ON k.user_id = :user AND k.customer_id = c.id AND k.channel = o.channel
              AND k.state = 'withdrawn' AND k.changed_at >= o.sending_since
            """;

    /** Of the people who got a campaign's message by this number within 30 days, how many said stop since. */
    Stops stops(Handle tx, UserId user, Via via) {
        return tx.createQuery("""
                        SELECT count(DISTINCT k.customer_id) AS stops, count(DISTINCT c.id) AS sent
                        FROM app.campaigns g
                        JOIN app.message_outbox o ON o.user_id = :user AND o.campaign_id = g.id
                        """ + STOP + """
                        WHERE g.user_id = :user AND g.via = :via AND o.state IN ('accepted', 'delivered', 'unknown')
                          AND o.sending_since > now() - interval '30 days'
                        """)
                .bind("user", user)
                .bind("via", via.key())
                .map(Rows.of(Stops.class))
                .one();
    }

    /** Somebody looked after it: what failed before counts no more. */
    public void forgive(Handle tx, UserId user, Via via) {
        settled(tx, user, via, true, 0);
    }
}
