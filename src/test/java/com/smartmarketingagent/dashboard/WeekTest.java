package com.smartmarketingagent.dashboard;

import static org.assertj.core.api.Assertions.assertThat;

import com.smartmarketingagent.Shop;
import com.smartmarketingagent.dashboard.WeekRepository.Part;
import com.smartmarketingagent.platform.Db;
import com.smartmarketingagent.platform.Ids;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.math.BigDecimal;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What a week and the usual week are: in SQL which sales belong to which, in Java the median of them. */
@QuarkusTest
class WeekTest {

    private static final LocalDate WEDNESDAY = LocalDate.of(2026, 3, 4);
    private static final LocalDate MONDAY = LocalDate.of(2026, 3, 2);

    @Inject
    Db db;

    @Inject
    WeekRepository weeks;

    /** Pairs: the last day that counts and the first that doesn't. */
    @ParameterizedTest
    @CsvSource({
        "2026-03-02, 8",
        "2026-03-01, -1",
        "2026-03-04, 8",
        "2026-03-05, -1",
        "2026-02-25, 7",
        "2026-02-26, -1",
        "2026-02-23, 7",
        "2026-02-22, -1",
        "2026-01-05, 0",
        "2026-01-04, -1"
    })
    void aSaleCountsInItsWeekUpToTodaysWeekday(LocalDate day, int week) {
        var shop = Shop.register();
        sell(shop, customer(shop), day, 1000);

        var parts = parts(shop, WEDNESDAY);

        assertThat(parts).hasSize(9);
        assertThat(parts.getFirst().monday()).isEqualTo(LocalDate.of(2026, 1, 5));
        assertThat(parts.getLast().monday()).isEqualTo(MONDAY);
        for (int i = 0; i < 9; i++) {
            assertThat(parts.get(i).revenue()).isEqualByComparingTo(i == week ? "1000" : "0");
            assertThat(parts.get(i).buyers()).isEqualTo(i == week ? 1 : 0);
        }
    }

    @Test
    void onMondayOneDayCountsAndOnSundaySeven() {
        var shop = Shop.register();
        var ani = customer(shop);
        for (int i = 0; i < 14; i++) sell(shop, ani, MONDAY.minusDays(7).plusDays(i), 1);
        assertThat(parts(shop, MONDAY).getLast().revenue()).isEqualByComparingTo("1");
        assertThat(parts(shop, MONDAY).get(7).revenue()).isEqualByComparingTo("1");
        assertThat(parts(shop, MONDAY.plusDays(6)).getLast().revenue()).isEqualByComparingTo("7");
        assertThat(parts(shop, MONDAY.plusDays(6)).get(7).revenue()).isEqualByComparingTo("7");
    }

    @Test
    void aBuyerCountsOnceARefundIsNoPurchaseAndAnotherShopIsNotMine() {
        var shop = Shop.register();
        var ani = customer(shop);
        var budi = customer(shop);
        sell(shop, ani, MONDAY, 5000);
        sell(shop, ani, WEDNESDAY, 7000);
        sell(shop, budi, MONDAY, -2000);
        var other = Shop.register();
        sell(other, customer(other), MONDAY, 900_000);

        var now = parts(shop, WEDNESDAY).getLast();

        assertThat(now.revenue()).isEqualByComparingTo("10000");
        assertThat(now.buyers()).isEqualTo(1);
        LocalDate first =
                db.inTenant(shop.id(), tx -> weeks.firstSale(tx, shop.id()).orElseThrow());
        assertThat(first).isEqualTo(MONDAY);
        assertThat(parts(Shop.register(), WEDNESDAY))
                .allSatisfy(p -> assertThat(p.revenue()).isZero());
    }

    /** A refund is no sale, and another day's isn't today's. */
    @Test
    void aDayIsComparedOnceSomethingIsSoldOnIt() {
        assertThat(Week.until(WEDNESDAY, true)).isEqualTo(WEDNESDAY);
        assertThat(Week.until(WEDNESDAY, false)).isEqualTo(WEDNESDAY.minusDays(1));
        assertThat(Week.until(MONDAY, true)).isEqualTo(MONDAY);
        assertThat(Week.until(MONDAY, false)).isNull();
        var shop = Shop.register();
        var ani = customer(shop);
        sell(shop, ani, WEDNESDAY.minusDays(1), 1000);
        sell(shop, ani, WEDNESDAY, -500);
        assertThat(soldOn(shop)).isFalse();
        var other = Shop.register();
        sell(other, customer(other), WEDNESDAY, 900_000);
        assertThat(soldOn(shop)).isFalse();
        sell(shop, ani, WEDNESDAY, 1);
        assertThat(soldOn(shop)).isTrue();
    }

    private boolean soldOn(Shop shop) {
        return db.inTenant(shop.id(), tx -> weeks.soldOn(tx, shop.id(), WEDNESDAY));
    }

    @Test
    void theUsualIsTheMedianOfTheWeeksThatTheShopKnows() {
        var parts = of(800, 100, 200, 300, 400, 500, 600, 700, 900);
        var old = Week.of(parts, LocalDate.of(2020, 1, 1));
        assertThat(old.usualRevenue()).isEqualByComparingTo("450");
        assertThat(old.revenue()).isEqualByComparingTo("900");
        // the first sale on the Sunday of the seventh week: that week counts, on the Monday after it doesn't
        assertThat(Week.of(parts, LocalDate.of(2026, 2, 22)).usualRevenue()).isEqualByComparingTo("650");
        assertThat(Week.of(parts, LocalDate.of(2026, 2, 23)).usualRevenue()).isEqualByComparingTo("700");
        assertThat(Week.of(parts, MONDAY).usualRevenue()).isNull();
        assertThat(Week.of(parts, null).usualBuyers()).isNull();
    }

    @ParameterizedTest
    @CsvSource({
        "112, 100, 12",
        "88, 100, -12",
        "100, 100, 0",
        "100.4, 100, 0",
        "100.5, 100, 1",
        "5, 0,",
        "5, -3,",
        "0, 100, -100",
        "-1, 100,",
        "9999999999999, 0.01, 99999999999989900",
        "99999999999999999999, 0.01, 9223372036854775807"
    })
    void theDifferenceIsInPercentOfTheUsual(BigDecimal now, BigDecimal usual, Long percent) {
        assertThat(Week.percentAbove(now, usual)).isEqualTo(percent);
    }

    @ParameterizedTest
    @CsvSource({
        // half-way between 4 and 5, and between 3 and 4
        "6, 4, 5, 5, 20",
        "6, 3, 4, 4,",
        "3, 0, 1, 1,",
        "0, 20, 30, 25, -100"
    })
    void buyersAreComparedWithTheNumberThatIsShownUnlessTheyAreFew(
            int now, int one, int other, BigDecimal usual, Long percent) {
        var week = Week.of(
                List.of(
                        new Part(MONDAY.minusWeeks(2), BigDecimal.TEN, one),
                        new Part(MONDAY.minusWeeks(1), BigDecimal.TEN, other),
                        new Part(MONDAY, BigDecimal.TEN, now)),
                MONDAY.minusWeeks(2));
        assertThat(week.usualBuyers()).isEqualTo(usual);
        assertThat(week.buyersAbove()).isEqualTo(percent);
    }

    private static List<Part> of(int... revenue) {
        return new ArrayList<>(IntStream.range(0, 9)
                .mapToObj(i -> new Part(MONDAY.minusWeeks(8 - i), new BigDecimal(revenue[i]), i))
                .toList());
    }

    private List<Part> parts(Shop shop, LocalDate today) {
        return db.inTenant(shop.id(), tx -> weeks.parts(tx, shop.id(), today));
    }

    private UUID customer(Shop shop) {
        var id = Ids.next();
        db.useTenant(
                shop.id(),
                tx -> tx.createUpdate("INSERT INTO app.customers (user_id, id, name) VALUES (:user, :id, 'Ani')")
                        .bind("user", shop.id())
                        .bind("id", id)
                        .execute());
        return id;
    }

    private void sell(Shop shop, UUID customer, LocalDate day, int amount) {
        db.useTenant(
                shop.id(),
                tx -> tx.createUpdate("""
                                INSERT INTO app.transactions (user_id, id, customer_id, transaction_date, amount)
                                VALUES (:user, :id, :customer, :day, :amount)
                                """)
                        .bind("user", shop.id())
                        .bind("id", Ids.next())
                        .bind("customer", customer)
                        .bind("day", day)
                        .bind("amount", amount)
                        .execute());
    }
}
