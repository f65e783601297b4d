package com.smartmarketingagent.platform;

import static org.assertj.core.api.Assertions.assertThat;

import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.Test;

/** Work that outlives its request. */
@QuarkusTest
class JobsTest {

    /** Keeps the machine busy until it is told to end. */
    @Singleton
    static class Heavy implements Jobs.Job {
        static final String NAME = "heavy-test";
        final AtomicInteger running = new AtomicInteger();
        final AtomicInteger done = new AtomicInteger();
        volatile CountDownLatch end = new CountDownLatch(0);

        @Override
        public String name() {
            return NAME;
        }

        @Override
        public boolean isHeavy() {
            return true;
        }

        @Override
        public void run(String instance) {
            running.incrementAndGet();
            try {
                assertThat(end.await(20, TimeUnit.SECONDS)).isTrue();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            } finally {
                running.decrementAndGet();
                done.incrementAndGet();
            }
        }
    }

    @Inject
    Db db;

    @Inject
    Jobs jobs;

    @Inject
    Heavy heavy;

    @Test
    void twoHeavyOnesAtOnceAndAThirdWaitsForOneToEnd() {
        heavy.end = new CountDownLatch(1);
        try {
            db.withoutTenantAsWorker(tx -> {
                for (int i = 0; i < 3; i++)
                    jobs.enqueue(tx, Heavy.NAME, UUID.randomUUID().toString());
                return tx;
            });
            jobs.wakeUp();
            await(() -> heavy.running.get() == 2);
            // the third was looked at, and put off
            await(() -> putOff() > 0);
            assertThat(heavy.running).hasValue(2);
            assertThat(heavy.done).hasValue(0);
        } finally {
            heavy.end.countDown();
        }
        await(() -> heavy.done.get() == 3);
        await(() -> rows("TRUE") == 0);
    }

    private long putOff() {
        return rows("NOT picked AND version > 2");
    }

    private long rows(String which) {
        return db.withoutTenantAsWorker(
                tx -> tx.createQuery("SELECT count(*) FROM jobs.scheduled_tasks WHERE task_name = :name AND " + which)
                        .bind("name", Heavy.NAME)
                        .mapTo(Long.class)
                        .one());
    }

    private static void await(BooleanSupplier condition) {
        for (int i = 0; i < 1_000 && !condition.getAsBoolean(); i++)
            LockSupport.parkNanos(Duration.ofMillis(10).toNanos());
        assertThat(condition.getAsBoolean()).isTrue();
    }
}
