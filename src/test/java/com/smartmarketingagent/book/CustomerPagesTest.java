package com.smartmarketingagent.book;

import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.not;

import com.microsoft.playwright.Page;
import com.microsoft.playwright.options.AriaRole;
import com.microsoft.playwright.options.ServiceWorkerPolicy;
import com.smartmarketingagent.Browser;
import com.smartmarketingagent.Http.Checked;
import com.smartmarketingagent.Shop;
import com.smartmarketingagent.Visitor;
import com.smartmarketingagent.customer.CustomerBook;
import com.smartmarketingagent.platform.Db;
import com.smartmarketingagent.platform.Language;
import com.smartmarketingagent.platform.Words;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.time.Clock;
import java.time.LocalDate;
import java.time.ZoneId;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

@QuarkusTest
class CustomerPagesTest {

    private static final String HOSTILE = "\"><script>alert(1)</script> 🧵 عميل hx-get=/x";

    @Inject
    Db db;

    @Inject
    Clock clock;

    CustomerBook book;
    Visitor visitor;

    @BeforeEach
    void open() {
        book = CustomerBook.open();
        visitor = new Visitor(book.shop());
    }

    @Test
    void anOwnerAddsFindsChangesDeletesAndBringsBackACustomer() {
        for (int i = 1; i <= 45; i++)
            book.add("Pelanggan %02d".formatted(i), "city", i % 2 == 0 ? "Solo" : "Pekalongan");
        try (var browser = Browser.phone().as(book.shop())) {
            var page = browser.open("/customers");
            link(page, "Tambah pelanggan").click();
            page.getByLabel("Nama").fill("Bu Ratna");
            page.getByLabel("Nomor HP").fill("0812 3456 7890");
            page.getByLabel("Kota").fill("Solo");
            page.getByLabel("Label").fill("grosir, langganan");
            page.getByLabel("Catatan").fill("Suka sogan\nukuran L");
            button(page, "Simpan").click();
            page.waitForURL("**/customers/*done=created");
            assertThat(page.locator("main").innerText()).contains("Pelanggan tersimpan.", "Bu Ratna", "0812-3456-7890");
            var id = UUID.fromString(page.url().replaceAll(".*/customers/([^?]+).*", "$1"));
            var stored = book.get(id);
            assertThat(stored.getString("data.customer.phone")).isEqualTo("+6281234567890");
            assertThat(stored.getString("data.customer.notes")).isEqualTo("Suka sogan\nukuran L");
            assertThat(stored.getList("data.customer.tags", String.class)).containsExactly("grosir", "langganan");

            // the next page, somebody on it, and back to the same place
            page = browser.open("/customers?sort=name");
            link(page, "Berikutnya →").click();
            page.waitForURL("**/customers?sort=name&page=2#list");
            link(page, "Pelanggan 30").click();
            page.waitForURL("**/customers/*-*");
            page.goBack();
            page.waitForURL("**/customers?sort=name&page=2#list");
            assertThat(page.locator("#found").innerText()).isEqualTo("21–40 dari 46 pelanggan");

            // searching while typing writes the question into the address
            page = browser.open("/customers");
            browser.awaitHtmx();
            // only an element that stays is read out when it changes
            page.evaluate("document.querySelector('[role=status]#found').same = true");
            page.getByLabel("Cari nama, nomor HP, atau email").pressSequentially("08123456");
            page.waitForURL("**/customers?search=08123456");
            assertThat(page.locator("tbody tr").count()).isEqualTo(1);
            assertThat(page.locator("#found").innerText()).isEqualTo("1–1 dari 1 pelanggan");
            assertThat(page.evaluate("document.querySelector('#found').same === true"))
                    .isEqualTo(true);
            var wa = page.locator("tbody a[href^='https://wa.me/']");
            assertThat(wa.getAttribute("href")).isEqualTo("https://wa.me/6281234567890");
            // the suggestions come when the filters are opened
            page.getByText("Saring dan urutkan").click();
            page.waitForSelector(
                    "#cities option[value=Solo]",
                    new Page.WaitForSelectorOptions()
                            .setState(com.microsoft.playwright.options.WaitForSelectorState.ATTACHED));
            page.getByLabel("Kota").fill("Pekalongan");
            page.waitForURL("**/customers?search=08123456&city=Pekalongan");
            page.getByText("Tidak ada pelanggan yang cocok.").waitFor();
            page.reload();
            assertThat(page.getByLabel("Kota").inputValue()).isEqualTo("Pekalongan");
            page.getByLabel("Kota").fill("Solo");
            page.waitForURL("**/customers?search=08123456&city=Solo");
            link(page, "Bu Ratna").first().click();

            link(page, "Ubah").click();
            page.getByLabel("Nama").fill("Ibu Ratna");
            button(page, "Simpan").click();
            page.waitForURL("**/customers/*done=saved");
            assertThat(book.get(id).getString("data.customer.name")).isEqualTo("Ibu Ratna");

            button(page, "Hapus pelanggan ini").click();
            page.waitForURL("**/customers?search=08123456&city=Solo&deleted=*");
            book.shop().api().get("/api/customers/" + id).then().statusCode(404);
            button(page, "Batalkan").click();
            page.waitForURL("**/customers/*done=restored");
            assertThat(book.get(id).getString("data.customer.name")).isEqualTo("Ibu Ratna");
            assertThat(page.evaluate("document.documentElement.scrollWidth <= innerWidth"))
                    .isEqualTo(true);
            assertThat(browser.complaints()).isEmpty();
        }
    }

    @Test
    void theCardSaysWhereACustomerStandsAndWhatTheyBought() {
        var id = book.add("Ani " + HOSTILE, "notes", HOSTILE, "tags", List.of("<b>tebal</b>"), "phone", "081234567891");
        var today = LocalDate.ofInstant(clock.instant(), ZoneId.of("Asia/Jakarta"));
        for (int i = 0; i < 11; i++) {
            book.sell(
                    id,
                    today.minusDays(i).toString(),
                    100_000 + i,
                    "products",
                    List.of(java.util.Map.of("name", "Batik <i>", "quantity", 1.5)));
        }
        var refund = book.sell(id, today.toString(), -50_000);
        aPastAnalysis(id, today.minusDays(40), 1, 1, 1, "lost");

        var card = visitor.get("/customers/" + id).statusCode(200).extract().asString();

        var scores = book.shop().api().get("/api/customers/" + id + "/rfm").jsonPath();
        assertThat(scores.getBoolean("data.stale")).isFalse();
        assertThat(card)
                .contains("Pelanggan Juara", "sudah 11 kali", "Pengembalian", "−Rp50.000", "Batik &lt;i&gt; × 1,5")
                .contains("&lt;b&gt;tebal&lt;/b&gt;", "https://wa.me/6281234567891", "role=\"img\"")
                .contains("Seberapa sering: 1 → 5")
                .contains("Sudah Lama Pergi")
                .contains("<span class=\"figure\">11</span> penjualan, 1 pengembalian")
                .contains("href=\"/sales/" + refund + "\"")
                .doesNotContain("<script>alert", "<b>tebal", "style=");
        assertThat(Pattern.compile("<th scope=\"row\">")
                        .matcher(card.substring(card.indexOf("id=\"sales\"")))
                        .results()
                        .count())
                .isEqualTo(10);
        visitor.get("/customers/" + id, "page", 2)
                .statusCode(200)
                .body(containsString("?page=1#sales"))
                .body(not(containsString("?page=3#sales")));
        visitor.get("/customers/" + id, "page", 0).statusCode(400).contentType("text/html");
        visitor.get("/customers/" + id, "page", 9).statusCode(200).body(containsString("?page=1#sales"));
        visitor.get("/customers/" + id, "done", "<script>").body(not(containsString("<script>")));
    }

    /** By the report's count: a refund is no sale, nor is one of nothing. */
    @Test
    void salesAreCountedAsInTheReportAndRefundsApart() {
        var id = book.add("Ani");
        var visitor = new Visitor(book.shop());
        for (var amount : List.of(70_000, 50_000, -20_000, 30_000, -10_000, 0)) book.sell(id, "2025-03-05", amount);
        assertThat(visitor.get("/customers/" + id).extract().asString())
                .contains(
                        "sudah 3 kali dengan total Rp120.000",
                        "<span class=\"figure\">3</span> penjualan, 2 pengembalian, 1 bernilai Rp0<");
        visitor.get("/sales")
                .body(containsString(
                        "Rp120.000</span> <span class=\"soft\">dari 3 penjualan, 2 pengembalian, 1 bernilai Rp0<"));
        visitor.get("/sales?min=1").body(containsString("dari 3 penjualan<"));
        assertThat(Words.say(Language.ENGLISH, "sale.total", 1, 1, 0)).isEqualTo("in 1 sale, 1 refund");
        book.shop().api().get("/api/transactions").then().body("meta.total", equalTo(6));
    }

    @Test
    void aBalanceBelowNothingIsSaidOnceAndAlike() {
        var id = book.add("Budi");
        var visitor = new Visitor(book.shop());
        var today = LocalDate.ofInstant(clock.instant(), ZoneId.of("Asia/Jakarta"));
        book.sell(id, today.minusDays(1).toString(), 50_000);
        book.sell(id, today.minusDays(1).toString(), -100_000);
        book.shop()
                .api()
                .body(Map.of("as_of", today.minusDays(1).toString()))
                .post("/api/rfm/calculate")
                .then()
                .statusCode(200);
        assertThat(visitor.get("/customers/" + id).extract().asString())
                .contains("dan uangnya sudah dikembalikan semua", ">semua dikembalikan<", ">−Rp50.000<")
                .doesNotContain("Rp0");
        visitor.get("/customers").body(containsString(">−Rp50.000<"));
        visitor.get("/segments/new_customers").body(containsString(">semua dikembalikan<"));
    }

    @Test
    void theListShowsEachCustomersSegmentAndFindsBySegmentTagAndCity() {
        var ani = book.add("Ani", "city", "Solo", "tags", List.of("grosir"), "phone", "081234567892");
        book.add("Budi", "city", "Solo");
        book.sell(ani, "2025-01-02", 1_250_000);
        book.shop().api().body("{}").post("/api/rfm/calculate").then().statusCode(200);

        visitor.get("/customers")
                .statusCode(200)
                .body(containsString("1–2 dari 2 pelanggan"))
                .body(containsString("<span class=\"badge\">Sudah Lama Pergi</span>"))
                .body(containsString("Rp1.250.000"), containsString("2 Jan 2025"), containsString("0812-3456-7892"));
        for (var question :
                List.of("segment=lost", "tags=grosir", "city=solo&search=ani", "search=0812-3456", "search=ANI")) {
            visitor.get("/customers?" + question)
                    .body(containsString("1–1 dari 1 pelanggan"))
                    .body(not(containsString(">Budi<")));
        }
        visitor.get("/customers?segment=champions").body(containsString("Tidak ada pelanggan yang cocok."));
        visitor.get("/customers?city=solo&page=7")
                .statusCode(200)
                .body(containsString("1–2 dari 2 pelanggan"), not(containsString("page=")));
        // for htmx the rows alone, and the address that asks for them
        visitor.request()
                .header("HX-Request", "true")
                .get("/customers?search=ani&segment=&city=&tags=&sort=-created_at")
                .then()
                .header("HX-Replace-Url", equalTo("/customers?search=ani"))
                .body(containsString(">Ani<"))
                .body(not(containsString("<html")));
    }

    @Test
    void whatCannotBeAskedIsSaidBesideItsField() {
        visitor.get("/customers", "search", "x".repeat(201))
                .statusCode(400)
                .body(containsString("id=\"search_problem\""));
        visitor.get("/customers", "city", "x".repeat(101)).statusCode(400).body(containsString("id=\"city_problem\""));
        visitor.get("/customers", "segment", "<script>alert(1)</script>")
                .statusCode(400)
                .body(not(containsString("<script>alert")));
        for (var bad : List.of("page=x", "page=99999999999", "sort=password_hash", "sort=-")) {
            visitor.get("/customers?" + bad).statusCode(400).contentType("text/html");
        }
        visitor.get("/customers?page=0").statusCode(200);
        visitor.get("/customers?page=x").body(containsString("Isian Halaman tidak sesuai bentuknya."));
        book.add("Ani");
        visitor.get("/customers?sort=password_hash")
                .body(containsString("Pilih salah satu urutan."), not(containsString("created_at,")))
                .body(not(containsString("Belum ada pelanggan")), containsString("id=\"who_"));
        visitor.get("/customers", "search", HOSTILE)
                .statusCode(200)
                .body(not(containsString("<script>alert")))
                .body(containsString("🧵"));
        visitor.get("/customers", "search", "\u0000").statusCode(400);
    }

    @Test
    void whatIsNotKnownOfACustomerIsNotShown() {
        var ani = book.add("Ani");
        book.sell(ani, "2025-01-02", 1_250_000);
        var budi = book.add("Budi", "city", "Solo");
        for (var path : List.of("/customers", "/customers/" + ani, "/customers/" + budi)) {
            visitor.get(path).statusCode(200).body(not(containsString("–<")));
        }
        visitor.get("/customers/" + ani)
                .body(containsString("Baru namanya yang tercatat."), not(containsString(">Alamat<")));
        visitor.get("/customers/" + budi)
                .body(containsString(">Kota<"), containsString("<dd>Solo</dd>"))
                .body(not(containsString(">Alamat<")), not(containsString("Baru namanya")));
    }

    @Test
    void badInputComesBackWithItsReasonAndStoresNothing() {
        refused("name_problem", "name", "");
        refused("name_problem", "name", " \u200b ");
        refused("name_problem", "name", "x".repeat(201));
        refused("name_problem", "name", "dua\nbaris");
        refused("phone_problem", "name", "Ani", "phone", "021 5550123");
        refused("phone_problem", "name", "Ani", "phone", "<script>alert(1)</script>");
        refused("email_problem", "name", "Ani", "email", "bukan-email");
        refused("email_problem", "name", "Ani", "email", "bukan-email", "tags", "x".repeat(51))
                .body(containsString("id=\"tags_problem\">Paling banyak 50 huruf"));
        refused("city_problem", "name", "Ani", "city", "x".repeat(101));
        refused("tags_problem", "name", "Ani", "tags", "x".repeat(51));
        refused(
                "tags_problem",
                "name",
                "Ani",
                "tags",
                "a,b,c,".repeat(20).replaceAll("(.),", "$1" + "z,"),
                "notes",
                "x".repeat(5_001));
        refused("address_problem", "name", "Ani", "address", "x".repeat(501));
        refused("notes_problem", "name", HOSTILE, "notes", "x".repeat(5_001))
                .body(containsString("&quot;&gt;&lt;script&gt;"));
        assertThat(book.names()).isEmpty();
        post(UUID.randomUUID(), "name", HOSTILE, "city", "سولو", "tags", " , 🧵,", "notes", "<b>\r\n</b>")
                .statusCode(303);
        assertThat(book.names()).containsExactly(HOSTILE);
    }

    @Test
    void aFormSentTwiceMakesOneCustomerAndChangedInBetweenLosesNothing() {
        var id = UUID.randomUUID();
        for (int i = 0; i < 2; i++) {
            post(id, "name", "Ani", "phone", "0812 3456 7893")
                    .statusCode(303)
                    .header("Location", containsString("/customers/" + id));
        }
        assertThat(book.names()).containsExactly("Ani");
        var again = post(id, "name", "Budi")
                .statusCode(409)
                .body(containsString("value=\"Budi\""))
                .extract()
                .asString();
        var fresh = again.replaceAll("(?s).*name=\"id\" value=\"([^\"]+)\".*", "$1");
        post(UUID.fromString(fresh), "name", "Budi").statusCode(303);
        assertThat(book.names("sort", "name")).containsExactly("Ani", "Budi");
        post(UUID.randomUUID(), "name", "Cici", "phone", "+62 812-3456-7893")
                .statusCode(409)
                .body(containsString("id=\"phone_problem\""), containsString("href=\"/customers/" + id + "\""));
        visitor.post("/customers/" + fresh, "name", "Budi", "phone", "081234567893")
                .statusCode(409);
        assertThat(book.get(UUID.fromString(fresh)).<Object>get("data.customer.phone"))
                .isNull();
    }

    @Test
    void deletingAndBringingBackTwiceIsOnce() {
        var id = book.add("Ani", "phone", "081234567894");
        for (int i = 0; i < 2; i++) visitor.post("/customers/" + id + "/delete").statusCode(303);
        visitor.get("/customers", "deleted", id).body(containsString("Ani sudah dihapus."));
        visitor.get("/customers", "deleted", "x").statusCode(200).body(not(containsString("sudah dihapus.")));
        visitor.get("/customers/deleted").body(containsString(">Ani<"));
        var other = book.add("Budi", "phone", "081234567894");
        visitor.post("/customers/" + id + "/restore")
                .statusCode(409)
                .body(containsString("sudah dipakai pelanggan lain"));
        book.shop().api().delete("/api/customers/" + other).then().statusCode(200);
        for (int i = 0; i < 2; i++)
            visitor.post("/customers/" + id + "/restore").statusCode(303);
        assertThat(book.get(id).getString("data.customer.phone")).isEqualTo("+6281234567894");
        book.shop().api().delete("/api/customers/" + id + "?erase=now").then().statusCode(200);
        visitor.post("/customers/" + id + "/restore").statusCode(404);
        visitor.get("/customers", "deleted", id).body(not(containsString("sudah dihapus.")));
    }

    @Test
    void theFilterSuggestsWhatTheShopHas() {
        book.add("Ani", "city", "Solo", "tags", List.of("grosir", "\"><b>"));
        book.add("Budi", "city", "solo", "tags", List.of("Grosir"));
        book.add("Citra", "tags", List.of("Grosir"));
        visitor.get("/customers/choices")
                .statusCode(200)
                .body(containsString("<option value=\"Grosir\">"), not(containsString("\"grosir\"")))
                .body(not(containsString("<b>")))
                .body(org.hamcrest.Matchers.matchesPattern("(?is)(?!.*solo.*solo).*solo.*"));
    }

    @Test
    void threat01AnotherShopsCustomerIsAPageThatIsNot() {
        var id = book.add("Rahasia");
        book.shop()
                .api()
                .delete("/api/customers/" + book.add("Hilang Rahasia"))
                .then()
                .statusCode(200);
        var stranger = new Visitor(Shop.register());
        for (var path : List.of("", "/edit")) {
            var none = stranger.get("/customers/" + UUID.randomUUID() + path)
                    .statusCode(404)
                    .extract()
                    .asString();
            var theirs = stranger.get("/customers/" + id + path)
                    .statusCode(404)
                    .extract()
                    .asString();
            assertThat(plain(theirs)).isEqualTo(plain(none));
        }
        for (var path : List.of("", "/delete", "/restore")) {
            stranger.post("/customers/" + id + path, "name", "Diambil").statusCode(404);
        }
        // an id taken from another shop makes a customer of one's own, and leaves theirs alone
        stranger.post("/customers", "id", id, "name", "Milik sendiri").statusCode(303);
        stranger.get("/customers").body(not(containsString("Rahasia")));
        stranger.get("/customers/choices").body(not(containsString("Rahasia")));
        stranger.get("/customers/deleted").body(not(containsString("Rahasia")));
        assertThat(book.get(id).getString("data.customer.name")).isEqualTo("Rahasia");
    }

    @Test
    void threat15NothingHappensWithoutTheFormsField() {
        var id = book.add("Ani");
        for (var path : List.of("", "/" + id, "/" + id + "/delete", "/" + id + "/restore")) {
            visitor.request()
                    .contentType("application/x-www-form-urlencoded")
                    .formParam("name", "Budi")
                    .post("/customers" + path)
                    .then()
                    .statusCode(403);
        }
        assertThat(book.names()).containsExactly("Ani");
    }

    private Checked refused(String problem, Object... fields) {
        return post(UUID.randomUUID(), fields)
                .statusCode(400)
                .body(containsString("id=\"" + problem + "\""))
                .body(not(containsString("<script>alert")));
    }

    private Checked post(UUID id, Object... fields) {
        var all = new Object[fields.length + 2];
        all[0] = "id";
        all[1] = id;
        System.arraycopy(fields, 0, all, 2, fields.length);
        return visitor.post("/customers", all);
    }

    /** Without what differs between any two answers. */
    private static String plain(String page) {
        return page.replaceAll("nonce=\"[^\"]*\"", "");
    }

    private void aPastAnalysis(UUID customer, LocalDate day, int r, int f, int m, String segment) {
        db.useTenant(book.shop().id(), tx -> {
            tx.createUpdate("""
                    INSERT INTO app.rfm_runs (user_id, analysis_date, method, recency_bins, frequency_bins, monetary_bins)
                    VALUES (:u, :day, 'fixed', '{30,60,90,180}', '{1,2,5,10}', '{100000,500000,1000000,5000000}')
                    """).bind("u", book.shop().id()).bind("day", day).execute();
            tx.createUpdate("""
                    INSERT INTO app.rfm_analysis (user_id, analysis_date, customer_id, recency_days, frequency, monetary,
                                                  recency_score, frequency_score, monetary_score, segment)
                    VALUES (:u, :day, :c, 300, 1, 5000, :r, :f, :m, :segment)
                    """)
                    .bind("u", book.shop().id())
                    .bind("day", day)
                    .bind("c", customer)
                    .bind("r", r)
                    .bind("f", f)
                    .bind("m", m)
                    .bind("segment", segment)
                    .execute();
        });
    }

    private static com.microsoft.playwright.Locator link(Page page, String name) {
        return page.getByRole(
                AriaRole.LINK, new Page.GetByRoleOptions().setName(name).setExact(true));
    }

    private static com.microsoft.playwright.Locator button(Page page, String name) {
        return page.getByRole(
                AriaRole.BUTTON, new Page.GetByRoleOptions().setName(name).setExact(true));
    }

    @Test
    void anErrorInTheSearchIsAPageOfItsOwnAndTwoPastedCellsAreNoError() {
        book.add("Ani Solo");
        try (var browser = Browser.phone().as(book.shop())) {
            var page = browser.open("/customers");
            browser.awaitHtmx();
            page.fill("#search", "Ani\tSolo");
            page.waitForURL("**/customers?search=Ani+Solo");
            assertThat(page.locator("tbody tr").count()).isEqualTo(1);
            page.fill("#search", "Ani\u0001");
            page.waitForSelector("#search_problem");
            for (var once : List.of("header", "nav", "main", "form[role=search]", "#list", ".skip")) {
                var where = once.equals("nav") ? "nav.nav" : once;
                assertThat(page.locator(where).count()).as(where).isEqualTo(1);
            }
            assertThat(page.inputValue("#search")).isEqualTo("Ani\u0001");
        }
        visitor.request()
                .header("HX-Request", "true")
                .get("/customers?page=x")
                .then()
                .statusCode(400)
                .header("HX-Retarget", equalTo("body"))
                .header("HX-Reswap", equalTo("innerHTML"));
        visitor.request()
                .header("HX-Request", "true")
                .get("/customers/" + UUID.randomUUID() + "/merge")
                .then()
                .statusCode(404)
                .header("HX-Retarget", equalTo("body"));
    }

    @Test
    void aSearchThatTakesLongSaysThatItIsUnderWay() {
        book.add("Ani");
        // a worker that has come by then would carry the search past the route
        try (var browser = Browser.with(o -> o.setServiceWorkers(ServiceWorkerPolicy.BLOCK))
                .as(book.shop())) {
            var page = browser.open("/customers");
            browser.awaitHtmx();
            var held = new java.util.ArrayList<com.microsoft.playwright.Route>();
            browser.context().route("**/customers?search=*", held::add);
            assertThat(page.locator("[role=search] .wait").first().isVisible()).isFalse();
            page.fill("#search", "ani");
            page.locator("[role=search] .wait").first().waitFor();
            page.locator("[role=search] [aria-live] .wait").waitFor();
            held.getFirst().resume();
            page.waitForURL("**/customers?search=ani");
            page.waitForSelector(
                    "[role=search] .wait",
                    new Page.WaitForSelectorOptions()
                            .setState(com.microsoft.playwright.options.WaitForSelectorState.HIDDEN));
        }
    }

    @Test
    void whoDoesNotWantToBeWrittenToIsNotOfferedToBe() {
        var id = book.add("Ani", "phone", "0812 3456 7890");
        visitor.get("/customers/" + id).body(containsString("btn-primary\" href=\"https://wa.me/"));
        visitor.post("/customers/" + id + "/consents", "channel", "whatsapp", "state", "withdrawn")
                .statusCode(303);
        visitor.get("/customers/" + id)
                .body(containsString("0812"))
                .body(org.hamcrest.Matchers.not(containsString("https://wa.me/")));
    }

    @Test
    void theWayBackFromACustomerLeadsToTheSamePartOfTheList() {
        for (int i = 1; i <= 21; i++) book.add("Pelanggan %02d".formatted(i), "city", "Solo & sekitar");
        try (var browser = Browser.phone().as(book.shop())) {
            var page = browser.open("/customers?city=Solo+%26+sekitar&sort=name&page=2");
            link(page, "Pelanggan 21").click();
            link(page, "Ubah").click();
            page.getByLabel("Nama").fill("Pelanggan 21 baru");
            button(page, "Simpan").click();
            page.waitForURL("**done=saved");
            link(page, "← Pelanggan").click();
            page.waitForURL("**/customers?city=Solo+%26+sekitar&sort=name&page=2");
            assertThat(page.locator("#found").innerText()).isEqualTo("21–21 dari 21 pelanggan");
        }
        var id = book.add("Ani");
        for (var odd : List.of("//jahat.example", "javascript:alert(1)", "\"><script>", "x".repeat(2_001))) {
            visitor.get("/customers/" + id, "list", odd).statusCode(200).body(containsString("href=\"/customers\">←"));
        }
    }

    @Test
    void whatSomebodyElseStoredMeanwhileIsShownBeforeItIsWrittenOver() {
        var id = book.add("Ani", "city", "Solo", "notes", "lama");
        try (var one = Browser.phone().as(book.shop());
                var two = Browser.desktop().as(book.shop())) {
            var mine = one.open("/customers/" + id + "/edit");
            var theirs = two.open("/customers/" + id + "/edit");
            theirs.getByLabel("Nomor HP").fill("0812 3456 7895");
            theirs.getByLabel("Kota").fill("Kudus");
            button(theirs, "Simpan").click();
            theirs.waitForURL("**done=saved");

            mine.getByLabel("Kota").fill("<b>Tegal");
            mine.getByLabel("Catatan").fill("baru");
            button(mine, "Simpan").click();
            mine.getByText("diubah di tempat lain").waitFor();
            assertThat(book.get(id).getString("data.customer.city")).isEqualTo("Kudus");
            assertThat(book.get(id).getString("data.customer.notes")).isEqualTo("lama");
            assertThat(mine.locator("[role=alert] tbody tr").allInnerTexts())
                    .satisfiesExactly(
                            phone -> assertThat(phone).contains("Nomor HP", "0812-3456-7895", "(kosong)"),
                            city -> assertThat(city).contains("Kota", "Kudus", "<b>Tegal"),
                            notes -> assertThat(notes).contains("Catatan", "lama", "baru"));
            assertThat(mine.inputValue("#city")).isEqualTo("<b>Tegal");

            button(mine, "Simpan versi saya").click();
            mine.waitForURL("**done=saved");
            assertThat(book.get(id).getString("data.customer.city")).isEqualTo("<b>Tegal");
            assertThat(book.get(id).getString("data.customer.notes")).isEqualTo("baru");
            assertThat(book.get(id).<Object>get("data.customer.phone")).isNull();
        }
        // the same form sent twice is no conflict with itself
        var seen = visitor.get("/customers/" + id + "/edit")
                .extract()
                .asString()
                .replaceAll("(?s).*name=\"seen\" value=\"([^\"]+)\".*", "$1");
        for (int i = 0; i < 2; i++) {
            visitor.post("/customers/" + id, "name", "Ani Dua", "seen", seen).statusCode(303);
        }
        visitor.post("/customers/" + id, "name", "Ani Tiga", "seen", seen).statusCode(409);
        assertThat(book.names()).contains("Ani Dua");
    }

    @Test
    void aNameFromRightToLeftTurnsNothingAroundIt() {
        var id = book.add("متجر \u202eterbalik", "city", "سولو");
        book.sell(
                id,
                LocalDate.ofInstant(clock.instant(), ZoneId.of("Asia/Jakarta")).toString(),
                1_250_000);
        visitor.get("/customers").body(containsString("<bdi>متجر \u202eterbalik</bdi>"));
        visitor.get("/customers/" + id)
                .body(containsString("\u2068متجر \u202eterbalik\u2069 terakhir belanja hari ini"));
        visitor.post("/customers/" + id + "/delete");
        visitor.get("/customers", "deleted", id).body(containsString("\u2068متجر \u202eterbalik\u2069 sudah dihapus."));
        var latin = book.add("Ani");
        visitor.post("/customers/" + latin + "/delete");
        visitor.get("/customers", "deleted", latin).body(containsString(">Ani sudah dihapus."));
    }
}
