package com.smartmarketingagent.importing;

import com.smartmarketingagent.Await;
import com.smartmarketingagent.Shop;
import com.smartmarketingagent.platform.Db;
import com.smartmarketingagent.platform.Ids;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jdbi.v3.core.Handle;

/** A transaction that stands in an import's way until it is closed, and then has changed nothing. */
final class Obstacle implements AutoCloseable {

    /** The common pool may have a single thread, which whoever stands in the way would keep from all others. */
    static final Executor OWN_THREAD = task -> Thread.ofPlatform().daemon().start(task);

    private final Db db;
    private final Shop shop;
    private final CountDownLatch over = new CountDownLatch(1);
    private final CompletableFuture<Integer> pid = new CompletableFuture<>();
    private final CompletableFuture<Boolean> rolledBack;
    private final String isThere;

    private Obstacle(Db db, Shop shop, Consumer<Handle> lock) {
        this(
                db,
                shop,
                lock,
                "SELECT EXISTS (SELECT FROM pg_locks l WHERE NOT l.granted AND :pid = ANY (pg_blocking_pids(l.pid)))");
    }

    private Obstacle(Db db, Shop shop, Consumer<Handle> lock, String isThere) {
        this.db = db;
        this.shop = shop;
        this.isThere = isThere;
        rolledBack = CompletableFuture.supplyAsync(
                () -> db.rehearse(shop.id(), tx -> {
                    lock.accept(tx);
                    pid.complete(tx.createQuery("SELECT pg_backend_pid()")
                            .mapTo(Integer.class)
                            .one());
                    try {
                        return over.await(3, TimeUnit.MINUTES);
                    } catch (InterruptedException e) {
                        throw new IllegalStateException(e);
                    }
                }),
                OWN_THREAD);
        CompletableFuture.anyOf(pid, rolledBack).join();
    }

    /** Before anything is read: it doesn't wait here, but comes back every second. */
    static Obstacle turn(Db db, Shop shop) {
        return new Obstacle(
                db,
                shop,
                tx -> tx.createQuery("SELECT 1 FROM pg_advisory_xact_lock(hashtextextended('import ' || :user, 0))")
                        .bind("user", shop.id().value().toString())
                        .mapTo(Integer.class)
                        .one(),
                "SELECT :pid > 0 AND EXISTS (SELECT FROM app.imports WHERE status = 'running')");
    }

    /** Where this customer is to be held, after all are matched. */
    static Obstacle customer(Db db, Shop shop, UUID customer) {
        return new Obstacle(
                db,
                shop,
                tx -> tx.createQuery(
                                "SELECT id FROM app.customers WHERE user_id = :user AND id = :id FOR NO KEY UPDATE")
                        .bind("user", shop.id())
                        .bind("id", customer)
                        .mapTo(UUID.class)
                        .one());
    }

    /** Where a sale with this order number is to be stored: another one may be about to be. */
    static Obstacle order(Db db, Shop shop, UUID customer, String externalId) {
        return new Obstacle(
                db,
                shop,
                tx -> tx.createUpdate("""
                        INSERT INTO app.transactions (user_id, id, customer_id, transaction_date, amount, external_id)
                        VALUES (:user, :id, :customer, '2025-01-01', 1, :externalId)
                        """)
                        .bind("user", shop.id())
                        .bind("id", Ids.next())
                        .bind("customer", customer)
                        .bind("externalId", externalId)
                        .execute());
    }

    /** Returns when the import has come here and waits. */
    void awaitImport() {
        await(isThere);
    }

    /** Returns when somebody else waits for the import that waits here. */
    void awaitWhoWaitsForTheImport() {
        await("""
                SELECT EXISTS (SELECT FROM pg_locks i JOIN pg_locks l ON i.pid = ANY (pg_blocking_pids(l.pid))
                               WHERE NOT i.granted AND NOT l.granted AND :pid = ANY (pg_blocking_pids(i.pid)))""");
    }

    private void await(String sql) {
        Await.until(
                "somebody waits here",
                () -> db.inTenant(
                        shop.id(),
                        tx -> tx.createQuery(sql)
                                .bind("pid", pid.join())
                                .mapTo(Boolean.class)
                                .one()));
    }

    @Override
    public void close() {
        over.countDown();
        if (!rolledBack.join()) throw new AssertionError("Stood in the way for too long");
    }
}
