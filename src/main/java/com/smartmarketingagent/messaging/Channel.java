package com.smartmarketingagent.messaging;

import com.fasterxml.jackson.annotation.JsonValue;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** A way out of a shop to its customers, open: with the secrets that let it in. */
public sealed interface Channel {

    /** What is never written anywhere by accident. */
    record Secret(String value) {
        @Override
        public String toString() {
            return "[secret]";
        }
    }

    /**
     * WhatsApp by Fonnte's gateway: an account of WhatsApp that is linked there.
     *
     * @param webhookSecret part of the address that Fonnte calls
     */
    record Fonnte(Secret token, Secret webhookSecret) implements Channel {}

    /**
     * WhatsApp by Meta's own interface.
     *
     * @param appSecret signs what Meta tells us
     * @param verifyToken what Meta shows when it is given our address
     * @param template an approved one, with one variable in its body: the message
     * @param language of the template, such as {@code id}
     */
    record CloudApi(
            String phoneNumberId, Secret token, Secret appSecret, Secret verifyToken, String template, String language)
            implements Channel {}

    /**
     * E-mail by Resend.
     *
     * @param fromName as readers see it beside the address
     * @param webhookSecret signs what Resend tells us; null where the owner hasn't set that up
     */
    record Resend(
            Secret apiKey,
            String from,
            String fromName,
            @Nullable Secret webhookSecret) implements Channel {}

    /** E-mail by a mail server. */
    record Smtp(com.smartmarketingagent.platform.Smtp.Server server, String from, String fromName) implements Channel {}

    /**
     * One thing that a channel is told.
     *
     * @param secret whether it is never shown again
     * @param form what it looks like
     * @param usual what it is where nothing is said; null where there is no such thing
     */
    record Setting(
            String name,
            boolean secret,
            boolean required,
            Pattern form,
            @Nullable String usual) {

        private static final Pattern ANY = Pattern.compile("[^\\p{Cc}\\p{Cs}]{1,200}");
        /** What a header can hold. */
        private static final Pattern KEY = Pattern.compile("[\\x21-\\x7e]{1,1000}");

        static Setting of(String name, String form) {
            return new Setting(name, false, true, Pattern.compile(form), null);
        }

        static Setting of(String name, String form, String usual) {
            return new Setting(name, false, true, Pattern.compile(form), usual);
        }

        static Setting optional(String name) {
            return new Setting(name, false, false, ANY, null);
        }

        static Setting secret(String name, boolean required) {
            return new Setting(name, true, required, KEY, null);
        }
    }

    /** The channels there are besides practice and sending by hand. */
    enum Kind {
        FONNTE(Setting.secret("token", true)),
        CLOUD_API(
                Setting.of("phone_number_id", "[0-9]{5,30}"),
                Setting.secret("token", true),
                Setting.secret("app_secret", true),
                Setting.of("template", "[a-z0-9_]{1,512}"),
                Setting.of("template_language", "[A-Za-z]{2,3}(_[A-Za-z]{2,4})?", "id")),
        RESEND(
                Setting.secret("api_key", true),
                Setting.of("from_email", "[\\x21-\\x7e]{3,254}"),
                Setting.optional("from_name"),
                new Setting("webhook_secret", true, false, Pattern.compile("whsec_[A-Za-z0-9+/=]{16,200}"), null)),
        SMTP(
                // a name or address; a port has a field of its own
                Setting.of("host", "(?!-)[A-Za-z0-9.-]{1,253}|\\[?[0-9A-Fa-f.]*:[0-9A-Fa-f.]*:[0-9A-Fa-f:.]*]?"),
                Setting.of("port", "[0-9]{1,5}", "465"),
                Setting.of("security", "tls|starttls|none", "tls"),
                Setting.optional("username"),
                new Setting("password", true, false, Setting.ANY, null),
                Setting.of("from_email", "[\\x21-\\x7e]{3,254}"),
                Setting.optional("from_name"));

        private final List<Setting> settings;

        Kind(Setting... settings) {
            this.settings = List.of(settings);
        }

        @JsonValue
        public String key() {
            return name().toLowerCase(Locale.ROOT);
        }

        /** Empty where it is another way, or none. */
        public static Optional<Kind> of(String key) {
            return Arrays.stream(values())
                    .filter(kind -> kind.key().equals(key))
                    .findFirst();
        }

        List<Setting> settings() {
            return settings;
        }
    }

    /** What is known of whether messages leave by it. */
    enum State {
        /** Nobody tried since it was set up, or nobody could say. */
        UNCHECKED,
        CONNECTED,
        /** The phone or server isn't reachable at the moment. */
        DISCONNECTED,
        /** The provider lets us not in, or sends nothing for us. */
        REFUSED;

        @JsonValue
        public String key() {
            return name().toLowerCase(Locale.ROOT);
        }

        /** What a sender that is down says of the channel: some come back by themselves. */
        static State of(Delivery.ChannelDown down) {
            return Set.of("disconnected", "unreachable").contains(down.why()) ? DISCONNECTED : REFUSED;
        }
    }

    /**
     * What a look at it found.
     *
     * @param why a key below {@code channels.why_}; null where there is nothing to say
     * @param number that people see, in E.164 for WhatsApp; null where it wasn't told
     */
    record Condition(
            State state, @Nullable String why, @Nullable String number, Facts facts) {

        static Condition of(State state, @Nullable String why) {
            return new Condition(state, why, null, Facts.NONE);
        }

        /** Nobody could say. */
        static Condition unknown() {
            return of(State.UNCHECKED, "unreachable");
        }
    }

    /**
     * What a provider says of what was bought there, in its own words; each is null where it says nothing.
     *
     * @param quota messages left
     * @param expires when the package ends
     */
    record Facts(
            @Nullable String name,
            @Nullable String plan,
            @Nullable String quota,
            @Nullable String expires) {
        static final Facts NONE = new Facts(null, null, null, null);
    }
}
