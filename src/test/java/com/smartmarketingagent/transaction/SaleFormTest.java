package com.smartmarketingagent.transaction;

import static com.smartmarketingagent.Http.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.not;

import com.smartmarketingagent.Http;
import com.smartmarketingagent.Http.Request;
import com.smartmarketingagent.Http.Response;
import com.smartmarketingagent.Shop;
import com.smartmarketingagent.account.ShopCalendar;
import com.smartmarketingagent.customer.CustomerBook;
import com.smartmarketingagent.platform.Db;
import com.smartmarketingagent.platform.Figures;
import com.smartmarketingagent.platform.Language;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The pages of sales without a browser: what their forms store, and what they refuse. */
@QuarkusTest
class SaleFormTest {

    private static final org.jboss.logging.Logger LOG = org.jboss.logging.Logger.getLogger(SaleFormTest.class);

    @Inject
    Db db;

    @Inject
    ShopCalendar calendar;

    Shop shop;
    CustomerBook book;
    String cookie;
    String csrf;

    @BeforeEach
    void logIn() {
        shop = Shop.register();
        book = new CustomerBook(shop);
        cookie = cookieOf(shop);
        csrf = page("/sales/new").asString().replaceAll("(?s).*name=\"csrf\" value=\"([^\"]+)\".*", "$1");
    }

    static String cookieOf(Shop shop) {
        return given().follow(false)
                .contentType("application/x-www-form-urlencoded")
                .formParam("email", shop.email())
                .formParam("password", shop.password())
                .post("/login")
                .cookie("sma_session");
    }

    private Request browser() {
        return given().follow(false)
                .cookie("sma_session", cookie)
                .contentType("application/x-www-form-urlencoded; charset=utf-8");
    }

    private Response page(String path) {
        return browser().urlEncodingEnabled(false).get(path);
    }

    private Response post(String path, Object... fields) {
        var form = browser().formParam("csrf", csrf);
        for (int i = 0; i < fields.length; i += 2) {
            if (fields[i + 1] instanceof java.util.Collection<?> several) form.formParam((String) fields[i], several);
            else form.formParam((String) fields[i], fields[i + 1]);
        }
        return form.post(path);
    }

    private Response enter(Object... fields) {
        var all = new HashMap<String, Object>(Map.of("id", UUID.randomUUID(), "customer", "Ani", "amount", "150rb"));
        for (int i = 0; i < fields.length; i += 2) all.put((String) fields[i], fields[i + 1]);
        return post(
                "/sales",
                all.entrySet().stream()
                        .flatMap(e -> java.util.stream.Stream.of(e.getKey(), e.getValue()))
                        .toArray());
    }

    @Test
    void anAmountThatHardlyAnySaleHasIsStoredAfterAQuestion() {
        for (var odd : Map.of(
                        "150", "Maksudnya Rp150.000?",
                        "999", "Maksudnya Rp999.000?",
                        "15000000000", "Rp15.000.000.000 itu lebih dari satu miliar",
                        "1.000.000.001", "Rp1.000.000.001 itu lebih")
                .entrySet()) {
            int before = stored().size();
            enter("amount", odd.getKey())
                    .then()
                    .statusCode(409)
                    .body(containsString(odd.getValue()))
                    .body(containsString("name=\"sure\" value=\"" + odd.getKey() + "\""));
            // another one is asked about anew
            enter("amount", odd.getKey(), "sure", "151").then().statusCode(409);
            assertThat(stored()).hasSize(before);
            enter("amount", odd.getKey(), "sure", odd.getKey()).then().statusCode(303);
            assertThat(stored()).hasSize(before + 1);
        }
        for (var usual : List.of("1000", "1 miliar", "150rb"))
            enter("amount", usual).then().statusCode(303);
        // what else is wrong comes first, in its own words
        enter("amount", "150", "customer", " ").then().statusCode(400).body(not(containsString("Maksudnya")));
        enter("amount", "1,5").then().statusCode(400).body(not(containsString("Maksudnya")));
    }

    @Test
    void whoWasMergedGetsTheSaleUnderTheNameTheyHad() {
        var ibu = book.add("Ibu Sri Wahyuni");
        var bu = book.add("bu sri wahyuni");
        shop.api()
                .body(Map.of("other_id", bu))
                .post("/api/customers/" + ibu + "/merge")
                .then()
                .statusCode(200);
        enter("customer", "Bu Sri Wahyuni").then().statusCode(303);
        assertThat(customers()).isEqualTo(1);
        // a namesake since: asked once, whichever is meant
        var other = book.add("Bu Sri Wahyuni");
        enter("customer", "Bu Sri Wahyuni").then().statusCode(409).body(containsString(ibu.toString()));
        for (var meant : List.of(ibu, other))
            enter("customer", "Bu Sri Wahyuni", "customer_id", meant, "asked", "Bu Sri Wahyuni")
                    .then()
                    .statusCode(303);
        assertThat(shop.api().get("/api/transactions").<List<String>>path("data.transactions.customer.id"))
                .containsExactlyInAnyOrder(ibu.toString(), ibu.toString(), other.toString());
    }

    private List<Map<String, Object>> stored() {
        return shop.api()
                .get("/api/transactions?limit=100&sort=created_at")
                .jsonPath()
                .getList("data.transactions");
    }

    private int customers() {
        return shop.api().get("/api/customers").jsonPath().getInt("meta.total");
    }

    @Test
    void aSaleIsStoredAsItIsWritten() {
        var id = UUID.randomUUID();
        enter(
                        "id",
                        id,
                        "customer",
                        "Ani 0812-3456-7890",
                        "amount",
                        "1,5jt",
                        "product",
                        "Kain 🧵 tulis",
                        "date",
                        "2026-01-02")
                .then()
                .statusCode(303)
                .header("Location", containsString("/sales/new?saved=" + id));
        page("/sales/new?saved=" + id)
                .then()
                .statusCode(200)
                .body(containsString("Tersimpan: \u2068Ani\u2069, Rp1.500.000."));
        var sale = shop.api()
                .get("/api/transactions/" + id)
                .then()
                .statusCode(200)
                .extract()
                .jsonPath();
        assertThat(sale.getDouble("data.transaction.amount")).isEqualTo(1_500_000);
        assertThat(sale.getString("data.transaction.transaction_date")).isEqualTo("2026-01-02");
        assertThat(sale.getString("data.transaction.products[0].name")).isEqualTo("Kain 🧵 tulis");
        var buyer = UUID.fromString(sale.getString("data.transaction.customer.id"));
        assertThat(book.get(buyer).getString("data.customer.phone")).isEqualTo("+6281234567890");
        // the same person by any spelling, and the sale leaves its mark for the next analysis
        enter("customer", "+62 812 3456 7890").then().statusCode(303);
        assertThat(customers()).isEqualTo(1);
        assertThat(book.takeChanges(db)).containsEntry(buyer, 2L);
    }

    @Test
    void anEmptyDayIsTheShopsToday() {
        // a page that is open since yesterday must not say yesterday
        page("/sales/new").then().body(containsString("name=\"date\" type=\"date\" value=\"\""));
        var id = UUID.randomUUID();
        enter("id", id, "date", "").then().statusCode(303);
        var today = db.inTenant(shop.id(), tx -> calendar.today(tx, shop.id()));
        assertThat(stored().getFirst().get("transaction_date")).isEqualTo(today.toString());
        // sent again after midnight it is the same sale
        shop.api()
                .body(Map.of("transaction_date", today.minusDays(1).toString()))
                .patch("/api/transactions/" + id)
                .then()
                .statusCode(200);
        enter("id", id, "date", "").then().statusCode(303);
        assertThat(stored()).hasSize(1);
    }

    @Test
    void aFormSentTwiceOrByTwoAtOnceIsOneSaleOfOneCustomer() throws Exception {
        var id = UUID.randomUUID();
        try (var threads = Executors.newFixedThreadPool(6)) {
            List<Callable<Integer>> same =
                    java.util.Collections.nCopies(6, () -> enter("id", id).statusCode());
            for (var answer : threads.invokeAll(same)) assertThat(answer.get()).isEqualTo(303);
        }
        enter("id", id).then().statusCode(303);
        assertThat(stored()).hasSize(1);
        assertThat(customers()).isEqualTo(1);
    }

    /** Back after a save, something else typed: neither lost nor mixed up. */
    @Test
    void theSameFormWithAnotherSaleIsAskedAboutAndThenStored() {
        var id = UUID.randomUUID();
        enter("id", id).then().statusCode(303);
        for (var other : List.of(
                new Object[] {"id", id, "amount", "200rb"},
                new Object[] {"id", id, "customer", "Budi"},
                new Object[] {"id", id, "date", "2026-01-02"},
                new Object[] {"id", id, "product", "Sarung"})) {
            enter(other)
                    .then()
                    .statusCode(409)
                    .body(containsString("sudah menyimpan penjualan lain: \u2068Ani\u2069, Rp150.000"));
        }
        assertThat(stored()).hasSize(1);
        assertThat(customers()).isEqualTo(1);
        var again = enter("id", id, "amount", "200rb").asString();
        var fresh = again.replaceAll("(?s).*name=\"id\" value=\"([^\"]+)\".*", "$1");
        assertThat(fresh).isNotEqualTo(id.toString());
        enter("id", fresh, "amount", "200rb").then().statusCode(303);
        assertThat(stored()).hasSize(2);
    }

    @Test
    void ofSeveralOfOneNameTheOwnerPicks() {
        var solo = book.add("Sri", "city", "Solo");
        var jogja = book.add("Sri", "city", "Jogja");
        var id = UUID.randomUUID();
        enter("id", id, "customer", "sri")
                .then()
                .statusCode(409)
                .body(containsString("Sudah ada pelanggan bernama \u2068Sri\u2069."))
                .body(containsString(solo.toString()), containsString(jogja.toString()), containsString("Jogja"))
                .body(containsString("value=\"" + id + "\""), containsString("value=\"150rb\""));
        assertThat(stored()).isEmpty();
        enter("id", id, "customer", "sri", "customer_id", jogja).then().statusCode(303);
        assertThat(book.get(jogja).getInt("data.customer.purchases.transactions"))
                .isEqualTo(1);
        // sent again, even without the choice, it is the same sale
        enter("id", id, "customer", "sri").then().statusCode(303);
        assertThat(stored()).hasSize(1);
        enter("customer", "Sri", "customer_id", "new").then().statusCode(303);
        assertThat(customers()).isEqualTo(3);
    }

    @Test
    void aNameWrittenOverTheChosenCustomersIsWhoTheSaleGoesTo() {
        var ani = book.add("Ani");
        page("/sales/new?customer=" + ani).then().body(containsString("value=\"" + ani + "\" checked"));
        enter("customer", "Siti 0812-3456-7890", "customer_id", ani).then().statusCode(303);
        assertThat(purchases(ani)).isZero();
        assertThat(book.get(ani).<Object>get("data.customer.phone")).isNull();
        assertThat(stored().getFirst().toString()).contains("Siti");

        // the same after a question, and for a form that is sent again
        var solo = book.add("Sri");
        book.add("Sri");
        enter("customer", "Siti", "customer_id", solo).then().statusCode(303);
        assertThat(purchases(solo)).isZero();
        var id = UUID.randomUUID();
        enter("id", id, "customer", "Sri", "customer_id", solo).then().statusCode(303);
        enter("id", id, "customer", "Siti", "customer_id", solo).then().statusCode(409);
        assertThat(purchases(solo)).isEqualTo(1);

        // by the same name in another spelling, or by her number, the choice holds; a new number is noted
        enter("customer", "  ANI 0813-3456-7890", "customer_id", ani).then().statusCode(303);
        assertThat(book.get(ani).getString("data.customer.phone")).isEqualTo("+6281334567890");
        enter("customer", "Bu Ani 081334567890", "customer_id", ani).then().statusCode(303);
        assertThat(purchases(ani)).isEqualTo(2);
        var toko = book.add("Toko 0814-3456-7890");
        enter("customer", "Toko 0814-3456-7890", "customer_id", toko).then().statusCode(303);
        assertThat(purchases(toko)).isEqualTo(1);
        assertThat(customers()).isEqualTo(5);

        // a correction looks at both, too
        post(
                        "/sales/" + id,
                        "customer",
                        "Siti",
                        "customer_id",
                        solo,
                        "amount",
                        "5rb",
                        "date",
                        "2026-01-02",
                        "notes",
                        "")
                .then()
                .statusCode(303);
        assertThat(purchases(solo)).isZero();
    }

    /** What all sales and refunds come to, in rupiah. */
    private int purchased() {
        return shop
                .api()
                .get("/api/transactions?limit=100")
                .jsonPath()
                .<Integer>getList("data.transactions.amount")
                .stream()
                .mapToInt(Integer::intValue)
                .sum();
    }

    private int purchases(UUID customer) {
        return book.get(customer).getInt("data.customer.purchases.transactions");
    }

    @Test
    void whatWasTypedStaysWhenTheChosenCustomerIsGone() {
        var ani = book.add("Ani");
        shop.api().delete("/api/customers/" + ani).then().statusCode(200);
        enter("customer", "Ani", "customer_id", ani)
                .then()
                .statusCode(404)
                .body(containsString("role=\"alert\""), containsString("value=\"150rb\""))
                .body(not(containsString(ani.toString())));
        assertThat(stored()).isEmpty();
    }

    @Test
    void lettersFindCustomersOfThisShopOnly() {
        var other = CustomerBook.open();
        other.add("Sri Rahasia");
        book.add("Sri <b>Satu</b>", "phone", "081234567890", "city", "Solo");
        for (int i = 1; i <= 9; i++) book.add("Sri " + i);
        var found = page("/sales/customers?search=sri%20%3C");
        found.then()
                .statusCode(200)
                .header("Cache-Control", "no-store")
                .body(containsString("value=\"Sri &lt;b&gt;Satu&lt;/b&gt; 0812-3456-7890\">Solo<"))
                .body(not(containsString("Rahasia")));
        assertThat(page("/sales/customers?search=SRI").asString().split("<option", -1))
                .hasSize(9);
        page("/sales/customers?search=0812").then().body(containsString("Satu"));
        for (var none : List.of("", "?search=", "?search=%20", "?search=tidakada"))
            assertThat(page("/sales/customers" + none).asString()).isBlank();
        page("/sales/customers?search=" + "x".repeat(201)).then().statusCode(400);
        page("/sales/customers?search=%00").then().statusCode(400);
        // what is offered is understood
        enter("customer", "Sri <b>Satu</b> 0812-3456-7890").then().statusCode(303);
        assertThat(customers()).isEqualTo(10);
    }

    @Test
    void aDeletedSaleIsNotMadeAgainByTheFormOrThePhoneThatMadeIt() {
        var ani = book.add("Ani");
        var id = UUID.randomUUID();
        Object[] sale = {
            "id", id, "customer", "Ani", "amount", "10rb", "shop", shop.id().value()
        };
        post("/sales", sale).then().statusCode(303);
        post("/sales/" + id + "/delete").then().statusCode(303);
        post("/sales/offline", sale).then().statusCode(200);
        var again = post("/sales", sale);
        again.then().statusCode(409).body(containsString("lalu dihapus"), containsString("value=\"10rb\""));
        assertThat(stored()).isEmpty();

        var refunded = book.sell(ani, "2026-01-01", 1000);
        var refund = UUID.randomUUID();
        post("/sales/" + refunded + "/refund", "id", refund, "amount", "400")
                .then()
                .statusCode(303);
        shop.api().delete("/api/transactions/" + refund).then().statusCode(200);
        post("/sales/" + refunded + "/refund", "id", refund, "amount", "400")
                .then()
                .statusCode(409);
        assertThat(stored()).hasSize(1);

        // what is new is stored under the new id that the page brings
        var fresh = again.asString().replaceAll("(?s).*name=\"id\" value=\"([^\"]+)\".*", "$1");
        enter("id", fresh).then().statusCode(303);
        assertThat(stored()).hasSize(2);

        // the memory of it goes after 90 days
        for (int days : List.of(89, 91)) {
            db.useTenant(
                    shop.id(),
                    tx -> tx.createUpdate(
                                    "UPDATE app.deleted_transactions SET deleted_at = now() - make_interval(days => :days)"
                                            + " WHERE user_id = :user AND id = :id")
                            .bind("days", days)
                            .bind("user", shop.id())
                            .bind("id", id)
                            .execute());
            db.withoutTenantAsWorker(
                    tx -> tx.createQuery("SELECT app.purge()").mapTo(Long.class).one());
            assertThat(remembered()).isEqualTo(days < 90 ? List.of(id, refund) : List.of(refund));
        }
    }

    private List<UUID> remembered() {
        return db.inTenant(
                shop.id(),
                tx -> tx.createQuery(
                                "SELECT id FROM app.deleted_transactions WHERE user_id = :user ORDER BY deleted_at")
                        .bind("user", shop.id())
                        .mapTo(UUID.class)
                        .list());
    }

    @Test
    void aNameFromRightToLeftTurnsNothingElseRound() {
        var ahmad = book.add("أحمد");
        book.add("أحمد", "phone", "081234567890");
        var sale = book.sell(ahmad, "2026-01-01", 5000);
        for (var path : List.of("", "/" + sale, "/" + sale + "/refund", "/" + sale + "/delete"))
            page("/sales" + path).then().body(containsString("<bdi>أحمد</bdi>"));
        enter("customer", "أحمد")
                .then()
                .statusCode(409)
                .body(
                        containsString("\u2068أحمد\u2069"),
                        containsString("<bdi>أحمد</bdi> <span class=\"soft\">0812-3456-7890"));
        post(
                        "/sales/" + sale,
                        "customer",
                        "أحمد",
                        "customer_id",
                        "x",
                        "amount",
                        "5rb",
                        "date",
                        "2026-01-02",
                        "notes",
                        "")
                .then()
                .statusCode(404);
    }

    @Test
    void whatCantBeUnderstoodIsSaidBesideItsFieldAndWhatWasTypedStays() {
        enter("customer", " ", "amount", "banyak", "product", "x".repeat(201), "date", "kemarin")
                .then()
                .statusCode(400)
                .body(containsString("id=\"customer_problem\">Tulis nama"))
                .body(containsString("id=\"amount_problem\">Nilai &quot;banyak&quot; bukan angka"))
                .body(containsString("id=\"product_problem\""), containsString("id=\"date_problem\""))
                .body(containsString("value=\"banyak\""));
        for (var wrong : List.of(
                new Object[] {"amount", ""},
                new Object[] {"amount", "0"},
                new Object[] {"amount", "-5"},
                new Object[] {"amount", "(150.000)"},
                new Object[] {"amount", "9".repeat(20)},
                new Object[] {"amount", "1.234,567"},
                new Object[] {"customer", "0812"},
                new Object[] {"customer", "x".repeat(300)},
                new Object[] {"customer", "a\u0000b"},
                new Object[] {"product", "a\nb"},
                new Object[] {"date", "2999-01-01"},
                new Object[] {"date", "1989-12-31"},
                new Object[] {"date", "2026-02-30"},
                new Object[] {"id", "bukan-id"})) {
            enter(wrong).then().statusCode(400).contentType("text/html");
        }
        enter("customer_id", "zzz").then().statusCode(404);
        enter("customer_id", UUID.randomUUID()).then().statusCode(404);
        assertThat(stored()).isEmpty();
        assertThat(customers()).isZero();
    }

    @Test
    void strangeTextsAreStoredAndShownAsTheyAre() {
        for (var name : List.of(
                "<script>alert(1)</script>",
                "\"><img src=x onerror=alert(1)>",
                "hx-get=/x",
                "🙂 Ani",
                "أحمد",
                "\u202eterbalik x")) {
            enter("customer", name, "product", name).then().statusCode(303);
        }
        var list = page("/sales").then().statusCode(200).extract().asString();
        assertThat(list).doesNotContain("<script>alert", "<img").contains("&lt;script&gt;", "🙂 Ani", "أحمد");
        for (var sale : stored()) {
            for (var path : List.of("", "/edit", "/refund", "/delete")) {
                var html = page("/sales/" + sale.get("id") + path)
                        .then()
                        .statusCode(200)
                        .extract()
                        .asString();
                assertThat(html).doesNotContain("<script>alert", "<img");
            }
        }
    }

    @Test
    void threat15WithoutTheTokenNothingIsStored() {
        for (var path : List.of("/sales", "/sales/offline", "/sales/" + UUID.randomUUID() + "/delete")) {
            browser()
                    .formParam("id", UUID.randomUUID())
                    .formParam("customer", "Ani")
                    .formParam("amount", "1000")
                    .formParam("shop", shop.id().value())
                    .post(path)
                    .then()
                    .statusCode(403);
        }
        assertThat(stored()).isEmpty();
    }

    @Test
    void theListFindsPagesAndKeepsItsPlace() {
        var ani = book.add("Ani");
        var budi = book.add("Budi & Co");
        for (int i = 1; i <= 25; i++) book.sell(ani, "2026-01-%02d".formatted(i), 1000 * i);
        book.sell(budi, "2026-02-01", -500);
        page("/sales")
                .then()
                .body(
                        containsString("Rp324.500"),
                        containsString("dari 25 penjualan, 1 pengembalian"),
                        containsString("Halaman 1 dari 2"));
        page("/sales?search=ani&page=2")
                .then()
                .body(containsString("1 Jan 2026"), not(containsString("25 Jan 2026")))
                .body(containsString("href=\"/sales?search=ani\""))
                .body(containsString("?list=search%3Dani%26page%3D2"));
        page("/sales?min=10rb&max=12.000&from=2026-01-11&to=2026-01-31")
                .then()
                .body(containsString("Rp23.000"), containsString("dari 2 penjualan"));
        page("/sales?customer=" + budi)
                .then()
                .body(containsString("Budi &amp; Co"), containsString("Pengembalian"), not(containsString("25 Jan")));
        page("/sales?search=takada").then().statusCode(200).body(containsString("Tidak ada penjualan yang cocok"));
        page("/sales?search=ani&page=99")
                .then()
                .statusCode(200)
                .body(containsString("1 Jan 2026"), containsString("Halaman 2 dari 2"))
                .body(containsString("href=\"/sales?search=ani\""));
        page("/sales?from=2026-02-02&to=2026-02-01")
                .then()
                .statusCode(400)
                .body(containsString("id=\"to_problem\">Tanggal akhir lebih dahulu daripada tanggal awal."))
                .body(not(containsString("Tidak ada penjualan yang cocok")));
        page("/sales?min=2&max=1").then().statusCode(400).body(containsString("id=\"max_problem\">Batas atas"));
        page("/sales?to=2026-02-30").then().body(containsString("Isian Tanggal akhir tidak sesuai bentuknya."));
        for (var bad : List.of(
                "from=kemarin", "to=2026-02-30", "min=abc", "customer=1", "search=" + "x".repeat(201), "search=%00")) {
            page("/sales?" + bad)
                    .then()
                    .statusCode(400)
                    .contentType("text/html")
                    .body(containsString("problem"));
        }
        var id = book.sell(budi, "2026-02-02", 700);
        post("/sales/" + id + "/delete", "list", "search=ani&page=2")
                .then()
                .statusCode(303)
                .header("Location", containsString("/sales?search=ani&page=2&deleted=yes"));
        shop.api().get("/api/transactions/" + id).then().statusCode(404);
        post("/sales/" + id + "/delete").then().statusCode(404);
        page("/sales/" + book.sell(budi, "2026-02-03", 1) + "?list=" + "//jahat.example".replace("/", "%2F"))
                .then()
                .body(not(containsString("jahat")));
    }

    @Test
    void aSaleIsCorrected() {
        var ani = book.add("Ani");
        var budi = book.add("Budi");
        var id = book.sell(
                ani,
                "2026-01-01",
                100_000,
                "notes",
                "lama",
                "external_id",
                "INV/7",
                "products",
                List.of(Map.of("name", "Kain", "quantity", 2.125, "price", 50_000)));
        page("/sales/" + id + "/edit")
                .then()
                .statusCode(200)
                .body(containsString("value=\"2,125\""), containsString("value=\"50000\""), containsString("lama"));
        post(
                        "/sales/" + id,
                        "customer",
                        "budi",
                        "amount",
                        "75.000",
                        "date",
                        "2026-01-05",
                        "line_name",
                        List.of("Kain", "Syal", ""),
                        "line_quantity",
                        List.of("2,125", "1", ""),
                        "line_price",
                        List.of("50000", "", ""),
                        "notes",
                        "satu\r\ndua",
                        "list",
                        "page=2")
                .then()
                .statusCode(303)
                .header("Location", containsString("/sales/" + id + "?list=page%3D2&changed=yes"));
        var sale = shop.api().get("/api/transactions/" + id).jsonPath();
        assertThat(sale.getString("data.transaction.customer.id")).isEqualTo(budi.toString());
        assertThat(sale.getInt("data.transaction.amount")).isEqualTo(75_000);
        assertThat(sale.getString("data.transaction.notes")).isEqualTo("satu\ndua");
        assertThat(sale.getString("data.transaction.external_id")).isEqualTo("INV/7");
        assertThat(sale.getList("data.transaction.products.name")).isEqualTo(List.of("Kain", "Syal"));
        assertThat(sale.getDouble("data.transaction.products[0].quantity")).isEqualTo(2.125);
        for (var bad : List.of(
                Map.of("amount", "x"),
                Map.of("date", "2999-01-01"),
                Map.of("line_quantity", "dua"),
                Map.of("line_price", "-5"),
                Map.of("line_name", ""),
                Map.of("notes", "x".repeat(5001)))) {
            var fields = new HashMap<String, Object>(Map.of(
                    "customer",
                    "Budi",
                    "amount",
                    "1000",
                    "date",
                    "2026-01-05",
                    "line_name",
                    "Kain",
                    "line_quantity",
                    "1",
                    "line_price",
                    "1",
                    "notes",
                    ""));
            fields.putAll(bad);
            post(
                            "/sales/" + id,
                            fields.entrySet().stream()
                                    .flatMap(e -> java.util.stream.Stream.of(e.getKey(), e.getValue()))
                                    .toArray())
                    .then()
                    .statusCode(400)
                    .body(containsString("problem"));
        }
        assertThat(shop.api().get("/api/transactions/" + id).jsonPath().getInt("data.transaction.amount"))
                .isEqualTo(75_000);
    }

    @Test
    void moneyIsGivenBackOnceAndNotMoreThanWasPaid() {
        var ani = book.add("Ani");
        var id = book.sell(ani, "2026-01-01", 100_000, "external_id", "INV/8");
        var refund = UUID.randomUUID();
        for (int i = 0; i < 2; i++) {
            post("/sales/" + id + "/refund", "id", refund, "amount", "40.000")
                    .then()
                    .statusCode(303)
                    .header("Location", containsString("/sales/" + refund));
        }
        var stored = shop.api().get("/api/transactions/" + refund).jsonPath();
        assertThat(stored.getInt("data.transaction.amount")).isEqualTo(-40_000);
        assertThat(stored.getString("data.transaction.customer.id")).isEqualTo(ani.toString());
        assertThat(stored.getString("data.transaction.notes"))
                .isEqualTo("Pengembalian untuk penjualan 1 Jan 2026, Rp100.000 (INV/8)");
        post("/sales/" + id + "/refund", "id", refund, "amount", "50.000")
                .then()
                .statusCode(409);
        for (var wrong : List.of("", "0", "-5", "100.001", "abc")) {
            post("/sales/" + id + "/refund", "id", UUID.randomUUID(), "amount", wrong)
                    .then()
                    .statusCode(400);
        }
        post("/sales/" + refund + "/refund", "id", UUID.randomUUID(), "amount", "5")
                .then()
                .statusCode(400);
        assertThat(stored()).hasSize(2);
    }

    @Test
    void severalRefundsTogetherAreNotMoreThanWasPaid() throws Exception {
        var id = book.sell(book.add("Ani"), "2026-01-01", 100_000);
        var first = UUID.randomUUID();
        post("/sales/" + id + "/refund", "id", first, "amount", "30.000").then().statusCode(303);
        page("/sales/" + id + "/refund")
                .then()
                .body(containsString("Sudah dikembalikan Rp30.000. Sisanya Rp70.000."))
                // who comes back and presses once more means no second one
                .body(containsString("name=\"amount\" type=\"text\" value=\"\""));
        post("/sales/" + id + "/refund", "id", UUID.randomUUID(), "amount", "70.001")
                .then()
                .statusCode(400)
                .body(containsString("id=\"amount_problem\""));
        // six at once, of whom one fits
        try (var threads = Executors.newFixedThreadPool(6)) {
            List<Callable<Integer>> six = java.util.Collections.nCopies(
                    6,
                    () -> post("/sales/" + id + "/refund", "id", UUID.randomUUID(), "amount", "70.000")
                            .statusCode());
            var answers = new java.util.ArrayList<Integer>();
            for (var answer : threads.invokeAll(six)) answers.add(answer.get());
            assertThat(answers).containsOnlyOnce(303).contains(400);
        }
        page("/sales/" + id + "/refund")
                .then()
                .body(containsString("Semua uangnya sudah dikembalikan."), not(containsString("name=\"amount\"")));
        page("/sales/" + id).then().body(not(containsString("/refund")));
        assertThat(purchased()).isZero();
        shop.api()
                .body(java.util.Map.of("amount", 99_999))
                .patch("/api/transactions/" + id)
                .then()
                .statusCode(400)
                .body("error.details[0].field", org.hamcrest.Matchers.equalTo("amount"));
        assertThat(purchased()).isZero();

        // one that was deleted counts no longer; the others go with the sale
        shop.api().delete("/api/transactions/" + first).then().statusCode(200);
        page("/sales/" + id + "/refund").then().body(containsString("Sisanya Rp30.000."));
        post("/sales/" + id + "/delete").then().statusCode(303);
        assertThat(stored()).isEmpty();
    }

    @Test
    void aCorrectedRefundStaysARefundAndWithinItsSale() {
        var id = book.sell(book.add("Ani"), "2026-01-01", 100_000);
        var refund = UUID.randomUUID();
        var other = UUID.randomUUID();
        post("/sales/" + id + "/refund", "id", refund, "amount", "30.000")
                .then()
                .statusCode(303);
        post("/sales/" + id + "/refund", "id", other, "amount", "20.000").then().statusCode(303);
        for (var wrong : List.of("60.000", "0", "-80.001")) {
            post("/sales/" + refund, "customer", "Ani", "amount", wrong, "date", "2026-01-02")
                    .then()
                    .statusCode(400)
                    .body(containsString("id=\"amount_problem\""));
        }
        for (var wrong : List.of(60_000, -80_001)) {
            shop.api()
                    .body(java.util.Map.of("amount", wrong))
                    .patch("/api/transactions/" + refund)
                    .then()
                    .statusCode(400)
                    .body("error.details[0].field", org.hamcrest.Matchers.equalTo("amount"));
        }
        assertThat(purchased()).isEqualTo(50_000);
        post("/sales/" + refund, "customer", "Ani", "amount", "-80.000", "date", "2026-01-02")
                .then()
                .statusCode(303);
        assertThat(purchased()).isZero();
    }

    @Test
    void aSaleNamesItsRefundsAndARefundItsSale() {
        var id = book.sell(book.add("Ani"), "2026-01-01", 100_000);
        page("/sales/" + id).then().body(not(containsString("Uang yang dikembalikan")));
        var first = UUID.randomUUID();
        var second = UUID.randomUUID();
        post("/sales/" + id + "/refund", "id", first, "amount", "30.000").then().statusCode(303);
        post("/sales/" + id + "/refund", "id", second, "amount", "20.000")
                .then()
                .statusCode(303);
        var today = Figures.day(Language.INDONESIAN, db.inTenant(shop.id(), tx -> calendar.today(tx, shop.id())));
        var html = page("/sales/" + id + "?list=page%3D2").asString();
        assertThat(html)
                .containsSubsequence(
                        "Uang yang dikembalikan",
                        "/sales/" + first + "?list=page%3D2",
                        today,
                        "−Rp30.000",
                        "/sales/" + second,
                        "−Rp20.000",
                        "Sisanya Rp50.000.");
        page("/sales/" + first)
                .then()
                .body(containsString("href=\"/sales/" + id + "\">Untuk penjualan 1 Jan 2026, Rp100.000<"));
    }

    @Test
    void lessThanNothingIsSoldToNobodyAndTheFormSaysWhereMoneyIsGivenBack() {
        for (var text : List.of("-5", "(150.000)", "Rp -150rb", "−1"))
            enter("amount", text)
                    .then()
                    .statusCode(400)
                    .body(containsString("id=\"amount_problem\">Jumlah tidak boleh kurang dari 0."))
                    .body(containsString("“Kembalikan uang”"), containsString("value=\"" + text + "\""));
        post(
                        "/sales/offline",
                        "id",
                        UUID.randomUUID(),
                        "shop",
                        shop.id().value(),
                        "customer",
                        "Ani",
                        "amount",
                        "-5",
                        "date",
                        "2026-01-02")
                .then()
                .statusCode(400)
                .body("reason", containsString("Kembalikan uang"));
        assertThat(stored()).isEmpty();
        assertThat(customers()).isZero();

        // nor is a sale made one by a correction; what is one already stays one
        var ani = book.add("Ani");
        var sale = book.sell(ani, "2026-01-01", 100_000);
        var back = book.sell(ani, "2026-01-01", -70_000);
        Object[] less = {"customer", "Ani", "amount", "-60.000", "date", "2026-01-01", "notes", ""};
        post("/sales/" + sale, less).then().statusCode(400).body(containsString("Jumlah tidak boleh kurang dari 0."));
        post("/sales/" + back, less).then().statusCode(303);
        assertThat(purchased()).isEqualTo(40_000);
    }

    @Test
    void aNameWrittenOverANewCustomersIsAskedAboutLikeAnyOther() {
        book.add("Sri");
        book.add("Sri");
        var budi = book.add("Budi");
        book.add("Wati");
        var wati = book.add("Wati");
        enter("customer", "Sri").then().body(containsString("name=\"asked\" value=\"Sri\""));
        enter("customer", "Wati", "customer_id", "new", "asked", "Sri")
                .then()
                .statusCode(409)
                .body(containsString("Sudah ada pelanggan bernama \u2068Wati\u2069."), containsString(wati.toString()))
                .body(containsString("name=\"asked\" value=\"Wati\""));
        assertThat(stored()).isEmpty();
        // one alone has it
        enter("customer", "Budi", "customer_id", "new", "asked", "Sri").then().statusCode(303);
        assertThat(purchases(budi)).isEqualTo(1);
        assertThat(customers()).isEqualTo(5);
        // nobody has it; or it is the name that was asked about, in another spelling
        enter("customer", "Siti", "customer_id", "new", "asked", "Sri").then().statusCode(303);
        enter("customer", " sri", "customer_id", "new", "asked", "Sri").then().statusCode(303);
        assertThat(customers()).isEqualTo(7);

        // a correction asks as well
        post(
                        "/sales/" + stored().getFirst().get("id"),
                        "customer",
                        "Wati",
                        "customer_id",
                        "new",
                        "asked",
                        "Sri",
                        "amount",
                        "5rb",
                        "date",
                        "2026-01-02",
                        "notes",
                        "")
                .then()
                .statusCode(409)
                .body(containsString(wati.toString()), containsString("name=\"asked\" value=\"Wati\""));
        assertThat(customers()).isEqualTo(7);
    }

    @Test
    void somebodyElseOfTheNameOfOneWhoIsKnownIsSomebodyNew() {
        var ani = book.add("Ani");
        page("/sales/new?customer=" + ani).then().body(containsString("name=\"asked\" value=\"Ani\""));
        var id = UUID.randomUUID();
        for (int i = 0; i < 2; i++) {
            enter("id", id, "customer", "Ani", "customer_id", "new", "asked", "Ani")
                    .then()
                    .statusCode(303);
        }
        assertThat(purchases(ani)).isZero();
        assertThat(customers()).isEqualTo(2);
        assertThat(stored()).hasSize(1);
    }

    private String seen(UUID id) {
        return page("/sales/" + id + "/edit").asString().replaceAll("(?s).*name=\"seen\" value=\"([^\"]+)\".*", "$1");
    }

    private Response change(UUID id, String seen, String amount, String notes) {
        return post(
                "/sales/" + id,
                "customer",
                "Ani",
                "amount",
                amount,
                "date",
                "2026-01-01",
                "notes",
                notes,
                "seen",
                seen,
                "list",
                "page=2");
    }

    @Test
    void whatSomebodyElseStoredMeanwhileIsShownBeforeItIsWrittenOver() {
        var ani = book.add("Ani");
        var id = book.sell(ani, "2026-01-01", 100_000, "notes", "lama");
        var seen = seen(id);
        assertThat(change(id, seen, "120.000", "lama").statusCode()).isEqualTo(303);

        var both = change(id, seen, "100rb", "<b>baru");
        both.then()
                .statusCode(409)
                .body(containsString("Sementara Anda mengetik, penjualan ini diubah di tempat lain."))
                .body(containsString("Rp120.000"), containsString("Rp100.000"), containsString("&lt;b&gt;baru"))
                .body(containsString("value=\"100rb\""), containsString("Simpan versi saya"))
                .body(containsString("href=\"/sales/" + id + "?list=page%3D2\">Biarkan yang tersimpan"))
                .body(not(containsString("data-label=\"Tersimpan sekarang\"><span class=\"lines\" dir=\"auto\">Ani<")));
        assertThat(purchased()).isEqualTo(120_000);
        assertThat(stored().getFirst().get("notes")).isEqualTo("lama");

        // looked at and sent once more it is stored; sent twice it is no conflict with itself
        var now = both.asString().replaceAll("(?s).*name=\"seen\" value=\"([^\"]+)\".*", "$1");
        for (int i = 0; i < 2; i++)
            assertThat(change(id, now, "100rb", "baru").statusCode()).isEqualTo(303);
        assertThat(stored().getFirst().get("notes")).isEqualTo("baru");

        // a program's change and a new name of the customer are changes, too; and nobody new is made by them
        var before = seen(id);
        shop.api()
                .body(Map.of("name", "Ani Dua"))
                .patch("/api/customers/" + ani)
                .then()
                .statusCode(200);
        change(id, before, "100rb", "baru").then().statusCode(409).body(containsString("Ani Dua"));
        assertThat(customers()).isEqualTo(1);
    }

    @Test
    void whatIsGoneIsSaidWithWhatWasTypedAndTheWayToTheList() {
        var ani = book.add("Ani");
        var id = book.sell(ani, "2026-01-01", 100_000);
        var seen = seen(id);
        shop.api().delete("/api/transactions/" + id).then().statusCode(200);
        for (var path : List.of("", "/edit", "/refund", "/delete"))
            page("/sales/" + id + path)
                    .then()
                    .statusCode(404)
                    .body(containsString("Penjualan ini tidak ada lagi."), containsString("href=\"/sales\">Ke daftar"))
                    .body(not(containsString(">Yang Anda ketik<")));
        change(id, seen, "125rb", "<b>titip")
                .then()
                .statusCode(404)
                .body(
                        containsString("Penjualan ini tidak ada lagi."),
                        containsString("href=\"/sales?page=2\">Ke daftar"))
                .body(containsString(">Yang Anda ketik<"), containsString(">125rb<"), containsString("&lt;b&gt;titip"))
                .body(not(containsString(seen)));
        post("/sales/" + id + "/refund", "id", UUID.randomUUID(), "amount", "17.000")
                .then()
                .statusCode(404)
                .body(containsString(">17.000<"));
        post("/sales/" + id + "/delete").then().statusCode(404).body(containsString("Penjualan ini tidak ada lagi."));
        assertThat(stored()).isEmpty();

        // the sale is there, and its new customer no longer: the form stays
        var other = book.sell(ani, "2026-01-01", 5_000);
        var gone = book.add("Budi");
        shop.api().delete("/api/customers/" + gone).then().statusCode(200);
        post(
                        "/sales/" + other,
                        "customer",
                        "Budi",
                        "customer_id",
                        gone,
                        "amount",
                        "7.500",
                        "date",
                        "2026-01-02",
                        "notes",
                        "")
                .then()
                .statusCode(404)
                .body(containsString("Pelanggan tidak ditemukan."), containsString("value=\"7.500\""));
        assertThat(purchased()).isEqualTo(5_000);
    }

    @Test
    void aSaleTakesItsRefundsWithItAndSaysSoBefore() {
        var ani = book.add("Ani");
        var sale = book.sell(ani, "2026-01-01", 150_000);
        book.sell(ani, "2026-01-02", 150_000);
        var refund = UUID.randomUUID();
        post("/sales/" + sale + "/refund", "id", refund, "amount", "50.000")
                .then()
                .statusCode(303);
        post("/sales/" + sale + "/refund", "id", UUID.randomUUID(), "amount", "100rb")
                .then()
                .statusCode(303);
        page("/sales/" + refund + "/delete").then().body(not(containsString("ikut dihapus")));
        page("/sales/" + sale + "/delete")
                .then()
                .statusCode(200)
                .body(containsString("Pengembaliannya ikut dihapus: 2, sejumlah Rp150.000."));
        assertThat(purchased()).isEqualTo(150_000);

        post("/sales/" + sale + "/delete").then().statusCode(303);
        assertThat(stored()).hasSize(1);
        assertThat(purchased()).isEqualTo(150_000);
        // a phone that sends the refund again brings nothing back
        post("/sales/" + sale + "/refund", "id", refund, "amount", "50.000")
                .then()
                .statusCode(404);
        assertThat(stored()).hasSize(1);
    }

    @Test
    void threat01AnotherShopsSaleIsNone() {
        var other = CustomerBook.open();
        var theirs = other.sell(other.add("Rahasia"), "2026-01-01", 5000);
        var none = UUID.randomUUID();
        for (var path : List.of("", "/edit", "/refund", "/delete")) {
            var foreign = page("/sales/" + theirs + path);
            foreign.then().statusCode(404);
            assertThat(plain(foreign, theirs)).isEqualTo(plain(page("/sales/" + none + path), none));
        }
        for (var path : List.of("", "/refund", "/delete")) {
            var foreign = post(
                    "/sales/" + theirs + path,
                    "id",
                    UUID.randomUUID(),
                    "customer",
                    "Ani",
                    "amount",
                    "1",
                    "date",
                    "2026-01-01");
            foreign.then().statusCode(404);
            assertThat(plain(foreign, theirs))
                    .isEqualTo(plain(
                            post(
                                    "/sales/" + none + path,
                                    "id",
                                    UUID.randomUUID(),
                                    "customer",
                                    "Ani",
                                    "amount",
                                    "1",
                                    "date",
                                    "2026-01-01"),
                            none));
        }
        enter("customer_id", other.add("Milik Lain")).then().statusCode(404);
        assertThat(other.shop().api().get("/api/transactions").jsonPath().getInt("meta.total"))
                .isEqualTo(1);
        assertThat(stored()).isEmpty();
        // an id of theirs is free here: shops don't see each other's
        enter("id", theirs).then().statusCode(303);
        assertThat(stored()).hasSize(1);
        page("/sales/bukan-id").then().statusCode(404);
    }

    private static String plain(Response page, UUID id) {
        return page.asString().replaceAll("nonce=\"[^\"]+\"", "").replace(id.toString(), "-");
    }

    @Test
    void whatWaitedIsTakenOnceAndOnlyFromItsOwnAccount() {
        var id = UUID.randomUUID();
        var sender = page("/sales/token")
                .then()
                .statusCode(200)
                .header("Cache-Control", "no-store")
                .extract()
                .jsonPath();
        assertThat(sender.getString("shop")).isEqualTo(shop.id().value().toString());
        assertThat(sender.getString("csrf")).isEqualTo(csrf);
        for (int i = 0; i < 3; i++) {
            post(
                            "/sales/offline",
                            "id",
                            id,
                            "shop",
                            shop.id().value(),
                            "customer",
                            "Ani",
                            "amount",
                            "10rb",
                            "date",
                            "2026-01-02")
                    .then()
                    .statusCode(i == 0 ? 201 : 200);
        }
        post(
                        "/sales/offline",
                        "id",
                        id,
                        "shop",
                        shop.id().value(),
                        "customer",
                        "Ani",
                        "amount",
                        "20rb",
                        "date",
                        "2026-01-02")
                .then()
                .statusCode(409)
                .body("reason", containsString("sudah menyimpan"));
        post(
                        "/sales/offline",
                        "id",
                        UUID.randomUUID(),
                        "shop",
                        shop.id().value(),
                        "customer",
                        "Ani",
                        "amount",
                        "banyak")
                .then()
                .statusCode(400)
                .body("reason", containsString("bukan angka"));
        post(
                        "/sales/offline",
                        "id",
                        UUID.randomUUID(),
                        "shop",
                        Shop.register().id().value(),
                        "customer",
                        "Ani",
                        "amount",
                        "5")
                .then()
                .statusCode(403);
        assertThat(stored()).hasSize(1);
        given().follow(false).get("/sales/token").then().statusCode(303);
    }

    @Test
    void aFormOfAnotherAccountIsNotStoredHere() {
        enter("shop", Shop.register().id().value())
                .then()
                .statusCode(403)
                .body(containsString("Penjualan ini milik akun lain."));
        assertThat(stored()).isEmpty();
        enter("shop", shop.id().value()).then().statusCode(303);
    }

    @Test
    void whatABrowserKeepsBelongsToNobody() {
        enter("customer", "Pelanggan Rahasia").then().statusCode(303);
        var kept = page("/sales/offline").then().statusCode(200).extract().asString();
        assertThat(kept)
                .doesNotContain(
                        "Rahasia", "csrf", "Batik Sri", shop.id().value().toString(), shop.email());
        var worker = page("/sw.js");
        worker.then().statusCode(200).header("Cache-Control", "no-cache").contentType("text/javascript");
        assertThat(worker.asString())
                .isEqualTo(given().get("/sw.js").asString())
                .doesNotContain("csrf\" value");
        // one version of the program whatever its reader's language and colours
        for (var look : List.of("sma_language=en", "sma_theme=dark")) {
            assertThat(given().header("Cookie", look).get("/sw.js").asString()).isEqualTo(worker.asString());
        }
        var paths = java.util.regex.Pattern.compile("'(/assets/[^']+)'")
                .matcher(worker.asString())
                .results()
                .map(r -> r.group(1))
                .toList();
        assertThat(paths).hasSize(6);
        for (var path : paths) given().get(path).then().statusCode(200);
        for (var path :
                List.of("/sales", "/sales/new", "/sales/" + stored().getFirst().get("id"))) {
            page(path).then().header("Cache-Control", "no-store");
        }
    }

    @Test
    void thePhoneLearnsWhatItInstalls() {
        var manifest = given().get("/manifest.webmanifest")
                .then()
                .statusCode(200)
                .contentType("application/manifest+json")
                .extract()
                .jsonPath();
        assertThat(manifest.getString("start_url")).isEqualTo("/sales/new");
        assertThat(manifest.getString("display")).isEqualTo("standalone");
        assertThat(manifest.getString("short_name")).hasSizeLessThanOrEqualTo(12);
        assertThat(manifest.getList("icons.purpose")).contains("maskable");
        for (var icon : manifest.<String>getList("icons.src"))
            given().get(icon).then().statusCode(200);
        assertThat(manifest.getList("icons.sizes")).contains("192x192", "512x512");
        assertThat(manifest.getList("shortcuts.url")).contains("/sales/new");
    }

    /** The figure of issue 3, as bytes on the wire. */
    @Test
    void thePageOfTheEntryIsLight() throws Exception {
        var base = "http://localhost:" + Http.port();
        int html = bytes(base + "/sales/new");
        var css = page("/sales/new").asString().replaceAll("(?s).*href=\"(/assets/app-[0-9a-f]+\\.css)\".*", "$1");
        int styles = bytes(base + css);
        LOG.info("Entry of a sale: " + html + " bytes of page + " + styles + " of styles = " + (html + styles));
        assertThat(html + styles).isLessThanOrEqualTo(12 * 1024);
        page("/sales/new").then().body(not(containsString("hx-")));
        page("/sales/new").then().body(containsString("misalnya 150.000"), not(containsString("rb<")));
    }

    private int bytes(String url) throws Exception {
        var request = java.net.http.HttpRequest.newBuilder(java.net.URI.create(url))
                .header("Accept-Encoding", "gzip")
                .header("Cookie", "sma_session=" + cookie)
                .build();
        try (var client = java.net.http.HttpClient.newHttpClient()) {
            var answer = client.send(request, java.net.http.HttpResponse.BodyHandlers.ofByteArray());
            assertThat(answer.statusCode()).isEqualTo(200);
            assertThat(answer.headers().firstValue("Content-Encoding")).contains("gzip");
            return answer.body().length;
        }
    }
}
