package com.smartmarketingagent.platform;

import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** The languages we speak; Indonesian unless the reader asks for English. */
public enum Language {
    INDONESIAN(Locale.of("id")),
    ENGLISH(Locale.ENGLISH);

    private final Locale locale;

    Language(Locale locale) {
        this.locale = locale;
    }

    public Locale locale() {
        return locale;
    }

    /** @param acceptLanguage the request's header; null or unreadable means Indonesian */
    public static Language of(@Nullable String acceptLanguage) {
        if (acceptLanguage == null) return INDONESIAN;
        try {
            var wanted =
                    Locale.lookup(Locale.LanguageRange.parse(acceptLanguage), List.of(Locale.of("id"), Locale.ENGLISH));
            return Locale.ENGLISH.equals(wanted) ? ENGLISH : INDONESIAN;
        } catch (IllegalArgumentException e) {
            return INDONESIAN;
        }
    }
}
