package com.smartmarketingagent.platform;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.notNullValue;
import static org.hamcrest.Matchers.nullValue;

import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.nio.file.Files;
import java.sql.Connection;
import java.sql.DriverManager;
import java.text.MessageFormat;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.concurrent.atomic.AtomicReference;
import java.util.logging.Handler;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import org.junit.jupiter.api.Test;

@QuarkusTest
class HealthTest {

    @Inject
    Db db;

    @Inject
    Settings settings;

    @Inject
    Clock clock;

    @Test
    void saysThatTheDatabaseAnswersAndWhatIsNotConfigured() {
        given().get("/api/health")
                .then()
                .statusCode(200)
                .body("status", equalTo("healthy"))
                .body("timestamp", notNullValue())
                .body("checks.database.status", equalTo("healthy"))
                .body("checks.row_security.status", equalTo("healthy"))
                .body("checks.redis.status", equalTo("disabled"))
                .body("success", nullValue());
    }

    @Test
    void aNodeOnADatabaseThatDoesNotKeepShopsApartIsNotReadyAndSaysWhy() throws Exception {
        var said = new ArrayList<String>();
        var listener = new Handler() {
            @Override
            public void publish(LogRecord entry) {
                said.add(MessageFormat.format(entry.getMessage(), entry.getParameters()));
            }

            @Override
            public void flush() {}

            @Override
            public void close() {}
        };
        var time = new AtomicReference<>(clock.instant());
        var times = new Clock() {
            @Override
            public Instant instant() {
                return time.get();
            }

            @Override
            public ZoneId getZone() {
                return ZoneOffset.UTC;
            }

            @Override
            public Clock withZone(ZoneId zone) {
                return this;
            }
        };
        var logger = Logger.getLogger(RowSecurity.class.getName());
        logger.addHandler(listener);
        var starting = new RowSecurity(db, times);
        assertThat(starting.isWhole()).isTrue();
        try (var superuser = superuser()) {
            run(superuser, "CREATE TABLE app.loose_notes (user_id uuid PRIMARY KEY, note text)");
            try {
                time.updateAndGet(t -> t.plusSeconds(59));
                assertThat(starting.isWhole()).as("a look holds for a minute").isTrue();
                time.updateAndGet(t -> t.plusSeconds(1));
                assertThat(starting.isWhole()).as("opened while it runs").isFalse();
                assertThat(said).singleElement().asString().contains("rls off: loose_notes", "503", "docs/security.md");
                assertThat(new HealthApi(db, starting, clock).health())
                        .satisfies(answer -> assertThat(answer.getStatus()).isEqualTo(503))
                        .satisfies(answer -> assertThat(((HealthApi.Health) answer.getEntity()).checks())
                                .extractingFromEntries(
                                        e -> e.getKey() + " " + e.getValue().status())
                                .contains("database healthy", "row_security unhealthy"));
                assertThat(said)
                        .as("told once a minute, however often it is asked")
                        .hasSize(1);
            } finally {
                run(superuser, "DROP TABLE app.loose_notes");
            }
            assertThat(starting.isWhole()).isFalse();
            time.updateAndGet(t -> t.plusSeconds(60));
            assertThat(new HealthApi(db, starting, clock).health().getStatus())
                    .as("mended, without a restart")
                    .isEqualTo(200);
        } finally {
            logger.removeHandler(listener);
        }
    }

    private Connection superuser() throws Exception {
        var port = Files.readAllLines(settings.dataDir().resolve("postgres/postmaster.pid"))
                .get(3)
                .strip();
        return DriverManager.getConnection(
                "jdbc:postgresql://127.0.0.1:" + port + "/sma", "postgres", settings.keptSecret("POSTGRES_PASSWORD"));
    }

    private static void run(Connection connection, String sql) throws Exception {
        try (var statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    @Test
    void anUnknownRouteIsAnEnvelope() {
        given().get("/api/nothing-here")
                .then()
                .statusCode(404)
                .body("success", equalTo(false))
                .body("error.code", equalTo("NOT_FOUND"))
                .body("error.message", equalTo("Alamat tidak ditemukan."));
        given().header("Accept-Language", "en")
                .delete("/api/health")
                .then()
                .statusCode(405)
                .body("error.code", equalTo("METHOD_NOT_ALLOWED"))
                .body("error.message", equalTo("This method is not supported at this address."));
    }
}
