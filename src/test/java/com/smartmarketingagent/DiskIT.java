package com.smartmarketingagent;

import static com.smartmarketingagent.Http.given;
import static com.smartmarketingagent.Refusals.refused;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.smartmarketingagent.Http.Response;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
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

/** The program's own PostgreSQL ends while people work: killed, or on a disk of its own that is full. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class DiskIT {

    @TempDir
    static @Nullable Path folder;

    private @Nullable RunningProgram program;
    private String token = "";

    @BeforeAll
    void aProgramOnADiskOfItsOwn() throws Exception {
        var disk = Files.createDirectories(Objects.requireNonNull(folder).resolve("data"));
        assumeTrue(
                runs("mount", "-t", "tmpfs", "-o", "size=400m", "tmpfs", disk.toString()),
                "only root may mount a disk");
        program = new RunningProgram(folder);
        program.environment = Map.of("RATE_LIMIT_ENABLED", "false");
        program.start();
        token = People.register(program.port);
    }

    @AfterAll
    void leaveNothingRunning() throws Exception {
        if (program == null) return;
        try (var ending = program) {
            ending.stop();
            assertThat(ending.databaseProcesses()).isEmpty();
        } finally {
            assertThat(runs("umount", "-l", program.data.toString())).isTrue();
        }
    }

    private static boolean runs(String... command) throws IOException, InterruptedException {
        return new ProcessBuilder(command).start().waitFor() == 0;
    }

    private RunningProgram program() {
        return Objects.requireNonNull(program);
    }

    private int status(String path) {
        return given().port(program().port).get(path).statusCode();
    }

    private void isReadyAgain() {
        Await.until("ready again", Duration.ofSeconds(15), () -> status("/api/health/ready") == 200);
    }

    @Test
    @Timeout(400)
    void aDatabaseThatIsKilledIsStartedAgain() throws Exception {
        try (var people = new People(program().port, token)) {
            people.work(Duration.ofSeconds(1));
            program().postmaster().orElseThrow().destroyForcibly();
            Await.until("people noticed", () -> !people.failed.isEmpty());
            isReadyAgain();
            people.work(Duration.ofSeconds(2));
            people.stop();
            people.wereToldThatItIsAway();
            people.wereToldSoon();
            people.lostNothing(program()::query);
        }
    }

    @Test
    @Timeout(400)
    void aFullDiskIsSaidAndForgottenWhenThereIsRoomAgain() throws Exception {
        var filler = program().data.resolve("filler");
        try (var people = new People(program().port, token)) {
            people.work(Duration.ofSeconds(1));
            fill(filler);
            refused(upload(), 503, "SERVICE_UNAVAILABLE", "a file for which there is no room");
            nextLog();
            Await.until("people noticed", () -> !people.failed.isEmpty());
            LockSupport.parkNanos(Duration.ofSeconds(10).toNanos());
            assertThat(status("/api/health/live")).isEqualTo(200);
            Files.delete(filler);
            isReadyAgain();
            people.work(Duration.ofSeconds(2));
            people.stop();
            people.wereToldThatItIsAway();
            people.wereToldSoon();
            people.lostNothing(program()::query);
            assertThat(upload().statusCode()).isEqualTo(202);
        }
    }

    @Test
    void aStartOnAFullDiskSaysSoAtOnce() throws Exception {
        program().stop();
        var filler = program().data.resolve("filler");
        fill(filler);
        long began = System.nanoTime();
        var refused = program().run(Map.of(), "start");
        assertThat(Duration.ofNanos(System.nanoTime() - began)).isLessThan(Duration.ofSeconds(20));
        assertThat(refused.code()).isEqualTo(1);
        assertThat(refused.err())
                .contains("sma: The embedded PostgreSQL below", "does not start: the disk is full")
                .doesNotContain("Exception");
        Files.delete(filler);
        program().start();
        isReadyAgain();
    }

    private Response upload() {
        return given().port(program().port)
                .header("Authorization", "Bearer " + token)
                .multiPart("file", "pelanggan.csv", ("nama\n" + "Ani\n".repeat(50_000)).getBytes(UTF_8), "text/csv")
                .post("/api/customers/import");
    }

    private static void fill(Path file) {
        try (var out = Files.newOutputStream(file)) {
            var block = new byte[1 << 16];
            while (true) out.write(block);
        } catch (IOException full) {
            // as meant
        }
    }

    /** Uses up the files of the log that PostgreSQL holds in reserve: without room for one it can't go on. */
    private void nextLog() throws IOException {
        for (int i = 0; i < 20; i++) {
            try {
                program().query("SELECT pg_switch_wal()");
            } catch (SQLException away) {
                return;
            }
        }
    }
}
