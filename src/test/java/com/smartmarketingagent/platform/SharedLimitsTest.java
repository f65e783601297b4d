package com.smartmarketingagent.platform;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.smartmarketingagent.Await;
import io.github.bucket4j.TimeMeter;
import io.lettuce.core.RedisClient;
import io.quarkus.vertx.http.HttpServerStart;
import io.vertx.core.http.HttpServerOptions;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executors;
import java.util.concurrent.locks.LockSupport;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import org.jboss.logmanager.ExtLogRecord;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Two nodes before one real Redis. */
class SharedLimitsTest {

    private static final Duration USUAL = Duration.ofMillis(100);

    private RedisServer server;
    private final List<Redis> links = new ArrayList<>();

    @BeforeEach
    void aRedis() throws IOException {
        server = new RedisServer();
    }

    @AfterEach
    void leaveNothingRunning() throws Exception {
        links.forEach(Redis::close);
        if (server != null) server.close();
    }

    @Test
    void twoNodesShareOneLimit() {
        var a = node("10/3600");
        var b = node("10/3600");
        for (int i = 0; i < 10; i++)
            assertThat(passes(i % 2 == 0 ? a : b)).as("%s", i).isTrue();
        for (var node : List.of(a, b)) {
            assertThatThrownBy(() -> node.countRegistration("203.0.113.5"))
                    .isInstanceOfSatisfying(
                            Problem.TooMany.class,
                            e -> assertThat(e.retryAfter())
                                    .isBetween(Duration.ofSeconds(350), Duration.ofSeconds(360)));
            node.countRegistration("203.0.113.6");
        }
    }

    @Test
    void whatIsLeftIsToldAsAllNodesSeeIt() {
        var a = node("10/3600");
        var b = node("10/3600");
        for (int i = 0; i < 3; i++)
            a.countRequest("toko").orElseThrow().toCompletableFuture().join();
        var share = b.countRequest("toko").orElseThrow().toCompletableFuture().join();
        assertThat(share.taken()).isTrue();
        assertThat(share.limit()).isEqualTo(10);
        assertThat(share.left()).isEqualTo(6);
        assertThat(share.full()).isBetween(Duration.ofSeconds(1_430), Duration.ofSeconds(1_440));
    }

    @Test
    void manyAtOnceOverTwoNodesGetExactlyTheirShare() throws Exception {
        var nodes = List.of(node("100/3600"), node("100/3600"));
        try (var threads = Executors.newFixedThreadPool(8)) {
            var tries = new ArrayList<Callable<Boolean>>();
            for (int i = 0; i < 400; i++) {
                var node = nodes.get(i % 2);
                tries.add(() -> passes(node));
            }
            int passed = 0;
            for (var one : threads.invokeAll(tries)) if (one.get()) passed++;
            assertThat(passed).isEqualTo(100);
        }
    }

    @Test
    void aRightLogInGivesItsTokenBackOnAllNodes() {
        var a = node("2/900");
        var b = node("2/900");
        for (int i = 0; i < 20; i++) {
            a.countLogIn("a@contoh.id", "10.0.0.1");
            a.forgiveLogIn("a@contoh.id", "10.0.0.1");
        }
        a.countLogIn("a@contoh.id", "10.0.0.1");
        b.countLogIn("a@contoh.id", "10.0.0.1");
        assertThatThrownBy(() -> a.countLogIn("a@contoh.id", "10.0.0.1")).isInstanceOf(Problem.TooMany.class);
    }

    @Test
    void aTokenComesBackEvenly() {
        var a = node("2/4");
        assertThat(passes(a)).isTrue();
        assertThat(passes(a)).isTrue();
        assertThat(passes(a)).isFalse();
        LockSupport.parkNanos(Duration.ofMillis(2_100).toNanos());
        assertThat(passes(node("2/4"))).isTrue();
        assertThat(passes(node("2/4"))).isFalse();
    }

    @Test
    void redisLearnsNobodysAddressAndForgetsTheBucketWhenItIsFull() {
        var a = node("3/60");
        for (int i = 0; i < 2; i++) a.countLogIn("sri@contoh.id", "203.0.113.5");
        a.forgiveLogIn("sri@contoh.id", "203.0.113.5");
        assertThat(passes(a)).isTrue();
        try (var client = RedisClient.create(server.url());
                var connection = client.connect()) {
            var keys = connection.sync().keys("*");
            assertThat(keys).hasSize(4).allMatch(key -> key.matches("sma:limit:[a-z-]+:[A-Za-z0-9_-]{43}"));
            for (var key : keys) assertThat(connection.sync().pttl(key)).isBetween(1L, 40_000L);
        }
    }

    @Test
    void aFloodGetsNoFurtherThanTheNodeThatItCallsAt() {
        var a = node("3/3600");
        for (int i = 0; i < 50; i++) assertThat(passes(a)).isEqualTo(i < 3);
        try (var client = RedisClient.create(server.url());
                var connection = client.connect()) {
            assertThat(connection.sync().info("commandstats")).contains("cmdstat_eval:calls=3,");
        }
    }

    @Test
    void withoutRedisEachNodeGoesOnAtOnceWithWhatItHasSeen() throws Exception {
        var a = node("10/3600", USUAL);
        var b = node("10/3600", USUAL);
        for (int i = 0; i < 6; i++) assertThat(passes(a)).isTrue();
        server.kill();
        long began = System.nanoTime();
        for (int i = 0; i < 4; i++) assertThat(passes(a)).isTrue();
        assertThat(passes(a)).as("the eleventh").isFalse();
        for (int i = 0; i < 10; i++) assertThat(passes(b)).isTrue();
        assertThat(passes(b)).isFalse();
        assertThat(Duration.ofNanos(System.nanoTime() - began)).isLessThan(Duration.ofMillis(300));
        for (int i = 0; i < 10; i++) a.countLogIn("a@contoh.id", "10.0.0.1");
        assertThatThrownBy(() -> a.countLogIn("a@contoh.id", "10.0.0.1")).isInstanceOf(Problem.TooMany.class);
        server.start();
        comesBack(a, b);
    }

    @Test
    void aRedisThatHangsIsWaitedForOnceAndThenNoMore() throws Exception {
        var a = node("100000/86400", USUAL);
        server.hang();
        long longest = 0;
        long began = System.nanoTime();
        int waited = 0;
        while (System.nanoTime() - began < Duration.ofSeconds(4).toNanos()) {
            long one = System.nanoTime();
            assertThat(passes(a)).isTrue();
            long took = System.nanoTime() - one;
            longest = Math.max(longest, took);
            if (took > Duration.ofMillis(40).toNanos()) waited++;
            LockSupport.parkNanos(2_000_000);
        }
        assertThat(Duration.ofNanos(longest)).isLessThan(Duration.ofMillis(250));
        assertThat(waited).as("requests that waited").isLessThanOrEqualTo(2);
        server.goOn();
        comesBack(a, node("100000/86400"));
    }

    @Test
    void aNodeThatStartsWithoutRedisFindsItLater() throws Exception {
        server.kill();
        var link = link(USUAL);
        var a = new RateLimits(settings("5/3600"), TimeMeter.SYSTEM_NANOTIME, link);
        assertThat(passes(a)).isTrue();
        assertThat(link.isThere()).isFalse();
        server.start();
        comesBack(a, node("5/3600"));
    }

    /** By a server that starts, before anybody asks anything, and not again with each look. */
    @Test
    void whyRedisCannotBeUsedIsSaidOnceEachTime() throws Exception {
        var said = new CopyOnWriteArrayList<String>();
        var handler = new Handler() {
            @Override
            public void publish(LogRecord line) {
                if (line.getLevel().intValue() >= Level.WARNING.intValue())
                    said.add(
                            line instanceof ExtLogRecord formatted
                                    ? formatted.getFormattedMessage()
                                    : line.getMessage());
            }

            @Override
            public void flush() {}

            @Override
            public void close() {}
        };
        var log = java.util.logging.Logger.getLogger(Redis.class.getName());
        log.addHandler(handler);
        try {
            server.kill();
            var link = new Redis(settings("1/1", server.url().replace("//", "//:rahasia-salah@")), USUAL);
            links.add(link);
            new RateLimits(settings("1/1"), TimeMeter.SYSTEM_NANOTIME, link)
                    .look(new HttpServerStart(new HttpServerOptions()));
            Await.until("it is said", () -> !said.isEmpty());
            lookFor(link, Duration.ofMillis(2_500));
            assertThat(said).singleElement().asString().contains("Redis can't be used", "Connection refused");

            server.start();
            server.demand("rahasia-benar");
            Await.until("it is said that it refuses us", () -> !link.isThere() && said.size() > 1);
            lookFor(link, Duration.ofMillis(2_500));
            assertThat(said).hasSize(2);
            assertThat(said.getLast()).contains("WRONGPASS");

            server.demand("rahasia-salah");
            Await.until("it is found", link::isThere);
            server.kill();
            Await.until("it is gone", () -> link.run("return {1}", "x").isCompletedExceptionally());
            lookFor(link, Duration.ofMillis(1_500));
            assertThat(said).hasSize(3).noneMatch(line -> line.contains("rahasia"));
        } finally {
            log.removeHandler(handler);
        }
    }

    private static void lookFor(Redis link, Duration time) {
        long until = System.nanoTime() + time.toNanos();
        while (System.nanoTime() < until) {
            assertThat(link.isThere()).isFalse();
            LockSupport.parkNanos(50_000_000);
        }
    }

    @Test
    void anAddressThatIsNoneIsSaidWithoutItsPassword() {
        assertThatThrownBy(() -> new Redis(settings("1/1", "http://:rahasia@host")))
                .isInstanceOf(Settings.Wrong.class)
                .hasMessageContaining("REDIS_URL")
                .hasMessageNotContaining("rahasia");
    }

    /** By itself, with the requests that come: one node sees what the other counts. */
    private static void comesBack(RateLimits a, RateLimits b) {
        Await.until("the nodes share again", () -> {
            var key = "kembali " + UUID.randomUUID();
            a.countRequest(key).orElseThrow().toCompletableFuture().join();
            var share = b.countRequest(key).orElseThrow().toCompletableFuture().join();
            return share.left() == share.limit() - 2;
        });
    }

    private static boolean passes(RateLimits node) {
        try {
            node.countRegistration("203.0.113.5");
            return true;
        } catch (Problem.TooMany e) {
            return false;
        }
    }

    /** One that has found Redis, and waits for it on a machine that is busy with other tests. */
    private RateLimits node(String limit) {
        return node(limit, Duration.ofSeconds(5));
    }

    private RateLimits node(String limit, Duration patience) {
        var link = link(patience);
        Await.until("Redis is found", link::isThere);
        return new RateLimits(settings(limit), TimeMeter.SYSTEM_NANOTIME, link);
    }

    private Redis link(Duration patience) {
        var link = new Redis(settings("1/1"), patience);
        links.add(link);
        return link;
    }

    private Settings settings(String limit) {
        return settings(limit, server.url());
    }

    private static Settings settings(String limit, String url) {
        return new Settings() {
            @Override
            public Optional<String> text(String name) {
                return Optional.ofNullable(Map.of("REDIS_URL", url).get(name))
                        .or(() -> name.startsWith("RATE_LIMIT_") && !name.equals("RATE_LIMIT_ENABLED")
                                ? Optional.of(limit)
                                : Optional.empty());
            }
        };
    }
}
