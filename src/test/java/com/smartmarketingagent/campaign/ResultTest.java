package com.smartmarketingagent.campaign;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.is;
import static org.hamcrest.Matchers.not;
import static org.hamcrest.Matchers.nullValue;

import com.smartmarketingagent.Http.Checked;
import com.smartmarketingagent.Shop;
import com.smartmarketingagent.Visitor;
import com.smartmarketingagent.account.Frame;
import com.smartmarketingagent.account.ShopCalendar;
import com.smartmarketingagent.account.Theme;
import com.smartmarketingagent.customer.CustomerBook;
import com.smartmarketingagent.messaging.Via;
import com.smartmarketingagent.platform.Assets;
import com.smartmarketingagent.platform.Db;
import com.smartmarketingagent.platform.Language;
import com.smartmarketingagent.platform.Settings;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What a campaign brought, from stored sales. Its approval is in March 2025, by SQL: no test waits for days. */
@QuarkusTest
class ResultTest {

    @Inject
    Db db;

    @Inject
    CampaignRepository campaigns;

    @Inject
    ResultRepository results;

    @Inject
    ProgressRepository progress;

    @Inject
    ShopCalendar calendar;

    @Inject
    Assets assets;

    private Shop shop;
    private CustomerBook book;
    private UUID campaign = new UUID(0, 0);

    @BeforeEach
    void aShop() {
        shop = Shop.register();
        book = new CustomerBook(shop);
    }

    /** The cost is known to the sen, and stands twice on a campaign's page. */
    @Test
    void theCostIsSaidExactlyAndWhatIsEstimatedInWholeRupiah() {
        var nobody = Result.Side.of(Lift.Group.NOBODY);
        var result = new Result(
                null,
                null,
                nobody,
                nobody,
                new Lift(
                        Lift.Verdict.MORE,
                        null,
                        BigDecimal.ONE,
                        new BigDecimal("1000.49"),
                        new BigDecimal("0.51"),
                        new BigDecimal("2000.51")),
                Result.Cost.of(99, new BigDecimal("450.50")),
                null,
                null,
                null,
                null);
        var frame =
                new Frame(Language.INDONESIAN, null, null, "", Theme.of(null), "", false, false, 0, List.of(), assets);
        var card = ResultCard.of(frame, result, null);
        assertThat(card.cost()).isEqualTo("Rp44.599,50");
        assertThat(card.said()).contains("Rp1.000").doesNotContain(",49");
        assertThat(card.more()).contains("Rp1,", "Rp2.001");
    }

    private UUID draft(int holdoutPercent) {
        return shop.draft("via", "assisted", "text", "Halo. Balas STOP.", "holdout_percent", holdoutPercent);
    }

    private void sql(String statement) {
        db.useTenant(
                shop.id(),
                tx -> tx.createUpdate(statement)
                        .bind("u", shop.id())
                        .bind("c", campaign)
                        .execute());
    }

    /** Half past midnight of 2 March in Jakarta, all at once; in Greenwich it is the day before. */
    private void approve(int holdoutPercent) {
        campaign = draft(holdoutPercent);
        shop.api()
                .post("/api/campaigns/" + campaign + "/approve")
                .then()
                .statusCode(200)
                .body("data.campaign.price_per_message", is(0));
        sql("UPDATE app.campaigns SET frozen_at = '2025-03-01T17:30:00Z' WHERE user_id = :u AND id = :c");
        sql(
                "UPDATE app.message_outbox SET state = 'accepted', sending_since = '2025-03-01T17:31:00Z' WHERE user_id = :u AND campaign_id = :c");
    }

    private void customers(int n) {
        for (int i = 0; i < n; i++) book.add("Ani " + i, "phone", "08123400%04d".formatted(i));
    }

    private Checked result(String query) {
        return shop.api()
                .get("/api/campaigns/" + campaign + "/result" + query)
                .then()
                .statusCode(200);
    }

    private List<UUID> drawn(boolean held) {
        return db.inTenant(
                shop.id(),
                tx -> tx.createQuery(
                                held
                                        ? "SELECT customer_id FROM app.campaign_holdout WHERE user_id = :u AND campaign_id = :c ORDER BY customer_id"
                                        : "SELECT customer_id FROM app.message_outbox WHERE user_id = :u AND campaign_id = :c ORDER BY customer_id")
                        .bind("u", shop.id())
                        .bind("c", campaign)
                        .mapTo(UUID.class)
                        .list());
    }

    @Test
    void ofADraftNothingIsSaid() {
        customers(1);
        campaign = draft(0);
        result("")
                .body("data.result.from", nullValue())
                .body("data.result.lift.verdict", is("not_enough_data"))
                .body("data.result.lift.reason", is("not_started"))
                .body("data.result.written.people", is(0))
                .body("data.result.profit", nullValue());
    }

    @Test
    void aDraftTellsWhatItWouldCost() {
        customers(45);
        campaign = draft(10);
        // twenty are held out
        shop.api()
                .get("/api/campaigns/" + campaign)
                .then()
                .body("data.cost.messages", is(25))
                .body("data.cost.price_per_message", is(0))
                .body("data.cost.total", is(0));
    }

    @Test
    void aDraftCostsWhatItsWayDoesForEachWhoWouldBeWrittenTo() {
        campaign = draft(10);
        var priced = new Results(campaigns, results, progress, calendar, new Prices(settings("450.50")));
        var reach = new Audience.Reach(45, 1, 2, 3, 4);
        var cost = db.inTenant(shop.id(), tx -> priced.estimate(campaigns.get(tx, shop.id(), campaign), reach));
        assertThat(cost.messages()).isEqualTo(25);
        assertThat(cost.pricePerMessage()).isEqualByComparingTo("450.50");
        assertThat(cost.total()).isEqualByComparingTo("11262.50");
    }

    @Test
    void whatWasSentIsPaidForAtThePriceOfItsApproval() {
        customers(6);
        approve(0);
        sql("UPDATE app.campaigns SET price_per_message = 450.50 WHERE user_id = :u AND id = :c");
        var states = List.of("accepted", "delivered", "unknown", "failed", "skipped", "pending");
        var people = drawn(false);
        for (int i = 0; i < 6; i++)
            sql("UPDATE app.message_outbox SET state = '" + states.get(i)
                    + "' WHERE user_id = :u AND campaign_id = :c AND customer_id = '" + people.get(i) + "'");
        result("")
                .body("data.result.cost.messages", is(3))
                .body("data.result.cost.total", is(new BigDecimal("1351.5")));
        shop.api().get("/api/campaigns/" + campaign).then().body("data.cost.total", is(new BigDecimal("1351.5")));
    }

    @Test
    void purchasesCountFromTheDayOfTheApprovalInTheShopsZoneToTheLast() {
        customers(8);
        approve(0);
        var people = drawn(false);
        var days = List.of("2025-03-01", "2025-03-02", "2025-03-16", "2025-03-17", "2025-04-01", "2025-04-02");
        for (int i = 0; i < days.size(); i++) book.sell(people.get(i), days.get(i), 1 << i);
        result("")
                .body("data.result.from", is("2025-03-02"))
                .body("data.result.until", is("2025-03-16"))
                .body("data.result.written.people", is(8))
                .body("data.result.written.buyers", is(2))
                .body("data.result.written.buyers_share", is(new BigDecimal("0.25")))
                .body("data.result.written.revenue", is(6))
                .body("data.result.written.revenue_per_person", is(new BigDecimal("0.75")))
                .body("data.result.holdout.people", is(0))
                .body("data.result.holdout.revenue_per_person", nullValue())
                .body("data.result.lift.reason", is("no_holdout"));
        result("?days=30").body("data.result.until", is("2025-04-01")).body("data.result.written.revenue", is(30));
        result("?days=1").body("data.result.written.revenue", is(2));
        for (var wrong : List.of("days=0", "days=31", "margin_percent=-1", "margin_percent=101", "days=x"))
            shop.api()
                    .get("/api/campaigns/" + campaign + "/result?" + wrong)
                    .then()
                    .statusCode(400)
                    .body("error.details[0].field", is(wrong.replaceFirst("=.*", "")));
    }

    @Test
    void refundsAreTakenOffAndNobodyBringsLessThanNothing() {
        customers(3);
        approve(0);
        var people = drawn(false);
        book.sell(people.get(0), "2025-03-03", 100_000);
        book.sell(people.get(0), "2025-03-04", -30_000);
        book.sell(people.get(1), "2025-03-03", 50_000);
        book.sell(people.get(1), "2025-03-05", -80_000);
        book.sell(people.get(2), "2025-03-05", -10_000);
        result("").body("data.result.written.buyers", is(2)).body("data.result.written.revenue", is(70_000));
    }

    /**
     * Twenty were held out. Half of either group buys the same, some twice; then only those who were written to buy.
     */
    @Test
    void whatTheOthersBoughtAnywayIsNoResult() {
        customers(42);
        approve(10);
        var written = drawn(false);
        var held = drawn(true);
        assertThat(written).hasSize(22);
        assertThat(held).hasSize(20).doesNotContainAnyElementsOf(written);
        for (int i = 0; i < 10; i++) book.sell(held.get(i), "2025-03-05", 100_000);
        for (int i = 0; i < 11; i++) book.sell(written.get(i), "2025-03-05", 100_000);
        result("?margin_percent=40")
                .body("data.result.lift.verdict", is("no_difference"))
                .body("data.result.lift.reason", nullValue())
                .body("data.result.lift.difference", is(0))
                .body("data.result.margin_percent", is(40))
                .body("data.result.profit", is(0));
        for (var person : written) book.sell(person, "2025-03-06", 200_000);
        result("?margin_percent=40")
                .body("data.result.lift.verdict", is("more"))
                .body("data.result.lift.difference", is(200_000))
                .body("data.result.lift.incremental", is(4_400_000))
                .body("data.result.profit", is(1_760_000));
        result("").body("data.result.profit", nullValue());
    }

    /** Intention to treat: who was drawn for a message and never got it counts among those who were to. */
    @Test
    void whateverBecameOfTheirMessagePeopleStayWhereTheyWereDrawn() {
        customers(6);
        approve(0);
        var people = drawn(false);
        for (var person : people) book.sell(person, "2025-03-05", 1_000);
        var states = List.of("failed", "suppressed", "skipped", "cancelled", "unknown", "accepted");
        for (int i = 0; i < 6; i++)
            sql("UPDATE app.message_outbox SET state = '" + states.get(i)
                    + "' WHERE user_id = :u AND campaign_id = :c AND customer_id = '" + people.get(i) + "'");
        result("").body("data.result.written.people", is(6)).body("data.result.written.revenue", is(6_000));
    }

    @Test
    void whoIsErasedKeepsTheirPlaceWithoutAName() {
        customers(3);
        approve(0);
        var gone = drawn(false).getFirst();
        book.sell(gone, "2025-03-05", 75_000);
        shop.api().delete("/api/customers/" + gone + "?erase=now").then().statusCode(200);
        result("")
                .body("data.result.written.people", is(3))
                .body("data.result.written.buyers", is(1))
                .body("data.result.written.revenue", is(75_000));
    }

    @Test
    void twoWhoAreOneByNowCountOnceAndAsWrittenTo() {
        customers(42);
        approve(10);
        var written = drawn(false);
        var held = drawn(true);
        book.sell(written.get(0), "2025-03-05", 10_000);
        book.sell(held.get(0), "2025-03-06", 5_000);
        merge(held.get(0), written.get(0));
        merge(written.get(2), written.get(1));
        result("")
                .body("data.result.written.people", is(21))
                .body("data.result.holdout.people", is(19))
                .body("data.result.written.buyers", is(1))
                .body("data.result.written.revenue", is(15_000))
                .body("data.result.holdout.revenue", is(0));
    }

    /** Both lines have the name of today; what they bought stands on one. */
    @Test
    void theReportNamesWhoIsMergedAndCountsTheirPurchasesOnce() {
        var ani = book.add("Ani", "phone", "081234000001");
        var budi = book.add("Budi", "phone", "081234000002");
        approve(0);
        book.sell(ani, "2025-03-04", 100_000);
        book.sell(budi, "2025-03-05", 20_000);
        merge(budi, ani);
        assertThat(shop.api()
                        .get("/api/campaigns/" + campaign + "/recipients.csv")
                        .asString()
                        .lines()
                        .skip(1)
                        .map(line -> line.replaceFirst(",.*,", " ")))
                .containsExactly("Budi 120000", "Budi 0");
        result("")
                .body("data.result.written.people", is(1))
                .body("data.result.written.buyers", is(1))
                .body("data.result.written.revenue", is(120_000));
    }

    private void merge(UUID kept, UUID other) {
        shop.api()
                .body(Map.of("other_id", other))
                .post("/api/customers/" + kept + "/merge")
                .then()
                .statusCode(200);
    }

    @Test
    void untilTheLastDayIsOverNothingIsSaid() {
        customers(1);
        approve(0);
        sql("UPDATE app.campaigns SET frozen_at = now() WHERE user_id = :u AND id = :c");
        result("").body("data.result.lift.reason", is("too_early"));
    }

    /**
     * Said before it is approved, and afterwards from the first day on: no later one brings anybody to compare with.
     */
    @Test
    void ofTooFewToCompareItIsSaidWhoBoughtAndThatNobodyKnowsWhy() {
        customers(3);
        var owner = new Visitor(shop);
        var small = containsString("Penerimanya terlalu sedikit untuk pembanding, yang perlu sekurangnya 40 orang.");
        owner.get("/campaigns/" + draft(10)).body(small);
        approve(10);
        var page = "/campaigns/" + campaign;
        var unknown = containsString("tidak bisa diketahui: terlalu sedikit orang untuk pembanding.");
        owner.get(page)
                .body(
                        containsString(
                                "3 orang dikirimi. Belum ada dari mereka yang tercatat belanja dari 2 Mar 2025 sampai 16 Mar 2025."))
                .body(unknown, not(small));
        var people = drawn(false);
        book.sell(people.get(1), "2025-03-01", 1_000);
        book.sell(people.get(1), "2025-03-02", 450_000);
        book.sell(people.get(1), "2025-03-05", -50_000);
        book.sell(people.get(2), "2025-03-17", 1_000);
        owner.get(page)
                .body(
                        containsString(
                                "3 orang dikirimi. 1 dari 3 orang itu belanja dari 2 Mar 2025 sampai 16 Mar 2025, Rp400.000 semuanya."))
                .body(unknown)
                .body(containsString("Untung bersih tidak bisa dihitung, karena tidak ada pembanding."))
                .body(not(containsString("Belum cukup data")));
        result("").body("data.result.written.buyers", is(1)).body("data.result.written.revenue", is(400_000));
        sql(
                "UPDATE app.message_outbox SET state = 'skipped', sending_since = NULL WHERE user_id = :u AND campaign_id = :c AND customer_id = '"
                        + people.get(0) + "'");
        owner.get(page).body(containsString("3 orang dituju, 2 di antaranya dikirimi. 1 dari 3 orang itu belanja"));
        sql("UPDATE app.campaigns SET frozen_at = now() WHERE user_id = :u AND id = :c");
        owner.get(page).body(unknown, not(containsString("Belum cukup data")), not(containsString("dihitung sampai")));
    }

    @Test
    void whereTheOwnerWroteToAllOfManyItIsNotSaidThatTheyWereTooFew() {
        customers(40);
        var owner = new Visitor(shop);
        owner.get("/campaigns/" + draft(10)).body(not(containsString("terlalu sedikit")));
        owner.get("/campaigns/" + draft(0)).body(not(containsString("terlalu sedikit")));
        approve(0);
        owner.get("/campaigns/" + campaign)
                .body(containsString("40 orang dikirimi."))
                .body(containsString("tidak ada yang sengaja tidak dikirimi sebagai pembanding"))
                .body(not(containsString("terlalu sedikit")));
    }

    /** A new number sends twenty a day, and a campaign may be paused for weeks. */
    @Test
    void itIsJudgedOnceItsLastReaderHadAsLongAsItsFirst() {
        customers(2);
        approve(0);
        var last = drawn(false).getLast();
        book.sell(last, "2025-04-03", 4);
        book.sell(last, "2025-04-04", 8);
        sql(
                "UPDATE app.message_outbox SET state = 'pending', sending_since = NULL WHERE user_id = :u AND campaign_id = :c AND customer_id = '"
                        + last + "'");
        result("").body("data.result.until", is("2025-03-16")).body("data.result.lift.reason", is("still_sending"));
        sql(
                "UPDATE app.message_outbox SET state = 'accepted', sending_since = '2025-03-20T03:00:00Z' WHERE user_id = :u AND campaign_id = :c AND customer_id = '"
                        + last + "'");
        result("")
                .body("data.result.until", is("2025-04-03"))
                .body("data.result.written.revenue", is(4))
                .body("data.result.lift.reason", is("no_holdout"));
        assertThat(shop.api()
                        .get("/api/campaigns/" + campaign + "/recipients.csv")
                        .then()
                        .extract()
                        .asString())
                .contains("2025-04-03")
                .doesNotContain("2025-04-04");
    }

    @Test
    void theReportHasALineForEachAndNothingThatASpreadsheetWouldCalculate() {
        var ani = book.add("=HYPERLINK(1)", "phone", "081234000001", "city", "Solo");
        var budi = book.add("Budi, \"Bu\"", "phone", "081234000002");
        var citra = book.add("Citra", "phone", "081234000003");
        approve(0);
        sql(
                "UPDATE app.message_outbox SET state = 'accepted', sending_since = '2025-03-02T17:59:00Z' WHERE user_id = :u AND campaign_id = :c AND customer_id = '"
                        + ani + "'");
        sql(
                "INSERT INTO app.campaign_links (user_id, campaign_id, customer_id, code, first_clicked_at, clicks) VALUES (:u, :c, '"
                        + ani + "', 'abcdefghijk', '2025-03-02T18:00:00Z', 2)");
        sql(
                "UPDATE app.message_outbox SET state = 'skipped', why = 'recent', sending_since = NULL WHERE user_id = :u AND campaign_id = :c AND customer_id = '"
                        + budi + "'");
        sql(
                "UPDATE app.message_outbox SET state = 'failed', why = '-target invalid', sending_since = NULL WHERE user_id = :u AND campaign_id = :c AND customer_id = '"
                        + citra + "'");
        book.sell(ani, "2025-03-01", 1);
        book.sell(ani, "2025-03-07", 150_000.5);
        book.sell(ani, "2025-03-04", 100_000);
        book.sell(ani, "2025-03-18", 2);
        var answer = shop.api()
                .get("/api/campaigns/" + campaign + "/recipients.csv")
                .then()
                .statusCode(200);
        var bytes = answer.extract().asByteArray();
        assertThat(bytes).startsWith(0xEF, 0xBB, 0xBF);
        assertThat(new String(bytes, 3, bytes.length - 3, java.nio.charset.StandardCharsets.UTF_8).lines())
                .containsExactly(
                        "name,phone,city,state,why,sent_at,clicked_at,bought_on,amount",
                        "'=HYPERLINK(1),'+6281234000001,Solo,Terkirim,,2025-03-03 00:59,2025-03-03 01:00,2025-03-04,250000.5",
                        "\"Budi, \"\"Bu\"\"\",'+6281234000002,,Dilewati,Baru saja dikirimi pesan atau menjadi pembanding kampanye lain.,,,,0",
                        "Citra,'+6281234000003,,Gagal,'-target invalid,,,,0");
        Shop.register()
                .api()
                .get("/api/campaigns/" + campaign + "/recipients.csv")
                .then()
                .statusCode(404);
    }

    @Test
    void theReportHasWordsForEveryState() {
        customers(9);
        approve(0);
        var people = drawn(false);
        var states = List.of(
                "pending",
                "sending",
                "accepted",
                "delivered",
                "failed",
                "unknown",
                "cancelled",
                "suppressed",
                "skipped");
        for (int i = 0; i < 9; i++)
            sql("UPDATE app.message_outbox SET state = '" + states.get(i)
                    + "' WHERE user_id = :u AND campaign_id = :c AND customer_id = '" + people.get(i) + "'");
        var said = new ArrayList<String>();
        shop.api()
                .get("/api/campaigns/" + campaign + "/recipients.csv")
                .asString()
                .lines()
                .skip(1)
                .forEach(line -> said.add(line.split(",")[3]));
        assertThat(said)
                .containsExactly(
                        "Menunggu",
                        "Sedang dikirim",
                        "Terkirim",
                        "Sampai",
                        "Gagal",
                        "Perlu dicek",
                        "Dibatalkan",
                        "Tidak mau dikirimi",
                        "Dilewati");
    }

    /** More than one page of them, each once. */
    @Test
    void theReportOfManyIsWhole() {
        book.add("Ani", "phone", "081234000001");
        approve(0);
        sql("""
                WITH people AS (
                  INSERT INTO app.customers (user_id, id, name)
                  SELECT :u, gen_random_uuid(), 'Orang ' || n FROM generate_series(1, 2000) n RETURNING id)
                INSERT INTO app.message_outbox (user_id, campaign_id, customer_id, channel)
                SELECT :u, :c, id, 'whatsapp' FROM people
                """);
        var lines = shop.api()
                .get("/api/campaigns/" + campaign + "/recipients.csv")
                .asString()
                .lines()
                .toList();
        assertThat(lines).hasSize(2_002);
        assertThat(lines.stream().map(l -> l.split(",")[0])).doesNotHaveDuplicates();
    }

    @Test
    void pricesAreRupiahAndNothingWhereNobodySays() {
        assertThat(new Prices(settings("450.50")).of(Via.ASSISTED)).isEqualByComparingTo("450.50");
        assertThat(new Prices(settings("450.50")).of(Via.PRACTICE)).isZero();
        for (var wrong : List.of("-1", "1,5", "450.505", "Rp450", "1e3", "1234567890"))
            assertThatThrownBy(() -> new Prices(settings(wrong)))
                    .isInstanceOf(Settings.Wrong.class)
                    .hasMessageStartingWith("MESSAGE_PRICE_ASSISTED must be");
    }

    private static Settings settings(String price) {
        return new Settings() {
            @Override
            public Optional<String> text(String name) {
                return name.equals("MESSAGE_PRICE_ASSISTED") ? Optional.of(price) : Optional.empty();
            }
        };
    }

    private void aNarrowScreenShowsEachFigureWithItsName(String path) {
        try (var browser = com.smartmarketingagent.Browser.phone().as(shop)) {
            var page = browser.open(path);
            assertThat(page.evaluate("document.querySelector('thead').getBoundingClientRect().right <= 0"))
                    .isEqualTo(true);
            assertThat(page.evaluate(
                            "getComputedStyle(document.querySelector('tbody td:last-child'), '::before').content"))
                    .isEqualTo("\"Belanja per orang\"");
            assertThat(page.evaluate("document.documentElement.scrollWidth")).isEqualTo(360);
        }
    }

    /** The margin is said once, on the page or by a program, and remembered for the shop. */
    @Test
    void thePageSaysWhatIsLeftAfterTheCost() {
        customers(42);
        approve(10);
        sql("UPDATE app.campaigns SET price_per_message = 500 WHERE user_id = :u AND id = :c");
        sql("UPDATE app.message_outbox SET state = 'accepted' WHERE user_id = :u AND campaign_id = :c");
        var owner = new com.smartmarketingagent.Visitor(shop);
        var page = "/campaigns/" + campaign;
        owner.get(page)
                .body(
                        containsString("Untung bersih belum bisa dihitung"),
                        containsString("Rp11.000</b>"),
                        containsString("name=\"margin_percent\" type=\"text\" value=\"\""));
        var written = drawn(false);
        var held = drawn(true);
        for (int i = 0; i < 10; i++) book.sell(held.get(i), "2025-03-05", 100_000);
        for (int i = 0; i < 11; i++) book.sell(written.get(i), "2025-03-05", 100_000);
        owner.get(page).body(containsString("Isi margin Anda"));
        owner.post(page + "/margin", "margin_percent", " 40 ").statusCode(303);
        // about nothing, less the cost: it may be either
        owner.get(page)
                .body(
                        containsString("Belum pasti untung atau rugi: kira-kira −Rp11.000."),
                        containsString("value=\"40\""));
        for (var person : written) book.sell(person, "2025-03-06", 200_000);
        result("").body("data.result.margin_percent", is(40)).body("data.result.profit", is(1_749_000));
        assertThat(result("").extract().jsonPath().getDouble("data.result.profit_low"))
                .isPositive();
        owner.get(page)
                .body(
                        containsString("Untung bersih kira-kira Rp1.749.000."),
                        containsString("Untung bersihnya antara Rp"));
        // another for once
        result("?margin_percent=0")
                .body("data.result.profit", is(-11_000))
                .body("data.result.profit_high", is(-11_000));
        owner.post(page + "/margin", "margin_percent", "0").statusCode(303);
        owner.get(page).body(containsString("Rugi kira-kira Rp11.000."));
        for (var wrong : List.of("101", "100,5", "-1", "1.2.3", "%", "empat"))
            owner.post(page + "/margin", "margin_percent", wrong)
                    .statusCode(400)
                    .body(
                            containsString("Isi margin dengan angka 0 sampai 100."),
                            containsString("aria-describedby=\"margin_percent_problem\""),
                            containsString("value=\"" + wrong + "\""));
        for (var typed : Map.of("35%", 35, " 35 % ", 35, "35,5", 36, "35.4", 35, "100", 100)
                .entrySet()) {
            owner.post(page + "/margin", "margin_percent", typed.getKey())
                    .statusCode(303)
                    .header("Location", org.hamcrest.Matchers.endsWith(page + "?margin=kept#margin"));
            shop.api().get("/api/campaigns/margin").then().body("data.margin_percent", is(typed.getValue()));
        }
        owner.get(page + "?margin=kept").body(containsString("Margin disimpan"), containsString("id=\"margin\""));
        owner.post(page + "/margin", "margin_percent", "0").statusCode(303);
        aNarrowScreenShowsEachFigureWithItsName(page);
        shop.api().get("/api/campaigns/margin").then().body("data.margin_percent", is(0));
        shop.api()
                .body(Map.of("margin_percent", 101))
                .put("/api/campaigns/margin")
                .then()
                .statusCode(400);
        shop.api()
                .body(Map.of("margin_percent", 25))
                .put("/api/campaigns/margin")
                .then()
                .statusCode(200);
        owner.get(page).body(containsString("value=\"25\""));
        owner.post(page + "/margin", "margin_percent", "").statusCode(303);
        shop.api().get("/api/campaigns/margin").then().body("data.margin_percent", nullValue());
        Shop.register().api().get("/api/campaigns/margin").then().body("data.margin_percent", nullValue());
    }
}
