package com.smartmarketingagent.campaign;

import com.fasterxml.jackson.annotation.JsonValue;
import java.math.BigDecimal;
import java.math.MathContext;
import java.math.RoundingMode;
import java.util.Locale;
import org.hipparchus.distribution.continuous.TDistribution;
import org.jspecify.annotations.Nullable;

/**
 * What a campaign brought: those who were drawn for a message beside those who were drawn for none. Chance alone
 * separates the two, so what they buy differently is the campaign's doing, or chance; the interval says how much chance
 * can do (Welch 1947, with the degrees of freedom of Satterthwaite 1946: the groups differ in size and spread).
 *
 * <p>Everybody counts where they were drawn, whatever became of their message: who said stop, can't be reached or was
 * skipped differs from the others, and leaving them out of one group only would compare different people (intention to
 * treat).
 *
 * <p>Nothing is said of too little. Revenue is nothing for most and much for few, and where hardly anybody bought, the
 * spread that is seen is far below the true one: with 180 and 20 people of whom each buys with 5 %, a third of all
 * campaigns that bring nothing would be called a success, because nobody of the twenty happened to buy. With at least
 * five buyers in each group (Cochran's rule for shares, 1954) it is at most about one in twelve of those that are
 * judged at all, tried by simulation with log-normal amounts; {@code LiftTest} repeats it.
 *
 * @param verdict at 95 %
 * @param reason why nothing can be said; null where something is
 * @param difference revenue per person, more than without the campaign, in rupiah; null where nothing can be said
 * @param incremental the difference for all who were drawn for a message, in rupiah; null likewise
 * @param low the lower end of its 95 % interval
 * @param high the upper end
 */
public record Lift(
        Verdict verdict,
        @Nullable TooLittle reason,
        @Nullable BigDecimal difference,
        @Nullable BigDecimal incremental,
        @Nullable BigDecimal low,
        @Nullable BigDecimal high) {

    /** Fewer people, of whom a normal share may have bought nothing, tell nothing; as many as are held out. */
    static final int FEWEST_PEOPLE = Holdout.FEWEST;

    static final int FEWEST_BUYERS = 5;

    /** What can be said. */
    public enum Verdict {
        NOT_ENOUGH_DATA,
        /** The whole interval lies above nothing. */
        MORE,
        /** The whole interval lies below nothing. */
        LESS,
        /** Nothing lies within the interval: there may be a difference, but none that shows. */
        NO_DIFFERENCE;

        @JsonValue
        public String key() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /** Why nothing can be said. */
    public enum TooLittle {
        /** Not approved yet. */
        NOT_STARTED,
        /** Nobody outside heard of it. */
        PRACTICE,
        /**
         * The days in which purchases count aren't over. Who looks every day finds something by chance sooner or later.
         */
        TOO_EARLY,
        /** Not everybody has got their message yet. */
        STILL_SENDING,
        /** Nobody was held out. */
        NO_HOLDOUT,
        /** One group has fewer than twenty people. */
        FEW_PEOPLE,
        /** In one group fewer than five bought. */
        FEW_BUYERS,
        /** All of both groups spent the same: there is no spread to measure by. */
        NO_SPREAD;

        @JsonValue
        public String key() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /**
     * One group and what it bought.
     *
     * @param people who were drawn for it
     * @param buyers of them, with a purchase
     * @param revenue of all of them, in rupiah; refunds are taken off, of each person at most what they paid
     * @param squares the sum of the squares of each person's revenue
     */
    record Group(long people, long buyers, BigDecimal revenue, BigDecimal squares) {

        static final Group NOBODY = new Group(0, 0, BigDecimal.ZERO, BigDecimal.ZERO);

        /** Rupiah per person; null of nobody. */
        @Nullable
        BigDecimal mean() {
            return people == 0 ? null : revenue.divide(BigDecimal.valueOf(people), MathContext.DECIMAL64);
        }

        /** The square of the standard error of the mean. Exact until the last step: the two sums may nearly cancel. */
        double errorSquared() {
            var n = BigDecimal.valueOf(people);
            return squares.multiply(n)
                    .subtract(revenue.multiply(revenue))
                    .divide(n.multiply(n).multiply(BigDecimal.valueOf(people - 1)), MathContext.DECIMAL64)
                    .doubleValue();
        }
    }

    static Lift none(TooLittle reason) {
        return new Lift(Verdict.NOT_ENOUGH_DATA, reason, null, null, null, null);
    }

    /**
     * @param written who were drawn for a message
     * @param held who were drawn for none
     */
    static Lift of(Group written, Group held) {
        if (held.people() == 0) return none(TooLittle.NO_HOLDOUT);
        if (Math.min(written.people(), held.people()) < FEWEST_PEOPLE) return none(TooLittle.FEW_PEOPLE);
        if (Math.min(written.buyers(), held.buyers()) < FEWEST_BUYERS) return none(TooLittle.FEW_BUYERS);
        double a = written.errorSquared();
        double b = held.errorSquared();
        if (a + b <= 0) return none(TooLittle.NO_SPREAD);
        double freedom = (a + b) * (a + b) / (a * a / (written.people() - 1) + b * b / (held.people() - 1));
        double quantile = new TDistribution(freedom).inverseCumulativeProbability(0.975);
        var margin = BigDecimal.valueOf(quantile * Math.sqrt(a + b));
        var n = BigDecimal.valueOf(written.people());
        var difference = written.revenue()
                .divide(n, MathContext.DECIMAL128)
                .subtract(held.revenue().divide(BigDecimal.valueOf(held.people()), MathContext.DECIMAL128));
        var low = difference.subtract(margin);
        var high = difference.add(margin);
        var verdict = low.signum() > 0 ? Verdict.MORE : high.signum() < 0 ? Verdict.LESS : Verdict.NO_DIFFERENCE;
        return new Lift(
                verdict,
                null,
                rupiah(difference),
                rupiah(difference.multiply(n)),
                rupiah(low.multiply(n)),
                rupiah(high.multiply(n)));
    }

    private static BigDecimal rupiah(BigDecimal amount) {
        return amount.setScale(2, RoundingMode.HALF_EVEN);
    }
}
