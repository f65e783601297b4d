package com.smartmarketingagent.platform;

import static org.assertj.core.api.Assertions.assertThat;

import com.smartmarketingagent.Await;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.BeforeEach;
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
        final List<String> begun = new CopyOnWriteArrayList<>();
        final Semaphore end = new Semaphore(0);

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
            begun.add(Jobs.shop(instance));
            try {
                assertThat(end.tryAcquire(120, TimeUnit.SECONDS)).isTrue();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            } finally {
                running.decrementAndGet();
                done.incrementAndGet();
            }
        }
    }

    /** Of which four are done at once. */
    @Singleton
    static class Shared implements Jobs.Job {
        static final String NAME = "shared-test";
        final Map<String, Integer> running = new ConcurrentHashMap<>();
        final AtomicInteger most = new AtomicInteger();
        final AtomicInteger done = new AtomicInteger();
        volatile CountDownLatch end = new CountDownLatch(0);

        @Override
        public String name() {
            return NAME;
        }

        @Override
        public int atOnce() {
            return 4;
        }

        @Override
        public void run(String instance) {
            var shop = instance.substring(0, 36);
            most.accumulateAndGet(running.merge(shop, 1, Integer::sum), Math::max);
            try {
                assertThat(end.await(120, TimeUnit.SECONDS)).isTrue();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            } finally {
                running.merge(shop, -1, Integer::sum);
                done.incrementAndGet();
            }
        }

        int inHand() {
            return running.values().stream().mapToInt(Integer::intValue).sum();
        }
    }

    @Inject
    Db db;

    @Inject
    Shared shared;

    @Inject
    Jobs jobs;

    @Inject
    Heavy heavy;

    @BeforeEach
    void nothingWasDone() {
        heavy.done.set(0);
        heavy.begun.clear();
        heavy.end.drainPermits();
    }

    @Test
    void twoHeavyOnesAtOnceAndAThirdWaitsForOneToEnd() {
        try {
            for (int i = 0; i < 3; i++) enqueue(Heavy.NAME, UUID.randomUUID(), 1);
            Await.until("two are at it", () -> heavy.running.get() == 2);
            Await.until("the third was looked at, and put off", () -> putOff() > 0);
            assertThat(heavy.running).hasValue(2);
            assertThat(heavy.done).hasValue(0);
        } finally {
            heavy.end.release(3);
        }
        Await.until("all three are done", () -> heavy.done.get() == 3);
        Await.until("none is planned any more", () -> rows("TRUE") == 0);
    }

    /** However much a shop has to do, another's is next. */
    @Test
    void ofOneShopOneHeavyOneIsDoneAtOnceAndWhoCameLaterIsNext() {
        var busy = List.of(UUID.randomUUID(), UUID.randomUUID());
        var late = UUID.randomUUID();
        try {
            enqueue(Heavy.NAME, busy.getFirst(), 8);
            Await.until("one is at it", () -> heavy.running.get() == 1);
            Await.until("the others were put off", () -> putOff() == 7);
            assertThat(heavy.running).hasValue(1);
            enqueue(Heavy.NAME, busy.getLast(), 8);
            Await.until("two are at it", () -> heavy.running.get() == 2);
            enqueue(Heavy.NAME, late, 1);
            Await.until(
                    "the late one was put off",
                    () -> rows("task_instance LIKE '" + late + "%' AND NOT picked AND version > 2") == 1);
            heavy.end.release();
            Await.until("the next is at it", () -> heavy.begun.size() == 3);
            assertThat(heavy.begun)
                    .containsExactly(busy.getFirst().toString(), busy.getLast().toString(), late.toString());
        } finally {
            heavy.end.release(17 - 1);
        }
        Await.until("all are done", () -> heavy.done.get() == 17);
        Await.until("none is planned any more", () -> rows("TRUE") == 0);
    }

    /** Who has much to do keeps half of the places for others. */
    @Test
    void ofOneShopHalfAsManyAreDoneAtOnceAndTheRestWaits() {
        shared.end = new CountDownLatch(1);
        var busy = UUID.randomUUID();
        try {
            enqueue(Shared.NAME, busy, 6);
            Await.until("two are in hand", () -> shared.inHand() == 2);
            Await.until("the rest was put off", () -> rows(Shared.NAME, "NOT picked AND version > 2") > 0);
            assertThat(shared.inHand()).isEqualTo(2);
            enqueue(Shared.NAME, UUID.randomUUID(), 1);
            Await.until("another shop's is in hand", () -> shared.inHand() == 3);
            enqueue(Shared.NAME, UUID.randomUUID(), 1);
            Await.until("a third shop's is in hand", () -> shared.inHand() == 4);
            enqueue(Shared.NAME, UUID.randomUUID(), 1);
            Await.until("a fourth shop's was put off too", () -> rows(Shared.NAME, "NOT picked AND version > 2") > 4);
            assertThat(shared.inHand()).isEqualTo(4);
        } finally {
            shared.end.countDown();
        }
        Await.until("all nine are done", () -> shared.done.get() == 9);
        Await.until("none is planned any more", () -> rows(Shared.NAME, "TRUE") == 0);
        assertThat(shared.most).hasValue(2);
    }

    private void enqueue(String job, UUID shop, int many) {
        db.withoutTenantAsWorker(tx -> {
            for (int i = 0; i < many; i++) jobs.enqueue(tx, job, shop + " " + UUID.randomUUID());
            return tx;
        });
        jobs.wakeUp();
    }

    private long putOff() {
        return rows("NOT picked AND version > 2");
    }

    private long rows(String which) {
        return rows(Heavy.NAME, which);
    }

    private long rows(String job, String which) {
        return db.withoutTenantAsWorker(
                tx -> tx.createQuery("SELECT count(*) FROM jobs.scheduled_tasks WHERE task_name = :name AND " + which)
                        .bind("name", job)
                        .mapTo(Long.class)
                        .one());
    }
}
