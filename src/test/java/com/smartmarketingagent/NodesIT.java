package com.smartmarketingagent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeFalse;

import com.smartmarketingagent.platform.MailServer;
import com.smartmarketingagent.platform.OtherDatabase;
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
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
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
        var here = Objects.requireNonNull(folder);
        var shared = Files.createDirectories(here.resolve("shared"));
        database = new OtherDatabase(here.resolve("database"));
        var environment = new HashMap<>(database.settings());
        environment.putAll(MailShop.environment(Installed.freePort()));
        environment.put("SMA_DATA_DIR", shared.toString());
        environment.put("JWT_SECRET", "rahasia bersama semua simpul di uji ini");
        for (var name : NAMES) {
            var node = new RunningProgram(Files.createDirectories(here.resolve(name)));
            node.environment = new HashMap<>(environment);
            nodes.put(name, node);
            node.start();
            // its next start is on a machine whose clock is wrong, and nobody notices: the database's is everyone's
            if (name.equals("c")) node.environment.putAll(Installed.aDayAhead());
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
        token = People.register(port);
    }

    @AfterAll
    void leaveNothingRunning() throws Exception {
        for (var node : nodes.values()) node.close();
        if (balancer != null) balancer.destroyForcibly().waitFor();
        if (database != null) database.close();
    }

    private RunningProgram node(String name) {
        return Objects.requireNonNull(nodes.get(name));
    }

    @Test
    @Order(1)
    @Timeout(400)
    void aNodeThatIsKilledTakesNothingWithItThatCanBeAskedAgain() throws Exception {
        try (var people = new People(port, token)) {
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
            assertThat(people.failed).hasSizeLessThanOrEqualTo(People.CLIENTS);
            people.lostNothing(Objects.requireNonNull(database)::query);
        }
    }

    @Test
    @Order(2)
    @Timeout(400)
    void upgradingNodeAfterNodeLosesNothing() throws Exception {
        try (var people = new People(port, token)) {
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
            people.lostNothing(Objects.requireNonNull(database)::query);
        }
    }

    @Test
    @Order(3)
    void threat42ANodeWhoseClockIsADayAheadSaysSoAndGoesOn() throws Exception {
        assumeFalse(Installed.aDayAhead().isEmpty(), "no clock is a day ahead here: apt install libfaketime");
        assertThat(node("c").log()).contains("This machine's clock is PT24");
        awaitState("c", "UP");
    }

    @Test
    @Order(4)
    @Timeout(400)
    void twoAreLeftWhenOneIsStoppedWithoutAWord() throws Exception {
        try (var people = new People(port, token)) {
            people.work(Duration.ofSeconds(1));
            node("b").stop();
            people.work(Duration.ofSeconds(3));
            people.stop();
            assertThat(people.failed).isEmpty();
            people.lostNothing(Objects.requireNonNull(database)::query);
        }
    }

    /** One of the two that are left has the clock that is a day ahead. bench/crash.sh does the same with 50 kills. */
    @Test
    @Order(5)
    @Timeout(900)
    void aCampaignOverNodesThatAreKilledReachesEachAtMostOnceAndLosesNobody() throws Exception {
        var shared = Objects.requireNonNull(database);
        var shop = new MailShop(port, People.register(port));
        shared.query("""
                WITH made AS (INSERT INTO app.customers (user_id, id, name, email)
                              SELECT u.id, gen_random_uuid(), 'Pelanggan ' || n, 'p' || n || '@contoh.id'
                              FROM (SELECT id FROM app.users ORDER BY created_at DESC LIMIT 1) u, generate_series(1, %d) n RETURNING 1)
                SELECT count(*) FROM made""".formatted(READERS));
        long seed = System.nanoTime();
        var random = new Random(seed);
        try (var mails = new MailServer().says("END", "hesitate")) {
            var campaign = shop.mails(mails);
            int inTheMiddle = 0;
            for (int kill = 0; kill < KILLS; kill++) {
                // every other at any moment, as one that waits for something has a rhythm
                boolean onTheWire = false;
                if (kill % 2 == 1)
                    LockSupport.parkNanos(
                            Duration.ofMillis(random.nextInt(2_000)).toNanos());
                else
                    for (int i = 0; i < 3_000 && !onTheWire; i++) {
                        LockSupport.parkNanos(10_000_000);
                        onTheWire = !isOnTheWire(campaign).equals("0");
                    }
                var node = node(random.nextBoolean() ? "a" : "c");
                if (onTheWire) inTheMiddle++;
                node.kill();
                // what a minute without a heartbeat does; also where the other node has the work, as if it only slept
                shared.query(NOBODY_WORKS);
                node.start();
            }
            for (var name : List.of("a", "c")) node(name).kill();
            shared.query(NOBODY_WORKS);
            shared.query("""
                    WITH ended AS (UPDATE app.message_outbox SET lease_until = now() - interval '1 second'
                                   WHERE state = 'sending' RETURNING 1) SELECT count(*) FROM ended""");
            node("a").start();
            Await.until(
                    "the fate of all is known",
                    Duration.ofSeconds(300),
                    () -> shop.at(node("a").port).isDone(campaign));
            assertThat(inTheMiddle).as("kills while mails were on the wire").isEqualTo(KILLS / 2);
            assertThat(mails.taken()).as("seed %d", seed).doesNotHaveDuplicates();
            assertThat(mails.heard("RCPT")).as("seed %d", seed).doesNotHaveDuplicates();
            int accepted = messages(campaign, "accepted");
            int unknown = messages(campaign, "unknown");
            assertThat(accepted + unknown).as("audience, seed %d", seed).isEqualTo(READERS);
            assertThat(mails.taken().size()).as("taken, seed %d", seed).isBetween(accepted, READERS);
        }
    }

    private static final int READERS = 600;
    private static final int KILLS = 4;
    private static final String ON_THE_WIRE =
            "SELECT count(*) FROM app.message_outbox WHERE state = 'sending' AND campaign_id = '%s' AND lease_until > now() + interval '110 seconds'";
    private static final String NOBODY_WORKS = """
            WITH jobs AS (UPDATE jobs.scheduled_tasks SET picked = false, picked_by = NULL, last_heartbeat = NULL, version = version + 1
                          WHERE picked RETURNING 1),
                 turns AS (UPDATE app.paces SET next_at = now() WHERE next_at > now() RETURNING 1)
            SELECT (SELECT count(*) FROM jobs) + (SELECT count(*) FROM turns)""";

    private String isOnTheWire(String campaign) throws Exception {
        return Objects.requireNonNull(database).query(ON_THE_WIRE.formatted(campaign));
    }

    private int messages(String campaign, String state) throws Exception {
        return Integer.parseInt(Objects.requireNonNull(database)
                .query("SELECT count(*) FROM app.message_outbox WHERE campaign_id = '" + campaign + "' AND state = '"
                        + state + "'"));
    }

    private void awaitState(String name, String state) {
        Await.until(
                name + " is " + state,
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
