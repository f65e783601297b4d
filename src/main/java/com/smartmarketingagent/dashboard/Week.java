package com.smartmarketingagent.dashboard;

import com.smartmarketingagent.dashboard.WeekRepository.Part;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.time.DayOfWeek;
import java.time.LocalDate;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * This week, as far as it is compared, against the usual one: the median of the same days of the eight weeks before, of
 * those in which the shop already kept its books. A feast or a large order among them changes a median little.
 *
 * @param usualRevenue null, as {@code usualBuyers} is, without an earlier week
 * @param usualBuyers rounded, as it is shown
 * @param parts oldest first, this week last
 */
record Week(
        BigDecimal revenue,
        int buyers,
        @Nullable BigDecimal usualRevenue,
        @Nullable BigDecimal usualBuyers,
        List<Part> parts) {

    /** Of fewer buyers a percentage is chance. */
    private static final BigDecimal FEWEST = new BigDecimal(5);

    /**
     * @param parts eight weeks and this one, oldest first
     * @param firstSale weeks that ended before it say nothing; null if nothing was ever sold
     * @see #until which days they are of
     */
    static Week of(List<Part> parts, @Nullable LocalDate firstSale) {
        var now = parts.getLast();
        var former = parts.subList(0, parts.size() - 1).stream()
                .filter(p -> firstSale != null && !p.monday().plusDays(6).isBefore(firstSale))
                .toList();
        var buyers = median(former.stream().map(p -> new BigDecimal(p.buyers())).toList());
        return new Week(
                now.revenue(),
                now.buyers(),
                median(former.stream().map(Part::revenue).toList()),
                buyers == null ? null : buyers.setScale(0, RoundingMode.HALF_UP),
                parts);
    }

    /**
     * The last day of this week that is compared: while nothing was sold today that is yesterday, for a day that has
     * hardly begun can't be held against whole ones; null on a Monday until its first sale.
     */
    static @Nullable LocalDate until(LocalDate today, boolean soldToday) {
        if (soldToday) return today;
        return today.getDayOfWeek() == DayOfWeek.MONDAY ? null : today.minusDays(1);
    }

    /** The middle one, or what lies half-way between the two in the middle; null of nothing. */
    static @Nullable BigDecimal median(List<BigDecimal> numbers) {
        if (numbers.isEmpty()) return null;
        var sorted = numbers.stream().sorted().toList();
        int middle = sorted.size() / 2;
        if (sorted.size() % 2 == 1) return sorted.get(middle);
        return sorted.get(middle - 1).add(sorted.get(middle)).divide(new BigDecimal(2), 2, RoundingMode.HALF_UP);
    }

    /** In percent of the usual, below 0 if less; null where there is nothing to compare with. */
    @Nullable
    Long revenueAbove() {
        return percentAbove(revenue, usualRevenue);
    }

    /** The same; null also where the usual buyers are few. */
    @Nullable
    Long buyersAbove() {
        return usualBuyers == null || usualBuyers.compareTo(FEWEST) < 0
                ? null
                : percentAbove(new BigDecimal(buyers), usualBuyers);
    }

    /** Null also where more was given back than came in. */
    static @Nullable Long percentAbove(BigDecimal now, @Nullable BigDecimal usual) {
        if (usual == null || usual.signum() <= 0 || now.signum() < 0) return null;
        return now.subtract(usual)
                .movePointRight(2)
                .divide(usual, 0, RoundingMode.HALF_UP)
                .min(BigDecimal.valueOf(Long.MAX_VALUE))
                .longValueExact();
    }
}
