package com.smartmarketingagent.content;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.networknt.schema.JsonSchema;
import com.networknt.schema.JsonSchemaFactory;
import com.networknt.schema.SpecVersion;
import com.smartmarketingagent.content.Brief.ContentType;
import com.smartmarketingagent.content.Brief.Goal;
import com.smartmarketingagent.content.Brief.Tone;
import com.smartmarketingagent.platform.Language;
import com.smartmarketingagent.rfm.Segment;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * What we send, and what our fake answers, held against the description that OpenAI publishes, by a proxy between the
 * two that lets only sound requests and answers pass. The description lies beside the project and is not part of it.
 */
class PublishedSchemaTest {

    private static final Path DESCRIPTION = Path.of("../shared/specs/openai-chat-reduced.json");

    private final ObjectMapper json = new ObjectMapper();
    private final List<String> complaints = new ArrayList<>();
    private final FakeModel fake = new FakeModel();
    private final ModelClient client = new ModelClient(Clock.systemUTC());
    private HttpServer proxy;

    @BeforeEach
    void aValidatingProxy() throws IOException {
        proxy = HttpServer.create(new InetSocketAddress("127.0.0.1", 0), 10);
        assumeTrue(Files.exists(DESCRIPTION), "the published description is not beside the project");
        var description = json.readTree(DESCRIPTION.toFile());
        var request = schema(description, "CreateChatCompletionRequest");
        var answer = schema(description, "CreateChatCompletionResponse");
        var failure = schema(description, "ErrorResponse");
        proxy.createContext("/", call -> {
            try (call) {
                pass(call, request, answer, failure);
            }
        });
        proxy.start();
    }

    @AfterEach
    void close() {
        proxy.stop(0);
        fake.close();
        client.close();
    }

    private JsonSchema schema(JsonNode description, String name) {
        var root = json.createObjectNode().put("$ref", "#/components/schemas/" + name);
        root.set("components", description.path("components"));
        return JsonSchemaFactory.getInstance(SpecVersion.VersionFlag.V202012).getSchema(root);
    }

    private void pass(HttpExchange call, JsonSchema request, JsonSchema answer, JsonSchema failure) throws IOException {
        var body = call.getRequestBody().readAllBytes();
        var wrong = request.validate(json.readTree(body));
        if (!wrong.isEmpty()) {
            complaints.add("request: " + wrong);
            FakeModel.send(
                    call,
                    422,
                    "application/json",
                    "{\"error\":{\"message\":\"schema\",\"type\":\"x\",\"param\":null,\"code\":null}}");
            return;
        }
        try (var http = HttpClient.newHttpClient()) {
            var response = http.send(
                    HttpRequest.newBuilder(URI.create(fake.base() + "/chat/completions"))
                            .header("Content-Type", "application/json")
                            .POST(HttpRequest.BodyPublishers.ofByteArray(body))
                            .build(),
                    HttpResponse.BodyHandlers.ofString());
            var faults = (response.statusCode() == 200 ? answer : failure).validate(json.readTree(response.body()));
            if (!faults.isEmpty()) complaints.add("answer: " + faults);
            FakeModel.send(call, faults.isEmpty() ? response.statusCode() : 500, "application/json", response.body());
        } catch (InterruptedException e) {
            throw new IOException(e);
        }
    }

    private Completion ask(ContentType type, boolean official) {
        var prompt = Prompt.of(
                new Brief(Segment.LOST, type, Goal.THANK, null, null, null, List.of("Kain Parang"), null, null, 1),
                new Shop("Batik Sri", null, null, null, Tone.FRIENDLY, List.of()),
                new Prompt.Audience(10),
                Language.INDONESIAN);
        var base = URI.create("http://127.0.0.1:" + proxy.getAddress().getPort());
        return client.complete(
                new Model("gpt-4o-mini", base, "k", "system", null, official),
                prompt,
                500,
                new Waiting(Clock.systemUTC().instant().plusSeconds(10), null, new CompletableFuture<>()));
    }

    @Test
    void everyRequestAndEveryKindOfAnswerIsAsPublished() throws IOException {
        for (var type : ContentType.values()) {
            for (boolean official : new boolean[] {true, false}) {
                assertThat(ask(type, official)).isInstanceOf(Completion.Written.class);
            }
        }
        fake.always(FakeModel.refuses());
        assertThat(ask(ContentType.WHATSAPP, true)).isInstanceOf(Completion.Refused.class);
        fake.always(FakeModel.finishes("content_filter"));
        assertThat(ask(ContentType.WHATSAPP, true)).isInstanceOf(Completion.Refused.class);
        fake.always(FakeModel.finishes("length"));
        assertThat(ask(ContentType.WHATSAPP, true)).isInstanceOf(Completion.CutOff.class);
        fake.always(FakeModel.fails(401, "invalid_request_error", "invalid_api_key"));
        assertThat(ask(ContentType.WHATSAPP, true)).isInstanceOf(Completion.KeyTrouble.class);
        fake.always(FakeModel.fails(429, "insufficient_quota", "insufficient_quota"));
        assertThat(ask(ContentType.WHATSAPP, true)).isInstanceOf(Completion.KeyTrouble.class);
        fake.always(FakeModel.fails(503, "service_unavailable_error", "server_is_overloaded"));
        assertThat(ask(ContentType.WHATSAPP, true)).isInstanceOf(Completion.Later.class);
        assertThat(complaints).isEmpty();
    }

    /** A proxy that lets everything pass would prove nothing. */
    @Test
    void theProxyIsAwake() throws Exception {
        try (var http = HttpClient.newHttpClient()) {
            var base = "http://127.0.0.1:" + proxy.getAddress().getPort() + "/chat/completions";
            for (var bad : List.of(
                    "{\"model\":\"m\"}",
                    "{\"model\":\"m\",\"messages\":[],\"temperature\":1}",
                    "{\"model\":\"m\",\"messages\":[{\"role\":\"owner\",\"content\":\"x\"}]}",
                    "{\"model\":\"m\",\"messages\":[{\"role\":\"user\",\"content\":\"x\"}],\"temperature\":9}",
                    "{\"model\":\"m\",\"messages\":[{\"role\":\"user\",\"content\":\"x\"}],\"response_format\":{\"type\":\"json_schema\"}}")) {
                var answer = http.send(
                        HttpRequest.newBuilder(URI.create(base))
                                .POST(HttpRequest.BodyPublishers.ofString(bad))
                                .build(),
                        HttpResponse.BodyHandlers.ofString(StandardCharsets.UTF_8));
                assertThat(answer.statusCode()).describedAs(bad).isEqualTo(422);
            }
        }
        fake.always(FakeModel.finishes("nonsense"));
        assertThat(ask(ContentType.WHATSAPP, true)).isInstanceOf(Completion.Later.class);
        assertThat(complaints).anyMatch(c -> c.startsWith("answer:"));
    }
}
