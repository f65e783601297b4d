package com.smartmarketingagent.content;

import com.smartmarketingagent.content.Brief.Tone;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What a shop says of itself; null where it has said nothing.
 *
 * @param sells in its own words
 * @param link an address on the web
 * @param tone how it speaks; friendly unless it says otherwise
 * @param examples texts of the owner's own, newest first
 */
record Shop(
        String name,
        @Nullable String sells,
        @Nullable String city,
        @Nullable String link,
        Tone tone,
        List<String> examples) {

    private static final Pattern BATIK = Pattern.compile("(?<!bukan )(?<!tanpa )bath?ik", Pattern.CASE_INSENSITIVE);

    /** Whether batik is sold, as far as the shop or the products say so. */
    boolean isOfBatik(Brief brief) {
        return Stream.concat(Stream.of(name, sells == null ? "" : sells), brief.products().stream())
                .anyMatch(word -> BATIK.matcher(word).find());
    }

    List<String> facts() {
        var facts = new ArrayList<>(List.of(name));
        if (sells != null) facts.add(sells);
        if (city != null) facts.add(city);
        if (link != null) facts.add(link);
        return facts;
    }
}
