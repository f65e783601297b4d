package com.smartmarketingagent.customer;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * What a customer said about being written to over one channel. Nothing is known of a channel without one.
 *
 * @param source where it is known from: {@code owner} when the owner wrote it down
 */
public record Consent(Channel channel, State state, String source, Instant changedAt) {

    /** How a customer can be reached. */
    public enum Channel {
        WHATSAPP,
        EMAIL;

        /** The name in the database and in forms. */
        public String key() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /** Whether they may be written to. */
    public enum State {
        GRANTED,
        WITHDRAWN;

        /** The name in the database and in forms. */
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
