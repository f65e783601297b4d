package com.smartmarketingagent.messaging;

import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What a channel is told; each kind takes its own. A secret that is left out stays what it was. */
record ChannelEntry(
        @Nullable String token,
        @Nullable String phoneNumberId,
        @Nullable String appSecret,
        @Nullable String template,
        @Nullable String templateLanguage,
        @Nullable String apiKey,
        @Nullable String webhookSecret,
        @Nullable String host,
        @Nullable String port,
        @Nullable String security,
        @Nullable String username,
        @Nullable String password,
        @Nullable String fromEmail,
        @Nullable String fromName) {

    /** What is there, by the names of {@link Channel.Setting}. */
    Map<String, String> entered() {
        var entered = new HashMap<String, @Nullable String>();
        entered.put("token", token);
        entered.put("phone_number_id", phoneNumberId);
        entered.put("app_secret", appSecret);
        entered.put("template", template);
        entered.put("template_language", templateLanguage);
        entered.put("api_key", apiKey);
        entered.put("webhook_secret", webhookSecret);
        entered.put("host", host);
        entered.put("port", port);
        entered.put("security", security);
        entered.put("username", username);
        entered.put("password", password);
        entered.put("from_email", fromEmail);
        entered.put("from_name", fromName);
        var given = new HashMap<String, String>();
        entered.forEach((name, value) -> {
            if (value != null) given.put(name, value);
        });
        return given;
    }

    /** Tells nothing, wherever it is written. */
    @Override
    public String toString() {
        return "ChannelEntry";
    }
}
