package com.smartmarketingagent.link;

import java.util.Locale;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Somebody or something at a short link.
 *
 * @param method of HTTP
 * @param agent what it calls itself; null where it doesn't say
 * @param purpose what it says that it comes for ({@code Sec-Purpose} and its forerunners); null where it doesn't say
 */
record Visit(
        String method, @Nullable String agent, @Nullable String purpose) {

    /**
     * Programs that look at links before, or instead of, people: previews of messengers, scanners of mail gateways,
     * search engines, libraries. As they name themselves in public; in small letters. Cubot makes telephones.
     */
    private static final Pattern PROGRAM = Pattern.compile(
            "(?<!cu)bot\\b|crawl|spider|preview|prefetch|scan|monitor|whatsapp|facebookexternalhit|facebookcatalog"
                    + "|meta-external|telegram|googleimageproxy|google-read-aloud|google-safety|apis-google|feedfetcher"
                    + "|slack|discord|skype|viber|barracuda|mimecast|proofpoint|symantec|trendmicro|sophos|forcepoint"
                    + "|cloudmark|safelinks|bingpreview|yahoomailproxy|headless|phantomjs|lighthouse|curl|wget|python"
                    + "|go-http-client|okhttp|java/|apache-httpclient|node-fetch|axios|libwww|ruby|php|postman");

    /** Whether a person followed the link. */
    boolean isByAPerson() {
        return method.equals("GET")
                && !early(purpose)
                && agent != null
                && !agent.isBlank()
                && !PROGRAM.matcher(agent.toLowerCase(Locale.ROOT)).find();
    }

    /** Fetched in case somebody will want it. */
    private static boolean early(@Nullable String purpose) {
        if (purpose == null) return false;
        var said = purpose.toLowerCase(Locale.ROOT);
        return said.contains("prefetch") || said.contains("prerender") || said.contains("preview");
    }
}
