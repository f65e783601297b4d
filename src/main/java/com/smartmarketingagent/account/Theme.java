package com.smartmarketingagent.account;

import org.jspecify.annotations.Nullable;

/** Light or dark, as this device's reader wants it. */
public enum Theme {
    SYSTEM(""),
    LIGHT("siang"),
    DARK("malam");

    static final String COOKIE = "sma_theme";

    private final String style;

    Theme(String style) {
        this.style = style;
    }

    /** The name of the colours in {@code web/app.css}; empty where the device decides. */
    public String style() {
        return style;
    }

    /** In the cookie and in forms: {@code light}. */
    public String key() {
        return name().toLowerCase(java.util.Locale.ROOT);
    }

    /** @param key null or unknown means that the device decides */
    public static Theme of(@Nullable String key) {
        for (var theme : values()) if (theme.key().equals(key)) return theme;
        return SYSTEM;
    }
}
