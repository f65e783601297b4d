package com.smartmarketingagent.importing;

import java.util.Locale;

/** How long the steps of one import took, for the log: {@code reading 9.1 s, matching 0.4 s}. */
final class Laps {

    private final StringBuilder story = new StringBuilder();
    private long began = System.nanoTime();

    /** What was done since the last call is called {@code step}. */
    void end(String step) {
        long now = System.nanoTime();
        if (!story.isEmpty()) story.append(", ");
        story.append(String.format(Locale.ROOT, "%s %.1f s", step, (now - began) / 1e9));
        began = now;
    }

    @Override
    public String toString() {
        return story.toString();
    }
}
