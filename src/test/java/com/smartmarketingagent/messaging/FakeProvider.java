package com.smartmarketingagent.messaging;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.net.URLDecoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * A small server in a provider's place. It answers each message as it was told to, the last way over and over, and
 * keeps who was written to how often. While it is there, the product sends to it instead of to the provider.
 */
public abstract class FakeProvider implements AutoCloseable {

    static final ObjectMapper JSON = new ObjectMapper();

    /** Of its news, until it is heard. */
    private static final int TRIES = 15;

    /** What it does with one message. */
    @FunctionalInterface
    public interface Behaviour {
        void answer(HttpExchange call, Call heard) throws Exception;
    }

    /** One call. @param to who was to get it; empty where that is not said */
    public record Call(String path, Map<String, List<String>> headers, String body, String to) {

        public String header(String name) {
            return headers.entrySet().stream()
                    .filter(h -> h.getKey().equalsIgnoreCase(name))
                    .map(h -> h.getValue().getFirst())
                    .findFirst()
                    .orElse("");
        }

        /** Of a body that is a form. */
        public Map<String, String> form() {
            var fields = new HashMap<String, String>();
            for (var field : body.split("&")) {
                var parts = field.split("=", 2);
                if (parts.length == 2) fields.put(parts[0], URLDecoder.decode(parts[1], StandardCharsets.UTF_8));
            }
            return fields;
        }
    }

    private final HttpServer server;
    private final String variable;
    private final CountDownLatch closed = new CountDownLatch(1);
    private final Queue<Behaviour> next = new ConcurrentLinkedQueue<>();
    private final Map<String, Behaviour> byTarget = new ConcurrentHashMap<>();
    private final List<Call> calls = new CopyOnWriteArrayList<>();
    private final Map<String, AtomicInteger> messages = new ConcurrentHashMap<>();
    private volatile @Nullable Behaviour always;

    /** @param variable of the setting that says where the provider is */
    protected FakeProvider(String variable) {
        this.variable = variable;
        try {
            server = HttpServer.create(new InetSocketAddress("127.0.0.1", 0), 200);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
        server.createContext("/", this::take);
        server.start();
        System.setProperty(variable, base());
    }

    /** For who is told its address: what the tests before still have to send doesn't come here. */
    static <P extends FakeProvider> P apart(P provider) {
        System.clearProperty(((FakeProvider) provider).variable);
        return provider;
    }

    public String base() {
        return "http://127.0.0.1:" + server.getAddress().getPort();
    }

    /** What it does with the next messages, in this order. */
    public void then(Behaviour... behaviours) {
        next.addAll(List.of(behaviours));
    }

    public void always(Behaviour behaviour) {
        next.clear();
        always = behaviour;
    }

    /** What it does with every message to somebody. */
    public void to(String target, Behaviour behaviour) {
        byTarget.put(target, behaviour);
    }

    public List<Call> calls() {
        return calls;
    }

    /** How often a message to each was handed over, whatever was answered. */
    public Map<String, Integer> messages() {
        var counted = new HashMap<String, Integer>();
        messages.forEach((to, count) -> counted.put(to, count.get()));
        return counted;
    }

    private void take(HttpExchange exchange) throws IOException {
        var body = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
        var path = exchange.getRequestURI().getPath();
        var call = new Call(path, Map.copyOf(exchange.getRequestHeaders()), body, to(path, body));
        calls.add(call);
        try (exchange) {
            if (!call.to().isEmpty())
                messages.computeIfAbsent(call.to(), _ -> new AtomicInteger()).incrementAndGet();
            behaviour(call).answer(exchange, call);
        } catch (IOException e) {
            // the caller was gone
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }

    private Behaviour behaviour(Call call) {
        var refusal = refusal(call);
        if (refusal != null) return refusal;
        if (call.to().isEmpty()) return this::usual;
        var its = byTarget.get(call.to());
        if (its != null) return its;
        var queued = next.poll();
        if (queued != null) return queued;
        return always != null ? always : this::usual;
    }

    /** What it does with a call that is none, whatever it was told to do; null where it is one. */
    protected @Nullable Behaviour refusal(Call call) {
        return null;
    }

    /** Who a message is for; empty where the call is no message. */
    protected abstract String to(String path, String body);

    /** What it answers when all is well. */
    protected abstract void usual(HttpExchange exchange, Call heard) throws IOException;

    static void send(HttpExchange exchange, int status, Object answer, String... headers) throws IOException {
        var bytes =
                answer instanceof String text ? text.getBytes(StandardCharsets.UTF_8) : JSON.writeValueAsBytes(answer);
        exchange.getResponseHeaders().set("Content-Type", answer instanceof String ? "text/html" : "application/json");
        for (int i = 0; i < headers.length; i += 2)
            exchange.getResponseHeaders().set(headers[i], headers[i + 1]);
        exchange.sendResponseHeaders(status, bytes.length == 0 ? -1 : bytes.length);
        exchange.getResponseBody().write(bytes);
    }

    public static Behaviour answering(int status, Object answer, String... headers) {
        return (exchange, _) -> send(exchange, status, answer, headers);
    }

    /** Page of a proxy in between. */
    public static Behaviour garbage() {
        return answering(200, "<html>Bad gateway</html>");
    }

    public static Behaviour nothing() {
        return answering(200, "");
    }

    public static Behaviour failing() {
        return answering(500, "Internal Server Error");
    }

    /** Takes it and hangs up without a word. */
    public static Behaviour reset() {
        return (exchange, _) -> exchange.close();
    }

    /** Success, in more words than anybody would read. */
    public static Behaviour endless() {
        return answering(200, Map.of("status", true, "id", "1", "words", "x".repeat(300_000)));
    }

    /** Takes it, is silent that long or until the end, and then answers as usual. */
    public Behaviour stalling(Duration time) {
        return (exchange, heard) -> {
            if (!closed.await(time.toMillis(), TimeUnit.MILLISECONDS)) usual(exchange, heard);
        };
    }

    /**
     * Tells its news, again and again until it hears 200.
     *
     * @return what it heard, one status for each try
     */
    static List<Integer> tell(HttpRequest news) {
        var heard = new ArrayList<Integer>();
        try (var http = HttpClient.newHttpClient()) {
            while (heard.size() < TRIES && !heard.contains(200))
                heard.add(
                        http.send(news, HttpResponse.BodyHandlers.discarding()).statusCode());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
        return heard;
    }

    /** From now on nobody listens there. */
    public void stop() {
        closed.countDown();
        server.stop(0);
    }

    @Override
    public void close() {
        stop();
        if (base().equals(System.getProperty(variable))) System.clearProperty(variable);
    }
}
