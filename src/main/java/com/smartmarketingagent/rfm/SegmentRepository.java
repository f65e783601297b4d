package com.smartmarketingagent.rfm;

import static com.smartmarketingagent.account.Limits.REACHED;

import com.smartmarketingagent.customer.AddressKeys;
import com.smartmarketingagent.platform.Paging;
import com.smartmarketingagent.platform.Rows;
import com.smartmarketingagent.platform.UserId;
import com.smartmarketingagent.rfm.RfmRepository.ScoredCustomer;
import jakarta.inject.Singleton;
import java.math.BigDecimal;
import java.time.LocalDate;
import java.util.List;
import java.util.UUID;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;

/**
 * What the pages show of an analysis: its picture, a segment's people, their sales, who came and who went. Sizes and
 * lists are without those who are {@link RfmRepository#GONE}, as {@link RfmRepository#totals} are: who was merged since
 * it was calculated is still in it, and their page leads on to who they are now.
 */
@Singleton
class SegmentRepository {

    /**
     * Who is in an analysis, whoever was merged since by the name they had. Whether somebody is gone is looked up only
     * of those who are deleted or merged.
     */
    private static final String SCORED = """
            SELECT a.customer_id,
                   coalesce(CASE WHEN c.merged_into IS NOT NULL
                                 THEN (SELECT max(m.other_before ->> 'name') FROM app.merges m
                                       WHERE m.user_id = :user AND m.other_id = c.id AND m.undone_at IS NULL) END, c.name) AS name,
                   a.recency_days, a.frequency, a.monetary,
                   a.recency_score, a.frequency_score, a.monetary_score, a.segment
            FROM app.rfm_analysis a
            JOIN app.customers c ON c.user_id = a.user_id AND c.id = a.customer_id
            WHERE a.user_id = :user AND a.analysis_date = :day
              AND (c.deleted_at IS NULL OR c.id NOT IN (SELECT id FROM gone)) AND
            """;

    /**
     * Under what a till's sales stand whose buyers nobody asked: whoever {@code c} is, no one person can be greeted.
     */
    private static final String NOBODY = """
            c.phone IS NULL AND c.email IS NULL
              AND app.name_key(c.name) IN ('-', 'umum', 'pelanggan umum', 'pembeli', 'pelanggan', 'tanpa nama', 'no name', 'anonim',
                                           'cash', 'tunai', 'walk in', 'walk-in', 'guest', 'customer')
            """;

    private final AddressKeys keys;

    SegmentRepository(AddressKeys keys) {
        this.keys = keys;
    }

    /**
     * The customers with the same two scores.
     *
     * @param monetaryScore their average, 1 to 5
     * @param revenue rupiah of them together
     */
    public record Cell(
            int recencyScore, int frequencyScore, int customers, BigDecimal monetaryScore, BigDecimal revenue) {}

    /**
     * What a segment's present customers bought in one month.
     *
     * @param month its first day
     * @param revenue rupiah, refunds taken off
     */
    public record Month(LocalDate month, BigDecimal revenue) {}

    /** How large a segment was in an earlier analysis. */
    public record Size(LocalDate day, long customers, BigDecimal revenue) {}

    /**
     * Somebody who changed segments between two analyses.
     *
     * @param from null for one who was not scored before
     * @param to null for one who no longer is
     */
    public record Mover(
            UUID customerId,
            String name,
            @Nullable Segment from,
            @Nullable Segment to) {}

    /** Somebody to get in touch with. */
    public record Fading(
            UUID customerId,
            String name,
            @Nullable String phone,
            int recencyDays,
            int frequency,
            BigDecimal monetary,
            Segment segment) {}

    /** The pairs of scores that somebody has. */
    List<Cell> cells(Handle tx, UserId user, LocalDate day) {
        return tx.createQuery(RfmRepository.GONE + """
                        SELECT a.recency_score, a.frequency_score, count(*) AS customers,
                               round(avg(a.monetary_score)) AS monetary_score, sum(a.monetary) AS revenue
                        FROM app.rfm_analysis a
                        WHERE a.user_id = :user AND a.analysis_date = :day
                          AND NOT EXISTS (SELECT FROM gone g WHERE g.id = a.customer_id)
                        GROUP BY a.recency_score, a.frequency_score
                        """)
                .bind("user", user)
                .bind("day", day)
                .map(Rows.of(Cell.class))
                .list();
    }

    /** The customers of a segment, who spent most first. */
    List<ScoredCustomer> inSegment(Handle tx, UserId user, LocalDate day, Segment segment, Paging paging) {
        return tx.createQuery(RfmRepository.GONE + SCORED + """
                        a.segment = :segment
                        ORDER BY a.monetary DESC, a.customer_id
                        LIMIT :limit OFFSET :offset
                        """)
                .bind("user", user)
                .bind("day", day)
                .bind("segment", segment.key())
                .bind("limit", paging.limit())
                .bind("offset", paging.offset())
                .map(Rows.of(ScoredCustomer.class))
                .list();
    }

    /** The customers with two scores, who spent most first. */
    List<ScoredCustomer> inCell(Handle tx, UserId user, LocalDate day, int recency, int frequency, Paging paging) {
        return tx.createQuery(RfmRepository.GONE + SCORED + """
                        a.recency_score = :recency AND a.frequency_score = :frequency
                        ORDER BY a.monetary DESC, a.customer_id
                        LIMIT :limit OFFSET :offset
                        """)
                .bind("user", user)
                .bind("day", day)
                .bind("recency", recency)
                .bind("frequency", frequency)
                .bind("limit", paging.limit())
                .bind("offset", paging.offset())
                .map(Rows.of(ScoredCustomer.class))
                .list();
    }

    /** What the customers who are in {@code segment} on {@code day} bought, for each month from {@code first} on. */
    List<Month> sales(Handle tx, UserId user, LocalDate day, Segment segment, LocalDate first) {
        return tx.createQuery("""
                        SELECT m.month, coalesce(s.revenue, 0) AS revenue
                        FROM (SELECT CAST(g AS date) AS month
                              FROM generate_series(CAST(:first AS timestamp), CAST(:day AS timestamp), '1 month') g) m
                        LEFT JOIN (
                          SELECT CAST(date_trunc('month', t.transaction_date) AS date) AS month, sum(t.amount) AS revenue
                          FROM app.rfm_analysis a
                          JOIN app.transactions t ON t.user_id = a.user_id AND t.customer_id = a.customer_id
                          WHERE a.user_id = :user AND a.analysis_date = :day AND a.segment = :segment
                            AND t.transaction_date BETWEEN :first AND :day
                          GROUP BY 1) s ON s.month = m.month
                        ORDER BY m.month
                        """)
                .bind("user", user)
                .bind("day", day)
                .bind("segment", segment.key())
                .bind("first", first)
                .map(Rows.of(Month.class))
                .list();
    }

    /**
     * A segment's size in the last analysis of each of the last twelve months that has one, latest first; without those
     * who are {@link RfmRepository#GONE}.
     */
    List<Size> sizes(Handle tx, UserId user, Segment segment) {
        return tx.createQuery(RfmRepository.GONE + """
                        SELECT r.day, count(a.customer_id) AS customers, coalesce(sum(a.monetary), 0) AS revenue
                        FROM (SELECT max(analysis_date) AS day FROM app.rfm_runs WHERE user_id = :user
                              GROUP BY date_trunc('month', analysis_date) ORDER BY 1 DESC LIMIT 12) r
                        LEFT JOIN app.rfm_analysis a
                          ON a.user_id = :user AND a.analysis_date = r.day AND a.segment = :segment
                          AND NOT EXISTS (SELECT FROM gone g WHERE g.id = a.customer_id)
                        GROUP BY r.day ORDER BY r.day DESC
                        """)
                .bind("user", user)
                .bind("segment", segment.key())
                .map(Rows.of(Size.class))
                .list();
    }

    /**
     * Who came to {@code segment}, or left it, between the analyses of two days; who spent most first.
     *
     * @param limit how many of those who came, and as many of those who left
     */
    List<Mover> movers(Handle tx, UserId user, LocalDate before, LocalDate day, Segment segment, int limit) {
        return tx.createQuery("""
                        WITH before AS (
                          SELECT customer_id, segment, monetary FROM app.rfm_analysis
                          WHERE user_id = :user AND analysis_date = :before),
                        after AS (
                          SELECT customer_id, segment, monetary FROM app.rfm_analysis
                          WHERE user_id = :user AND analysis_date = :day),
                        moved AS (
                          SELECT c.id AS customer_id, c.name, b.segment AS "from", a.segment AS "to",
                                 row_number() OVER (PARTITION BY (a.segment = :segment) IS TRUE
                                                    ORDER BY coalesce(a.monetary, b.monetary) DESC, c.id) AS place
                          FROM before b FULL JOIN after a ON a.customer_id = b.customer_id
                          JOIN app.customers c ON c.user_id = :user AND c.id = coalesce(a.customer_id, b.customer_id)
                          WHERE a.segment IS DISTINCT FROM b.segment AND (a.segment = :segment OR b.segment = :segment)
                            AND c.deleted_at IS NULL)
                        SELECT customer_id, name, "from", "to" FROM moved WHERE place <= :limit ORDER BY place
                        """)
                .bind("user", user)
                .bind("before", before)
                .bind("day", day)
                .bind("segment", segment.key())
                .bind("limit", limit)
                .map(Rows.of(Mover.class))
                .list();
    }

    /**
     * Good customers whom the shop is losing, who spent most first; behind them, if they are few, those who may become
     * loyal. Nobody whom a campaign wrote to within the last 7 days, which is as long as people rest between two, nor
     * whom the till calls {@code Umum}.
     *
     * @param reachable true for those of the thousand who spent most who have a number, or an e-mail address that they
     *     didn't refuse; false for anybody
     * @param found who is known already, and isn't among them
     */
    List<Fading> fading(Handle tx, UserId user, LocalDate day, boolean reachable, List<UUID> found, int limit) {
        return tx.createQuery("""
                        -- sorted first, so that only of the first few it is asked whether they may be written to; by a column
                        -- of its own, or it would be sorted again after that
                        SELECT a.customer_id, c.name, c.phone, a.recency_days, a.frequency, a.monetary, a.segment
                        FROM (SELECT customer_id, recency_days, frequency, monetary, segment, segment = 'potential_loyalists' AS later
                              FROM app.rfm_analysis
                              WHERE user_id = :user AND analysis_date = :day
                                AND segment IN ('cant_lose_them', 'at_risk', 'potential_loyalists')
                              ORDER BY later, monetary DESC, customer_id LIMIT CASE WHEN :reachable THEN 1000 END) a
                        JOIN app.customers c ON c.user_id = :user AND c.id = a.customer_id
                        WHERE c.deleted_at IS NULL
                          AND NOT EXISTS (SELECT FROM app.consents k
                                          WHERE k.user_id = :user AND k.customer_id = a.customer_id AND k.channel = 'whatsapp'
                                            AND k.state = 'withdrawn')
                          AND NOT EXISTS (SELECT FROM app.suppressions s
                                          WHERE s.user_id = :user AND s.channel = 'whatsapp'
                                            AND s.address_hash IN (app.address_hash(:key, c.phone), app.address_hash(:previousKey, c.phone)))
                          AND NOT (
                        """ + NOBODY + """
                          )
                          AND a.customer_id <> ALL (:found)
                          AND (NOT :reachable
                               OR c.phone IS NOT NULL
                               OR c.email IS NOT NULL
                                 AND NOT EXISTS (SELECT FROM app.consents k
                                                 WHERE k.user_id = :user AND k.customer_id = a.customer_id AND k.channel = 'email'
                                                   AND k.state = 'withdrawn')
                                 AND NOT EXISTS (SELECT FROM app.suppressions s
                                                 WHERE s.user_id = :user AND s.channel = 'email'
                                                   AND s.address_hash IN (app.address_hash(:key, c.email), app.address_hash(:previousKey, c.email)))
                              )
                          -- as a value, or all who were written to are looked up before the first few are known
                          AND NOT (SELECT EXISTS (
                            WITH RECURSIVE person AS (
                              SELECT a.customer_id AS id
                              UNION ALL
                              SELECT d.id FROM person p JOIN app.customers d ON d.user_id = :user AND d.merged_into = p.id)
                            SELECT FROM person p
                            JOIN app.message_outbox o ON o.user_id = :user AND o.customer_id = p.id
                            JOIN app.campaigns g ON g.user_id = :user AND g.id = o.campaign_id
                            WHERE o.sending_since > now() - interval '7 days' AND g.via <> 'practice' AND
                        """ + REACHED + """
                          ))
                        ORDER BY a.later, a.monetary DESC, a.customer_id
                        LIMIT :limit
                        """)
                .bind("user", user)
                .bindMethods(keys)
                .bind("day", day)
                .bind("reachable", reachable)
                .bindArray("found", UUID.class, found)
                .bind("limit", limit)
                .map(Rows.of(Fading.class))
                .list();
    }
}
