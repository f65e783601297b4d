package com.smartmarketingagent.rfm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.anEmptyMap;
import static org.hamcrest.Matchers.contains;
import static org.hamcrest.Matchers.empty;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.hasSize;
import static org.hamcrest.Matchers.not;
import static org.hamcrest.Matchers.notNullValue;
import static org.hamcrest.Matchers.nullValue;

import com.smartmarketingagent.Http;
import com.smartmarketingagent.Http.Checked;
import com.smartmarketingagent.Shop;
import com.smartmarketingagent.platform.Db;
import com.smartmarketingagent.rfm.Outlook.Sale;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.math.BigDecimal;
import java.time.Clock;
import java.time.LocalDate;
import java.time.ZoneId;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.UUID;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@QuarkusTest
class RfmApiTest {

    @Inject
    Db db;

    @Inject
    Clock clock;

    Shop shop;
    Books books;
    LocalDate today;

    @BeforeEach
    void openShop() {
        shop = Shop.register();
        books = Books.of(db, shop.id());
        today = clock.instant().atZone(ZoneId.of("Asia/Jakarta")).toLocalDate();
    }

    @Test
    void beforeTheFirstAnalysisThereIsNothing() {
        shop.api()
                .get("/api/rfm/analysis")
                .then()
                .statusCode(200)
                .body("data.analysis_date", nullValue())
                .body("data.method", nullValue())
                .body("data.calculated_at", nullValue())
                .body("data.stale", equalTo(false))
                .body("data.segments", anEmptyMap())
                .body("data.customers", empty())
                .body("meta.total", equalTo(0));
        shop.api()
                .get("/api/rfm/segments/champions")
                .then()
                .statusCode(200)
                .body("data.segment", equalTo("champions"))
                .body("data.customers", empty())
                .body("data.movements.in", empty())
                .body("data.movements.out", empty());
        var customer = books.customer("Bu Ani");
        of(customer)
                .body("data.analysis_date", nullValue())
                .body("data.scores", nullValue())
                .body("data.sentence", equalTo("Belum ada analisis."))
                .body("data.next_step", nullValue())
                .body("data.history", empty());
    }

    @Test
    void calculatesTodayWithTheShopsSettings() {
        var loyal = books.customer("Bu Ani");
        var fresh = books.customer("Budi");
        books.customer("Citra yang belum belanja");
        books.sell(loyal, ago(12, 400_000), ago(50, 400_000), ago(51, "450000.50"));
        books.sell(fresh, ago(2, 75_000));

        shop.api()
                .post("/api/rfm/calculate")
                .then()
                .statusCode(200)
                .body("data.analysis_date", equalTo(today.toString()))
                .body("data.method", equalTo("fixed"))
                .body("data.customers", equalTo(2))
                .body("data.segments.size()", equalTo(8))
                .body("data.segments.loyal_customers", equalTo(1))
                .body("data.segments.new_customers", equalTo(1))
                .body("data.segments.champions", equalTo(0));
        shop.api()
                .get("/api/rfm/analysis?limit=1")
                .then()
                .statusCode(200)
                .body("data.analysis_date", equalTo(today.toString()))
                .body("data.method", equalTo("fixed"))
                .body("data.calculated_at", notNullValue())
                .body("data.stale", equalTo(false))
                .body("data.segments.loyal_customers", equalTo(1))
                .body("data.customers", hasSize(1))
                .body("data.customers[0].customer_id", equalTo(loyal.toString()))
                .body("data.customers[0].name", equalTo("Bu Ani"))
                .body("data.customers[0].recency_days", equalTo(12))
                .body("data.customers[0].frequency", equalTo(3))
                .body("data.customers[0].monetary", equalTo(new BigDecimal("1250000.5")))
                .body("data.customers[0].recency_score", equalTo(5))
                .body("data.customers[0].frequency_score", equalTo(3))
                .body("data.customers[0].monetary_score", equalTo(4))
                .body("data.customers[0].segment", equalTo("loyal_customers"))
                .body("meta.limit", equalTo(1))
                .body("meta.total", equalTo(2));
        shop.api()
                .get("/api/rfm/analysis?segment=new_customers")
                .then()
                .body("data.customers.customer_id", contains(fresh.toString()))
                .body("data.segments.loyal_customers", equalTo(1))
                .body("meta.total", equalTo(1));
    }

    @Test
    void lastPageHoldsTheRest() {
        for (int i = 1; i <= 5; i++) books.sell(books.customer("Pelanggan " + i), ago(1, i * 1_000));
        calculate(Map.of());

        shop.api()
                .get("/api/rfm/segments/new_customers?limit=2&page=3")
                .then()
                .body("data.customers.name", contains("Pelanggan 1"))
                .body("meta.page", equalTo(3))
                .body("meta.total", equalTo(5));
        shop.api().get("/api/rfm/segments/new_customers?limit=101").then().statusCode(400);
        shop.api().get("/api/rfm/analysis?page=0").then().statusCode(400);
    }

    @Test
    void methodAndWindowCanDifferThisOnce() {
        books.sell(books.customer("Bu Ani"), ago(12, 400_000), ago(50, 400_000));
        settings(Map.of("method", "fixed", "window_days", 20));

        calculate(Map.of("method", "quantile"));
        shop.api()
                .get("/api/rfm/analysis")
                .then()
                .body("data.method", equalTo("quantile"))
                .body("data.window_days", equalTo(20))
                .body("data.stale", equalTo(false))
                .body("data.customers[0].frequency", equalTo(1));

        var allHistory = new HashMap<String, @Nullable Object>();
        allHistory.put("window_days", null);
        calculate(allHistory);
        shop.api()
                .get("/api/rfm/analysis")
                .then()
                .body("data.method", equalTo("fixed"))
                .body("data.window_days", nullValue())
                .body("data.customers[0].frequency", equalTo(2));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{\"as_of\": \"2999-01-01\"}     | as_of",
                "{\"as_of\": \"1899-12-31\"}     | as_of",
                "{\"as_of\": \"2026-02-30\"}     | as_of",
                "{\"method\": \"median\"}        | method",
                "{\"window_days\": 0}            | window_days",
                "{\"window_days\": 36501}        | window_days",
                "{\"window_days\": 1.5}          | window_days",
                "{\"window_days\": \"30\"}       | window_days",
                "{\"user_id\": \"x\"}            | user_id",
            })
    void refusesWhatCantBeCalculatedAndNamesIt(String body, String field) {
        shop.api()
                .body(body)
                .post("/api/rfm/calculate")
                .then()
                .statusCode(400)
                .body("error.code", equalTo("VALIDATION_ERROR"))
                .body("error.details[0].field", equalTo(field));
        shop.api().get("/api/rfm/analysis").then().body("data.analysis_date", nullValue());
    }

    @Test
    void tomorrowIsRefusedTodayIsNot() {
        shop.api()
                .body(Map.of("as_of", today.plusDays(1).toString()))
                .post("/api/rfm/calculate")
                .then()
                .statusCode(400)
                .body("error.message", equalTo("Tanggal analisis tidak boleh setelah hari ini."));
        calculate(Map.of("as_of", today.toString()));
    }

    @Test
    void anUnknownSegmentIsNotFoundAsAPageAndRefusedAsAFilter() {
        shop.api()
                .get("/api/rfm/segments/whales")
                .then()
                .statusCode(404)
                .body("error.message", equalTo("Segmen tidak ditemukan."));
        shop.api()
                .get("/api/rfm/analysis?segment=whales")
                .then()
                .statusCode(400)
                .body("error.details[0].field", equalTo("segment"));
    }

    @Test
    void movementsAreThoseSinceTheLastAnalysisOfAnEarlierDay() {
        var stayed = books.customer("tetap");
        var slipped = books.customer("menjauh");
        var came = books.customer("baru datang");
        books.sell(stayed, ago(100, 1_000), ago(61, 1_000));
        books.sell(slipped, ago(100, 1_000), ago(99, 600_000), ago(98, 1_000));
        books.sell(came, ago(1, 1_000));
        calculate(Map.of("as_of", today.minusDays(60).toString()));
        calculate(Map.of("as_of", today.minusDays(30).toString(), "window_days", 75));
        // of the latest day, and thus the one that is shown
        calculate(Map.of("as_of", today.toString(), "window_days", 75));

        // 60 days ago: stayed is new, slipped is loyal; 30 days ago the same by other numbers; today slipped left the
        // window
        shop.api()
                .get("/api/rfm/segments/loyal_customers")
                .then()
                .body("data.movements.in", empty())
                .body("data.movements.out", hasSize(1))
                .body("data.movements.out[0].to", nullValue())
                .body("data.movements.out[0].customers", equalTo(1));
        shop.api()
                .get("/api/rfm/segments/new_customers")
                .then()
                .body("data.movements.in", hasSize(1))
                .body("data.movements.in[0].from", nullValue())
                .body("data.movements.in[0].customers", equalTo(1))
                .body("data.movements.out[0].to", equalTo("potential_loyalists"));
        shop.api()
                .get("/api/rfm/segments/potential_loyalists")
                .then()
                .body("data.movements.in[0].from", equalTo("new_customers"))
                .body("data.movements.in[0].customers", equalTo(1));
    }

    @Test
    void whoIsElsewhereOnlyBecauseTheSettingsAreOthersHasNotMoved() {
        var slipped = books.customer("di luar jangka waktu");
        books.sell(slipped, ago(100, 1_000), ago(99, 600_000), ago(98, 1_000));
        calculate(Map.of("as_of", today.minusDays(30).toString()));
        calculate(Map.of("as_of", today.toString(), "window_days", 30));
        shop.api().get("/api/rfm/segments/loyal_customers").then().body("data.movements.out", empty());

        calculate(Map.of("as_of", today.toString()));
        shop.api().get("/api/rfm/segments/loyal_customers").then().body("data.movements.out[0].to", equalTo("at_risk"));
    }

    @Test
    void aDeletedCustomerIsGoneAtOnce() {
        var customer = books.customer("Bu Ani");
        books.sell(customer, ago(1, 1_000));
        calculate(Map.of());
        books.delete(customer);

        shop.api()
                .get("/api/rfm/analysis")
                .then()
                .body("data.customers", empty())
                .body("data.segments.new_customers", equalTo(0))
                .body("data.stale", equalTo(true))
                .body("meta.total", equalTo(0));
        shop.api()
                .get("/api/rfm/segments/new_customers")
                .then()
                .body("data.customers", empty())
                .body("data.movements.in", empty());
        shop.api().get("/api/customers/{id}/rfm", customer).then().statusCode(404);
    }

    @Test
    void settingsAreKeptWhole() {
        shop.api()
                .get("/api/rfm/settings")
                .then()
                .statusCode(200)
                .body("data.method", equalTo("fixed"))
                .body("data.window_days", nullValue())
                .body("data.recency_bins", contains(30, 60, 90, 180))
                .body("data.frequency_bins", contains(1, 2, 5, 10))
                .body("data.monetary_bins", contains(100_000, 500_000, 1_000_000, 5_000_000));
        settings(Map.of(
                "method", "quantile",
                "window_days", 365,
                "recency_bins", List.of(7, 14, 21, 28),
                "frequency_bins", List.of(1, 3, 5, 7),
                "monetary_bins", List.of(0, 10.5, 11, 12)));

        shop.api()
                .get("/api/rfm/settings")
                .then()
                .body("data.method", equalTo("quantile"))
                .body("data.window_days", equalTo(365))
                .body("data.recency_bins", contains(7, 14, 21, 28))
                .body("data.frequency_bins", contains(1, 3, 5, 7))
                .body("data.monetary_bins", contains(0, new BigDecimal("10.5"), 11, 12));

        settings(Map.of("method", "fixed"));
        shop.api()
                .get("/api/rfm/settings")
                .then()
                .body("data.window_days", nullValue())
                .body("data.recency_bins", contains(30, 60, 90, 180));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{}                                                      | method",
                "{\"method\": \"fixed\", \"window_days\": 0}             | window_days",
                "{\"method\": \"fixed\", \"recency_bins\": [1,2,3]}      | recency_bins",
                "{\"method\": \"fixed\", \"recency_bins\": [-1,2,3,4]}   | recency_bins",
                "{\"method\": \"fixed\", \"frequency_bins\": [0,2,3,4]}  | frequency_bins",
                "{\"method\": \"fixed\", \"frequency_bins\": [1,2,2,4]}  | frequency_bins",
                "{\"method\": \"fixed\", \"frequency_bins\": [1,2,null,4]} | frequency_bins",
                "{\"method\": \"fixed\", \"monetary_bins\": [1,2,3,4.001]} | monetary_bins",
                "{\"method\": \"fixed\", \"monetary_bins\": [4,3,2,1]}   | monetary_bins",
            })
    void refusesSettingsThatCantBeUsed(String body, String field) {
        shop.api()
                .body(body)
                .put("/api/rfm/settings")
                .then()
                .statusCode(400)
                .body("error.details[0].field", equalTo(field));
        shop.api().get("/api/rfm/settings").then().body("data.recency_bins", contains(30, 60, 90, 180));
    }

    @Test
    void explainsACustomerInTheReadersLanguage() {
        var customer = books.customer("Bu Ani");
        books.sell(customer, ago(12, 400_000), ago(50, 400_000), ago(51, 450_000));
        calculate(Map.of("as_of", today.minusDays(20).toString()));
        calculate(Map.of());

        of(customer)
                .body("data.name", equalTo("Bu Ani"))
                .body("data.analysis_date", equalTo(today.toString()))
                .body("data.stale", equalTo(false))
                .body("data.scores.segment", equalTo("loyal_customers"))
                .body(
                        "data.sentence",
                        equalTo(
                                "Bu Ani terakhir belanja 12 hari lalu, sudah 3 kali dengan total Rp1.250.000: Pelanggan Setia."))
                .body("data.next_step.segment", equalTo("champions"))
                .body("data.next_step.purchases", equalTo(3))
                .body("data.next_step.amount", nullValue())
                .body("data.next_step.within_days", equalTo(30))
                .body(
                        "data.history.analysis_date",
                        contains(today.toString(), today.minusDays(20).toString()))
                .body("data.history.segment", contains("loyal_customers", "new_customers"));
        shop.api()
                .header("Accept-Language", "en")
                .get("/api/customers/{id}/rfm", customer)
                .then()
                .body(
                        "data.sentence",
                        equalTo(
                                "Bu Ani last bought 12 days ago, 3 purchases so far for Rp1.250.000 in total: Loyal customers."));
    }

    @Test
    void whoNeverBoughtIsShownAsSuch() {
        var customer = books.customer("Citra");
        calculate(Map.of());

        of(customer)
                .body("data.scores", nullValue())
                .body("data.sentence", not(nullValue()))
                .body("data.next_step.segment", equalTo("new_customers"))
                .body("data.next_step.purchases", equalTo(1));
    }

    @Test
    void nothingOfAnotherShopIsSeen() {
        var customer = books.customer("Bu Ani");
        books.sell(customer, ago(1, 1_000));
        calculate(Map.of());
        var other = Shop.register();

        var theirs = other.api().get("/api/customers/{id}/rfm", customer);
        var nobodys = other.api().get("/api/customers/{id}/rfm", UUID.randomUUID());
        assertThat(theirs.statusCode()).isEqualTo(404);
        assertThat(theirs.asByteArray()).isEqualTo(nobodys.asByteArray());
        other.api().get("/api/rfm/analysis").then().body("data.analysis_date", nullValue());
        other.api().post("/api/rfm/calculate").then().statusCode(200).body("data.customers", equalTo(0));
        other.api().put("/api/rfm/settings").then().statusCode(400);
        other.api()
                .body(Map.of("method", "quantile"))
                .put("/api/rfm/settings")
                .then()
                .statusCode(200);

        shop.api()
                .get("/api/rfm/analysis")
                .then()
                .body("data.customers", hasSize(1))
                .body("data.stale", equalTo(false));
        shop.api().get("/api/rfm/settings").then().body("data.method", equalTo("fixed"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"/api/rfm/analysis", "/api/rfm/settings", "/api/rfm/segments/lost"})
    void nobodyReadsWithoutLoggingIn(String route) {
        Http.get(route).then().statusCode(401);
    }

    /** What customers are told is done, and the analysis made again on days up to the deadline. */
    @ParameterizedTest
    @CsvSource({"fixed,", "fixed,45", "quantile,", "quantile,400"})
    void theNextStepComesTrueWhenRecalculated(String method, @Nullable Integer window) {
        var random = new Random(42);
        var day = today.minusDays(40);
        var sales = new HashMap<UUID, List<Sale>>();
        for (var id : books.customers(
                IntStream.range(0, 25).mapToObj(i -> "Pelanggan " + i).toList())) {
            sales.put(
                    id,
                    IntStream.range(0, random.nextInt(7))
                            .mapToObj(i -> before(random, day))
                            .toList());
        }
        books.sell(sales);
        int followed = 0;
        for (var customer : sales.keySet()) {
            calculate(request(method, window, day));
            var step = of(customer).extract().jsonPath();
            if (step.get("data.next_step") == null) continue;
            followed++;
            int within = step.getInt("data.next_step.within_days");
            var amount = step.get("data.next_step.amount") == null
                    ? new BigDecimal("1")
                    : new BigDecimal(step.getString("data.next_step.amount"));
            int bought = random.nextInt(within + 1);
            int calculated = bought + random.nextInt(within - bought + 1);
            buy(customer, step.getInt("data.next_step.purchases"), new Sale(day.plusDays(bought), amount));

            calculate(request(method, window, day.plusDays(calculated)));
            assertThat(segmentOn(customer, day.plusDays(calculated)))
                    .as(step.getString("data.next_step.sentence"))
                    .isEqualTo(step.getString("data.next_step.segment"));
            returnAll(customer, day.plusDays(calculated), sales.getOrDefault(customer, List.of()));
        }
        assertThat(followed).isGreaterThan(10);
    }

    private void buy(UUID customer, int count, Sale sale) {
        books.sell(customer, IntStream.range(0, count).mapToObj(i -> sale).toArray(Sale[]::new));
    }

    /** As before, with no later analysis than the first. */
    private void returnAll(UUID customer, LocalDate calculated, List<Sale> sales) {
        books.cancelAll(customer);
        books.sell(customer, sales.toArray(Sale[]::new));
        db.useTenant(shop.id(), tx -> {
            for (var table : List.of("rfm_runs", "rfm_analysis")) {
                tx.createUpdate("DELETE FROM app." + table + " WHERE user_id = :user AND analysis_date = :day")
                        .bind("user", shop.id())
                        .bind("day", calculated)
                        .execute();
            }
        });
    }

    private String segmentOn(UUID customer, LocalDate day) {
        return of(customer).extract().jsonPath().getString("data.history[analysis_date=" + day + "][0].segment");
    }

    private static Sale before(Random random, LocalDate day) {
        return new Sale(
                day.minusDays(random.nextInt(random.nextBoolean() ? 30 : 300)),
                new BigDecimal((random.nextInt(8) == 0 ? -1 : 1) * random.nextInt(200) * 5_000));
    }

    private static Map<String, @Nullable Object> request(String method, @Nullable Integer window, LocalDate day) {
        var request = new HashMap<String, @Nullable Object>();
        request.put("method", method);
        request.put("window_days", window);
        request.put("as_of", day.toString());
        return request;
    }

    private void calculate(Map<String, ? extends @Nullable Object> body) {
        shop.api().body(body).post("/api/rfm/calculate").then().statusCode(200);
    }

    private void settings(Map<String, Object> body) {
        shop.api().body(body).put("/api/rfm/settings").then().statusCode(200);
    }

    private Checked of(UUID customer) {
        return shop.api().get("/api/customers/{id}/rfm", customer).then().statusCode(200);
    }

    private Sale ago(int days, int amount) {
        return ago(days, String.valueOf(amount));
    }

    private Sale ago(int days, String amount) {
        return new Sale(today.minusDays(days), new BigDecimal(amount));
    }
}
