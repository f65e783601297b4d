package com.smartmarketingagent.dashboard;

import com.smartmarketingagent.platform.Rows;
import com.smartmarketingagent.platform.UserId;
import jakarta.inject.Singleton;
import java.math.BigDecimal;
import java.time.LocalDate;
import java.util.List;
import java.util.Optional;
import org.jdbi.v3.core.Handle;

/** A shop's sales week by week, in its own business days. */
@Singleton
class WeekRepository {

    /** How many weeks before this one say what is usual. */
    static final int FORMER = 8;

    /**
     * The part of a week that is compared of this one.
     *
     * @param revenue rupiah, refunds taken off
     * @param buyers customers who bought something, each once
     */
    public record Part(LocalDate monday, BigDecimal revenue, int buyers) {}

    /** The same days (Monday to the weekday of {@code until}) of eight weeks and of this one, oldest first. */
    List<Part> parts(Handle tx, UserId user, LocalDate until) {
        return tx.createQuery("""
                        WITH weeks AS (
                          SELECT CAST(date_trunc('week', CAST(:until AS timestamp)) AS date) - 7 * n AS monday
                          FROM generate_series(0, :former) n)
                        SELECT w.monday, coalesce(s.revenue, 0) AS revenue, coalesce(s.buyers, 0) AS buyers
                        FROM weeks w
                        LEFT JOIN (
                          SELECT CAST(date_trunc('week', CAST(transaction_date AS timestamp)) AS date) AS monday,
                                 sum(amount) AS revenue, count(DISTINCT customer_id) FILTER (WHERE amount > 0) AS buyers
                          FROM app.transactions
                          WHERE user_id = :user
                            AND transaction_date BETWEEN (SELECT min(monday) FROM weeks) AND :until
                            AND extract(isodow FROM transaction_date) <= extract(isodow FROM CAST(:until AS date))
                          GROUP BY 1) s ON s.monday = w.monday
                        ORDER BY w.monday
                        """)
                .bind("user", user)
                .bind("until", until)
                .bind("former", FORMER)
                .map(Rows.of(Part.class))
                .list();
    }

    /** Whether anything was sold on {@code day}; a refund is no sale. */
    boolean soldOn(Handle tx, UserId user, LocalDate day) {
        return tx.createQuery("""
                        SELECT EXISTS (SELECT FROM app.transactions
                                       WHERE user_id = :user AND transaction_date = :day AND amount > 0)
                        """)
                .bind("user", user)
                .bind("day", day)
                .mapTo(boolean.class)
                .one();
    }

    /** The day of the first sale; empty before there is one. */
    Optional<LocalDate> firstSale(Handle tx, UserId user) {
        return tx.createQuery("SELECT min(transaction_date) FROM app.transactions WHERE user_id = :user")
                .bind("user", user)
                .mapTo(LocalDate.class)
                .findOne();
    }
}
