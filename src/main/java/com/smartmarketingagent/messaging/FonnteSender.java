package com.smartmarketingagent.messaging;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.smartmarketingagent.messaging.Channel.Condition;
import com.smartmarketingagent.messaging.Channel.Facts;
import com.smartmarketingagent.messaging.Channel.State;
import com.smartmarketingagent.messaging.ProviderClient.Answer;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpRequest;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * WhatsApp by Fonnte. It knows no key by which a second try would be the first again, and says success for whatever it
 * puts into its queue; what became of it comes by webhook.
 */
final class FonnteSender implements Provider {

    private static final Logger LOG = Logger.getLogger(FonnteSender.class);

    /** Where the operator named no other. */
    static final String SERVER = "https://api.fonnte.com";

    private final ProviderClient client;
    private final Channel.Fonnte channel;

    FonnteSender(ProviderClient client, Channel.Fonnte channel) {
        this.client = client;
        this.channel = channel;
    }

    @Override
    public Delivery send(Outgoing message) {
        var number = message.address().replaceFirst("^\\+", "");
        if (!number.matches("[1-9][0-9]{7,14}")) return new Delivery.Rejected("address");
        return switch (ask("/send", form(number, message))) {
            case Answer.NotReached _ -> new Delivery.RetryLater(Duration.ofMinutes(1), "unreachable");
            case Answer.Lost _ -> new Delivery.Unknown("lost");
            case Answer.Said said -> delivery(said);
        };
    }

    /** The number stands as it is; what looks like one of its variables is no longer one. */
    private static Map<String, String> form(String number, Outgoing message) {
        var plain = message.text().replace('{', '(').replace('}', ')').replaceAll("[\\p{Cc}&&[^\\n\\t]]", "");
        var form = new TreeMap<>(Map.of("target", number, "message", plain, "countryCode", "0", "connectOnly", "true"));
        if (message.media() != null) form.put("url", message.media().toString());
        return form;
    }

    private static Delivery delivery(Answer.Said said) {
        var wait = Objects.requireNonNullElse(said.retryAfter(), Duration.ofMinutes(1));
        if (said.body() == null)
            return said.status() == 429 ? new Delivery.RetryLater(wait, "busy") : new Delivery.Unknown("no_answer");
        boolean fine = ProviderClient.text(said.body(), "status").equalsIgnoreCase("true");
        if (fine) return new Delivery.Accepted(id(said.body()));
        boolean refused = ProviderClient.text(said.body(), "status").equalsIgnoreCase("false");
        var reason = reason(said.body());
        var down = refused ? down(reason) : null;
        if (down != null) return new Delivery.ChannelDown(down);
        if (said.status() == 429) return new Delivery.RetryLater(wait, "busy");
        if (!refused) return new Delivery.Unknown("no_answer");
        var wrong = wrong(reason);
        if (wrong != null) return new Delivery.Rejected(wrong);
        return said.status() >= 500 ? new Delivery.Unknown("no_answer") : new Delivery.Rejected("refused");
    }

    private static String reason(ObjectNode body) {
        var reason = ProviderClient.text(body, "reason");
        return (reason.isEmpty() ? ProviderClient.text(body, "detail") : reason).toLowerCase(Locale.ROOT);
    }

    /** What of its reasons concerns every message; null for others. */
    private static @Nullable String down(String reason) {
        if (reason.contains("disconnect")) return "disconnected";
        if (reason.contains("quota")) return "quota";
        if (reason.contains("expired")) return "expired";
        if (reason.contains("token") || reason.contains("unknown user")) return "token";
        return null;
    }

    /** What of its reasons concerns this message alone; null for others. */
    private static @Nullable String wrong(String reason) {
        if (reason.contains("target")) return "address";
        if (reason.contains("url") || reason.contains("file")) return "media";
        boolean body = reason.contains("input") || reason.contains("body value") || reason.contains("json");
        return body ? "invalid" : null;
    }

    /** A list of one, or what it holds; null where there is none. */
    private static @Nullable String id(ObjectNode body) {
        for (var field : body.properties()) {
            if (!field.getKey().equalsIgnoreCase("id")) continue;
            JsonNode its = field.getValue().isArray() ? field.getValue().path(0) : field.getValue();
            return its.isValueNode() && !its.asText().isBlank() ? its.asText() : null;
        }
        return null;
    }

    @Override
    public Condition check() {
        if (!(ask("/device", Map.of()) instanceof Answer.Said said) || said.body() == null) return Condition.unknown();
        var body = said.body();
        if (!ProviderClient.text(body, "status").equalsIgnoreCase("true")) {
            var down = down(reason(body));
            return down == null ? Condition.unknown() : Condition.of(State.of(new Delivery.ChannelDown(down)), down);
        }
        var device = ProviderClient.text(body, "device").replaceFirst("^\\+", "");
        var number = device.matches("[1-9][0-9]{7,14}") ? "+" + device : null;
        boolean connected = ProviderClient.text(body, "device_status").equalsIgnoreCase("connect");
        return new Condition(
                connected ? State.CONNECTED : State.DISCONNECTED,
                connected ? null : "disconnected",
                number,
                new Facts(fact(body, "name"), fact(body, "package"), fact(body, "quota"), fact(body, "expired")));
    }

    private static @Nullable String fact(ObjectNode body, String name) {
        var said = ProviderClient.text(body, name)
                .replaceAll("[\\p{Cc}\\p{Cs}]", "")
                .strip();
        return said.isEmpty() ? null : said.substring(0, Math.min(100, said.length()));
    }

    private Answer ask(String path, Map<String, String> form) {
        var base = client.base("FONNTE_URL", SERVER);
        var answer = client.ask(HttpRequest.newBuilder(URI.create(base + path))
                .header("Authorization", channel.token().value())
                .header("Content-Type", "application/x-www-form-urlencoded")
                .header("Accept", "application/json")
                .POST(HttpRequest.BodyPublishers.ofString(form.entrySet().stream()
                        .map(f -> f.getKey() + "=" + URLEncoder.encode(f.getValue(), StandardCharsets.UTF_8))
                        .collect(Collectors.joining("&"))))
                .build());
        LOG.debugf("Fonnte %s: %s", path, answer instanceof Answer.Said said ? said.status() : answer);
        return answer;
    }
}
