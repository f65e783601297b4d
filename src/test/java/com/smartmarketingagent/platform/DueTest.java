package com.smartmarketingagent.platform;

import static org.assertj.core.api.Assertions.assertThat;

import com.smartmarketingagent.Await;
import com.smartmarketingagent.platform.Jobs.Rhythm;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.io.IOException;
import java.nio.file.Files;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** When work is done, and when the database is left alone; on nodes of their own over a database of their own. */
@QuarkusTest
@TestInstance(Lifecycle.PER_CLASS)
class DueTest {

    private static final Clock CLOCK = Clock.systemUTC();

    private static final Duration MOMENT = Duration.ofMillis(100);
    private static final Duration HOUR = Duration.ofHours(1);
    private static final Rhythm QUICK = new Rhythm(MOMENT, MOMENT, HOUR);

    @Inject
    Settings settings;

    private final List<Jobs> nodes = new ArrayList<>();
    private final List<Db> pools = new ArrayList<>();
    private Connection watcher;
    private Db db;

    @BeforeAll
    void aDatabase() throws SQLException, IOException {
        watcher = superuser("postgres");
        run(watcher, "DROP DATABASE IF EXISTS quiet WITH (FORCE)");
        run(watcher, "CREATE DATABASE quiet");
        try (var connection = superuser("quiet")) {
            Migrations.createRoles(connection, settings::keptSecret);
        }
    }

    @BeforeEach
    void anEmptyOne() throws SQLException, IOException {
        db = db();
        // what the product plans by itself is done by none of our nodes
        try (var connection = superuser("quiet")) {
            run(connection, "DELETE FROM jobs.scheduled_tasks");
        }
    }

    @AfterEach
    void stop() {
        nodes.forEach(Jobs::stop);
        nodes.clear();
        pools.forEach(Db::close);
        pools.clear();
    }

    @AfterAll
    void drop() throws SQLException {
        run(watcher, "DROP DATABASE quiet WITH (FORCE)");
        watcher.close();
    }

    private String port() throws IOException {
        return Files.readAllLines(settings.dataDir().resolve("postgres/postmaster.pid"))
                .get(3)
                .strip();
    }

    private Connection superuser(String database) throws SQLException, IOException {
        return DriverManager.getConnection(
                "jdbc:postgresql://127.0.0.1:" + port() + "/" + database,
                "postgres",
                settings.keptSecret("POSTGRES_PASSWORD"));
    }

    private static void run(Connection connection, String sql) throws SQLException {
        try (var statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    private Db db() throws IOException {
        var variables = Map.of(
                "DATABASE_URL", url("sma_app"),
                "DATABASE_OWNER_URL", url("sma_owner"),
                "DATABASE_WORKER_URL", url("sma_worker"),
                "DATABASE_SUPERADMIN_URL", url("sma_admin"));
        var db = new Db(new Settings() {
            @Override
            public Optional<String> text(String name) {
                return Optional.ofNullable(variables.get(name));
            }
        });
        pools.add(db);
        return db;
    }

    private String url(String role) throws IOException {
        return "postgres://" + role + ":" + settings.keptSecret(role) + "@127.0.0.1:" + port() + "/quiet";
    }

    /** Work that says when it was done. */
    private static class Knock implements Jobs.Job {
        final Map<String, Instant> heard = new ConcurrentHashMap<>();
        final AtomicInteger begun = new AtomicInteger();
        final @Nullable Duration every;
        final Duration lasts;

        Knock() {
            this(null, Duration.ZERO);
        }

        Knock(@Nullable Duration every, Duration lasts) {
            this.every = every;
            this.lasts = lasts;
        }

        @Override
        public String name() {
            return "knock";
        }

        @Override
        public @Nullable Duration every() {
            return every;
        }

        @Override
        public void run(String instance) {
            begun.incrementAndGet();
            LockSupport.parkNanos(lasts.toNanos());
            heard.put(instance, CLOCK.instant());
        }

        Instant hears(String instance, Duration within) {
            long until = System.nanoTime() + within.toNanos();
            while (!heard.containsKey(instance)) {
                assertThat(System.nanoTime())
                        .as(instance + " is done within " + within)
                        .isLessThan(until);
                LockSupport.parkNanos(5_000_000);
            }
            return Objects.requireNonNull(heard.get(instance));
        }
    }

    private Jobs node(Db db, Jobs.Job job, Clock clock, Rhythm rhythm) {
        var jobs = new Jobs(db, List.of(job), new DatabaseTime(clock), new Metrics(List.of()), rhythm);
        nodes.add(jobs);
        jobs.start();
        return jobs;
    }

    /** As another node, or a transaction whose node died before it woke anybody. */
    private void enqueue(String instance, String due) throws SQLException, IOException {
        try (var connection = superuser("quiet")) {
            run(connection, """
                    INSERT INTO jobs.scheduled_tasks (task_name, task_instance, execution_time, picked, version)
                    VALUES ('knock', '%s', now() + interval '%s', false, 1)""".formatted(instance, due));
        }
    }

    private static final Duration SOON = Duration.ofSeconds(10);

    /** When one of our roles last asked anything; the database's time. */
    private Instant lastAsked() throws SQLException {
        try (var statement = watcher.createStatement();
                var row = statement.executeQuery("""
                        SELECT coalesce(max(query_start), 'epoch') FROM pg_stat_activity
                        WHERE datname = 'quiet' AND usename LIKE 'sma%'""")) {
            row.next();
            return row.getTimestamp(1).toInstant();
        }
    }

    /** A connection that isn't used stays open for a minute: what was asked is seen afterwards. */
    private boolean isQuietFor(Duration time) throws SQLException {
        var before = lastAsked();
        LockSupport.parkNanos(time.toNanos());
        return lastAsked().equals(before);
    }

    private void becomesQuiet() {
        Await.until("the database is left alone", () -> isQuietFor(MOMENT.multipliedBy(5)));
    }

    @ParameterizedTest
    @ValueSource(ints = {-24, 24})
    void aNodeWhoseClockIsADayOffDoesEverythingAtItsTime(int hours) throws Exception {
        var knock = new Knock();
        enqueue("now", "0");
        enqueue("tomorrow", "23 hours");
        enqueue("soon", "1 second");
        var due = CLOCK.instant().plusSeconds(1);
        var jobs = node(db, knock, Clock.offset(Clock.systemUTC(), Duration.ofHours(hours)), QUICK);
        knock.hears("now", SOON);
        assertThat(knock.hears("soon", SOON)).isAfter(due.minusMillis(50));
        jobs.wakeUp();
        becomesQuiet();
        assertThat(knock.heard).containsOnlyKeys("now", "soon");
    }

    @Test
    void anIdleDatabaseIsAskedNothingUntilTheNextDueTime() throws Exception {
        var knock = new Knock();
        enqueue("later", "5 seconds");
        var due = CLOCK.instant().plusSeconds(5);
        node(db, knock, Clock.systemUTC(), QUICK);
        becomesQuiet();
        // twenty looks long
        assertThat(isQuietFor(MOMENT.multipliedBy(20))).isTrue();
        assertThat(knock.heard).isEmpty();
        assertThat(knock.hears("later", Duration.ofSeconds(5))).isBetween(due.minusMillis(50), due.plusMillis(500));
        becomesQuiet();
    }

    @Test
    void whatIsDoneByItselfIsDoneAgainAndTheDatabaseSleepsInBetween() throws Exception {
        // much longer than a busy machine takes to become quiet
        var knock = new Knock(Duration.ofSeconds(6), Duration.ZERO);
        node(db, knock, Clock.systemUTC(), QUICK);
        var first = knock.hears("recurring", SOON);
        knock.heard.clear();
        becomesQuiet();
        assertThat(isQuietFor(MOMENT.multipliedBy(10))).isTrue();
        assertThat(knock.hears("recurring", Duration.ofSeconds(7)))
                .isBetween(first.plusMillis(5900), first.plusMillis(6700));
    }

    @Test
    void aSleepingNodeIsWokenByACallAndByAnybodyWhoUsesTheDatabase() throws Exception {
        var knock = new Knock();
        var jobs = node(db, knock, Clock.systemUTC(), QUICK);
        becomesQuiet();
        enqueue("called", "0");
        jobs.wakeUp();
        knock.hears("called", SOON);

        becomesQuiet();
        enqueue("of another", "0");
        assertThat(isQuietFor(MOMENT.multipliedBy(5))).isTrue();
        assertThat(knock.heard).doesNotContainKey("of another");
        db.withoutTenant(tx -> tx.createQuery("SELECT 1").mapTo(Integer.class).one());
        knock.hears("of another", SOON);
        becomesQuiet();
    }

    @Test
    void nobodySleepsLongerThanAgreed() throws Exception {
        var knock = new Knock();
        node(db, knock, Clock.systemUTC(), new Rhythm(MOMENT, MOMENT, Duration.ofSeconds(1)));
        becomesQuiet();
        enqueue("of another", "0");
        knock.hears("of another", SOON);
    }

    /** Six heartbeats that are missing. */
    @Test
    void whatAnotherNodeDoesIsWatchedUntilItIsDoneOrTheNodeIsDead() throws Exception {
        var knock = new Knock();
        enqueue("of the dead", "0");
        try (var connection = superuser("quiet")) {
            run(connection, """
                    UPDATE jobs.scheduled_tasks
                    SET picked = true, picked_by = 'dead', last_heartbeat = clock_timestamp() + interval '500 milliseconds'""");
        }
        node(db, knock, Clock.systemUTC(), QUICK);
        LockSupport.parkNanos(Duration.ofMillis(900).toNanos());
        assertThat(knock.heard).isEmpty();
        knock.hears("of the dead", SOON);
        becomesQuiet();
    }

    /** The heart of a job that takes long beats on, so that nobody else begins it. */
    @Test
    void ofTwoNodesOneDoesWhatTakesLong() throws Exception {
        var one = new Knock(null, Duration.ofSeconds(4));
        var other = new Knock(null, Duration.ofSeconds(4));
        // a busy machine skips beats: six are three seconds
        var rhythm = new Rhythm(MOMENT, Duration.ofMillis(500), HOUR);
        enqueue("long", "0");
        node(db, one, Clock.systemUTC(), rhythm);
        node(db(), other, Clock.offset(Clock.systemUTC(), Duration.ofDays(1)), rhythm);
        areAllDone(() -> {});
        assertThat(one.begun.get() + other.begun.get()).isEqualTo(1);
        becomesQuiet();
    }

    /** Nothing is left to do, by nobody; asked after each {@code meanwhile}. */
    private void areAllDone(Runnable meanwhile) throws SQLException, IOException {
        try (var connection = superuser("quiet");
                var statement = connection.createStatement()) {
            Await.until("nothing is left to do", () -> {
                meanwhile.run();
                try (var row = statement.executeQuery("SELECT count(*) FROM jobs.scheduled_tasks")) {
                    row.next();
                    return row.getInt(1) == 0;
                }
            });
        }
    }

    /** Work that ends once more of it is done than may be, or a moment after as much of it is as may. */
    private static final class Crowd implements Jobs.Job {
        static final int MOST = 32;
        final AtomicInteger inside = new AtomicInteger();
        final AtomicInteger most = new AtomicInteger();
        final AtomicInteger begun = new AtomicInteger();
        final CountDownLatch full = new CountDownLatch(MOST);
        final CountDownLatch tooMany = new CountDownLatch(1);

        @Override
        public String name() {
            return "knock";
        }

        @Override
        public void run(String instance) {
            begun.incrementAndGet();
            int now = inside.incrementAndGet();
            most.accumulateAndGet(now, Math::max);
            full.countDown();
            if (now > MOST) tooMany.countDown();
            try {
                assertThat(full.await(60, TimeUnit.SECONDS)).isTrue();
                tooMany.await(300, TimeUnit.MILLISECONDS);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
            inside.decrementAndGet();
        }
    }

    @Test
    void ofManyThatAreDueNoMoreThanAgreedAreBegunHoweverOftenSomebodyCalls() throws Exception {
        for (int i = 0; i < 100; i++) enqueue("of many " + i, "0");
        var crowd = new Crowd();
        // with quick beats a busy machine's node seems dead, and what it does is begun once more
        var jobs = node(db, crowd, Clock.systemUTC(), new Rhythm(MOMENT, Duration.ofMinutes(1), HOUR));
        areAllDone(jobs::wakeUp);
        assertThat(crowd.most).hasValue(Crowd.MOST);
        assertThat(crowd.begun).hasValue(100);
    }

    /** As its node lives, what it can't note would be in its hands until its missing heartbeats are noticed. */
    @Test
    void whatIsDoneWhileTheDatabaseIsAwayIsNotedAsSoonAsItIsThereAndWhatAskedItIsDoneThen() throws Exception {
        var knock = new Knock(null, MOMENT.multipliedBy(10)) {
            @Override
            public void run(String instance) {
                if (instance.equals("asks")) {
                    LockSupport.parkNanos(lasts.toNanos());
                    db.withoutTenantAsWorker(Db::now);
                }
                super.run(instance);
            }
        };
        enqueue("now", "0");
        enqueue("asks", "0");
        node(db, knock, Clock.systemUTC(), Rhythm.USUAL);
        Await.until("both are in hand", () -> planned("picked") == 2);
        run(watcher, "ALTER DATABASE quiet ALLOW_CONNECTIONS false");
        try {
            run(watcher, "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = 'quiet'");
            knock.hears("now", SOON);
            // longer than it is waited for a connection, first by the one that asks and then for its end
            LockSupport.parkNanos(Duration.ofSeconds(9).toNanos());
        } finally {
            run(watcher, "ALTER DATABASE quiet ALLOW_CONNECTIONS true");
        }
        knock.hears("asks", SOON);
        Await.until("none is planned any more", SOON, () -> planned("true") == 0);
        assertThat(knock.begun).as("each, once").hasValue(2);
    }

    private int planned(String which) throws SQLException, IOException {
        try (var connection = superuser("quiet");
                var statement = connection.createStatement();
                var rows = statement.executeQuery("SELECT count(*) FROM jobs.scheduled_tasks WHERE " + which)) {
            rows.next();
            return rows.getInt(1);
        }
    }
}
