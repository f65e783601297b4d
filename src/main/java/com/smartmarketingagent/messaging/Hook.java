package com.smartmarketingagent.messaging;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.smartmarketingagent.messaging.Channel.Kind;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/** One call of a provider, as it came. */
public record Hook(UUID id, Kind kind, byte[] body) {

    /** Meta puts at most a thousand changes into a report (its documentation of webhooks); one may say two things. */
    static final int MOST_EVENTS = 2_000;

    /** What two thousand changes of Meta's have; some 70 bytes of memory each. */
    private static final int MOST_TOKENS = 120_000;

    /** One after the other: it takes a moment, and ten bytes of memory for one. */
    private static final Lock READING = new ReentrantLock();

    /** Of what providers send a token has ten bytes and more; of {@code {},{},{}} one and a half. */
    private static final int BYTES_OF_A_TOKEN = 4;

    private static final int FEW_TOKENS = 1_000;

    /** A body that is not what its provider sends, and never will be. */
    public static final class Unreadable extends RuntimeException {
        Unreadable(String what) {
            super(what);
        }
    }

    /**
     * What it says; nothing where it is of no concern to us. One app of Meta's serves several numbers, and what is
     * about another than the channel's isn't ours. One address may be given to several of Fonnte's phones: of another
     * only its being offline is of no concern, as the channel's own may have a new number.
     *
     * @param channel as it is set up; null where it is gone
     * @throws Unreadable where it can't be understood, or says too much
     */
    public List<HookEvent> events(ChannelRepository.@Nullable Kept channel) {
        List<HookEvent> events;
        READING.lock();
        try {
            events = read(channel);
        } finally {
            READING.unlock();
        }
        if (events.size() > MOST_EVENTS) throw new Unreadable("more than " + MOST_EVENTS + " events");
        return events;
    }

    private List<HookEvent> read(ChannelRepository.@Nullable Kept channel) {
        return switch (kind) {
            case FONNTE -> FonnteHook.read(json(body), channel == null ? null : channel.number());
            case CLOUD_API ->
                CloudHook.read(
                        json(body), channel == null ? null : channel.settings().get("phone_number_id"));
            case RESEND -> ResendHook.read(json(body));
            // a mail server tells nothing
            case SMTP -> List.of();
        };
    }

    static JsonNode json(byte[] body) {
        try {
            long most = Math.min(MOST_TOKENS, FEW_TOKENS + body.length / BYTES_OF_A_TOKEN);
            var bounded = JsonFactory.builder()
                    .streamReadConstraints(
                            StreamReadConstraints.builder().maxTokenCount(most).build())
                    .build();
            var read = new ObjectMapper(bounded).readTree(body);
            if (!read.isObject()) throw new Unreadable("no object");
            return read;
        } catch (IOException e) {
            // the cause would quote the body
            throw new Unreadable(e.getClass().getSimpleName());
        }
    }

    static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
