package com.smartmarketingagent;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;

import com.smartmarketingagent.platform.OtherDatabase;
import io.restassured.http.ContentType;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
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

/** Three nodes over one PostgreSQL behind the HAProxy of {@code deploy/}, which come and go while people work. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class NodesIT {

    private static final int CLIENTS = 4;
    private static final List<String> NAMES = List.of("a", "b", "c");

    @TempDir
    static @Nullable Path folder;

    private final Map<String, RunningProgram> nodes = new HashMap<>();
    private @Nullable OtherDatabase database;
    private @Nullable Process balancer;
    private Path socket = Path.of("");
    private int port;
    private String token = "";

    @BeforeAll
    void threeNodesBehindABalancer() throws Exception {
        var haproxy = Installed.program("haproxy").toString();
        var here = java.util.Objects.requireNonNull(folder);
        var shared = Files.createDirectories(here.resolve("shared"));
        database = new OtherDatabase(here.resolve("database"));
        var environment = new HashMap<>(database.settings());
        environment.put("SMA_DATA_DIR", shared.toString());
        environment.put("JWT_SECRET", "rahasia bersama semua simpul di uji ini");
        environment.put("RATE_LIMIT_ENABLED", "false");
        for (var name : NAMES) {
            var node = new RunningProgram(Files.createDirectories(here.resolve(name)));
            node.environment = environment;
            nodes.put(name, node);
            node.start();
        }
        port = Installed.freePort();
        socket = here.resolve("admin.sock");
        var settings = Files.readString(Path.of("deploy/haproxy.cfg"))
                .replace("/run/haproxy/admin.sock", socket.toString())
                .replace("bind :80", "bind 127.0.0.1:" + port);
        for (int i = 0; i < NAMES.size(); i++) {
            settings = settings.replace("127.0.0.1:" + (8081 + i), "127.0.0.1:" + node(NAMES.get(i)).port);
        }
        var file = Files.writeString(here.resolve("haproxy.cfg"), settings);
        balancer = new ProcessBuilder(haproxy, "-db", "-f", file.toString())
                .redirectErrorStream(true)
                .redirectOutput(here.resolve("haproxy.log").toFile())
                .start();
        Installed.awaitPort(balancer, port);
        for (var name : NAMES) awaitState(name, "UP");
        token = given().port(port)
                .contentType(ContentType.JSON)
                .body(Map.of(
                        "email",
                        UUID.randomUUID() + "@contoh.id",
                        "password",
                        "kain batik tulis",
                        "full_name",
                        "Sri",
                        "business_name",
                        "Batik Sri"))
                .post("/api/auth/register")
                .then()
                .statusCode(201)
                .extract()
                .path("data.access_token");
    }

    @AfterAll
    void leaveNothingRunning() throws Exception {
        for (var node : nodes.values()) node.close();
        if (balancer != null) balancer.destroyForcibly().waitFor();
        if (database != null) database.close();
    }

    private RunningProgram node(String name) {
        return java.util.Objects.requireNonNull(nodes.get(name));
    }

    @Test
    @Order(1)
    @Timeout(180)
    void aNodeThatIsKilledTakesNothingWithItThatCanBeAskedAgain() throws Exception {
        try (var people = new People()) {
            people.work(Duration.ofSeconds(2));
            node("b").kill();
            people.work(Duration.ofSeconds(4));
            awaitState("b", "DOWN");
            people.work(Duration.ofSeconds(1));
            node("b").start();
            awaitState("b", "UP");
            people.work(Duration.ofSeconds(1));
            people.stop();
            // at most what each was just hearing from it
            assertThat(people.failed).hasSizeLessThanOrEqualTo(CLIENTS);
            people.lostNothing();
        }
    }

    @Test
    @Order(2)
    @Timeout(180)
    void upgradingNodeAfterNodeLosesNothing() throws Exception {
        try (var people = new People()) {
            for (var name : NAMES) {
                tell("set server sma/" + name + " state drain");
                people.work(Duration.ofSeconds(1));
                node(name).stop();
                node(name).start();
                tell("set server sma/" + name + " state ready");
                awaitState(name, "UP");
                people.work(Duration.ofSeconds(1));
            }
            people.stop();
            assertThat(people.failed).isEmpty();
            people.lostNothing();
        }
    }

    @Test
    @Order(3)
    @Timeout(120)
    void twoAreLeftWhenOneIsStoppedWithoutAWord() throws Exception {
        try (var people = new People()) {
            people.work(Duration.ofSeconds(1));
            node("c").stop();
            people.work(Duration.ofSeconds(3));
            people.stop();
            assertThat(people.failed).isEmpty();
            people.lostNothing();
        }
    }

    /** Who read and write all the time, each over one connection after the other. */
    private final class People implements AutoCloseable {
        private final String run = "Uji " + UUID.randomUUID();
        private final ExecutorService threads = Executors.newFixedThreadPool(CLIENTS);
        private final Set<String> stored = ConcurrentHashMap.newKeySet();
        private final ConcurrentLinkedQueue<String> failed = new ConcurrentLinkedQueue<>();
        private volatile boolean goOn = true;

        People() {
            for (int i = 0; i < CLIENTS; i++) threads.execute(this::readAndWrite);
        }

        private void readAndWrite() {
            while (goOn) {
                var name = run + " " + UUID.randomUUID();
                try {
                    int written = given().port(port)
                            .header("Authorization", "Bearer " + token)
                            .header("Idempotency-Key", name)
                            .contentType(ContentType.JSON)
                            .body(Map.of("name", name))
                            .post("/api/customers")
                            .statusCode();
                    if (written == 201) stored.add(name);
                    else failed.add("write " + written);
                    int read = given().port(port)
                            .header("Authorization", "Bearer " + token)
                            .get("/api/customers?limit=5")
                            .statusCode();
                    if (read != 200) failed.add("read " + read);
                } catch (Exception broken) {
                    failed.add(broken.toString());
                }
            }
        }

        /** They go on; here only time passes. */
        void work(Duration time) {
            int before = stored.size();
            LockSupport.parkNanos(time.toNanos());
            assertThat(stored.size()).as("written meanwhile").isGreaterThan(before);
        }

        void stop() throws InterruptedException {
            goOn = false;
            threads.shutdown();
            assertThat(threads.awaitTermination(60, TimeUnit.SECONDS)).isTrue();
        }

        /** What was answered is stored once; more only where the answer was lost. */
        void lostNothing() throws Exception {
            var names = java.util.Objects.requireNonNull(database)
                    .query("SELECT string_agg(name, E'\\n') FROM app.customers WHERE name LIKE '" + run + "%'")
                    .split("\n");
            assertThat(names).doesNotHaveDuplicates().containsAll(stored);
            var unanswered = new HashSet<>(Arrays.asList(names));
            unanswered.removeAll(stored);
            assertThat(unanswered).hasSizeLessThanOrEqualTo(failed.size());
        }

        @Override
        public void close() {
            goOn = false;
            threads.shutdownNow();
        }
    }

    private void awaitState(String name, String state) throws IOException {
        RunningProgram.await(
                name + " is " + state,
                Duration.ofSeconds(20),
                () -> tell("show stat")
                        .lines()
                        .filter(line -> line.startsWith("sma," + name + ","))
                        .anyMatch(line -> line.split(",")[17].startsWith(state)));
    }

    /** A command to the balancer; what it answers. */
    private String tell(String command) throws IOException {
        try (var channel = SocketChannel.open(StandardProtocolFamily.UNIX)) {
            channel.connect(UnixDomainSocketAddress.of(socket));
            channel.write(ByteBuffer.wrap((command + "\n").getBytes(StandardCharsets.US_ASCII)));
            var said = new ArrayList<String>();
            var buffer = ByteBuffer.allocate(65_536);
            while (channel.read(buffer) >= 0) {
                said.add(new String(buffer.array(), 0, buffer.position(), StandardCharsets.US_ASCII));
                buffer.clear();
            }
            return String.join("", said);
        }
    }
}
