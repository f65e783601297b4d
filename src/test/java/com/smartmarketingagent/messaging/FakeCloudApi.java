package com.smartmarketingagent.messaging;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.sun.net.httpserver.HttpExchange;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpRequest;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * Meta's Cloud API as far as one number sends templates by it; it also takes messages to numbers that have no WhatsApp.
 */
public final class FakeCloudApi extends FakeProvider {

    private static final String PHONE_NUMBER_ID = "106540352242922";

    /** A message that it took. @param ours what we called it */
    private record Taken(String id, String ours) {}

    private final AtomicLong ids = new AtomicLong();
    private final Map<String, Taken> taken = new ConcurrentHashMap<>();
    private volatile Behaviour number = answering(
            200,
            Map.of(
                    "display_phone_number",
                    "+62 812-0000-0003",
                    "verified_name",
                    "Batik Sri",
                    "quality_rating",
                    "GREEN",
                    "id",
                    PHONE_NUMBER_ID));

    public FakeCloudApi() {
        super("WHATSAPP_API_URL");
    }

    /** What it answers when it is asked about the number. */
    public void number(Behaviour behaviour) {
        number = behaviour;
    }

    /** Its way to refuse: what counts is the code. */
    public static Behaviour error(int status, int code) {
        return answering(
                status,
                Map.of(
                        "error",
                        Map.of(
                                "message",
                                "(#" + code + ") Galat",
                                "type",
                                "OAuthException",
                                "code",
                                code,
                                "error_data",
                                Map.of("messaging_product", "whatsapp", "details", "rincian"),
                                "fbtrace_id",
                                "AbCdEf")));
    }

    @Override
    protected String to(String path, String body) {
        if (!path.endsWith("/messages")) return "";
        try {
            return JSON.readTree(body).path("to").asText("");
        } catch (JsonProcessingException e) {
            return "";
        }
    }

    @Override
    protected void usual(HttpExchange exchange, Call heard) throws IOException {
        if (!heard.header("Authorization").startsWith("Bearer ")) {
            send(exchange, 401, Map.of("error", Map.of("code", 190, "type", "OAuthException")));
        } else if (!heard.path().endsWith("/messages")) {
            try {
                number.answer(exchange, heard);
            } catch (IOException e) {
                throw e;
            } catch (Exception e) {
                throw new IllegalStateException(e);
            }
        } else {
            var id = "wamid." + ids.incrementAndGet();
            var ours = JSON.readTree(heard.body()).path("biz_opaque_callback_data");
            taken.put(heard.to(), new Taken(id, ours.asText()));
            send(
                    exchange,
                    200,
                    Map.of(
                            "messaging_product",
                            "whatsapp",
                            "contacts",
                            List.of(Map.of("input", heard.to(), "wa_id", heard.to())),
                            "messages",
                            List.of(Map.of("id", id, "message_status", "accepted"))));
        }
    }

    /**
     * What it tells of the last message to a number.
     *
     * @param target without a plus
     * @param status sent, delivered, read or failed
     */
    public Map<String, Object> news(String target, String status) {
        var its = Objects.requireNonNull(taken.get(target));
        var said = new HashMap<String, Object>(Map.of(
                "id",
                its.id(),
                "status",
                status,
                "timestamp",
                "1764150000",
                "recipient_id",
                target,
                "biz_opaque_callback_data",
                its.ours()));
        if (status.equals("failed")) said.put("errors", List.of(Map.of("code", 131_026, "title", "Undeliverable")));
        var value = Map.of(
                "messaging_product",
                "whatsapp",
                "metadata",
                Map.of("display_phone_number", "6281200000003", "phone_number_id", PHONE_NUMBER_ID),
                "statuses",
                List.of(said));
        return Map.of(
                "object",
                "whatsapp_business_account",
                "entry",
                List.of(Map.of("id", "1", "changes", List.of(Map.of("field", "messages", "value", value)))));
    }

    /**
     * Tells it, signed, again and again until it hears 200.
     *
     * @return what it heard, one status for each try
     */
    public static List<Integer> tell(URI webhook, String appSecret, Map<String, Object> news) {
        try {
            var body = JSON.writeValueAsBytes(news);
            var mac = Mac.getInstance("HmacSHA256");
            mac.init(new SecretKeySpec(appSecret.getBytes(StandardCharsets.UTF_8), "HmacSHA256"));
            return tell(HttpRequest.newBuilder(webhook)
                    .header("Content-Type", "application/json")
                    .header("X-Hub-Signature-256", "sha256=" + HexFormat.of().formatHex(mac.doFinal(body)))
                    .POST(HttpRequest.BodyPublishers.ofByteArray(body))
                    .build());
        } catch (JsonProcessingException | GeneralSecurityException e) {
            throw new AssertionError(e);
        }
    }
}
