package com.smartmarketingagent.customer;

import com.google.i18n.phonenumbers.NumberParseException;
import com.google.i18n.phonenumbers.PhoneNumberUtil;
import com.google.i18n.phonenumbers.PhoneNumberUtil.PhoneNumberFormat;
import com.google.i18n.phonenumbers.PhoneNumberUtil.PhoneNumberType;
import com.google.i18n.phonenumbers.Phonenumber.PhoneNumber;
import com.smartmarketingagent.platform.Problem.Text;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A mobile number as it is stored: E.164, {@code +628…}.
 *
 * <p>Numbers without a country are Indonesian. Whether a number is valid and mobile is libphonenumber's word;
 * Indonesian mobile numbers take a shortcut to the same answer, because an import asks a million times.
 */
public final class Phone {

    private static final PhoneNumberUtil LIBRARY = PhoneNumberUtil.getInstance();
    private static final String REGION = "ID";
    private static final int MAX_E164_DIGITS = 15;
    private static final String[] LINKS = {
        "https://", "http://", "www.", "wa.me/", "api.whatsapp.com/send?phone=", "whatsapp:", "tel:"
    };

    /** Why a text is no mobile number, for the person who wrote it. */
    public enum Refusal {
        EXCEL("phone.excel"),
        TWO_NUMBERS("phone.two_numbers"),
        LETTERS("phone.letters"),
        LANDLINE("phone.landline"),
        INVALID("phone.invalid");

        private static final int SHOWN = 40;
        private final String key;

        Refusal(String key) {
            this.key = key;
        }

        /** One sentence about {@code raw}, to be said in the reader's language. */
        public Text text(String raw) {
            String text = raw.strip();
            return new Text(key, text.length() > SHOWN ? text.substring(0, SHOWN) + "…" : text);
        }
    }

    private Phone() {}

    /** The number in E.164, or null where {@code raw} is not one valid mobile number. */
    public static @Nullable String e164OrNull(String raw) {
        String dialled = dialled(raw);
        if (dialled == null || dialled.length() > MAX_E164_DIGITS + 1) return null;
        String indonesian = indonesianMobile(dialled);
        if (indonesian != null) return indonesian;
        PhoneNumber number = parse(dialled);
        return number != null && isMobile(number) ? LIBRARY.format(number, PhoneNumberFormat.E164) : null;
    }

    /** As it is dialled at home, in groups: {@code 0812-3456-7890}; a foreign one as it is stored. */
    public static String shown(String e164) {
        if (!e164.startsWith("+62")) return e164;
        return "0" + e164.substring(3).replaceFirst("^(...)(....)(?=.)", "$1-$2-");
    }

    /** The address that opens a conversation on WhatsApp. */
    public static String whatsApp(String e164) {
        return "https://wa.me/" + e164.substring(1);
    }

    /** The same with a message, ready to be sent. */
    public static String whatsApp(String e164, String text) {
        // a plus would be shown as one
        return whatsApp(e164) + "?text="
                + URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20");
    }

    /** Why {@link #e164OrNull} is null for {@code raw}; empty where it is not. */
    public static Optional<Refusal> refusal(String raw) {
        if (e164OrNull(raw) != null) return Optional.empty();
        if (isScientific(raw.strip())) return Optional.of(Refusal.EXCEL);
        if (holdsTwoNumbers(raw)) return Optional.of(Refusal.TWO_NUMBERS);
        String dialled = dialled(raw);
        if (dialled == null) return Optional.of(hasNoDigit(raw) || hasLetter(raw) ? Refusal.LETTERS : Refusal.INVALID);
        PhoneNumber number = dialled.length() > MAX_E164_DIGITS + 1 ? null : parse(dialled);
        return Optional.of(
                number != null && LIBRARY.isValidNumber(number) && !isMobile(number)
                        ? Refusal.LANDLINE
                        : Refusal.INVALID);
    }

    /**
     * The digits with {@code +} before a country code: leading apostrophes, links to WhatsApp and separators are gone,
     * {@code 00} has become {@code +} and {@code +620} has become {@code +62}. Null where anything else is left.
     */
    private static @Nullable String dialled(String raw) {
        int start = start(raw);
        int end = end(raw, start);
        char[] digits = new char[Math.min(end - start, 2 * MAX_E164_DIGITS) + 1];
        int count = 0;
        boolean plus = false;
        for (int i = start; i < end; i++) {
            char c = raw.charAt(i);
            if (c >= '0' && c <= '9') {
                if (count == digits.length) return null;
                digits[count++] = c;
            } else if (c == '+' && count == 0 && !plus) {
                plus = true;
            } else if (!isSeparator(c)) {
                return null;
            }
        }
        int from = 0;
        if (!plus && count > 2 && digits[0] == '0' && digits[1] == '0') {
            plus = true;
            from = 2;
        }
        if (!plus && count > 4 && digits[0] == '6' && digits[1] == '2' && (digits[2] == '0' || digits[2] == '8')) {
            plus = true;
        }
        if (plus && count - from > 3 && digits[from] == '6' && digits[from + 1] == '2' && digits[from + 2] == '0') {
            digits[from + 2] = '2';
            digits[from + 1] = '6';
            from++;
        }
        if (count == from) return null;
        String number = new String(digits, from, count - from);
        return plus ? "+" + number : number;
    }

    private static int start(String raw) {
        int start = 0;
        while (start < raw.length() && isQuoteOrSpace(raw.charAt(start))) start++;
        if (start < raw.length() && isLetter(raw.charAt(start))) {
            for (String link : LINKS) {
                if (raw.regionMatches(true, start, link, 0, link.length())) start += link.length();
            }
        }
        return start;
    }

    /**
     * Without a closing quote and without the {@code .0} that programs write behind a number they took for a fraction.
     */
    private static int end(String raw, int start) {
        int end = raw.length();
        while (end > start && isQuoteOrSpace(raw.charAt(end - 1))) end--;
        boolean fraction = end - start > 2 && raw.charAt(end - 1) == '0' && raw.charAt(end - 2) == '.';
        return fraction && raw.indexOf('.', start) == end - 2 ? end - 2 : end;
    }

    /**
     * {@code dialled} in E.164 where it is an Indonesian mobile number: 8, then any digit but 0 and 4, nine to twelve
     * digits in all. A test compares this with libphonenumber for every prefix and length.
     */
    private static @Nullable String indonesianMobile(String dialled) {
        int national;
        if (dialled.startsWith("+62")) {
            national = 3;
        } else if (dialled.charAt(0) == '0') {
            national = 1;
        } else if (dialled.charAt(0) == '8') {
            national = 0;
        } else {
            return null;
        }
        int length = dialled.length() - national;
        if (length < 9 || length > 12 || dialled.charAt(national) != '8') return null;
        char second = dialled.charAt(national + 1);
        if (second == '0' || second == '4') return null;
        return national == 3 ? dialled : "+62".concat(dialled.substring(national));
    }

    private static @Nullable PhoneNumber parse(String dialled) {
        try {
            return LIBRARY.parse(dialled, REGION);
        } catch (NumberParseException e) {
            return null;
        }
    }

    private static boolean isMobile(PhoneNumber number) {
        if (!LIBRARY.isValidNumber(number)) return false;
        PhoneNumberType type = LIBRARY.getNumberType(number);
        return type == PhoneNumberType.MOBILE || type == PhoneNumberType.FIXED_LINE_OR_MOBILE;
    }

    /** {@code 8.12E+11} and {@code 8,12E+11}: what a spreadsheet leaves of a long number. */
    private static boolean isScientific(String text) {
        int e = Math.max(text.indexOf('E'), text.indexOf('e'));
        if (e < 1 || e == text.length() - 1) return false;
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            boolean sign = (c == '+' || c == '-') && i == e + 1;
            boolean point = (c == '.' || c == ',') && i < e;
            if (i != e && !sign && !point && (c < '0' || c > '9')) return false;
        }
        return true;
    }

    /** Two runs of at least eight digits with a sign, a word or a gap between them. */
    private static boolean holdsTwoNumbers(String raw) {
        int numbers = 0;
        int digits = 0;
        for (int i = 0; i <= raw.length(); i++) {
            char c = i < raw.length() ? raw.charAt(i) : ';';
            if (c >= '0' && c <= '9') {
                digits++;
            } else if (!isSeparator(c) || (digits >= 9 && c != '.')) {
                if (digits >= 8) numbers++;
                digits = 0;
            }
        }
        return numbers > 1;
    }

    private static boolean hasLetter(String raw) {
        return raw.chars().anyMatch(c -> !isSeparator((char) c) && (c < '0' || c > '9') && c != '+');
    }

    private static boolean hasNoDigit(String raw) {
        return raw.chars().noneMatch(c -> c >= '0' && c <= '9');
    }

    private static boolean isLetter(char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
    }

    private static boolean isQuoteOrSpace(char c) {
        return c == '\'' || c == '"' || c == '=' || c == '`' || c == '’' || c == '‘' || isInvisible(c);
    }

    private static boolean isSeparator(char c) {
        return c == '-' || c == '.' || c == '(' || c == ')' || (c >= '‐' && c <= '―') || isInvisible(c);
    }

    /** White space of every kind and the marks that copying from a contact leaves in front of a number. */
    private static boolean isInvisible(char c) {
        return c == ' '
                || c == '\t'
                || c == '\n'
                || c == '\r'
                || c == '\u00a0'
                || (c >= '\u2000' && c <= '\u200f')
                || (c >= '\u202a' && c <= '\u202f')
                || (c >= '\u2060' && c <= '\u2069')
                || c == '\ufeff';
    }
}
