package com.smartmarketingagent.importing;

import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Reads back what the file of all sales writes in one cell: {@code 1 × Blus, 2.5 × Kain, × Syal}. Without a number the
 * quantity isn't known. A name that could be taken for several stands in quotation marks, its own doubled.
 */
final class WrittenProducts {

    private static final Pattern COUNT = Pattern.compile("(?:([0-9]{1,9}(?:[.][0-9]{1,3})?) )?× ");
    private static final Pattern NEXT = Pattern.compile(", (?=(?:[0-9]{1,9}(?:[.][0-9]{1,3})? )?× )");
    private static final Pattern QUOTED = Pattern.compile("\"((?:[^\"]|\"\")++)\"(?=, |$)");

    private WrittenProducts() {}

    /** Null for what isn't written like this; never empty. */
    static @Nullable List<Line.Item> read(String text) {
        List<Line.Item> items = new ArrayList<>();
        Matcher count = COUNT.matcher(text);
        Matcher quoted = QUOTED.matcher(text);
        Matcher next = NEXT.matcher(text);
        for (int at = 0; at < text.length(); ) {
            if (!count.region(at, text.length()).lookingAt()) return null;
            BigDecimal quantity = count.group(1) == null ? null : new BigDecimal(count.group(1));
            int start = count.end();
            boolean marked = quoted.region(start, text.length()).lookingAt();
            boolean more = next.find(marked ? quoted.end() : start);
            int end = more ? next.start() : text.length();
            if (marked && end != quoted.end()) return null;
            String name = marked ? quoted.group(1).replace("\"\"", "\"") : text.substring(start, end);
            if (name.isBlank() || (quantity != null && quantity.signum() == 0)) return null;
            items.add(new Line.Item(name, quantity, null));
            at = more ? next.end() : end;
        }
        return List.copyOf(items);
    }
}
