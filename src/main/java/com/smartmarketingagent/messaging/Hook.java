package com.smartmarketingagent.messaging;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.UUID;

/** One call of a provider, as it came. */
public record Hook(UUID id, Kind kind, byte[] body) {

    private static final ObjectMapper JSON = new ObjectMapper();

    /** Who calls. */
    enum Kind {
        FONNTE,
        CLOUD_API,
        RESEND;

        /** The name in the database and in addresses. */
        String key() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /** A body that is not what its provider sends. */
    static final class Unreadable extends RuntimeException {
        Unreadable(String what) {
            super(what);
        }
    }

    /**
     * What it says; nothing where it is of no concern to us.
     *
     * @throws RuntimeException where it can't be understood
     */
    public List<HookEvent> events() {
        return switch (kind) {
            case FONNTE -> FonnteHook.read(json(body));
            case CLOUD_API -> CloudHook.read(json(body));
            case RESEND -> ResendHook.read(json(body));
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
