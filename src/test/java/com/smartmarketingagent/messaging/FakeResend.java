package com.smartmarketingagent.messaging;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.networknt.schema.JsonSchema;
import com.networknt.schema.JsonSchemaFactory;
import com.networknt.schema.SpecVersion;
import com.sun.net.httpserver.HttpExchange;
import java.io.IOException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * Resend: it knows a message again by its key and sends it once, refuses callers who don't say who they are and bodies
 * that don't fit its published schema, and names what is wrong.
 */
public final class FakeResend extends FakeProvider {

    /** What Resend publishes of the body of a mail, without its words and what we don't use. */
    static final String SCHEMA = "/resend-send-email.json";

    private static final JsonSchema MAIL = JsonSchemaFactory.getInstance(SpecVersion.VersionFlag.V202012)
            .getSchema(FakeResend.class.getResourceAsStream(SCHEMA));

    private record First(String body, String id) {}

    private final Map<String, First> keys = new ConcurrentHashMap<>();
    private final Map<String, AtomicInteger> mails = new ConcurrentHashMap<>();
    private volatile Behaviour domains =
            answering(200, Map.of("data", List.of(Map.of("name", "contoh.id", "status", "verified"))));

    public FakeResend() {
        super("RESEND_URL");
    }

    /** What it answers when it is asked for the account's domains. */
    public void domains(Behaviour behaviour) {
        domains = behaviour;
    }

    /** How many mails each was sent, which is less than how often they were handed over. */
    public Map<String, Integer> mails() {
        var counted = new HashMap<String, Integer>();
        mails.forEach((to, count) -> counted.put(to, count.get()));
        return counted;
    }

    @Override
    protected @Nullable Behaviour refusal(Call call) {
        if (!call.path().equals("/emails")) return null;
        try {
            var wrong = MAIL.validate(JSON.readTree(call.body()));
            if (wrong.isEmpty()) return null;
            boolean missing = wrong.stream().anyMatch(w -> w.getType().equals("required"));
            return error(422, missing ? "missing_required_field" : "validation_error");
        } catch (JsonProcessingException e) {
            return error(422, "validation_error");
        }
    }

    public static Behaviour error(int status, String name, String... headers) {
        return answering(status, Map.of("statusCode", status, "name", name, "message", "Galat"), headers);
    }

    /** Sends it, and breaks the line before it says so. */
    public Behaviour sendingInSilence() {
        return (exchange, heard) -> {
            accept(heard);
            exchange.close();
        };
    }

    @Override
    protected String to(String path, String body) {
        if (!path.equals("/emails")) return "";
        try {
            return JSON.readTree(body).path("to").path(0).asText("");
        } catch (JsonProcessingException e) {
            return "";
        }
    }

    @Override
    protected void usual(HttpExchange exchange, Call heard) throws IOException {
        var agent = heard.header("User-Agent");
        if (agent.isEmpty() || agent.startsWith("Java")) {
            send(exchange, 403, "error code: 1010");
        } else if (!heard.header("Authorization").startsWith("Bearer re_")) {
            send(exchange, 401, Map.of("statusCode", 401, "name", "missing_api_key", "message", "Missing"));
        } else if (heard.path().equals("/domains")) {
            try {
                domains.answer(exchange, heard);
            } catch (IOException e) {
                throw e;
            } catch (Exception e) {
                throw new IllegalStateException(e);
            }
        } else {
            var first = accept(heard);
            if (first.body().equals(heard.body())) {
                send(
                        exchange,
                        200,
                        Map.of("id", first.id()),
                        "ratelimit-limit",
                        "5",
                        "ratelimit-remaining",
                        "4",
                        "ratelimit-reset",
                        "1");
            } else {
                send(
                        exchange,
                        409,
                        Map.of("statusCode", 409, "name", "invalid_idempotent_request", "message", "Other body"));
            }
        }
    }

    /** What it does when all is well. */
    public void usually(HttpExchange exchange, Call heard) throws IOException {
        usual(exchange, heard);
    }

    private First accept(Call heard) {
        var fresh = new First(heard.body(), UUID.randomUUID().toString());
        var key = heard.header("Idempotency-Key");
        var known = key.isEmpty() ? null : keys.putIfAbsent(key, fresh);
        if (known != null) return known;
        mails.computeIfAbsent(heard.to(), _ -> new AtomicInteger()).incrementAndGet();
        return fresh;
    }
}
