package com.smartmarketingagent.rfm;

import com.fasterxml.jackson.annotation.JsonValue;
import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * How a shop wants its customers scored.
 *
 * @param windowDays how many days before the analysis day still count; null for all history
 * @param bins the thresholds of the fixed method; kept, but not used, by the quantile method
 */
public record RfmSettings(Method method, @Nullable Integer windowDays, Bins bins) {

    /** What a shop starts with: fixed thresholds over all history. */
    public static final RfmSettings DEFAULT = new RfmSettings(Method.FIXED, null, Bins.DEFAULT);

    /** Longest window: a hundred years, beyond which a day calculation says nothing about a shop. */
    public static final int LONGEST_WINDOW = 36_500;

    /** @throws IllegalArgumentException if the window isn't between 1 day and {@link #LONGEST_WINDOW} */
    public RfmSettings {
        if (windowDays != null && (windowDays < 1 || windowDays > LONGEST_WINDOW)) {
            throw new IllegalArgumentException("window of " + windowDays + " days");
        }
    }

    /** Where the scores come from. */
    public enum Method {
        /** The shop's own thresholds. */
        FIXED,
        /** Fifths of the shop's customers; equal values get equal scores. */
        QUANTILE;

        /** The method stored and sent as {@code key}, empty for an unknown one. */
        public static Optional<Method> byKey(String key) {
            return Arrays.stream(values()).filter(m -> m.key().equals(key)).findAny();
        }

        /** The name in the database and in JSON: {@code fixed}. */
        @JsonValue
        public String key() {
            return name().toLowerCase(Locale.ROOT);
        }
    }
}
