package com.smartmarketingagent;

import java.time.Duration;
import java.util.concurrent.TimeUnit;

/** Waits for what others do; longer than any of it takes on a machine that is busy with other tests. */
public final class Await {

    private static final Duration PATIENCE = Duration.ofSeconds(90);
    private static final Duration SHORTEST_REST = Duration.ofMillis(20);
    private static final Duration LONGEST_REST = Duration.ofMillis(250);

    private Await() {}

    /** What is looked at again and again, in the thread that waits. */
    @FunctionalInterface
    public interface Condition {
        boolean holds() throws Exception;
    }

    /**
     * Returns once it holds.
     *
     * @throws AssertionError if it doesn't within 90 s, or can't be looked at
     */
    public static void until(String what, Condition condition) {
        until(what, PATIENCE, condition);
    }

    /** The same for what is known to take longer, or must not take as long. */
    public static void until(String what, Duration atMost, Condition condition) {
        long began = System.nanoTime();
        try {
            while (!condition.holds()) {
                long waited = System.nanoTime() - began;
                if (waited > atMost.toNanos())
                    throw new AssertionError("not within " + atMost.toSeconds() + " s: " + what);
                // who has waited long waits a little longer: what is looked at is work for others
                TimeUnit.NANOSECONDS.sleep(Math.clamp(waited / 5, SHORTEST_REST.toNanos(), LONGEST_REST.toNanos()));
            }
        } catch (RuntimeException e) {
            throw e;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError("interrupted: " + what, e);
        } catch (Exception e) {
            throw new AssertionError(what, e);
        }
    }
}
