package com.smartmarketingagent.importing;

import java.time.DateTimeException;
import java.time.LocalDate;
import java.time.LocalTime;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A business day as owners and spreadsheets write it: {@code 31/12/2025}, {@code 31-12-25}, {@code 2025-12-31},
 * {@code 31 Des 2025}, a spreadsheet's serial number, each with or without a time.
 */
final class Day {

    static final LocalDate FIRST = LocalDate.of(1990, 1, 1);

    private static final String NOT_A_DAY = "refused.not_a_day";
    private static final String NO_SUCH_DAY = "refused.no_such_day";
    private static final String IN_FUTURE = "refused.future";
    private static final String TOO_OLD = "refused.too_old";
    private static final String WHICH_ORDER = "refused.which_order";

    /** Day 0 of the spreadsheets' serial numbers, which count a 29 February 1900 that never was. */
    private static final LocalDate SERIAL_ZERO = LocalDate.of(1899, 12, 30);

    private static final Map<String, Integer> MONTHS = Map.ofEntries(
            Map.entry("jan", 1),
            Map.entry("feb", 2),
            Map.entry("peb", 2),
            Map.entry("mar", 3),
            Map.entry("apr", 4),
            Map.entry("mei", 5),
            Map.entry("may", 5),
            Map.entry("jun", 6),
            Map.entry("jul", 7),
            Map.entry("agu", 8),
            Map.entry("ags", 8),
            Map.entry("agt", 8),
            Map.entry("aug", 8),
            Map.entry("sep", 9),
            Map.entry("okt", 10),
            Map.entry("oct", 10),
            Map.entry("nov", 11),
            Map.entry("nop", 11),
            Map.entry("des", 12),
            Map.entry("dec", 12));

    private static final String MONTH_NAMES =
            " januari january jan februari pebruari february feb peb maret march mar april"
                    + " apr mei may juni june jun juli july jul agustus august agu ags agt agust aug september sept sep oktober"
                    + " october okt oct november nopember nov nop desember december des dec ";

    private static final String WEEKDAYS =
            " senin selasa rabu kamis jumat jum'at sabtu minggu ahad sen sel rab kam jum sab min"
                    + " monday tuesday wednesday thursday friday saturday sunday mon tue wed thu fri sat sun ";

    private final String text;
    private final ZoneId zone;
    private int at;

    private Day(String text, ZoneId zone) {
        this.text = text;
        this.zone = zone;
    }

    /** Whether a lower-case word is a month's name or a usual short form of it. */
    static boolean isMonth(String word) {
        return MONTH_NAMES.contains(" " + word + " ");
    }

    /**
     * The day that {@code text} names, null for an empty one.
     *
     * @param order null where the file has no day that needs it: such a day is refused, never guessed
     * @param today the last day that is not the future
     * @param zone whose day an instant such as {@code 2025-12-31T20:00:00Z} belongs to
     */
    static @Nullable LocalDate read(String text, @Nullable DateOrder order, LocalDate today, ZoneId zone)
            throws Refusal {
        LocalDate day = isoDay(text);
        if (day == null) {
            String trimmed = text.strip();
            if (trimmed.isEmpty() || trimmed.equals("-")) return null;
            day = new Day(trimmed, zone).parse(order);
        }
        if (day.isAfter(today)) throw refusal(IN_FUTURE, text);
        if (day.isBefore(FIRST)) throw refusal(TOO_OLD, text);
        return day;
    }

    /** What a day in numbers tells about the order of the file's days. */
    enum Evidence {
        NONE,
        DAY_FIRST,
        MONTH_FIRST,
        EITHER
    }

    /** Which order {@code text} speaks for; NONE for what reads the same either way and for what is no day. */
    static Evidence evidence(String text) {
        Day day = new Day(text.strip(), ZoneOffset.UTC);
        day.skipWeekday();
        int first = day.number();
        if (first < 1 || first > 31 || !day.separator()) return Evidence.NONE;
        int second = day.number();
        if (second < 1 || second > 31 || !day.separator() || day.number() < 0) return Evidence.NONE;
        if (first > 12) return second > 12 ? Evidence.NONE : Evidence.DAY_FIRST;
        if (second > 12) return Evidence.MONTH_FIRST;
        return first == second ? Evidence.NONE : Evidence.EITHER;
    }

    /** Whether {@code text} is a day such as {@code 4 April}, {@code 12 Jan} or {@code 3/5}, its year left out. */
    static boolean lacksYear(String text) {
        Day day = new Day(text.strip(), ZoneOffset.UTC);
        day.skipWeekday();
        int first = day.number();
        if (first < 1 || first > 31 || !day.separator()) return false;
        if (!day.isLetter()) {
            int second = day.number();
            // 3.5 may be any number, and 4/26 the month of a year
            boolean written = day.text.indexOf('/') > 0 || day.text.indexOf('-') > 0;
            return written && second >= 1 && second <= 12 && day.at == day.text.length();
        }
        try {
            day.month();
            return day.at == day.text.length();
        } catch (Refusal e) {
            return false;
        }
    }

    /** Whether {@code text} is a day of some year, in whichever order it is written. */
    static boolean hasYear(String text) {
        try {
            return read(text, DateOrder.DAY_FIRST, LocalDate.MAX, ZoneOffset.UTC) != null;
        } catch (Refusal e) {
            return e.text().key().equals(NO_SUCH_DAY);
        }
    }

    /** {@code 2025-12-31}, the fast way; null for any other form. */
    private static @Nullable LocalDate isoDay(String text) throws Refusal {
        if (text.length() != 10 || text.charAt(4) != '-' || text.charAt(7) != '-') return null;
        int year = digits(text, 0, 4);
        int month = digits(text, 5, 7);
        int day = digits(text, 8, 10);
        return year < 0 || month < 0 || day < 0 ? null : date(year, month, day, text);
    }

    private static int digits(String text, int from, int to) {
        int value = 0;
        for (int i = from; i < to; i++) {
            int digit = text.charAt(i) - '0';
            if (digit < 0 || digit > 9) return -1;
            value = 10 * value + digit;
        }
        return value;
    }

    private static LocalDate date(int year, int month, int day, String text) throws Refusal {
        try {
            return LocalDate.of(year, month, day);
        } catch (DateTimeException e) {
            throw refusal(NO_SUCH_DAY, text);
        }
    }

    private LocalDate parse(@Nullable DateOrder order) throws Refusal {
        skipWeekday();
        if (isLetter()) return monthFirst();
        int start = at;
        int first = number();
        int length = at - start;
        if (first < 0) throw refusal(NOT_A_DAY, text);
        if (at == text.length() || (length == 5 && (text.charAt(at) == '.' || text.charAt(at) == ','))) {
            return length == 8 ? compact(first) : serial(first, length);
        }
        if (!separator()) throw refusal(NOT_A_DAY, text);
        if (isLetter()) return withTime(monthInside(first));
        int second = number();
        if (second < 0 || !separator()) throw refusal(NOT_A_DAY, text);
        start = at;
        int third = number();
        if (third < 0) throw refusal(NOT_A_DAY, text);
        if (length == 4) return withTime(date(first, second, third, text));
        return withTime(inOrder(first, second, year(third, at - start), order));
    }

    private LocalDate inOrder(int first, int second, int year, @Nullable DateOrder order) throws Refusal {
        if (order == null && first != second && first <= 12 && second <= 12) throw refusal(WHICH_ORDER, text);
        boolean monthFirst = order == DateOrder.MONTH_FIRST || (order == null && second > 12);
        return monthFirst ? date(year, first, second, text) : date(year, second, first, text);
    }

    /** {@code 31 Des 2025}: the month and the year behind the day. */
    private LocalDate monthInside(int day) throws Refusal {
        int month = month();
        separator();
        int start = at;
        int year = number();
        if (year < 0) throw refusal(NOT_A_DAY, text);
        return date(year(year, at - start), month, day, text);
    }

    /** {@code Dec 31, 2025}. */
    private LocalDate monthFirst() throws Refusal {
        int month = month();
        separator();
        int day = number();
        if (at < text.length() && text.charAt(at) == ',') at++;
        while (at < text.length() && text.charAt(at) == ' ') at++;
        int start = at;
        int year = number();
        if (day < 0 || year < 0) throw refusal(NOT_A_DAY, text);
        return withTime(date(year(year, at - start), month, day, text));
    }

    /** {@code 20251231}. */
    private LocalDate compact(int number) throws Refusal {
        return date(number / 10_000, number / 100 % 100, number % 100, text);
    }

    /** A spreadsheet's day number; behind the point or comma stands the time as a fraction of the day. */
    private LocalDate serial(int number, int length) throws Refusal {
        if (at < text.length()) {
            at++;
            int start = at;
            while (at < text.length() && isDigit(at)) at++;
            if (at == start || at < text.length()) throw refusal(NOT_A_DAY, text);
        }
        if (length > 5) throw refusal(NOT_A_DAY, text);
        return SERIAL_ZERO.plusDays(number);
    }

    private int year(int year, int digits) throws Refusal {
        if (digits == 4) return year;
        if (digits != 2) throw refusal(NOT_A_DAY, text);
        return year < 70 ? 2000 + year : 1900 + year;
    }

    private int month() throws Refusal {
        int start = at;
        while (isLetter()) at++;
        String name = text.substring(start, at).toLowerCase(Locale.ROOT);
        if (at < text.length() && text.charAt(at) == '.') at++;
        Integer month =
                name.length() < 3 || !MONTH_NAMES.contains(" " + name + " ") ? null : MONTHS.get(name.substring(0, 3));
        if (month == null) throw refusal(NOT_A_DAY, text);
        return month;
    }

    /** The rest of the text is nothing, or a time that exists; an instant is moved to the shop's day. */
    private LocalDate withTime(LocalDate day) throws Refusal {
        if (at == text.length()) return day;
        if (!timeMark()) throw refusal(NOT_A_DAY, text);
        int hour = number();
        if (hour < 0 || !clockMark()) throw refusal(NOT_A_DAY, text);
        int minute = number();
        int second = clockMark() ? number() : 0;
        if (at < text.length() && (text.charAt(at) == '.' || text.charAt(at) == ',')) {
            at++;
            while (at < text.length() && isDigit(at)) at++;
        }
        String tail = text.substring(at).strip().toUpperCase(Locale.ROOT);
        boolean halves = tail.equals("AM") || tail.equals("PM");
        if (minute < 0 || minute > 59 || second < 0 || second > 59 || hour > 23) throw refusal(NOT_A_DAY, text);
        if (halves && (hour < 1 || hour > 12)) throw refusal(NOT_A_DAY, text);
        if (tail.isEmpty() || halves || tail.equals("WIB") || tail.equals("WITA") || tail.equals("WIT")) return day;
        return inZone(day, LocalTime.of(hour, minute, second), tail);
    }

    private LocalDate inZone(LocalDate day, LocalTime time, String offset) throws Refusal {
        try {
            ZoneOffset written = offset.equals("UTC") || offset.equals("GMT") ? ZoneOffset.UTC : ZoneOffset.of(offset);
            return day.atTime(time).atOffset(written).atZoneSameInstant(zone).toLocalDate();
        } catch (DateTimeException e) {
            throw refusal(NOT_A_DAY, text);
        }
    }

    private boolean timeMark() {
        int start = at;
        if (text.charAt(at) == ',') at++;
        if (at == start && (text.charAt(at) == 'T' || text.charAt(at) == 't')) {
            at++;
            return true;
        }
        while (at < text.length() && (text.charAt(at) == ' ' || text.charAt(at) == '\u00a0')) at++;
        return at > start;
    }

    private boolean clockMark() {
        if (at + 1 >= text.length() || (text.charAt(at) != ':' && text.charAt(at) != '.') || !isDigit(at + 1)) {
            return false;
        }
        at++;
        return true;
    }

    private void skipWeekday() {
        int end = 0;
        while (end < text.length() && (Character.isLetter(text.charAt(end)) || text.charAt(end) == '\'')) end++;
        if (end < 3 || !WEEKDAYS.contains(" " + text.substring(0, end).toLowerCase(Locale.ROOT) + " ")) return;
        while (end < text.length() && (text.charAt(end) == ',' || text.charAt(end) == ' ')) end++;
        at = end;
    }

    /** Up to eight digits, -1 where there are none. */
    private int number() {
        int start = at;
        int value = 0;
        while (at < text.length() && at - start < 9 && isDigit(at)) {
            value = 10 * value + (text.charAt(at) - '0');
            at++;
        }
        return at == start || at - start > 8 ? -1 : value;
    }

    private boolean separator() {
        int start = at;
        while (at < text.length() && text.charAt(at) == ' ') at++;
        if (at < text.length() && "/-.".indexOf(text.charAt(at)) >= 0) at++;
        while (at < text.length() && text.charAt(at) == ' ') at++;
        return at > start;
    }

    private boolean isDigit(int index) {
        return text.charAt(index) >= '0' && text.charAt(index) <= '9';
    }

    private boolean isLetter() {
        return at < text.length() && Character.isLetter(text.charAt(at));
    }

    private static Refusal refusal(String key, String text) {
        return new Refusal(key, text.length() > 40 ? text.substring(0, 40) + "…" : text);
    }
}
