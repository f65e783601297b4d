package com.smartmarketingagent.privacy;

import com.fasterxml.jackson.annotation.JsonValue;
import java.time.Instant;
import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Something that a customer wants of the data that a shop holds about them.
 *
 * @param customer by name; null where they were deleted since
 * @param dueAt 3 × 24 hours after it was received (UU 27/2022, Art. 30, 32, 40)
 * @param reason why it was refused; null where it wasn't, nobody wrote it down, or the customer was deleted since
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
        @Nullable String reason,
        int reminders)
        implements Deadline {

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

    @Override
    public boolean stillOpen() {
        return state == State.OPEN;
    }

    boolean isOverdue(Instant now) {
        return stillOpen() && !now.isBefore(dueAt);
    }
}
