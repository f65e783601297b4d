package com.smartmarketingagent.messaging;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.sun.net.httpserver.HttpExchange;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpRequest;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * Fonnte as its callers know it: 200 also for what it refuses, success for numbers that have no WhatsApp, ids as texts
 * in a list, and webhooks of two shapes in any order that it tries fifteen times.
 */
public final class FakeFonnte extends FakeProvider {

    private final AtomicLong ids = new AtomicLong(80_367_170);
    private final Map<String, String> given = new ConcurrentHashMap<>();
    private volatile Map<String, Object> device = device("connect", "6281200000001");

    public FakeFonnte() {
        super("FONNTE_URL");
    }

    private static Map<String, Object> device(String status, String number) {
        return Map.of(
                "device",
                number,
                "device_status",
                status,
                "expired",
                "18 November 2029",
                "messages",
                16785,
                "name",
                "Batik Sri",
                "package",
                "Reguler",
                "quota",
                "78",
                "status",
                true);
    }

    /** What {@code /device} tells from now on. @param number without a plus */
    public void device(boolean connected, String number) {
        device = device(connected ? "connect" : "disconnect", number);
    }

    /** As it says that the token is none. */
    public void deviceAnswers(Map<String, Object> answer) {
        device = answer;
    }

    /** By which it called the last message to a number. @param target without a plus */
    public String id(String target) {
        return Objects.requireNonNull(given.get(target));
    }

    @Override
    protected String to(String path, String body) {
        return path.equals("/send") ? new Call(path, Map.of(), body, "").form().getOrDefault("target", "") : "";
    }

    @Override
    protected void usual(HttpExchange exchange, Call heard) throws IOException {
        if (heard.header("Authorization").isEmpty()
                || heard.header("Authorization").startsWith("Bearer")) {
            send(exchange, 200, Map.of("reason", "token invalid", "status", false));
        } else if (heard.path().equals("/device")) {
            send(exchange, 200, device);
        } else {
            var id = String.valueOf(ids.incrementAndGet());
            given.put(heard.to(), id);
            send(
                    exchange,
                    200,
                    Map.of(
                            "detail",
                            "success! message in queue",
                            "id",
                            List.of(id),
                            "process",
                            "pending",
                            "requestid",
                            2_937_124,
                            "status",
                            true,
                            "target",
                            List.of(heard.to())));
        }
    }

    /** 200, and no message. */
    public static Behaviour refusing(String reason) {
        return answering(200, Map.of("status", false, "reason", reason, "requestid", 1));
    }

    /** The first thing it tells of a message: our id, and by which it will call it. */
    public static Map<String, Object> firstStatus(Object id, @Nullable String stateId, String status) {
        return stateId == null
                ? Map.of("device", "6281200000001", "id", id, "status", status)
                : Map.of("device", "6281200000001", "id", id, "stateid", stateId, "status", status);
    }

    /** What it tells later: only by its own name for the message. */
    public static Map<String, Object> laterState(String stateId, String state) {
        return Map.of("device", "6281200000001", "stateid", stateId, "state", state);
    }

    /**
     * Tells it, again and again until it hears 200.
     *
     * @return what it heard, one status for each try
     */
    public static List<Integer> tell(URI webhook, Map<String, Object> news) {
        try {
            return tell(HttpRequest.newBuilder(webhook)
                    .header("Content-Type", "application/json")
                    .POST(HttpRequest.BodyPublishers.ofByteArray(JSON.writeValueAsBytes(news)))
                    .build());
        } catch (JsonProcessingException e) {
            throw new AssertionError(e);
        }
    }
}
