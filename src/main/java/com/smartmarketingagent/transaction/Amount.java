package com.smartmarketingagent.transaction;

import com.smartmarketingagent.platform.Language;
import com.smartmarketingagent.platform.Problem.Text;
import com.smartmarketingagent.platform.Words;
import java.math.BigDecimal;
import java.math.MathContext;
import java.math.RoundingMode;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Rupiah as owners write them: {@code Rp1.250.000}, {@code 1.250.000,00}, {@code 150rb}, {@code 1,5jt},
 * {@code (150.000)}.
 */
public final class Amount {

    /** The largest value of numeric(15,2). */
    static final BigDecimal MAX = new BigDecimal("9999999999999.99");

    private static final String NOT_A_NUMBER = "amount.not_a_number";
    private static final String TOO_MANY_DECIMALS = "amount.decimals";
    private static final String TOO_LARGE = "amount.too_large";
    private static final int SHOWN = 40;

    /** A spreadsheet keeps 15 significant digits; what follows them is noise of its binary arithmetic. */
    private static final MathContext SPREADSHEET = new MathContext(15, RoundingMode.HALF_EVEN);

    private static final int MAX_DIGITS = 17;
    private static final int MAX_TEXT = 60;

    private Amount() {}

    /** Why a text is no amount; its message says so in Indonesian. */
    public static final class Unreadable extends Exception {

        private final transient Text text;

        /** Without a stack trace: a file may hold a million of them. */
        private Unreadable(Text text) {
            super(null, null, false, false);
            this.text = text;
        }

        /** The reason, to be said in the reader's language. */
        public Text text() {
            return text;
        }

        @Override
        public String getMessage() {
            return Words.say(Language.INDONESIAN, text);
        }
    }

    /** The amount in rupiah; null for an empty text and for a lone hyphen, which accountants write for nothing. */
    public static @Nullable BigDecimal read(String text) throws Unreadable {
        BigDecimal plain = plainDigits(text);
        if (plain != null) return plain;
        String trimmed = trim(text);
        if (trimmed.isEmpty() || isDash(trimmed)) return null;
        if (trimmed.length() > MAX_TEXT) throw refusal(NOT_A_NUMBER, text);
        return new Reading(text, trimmed).amount();
    }

    /** The amount of a spreadsheet's number cell, written with a decimal point and perhaps an exponent. */
    public static BigDecimal readNumber(String number) throws Unreadable {
        BigDecimal value;
        try {
            value = new BigDecimal(number).round(SPREADSHEET);
        } catch (NumberFormatException e) {
            throw refusal(NOT_A_NUMBER, number);
        }
        if (value.signum() == 0) return BigDecimal.ZERO;
        if (value.precision() - value.scale() > 13) throw refusal(TOO_LARGE, number);
        if (value.scale() < 0 || value.scale() > 2) value = value.stripTrailingZeros();
        if (value.scale() > 2) throw refusal(TOO_MANY_DECIMALS, number);
        return value.scale() < 0 ? value.setScale(0) : value;
    }

    /** The common case without any detour: nothing but up to 13 digits. */
    private static @Nullable BigDecimal plainDigits(String text) {
        int length = text.length();
        if (length == 0 || length > 13) return null;
        long value = 0;
        for (int i = 0; i < length; i++) {
            int digit = text.charAt(i) - '0';
            if (digit < 0 || digit > 9) return null;
            value = 10 * value + digit;
        }
        return BigDecimal.valueOf(value);
    }

    private static String trim(String text) {
        int start = 0;
        int end = text.length();
        while (start < end && isSpace(text.charAt(start))) start++;
        while (end > start && isSpace(text.charAt(end - 1))) end--;
        return text.substring(start, end);
    }

    private static boolean isSpace(char c) {
        return c <= ' ' || c == '\u00a0' || c == '\u202f' || c == '\ufeff';
    }

    private static boolean isDash(String text) {
        return text.equals("-") || text.equals("–") || text.equals("—") || text.equals("−");
    }

    private static Unreadable refusal(String key, String text) {
        return new Unreadable(new Text(key, text.length() > SHOWN ? text.substring(0, SHOWN) + "…" : text));
    }

    /** One text on its way to a number, eaten from both ends. */
    private static final class Reading {

        private final String original;
        private String rest;

        Reading(String original, String trimmed) {
            this.original = original;
            this.rest = trimmed.toLowerCase(Locale.ROOT);
        }

        BigDecimal amount() throws Unreadable {
            int minus = parentheses() ? 1 : 0;
            if (sign()) minus++;
            currency();
            if (sign()) minus++;
            if (minus > 1) throw refusal(NOT_A_NUMBER, original);
            // "Rp 75.000,-" is how a price tag writes 75.000 rupiah
            if (!endsWith(",-")) endsWith(".-");
            int zeros = suffix();
            BigDecimal value = number(zeros);
            if (value.compareTo(MAX) > 0) throw refusal(TOO_LARGE, original);
            return minus == 1 ? value.negate() : value;
        }

        private boolean parentheses() throws Unreadable {
            boolean opens = rest.startsWith("(");
            if (opens != rest.endsWith(")")) throw refusal(NOT_A_NUMBER, original);
            if (opens) rest = trim(rest.substring(1, rest.length() - 1));
            return opens;
        }

        private boolean sign() {
            if (startsWith("-") || startsWith("−") || startsWith("–")) return true;
            startsWith("+");
            return false;
        }

        private void currency() {
            if (!startsWith("rp.") && !startsWith("rp") && !startsWith("idr") && !endsWith("rupiah")) endsWith("idr");
        }

        /** How many zeros the word behind the number stands for. */
        private int suffix() {
            if (endsWith("ribu") || endsWith("rb") || endsWith("k")) return 3;
            if (endsWith("juta") || endsWith("jt")) return 6;
            return endsWith("miliar") || endsWith("milyar") ? 9 : 0;
        }

        private boolean startsWith(String prefix) {
            if (!rest.startsWith(prefix)) return false;
            rest = trim(rest.substring(prefix.length()));
            return true;
        }

        private boolean endsWith(String suffix) {
            if (!rest.endsWith(suffix)) return false;
            rest = trim(rest.substring(0, rest.length() - suffix.length()));
            return true;
        }

        private BigDecimal number(int zeros) throws Unreadable {
            int decimalMark = decimalMark(zeros);
            long value = 0;
            int digits = 0;
            int decimals = 0;
            for (int i = 0; i < rest.length(); i++) {
                char c = rest.charAt(i);
                if (c >= '0' && c <= '9') {
                    value = 10 * value + (c - '0');
                    if (value > 0) digits++;
                    if (digits > MAX_DIGITS) throw refusal(TOO_LARGE, original);
                    if (decimalMark >= 0 && i > decimalMark) decimals++;
                } else if (i != decimalMark && !isThousandsMark(i, decimalMark)) {
                    throw refusal(NOT_A_NUMBER, original);
                }
            }
            if (rest.isEmpty() || (decimalMark >= 0 && decimals == 0)) throw refusal(NOT_A_NUMBER, original);
            BigDecimal number = BigDecimal.valueOf(value, decimals).scaleByPowerOfTen(zeros);
            if (zeros > 0) number = number.stripTrailingZeros();
            if (number.scale() > 2) throw refusal(TOO_MANY_DECIMALS, original);
            return number.scale() < 0 ? number.setScale(0) : number;
        }

        /**
         * Where the decimals begin, -1 where there are none. A point before exactly three digits marks thousands, a
         * comma never does.
         */
        private int decimalMark(int zeros) throws Unreadable {
            int point = rest.lastIndexOf('.');
            int comma = rest.lastIndexOf(',');
            if (point < 0 && comma < 0) return -1;
            if (point >= 0 && comma >= 0) return Math.max(point, comma);
            int mark = Math.max(point, comma);
            boolean several = rest.indexOf(rest.charAt(mark)) < mark;
            if (several) return -1;
            int behind = rest.length() - mark - 1;
            boolean thousands = point >= 0 && behind == 3 && mark >= 1 && mark <= 3 && rest.charAt(0) != '0';
            if (thousands) return -1;
            if (behind > 2 && zeros == 0 && areDigits(mark)) throw refusal(TOO_MANY_DECIMALS, original);
            return mark;
        }

        private boolean areDigits(int except) {
            for (int i = 0; i < rest.length(); i++) {
                if (i != except && (rest.charAt(i) < '0' || rest.charAt(i) > '9')) return false;
            }
            return true;
        }

        /** A mark with one to three digits before it and exactly three behind it, the same one throughout. */
        private boolean isThousandsMark(int at, int decimalMark) {
            char mark = rest.charAt(at);
            if (mark != '.' && mark != ',' && mark != ' ' && mark != '\u00a0' && mark != '\u202f') return false;
            if (decimalMark >= 0 && rest.charAt(decimalMark) == mark) return false;
            int before = 0;
            while (at - before > 0 && isDigit(at - before - 1)) before++;
            int behind = 0;
            while (at + behind + 1 < rest.length() && isDigit(at + behind + 1)) behind++;
            boolean isFirst = at == before;
            boolean same = isFirst || rest.charAt(at - before - 1) == mark;
            return same && behind == 3 && (isFirst ? before >= 1 && before <= 3 : before == 3);
        }

        private boolean isDigit(int at) {
            return rest.charAt(at) >= '0' && rest.charAt(at) <= '9';
        }
    }
}
