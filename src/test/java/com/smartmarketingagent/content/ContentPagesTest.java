package com.smartmarketingagent.content;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.not;

import com.microsoft.playwright.Page;
import com.smartmarketingagent.Browser;
import com.smartmarketingagent.Http.Checked;
import com.smartmarketingagent.Shop;
import com.smartmarketingagent.Visitor;
import com.smartmarketingagent.customer.CustomerBook;
import com.smartmarketingagent.platform.Db;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Writing, keeping and using texts in a real browser. */
@QuarkusTest
class ContentPagesTest {

    private static final String GOOD =
            "Halo {nama|Kak}, ini {nama_toko}. Kami rindu mengobrol soal batik. Balas STOP untuk berhenti.";

    @Inject
    Db db;

    private FakeModel model;
    private Shop shop;

    @BeforeEach
    void aShopAndAModel() {
        model = new FakeModel();
        shop = Shop.register();
    }

    @AfterEach
    void noModel() {
        model.close();
    }

    private static void press(Page page, String name) {
        page.getByRole(
                        com.microsoft.playwright.options.AriaRole.BUTTON,
                        new Page.GetByRoleOptions().setName(name).setExact(true))
                .first()
                .click();
    }

    private List<String> kept() {
        return db.inTenant(
                shop.id(),
                tx -> tx.createQuery(
                                "SELECT text FROM app.content_templates WHERE user_id = :u AND deleted_at IS NULL ORDER BY created_at")
                        .bind("u", shop.id())
                        .mapTo(String.class)
                        .list());
    }

    private Checked write(Object... fields) {
        return new Visitor(shop).post("/content", fields);
    }

    /** What would be sent as it is says what it is about. */
    @Test
    void anInvitationAsksForItsEventAndABirthdayIsNoOtherDay() {
        Object[] event = {"source", "template", "segment", "lost", "goal", "event", "occasion", "Pembukaan toko"};
        write(event).statusCode(200).body(containsString("Pembukaan toko"));
        event[7] = " ";
        write(event).statusCode(400).body(containsString("id=\"occasion_problem\">Tulis acaranya apa dan kapan"));
        Object[] birthday = {"source", "template", "segment", "lost", "goal", "birthday", "occasion", "Hari Ibu"};
        write(birthday)
                .statusCode(400)
                .body(containsString("id=\"occasion_problem\">Ucapan ulang tahun tidak dicampur dengan hari lain."));
        for (var its : List.of("", "Ulang tahun ke-30")) {
            birthday[7] = its;
            write(birthday).statusCode(200);
        }
    }

    @Test
    void aTextThatSellsIsNotPraisedForSellingNothing() {
        var sincere = containsString("Ucapan terima kasih yang tulus, tanpa jualan");
        var sells = containsString("juga dibaca sebagai promosi");
        write("source", "template", "segment", "lost", "goal", "thank").body(sincere, not(sells));
        write("source", "template", "segment", "lost", "goal", "thank", "discount", "15%")
                .body(sells, not(sincere));
        write("source", "template", "segment", "lost", "goal", "thank", "products", "Kain")
                .body(sells, not(sincere));
        var welcome = containsString("merasa disambut, bukan ditawari");
        write("source", "template", "segment", "lost", "goal", "event", "occasion", "Pameran")
                .body(welcome, not(sells));
        write("source", "template", "segment", "lost", "goal", "event", "occasion", "Pameran", "price", "150rb")
                .body(sells, not(welcome));
    }

    @Test
    void textsAppearAsTheyAreWrittenAndAreKeptChangedUsedAndDeleted() {
        var book = new CustomerBook(shop);
        book.sell(book.add("<script>alert(1)</script>", "phone", "081234567890"), "2020-01-01", 5_000);
        shop.api().body("{}").post("/api/rfm/calculate").then().statusCode(200);
        model.always(FakeModel.good(GOOD));
        try (var browser = Browser.phone().as(shop)) {
            var page = browser.open("/segments/lost");
            page.getByText("Tulis pesan untuk mereka").click();
            assertThat(page.locator("#segment")).hasValue("lost");
            assertThat(page.locator("#goal")).hasValue("win_back");
            page.locator("#variants").evaluate("e => e.value = '1'");
            press(page, "Tulis");
            assertThat(page.locator("article [data-text]")).containsText("Kami rindu mengobrol");
            assertThat(page.locator("#writing")).isHidden();
            assertThat(page.getByText("Ditulis oleh model bahasa")).isVisible();
            // the same page, no reload
            assertThat(page.url()).endsWith("/content?segment=lost");
            page.getByText("Contoh untuk pelanggan Anda").click();
            assertThat(page.locator("article details")).containsText("Halo <script>alert(1)</script>, ini Batik Sri.");
            press(page, "Simpan");
            assertThat(page.getByText("Pesan disimpan.")).isVisible();
            assertThat(kept()).containsExactly(GOOD);

            page.getByLabel("Isi").fill("Halo {nama_ibu}!");
            press(page, "Simpan");
            assertThat(page.locator("#text_problem")).containsText("Kurung kurawal hanya untuk nama");
            assertThat(page.getByLabel("Isi")).hasValue("Halo {nama_ibu}!");
            page.getByLabel("Isi").fill("Apa kabar, {nama|Kak}?");
            press(page, "Simpan");
            assertThat(page.getByText("Perubahan disimpan.")).isVisible();
            assertThat(kept()).containsExactly("Apa kabar, {nama|Kak}?");
            assertThat(page.getByText("Buka di WhatsApp"))
                    .hasAttribute(
                            "href",
                            "https://wa.me/6281234567890?text=Apa%20kabar%2C%20%3Cscript%3Ealert%281%29%3C%2Fscript%3E%3F");
            press(page, "Tandai dipakai");
            page.getByText("Versi 1").click();
            press(page, "Kembali ke versi ini");
            page.waitForURL("**done=saved");
            assertThat(kept()).containsExactly(GOOD);
            press(page, "Hapus");
            assertThat(page.getByText("Pesan dihapus.")).isVisible();
            assertThat(kept()).isEmpty();
            press(page, "Kembalikan");
            assertThat(page.getByLabel("Isi")).hasValue(GOOD);
            assertThat(kept()).containsExactly(GOOD);
            page.navigate("/content/templates");
            assertThat(page.getByText("dipakai 1 kali")).isVisible();
            assertThat(browser.complaints()).allMatch(c -> c.contains("400"));
        }
    }

    /** Cancelling breaks the provider's call off. */
    @Test
    void whatIsBeingWrittenCanBeWatchedAndCancelled() throws Exception {
        model.always(model.stalls());
        try (var browser = Browser.desktop().as(shop)) {
            var page = browser.open("/content");
            press(page, "Tulis");
            assertThat(page.locator("#drafts li")).hasText("Halo");
            press(page, "Batalkan");
            assertThat(page.locator("#writing")).isHidden();
            // before it would be broken off anyway: Writing.PATIENCE
            assertThat(model.brokenOff.await(15, TimeUnit.SECONDS)).isTrue();
            assertThat(page.locator("article")).hasCount(0);
        }
    }

    @Test
    void aRefusedTextSaysWhyAndOursAreOnePressAway() {
        model.always(FakeModel.good("Halo {nama|Kak}, diskon 50% sampai besok."));
        try (var browser = Browser.phone().as(shop)) {
            var page = browser.open("/content?segment=lost");
            press(page, "Tulis");
            assertThat(page.getByText("Angka yang tidak Anda isi: 50%")).isVisible();
            assertThat(page.locator("article")).hasCount(0);
            press(page, "Pakai kalimat kami");
            assertThat(page.locator("article")).hasCount(3);
            assertThat(page.getByText("Disusun dari kumpulan kalimat kami.")).isVisible();
        }
    }

    @Test
    void withoutScriptsTheSameFormAnswersWithThePage() {
        try (var browser = Browser.with(o -> o.setJavaScriptEnabled(false)).as(shop)) {
            var page = browser.open("/content?segment=champions&goal=thank");
            page.locator("form details summary").first().click();
            page.locator("#price").fill("150rb");
            press(page, "Tulis");
            assertThat(page.locator("article")).hasCount(1);
            assertThat(page.locator("#price")).hasValue("150rb");
            page.locator("#price").fill("banyak");
            press(page, "Tulis");
            assertThat(page.locator("#price_problem")).isVisible();
            assertThat(page.locator("#price")).hasValue("banyak");
            assertThat(page.locator("article")).hasCount(0);
        }
    }

    @Test
    void theEstimateIsOfTheFormAsItStands() {
        try (var browser = Browser.phone().as(shop)) {
            var page = browser.open("/content?segment=lost");
            var most = page.locator("#cost").textContent();
            page.locator("form details summary").first().click();
            page.locator("#variants").selectOption("1");
            assertThat(page.locator("#cost")).not().hasText(most);
            assertThat(page.locator("#cost")).containsText("Biaya paling banyak Rp");
            page.locator("#price").fill("banyak");
            page.locator("#variants").selectOption("5");
            assertThat(page.locator("#cost")).containsText("Biaya paling banyak Rp");
        }
    }

    @Test
    void anOwnerWritesATextOfTheirOwn() {
        try (var browser = Browser.phone().as(shop)) {
            var page = browser.open("/content/templates");
            page.locator("a[href='/content/templates/new']").click();
            page.fill("#name", "Salam pagi");
            assertThat(page.getByLabel("Judul email")).isHidden();
            page.getByLabel("Bentuknya").selectOption("email");
            page.getByLabel("Judul email").fill("Selamat pagi, {nama|Kak}");
            page.getByLabel("Isi").fill("Halo {ibu}");
            press(page, "Simpan");
            assertThat(page.locator("#text_problem")).containsText("Kurung kurawal hanya untuk nama");
            assertThat(page.getByLabel("Judul email")).hasValue("Selamat pagi, {nama|Kak}");
            assertThat(kept()).isEmpty();
            page.getByLabel("Isi").fill("Halo {nama|Kak}");
            press(page, "Simpan");
            assertThat(page.getByText("Pesan disimpan.")).isVisible();
            assertThat(kept()).containsExactly("Halo {nama|Kak}");
            assertThat(page.getByLabel("Judul email")).hasValue("Selamat pagi, {nama|Kak}");
        }
    }

    @Test
    void theShopsVoiceAndDaysAreKept() {
        try (var browser = Browser.phone().as(shop)) {
            var page = browser.open("/content/style");
            page.getByLabel("Contoh pesan Anda").fill("Monggo <b>mampir</b>");
            press(page, "Tambahkan");
            assertThat(page.locator("bdi").getByText("Monggo <b>mampir</b>")).isVisible();
            page.getByLabel("Nama").fill("Ulang tahun toko");
            page.getByLabel("Tanggal").fill("2027-05-05");
            press(page, "Simpan tanggal");
            assertThat(page.locator("li").getByText("Ulang tahun toko")).isVisible();
            press(page, "Buang");
            assertThat(page.locator("bdi").getByText("Monggo")).hasCount(0);
            assertThat(browser.complaints()).isEmpty();
        }
    }
}
