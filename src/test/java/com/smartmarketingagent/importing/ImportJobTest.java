package com.smartmarketingagent.importing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.smartmarketingagent.Shop;
import com.smartmarketingagent.customer.CustomerBook;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.jdbi.v3.core.JdbiException;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** An import whose database leaves it for a while. The job library has no part in it: its work is begun by hand. */
@QuarkusTest
class ImportJobTest extends HandingOver {

    private static final int CONNECTIONS = 10;

    @Inject
    ImportJob job;

    @Inject
    ImportRepository imports;

    @Inject
    Uploads uploads;

    @TempDir
    Path folder;

    UUID id;

    @BeforeEach
    void accept() throws IOException {
        var file = Files.writeString(folder.resolve("pelanggan.csv"), "Nama,No HP\nAni,081234567890\n");
        id = UUID.randomUUID();
        db.useTenant(shop.id(), tx -> {
            var reading = new ImportRepository.Reading("customers", "pelanggan.csv", "{}", null);
            imports.insert(tx, shop.id(), id, reading, uploads.keep(file, shop.id(), id));
        });
    }

    @Test
    void anImportWhoseConnectionIsLostIsBegunAgainFromItsFile() throws Exception {
        var ani = new CustomerBook(shop).add("Ani", "phone", "081234567890");
        CompletableFuture<Void> working;
        try (var matched = Obstacle.customer(db, shop, ani)) {
            working = CompletableFuture.runAsync(this::work, Obstacle.OWN_THREAD);
            matched.awaitImport();
            // as a server does to everyone when it is restarted: 57P01
            var ended = db.inTenantAsWorker(
                    shop.id(), tx -> tx.createQuery("""
                            SELECT pg_terminate_backend(pid) FROM (SELECT DISTINCT pid FROM pg_locks WHERE NOT granted) l
                            """).mapTo(Boolean.class).list());
            assertThat(ended).containsExactly(true);
            assertThatThrownBy(() -> working.get(60, TimeUnit.SECONDS))
                    .isInstanceOf(ExecutionException.class)
                    .hasCauseInstanceOf(JdbiException.class);
        }
        assertThat(status()).isEqualTo("running");
        assertThat(files()).hasSize(1);

        work();

        assertThat(status()).isEqualTo("done");
        assertThat(files()).isEmpty();
        assertThat(rows("SELECT name FROM app.customers WHERE user_id = :user")).containsExactly("Ani");
    }

    /** Waiting, it would keep one of the node's two places, and a connection, from the imports of all shops. */
    @Test
    void anImportThatIsNotItsShopsTurnWaitsNowhereAndIsDoneOnceItIs() throws Exception {
        try (var _ = Obstacle.turn(db, shop)) {
            CompletableFuture.runAsync(this::work, Obstacle.OWN_THREAD).get(60, TimeUnit.SECONDS);
            assertThat(status()).isEqualTo("running");
            assertThat(files()).hasSize(1);
            assertThat(job.again(ImportJob.instance(shop.id(), id))).isNotNull();
        }

        work();

        assertThat(status()).isEqualTo("done");
        assertThat(files()).isEmpty();
        assertThat(job.again(ImportJob.instance(shop.id(), id))).isNull();
        assertThat(rows("SELECT name FROM app.customers WHERE user_id = :user")).containsExactly("Ani");
    }

    @Test
    void anImportWhoseProgressCannotBeStoredIsDoneNevertheless() throws Exception {
        var other = Shop.register();
        var taken = new CountDownLatch(CONNECTIONS);
        var release = new CountDownLatch(1);
        try (var requests = Executors.newFixedThreadPool(CONNECTIONS)) {
            for (int i = 0; i < CONNECTIONS; i++) {
                // no shop gets all of them
                var user = i % 2 == 0 ? shop.id() : other.id();
                requests.execute(() -> db.useTenant(user, tx -> {
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
                // its failure would need such a connection too
                work();
            } finally {
                release.countDown();
            }
        }

        assertThat(status()).isEqualTo("done");
        assertThat(rows("SELECT name FROM app.customers WHERE user_id = :user")).containsExactly("Ani");
    }

    @Test
    void progressStaysWhereItWasWhenTheWorkIsBegunOnceMore() {
        db.useTenant(shop.id(), tx -> {
            imports.begin(tx, shop.id(), id);
            imports.progress(tx, shop.id(), id, 0.5);
            assertThat(imports.begin(tx, shop.id(), id)).isPresent();
        });

        assertThat(rows("SELECT progress FROM app.imports WHERE user_id = :user"))
                .containsExactly("0.5");
    }

    @Test
    void anImportThatKeepsMeetingTheOwnersEditsWaitsForThem() {
        long start = clock.millis();

        collidingAtMost(4, this::work);

        assertThat(status()).isEqualTo("done");
        assertThat(clock.millis() - start).isGreaterThan(250);
        assertThat(rows("SELECT name FROM app.customers WHERE user_id = :user")).containsExactly("Ani");
    }

    @Test
    void anImportThatNeverGetsThroughIsBegunAgainLaterButNotForEver() throws IOException {
        collidingAtMost(1_000, () -> assertThatThrownBy(this::work).isInstanceOf(JdbiException.class));

        assertThat(status()).isEqualTo("running");
        assertThat(files()).hasSize(1);

        db.useTenant(
                shop.id(), tx -> tx.createUpdate("""
                        UPDATE app.imports SET created_at = created_at - interval '61 minutes' WHERE user_id = :user
                        """).bind("user", shop.id()).execute());
        collidingAtMost(1_000, this::work);

        assertThat(status()).isEqualTo("failed");
        assertThat(files()).isEmpty();
    }

    /**
     * Each new customer of the shop meets another with the same phone, so many times. Nothing else may run meanwhile.
     */
    private void collidingAtMost(int times, Runnable work) {
        db.asOwner(tx -> {
            tx.execute("CREATE SEQUENCE app.collisions");
            tx.execute("""
                    CREATE FUNCTION app.collide() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER AS
                    'BEGIN
                       IF nextval(''app.collisions'') <= %d THEN RAISE unique_violation; END IF;
                       RETURN NEW;
                     END'""".formatted(times));
            return tx.execute(
                    "CREATE TRIGGER collide BEFORE INSERT ON app.customers FOR EACH ROW WHEN (NEW.user_id = '%s') EXECUTE FUNCTION app.collide()"
                            .formatted(shop.id().value()));
        });
        try {
            work.run();
        } finally {
            db.asOwner(tx -> tx.execute("DROP FUNCTION app.collide() CASCADE; DROP SEQUENCE app.collisions"));
        }
    }

    private void work() {
        job.run(ImportJob.instance(shop.id(), id));
    }

    private String status() {
        return rows("SELECT status FROM app.imports WHERE user_id = :user").getFirst();
    }
}
