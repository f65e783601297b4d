package com.smartmarketingagent.messaging;

import org.jboss.resteasy.reactive.RestForm;
import org.jspecify.annotations.Nullable;

/** {@link ChannelEntry} as a form sends it. */
record ChannelForm(
        @RestForm @Nullable String token,
        @RestForm("phone_number_id") @Nullable String phoneNumberId,
        @RestForm("app_secret") @Nullable String appSecret,
        @RestForm @Nullable String template,
        @RestForm("template_language") @Nullable String templateLanguage,
        @RestForm("api_key") @Nullable String apiKey,
        @RestForm("webhook_secret") @Nullable String webhookSecret,
        @RestForm @Nullable String host,
        @RestForm @Nullable String port,
        @RestForm @Nullable String security,
        @RestForm @Nullable String username,
        @RestForm @Nullable String password,
        @RestForm("from_email") @Nullable String fromEmail,
        @RestForm("from_name") @Nullable String fromName) {

    ChannelEntry entry() {
        return new ChannelEntry(
                token,
                phoneNumberId,
                appSecret,
                template,
                templateLanguage,
                apiKey,
                webhookSecret,
                host,
                port,
                security,
                username,
                password,
                fromEmail,
                fromName);
    }

    /** Tells nothing, wherever it is written. */
    @Override
    public String toString() {
        return "ChannelForm";
    }
}
