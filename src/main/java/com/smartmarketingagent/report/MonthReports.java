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
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
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

    /** Until a shop that failed is tried again. */
    private static final Duration LATER = Duration.ofHours(1);

    private final Db db;
    private final MonthReportRepository months;
    private final ReportRepository figures;
    private final Notices notices;
    /** Of the last run of this node. */
    private volatile Set<UserId> failed = Set.of();

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
        tell(due(), TURN);
    }

    @Override
    public Instant again(String instance) {
        var due = due();
        return db.withoutTenantAsWorker(tx -> {
            var now = Db.now(tx);
            if (due.isEmpty()) return months.nextFirst(tx, now);
            return due.stream().allMatch(shop -> failed.contains(shop.userId())) ? now.plus(LATER) : now;
        });
    }

    private List<Due> due() {
        return db.withoutTenantAsWorker(tx -> months.due(tx, Db.now(tx)));
    }

    /** @param time after which no other shop is begun */
    void tell(List<Due> due, Duration time) {
        long began = System.nanoTime();
        var unlucky = new HashSet<UserId>();
        for (var shop : due) {
            if (System.nanoTime() - began >= time.toNanos()
                    || Thread.currentThread().isInterrupted()) break;
            if (!succeeds(shop)) unlucky.add(shop.userId());
        }
        failed = unlucky;
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
