package com.smartmarketingagent.campaign;

import com.fasterxml.jackson.annotation.JsonValue;
import com.smartmarketingagent.content.Placeholders;
import com.smartmarketingagent.platform.Problem;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.Arrays;
import java.util.Locale;
import java.util.UUID;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * A message to many.
 *
 * @param text with its placeholders
 * @param link where {@code {tautan}} leads; null where nothing does
 * @param holdoutPercent of those who could be written to, who get nothing
 * @param pricePerMessage in rupiah, as it was at the approval; null until then
 * @param approvedAt null until a person approved it
 * @param finishedAt null until everybody's fate is known, or it was cancelled
 */
public record Campaign(
        UUID id,
        String name,
        Via via,
        String text,
        @Nullable String link,
        Audience audience,
        int holdoutPercent,
        State state,
        @Nullable BigDecimal pricePerMessage,
        Instant createdAt,
        @Nullable Instant approvedAt,
        @Nullable Instant finishedAt) {

    private static final Pattern LINK = Pattern.compile("{tautan}", Pattern.LITERAL);

    /** Whether a text leads somewhere. */
    static boolean hasLink(String text) {
        return text.contains(LINK.pattern());
    }

    /** Whether a text has a brace that begins or ends no placeholder. */
    static boolean hasStrayBraces(String text) {
        return LINK.splitAsStream(text).anyMatch(Placeholders::hasStrayBraces);
    }

    /**
     * As one person reads it.
     *
     * @param theirs what stands for {@code {tautan}}; null where the text has none
     */
    String textFor(Placeholders.Recipient recipient, @Nullable String theirs) {
        // part by part: a name is not looked through for a link, nor a link for placeholders
        return Arrays.stream(LINK.split(text, -1))
                .map(part -> Placeholders.merge(part, recipient))
                .collect(Collectors.joining(theirs == null ? "" : theirs));
    }

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
