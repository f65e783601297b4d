package com.smartmarketingagent.rfm;

import static org.assertj.core.api.Assertions.assertThat;

import com.smartmarketingagent.platform.Db;
import com.smartmarketingagent.platform.Jobs;
import com.smartmarketingagent.rfm.Outlook.Sale;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.enterprise.inject.Any;
import jakarta.enterprise.inject.Instance;
import jakarta.inject.Inject;
import java.math.BigDecimal;
import java.time.LocalDate;
import java.time.YearMonth;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Which analyses are still there after the daily purge. */
@QuarkusTest
class RetentionTest {

    @Inject
    Db db;

    @Inject
    RfmAnalysis analysis;

    @Inject
    @Any
    Instance<Jobs.Job> jobs;

    private LocalDate today = LocalDate.EPOCH;
    private Books books;

    @BeforeEach
    void aShopThatSoldLongAgo() {
        // the database's own day, as the purge counts: it follows the zone of the JVM
        today = db.withoutTenant(tx ->
                tx.createQuery("SELECT now()::date").mapTo(LocalDate.class).one());
        books = shop();
    }

    private Books shop() {
        var shop = Books.open(db);
        shop.sell(shop.customer("Bu Ani"), new Sale(today.minusDays(900), new BigDecimal(100_000)));
        return shop;
    }

    @Test
    void everyDayIsKeptFor90DaysAndThenTheLastOfEachMonth() {
        var month = YearMonth.from(today.minusDays(200));
        var kept = List.of(
                today,
                today.minusDays(1),
                today.minusDays(89),
                today.minusDays(90),
                month.atDay(27),
                // a month with only one
                month.minusMonths(1).atDay(3));
        var thinned = List.of(month.atDay(26), month.atDay(1));
        calculate(books, Stream.concat(kept.stream(), thinned.stream()));

        purge();

        assertThat(days(books, "rfm_runs")).containsExactlyElementsOf(kept);
        assertThat(days(books, "rfm_analysis")).containsExactlyElementsOf(kept);
    }

    /** The pair at the edge: both are of one month, whichever that is. */
    @Test
    void theLastOfThoseThatAreOldEnoughStaysAlthoughItsMonthGoesOn() {
        var edge = today.minusDays(91);
        var before = edge.getDayOfMonth() == 1 ? edge.minusDays(2) : edge.minusDays(1);
        var other = edge.getDayOfMonth() == 1 ? edge.minusDays(1) : edge;
        calculate(books, Stream.of(before, other, today.minusDays(90)));

        purge();

        assertThat(days(books, "rfm_runs")).containsExactly(today.minusDays(90), other);
    }

    @Test
    void aShopThatNeverAnalysedAgainKeepsItsLastAnalysis() {
        var last = YearMonth.from(today.minusDays(700)).atDay(20);
        calculate(books, Stream.of(last.minusDays(5), last));

        purge();

        assertThat(days(books, "rfm_runs")).containsExactly(last);
        assertThat(books.stored(last)).hasSize(1);
    }

    @Test
    void oneShopsLaterAnalysisThinsNobodyElses() {
        var day = YearMonth.from(today.minusDays(200)).atDay(10);
        var other = shop();
        calculate(books, Stream.of(day));
        calculate(other, Stream.of(day.plusDays(5)));

        purge();

        assertThat(days(books, "rfm_runs")).containsExactly(day);
        assertThat(days(other, "rfm_runs")).containsExactly(day.plusDays(5));
    }

    private void calculate(Books shop, Stream<LocalDate> days) {
        days.forEach(day -> analysis.calculate(shop.user, day));
    }

    /** As it happens every day by itself. */
    private void purge() {
        jobs.stream()
                .filter(job -> job.name().equals("purge"))
                .findFirst()
                .orElseThrow()
                .run("");
    }

    /** The latest first. */
    private List<LocalDate> days(Books shop, String table) {
        return db.inTenant(
                shop.user,
                tx -> tx.createQuery(
                                "SELECT DISTINCT analysis_date FROM app.<table> WHERE user_id = :user ORDER BY 1 DESC")
                        .define("table", table)
                        .bind("user", shop.user)
                        .mapTo(LocalDate.class)
                        .list());
    }
}
