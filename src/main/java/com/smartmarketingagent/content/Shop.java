package com.smartmarketingagent.content;

import com.smartmarketingagent.content.Brief.Tone;
import java.util.ArrayList;
import java.util.List;
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

    List<String> facts() {
        var facts = new ArrayList<>(List.of(name));
        if (sells != null) facts.add(sells);
        if (city != null) facts.add(city);
        if (link != null) facts.add(link);
        return facts;
    }
}
