package com.smartmarketingagent.report;

import com.smartmarketingagent.platform.Problem;
import java.time.DateTimeException;
import java.time.DayOfWeek;
import java.time.LocalDate;
import java.time.YearMonth;
import java.time.temporal.ChronoUnit;
import java.time.temporal.IsoFields;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/**
 * A week from Monday to Sunday, or a month.
 *
 * @param key {@code 2026-W48} (ISO 8601) or {@code 2026-11}
 * @param from its first day
 * @param until its last
 */
record Period(String key, LocalDate from, LocalDate until) {

    // PostgreSQL knows no year 0
    private static final Pattern WEEK = Pattern.compile("((?!0000)[0-9]{4})-W([0-9]{2})");
    private static final Pattern MONTH = Pattern.compile("((?!0000)[0-9]{4})-([0-9]{2})");

    /** @throws Problem.NotFound where {@code key} names no week and no month */
    static Period parse(String key) {
        var week = WEEK.matcher(key);
        var month = MONTH.matcher(key);
        try {
            if (week.matches()) {
                var period = week(LocalDate.of(Integer.parseInt(week.group(1)), 1, 4)
                        .with(DayOfWeek.MONDAY)
                        .plusWeeks(Integer.parseInt(week.group(2)) - 1L));
                // a year has no week 0, and most have no 53rd
                if (period.key.equals(key)) return period;
            }
            if (month.matches())
                return month(YearMonth.of(Integer.parseInt(month.group(1)), Integer.parseInt(month.group(2))));
        } catch (DateTimeException e) {
            throw new Problem.NotFound("report");
        }
        throw new Problem.NotFound("report");
    }

    /** The week of a day. */
    static Period week(LocalDate day) {
        var monday = day.with(DayOfWeek.MONDAY);
        var key = "%04d-W%02d"
                .formatted(monday.get(IsoFields.WEEK_BASED_YEAR), monday.get(IsoFields.WEEK_OF_WEEK_BASED_YEAR));
        return new Period(key, monday, monday.plusDays(6));
    }

    static Period month(YearMonth month) {
        return new Period(month.toString(), month.atDay(1), month.atEndOfMonth());
    }

    boolean isWeek() {
        return key.contains("W");
    }

    Period before() {
        return isWeek() ? week(from.minusDays(1)) : month(YearMonth.from(from).minusMonths(1));
    }

    Period after() {
        return isWeek() ? week(until.plusDays(1)) : month(YearMonth.from(from).plusMonths(1));
    }

    /** Whether there are sales to come: its last day is of it until it is over. */
    boolean goesOn(LocalDate today) {
        return !today.isAfter(until);
    }

    /** The last of its days that has come by {@code today}, which is not before its first. */
    LocalDate reached(LocalDate today) {
        return today.isBefore(until) ? today : until;
    }

    /**
     * What it is compared with: the period before; as long as this one goes on, as many days of that.
     *
     * @return both days included
     */
    Days comparedWith(LocalDate today) {
        var former = before();
        if (!goesOn(today)) return new Days(former.from, former.until);
        var last = former.from.plusDays(ChronoUnit.DAYS.between(from, today));
        return new Days(former.from, last.isAfter(former.until) ? former.until : last);
    }

    /** Both included. */
    record Days(LocalDate from, LocalDate until) {}

    /** The parts of a chart: each day of a week; of a month what it has of each week. */
    List<Days> parts() {
        var parts = new ArrayList<Days>();
        for (var day = from; !day.isAfter(until); ) {
            var last = isWeek() ? day : day.with(DayOfWeek.SUNDAY);
            if (last.isAfter(until)) last = until;
            parts.add(new Days(day, last));
            day = last.plusDays(1);
        }
        return parts;
    }
}
