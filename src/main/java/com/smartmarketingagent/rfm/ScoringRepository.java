package com.smartmarketingagent.rfm;

import com.smartmarketingagent.platform.Db;
import com.smartmarketingagent.platform.Rows;
import com.smartmarketingagent.platform.UserId;
import com.smartmarketingagent.rfm.RfmRepository.SettingsRow;
import jakarta.inject.Singleton;
import java.math.BigDecimal;
import java.time.LocalDate;
import java.util.Collection;
import java.util.List;
import java.util.Objects;
import java.util.UUID;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.statement.SqlStatement;
import org.jspecify.annotations.Nullable;

/**
 * Settings, the marks of what changed, and the statements that calculate: customers are scored in sets, never one by
 * one.
 */
@Singleton
class ScoringRepository {

    /**
     * What changed since it was last taken.
     *
     * @param everything that all customers must be looked at again
     * @param customers else those whose sales changed
     */
    record Changes(boolean everything, List<UUID> customers) {}

    /** The shop's settings, or what a shop starts with. */
    RfmSettings settings(Handle tx, UserId user) {
        return tx.createQuery("""
                        SELECT method, window_days, recency_bins, frequency_bins, monetary_bins
                        FROM app.rfm_settings WHERE user_id = :user
                        """)
                .bind("user", user)
                .map(Rows.of(SettingsRow.class))
                .map(SettingsRow::settings)
                .findOne()
                .orElse(RfmSettings.DEFAULT);
    }

    void saveSettings(Handle tx, UserId user, RfmSettings settings) {
        bind(tx.createUpdate("""
                        INSERT INTO app.rfm_settings
                          (user_id, method, window_days, recency_bins, frequency_bins, monetary_bins)
                        VALUES (:user, :method, :window, :recency, :frequency, :monetary)
                        ON CONFLICT (user_id) DO UPDATE
                        SET method = excluded.method, window_days = excluded.window_days,
                            recency_bins = excluded.recency_bins, frequency_bins = excluded.frequency_bins,
                            monetary_bins = excluded.monetary_bins
                        """), settings)
                .bind("user", user)
                .bind("method", settings.method().key())
                .execute();
    }

    /** Marks the analysis as out of date for all customers. */
    void markEverything(Handle tx, UserId user) {
        tx.createUpdate("INSERT INTO app.rfm_changes (user_id) VALUES (:user)")
                .bind("user", user)
                .execute();
    }

    /**
     * Waits until no other calculation for this shop runs, and keeps others waiting until the transaction ends. Sorting
     * 100,000 customers then takes memory instead of disk; sales are grouped in the order of the covering index, which
     * is also the order of the rows to be written (with 1,000,000 sales 0.5 to 0.65 s instead of 0.7 to 1 s by hashing,
     * few runs on a busy machine); and each statement is planned for the customers it is about.
     */
    void beginCalculation(Handle tx, UserId user) {
        Db.waitAtMost(tx, 10);
        tx.createQuery("SELECT pg_advisory_xact_lock(hashtextextended('rfm ' || CAST(:user AS text), 0))")
                .bind("user", user)
                .mapTo(String.class)
                .one();
        tx.execute("SET LOCAL work_mem = '64MB'");
        tx.execute("SET LOCAL enable_hashagg = off");
        tx.execute("SET LOCAL plan_cache_mode = 'force_custom_plan'");
    }

    /** Whether no analysis of a later day exists. */
    boolean isLatest(Handle tx, UserId user, LocalDate day) {
        return tx.createQuery(
                        "SELECT NOT EXISTS (SELECT FROM app.rfm_runs WHERE user_id = :user AND analysis_date > :day)")
                .bind("user", user)
                .bind("day", day)
                .mapTo(boolean.class)
                .one();
    }

    /**
     * Takes the marks away. Each statement sees what was committed before it began, so a later one sees the sales of
     * all marks that this one took; a sale that comes meanwhile keeps its mark.
     */
    Changes takeChanges(Handle tx, UserId user) {
        var customers = tx.createQuery("""
                        WITH taken AS (DELETE FROM app.rfm_changes WHERE user_id = :user RETURNING customer_id)
                        SELECT DISTINCT customer_id FROM taken
                        """).bind("user", user).mapTo(UUID.class).list();
        return new Changes(
                customers.contains(null),
                customers.stream().filter(Objects::nonNull).toList());
    }

    int countScored(Handle tx, UserId user, LocalDate day) {
        return tx.createQuery("SELECT count(*) FROM app.rfm_analysis WHERE user_id = :user AND analysis_date = :day")
                .bind("user", user)
                .bind("day", day)
                .mapTo(int.class)
                .one();
    }

    /** Notes with what the day is calculated, and that it begins now. */
    void saveRun(Handle tx, UserId user, LocalDate day, RfmSettings settings) {
        bind(tx.createUpdate("""
                        INSERT INTO app.rfm_runs
                          (user_id, analysis_date, method, window_days, recency_bins, frequency_bins, monetary_bins,
                           calculated_at)
                        VALUES (:user, :day, :method, :window, :recency, :frequency, :monetary, clock_timestamp())
                        ON CONFLICT (user_id, analysis_date) DO UPDATE
                        SET method = excluded.method, window_days = excluded.window_days,
                            recency_bins = excluded.recency_bins, frequency_bins = excluded.frequency_bins,
                            monetary_bins = excluded.monetary_bins, calculated_at = excluded.calculated_at
                        """), settings)
                .bind("user", user)
                .bind("day", day)
                .bind("method", settings.method().key())
                .execute();
    }

    /** @param customers null for all */
    void clear(Handle tx, UserId user, LocalDate day, @Nullable Collection<UUID> customers) {
        tx.createUpdate("""
                        DELETE FROM app.rfm_analysis
                        WHERE user_id = :user AND analysis_date = :day
                          AND (CAST(:customers AS uuid[]) IS NULL OR customer_id = ANY (:customers))
                        """)
                .bind("user", user)
                .bind("day", day)
                .bindByType("customers", toArray(customers), UUID[].class)
                .execute();
    }

    /**
     * Scores by thresholds. OFFSET 0 makes the planner compute each score once instead of wherever it is used.
     *
     * @param customers null for all
     */
    void scoreByBins(
            Handle tx, UserId user, LocalDate day, RfmSettings settings, @Nullable Collection<UUID> customers) {
        bind(tx.createUpdate("""
                        INSERT INTO app.rfm_analysis
                          (user_id, analysis_date, customer_id, recency_days, frequency, monetary,
                           recency_score, frequency_score, monetary_score, segment)
                        SELECT :user, :day, customer_id, recency_days, frequency, monetary,
                               r, f, m, app.rfm_segment(r, f, m)
                        FROM app.rfm_metrics(:user, :day, :window, :customers)
                        CROSS JOIN LATERAL (SELECT 6 - app.rfm_score(recency_days, :recency) AS r,
                                                   app.rfm_score(frequency, :frequency) AS f,
                                                   app.rfm_score(monetary, :monetary) AS m
                                            OFFSET 0) s
                        """), settings)
                .bind("user", user)
                .bind("day", day)
                .bindByType("customers", toArray(customers), UUID[].class)
                .execute();
    }

    /**
     * Scores everybody by rank: 1 + (5 · (rank − 1)) div n with rank − 1 = the number of strictly worse customers. A
     * score of s thus needs at least ⌈(s − 1) · n / 5⌉ worse ones, that is a value above the one in that place, which
     * is what percentile_disc gives for (s − 1) / 5. Fewer days are better, so recency is ranked by its negative.
     */
    void scoreByRank(Handle tx, UserId user, LocalDate day, @Nullable Integer windowDays) {
        tx.createUpdate("""
                        CREATE TEMPORARY TABLE metrics AS SELECT * FROM app.rfm_metrics(:user, :day, :window, NULL)
                        """)
                .bind("user", user)
                .bind("day", day)
                .bind("window", windowDays)
                .execute();
        var cuts = tx.createQuery("""
                        SELECT percentile_disc('{0.2,0.4,0.6,0.8}'::float8[]) WITHIN GROUP (ORDER BY -recency_days) AS recency,
                               percentile_disc('{0.2,0.4,0.6,0.8}'::float8[]) WITHIN GROUP (ORDER BY frequency) AS frequency,
                               percentile_disc('{0.2,0.4,0.6,0.8}'::float8[]) WITHIN GROUP (ORDER BY monetary) AS monetary
                        FROM metrics
                        """).map(Rows.of(Cuts.class)).one();
        if (cuts.recency != null) scoreByCuts(tx, user, day, cuts);
        tx.execute("DROP TABLE metrics");
    }

    private static void scoreByCuts(Handle tx, UserId user, LocalDate day, Cuts cuts) {
        // as parameters the cuts are constants to the planner, not looked up for each customer
        tx.createUpdate("""
                        INSERT INTO app.rfm_analysis
                          (user_id, analysis_date, customer_id, recency_days, frequency, monetary,
                           recency_score, frequency_score, monetary_score, segment)
                        SELECT :user, :day, customer_id, recency_days, frequency, monetary,
                               r, f, m, app.rfm_segment(r, f, m)
                        FROM metrics
                        CROSS JOIN LATERAL (SELECT app.rfm_score(-recency_days, :recency) AS r,
                                                   app.rfm_score(frequency, :frequency) AS f,
                                                   app.rfm_score(monetary, :monetary) AS m
                                            OFFSET 0) s
                        """)
                .bind("user", user)
                .bind("day", day)
                .registerArrayType(BigDecimal.class, "numeric")
                .bindArray("recency", Integer.class, cuts.recency)
                .bindArray("frequency", Integer.class, cuts.frequency)
                .bindArray("monetary", BigDecimal.class, cuts.monetary)
                .execute();
    }

    /** The highest numbers of the scores 1 to 4; null for a shop without customers. */
    public record Cuts(
            @Nullable List<Integer> recency,
            @Nullable List<Integer> frequency,
            @Nullable List<BigDecimal> monetary) {}

    /**
     * Ranks the stored numbers of a day again, and changes the rows whose scores are others now: those outside the two
     * bins beside their score, of which the lowest and the highest score have one (the other is null).
     */
    void rankAgain(Handle tx, UserId user, LocalDate day) {
        tx.createUpdate("""
                        WITH bins AS MATERIALIZED (
                          SELECT percentile_disc('{0.2,0.4,0.6,0.8}'::float8[]) WITHIN GROUP (ORDER BY -recency_days) AS recency,
                                 percentile_disc('{0.2,0.4,0.6,0.8}'::float8[]) WITHIN GROUP (ORDER BY frequency) AS frequency,
                                 percentile_disc('{0.2,0.4,0.6,0.8}'::float8[]) WITHIN GROUP (ORDER BY monetary) AS monetary
                          FROM app.rfm_analysis WHERE user_id = :user AND analysis_date = :day)
                        UPDATE app.rfm_analysis a
                        SET recency_score = app.rfm_score(-a.recency_days, b.recency),
                            frequency_score = app.rfm_score(a.frequency, b.frequency),
                            monetary_score = app.rfm_score(a.monetary, b.monetary),
                            segment = app.rfm_segment(app.rfm_score(-a.recency_days, b.recency),
                                                      app.rfm_score(a.frequency, b.frequency),
                                                      app.rfm_score(a.monetary, b.monetary))
                        FROM bins b
                        WHERE a.user_id = :user AND a.analysis_date = :day
                          AND (a.monetary <= b.monetary[a.monetary_score - 1] OR a.monetary > b.monetary[a.monetary_score]
                               OR a.frequency <= b.frequency[a.frequency_score - 1] OR a.frequency > b.frequency[a.frequency_score]
                               OR -a.recency_days <= b.recency[a.recency_score - 1] OR -a.recency_days > b.recency[a.recency_score])
                        """).bind("user", user).bind("day", day).execute();
    }

    private static UUID @Nullable [] toArray(@Nullable Collection<UUID> customers) {
        return customers == null ? null : customers.toArray(UUID[]::new);
    }

    private static <S extends SqlStatement<S>> S bind(S statement, RfmSettings settings) {
        return statement
                .registerArrayType(BigDecimal.class, "numeric")
                .bind("window", settings.windowDays())
                .bindArray("recency", Integer.class, settings.bins().recency())
                .bindArray("frequency", Integer.class, settings.bins().frequency())
                .bindArray("monetary", BigDecimal.class, settings.bins().monetary());
    }
}
