package com.smartmarketingagent.content;

import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * {@code {nama|Kak}}: a customer's own word, or what stands behind the bar where there is none. Nothing is evaluated,
 * and what is put in is never looked through again.
 */
final class Placeholders {

    private static final Pattern PLACEHOLDER =
            Pattern.compile("\\{(nama|nama_toko|produk_terakhir)(?:\\|([^{}|]{0,80}))?}");
    private static final Map<String, String> OTHERWISE =
            Map.of("nama", "Kak", "nama_toko", "", "produk_terakhir", "batik kami");

    private Placeholders() {}

    /**
     * Whom a text goes to.
     *
     * @param name null where it is not known
     * @param lastProduct what they bought last; null where it is not known
     */
    record Recipient(
            @Nullable String name, String shop, @Nullable String lastProduct) {}

    static String merge(String text, Recipient recipient) {
        return PLACEHOLDER.matcher(text).replaceAll(found -> {
            var value = value(found.group(1), recipient);
            if (value == null || value.isBlank()) value = found.group(2);
            return Matcher.quoteReplacement(value == null ? OTHERWISE.getOrDefault(found.group(1), "") : value);
        });
    }

    private static @Nullable String value(String name, Recipient recipient) {
        return switch (name) {
            case "nama" -> recipient.name();
            case "nama_toko" -> recipient.shop();
            default -> recipient.lastProduct();
        };
    }

    /** The names that occur, in order of the alphabet. */
    static Set<String> in(String text) {
        var names = new TreeSet<String>();
        PLACEHOLDER.matcher(text).results().forEach(r -> names.add(r.group(1)));
        return names;
    }

    /** The text without them. */
    static String without(String text) {
        return PLACEHOLDER.matcher(text).replaceAll(" ");
    }

    /** The text with what stands behind the bars, which customers may read too. */
    static String withFallbacks(String text) {
        return merge(text, new Recipient(null, "", null));
    }

    /** Whether there is a brace that begins or ends none of them. */
    static boolean hasStrayBraces(String text) {
        var rest = without(text);
        return rest.indexOf('{') >= 0 || rest.indexOf('}') >= 0;
    }
}
