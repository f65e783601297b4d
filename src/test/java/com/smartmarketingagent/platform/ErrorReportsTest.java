package com.smartmarketingagent.platform;

import static com.smartmarketingagent.Http.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.smartmarketingagent.Await;
import com.smartmarketingagent.Shop;
import com.sun.net.httpserver.HttpServer;
import io.quarkus.runtime.StartupEvent;
import io.quarkus.test.junit.QuarkusTest;
import io.sentry.Sentry;
import jakarta.inject.Inject;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.logging.Logger;
import java.util.zip.GZIPInputStream;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What Sentry is told, as a server hears it that speaks Sentry's protocol. */
@QuarkusTest
class ErrorReportsTest {

    private static final String PROMPT = "Tulis pesan untuk pelanggan Batik Rahasia yang sudah lama tidak membeli";

    @Path("/api/test/reported")
    static class Failing {
        @GET
        @Operation(hidden = true)
        public String fail() {
            var cause = new IllegalArgumentException("Not for 081234567890 or sri@contoh.id\n" + PROMPT);
            throw new IllegalStateException("Can't read \"" + PROMPT + "\" by Bearer tertanam-8KxP", cause);
        }
    }

    @Inject
    ErrorReports reports;

    @Inject
    Clock clock;

    private final ObjectMapper json = new ObjectMapper();
    private final List<String> heard = new CopyOnWriteArrayList<>();
    private final List<String> keys = new CopyOnWriteArrayList<>();
    private HttpServer server;

    @BeforeEach
    void listen() throws IOException {
        server = HttpServer.create(new InetSocketAddress("127.0.0.1", 0), 0);
        server.createContext("/api/1/envelope/", call -> {
            try (var in = new GZIPInputStream(call.getRequestBody())) {
                heard.add(new String(in.readAllBytes(), StandardCharsets.UTF_8));
            }
            keys.add(call.getRequestHeaders().getFirst("X-Sentry-Auth"));
            var answer = "{\"id\":\"0\"}".getBytes(StandardCharsets.UTF_8);
            call.sendResponseHeaders(200, answer.length);
            call.getResponseBody().write(answer);
            call.close();
        });
        server.start();
    }

    @AfterEach
    void stop() {
        reports.end();
        server.stop(0);
    }

    private String dsn() {
        return "http://public@127.0.0.1:" + server.getAddress().getPort() + "/1";
    }

    /** The payloads of this kind that mention a text. */
    private List<JsonNode> told(String type, String part) throws IOException {
        var found = new CopyOnWriteArrayList<JsonNode>();
        for (var envelope : heard) {
            var lines = envelope.split("\n");
            for (int i = 1; i + 1 < lines.length; i += 2)
                if (json.readTree(lines[i]).path("type").asText().equals(type) && lines[i + 1].contains(part))
                    found.add(json.readTree(lines[i + 1]));
        }
        return found;
    }

    private JsonNode await(String type, String part) throws IOException {
        Await.until("Sentry is told of " + part, () -> !told(type, part).isEmpty());
        assertThat(told(type, part)).describedAs(String.join("\n", heard)).hasSize(1);
        return told(type, part).getFirst();
    }

    @Test
    void anErrorAndItsRequestAreToldWithoutAnybodysData() throws Exception {
        reports.begin(dsn(), 1);
        var shop = Shop.register();
        var answer = shop.api().get("/api/test/reported");
        assertThat(answer.statusCode()).isEqualTo(500);
        var id = answer.header("X-Request-Id");
        var event = await("event", id);
        assertThat(event.at("/tags/request_id").asText()).isEqualTo(id);
        assertThat(event.at("/tags/tenant").asText()).matches("[0-9a-f]{16}");
        assertThat(event.path("level").asText()).isEqualTo("error");
        assertThat(event.path("release").asText()).startsWith("smart-marketing-agent@");
        assertThat(event.path("environment").asText()).isEqualTo("development");
        assertThat(event.at("/message/formatted").asText()).isEqualTo("Unexpected failure [id]");
        assertThat(event.at("/exception/values/0/type").asText()).isEqualTo("IllegalArgumentException");
        assertThat(event.at("/exception/values/0/value").asText()).isEqualTo("Not for [phone] or [e-mail]");
        assertThat(event.at("/exception/values/1/value").asText()).isEqualTo("Can't read [text] by Bearer [token]");
        assertThat(event.toString()).contains("ErrorReportsTest$Failing");
        assertThat(event.has("server_name") || event.has("user") || event.has("request"))
                .isFalse();

        var request = await("transaction", "/api/test/reported");
        assertThat(request.path("transaction").asText()).isEqualTo("GET /api/test/reported");
        assertThat(request.at("/tags/request_id").asText()).isEqualTo(id);
        assertThat(request.at("/tags/tenant").asText())
                .isEqualTo(event.at("/tags/tenant").asText());
        assertThat(request.at("/contexts/trace/op").asText()).isEqualTo("http.server");
        assertThat(request.at("/contexts/trace/status").asText()).isEqualTo("internal_error");

        assertThat(keys).allMatch(k -> k.contains("sentry_key=public"));
        assertThat(heard)
                .noneMatch(e -> e.contains("081234567890")
                        || e.contains("sri@contoh.id")
                        || e.contains("Batik Rahasia")
                        || e.contains("tertanam-8KxP")
                        || e.contains(shop.accessToken())
                        || e.contains(shop.email())
                        || e.contains(shop.id().value().toString()));
    }

    @Test
    void whereAnAddressIsSetATenthOfTheRequestsIsTold() {
        var settings = new Settings() {
            @Override
            public Optional<String> text(String name) {
                return name.equals("SENTRY_DSN") ? Optional.of(dsn()) : super.text(name);
            }
        };
        var started = new ErrorReports(settings, clock);
        started.begin(new StartupEvent());
        Await.until("it has begun", Sentry::isEnabled);
        var sample = Sentry.getCurrentScopes().getOptions().getTracesSampleRate();
        started.end();
        assertThat(sample).isEqualTo(0.1);
    }

    @Test
    void warningsAreNotTold() throws Exception {
        reports.begin(dsn(), 0);
        org.jboss.logging.Logger.getLogger("test").warn("tertanam peringatan");
        org.jboss.logging.Logger.getLogger("test").error("tertanam kesalahan");
        given().get("/api/health/live").then().statusCode(200);
        await("event", "kesalahan");
        assertThat(heard).noneMatch(e -> e.contains("peringatan"));
        assertThat(told("transaction", "")).isEmpty();
    }

    @Test
    void withoutAnAddressNothingIsBegun() {
        assertThat(Sentry.isEnabled()).isFalse();
        given().get("/api/test/bug").then().statusCode(500);
        assertThat(Logger.getLogger("").getHandlers()).noneMatch(h -> h instanceof SentryReports);
        assertThat(heard).isEmpty();
    }

    @Test
    void aReceiverThatIsGoneHarmsNobody() {
        reports.begin("http://public@127.0.0.1:9/1", 1);
        given().get("/api/test/bug").then().statusCode(500);
        given().get("/api/health/live").then().statusCode(200);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                    column "user_id" of relation "customers"  | column "user_id" of relation "customers"
                    Unrecognized token 'Halo Ibu Sri': was    | Unrecognized token [text]: was
                    It isn't there and can't be               | It isn't there and can't be
                    cut off "Halo Ibu                         | cut off [text]
                    of 0199f3a2-1c5e-7abc-8def-0123456789ab.  | of [id].
                    """)
    void whatSomebodyWroteIsLeftOut(String text, String told) {
        assertThat(SentryReports.told(text)).isEqualTo(told);
    }

    @Test
    void ofALongTextOnlyTheBeginningIsTold() {
        assertThat(SentryReports.told("kata ".repeat(100))).hasSize(200);
        assertThat(SentryReports.told("one\ntwo")).isEqualTo("one");
        assertThat(SentryReports.told(null)).isEmpty();
    }

    private static Settings with(String dsn) {
        return new Settings() {
            @Override
            public Optional<String> text(String name) {
                return name.equals("SENTRY_DSN") ? Optional.of(dsn) : Optional.empty();
            }
        };
    }

    @ParameterizedTest
    @ValueSource(strings = {"https://a1@sentry.example.com/1", "http://public:secret@127.0.0.1:9000/path/12"})
    void anAddressAsSentryShowsItIsTaken(String dsn) {
        assertThatCode(() -> ErrorReports.check(with(dsn))).doesNotThrowAnyException();
    }

    @ParameterizedTest
    @ValueSource(strings = {"sentry", "https://sentry.example.com/1", "https://a1@sentry.example.com/", "ftp://a1@b/1"})
    void anyOtherStopsTheStart(String dsn) {
        assertThatThrownBy(() -> ErrorReports.check(with(dsn))).hasMessage(ErrorReports.DSNS);
    }
}
