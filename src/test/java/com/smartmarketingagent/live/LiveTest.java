package com.smartmarketingagent.live;

import static com.smartmarketingagent.Http.given;
import static org.assertj.core.api.Assertions.assertThat;

import com.smartmarketingagent.Await;
import com.smartmarketingagent.Http;
import com.smartmarketingagent.Shop;
import com.smartmarketingagent.Visitor;
import com.smartmarketingagent.account.Sessions;
import com.smartmarketingagent.platform.Db;
import io.quarkus.test.junit.QuarkusTest;
import io.smallrye.mutiny.Multi;
import jakarta.inject.Inject;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** What open pages are told: what changed in their own shop, nothing of others', and no longer than their session. */
@QuarkusTest
class LiveTest {

    @Inject
    Db db;

    @Inject
    LiveRepository repository;

    @Inject
    Sessions sessions;

    /** A page that listens, as a browser's EventSource does. */
    private static final class Listener implements AutoCloseable {
        private final HttpClient client = HttpClient.newHttpClient();
        final LinkedBlockingQueue<String> lines = new LinkedBlockingQueue<>();
        /** Every line there ever was; {@code lines} are taken away as they are waited for. */
        final List<String> all = new CopyOnWriteArrayList<>();

        final List<String> words = new CopyOnWriteArrayList<>();
        final CompletableFuture<Void> ended;
        volatile String id = "";

        Listener(String cookie, @Nullable String lastId) {
            this(cookie, lastId, "");
        }

        Listener(String cookie, @Nullable String lastId, String query) {
            var request = HttpRequest.newBuilder(URI.create("http://localhost:" + Http.port() + "/live" + query))
                    .header("Cookie", "sma_session=" + cookie)
                    .header("Accept", "text/event-stream");
            if (lastId != null) request.header("Last-Event-ID", lastId);
            ended = CompletableFuture.runAsync(
                    () -> {
                        try {
                            client.send(request.build(), BodyHandlers.ofLines())
                                    .body()
                                    .forEach(this::hear);
                        } catch (IOException | InterruptedException e) {
                            throw new IllegalStateException(e);
                        }
                    },
                    task -> Thread.ofPlatform().daemon().start(task));
        }

        private void hear(String line) {
            if (line.startsWith("id:")) id = line.substring(3).strip();
            var word = line.startsWith("data:") ? line.substring(5).strip() : ShopWatch.ALIVE;
            if (!word.equals(ShopWatch.ALIVE)) words.add(word);
            all.add(line);
            lines.add(line);
        }

        /** Waits until it has been greeted, which says what it knows from then on. */
        Listener greeted() throws InterruptedException {
            while (!Objects.requireNonNull(lines.poll(60, TimeUnit.SECONDS), "no greeting")
                    .startsWith("id:")) {}
            return this;
        }

        void hears(String word) {
            Await.until("the page hears: " + word, () -> words.contains(word));
        }

        @Override
        public void close() {
            client.shutdownNow();
        }
    }

    private static void importSale(Shop shop) {
        shop.api()
                .contentType("multipart/form-data")
                .multiPart(
                        "file",
                        "penjualan.csv",
                        "Nama,Tanggal,Total\nAni,2025-12-05,5000\n".getBytes(StandardCharsets.UTF_8))
                .post("/api/transactions/import")
                .then()
                .statusCode(202);
    }

    @Test
    void everyShopHearsOfItsOwnChangesOnly() throws Exception {
        var one = Shop.register();
        var other = Shop.register();
        try (var first = new Listener(Visitor.cookie(one.email(), one.password()), null).greeted();
                var second = new Listener(Visitor.cookie(other.email(), other.password()), null).greeted()) {
            assertThat(first.words).isEmpty();

            importSale(one);
            first.hears("import");
            assertThat(first.words).doesNotContain("analysis");
            one.api().body("{}").post("/api/rfm/calculate").then().statusCode(200);
            first.hears("analysis");
            assertThat(second.words).isEmpty();

            // it listens, and to its own
            other.api().body("{}").post("/api/rfm/calculate").then().statusCode(200);
            second.hears("analysis");
            assertThat(second.words).containsExactly("analysis");
            assertThat(first.words).containsOnlyOnce("analysis");
            var theirs = second.id.replaceFirst(".*analysis=", "").replaceFirst(",.*", "");
            assertThat(theirs).hasSize(12);
            assertThat(String.join("\n", first.all))
                    .contains("analysis=")
                    .doesNotContain(theirs, other.id().value().toString());
            assertThat(String.join("\n", second.all))
                    .contains(theirs)
                    .doesNotContain(
                            first.id.replaceFirst(".*analysis=", ""),
                            one.id().value().toString());
        }
    }

    @Test
    void whoComesBackHearsWhatHappenedMeanwhileAndNothingElse() throws Exception {
        var shop = Shop.register();
        var cookie = Visitor.cookie(shop.email(), shop.password());
        String known;
        try (var before = new Listener(cookie, null).greeted()) {
            known = before.id;
        }
        shop.api().body("{}").post("/api/rfm/calculate").then().statusCode(200);

        try (var again = new Listener(cookie, known)) {
            again.hears("analysis");
            assertThat(again.words).containsExactly("analysis");
            known = again.id;
        }
        try (var again = new Listener(cookie, known);
                var confused = new Listener(cookie, "entah")) {
            confused.hears("import");
            confused.hears("analysis");
            assertThat(again.words).isEmpty();
        }
        // a page that had closed its stream says it in the address; what the browser says itself is newer
        try (var hidden = new Listener(cookie, null, "?seen=entah");
                var shown = new Listener(cookie, known, "?seen=entah")) {
            hidden.hears("import");
            hidden.hears("progress");
            hidden.hears("analysis");
            assertThat(shown.words).isEmpty();
        }
        // a page made a moment before the analysis was: nobody knows whether it shows it
        try (var fresh = new Listener(cookie, null)) {
            fresh.hears("analysis");
            assertThat(fresh.lines).anyMatch(line -> line.startsWith("retry:"));
        }
    }

    @Test
    void whoLogsOutHearsNoMore() throws Exception {
        var shop = Shop.register();
        var cookie = Visitor.cookie(shop.email(), shop.password());
        try (var leaving = new Listener(cookie, null).greeted();
                var staying = new Listener(Visitor.cookie(shop.email(), shop.password()), null).greeted()) {
            given().cookie("sma_session", cookie)
                    .follow(false)
                    .formParam("csrf", Visitor.csrf(cookie))
                    .post("/logout")
                    .then()
                    .statusCode(303);

            leaving.ended.get(60, TimeUnit.SECONDS);
            assertThat(staying.ended).isNotDone();
        }
    }

    @Test
    void aDeactivatedAccountHearsNoMore() throws Exception {
        var shop = Shop.register();
        try (var listening = new Listener(Visitor.cookie(shop.email(), shop.password()), null).greeted()) {
            Shop.admin()
                    .api()
                    .body("{\"is_active\":false}")
                    .put("/api/admin/users/" + shop.id().value())
                    .then()
                    .statusCode(200);
            listening.ended.get(60, TimeUnit.SECONDS);
        }
    }

    @Test
    void withoutASessionThereIsNoStream() {
        given().follow(false).get("/live").then().statusCode(303);
        given().follow(false)
                .header("Authorization", "Bearer " + Shop.register().accessToken())
                .get("/live")
                .then()
                .statusCode(303);
    }

    /** A clock that goes when it is told to. */
    private static final class Hands extends Clock {
        private volatile Instant now = Instant.parse("2026-03-03T03:03:03Z");

        @Override
        public Instant instant() {
            return now;
        }

        @Override
        public ZoneId getZone() {
            return ZoneOffset.UTC;
        }

        @Override
        public Clock withZone(ZoneId zone) {
            return this;
        }

        void on(Duration by) {
            now = now.plus(by);
        }
    }

    @Test
    void aPageIsGivenASignOfLifeAndComesBackAfterTenMinutes() throws Exception {
        var shop = Shop.register();
        var clock = new Hands();
        var watch = new ShopWatch(db, repository, sessions, clock, 400);
        var told = new CopyOnWriteArrayList<ShopWatch.Told>();
        var ended = new CompletableFuture<Void>();
        follow(watch, shop).subscribe().with(told::add, ended::completeExceptionally, () -> ended.complete(null));
        Await.until("greeting", () -> told.size() == 1);

        clock.on(ShopWatch.HEARTBEAT.plusSeconds(1));
        Await.until("sign of life", () -> told.size() == 2);
        assertThat(told).allMatch(t -> t.word().equals(ShopWatch.ALIVE));
        clock.on(ShopWatch.LIFE);
        ended.get(60, TimeUnit.SECONDS);
        watch.stop();
    }

    @Test
    void whoOpensTooManyPagesLosesTheOldest() throws Exception {
        var shop = Shop.register();
        var watch = new ShopWatch(db, repository, sessions, Clock.systemUTC(), 400);
        var ended = new ArrayList<CompletableFuture<Void>>();
        for (int i = 0; i <= ShopWatch.MOST_PAGES; i++) {
            var over = new CompletableFuture<Void>();
            ended.add(over);
            follow(watch, shop).subscribe().with(t -> {}, over::completeExceptionally, () -> over.complete(null));
        }
        ended.getFirst().get(60, TimeUnit.SECONDS);
        assertThat(ended.subList(1, ended.size())).noneMatch(CompletableFuture::isDone);
        watch.stop();
        assertThat(ended).allMatch(CompletableFuture::isDone);
    }

    @Test
    void whoseServerIsStartedAnewHearsFromTheNextWhatHappenedMeanwhile() throws Exception {
        var shop = Shop.register();
        var old = new ShopWatch(db, repository, sessions, Clock.systemUTC(), 400);
        var told = new CopyOnWriteArrayList<ShopWatch.Told>();
        var ended = new CompletableFuture<Void>();
        follow(old, shop).subscribe().with(told::add, ended::completeExceptionally, () -> ended.complete(null));
        Await.until("greeting", () -> !told.isEmpty());
        old.stop();
        ended.get(60, TimeUnit.SECONDS);

        shop.api().body("{}").post("/api/rfm/calculate").then().statusCode(200);
        var next = new ShopWatch(db, repository, sessions, Clock.systemUTC(), 400);
        var news = new CopyOnWriteArrayList<ShopWatch.Told>();
        follow(next, shop, told.getLast().seen()).subscribe().with(news::add);
        Await.until("news", () -> !news.isEmpty());
        assertThat(news).extracting(ShopWatch.Told::word).containsExactly("analysis");
        next.stop();
    }

    private Multi<ShopWatch.Told> follow(ShopWatch watch, Shop shop) {
        return follow(watch, shop, null);
    }

    private Multi<ShopWatch.Told> follow(ShopWatch watch, Shop shop, @Nullable String seen) {
        var session =
                UUID.fromString(shop.api().get("/api/auth/sessions").jsonPath().getString("data.sessions[0].id"));
        return watch.follow(shop.id(), session, seen);
    }

    @Test
    void aCampaignThatBeginsOrEndsIsTold() throws Exception {
        var shop = Shop.register();
        new com.smartmarketingagent.customer.CustomerBook(shop).add("Ani", "phone", "081234000001");
        try (var page = new Listener(Visitor.cookie(shop.email(), shop.password()), null).greeted()) {
            var id = shop.draft("via", "assisted");
            shop.api().post("/api/campaigns/" + id + "/approve").then().statusCode(200);
            page.hears("campaign");
            page.words.clear();
            shop.api().post("/api/campaigns/" + id + "/next").then().statusCode(200);
            page.hears("campaign");
            page.words.clear();
            shop.api().post("/api/campaigns/" + id + "/cancel").then().statusCode(200);
            page.hears("campaign");
        }
    }
}
