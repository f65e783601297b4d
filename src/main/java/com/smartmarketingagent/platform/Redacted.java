package com.smartmarketingagent.platform;

import java.util.regex.Pattern;

/**
 * What may leave the application's own tables: text without anybody's phone number, e-mail address or token. Nothing of
 * ours writes these into the log; libraries and providers quote what they please.
 */
public final class Redacted {

    // each begins where a word does and takes its words whole, so that a long line costs its length and no more
    private static final Pattern EMAIL = Pattern.compile("(?<![\\p{L}\\p{N}._+-])[\\p{L}\\p{N}._+-]{1,64}+(?:@|%40)"
            + "[\\p{L}\\p{N}-]{1,63}+(?:\\.[\\p{L}\\p{N}-]{1,63}+)++");
    /** What looks like a mobile of Indonesia, or is written as an international number. */
    private static final Pattern PHONE = Pattern.compile("(?<![\\p{L}\\p{N}_./:-])(?![0-9a-f]{8}-[0-9a-f]{4}-)"
            + "(?:(?:\\+|%2B)[1-9](?:[ .()-]{0,2}[0-9]){7,14}|(?:62|0)[ .()-]{0,2}8(?:[ .()-]{0,2}[0-9]){7,11})"
            + "(?![\\p{L}\\p{N}_])");

    private static final Pattern BEARER = Pattern.compile("(?i)\\b(bearer|basic)\\s++[A-Za-z0-9._~+/=-]{6,}+");
    /** But for the names of what is bound to a statement. */
    private static final Pattern NAMED =
            Pattern.compile("(?i)\\b(token|api[_-]?key|secret|password|passwd|authorization)"
                    + "(\\\\?[\"']?\\s*[=:]\\s*\\\\?[\"']?)(?!:|(?:bearer|basic)\\s)[^\\s\"'&,;}\\\\]{4,}+");
    /** What nobody would write by hand; names of classes and methods stand after dots and dollars, ids have dashes. */
    private static final Pattern TOKEN = Pattern.compile(
            "(?<![\\w.$/-])"
                    + "(?:eyJ[\\w-]++(?:\\.[\\w-]++){1,4}+|(?:sk|re|whsec|EAA)[-_]?[A-Za-z0-9_-]{12,}+"
                    + "|(?![0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-)(?=[A-Za-z_-]*+[0-9])(?=[0-9_-]*+[A-Za-z])[\\w-]{32,}+)(?![\\w.$-])");

    /** Whose reports prove themselves by nothing else. */
    private static final Pattern ADDRESS = Pattern.compile("(/api/webhooks/fonnte/[^/\\s]++/)[^\\s?\"']++");

    private Redacted() {}

    /** The same, with a word in the place of each. */
    public static String of(String text) {
        var told = EMAIL.matcher(text).replaceAll("[e-mail]");
        told = BEARER.matcher(told).replaceAll("$1 [token]");
        told = NAMED.matcher(told).replaceAll("$1$2[token]");
        told = ADDRESS.matcher(told).replaceAll("$1[token]");
        told = TOKEN.matcher(told).replaceAll("[token]");
        return PHONE.matcher(told).replaceAll("[phone]");
    }
}
