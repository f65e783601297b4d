package com.smartmarketingagent.customer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.endsWith;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.not;

import com.microsoft.playwright.Page;
import com.microsoft.playwright.options.AriaRole;
import com.smartmarketingagent.Browser;
import com.smartmarketingagent.Http.Checked;
import com.smartmarketingagent.Shop;
import com.smartmarketingagent.Visitor;
import com.smartmarketingagent.platform.Db;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.UUID;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Merging with a preview, and what customers said about being written to, which a merge must not forget. */
@QuarkusTest
class MergePagesTest {

    @Inject
    Db db;

    CustomerBook book;
    Visitor visitor;

    @BeforeEach
    void open() {
        book = CustomerBook.open();
        visitor = new Visitor(book.shop());
    }

    @Test
    void anOwnerMergesTwoWhoAreOneSeesTheResultBeforeAndUndoesIt() {
        var ani = book.add("Ani", "phone", "081234567895", "city", "Solo", "tags", List.of("grosir"));
        var twin = book.add("Ani Batik", "phone", "081234567896", "email", "ani@contoh.id", "tags", List.of("lama"));
        book.add("Budi");
        book.sell(ani, "2025-01-02", 100_000);
        book.sell(twin, "2025-01-03", 250_000);
        say(twin, "email", "granted");
        say(twin, "whatsapp", "withdrawn");
        try (var browser = Browser.phone().as(book.shop())) {
            var page = browser.open("/customers/" + ani);
            button(page, "WhatsApp: Boleh dihubungi").click();
            page.waitForURL("**/customers/*done=consent#consents");
            assertThat(consents(ani)).containsExactly("whatsapp granted owner");

            page.getByText("Pilih pelanggan").click();
            browser.awaitHtmx();
            assertThat(page.locator("#candidates a").count()).isEqualTo(1);
            page.getByLabel("Cari nama, nomor HP, atau email").fill("budi");
            page.waitForSelector("#candidates a:has-text('Budi')");
            page.getByLabel("Cari nama, nomor HP, atau email").fill("0812 3456 7896");
            page.waitForSelector("#candidates a:has-text('Ani Batik')");
            page.locator("#candidates a").click();
            assertThat(page.locator("main").innerText())
                    .contains("2 penjualan, total Rp350.000", "Tidak dipakai: 0812-3456-7896", "grosir, lama")
                    .contains("Tidak mau dihubungi");
            assertThat(book.names("sort", "name")).containsExactly("Ani", "Ani Batik", "Budi");

            button(page, "Gabungkan").click();
            page.waitForURL("**/customers/*done=merged");
            assertThat(book.names("sort", "name")).containsExactly("Ani", "Budi");
            assertThat(book.get(ani).getInt("data.customer.purchases.total_spent"))
                    .isEqualTo(350_000);
            assertThat(consents(ani)).containsExactly("email granted owner", "whatsapp withdrawn owner");
            assertThat(consents(twin)).isEmpty();

            button(page, "Batalkan penggabungan").click();
            page.waitForURL("**/customers/*done=unmerged");
            assertThat(book.names("sort", "name")).containsExactly("Ani", "Ani Batik", "Budi");
            assertThat(book.get(twin).getInt("data.customer.purchases.total_spent"))
                    .isEqualTo(250_000);
            assertThat(consents(ani)).containsExactly("whatsapp granted owner");
            assertThat(consents(twin)).containsExactly("email granted owner", "whatsapp withdrawn owner");
            assertThat(page.locator("main").innerText()).doesNotContain("Batalkan penggabungan");
            assertThat(browser.complaints()).isEmpty();
        }
    }

    @Test
    void whoIsWrittenWithAnotherTitleIsAmongThoseAlike() {
        var sri = List.of(
                book.add("Ibu Sri Wahyuni"),
                book.add("bu sri wahyuni"),
                book.add("Hj. Sri  Wahyuni (Solo)"),
                book.add("SRI WAHYUNI"));
        book.add("Ibu Ani");
        for (var one : sri) {
            var page = visitor.get("/customers/" + one + "/merge").extract().asString();
            assertThat(page).doesNotContain("Tidak ada yang cocok", "/merge/" + one, "Ibu Ani");
            assertThat(sri.stream().filter(other -> page.contains("/merge/" + other)))
                    .hasSize(3);
        }
        assertThat(book.names("search", " sri   wahyuni ", "sort", "name")).hasSize(4);
        // a title alone is the name, and nothing is cut out of a word
        assertThat(List.of("Ibu", "Bu Hj. Ani", "Bubun", "H.Umar", "(Solo)", "Pak Budi [toko] Adi", "Mas"))
                .extracting(Title::without)
                .containsExactly("Ibu", "Ani", "Bubun", "Umar", "(Solo)", "Budi Adi", "Mas");
    }

    @Test
    void aMergeSentTwiceIsOneAndSoIsItsUndo() {
        var ani = book.add("Ani");
        var twin = book.add("Ani");
        var merge = UUID.randomUUID();
        for (int i = 0; i < 2; i++) {
            visitor.post("/customers/" + ani + "/merge", "id", merge, "other", twin)
                    .statusCode(303)
                    .header("Location", containsString("/customers/" + ani));
        }
        assertThat(book.names()).hasSize(1);
        visitor.get("/customers/" + ani).body(containsString("/customers/merges/" + merge + "/undo"));
        for (int i = 0; i < 2; i++)
            visitor.post("/customers/merges/" + merge + "/undo").statusCode(303);
        assertThat(book.names()).hasSize(2);
        // the same form with somebody else is another merge
        var third = book.add("Ani");
        visitor.post("/customers/" + ani + "/merge", "id", merge, "other", third)
                .statusCode(303);
        assertThat(book.names()).hasSize(2);
    }

    @Test
    void aMergeIsNoLongerUndoneOnceTheCustomerSaidSomethingNew() {
        var ani = book.add("Ani");
        var twin = book.add("Ani");
        var merge = UUID.randomUUID();
        visitor.post("/customers/" + ani + "/merge", "id", merge, "other", twin).statusCode(303);
        say(ani, "whatsapp", "withdrawn");
        visitor.get("/customers/" + ani).body(not(containsString("/customers/merges/")));
        visitor.post("/customers/merges/" + merge + "/undo").statusCode(409).contentType("text/html");
        assertThat(consents(ani)).containsExactly("whatsapp withdrawn owner");
    }

    @Test
    void backAfterAMergeLeadsToWhoTheyAreNow() {
        var ani = book.add("Ani");
        var twin = book.add("Ani Batik");
        var third = book.add("Ani Solo");
        try (var browser = Browser.phone().as(book.shop())) {
            var page = browser.open("/customers/" + twin);
            page.navigate("/customers/" + ani + "/merge/" + twin);
            button(page, "Gabungkan").click();
            page.waitForURL("**/customers/*done=merged");
            for (int i = 0; i < 2; i++) {
                page.goBack();
                page.waitForURL("**/customers/" + ani);
                assertThat(page.locator("h1").innerText()).isEqualTo("Ani");
            }
            assertThat(browser.complaints()).isEmpty();
        }
        visitor.post("/customers/" + third + "/merge", "id", UUID.randomUUID(), "other", ani)
                .statusCode(303);
        for (var path : List.of("", "/edit", "/merge")) {
            visitor.get("/customers/" + twin + path, "list", "sort=name")
                    .statusCode(303)
                    .header("Location", endsWith("/customers/" + third + "?list=sort%3Dname"));
        }
        // a part of a page isn't filled with somebody else's
        visitor.request()
                .header("HX-Request", "true")
                .get("/customers/" + twin)
                .then()
                .statusCode(404)
                .header("HX-Redirect", equalTo("/customers/" + third));
        visitor.post("/customers/" + twin, "name", "Ani Baru", "notes", "<b>suka biru")
                .statusCode(404)
                .body(containsString("Pelanggan ini sudah digabungkan dengan Ani Solo."))
                .body(containsString("href=\"/customers/" + third + "\">Lihat Ani Solo"))
                .body(containsString(">Ani Baru<"), containsString("&lt;b&gt;suka biru"));
        assertThat(book.names()).containsExactly("Ani Solo");

        // until that one is gone as well
        visitor.post("/customers/" + third + "/delete").statusCode(303);
        visitor.get("/customers/" + twin)
                .statusCode(404)
                .body(containsString("Pelanggan ini tidak ada lagi."), containsString("href=\"/customers\">"));
    }

    @Test
    void whatWasTypedAboutADeletedCustomerIsShownAndNotStored() {
        var ani = book.add("Ani");
        visitor.post("/customers/" + ani + "/delete").statusCode(303);
        for (var path : List.of("", "/edit", "/merge")) {
            visitor.get("/customers/" + ani + path, "list", "sort=name")
                    .statusCode(404)
                    .body(containsString("Pelanggan ini tidak ada lagi."), not(containsString(">Yang Anda ketik<")))
                    .body(containsString("href=\"/customers?sort=name\">"));
        }
        visitor.post("/customers/" + ani, "name", "Ani Baru", "notes", "suka\r\nbiru", "seen", "rahasia")
                .statusCode(404)
                .body(containsString("Pelanggan ini tidak ada lagi."), containsString(">Yang Anda ketik<"))
                .body(containsString(">Ani Baru<"), containsString("suka"), not(containsString("rahasia")));
        visitor.post("/customers/" + ani + "/consents", "channel", "email", "state", "granted")
                .statusCode(404)
                .body(containsString("Pelanggan ini tidak ada lagi."), not(containsString(">Yang Anda ketik<")));
        assertThat(book.names()).isEmpty();
    }

    @Test
    void aConsentAMergeAndADeletionKeepThePlaceInTheList() {
        var ani = book.add("Ani");
        var twin = book.add("Ani Batik");
        var list = "sort=name&page=2";
        var carried = "?list=sort%3Dname%26page%3D2";
        visitor.post("/customers/" + ani + "/consents", "channel", "email", "state", "granted", "list", list)
                .statusCode(303)
                .header("Location", endsWith("/customers/" + ani + carried + "&done=consent#consents"));
        visitor.get("/customers/" + ani, "list", list)
                .body(containsString("/customers/" + ani + "/merge" + carried))
                .body(containsString("name=\"list\" value=\"sort=name&amp;page=2\""));
        visitor.get("/customers/" + ani + "/merge", "list", list)
                .body(containsString("/customers/" + ani + carried + "\"><span>←"))
                .body(containsString("/merge/" + twin + carried))
                .body(containsString("name=\"list\" value=\"sort=name&amp;page=2\""));
        visitor.get("/customers/" + ani + "/merge/" + twin, "list", list)
                .body(containsString("/customers/" + ani + "/merge" + carried + "\">←"))
                .body(
                        containsString("/merge/" + ani + carried),
                        containsString("/customers/" + ani + carried + "\">Batal"))
                .body(containsString("name=\"list\" value=\"sort=name&amp;page=2\""));
        var merge = UUID.randomUUID();
        visitor.post("/customers/" + ani + "/merge", "id", merge, "other", twin, "list", list)
                .statusCode(303)
                .header("Location", endsWith("/customers/" + ani + carried + "&done=merged"));
        visitor.post("/customers/merges/" + merge + "/undo", "list", list)
                .statusCode(303)
                .header("Location", endsWith("/customers/" + ani + carried + "&done=unmerged"));
        visitor.post("/customers/" + ani + "/delete", "list", list)
                .statusCode(303)
                .header("Location", endsWith("/customers?sort=name&page=2&deleted=" + ani));
        // one that no list of ours has
        visitor.post(
                        "/customers/" + twin + "/consents",
                        "channel",
                        "email",
                        "state",
                        "granted",
                        "list",
                        "//jahat.example")
                .header("Location", endsWith("/customers/" + twin + "?done=consent#consents"));
    }

    @Test
    void whatCannotBeMergedIsSaidBeforehand() {
        var many = IntStream.range(0, 26).mapToObj(i -> "a" + i).toList();
        var ani = book.add("Ani", "tags", many);
        var twin =
                book.add("<b>Ani</b>", "tags", many.stream().map(t -> t + "b").toList());
        visitor.get("/customers/" + ani + "/merge/" + twin)
                .statusCode(200)
                .body(containsString("lebih dari 50 label"), not(containsString("Gabungkan</button>")))
                .body(not(containsString("<b>Ani")));
        visitor.post("/customers/" + ani + "/merge", "id", UUID.randomUUID(), "other", twin)
                .statusCode(409);
        visitor.get("/customers/" + ani + "/merge/" + ani).statusCode(404);
        visitor.post("/customers/" + ani + "/merge", "other", ani).statusCode(400);
        for (var nobody : List.of("", "x", "<script>", UUID.randomUUID().toString())) {
            visitor.post("/customers/" + ani + "/merge", "other", nobody).statusCode(404);
        }
        visitor.get("/customers/" + ani + "/merge", "search", "<script>alert(1)</script> 🧵 عميل")
                .statusCode(200)
                .body(not(containsString("<script>alert")), containsString("Tidak ada yang cocok"));
        visitor.get("/customers/" + ani + "/merge", "search", "x".repeat(201)).statusCode(400);
        visitor.get("/customers/" + twin + "/merge", "search", "Ani\t").body(containsString("/merge/" + ani));
        visitor.get("/customers/" + twin + "/merge", "search", "\u0000Ani").body(containsString("/merge/" + ani));
        assertThat(book.names()).hasSize(2);
    }

    @Test
    void whatACustomerSaidOfEachChannelIsKeptWithItsDay() {
        var ani = book.add("Ani");
        visitor.get("/customers/" + ani).body(containsString("Belum ditanya"));
        say(ani, "whatsapp", "granted");
        var first = changedAt(ani);
        say(ani, "whatsapp", "granted");
        assertThat(changedAt(ani)).isEqualTo(first);
        say(ani, "whatsapp", "withdrawn");
        say(ani, "email", "granted");
        assertThat(consents(ani)).containsExactly("email granted owner", "whatsapp withdrawn owner");
        visitor.get("/customers/" + ani).body(containsString("Tidak mau dihubungi, "));
        for (var bad : List.of("", "sms", "<script>", "WHATSAPP", "x".repeat(9_000))) {
            visitor.post("/customers/" + ani + "/consents", "channel", bad, "state", "granted")
                    .statusCode(400);
            visitor.post("/customers/" + ani + "/consents", "channel", "email", "state", bad)
                    .statusCode(400);
        }
        assertThat(consents(ani)).containsExactly("email granted owner", "whatsapp withdrawn owner");
    }

    @Test
    void threat35AnErasureTakesTheConsentsAndItsUndoBringsThemBack() {
        var ani = book.add("Ani");
        say(ani, "whatsapp", "withdrawn");
        visitor.post("/customers/" + ani + "/delete").statusCode(303);
        assertThat(consents(ani)).isEmpty();
        visitor.post("/customers/" + ani + "/consents", "channel", "email", "state", "granted")
                .statusCode(404);
        visitor.post("/customers/" + ani + "/restore").statusCode(303);
        assertThat(consents(ani)).containsExactly("whatsapp withdrawn owner");
        book.shop().api().delete("/api/customers/" + ani + "?erase=now").then().statusCode(200);
        assertThat(consents(ani)).isEmpty();
    }

    @Test
    void anImportLeavesConsentsAlone() {
        var ani = book.add("Ani", "phone", "081234567897");
        say(ani, "whatsapp", "withdrawn");
        String id = book.shop()
                .api()
                .contentType("multipart/form-data")
                .multiPart(
                        "file", "p.csv", "nama,telepon,kota\nAni,081234567897,Solo\n".getBytes(StandardCharsets.UTF_8))
                .post("/api/customers/import")
                .then()
                .statusCode(202)
                .extract()
                .path("data.import.id");
        book.shop().imported(id);
        assertThat(book.get(ani).getString("data.customer.city")).isEqualTo("Solo");
        assertThat(consents(ani)).containsExactly("whatsapp withdrawn owner");
        book.shop().api().post("/api/imports/" + id + "/undo").then().statusCode(200);
        assertThat(consents(ani)).containsExactly("whatsapp withdrawn owner");
    }

    @Test
    void threat01NobodyMergesOrAnswersForAnotherShopsCustomers() {
        var ani = book.add("Rahasia");
        var twin = book.add("Rahasia dua");
        var merge = UUID.randomUUID();
        var stranger = new Visitor(Shop.register());
        stranger.get("/customers/" + ani + "/merge").statusCode(404);
        stranger.get("/customers/" + ani + "/merge/" + twin).statusCode(404);
        stranger.post("/customers/" + ani + "/merge", "id", merge, "other", twin)
                .statusCode(404);
        stranger.post("/customers/" + ani + "/consents", "channel", "email", "state", "granted")
                .statusCode(404);
        visitor.post("/customers/" + ani + "/merge", "id", merge, "other", twin).statusCode(303);
        // one who was merged into another is as little there as nobody
        for (var path : List.of("", "/edit", "/merge", "/merge/" + twin)) {
            for (var theirs : List.of(ani, twin)) {
                var none = UUID.randomUUID();
                var foreign = stranger.get("/customers/" + theirs + path).statusCode(404);
                assertThat(plain(foreign, theirs)).isEqualTo(plain(stranger.get("/customers/" + none + path), none));
            }
        }
        var none = UUID.randomUUID();
        assertThat(plain(stranger.post("/customers/" + twin, "name", "Ani").statusCode(404), twin))
                .isEqualTo(plain(stranger.post("/customers/" + none, "name", "Ani"), none));
        stranger.post("/customers/merges/" + merge + "/undo").statusCode(404);
        for (var path : List.of(ani + "/merge", ani + "/consents", "merges/" + merge + "/undo")) {
            visitor.request()
                    .contentType("application/x-www-form-urlencoded")
                    .post("/customers/" + path)
                    .then()
                    .statusCode(403);
        }
        assertThat(book.names()).containsExactly("Rahasia");
        assertThat(consents(ani)).isEmpty();
    }

    private static String plain(Checked page, UUID id) {
        return page.extract().asString().replaceAll("nonce=\"[^\"]+\"", "").replace(id.toString(), "-");
    }

    private void say(UUID customer, String channel, String state) {
        visitor.post("/customers/" + customer + "/consents", "channel", channel, "state", state)
                .statusCode(303);
    }

    private List<String> consents(UUID customer) {
        return db.inTenant(
                book.shop().id(),
                tx -> tx.createQuery("""
                        SELECT concat_ws(' ', channel, state, source) FROM app.consents
                        WHERE user_id = :u AND customer_id = :c ORDER BY channel
                        """)
                        .bind("u", book.shop().id())
                        .bind("c", customer)
                        .mapTo(String.class)
                        .list());
    }

    private String changedAt(UUID customer) {
        return db.inTenant(
                book.shop().id(),
                tx -> tx.createQuery(
                                "SELECT changed_at::text FROM app.consents WHERE user_id = :u AND customer_id = :c")
                        .bind("u", book.shop().id())
                        .bind("c", customer)
                        .mapTo(String.class)
                        .one());
    }

    private static com.microsoft.playwright.Locator button(Page page, String name) {
        return page.getByRole(
                AriaRole.BUTTON, new Page.GetByRoleOptions().setName(name).setExact(true));
    }
}
