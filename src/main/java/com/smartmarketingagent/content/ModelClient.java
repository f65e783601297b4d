package com.smartmarketingagent.content;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.smartmarketingagent.content.Model.Usage;
import jakarta.annotation.PreDestroy;
import jakarta.inject.Singleton;
import java.io.BufferedReader;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.net.ConnectException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpConnectTimeoutException;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * Chat Completions of OpenAI and of servers that speak like it. One call is one request: whether to ask again is for
 * the caller to decide.
 */
@Singleton
class ModelClient {

    private static final Logger LOG = Logger.getLogger(ModelClient.class);

    /** What no sound answer comes near. */
    private static final int LARGEST = 64 * 1024;
    /** A piece of a stream is wrapped in some 200 bytes. */
    private static final int MOST_STREAMED = 40 * LARGEST;

    private static final Set<String> NO_MONEY = Set.of("insufficient_quota", "credit_balance_exhausted");

    private final ObjectMapper json = new ObjectMapper();
    private final Clock clock;
    private final HttpClient http = HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(Duration.ofSeconds(5))
            .executor(Executors.newVirtualThreadPerTaskExecutor())
            .build();
    /** Closes answers that never end. */
    private final ScheduledExecutorService timer = Executors.newSingleThreadScheduledExecutor(
            Thread.ofPlatform().name("model-timer").daemon().factory());

    ModelClient(Clock clock) {
        this.clock = clock;
    }

    /** Asks once: for pieces as they are written if somebody looks, else for the whole answer. */
    Completion complete(Model model, Prompt prompt, int mostTokens, Waiting waiting) {
        var deadline = waiting.deadline();
        var wrote = waiting.wrote();
        var gone = waiting.gone();
        var left = Duration.between(clock.instant(), deadline);
        if (!left.isPositive()) return new Completion.Later(null, "timeout", false);
        if (wrote != null) wrote.begin();
        var request = HttpRequest.newBuilder(URI.create(model.base() + "/chat/completions"))
                .header("Authorization", "Bearer " + model.key())
                .header("Content-Type", "application/json")
                .header("Accept", wrote == null ? "application/json" : "text/event-stream")
                .POST(HttpRequest.BodyPublishers.ofString(body(model, prompt, mostTokens, wrote != null)))
                .build();
        var sent = http.sendAsync(request, HttpResponse.BodyHandlers.ofInputStream());
        gone.thenRun(() -> sent.cancel(true));
        try {
            var response = sent.get(left.toMillis(), TimeUnit.MILLISECONDS);
            try (var in = response.body()) {
                gone.thenRun(() -> close(in));
                var end = timer.schedule(
                        () -> close(in),
                        Math.max(1, Duration.between(clock.instant(), deadline).toMillis()),
                        TimeUnit.MILLISECONDS);
                try {
                    return read(response, in, wrote);
                } finally {
                    end.cancel(false);
                }
            }
        } catch (ExecutionException | TimeoutException | IOException e) {
            sent.cancel(true);
            if (gone.isDone()) return new Completion.Cancelled();
            var cause = e.getCause();
            boolean reached = !(cause instanceof ConnectException || cause instanceof HttpConnectTimeoutException);
            return new Completion.Later(
                    null, e instanceof TimeoutException ? "timeout" : String.valueOf(e.getMessage()), reached);
        } catch (java.util.concurrent.CancellationException e) {
            return new Completion.Cancelled();
        } catch (InterruptedException e) {
            sent.cancel(true);
            Thread.currentThread().interrupt();
            return new Completion.Cancelled();
        }
    }

    /** Whether its server is there and takes our key; one that has no list of models is there too. */
    boolean answers(Model model) {
        var request = HttpRequest.newBuilder(URI.create(model.base() + "/models"))
                .header("Authorization", "Bearer " + model.key())
                .header("Accept", "application/json")
                .timeout(Duration.ofSeconds(5))
                .build();
        try {
            var response = http.send(request, HttpResponse.BodyHandlers.ofInputStream());
            // read by nobody, it may have no end
            close(response.body());
            int status = response.statusCode();
            if (status == 401 || status == 403 || status >= 500) LOG.warn("The model's server answered " + status);
            return status != 401 && status != 403 && status < 500;
        } catch (IOException e) {
            LOG.warn("The model's server does not answer: " + e);
            return false;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    private static void close(InputStream in) {
        try {
            in.close();
        } catch (IOException e) {
            LOG.debug("The answer was over already", e);
        }
    }

    /** Servers other than OpenAI's get only what all of them know. */
    private String body(Model model, Prompt prompt, int mostTokens, boolean stream) {
        var body = json.createObjectNode().put("model", model.name());
        var messages = body.putArray("messages");
        for (var entry : prompt.entries()) {
            messages.addObject()
                    .put("role", entry.role().equals("system") ? model.systemRole() : entry.role())
                    .put("content", entry.content());
        }
        var format =
                body.putObject("response_format").put("type", "json_schema").putObject("json_schema");
        format.put("name", "texts").put("strict", true).set("schema", prompt.schema(json));
        body.put(model.official() ? "max_completion_tokens" : "max_tokens", mostTokens);
        if (model.official()) body.put("store", false);
        if (stream) body.put("stream", true);
        if (stream && model.official()) body.putObject("stream_options").put("include_usage", true);
        return body.toString();
    }

    private Completion read(HttpResponse<InputStream> response, InputStream in, Waiting.@Nullable Watcher wrote)
            throws IOException {
        var type = response.headers().firstValue("Content-Type").orElse("");
        if (response.statusCode() == 200 && type.startsWith("text/event-stream")) return stream(in, wrote);
        var bytes = in.readNBytes(LARGEST + 1);
        if (response.statusCode() != 200) return failure(response, tree(bytes));
        if (bytes.length > LARGEST) return new Completion.Unusable("larger than " + LARGEST + " bytes", Usage.NONE);
        var answer = tree(bytes);
        if (answer == null) return new Completion.Unusable("no JSON", Usage.NONE);
        if (answer.has("error")) return failure(answer.path("error"), null);
        var choice = answer.path("choices").path(0);
        var said = new Said();
        said.take(choice.path("message"), choice.path("finish_reason"), wrote);
        said.usage = usage(answer.path("usage"));
        return said.completion();
    }

    private @Nullable ObjectNode tree(byte[] bytes) {
        try {
            return json.readTree(bytes) instanceof ObjectNode object ? object : null;
        } catch (IOException e) {
            return null;
        }
    }

    /** What was said so far, of one answer. */
    private static final class Said {
        private final StringBuilder content = new StringBuilder();
        private boolean refused;
        private String finish = "";
        private Usage usage = Usage.NONE;

        void take(JsonNode message, JsonNode finishReason, Waiting.@Nullable Watcher wrote) {
            var piece = message.path("content").asText("");
            if (message.path("content").isTextual()) content.append(piece);
            if (wrote != null && message.path("content").isTextual() && !piece.isEmpty()) wrote.accept(piece);
            if (message.path("refusal").isTextual()) refused = true;
            if (finishReason.isTextual()) finish = finishReason.asText();
        }

        Completion completion() {
            if (refused || finish.equals("content_filter")) return new Completion.Refused(usage);
            if (finish.equals("length")) return new Completion.CutOff(usage);
            if (!finish.equals("stop")) return new Completion.Unusable("ended with '" + finish + "'", usage);
            if (content.toString().isBlank()) return new Completion.Unusable("empty", usage);
            return new Completion.Written(content.toString(), usage);
        }
    }

    /** Events end with an empty line; lines that begin with a colon keep the connection alive. */
    private Completion stream(InputStream in, Waiting.@Nullable Watcher wrote) throws IOException {
        var bounded = new Bounded(in);
        var lines = new BufferedReader(new InputStreamReader(bounded, StandardCharsets.UTF_8));
        var said = new Said();
        var data = new StringBuilder();
        for (String line; (line = lines.readLine()) != null; ) {
            if (line.startsWith("data:")) {
                data.append(data.isEmpty() ? "" : "\n").append(line.substring(5).strip());
            } else if (line.isEmpty() && !data.isEmpty()) {
                // whether the server hangs up afterwards is its own affair
                if (data.toString().equals("[DONE]")) return said.completion();
                var failed = chunk(data.toString(), said, wrote);
                if (failed != null) return failed;
                if (said.content.length() > LARGEST) {
                    return new Completion.Unusable("larger than " + LARGEST + " characters", said.usage);
                }
                data.setLength(0);
            }
        }
        if (bounded.isOver()) return new Completion.Unusable("larger than " + MOST_STREAMED + " bytes", said.usage);
        // without its end, what is there may be half of it
        return new Completion.Later(null, "the stream broke off", true);
    }

    /** Ends where more comes than any answer has, be it in one line. */
    private static final class Bounded extends FilterInputStream {
        private int left = MOST_STREAMED;

        Bounded(InputStream in) {
            super(in);
        }

        boolean isOver() {
            return left <= 0;
        }

        @Override
        public int read() throws IOException {
            return left-- <= 0 ? -1 : super.read();
        }

        @Override
        public int read(byte[] bytes, int offset, int length) throws IOException {
            if (left <= 0) return -1;
            int read = super.read(bytes, offset, Math.min(length, left));
            left -= Math.max(0, read);
            return read;
        }
    }

    private @Nullable Completion chunk(String data, Said said, Waiting.@Nullable Watcher wrote) {
        JsonNode chunk;
        try {
            chunk = json.readTree(data);
        } catch (JsonProcessingException e) {
            return new Completion.Unusable("no JSON in the stream", said.usage);
        }
        if (chunk.hasNonNull("error")) return failure(chunk.path("error"), null);
        if (chunk.path("usage").isObject()) said.usage = usage(chunk.path("usage"));
        var choice = chunk.path("choices").path(0);
        said.take(choice.path("delta"), choice.path("finish_reason"), wrote);
        return null;
    }

    /** Parts that a server leaves out count as none. */
    private static Usage usage(JsonNode usage) {
        return new Usage(
                usage.path("prompt_tokens").asLong(0),
                usage.path("prompt_tokens_details").path("cached_tokens").asLong(0),
                usage.path("completion_tokens").asLong(0),
                usage.path("completion_tokens_details").path("reasoning_tokens").asLong(0));
    }

    private Completion failure(HttpResponse<?> response, @Nullable ObjectNode body) {
        int status = response.statusCode();
        var error = body == null ? json.missingNode() : body.path("error").isObject() ? body.path("error") : body;
        LOG.warnf(
                "The model answered %d %s, request %s",
                status,
                code(error),
                response.headers().firstValue("x-request-id").orElse("-"));
        if (NO_MONEY.contains(error.path("code").asText())
                || NO_MONEY.contains(error.path("type").asText()))
            return new Completion.KeyTrouble("insufficient_quota");
        return switch (status) {
            case 401, 403 -> new Completion.KeyTrouble(code(error));
            case 408, 409, 429, 500, 502, 503, 504 ->
                new Completion.Later(retryAfter(response), status + " " + code(error), false);
            default -> new Completion.Misconfigured(status + " " + code(error));
        };
    }

    /** An error inside a 200. */
    private static Completion failure(JsonNode error, @Nullable Duration after) {
        if (NO_MONEY.contains(error.path("code").asText())
                || NO_MONEY.contains(error.path("type").asText()))
            return new Completion.KeyTrouble("insufficient_quota");
        return new Completion.Later(after, code(error), true);
    }

    private static String code(JsonNode error) {
        var code = error.path("code").asText(error.path("type").asText(""));
        return code.replaceAll("[^\\w.-]", "")
                .substring(0, Math.min(60, code.replaceAll("[^\\w.-]", "").length()));
    }

    private @Nullable Duration retryAfter(HttpResponse<?> response) {
        var ms = response.headers().firstValue("retry-after-ms").orElse("");
        if (ms.matches("\\d{1,9}")) return Duration.ofMillis(Long.parseLong(ms));
        var after = response.headers().firstValue("retry-after").orElse("");
        if (after.matches("\\d{1,6}")) return Duration.ofSeconds(Long.parseLong(after));
        try {
            if (after.isEmpty()) return null;
            var at = ZonedDateTime.parse(after, DateTimeFormatter.RFC_1123_DATE_TIME)
                    .toInstant();
            var wait = Duration.between(clock.instant(), at);
            return wait.isNegative() ? Duration.ZERO : wait;
        } catch (DateTimeException e) {
            return null;
        }
    }

    @PreDestroy
    void close() {
        timer.shutdownNow();
        http.shutdownNow();
    }
}
