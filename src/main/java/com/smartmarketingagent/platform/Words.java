package com.smartmarketingagent.platform;

import static java.util.Objects.requireNonNull;

import java.text.Bidi;
import java.text.MessageFormat;
import java.time.LocalDate;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.Map;
import java.util.ResourceBundle;
import java.util.concurrent.ConcurrentHashMap;

/** Sentences from {@code messages/words*.properties}, in MessageFormat's syntax. */
public final class Words {

    private static final ResourceBundle.Control NO_FALLBACK =
            ResourceBundle.Control.getNoFallbackControl(ResourceBundle.Control.FORMAT_PROPERTIES);

    /** As they were read; each is of one thread at a time, so that a copy speaks. */
    private static final Map<Language, Map<String, MessageFormat>> SENTENCES = new EnumMap<>(Language.class);

    static {
        for (var language : Language.values()) SENTENCES.put(language, new ConcurrentHashMap<>());
    }

    private Words() {}

    /**
     * A sentence with its values; days and fields among them are said as people read them.
     *
     * @throws java.util.MissingResourceException if the key is unknown: a bug, and a test looks for it
     */
    public static String say(Language language, String key, Object... values) {
        var said = Arrays.stream(values)
                .map(v -> switch (v) {
                    case LocalDate day -> Figures.day(language, day);
                    case Problem.Field field -> field(language, field.name());
                    default -> v;
                })
                .toArray();
        return sentence(language, key).format(said);
    }

    private static MessageFormat sentence(Language language, String key) {
        var read = requireNonNull(SENTENCES.get(language))
                .computeIfAbsent(key, k -> new MessageFormat(bundle(language).getString(k), language.locale()));
        return (MessageFormat) read.clone();
    }

    private static ResourceBundle bundle(Language language) {
        return ResourceBundle.getBundle("messages.words", language.locale(), NO_FALLBACK);
    }

    /**
     * For a place in a sentence: what is written from right to left between the marks that keep its order to itself.
     */
    public static String apart(String text) {
        return Bidi.requiresBidi(text.toCharArray(), 0, text.length()) ? "\u2068" + text + "\u2069" : text;
    }

    /** What readers call a field of a form or of the JSON; its own name where they have no word for it. */
    public static String field(Language language, String name) {
        return sayOr(language, "field." + name, name);
    }

    /** The sentence of a key that may have none. */
    public static String sayOr(Language language, String key, String otherwise) {
        return bundle(language).containsKey(key) ? say(language, key) : otherwise;
    }

    public static String say(Language language, Problem.Text text) {
        return say(language, text.key(), text.values());
    }
}
