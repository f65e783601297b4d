package com.smartmarketingagent.rfm;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.time.LocalDate;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeSet;
import java.util.function.IntBinaryOperator;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A customer's coming days: what an analysis would say after some more purchases, and from that the smallest step up.
 * Days are counted from the analysis day (0) to the horizon. Nothing is estimated: each step offered was tried for
 * every day of buying and every day of calculating up to its deadline.
 */
final class Outlook {

    /** One sale of the customer; a refund has a negative amount. */
    public record Sale(LocalDate day, BigDecimal amount) {}

    /**
     * What the rest of the shop means for one customer's quantile scores.
     *
     * @param customers how many others are scored
     * @param boughtEarlier how many of them last bought before the analysis day
     * @param frequencyCuts at s - 2 the number of purchases to exceed for score s; shorter where s can't be reached
     * @param monetaryCuts the same in rupiah
     * @param quietDays for how many days after the analysis day nothing of the shop's enters or leaves the window
     */
    record Others(
            int customers,
            int boughtEarlier,
            List<Integer> frequencyCuts,
            List<BigDecimal> monetaryCuts,
            int quietDays) {

        /**
         * Which of the others' values, in rising order and counted from 1, must be exceeded for {@code score}: from
         * score = 1 + 5 · worse div n follows that at least this many must be worse. More than there are others means
         * that the score can't be reached.
         *
         * @param others how many others are scored; with the customer n = others + 1
         */
        static int cutPosition(int others, int score) {
            return Math.ceilDiv((score - 1) * (others + 1), 5);
        }

        private int recencyScore(int boughtOn) {
            int worse = boughtOn == 0 ? boughtEarlier : customers;
            return 1 + 5 * worse / (customers + 1);
        }
    }

    /** How many days ahead an owner is told of. */
    static final int LONGEST = 30;

    /** A step that leaves less than a week is offered only where no other is found. */
    private static final int UNHURRIED = 7;

    private static final BigDecimal SMALLEST = new BigDecimal("0.01");
    private static final BigDecimal LARGEST = new BigDecimal("9999999999999.99");
    private static final BigDecimal THOUSAND = new BigDecimal(1000);

    private final int horizon;
    private final List<Integer> frequencyCuts;
    private final List<BigDecimal> monetaryCuts;
    /** (day of the last purchase, day of the analysis) → score. */
    private final IntBinaryOperator recencyScore;

    private final int[] purchases;
    private final BigDecimal[] sum;
    private final int[] lastPurchase;
    private final @Nullable BigDecimal usualAmount;

    /** @param sales all of the customer's, at least those of the window and of the 30 days after {@code day} */
    static Outlook fixed(LocalDate day, @Nullable Integer windowDays, List<Sale> sales, Bins bins) {
        return new Outlook(
                day,
                windowDays,
                sales,
                bins.frequency(),
                bins.monetary(),
                (bought, calculated) -> bins.recencyScore(calculated - bought),
                LONGEST);
    }

    /** @param sales all of the customer's, at least those of the window */
    static Outlook quantile(LocalDate day, @Nullable Integer windowDays, List<Sale> sales, Others others) {
        return new Outlook(
                day,
                windowDays,
                sales,
                others.frequencyCuts(),
                others.monetaryCuts(),
                (bought, calculated) -> others.recencyScore(bought),
                Math.min(LONGEST, others.quietDays()));
    }

    private Outlook(
            LocalDate day,
            @Nullable Integer windowDays,
            List<Sale> sales,
            List<Integer> frequencyCuts,
            List<BigDecimal> monetaryCuts,
            IntBinaryOperator recencyScore,
            int longest) {
        // Beyond the window the purchases of the first day would have left it again.
        horizon = windowDays == null ? longest : Math.min(longest, windowDays);
        this.frequencyCuts = frequencyCuts;
        this.monetaryCuts = monetaryCuts;
        this.recencyScore = recencyScore;
        purchases = new int[horizon + 1];
        sum = new BigDecimal[horizon + 1];
        lastPurchase = new int[horizon + 1];
        var spent = BigDecimal.ZERO;
        for (int calculated = 0; calculated <= horizon; calculated++) {
            sum[calculated] = BigDecimal.ZERO;
            lastPurchase[calculated] = Integer.MIN_VALUE;
            for (var sale : sales) {
                int sold = (int) ChronoUnit.DAYS.between(day, sale.day());
                if (sold > calculated || (windowDays != null && sold < calculated - windowDays)) continue;
                sum[calculated] = sum[calculated].add(sale.amount());
                if (sale.amount().signum() <= 0) continue;
                purchases[calculated]++;
                lastPurchase[calculated] = Math.max(lastPurchase[calculated], sold);
                if (calculated == 0) spent = spent.add(sale.amount());
            }
        }
        usualAmount =
                purchases[0] == 0 ? null : roundUp(spent.divide(new BigDecimal(purchases[0]), RoundingMode.CEILING));
    }

    /**
     * The smallest step up from {@code current}: fewest purchases, then any amount, then the best segment that at most
     * twice the customer's usual amount reaches, then the lowest amount. Empty in the best segment, and where nothing
     * leads up.
     *
     * @param current null if the customer isn't scored yet
     */
    Optional<NextStep> stepUp(@Nullable Segment current) {
        int rung = current == null ? 0 : current.rung();
        Optional<NextStep> hurried = Optional.empty();
        for (int count : counts()) {
            var step = stepUp(count, rung);
            if (step.isPresent() && !isHurried(step.get())) return step;
            if (hurried.isEmpty()) hurried = step;
        }
        return hurried;
    }

    private Optional<NextStep> stepUp(int count, int rung) {
        var least = reach(count, SMALLEST);
        var most = reach(count, LARGEST);
        if (least.segment() == most.segment()) {
            // Between two amounts of one segment no other lies: with equal scores for recency and frequency, more
            // money never leads down.
            int days = Math.min(least.withinDays(), most.withinDays());
            return Optional.of(new NextStep(count, null, days, least.segment()))
                    .filter(step -> step.segment().rung() > rung);
        }
        var up = candidates(count).stream()
                .filter(step -> step.segment().rung() > rung)
                .sorted(Comparator.comparing(this::isHurried).thenComparing(Outlook::amountOf))
                .toList();
        return up.stream()
                .filter(step -> isAffordable(step) && isHurried(step) == isHurried(up.getFirst()))
                .max(Comparator.comparingInt(step -> step.segment().rung()))
                .or(() -> up.stream().findFirst());
    }

    /** What {@code count} purchases of {@code amount} lead to, and for how long whenever they are made. */
    private NextStep reach(int count, BigDecimal amount) {
        var segment = segment(count, amount, 0, 0);
        int days = 0;
        while (days < horizon && holds(segment, count, amount, days + 1)) days++;
        return new NextStep(count, amount, days, segment);
    }

    private boolean holds(Segment segment, int count, BigDecimal amount, int calculated) {
        for (int bought = 0; bought <= calculated; bought++) {
            if (segment(count, amount, bought, calculated) != segment) return false;
        }
        return true;
    }

    private Segment segment(int count, BigDecimal amount, int bought, int calculated) {
        var money = sum[calculated].add(amount.multiply(new BigDecimal(count))).max(BigDecimal.ZERO);
        return Segment.of(
                recencyScore.applyAsInt(Math.max(bought, lastPurchase[calculated]), calculated),
                Bins.score(frequencyCuts, purchases[calculated] + count),
                Bins.score(monetaryCuts, money));
    }

    /** One purchase, and each smallest number that reaches another frequency score now and until the horizon. */
    private TreeSet<Integer> counts() {
        var counts = new TreeSet<Integer>();
        counts.add(1);
        for (int had : purchases) {
            for (int cut : frequencyCuts) {
                if (cut >= had) counts.add(cut + 1 - had);
            }
        }
        return counts;
    }

    /** The customer's usual amount, and each smallest one that reaches another monetary score now and until later. */
    private List<NextStep> candidates(int count) {
        var steps = new ArrayList<NextStep>();
        if (usualAmount != null) steps.add(reach(count, usualAmount));
        for (var had : new TreeSet<>(List.of(sum))) {
            for (var cut : monetaryCuts) {
                var missing = cut.subtract(had);
                if (missing.signum() >= 0) steps.add(inRoundFigures(reach(count, above(missing, count))));
            }
        }
        steps.removeIf(step -> amountOf(step).compareTo(LARGEST) > 0);
        return steps;
    }

    /** The lowest amount of which {@code count} together exceed {@code missing}. */
    private static BigDecimal above(BigDecimal missing, int count) {
        return missing.divide(new BigDecimal(count), 2, RoundingMode.FLOOR).add(SMALLEST);
    }

    /** The same step with thousands of rupiah, else whole ones, where that leads as far for as long. */
    private NextStep inRoundFigures(NextStep exact) {
        var amount = amountOf(exact);
        return Stream.of(roundUp(amount), amount.setScale(0, RoundingMode.CEILING))
                .map(round -> reach(exact.purchases(), round))
                .filter(step -> step.segment() == exact.segment() && step.withinDays() >= exact.withinDays())
                .findFirst()
                .orElse(exact);
    }

    private boolean isHurried(NextStep step) {
        return step.withinDays() < Math.min(UNHURRIED, horizon);
    }

    private boolean isAffordable(NextStep step) {
        return usualAmount != null && amountOf(step).compareTo(usualAmount.add(usualAmount)) <= 0;
    }

    private static BigDecimal amountOf(NextStep step) {
        return Objects.requireNonNull(step.amount());
    }

    private static BigDecimal roundUp(BigDecimal rupiah) {
        return rupiah.divide(THOUSAND, 0, RoundingMode.CEILING).multiply(THOUSAND);
    }
}
