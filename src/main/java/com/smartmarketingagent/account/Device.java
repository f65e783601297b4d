package com.smartmarketingagent.account;

import java.util.Arrays;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** What a device calls itself, made short enough to be recognised by its owner: {@code Chrome · Android}. */
final class Device {

    /** In this order: most browsers also name those they imitate. */
    private static final String[][] BROWSERS = {
        {"Edg", "Edge"},
        {"OPR/", "Opera"},
        {"SamsungBrowser", "Samsung Internet"},
        {"UCBrowser", "UC Browser"},
        {"Firefox", "Firefox"},
        {"FxiOS", "Firefox"},
        {"CriOS", "Chrome"},
        {"Chrome", "Chrome"},
        {"Safari", "Safari"}
    };

    private static final String[][] SYSTEMS = {
        {"Android", "Android"},
        {"iPhone", "iPhone"},
        {"iPad", "iPad"},
        {"Windows", "Windows"},
        {"Mac OS X", "Mac"},
        {"CrOS", "Chromebook"},
        {"Linux", "Linux"}
    };

    private static final int LONGEST = 60;

    private Device() {}

    /** Empty when it said nothing. @param agent as the request's header said it */
    static String name(@Nullable String agent) {
        if (agent == null || agent.isBlank()) return "";
        var browser = of(BROWSERS, agent);
        var system = of(SYSTEMS, agent);
        if (browser.isPresent() && system.isPresent()) return browser.get() + " · " + system.get();
        return browser.or(() -> system).orElseGet(() -> program(agent));
    }

    /** What stands before its version: {@code curl} of {@code curl/8.0}. */
    private static String program(String agent) {
        var name = agent.strip().replaceFirst("[/ ].*", "");
        return name.substring(0, Math.min(LONGEST, name.length()));
    }

    private static Optional<String> of(String[][] names, String agent) {
        return Arrays.stream(names)
                .filter(n -> agent.contains(n[0]))
                .map(n -> n[1])
                .findFirst();
    }
}
