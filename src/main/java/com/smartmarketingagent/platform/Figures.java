package com.smartmarketingagent.platform;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.text.DecimalFormat;
import java.text.DecimalFormatSymbols;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** Numbers and days as people read them. */
public final class Figures {

    /** Each is of one thread at a time, so that a copy writes. */
    private static final Map<List<Object>, DecimalFormat> FORMATS = new ConcurrentHashMap<>();

    private static final Map<Language, DateTimeFormatter> DAYS = new ConcurrentHashMap<>();

    private Figures() {}

    /**
     * {@code Rp1.250.000}, {@code −Rp50.000}; with two decimals only where there are any. The same in every language:
     * what is shown can be typed.
     */
    public static String rupiah(BigDecimal amount) {
        var rounded = amount.setScale(2, RoundingMode.HALF_UP);
        boolean whole = rounded.stripTrailingZeros().scale() <= 0;
        var size = format(Language.INDONESIAN, whole ? "#,##0" : "#,##0.00").format(rounded.abs());
        return (rounded.signum() < 0 ? "−Rp" : "Rp") + size;
    }

    /** {@code 1.250}. */
    public static String count(Language language, long number) {
        return format(language, "#,##0").format(number);
    }

    /** {@code 4,6%} of {@code whole}; {@code < 0,1%} for what isn't nothing but rounds to it; 0 of nothing. */
    public static String share(Language language, long part, long whole) {
        if (part > 0 && part * 2_000 < whole)
            return "< " + format(language, "0.0").format(0.1) + "%";
        return format(language, "0.0").format(whole == 0 ? 0 : 100.0 * part / whole) + "%";
    }

    /**
     * {@code 12 hari lalu}, as seen from {@code today}; after two years in whole years that have passed by the
     * calendar.
     */
    public static String ago(Language language, int days, LocalDate today) {
        return Words.say(language, "ago", days, years(days, today));
    }

    /** {@code 12 hari sebelumnya}, as seen from another day. */
    public static String before(Language language, int days, LocalDate day) {
        return Words.say(language, "before", days, years(days, day));
    }

    /** On the anniversary it isn't more than so many yet. */
    private static int years(int days, LocalDate day) {
        return (int) ChronoUnit.YEARS.between(day.minusDays(days), day.minusDays(1));
    }

    /** {@code 3 Mar 2026}. */
    public static String day(Language language, LocalDate day) {
        return DAYS.computeIfAbsent(language, l -> DateTimeFormatter.ofPattern("d MMM yyyy", l.locale()))
                .format(day);
    }

    /** {@code 3 Mar 2026 14.05}, by the clocks of {@code zone}. */
    public static String moment(Language language, Instant moment, ZoneId zone) {
        return day(language, LocalDate.ofInstant(moment, zone)) + " " + time(language, moment, zone);
    }

    /** {@code 14.05}, by the clocks of {@code zone}. */
    public static String time(Language language, Instant moment, ZoneId zone) {
        var pattern = language == Language.ENGLISH ? "HH:mm" : "HH.mm";
        return DateTimeFormatter.ofPattern(pattern).format(moment.atZone(zone));
    }

    private static DecimalFormat format(Language language, String pattern) {
        var made = FORMATS.computeIfAbsent(
                List.of(language, pattern),
                _ -> new DecimalFormat(pattern, DecimalFormatSymbols.getInstance(language.locale())));
        return (DecimalFormat) made.clone();
    }
}
