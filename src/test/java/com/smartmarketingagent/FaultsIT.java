package com.smartmarketingagent;

import static com.smartmarketingagent.Http.given;
import static com.smartmarketingagent.Refusals.refused;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.smartmarketingagent.Http.Request;
import com.smartmarketingagent.Http.Response;
import com.smartmarketingagent.platform.OtherDatabase;
import com.smartmarketingagent.platform.S3Server;
import com.smartmarketingagent.platform.Wire;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.Objects;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The database goes away in its ways while people work, or the storage of files; nobody looks after the program. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class FaultsIT {

    @TempDir
    static @Nullable Path folder;

    private @Nullable OtherDatabase database;
    private @Nullable Wire wire;
    private @Nullable S3Server files;
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
        environment.put("RATE_LIMIT_ENABLED", "false");
        program.environment = environment;
        program.start();
        token = People.register(program.port);
    }

    @AfterAll
    void leaveNothingRunning() throws Exception {
        if (program != null) program.close();
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
        assertThat(status("/api/health")).isEqualTo(503);
        server.start();
        Await.until("healthy again", Duration.ofSeconds(15), () -> status("/api/health") == 200);
        assertThat(upload().statusCode()).isEqualTo(202);
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
