package com.smartmarketingagent.rfm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.smartmarketingagent.Counted;
import com.smartmarketingagent.Shop;
import com.smartmarketingagent.customer.CustomerBook;
import com.smartmarketingagent.platform.Db;
import com.smartmarketingagent.platform.Metrics;
import com.smartmarketingagent.platform.UserId;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.math.BigDecimal;
import java.time.Duration;
import java.time.LocalDate;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** When figures are worked out, and when those that are known are shown. */
@QuarkusTest
class FigureCacheTest {

    public record Sum(BigDecimal amount, @Nullable Segment of, LocalDate day) {}

    @Inject
    Db db;

    @Inject
    FigureCacheRepository table;

    @Inject
    RfmRepository analyses;

    @Inject
    ObjectMapper json;

    @Inject
    Metrics metrics;

    private Shop shop;
    private CustomerBook book;
    private final AtomicInteger worked = new AtomicInteger();

    @BeforeEach
    void aShop() {
        shop = Shop.register();
        book = new CustomerBook(shop);
    }

    private FigureCache node() {
        return node(Duration.ZERO);
    }

    private FigureCache node(Duration worth) {
        return new FigureCache(db, table, analyses, json, metrics, worth);
    }

    private List<Sum> ask(FigureCache node) {
        return ask(node, shop.id());
    }

    private List<Sum> ask(FigureCache node, UserId user) {
        return node.inSnapshot(
                user,
                moment -> moment.list("sum", Sum.class, () -> {
                    worked.incrementAndGet();
                    return List.of(moment.tx()
                            .createQuery("SELECT coalesce(sum(amount), 0) FROM app.transactions WHERE user_id = :user")
                            .bind("user", user)
                            .map((row, context) ->
                                    new Sum(row.getBigDecimal(1).setScale(0), Segment.LOST, LocalDate.EPOCH))
                            .one());
                }));
    }

    private static List<Sum> sum(long amount) {
        return List.of(new Sum(new BigDecimal(amount), Segment.LOST, LocalDate.EPOCH));
    }

    private String kept() {
        return db.inTenant(
                shop.id(),
                tx -> tx.createQuery(
                                "SELECT coalesce(string_agg(what || ' ' || figures, ','), '') FROM app.figure_cache WHERE user_id = :user")
                        .bind("user", shop.id())
                        .mapTo(String.class)
                        .one());
    }

    @Test
    void whatIsKnownIsNotWorkedOutAgainUntilASaleChanges() {
        var node = node();
        var ani = book.add("Ani");
        book.sell(ani, "2026-01-02", 70_000);

        assertThat(ask(node)).isEqualTo(sum(70_000));
        assertThat(ask(node)).isEqualTo(sum(70_000));
        assertThat(worked).hasValue(1);

        book.sell(ani, "2026-01-03", 5_000);
        assertThat(ask(node)).isEqualTo(sum(75_000));
        assertThat(worked).hasValue(2);
    }

    @Test
    void anotherNodeAndOneThatWasAsleepBeginWithWhatIsKnownAndShowNothingStale() {
        var one = node();
        var other = node();
        var ani = book.add("Ani");
        book.sell(ani, "2026-01-02", 70_000);

        ask(one);
        assertThat(ask(other)).as("from the table, as it was").isEqualTo(sum(70_000));
        assertThat(worked).hasValue(1);

        book.sell(ani, "2026-01-03", 5_000);
        assertThat(ask(one)).isEqualTo(sum(75_000));
        assertThat(ask(other)).isEqualTo(sum(75_000));
        assertThat(worked).hasValue(2);
    }

    @Test
    void whatWasKnownAndWhatWasNotIsCounted() {
        var one = node();
        var other = node();
        isCounted("missed", () -> ask(one));
        isCounted("memory", () -> ask(one));
        isCounted("table", () -> ask(other));
    }

    private static void isCounted(String result, Runnable work) {
        var sample = "sma_figure_cache_total{result=\"" + result + "\"}";
        long before = Counted.of(sample);
        work.run();
        Counted.awaitMore(sample, before);
    }

    /** Marks of figures must never be equal for two states: each change is followed by a look. */
    @Test
    void everyChangeThatFiguresStandOnIsSeen() {
        var marks = new LinkedHashMap<String, String>();
        see(marks, "nothing");
        var ani = book.add("Ani");
        var budi = book.add("Budi");
        var sale = book.sell(ani, "2026-01-02", 70_000);
        see(marks, "a sale");
        shop.api()
                .body(Map.of(
                        "customer_id",
                        ani,
                        "transaction_date",
                        "2026-01-02",
                        "amount",
                        70_000,
                        "products",
                        List.of(Map.of("name", "Kain", "quantity", 1))))
                .put("/api/transactions/" + sale)
                .then()
                .statusCode(200);
        see(marks, "what was sold");
        calculate();
        see(marks, "the first analysis");
        var second = book.sell(budi, "2026-01-03", 5_000);
        see(marks, "as many changes as before the analysis");
        calculate();
        see(marks, "the same day's analysis anew");
        shop.api().delete("/api/transactions/" + second).then().statusCode(200);
        see(marks, "a sale taken away");
        calculate();
        see(marks, "and analysed");
        shop.api().delete("/api/customers/" + ani).then().statusCode(200);
        see(marks, "a customer deleted");
        shop.api().post("/api/customers/" + ani + "/restore").then().statusCode(200);
        see(marks, "and brought back");
        shop.api()
                .body(Map.of("method", "quantile"))
                .put("/api/rfm/settings")
                .then()
                .statusCode(200);
        see(marks, "other settings");

        assertThat(marks.values()).doesNotHaveDuplicates();
    }

    private void see(Map<String, String> marks, String what) {
        marks.put(what, db.inTenant(shop.id(), tx -> table.mark(tx, shop.id())));
    }

    private void calculate() {
        shop.api().body(Map.of()).post("/api/rfm/calculate").then().statusCode(200);
    }

    @Test
    void ofManyWhoAskAtOnceOneWorksAndTheOthersHoldNoConnection() throws Exception {
        var node = node();
        book.sell(book.add("Ani"), "2026-01-02", 70_000);
        var began = new CountDownLatch(1);
        var go = new CountDownLatch(1);
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            var answers = IntStream.range(0, 40)
                    .mapToObj(i -> threads.submit(() -> node.inSnapshot(
                            shop.id(),
                            moment -> moment.one("slow", Sum.class, () -> {
                                worked.incrementAndGet();
                                began.countDown();
                                await(go);
                                // what is quick isn't kept, and whoever comes late works again
                                LockSupport.parkNanos(2 * FigureCache.WORTH.toNanos());
                                return sum(1).getFirst();
                            }))))
                    .toList();
            await(began);
            // more of them than the pool has connections, and it still has some for others
            for (int i = 0; i < 20; i++) db.inTenant(shop.id(), tx -> table.mark(tx, shop.id()));
            go.countDown();
            for (var answer : answers) assertThat(answer.get()).isEqualTo(sum(1).getFirst());
        }
        assertThat(worked).hasValue(1);
    }

    private static void await(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    /** The names of products may name them. */
    @Test
    void figuresFromBeforeSomebodyWasErasedAreNotShownAfterwards() {
        var ani = book.add("Ani");
        book.sell(ani, "2026-01-02", 70_000);
        shop.api().delete("/api/customers/" + ani).then().statusCode(200);
        var before = db.inTenant(shop.id(), tx -> table.mark(tx, shop.id()));
        shop.api().delete("/api/customers/" + ani + "?erase=now").then().statusCode(200);
        assertThat(db.<String>inTenant(shop.id(), tx -> table.mark(tx, shop.id())))
                .isNotEqualTo(before);
    }

    @Test
    void whatFailsIsKeptFromNobodyElse() {
        var node = node();
        assertThatThrownBy(() -> node.inSnapshot(
                        shop.id(),
                        moment -> moment.one("sum", Sum.class, () -> {
                            throw new IllegalStateException("gone");
                        })))
                .hasMessage("gone");
        assertThat(ask(node)).isEqualTo(sum(0));
    }

    @Test
    void whatIsWorkedOutQuicklyIsNotKept() {
        var node = node(Duration.ofHours(1));
        ask(node);
        ask(node);
        assertThat(worked).hasValue(2);
        assertThat(kept()).isEmpty();
    }

    @Test
    void aShopSeesNothingOfAnother() {
        var node = node();
        book.sell(book.add("Ani"), "2026-01-02", 70_000);
        ask(node);
        var other = Shop.register();
        assertThat(ask(node, other.id())).isEqualTo(sum(0));
        assertThat(ask(node(), other.id())).isEqualTo(sum(0));
        assertThat(ask(node())).isEqualTo(sum(70_000));
    }

    /** What the program itself keeps: figures read from the table are those that were worked out, and name nobody. */
    @Test
    void whatIsKeptNamesNobodyAndIsReadAsItWasWritten() {
        var ani = book.add("Anindita", "city", "Pekalongan", "phone", "081234567890");
        book.sell(ani, LocalDate.EPOCH.plusYears(56).toString(), 70_000);
        calculate();
        var one = node();
        var other = node();
        var first = figures(one);
        assertThat(figures(other))
                .usingRecursiveComparison()
                .withComparatorForType(BigDecimal::compareTo, BigDecimal.class)
                .isEqualTo(first);
        assertThat(kept())
                .contains("totals")
                .doesNotContain("Anindita")
                .doesNotContain("81234567890")
                .doesNotContain(ani.toString());
        shop.api().delete("/api/customers/" + ani).then().statusCode(200);
        assertThat(figures(other).toString()).isNotEqualTo(first.toString());
    }

    private List<?> figures(FigureCache node) {
        return node.inSnapshot(shop.id(), moment -> {
            var day = analyses.latest(moment.tx(), shop.id()).orElseThrow().day();
            var before = day.minusDays(1);
            return List.of(moment.totals(day), moment.movements(before, day, null));
        });
    }
}
