package com.smartmarketingagent.content;

import com.smartmarketingagent.content.Brief.Offer;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Takes out of what the owner typed whatever belongs to a customer, before a model sees it: phone numbers, e-mail
 * addresses, and the names, addresses and notes of the shop's own customers.
 *
 * @param theirs names, addresses and notes of customers that occur in the text
 */
record Redaction(List<String> theirs) {

    private static final Pattern MAIL = Pattern.compile("[\\w.+-]+\\s?@\\s?[\\w-]+(?:\\.[\\w-]+)+");
    /** Nine digits and more that begin as a number to dial does, however they are grouped. */
    private static final Pattern PHONE = Pattern.compile(
            "(?<!\\d)(?<!\\d[.,])\\(?(?:\\+\\d|0|62|8)(?:[\\s().\\-–_/]{0,3}\\d){8,}", Pattern.UNICODE_CHARACTER_CLASS);
    /** Days and prices, which are no numbers to dial. */
    private static final Pattern DAYS_OR_PRICE = Pattern.compile(
            "\\d{1,2}([-./])\\d{1,2}\\1\\d{2,4}(?:\\W{1,3}\\d{1,2}\\1\\d{1,2}\\1\\d{2,4})?|\\d{1,3}(?:\\.\\d{3})+");

    String of(String text) {
        var clean = MAIL.matcher(plainDigits(text)).replaceAll("…");
        for (var words : theirs) {
            clean = Pattern.compile(
                            "(?<![\\p{L}\\p{N}])" + Pattern.quote(words) + "(?![\\p{L}\\p{N}])",
                            Pattern.CASE_INSENSITIVE | Pattern.UNICODE_CASE)
                    .matcher(clean)
                    .replaceAll("…");
        }
        return PHONE.matcher(clean)
                .replaceAll(
                        m -> DAYS_OR_PRICE.matcher(m.group()).matches() ? Matcher.quoteReplacement(m.group()) : "…");
    }

    /** Digits of other scripts are dialled, too. */
    private static String plainDigits(String text) {
        return text.codePoints()
                .map(c -> Character.isDigit(c) ? '0' + Character.digit(c, 10) : c)
                .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
                .toString();
    }

    private @Nullable String orNull(@Nullable String text) {
        return text == null ? null : of(text);
    }

    Brief of(Brief brief) {
        var offer = brief.offer();
        return new Brief(
                brief.segment(),
                brief.contentType(),
                brief.goal(),
                brief.tone(),
                brief.language(),
                offer == null
                        ? null
                        : new Offer(
                                offer.price(), orNull(offer.discount()), orNull(offer.period()), orNull(offer.code())),
                brief.products().stream().map(this::of).toList(),
                orNull(brief.occasion()),
                orNull(brief.question()),
                brief.variants());
    }

    Shop of(Shop shop) {
        return new Shop(
                shop.name(),
                orNull(shop.sells()),
                shop.city(),
                shop.link(),
                shop.tone(),
                shop.examples().stream().map(this::of).toList());
    }
}
