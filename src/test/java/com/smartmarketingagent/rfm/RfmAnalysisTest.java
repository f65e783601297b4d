package com.smartmarketingagent.rfm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.smartmarketingagent.Await;
import com.smartmarketingagent.platform.Db;
import com.smartmarketingagent.platform.Paging;
import com.smartmarketingagent.platform.Problem;
import com.smartmarketingagent.rfm.Outlook.Sale;
import com.smartmarketingagent.rfm.RfmRepository.Run;
import com.smartmarketingagent.rfm.RfmSettings.Method;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.io.IOException;
import java.math.BigDecimal;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.LocalDate;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

@QuarkusTest
class RfmAnalysisTest {

    static final LocalDate DAY = LocalDate.of(2026, 6, 30);

    /** The common pool has too few threads on a small machine for those that wait for each other. */
    static final ExecutorService BACKGROUND = Executors.newCachedThreadPool();

    @Inject
    Db db;

    @Inject
    Clock clock;

    @Inject
    RfmAnalysis analysis;

    @Inject
    RfmRepository analyses;

    @Inject
    ScoringRepository scoring;

    Books books;

    @BeforeEach
    void openShop() {
        books = Books.open(db);
    }

    @ParameterizedTest
    @EnumSource(Method.class)
    void agreesWithTheGoldenOrders(Method method) throws IOException {
        var orders = Path.of("../shared/data/orders.csv");
        assumeTrue(Files.exists(orders), "the orders are not part of the project");
        var day = LocalDate.of(2006, 12, 31);
        var ids = sellOrders(orders);

        analysis.calculate(books.user, day, settings -> with(method, null));

        var stored = books.stored(day);
        var golden = Files.readAllLines(Path.of("../shared/golden/orders_rfm_2006-12-31.csv"));
        assertThat(stored).hasSize(golden.size() - 1).hasSize(995);
        for (var line : golden.subList(1, golden.size())) {
            var expected = List.of(line.split(","));
            var found = the(stored, the(ids, expected.get(0)));
            assertThat(found.rfm())
                    .as(line)
                    .isEqualTo(new Rfm(
                            Integer.parseInt(expected.get(1)),
                            Integer.parseInt(expected.get(2)),
                            new BigDecimal(expected.get(3)).stripTrailingZeros()));
            var scores = List.of("" + found.recency(), "" + found.frequency(), "" + found.monetary());
            if (method == Method.FIXED) {
                assertThat(scores).as(line).isEqualTo(expected.subList(4, 7));
                assertThat(found.segment().key()).as(line).isEqualTo(expected.get(7));
            } else {
                assertThat(scores).as(line).isEqualTo(expected.subList(8, 11));
                assertThat(found.segment())
                        .as(line)
                        .isEqualTo(Segment.of(found.recency(), found.frequency(), found.monetary()));
            }
        }
    }

    @Test
    void databaseAndJavaPlaceAllScoresAlike() {
        var wrong = db.inTenant(
                books.user,
                tx -> tx.createQuery("""
                        SELECT r, f, m, app.rfm_segment(r, f, m) AS segment
                        FROM generate_series(1, 5) r, generate_series(1, 5) f, generate_series(1, 5) m
                        """)
                        .map((row, context) -> Segment.of(row.getInt("r"), row.getInt("f"), row.getInt("m"))
                                .key()
                                .equals(row.getString("segment")))
                        .list());

        assertThat(wrong).hasSize(125).containsOnly(true);
    }

    @ParameterizedTest
    @EnumSource(Method.class)
    void agreesWithThePlainRulesForAnyShop(Method method) {
        var random = new Random(7);
        for (int round = 0; round < 12; round++) {
            books = Books.open(db);
            fill(random, 1 + random.nextInt(round < 6 ? 12 : 150));
            var settings = with(method, round % 2 == 0 ? null : 1 + random.nextInt(300));

            analysis.calculate(books.user, DAY, any -> settings);

            assertThat(books.stored(DAY)).isEqualTo(Reference.analyse(books.sales, DAY, settings));
        }
    }

    @Test
    void theWindowBeginsAndTheAnalysisEndsWithItsDay() {
        var inside = books.customer("di dalam");
        var before = books.customer("sebelum jendela");
        var after = books.customer("setelah hari itu");
        books.sell(inside, ago(30, 1_000), ago(31, 20_000), ago(0, 300), ago(-1, 40_000));
        books.sell(before, ago(31, 1_000));
        books.sell(after, ago(-1, 1_000));

        analysis.calculate(books.user, DAY, settings -> with(Method.FIXED, 30));

        assertThat(books.stored(DAY)).containsOnlyKeys(inside);
        assertThat(the(books.stored(DAY), inside).rfm())
                .isEqualTo(new Rfm(0, 2, new BigDecimal("1300").stripTrailingZeros()));
    }

    @Test
    void refundsLowerTheSumAndAreNoPurchase() {
        var refunded = books.customer("retur");
        var onlyRefunds = books.customer("hanya retur");
        var gift = books.customer("hadiah");
        books.sell(refunded, ago(10, 50_000), ago(2, -80_000), ago(1, 0));
        books.sell(onlyRefunds, ago(1, -5_000));
        books.sell(gift, ago(1, 0));

        analysis.calculate(books.user, DAY);

        assertThat(books.stored(DAY)).containsOnlyKeys(refunded);
        assertThat(the(books.stored(DAY), refunded).rfm()).isEqualTo(new Rfm(10, 1, BigDecimal.ZERO));
    }

    @Test
    void aDayBeginsAndEndsInTheShopsZone() {
        var today = clock.instant().atZone(ZoneId.of("Asia/Jakarta")).toLocalDate();

        assertThat(analysis.calculate(books.user, null)).isEqualTo(today);
        assertThat(analysis.calculate(books.user, today)).isEqualTo(today);
        assertThatThrownBy(() -> analysis.calculate(books.user, today.plusDays(1)))
                .isInstanceOf(Problem.Invalid.class)
                .hasMessage("rfm.future");
        assertThatThrownBy(() -> analysis.calculate(books.user, LocalDate.of(1899, 12, 31)))
                .hasMessage("rfm.too_early");
        assertThat(analysis.calculate(books.user, LocalDate.of(1900, 1, 1))).hasYear(1900);
    }

    @Test
    void onlyTheShopsOwnSalesCount() {
        var neighbour = Books.open(db);
        var theirs = neighbour.customer("tetangga");
        neighbour.sell(theirs, ago(1, 5_000));
        books.sell(books.customer("pelanggan"), ago(2, 7_000));

        analysis.calculate(books.user, DAY);

        assertThat(books.stored(DAY)).hasSize(1);
        assertThat(neighbour.stored(DAY)).isEmpty();
        assertThat(isStale(neighbour)).isTrue();
    }

    @Test
    void aSaleMakesTheAnalysisStaleUntilItIsCalculatedAgain() {
        var customer = books.customer("Bu Ani");
        books.sell(customer, ago(3, 1_000));
        analysis.calculate(books.user, DAY);
        assertThat(isStale(books)).isFalse();

        books.sell(customer, ago(2, 1_000));
        assertThat(isStale(books)).isTrue();

        analysis.calculate(books.user, DAY);
        assertThat(isStale(books)).isFalse();
        assertThat(the(books.stored(DAY), customer).rfm().frequency()).isEqualTo(2);
    }

    @Test
    void otherSettingsMakeTheAnalysisStaleEqualOnesDoNot() {
        books.sell(books.customer("Bu Ani"), ago(3, 1_000));
        analysis.calculate(books.user, DAY);

        analysis.change(books.user, new RfmSettings(Method.FIXED, null, Bins.DEFAULT));
        assertThat(isStale(books)).isFalse();
        analysis.change(books.user, with(Method.QUANTILE, 40));
        assertThat(isStale(books)).isTrue();

        analysis.calculate(books.user, DAY);
        assertThat(isStale(books)).isFalse();
        assertThat(latest(books).settings()).isEqualTo(with(Method.QUANTILE, 40));
    }

    @Test
    void aShopWithoutSalesHasAnAnalysisOfNobodyByBothMethods() {
        for (var method : Method.values()) {
            analysis.change(books.user, with(method, null));
            analysis.calculate(books.user, DAY);
            assertThat(books.stored(DAY)).isEmpty();
            assertThat(latest(books).settings().method()).isEqualTo(method);
        }
    }

    @Test
    void thresholdsOfTheShopDecide() {
        var customer = books.customer("Bu Ani");
        books.sell(customer, ago(3, 1_000), ago(3, 1_000));
        var own = new Bins(
                List.of(0, 1, 2, 3),
                List.of(1, 3, 5, 7),
                List.of(BigDecimal.ONE, new BigDecimal("1999.99"), new BigDecimal(2000), new BigDecimal(2001)));
        analysis.change(books.user, new RfmSettings(Method.FIXED, null, own));

        analysis.calculate(books.user, DAY);

        var scored = the(books.stored(DAY), customer);
        assertThat(List.of(scored.recency(), scored.frequency(), scored.monetary()))
                .containsExactly(2, 2, 3);
    }

    @Test
    void aPastDayIsCalculatedWholeAndTakesNoMarkFromTheLatest() {
        var customer = books.customer("Bu Ani");
        books.sell(customer, ago(40, 1_000));
        analysis.calculate(books.user, DAY);
        books.sell(customer, ago(35, 1_000));

        analysis.calculate(books.user, DAY.minusDays(30));
        assertThat(the(books.stored(DAY.minusDays(30)), customer).rfm().frequency())
                .isEqualTo(2);
        assertThat(isStale(books)).isTrue();
        assertThat(latest(books).day()).isEqualTo(DAY);

        analysis.calculate(books.user, DAY);
        books.sell(customer, ago(34, 1_000));
        analysis.calculate(books.user, DAY);
        analysis.calculate(books.user, DAY.minusDays(30));
        assertThat(the(books.stored(DAY.minusDays(30)), customer).rfm().frequency())
                .as("the mark of the third sale was taken for the latest day; this one must not rely on it")
                .isEqualTo(3);
    }

    @ParameterizedTest
    @EnumSource(Method.class)
    void calculatingAgainAfterAFewChangesEqualsCalculatingWhole(Method method) {
        var random = new Random(method.ordinal());
        var settings = with(method, 200);
        fill(random, 120);
        analysis.calculate(books.user, DAY, any -> settings);
        for (int round = 0; round < 15; round++) {
            var customers = new ArrayList<>(books.sales.keySet());
            for (int i = 0; i < 3; i++) {
                var customer = customers.get(random.nextInt(customers.size()));
                switch (random.nextInt(6)) {
                    case 0 -> books.cancelAll(customer);
                    case 1 -> {
                        if (books.sales.containsKey(customer)) books.delete(customer);
                    }
                    case 2 -> books.sell(books.customer("baru"), sale(random), sale(random));
                    default -> {
                        if (books.sales.containsKey(customer)) books.sell(customer, sale(random));
                    }
                }
            }

            analysis.calculate(books.user, DAY, any -> settings);

            assertThat(books.stored(DAY)).as("round " + round).isEqualTo(Reference.analyse(books.sales, DAY, settings));
        }
    }

    @Test
    void fewChangesTouchFewRows() {
        fill(new Random(3), 60);
        var changed = books.customer("Bu Ani");
        books.sell(changed, ago(3, 1_000));
        analysis.calculate(books.user, DAY);
        var before = books.writers(DAY);

        books.sell(changed, ago(2, 1_000));
        analysis.calculate(books.user, DAY);

        var after = books.writers(DAY);
        assertThat(after.remove(changed)).isNotNull().isNotEqualTo(before.remove(changed));
        assertThat(after).isEqualTo(before);
    }

    @Test
    void nothingChangedMeansNothingToDo() {
        fill(new Random(3), 5);
        analysis.calculate(books.user, DAY);
        var before = books.writers(DAY);

        analysis.calculate(books.user, DAY);

        assertThat(books.writers(DAY)).isEqualTo(before);
    }

    @Test
    void aSaleCommittedDuringACalculationIsNotLost() throws Exception {
        var customer = books.customer("Bu Ani");
        books.sell(customer, ago(3, 1_000));
        analysis.calculate(books.user, DAY);
        var inserted = new CountDownLatch(1);
        var calculated = new CountDownLatch(1);
        var sale = inBackground(() -> db.useTenant(books.user, tx -> {
            books.insert(tx, Map.of(customer, List.of(ago(2, 1_000))));
            books.mark(tx, customer);
            inserted.countDown();
            await(calculated);
        }));
        await(inserted);

        analysis.calculate(books.user, DAY);
        calculated.countDown();
        sale.get();

        assertThat(isStale(books)).isTrue();
        analysis.calculate(books.user, DAY);
        assertThat(the(books.stored(DAY), customer).rfm().frequency()).isEqualTo(2);
    }

    /** The lock is a queue: first calculation, then this test, which looks, then second calculation. */
    @ParameterizedTest
    @EnumSource(Method.class)
    void twoCalculationsAtTheSameTimeMakeOneRun(Method method) throws Exception {
        fill(new Random(4), 30);
        for (var day : List.of(DAY, DAY.minusDays(1))) {
            var held = new CountDownLatch(1);
            var release = new CountDownLatch(1);
            var holder = inBackground(() -> db.useTenant(books.user, tx -> {
                scoring.beginCalculation(tx, books.user);
                held.countDown();
                await(release);
            }));
            await(held);
            var first = inBackground(() -> analysis.calculate(books.user, day, any -> with(method, null)));
            awaitWaiting(1);
            var between = BACKGROUND.submit(() -> db.inTenant(books.user, tx -> {
                scoring.beginCalculation(tx, books.user);
                return books.writers(day);
            }));
            awaitWaiting(2);
            var second = inBackground(() -> analysis.calculate(books.user, day, any -> with(method, null)));
            awaitWaiting(3);
            release.countDown();
            holder.get();
            first.get();
            second.get();

            assertThat(between.get()).isNotEmpty();
            assertThat(books.writers(day)).isEqualTo(between.get());
        }
    }

    /** Threat 38. */
    @Test
    void t38AReaderSeesTheOldRunOrTheNewOneNeverAMixture() throws Exception {
        fill(new Random(5), 90);
        var settings = List.of(with(Method.FIXED, null), with(Method.QUANTILE, 60));
        var expected = new HashMap<RfmSettings, Map<UUID, Reference.Scored>>();
        for (var one : settings) expected.put(one, Reference.analyse(books.sales, DAY, one));
        assertThat(the(expected, settings.get(0)).keySet())
                .isNotEqualTo(the(expected, settings.get(1)).keySet());
        analysis.calculate(books.user, DAY, any -> settings.get(0));
        var done = new AtomicBoolean();
        var seen = new ConcurrentLinkedQueue<RfmSettings>();
        var reader = inBackground(() -> {
            while (!done.get()) seen.add(readWhole(expected));
        });

        for (int i = 1; i <= 30 || seen.size() < 100; i++) {
            int turn = i % 2;
            analysis.calculate(books.user, DAY, any -> settings.get(turn));
        }
        done.set(true);
        reader.get();

        assertThat(seen).containsAll(settings);
    }

    private RfmSettings readWhole(Map<RfmSettings, Map<UUID, Reference.Scored>> expected) {
        return db.inTenantSnapshot(books.user, tx -> {
            var run = analyses.latest(tx, books.user).orElseThrow();
            var totals = analyses.totals(tx, books.user, DAY);
            var rows = analyses.customers(tx, books.user, DAY, null, new Paging(1, 100));
            var whole = the(expected, run.settings());
            assertThat(rows)
                    .hasSameSizeAs(whole.keySet())
                    .allSatisfy(row -> assertThat(row.segment())
                            .isEqualTo(the(whole, row.customerId()).segment()));
            for (var total : totals) {
                assertThat(rows.stream().filter(row -> row.segment() == total.segment()))
                        .hasSize(total.customers());
            }
            return run.settings();
        });
    }

    @Test
    void aCalculationThatFailsHalfWayLeavesTheOldRun() {
        fill(new Random(6), 20);
        analysis.calculate(books.user, DAY);
        var before = books.writers(DAY);
        books.sell(books.customer("baru"), ago(1, 1_000));

        assertThatThrownBy(() -> db.useTenant(books.user, tx -> {
                    scoring.beginCalculation(tx, books.user);
                    assertThat(scoring.takeChanges(tx, books.user).customers()).hasSize(1);
                    scoring.clear(tx, books.user, DAY, null);
                    throw new IllegalStateException("half way");
                }))
                .hasMessage("half way");

        assertThat(books.writers(DAY)).isEqualTo(before);
        assertThat(isStale(books)).isTrue();
    }

    private Map<String, UUID> sellOrders(Path orders) throws IOException {
        var byName = new HashMap<String, List<Sale>>();
        for (var line : Files.readAllLines(orders).subList(1, 4907)) {
            var cells = line.split(",");
            byName.computeIfAbsent(cells[1], name -> new ArrayList<>())
                    .add(new Sale(LocalDate.parse(cells[2]), new BigDecimal(cells[3])));
        }
        var names = List.copyOf(byName.keySet());
        var customers = books.customers(names);
        var ids = new HashMap<String, UUID>();
        var sales = new HashMap<UUID, List<Sale>>();
        for (int i = 0; i < names.size(); i++) {
            ids.put(names.get(i), customers.get(i));
            sales.put(customers.get(i), byName.getOrDefault(names.get(i), List.of()));
        }
        books.sell(sales);
        return ids;
    }

    private void fill(Random random, int customers) {
        var sales = new HashMap<UUID, List<Sale>>();
        for (var id : books.customers(
                IntStream.range(0, customers).mapToObj(i -> "Pelanggan " + i).toList())) {
            sales.put(
                    id,
                    IntStream.range(0, random.nextInt(8))
                            .mapToObj(i -> sale(random))
                            .toList());
        }
        books.sell(sales);
        if (customers > 5) books.delete(List.copyOf(sales.keySet()).getFirst());
    }

    private static Sale sale(Random random) {
        int amount = (random.nextInt(6) == 0 ? -1 : 1) * random.nextInt(random.nextBoolean() ? 10 : 300) * 5_000;
        return ago(random.nextInt(random.nextBoolean() ? 20 : 320) - 5, amount);
    }

    private static Sale ago(int days, int amount) {
        return new Sale(DAY.minusDays(days), new BigDecimal(amount));
    }

    private static RfmSettings with(Method method, @Nullable Integer windowDays) {
        return new RfmSettings(method, windowDays, Bins.DEFAULT);
    }

    private static Future<?> inBackground(Runnable work) {
        return BACKGROUND.submit(work);
    }

    private static <K, V> V the(Map<K, V> map, K key) {
        return Objects.requireNonNull(map.get(key));
    }

    private boolean isStale(Books one) {
        return db.inTenant(one.user, tx -> analyses.isStale(tx, one.user));
    }

    private Run latest(Books one) {
        return db.inTenant(one.user, tx -> analyses.latest(tx, one.user)).orElseThrow();
    }

    private void awaitWaiting(int count) {
        Await.until(count + " wait for the lock", () -> waiting() == count);
    }

    private int waiting() {
        return db.inTenant(
                books.user,
                tx -> tx.createQuery("SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND NOT granted")
                        .mapTo(int.class)
                        .one());
    }

    private static void await(CountDownLatch latch) {
        try {
            assertThat(latch.await(120, java.util.concurrent.TimeUnit.SECONDS)).isTrue();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }
}
