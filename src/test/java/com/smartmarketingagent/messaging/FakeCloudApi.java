package com.smartmarketingagent.messaging;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.sun.net.httpserver.HttpExchange;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Meta's Cloud API as far as one number sends templates by it; it also takes messages to numbers that have no WhatsApp.
 */
public final class FakeCloudApi extends FakeProvider {

    private final AtomicLong ids = new AtomicLong();
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
                    "106540352242922"));

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
            send(
                    exchange,
                    200,
                    Map.of(
                            "messaging_product",
                            "whatsapp",
                            "contacts",
                            List.of(Map.of("input", heard.to(), "wa_id", heard.to())),
                            "messages",
                            List.of(Map.of("id", "wamid." + ids.incrementAndGet(), "message_status", "accepted"))));
        }
    }
}
