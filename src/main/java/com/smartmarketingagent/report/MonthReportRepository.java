package com.smartmarketingagent.report;

import com.smartmarketingagent.platform.Rows;
import com.smartmarketingagent.platform.UserId;
import jakarta.inject.Singleton;
import java.time.Instant;
import java.time.LocalDate;
import java.util.List;
import org.jdbi.v3.core.Handle;

/** {@code app.month_reports}: of which months owners were told. All times are the database's. */
@Singleton
class MonthReportRepository {

    /** @param month its first day */
    public record Due(UserId userId, LocalDate month) {}

    /** Over all shops, in the order of their ids. */
    List<Due> due(Handle tx, Instant at) {
        return tx.createQuery("SELECT user_id, month FROM app.due_month_reports(:at)")
                .bind("at", at)
                .map(Rows.of(Due.class))
                .list();
    }

    /** The first 06:00 of a 1st after {@code at} in any zone that a shop can be in. */
    Instant nextFirst(Handle tx, Instant at) {
        return tx.createQuery("""
                        SELECT min((date_trunc('month', (CAST(:at AS timestamptz) AT TIME ZONE zone) - interval '6 hours')
                                    + interval '1 month 6 hours') AT TIME ZONE zone)
                        FROM (VALUES ('Asia/Jakarta'), ('Asia/Makassar'), ('Asia/Jayapura')) zones (zone)
                        """).bind("at", at).mapTo(Instant.class).one();
    }

    /** False if somebody else did so before, or the shop was switched off meanwhile. Earlier months are forgotten. */
    boolean claim(Handle tx, UserId user, LocalDate month) {
        boolean first =
                tx.createUpdate("""
                        INSERT INTO app.month_reports (user_id, month)
                        SELECT id, :month FROM app.users WHERE id = :user AND is_active
                        ON CONFLICT (user_id, month) DO NOTHING
                        """).bind("user", user).bind("month", month).execute() == 1;
        // of those before one stays: for a shop that moves west that morning its month is the last again
        tx.createUpdate(
                        "DELETE FROM app.month_reports WHERE user_id = :user AND month < CAST(:month AS date) - interval '1 month'")
                .bind("user", user)
                .bind("month", month)
                .execute();
        return first;
    }
}
