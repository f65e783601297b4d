package com.smartmarketingagent.report;

import com.smartmarketingagent.account.ShopCalendar;
import com.smartmarketingagent.campaign.Results;
import com.smartmarketingagent.platform.Db;
import com.smartmarketingagent.platform.Problem;
import com.smartmarketingagent.platform.UserId;
import com.smartmarketingagent.report.Report.Compared;
import com.smartmarketingagent.report.Report.Line;
import com.smartmarketingagent.report.Report.Segments;
import com.smartmarketingagent.rfm.RfmRepository;
import com.smartmarketingagent.rfm.RfmRepository.Movement;
import com.smartmarketingagent.rfm.Segment;
import jakarta.inject.Singleton;
import java.time.LocalDate;
import java.util.Arrays;
import java.util.List;
import java.util.function.Predicate;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;

/** Draws up reports. */
@Singleton
class Reports {

    private final Db db;
    private final ReportRepository figures;
    private final RfmRepository analyses;
    private final Results results;
    private final ShopCalendar calendar;

    Reports(Db db, ReportRepository figures, RfmRepository analyses, Results results, ShopCalendar calendar) {
        this.db = db;
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
        return db.inTenantSnapshot(user, tx -> of(tx, user, period));
    }

    private Report of(Handle tx, UserId user, Period period) {
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
                figures.sales(tx, user, from, until),
                new Compared(former.from(), former.until(), figures.sales(tx, user, former.from(), former.until())),
                figures.parts(tx, user, period.parts()),
                segments(tx, user, period),
                results.begunWithin(tx, user, from, until),
                figures.products(tx, user, from, until),
                figures.cities(tx, user, from, until));
    }

    private @Nullable Segments segments(Handle tx, UserId user, Period period) {
        var day = figures.analysed(tx, user, period.until());
        if (day == null) return null;
        var before =
                analyses.dayBefore(tx, user, day, period.from().minusDays(1)).orElse(null);
        var moves = before == null ? null : analyses.movements(tx, user, before, day, null);
        var totals = analyses.totals(tx, user, day);
        var lines = Arrays.stream(Segment.values())
                .flatMap(segment -> totals.stream().filter(t -> t.segment() == segment))
                .map(t -> new Line(
                        t.segment(),
                        t.customers(),
                        customers(moves, m -> m.to() == t.segment()),
                        customers(moves, m -> m.from() == t.segment()),
                        t.revenue()))
                .toList();
        return new Segments(day, before, lines);
    }

    private static @Nullable Long customers(@Nullable List<Movement> moves, Predicate<Movement> which) {
        return moves == null
                ? null
                : moves.stream().filter(which).mapToLong(Movement::customers).sum();
    }

    /** The day it is in the shop. */
    LocalDate today(UserId user) {
        return db.inTenant(user, tx -> calendar.today(tx, user));
    }
}
