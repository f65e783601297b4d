package com.smartmarketingagent.platform;

import static org.assertj.core.api.Assertions.assertThat;

import com.smartmarketingagent.Http.Response;
import com.smartmarketingagent.Shop;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import jakarta.ws.rs.core.MediaType;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;

/**
 * Requests that want what another transaction holds are told to come again, and give their connections back; an undo at
 * once, where an import has its shop's turn.
 */
@QuarkusTest
class LockTimeoutTest {

    @Inject
    Db db;

    private record Ended(Response answer, Duration after) {}

    @Test
    void whoWaitsForALockIsAnswered503() throws Exception {
        var shop = Shop.register();
        var changed = aCustomer(shop);
        var erased = aCustomer(shop);
        var requests = new LinkedHashMap<String, Supplier<Response>>();
        requests.put("change", () -> shop.api().body(Map.of("name", "Budi")).put(changed));
        requests.put("erase", () -> shop.api().delete(erased));
        var done = anImport(shop);
        Supplier<Response> undo = () -> shop.api().post("/api/imports/" + done + "/undo");
        requests.put("dry run", () -> sent(shop, "Nama\nDewi\n", Map.of("dry_run", "true")));
        requests.put("segments", () -> shop.api().body(Map.of()).post("/api/rfm/calculate"));
        var held = new CompletableFuture<String>();
        var release = new CountDownLatch(1);
        var waiting = new LinkedHashMap<String, Future<Ended>>();
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            var holder = threads.submit(() -> db.useTenant(shop.id(), tx -> {
                tx.createUpdate("UPDATE app.customers SET notes = 'x' WHERE user_id = :user")
                        .bind("user", shop.id())
                        .execute();
                tx.createQuery("SELECT pg_advisory_xact_lock(hashtextextended('rfm ' || CAST(:user AS text), 0))")
                        .bind("user", shop.id())
                        .mapTo(String.class)
                        .one();
                tx.createQuery("SELECT pg_advisory_xact_lock(hashtextextended('import ' || CAST(:user AS text), 0))")
                        .bind("user", shop.id())
                        .mapTo(String.class)
                        .one();
                held.complete("");
                await(release);
            }));
            try {
                held.get();
                requests.forEach((what, request) -> waiting.put(what, threads.submit(() -> timed(request))));
                var told = timed(undo);
                assertThat(told.answer().statusCode()).isEqualTo(409);
                assertThat(told.after()).isLessThan(Duration.ofSeconds(9));
                for (var one : waiting.entrySet()) refused(one.getKey(), one.getValue());
            } finally {
                release.countDown();
            }
            holder.get();
        }
        requests.put("undo", undo);
        for (var request : requests.entrySet()) {
            assertThat(request.getValue().get().statusCode())
                    .as(request.getKey())
                    .isEqualTo(200);
        }
    }

    private static String aCustomer(Shop shop) {
        return "/api/customers/"
                + shop.api()
                        .body(Map.of("name", "Ani"))
                        .post("/api/customers")
                        .then()
                        .statusCode(201)
                        .extract()
                        .path("data.customer.id");
    }

    private static Response sent(Shop shop, String csv, Map<String, String> fields) {
        var request = shop.api()
                .contentType(MediaType.MULTIPART_FORM_DATA)
                .multiPart("file", "pelanggan.csv", csv.getBytes(StandardCharsets.UTF_8), "text/csv");
        fields.forEach(request::multiPart);
        return request.post("/api/customers/import");
    }

    /** One that is done, and can be taken back. */
    private static String anImport(Shop shop) {
        var id = sent(shop, "Nama\nCici\n", Map.of()).jsonPath().getString("data.import.id");
        shop.imported(id);
        return id;
    }

    private static void refused(String what, Future<Ended> waiting)
            throws InterruptedException, ExecutionException, TimeoutException {
        var ended = waiting.get(90, TimeUnit.SECONDS);
        assertThat(ended.answer().statusCode())
                .as(what + ended.answer().asString())
                .isEqualTo(503);
        assertThat(ended.answer().jsonPath().getString("error.code")).as(what).isEqualTo("SERVICE_UNAVAILABLE");
        assertThat(ended.after()).as(what).isBetween(Duration.ofSeconds(9), Duration.ofSeconds(15));
    }

    private static Ended timed(Supplier<Response> request) {
        long began = System.nanoTime();
        var answer = request.get();
        return new Ended(answer, Duration.ofNanos(System.nanoTime() - began));
    }

    private static void await(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
