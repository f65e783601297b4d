package com.smartmarketingagent;

import static com.smartmarketingagent.Http.given;
import static com.smartmarketingagent.Refusals.refused;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.smartmarketingagent.Http.Request;
import com.smartmarketingagent.Http.Response;
import com.smartmarketingagent.messaging.FakeFonnte;
import com.smartmarketingagent.platform.OtherDatabase;
import com.smartmarketingagent.platform.RedisServer;
import com.smartmarketingagent.platform.S3Server;
import com.smartmarketingagent.platform.Wire;
import jakarta.ws.rs.core.MediaType;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * The database goes away in its ways while people work, or the storage of files, or Redis; nobody looks after the
 * program.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class FaultsIT {

    @TempDir
    static @Nullable Path folder;

    /** A part that was seen well isn't looked at again for a minute. */
    private static final Duration KNOWN_FOR = Duration.ofSeconds(75);

    private @Nullable OtherDatabase database;
    private @Nullable Wire wire;
    private @Nullable S3Server files;
    private @Nullable RedisServer redis;
    private @Nullable FakeFonnte fonnte;
    private @Nullable RunningProgram program;
    private String token = "";

    @BeforeAll
    void aProgramAndItsDatabase() throws Exception {
        var here = Objects.requireNonNull(folder);
        database = new OtherDatabase(here.resolve("database"));
        wire = new Wire(database.port());
        program = new RunningProgram(here);
        files = new S3Server(here.resolve("files"));
        var environment = new HashMap<>(database.settings(wire.port()));
        environment.putAll(files.settings());
        fonnte = new FakeFonnte();
        environment.putAll(MailShop.environment(program.port));
        environment.put("FONNTE_URL", fonnte.base());
        environment.put("PROVIDER_TIMEOUT_SECONDS", "120");
        environment.put("RATE_LIMIT_ENABLED", "true");
        environment.put("RATE_LIMIT_API", "1000000/60");
        environment.put("RATE_LIMIT_LOGIN", "6/86400");
        // only one of the tests needs it
        if (Installed.find("redis-server").isPresent()) {
            redis = new RedisServer();
            environment.put("REDIS_URL", redis.url());
        }
        program.environment = environment;
        program.start();
        token = People.register(program.port);
    }

    @AfterAll
    void leaveNothingRunning() throws Exception {
        if (program != null) program.close();
        if (redis != null) redis.close();
        if (fonnte != null) fonnte.close();
        if (files != null) files.close();
        if (wire != null) wire.close();
        if (database != null) database.close();
    }

    private int status(String path) {
        return given().port(Objects.requireNonNull(program).port).get(path).statusCode();
    }

    private void isReady(Duration within) {
        Await.until("ready again", within, () -> status("/api/health/ready") == 200);
    }

    @Test
    @Timeout(400)
    void aStorageOfFilesThatIsGoneIsSaidToBeAwayAndEverythingElseGoesOn() throws Exception {
        var server = Objects.requireNonNull(files);
        server.kill();
        long began = System.nanoTime();
        refused(upload(), 503, "PROVIDER_UNAVAILABLE", "a file");
        assertThat(Duration.ofNanos(System.nanoTime() - began)).isLessThan(Duration.ofSeconds(5));
        assertThat(asks().get("/api/customers").statusCode()).isEqualTo(200);
        assertThat(status("/api/health/ready")).isEqualTo(200);
        Await.until("it is missed", KNOWN_FOR, () -> status("/api/health") == 503);
        server.start();
        Await.until("healthy again", Duration.ofSeconds(15), () -> status("/api/health") == 200);
        assertThat(upload().statusCode()).isEqualTo(202);
    }

    @Test
    @Timeout(400)
    void aRedisThatIsGoneKeepsNobodyFromAnythingAndWhoGuessesPasswordsIsStoppedAllTheSame() throws Exception {
        assumeTrue(redis != null, "there is no redis-server here");
        var server = Objects.requireNonNull(redis);
        try (var people = new People(Objects.requireNonNull(program).port, token)) {
            people.work(Duration.ofSeconds(1));
            assertThat(server.counted()).isPositive();
            for (int i = 0; i < 3; i++) assertThat(guess().statusCode()).isEqualTo(401);
            server.kill();
            people.work(Duration.ofSeconds(1));
            for (int i = 0; i < 3; i++) assertThat(guess().statusCode()).isEqualTo(401);
            refused(guess(), 429, "RATE_LIMITED", "the seventh");
            Await.until("it is missed", KNOWN_FOR, () -> redisIs("unhealthy", 503));
            assertThat(status("/api/health/ready")).isEqualTo(200);
            server.start();
            Await.until("it counts again", Duration.ofSeconds(15), () -> server.counted() > 0);
            Await.until("it is well again", Duration.ofSeconds(15), () -> redisIs("healthy", 200));
            refused(guess(), 429, "RATE_LIMITED", "the eighth");
            people.stop();
            long before = server.counted();
            assertThat(guess("lain@contoh.id").statusCode()).isEqualTo(401);
            assertThat(server.counted()).as("guesses are counted there, too").isGreaterThan(before);
            assertThat(people.failed).isEmpty();
            people.lostNothing(Objects.requireNonNull(database)::query);
        }
    }

    private Response guess() {
        return guess("sri@contoh.id");
    }

    private Response guess(String email) {
        return given().port(Objects.requireNonNull(program).port)
                .contentType(MediaType.APPLICATION_JSON)
                .body(Map.of("email", email, "password", "batik tulis kain"))
                .post("/api/auth/login");
    }

    private boolean redisIs(String state, int status) {
        var health = given().port(Objects.requireNonNull(program).port).get("/api/health");
        return health.statusCode() == status && state.equals(health.path("checks.redis.status"));
    }

    /** The provider is silent, too: what is being sent can't be settled, however often it is tried. */
    @Test
    @Timeout(400)
    void sigtermWhileTheDatabaseIsSilentEndsInTimeAndSendsNothingTwice() throws Exception {
        var server = Objects.requireNonNull(program);
        var provider = Objects.requireNonNull(fonnte);
        var data = Objects.requireNonNull(database);
        provider.always(provider.stalling(Duration.ofMinutes(5)));
        assertThat(asks().contentType(MediaType.APPLICATION_JSON)
                        .body(Map.of("name", "Ani", "phone", "+6281200000042"))
                        .post("/api/customers")
                        .statusCode())
                .isEqualTo(201);
        var shop = new MailShop(server.port, token);
        var campaign = shop.messages();
        Await.until("it is being sent", () -> !provider.messages().isEmpty());
        Objects.requireNonNull(wire).fallSilent();
        try {
            long began = System.nanoTime();
            assertThat(server.stop()).isEqualTo(128 + 15);
            assertThat(Duration.ofNanos(System.nanoTime() - began)).isLessThan(Duration.ofSeconds(25));
        } finally {
            wire.recover();
        }
        // what two minutes do
        var ended = data.query("""
                WITH ended AS (UPDATE app.message_outbox SET lease_until = now() - interval '1 second' WHERE state = 'sending' RETURNING 1),
                     jobs AS (UPDATE jobs.scheduled_tasks SET picked = false, picked_by = NULL, last_heartbeat = NULL, version = version + 1
                              WHERE picked RETURNING 1)
                SELECT (SELECT count(*) FROM ended) + (SELECT count(*) FROM jobs)""");
        assertThat(ended).as("messages and jobs that were left").isNotEqualTo("0");
        // the administrator's way to it leads past the wire
        var environment = new HashMap<>(server.environment);
        environment.putAll(data.settings(wire.port()));
        server.environment = environment;
        server.start();
        Await.until(
                "nobody knows", () -> shop.campaign(campaign, "counts.unknown").equals("1"));
        assertThat(provider.messages()).isEqualTo(Map.of("6281200000042", 1));
        shop.endsMessages();
    }

    private Request asks() {
        return given().port(Objects.requireNonNull(program).port).header("Authorization", "Bearer " + token);
    }

    private Response upload() {
        return asks().multiPart("file", "pelanggan.csv", "nama\nAni\n".getBytes(UTF_8), "text/csv")
                .post("/api/customers/import");
    }

    @Test
    @Timeout(400)
    void aDatabaseThatIsStoppedForTwentySecondsIsSaidToBeAwayAndMissedNothing() throws Exception {
        var here = Objects.requireNonNull(folder);
        try (var people = new People(Objects.requireNonNull(program).port, token)) {
            people.work(Duration.ofSeconds(1));
            Objects.requireNonNull(database).close();
            LockSupport.parkNanos(Duration.ofSeconds(2).toNanos());
            assertThat(status("/api/health/live")).isEqualTo(200);
            assertThat(status("/api/health/ready")).isEqualTo(503);
            LockSupport.parkNanos(Duration.ofSeconds(18).toNanos());
            database = new OtherDatabase(here.resolve("database"));
            Objects.requireNonNull(wire).leadTo(database.port());
            isReady(Duration.ofSeconds(15));
            people.work(Duration.ofSeconds(2));
            people.stop();
            people.wereToldThatItIsAway();
            people.wereToldSoon();
            people.lostNothing(database::query);
        }
    }

    @Test
    @Timeout(400)
    void aNetworkThatFallsSilentIsSaidToBeAwayAndMissedNothing() throws Exception {
        try (var people = new People(Objects.requireNonNull(program).port, token)) {
            people.work(Duration.ofSeconds(1));
            Objects.requireNonNull(wire).fallSilent();
            LockSupport.parkNanos(Duration.ofSeconds(60).toNanos());
            people.wereToldThatItIsAway();
            people.wereToldSoon();
            wire.recover();
            isReady(Duration.ofSeconds(15));
            people.work(Duration.ofSeconds(2));
            people.stop();
            // also who was answered only now
            people.wereToldSoon();
            people.lostNothing(Objects.requireNonNull(database)::query);
        }
    }
}
