package com.smartmarketingagent.platform;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The languages we speak; Indonesian unless the reader asks for English. */
public enum Language {
    INDONESIAN(Locale.of("id")),
    ENGLISH(Locale.ENGLISH);

    /** Where a browser keeps what its reader chose. */
    public static final String COOKIE = "sma_language";

    private final Locale locale;

    Language(Locale locale) {
        this.locale = locale;
    }

    public Locale locale() {
        return locale;
    }

    /** As accounts, cookies and forms name it: {@code id} or {@code en}. */
    public String key() {
        return locale.getLanguage();
    }

    /** @param key null or unknown answers nothing */
    public static Optional<Language> chosen(@Nullable String key) {
        return Arrays.stream(values()).filter(l -> l.key().equals(key)).findFirst();
    }

    /**
     * Of a page what its reader chose there, else Indonesian: many a phone of an owner here was never set to anything
     * but English. Of the API what the program asks for.
     *
     * @param path of the request
     * @param cookie the value of {@link #COOKIE}; null where there is none
     */
    static Language of(String path, @Nullable String cookie, @Nullable String acceptLanguage) {
        boolean program = path.equals("/api") || path.startsWith("/api/");
        return program ? of(acceptLanguage) : chosen(cookie).orElse(INDONESIAN);
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
