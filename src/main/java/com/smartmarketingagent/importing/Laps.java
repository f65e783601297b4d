package com.smartmarketingagent.importing;

import java.util.Locale;
import java.util.function.DoubleConsumer;

/** The steps of one import: how far it is when each ends, and for the log how long they took: {@code reading 9.1 s}. */
final class Laps {

    /** In their order, by the time they take of a million sales in a new shop. */
    enum Step {
        READING(0.2),
        MATCHING(0.25),
        CUSTOMERS(0.3),
        COMPARING_SALES(0.35),
        STORING_SALES(0.98);

        /** How far the import is when the step ends, from 0 to 1. */
        final double reached;

        Step(double reached) {
            this.reached = reached;
        }

        private double from() {
            return this == READING ? 0 : values()[ordinal() - 1].reached;
        }

        private String words() {
            return name().toLowerCase(Locale.ROOT).replace('_', ' ');
        }
    }

    private final DoubleConsumer progress;
    private final StringBuilder story = new StringBuilder();
    private long began = System.nanoTime();

    /** @param progress is told from 0 to 1 how far it is */
    Laps(DoubleConsumer progress) {
        this.progress = progress;
    }

    /** What was done since the last call is {@code step}. */
    void end(Step step) {
        long now = System.nanoTime();
        if (!story.isEmpty()) story.append(", ");
        story.append(String.format(Locale.ROOT, "%s %.1f s", step.words(), (now - began) / 1e9));
        began = now;
        progress.accept(step.reached);
    }

    /** {@code done} of {@code whole} parts of a step are done. */
    void within(Step step, int done, int whole) {
        progress.accept(step.from() + (step.reached - step.from()) * done / whole);
    }

    @Override
    public String toString() {
        return story.toString();
    }
}
