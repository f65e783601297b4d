package com.smartmarketingagent;

import static com.smartmarketingagent.Http.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assumptions.assumeThat;
import static org.hamcrest.Matchers.equalTo;

import com.github.kagkarlsson.scheduler.SchedulerName;
import com.smartmarketingagent.Http.Checked;
import com.smartmarketingagent.Http.JsonPath;
import com.smartmarketingagent.messaging.FakeFonnte;
import com.smartmarketingagent.platform.MailServer;
import jakarta.ws.rs.core.MediaType;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.RandomAccessFile;
import java.net.ConnectException;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.SQLException;
import java.time.Duration;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What a crash leaves behind, seen from outside: the packaged program is killed and started again. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class CrashIT {

    private static final int ROWS = 6_000;
    private static final int KILLS = 4;

    /** For who asks again and again how far it is. */
    private static final Map<String, String> UNLIMITED = Map.of("RATE_LIMIT_ENABLED", "false");

    // one data folder for all: what a crash leaves must not trouble what comes after it
    @TempDir
    static @Nullable Path folder;

    @SuppressWarnings("NullAway.Init")
    private RunningProgram program;

    private final byte[] file = salesFile();
    private final FakeFonnte fonnte = new FakeFonnte();

    @BeforeAll
    void aFolderThatNobodyUsed() throws Exception {
        program = new RunningProgram(Objects.requireNonNull(folder));
        program.environment = UNLIMITED;
    }

    @AfterAll
    void leaveNothingRunning() throws Exception {
        program.close();
        fonnte.close();
    }

    @Test
    @Order(1)
    void productionWithoutAGoodSecretEndsWithOneSentence() throws Exception {
        refusesToStart(Map.of("SMA_ENV", "production"), "JWT_SECRET");
        refusesToStart(Map.of("SMA_ENV", "production", "JWT_SECRET", "secret"), "JWT_SECRET");
        refusesToStart(
                Map.of("SMA_ENV", "production", "JWT_SECRET", "0f1e2d3c4b5a69788796a5b4c3d2e1f0"), "ENCRYPTION_KEY");
    }

    @Test
    @Order(1)
    void aPortThatIsNoneEndsWithOneSentence() throws Exception {
        for (var port : List.of("abc", "65536")) {
            var ended = program.run(Map.of("PORT", port), "start");
            assertThat(ended.code()).as(port).isEqualTo(1);
            assertThat(ended.err().lines())
                    .as(port)
                    .containsOnlyOnce("sma: PORT must be a number from 0 to 65535, for example 8080.");
            assertThat(ended.err()).as(port).doesNotContain("Exception");
            assertThat(program.databaseProcesses()).as(port).isEmpty();
        }
    }

    /** Whoever asks for it has no database yet that would let them in. */
    @Test
    @Order(1)
    void theRolesArePrintedWithoutADatabase() throws Exception {
        var url = "postgres://sma_app:kunci-awal@127.0.0.1:" + closedPort() + "/sma";
        var ended = program.run(Map.of("DATABASE_URL", url), "migrate", "--print-sql");
        assertThat(ended.code()).as(ended.err()).isZero();
        assertThat(ended.out()).contains("CREATE ROLE", "sma_owner", "sma_backup", "kunci-awal");

        var unset = program.run(Map.of(), "migrate", "--print-sql");
        assertThat(unset.code()).isEqualTo(1);
        assertThat(unset.err()).contains("sma: Set DATABASE_URL first").doesNotContain("Exception");
        assertThat(program.data.resolve("postgres")).doesNotExist();
    }

    private static int closedPort() throws IOException {
        try (var closed = new ServerSocket(0)) {
            return closed.getLocalPort();
        }
    }

    /** A balancer sends nobody to a port that isn't there. */
    @Test
    @Order(1)
    void aStartOpensItsDatabaseBeforeItsPort() throws Exception {
        var ended = program.run(
                Map.of("DATABASE_URL", "postgres://sma_app:kunci@127.0.0.1:" + closedPort() + "/sma"), "start");
        assertThat(ended.code()).isEqualTo(1);
        assertThat(ended.err()).startsWith("sma: The database ").contains("sma_owner", "can't be opened");

        try (var database = new ServerSocket(0)) {
            database.setSoTimeout(60_000);
            program.environment =
                    Map.of("DATABASE_URL", "postgres://sma_app:kunci@127.0.0.1:" + database.getLocalPort() + "/sma");
            program.launch();
            try (var asked = database.accept()) {
                assertThat(asked.isConnected()).isTrue();
                assertThatThrownBy(() -> new Socket("127.0.0.1", program.port).close())
                        .isInstanceOf(ConnectException.class);
            } finally {
                program.kill();
                program.environment = UNLIMITED;
            }
        }
    }

    private void refusesToStart(Map<String, String> environment, String variable) throws Exception {
        var ended = program.run(environment, "start");
        assertThat(ended.code()).isEqualTo(1);
        assertThat(ended.err().lines().filter(line -> line.startsWith("sma: ")))
                .singleElement()
                .asString()
                .contains(variable)
                .contains("openssl rand -hex 32");
        assertThat(ended.err()).doesNotContain("Exception");
        assertThat(program.databaseProcesses()).isEmpty();
    }

    @Test
    @Order(2)
    void aFirstStartThatIsKilledIsBegunAgain() throws Exception {
        for (int millis : new int[] {1_200, 2_600}) {
            program.launch();
            pause(millis);
            program.kill();
        }
        var noRedis = "redis://:rahasia@127.0.0.1:" + closedPort() + "/0";
        program.environment = Map.of("RATE_LIMIT_ENABLED", "false", "HEALTH_WITHOUT", "redis", "REDIS_URL", noRedis);
        program.start();
        program.environment = UNLIMITED;
        // before anybody asks for anything
        Await.until("it is said that there is no Redis", () -> program.log().contains("Redis can't be used"));
        assertThat(program.log())
                .contains("each node limits for itself: Connection refused")
                .doesNotContain("rahasia");
        var there = program.databaseProcesses();
        // a process for a new connection looks like its parent for a moment
        assertThat(there.stream()
                        .filter(p -> p.info().commandLine().orElse("").contains("-D"))
                        .filter(p -> p.parent().filter(there::contains).isEmpty()))
                .as("one PostgreSQL, none left of the starts before")
                .hasSize(1);
        health();
    }

    /** A psql left open must not keep the former PostgreSQL, and so the next start, waiting. */
    @Test
    @Order(3)
    void aDatabaseLeftBehindIsStoppedAlthoughSomebodyIsConnected() throws Exception {
        var left = program.postmaster().orElseThrow();
        try (var idle = program.superuser(program.secret("POSTGRES_PASSWORD"))) {
            program.kill();
            assertThat(left.isAlive()).isTrue();
            long began = System.nanoTime();
            program.start();
            assertThat(Duration.ofNanos(System.nanoTime() - began)).isLessThan(Duration.ofSeconds(20));
            assertThat(left.isAlive()).isFalse();
            assertThat(idle.isValid(1)).isFalse();
        }
        health();
    }

    @Test
    @Order(4)
    void theEmbeddedDatabaseIsDurableAndAsksForItsPassword() throws Exception {
        assertThat(program.query("SHOW fsync")).isEqualTo("on");
        assertThat(program.query("SHOW synchronous_commit")).isEqualTo("on");
        assertThat(program.query("SHOW full_page_writes")).isEqualTo("on");
        assertThat(program.query("SHOW listen_addresses")).isIn("localhost", "127.0.0.1");
        assertThatThrownBy(() -> program.superuser("postgres").close())
                .isInstanceOfSatisfying(
                        SQLException.class, e -> assertThat(e.getSQLState()).isEqualTo("28P01"));
        assertThat(Files.getPosixFilePermissions(program.data.resolve("secrets.properties")))
                .isEqualTo(PosixFilePermissions.fromString("rw-------"));
        for (var mine : List.of("postgres", "postgres-binaries")) {
            assertThat(Files.getPosixFilePermissions(program.data.resolve(mine)))
                    .as(mine)
                    .isEqualTo(PosixFilePermissions.fromString("rwx------"));
        }
    }

    @Test
    @Order(5)
    void aSecondStartOnTheSameFolderSaysThatThePortIsTakenAndHarmsNothing() throws Exception {
        var second = program.run(
                Map.of(
                        "MAIL_URL", "smtp://ani:rahasia@mail.example.com",
                        "MAIL_FROM", "sma@example.com",
                        "PUBLIC_URL", "https://app.example.com"),
                "start");
        assertThat(second.code()).isEqualTo(1);
        assertThat(second.err())
                .contains("sma: Port " + program.port + " is taken")
                .contains("The password in MAIL_URL goes to mail.example.com unencrypted")
                .doesNotContain("Exception", "rahasia");
        var command = program.run(Map.of(), "migrate");
        assertThat(command.code()).as(command.err()).isZero();
        health();
    }

    /** After a theft; where nothing was stolen, the former secret is kept, and programs go on. */
    @Test
    @Order(5)
    void threat10ARefreshTokenIsRefusedOnceTheSecretIsAnother() throws Exception {
        var token = new Owner().refreshToken;
        try {
            var another = "rahasia lain yang cukup panjang untuk diuji";
            restart(Map.of("JWT_SECRET", another));
            refresh(token).statusCode(401).body("error.code", equalTo("UNAUTHORIZED"));
            refresh(new Owner().refreshToken).statusCode(200);

            restart(Map.of("JWT_SECRET", another, "JWT_SECRET_PREVIOUS", program.secret("JWT_SECRET")));
            String next = refresh(token).statusCode(200).extract().path("data.refresh_token");
            refresh(next).statusCode(200);
        } finally {
            restart(Map.of());
        }
    }

    private void restart(Map<String, String> secrets) throws Exception {
        program.stop();
        program.environment = new HashMap<>(UNLIMITED);
        program.environment.putAll(secrets);
        program.start();
        program.environment = UNLIMITED;
    }

    private Checked refresh(String token) {
        return given().port(program.port)
                .contentType(MediaType.APPLICATION_JSON)
                .body(Map.of("refresh_token", token))
                .post("/api/auth/refresh")
                .then();
    }

    /** Of whoever said STOP and was deleted nobody would know any more. */
    @Test
    @Order(5)
    void aStartUnderAnotherEncryptionKeyIsRefusedAlsoUnderOneThatWasMadeAnew() throws Exception {
        var account = program.query("""
                INSERT INTO app.users (id, email, password_hash, full_name, business_name)
                VALUES (gen_random_uuid(), 'kunci@contoh.id', 'x', 'Kunci', 'Kunci') RETURNING id""");
        var other = program.run(Map.of("ENCRYPTION_KEY", "0f1e2d3c4b5a69788796a5b4c3d2e1f0-lain"), "start");
        var secrets = program.data.resolve("secrets.properties");
        var before = Files.readString(secrets);
        Files.writeString(secrets, before.replaceAll("(?m)^ENCRYPTION_KEY=.*\\R", ""));
        var anew = program.run(Map.of(), "start");
        assertThat(program.secret("ENCRYPTION_KEY")).isNotNull();
        Files.writeString(secrets, before);
        for (var refused : List.of(other, anew)) {
            assertThat(refused.code()).isEqualTo(1);
            assertThat(refused.err())
                    .contains("sma: This database was used with another ENCRYPTION_KEY")
                    .doesNotContain("Exception");
        }
        assertThat(program.run(Map.of("ENCRYPTION_KEY", "0f1e2d3c4b5a69788796a5b4c3d2e1f0-lain"), "sending")
                        .code())
                .isZero();
        program.query("DELETE FROM app.users WHERE id = ?::uuid RETURNING id", account);
        health();
    }

    @Test
    @Order(6)
    void aProgramOfAnotherVersionIsRefusedBesideIt() throws Exception {
        program.query("""
                INSERT INTO migrations.flyway_schema_history
                    (installed_rank, version, description, type, script, installed_by, execution_time, success)
                VALUES (999, '999', 'of tomorrow', 'SQL', 'V999', 'sma_owner', 1, true) RETURNING 1""");
        var refused = program.run(Map.of(), "sending");
        assertThat(refused.code()).isEqualTo(1);
        assertThat(refused.err())
                .contains("sma: Another version of this program uses the database, which is at version 999")
                .doesNotContain("Exception");
        program.query("DELETE FROM migrations.flyway_schema_history WHERE version = '999' RETURNING 1");
        assertThat(program.run(Map.of(), "sending").code()).isZero();
        health();
    }

    /** This JVM stands for a program that has joined the database and works on. */
    @Test
    @Order(6)
    void whoStartsGivesBackTheWorkOfTheDeadAndLeavesTheLivingTheirs() throws Exception {
        var host = new SchedulerName.Hostname().getName();
        var living = host + " " + ProcessHandle.current().pid();
        var dead = host + " " + (int) Math.pow(2, 30);
        for (var node : List.of(living, dead)) {
            program.query("""
                    INSERT INTO jobs.scheduled_tasks
                        (task_name, task_instance, execution_time, picked, picked_by, last_heartbeat, version)
                    SELECT task_name, ?, now() + interval '1 day', true, ?, now(), 1 FROM jobs.scheduled_tasks LIMIT 1
                    RETURNING 1""", node, node);
        }
        var port = program.query("SHOW port");
        program.stop();
        program.start();
        assertThat(program.query("SHOW port"))
                .as("the one others may have joined")
                .isEqualTo(port);
        var picked = "SELECT picked FROM jobs.scheduled_tasks WHERE task_instance = ?";
        Await.until(
                "what the dead had begun is given back",
                () -> program.query(picked, dead).equals("f"));
        assertThat(program.query(picked, living)).isEqualTo("t");
        program.query("DELETE FROM jobs.scheduled_tasks WHERE task_instance = ? RETURNING 1", living);
        program.query("DELETE FROM jobs.scheduled_tasks WHERE task_instance = ? RETURNING 1", dead);
    }

    /** Its files name the other's process and port. */
    @Test
    @Order(6)
    void aCopyOfTheFolderLeavesTheOthersDatabaseAlone() throws Exception {
        var copied = Files.createDirectory(Objects.requireNonNull(folder).resolve("copied"));
        try (var copy = new RunningProgram(copied)) {
            // files come and go meanwhile
            new ProcessBuilder("cp", "-a", program.data.toString(), copy.data.toString())
                    .redirectError(ProcessBuilder.Redirect.DISCARD)
                    .start()
                    .waitFor();
            var others = program.postmaster().orElseThrow();
            copy.start();
            assertThat(others.isAlive()).isTrue();
            assertThat(copy.query("SHOW port")).isNotEqualTo(program.query("SHOW port"));
            People.register(program.port);
            var accounts = "SELECT count(*) FROM app.users";
            assertThat(Integer.parseInt(program.query(accounts))).isEqualTo(Integer.parseInt(copy.query(accounts)) + 1);
            copy.kill();
            copy.start();
            copy.stop();
            assertThat(copy.databaseProcesses()).isEmpty();
            assertThat(others.isAlive()).isTrue();
        }
        health();
    }

    @Test
    @Order(12)
    void whoIsEndedWhileItStartsLeavesNoDatabase() throws Exception {
        for (int millis : new int[] {0, 100, 300}) {
            program.launch();
            Await.until("PostgreSQL runs", () -> program.postmaster().isPresent());
            pause(millis);
            assertThat(program.stop()).isNotZero();
            assertThat(program.databaseProcesses())
                    .as("after " + millis + " ms")
                    .isEmpty();
        }
        program.start();
        health();
    }

    /**
     * Each joins the database of whoever was first, and one runs it when that one ends, by whatever name it knows the
     * folder.
     */
    @Test
    @Order(13)
    void ofTwoThatStartAtOnceOnANewFolderEachGoesOnWithoutTheOther() throws Exception {
        var shared = new RunningProgram(
                Files.createDirectory(Objects.requireNonNull(folder).resolve("shared")));
        var beside = new RunningProgram(
                Files.createDirectory(Objects.requireNonNull(folder).resolve("beside")));
        try (shared;
                beside) {
            Files.createDirectories(beside.data);
            Files.createDirectories(shared.data);
            var link = Files.createSymbolicLink(beside.data.resolve("link"), shared.data);
            beside.environment = Map.of("SMA_DATA_DIR", link + "/./../data");
            try (var command = Executors.newSingleThreadExecutor()) {
                // which ends while the others start
                var migrated = command.submit(() -> shared.run(Map.of(), "migrate"));
                shared.launch();
                beside.start();
                assertThat(migrated.get().code()).as(migrated.get().err()).isZero();
            }
            Await.until("the other is ready, too", () -> isReady(shared));
            var token = People.register(shared.port);
            assertThat(customers(beside, token)).isEqualTo(200);
            for (var ended : List.of(shared, beside)) {
                var left = ended == shared ? beside : shared;
                ended.stop();
                Await.until("the other goes on", Duration.ofSeconds(15), () -> isReady(left));
                assertThat(customers(left, token)).isEqualTo(200);
                ended.start();
            }
            // it runs the server, which lives on
            shared.kill();
            pause(1_000);
            assertThat(customers(beside, token)).isEqualTo(200);
            beside.stop();
            assertThat(shared.databaseProcesses()).isEmpty();
        }
    }

    private static int customers(RunningProgram program, String token) {
        return given().port(program.port)
                .header("Authorization", "Bearer " + token)
                .get("/api/customers")
                .statusCode();
    }

    private static boolean isReady(RunningProgram program) {
        try {
            return given().port(program.port).get("/api/health/ready").statusCode() == 200;
        } catch (Exception notYet) {
            return false;
        }
    }

    /** Threat 37. */
    @Test
    @Order(6)
    @Timeout(400)
    void threat37AnImportKilledAtAnyMomentIsAllOrNothingAndEndsAsACleanRun() throws Exception {
        var undisturbed = new Owner();
        long began = System.nanoTime();
        var clean = undisturbed.upload();
        undisturbed.ends(clean);
        long length = System.nanoTime() - began;
        var random = new Random(37);
        var owners = new ArrayList<Owner>();
        var imports = new ArrayList<String>();
        for (int kill = 0; kill < KILLS; kill++) {
            if (imports.isEmpty() || owners.getLast().status(imports.getLast()).equals("done")) {
                owners.add(new Owner());
                imports.add(owners.getLast().upload());
            }
            LockSupport.parkNanos((long) (length * (kill + random.nextDouble()) / KILLS));
            if (kill == KILLS / 2) {
                program.killWithDatabase();
                // what a power cut can leave of a file that was just written
                Files.write(program.data.resolve("postgres/postmaster.pid"), new byte[0]);
            } else {
                program.kill();
            }
            program.start();
            var owner = owners.getLast();
            assertThat(owner.status(imports.getLast())).isIn("queued", "running", "done");
            assertThat(owner.count()).as("sales, seen while the import may end").isIn(0, ROWS);
        }
        for (int i = 0; i < imports.size(); i++) {
            owners.get(i).ends(imports.get(i));
            assertThat(owners.get(i).hash()).isEqualTo(undisturbed.hash());
        }
        assertThat(undisturbed.count()).isEqualTo(ROWS);
        try (var left = Files.walk(program.data.resolve("uploads"))) {
            assertThat(left.filter(Files::isRegularFile))
                    .as("uploads that nobody needs any more")
                    .isEmpty();
        }
    }

    @Test
    @Order(7)
    @Timeout(400)
    void anAnalysisKilledAtAnyMomentIsTheOldOneOrTheNewOne() throws Exception {
        var owner = new Owner();
        owner.ends(owner.upload());
        long began = System.nanoTime();
        assertThat(owner.analyse(LocalDate.of(2025, 12, 31))).isEqualTo(200);
        long length = System.nanoTime() - began;
        var scored = owner.scored();
        for (int kill = 0; kill < 2; kill++) {
            var day = LocalDate.of(2026, 1, 1 + kill);
            try (var caller = Executors.newSingleThreadExecutor()) {
                caller.submit(() -> owner.analyse(day));
                LockSupport.parkNanos(length * (2 * kill + 1) / 4);
                program.kill();
            }
            program.start();
            assertThat(owner.scored()).as("customers of each analysis").isEqualTo(scored);
            assertThat(owner.analyse(day)).isEqualTo(200);
            assertThat(owner.scored()).as("customers of each analysis").isEqualTo(scored);
        }
    }

    @Test
    @Order(7)
    @Timeout(400)
    void aBackupKilledAtAnyMomentLeavesNothingThatLooksLikeOne() throws Exception {
        var folder = Files.createDirectories(program.data.resolveSibling("backups"));
        long began = System.nanoTime();
        var whole = program.run(Map.of(), "backup", folder.resolve("whole").toString());
        assertThat(whole.code()).as(whole.err()).isZero();
        long length = System.nanoTime() - began;
        for (int kill = 1; kill <= 2; kill++) {
            var file = folder.resolve("killed-" + kill);
            program.runAndKill(Duration.ofNanos(length * (1 + kill) / 4), "backup", file.toString());
            // on a machine that has become faster meanwhile it had ended
            if (!Files.exists(file)) {
                var again = program.run(Map.of(), "backup", file.toString());
                assertThat(again.code()).as(again.err()).isZero();
            }
            long size = Files.size(folder.resolve("whole"));
            assertThat(Files.size(file)).isBetween(size * 98 / 100, size * 102 / 100);
        }
        try (var left = Files.list(folder)) {
            assertThat(left).hasSize(3);
        }
        health();
    }

    /** The mail server takes what nobody waits for any more: whoever sends it again sends it twice. */
    @Test
    @Order(8)
    void aCampaignKilledInTheMiddleSendsNothingTwiceAndLosesNobody() throws Exception {
        var mails = new MailServer();
        program.stop();
        var environment = new HashMap<>(MailShop.environment(program.port));
        environment.put("FONNTE_URL", fonnte.base());
        environment.put("PROVIDER_TIMEOUT_SECONDS", "120");
        program.environment = environment;
        program.start();
        var owner = new Owner();
        var campaign = owner.mails(60, mails.says("END", "stall"));
        killedOnce(campaign, "mails were taken", () -> mails.taken().size() == 3);
        mails.says("END", "250 fine").says("RCPT", "stall");
        program.start();
        killedOnce(
                campaign, "mails were on their way", () -> mails.heard("RCPT").size() == 6);
        mails.says("RCPT", "250 fine");
        program.start();
        Await.until("the rest is sent", () -> owner.mails().isDone(campaign));
        program.kill();
        program.start();
        assertThat(owner.mails().campaign(campaign, "counts.accepted")).isEqualTo("54");
        assertThat(owner.mails().campaign(campaign, "counts.unknown")).isEqualTo("6");
        assertThat(mails.taken()).hasSize(57).doesNotHaveDuplicates();
        assertThat(mails.heard("RCPT")).hasSize(60).doesNotHaveDuplicates();
        mails.close();
    }

    /** Killed as soon as something holds; then the two minutes pass that others wait for its messages. */
    private void killedOnce(String campaign, String what, Await.Condition holds) throws Exception {
        Await.until(what, holds);
        program.kill();
        program.query("""
                WITH ended AS (UPDATE app.message_outbox SET lease_until = now() - interval '1 second'
                               WHERE campaign_id = ? AND state = 'sending' RETURNING 1) SELECT count(*) FROM ended""", UUID.fromString(campaign));
    }

    /**
     * A rolling upgrade does this to every node, also while a file comes that never ends and a provider is silent. The
     * program still has the providers of the test before.
     */
    @Test
    @Order(9)
    void sigtermUnderLoadFinishesWhatIsRunningAndLosesNothing() throws Exception {
        var mails = new MailServer();
        fonnte.always(fonnte.stalling(Duration.ofMinutes(5)));
        var owner = new Owner();
        var campaign = owner.mails(60, mails);
        var stored = ConcurrentHashMap.<String>newKeySet();
        var strange = ConcurrentHashMap.<String>newKeySet();
        var waiting = new Owner();
        var unanswered = waiting.message("+6281200000042");
        try (var clients = Executors.newFixedThreadPool(7)) {
            var endless = clients.submit(waiting::uploadForEver);
            for (int i = 0; i < 4; i++) clients.execute(() -> owner.addUntilItIsGone(stored, strange));
            Await.until(
                    "it is at work",
                    () -> mails.taken().size() >= 6
                            && stored.size() >= 40
                            && !fonnte.messages().isEmpty());
            var slow = clients.submit(() -> owner.addSlowly(Duration.ofSeconds(3)));
            var readiness = clients.submit(this::readinessUntilItIsGone);
            pause(500);
            assertThat(endless.isDone()).isFalse();
            long began = System.nanoTime();
            int code = program.stop();
            assertThat(Duration.ofNanos(System.nanoTime() - began)).isLessThan(Duration.ofSeconds(25));
            assertThat(code).as("ended by SIGTERM, in order").isEqualTo(128 + 15);
            assertThat(program.databaseProcesses()).isEmpty();
            assertThat(endless.get()).as("what its sender heard").isEmpty();
            assertThat(slow.get()).as("a request that was running").startsWith("HTTP/1.1 201");
            assertThat(readiness.get())
                    .as("what balancers hear")
                    .startsWith(200)
                    .endsWith(503)
                    .isSorted();
        }
        assertThat(strange).isEmpty();
        program.start();
        stored.add("Pelan");
        // of each of the four, the last request may have come in the moment in which nobody answered any more
        assertThat(owner.added())
                .as("what was answered is stored")
                .containsAll(stored)
                .hasSizeBetween(stored.size(), stored.size() + 4);
        Await.until("the rest is sent", () -> mails.taken().size() >= 60);
        // what nobody said the end of is known after two minutes: the figures tell of it
        Await.until(
                "the campaign is done",
                Duration.ofMinutes(4),
                () -> owner.mails().isDone(campaign));
        assertThat(owner.mails().campaign(campaign, "counts.accepted")).isEqualTo("60");
        assertThat(mails.taken()).hasSize(60).doesNotHaveDuplicates();
        mails.close();
        Await.until(
                "nobody knows of the one that was under way",
                Duration.ofMinutes(4),
                () -> waiting.mails().campaign(unanswered, "counts.unknown").equals("1"));
        assertThat(fonnte.messages()).isEqualTo(Map.of("6281200000042", 1));
        waiting.mails().endsMessages();
        program.environment = UNLIMITED;
    }

    private List<Integer> readinessUntilItIsGone() {
        var heard = new ArrayList<Integer>();
        while (true) {
            try {
                heard.add(given().port(program.port).get("/api/health/ready").statusCode());
                pause(50);
            } catch (Exception gone) {
                return heard;
            }
        }
    }

    @Test
    @Order(10)
    void sigtermInTheMiddleOfAnImportLeavesNoProcessAndTheNextStartEndsIt() throws Exception {
        var owner = new Owner();
        var id = owner.upload();
        program.stop();
        assertThat(program.databaseProcesses()).isEmpty();
        assertThat(program.data.resolve("postgres/postmaster.pid")).doesNotExist();
        program.start();
        owner.ends(id);
        assertThat(owner.count()).isEqualTo(ROWS);
        program.stop();
        assertThat(program.databaseProcesses()).isEmpty();
    }

    /** The terminal sends it to everyone in the foreground: the script, the JVM, and whoever stayed in their group. */
    @Test
    @Order(11)
    void ctrlCInTheLauncherLeavesNoProcessAndNothingToRecover() throws Exception {
        assumeThat(System.getProperty("os.name")).isEqualTo("Linux");
        // what came before was meant to go wrong
        int said = program.log().length();
        program.startByLauncher();
        health();
        int code = program.interrupt();
        assertThat(code).isEqualTo(130);
        assertThat(program.groupProcesses()).isEmpty();
        assertThat(program.databaseProcesses()).isEmpty();
        assertThat(program.data.resolve("postgres/postmaster.pid")).doesNotExist();
        assertThat(program.log().substring(said)).doesNotContain("Exception");

        var log = program.data.resolve("postgres.log");
        try (var file = new RandomAccessFile(log.toFile(), "rw")) {
            file.setLength(33 << 20);
        }
        program.start();
        health();
        assertThat(log)
                .as("begun anew, as it was long")
                .content()
                .contains("database system was shut down at")
                .doesNotContain("recovery", "interrupted");
        assertThat(program.data.resolve("postgres.log.1")).hasSize(33 << 20);
        program.stop();
    }

    private void health() {
        given().port(program.port).get("/api/health").then().statusCode(200);
    }

    private static void pause(long millis) {
        LockSupport.parkNanos(Duration.ofMillis(millis).toNanos());
    }

    /** A shop in the program under test. */
    private final class Owner {
        private final String token;
        private final String refreshToken;
        private final UUID id;

        Owner() {
            var answer = given().port(program.port)
                    .contentType(MediaType.APPLICATION_JSON)
                    .body(Map.of(
                            "email",
                            UUID.randomUUID() + "@contoh.id",
                            "password",
                            "rahasia-" + UUID.randomUUID(),
                            "full_name",
                            "Sri Wahyuni",
                            "business_name",
                            "Batik Sri"))
                    .post("/api/auth/register")
                    .then()
                    .statusCode(201)
                    .extract()
                    .jsonPath();
            token = answer.getString("data.access_token");
            refreshToken = answer.getString("data.refresh_token");
            id = UUID.fromString(answer.getString("data.user.id"));
        }

        String upload() {
            return given().port(program.port)
                    .header("Authorization", "Bearer " + token)
                    .multiPart("file", "penjualan.csv", file, "text/csv")
                    .post("/api/transactions/import")
                    .then()
                    .statusCode(202)
                    .extract()
                    .path("data.import.id");
        }

        /** Begins to send a mail to so many new customers; answers the campaign. */
        String mails(int customers, MailServer server) throws Exception {
            program.query("""
                    WITH made AS (INSERT INTO app.customers (user_id, id, name, email)
                                  SELECT ?, gen_random_uuid(), 'Pelanggan ' || n, 'p' || n || '@contoh.id' FROM generate_series(1, ?) n RETURNING 1)
                    SELECT count(*) FROM made""", id, customers);
            return mails().mails(server);
        }

        /** Begins to send a message to a new customer; answers the campaign. */
        String message(String phone) throws Exception {
            program.query("""
                    WITH made AS (INSERT INTO app.customers (user_id, id, name, phone) VALUES (?, gen_random_uuid(), 'Ani', ?) RETURNING 1)
                    SELECT count(*) FROM made""", id, phone);
            return mails().messages();
        }

        MailShop mails() {
            return new MailShop(program.port, token);
        }

        private JsonPath state(String imported) {
            return given().port(program.port)
                    .header("Authorization", "Bearer " + token)
                    .get("/api/imports/{id}", imported)
                    .then()
                    .statusCode(200)
                    .extract()
                    .jsonPath();
        }

        /** One customer after the other, each over a connection of its own, until nobody listens any more. */
        void addUntilItIsGone(Set<String> stored, Set<String> strange) {
            while (true) {
                var name = "Baru " + UUID.randomUUID();
                try {
                    int status = given().port(program.port)
                            .header("Authorization", "Bearer " + token)
                            .contentType(MediaType.APPLICATION_JSON)
                            .body(Map.of("name", name))
                            .post("/api/customers")
                            .statusCode();
                    if (status == 201) stored.add(name);
                    else if (status != 503) strange.add(name + " " + status);
                    pause(10);
                } catch (Exception gone) {
                    return;
                }
            }
        }

        /** Sends the second half of a request later; answers the first line of what came back. */
        String addSlowly(Duration later) throws IOException {
            var body = "{\"name\": \"Pelan\"}";
            try (var socket = new Socket("127.0.0.1", program.port)) {
                socket.setSoTimeout(60_000);
                var out = socket.getOutputStream();
                out.write(("POST /api/customers HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
                                + "Authorization: Bearer " + token + "\r\nContent-Length: " + body.length() + "\r\n\r\n"
                                + body.substring(0, 5))
                        .getBytes(StandardCharsets.US_ASCII));
                out.flush();
                LockSupport.parkNanos(later.toNanos());
                out.write(body.substring(5).getBytes(StandardCharsets.US_ASCII));
                out.flush();
                return String.valueOf(
                        new BufferedReader(new InputStreamReader(socket.getInputStream(), StandardCharsets.US_ASCII))
                                .readLine());
            }
        }

        /** Fast enough to be waited for, until the connection ends; answers what came back. */
        String uploadForEver() throws IOException {
            try (var socket = new Socket("127.0.0.1", program.port)) {
                var out = socket.getOutputStream();
                out.write(("POST /api/transactions/import HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer " + token
                                + "\r\nContent-Type: multipart/form-data; boundary=batas\r\nContent-Length: 50000000\r\n\r\n"
                                + "--batas\r\nContent-Disposition: form-data; name=\"file\"; filename=\"penjualan.csv\"\r\n\r\n")
                        .getBytes(StandardCharsets.US_ASCII));
                while (true) {
                    out.write(new byte[1_000]);
                    pause(200);
                    if (socket.getInputStream().available() > 0)
                        return new String(socket.getInputStream().readAllBytes(), StandardCharsets.US_ASCII);
                }
            } catch (SocketException gone) {
                return "";
            }
        }

        /** The names of all customers but those that only a campaign is for. */
        Set<String> added() throws Exception {
            return Set.of(program.query(
                            "SELECT string_agg(name, E'\\n') FROM app.customers WHERE user_id = ? AND email IS NULL",
                            id)
                    .split("\n"));
        }

        String status(String imported) {
            return state(imported).getString("data.import.status");
        }

        /** By itself, and its rows add up. */
        void ends(String imported) {
            Await.until(
                    "the import ends by itself",
                    () -> !Set.of("queued", "running").contains(status(imported)));
            var state = state(imported);
            assertThat(state.getString("data.import.status")).isEqualTo("done");
            Map<String, Integer> rows = state.getMap("data.import.rows");
            assertThat(rows)
                    .isEqualTo(Map.of("total", ROWS + 2, "new", ROWS, "updated", 0, "duplicate", 0, "refused", 2));
        }

        int analyse(LocalDate day) {
            return given().port(program.port)
                    .header("Authorization", "Bearer " + token)
                    .contentType(MediaType.APPLICATION_JSON)
                    .body(Map.of("as_of", day.toString()))
                    .post("/api/rfm/calculate")
                    .statusCode();
        }

        /** How many customers each of the shop's analyses has, each number once. */
        Set<String> scored() throws Exception {
            return Set.of(program.query("""
                            SELECT string_agg(DISTINCT (SELECT count(*) FROM app.rfm_analysis a
                                                        WHERE a.user_id = r.user_id AND a.analysis_date = r.analysis_date)::text, ' ')
                            FROM app.rfm_runs r WHERE r.user_id = ?""", id).split(" "));
        }

        int count() throws Exception {
            return Integer.parseInt(program.query("SELECT count(*) FROM app.transactions WHERE user_id = ?", id));
        }

        /** Of all that lies in the database of this shop's customers and sales, but ids and times. */
        String hash() throws Exception {
            return program.query("""
                    WITH people AS (
                      SELECT id, (to_jsonb(c) - ARRAY['user_id','id','import_id','created_at','updated_at'])::text AS person
                      FROM app.customers c WHERE user_id = ?)
                    SELECT md5(string_agg(line, E'\\n' ORDER BY line)) FROM (
                      SELECT person AS line FROM people
                      UNION ALL
                      SELECT person || (to_jsonb(t) - ARRAY['user_id','id','customer_id','import_id','created_at','updated_at'])::text
                      FROM app.transactions t JOIN people p ON p.id = t.customer_id WHERE t.user_id = ?) lines""", id, id);
        }
    }

    /** Sales with and without order numbers and phones, and two rows that can't be taken. */
    private static byte[] salesFile() {
        var random = new Random(2025);
        var products = List.of("Batik Parang", "Batik Kawung", "Kain Lurik");
        var first = LocalDate.of(2024, 1, 1);
        var lines = new LinkedHashSet<String>();
        lines.add("No Pesanan,Nama,No HP,Kota,Tanggal,Total,Produk,Qty");
        for (int i = 0; i < ROWS; i++) {
            int customer = random.nextInt(ROWS / 2);
            lines.add("%s,Pelanggan %d,%s,Solo,%s,%d,%s,%d"
                    .formatted(
                            i % 3 == 0 ? "" : "A-" + i,
                            customer,
                            customer % 5 == 0 ? "" : "0812%08d".formatted(customer + 10_000_000),
                            first.plusDays(random.nextInt(700)),
                            10_000 + i,
                            products.get(random.nextInt(products.size())),
                            1 + random.nextInt(4)));
        }
        lines.add("B-1,Ani,081234567890,Solo,2025-02-31,5000,Kain Lurik,1");
        lines.add("B-2,Ani,081234567890,Solo,2025-02-28,lima,Kain Lurik,1");
        return String.join("\n", lines).getBytes(StandardCharsets.UTF_8);
    }
}
