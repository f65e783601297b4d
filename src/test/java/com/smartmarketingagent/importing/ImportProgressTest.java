package com.smartmarketingagent.importing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.smartmarketingagent.Http;
import com.smartmarketingagent.customer.CustomerBook;
import com.smartmarketingagent.platform.Ids;
import com.smartmarketingagent.platform.Problem;
import io.quarkus.test.junit.QuarkusTest;
import io.smallrye.mutiny.Multi;
import jakarta.inject.Inject;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Predicate;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** How far an import is: stored for every node, streamed to whoever looks, for as long as it makes sense. */
@QuarkusTest
class ImportProgressTest extends HandingOver {

    private static final int ROWS = 30_000;

    @Inject
    FileImport fileImport;

    @Inject
    ObjectMapper json;

    @Test
    void progressRisesWhileAFileIsReadAndWhileItIsStored(@TempDir Path folder) throws Exception {
        var file = Files.writeString(folder.resolve("penjualan.csv"), sales());
        var told = new ArrayList<Double>();

        var rows = db.rehearse(shop.id(), tx -> {
            try {
                return fileImport.runSales(tx, shop.id(), file, null, told::add);
            } catch (UnreadableFile e) {
                throw new AssertionError(e);
            }
        });

        assertThat(rows.added()).isEqualTo(ROWS);
        assertThat(told).isSorted().allMatch(p -> p > 0 && p < 1);
        assertThat(told.stream().distinct().filter(p -> p < Laps.Step.READING.reached))
                .hasSizeGreaterThan(10);
        assertThat(told.stream().distinct().filter(p -> p > 0.35)).hasSizeGreaterThanOrEqualTo(4);
        assertThat(told.getLast()).isGreaterThan(0.9);
    }

    /** The import is stopped three times, and goes on when the stream has told so. */
    @Test
    void progressIsStoredAndStreamedUntilTheEnd() throws Exception {
        var ani = new CustomerBook(shop).add("Ani", "phone", "081234567890");
        var events = new LinkedBlockingQueue<JsonNode>();
        String id;
        CompletableFuture<List<Double>> stream;
        try (var storing = Obstacle.order(db, shop, ani, "X-" + ROWS * 2 / 3)) {
            try (var matched = Obstacle.customer(db, shop, ani)) {
                try (var turn = Obstacle.turn(db, shop)) {
                    id = upload("transactions", sales(), Map.of())
                            .statusCode(202)
                            .extract()
                            .path("data.import.id");
                    stream = follow(id, events);
                    turn.awaitImport();
                    assertThat(next(events, e -> running(e)).path("progress").asDouble())
                            .isZero();
                    assertThat(stored(id)).isZero();
                }
                matched.awaitImport();
                next(events, e -> e.path("progress").asDouble() >= Laps.Step.READING.reached);
                assertThat(stored(id)).isBetween(Laps.Step.READING.reached, 0.3);
            }
            storing.awaitImport();
            next(events, e -> e.path("progress").asDouble() > 0.4);
            assertThat(stored(id)).isBetween(0.4, 0.95);
        }

        next(events, e -> e.path("status").asText().equals("done"));
        var told = stream.get(60, TimeUnit.SECONDS);
        assertThat(told).isSorted().startsWith(0.0).endsWith(1.0);
        assertThat(told.stream().distinct()).hasSizeGreaterThanOrEqualTo(4);
        assertThat(stored(id)).isEqualTo(1);
        assertThat(rows("SELECT count(*) FROM app.transactions WHERE user_id = :user"))
                .containsExactly(String.valueOf(ROWS));
    }

    @Test
    void anImportIsWatchedUntilItHasEnded() {
        var states = List.of(state("queued"), state("running"), state("done"), state("done"));
        var at = new AtomicInteger();

        assertThat(watched(ImportApi.watch(
                        () -> states.get(at.getAndIncrement()), Duration.ofMillis(1), Duration.ofMinutes(1))))
                .extracting(Import::status)
                .containsExactly("queued", "running", "done");
        assertThat(at).hasValue(3);
    }

    @Test
    void anImportThatNeverEndsIsWatchedForAWhile() {
        assertThat(watched(ImportApi.watch(() -> state("running"), Duration.ofMillis(1), Duration.ofMillis(200))))
                .isNotEmpty()
                .extracting(Import::status)
                .containsOnly("running");
    }

    @Test
    void nobodyLooksForAClientWhoHasLeft() throws Exception {
        var looks = new AtomicInteger();
        var afterwards = new CountDownLatch(1);
        var left = new CountDownLatch(1);
        var first = new CountDownLatch(1);
        var watching = ImportApi.watch(
                        () -> {
                            if (left.getCount() == 0) afterwards.countDown();
                            looks.incrementAndGet();
                            return state("running");
                        },
                        Duration.ofMillis(10),
                        Duration.ofMinutes(1))
                .subscribe()
                .with(found -> first.countDown());
        assertThat(first.await(60, TimeUnit.SECONDS)).isTrue();
        watching.cancel();
        int before = looks.get();
        left.countDown();

        // one look may have been under way
        afterwards.await(200, TimeUnit.MILLISECONDS);
        assertThat(looks.get()).isLessThanOrEqualTo(before + 1);
    }

    @Test
    void theWatchOfAnImportThatIsGoneEnds() {
        assertThat(watched(ImportApi.watch(
                        () -> {
                            throw new Problem.NotFound("import");
                        },
                        Duration.ofMillis(1),
                        Duration.ofMinutes(1))))
                .isEmpty();
        assertThatThrownBy(() -> watched(ImportApi.watch(
                        () -> {
                            throw new IllegalStateException("the database is gone");
                        },
                        Duration.ofMillis(1),
                        Duration.ofMinutes(1))))
                .hasMessageContaining("gone");
    }

    /** Ends before the minute is over for which most of them are watched. */
    private static List<Import> watched(Multi<Import> watch) {
        return watch.collect().asList().await().atMost(Duration.ofSeconds(30));
    }

    private static Import state(String status) {
        return new Import(
                Ids.next(),
                "transactions",
                status,
                "a.csv",
                1,
                null,
                new Import.Rows(0, 0, 0, 0, 0, 0),
                0,
                null,
                0,
                Instant.EPOCH,
                null,
                null);
    }

    private static String sales() {
        var csv = new StringBuilder("No Pesanan,Nama,No HP,Tanggal,Total\n");
        for (int i = 1; i <= ROWS; i++) csv.append("X-").append(i).append(",Ani,081234567890,2025-12-01,1000\n");
        return csv.toString();
    }

    private static boolean running(JsonNode event) {
        return event.path("status").asText().equals("running");
    }

    private double stored(String id) {
        return Double.parseDouble(
                rows("SELECT round(progress::numeric, 3) FROM app.imports WHERE user_id = :user AND id = '"
                                + UUID.fromString(id) + "'")
                        .getFirst());
    }

    /** Every progress that is streamed, when the stream has ended; meanwhile the events one by one. */
    private CompletableFuture<List<Double>> follow(String id, LinkedBlockingQueue<JsonNode> events) {
        var request = HttpRequest.newBuilder(
                        URI.create("http://localhost:" + Http.port() + "/api/imports/" + id + "/events"))
                .header("Authorization", "Bearer " + shop.accessToken())
                .header("Accept", "text/event-stream")
                .build();
        return CompletableFuture.supplyAsync(
                () -> {
                    var told = new ArrayList<Double>();
                    try (var client = HttpClient.newHttpClient()) {
                        client.send(request, BodyHandlers.ofLines())
                                .body()
                                .filter(line -> line.startsWith("data:"))
                                .forEach(line -> {
                                    var event = read(line.substring("data:".length()))
                                            .path("import");
                                    told.add(event.path("progress").asDouble());
                                    events.add(event);
                                });
                        return told;
                    } catch (IOException | InterruptedException e) {
                        throw new IllegalStateException(e);
                    }
                },
                Obstacle.OWN_THREAD);
    }

    private JsonNode read(String text) {
        try {
            return json.readTree(text);
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    private static JsonNode next(LinkedBlockingQueue<JsonNode> events, Predicate<JsonNode> wanted)
            throws InterruptedException {
        while (true) {
            var event = Objects.requireNonNull(events.poll(60, TimeUnit.SECONDS), "no such event");
            if (wanted.test(event)) return event;
        }
    }
}
