package com.smartmarketingagent.campaign;

import java.math.BigDecimal;
import java.math.MathContext;
import java.math.RoundingMode;
import java.time.LocalDate;
import org.jspecify.annotations.Nullable;

/**
 * What a campaign brought, and what it cost.
 *
 * @param from the first day whose purchases count, that of its beginning in the shop's zone; null until it begins
 * @param until the last; null likewise
 * @param written who were drawn for a message, whatever became of it
 * @param holdout who were drawn for none
 * @param marginPercent of a sale, what is left of it; null where the owner doesn't say
 * @param profit the margin of what the campaign brought, less its cost, in rupiah; null without a margin, or where
 *     nothing can be said of what it brought
 * @param profitLow the lower end of its 95 % interval; null likewise
 * @param profitHigh the upper end
 */
public record Result(
        @Nullable LocalDate from,
        @Nullable LocalDate until,
        Side written,
        Side holdout,
        Lift lift,
        Cost cost,
        @Nullable Integer marginPercent,
        @Nullable BigDecimal profit,
        @Nullable BigDecimal profitLow,
        @Nullable BigDecimal profitHigh) {

    /**
     * One of the two groups.
     *
     * @param buyersShare from 0 to 1; null of nobody
     * @param revenue of all, in rupiah; refunds are taken off, of each person at most what they paid
     * @param revenuePerPerson in rupiah; null of nobody
     */
    public record Side(
            long people,
            long buyers,
            @Nullable BigDecimal buyersShare,
            BigDecimal revenue,
            @Nullable BigDecimal revenuePerPerson) {

        static Side of(Lift.Group group) {
            var mean = group.mean();
            return new Side(
                    group.people(),
                    group.buyers(),
                    group.people() == 0
                            ? null
                            : BigDecimal.valueOf(group.buyers())
                                    .divide(BigDecimal.valueOf(group.people()), 4, RoundingMode.HALF_EVEN),
                    group.revenue(),
                    mean == null ? null : mean.setScale(2, RoundingMode.HALF_EVEN));
        }
    }

    /**
     * What messages cost.
     *
     * @param messages of a draft, how many there would be; else how many went out, or may have
     * @param pricePerMessage in rupiah
     * @param total in rupiah
     */
    public record Cost(long messages, BigDecimal pricePerMessage, BigDecimal total) {

        static Cost of(long messages, BigDecimal price) {
            return new Cost(messages, price, price.multiply(BigDecimal.valueOf(messages)));
        }
    }

    /** @param brought in rupiah */
    static @Nullable BigDecimal profit(@Nullable BigDecimal brought, Cost cost, @Nullable Integer marginPercent) {
        if (marginPercent == null || brought == null) return null;
        return brought.multiply(BigDecimal.valueOf(marginPercent), MathContext.DECIMAL128)
                .movePointLeft(2)
                .subtract(cost.total())
                .setScale(2, RoundingMode.HALF_EVEN);
    }
}
