package com.smartmarketingagent.account;

import java.net.URI;
import java.net.URISyntaxException;
import org.jspecify.annotations.Nullable;

/** An address within this site, as a stranger may have written it: where to go after a log-in. */
final class LocalPath {

    private static final int LONGEST = 2_000;

    /** One slash and no second one of either kind: browsers take //host and /\host for another site. */
    private static final String PATH = "/(?![/\\\\])[\\x21-\\x7E&&[^\\\\]]*";

    private LocalPath() {}

    /** {@code given} if a browser that is sent there stays here; else null. */
    static @Nullable String of(@Nullable String given) {
        if (given == null || given.length() > LONGEST || !given.matches(PATH)) return null;
        try {
            var uri = new URI(given);
            return uri.isAbsolute() || uri.getRawAuthority() != null ? null : given;
        } catch (URISyntaxException e) {
            return null;
        }
    }

    /** The same, or the first page. */
    static URI orHome(@Nullable String given) {
        var path = of(given);
        return URI.create(path == null ? "/" : path);
    }
}
