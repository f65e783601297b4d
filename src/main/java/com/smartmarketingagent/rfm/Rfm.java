package com.smartmarketingagent.rfm;

import java.math.BigDecimal;

/**
 * What is known of a customer who bought something, on the day of an analysis and within its window.
 *
 * @param recencyDays days from the last purchase (a sale with an amount above 0) to the analysis day, 0 for that day
 * @param frequency number of purchases, at least 1
 * @param monetary sum of all sales in rupiah, refunds included, not below 0
 */
public record Rfm(int recencyDays, int frequency, BigDecimal monetary) {

    /** @throws IllegalArgumentException if the values can't belong to a customer who bought something */
    public Rfm {
        if (recencyDays < 0 || frequency < 1 || monetary.signum() < 0) {
            throw new IllegalArgumentException("recency " + recencyDays + ", frequency " + frequency + ", " + monetary);
        }
    }
}
