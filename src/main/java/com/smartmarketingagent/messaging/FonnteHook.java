package com.smartmarketingagent.messaging;

import static com.smartmarketingagent.messaging.HookEvent.text;

import com.fasterxml.jackson.databind.JsonNode;
import com.smartmarketingagent.messaging.HookEvent.State;
import com.smartmarketingagent.messaging.HookEvent.Status;
import com.smartmarketingagent.platform.Ids;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What Fonnte reports. It says nowhere which of its reports this is: a sender makes it a message, an id the fate of one
 * of ours, and what has neither is about the phone. Names of fields come in capitals, too.
 */
final class FonnteHook {

    private FonnteHook() {}

    private static Map<String, JsonNode> fields(JsonNode body) {
        var fields = new HashMap<String, JsonNode>();
        body.fields().forEachRemaining(f -> fields.put(f.getKey().toLowerCase(Locale.ROOT), f.getValue()));
        return fields;
    }

    /** @param ours the number that counts, in E.164; null where it isn't known yet: then any does */
    static List<HookEvent> read(JsonNode body, @Nullable String ours) {
        var fields = fields(body);
        boolean another = ours != null && isAnother(ours, text(fields.get("device")));
        var sender = text(fields.get("sender"));
        // a no that is said to another phone of the shop's is a no
        if (sender != null) return incoming(sender, fields);
        if (isStatus(fields)) {
            var statuses = statuses(fields);
            if (another) statuses.add(new HookEvent.AnotherDevice());
            return statuses;
        }
        var phone = device(text(fields.get("status")), text(fields.get("reason")));
        return another ? elsewhere(phone) : phone;
    }

    private static boolean isAnother(String ours, @Nullable String device) {
        if (device == null || !device.matches("\\+?[0-9]+")) return false;
        var its = HookEvent.phone(device.startsWith("0") ? "62" + device.substring(1) : device);
        return !ours.equals(its);
    }

    /** Whether another phone is online is of no concern; unless it is the shop's that goes on with a new number. */
    private static List<HookEvent> elsewhere(List<HookEvent> phone) {
        return phone.stream().anyMatch(its -> its instanceof HookEvent.Device device && device.connected())
                ? List.of(new HookEvent.AnotherDevice())
                : List.of();
    }

    private static boolean isStatus(Map<String, JsonNode> fields) {
        return !ids(fields.get("id")).isEmpty() || !ids(fields.get("stateid")).isEmpty();
    }

    /** What is said in groups, whose names end with {@code @g.us}, is nobody's answer to the shop. */
    private static List<HookEvent> incoming(String sender, Map<String, JsonNode> fields) {
        var from = HookEvent.phone(sender);
        if (from == null) return List.of();
        var said = text(fields.get("message"));
        var button = text(fields.get("text"));
        return List.of(new HookEvent.Incoming(
                from,
                Objects.requireNonNullElse(said != null ? said : button, ""),
                HookEvent.seconds(fields.get("timestamp")),
                null));
    }

    /** The first report of a message has both its ids, the later ones only the second. */
    private static ArrayList<HookEvent> statuses(Map<String, JsonNode> fields) {
        var ids = ids(fields.get("id"));
        var others = ids(fields.get("stateid"));
        var one = outcome(text(fields.get("status")));
        var two = outcome(text(fields.get("state")));
        var outcome = one.state().compareTo(two.state()) >= 0 ? one : two;
        boolean paired = ids.size() == others.size();
        var statuses = new ArrayList<HookEvent>();
        for (int i = 0; i < ids.size(); i++)
            statuses.add(new Status(ids.get(i), paired ? others.get(i) : null, outcome.state(), outcome.why()));
        if (!paired) for (var other : others) statuses.add(new Status(null, other, outcome.state(), outcome.why()));
        return statuses;
    }

    private record Outcome(State state, @Nullable String why) {}

    private static Outcome outcome(@Nullable String said) {
        return switch (said == null ? "" : said.toLowerCase(Locale.ROOT)) {
            case "delivered", "read", "played" -> new Outcome(State.DELIVERED, null);
            case "invalid" -> new Outcome(State.FAILED, "address");
            case "expired" -> new Outcome(State.FAILED, "expired");
            case "url unreachable" -> new Outcome(State.FAILED, "media");
            case "failed", "error" -> new Outcome(State.FAILED, "refused");
            // pending, waiting, processing, sent: it has it
            default -> new Outcome(State.ACCEPTED, null);
        };
    }

    private static List<HookEvent> device(@Nullable String status, @Nullable String reason) {
        return switch (status == null ? "" : status.toLowerCase(Locale.ROOT)) {
            case "connect", "connected" -> List.of(new HookEvent.Device(true, reason));
            case "disconnect", "disconnected" -> List.of(new HookEvent.Device(false, reason));
            default -> List.of();
        };
    }

    /** One or many, as numbers or as text. */
    private static List<String> ids(@Nullable JsonNode node) {
        var ids = new ArrayList<String>();
        if (node != null && node.isArray()) node.forEach(id -> ids.add(Objects.requireNonNullElse(text(id), "")));
        else ids.add(Objects.requireNonNullElse(text(node), ""));
        ids.removeIf(String::isEmpty);
        return ids;
    }

    /**
     * What tells a report from others, also where it comes a second time: messages have an id only where the shop
     * switched its inbox on. A phone that goes offline twice says the same twice.
     */
    static String identity(JsonNode body) {
        var fields = fields(body);
        var sender = text(fields.get("sender"));
        var inbox = text(fields.get("inboxid"));
        if (sender != null && inbox != null) return "inbox " + inbox;
        // an older device says neither: a STOP after a new yes must not be taken for the one before
        if (sender != null && text(fields.get("timestamp")) == null) return "message " + Ids.next();
        if (sender != null)
            return "message "
                    + Stream.of("device", "sender", "timestamp", "message", "text", "url")
                            .map(name -> String.valueOf(text(fields.get(name))))
                            .collect(Collectors.joining("\n"));
        if (isStatus(fields) || text(fields.get("timestamp")) != null) return "report " + body;
        return "device " + Ids.next();
    }
}
