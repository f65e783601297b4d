package com.smartmarketingagent.importing;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.Route;
import com.microsoft.playwright.options.AriaRole;
import com.microsoft.playwright.options.FilePayload;
import com.microsoft.playwright.options.ServiceWorkerPolicy;
import com.smartmarketingagent.Browser;
import com.smartmarketingagent.Shop;
import com.smartmarketingagent.customer.CustomerBook;
import io.quarkus.test.junit.QuarkusTest;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/** The whole way of a file in an owner's hand, in a real browser on a cheap phone. */
@QuarkusTest
class ImportWalkTest extends HandingOver {

    private static final int ROWS = 9_000;
    private static final String SCRIPT = "<script>alert(1)</script>";
    private static final String HTMX = "<b hx-get=/logout hx-trigger=load>x</b>";

    @Test
    void aFileIsLookedAtCorrectedWatchedReadAndTakenBack() throws Exception {
        try (var browser = Browser.phone()) {
            var page = registered(browser);
            var ani = new CustomerBook(shop).add("Ani", "phone", "081234567890");

            page.navigate("/imports");
            file(page).setInputFiles(payload("<img src=x onerror=alert(1)>.csv", sales()));
            button(page, "Periksa berkas").click();

            // "Diterima" means nothing to us
            assertThat(page.locator("#trial")).containsText("belum dikenali");
            assertThat(page.locator("h1")).hasText("Periksa dulu");
            assertThat(page.getByText("<img src=x onerror=alert(1)>.csv")).isVisible();
            page.evaluate("window.sameDocument = true");
            page.getByLabel("Diterima").selectOption("4:amount");
            // worked out without a button, and without a new page
            assertThat(page.locator("#trial")).containsText("bisa dibaca dua cara");
            // proposed, and still to be said
            assertThat(page.getByLabel("tanggal dulu, lalu bulan")).isChecked();
            page.getByLabel("tanggal dulu, lalu bulan").click();
            assertThat(page.locator("#trial")).containsText("9.000 baru akan disimpan");
            assertThat(page.locator("#trial")).containsText(HTMX);
            assertThat(page.evaluate("window.sameDocument")).isEqualTo(true);
            assertThat(rows("SELECT count(*) FROM app.transactions WHERE user_id = :user"))
                    .containsExactly("0");

            var id = watched(page, ani);

            assertThat(page.locator("#state h2")).hasText("Selesai");
            assertThat(page.evaluate("window.sameDocument")).isEqualTo(true);
            assertThat(page.evaluate("document.querySelector('#said').same === true"))
                    .isEqualTo(true);
            assertThat(page.locator("#state")).containsText("9.001 baris");
            assertThat(page.locator("#refused")).containsText(HTMX);
            assertThat(rows("SELECT rows_total, rows_new, rows_updated, rows_duplicate, rows_refused FROM app.imports"
                            + " WHERE user_id = :user"))
                    .containsExactly("9001 9000 0 0 1");
            assertThat(rows("SELECT name FROM app.customers WHERE user_id = :user ORDER BY name"))
                    .containsExactly(SCRIPT, "Ani");
            assertThat(rows("SELECT DISTINCT transaction_date FROM app.transactions WHERE user_id = :user"))
                    .containsExactly("2025-06-05");

            var download = page.waitForDownload(
                    () -> page.getByText("Unduh daftar baris yang ditolak").click());
            assertThat(download.suggestedFilename()).isEqualTo("baris-ditolak.csv");
            assertThat(Files.readString(download.path())).contains("9002,Diterima," + HTMX);

            page.getByText("Batalkan impor ini").click();
            assertThat(page.locator("main")).containsText("9.000 penjualan dari berkas ini dihapus");
            assertThat(page.locator("main")).containsText("1 pelanggan baru dari berkas ini dihapus");
            button(page, "Ya, batalkan").click();
            assertThat(page.locator("#state")).containsText("Impor ini sudah dibatalkan");
            assertThat(rows("SELECT count(*) FROM app.transactions WHERE user_id = :user"))
                    .containsExactly("0");
            assertThat(rows("SELECT name FROM app.customers WHERE user_id = :user"))
                    .containsExactly("Ani");
            assertThat(rows("SELECT status FROM app.imports WHERE user_id = :user AND id = '" + id + "'"))
                    .containsExactly("undone");
            assertThat(browser.complaints()).isEmpty();
        }
    }

    /** Stopped three times; the second time its owner goes away and comes back. */
    private UUID watched(Page page, UUID ani) {
        var seen = new ArrayList<Integer>();
        try (var storing = Obstacle.order(db, shop, ani, "X-" + ROWS * 2 / 3)) {
            try (var matched = Obstacle.customer(db, shop, ani)) {
                try (var turn = Obstacle.turn(db, shop)) {
                    button(page, "Masukkan sekarang").click();
                    assertThat(page.locator("#state h2")).isVisible();
                    page.evaluate("window.sameDocument = true");
                    turn.awaitImport();
                    assertThat(page.locator("#state h2")).hasText("Sedang berjalan");
                    seen.add(progress(page, 0));
                }
                matched.awaitImport();
                seen.add(progress(page, 20));
                assertThat(page.evaluate("window.sameDocument")).isEqualTo(true);
                page.navigate("/imports");
                page.getByRole(AriaRole.LINK, new Page.GetByRoleOptions().setName("onerror"))
                        .click();
                seen.add(progress(page, 20));
                page.evaluate("window.sameDocument = true");
                // only an element that stays is read out when it changes
                page.evaluate("document.querySelector('#said[aria-live=polite]').same = true");
            }
            storing.awaitImport();
            seen.add(progress(page, 40));
        }
        assertThat(seen).isSorted().first().isEqualTo(0);
        return UUID.fromString(page.url().replaceFirst(".*/", ""));
    }

    /** Waits until the page shows at least so much. */
    private static int progress(Page page, int atLeast) {
        Browser.until(page, "it shows " + atLeast + "%", () -> shown(page) >= atLeast);
        return shown(page);
    }

    private static int shown(Page page) {
        return ((Number) page.evaluate("document.querySelector('#progress')?.value ?? -1")).intValue();
    }

    private Page registered(Browser browser) {
        var email = "toko-" + UUID.randomUUID() + "@contoh.id";
        var page = browser.open("/register");
        page.getByLabel("Nama usaha").fill("Batik Sri");
        page.getByLabel("Nama Anda").fill("Sri Wahyuni");
        page.getByLabel("Email").fill(email);
        page.getByLabel("Kata sandi").fill("kain batik tulis");
        button(page, "Buat akun").click();
        assertThat(page.locator("nav")).isVisible();
        shop = Shop.logIn(email, "kain batik tulis");
        return page;
    }

    @Test
    void aFileIsDroppedOrIsTooLargeToSend() {
        try (var browser = Browser.desktop().as(shop)) {
            var page = browser.open("/imports");
            page.evaluate("""
                    const data = new DataTransfer();
                    data.items.add(new File(['Nama,No HP\\nAni,081234567890\\n'], 'pelanggan.csv'));
                    document.querySelector('[data-drop]').dispatchEvent(
                        new DragEvent('drop', { dataTransfer: data, bubbles: true, cancelable: true }))""");
            assertThat(page.evaluate("document.querySelector('#file').files[0].name"))
                    .isEqualTo("pelanggan.csv");
            page.evaluate("document.querySelector('[data-drop]').dataset.largest = 0.00001");
            page.evaluate("document.querySelector('#file').dispatchEvent(new Event('change'))");
            assertThat(page.locator("#file_problem"))
                    .hasText("Berkas ini terlalu besar, paling banyak 100 MB. Bagi menjadi beberapa berkas.");
            button(page, "Periksa berkas").click();
            assertThat(page.url()).endsWith("/imports");
            assertThat(page.locator("h1")).hasText("Impor");

            page.reload();
            file(page).setInputFiles(payload("pelanggan.csv", "Nama,No HP\nAni,081234567890\n"));
            file(page).press("Tab");
            button(page, "Periksa berkas").press("Enter");
            button(page, "Masukkan sekarang").press("Enter");
            assertThat(page.locator("#state h2")).hasText("Selesai");
            assertThat(rows("SELECT name FROM app.customers WHERE user_id = :user"))
                    .containsExactly("Ani");
            assertThat(browser.complaints()).isEmpty();
        }
    }

    @Test
    void withoutScriptsEverythingStillWorks() {
        try (var browser =
                Browser.with(options -> options.setJavaScriptEnabled(false)).as(shop)) {
            var page = browser.open("/imports");
            file(page).setInputFiles(payload("a.csv", "Nama,Tgl,Diterima\nAni,05/06/2025,5000\n"));
            button(page, "Periksa berkas").click();
            page.getByLabel("Diterima").selectOption("2:amount");
            button(page, "Hitung lagi").click();
            page.getByLabel("bulan dulu, lalu tanggal").check();
            button(page, "Lanjutkan").click();
            button(page, "Masukkan sekarang").click();
            // the page loads itself again
            assertThat(page.locator("#state h2"))
                    .hasText(
                            "Selesai",
                            new com.microsoft.playwright.assertions.LocatorAssertions.HasTextOptions()
                                    .setTimeout(15_000));
            assertThat(rows("SELECT transaction_date FROM app.transactions WHERE user_id = :user"))
                    .containsExactly("2025-05-06");
        }
    }

    private static Locator file(Page page) {
        return page.locator("input[type=file]");
    }

    private static Locator button(Page page, String name) {
        return page.getByRole(AriaRole.BUTTON, new Page.GetByRoleOptions().setName(name));
    }

    private static FilePayload payload(String name, String content) {
        return new FilePayload(name, "text/csv", content.getBytes(StandardCharsets.UTF_8));
    }

    /** Half the customers' name is a script; the last row's amount is none. */
    private static String sales() {
        var csv = new StringBuilder("No Pesanan;Nama Pembeli;No WA;Tanggal;Diterima\n");
        for (int i = 1; i <= ROWS; i++) {
            boolean ani = i % 2 == 0;
            csv.append("X-").append(i).append(ani ? ";Ani;081234567890" : ";" + SCRIPT + ";081234567891");
            csv.append(";05/06/2025;Rp1.000\n");
        }
        return csv + "X-0;Ani;081234567890;05/06/2025;" + HTMX + "\n";
    }

    @Test
    void whileAFileIsOnItsWayItsButtonSaysSo() {
        try (var browser = Browser.with(o -> o.setServiceWorkers(ServiceWorkerPolicy.BLOCK))
                .as(shop)) {
            var page = browser.open("/imports");
            // the page stays, so that it can be looked at
            page.evaluate("() => { document.querySelector('[data-drop]').onsubmit = (e) => e.preventDefault(); }");
            file(page).setInputFiles(payload("a.csv", "Nama,Tgl,Diterima\nAni,2025-06-05,5000\n"));
            button(page, "Periksa berkas").click();
            assertThat(page.locator("form[data-drop] button")).hasText("Sedang mengirim…");
            assertThat(page.locator("#sending")).hasText("Sedang mengirim…");
            // and back again
            page.evaluate("dispatchEvent(new Event('pageshow'))");
            assertThat(page.locator("#sending")).isEmpty();
            page.evaluate("document.querySelector('[data-drop]').onsubmit = null");
            button(page, "Periksa berkas").click();
            assertThat(page.locator("h1")).hasText("Periksa dulu");

            var held = new ArrayList<Route>();
            // the trial of other columns, too
            browser.context().route("**/check", held::add);
            browser.awaitHtmx();
            assertThat(page.locator("#trial .wait")).isHidden();
            page.getByLabel("Diterima").selectOption("2:amount");
            assertThat(page.locator("#trial .wait")).hasText("Sebentar…");
            assertThat(page.locator("#trial .wait")).isVisible();
            while (!held.isEmpty()) held.removeFirst().resume();
            browser.context().unroute("**/check");
            assertThat(page.locator("#trial")).containsText("1 baru akan disimpan");
            assertThat(page.locator("#trial .wait")).isHidden();
        }
    }

    @Test
    void aFileIsThrownAwayOnlyAfterAskingOnceMore() {
        try (var browser = Browser.phone().as(shop)) {
            var page = browser.open("/imports");
            file(page).setInputFiles(payload("a.csv", "Nama,No HP\nAni,081234567890\n"));
            button(page, "Periksa berkas").click();
            assertThat(button(page, "Ya, buang")).isHidden();
            page.getByText("Batal, buang berkas ini").click();
            assertThat(rows("SELECT status FROM app.imports WHERE user_id = :user"))
                    .containsExactly("draft");
            button(page, "Ya, buang").click();
            page.waitForURL("**/imports");
            assertThat(rows("SELECT status FROM app.imports WHERE user_id = :user"))
                    .isEmpty();
        }
    }
}
