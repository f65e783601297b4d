package com.smartmarketingagent.platform;

import static com.smartmarketingagent.Http.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.is;
import static org.hamcrest.Matchers.notNullValue;
import static org.hamcrest.Matchers.nullValue;

import com.smartmarketingagent.Mailbox;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.enterprise.inject.Any;
import jakarta.enterprise.inject.Instance;
import jakarta.inject.Inject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.text.MessageFormat;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import java.util.logging.Handler;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@QuarkusTest
class HealthTest {

    @Inject
    Db db;

    @Inject
    Settings settings;

    @Inject
    Clock clock;

    @Inject
    Smtp smtp;

    @Inject
    @Any
    Instance<HealthPart> parts;

    /** Also one that is new: else it could not be left out. */
    @Test
    void whatIsNotNeededMayBeLeftOutAndNothingElse() {
        assertThat(parts).isNotEmpty();
        for (var part : parts) {
            var without = new Settings() {
                @Override
                public Optional<String> text(String name) {
                    return name.equals("HEALTH_WITHOUT") ? Optional.of(part.name()) : Optional.empty();
                }
            };
            if (part.isNeeded()) assertThatThrownBy(without::check).isInstanceOf(Settings.Wrong.class);
            else assertThatCode(without::check).as(part.name()).doesNotThrowAnyException();
        }
    }

    @Test
    void saysThatTheDatabaseAnswersAndWhatIsNotConfigured() {
        given().get("/api/health")
                .then()
                .statusCode(200)
                .body("status", equalTo("healthy"))
                .body("timestamp", notNullValue())
                .body("checks.database.status", equalTo("healthy"))
                .body("checks.row_security.status", equalTo("healthy"))
                .body("checks.storage.status", equalTo("healthy"))
                .body("checks.storage.latency_ms", notNullValue())
                .body("checks.openai.status", equalTo("disabled"))
                .body("checks.openai.latency_ms", nullValue())
                .body("checks.mail.status", equalTo("disabled"))
                .body("checks.whatsapp.status", equalTo("disabled"))
                .body("checks.redis.status", equalTo("disabled"))
                .body("success", nullValue());
    }

    @Test
    void aBalancerHearsOnlyOfWhatIsNeeded() {
        given().get("/api/health/ready")
                .then()
                .statusCode(200)
                .body("status", equalTo("healthy"))
                .body(
                        "checks.size()",
                        is(2),
                        "checks.database.status",
                        notNullValue(),
                        "checks.row_security.status",
                        notNullValue());
    }

    @Test
    void whetherTheProcessLivesIsSaidWithoutAskingAnybody() {
        given().get("/api/health/live")
                .then()
                .statusCode(200)
                .body("status", equalTo("healthy"))
                .body("checks.size()", equalTo(0));
    }

    @Test
    void aFolderInWhichNothingCanBeWrittenIsNotWell(@TempDir Path data) throws IOException {
        var folder = new Settings() {
            @Override
            public Path dataDir() {
                return data;
            }
        };
        assertThat(new StorageHealth(folder, Storages.of(folder, clock)).ask()).isEqualTo(HealthPart.State.HEALTHY);
        assertThat(data.resolve("uploads/incoming")).isEmptyDirectory();
        Files.delete(data.resolve("uploads/incoming"));
        Files.writeString(data.resolve("uploads/incoming"), "in its place");
        assertThatThrownBy(() -> new StorageHealth(folder, Storages.of(folder, clock)).ask())
                .hasRootCauseInstanceOf(IOException.class);
    }

    @Test
    void theMailServerIsNotWellWhenItIsGoneAndDisabledWhereThereIsNone() {
        var mail = new MailHealth(settings, smtp);
        assertThat(mail.ask()).isEqualTo(HealthPart.State.DISABLED);
        try (var box = Mailbox.open()) {
            assertThat(mail.ask()).isEqualTo(HealthPart.State.HEALTHY);
            assertThat(box.to("sma@example.com")).isEmpty();
            System.setProperty("MAIL_URL", "smtp://127.0.0.1:9");
            assertThat(mail.ask()).isEqualTo(HealthPart.State.UNHEALTHY);
        }
    }

    private HealthChecks checks(RowSecurity apart) {
        var parts = List.of(new DatabaseHealth(db), apart);
        return new HealthChecks(parts, settings, Duration.ofSeconds(4), System::nanoTime);
    }

    private HealthApi node(RowSecurity apart) {
        return new HealthApi(checks(apart), clock);
    }

    @Test
    void aNodeThatIsToldToEndIsWellAndNotReady() {
        var checks = checks(new RowSecurity(db, clock));
        var node = new HealthApi(checks, clock);
        assertThat(node.ready().getStatus()).isEqualTo(200);
        checks.end();
        assertThat(node.ready().getStatus()).isEqualTo(503);
        assertThat(node.live().getStatus()).isEqualTo(200);
        assertThat(node.health().getStatus()).isEqualTo(200);
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
                assertThat(node(starting).ready())
                        .satisfies(answer -> assertThat(answer.getStatus()).isEqualTo(503))
                        .satisfies(answer -> assertThat(((HealthApi.Health) answer.getEntity()).checks())
                                .extractingFromEntries(e ->
                                        e.getKey() + " " + e.getValue().status().key())
                                .contains("database healthy", "row_security unhealthy"));
                assertThat(said)
                        .as("told once a minute, however often it is asked")
                        .hasSize(1);
            } finally {
                run(superuser, "DROP TABLE app.loose_notes");
            }
            assertThat(starting.isWhole()).isFalse();
            time.updateAndGet(t -> t.plusSeconds(60));
            assertThat(node(starting).ready().getStatus())
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
