package com.smartmarketingagent.rfm;

import com.smartmarketingagent.platform.Rows;
import com.smartmarketingagent.platform.UserId;
import com.smartmarketingagent.rfm.Outlook.Others;
import com.smartmarketingagent.rfm.Outlook.Sale;
import com.smartmarketingagent.rfm.RfmRepository.Run;
import jakarta.inject.Singleton;
import java.math.BigDecimal;
import java.time.LocalDate;
import java.util.List;
import java.util.UUID;
import java.util.stream.IntStream;
import org.jdbi.v3.core.Handle;

/** What must be known to look at one customer's coming days: their own sales, and the rest of the shop. */
@Singleton
class OutlookRepository {

    /** How many others are scored, and how many of them last bought before the analysis day. */
    public record Counts(int customers, int boughtEarlier) {}

    /** What must be exceeded for the scores 2 to 5. */
    public record Cuts(List<Integer> frequencyCuts, List<BigDecimal> monetaryCuts) {}

    /** A customer's outlook from the day of {@code run}, by the settings it was calculated with. */
    Outlook outlook(Handle tx, UserId user, UUID customer, Run run) {
        var window = run.settings().windowDays();
        var sales = sales(tx, user, customer, run);
        return switch (run.settings().method()) {
            case FIXED -> Outlook.fixed(run.day(), window, sales, run.settings().bins());
            case QUANTILE -> Outlook.quantile(run.day(), window, sales, others(tx, user, customer, run));
        };
    }

    /** A customer's sales from the beginning of the run's window until the farthest day of an outlook. */
    private static List<Sale> sales(Handle tx, UserId user, UUID customer, Run run) {
        return tx.createQuery("""
                        SELECT transaction_date AS day, amount FROM app.transactions
                        WHERE user_id = :user AND customer_id = :customer
                          AND transaction_date >= coalesce(:day - CAST(:window AS int), '-infinity')
                          AND transaction_date <= :day + :ahead
                        """)
                .bind("user", user)
                .bind("customer", customer)
                .bind("day", run.day())
                .bind("window", run.settings().windowDays())
                .bind("ahead", Outlook.LONGEST)
                .map(Rows.of(Sale.class))
                .list();
    }

    /** What the rest of the shop means for {@code customer}'s quantile scores on the run's day and after it. */
    private static Others others(Handle tx, UserId user, UUID customer, Run run) {
        var counts = counts(tx, user, customer, run.day());
        var positions = IntStream.rangeClosed(2, 5)
                .map(score -> Others.cutPosition(counts.customers(), score))
                .boxed()
                .toList();
        int quietDays = quietDays(tx, user, run);
        return tx.createQuery("""
                        WITH others AS (
                          SELECT a.frequency, row_number() OVER (ORDER BY a.frequency) AS by_frequency,
                                 a.monetary, row_number() OVER (ORDER BY a.monetary) AS by_monetary
                          FROM app.rfm_analysis a
                          WHERE a.user_id = :user AND a.analysis_date = :day AND a.customer_id <> :customer
                            AND NOT EXISTS (SELECT FROM app.customers c
                                            WHERE c.user_id = :user AND c.id = a.customer_id AND c.deleted_at IS NOT NULL))
                        SELECT coalesce(array_agg(f.frequency ORDER BY p), '{}') AS frequency_cuts,
                               coalesce(array_agg(m.monetary ORDER BY p), '{}') AS monetary_cuts
                        FROM unnest(:positions) p
                        JOIN others f ON f.by_frequency = p
                        JOIN others m ON m.by_monetary = p
                        """)
                .bind("user", user)
                .bind("customer", customer)
                .bind("day", run.day())
                .bindArray("positions", Integer.class, positions)
                .map(Rows.of(Cuts.class))
                .map(cuts -> new Others(
                        counts.customers(),
                        counts.boughtEarlier(),
                        cuts.frequencyCuts(),
                        cuts.monetaryCuts(),
                        quietDays))
                .one();
    }

    private static Counts counts(Handle tx, UserId user, UUID customer, LocalDate day) {
        return tx.createQuery("""
                        SELECT count(*) AS customers, count(*) FILTER (WHERE a.recency_days > 0) AS bought_earlier
                        FROM app.rfm_analysis a
                        WHERE a.user_id = :user AND a.analysis_date = :day AND a.customer_id <> :customer
                          AND NOT EXISTS (SELECT FROM app.customers c
                                          WHERE c.user_id = :user AND c.id = a.customer_id AND c.deleted_at IS NOT NULL)
                        """)
                .bind("user", user)
                .bind("day", day)
                .bind("customer", customer)
                .map(Rows.of(Counts.class))
                .one();
    }

    /**
     * For how many days after the run's, as far as an outlook goes, no sale of the shop enters or leaves the window.
     */
    private static int quietDays(Handle tx, UserId user, Run run) {
        return tx.createQuery("""
                        SELECT least(:ahead,
                                     min(transaction_date) FILTER (WHERE transaction_date > :day) - :day - 1,
                                     min(transaction_date) FILTER (WHERE transaction_date >= :day - CAST(:window AS int))
                                       + CAST(:window AS int) - :day)
                        FROM app.transactions
                        WHERE user_id = :user
                        """)
                .bind("user", user)
                .bind("day", run.day())
                .bind("window", run.settings().windowDays())
                .bind("ahead", Outlook.LONGEST)
                .mapTo(int.class)
                .one();
    }
}
