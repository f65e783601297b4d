package com.smartmarketingagent.rfm;

import static com.smartmarketingagent.Http.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.greaterThanOrEqualTo;
import static org.hamcrest.Matchers.notNullValue;

import com.smartmarketingagent.Await;
import com.smartmarketingagent.FreshDatabase;
import com.smartmarketingagent.Http.Response;
import com.smartmarketingagent.Shop;
import com.smartmarketingagent.Visitor;
import com.smartmarketingagent.platform.Db;
import com.smartmarketingagent.rfm.Outlook.Sale;
import com.smartmarketingagent.rfm.WeeklyRepository.Due;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.math.BigDecimal;
import java.nio.file.Files;
import java.sql.DriverManager;
import java.time.Clock;
import java.time.DayOfWeek;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalTime;
import java.time.ZoneId;
import java.time.temporal.TemporalAdjusters;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.Executors;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.JdbiException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The analysis that every shop has on Monday 06:00 of its zone: when, how often, and what its owner is told. */
@QuarkusTest
class WeeklyAnalysisTest {

    private static final String SECRET = "rahasia-penjadwal-untuk-pengujian";
    private static final Duration LONG = Duration.ofMinutes(1);
    private static final BigDecimal PRICE = new BigDecimal(400_000);

    @Inject
    Db db;

    @Inject
    WeeklyAnalysis weekly;

    @Inject
    WeeklyRepository stored;

    @Inject
    RfmAnalysis analysis;

    @Inject
    Clock clock;

    private LocalDate today(String zone) {
        return LocalDate.ofInstant(clock.instant(), ZoneId.of(zone));
    }

    /** The first Monday that a shop which is opened now has an analysis on. */
    private LocalDate firstMonday(String zone) {
        var now = clock.instant().atZone(ZoneId.of(zone));
        var monday = now.toLocalDate().with(TemporalAdjusters.nextOrSame(DayOfWeek.MONDAY));
        return six(monday, zone).isAfter(now.toInstant()) ? monday : monday.plusWeeks(1);
    }

    private static Instant six(LocalDate day, String zone) {
        return day.atTime(LocalTime.of(6, 0)).atZone(ZoneId.of(zone)).toInstant();
    }

    private Shop shop(String zone) {
        var shop = Shop.register();
        db.useTenant(
                shop.id(),
                tx -> tx.createUpdate("UPDATE app.users SET timezone = :zone WHERE id = :user")
                        .bind("zone", zone)
                        .bind("user", shop.id())
                        .execute());
        return shop;
    }

    private Books books(Shop shop) {
        return Books.of(db, shop.id());
    }

    /** A shop of Jakarta with one customer who bought ten days ago. */
    private Shop selling() {
        var shop = Shop.register();
        sell(shop, "Bu Ani", 10);
        return shop;
    }

    /** @param daysAgo of a purchase each */
    private void sell(Shop shop, String customer, int... daysAgo) {
        var today = today("Asia/Jakarta");
        var sales = Arrays.stream(daysAgo)
                .mapToObj(days -> new Sale(today.minusDays(days), PRICE))
                .toArray(Sale[]::new);
        books(shop).sell(books(shop).customer(customer), sales);
    }

    private Optional<LocalDate> due(Shop shop, Instant at) {
        return db.withoutTenantAsWorker(tx -> stored.due(tx, at)).stream()
                .filter(due -> due.userId().equals(shop.id()))
                .map(Due::week)
                .reduce((one, other) -> {
                    throw new AssertionError("due twice");
                });
    }

    /** As if it were due for the shop's first Monday. */
    private Due now(Shop shop) {
        return new Due(shop.id(), firstMonday("Asia/Jakarta"), clock.instant());
    }

    private WeeklyAnalysis.Analysed work(Due... due) {
        return weekly.work(List.of(due), LONG);
    }

    private static WeeklyAnalysis.Analysed done(int due, int done, int failed, int left) {
        return new WeeklyAnalysis.Analysed(due, done, failed, left);
    }

    private List<LocalDate> analysed(Shop shop) {
        return db.inTenant(
                shop.id(),
                tx -> tx.createQuery("SELECT analysis_date FROM app.rfm_runs WHERE user_id = :user ORDER BY 1")
                        .bind("user", shop.id())
                        .mapTo(LocalDate.class)
                        .list());
    }

    private int tries(Shop shop) {
        return db.inTenant(
                shop.id(),
                tx -> tx.createQuery("SELECT coalesce(sum(tries), 0) FROM app.weekly_analyses WHERE user_id = :user")
                        .bind("user", shop.id())
                        .mapTo(Integer.class)
                        .one());
    }

    private void timeForTheNextTry(Shop shop) {
        db.useTenant(
                shop.id(),
                tx -> tx.createUpdate("UPDATE app.weekly_analyses SET next_try_at = now() WHERE user_id = :user")
                        .bind("user", shop.id())
                        .execute());
    }

    private static int told(Shop shop) {
        return shop.api().get("/api/notices").path("meta.total");
    }

    /** What no role of ours may: in the past nobody can be registered. */
    private static void asSuperuser(String sql) throws Exception {
        var secrets = new Properties();
        try (var in = Files.newBufferedReader(FreshDatabase.DATA.resolve("secrets.properties"))) {
            secrets.load(in);
        }
        var port = Files.readAllLines(FreshDatabase.DATA.resolve("postgres/postmaster.pid"))
                .get(3)
                .strip();
        try (var connection = DriverManager.getConnection(
                        "jdbc:postgresql://127.0.0.1:" + port + "/sma",
                        "postgres",
                        secrets.getProperty("POSTGRES_PASSWORD"));
                var statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    private static void openedLongAgo(Shop shop) throws Exception {
        asSuperuser("UPDATE app.users SET created_at = now() - interval '30 days' WHERE id = '"
                + shop.id().value() + "'");
    }

    @ParameterizedTest
    @ValueSource(strings = {"Asia/Jakarta", "Asia/Makassar", "Asia/Jayapura"})
    void aShopIsDueFromMonday0600OfItsZoneOnAndNotAMinuteBefore(String zone) {
        var shop = shop(zone);
        var monday = firstMonday(zone);

        assertThat(due(shop, clock.instant())).isEmpty();
        assertThat(due(shop, six(monday, zone).minusSeconds(60))).isEmpty();
        assertThat(due(shop, six(monday, zone))).contains(monday);
        // until the next, of which each counts by itself
        assertThat(due(shop, six(monday.plusWeeks(1), zone).minusSeconds(60))).contains(monday);
        assertThat(due(shop, six(monday.plusWeeks(1), zone))).contains(monday.plusWeeks(1));
    }

    @Test
    void aShopThatMovesToAnotherZoneHasNoSecondOneOfTheSameMonday() {
        var shop = shop("Asia/Jayapura");
        sell(shop, "Bu Ani", 10);
        var monday = firstMonday("Asia/Jayapura");
        var second = monday.plusWeeks(1);
        for (var week : List.of(monday, second)) work(new Due(shop.id(), week, clock.instant()));
        db.useTenant(
                shop.id(),
                tx -> tx.createUpdate("UPDATE app.users SET timezone = 'Asia/Jakarta' WHERE id = :user")
                        .bind("user", shop.id())
                        .execute());
        // where it is not six yet, and the Monday before is the last
        assertThat(due(shop, six(second, "Asia/Jayapura"))).isEmpty();
        assertThat(due(shop, six(second, "Asia/Jakarta"))).isEmpty();
        assertThat(due(shop, six(second.plusWeeks(1), "Asia/Jakarta"))).contains(second.plusWeeks(1));
    }

    @Test
    void threeMissedMondaysAreMadeUpForOnce() {
        var shop = selling();
        var zone = "Asia/Jakarta";
        var later = six(firstMonday(zone).plusWeeks(2), zone).plus(Duration.ofDays(2));
        var week = due(shop, later).orElseThrow();
        assertThat(week).isEqualTo(firstMonday(zone).plusWeeks(2));

        assertThat(work(new Due(shop.id(), week, later))).isEqualTo(done(1, 1, 0, 0));

        assertThat(due(shop, later)).isEmpty();
        assertThat(analysed(shop)).containsExactly(today(zone));
        assertThat(told(shop)).isEqualTo(1);
        // and the next Monday is one again
        assertThat(due(shop, six(week.plusWeeks(1), zone))).contains(week.plusWeeks(1));
    }

    @Test
    void itIsOfTheDayThatItIsInTheShop() {
        var shop = shop("Asia/Jayapura");
        sell(shop, "Bu Ani", 10);
        work(now(shop));
        assertThat(analysed(shop)).containsExactly(today("Asia/Jayapura"));
    }

    @Test
    void threat45ThreeNodesAtOnceAreOneRunAndOneNotice() throws Exception {
        var shop = selling();
        var start = new CyclicBarrier(3);
        try (var nodes = Executors.newVirtualThreadPerTaskExecutor()) {
            var runs = Stream.generate(() -> nodes.submit(() -> {
                        start.await();
                        return work(now(shop)).done();
                    }))
                    .limit(3)
                    .toList();
            int sum = 0;
            for (var run : runs) sum += run.get();
            assertThat(sum).isEqualTo(1);
        }
        assertThat(tries(shop)).isEqualTo(1);
        assertThat(told(shop)).isEqualTo(1);
        assertThat(work(now(shop))).isEqualTo(done(1, 0, 0, 0));
        assertThat(told(shop)).isEqualTo(1);
    }

    /** One that was thought dead and is overtaken: both come to the end, and it happened once. */
    @Test
    void whoeverComesToTheEndSecondTellsNothing() throws Exception {
        var shop = selling();
        try (var nodes = Executors.newVirtualThreadPerTaskExecutor()) {
            var both = db.inTenant(shop.id(), tx -> {
                // as a calculation that is going on does
                tx.createQuery("SELECT pg_advisory_xact_lock(hashtextextended('rfm ' || CAST(:user AS text), 0))")
                        .bind("user", shop.id())
                        .mapTo(String.class)
                        .one();
                var slow = nodes.submit(() -> work(now(shop)));
                awaitTries(shop, 1);
                timeForTheNextTry(shop);
                var next = nodes.submit(() -> work(now(shop)));
                awaitTries(shop, 2);
                return List.of(slow, next);
            });
            for (var one : both) assertThat(one.get().failed()).isZero();
        }
        assertThat(told(shop)).isEqualTo(1);
    }

    private void awaitTries(Shop shop, int tries) {
        Await.until("try " + tries + " has begun", () -> tries(shop) >= tries);
    }

    /** Its node died: what it had begun is as if it never was, and begins again. */
    @Test
    void oneThatDiedInTheMiddleIsMadeUpForWhenItsTimeIsOver() {
        var shop = selling();
        var due = now(shop);
        assertThat(db.<Boolean>inTenantAsWorker(shop.id(), tx -> stored.claim(tx, shop.id(), due.week())))
                .isTrue();

        assertThat(work(due)).isEqualTo(done(1, 0, 0, 0));
        timeForTheNextTry(shop);
        assertThat(work(due)).isEqualTo(done(1, 1, 0, 0));
        assertThat(told(shop)).isEqualTo(1);
    }

    @Test
    void aShopThatFailsStopsNobodyAndIsTriedFiveTimes() {
        var poisoned = selling();
        spoil(poisoned, 1_000_000);
        var healthy = selling();

        assertThat(work(now(poisoned), now(healthy))).isEqualTo(done(2, 1, 1, 0));
        assertThat(analysed(healthy)).hasSize(1);
        assertThat(told(healthy)).isEqualTo(1);
        // not at once
        assertThat(work(now(poisoned))).isEqualTo(done(1, 0, 0, 0));

        var week = now(poisoned).week();
        for (int i = 2; i <= 5; i++) {
            assertThat(due(poisoned, six(week, "Asia/Jakarta"))).contains(week);
            timeForTheNextTry(poisoned);
            assertThat(work(now(poisoned))).isEqualTo(done(1, 0, 1, 0));
            assertThat(tries(poisoned)).isEqualTo(i);
        }
        timeForTheNextTry(poisoned);
        assertThat(due(poisoned, six(week, "Asia/Jakarta"))).isEmpty();
        assertThat(work(now(poisoned))).isEqualTo(done(1, 0, 0, 0));
        assertThat(told(poisoned)).isZero();

        // another week begins anew
        spoil(poisoned, 365);
        var next = week.plusWeeks(1);
        assertThat(due(poisoned, six(next, "Asia/Jakarta"))).contains(next);
        assertThat(work(new Due(poisoned.id(), next, clock.instant()))).isEqualTo(done(1, 1, 0, 0));
    }

    /** Settings with a window that the program refuses where it is too long. */
    private void spoil(Shop shop, int window) {
        db.useTenant(shop.id(), tx -> {
            tx.createUpdate("""
                    INSERT INTO app.rfm_settings (user_id, method, window_days, recency_bins, frequency_bins, monetary_bins)
                    VALUES (:user, 'fixed', :window, '{30,60,90,180}', '{1,2,5,10}', '{100000,500000,1000000,5000000}')
                    ON CONFLICT (user_id) DO UPDATE SET window_days = excluded.window_days
                    """).bind("user", shop.id()).bind("window", window).execute();
        });
    }

    @Test
    void aShopThatIsSwitchedOffHasNone() throws Exception {
        var shop = selling();
        var week = now(shop).week();
        asSuperuser("UPDATE app.users SET is_active = false WHERE id = '"
                + shop.id().value() + "'");
        assertThat(due(shop, six(week, "Asia/Jakarta"))).isEmpty();
        // switched off after the look
        assertThat(work(now(shop))).isEqualTo(done(1, 0, 0, 0));
        assertThat(analysed(shop)).isEmpty();
        asSuperuser(
                "UPDATE app.users SET is_active = true WHERE id = '" + shop.id().value() + "'");
        assertThat(due(shop, six(week, "Asia/Jakarta"))).contains(week);
    }

    @Test
    void aShopWithoutSalesHasNothingToAnalyseAndIsDoneForTheWeek() {
        var shop = Shop.register();
        assertThat(work(now(shop))).isEqualTo(done(1, 1, 0, 0));
        assertThat(analysed(shop)).isEmpty();
        assertThat(told(shop)).isZero();
        assertThat(due(shop, six(now(shop).week(), "Asia/Jakarta"))).isEmpty();
    }

    @Test
    void theOwnerIsToldWhatChangedSinceTheLastOneAlsoIfTheyLookedMeanwhile() {
        var shop = Shop.register();
        var today = today("Asia/Jakarta");
        sell(shop, "Ani, setia sampai minggu lalu", 92, 100, 110);
        sell(shop, "Citra, kembali kemarin", 1, 200, 210, 220);
        sell(shop, "Dewi, tidak serajin dulu", 62, 70, 80, 90, 100, 110);
        sell(shop, "Budi, baru", 1);
        analysis.calculate(shop.id(), today.minusDays(7));
        weekBefore(shop, today.minusDays(7));
        analysis.calculate(shop.id(), today.minusDays(1));
        analysis.calculate(shop.id(), null);
        assertThat(told(shop)).isZero();

        work(now(shop));

        shop.api()
                .get("/api/notices")
                .then()
                .body("meta.total", equalTo(1))
                .body("data.notices[0].kind", equalTo("analysis_done"))
                .body("data.notices[0].path", equalTo("/segments"))
                .body(
                        "data.notices[0].text",
                        equalTo("Segmen 4 pelanggan sudah dihitung ulang. 1 mulai menjauh."
                                + " 1 naik ke segmen yang lebih baik. 1 baru mulai belanja. 1 pindah ke segmen lain."));
        shop.api()
                .header("Accept-Language", "en")
                .get("/api/notices")
                .then()
                .body(
                        "data.notices[0].text",
                        equalTo("The segments of 4 customers are calculated anew. 1 fading."
                                + " 1 moved up to a better segment. 1 bought for the first time."
                                + " 1 moved to another segment."));
        new Visitor(shop).get("/segments").body(containsString("Setiap Senin pukul 06.00 dihitung ulang sendiri"));
    }

    /** Eka was new and is no longer; Fitri bought the same day again, Galih later; Hana was merged into Galih. */
    @Test
    void whoBoughtNothingHasNotRisen() {
        var shop = Shop.register();
        var today = today("Asia/Jakarta");
        sell(shop, "Eka", 63);
        var fitri = books(shop).customer("Fitri");
        var galih = books(shop).customer("Galih");
        var hana = books(shop).customer("Hana");
        books(shop).sell(fitri, new Sale(today.minusDays(63), PRICE), new Sale(today.minusDays(63), PRICE));
        books(shop).sell(galih, new Sale(today.minusDays(200), PRICE));
        books(shop).sell(hana, new Sale(today.minusDays(300), PRICE));
        analysis.calculate(shop.id(), today.minusDays(7));
        weekBefore(shop, today.minusDays(7));
        books(shop).sell(fitri, new Sale(today.minusDays(63), PRICE));
        books(shop).sell(galih, new Sale(today.minusDays(1), PRICE));
        shop.api()
                .body(Map.of("other_id", hana))
                .post("/api/customers/" + galih + "/merge")
                .then()
                .statusCode(200);

        work(now(shop));

        shop.api()
                .get("/api/notices")
                .then()
                .body(
                        "data.notices[0].text",
                        equalTo("Segmen 3 pelanggan sudah dihitung ulang. 2 naik ke segmen yang lebih baik."
                                + " 1 pindah ke segmen lain."));
    }

    private void weekBefore(Shop shop, LocalDate day) {
        var week = now(shop).week().minusWeeks(1);
        db.inTenantAsWorker(shop.id(), tx -> {
            stored.claim(tx, shop.id(), week);
            return stored.finish(tx, shop.id(), week, Optional.of(day));
        });
    }

    @Test
    void thatNothingChangedIsNoNews() {
        var shop = selling();
        var day = today("Asia/Jakarta").minusDays(7);
        analysis.calculate(shop.id(), day);
        weekBefore(shop, day);

        assertThat(work(now(shop))).isEqualTo(done(1, 1, 0, 0));
        assertThat(analysed(shop)).containsExactly(day, today("Asia/Jakarta"));
        assertThat(told(shop)).isZero();
    }

    @Test
    void theFirstOneAndOneByOtherSettingsSayOnlyThatTheyAreThere() {
        var shop = selling();
        work(now(shop));
        shop.api()
                .get("/api/notices")
                .then()
                .body("data.notices[0].text", equalTo("Segmen 1 pelanggan sudah dihitung ulang."));

        var other = selling();
        var day = today("Asia/Jakarta").minusDays(7);
        analysis.calculate(other.id(), day);
        weekBefore(other, day);
        spoil(other, 365);
        work(now(other));
        other.api()
                .get("/api/notices")
                .then()
                .body("data.notices[0].text", equalTo("Segmen 1 pelanggan sudah dihitung ulang."));
    }

    @Test
    void anOwnersOwnAnalysisTellsThemNothing() {
        var shop = selling();
        shop.api().body("{}").post("/api/rfm/calculate").then().statusCode(200);
        new Visitor(shop).get("/segments").statusCode(200);
        assertThat(told(shop)).isZero();
    }

    @Test
    void theJobsSleepUntilTheNextMondayOfAnyZone() {
        db.withoutTenantAsWorker(tx -> {
            assertThat(next(tx, "2026-11-22T20:59:59Z")).isEqualTo("2026-11-22T21:00:00Z");
            assertThat(next(tx, "2026-11-22T21:00:00Z")).isEqualTo("2026-11-22T22:00:00Z");
            assertThat(next(tx, "2026-11-22T22:30:00Z")).isEqualTo("2026-11-22T23:00:00Z");
            assertThat(next(tx, "2026-11-22T23:00:00Z")).isEqualTo("2026-11-29T21:00:00Z");
            assertThat(tx.createQuery("SELECT count(*) FROM jobs.scheduled_tasks WHERE task_name = :name")
                            .bind("name", weekly.name())
                            .mapTo(Integer.class)
                            .one())
                    .isEqualTo(2);
            return tx;
        });
    }

    private String next(Handle tx, String at) {
        return stored.nextMonday(tx, Instant.parse(at)).toString();
    }

    @Test
    void aJobDoesItsShopsAndComesBackForThoseThatFailed() throws Exception {
        var healthy = selling();
        var poisoned = selling();
        spoil(poisoned, 1_000_000);
        openedLongAgo(healthy);
        openedLongAgo(poisoned);

        for (int i = 0; i < 50 && due(healthy, clock.instant()).isPresent(); i++) {
            weekly.run("0");
            weekly.run("1");
        }

        assertThat(analysed(healthy)).hasSize(1);
        assertThat(told(healthy)).isEqualTo(1);
        assertThat(analysed(poisoned)).isEmpty();
        var soonest =
                Stream.of("0", "1").map(weekly::again).min(Instant::compareTo).orElseThrow();
        assertThat(soonest).isBefore(clock.instant().plus(Duration.ofMinutes(6)));
    }

    @Test
    void aSchedulerOutsideHasItDoneAndIsToldHowMuch() throws Exception {
        var shop = selling();
        openedLongAgo(shop);

        var answer = given().header("Authorization", "Bearer " + SECRET).post("/api/cron/weekly-analysis");

        answer.then()
                .statusCode(200)
                .body("success", equalTo(true))
                .body("data.due", greaterThanOrEqualTo(1))
                .body("data.done", greaterThanOrEqualTo(1))
                .body("data.failed", notNullValue())
                .body("data.left", equalTo(0));
        assertThat(answer.asString()).doesNotContain(shop.id().value().toString(), shop.email(), "Batik Sri");
        assertThat(analysed(shop)).hasSize(1);
        assertThat(told(shop)).isEqualTo(1);

        given().header("Authorization", "bearer " + SECRET)
                .post("/api/cron/weekly-analysis")
                .then()
                .statusCode(200);
        assertThat(tries(shop)).isEqualTo(1);
        assertThat(told(shop)).isEqualTo(1);
    }

    private static Response call() {
        return given().header("Authorization", "Bearer " + SECRET).post("/api/cron/weekly-analysis");
    }

    @Test
    void whileOneCallIsAtItAnotherIsToldAtOnceWhatIsLeft() throws Exception {
        var shop = selling();
        openedLongAgo(shop);
        Due due = db.withoutTenantAsWorker(tx -> stored.due(tx, clock.instant())).stream()
                .filter(d -> d.userId().equals(shop.id()))
                .findFirst()
                .orElseThrow();
        try (var others = Executors.newVirtualThreadPerTaskExecutor()) {
            // whoever analyses this shop waits for us
            var first = db.inTenantAsWorker(shop.id(), tx -> {
                tx.savepoint("before");
                stored.claim(tx, shop.id(), due.week());
                var calling = others.submit(WeeklyAnalysisTest::call);
                Await.until("the first call waits for us", () -> waitingForUs(tx) > 0);
                var second = call();
                second.then()
                        .statusCode(200)
                        .body("data.due", greaterThanOrEqualTo(1))
                        .body("data.done", equalTo(0));
                assertThat(second.<Integer>path("data.left")).isEqualTo(second.<Integer>path("data.due"));
                tx.rollbackToSavepoint("before");
                return calling;
            });
            first.get().then().statusCode(200).body("data.left", equalTo(0));
        }
        assertThat(analysed(shop)).hasSize(1);
        call().then().statusCode(200).body("data.left", equalTo(0));
    }

    private static int waitingForUs(Handle tx) {
        return tx.createQuery(
                        "SELECT count(*) FROM pg_stat_activity WHERE pg_backend_pid() = ANY(pg_blocking_pids(pid))")
                .mapTo(Integer.class)
                .one();
    }

    @Test
    void whoDoesNotHoldTheSecretHasNothingDone() throws Exception {
        var shop = selling();
        openedLongAgo(shop);
        for (var header : List.of(
                "",
                "Bearer",
                "Bearer ",
                SECRET,
                "Basic " + SECRET,
                "Bearer " + SECRET + "x",
                "Bearer " + SECRET.substring(1),
                "Bearer " + shop.accessToken())) {
            given().header("Authorization", header)
                    .post("/api/cron/weekly-analysis")
                    .then()
                    .statusCode(401)
                    .body("error.code", equalTo("UNAUTHORIZED"));
        }
        given().post("/api/cron/weekly-analysis").then().statusCode(401);
        assertThat(analysed(shop)).isEmpty();
        given().header("Authorization", "Bearer " + SECRET)
                .get("/api/cron/weekly-analysis")
                .then()
                .statusCode(405);
        work(now(shop));
    }

    @Test
    void withoutASecretThereIsNoSuchAddress() {
        System.setProperty("CRON_SECRET", " ");
        try {
            for (var header : List.of("Bearer " + SECRET, "Bearer ", "Bearer  ")) {
                given().header("Authorization", header)
                        .post("/api/cron/weekly-analysis")
                        .then()
                        .statusCode(404)
                        .body("error.code", equalTo("NOT_FOUND"));
            }
        } finally {
            System.clearProperty("CRON_SECRET");
        }
    }

    @Test
    void whatThereIsNoTimeForIsLeft() {
        var shop = selling();
        assertThat(weekly.work(List.of(now(shop)), Duration.ZERO)).isEqualTo(done(1, 0, 0, 1));
        assertThat(work(now(shop))).isEqualTo(done(1, 1, 0, 0));
    }

    @Test
    void onlyTheWorkerLooksOverAllShopsAndSeesNoMoreThanThat() {
        var shop = selling();
        work(now(shop));
        assertThatThrownBy(() -> db.withoutTenant(tx -> stored.due(tx, clock.instant())))
                .isInstanceOf(JdbiException.class)
                .hasMessageContaining("permission denied");
        var another = Shop.register();
        for (var look : List.<Supplier<Integer>>of(
                () -> db.withoutTenantAsWorker(WeeklyAnalysisTest::count),
                () -> db.inTenantAsWorker(another.id(), WeeklyAnalysisTest::count),
                () -> db.inTenant(another.id(), WeeklyAnalysisTest::count)))
            assertThat(look.get()).isZero();
        assertThat(db.<Integer>inTenant(shop.id(), WeeklyAnalysisTest::count)).isEqualTo(1);
    }

    private static int count(Handle tx) {
        return tx.createQuery("SELECT count(*) FROM app.weekly_analyses")
                .mapTo(Integer.class)
                .one();
    }
}
