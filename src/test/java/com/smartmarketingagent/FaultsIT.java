package com.smartmarketingagent;

import static com.smartmarketingagent.Http.given;
import static org.assertj.core.api.Assertions.assertThat;

import com.smartmarketingagent.platform.OtherDatabase;
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

/** The database goes away in its ways while people work; nobody looks after the program. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class FaultsIT {

    @TempDir
    static @Nullable Path folder;

    private @Nullable OtherDatabase database;
    private @Nullable Wire wire;
    private @Nullable RunningProgram program;
    private String token = "";

    @BeforeAll
    void aProgramAndItsDatabase() throws Exception {
        var here = Objects.requireNonNull(folder);
        database = new OtherDatabase(here.resolve("database"));
        wire = new Wire(database.port());
        program = new RunningProgram(here);
        var environment = new HashMap<>(database.settings(wire.port()));
        environment.put("RATE_LIMIT_ENABLED", "false");
        program.environment = environment;
        program.start();
        token = People.register(program.port);
    }

    @AfterAll
    void leaveNothingRunning() throws Exception {
        if (program != null) program.close();
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
