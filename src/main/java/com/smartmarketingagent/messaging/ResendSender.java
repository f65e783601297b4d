package com.smartmarketingagent.messaging;

import com.fasterxml.jackson.databind.node.ObjectNode;
import com.smartmarketingagent.messaging.Channel.Condition;
import com.smartmarketingagent.messaging.Channel.Facts;
import com.smartmarketingagent.messaging.Channel.State;
import com.smartmarketingagent.messaging.ProviderClient.Answer;
import com.smartmarketingagent.platform.Language;
import java.net.URI;
import java.net.http.HttpRequest;
import java.time.Duration;
import java.util.Objects;
import java.util.Set;
import org.jboss.logging.Logger;

/**
 * E-mail by Resend. Each message has a key that Resend remembers for 24 hours: the same once more within them is
 * answered as the first time and sent once, so whatever may have been sent is tried again instead of being unknown. A
 * try after 24 hours would be a second mail; the campaign's tries end long before.
 */
final class ResendSender implements Provider {

    private static final Logger LOG = Logger.getLogger(ResendSender.class);

    private static final Duration SOON = Duration.ofMinutes(1);

    /** By what it calls them: nothing of this account is sent until somebody does something. */
    private static final Set<String> NO_KEY =
            Set.of("missing_api_key", "restricted_api_key", "invalid_api_key", "invalid_access");

    private final ProviderClient client;
    private final Channel.Resend channel;
    private final Language language;

    ResendSender(ProviderClient client, Channel.Resend channel, Language language) {
        this.client = client;
        this.channel = channel;
        this.language = language;
    }

    @Override
    public Delivery send(Outgoing message) {
        var letter = Letter.of(message, language);
        if (letter.isEmpty()) return new Delivery.Rejected("invalid");
        var request = request("/emails")
                .header("Content-Type", "application/json")
                .header("Idempotency-Key", "campaign/" + message.campaign() + "/recipient/" + message.customer())
                .POST(HttpRequest.BodyPublishers.ofString(
                        body(letter.get(), message).toString()));
        return switch (client.ask(request.build())) {
            case Answer.NotReached _ -> new Delivery.RetryLater(SOON, "unreachable");
            case Answer.Lost _ -> new Delivery.RetryLater(SOON, "lost");
            case Answer.Said said -> delivery(said);
        };
    }

    /** Nothing of this moment is in it: the key holds only for the same bytes. */
    private ObjectNode body(Letter letter, Outgoing message) {
        var body = client.object();
        body.put("from", "\"" + channel.fromName().replaceAll("[\\\\\"\\p{Cc}]", "") + "\" <" + channel.from() + ">");
        body.putArray("to").add(letter.to());
        body.put("subject", letter.subject());
        body.put("text", letter.text());
        body.put("html", letter.html());
        var headers = body.putObject("headers");
        letter.headers().forEach(headers::put);
        body.putArray("tags")
                .addObject()
                .put("name", "campaign")
                .put("value", message.campaign().toString());
        return body;
    }

    private static Delivery delivery(Answer.Said said) {
        var body = said.body();
        var id = body == null ? "" : ProviderClient.text(body, "id");
        if (said.status() == 200 && !id.isEmpty()) return new Delivery.Accepted(id);
        var name = body == null ? "" : ProviderClient.text(body, "name");
        LOG.debugf("Resend answered %d %s", said.status(), name.replaceAll("[^a-z_]", ""));
        if (NO_KEY.contains(name)) return new Delivery.ChannelDown("token");
        var wait = Objects.requireNonNullElse(said.retryAfter(), SOON);
        return switch (name) {
            case "rate_limit_exceeded" -> new Delivery.RetryLater(wait, "busy");
            case "concurrent_idempotent_requests" -> new Delivery.RetryLater(SOON, "busy");
            // this key went with other bytes: what became of those nobody says
            case "invalid_idempotent_request" -> new Delivery.Unknown("changed");
            case "daily_quota_exceeded", "monthly_quota_exceeded" -> new Delivery.ChannelDown("quota");
            case "invalid_from_address" -> new Delivery.ChannelDown("sender");
            case "validation_error" ->
                said.status() == 403 ? new Delivery.ChannelDown("domain") : new Delivery.Rejected("invalid");
            default -> byStatus(said.status(), wait);
        };
    }

    private static Delivery byStatus(int status, Duration wait) {
        return switch (status) {
            case 401 -> new Delivery.ChannelDown("token");
            // 1010 and its likes, which have no name
            case 403, 404, 405 -> new Delivery.ChannelDown("refused");
            case 429 -> new Delivery.RetryLater(wait, "busy");
            default ->
                status >= 400 && status < 500
                        ? new Delivery.Rejected("invalid")
                        : new Delivery.RetryLater(SOON, "no_answer");
        };
    }

    /** A key that may only send can't ask for domains, and that it may send is then known. */
    @Override
    public Condition check() {
        if (!(client.ask(request("/domains").GET().build()) instanceof Answer.Said said) || said.body() == null)
            return Condition.unknown();
        var name = ProviderClient.text(said.body(), "name");
        if (name.equals("restricted_api_key"))
            return new Condition(State.CONNECTED, "sending_only", channel.from(), Facts.NONE);
        if (NO_KEY.contains(name)) return Condition.of(State.REFUSED, "token");
        if (said.status() == 403) return Condition.of(State.REFUSED, "refused");
        if (said.status() != 200) return Condition.unknown();
        var domain = channel.from().substring(channel.from().lastIndexOf('@') + 1);
        for (var known : said.body().path("data")) {
            boolean its = known.path("name").asText("").equalsIgnoreCase(domain);
            if (its && known.path("status").asText("").equals("verified"))
                return new Condition(State.CONNECTED, null, channel.from(), Facts.NONE);
        }
        return Condition.of(State.REFUSED, "domain");
    }

    private HttpRequest.Builder request(String path) {
        return HttpRequest.newBuilder(URI.create(client.base("RESEND_URL", "https://api.resend.com") + path))
                .header("Authorization", "Bearer " + channel.apiKey().value())
                // without one of its own every call is refused
                .header("User-Agent", "smart-marketing-agent/1")
                .header("Accept", "application/json");
    }
}
