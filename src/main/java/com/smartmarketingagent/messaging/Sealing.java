package com.smartmarketingagent.messaging;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.smartmarketingagent.messaging.Channel.Kind;
import com.smartmarketingagent.platform.Vault;
import java.util.Map;
import java.util.TreeMap;

/** What of a channel is sealed by the {@link Vault}, for which purposes and in which form. */
final class Sealing {

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final TypeReference<TreeMap<String, String>> TEXTS = new TypeReference<>() {};

    private Sealing() {}

    /** The purpose of what its owner enters. */
    static String secrets(Kind kind) {
        return "channel " + kind.key();
    }

    /** The purpose of what its provider is to show us. */
    static String webhook(Kind kind) {
        return "webhook " + kind.key();
    }

    static String write(Map<String, String> secrets) {
        try {
            return JSON.writeValueAsString(secrets);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("Secrets can't be written as JSON");
        }
    }

    static Map<String, String> read(String secrets) {
        try {
            return JSON.readValue(secrets, TEXTS);
        } catch (JsonProcessingException e) {
            // its message would tell a part of them
            throw new IllegalStateException("Sealed secrets are no JSON");
        }
    }
}
