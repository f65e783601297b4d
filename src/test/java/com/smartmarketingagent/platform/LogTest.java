package com.smartmarketingagent.platform;

import static com.smartmarketingagent.Http.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.smartmarketingagent.Await;
import com.smartmarketingagent.Shop;
import io.quarkus.logging.json.runtime.JsonFormatter;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.locks.LockSupport;
import java.util.logging.Handler;
import java.util.logging.LogRecord;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.jboss.logging.Logger;
import org.jboss.logmanager.ExtHandler;
import org.jdbi.v3.core.Jdbi;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What stands in the log: which request and which shop a line is about, and nobody's number, address or token. */
@QuarkusTest
class LogTest {

    private static final Logger LOG = Logger.getLogger(LogTest.class);
    private static final String PERSON = "Sri 081234567890 sri@contoh.id, token 3q2Hh7Tn0sVbXk9LmP4rWz8YcD6eFgJa5uNo";

    @Path("/api/test/log")
    static class Speaking {
        @GET
        @Operation(hidden = true)
        public String speak() {
            LOG.info("A request says " + PERSON);
            return "said";
        }

        @GET
        @Public
        @Path("slow/{token}")
        @Operation(hidden = true)
        public String slow(String token) {
            LockSupport.parkNanos(
                    Duration.ofMillis(token.equals("fast") ? 300 : 1_100).toNanos());
            return "slow";
        }
    }

    @Singleton
    static class SpeakingJob implements Jobs.Job {
        @Override
        public String name() {
            return "test-log";
        }

        @Override
        public void run(String instance) {
            LOG.info("A job says " + PERSON);
        }
    }

    @Inject
    Db db;

    @Inject
    Jobs jobs;

    private final ObjectMapper json = new ObjectMapper();
    private final List<String> lines = new CopyOnWriteArrayList<>();
    private final Handler log = new Handler() {
        private final LogLines.Redacting form = new LogLines.Redacting(new JsonFormatter());

        @Override
        public void publish(LogRecord entry) {
            lines.add(form.format(entry));
        }

        @Override
        public void flush() {}

        @Override
        public void close() {}
    };

    @BeforeEach
    void listen() {
        java.util.logging.Logger.getLogger("").addHandler(log);
    }

    @AfterEach
    void stop() {
        java.util.logging.Logger.getLogger("").removeHandler(log);
    }

    private List<JsonNode> said(String part) {
        return lines.stream()
                .map(this::read)
                .filter(l -> l.path("message").asText().contains(part))
                .toList();
    }

    private JsonNode read(String line) {
        try {
            return json.readTree(line);
        } catch (JsonProcessingException e) {
            throw new AssertionError(line, e);
        }
    }

    /** The line that says so; it is written after the answer was sent. */
    private JsonNode await(String part) {
        Await.until("the log says " + part, () -> !said(part).isEmpty());
        assertThat(said(part)).hasSize(1);
        return said(part).getFirst();
    }

    private void tellsNobody() {
        assertThat(lines).noneMatch(l -> l.contains("081234567890") || l.contains("contoh.id") || l.contains("3q2Hh"));
    }

    @Test
    void aLineSaysWhichRequestAndWhichShopItIsAbout() {
        var shop = Shop.register();
        var answer = shop.api().get("/api/test/log");
        assertThat(answer.statusCode()).isEqualTo(200);
        var line = await("A request says");
        assertThat(line.at("/mdc/request_id").asText()).isEqualTo(answer.header("X-Request-Id"));
        assertThat(line.at("/mdc/tenant").asText()).isEqualTo(shop.id().value().toString());
        assertThat(line.at("/message").asText()).isEqualTo("A request says Sri [phone] [e-mail], token [token]");
        tellsNobody();
        // the next request of the same thread is another's
        var other = given().header("X-Request-Id", "mine").get("/api/test/bug");
        assertThat(other.header("X-Request-Id")).isNotEqualTo("mine");
        var bug = await("Unexpected failure");
        assertThat(bug.at("/mdc/request_id").asText()).isEqualTo(other.header("X-Request-Id"));
        assertThat(bug.at("/mdc/tenant").isMissingNode()).isTrue();
        assertThat(other.jsonPath().getString("error.message")).contains(other.header("X-Request-Id"));
    }

    @Test
    void whatIsRefusedAtTheDoorHasANumberToo() {
        assertThat(given().get("/api/nothing-here").header("X-Request-Id")).isNotBlank();
        assertThat(given().get("/?x=" + "a".repeat(9_000)).header("X-Request-Id"))
                .isNotBlank();
    }

    @Test
    void aJobsLineSaysWhichJobAndWhichShopItIsAbout() {
        var shop = Shop.register();
        db.useTenant(shop.id(), tx -> jobs.enqueue(tx, "test-log", shop.id().value() + " " + UUID.randomUUID()));
        jobs.wakeUp();
        var line = await("A job says");
        assertThat(line.at("/mdc/job").asText()).isEqualTo("test-log");
        assertThat(line.at("/mdc/tenant").asText()).isEqualTo(shop.id().value().toString());
        assertThat(line.at("/mdc/request_id").isMissingNode()).isTrue();
        tellsNobody();
    }

    @Test
    void aSlowStatementIsToldAsItIsWritten() {
        for (var seconds : List.of("0.5", "1.1")) {
            db.withoutTenant(tx -> tx.createQuery("SELECT :secret || pg_sleep(CAST(:seconds AS numeric))::text")
                    .bind("secret", "tertanam-9LyQ")
                    .bind("seconds", seconds)
                    .mapTo(String.class)
                    .one());
        }
        assertThat(await("A statement took").path("message").asText())
                .containsPattern("took 1[1-9]\\d\\d ms: SELECT :secret \\|\\| pg_sleep");
        assertThat(lines).noneMatch(l -> l.contains("tertanam-9LyQ"));
    }

    @Test
    void aSlowStatementThatFailsIsToldToo() {
        var asJobsAsk = Pool.configure(Jdbi.create(db.jobsDataSource()));
        assertThatThrownBy(() -> asJobsAsk.useTransaction(tx -> {
                    tx.execute("SET LOCAL statement_timeout = 1100");
                    tx.createQuery("SELECT :secret || pg_sleep(30)::text")
                            .bind("secret", "tertanam-4KpW")
                            .mapTo(String.class)
                            .one();
                }))
                .hasMessageContaining("canceling statement");
        assertThat(await("A statement failed").path("message").asText())
                .containsPattern("failed after \\d{4,} ms: SELECT :secret \\|\\| pg_sleep");
        assertThat(lines).noneMatch(l -> l.contains("tertanam-4KpW"));
    }

    @Test
    void aSlowRequestIsToldByItsRoute() {
        given().get("/api/test/log/slow/fast");
        var answer = given().get("/api/test/log/slow/tertanam-7TwX");
        var line = await("answered 200 after");
        assertThat(line.path("message").asText()).startsWith("GET /api/test/log/slow/{token} answered 200 after 1");
        assertThat(line.at("/mdc/request_id").asText()).isEqualTo(answer.header("X-Request-Id"));
        assertThat(lines).noneMatch(l -> l.contains("tertanam-7TwX"));
    }

    @Test
    void whoClosesAPageThatListensIsNoErrorOfOurs() {
        var hungUp = new RuntimeException(new java.nio.channels.ClosedChannelException());
        LogLines.LISTENERS.log(java.util.logging.Level.SEVERE, "Exception in SSE server handling", hungUp);
        LogLines.LISTENERS.log(java.util.logging.Level.SEVERE, "Exception of ours", new RuntimeException("x"));
        assertThat(lines.toString()).contains("Exception of ours").doesNotContain("Exception in SSE");
    }

    @Test
    void theServersOwnLogIsWrittenThatWay() {
        var forms = new ArrayList<>();
        for (var handler : java.util.logging.Logger.getLogger("").getHandlers())
            if (handler != log) collect(handler, forms);
        assertThat(forms).isNotEmpty().allMatch(f -> f instanceof LogLines.Redacting);
    }

    private static void collect(Handler handler, List<Object> forms) {
        if (handler.getFormatter() != null) forms.add(handler.getFormatter());
        if (handler instanceof ExtHandler outer) for (var inner : outer.getHandlers()) collect(inner, forms);
    }
}
