package com.smartmarketingagent.privacy;

import com.fasterxml.jackson.annotation.JsonValue;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Something that a customer wants of the data that a shop holds about them.
 *
 * @param customer by name; null where they were deleted since
 * @param dueAt 3 × 24 hours after it was received (UU 27/2022, Art. 30, 32, 40)
 * @param reminders how many times its owner was told of the deadline
 */
public record PrivacyRequest(
        UUID id,
        UUID customerId,
        @Nullable String customer,
        Kind kind,
        State state,
        Instant receivedAt,
        Instant dueAt,
        @Nullable Instant closedAt,
        int reminders) {

    static final Duration TIME = Duration.ofHours(72);

    /** Before the deadline, and at it. */
    static final List<Duration> REMINDERS = List.of(Duration.ofHours(24), Duration.ofHours(6), Duration.ZERO);

    /** What they want. */
    public enum Kind {
        /** Not to be written to any more. */
        WITHDRAW,
        /** To see what is held. */
        ACCESS,
        /** Something of it put right. */
        CORRECT,
        /** To be forgotten. */
        ERASE;

        @JsonValue
        public String key() {
            return name().toLowerCase(Locale.ROOT);
        }

        static Optional<Kind> of(String key) {
            return Arrays.stream(values()).filter(k -> k.key().equals(key)).findFirst();
        }
    }

    /** How it stands. */
    public enum State {
        OPEN,
        DONE,
        /** The owner had a reason not to, and told the customer. */
        REFUSED;

        @JsonValue
        public String key() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    boolean stillOpen() {
        return state == State.OPEN;
    }

    boolean isOverdue(Instant now) {
        return stillOpen() && !now.isBefore(dueAt);
    }

    /** Whole hours that are left, at least 0; one that has begun counts. */
    static long hoursLeft(Instant dueAt, Instant now) {
        return Math.max(0, (Duration.between(now, dueAt).toMinutes() + 59) / 60);
    }

    /** How many reminders there should have been by now. */
    static int remindersBy(Instant dueAt, Instant now) {
        return (int) REMINDERS.stream()
                .filter(before -> !now.isBefore(dueAt.minus(before)))
                .count();
    }

    /** When the next one is due; null after the last. */
    static @Nullable Instant nextReminder(Instant dueAt, Instant now) {
        return REMINDERS.stream()
                .map(dueAt::minus)
                .filter(at -> at.isAfter(now))
                .findFirst()
                .orElse(null);
    }
}
