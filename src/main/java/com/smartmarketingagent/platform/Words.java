package com.smartmarketingagent.platform;

import java.text.MessageFormat;
import java.util.ResourceBundle;

/** Sentences from {@code messages/words*.properties}, in MessageFormat's syntax. */
public final class Words {

    private static final ResourceBundle.Control NO_FALLBACK =
            ResourceBundle.Control.getNoFallbackControl(ResourceBundle.Control.FORMAT_PROPERTIES);

    private Words() {}

    /** @throws java.util.MissingResourceException if the key is unknown: a bug, and a test looks for it */
    public static String say(Language language, String key, Object... values) {
        var pattern = ResourceBundle.getBundle("messages.words", language.locale(), NO_FALLBACK)
                .getString(key);
        return new MessageFormat(pattern, language.locale()).format(values);
    }

    public static String say(Language language, Problem.Text text) {
        return say(language, text.key(), text.values());
    }
}
