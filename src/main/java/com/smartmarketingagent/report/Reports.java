package com.smartmarketingagent.report;

import com.smartmarketingagent.account.ShopCalendar;
import com.smartmarketingagent.campaign.Results;
import com.smartmarketingagent.platform.Db;
import com.smartmarketingagent.platform.Problem;
import com.smartmarketingagent.platform.UserId;
import com.smartmarketingagent.report.Report.Best;
import com.smartmarketingagent.report.Report.Compared;
import com.smartmarketingagent.report.Report.Line;
import com.smartmarketingagent.report.Report.Part;
import com.smartmarketingagent.report.Report.Sales;
import com.smartmarketingagent.report.Report.Segments;
import com.smartmarketingagent.rfm.FigureCache;
import com.smartmarketingagent.rfm.FigureCache.Snapshot;
import com.smartmarketingagent.rfm.RfmRepository;
import com.smartmarketingagent.rfm.RfmRepository.Movement;
import com.smartmarketingagent.rfm.RfmRepository.SegmentTotals;
import jakarta.inject.Singleton;
import java.time.LocalDate;
import org.jspecify.annotations.Nullable;

/** Draws up reports. */
@Singleton
class Reports {

    private final Db db;
    private final FigureCache cache;
    private final ReportRepository figures;
    private final RfmRepository analyses;
    private final Results results;
    private final ShopCalendar calendar;

    Reports(
            Db db,
            FigureCache cache,
            ReportRepository figures,
            RfmRepository analyses,
            Results results,
            ShopCalendar calendar) {
        this.db = db;
        this.cache = cache;
        this.figures = figures;
        this.analyses = analyses;
        this.results = results;
        this.calendar = calendar;
    }

    /**
     * All of one moment, whatever is entered meanwhile.
     *
     * @throws Problem.NotFound where it hasn't begun
     */
    Report of(UserId user, Period period) {
        return cache.inReportSnapshot(user, moment -> of(moment, user, period));
    }

    private Report of(Snapshot moment, UserId user, Period period) {
        var tx = moment.tx();
        var today = calendar.today(tx, user);
        var from = period.from();
        var until = period.until();
        if (from.isAfter(today)) throw new Problem.NotFound("report");
        var former = period.comparedWith(today);
        return new Report(
                period.key(),
                from,
                until,
                period.reached(today),
                period.goesOn(today),
                sales(moment, user, from, until),
                new Compared(former.from(), former.until(), sales(moment, user, former.from(), former.until())),
                moment.list("parts " + period.key(), Part.class, () -> figures.parts(tx, user, period.parts())),
                segments(moment, user, period),
                // it and the cities change without a sale: a message is sent, somebody moves
                results.begunWithin(tx, user, from, until),
                moment.list("products of " + period.key(), Best.class, () -> figures.products(tx, user, from, until)),
                figures.cities(tx, user, from, until));
    }

    private Sales sales(Snapshot moment, UserId user, LocalDate from, LocalDate until) {
        return moment.one(
                "sales " + from + " " + until, Sales.class, () -> figures.sales(moment.tx(), user, from, until));
    }

    private @Nullable Segments segments(Snapshot moment, UserId user, Period period) {
        var tx = moment.tx();
        var day = figures.analysed(tx, user, period.until());
        if (day == null) return null;
        var before =
                analyses.dayBefore(tx, user, day, period.from().minusDays(1)).orElse(null);
        var moves = before == null ? null : moment.movements(before, day, null);
        var totals = moment.totals(day);
        var lines = SegmentTotals.withLeft(totals, moves).stream()
                .map(t -> new Line(
                        t.segment(),
                        t.customers(),
                        moves == null ? null : (long) Movement.came(moves, t.segment()),
                        moves == null ? null : (long) Movement.went(moves, t.segment()),
                        t.revenue()))
                .toList();
        return new Segments(day, before, lines);
    }

    /** The day it is in the shop. */
    LocalDate today(UserId user) {
        return db.inTenant(user, tx -> calendar.today(tx, user));
    }
}
