package com.smartmarketingagent.messaging;

import static com.smartmarketingagent.messaging.HookEvent.text;

import com.fasterxml.jackson.databind.JsonNode;
import com.smartmarketingagent.customer.Email;
import com.smartmarketingagent.messaging.HookEvent.State;
import com.smartmarketingagent.messaging.HookEvent.Status;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** What Resend reports. That a message was opened or a link followed says nothing: scanners do both. */
final class ResendHook {

    private ResendHook() {}

    static List<HookEvent> read(JsonNode body) {
        var data = body.path("data");
        var events = new ArrayList<HookEvent>();
        switch (Objects.requireNonNullElse(text(body.get("type")), "")) {
            case "email.sent" -> add(data, State.ACCEPTED, null, events);
            case "email.delivered" -> add(data, State.DELIVERED, null, events);
            case "email.failed" -> add(data, State.FAILED, "refused", events);
            case "email.bounced" -> {
                add(data, State.FAILED, "bounced", events);
                boolean hard = "Permanent".equals(text(data.path("bounce").get("type")));
                address(data).ifPresent(a -> events.add(new HookEvent.Bounce(a, hard)));
            }
            case "email.complained" -> {
                add(data, State.DELIVERED, null, events);
                address(data).ifPresent(a -> events.add(new HookEvent.Complaint(a)));
            }
            case "email.suppressed" -> {
                add(data, State.FAILED, "bounced", events);
                boolean complaint =
                        "previous_complaint".equals(text(data.path("suppressed").get("reason")));
                address(data)
                        .ifPresent(a ->
                                events.add(complaint ? new HookEvent.Complaint(a) : new HookEvent.Bounce(a, true)));
            }
            default -> {
                // opened, clicked, delayed, and what is not about a message
            }
        }
        return events;
    }

    private static void add(JsonNode data, State state, @Nullable String why, List<HookEvent> events) {
        var id = text(data.get("email_id"));
        if (id != null) events.add(new Status(id, null, state, why));
    }

    /** Ours go to one each; of several nobody says which it was. */
    private static Optional<String> address(JsonNode data) {
        var to = data.path("to");
        if (to.isArray() && to.size() != 1) return Optional.empty();
        var given = text(to.isArray() ? to.get(0) : to);
        if (given == null) return Optional.empty();
        return Email.normalise(given.replaceFirst("^.*<([^<>]*)>$", "$1"));
    }
}
