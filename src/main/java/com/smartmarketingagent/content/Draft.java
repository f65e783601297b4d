package com.smartmarketingagent.content;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.regex.Pattern;

/**
 * Reads the texts out of JSON that is still being written, for somebody who watches. Nothing of it has been checked; a
 * page shows it as text and calls it a draft.
 */
final class Draft implements Waiting.Watcher {

    /** Possessive, or a long text would need a deep stack. */
    private static final Pattern TEXT =
            Pattern.compile("\"text\"\\s*:\\s*\"([^\"\\\\]*+(?:\\\\(?:[^u]|u[0-9a-fA-F]{4})[^\"\\\\]*+)*+)");

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final int EVERY_CHARACTERS = 24;
    private static final int LARGEST = 20_000;

    private final StringBuilder written = new StringBuilder();
    private final Consumer<List<String>> watcher;
    private int told;

    /** @param watcher is told all texts so far, now and then */
    Draft(Consumer<List<String>> watcher) {
        this.watcher = watcher;
    }

    /** What a former try wrote is none. */
    @Override
    public void begin() {
        written.setLength(0);
        told = 0;
    }

    @Override
    public void accept(String piece) {
        written.append(piece);
        if (written.length() - told < EVERY_CHARACTERS || written.length() > LARGEST) return;
        told = written.length();
        var texts = texts();
        if (!texts.isEmpty()) watcher.accept(texts);
    }

    private List<String> texts() {
        var texts = new ArrayList<String>();
        TEXT.matcher(written).results().forEach(m -> texts.add(unescaped(m.group(1))));
        return texts;
    }

    private static String unescaped(String inJson) {
        try {
            return JSON.readValue("\"" + inJson + "\"", String.class);
        } catch (JsonProcessingException e) {
            return "";
        }
    }
}
