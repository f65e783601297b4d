package com.smartmarketingagent.customer;

import com.fasterxml.jackson.annotation.JsonValue;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What a customer said about being written to over one channel. Nothing is known of a channel without one.
 *
 * @param source where it is known from: {@code owner} when the owner wrote it down, {@code reply} or {@code link} when
 *     they said so themselves, {@code provider} when they called a mail unwanted
 * @param wording what was said, or what the customer agreed to; null where nobody wrote it down
 */
public record Consent(
        Channel channel,
        State state,
        String source,
        @Nullable String wording,
        Instant changedAt) {

    /** How a customer can be reached. */
    public enum Channel {
        WHATSAPP("WhatsApp"),
        EMAIL("Email");

        private final String label;

        Channel(String label) {
            this.label = label;
        }

        /** In both languages. */
        public String label() {
            return label;
        }

        /** The name in the database and in forms. */
        @JsonValue
        public String key() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /** Whether they may be written to. */
    public enum State {
        GRANTED,
        WITHDRAWN;

        /** The name in the database and in forms. */
        @JsonValue
        public String key() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /** That of a channel, if it is known. */
    public static Optional<Consent> on(Channel channel, List<Consent> consents) {
        return consents.stream().filter(c -> c.channel() == channel).findAny();
    }

    /** What holds for two customers who are one person: a "no" of either is a "no". */
    static List<Consent> united(List<Consent> ours, List<Consent> theirs) {
        var united = new ArrayList<Consent>();
        for (var channel : Channel.values()) {
            Stream.concat(ours.stream(), theirs.stream())
                    .filter(c -> c.channel() == channel)
                    .reduce((a, b) -> a.state() == State.WITHDRAWN || b.state() == State.GRANTED ? a : b)
                    .ifPresent(united::add);
        }
        return united;
    }
}
