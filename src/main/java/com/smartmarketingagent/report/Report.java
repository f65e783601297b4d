package com.smartmarketingagent.report;

import com.smartmarketingagent.campaign.Results;
import com.smartmarketingagent.rfm.Segment;
import java.math.BigDecimal;
import java.time.LocalDate;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a week or a month brought.
 *
 * @param period {@code 2026-W48} or {@code 2026-11}
 * @param until its last day, whether it has come or not
 * @param reached the last of its days that has come
 * @param goesOn whether its last day isn't over
 * @param compared the period before, or as many of its days as have come of this one
 * @param parts days of a week, or what a month has of each week; oldest first
 * @param segments as the last analysis until then saw them; null where there is none
 * @param campaigns those that began in it and reached somebody, oldest first
 * @param products that sold best, at most ten, by what is written on sales
 * @param cities whose customers bought most, at most ten
 */
record Report(
        String period,
        LocalDate from,
        LocalDate until,
        LocalDate reached,
        boolean goesOn,
        Sales sales,
        Compared compared,
        List<Part> parts,
        @Nullable Segments segments,
        List<Results.Begun> campaigns,
        List<Best> products,
        List<Best> cities) {

    /**
     * @param revenue rupiah, refunds taken off
     * @param sales how many, refunds not counted
     * @param buyers customers who bought something, each once
     * @param newBuyers those of them who had never bought before
     * @param returningBuyers the others
     * @param newRevenue rupiah that new buyers paid, refunds taken off
     * @param returningRevenue what the others paid, and got back
     */
    public record Sales(
            BigDecimal revenue,
            long sales,
            long buyers,
            long newBuyers,
            long returningBuyers,
            BigDecimal newRevenue,
            BigDecimal returningRevenue) {}

    /** Both days included. */
    public record Compared(LocalDate from, LocalDate until, Sales sales) {}

    /** Both days included. @param revenue rupiah, refunds taken off */
    public record Part(LocalDate from, LocalDate until, BigDecimal revenue) {}

    /**
     * @param day of the analysis
     * @param before the analysis that it is compared with, the last before the period; null where there is none that
     *     was calculated alike
     */
    public record Segments(LocalDate day, @Nullable LocalDate before, List<Line> lines) {}

    /**
     * @param customers 0 of a segment that everybody left; one that nobody was in has no line
     * @param came how many were elsewhere before; null, as {@code went} is, where there is nothing to compare with
     * @param revenue rupiah of its customers together, not in the period alone: all that the analysis counted
     */
    public record Line(
            Segment segment,
            long customers,
            @Nullable Long came,
            @Nullable Long went,
            BigDecimal revenue) {}

    /**
     * @param sold pieces, or purchases where no quantity is written down; of a city its buyers
     * @param revenue rupiah, refunds taken off; 0 where nothing is known of it
     * @param revenueKnown false of a product that has no price and was never sold alone
     */
    public record Best(String name, BigDecimal sold, BigDecimal revenue, boolean revenueKnown) {}
}
