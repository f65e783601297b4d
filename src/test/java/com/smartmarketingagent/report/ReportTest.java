package com.smartmarketingagent.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.contains;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.empty;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.is;
import static org.hamcrest.Matchers.not;
import static org.hamcrest.Matchers.nullValue;

import com.smartmarketingagent.Http.JsonPath;
import com.smartmarketingagent.Shop;
import com.smartmarketingagent.Visitor;
import com.smartmarketingagent.account.Frame;
import com.smartmarketingagent.account.Theme;
import com.smartmarketingagent.campaign.Lift;
import com.smartmarketingagent.campaign.Result;
import com.smartmarketingagent.campaign.Results;
import com.smartmarketingagent.customer.CustomerBook;
import com.smartmarketingagent.platform.Assets;
import com.smartmarketingagent.platform.Db;
import com.smartmarketingagent.platform.Language;
import com.smartmarketingagent.report.Report.Compared;
import com.smartmarketingagent.report.Report.Part;
import com.smartmarketingagent.report.Report.Sales;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.LocalDate;
import java.time.YearMonth;
import java.time.ZoneId;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.dhatim.fastexcel.reader.Cell;
import org.dhatim.fastexcel.reader.CellType;
import org.dhatim.fastexcel.reader.ReadableWorkbook;
import org.dhatim.fastexcel.reader.ReadingOptions;
import org.dhatim.fastexcel.reader.Row;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.openpdf.text.pdf.PdfReader;
import org.openpdf.text.pdf.parser.PdfTextExtractor;

/** What a week or a month brought, and its files. */
@QuarkusTest
class ReportTest {

    @Inject
    Db db;

    @Inject
    Clock clock;

    @Inject
    Assets assets;

    @Inject
    ReportFiles files;

    private Shop shop;
    private CustomerBook book;
    private Visitor owner;

    @BeforeEach
    void aShop() {
        shop = Shop.register();
        book = new CustomerBook(shop);
        owner = new Visitor(shop);
    }

    private JsonPath report(String period) {
        return shop.api()
                .get("/api/reports/" + period)
                .then()
                .statusCode(200)
                .extract()
                .jsonPath();
    }

    private byte[] file(String path, String type) {
        return owner.get("/reports/" + path)
                .statusCode(200)
                .contentType(containsString(type))
                .extract()
                .asByteArray();
    }

    /** Ani bought before, Budi is new in March and brings something back, Citra bought in February only. */
    private void sales() {
        var ani = book.add("Ani", "city", "Solo");
        var budi = book.add("=1+1 Budi", "city", "solo ");
        var citra = book.add("Citra", "city", "Pekalongan");
        book.sell(ani, "2025-01-15", 40_000);
        book.sell(citra, "2025-02-01", 100_000);
        book.sell(
                ani,
                "2025-03-01",
                150_000,
                "products",
                List.of(Map.of("name", "Kain Parang", "quantity", 2, "price", 75_000)));
        book.sell(
                ani,
                "2025-03-31",
                10_000,
                "products",
                List.of(Map.of("name", "kain parang", "quantity", 0.5, "price", 20_000)));
        book.sell(budi, "2025-03-10", 60_000, "products", List.of(Map.of("name", "Selendang")));
        book.sell(budi, "2025-03-11", -20_000);
        book.sell(ani, "2025-04-01", 999_000);
    }

    @Test
    void aMonthTellsWhatCameInAndFromWhom() {
        sales();
        var march = report("2025-03");
        assertThat(march.getString("data.report.from")).isEqualTo("2025-03-01");
        assertThat(march.getString("data.report.until")).isEqualTo("2025-03-31");
        var now = march.getMap("data.report.sales");
        assertThat(now.toString())
                .contains(
                        "revenue=200000",
                        "sales=3",
                        "buyers=2",
                        "new_buyers=1",
                        "new_revenue=40000",
                        "returning_buyers=1",
                        "returning_revenue=160000");
        assertThat(march.getMap("data.report.compared.sales").toString())
                .contains("revenue=100000", "buyers=1", "new_buyers=1");
        assertThat(march.getString("data.report.compared.from")).isEqualTo("2025-02-01");
        assertThat(march.getString("data.report.compared.until")).isEqualTo("2025-02-28");
        assertThat(march.getList("data.report.parts.revenue", Integer.class))
                .containsExactly(150_000, 0, 40_000, 0, 0, 10_000);
        assertThat(march.getList("data.report.products.name")).containsExactly("Kain Parang", "Selendang");
        assertThat(march.getList("data.report.products.sold", Float.class)).containsExactly(2.5f, 1f);
        assertThat(march.getList("data.report.products.revenue", Integer.class)).containsExactly(160_000, 60_000);
        assertThat(march.getList("data.report.cities.name")).containsExactly("Solo");
        assertThat(march.getList("data.report.cities.sold", Integer.class)).containsExactly(2);
        assertThat(march.getList("data.report.cities.revenue", Integer.class)).containsExactly(200_000);
    }

    private UUID sell(UUID customer, LocalDate day, int amount, Object... products) {
        return book.sell(customer, day.toString(), amount, "products", List.of(products));
    }

    private static Map<String, Object> pieces(String name, int quantity) {
        return Map.of("name", name, "quantity", quantity);
    }

    @Test
    void aProductWithoutAPriceBroughtWhatItsSaleDidAndADashWhereItWasNeverSoldAlone() throws Exception {
        var ani = book.add("Ani");
        var day = LocalDate.parse("2025-03-05");
        sell(ani, day, 300_000, pieces("Kain", 3));
        sell(ani, day, 90_000, pieces("kain", 1), pieces("Sarung", 2));
        var priced = Map.of("name", "Kemeja", "quantity", 2, "price", 40_000);
        sell(ani, day, 100_000, priced, Map.of("name", "Selendang"));
        var march = report("2025-03");
        assertThat(march.getList("data.report.products.name")).containsExactly("Kain", "Kemeja", "Sarung", "Selendang");
        assertThat(march.getList("data.report.products.sold", Integer.class)).containsExactly(4, 2, 2, 1);
        assertThat(march.getList("data.report.products.revenue", Integer.class)).containsExactly(300_000, 80_000, 0, 0);
        assertThat(march.getList("data.report.products.revenue_known")).containsExactly(true, true, false, false);
        owner.get("/reports/2025-03")
                .body(containsString("<bdi>Sarung</bdi></th><td class=\"number\" data-label=\"Terjual\">2</td>"
                        + "<td class=\"number\" data-label=\"Omzet\">–</td>"));
        assertThat(pdf("2025-03")).containsPattern("Sarung\\s+2\\s+–");
        assertThat(new String(file("2025-03/report.csv", "text/csv"), StandardCharsets.UTF_8))
                .contains("Produk terlaris,Kain,Omzet,300000", "Produk terlaris,Sarung,Omzet,–");
    }

    /** Refunds have their own day, as they do in the month's revenue. */
    @Test
    void whatIsGivenBackIsTakenOffWhatItsProductsBrought() {
        var ani = book.add("Ani");
        var today = LocalDate.ofInstant(clock.instant(), ZoneId.of("Asia/Jakarta"));
        var month = YearMonth.from(today);
        var before = month.minusMonths(1);
        refund(sell(ani, today, 300_000, pieces("Kain", 3)), 100_000);
        refund(sell(ani, today, 50_000, pieces("Peci", 1)), 50_000);
        var bag = sell(ani, today, 50_000, Map.of("name", "Tas"));
        refund(bag, 20_000);
        refund(bag, 30_000);
        refund(
                sell(
                        ani,
                        before.atDay(1),
                        100_000,
                        Map.of("name", "Sarung", "quantity", 2, "price", 30_000),
                        Map.of("name", "Kemeja", "price", 40_000)),
                100_000);
        sell(ani, today, 600_000, pieces("Sarung", 6));
        sell(ani, today, 500_000, pieces("Kemeja", 5));
        // as a file tells it: of the second nobody knows how many
        sell(ani, today, -200_000, pieces("Sarung", 2));
        sell(ani, today, -60_000, Map.of("name", "Kemeja"));
        sell(ani, today, 80_000, pieces("Selendang", 1));
        sell(ani, today, -80_000, Map.of("name", "Selendang"));
        refund(sell(ani, today, 90_000, pieces("Blus", 1), pieces("Rok", 1)), 10_000);

        var now = report(month.toString());
        assertThat(now.getList("data.report.products.name")).containsExactly("Kemeja", "Sarung", "Kain", "Blus", "Rok");
        assertThat(now.getList("data.report.products.sold", Integer.class)).containsExactly(4, 2, 3, 1, 1);
        assertThat(now.getList("data.report.products.revenue", Integer.class))
                .containsExactly(400_000, 340_000, 200_000, 0, 0);
        assertThat(now.getList("data.report.products.revenue_known")).containsExactly(true, true, true, false, false);
        var then = report(before.toString());
        assertThat(then.getList("data.report.products.revenue", Integer.class)).containsExactly(60_000, 40_000);
    }

    private void refund(UUID sale, int amount) {
        owner.post("/sales/" + sale + "/refund", "id", UUID.randomUUID(), "amount", String.valueOf(amount))
                .statusCode(303);
    }

    @Test
    void aWeekEndsOnSunday() {
        var ani = book.add("Ani");
        for (int day = 23; day <= 31; day++) book.sell(ani, "2025-03-" + day, day);
        var week = report("2025-W13");
        // 24 to 30 March
        assertThat(week.getInt("data.report.sales.revenue")).isEqualTo(24 + 25 + 26 + 27 + 28 + 29 + 30);
        assertThat(week.getList("data.report.parts.revenue", Integer.class))
                .containsExactly(24, 25, 26, 27, 28, 29, 30);
        assertThat(week.getInt("data.report.compared.sales.revenue")).isEqualTo(23);
    }

    @Test
    void anotherShopsSalesAreNotInIt() {
        sales();
        var other = Shop.register();
        other.api()
                .get("/api/reports/2025-03")
                .then()
                .statusCode(200)
                .body("data.report.sales.revenue", is(0))
                .body("data.report.products", empty());
        var lines = new String(
                new Visitor(other).get("/reports/2025-03/sales.csv").extract().asByteArray(), StandardCharsets.UTF_8);
        assertThat(lines.lines()).hasSize(1);
    }

    @Test
    void whatHasNotBegunAndWhatIsNoPeriodIsNotThere() {
        var today = LocalDate.ofInstant(clock.instant(), ZoneId.of("Asia/Jakarta"));
        var next = YearMonth.from(today).plusMonths(1);
        for (var period : List.of(next.toString(), "2025-13", "kemarin")) {
            shop.api().get("/api/reports/" + period).then().statusCode(404);
            for (var file : List.of("", "/report.pdf", "/report.xlsx", "/report.csv", "/sales.csv"))
                owner.get("/reports/" + period + file).statusCode(404);
        }
        owner.get("/reports")
                .statusCode(200)
                .body(containsString("Belum selesai"), not(containsString("id=\"after\"")));
    }

    @Test
    void segmentsAreThoseOfTheLastAnalysisUntilThenAndWhoMovedSince() {
        sales();
        for (var day : List.of("2025-02-20", "2025-03-15", "2025-04-10"))
            shop.api()
                    .body(Map.of("as_of", day))
                    .post("/api/rfm/calculate")
                    .then()
                    .statusCode(200);
        var march = report("2025-03");
        assertThat(march.getString("data.report.segments.day")).isEqualTo("2025-03-15");
        assertThat(march.getString("data.report.segments.before")).isEqualTo("2025-02-20");
        assertThat(march.getList("data.report.segments.lines.customers", Integer.class).stream()
                        .mapToInt(n -> n)
                        .sum())
                .isEqualTo(3);
        // Budi is scored for the first time
        assertThat(march.getList("data.report.segments.lines.came", Integer.class).stream()
                        .mapToInt(n -> n)
                        .sum())
                .isPositive();
        shop.api().get("/api/reports/2025-01").then().body("data.report.segments", nullValue());
        shop.api().get("/api/reports/2025-02").then().body("data.report.segments.before", nullValue());
    }

    private void analyse(String day) {
        shop.api().body(Map.of("as_of", day)).post("/api/rfm/calculate").then().statusCode(200);
    }

    /** Of those who are new, by the report of a month; null where they aren't in it. */
    private @Nullable Map<String, Object> newOnes(String month) {
        return report(month).get("data.report.segments.lines[segment=new_customers][0]");
    }

    private void newOnesByTheirPage(String day, String customers, String revenue) {
        assertThat(owner.get("/segments/new_customers").extract().asString())
                .containsPattern(
                        day + "</th><td[^>]*>" + customers + "</td><td[^>]*>" + Pattern.quote(revenue) + "</td>");
    }

    @Test
    void whoWasDeletedIsInNoAnalysisAndWhoWasMergedStaysInThoseOfBeforeOnEveryPage() {
        var ani = book.add("Ani");
        var budi = book.add("Budi");
        var citra = book.add("Citra");
        book.sell(ani, "2025-10-01", 200_000);
        book.sell(budi, "2025-10-01", 300_000);
        book.sell(citra, "2025-10-01", 400_000);
        analyse("2025-10-20");
        shop.api().delete("/api/customers/" + ani + "?erase=now").then().statusCode(200);
        shop.api()
                .body(Map.of("other_id", budi))
                .post("/api/customers/" + citra + "/merge")
                .then()
                .statusCode(200);
        assertThat(newOnes("2025-10")).containsEntry("customers", 2).containsEntry("revenue", 700_000);
        shop.api()
                .get("/api/rfm/analysis")
                .then()
                .body("data.segments.new_customers", equalTo(2))
                .body("data.customers.size()", equalTo(1))
                .body("meta.total", equalTo(1));

        analyse("2025-11-20");
        assertThat(newOnes("2025-11"))
                .containsEntry("customers", 1)
                .containsEntry("came", 0)
                .containsEntry("went", 1);
        newOnesByTheirPage("20 Okt 2025", "2", "Rp700.000");
        newOnesByTheirPage("20 Nov 2025", "1", "Rp700.000");

        shop.api().delete("/api/customers/" + citra).then().statusCode(200);
        assertThat(newOnes("2025-10")).isNull();
        newOnesByTheirPage("20 Okt 2025", "0", "Rp0");
        newOnesByTheirPage("20 Nov 2025", "0", "Rp0");
    }

    @Test
    void aSegmentThatEverybodyLeftIsSaidWithThoseWhoLeft() throws Exception {
        var ani = book.add("Ani");
        for (int day = 1; day <= 3; day++) book.sell(ani, "2025-01-0" + day, 300_000);
        analyse("2025-01-20");
        analyse("2025-06-20");
        var june = report("2025-06");
        assertThat(june.getList("data.report.segments.lines.segment")).containsExactly("loyal_customers", "at_risk");
        assertThat(june.getList("data.report.segments.lines.customers")).containsExactly(0, 1);
        assertThat(june.getList("data.report.segments.lines.came")).containsExactly(0, 1);
        assertThat(june.getList("data.report.segments.lines.went")).containsExactly(1, 0);
        owner.get("/reports/2025-06").body(containsString(">Pelanggan Setia</bdi>"));
        assertThat(pdf("2025-06")).contains("Pelanggan Setia");
    }

    @Test
    void aCityThatOnlyGaveBackIsNoBestOne() {
        sales();
        book.sell(book.add("Dewi", "city", "Tegal"), "2025-03-05", -340_000);
        assertThat(report("2025-03").getList("data.report.cities.name")).containsExactly("Solo");
    }

    @Test
    void whatASegmentSpentIsNotCalledTheMonthsRevenueAnywhere() throws Exception {
        sales();
        shop.api()
                .body(Map.of("as_of", "2025-03-15"))
                .post("/api/rfm/calculate")
                .then()
                .statusCode(200);
        owner.get("/reports/2025-03")
                .body(containsString("<th scope=\"col\" class=\"number\">Belanja selama ini</th>"))
                .body(containsString("data-label=\"Belanja selama ini\""));
        assertThat(pdf("2025-03")).contains("Belanja selama ini");
        assertThat(new String(file("2025-03/report.csv", "text/csv"), StandardCharsets.UTF_8))
                .containsPattern("Segmen pelanggan,[^,]*,Belanja selama ini,[0-9]+")
                .doesNotContainPattern("Segmen pelanggan,[^,]*,Omzet");
        try (var book = new ReadableWorkbook(new ByteArrayInputStream(file("2025-03/report.xlsx", "spreadsheetml")))) {
            assertThat(book.getFirstSheet().read())
                    .anySatisfy(r -> assertThat(r.getCellText(4)).isEqualTo("Belanja selama ini"));
        }
    }

    @Test
    void campaignsAreThoseThatBeganAndReachSomebody() {
        book.add("Ani", "phone", "081234567801");
        for (var via : List.of("assisted", "practice")) {
            var id = shop.draft("name", "Kangen " + via, "via", via, "holdout_percent", 0);
            shop.api().post("/api/campaigns/" + id + "/approve").then().statusCode(200);
        }
        var month = YearMonth.from(LocalDate.ofInstant(clock.instant(), ZoneId.of("Asia/Jakarta")));
        shop.api()
                .get("/api/reports/" + month)
                .then()
                .body("data.report.campaigns.name", contains("Kangen assisted"))
                .body("data.report.campaigns[0].result.lift.incremental", nullValue());
        shop.api().get("/api/reports/" + month.minusMonths(1)).then().body("data.report.campaigns", empty());
        owner.get("/reports/" + month).body(containsString("Kangen assisted")).body(containsString("tanpa pembanding"));
    }

    /**
     * Twenty of 42 were held out; half of either group buys anyway, and all who were written to buy for 200,000 more.
     */
    @Test
    void whatACampaignBroughtBeyondWhatWouldHaveComeAnywayIsANumberEverywhere() throws Exception {
        for (int i = 0; i < 42; i++) book.add("Ani " + i, "phone", "08123400%04d".formatted(i));
        var campaign = shop.draft("via", "assisted", "holdout_percent", 10);
        shop.api().post("/api/campaigns/" + campaign + "/approve").then().statusCode(200);
        var written = drawn("message_outbox", campaign);
        var held = drawn("campaign_holdout", campaign);
        assertThat(held).hasSize(20);
        db.useTenant(shop.id(), tx -> {
            for (var statement : List.of(
                    "UPDATE app.campaigns SET frozen_at = '2025-03-01T17:30:00Z' WHERE user_id = :u AND id = :c",
                    "UPDATE app.message_outbox SET state = 'accepted', sending_since = '2025-03-01T17:31:00Z' WHERE user_id = :u AND campaign_id = :c"))
                tx.createUpdate(statement)
                        .bind("u", shop.id())
                        .bind("c", campaign)
                        .execute();
        });
        for (int i = 0; i < 10; i++) book.sell(held.get(i), "2025-03-05", 100_000);
        for (int i = 0; i < 11; i++) book.sell(written.get(i), "2025-03-05", 100_000);
        for (var person : written) book.sell(person, "2025-03-06", 200_000);

        var march = report("2025-03");
        assertThat(march.getInt("data.report.campaigns[0].result.lift.incremental"))
                .isEqualTo(4_400_000);
        owner.get("/reports/2025-03").body(containsString("Rp4.400.000"));
        assertThat(pdf("2025-03")).contains("Kangen", "Rp4.400.000");
        try (var book = new ReadableWorkbook(new ByteArrayInputStream(file("2025-03/report.xlsx", "spreadsheetml")))) {
            var its = book.getFirstSheet().read().stream()
                    .filter(r -> r.getCellText(0).equals("Kangen"))
                    .findFirst()
                    .orElseThrow();
            assertThat(its.getCellAsNumber(2))
                    .hasValueSatisfying(n -> assertThat(n).isEqualByComparingTo("4400000"));
        }
    }

    private List<UUID> drawn(String table, UUID campaign) {
        return db.inTenant(
                shop.id(),
                tx -> tx.createQuery(
                                "SELECT customer_id FROM app.<table> WHERE user_id = :u AND campaign_id = :c ORDER BY customer_id")
                        .define("table", table)
                        .bind("u", shop.id())
                        .bind("c", campaign)
                        .mapTo(UUID.class)
                        .list());
    }

    private String pdf(String period) throws IOException {
        try (var pdf = new PdfReader(file(period + "/report.pdf", "application/pdf"))) {
            var text = new StringBuilder();
            for (int i = 1; i <= pdf.getNumberOfPages(); i++) text.append(new PdfTextExtractor(pdf).getTextFromPage(i));
            return text.toString();
        }
    }

    @Test
    void theFileToPrintHoldsTheSameFigures() throws Exception {
        sales();
        assertThat(pdf("2025-03"))
                .contains("Laporan Maret 2025", "Rp200.000", "Rp100.000", "+100%", "Kain Parang", "Solo", "3–9")
                .doesNotContain("Belum selesai");
    }

    @Test
    void aChartNamesDaysOfAMonthByTheirNumberAndMarksTheWeekOfToday() {
        var november = Period.parse("2026-11");
        assertThat(labels(november, "2026-11-28")).containsExactly("1", "2–8", "9–15", "16–22", "*23–29", "30");
        assertThat(labels(november, "2026-11-29")).contains("*23–29");
        assertThat(labels(november, "2026-11-30")).contains("*30");
        assertThat(labels(Period.parse("2026-W48"), "2026-11-24"))
                .containsExactly("Sen", "*Sel", "Rab", "Kam", "Jum", "Sab", "Min");
    }

    @Test
    void whatADayToComeBringsIsNotSaidToBeNothing() {
        var week = Period.parse("2026-W48");
        assertThat(ReportTables.bars(frame(), week, withoutSales(week, "2026-11-24")).bars().stream()
                        .map(b -> b.value().said()))
                .containsExactly("Rp0", "Rp0", "–", "–", "–", "–", "–");
    }

    /** The marked one with a star. */
    private List<String> labels(Period period, String today) {
        return ReportTables.bars(frame(), period, withoutSales(period, today)).bars().stream()
                .map(b -> (b.marked() ? "*" : "") + b.value().label())
                .toList();
    }

    private Frame frame() {
        return new Frame(Language.INDONESIAN, null, null, "", Theme.of(null), "", false, false, 0, List.of(), assets);
    }

    private static Report withoutSales(Period period, String today) {
        var none = new Sales(BigDecimal.ZERO, 0, 0, 0, 0, BigDecimal.ZERO, BigDecimal.ZERO);
        return new Report(
                period.key(),
                period.from(),
                period.until(),
                period.reached(LocalDate.parse(today)),
                period.goesOn(LocalDate.parse(today)),
                none,
                new Compared(period.from(), period.until(), none),
                period.parts().stream()
                        .map(d -> new Part(d.from(), d.until(), BigDecimal.ZERO))
                        .toList(),
                null,
                List.of(),
                List.of(),
                List.of());
    }

    @Test
    void theFileToPrintSaysThatItsPeriodIsNotOver() throws Exception {
        var november = Period.parse("2026-11");
        for (var day : List.of("2026-11-30", "2026-12-01")) {
            var out = new ByteArrayOutputStream();
            ReportPdf.write(out, frame(), "Batik Sri", november, withoutSales(november, day));
            try (var pdf = new PdfReader(out.toByteArray())) {
                assertThat(new PdfTextExtractor(pdf).getTextFromPage(1).contains("Belum selesai"))
                        .isEqualTo(day.equals("2026-11-30"));
            }
        }
    }

    /** Excel writes 1,5 and 150.000,50 by these, and no comma where nothing stands behind it. */
    @Test
    void sheetsAndLinesShowWhatIsBrokenAndNothingBehindWhatIsNot() throws Exception {
        var ani = book.add("Ani");
        book.sell(
                ani,
                "2025-03-01",
                new BigDecimal("150000.50"),
                "products",
                List.of(Map.of("name", "Kain", "quantity", 1.5)));
        book.sell(ani, "2025-03-02", 210_000, "products", List.of(Map.of("name", "Peci", "quantity", 2)));
        try (var workbook = new ReadableWorkbook(
                new ByteArrayInputStream(file("2025-03/report.xlsx", "spreadsheetml")),
                new ReadingOptions(true, false))) {
            var sheets = workbook.getSheets().toList();
            var figures = sheets.get(0).read();
            assertThat(formats(figures, "Kain")).containsExactly("#,##0.######", "#,##0.00");
            assertThat(formats(figures, "Peci")).containsExactly("#,##0", "#,##0");
            var sales = sheets.get(1).read();
            assertThat(List.of(
                            sales.get(1).getCell(5).getDataFormatString(),
                            sales.get(2).getCell(5).getDataFormatString()))
                    .containsExactly("#,##0.00", "#,##0");
        }
        assertThat(new String(file("2025-03/report.csv", "text/csv"), StandardCharsets.UTF_8))
                .contains(",Omzet,210000\r\n", ",Omzet,150000.5\r\n")
                .contains(",360000.5\r\n")
                .doesNotContain(".00");
        assertThat(new String(file("2025-03/sales.csv", "text/csv"), StandardCharsets.UTF_8))
                .contains("210000", "150000.5");
    }

    private static List<String> formats(List<Row> rows, String name) {
        return rows.stream()
                .filter(r -> r.getCellText(0).equals(name))
                .flatMap(r -> Stream.of(r.getCell(1), r.getCell(2)))
                .map(Cell::getDataFormatString)
                .toList();
    }

    @Test
    void anEstimateIsSaidInWholeRupiahAndACostAsItIs() throws Exception {
        var november = Period.parse("2026-11");
        var nobody = new Result.Side(0, 0, null, BigDecimal.ZERO, null);
        var result = new Result(
                LocalDate.EPOCH,
                LocalDate.EPOCH,
                nobody,
                nobody,
                new Lift(
                        Lift.Verdict.NO_DIFFERENCE,
                        null,
                        null,
                        new BigDecimal("-5650000.38"),
                        new BigDecimal("-77984702.88"),
                        new BigDecimal("66684702.88")),
                new Result.Cost(99, new BigDecimal("450.50"), new BigDecimal("44599.50")),
                50,
                new BigDecimal("-2869599.69"),
                BigDecimal.ZERO,
                BigDecimal.ZERO);
        var its = withoutSales(november, "2026-11-30");
        var report = new Report(
                its.period(),
                its.from(),
                its.until(),
                its.reached(),
                its.goesOn(),
                its.sales(),
                its.compared(),
                its.parts(),
                null,
                List.of(new Results.Begun(new UUID(0, 1), "Kangen", result)),
                List.of(),
                List.of());
        var table = ReportTables.of(frame(), report).stream()
                .filter(t -> t.key().equals("campaigns"))
                .findAny()
                .orElseThrow();
        var row = table.rows().getFirst();
        assertThat(row.stream().map(ReportTables.Cell::said))
                .containsExactly(
                        "Kangen", "99", "−Rp5.650.000", "−Rp77.984.703", "Rp66.684.703", "Rp44.599,50", "−Rp2.869.600");
        assertThat(row.get(3).number()).isEqualTo("-77984703");
        assertThat(row.get(3).format()).isEqualTo("#,##0");
        var lines = new ByteArrayOutputStream();
        files.csv(frame(), List.of(table)).write(lines);
        assertThat(lines.toString(StandardCharsets.UTF_8))
                .contains(",-5650000\r\n", ",-77984703\r\n", ",66684703\r\n", ",44599.5\r\n", ",-2869600\r\n");
    }

    @Test
    void aProductThatAShareWasGivenBackOfBroughtWholeRupiah() {
        var ani = book.add("Ani");
        var day = LocalDate.ofInstant(clock.instant(), ZoneId.of("Asia/Jakarta"));
        var priced = Map.of("name", "Kain", "quantity", 3, "price", 100_000);
        refund(sell(ani, day, 310_000, priced, Map.of("name", "Tas", "price", 10_000)), 100_000);
        book.sell(ani, day.toString(), new BigDecimal("5000.50"), "products", List.of(Map.of("name", "Peci")));
        assertThat(report(YearMonth.from(day).toString()).getList("data.report.products.revenue"))
                .containsExactly(203_226, 6_774, new BigDecimal("5000.5"));
    }

    @Test
    void aWorkbookHoldsNumbersAndEverySaleAndCalculatesNothing() throws Exception {
        sales();
        try (var book = new ReadableWorkbook(new ByteArrayInputStream(file("2025-03/report.xlsx", "spreadsheetml")))) {
            var sheets = book.getSheets().toList();
            var figures = sheets.get(0).read();
            assertThat(figures.getFirst().getCellText(0)).isEqualTo("Batik Sri");
            var revenue = figures.stream()
                    .filter(r -> r.getCellText(0).equals("Omzet"))
                    .findFirst()
                    .orElseThrow();
            assertThat(revenue.getCellAsNumber(1))
                    .hasValueSatisfying(n -> assertThat(n).isEqualByComparingTo("200000"));
            var sales = sheets.get(1).read();
            assertThat(sales).hasSize(5);
            assertThat(sales.get(0).getCellText(1)).isEqualTo("Nama");
            assertThat(sales.get(2).getCellText(1)).isEqualTo("=1+1 Budi");
            assertThat(sales.get(2).getCell(1).getType()).isEqualTo(CellType.STRING);
            assertThat(sales.get(3).getCellAsNumber(5).map(BigDecimal::intValueExact))
                    .contains(-20_000);
        }
    }

    @Test
    void linesForSpreadsheetsCalculateNothing() {
        sales();
        var lines = new String(file("2025-03/sales.csv", "text/csv"), StandardCharsets.UTF_8);
        assertThat(lines)
                .contains("2025-03-10,'=1+1 Budi,,solo,Selendang,60000,,")
                .contains("2025-03-11,'=1+1 Budi,,solo,,-20000,,")
                .contains("2 × Kain Parang")
                .doesNotContain("999000");
        var figures = new String(file("2025-03/report.csv", "text/csv"), StandardCharsets.UTF_8);
        assertThat(figures).contains("Ringkasan,Omzet,1–31 Mar 2025,200000").contains("Kota teratas,Solo,Pembeli,2");
    }

    @Test
    void everySaleOfALongListIsThereOnce() {
        var ani = book.add("Ani");
        db.useTenant(
                shop.id(),
                tx -> tx.createUpdate("""
                        INSERT INTO app.transactions (user_id, id, customer_id, transaction_date, amount)
                        SELECT :u, gen_random_uuid(), :c, date '2025-03-01' + i % 3, i FROM generate_series(1, 2500) i
                        """).bind("u", shop.id()).bind("c", ani).execute());
        var lines = new String(file("2025-03/sales.csv", "text/csv"), StandardCharsets.UTF_8)
                .lines()
                .skip(1)
                .toList();
        assertThat(lines)
                .hasSize(2_500)
                .doesNotHaveDuplicates()
                .isSortedAccordingTo(Comparator.comparing((String l) -> l.substring(0, 10)));
        assertThat(lines.stream()
                        .mapToLong(l -> Long.parseLong(l.split(",", -1)[5]))
                        .sum())
                .isEqualTo(2_500L * 2_501 / 2);
    }

    @Test
    void thePageLeadsToTheOtherPeriodsAndFiles() {
        sales();
        owner.get("/reports/2025-03")
                .statusCode(200)
                .body(containsString("Laporan Maret 2025"))
                .body(containsString("href=\"/reports/2025-02\""))
                .body(containsString("href=\"/reports/2025-04\""))
                .body(containsString("href=\"/reports/2025-W14\""))
                .body(containsString("/reports/2025-03/report.pdf"))
                .body(containsString("+100%"));
        owner.get("/").body(containsString("href=\"/reports\""));
    }
}
