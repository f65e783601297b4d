package com.smartmarketingagent.platform;

import com.fasterxml.jackson.annotation.JsonValue;
import java.time.Duration;
import java.util.Locale;

/**
 * Something the installation needs or uses, which can be asked whether it is well. One class each, wherever it belongs;
 * {@link HealthChecks} finds it, and sees to it that it is asked rarely and for a limited time.
 */
public interface HealthPart {

    /** How a part is. */
    enum State {
        HEALTHY,
        UNHEALTHY,
        /** Nobody set it up, and nothing is amiss. */
        DISABLED;

        @JsonValue
        public String key() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /** As {@code /api/health} names it. */
    String name();

    /** Asks. Whatever it throws means that the part is not well, and is logged. */
    State ask();

    /**
     * For how long an answer is good enough for everybody else who wants to know; that it is not well, for ten seconds
     * at most.
     */
    default Duration holdsFor() {
        return Duration.ofMinutes(1);
    }

    /** Whether a node can't serve without it, so that a balancer should send nobody there. */
    default boolean isNeeded() {
        return false;
    }
}
