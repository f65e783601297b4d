package com.smartmarketingagent.campaign;

import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.hasSize;
import static org.hamcrest.Matchers.is;

import com.smartmarketingagent.Http.Checked;
import com.smartmarketingagent.Shop;
import com.smartmarketingagent.customer.CustomerBook;
import com.smartmarketingagent.platform.Db;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Who is meant by what they bought and when, and how a message would read to them. */
@QuarkusTest
class AudienceTest {

    @Inject
    Db db;

    private Shop shop;
    private CustomerBook book;
    private int numbers;

    @BeforeEach
    void aShop() {
        shop = Shop.register();
        book = new CustomerBook(shop);
    }

    private UUID person(String name) {
        return book.add(name, "phone", "08123400%04d".formatted(numbers++));
    }

    private Checked create(String text, Map<String, Object> audience) {
        var body = new HashMap<>(audience);
        body.put("include_unasked", true);
        return shop.api()
                .body(Shop.campaign("via", "assisted", "text", text, "holdout_percent", 0, "audience", body))
                .post("/api/campaigns")
                .then();
    }

    private UUID draft(String text, Map<String, Object> audience) {
        return UUID.fromString(create(text, audience).statusCode(201).extract().path("data.campaign.id"));
    }

    /** Who would get a message, by name: they are frozen, so that this is what is sent. */
    private Set<String> meant(Map<String, Object> audience) {
        var campaign = draft("Balas STOP.", audience);
        int reachable = shop.api().get("/api/campaigns/" + campaign).path("data.reach.reachable");
        if (reachable == 0) return Set.of();
        shop.api().post("/api/campaigns/" + campaign + "/approve").then().statusCode(200);
        var names = shop.api()
                .get("/api/campaigns/" + campaign + "/recipients?limit=100")
                .then()
                .extract()
                .<List<String>>path("data.recipients.name");
        assertThat(names).hasSize(reachable);
        return Set.copyOf(names);
    }

    /** A sale so many days before the day that it is in {@code zone}. */
    private void sold(UUID customer, int daysAgo, int amount, String zone) {
        db.useTenant(
                shop.id(),
                tx -> tx.createUpdate("""
                                INSERT INTO app.transactions (user_id, id, customer_id, transaction_date, amount)
                                VALUES (:u, gen_random_uuid(), :c, (now() AT TIME ZONE :zone)::date - :days, :amount)
                                """)
                        .bind("u", shop.id())
                        .bind("c", customer)
                        .bind("days", daysAgo)
                        .bind("amount", amount)
                        .bind("zone", zone)
                        .execute());
    }

    /** What the analysis of a day says of a customer. */
    private void analysed(String day, UUID customer, String segment) {
        db.useTenant(shop.id(), tx -> {
            tx.createUpdate("""
                    INSERT INTO app.rfm_runs (user_id, analysis_date, method, recency_bins, frequency_bins, monetary_bins)
                    VALUES (:u, :day::date, 'fixed', '{1,2,3,4}', '{1,2,3,4}', '{1,2,3,4}') ON CONFLICT DO NOTHING
                    """).bind("u", shop.id()).bind("day", day).execute();
            tx.createUpdate("INSERT INTO app.rfm_analysis VALUES (:u, :day::date, :c, 1, 1, 1, 1, 1, 1, :segment)")
                    .bind("u", shop.id())
                    .bind("day", day)
                    .bind("c", customer)
                    .bind("segment", segment)
                    .execute();
        });
    }

    @Test
    void aSegmentIsThatOfTheLatestAnalysis() {
        var ani = person("Ani");
        var budi = person("Budi");
        var citra = person("Citra");
        person("Dewi");
        analysed("2025-12-31", ani, "champions");
        analysed("2025-12-31", budi, "lost");
        analysed("2025-12-01", ani, "lost");
        analysed("2025-12-01", budi, "champions");
        analysed("2025-12-01", citra, "lost");
        assertThat(meant(Map.of("segment", "lost"))).containsExactly("Budi");
        assertThat(meant(Map.of("segment", "champions"))).containsExactly("Ani");
        assertThat(meant(Map.of("segment", "at_risk"))).isEmpty();
        assertThat(meant(Map.of())).hasSize(4);
    }

    private void tagged(String name, String... tags) {
        book.add(name, "phone", "08123400%04d".formatted(numbers++), "tags", List.of(tags));
    }

    @Test
    void whoHasAnyOfTheTagsIsMeantWhateverTheirCase() {
        tagged("Ani", "VIP");
        tagged("Budi", "langganan", "Reseller");
        tagged("Citra", "vip lama");
        person("Dewi");
        assertThat(meant(Map.of("tags", List.of("vip")))).containsExactly("Ani");
        assertThat(meant(Map.of("tags", List.of("tidak ada", "RESELLER", "Vip"))))
                .containsExactlyInAnyOrder("Ani", "Budi");
        assertThat(meant(Map.of("tags", List.of("tidak ada")))).isEmpty();
        assertThat(meant(Map.of("tags", List.of()))).hasSize(4);
    }

    private void buyer(String name, String segment, String city, String tag, String product, int amount, int daysAgo) {
        var phone = "08123400%04d".formatted(numbers++);
        var id = book.add(name, "phone", phone, "city", city, "tags", List.of(tag));
        book.sell(id, "2025-01-02", 5_000, "products", List.of(Map.of("name", product)));
        sold(id, daysAgo, amount, "Asia/Jakarta");
        analysed("2025-12-31", id, segment);
    }

    /** Each of the others lacks one. */
    @Test
    void whoIsMeantFitsAllThatIsAskedFor() {
        buyer("Ani", "lost", "Solo", "VIP", "Batik", 95_000, 20);
        buyer("segment", "champions", "Solo", "VIP", "Batik", 95_000, 20);
        buyer("city", "lost", "Klaten", "VIP", "Batik", 95_000, 20);
        buyer("tag", "lost", "Solo", "baru", "Batik", 95_000, 20);
        buyer("product", "lost", "Solo", "VIP", "Sarung", 95_000, 20);
        buyer("spent", "lost", "Solo", "VIP", "Batik", 94_999, 20);
        buyer("long ago", "lost", "Solo", "VIP", "Batik", 95_000, 31);
        buyer("lately", "lost", "Solo", "VIP", "Batik", 95_000, 10);
        var asked = Map.<String, Object>of(
                "segment",
                "lost",
                "city",
                "solo",
                "tags",
                List.of("vip"),
                "product",
                "batik",
                "min_spent",
                100_000,
                "bought_within_days",
                30,
                "not_bought_days",
                10);
        assertThat(meant(asked)).containsExactly("Ani");
        for (var criterion : asked.keySet()) {
            var fewer = new HashMap<>(asked);
            fewer.remove(criterion);
            assertThat(meant(fewer)).as("without " + criterion).hasSize(2).contains("Ani");
        }
    }

    /** Whoever was added first. */
    @Test
    void whoBoughtMostOftenIsWrittenToFirstAndOfThoseAlikeWhoBoughtLast() {
        var zone = "Asia/Jakarta";
        person("never");
        sold(person("once, long ago"), 60, 9_000_000, zone);
        sold(person("once"), 3, 5_000, zone);
        var often = person("five times");
        for (int i = 0; i < 5; i++) sold(often, 70 + i, 5_000, zone);
        shop.api().body("{}").post("/api/rfm/calculate").then().statusCode(200);
        var campaign = draft("Balas STOP.", Map.of());
        shop.api().post("/api/campaigns/" + campaign + "/approve").then().statusCode(200);
        for (var name : List.of("five times", "once", "once, long ago", "never")) {
            String open = shop.api()
                    .post("/api/campaigns/" + campaign + "/next")
                    .then()
                    .statusCode(200)
                    .body("data.open.name", is(name))
                    .extract()
                    .path("data.open.customer_id");
            shop.api()
                    .body(Map.of("outcome", "sent"))
                    .post("/api/campaigns/" + campaign + "/recipients/" + open)
                    .then()
                    .statusCode(200);
        }
    }

    /** Of all times, whatever the analysis looks at and whether there is one. */
    @Test
    void theLeastThatWasSpentIsOfAllPurchasesTogetherWithTheirRefunds() {
        var zone = "Asia/Jakarta";
        var enough = person("enough");
        sold(enough, 800, 60_000, zone);
        sold(enough, 1, 40_000, zone);
        var refunded = person("refunded");
        sold(refunded, 800, 110_000, zone);
        sold(refunded, 700, -10_001, zone);
        sold(person("less"), 1, 99_999, zone);
        person("never");
        shop.api()
                .body(Map.of("method", "fixed", "window_days", 90))
                .put("/api/rfm/settings")
                .then()
                .statusCode(200);
        assertThat(meant(Map.of("min_spent", 100_000))).containsExactly("enough");
    }

    /** Two zones that never have the same day, so that any other day than the shop's own fails in one of them. */
    @ParameterizedTest
    @ValueSource(strings = {"Pacific/Kiritimati", "Etc/GMT+12", "Asia/Jakarta"})
    void theLastPurchaseIsCountedInDaysOfTheShopsZone(String zone) {
        db.useTenant(
                shop.id(),
                tx -> tx.createUpdate("UPDATE app.users SET timezone = :zone WHERE id = :u")
                        .bind("u", shop.id())
                        .bind("zone", zone)
                        .execute());
        sold(person("today"), 0, 5_000, zone);
        sold(person("30"), 30, 5_000, zone);
        sold(person("31"), 31, 5_000, zone);
        var again = person("again");
        sold(again, 400, 5_000, zone);
        sold(again, 30, 5_000, zone);
        var refunded = person("refunded");
        sold(refunded, 400, 5_000, zone);
        sold(refunded, 2, -5_000, zone);
        sold(person("free"), 3, 0, zone);
        person("never");
        assertThat(meant(Map.of("bought_within_days", 30))).containsExactlyInAnyOrder("today", "30", "again");
        assertThat(meant(Map.of("not_bought_days", 30))).containsExactlyInAnyOrder("31", "refunded");
        assertThat(meant(Map.of("bought_within_days", 31, "not_bought_days", 30)))
                .containsExactly("31");
        assertThat(meant(Map.of())).hasSize(7);
    }

    @Test
    void whoBoughtAProductIsKnownByAPartOfItsNameWhateverItsCase() {
        var products =
                Map.of("Ani", "Kain BATIK Tulis 100%", "Budi", "Kemeja batik", "Citra", "Sarung", "Dewi", "Kain_polos");
        products.forEach((name, product) -> book.sell(
                person(name),
                "2025-01-02",
                5_000,
                "products",
                List.of(Map.of("name", "Tas"), Map.of("name", product))));
        book.sell(person("Eka"), "2025-01-02", -5_000, "products", List.of(Map.of("name", "Kemeja batik")));
        person("Fitri");
        assertThat(meant(Map.of("product", " bAtIk "))).containsExactlyInAnyOrder("Ani", "Budi");
        assertThat(meant(Map.of("product", "tas"))).containsExactlyInAnyOrder("Ani", "Budi", "Citra", "Dewi");
        // no pattern of SQL
        assertThat(meant(Map.of("product", "%"))).containsExactly("Ani");
        assertThat(meant(Map.of("product", "n_p"))).containsExactly("Dewi");
        assertThat(meant(Map.of("product", "sutra"))).isEmpty();
        assertThat(meant(Map.of("product", " "))).hasSize(6);
    }

    @Test
    void daysAreFromOneToTenYearsAndLeaveSomebody() {
        for (var field : List.of("bought_within_days", "not_bought_days")) {
            for (var wrong : List.of(0, -1, 3651))
                create("Balas STOP.", Map.of(field, wrong)).statusCode(400).body("error.details[0].field", is(field));
            for (var right : List.of(1, 3650))
                create("Balas STOP.", Map.of(field, right)).statusCode(201);
        }
        create("Balas STOP.", Map.of("bought_within_days", 30, "not_bought_days", 30))
                .statusCode(400)
                .body("error.details[0].field", is("bought_within_days"));
        create("Balas STOP.", Map.of("product", "x".repeat(201))).statusCode(400);
    }

    private Checked preview(String text) {
        return shop.api()
                .get("/api/campaigns/" + draft(text, Map.of()) + "/preview")
                .then()
                .statusCode(200);
    }

    @Test
    void aPreviewShowsRealCustomersAndWhatWillBeMissing() {
        var ani = person("Bu Ani");
        book.sell(ani, "2025-01-02", 5_000, "products", List.of(Map.of("name", "Sarung")));
        person("0812-3400-0001");
        var budi = person("Budi");
        book.sell(budi, "2025-01-02", 5_000, "products", List.of(Map.of("name", "Sarung")));
        book.sell(budi, "2025-01-03", 5_000);
        person("Citra");
        book.add("0812 tanpa nomor");
        var shown = preview("{nama|Kak} {nama|Bos} {produk_terakhir|batik} {nama_toko}. STOP");
        shown.body("data.preview.messages", hasSize(3))
                .body("data.preview.missing.placeholder", equalTo(List.of("nama", "nama", "produk_terakhir")))
                .body("data.preview.missing.customers", equalTo(List.of(1, 1, 3)))
                .body("data.preview.missing.instead", equalTo(List.of("Kak", "Bos", "batik")));
    }

    @Test
    void aPreviewReadsAsTheMessageWill() {
        var ani = person("Ani");
        book.sell(ani, "2025-01-02", 5_000, "products", List.of(Map.of("name", "Sarung")));
        preview("Halo {nama}, {produk_terakhir} dari {nama_toko}. STOP")
                .body("data.preview.messages.customer_id", equalTo(List.of(ani.toString())))
                .body("data.preview.messages.text", equalTo(List.of("Halo Ani, Sarung dari Batik Sri. STOP")))
                // nobody lacks anything
                .body("data.preview.missing", hasSize(0));
        preview("Balas STOP.").body("data.preview.missing", hasSize(0));
    }
}
