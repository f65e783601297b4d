package com.smartmarketingagent.customer;

import java.util.Locale;
import java.util.Optional;

/** An e-mail address as it is stored: lower case, at most 254 characters. */
public final class Email {

    /** RFC 5321, 4.5.3.1.3: a path of 256 octets without its angle brackets. */
    public static final int MAX_LENGTH = 254;

    private static final int MAX_LOCAL_LENGTH = 64;
    private static final int MAX_LABEL_LENGTH = 63;
    private static final String LOCAL_SYMBOLS = "!#$%&'*+/=?^_`{|}~-.";

    private Email() {}

    /** The address in lower case, or empty where {@code raw} is not one address of the usual form. */
    public static Optional<String> normalise(String raw) {
        String address = raw.strip();
        int at = address.indexOf('@');
        if (at < 1 || at > MAX_LOCAL_LENGTH || address.length() > MAX_LENGTH) return Optional.empty();
        if (!isLocalPart(address, at) || !isDomain(address, at + 1)) return Optional.empty();
        return Optional.of(address.toLowerCase(Locale.ROOT));
    }

    private static boolean isLocalPart(String address, int end) {
        char before = '.';
        for (int i = 0; i < end; i++) {
            char c = address.charAt(i);
            if (!isLetterOrDigit(c) && LOCAL_SYMBOLS.indexOf(c) < 0) return false;
            if (c == '.' && before == '.') return false;
            before = c;
        }
        return before != '.';
    }

    /** At least two labels of letters, digits and inner hyphens, the last one not a number. */
    private static boolean isDomain(String address, int start) {
        int label = start;
        int labels = 0;
        for (int i = start; i <= address.length(); i++) {
            boolean ends = i == address.length() || address.charAt(i) == '.';
            if (!ends) {
                char c = address.charAt(i);
                if (!isLetterOrDigit(c) && c != '-') return false;
                continue;
            }
            if (!isLabel(address, label, i)) return false;
            labels++;
            if (i < address.length()) label = i + 1;
        }
        char top = address.charAt(label);
        return labels > 1 && address.length() - label > 1 && (top < '0' || top > '9');
    }

    private static boolean isLabel(String address, int start, int end) {
        return end > start
                && end - start <= MAX_LABEL_LENGTH
                && address.charAt(start) != '-'
                && address.charAt(end - 1) != '-';
    }

    private static boolean isLetterOrDigit(char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
    }
}
