package com.smartmarketingagent.messaging;

import com.fasterxml.jackson.databind.JsonNode;
import com.smartmarketingagent.customer.Phone;
import com.smartmarketingagent.platform.Ids;
import java.time.Instant;
import java.util.Locale;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** What a provider reports, in one form for all of them. */
public sealed interface HookEvent {

    /** How far a message came. */
    enum State {
        /** The provider has it. */
        ACCEPTED,
        /** It is with its reader; having been read counts as the same. */
        DELIVERED,
        /** It will never arrive. */
        FAILED;

        /** As the outbox names it. */
        public String key() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /**
     * How far a message of ours came. At least one of the ids is there.
     *
     * @param providerId by which the provider took it
     * @param stateId another id of the same message, by which later reports name it
     * @param why a key below {@code campaign.why.}; null unless it failed
     * @param ours what we said it was when we sent it; null where the provider doesn't repeat that
     */
    record Status(
            @Nullable String providerId,
            @Nullable String stateId,
            State state,
            @Nullable String why,
            @Nullable Ours ours)
            implements HookEvent {

        Status(@Nullable String providerId, @Nullable String stateId, State state, @Nullable String why) {
            this(providerId, stateId, state, why, null);
        }
    }

    /** A message as we name it to providers. */
    record Ours(UUID campaign, UUID customer) {

        /** Null where it is something else. */
        static @Nullable Ours of(@Nullable String named) {
            if (named == null || !named.matches("[0-9a-f-]{36}/[0-9a-f-]{36}")) return null;
            var campaign = Ids.read(named.substring(0, 36));
            var customer = Ids.read(named.substring(37));
            return campaign.isEmpty() || customer.isEmpty() ? null : new Ours(campaign.get(), customer.get());
        }
    }

    /**
     * Somebody wrote to the shop over WhatsApp.
     *
     * @param from E.164
     * @param text empty where it was a picture or the like
     * @param at by the provider's clock; null where it doesn't say
     * @param messageId by which the provider knows it; null where it doesn't say
     */
    record Incoming(
            String from,
            String text,
            @Nullable Instant at,
            @Nullable String messageId) implements HookEvent {

        /** The same message has the same id whenever it is reported; {@code otherwise} where it can't be told. */
        public UUID id(UUID otherwise) {
            return messageId == null ? otherwise : UUID.nameUUIDFromBytes(Hook.bytes("incoming " + messageId));
        }
    }

    /** A reader told WhatsApp itself that they want none of the shop's messages. @param words as WhatsApp says it */
    record Refusal(String phone, String words) implements HookEvent {}

    /** The phone behind the channel went online or offline. @param reason the provider's words; null without any */
    record Device(boolean connected, @Nullable String reason) implements HookEvent {}

    /**
     * A phone of another number went online, or reported of the messages before this: the channel's own, perhaps, which
     * has a new one. Surely so where those messages are ours.
     */
    record AnotherDevice() implements HookEvent {}

    /** An e-mail address took no message: for good, or for the moment. */
    record Bounce(String address, boolean hard) implements HookEvent {}

    /** The reader called a message unwanted. */
    record Complaint(String address) implements HookEvent {}

    /** A scalar as text; null where there is none, or nothing in it. */
    static @Nullable String text(@Nullable JsonNode node) {
        if (node == null || !node.isValueNode() || node.isNull()) return null;
        // what no database keeps as text
        var text = node.asText().replace("\u0000", "").replaceAll("\\p{Cs}", "");
        return text.isBlank() ? null : text.strip();
    }

    /** Of seconds since 1970; null where it is no moment of this century. */
    static @Nullable Instant seconds(@Nullable JsonNode node) {
        var text = text(node);
        if (text == null || !text.matches("[0-9]{9,10}")) return null;
        long seconds = Long.parseLong(text);
        return seconds < 946_684_800L || seconds > 4_102_444_800L ? null : Instant.ofEpochSecond(seconds);
    }

    /** A sender as WhatsApp names them, in E.164; null where it is no number. */
    static @Nullable String phone(@Nullable String sender) {
        if (sender == null) return null;
        var digits = sender.replaceFirst("@(s\\.whatsapp\\.net|c\\.us)$", "").replaceFirst("^\\+", "");
        if (!digits.matches("[1-9][0-9]{6,14}")) return null;
        var mobile = Phone.e164OrNull("+" + digits);
        return mobile == null ? "+" + digits : mobile;
    }
}
