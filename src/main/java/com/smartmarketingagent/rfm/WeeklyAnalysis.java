package com.smartmarketingagent.rfm;

import com.smartmarketingagent.notice.Kind;
import com.smartmarketingagent.notice.Notices;
import com.smartmarketingagent.platform.Db;
import com.smartmarketingagent.platform.Jobs;
import com.smartmarketingagent.platform.UserId;
import com.smartmarketingagent.rfm.WeeklyRepository.Due;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Semaphore;
import java.util.function.Predicate;
import org.jboss.logging.Logger;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;

/**
 * Every shop's analysis on Monday 06:00 of its zone, whoever looks at it or doesn't; its owner is told what changed. A
 * Monday on which nothing ran is made up for by the next look, once, however many were missed.
 *
 * <p>Two jobs share the shops between them, of any number of nodes: a job for each shop would be written, taken and
 * erased for each, and taken in vain again and again while others keep the machine busy. Each sleeps until the next
 * Monday of any zone, or the next try of a shop that failed. A shop that is switched on again in between has its missed
 * one then, or at a call from outside; whoever opens its segments before sees today's anyway.
 */
@Singleton
class WeeklyAnalysis implements Jobs.Job {

    private static final Logger LOG = Logger.getLogger(WeeklyAnalysis.class);

    /** As many are planned by the migration that brought this. */
    private static final int SHARES = 2;

    /** Then an import that waits has its turn. */
    private static final Duration TURN = Duration.ofSeconds(5);

    private final Db db;
    private final WeeklyRepository weekly;
    private final RfmAnalysis analysis;
    private final RfmRepository analyses;
    private final Notices notices;
    /** Each holds a request as long as it lasts: of a node one at a time. */
    private final Semaphore calls = new Semaphore(1);

    WeeklyAnalysis(Db db, WeeklyRepository weekly, RfmAnalysis analysis, RfmRepository analyses, Notices notices) {
        this.db = db;
        this.weekly = weekly;
        this.analysis = analysis;
        this.analyses = analyses;
        this.notices = notices;
    }

    /**
     * What became of shops that were due.
     *
     * @param due what {@code done}, {@code failed} and {@code left} don't account for was done by somebody else
     *     meanwhile
     * @param failed these are tried again later
     * @param left for which there was no time
     */
    public record Analysed(int due, int done, int failed, int left) {}

    @Override
    public String name() {
        return "weekly-analysis";
    }

    @Override
    public boolean isHeavy() {
        return true;
    }

    @Override
    public void run(String share) {
        work(dueNow(isOf(share)), TURN);
    }

    @Override
    public Instant again(String share) {
        return db.withoutTenantAsWorker(tx -> weekly.due(tx, Db.now(tx)).stream()
                .filter(isOf(share))
                .map(Due::tryAt)
                .min(Instant::compareTo)
                .orElseGet(() -> weekly.nextMonday(tx, Db.now(tx))));
    }

    private static Predicate<Due> isOf(String share) {
        int own = Integer.parseInt(share);
        return shop -> Math.floorMod(shop.userId().value().hashCode(), SHARES) == own;
    }

    private List<Due> dueNow(Predicate<Due> which) {
        return db.withoutTenantAsWorker(tx -> {
            var now = Db.now(tx);
            return weekly.due(tx, now).stream()
                    .filter(which)
                    .filter(shop -> !shop.tryAt().isAfter(now))
                    .toList();
        });
    }

    /**
     * Analyses what is due now in all shops, one after the other; see {@link #work(List, Duration)}. Whoever calls
     * while another call is at it is told at once what is left.
     */
    Analysed work(Duration time) {
        var due = dueNow(shop -> true);
        if (!calls.tryAcquire()) return new Analysed(due.size(), 0, 0, due.size());
        try {
            return work(due, time);
        } finally {
            calls.release();
        }
    }

    /** @param time after which no other shop is begun */
    Analysed work(List<Due> due, Duration time) {
        long began = System.nanoTime();
        int seen = 0, done = 0, failed = 0;
        for (var shop : due) {
            if (System.nanoTime() - began >= time.toNanos()
                    || Thread.currentThread().isInterrupted()) break;
            seen++;
            if (!db.inTenantAsWorker(shop.userId(), tx -> weekly.claim(tx, shop.userId(), shop.week()))) continue;
            if (succeeds(shop)) done++;
            else failed++;
        }
        return new Analysed(due.size(), done, failed, due.size() - seen);
    }

    /** One shop's failure is its own. */
    private boolean succeeds(Due shop) {
        var user = shop.userId();
        try {
            boolean told = db.inTenantAsWorker(user, tx -> analyse(tx, user, shop.week()));
            if (told) notices.told(user);
            return true;
        } catch (RuntimeException e) {
            if (Thread.currentThread().isInterrupted()) throw e;
            LOG.error("The weekly analysis of shop " + user.value() + " failed; it is tried again later", e);
            return false;
        }
    }

    /** Answers whether there was something to tell. */
    private boolean analyse(Handle tx, UserId user, LocalDate week) {
        boolean sells = analyses.latest(tx, user).isPresent() || analyses.isStale(tx, user);
        var day = sells ? Optional.of(analysis.calculate(tx, user, null, own -> own)) : Optional.<LocalDate>empty();
        var last = weekly.lastDay(tx, user, week);
        boolean first = weekly.finish(tx, user, week, day);
        return first && day.isPresent() && tell(tx, user, day.get(), last.orElse(null));
    }

    /**
     * What changed since the last weekly analysis, or within a week: an owner who looks every day has one of yesterday.
     * That nothing did is no news, and neither is an analysis of nobody.
     */
    private boolean tell(Handle tx, UserId user, LocalDate day, @Nullable LocalDate last) {
        // told when a Monday was made up for a few hours ago
        if (day.equals(last)) return false;
        int customers = analyses.counts(tx, user, day).values().stream()
                .mapToInt(Integer::intValue)
                .sum();
        var before = analyses.dayBefore(tx, user, day, last == null ? day.minusWeeks(1) : last);
        var moves = before.map(b -> weekly.moves(tx, user, b, day)).orElse(List.of());
        if (before.isPresent() ? moves.isEmpty() : customers == 0) return false;
        var changes = Changes.of(moves);
        notices.tell(
                tx,
                user,
                Kind.ANALYSIS_DONE,
                Map.of(
                        "customers", customers,
                        "fading", changes.fading(),
                        "risen", changes.risen(),
                        "fresh", changes.fresh(),
                        "others", changes.others()));
        return true;
    }
}
