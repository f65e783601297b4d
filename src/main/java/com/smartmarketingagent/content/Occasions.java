package com.smartmarketingagent.content;

import com.smartmarketingagent.content.Knowledge.Occasion;
import com.smartmarketingagent.content.StyleRepository.OwnDay;
import java.time.LocalDate;
import java.time.MonthDay;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/** The days worth writing about: those everybody knows, and in their place those the owner corrected. */
final class Occasions {

    private static final DateTimeFormatter MONTH_DAY = DateTimeFormatter.ofPattern("MM-dd");

    private Occasions() {}

    /**
     * @param computed whether nobody has announced it yet, and it may move by a day
     * @param own whether the owner wrote it
     */
    record Day(String name, LocalDate day, boolean computed, boolean own) {}

    /** Those from {@code today} on within a year, soonest first. */
    static List<Day> ahead(LocalDate today, List<OwnDay> own) {
        var days = new ArrayList<Day>();
        for (var occasion : Knowledge.BATIK.occasions()) {
            for (int year = today.getYear(); year <= today.getYear() + 1; year++) {
                int itsYear = year;
                boolean corrected = own.stream()
                        .anyMatch(o -> o.name().equalsIgnoreCase(occasion.name())
                                && o.day().getYear() == itsYear);
                if (!corrected) day(occasion, year).forEach(days::add);
            }
        }
        own.forEach(o -> days.add(new Day(o.name(), o.day(), false, true)));
        return days.stream()
                .filter(d -> !d.day().isBefore(today) && d.day().isBefore(today.plusYears(1)))
                .sorted(Comparator.comparing(Day::day).thenComparing(Day::name))
                .toList();
    }

    private static Stream<Day> day(Occasion occasion, int year) {
        if (occasion.date() != null) {
            var day = MonthDay.parse(occasion.date(), MONTH_DAY).atYear(year);
            return Stream.of(new Day(occasion.name(), day, false, false));
        }
        var dates = occasion.dates();
        var day = dates == null ? null : dates.get(String.valueOf(year));
        if (day == null) return Stream.empty();
        boolean computed =
                occasion.status() != null && "hitungan".equals(occasion.status().get(String.valueOf(year)));
        return Stream.of(new Day(occasion.name(), LocalDate.parse(day), computed, false));
    }
}
