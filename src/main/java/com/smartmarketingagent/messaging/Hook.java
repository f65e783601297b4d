package com.smartmarketingagent.messaging;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.smartmarketingagent.messaging.Channel.Kind;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** One call of a provider, as it came. */
public record Hook(UUID id, Kind kind, byte[] body) {

    private static final ObjectMapper JSON = new ObjectMapper();

    /** A body that is not what its provider sends. */
    static final class Unreadable extends RuntimeException {
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
     * @throws RuntimeException where it can't be understood
     */
    public List<HookEvent> events(ChannelRepository.@Nullable Kept channel) {
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
            var read = JSON.readTree(body);
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
