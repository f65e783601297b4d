package com.smartmarketingagent.content;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;

/**
 * A server that answers Chat Completions the way OpenAI's and its likes do, good and bad, each call by the next
 * behaviour it was given, the last one over and over. It keeps the bytes of every request.
 */
final class FakeModel implements AutoCloseable {

    /** What it does with one call. */
    @FunctionalInterface
    interface Behaviour {
        void answer(HttpExchange call, String request) throws Exception;
    }

    private final HttpServer server;
    private final Queue<Behaviour> next = new ConcurrentLinkedQueue<>();
    private final List<String> requests = new CopyOnWriteArrayList<>();
    private final List<Map<String, List<String>>> headers = new CopyOnWriteArrayList<>();
    final CountDownLatch brokenOff = new CountDownLatch(1);
    private volatile Behaviour last =
            good("Halo {nama|Kak}, ini {nama_toko}. Mampir lagi, ya. Balas STOP untuk berhenti.");

    /** How it answers who asks for its models. */
    volatile int listing = 200;

    FakeModel() {
        try {
            server = HttpServer.create(new InetSocketAddress("127.0.0.1", 0), 100);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
        server.createContext("/", this::take);
        server.start();
        System.setProperty("OPENAI_API_KEY", "sk-uji-bukan-kunci");
        System.setProperty("OPENAI_BASE_URL", base());
        System.setProperty("OPENAI_PRICES", "1000/100/4000");
    }

    String base() {
        return "http://127.0.0.1:" + server.getAddress().getPort() + "/v1";
    }

    FakeModel then(Behaviour... behaviours) {
        for (var b : behaviours) next.add(b);
        return this;
    }

    FakeModel always(Behaviour behaviour) {
        next.clear();
        last = behaviour;
        return this;
    }

    List<String> requests() {
        return requests;
    }

    List<Map<String, List<String>>> headers() {
        return headers;
    }

    private void take(HttpExchange call) throws IOException {
        var request = new String(call.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
        requests.add(request);
        headers.add(Map.copyOf(call.getRequestHeaders()));
        if (call.getRequestURI().getPath().equals("/v1/models")) {
            send(call, listing, "application/json", "{\"object\":\"list\",\"data\":[]}");
            call.close();
            return;
        }
        if (!call.getRequestURI().getPath().equals("/v1/chat/completions")) {
            send(
                    call,
                    404,
                    "application/json",
                    "{\"error\":{\"message\":\"no route\",\"type\":\"invalid_request_error\",\"param\":null,\"code\":null}}");
            return;
        }
        var behaviour = next.poll();
        try {
            (behaviour == null ? last : behaviour).answer(call, request);
        } catch (Exception e) {
            brokenOff.countDown();
        } finally {
            call.close();
        }
    }

    static void send(HttpExchange call, int status, String type, String body) throws IOException {
        var bytes = body.getBytes(StandardCharsets.UTF_8);
        call.getResponseHeaders().set("Content-Type", type);
        call.getResponseHeaders().set("x-request-id", "req_uji");
        call.sendResponseHeaders(status, bytes.length);
        call.getResponseBody().write(bytes);
    }

    static String json(String text) {
        return "\"" + text.replace("\\", "\\\\").replace("\"", "\\\"").replace("\n", "\\n") + "\"";
    }

    /** The content of an answer: one variant with this text, and what an e-mail needs. */
    static String variants(String... texts) {
        var all = new StringBuilder();
        for (var text : texts) {
            all.append(all.isEmpty() ? "" : ",")
                    .append(
                            "{\"why\":\"Hangat dan jujur.\",\"subject\":\"Salam dari {nama_toko}\",\"preheader\":\"Apa kabar?\",\"text\":")
                    .append(json(text))
                    .append("}");
        }
        return "{\"variants\":[" + all + "]}";
    }

    static String completion(String content, String finish) {
        return """
                {"id":"chatcmpl-1","object":"chat.completion","created":1700000000,"model":"gpt-4o-mini","choices":[{"index":0,"finish_reason":"%s",
                "message":{"role":"assistant","content":%s,"refusal":null},"logprobs":null}],"usage":{"prompt_tokens":1000,"completion_tokens":200,
                "total_tokens":1200,"prompt_tokens_details":{"cached_tokens":400,"audio_tokens":0},"completion_tokens_details":{"reasoning_tokens":50}}}""".formatted(finish, content);
    }

    /** 200 with these texts, as a whole or as a stream, as was asked. */
    static Behaviour good(String... texts) {
        return (call, request) -> {
            if (request.contains("\"stream\":true"))
                stream(variants(texts), true).answer(call, request);
            else send(call, 200, "application/json", completion(json(variants(texts)), "stop"));
        };
    }

    /** 200 with this as the content, whatever it is. */
    static Behaviour says(String content) {
        return (call, request) -> send(call, 200, "application/json", completion(json(content), "stop"));
    }

    static Behaviour finishes(String reason) {
        return (call, request) -> send(call, 200, "application/json", completion(json("{\"variants\":[{\"te"), reason));
    }

    static Behaviour refuses() {
        return (call, request) -> send(
                call,
                200,
                "application/json",
                completion("null", "stop").replace("\"refusal\":null", "\"refusal\":\"I can't help with that.\""));
    }

    static Behaviour fails(int status, String type, String code, String... header) {
        return (call, request) -> {
            for (int i = 0; i < header.length; i += 2) call.getResponseHeaders().set(header[i], header[i + 1]);
            send(
                    call,
                    status,
                    "application/json",
                    "{\"error\":{\"message\":\"no\",\"type\":\"" + type + "\",\"param\":null,\"code\":\"" + code
                            + "\"}}");
        };
    }

    static Behaviour raw(int status, String type, String body) {
        return (call, request) -> send(call, status, type, body);
    }

    /** Answers after this long. */
    static Behaviour slow(long milliseconds, Behaviour then) {
        return (call, request) -> {
            Thread.sleep(milliseconds);
            then.answer(call, request);
        };
    }

    /** Events a few characters long each, with comments, split letters and the usage before the end. */
    static Behaviour stream(String content, boolean whole) {
        return (call, request) -> {
            call.getResponseHeaders().set("Content-Type", "text/event-stream");
            call.sendResponseHeaders(200, 0);
            var out = call.getResponseBody();
            out.write(": keep-alive\n\n".getBytes(StandardCharsets.UTF_8));
            for (int i = 0; i < content.length(); i += 7) {
                var piece = content.substring(i, Math.min(content.length(), i + 7));
                event(
                        out,
                        "{\"object\":\"chat.completion.chunk\",\"obfuscation\":\"xx\",\"usage\":null,\"choices\":[{\"index\":0,\"delta\":{\"content\":"
                                + json(piece) + "},\"finish_reason\":null}]}");
            }
            if (!whole) return;
            event(out, "{\"choices\":[{\"index\":0,\"delta\":{},\"finish_reason\":\"stop\"}]}");
            event(
                    out,
                    "{\"choices\":[],\"usage\":{\"prompt_tokens\":1000,\"completion_tokens\":200,\"total_tokens\":1200}}");
            out.write("data: [DONE]\n\n".getBytes(StandardCharsets.UTF_8));
        };
    }

    /** Bytes of one event in two writes, so that a letter may be cut in the middle. */
    private static void event(java.io.OutputStream out, String data) throws IOException {
        var bytes = ("data: " + data + "\n\n").getBytes(StandardCharsets.UTF_8);
        out.write(bytes, 0, bytes.length / 2);
        out.flush();
        out.write(bytes, bytes.length / 2, bytes.length - bytes.length / 2);
        out.flush();
    }

    /** An error in the middle of a stream that began with 200. */
    static Behaviour failsInTheStream() {
        return (call, request) -> {
            call.getResponseHeaders().set("Content-Type", "text/event-stream");
            call.sendResponseHeaders(200, 0);
            event(
                    call.getResponseBody(),
                    "{\"choices\":[{\"delta\":{\"content\":\"{\\\"va\"},\"finish_reason\":null}]}");
            event(
                    call.getResponseBody(),
                    "{\"error\":{\"message\":\"overloaded\",\"type\":\"server_error\",\"code\":null}}");
        };
    }

    /** Writes a piece and then nothing, until whoever reads goes away. */
    Behaviour stalls() {
        return (call, request) -> {
            call.getResponseHeaders().set("Content-Type", "text/event-stream");
            call.sendResponseHeaders(200, 0);
            var out = call.getResponseBody();
            event(
                    out,
                    "{\"choices\":[{\"delta\":{\"content\":" + json("{\"variants\":[{\"why\":\"a\",\"text\":\"Halo")
                            + "},\"finish_reason\":null}]}");
            for (int i = 0; i < 600; i++) {
                TimeUnit.MILLISECONDS.sleep(100);
                out.write(": still here\n".getBytes(StandardCharsets.UTF_8));
                out.flush();
            }
        };
    }

    @Override
    public void close() {
        for (var name : List.of(
                "OPENAI_API_KEY", "OPENAI_BASE_URL", "OPENAI_PRICES", "CONTENT_BUDGET_SHOP", "CONTENT_BUDGET_TOTAL"))
            System.clearProperty(name);
        server.stop(0);
    }
}
