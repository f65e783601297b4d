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
import java.util.function.Consumer;
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
    }

    @Test
    void requestsThatHoldAllTheirConnectionsStopNoJob() throws Exception {
        whileHolding(
                work -> db.useTenant(shop.id(), work),
                () -> assertThatThrownBy(() -> db.useTenant(shop.id(), tx -> {}))
                        .hasRootCauseInstanceOf(java.sql.SQLTransientConnectionException.class),
                this::aJobIsDone);
    }

    @Test
    void workThatHoldsAllItsConnectionsStopsNeitherTheJobLibraryNorRequests() throws Exception {
        whileHolding(
                work -> db.inTenantAsWorker(shop.id(), tx -> {
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
    private static void whileHolding(Consumer<Consumer<Handle>> hold, Runnable exhausted, Runnable then)
            throws Exception {
        var taken = new CountDownLatch(SIZE);
        var release = new CountDownLatch(1);
        try (var holders = Executors.newFixedThreadPool(SIZE)) {
            for (int i = 0; i < SIZE; i++) {
                holders.execute(() -> hold.accept(tx -> {
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
