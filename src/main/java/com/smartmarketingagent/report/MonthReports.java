package com.smartmarketingagent.report;

import com.smartmarketingagent.notice.Kind;
import com.smartmarketingagent.notice.Notices;
import com.smartmarketingagent.platform.Db;
import com.smartmarketingagent.platform.Figures;
import com.smartmarketingagent.platform.Jobs;
import com.smartmarketingagent.platform.UserId;
import com.smartmarketingagent.report.MonthReportRepository.Due;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.YearMonth;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.jboss.logging.Logger;
import org.jdbi.v3.core.Handle;

/**
 * On the 1st, 06:00 of its zone, every owner is told what the month before brought, once, over any number of nodes: the
 * row that says so is written with the notice. What was missed is made up for within two weeks. A month without a sale
 * is no news.
 */
@Singleton
class MonthReports implements Jobs.Job {

    private static final Logger LOG = Logger.getLogger(MonthReports.class);

    /** Then others have their turn. */
    private static final Duration TURN = Duration.ofSeconds(5);

    /** Until a shop that failed is tried again; each time twice as long, so that two weeks have nine tries. */
    private static final Duration LATER = Duration.ofHours(1);

    private record Failure(int times, Instant tryAt) {

        Failure again(Instant now) {
            return new Failure(times + 1, now.plus(LATER.multipliedBy(1L << times)));
        }
    }

    private final Db db;
    private final MonthReportRepository months;
    private final ReportRepository figures;
    private final Notices notices;
    /** As this node knows it; another one, or this one started anew, tries at once. */
    private final Map<Due, Failure> failed = new ConcurrentHashMap<>();

    MonthReports(Db db, MonthReportRepository months, ReportRepository figures, Notices notices) {
        this.db = db;
        this.months = months;
        this.figures = figures;
        this.notices = notices;
    }

    @Override
    public String name() {
        return "month-report";
    }

    /** A large shop's month is a second of the database. */
    @Override
    public boolean isHeavy() {
        return true;
    }

    @Override
    public void run(String instance) {
        var now = now();
        var due = due(now);
        failed.keySet().retainAll(due);
        tell(due, now, TURN);
    }

    @Override
    public Instant again(String instance) {
        var now = now();
        var first = db.withoutTenantAsWorker(tx -> months.nextFirst(tx, now));
        return next(due(now)).filter(at -> at.isBefore(first)).orElse(first);
    }

    private Instant now() {
        return db.withoutTenantAsWorker(Db::now);
    }

    private List<Due> due(Instant now) {
        return db.withoutTenantAsWorker(tx -> months.due(tx, now));
    }

    /** When the first of these can be told, which may be long ago; empty where there are none. */
    Optional<Instant> next(List<Due> due) {
        return due.stream().map(this::tryAt).min(Instant::compareTo);
    }

    private Instant tryAt(Due shop) {
        var failure = failed.get(shop);
        return failure == null ? Instant.EPOCH : failure.tryAt();
    }

    /**
     * Those that failed a while ago have to wait: else one that takes the whole turn to fail would take every turn.
     *
     * @param time after which no other shop is begun
     */
    void tell(List<Due> due, Instant now, Duration time) {
        long began = System.nanoTime();
        for (var shop : due) {
            if (tryAt(shop).isAfter(now)) continue;
            if (succeeds(shop)) failed.remove(shop);
            else failed.merge(shop, new Failure(1, now.plus(LATER)), (before, _) -> before.again(now));
            if (System.nanoTime() - began >= time.toNanos()
                    || Thread.currentThread().isInterrupted()) break;
        }
    }

    /** One shop's failure is its own. */
    private boolean succeeds(Due shop) {
        var user = shop.userId();
        try {
            boolean told = db.inTenantAsWorker(user, tx -> tell(tx, user, shop.month()));
            if (told) notices.told(user);
            return true;
        } catch (RuntimeException e) {
            if (Thread.currentThread().isInterrupted()) throw e;
            LOG.error("The owner of shop " + user.value() + " was not told of a month; it is tried again later", e);
            return false;
        }
    }

    /** Answers whether there was something to tell, and nobody had told it. */
    private boolean tell(Handle tx, UserId user, LocalDate first) {
        if (!months.claim(tx, user, first)) return false;
        var month = Period.month(YearMonth.from(first));
        var sales = figures.sales(tx, user, month.from(), month.until());
        if (sales.sales() == 0) return false;
        notices.tell(
                tx,
                user,
                Kind.MONTH_REPORT,
                Map.of(
                        "id", month.key(),
                        "month", first.getMonthValue(),
                        "year", String.valueOf(first.getYear()),
                        "revenue", Figures.rupiah(sales.revenue()),
                        "buyers", sales.buyers(),
                        "fresh", sales.newBuyers()));
        return true;
    }
}
