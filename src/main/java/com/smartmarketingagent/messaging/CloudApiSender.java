package com.smartmarketingagent.messaging;

import com.fasterxml.jackson.databind.node.ObjectNode;
import com.smartmarketingagent.messaging.Channel.Condition;
import com.smartmarketingagent.messaging.Channel.Facts;
import com.smartmarketingagent.messaging.Channel.State;
import com.smartmarketingagent.messaging.ProviderClient.Answer;
import java.net.URI;
import java.net.http.HttpRequest;
import java.time.Duration;
import java.util.Objects;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * WhatsApp by Meta's Cloud API. A message is the one variable of an approved template. It knows no key by which a
 * second try would be the first again; that it was taken is no word of whether it arrives.
 */
final class CloudApiSender implements Provider {

    /** Where the operator named no other. */
    static final String SERVER = "https://graph.facebook.com";

    private static final Logger LOG = Logger.getLogger(CloudApiSender.class);

    private static final Duration SOON = Duration.ofMinutes(1);
    /** Meta holds back advertising to a person for at least a day. */
    private static final Duration ANOTHER_DAY = Duration.ofHours(25);

    private final ProviderClient client;
    private final Channel.CloudApi channel;

    CloudApiSender(ProviderClient client, Channel.CloudApi channel) {
        this.client = client;
        this.channel = channel;
    }

    @Override
    public Delivery send(Outgoing message) {
        var number = message.address().replaceFirst("^\\+", "");
        if (!number.matches("[1-9][0-9]{7,14}")) return new Delivery.Rejected("address");
        var request = request("/" + channel.phoneNumberId() + "/messages")
                .header("Content-Type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofString(body(number, message).toString()));
        return switch (client.ask(request.build())) {
            case Answer.NotReached _ -> new Delivery.RetryLater(SOON, "unreachable");
            case Answer.Lost _ -> new Delivery.Unknown("lost");
            case Answer.Said said -> delivery(said);
        };
    }

    private ObjectNode body(String number, Outgoing message) {
        var body = client.object()
                .put("messaging_product", "whatsapp")
                .put("recipient_type", "individual")
                .put("to", number)
                .put("type", "template")
                .put("biz_opaque_callback_data", message.campaign() + "/" + message.customer());
        var template = body.putObject("template").put("name", channel.template());
        template.putObject("language").put("code", channel.language());
        template.putArray("components")
                .addObject()
                .put("type", "body")
                .putArray("parameters")
                .addObject()
                .put("type", "text")
                .put("text", oneLine(message.text()));
        return body;
    }

    /** A variable has no line breaks, no tabs and never more than four spaces in a row. */
    static String oneLine(String text) {
        return text.replaceAll("[\\s\\p{Cc}\\u2028\\u2029]+", " ").strip();
    }

    private static Delivery delivery(Answer.Said said) {
        var body = said.body();
        if (body == null)
            return said.status() == 429 ? new Delivery.RetryLater(SOON, "busy") : new Delivery.Unknown("no_answer");
        var id = body.path("messages").path(0).path("id").asText("");
        if (said.status() == 200 && !id.isEmpty()) return new Delivery.Accepted(id);
        if (!body.path("error").path("code").isInt()) return new Delivery.Unknown("no_answer");
        int code = body.path("error").path("code").asInt();
        LOG.debugf("The Cloud API answered %d, code %d", said.status(), code);
        var down = down(code);
        if (down != null) return new Delivery.ChannelDown(down);
        return switch (code) {
            case 4, 80007, 130429 ->
                new Delivery.RetryLater(Objects.requireNonNullElse(said.retryAfter(), SOON), "busy");
            case 131056 -> new Delivery.RetryLater(Duration.ofMinutes(10), "busy");
            case 131049 -> new Delivery.RetryLater(ANOTHER_DAY, "held_back");
            case 2, 131000, 131016 -> new Delivery.RetryLater(SOON, "no_answer");
            case 131026 -> new Delivery.Rejected("address");
            case CloudHook.STOPPED -> new Delivery.Rejected("stopped");
            case 130472 -> new Delivery.Rejected("held_back");
            case 100, 131008, 131009, 131047, 131051, 132005 -> new Delivery.Rejected("invalid");
            default ->
                said.status() >= 400 && said.status() < 500
                        ? new Delivery.Rejected("refused")
                        : new Delivery.Unknown("no_answer");
        };
    }

    /** What of its codes concerns every message; null for others. */
    private static @Nullable String down(int code) {
        return switch (code) {
            case 0, 190 -> "token";
            case 3, 10 -> "permission";
            case 33 -> "phone_number_id";
            case 131042 -> "payment";
            case 131031, 368 -> "locked";
            case 131048 -> "spam";
            case 132000, 132001, 132007, 132012, 132015, 132016 -> "template";
            default -> code >= 200 && code < 300 ? "permission" : null;
        };
    }

    @Override
    public Condition check() {
        var request =
                request("/" + channel.phoneNumberId() + "?fields=display_phone_number,verified_name,quality_rating");
        if (!(client.ask(request.GET().build()) instanceof Answer.Said said) || said.body() == null)
            return Condition.unknown();
        var body = said.body();
        if (said.status() == 200) {
            var digits = body.path("display_phone_number").asText("").replaceAll("[^0-9]", "");
            var name = body.path("verified_name").asText("").replaceAll("[\\p{Cc}\\p{Cs}]", "");
            return new Condition(
                    State.CONNECTED,
                    null,
                    digits.matches("[1-9][0-9]{7,14}") ? "+" + digits : null,
                    new Facts(
                            name.isBlank() ? null : name.substring(0, Math.min(100, name.length())), null, null, null));
        }
        int code = body.path("error").path("code").asInt(-1);
        // a number that isn't there is an invalid parameter to it
        var down = code == 100 ? "phone_number_id" : down(code);
        return down == null ? Condition.unknown() : Condition.of(State.REFUSED, down);
    }

    private HttpRequest.Builder request(String path) {
        var base = client.base("WHATSAPP_API_URL", SERVER);
        var version = client.text("WHATSAPP_API_VERSION", "v24.0");
        return HttpRequest.newBuilder(URI.create(base + "/" + version + path))
                .header("Authorization", "Bearer " + channel.token().value())
                .header("Accept", "application/json");
    }
}
