package com.smartmarketingagent.rfm;

import com.smartmarketingagent.platform.Rows;
import com.smartmarketingagent.platform.UserId;
import jakarta.inject.Singleton;
import java.time.Instant;
import java.time.LocalDate;
import java.util.List;
import java.util.Optional;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;

/** {@code app.weekly_analyses}: which shop had its analysis of which week. All times are the database's. */
@Singleton
class WeeklyRepository {

    /** So often the analysis of one week is begun for one shop, over an hour and a quarter. */
    static final int TRIES = 5;

    /**
     * A shop that had no analysis since its last Monday 06:00.
     *
     * @param week that Monday, in the shop's zone
     * @param tryAt not before
     */
    public record Due(UserId userId, LocalDate week, Instant tryAt) {}

    /** Over all shops, in the order of their ids; also those whose next try is later than {@code at}. */
    List<Due> due(Handle tx, Instant at) {
        return tx.createQuery("SELECT user_id, week, try_at FROM app.due_weekly_analyses(:at, :tries)")
                .bind("at", at)
                .bind("tries", TRIES)
                .map(Rows.of(Due.class))
                .list();
    }

    /** The first Monday 06:00 after {@code at} in any zone that a shop can be in. */
    Instant nextMonday(Handle tx, Instant at) {
        return tx.createQuery("""
                        SELECT min((date_trunc('week', (CAST(:at AS timestamptz) AT TIME ZONE zone) - interval '6 hours')::date
                                    + 7 + time '06:00') AT TIME ZONE zone)
                        FROM (VALUES ('Asia/Jakarta'), ('Asia/Makassar'), ('Asia/Jayapura')) zones (zone)
                        """).bind("at", at).mapTo(Instant.class).one();
    }

    /**
     * Begins a try, if it is time for one; until the next one is due nobody else begins it. A shop that was switched
     * off meanwhile has none.
     */
    boolean claim(Handle tx, UserId user, LocalDate week) {
        return tx.createUpdate("""
                        INSERT INTO app.weekly_analyses AS w (user_id, week, tries, next_try_at)
                        SELECT id, :week, 1, now() + interval '5 minutes' FROM app.users WHERE id = :user AND is_active
                        ON CONFLICT (user_id, week) DO UPDATE
                        SET tries = w.tries + 1, next_try_at = now() + interval '5 minutes' * 2 ^ w.tries
                        WHERE w.user_id = :user AND w.done_at IS NULL AND w.next_try_at <= now() AND w.tries < :tries
                        """)
                        .bind("user", user)
                        .bind("week", week)
                        .bind("tries", TRIES)
                        .execute()
                == 1;
    }

    /** The day of the last weekly analysis before; empty before the first. */
    Optional<LocalDate> lastDay(Handle tx, UserId user, LocalDate week) {
        return tx.createQuery(
                        "SELECT max(analysis_date) FROM app.weekly_analyses WHERE user_id = :user AND week < :week")
                .bind("user", user)
                .bind("week", week)
                .mapTo(LocalDate.class)
                .findOne();
    }

    /**
     * Notes that it is done. False if somebody else noted so before: of any number that are at it one is the one that
     * did it. Of those before the last one stays: for a shop that moves west on a Monday morning it is the last again.
     *
     * @param day of the analysis; empty for a shop without one
     */
    boolean finish(Handle tx, UserId user, LocalDate week, Optional<LocalDate> day) {
        boolean first = tx.createUpdate("""
                        UPDATE app.weekly_analyses SET done_at = now(), analysis_date = :day
                        WHERE user_id = :user AND week = :week AND done_at IS NULL
                        """)
                        .bind("user", user)
                        .bind("week", week)
                        .bind("day", day)
                        .execute()
                == 1;
        tx.createUpdate("DELETE FROM app.weekly_analyses WHERE user_id = :user AND week < CAST(:week AS date) - 7")
                .bind("user", user)
                .bind("week", week)
                .execute();
        return first;
    }

    /**
     * How many customers changed segments between two analyses.
     *
     * @param from null for those who were not scored before
     * @param to null for those who no longer are
     * @param bought whether they bought in between: later than before, or oftener
     */
    public record Move(@Nullable Segment from, @Nullable Segment to, boolean bought, int customers) {}

    /** Of those who are still there: neither deleted nor merged into another. */
    List<Move> moves(Handle tx, UserId user, LocalDate before, LocalDate day) {
        return tx.createQuery("""
                        WITH before AS (
                          SELECT customer_id, segment, frequency, analysis_date - recency_days AS last_purchase FROM app.rfm_analysis
                          WHERE user_id = :user AND analysis_date = :before),
                        after AS (
                          SELECT customer_id, segment, frequency, analysis_date - recency_days AS last_purchase FROM app.rfm_analysis
                          WHERE user_id = :user AND analysis_date = :day)
                        SELECT b.segment AS "from", a.segment AS "to",
                               (a.last_purchase > b.last_purchase OR a.frequency > b.frequency) IS TRUE AS bought, count(*) AS customers
                        FROM before b FULL JOIN after a ON a.customer_id = b.customer_id
                        WHERE a.segment IS DISTINCT FROM b.segment
                          AND NOT EXISTS (SELECT FROM app.customers c
                                          WHERE c.user_id = :user AND c.id = coalesce(a.customer_id, b.customer_id)
                                            AND c.deleted_at IS NOT NULL)
                        GROUP BY 1, 2, 3
                        """)
                .bind("user", user)
                .bind("before", before)
                .bind("day", day)
                .map(Rows.of(Move.class))
                .list();
    }
}
