package com.smartmarketingagent.importing;

import java.util.Locale;
import java.util.Map;
import java.util.function.DoubleConsumer;

/** The steps of one import: how far it is when each ends, and for the log how long they took: {@code reading 9.1 s}. */
final class Laps {

    /** Reading's part of the whole. */
    static final double READING = 0.2;

    /** By the time they take of a million sales in a new shop. Nothing is said at a step that isn't named here. */
    private static final Map<String, Double> REACHED = Map.of(
            "reading", READING,
            "matching", 0.25,
            "customers", 0.3,
            "comparing sales", 0.35,
            "storing sales", 0.98);

    private final DoubleConsumer progress;
    private final StringBuilder story = new StringBuilder();
    private long began = System.nanoTime();

    /** @param progress is told from 0 to 1 how far it is */
    Laps(DoubleConsumer progress) {
        this.progress = progress;
    }

    /** What was done since the last call is called {@code step}. */
    void end(String step) {
        long now = System.nanoTime();
        if (!story.isEmpty()) story.append(", ");
        story.append(String.format(Locale.ROOT, "%s %.1f s", step, (now - began) / 1e9));
        began = now;
        var reached = REACHED.get(step);
        if (reached != null) progress.accept(reached);
    }

    /** A step of which {@code done} of {@code whole} parts are done, between what was reached before it and after. */
    void within(String before, String step, int done, int whole) {
        double from = REACHED.getOrDefault(before, 0.0);
        progress.accept(from + (REACHED.getOrDefault(step, from) - from) * done / whole);
    }

    @Override
    public String toString() {
        return story.toString();
    }
}
