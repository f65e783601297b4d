package com.smartmarketingagent.campaign;

import com.fasterxml.jackson.annotation.JsonValue;
import com.smartmarketingagent.platform.Problem;
import java.time.Instant;
import java.util.Locale;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * A message to many.
 *
 * @param text with its placeholders
 * @param holdoutPercent of those who could be written to, who get nothing
 * @param approvedAt null until a person approved it
 * @param finishedAt null until everybody's fate is known, or it was cancelled
 */
public record Campaign(
        UUID id,
        String name,
        Via via,
        String text,
        Audience audience,
        int holdoutPercent,
        State state,
        Instant createdAt,
        @Nullable Instant approvedAt,
        @Nullable Instant finishedAt) {

    /** How its messages reach people. */
    public enum Via {
        /** Into the shop's own mailbox; nobody outside hears of it. */
        PRACTICE,
        /** By the owner's hand: one link to WhatsApp after the other. */
        ASSISTED;

        @JsonValue
        public String key() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /** Where it is between draft and end. */
    public enum State {
        DRAFT,
        RUNNING,
        PAUSED,
        DONE,
        CANCELLED;

        @JsonValue
        public String key() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /** What a person may do with it. */
    public enum Step {
        APPROVE(State.RUNNING, State.DRAFT),
        PAUSE(State.PAUSED, State.RUNNING),
        RESUME(State.RUNNING, State.PAUSED),
        CANCEL(State.CANCELLED, State.DRAFT, State.RUNNING, State.PAUSED);

        private final State to;
        private final java.util.List<State> from;

        Step(State to, State... from) {
            this.to = to;
            this.from = java.util.List.of(from);
        }
    }

    /**
     * The state after a step.
     *
     * @throws Problem.Conflict if it can't be taken now
     */
    State after(Step step) {
        if (!step.from.contains(state)) throw new Problem.Conflict("campaign.not_now_" + state.key());
        return step.to;
    }
}
