package com.smartmarketingagent.customer;

import java.util.regex.Pattern;

/** What people write before a name: {@code Bu Sri}, {@code Ibu Sri} and {@code Sri} may be one. */
public final class Title {

    /** As alternatives of a regular expression, without the dot that may follow them. */
    public static final String WORDS =
            "bu|ibu|bpk|bapak|pak|mbak|mas|kak|kakak|kang|teh|téh|teteh|bang|haji|hajah|h|hj|dr";

    private static final Pattern BEFORE =
            Pattern.compile("^(?:(?:" + WORDS + ")[.\\s]\\s*)+", Pattern.CASE_INSENSITIVE | Pattern.UNICODE_CASE);
    private static final Pattern IN_BRACKETS = Pattern.compile("\\([^()]*\\)|\\[[^\\[\\]]*]");
    private static final Pattern SPACES = Pattern.compile("[\\s\\p{Z}]+");

    private Title() {}

    /**
     * A name without titles, what stands in brackets, and needless spaces; as it is where nothing else is left of it.
     */
    static String without(String name) {
        var bare = spaced(IN_BRACKETS.matcher(name).replaceAll(" "));
        var rest = BEFORE.matcher(bare).replaceFirst("");
        if (!rest.isEmpty()) return rest;
        return bare.isEmpty() ? spaced(name) : bare;
    }

    /** With one space between words, and none around them. */
    static String spaced(String text) {
        return SPACES.matcher(text).replaceAll(" ").strip();
    }
}
