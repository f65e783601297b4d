package com.smartmarketingagent.content;

import com.smartmarketingagent.customer.Title;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * {@code {nama|Kak}}: a customer's own word, or what stands behind the bar where there is none. Nothing is evaluated,
 * and what is put in is never looked through again.
 */
public final class Placeholders {

    private static final Pattern PLACEHOLDER =
            Pattern.compile("\\{(nama|nama_toko|produk_terakhir)(?:\\|([^{}|]{0,80}))?}");
    private static final Map<String, String> OTHERWISE =
            Map.of("nama", "Kak", "nama_toko", "", "produk_terakhir", "produk kami");

    /** Names that say already who somebody is, or that somebody is a firm. */
    private static final Pattern TITLED = Pattern.compile(
            "^(?:" + Title.WORDS + "|pt|cv|ud|toko)[.\\s]", Pattern.CASE_INSENSITIVE | Pattern.UNICODE_CASE);

    private static final Pattern TITLE_BEFORE = Pattern.compile(
            "(?<![\\p{L}/])(?:kak|kakak|bapak/ibu|bapak|ibu|kang/téh|mas/mbak)\\s+$",
            Pattern.CASE_INSENSITIVE | Pattern.UNICODE_CASE);
    private static final Pattern NUMBER = Pattern.compile("[+0-9 ().-]+");

    private Placeholders() {}

    /**
     * Whom a text goes to.
     *
     * @param name null where it is not known
     * @param lastProduct what they bought last; null where it is not known
     */
    public record Recipient(
            @Nullable String name, String shop, @Nullable String lastProduct) {}

    /**
     * As this customer would read it. Who is written down with a title ("Bu Ani") is given no second one, and who is
     * known by a number alone is called by what stands behind the bar.
     */
    public static String merge(String text, Recipient recipient) {
        var merged = new StringBuilder();
        int end = 0;
        for (var found : PLACEHOLDER.matcher(text).results().toList()) {
            merged.append(text, end, found.start());
            end = found.end();
            var value = value(found.group(1), recipient);
            boolean known = value != null && !value.isBlank();
            if (known && found.group(1).equals("nama") && TITLED.matcher(value).find()) {
                var before = TITLE_BEFORE.matcher(merged);
                if (before.find()) merged.setLength(before.start());
            }
            if (known) merged.append(value);
            else merged.append(otherwise(found));
        }
        return merged.append(text, end, text.length()).toString();
    }

    private static @Nullable String value(String name, Recipient recipient) {
        return switch (name) {
            case "nama" ->
                recipient.name() == null || NUMBER.matcher(recipient.name()).matches() ? null : recipient.name();
            case "nama_toko" -> recipient.shop();
            default -> recipient.lastProduct();
        };
    }

    /**
     * What customers read where a word of their own isn't known.
     *
     * @param placeholder its name, without braces
     */
    public record Fallback(String placeholder, String words) {}

    /** Of those that speak of a customer, each way once, as they come in the text. */
    public static List<Fallback> fallbacks(String text) {
        return PLACEHOLDER
                .matcher(text)
                .results()
                .filter(r -> !r.group(1).equals("nama_toko"))
                .map(r -> new Fallback(r.group(1), otherwise(r)))
                .distinct()
                .toList();
    }

    private static String otherwise(MatchResult placeholder) {
        var words = placeholder.group(2);
        return words == null ? OTHERWISE.getOrDefault(placeholder.group(1), "") : words;
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
    public static boolean hasStrayBraces(String text) {
        var rest = without(text);
        return rest.indexOf('{') >= 0 || rest.indexOf('}') >= 0;
    }
}
