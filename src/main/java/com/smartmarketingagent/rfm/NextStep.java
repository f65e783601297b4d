package com.smartmarketingagent.rfm;

import java.math.BigDecimal;
import org.jspecify.annotations.Nullable;

/**
 * What would move a customer up. If they make {@code purchases} purchases of {@code amount} each on any days from the
 * analysis day to {@code withinDays} later, an analysis of any day from then to that deadline puts them in exactly
 * {@code segment}, provided that nothing else is sold meanwhile.
 *
 * @param purchases at least 1
 * @param amount rupiah of each purchase; null if the segment is the same for any amount above 0
 * @param withinDays days after the analysis day, 0 for that day alone
 */
public record NextStep(int purchases, @Nullable BigDecimal amount, int withinDays, Segment segment) {}
