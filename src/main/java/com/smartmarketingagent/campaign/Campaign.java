package com.smartmarketingagent.campaign;

import com.fasterxml.jackson.annotation.JsonValue;
import com.smartmarketingagent.content.Placeholders;
import com.smartmarketingagent.messaging.Via;
import com.smartmarketingagent.platform.Problem;
import java.math.BigDecimal;
import java.net.URI;
import java.time.Duration;
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
 * @param subject of an e-mail; null for WhatsApp
 * @param text with its placeholders
 * @param link where {@code {tautan}} leads; null where nothing does
 * @param mediaUrl of a picture that goes with it; null for none
 * @param holdoutPercent of those who could be written to, who get nothing
 * @param version of the draft, counted up with each change
 * @param pausedWhy a key below {@code campaign.paused.}; null unless it is paused
 * @param pricePerMessage in rupiah, as it was at the approval; null until then
 * @param approvedAt null until a person approved it
 * @param sendAt when it is to begin; null for at once
 * @param frozenAt when its audience was settled; null until it begins
 * @param finishedAt null until everybody's fate is known, or it was cancelled
 */
public record Campaign(
        UUID id,
        String name,
        Via via,
        @Nullable String subject,
        String text,
        @Nullable String link,
        @Nullable String mediaUrl,
        Audience audience,
        int holdoutPercent,
        int version,
        State state,
        @Nullable String pausedWhy,
        @Nullable BigDecimal pricePerMessage,
        Instant createdAt,
        @Nullable Instant approvedAt,
        @Nullable Instant sendAt,
        @Nullable Instant frozenAt,
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
     * As one person reads it. Ways that carry no picture say below where it is.
     *
     * @param theirs what stands for {@code {tautan}}; null where the text has none
     */
    String textFor(Placeholders.Recipient recipient, @Nullable String theirs) {
        boolean below = mediaUrl != null && (via == Via.PRACTICE || via == Via.ASSISTED);
        // part by part: a name is not looked through for a link, nor a link for placeholders
        return Arrays.stream(LINK.split(text, -1))
                .map(part -> Placeholders.merge(part, recipient))
                .collect(Collectors.joining(theirs == null ? "" : theirs, "", below ? "\n\n" + mediaUrl : ""));
    }

    /** The subject as a recipient reads it; null where it is no e-mail. */
    @Nullable
    String subjectFor(Placeholders.Recipient recipient) {
        return subject == null ? null : Placeholders.merge(subject, recipient);
    }

    /** For those who send it apart from the text, or a link to it; null for none. */
    @Nullable
    URI media() {
        return mediaUrl == null ? null : URI.create(mediaUrl);
    }

    /** Where it is between draft and end. */
    public enum State {
        DRAFT,
        SCHEDULED,
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
        PAUSE(State.PAUSED, State.SCHEDULED, State.RUNNING),
        RESUME(State.RUNNING, State.PAUSED),
        CANCEL(State.CANCELLED, State.DRAFT, State.SCHEDULED, State.RUNNING, State.PAUSED);

        private final State to;
        private final java.util.List<State> from;

        Step(State to, State... from) {
            this.to = to;
            this.from = java.util.List.of(from);
        }
    }

    /** Later than this, and the owner is asked whether they still want it. */
    static final Duration MOST_LATE = Duration.ofHours(2);

    /**
     * The state after a step. What is to begin later waits until then.
     *
     * @throws Problem.Conflict if it can't be taken now
     */
    State after(Step step, Instant now) {
        if (!step.from.contains(state)) throw new Problem.Conflict("campaign.not_now_" + state.key());
        return step.to == State.RUNNING && isAhead(now) ? State.SCHEDULED : step.to;
    }

    /** Whether the time at which it is to begin lies ahead. */
    boolean isAhead(Instant now) {
        return frozenAt == null && sendAt != null && sendAt.isAfter(now);
    }

    boolean isTooLate(Instant now) {
        return sendAt != null && sendAt.plus(MOST_LATE).isBefore(now);
    }
}
