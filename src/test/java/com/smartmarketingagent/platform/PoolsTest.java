package com.smartmarketingagent.platform;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.smartmarketingagent.Await;
import com.smartmarketingagent.Shop;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.sql.Connection;
import java.util.ArrayList;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import java.util.function.IntFunction;
import org.jdbi.v3.core.Handle;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Each kind of work has its connections: whoever uses up theirs stops nobody else. */
@QuarkusTest
class PoolsTest {

    private static final int SIZE = 10;

    @Inject
    Db db;

    @Inject
    Jobs jobs;

    private Shop shop;
    private Shop other;

    /** Work that leaves a trace and needs no connection but the job library's. */
    @Singleton
    static class Knock implements Jobs.Job {
        static final Set<String> HEARD = ConcurrentHashMap.newKeySet();

        @Override
        public String name() {
            return "knock";
        }

        @Override
        public void run(String instance) {
            HEARD.add(instance);
        }
    }

    @BeforeEach
    void aShop() {
        shop = Shop.register();
        other = Shop.register();
    }

    @Test
    void requestsThatHoldAllTheirConnectionsStopNoJob() throws Exception {
        whileHolding(
                db::useTenant,
                () -> assertThatThrownBy(() -> db.useTenant(shop.id(), tx -> {}))
                        .hasRootCauseInstanceOf(java.sql.SQLTransientConnectionException.class),
                this::aJobIsDone);
    }

    @Test
    void workThatHoldsAllItsConnectionsStopsNeitherTheJobLibraryNorRequests() throws Exception {
        whileHolding(
                (user, work) -> db.inTenantAsWorker(user, tx -> {
                    work.accept(tx);
                    return true;
                }),
                () -> assertThatThrownBy(() -> db.withoutTenantAsWorker(tx -> true))
                        .hasRootCauseInstanceOf(java.sql.SQLTransientConnectionException.class),
                () -> {
                    aJobIsDone();
                    aRequestIsAnswered();
                });
    }

    @Test
    void aShopThatHasAllItMayHaveAtOnceLeavesConnectionsToTheOthers() throws Exception {
        whileHolding(
                Pool.MOST_OF_ONE,
                _ -> shop.id(),
                db::useTenant,
                () -> assertThatThrownBy(() -> db.useTenant(shop.id(), tx -> {}))
                        .hasRootCauseInstanceOf(java.sql.SQLTransientConnectionException.class),
                () -> other.api().get("/api/customers").then().statusCode(200));
        aRequestIsAnswered();
    }

    /** The server ends it, not only we: else it would keep a processor busy for nobody. */
    @Test
    void aStatementThatNobodyWaitsForAnyMoreEnds() {
        var limit = db.<String>inTenant(
                shop.id(),
                tx -> tx.createQuery("SHOW statement_timeout")
                        .mapTo(String.class)
                        .one());
        assertThat(limit).isEqualTo("25s");
        assertThatThrownBy(() -> db.useTenant(shop.id(), tx -> {
                    tx.execute("SET LOCAL statement_timeout = '100ms'");
                    tx.execute("SELECT pg_sleep(20)");
                }))
                .matches(Db::tookTooLong);
    }

    @Test
    void aJobLibraryThatHoldsAllItsConnectionsStopsNoRequest() throws Exception {
        var held = new ArrayList<Connection>();
        try {
            for (int i = 0; i < SIZE; i++) held.add(db.jobsDataSource().getConnection());
            aRequestIsAnswered();
        } finally {
            for (var connection : held) connection.close();
        }
        aJobIsDone();
    }

    /** Longer than anybody is believed to be there without a sign of life. */
    @Test
    void aSlowAnswerOfADatabaseThatIsThereIsWaitedFor() {
        assertThat(db.<String>inTenant(
                        shop.id(),
                        tx -> tx.createQuery("SELECT 'lambat' FROM pg_sleep(5)")
                                .mapTo(String.class)
                                .one()))
                .isEqualTo("lambat");
    }

    private void aRequestIsAnswered() {
        shop.api().get("/api/customers").then().statusCode(200);
    }

    /** Queued by whoever still has a connection. */
    private void aJobIsDone() {
        var name = UUID.randomUUID().toString();
        try (var connection = db.jobsDataSource().getConnection();
                var insert = connection.prepareStatement("""
                        INSERT INTO jobs.scheduled_tasks (task_name, task_instance, execution_time, picked, version)
                        VALUES ('knock', ?, now(), false, 1)""")) {
            insert.setString(1, name);
            insert.executeUpdate();
        } catch (java.sql.SQLException e) {
            throw new AssertionError("the job library has no connection", e);
        }
        jobs.wakeUp();
        Await.until("the job is done", () -> Knock.HEARD.contains(name));
    }

    /** @param hold runs a transaction; all connections of its pool are in one while {@code then} runs */
    private void whileHolding(BiConsumer<UserId, Consumer<Handle>> hold, Runnable exhausted, Runnable then)
            throws Exception {
        whileHolding(SIZE, i -> i % 2 == 0 ? shop.id() : other.id(), hold, exhausted, then);
    }

    private static void whileHolding(
            int size,
            IntFunction<UserId> users,
            BiConsumer<UserId, Consumer<Handle>> hold,
            Runnable exhausted,
            Runnable then)
            throws Exception {
        var taken = new CountDownLatch(size);
        var release = new CountDownLatch(1);
        try (var holders = Executors.newFixedThreadPool(size)) {
            for (int i = 0; i < size; i++) {
                var user = users.apply(i);
                holders.execute(() -> hold.accept(user, tx -> {
                    taken.countDown();
                    try {
                        release.await();
                    } catch (InterruptedException e) {
                        Thread.currentThread().interrupt();
                    }
                }));
            }
            try {
                assertThat(taken.await(60, TimeUnit.SECONDS)).isTrue();
                exhausted.run();
                then.run();
            } finally {
                release.countDown();
            }
        }
    }
}
