package com.smartmarketingagent.rfm;

import java.math.BigDecimal;
import java.util.List;

/**
 * The thresholds of the fixed method, four rising ones for each measure; a value on a threshold belongs below it
 * ({@code value <= threshold}).
 *
 * @param recency days since the last purchase; up to the first threshold is score 5, beyond the last is score 1
 * @param frequency numbers of purchases; up to the first threshold is score 1, beyond the last is score 5
 * @param monetary rupiah; up to the first threshold is score 1, beyond the last is score 5
 */
public record Bins(List<Integer> recency, List<Integer> frequency, List<BigDecimal> monetary) {

    /** What a shop starts with, in days, purchases and rupiah. */
    public static final Bins DEFAULT = new Bins(
            List.of(30, 60, 90, 180),
            List.of(1, 2, 5, 10),
            List.of(
                    new BigDecimal(100_000),
                    new BigDecimal(500_000),
                    new BigDecimal(1_000_000),
                    new BigDecimal(5_000_000)));

    /** @throws IllegalArgumentException if a list isn't four rising values; ask {@link #areBins} first */
    public Bins {
        if (!areBins(recency) || !areBins(frequency) || !areBins(monetary)) {
            throw new IllegalArgumentException("not four rising thresholds: " + recency + frequency + monetary);
        }
        recency = List.copyOf(recency);
        frequency = List.copyOf(frequency);
        // 100000 and 100000.00 are the same threshold
        monetary = monetary.stream().map(BigDecimal::stripTrailingZeros).toList();
    }

    /** Whether these are four thresholds, none twice and each above the one before. */
    public static <T extends Comparable<T>> boolean areBins(List<T> thresholds) {
        if (thresholds.size() != 4) return false;
        for (int i = 1; i < thresholds.size(); i++) {
            if (thresholds.get(i - 1).compareTo(thresholds.get(i)) >= 0) return false;
        }
        return true;
    }

    /** 5 for a customer who bought {@code days} or fewer days ago than the first threshold, 1 beyond the last. */
    public int recencyScore(int days) {
        return 6 - score(recency, days);
    }

    /** 1 to 5 for a number of purchases. */
    public int frequencyScore(int purchases) {
        return score(frequency, purchases);
    }

    /** 1 to 5 for a sum in rupiah. */
    public int monetaryScore(BigDecimal rupiah) {
        return score(monetary, rupiah);
    }

    /** One more than the number of thresholds that {@code value} exceeds. */
    static <T extends Comparable<T>> int score(List<T> thresholds, T value) {
        int score = 1;
        for (var threshold : thresholds) {
            if (value.compareTo(threshold) > 0) score++;
        }
        return score;
    }
}
