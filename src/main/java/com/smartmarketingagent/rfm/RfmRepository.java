package com.smartmarketingagent.rfm;

import com.smartmarketingagent.platform.Paging;
import com.smartmarketingagent.platform.Rows;
import com.smartmarketingagent.platform.UserId;
import com.smartmarketingagent.rfm.RfmSettings.Method;
import jakarta.inject.Singleton;
import java.math.BigDecimal;
import java.time.Instant;
import java.time.LocalDate;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.mapper.Nested;
import org.jspecify.annotations.Nullable;

/**
 * Reads analyses, and everything else that is asked about them. What calculates them is in {@link ScoringRepository}.
 */
@Singleton
public class RfmRepository {

    /**
     * Begins a statement with {@code gone}: who was deleted or erased, and whoever had been merged into them. They are
     * in no analysis, however old. Who was merged into somebody who is still there stays in those of before: their
     * money is that customer's.
     */
    static final String GONE = """
            WITH RECURSIVE gone AS (
              SELECT id FROM app.customers WHERE user_id = :user AND deleted_at IS NOT NULL AND merged_into IS NULL
              UNION ALL
              SELECT c.id FROM gone g JOIN app.customers c ON c.user_id = :user AND c.merged_into = g.id)
            """;

    /** Settings as they are stored. */
    public record SettingsRow(
            Method method,
            @Nullable Integer windowDays,
            List<Integer> recencyBins,
            List<Integer> frequencyBins,
            List<BigDecimal> monetaryBins) {

        RfmSettings settings() {
            return new RfmSettings(method, windowDays, new Bins(recencyBins, frequencyBins, monetaryBins));
        }
    }

    /** A run as it is stored. */
    public record RunRow(
            LocalDate analysisDate, @Nested SettingsRow settings, Instant calculatedAt, boolean begunMeanwhile) {

        Run run() {
            return new Run(analysisDate, settings.settings(), calculatedAt, begunMeanwhile);
        }
    }

    /**
     * One calculation; a shop has at most one for a day.
     *
     * @param settings what it was calculated with
     * @param begunMeanwhile whether it began after the transaction that asks
     */
    public record Run(LocalDate day, RfmSettings settings, Instant calculatedAt, boolean begunMeanwhile) {}

    /**
     * A segment of one analysis.
     *
     * @param revenue rupiah of its customers together
     * @param averageRecencyDays days since their last purchases, on average
     */
    public record SegmentTotals(Segment segment, int customers, BigDecimal revenue, BigDecimal averageRecencyDays) {

        /** In their usual order, with those that everybody left. @param moves null where nothing is compared */
        public static List<SegmentTotals> withLeft(List<SegmentTotals> totals, @Nullable List<Movement> moves) {
            return Arrays.stream(Segment.values())
                    .flatMap(segment -> totals.stream()
                            .filter(t -> t.segment() == segment)
                            .findAny()
                            .or(() -> moves != null && Movement.went(moves, segment) > 0
                                    ? Optional.of(new SegmentTotals(segment, 0, BigDecimal.ZERO, BigDecimal.ZERO))
                                    : Optional.empty())
                            .stream())
                    .toList();
        }
    }

    /** A customer's place in one analysis. */
    public record ScoredCustomer(
            UUID customerId,
            String name,
            int recencyDays,
            int frequency,
            BigDecimal monetary,
            int recencyScore,
            int frequencyScore,
            int monetaryScore,
            Segment segment) {}

    /** The same on some day of the customer's past. */
    public record PastScore(
            LocalDate analysisDate,
            int recencyDays,
            int frequency,
            BigDecimal monetary,
            int recencyScore,
            int frequencyScore,
            int monetaryScore,
            Segment segment) {}

    /**
     * How many customers changed segments between two analyses.
     *
     * @param from null for those who were not scored before
     * @param to null for those who no longer are
     */
    public record Movement(@Nullable Segment from, @Nullable Segment to, int customers) {

        /** How many came to {@code segment}. */
        public static int came(List<Movement> moves, Segment segment) {
            return sum(moves, m -> m.to() == segment);
        }

        /** How many left {@code segment}. */
        public static int went(List<Movement> moves, Segment segment) {
            return sum(moves, m -> m.from() == segment);
        }

        private static int sum(List<Movement> moves, Predicate<Movement> which) {
            return moves.stream().filter(which).mapToInt(Movement::customers).sum();
        }
    }

    /** The run of the latest day; empty before the first. */
    public Optional<Run> latest(Handle tx, UserId user) {
        return tx.createQuery("""
                        SELECT *, calculated_at > now() AS begun_meanwhile
                        FROM app.rfm_runs WHERE user_id = :user ORDER BY analysis_date DESC LIMIT 1
                        """)
                .bind("user", user)
                .map(Rows.of(RunRow.class))
                .map(RunRow::run)
                .findOne();
    }

    /** The run of one day, if there is one. */
    public Optional<Run> run(Handle tx, UserId user, LocalDate day) {
        return tx.createQuery("""
                        SELECT *, calculated_at > now() AS begun_meanwhile
                        FROM app.rfm_runs WHERE user_id = :user AND analysis_date = :day
                        """)
                .bind("user", user)
                .bind("day", day)
                .map(Rows.of(RunRow.class))
                .map(RunRow::run)
                .findOne();
    }

    /** Whether sales, customers or settings changed since the latest run looked at them. */
    public boolean isStale(Handle tx, UserId user) {
        return tx.createQuery("SELECT EXISTS (SELECT FROM app.rfm_changes WHERE user_id = :user)")
                .bind("user", user)
                .mapTo(boolean.class)
                .one();
    }

    /**
     * How many customers each segment has on {@code day} whom a list can show: neither deleted nor merged into another
     * since. Empty segments are absent.
     */
    Map<Segment, Integer> counts(Handle tx, UserId user, LocalDate day) {
        return tx.createQuery("""
                        SELECT a.segment, count(*) AS customers
                        FROM app.rfm_analysis a
                        WHERE a.user_id = :user AND a.analysis_date = :day
                          AND NOT EXISTS (SELECT FROM app.customers c
                                          WHERE c.user_id = :user AND c.id = a.customer_id AND c.deleted_at IS NOT NULL)
                        GROUP BY a.segment
                        """)
                .bind("user", user)
                .bind("day", day)
                .reduceRows(new EnumMap<>(Segment.class), (counts, row) -> {
                    counts.put(
                            Segment.byKey(row.getColumn("segment", String.class))
                                    .orElseThrow(),
                            row.getColumn("customers", Integer.class));
                    return counts;
                });
    }

    /** The segments that have customers on {@code day}, with what they spent; without those who are {@link #GONE}. */
    public List<SegmentTotals> totals(Handle tx, UserId user, LocalDate day) {
        return tx.createQuery(GONE + """
                        SELECT a.segment, count(*) AS customers, sum(a.monetary) AS revenue,
                               round(avg(a.recency_days), 1) AS average_recency_days
                        FROM app.rfm_analysis a
                        WHERE a.user_id = :user AND a.analysis_date = :day
                          AND NOT EXISTS (SELECT FROM gone g WHERE g.id = a.customer_id)
                        GROUP BY a.segment
                        """)
                .bind("user", user)
                .bind("day", day)
                .map(Rows.of(SegmentTotals.class))
                .list();
    }

    /**
     * The customers of a segment, who spent most first.
     *
     * @param segment null for all
     */
    public List<ScoredCustomer> customers(
            Handle tx, UserId user, LocalDate day, @Nullable Segment segment, Paging paging) {
        return tx.createQuery("""
                        SELECT a.customer_id, c.name, a.recency_days, a.frequency, a.monetary,
                               a.recency_score, a.frequency_score, a.monetary_score, a.segment
                        FROM app.rfm_analysis a
                        JOIN app.customers c ON c.user_id = a.user_id AND c.id = a.customer_id
                        WHERE a.user_id = :user AND a.analysis_date = :day AND c.deleted_at IS NULL
                          AND (CAST(:segment AS text) IS NULL OR a.segment = :segment)
                        ORDER BY a.monetary DESC, a.customer_id
                        LIMIT :limit OFFSET :offset
                        """)
                .bind("user", user)
                .bind("day", day)
                .bind("segment", segment == null ? null : segment.key())
                .bind("limit", paging.limit())
                .bind("offset", paging.offset())
                .map(Rows.of(ScoredCustomer.class))
                .list();
    }

    /** A customer's place with the phone they can be reached at, null where unknown. */
    public record Reachable(
            String name,
            @Nullable String phone,
            int recencyDays,
            int frequency,
            BigDecimal monetary,
            int recencyScore,
            int frequencyScore,
            int monetaryScore,
            Segment segment) {}

    /** Every scored customer, who spent most first, one at a time. */
    public void eachCustomer(Handle tx, UserId user, LocalDate day, Consumer<Reachable> reader) {
        tx.createQuery("""
                        SELECT c.name, c.phone, a.recency_days, a.frequency, a.monetary,
                               a.recency_score, a.frequency_score, a.monetary_score, a.segment
                        FROM app.rfm_analysis a
                        JOIN app.customers c ON c.user_id = a.user_id AND c.id = a.customer_id
                        WHERE a.user_id = :user AND a.analysis_date = :day AND c.deleted_at IS NULL
                        ORDER BY a.monetary DESC, a.customer_id
                        """)
                .bind("user", user)
                .bind("day", day)
                .setFetchSize(1_000)
                .map(Rows.of(Reachable.class))
                .forEach(reader);
    }

    /** One customer's place; empty if they are not scored on that day. */
    Optional<ScoredCustomer> customer(Handle tx, UserId user, LocalDate day, UUID customer) {
        return tx.createQuery("""
                        SELECT a.customer_id, c.name, a.recency_days, a.frequency, a.monetary,
                               a.recency_score, a.frequency_score, a.monetary_score, a.segment
                        FROM app.rfm_analysis a
                        JOIN app.customers c ON c.user_id = a.user_id AND c.id = a.customer_id
                        WHERE a.user_id = :user AND a.analysis_date = :day AND a.customer_id = :customer
                        """)
                .bind("user", user)
                .bind("day", day)
                .bind("customer", customer)
                .map(Rows.of(ScoredCustomer.class))
                .findOne();
    }

    /** A customer's name; empty if there is no such customer, or they were deleted. */
    Optional<String> customerName(Handle tx, UserId user, UUID customer) {
        return tx.createQuery(
                        "SELECT name FROM app.customers WHERE user_id = :user AND id = :customer AND deleted_at IS NULL")
                .bind("user", user)
                .bind("customer", customer)
                .mapTo(String.class)
                .findOne();
    }

    /**
     * A customer's places in the analyses that are kept (every day's for 90 days, of each month before that the last),
     * latest first, at most 366. Looked up day by day: the key starts so.
     */
    List<PastScore> history(Handle tx, UserId user, UUID customer) {
        return tx.createQuery("""
                        SELECT a.analysis_date, a.recency_days, a.frequency, a.monetary,
                               a.recency_score, a.frequency_score, a.monetary_score, a.segment
                        FROM app.rfm_runs r
                        CROSS JOIN LATERAL (SELECT * FROM app.rfm_analysis
                                            WHERE user_id = :user AND analysis_date = r.analysis_date
                                              AND customer_id = :customer) a
                        WHERE r.user_id = :user
                        ORDER BY a.analysis_date DESC
                        LIMIT 366
                        """)
                .bind("user", user)
                .bind("customer", customer)
                .map(Rows.of(PastScore.class))
                .list();
    }

    /**
     * The day of the last analysis before {@code day} that was calculated as that of {@code day} was: who is in another
     * segment because the settings are others has not moved. Empty if there is none.
     */
    public Optional<LocalDate> dayBefore(Handle tx, UserId user, LocalDate day) {
        return dayBefore(tx, user, day, null);
    }

    /**
     * The same.
     *
     * @param latest and not after this day; null for any before {@code day}
     */
    public Optional<LocalDate> dayBefore(Handle tx, UserId user, LocalDate day, @Nullable LocalDate latest) {
        return tx.createQuery("""
                        SELECT max(b.analysis_date) FROM app.rfm_runs a
                        JOIN app.rfm_runs b ON b.user_id = :user AND b.analysis_date < a.analysis_date
                          AND b.method = a.method AND b.window_days IS NOT DISTINCT FROM a.window_days
                          AND (a.method = 'quantile'
                               OR (b.recency_bins, b.frequency_bins, b.monetary_bins)
                                  = (a.recency_bins, a.frequency_bins, a.monetary_bins))
                        WHERE a.user_id = :user AND a.analysis_date = :day
                          AND b.analysis_date <= coalesce(CAST(:latest AS date), 'infinity')
                        """)
                .bind("user", user)
                .bind("day", day)
                .bind("latest", latest)
                .mapTo(LocalDate.class)
                .findOne();
    }

    /** How many customers bought once, all of it before the window of {@code run}. */
    public int outsideWindow(Handle tx, UserId user, Run run) {
        var window = run.settings().windowDays();
        if (window == null) return 0;
        return tx.createQuery("""
                        SELECT count(*) FROM app.customers c
                        WHERE c.user_id = :user AND c.deleted_at IS NULL
                          AND EXISTS (SELECT FROM app.transactions t
                                      WHERE t.user_id = :user AND t.customer_id = c.id AND t.amount > 0
                                        AND t.transaction_date < :first)
                          AND NOT EXISTS (SELECT FROM app.transactions t
                                          WHERE t.user_id = :user AND t.customer_id = c.id AND t.amount > 0
                                            AND t.transaction_date BETWEEN :first AND :day)
                        """)
                .bind("user", user)
                .bind("day", run.day())
                .bind("first", run.day().minusDays(window))
                .mapTo(int.class)
                .one();
    }

    /** Whether no analysis of an earlier day exists. */
    boolean isFirst(Handle tx, UserId user, LocalDate day) {
        return tx.createQuery(
                        "SELECT NOT EXISTS (SELECT FROM app.rfm_runs WHERE user_id = :user AND analysis_date < :day)")
                .bind("user", user)
                .bind("day", day)
                .mapTo(boolean.class)
                .one();
    }

    /**
     * Who came to {@code segment} and who left it between the analyses of two days, largest groups first: with them
     * {@link #totals} of the one come to those of the other. Who was merged into another in between has left.
     *
     * @param before what {@link #dayBefore} answers; null for none: all came from nowhere
     * @param segment null for all that changed
     */
    public List<Movement> movements(
            Handle tx, UserId user, @Nullable LocalDate before, LocalDate day, @Nullable Segment segment) {
        return tx.createQuery(GONE + """
                        , before AS (
                          SELECT customer_id, segment FROM app.rfm_analysis
                          WHERE user_id = :user AND analysis_date = :before),
                        after AS (
                          SELECT customer_id, segment FROM app.rfm_analysis
                          WHERE user_id = :user AND analysis_date = :day)
                        SELECT b.segment AS "from", a.segment AS "to", count(*) AS customers
                        FROM before b FULL JOIN after a ON a.customer_id = b.customer_id
                        WHERE a.segment IS DISTINCT FROM b.segment
                          AND (CAST(:segment AS text) IS NULL OR a.segment = :segment OR b.segment = :segment)
                          AND NOT EXISTS (SELECT FROM gone g WHERE g.id = coalesce(a.customer_id, b.customer_id))
                        GROUP BY b.segment, a.segment
                        ORDER BY count(*) DESC, b.segment, a.segment
                        """)
                .bind("user", user)
                .bind("before", before)
                .bind("day", day)
                .bind("segment", segment == null ? null : segment.key())
                .map(Rows.of(Movement.class))
                .list();
    }
}
