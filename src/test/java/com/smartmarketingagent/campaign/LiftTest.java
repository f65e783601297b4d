package com.smartmarketingagent.campaign;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.smartmarketingagent.campaign.Lift.Group;
import com.smartmarketingagent.campaign.Lift.TooLittle;
import com.smartmarketingagent.campaign.Lift.Verdict;
import com.smartmarketingagent.campaign.Result.Cost;
import java.math.BigDecimal;
import java.time.LocalDate;
import java.util.Arrays;
import java.util.Objects;
import java.util.Random;
import java.util.stream.DoubleStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** What can be said of two groups, and when nothing can. */
class LiftTest {

    /** Each person's revenue. */
    private static Group group(double... revenue) {
        var amounts = Arrays.stream(revenue).mapToObj(BigDecimal::valueOf).toList();
        return new Group(
                amounts.size(),
                amounts.stream().filter(a -> a.signum() > 0).count(),
                amounts.stream().reduce(BigDecimal.ZERO, BigDecimal::add),
                amounts.stream().map(a -> a.multiply(a)).reduce(BigDecimal.ZERO, BigDecimal::add));
    }

    /** @param people of whom {@code buyers} spend {@code each} */
    private static Group even(int people, int buyers, double each) {
        var revenue = new double[people];
        Arrays.fill(revenue, 0, buyers, each);
        return group(revenue);
    }

    private static double[] times(int n, double... values) {
        return DoubleStream.generate(() -> 0)
                .limit(n)
                .boxed()
                .flatMapToDouble(zero -> Arrays.stream(values))
                .toArray();
    }

    private static double[] with(int nothing, double... revenue) {
        return DoubleStream.concat(DoubleStream.generate(() -> 0).limit(nothing), Arrays.stream(revenue))
                .toArray();
    }

    private static BigDecimal negated(@Nullable BigDecimal amount) {
        return Objects.requireNonNull(amount).negate();
    }

    private static void isAbout(@Nullable BigDecimal actual, double expected) {
        assertThat(Objects.requireNonNull(actual).doubleValue()).isCloseTo(expected, within(0.02));
    }

    /** The figures are those of SciPy's {@code ttest_ind(…, equal_var=False).confidence_interval()}. */
    @Test
    void theIntervalIsWelchs() {
        var written = group(
                with(150, times(3, 75000, 120000, 150000, 150000, 200000, 225000, 250000, 310000, 99000, 180000)));
        var held = group(with(13, 50000, 75000, 120000, 90000, 150000, 60000, 110000));
        var lift = Lift.of(written, held);
        assertThat(lift.verdict()).isEqualTo(Verdict.NO_DIFFERENCE);
        isAbout(lift.difference(), -3433.333333333332);
        isAbout(lift.incremental(), -617_999.9999999998);
        isAbout(lift.low(), -5_176_086.950073821);
        isAbout(lift.high(), 3_940_086.9500738215);

        var more = Lift.of(even(120, 30, 500_000), even(30, 5, 100_000));
        assertThat(more.verdict()).isEqualTo(Verdict.MORE);
        assertThat(more.reason()).isNull();
        isAbout(more.difference(), 108333.33333333333);
        isAbout(more.incremental(), 13_000_000);
        isAbout(more.low(), 8_013_655.636096511);
        isAbout(more.high(), 17_986_344.36390349);

        var less = Lift.of(even(30, 5, 100_000), even(30, 20, 500_000));
        assertThat(less.verdict()).isEqualTo(Verdict.LESS);
        isAbout(less.low(), -12_213_270.47676529);
        isAbout(less.high(), -6_786_729.523234709);
    }

    @Test
    void groupsThatAreTheSameDifferInNothing() {
        var random = new Random(11);
        for (int i = 0; i < 200; i++) {
            var group = even(20 + random.nextInt(300), 5 + random.nextInt(15), 1 + random.nextInt(1_000_000));
            var lift = Lift.of(group, group);
            assertThat(lift.verdict()).isEqualTo(Verdict.NO_DIFFERENCE);
            assertThat(lift.difference()).isZero();
            assertThat(lift.low()).isNegative().isEqualTo(negated(lift.high()));
        }
    }

    @Test
    void turnedRoundItSaysTheOpposite() {
        var one = even(100, 30, 200_000);
        var other = even(100, 10, 150_000);
        var lift = Lift.of(one, other);
        var turned = Lift.of(other, one);
        assertThat(lift.verdict()).isEqualTo(Verdict.MORE);
        assertThat(turned.verdict()).isEqualTo(Verdict.LESS);
        assertThat(turned.difference()).isEqualTo(negated(lift.difference()));
        assertThat(turned.low()).isEqualTo(negated(lift.high()));
    }

    @Test
    void nothingIsSaidOfTooLittle() {
        var enough = even(20, 5, 100_000);
        assertThat(Lift.of(enough, Group.NOBODY).reason()).isEqualTo(TooLittle.NO_HOLDOUT);
        assertThat(Lift.of(even(200, 50, 1), even(19, 5, 1)).reason()).isEqualTo(TooLittle.FEW_PEOPLE);
        assertThat(Lift.of(even(19, 5, 1), even(200, 50, 1)).reason()).isEqualTo(TooLittle.FEW_PEOPLE);
        assertThat(Lift.of(enough, even(20, 4, 100_000)).reason()).isEqualTo(TooLittle.FEW_BUYERS);
        assertThat(Lift.of(even(20, 4, 100_000), enough).reason()).isEqualTo(TooLittle.FEW_BUYERS);
        assertThat(Lift.of(enough, enough).reason()).isNull();
        assertThat(Lift.of(even(20, 20, 5), even(20, 20, 7)).reason()).isEqualTo(TooLittle.NO_SPREAD);
        // one group's spread is enough
        assertThat(Lift.of(enough, even(20, 20, 5)).reason()).isNull();
        var none = Lift.of(enough, Group.NOBODY);
        assertThat(none.verdict()).isEqualTo(Verdict.NOT_ENOUGH_DATA);
        assertThat(none.difference()).isNull();
        assertThat(none.incremental()).isNull();
        assertThat(none.low()).isNull();
        assertThat(none.high()).isNull();
    }

    /** Sums of squares of large amounts nearly cancel; in doubles nothing of the spread would be left. */
    @Test
    void largeAmountsThatHardlyDifferKeepTheirSpread() {
        var nearly = new double[20];
        for (int i = 0; i < 20; i++) nearly[i] = 9_000_000_000_000.0 + i % 2;
        // the variance of ten zeros and ten ones, over 20
        assertThat(group(nearly).errorSquared()).isCloseTo(5.0 / 19 / 20, within(1e-12));
    }

    /** Campaigns that bring nothing, with amounts as shops have them: few are called a success, or harm. */
    @Test
    void whatBringsNothingIsSeldomCalledASuccess() {
        var random = new Random(3);
        int judged = 0;
        int wrong = 0;
        int[][] sizes = {{180, 20}, {400, 40}, {900, 100}};
        for (var size : sizes) {
            for (double share : new double[] {0.05, 0.15, 0.4}) {
                for (int i = 0; i < 400; i++) {
                    var lift = Lift.of(drawn(random, size[0], share), drawn(random, size[1], share));
                    if (lift.verdict() == Verdict.NOT_ENOUGH_DATA) continue;
                    judged++;
                    if (lift.verdict() != Verdict.NO_DIFFERENCE) wrong++;
                }
            }
        }
        assertThat(judged).isGreaterThan(1_000);
        assertThat((double) wrong / judged).isLessThan(1.0 / 12);
    }

    private static Group drawn(Random random, int people, double share) {
        return group(random.doubles(people)
                .map(d -> d < share ? Math.rint(150_000 * Math.exp(0.8 * random.nextGaussian())) : 0)
                .toArray());
    }

    @Test
    void nothingIsSaidBeforeTheLastDayIsOver() {
        var group = even(20, 5, 100_000);
        var until = LocalDate.of(2026, 3, 15);
        assertThat(Results.judge(group, group, until, until).reason()).isEqualTo(TooLittle.TOO_EARLY);
        assertThat(Results.judge(group, group, until, until.plusDays(1)).reason())
                .isNull();
    }

    @Test
    void whatIsLeftIsTheMarginOfWhatItBroughtLessItsCost() {
        var lift = Lift.of(even(120, 30, 500_000), even(30, 5, 100_000));
        var cost = Cost.of(118, new BigDecimal("450.50"));
        assertThat(cost.total()).isEqualByComparingTo("53159");
        assertThat(Result.profit(lift.incremental(), cost, 40)).isEqualByComparingTo("5146841");
        assertThat(Result.profit(lift.incremental(), cost, 0)).isEqualByComparingTo("-53159");
        assertThat(Result.profit(lift.incremental(), cost, null)).isNull();
        assertThat(Result.profit(Lift.none(TooLittle.TOO_EARLY).incremental(), cost, 40))
                .isNull();
    }
}
