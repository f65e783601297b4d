package com.smartmarketingagent.messaging;

import static com.smartmarketingagent.messaging.HookEvent.text;

import com.fasterxml.jackson.databind.JsonNode;
import com.smartmarketingagent.messaging.HookEvent.State;
import com.smartmarketingagent.messaging.HookEvent.Status;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** What Meta's Cloud API reports: any number of messages and fates in one call, in any order. */
final class CloudHook {

    /** Of a reader who told WhatsApp to stop the shop's messages. */
    static final int STOPPED = 131050;

    /** More than anybody needs to know what was chosen. */
    private static final int LONGEST_WORDS = 200;

    private CloudHook() {}

    /** @param ours the number that counts, by Meta's id of it; null for any */
    static List<HookEvent> read(JsonNode body, @Nullable String ours) {
        var events = new ArrayList<HookEvent>();
        for (var entry : body.path("entry")) {
            for (var change : entry.path("changes")) {
                var value = change.path("value");
                var its = text(value.path("metadata").get("phone_number_id"));
                if (its != null && ours != null && !its.equals(ours)) continue;
                for (var status : value.path("statuses")) addStatus(status, events);
                for (var message : value.path("messages")) addIncoming(message, events);
                for (var wish : value.path("user_preferences")) addWish(wish, events);
            }
        }
        return events;
    }

    private static void addStatus(JsonNode status, List<HookEvent> events) {
        var id = text(status.get("id"));
        var said = text(status.get("status"));
        if (id == null || said == null) return;
        var ours = HookEvent.Ours.of(text(status.get("biz_opaque_callback_data")));
        switch (said) {
            case "sent" -> events.add(new Status(id, null, State.ACCEPTED, null, ours));
            case "delivered", "read" -> events.add(new Status(id, null, State.DELIVERED, null, ours));
            case "failed" -> {
                var code = status.path("errors").path(0).path("code");
                events.add(new Status(id, null, State.FAILED, why(code), ours));
                var reader = HookEvent.phone(text(status.get("recipient_id")));
                if (code.asInt() == STOPPED && reader != null)
                    events.add(new HookEvent.Refusal(reader, "WhatsApp: " + STOPPED));
            }
            default -> {
                // deleted by the shop itself, or a word of later years
            }
        }
    }

    private static String why(JsonNode code) {
        return switch (code.asInt()) {
            case 131026 -> "address";
            case STOPPED -> "stopped";
            case 131047 -> "window";
            case 131049, 130472 -> "held_back";
            case 131042 -> "payment";
            default -> "refused";
        };
    }

    /** What a reader chose in WhatsApp's own menu of a business; that they resume is for them to tell the shop. */
    private static void addWish(JsonNode wish, List<HookEvent> events) {
        var from = HookEvent.phone(text(wish.get("wa_id")));
        if (from != null && "stop".equals(text(wish.get("value"))))
            events.add(new HookEvent.Refusal(from, words(text(wish.get("detail")))));
    }

    private static String words(@Nullable String detail) {
        var words = "WhatsApp: " + Objects.requireNonNullElse(detail, "stop");
        return words.substring(0, Math.min(LONGEST_WORDS, words.length()));
    }

    private static void addIncoming(JsonNode message, List<HookEvent> events) {
        var from = HookEvent.phone(text(message.get("from")));
        if (from == null) return;
        events.add(new HookEvent.Incoming(
                from,
                Objects.requireNonNullElse(said(message), ""),
                HookEvent.seconds(message.get("timestamp")),
                text(message.get("id"))));
    }

    /** Written, or the words on a button that was pressed, or below a picture. */
    private static @Nullable String said(JsonNode message) {
        for (var place : List.of(
                "/text/body",
                "/button/text",
                "/interactive/button_reply/title",
                "/interactive/list_reply/title",
                "/image/caption",
                "/video/caption",
                "/document/caption")) {
            var said = text(message.at(place));
            if (said != null) return said;
        }
        return null;
    }
}
