package com.smartmarketingagent.transaction;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonObject;
import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.options.Cookie;
import com.smartmarketingagent.Browser;
import com.smartmarketingagent.Shop;
import com.smartmarketingagent.customer.CustomerBook;
import com.smartmarketingagent.platform.Db;
import com.smartmarketingagent.platform.Figures;
import com.smartmarketingagent.platform.Language;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.time.Clock;
import java.time.LocalDate;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** Sales in a real browser: three taps, without network, on a bad network, by two shops on one phone. */
@QuarkusTest
class OfflineSalesTest {

    @Inject
    Db db;

    @Inject
    Clock clock;

    /** What is stored, as "name amount", in order. */
    private List<String> stored(Shop shop) {
        return db.inTenant(
                shop.id(),
                tx -> tx.createQuery("""
                        SELECT c.name || ' ' || t.amount::bigint FROM app.transactions t
                        JOIN app.customers c ON c.user_id = t.user_id AND c.id = t.customer_id
                        WHERE t.user_id = :user ORDER BY c.name, t.amount
                        """)
                        .bind("user", shop.id())
                        .mapTo(String.class)
                        .list());
    }

    private static void type(Page page, String customer, String amount) {
        page.getByLabel("Pelanggan").fill(customer);
        page.getByLabel("Jumlah").fill(amount);
        page.getByText("Simpan", new Page.GetByTextOptions().setExact(true)).click();
    }

    /** Until the worker holds the page, so that it opens without network. */
    private static void install(Page page) {
        page.waitForFunction("() => navigator.serviceWorker.controller !== null");
    }

    private static int waiting(Page page) {
        return (int) page.evaluate("async () => (await sales.all()).length");
    }

    private static void send(Page page) {
        page.evaluate("() => sales.send()");
    }

    @Test
    void aSaleIsEnteredInThreeStepsAndBackMakesNoSecondOne() {
        var shop = Shop.register();
        try (var browser = Browser.phone().as(shop)) {
            var page = browser.open("/sales/new");
            assertThat(page.getByLabel("Jumlah")).hasAttribute("inputmode", "numeric");
            type(page, "Ani 0812-3456-7890", "150rb");
            assertThat(page.locator("#saved")).containsText("Tersimpan: \u2068Ani\u2069, Rp150.000.");
            assertThat(page.getByLabel("Pelanggan")).hasValue("");
            page.goBack();
            assertThat(page.getByLabel("Jumlah")).isVisible();
            if (!page.getByLabel("Jumlah").inputValue().isEmpty()) {
                page.getByText("Simpan", new Page.GetByTextOptions().setExact(true))
                        .click();
                assertThat(page.locator("#saved")).isVisible();
            }
            assertThat(stored(shop)).containsExactly("Ani 150000");

            // pressed twice before the answer comes
            page.navigate("/sales/new");
            page.getByLabel("Pelanggan").fill("Budi");
            page.getByLabel("Jumlah").fill("1,5jt");
            page.evaluate(
                    "() => { const f = document.querySelector('form[data-entry]'); f.requestSubmit(); f.requestSubmit(); }");
            assertThat(page.locator("#saved")).containsText("Budi");
            assertThat(stored(shop)).containsExactly("Ani 150000", "Budi 1500000");

            page.navigate("/sales");
            page.getByText("Budi").click();
            page.getByText("Hapus", new Page.GetByTextOptions().setExact(true)).click();
            page.getByText("Ya, hapus").click();
            assertThat(page.getByText("Penjualan dihapus.")).isVisible();
            assertThat(stored(shop)).containsExactly("Ani 150000");
            assertThat(browser.complaints()).isEmpty();
        }
    }

    @Test
    void threeSalesWithoutNetworkOneOfThemInvalidComeOnceEach() {
        var shop = Shop.register();
        try (var browser = Browser.phone().as(shop)) {
            var page = browser.open("/");
            install(page);
            browser.context().setOffline(true);
            page.navigate("/sales/new");
            assertThat(page.getByText("Jaringan sedang lambat atau tidak ada.")).isVisible();
            assertThat(page.content())
                    .doesNotContain(shop.id().value().toString())
                    .doesNotContain("csrf");
            type(page, "Ani 0812-3456-7890", "150rb");
            assertThat(page.locator("#kept")).isVisible();
            // only the server is sure that this is none
            type(page, "Budi", "1.25.000");
            type(page, "Citra", "75.000");
            assertThat(page.locator("#waiting li")).hasCount(3);
            assertThat(page.locator("#waiting li").first()).containsText("menunggu");
            // the browser is closed and opened again
            page.navigate("/sales");
            assertThat(page.locator("#waiting li")).hasCount(3);
            assertThat(stored(shop)).isEmpty();

            var before = page.evaluate("async () => JSON.stringify(await sales.all())");
            browser.context().setOffline(false);
            page.navigate("/sales/new");
            assertThat(page.locator("#waiting li")).hasCount(1);
            assertThat(page.locator("#waiting .problem")).containsText("Nilai \"1.25.000\" bukan angka.");
            assertThat(stored(shop)).containsExactly("Ani 150000", "Citra 75000");

            // the answers got lost on the way: everything is sent again, three times
            for (int i = 0; i < 3; i++) {
                page.evaluate(
                        "async (all) => { for (const s of JSON.parse(all)) await sales.keep(s); await sales.send(); }",
                        before);
                assertThat(page.locator("#waiting li")).hasCount(1);
            }
            assertThat(stored(shop)).containsExactly("Ani 150000", "Citra 75000");

            page.getByText("Perbaiki").click();
            assertThat(page.getByLabel("Pelanggan")).hasValue("Budi");
            page.getByLabel("Jumlah").fill("20.000");
            page.getByText("Simpan", new Page.GetByTextOptions().setExact(true)).click();
            assertThat(page.locator("#saved")).containsText("\u2068Budi\u2069, Rp20.000");
            assertThat(page.locator("#waiting")).isHidden();
            assertThat(waiting(page)).isZero();
            assertThat(stored(shop)).containsExactly("Ani 150000", "Budi 20000", "Citra 75000");
            assertThat(browser.complaints())
                    .allMatch(c -> c.contains("ERR_INTERNET_DISCONNECTED") || c.contains("400"));
        }
    }

    /** The page was open when the network went: its form is kept, too, by the page or by the worker. */
    @Test
    void anOpenFormSurvivesTheNetwork() {
        var shop = Shop.register();
        try (var browser = Browser.phone().as(shop)) {
            var page = browser.open("/sales/new");
            install(page);
            browser.context().setOffline(true);
            type(page, "Ani", "10.000");
            assertThat(page.locator("#waiting li")).hasCount(1);
            assertThat(page.getByLabel("Pelanggan")).hasValue("");
            // a network that is there and leads nowhere: the page sends, the worker keeps
            page.evaluate("() => Object.defineProperty(navigator, 'onLine', { get: () => true })");
            type(page, "Budi", "20.000");
            page.waitForURL(Pattern.compile(".*/sales/offline\\?kept"));
            assertThat(page.locator("#kept")).isVisible();
            assertThat(page.locator("#waiting li")).hasCount(2);
            assertThat(page.getByLabel("Pelanggan")).hasValue("");
            // one is thrown away
            page.onceDialog(d -> d.dismiss());
            page.locator("[data-discard]").first().click();
            assertThat(page.locator("#waiting li")).hasCount(2);
            page.onceDialog(d -> d.accept());
            page.locator("[data-discard]").first().click();
            assertThat(page.locator("#waiting li")).hasCount(1);
            browser.context().setOffline(false);
            assertThat(page.locator("#waiting")).isHidden();
            assertThat(stored(shop)).containsExactly("Budi 20000");
        }
    }

    @Test
    void threat08TwoShopsOnOnePhoneNeverMix() {
        var ani = Shop.register();
        var budi = Shop.register();
        new CustomerBook(ani).add("Rahasia Ani");
        try (var browser = Browser.phone().as(ani)) {
            var page = browser.open("/sales/new");
            install(page);
            browser.open("/sales");
            browser.context().setOffline(true);
            page.navigate("/sales/new");
            type(page, "Pelanggan Ani", "11.000");
            assertThat(page.locator("#waiting li")).hasCount(1);

            // the session is over, somebody else signs in: what waits stays where it is and is shown to nobody else
            browser.context().clearCookies();
            browser.context().setOffline(false);
            browser.as(budi);
            page.navigate("/sales/new");
            send(page);
            assertThat(page.locator("#waiting")).isHidden();
            type(page, "Pelanggan Budi", "22.000");
            assertThat(page.locator("#saved")).isVisible();
            assertThat(stored(ani)).isEmpty();
            assertThat(stored(budi)).containsExactly("Pelanggan Budi 22000");
            // not even if a broken phone says it were the other's
            assertThat(page.evaluate("""
                    async () => {
                      const { csrf } = await (await fetch('/sales/token')).json();
                      const [sale] = await sales.all();
                      return (await fetch('/sales/offline', { method: 'POST',
                        body: new URLSearchParams({ ...sale.fields, id: sale.id, shop: sale.shop, csrf }) })).status;
                    }""")).isEqualTo(403);

            // signing out asks only about one's own, of which there are none, and leaves the other's
            logOut(page);
            assertThat(waiting(browser.as(ani).open("/sales/new"))).isLessThanOrEqualTo(1);
            send(page);
            assertThat(page.locator("#waiting")).isHidden();
            assertThat(stored(ani)).containsExactly("Pelanggan Ani 11000");
            assertThat(stored(budi)).containsExactly("Pelanggan Budi 22000");
        }
    }

    /** The answer takes storage away and waits for the worker; a worker that waits for the answer would keep both. */
    @Test
    void loggingOutGoesPastTheWorker() {
        try (var browser = Browser.phone().as(Shop.register())) {
            var page = browser.open("/sales");
            install(page);
            var byWorker = new ArrayList<Boolean>();
            page.onResponse(r -> {
                if (r.url().endsWith("/logout")) byWorker.add(r.fromServiceWorker());
            });
            logOut(page);
            assertThat(byWorker).containsExactly(false);
        }
    }

    @Test
    void whoeverCantBeLoggedOutKeepsWhatWaits() {
        var shop = Shop.register();
        try (var browser = Browser.phone().as(shop)) {
            var page = browser.open("/sales/new");
            install(page);
            browser.context().setOffline(true);
            type(page, "Ani", "5000");
            assertThat(page.locator("#waiting")).containsText("Ani");
            page.onDialog(dialog -> dialog.accept());
            page.locator("header summary").click();
            page.getByText("Keluar", new Page.GetByTextOptions().setExact(true)).click();
            assertThat(page.locator("#notice")).isVisible();
            assertThat(page.url()).endsWith("/sales/new");
            browser.context().setOffline(false);
            assertThat(page.locator("#waiting")).isHidden();
            assertThat(stored(shop)).containsExactly("Ani 5000");
        }
    }

    @Test
    void whoeverLosesTheNetworkOnAnOpenFormIsToldThatTheSaleIsKeptAndNotToSaveItAgain() {
        var shop = Shop.register();
        try (var browser = Browser.phone().as(shop)) {
            var page = browser.open("/sales/new");
            install(page);
            browser.context().setOffline(true);
            assertThat(page.locator("#notice")).containsText("disimpan di HP ini dan dikirim sendiri");
            type(page, "Ani", "75.000");
            assertThat(page.locator("#kept")).isVisible();
            assertThat(page.locator("#notice")).not().containsText("simpan lagi");
            browser.context().setOffline(false);
            page.waitForCondition(() -> stored(shop).size() == 1);
        }
    }

    private static void logOut(Page page) {
        page.locator("header summary").click();
        page.getByText("Keluar", new Page.GetByTextOptions().setExact(true)).click();
        page.waitForURL("**/login");
    }

    @Test
    void leavingAsksAboutWhatWaitsAndLeavesNothingBehind() {
        var shop = Shop.register();
        new CustomerBook(shop).sell(new CustomerBook(shop).add("Pelanggan Rahasia"), "2026-01-01", 5000);
        try (var browser = Browser.phone().as(shop)) {
            var page = browser.open("/sales");
            install(page);
            page.navigate("/sales/new");
            // one that the server refuses stays until its owner decides
            page.evaluate("""
                    async (shop) => { await sales.keep({ id: crypto.randomUUID(), shop, at: 1,
                      fields: { customer: 'Rahasia Dua', amount: 'x' } }); await sales.send(); }""", shop.id().value().toString());
            assertThat(page.locator("#waiting .problem")).isVisible();
            var asked = new ArrayList<String>();
            page.onceDialog(d -> {
                asked.add(d.message());
                d.dismiss();
            });
            page.locator("header summary").click();
            page.getByText("Keluar", new Page.GetByTextOptions().setExact(true)).click();
            page.waitForCondition(() -> !asked.isEmpty());
            assertThat(asked.getFirst()).contains("Masih ada 1 penjualan");
            assertThat(page.locator("#waiting li")).hasCount(1);
            page.onceDialog(d -> d.accept());
            page.getByText("Keluar", new Page.GetByTextOptions().setExact(true)).click();
            page.waitForURL("**/login");
            assertThat(page.evaluate("() => JSON.stringify([localStorage, sessionStorage])"))
                    .isEqualTo("[{},{}]");
            assertThat(kept(page))
                    .doesNotContain("Rahasia")
                    .doesNotContain(shop.id().value().toString());
            assertThat(page.evaluate("""
                    async () => (await indexedDB.databases()).length === 0 || new Promise((done) => {
                      indexedDB.open('sales', 1).onsuccess = (e) => e.target.result.transaction('waiting')
                        .objectStore('waiting').count().onsuccess = (c) => done(c.target.result === 0);
                    })""")).isEqualTo(true);
        }
    }

    /** Everything in every cache. */
    private static String kept(Page page) {
        return (String) page.evaluate("""
                async () => {
                  let all = '';
                  for (const name of await caches.keys()) {
                    const cache = await caches.open(name);
                    for (const request of await cache.keys()) all += request.url + await (await cache.match(request)).text();
                  }
                  return all;
                }""");
    }

    @Test
    void nothingOfAShopIsEverInACache() {
        var shop = Shop.register();
        var book = new CustomerBook(shop);
        var sale = book.sell(book.add("Pelanggan Rahasia"), "2026-01-01", 5000);
        try (var browser = Browser.phone().as(shop)) {
            var page = browser.open("/sales");
            install(page);
            for (var path : List.of("/", "/sales", "/sales/" + sale, "/sales/new?customer=" + sale))
                page.navigate(path);
            assertThat(kept(page))
                    .contains("/assets/app-", "Jaringan sedang lambat atau tidak ada")
                    .doesNotContain("Rahasia")
                    .doesNotContain("csrf\" value")
                    .doesNotContain(shop.id().value().toString())
                    .doesNotContain("Batik Sri");
            browser.context().setOffline(true);
            page.navigate("/sales");
            assertThat(page.content()).doesNotContain("Rahasia");
            assertThat(page.getByText("Jaringan sedang lambat atau tidak ada.")).isVisible();
        }
    }

    /** 400 kbit/s, 400 ms, lost packets: slow, and nothing is lost or doubled. */
    @Test
    void aBadNetworkLosesNoSale() {
        var shop = Shop.register();
        try (var browser = Browser.phone().as(shop)) {
            var page = browser.open("/sales/new");
            install(page);
            var network = new JsonObject();
            network.addProperty("offline", false);
            network.addProperty("latency", 400);
            network.addProperty("downloadThroughput", 50_000);
            network.addProperty("uploadThroughput", 50_000);
            network.addProperty("packetLoss", 3);
            browser.context().newCDPSession(page).send("Network.emulateNetworkConditions", network);
            var expected = new ArrayList<String>();
            for (int i = 1; i <= 4; i++) {
                page.navigate("/sales/new");
                // now and then the network is gone in the middle
                if (i % 2 == 0) browser.context().setOffline(true);
                type(page, "Pelanggan " + i, i + "000");
                if (i % 2 == 0) {
                    // an earlier one may still stand there
                    assertThat(page.locator("#waiting")).containsText("Pelanggan " + i);
                    browser.context().setOffline(false);
                } else {
                    assertThat(page.locator("#saved, #kept:not([hidden])")).isVisible();
                }
                expected.add("Pelanggan " + i + " " + i + "000");
            }
            page.navigate("/sales/new");
            page.waitForCondition(() -> waiting(page) == 0);
            assertThat(stored(shop)).containsExactlyElementsOf(expected);
        }
    }

    /** The browser's zone and clock are not the shop's: 9 o'clock in Samoa is the next day in Papua. */
    @Test
    void aSaleWithoutNetworkIsOfTheShopsDayOnWhichItWasTyped() {
        var shop = Shop.register();
        db.useTenant(
                shop.id(),
                tx -> tx.createUpdate("UPDATE app.users SET timezone = 'Asia/Jayapura' WHERE id = :user")
                        .bind("user", shop.id())
                        .execute());
        try (var browser =
                Browser.with(o -> o.setTimezoneId("Pacific/Pago_Pago")).as(shop)) {
            var page = browser.open("/sales/new");
            install(page);
            assertThat(page.locator("#date")).hasValue("");
            browser.context().setOffline(true);
            page.clock().setFixedTime("2026-01-10T20:00:00Z");
            type(page, "Ani", "10.000");
            assertThat(page.locator("#waiting li")).hasCount(1);
            // the same page, a day later
            page.clock().setFixedTime("2026-01-11T20:00:00Z");
            type(page, "Budi", "20.000");
            assertThat(page.locator("#waiting li")).hasCount(2);
            page.navigate("/sales/new");
            page.clock().setFixedTime("2026-01-12T20:00:00Z");
            type(page, "Citra", "30.000");
            assertThat(page.locator("#waiting li")).hasCount(3);
            // the worker keeps what the page believed to send
            browser.context().setOffline(false);
            page.waitForCondition(() -> stored(shop).size() == 3 && waiting(page) == 0);
            page.navigate("/sales/new");
            answerFromNowOn(browser, 500);
            type(page, "Dewi", "40.000");
            page.waitForURL(Pattern.compile(".*/sales/offline\\?kept"));
            var today = LocalDate.ofInstant(clock.instant(), ZoneId.of("Asia/Jayapura"));
            assertThat(page.locator("#waiting li")).containsText(Figures.day(Language.INDONESIAN, today));
            answerFromNowOn(browser, 0);
            send(page);
            assertThat(days(shop))
                    .containsExactly("Ani 2026-01-11", "Budi 2026-01-12", "Citra 2026-01-13", "Dewi " + today);
            page.navigate("/sales");
            logOut(page);
            assertThat(page.evaluate("() => JSON.stringify(localStorage)")).isEqualTo("{}");
        }
    }

    private List<String> days(Shop shop) {
        return db.inTenant(
                shop.id(),
                tx -> tx.createQuery("""
                        SELECT c.name || ' ' || t.transaction_date FROM app.transactions t
                        JOIN app.customers c ON c.user_id = t.user_id AND c.id = t.customer_id
                        WHERE t.user_id = :user ORDER BY 1
                        """)
                        .bind("user", shop.id())
                        .mapTo(String.class)
                        .list());
    }

    /** What the server answers to sales from now on; 0 for the truth. */
    private static void answerFromNowOn(Browser browser, int status) {
        browser.context()
                .addCookies(List.of(new Cookie(RefusingFilter.COOKIE, String.valueOf(status)).setUrl(Browser.base())));
    }

    @Test
    void aSaleThatTheServerCantTakeNowIsKeptAndSentOnce() {
        var shop = Shop.register();
        try (var browser = Browser.phone().as(shop)) {
            var page = browser.open("/sales/new");
            install(page);
            var expected = new ArrayList<String>();
            for (int status : List.of(403, 429, 500, 503)) {
                page.navigate("/sales/new");
                answerFromNowOn(browser, status);
                type(page, "Pelanggan " + status, "1000");
                page.waitForURL(Pattern.compile(".*/sales/offline\\?kept"));
                assertThat(page.locator("#kept")).isVisible();
                assertThat(page.locator("#waiting li")).hasCount(1);
                answerFromNowOn(browser, 0);
                send(page);
                expected.add("Pelanggan " + status + " 1000");
                page.waitForCondition(() -> stored(shop).equals(expected));
                assertThat(page.locator("#waiting")).isHidden();
            }
            // what can be mended in the form comes back in it
            page.navigate("/sales/new");
            type(page, "Ani", "banyak");
            assertThat(page.locator("#amount_problem")).isVisible();
            assertThat(waiting(page)).isZero();
        }
    }

    /** Its form is older than the session: a new log-in in another tab. */
    @Test
    void aSaleTypedBeforeANewLogInIsStoredOnce() {
        var shop = Shop.register();
        try (var browser = Browser.phone().as(shop)) {
            var page = browser.open("/sales/new");
            install(page);
            browser.as(shop);
            type(page, "Ani", "10.000");
            page.waitForCondition(() -> stored(shop).size() == 1);
            assertThat(page.locator("#waiting")).isHidden();
            assertThat(stored(shop)).containsExactly("Ani 10000");
        }
    }

    @Test
    void aPhoneWithoutRoomSaysSoAndTakesNothingTyped() {
        var shop = Shop.register();
        try (var browser = Browser.phone().as(shop)) {
            var page = browser.open("/sales/new");
            install(page);
            browser.context().setOffline(true);
            page.evaluate("() => { sales.keep = () => Promise.reject(new Error('full')); }");
            type(page, "Ani", "10.000");
            assertThat(page.locator("#not_kept")).containsText("Tidak bisa disimpan di HP ini");
            assertThat(page.getByLabel("Pelanggan")).hasValue("Ani");
            assertThat(page.getByLabel("Jumlah")).hasValue("10.000");

            // the next one is half typed when it turns out
            page.evaluate("() => { sales.keep = () => new Promise((_, failed) => { window.fail = failed; }); }");
            type(page, "Ani", "10.000");
            page.getByLabel("Pelanggan").fill("Budi");
            page.evaluate("() => window.fail(new Error('full'))");
            assertThat(page.locator("#not_kept bdi")).containsText("Ani");
            assertThat(page.locator("#not_kept bdi")).containsText("10.000");
            assertThat(page.getByLabel("Pelanggan")).hasValue("Budi");

            // nor has the worker room: the page stays
            browser.context().setOffline(false);
            page.navigate("/sales/new");
            page.evaluate("""
                    () => new Promise(done => { const newer = indexedDB.open('sales', 2);
                      newer.onsuccess = () => { newer.result.close(); done(); }; })""");
            browser.context().setOffline(true);
            page.evaluate("() => Object.defineProperty(navigator, 'onLine', { get: () => true })");
            type(page, "Citra", "30.000");
            assertThat(page.locator("#not_kept")).isVisible();
            assertThat(page.getByLabel("Pelanggan")).hasValue("Citra");
            assertThat(page.getByLabel("Jumlah")).hasValue("30.000");
            assertThat(stored(shop)).isEmpty();
        }
    }

    @Test
    void whatCantBeUsedIsSaidAtOnceAndNotKept() {
        var shop = Shop.register();
        try (var browser = Browser.phone().as(shop)) {
            var page = browser.open("/sales/new");
            install(page);
            browser.context().setOffline(true);
            // the page that was open, and the one that the worker keeps
            for (int i = 0; i < 2; i++) {
                refused(
                        page,
                        "Ani",
                        "abc",
                        "#amount",
                        "Nilai \"abc\" bukan angka. Tulis misalnya 150000 atau Rp150.000.");
                refused(page, "Ani", "$& 1", "#amount", "Nilai \"$& 1\" bukan angka.");
                refused(page, "Ani", "1.5", "#amount", "Nilai \"1.5\" kurang dari seratus rupiah.");
                refused(page, "Ani", "Rp 0", "#amount", "Tulis jumlahnya");
                refused(page, "Ani", "10000000000000", "#amount", "Nilai \"10000000000000\" terlalu besar.");
                refused(page, "Ani", " - ", "#amount", "Tulis jumlahnya");
                refused(page, "Ani", "-5", "#amount", "“Kembalikan uang”");
                refused(page, "Ani", "(Rp 150rb)", "#amount", "“Kembalikan uang”");
                refused(page, "0812", "5.000", "#customer", "0812 bukan nomor HP yang benar.");
                refused(page, "021 5550123", "5.000", "#customer", "021 5550123 bukan nomor HP");
                refused(page, "+65 123", "5.000", "#customer", "bukan nomor HP");
                refused(page, "  ", "5.000", "#customer", "Tulis nama");
                page.locator("summary")
                        .filter(new Locator.FilterOptions().setHasText("tanggal"))
                        .click();
                page.locator("#date").fill("2999-01-01");
                page.locator("summary")
                        .filter(new Locator.FilterOptions().setHasText("tanggal"))
                        .click();
                refused(page, "Ani", "5.000", "#date", "tidak boleh sesudah hari ini (");
                assertThat(page.locator("#date")).hasValue("2999-01-01");
                assertThat(page.locator("#date")).isVisible();

                // mended, it is kept, and nothing is said any more
                page.locator("#date").fill("2026-03-03");
                type(page, "Ani", "1,25jt");
                assertThat(page.locator("#waiting li")).hasCount(i + 1);
                assertThat(page.locator("#waiting li").last()).containsText("\u2068Ani\u2069, Rp1.250.000, 3 Mar 2026");
                assertThat(page.locator("form .problem")).hasCount(0);
                assertThat(page.locator("#amount")).not().hasAttribute("aria-invalid", "true");
                page.navigate("/sales/new");
            }
            browser.context().setOffline(false);
            page.waitForCondition(() -> stored(shop).size() == 2);

            // nor does the worker get what it would keep
            page.navigate("/sales/new?online");
            answerFromNowOn(browser, 503);
            refused(page, "Ani", "abc", "#amount", "Nilai \"abc\" bukan angka.");
            assertThat(waiting(page)).isZero();
        }
    }

    /** One that is refused is not kept, and stays as it was typed. */
    private static void refused(Page page, String customer, String amount, String field, String sentence) {
        int before = waiting(page);
        type(page, customer, amount);
        assertThat(page.locator(field + "_problem")).containsText(sentence);
        assertThat(page.locator("form .problem")).hasCount(1);
        assertThat(page.locator(field)).hasAttribute("aria-describedby", field.substring(1) + "_problem");
        assertThat(page.locator(field)).isFocused();
        assertThat(page.getByLabel("Pelanggan")).hasValue(customer);
        assertThat(page.getByLabel("Jumlah")).hasValue(amount);
        assertThat(waiting(page)).isEqualTo(before);
    }

    /** The server would take all of these: so does the phone, and shows them as the server will. */
    @Test
    void whatTheServerMayTakeIsKept() throws Exception {
        var shop = Shop.register();
        try (var browser = Browser.phone().as(shop)) {
            var page = browser.open("/sales/new");
            install(page);
            browser.context().setOffline(true);
            page.navigate("/sales/new");
            int kept = 0;
            for (var amount : List.of(
                    "Rp1.250.000",
                    "Rp. 1.250.000",
                    "rp1250000",
                    "IDR 1.250.000",
                    "1.250.000 IDR",
                    "1.250.000 rupiah",
                    "1.250.000,00",
                    "1,250,000",
                    "1,250,000.50",
                    "1.250.000,5",
                    "1.250",
                    "1250.50",
                    "1250,5",
                    "150 rb",
                    "150ribu",
                    "150K",
                    "1,5jt",
                    "1.5jt",
                    "1.500rb",
                    "1,125 juta",
                    "1,5 miliar",
                    "Rp 75.000,-",
                    "Rp75.000.-",
                    "1 250 000",
                    "+5",
                    "00150000",
                    "9.999.999.999.999,99")) {
                type(page, "Ani", amount);
                assertThat(page.locator("#waiting li")).hasCount(++kept);
                var value = Objects.requireNonNull(Amount.read(amount));
                assertThat(page.locator("#waiting li").last()).containsText("\u2069, " + Figures.rupiah(value) + ", ");
            }
            // odd, and the server's to judge
            for (var odd : List.of(".5jt", "1,250", "1.2.3", "5)", "1.250.000,125")) {
                type(page, "Ani", odd);
                assertThat(page.locator("#waiting li")).hasCount(++kept);
            }
            for (var whom : List.of(
                    "0812-3456-7890",
                    "+62 812 3456 7890",
                    "62 812 3456 7890",
                    "0062812 3456 7890",
                    "812 3456 7890",
                    "'081234567890",
                    "081234567890.0",
                    "(0812) 3456.7890",
                    "+62 (0) 812 3456 7890",
                    "+65 9123 4567",
                    "0065 9123 4567",
                    "https://wa.me/6281234567890",
                    "Toko 7",
                    "أحمد")) {
                type(page, whom, "1.000");
                assertThat(page.locator("#waiting li")).hasCount(++kept);
            }
            assertThat(page.locator("form .problem")).hasCount(0);
        }
    }

    @Test
    void theKeptFormSpeaksTheLanguageThatWasChosenLastAndThatIsNoNewVersion() {
        var shop = Shop.register();
        try (var browser = Browser.phone().as(shop)) {
            var page = browser.open("/profile");
            install(page);
            page.locator("#language").selectOption("en");
            page.locator("#theme").selectOption("dark");
            page.locator("form[action='/profile/look'] button").click();
            page.waitForURL("**done=look");
            page.waitForCondition(() -> kept(page).contains("data-look=\"en dark\""));
            page.navigate("/sales");
            page.evaluate("async () => { await (await navigator.serviceWorker.ready).update(); }");
            page.waitForTimeout(500);
            assertThat(page.locator("#notice")).isHidden();

            browser.context().setOffline(true);
            page.navigate("/sales/new");
            assertThat(page.locator("html")).hasAttribute("lang", "en");
            assertThat(page.locator("html")).hasAttribute("data-theme", "malam");
            page.getByLabel("Customer").fill("Ani");
            page.getByLabel("Amount").fill("1,25jt");
            page.locator("form[data-entry] button").click();
            assertThat(page.locator("#waiting li")).containsText("Rp1.250.000");
            browser.context().setOffline(false);
            page.waitForCondition(() -> stored(shop).equals(List.of("Ani 1250000")));
        }
    }

    @Test
    void backAfterARefundGivesNothingBackTwice() {
        var shop = Shop.register();
        var book = new CustomerBook(shop);
        var sale = book.sell(book.add("Ani"), "2026-01-01", 100_000);
        try (var browser = Browser.phone().as(shop)) {
            var page = browser.open("/sales/" + sale);
            page.getByText("Kembalikan uang").click();
            assertThat(page.getByLabel("Uang yang dikembalikan")).hasValue("100000");
            page.getByLabel("Uang yang dikembalikan").fill("40.000");
            page.getByText("Catat pengembalian").click();
            assertThat(page.locator("h1")).hasText("Pengembalian");
            page.goBack();
            // it comes anew, and asks again how much
            assertThat(page.getByLabel("Uang yang dikembalikan")).hasValue("");
            page.getByText("Catat pengembalian").click();
            assertThat(stored(shop)).containsExactly("Ani -40000", "Ani 100000");

            page.navigate("/sales/" + sale);
            assertThat(page.locator("#refunds li")).hasCount(1);
            page.locator("#refunds a").click();
            assertThat(page.locator(".figure")).hasText("−Rp40.000");
            page.locator("main a")
                    .filter(new Locator.FilterOptions().setHasText("Untuk penjualan"))
                    .click();
            assertThat(page.locator(".figure")).hasText("Rp100.000");
            assertThat(browser.complaints()).isEmpty();
        }
    }

    @Test
    void lettersOfANameShowWhoIsMeant() {
        var shop = Shop.register();
        var book = new CustomerBook(shop);
        book.add("Sri", "city", "Solo");
        var other = book.add("Sri", "phone", "081234567890");
        try (var browser = Browser.phone().as(shop)) {
            var page = browser.open("/sales/new");
            page.getByLabel("Pelanggan").pressSequentially("sr");
            assertThat(page.locator("#known option")).hasCount(2);
            var offered = page.locator("#known option").last().getAttribute("value");
            assertThat(offered).isEqualTo("Sri 0812-3456-7890");
            type(page, offered, "5.000");
            assertThat(page.locator("#saved")).isVisible();
            assertThat(book.get(other).getInt("data.customer.purchases.transactions"))
                    .isEqualTo(1);
            assertThat(browser.complaints()).isEmpty();
        }
    }

    /** No page of ours is open: the browser wakes the worker. */
    @Test
    void theBrowserSendsWhatWaitsByItself() {
        var shop = Shop.register();
        try (var browser = Browser.phone().as(shop)) {
            var page = browser.open("/sales/new");
            install(page);
            var devTools = browser.context().newCDPSession(page);
            var registration = new ArrayList<String>();
            devTools.on("ServiceWorker.workerRegistrationUpdated", e -> {
                for (var r : e.getAsJsonArray("registrations"))
                    registration.add(r.getAsJsonObject().get("registrationId").getAsString());
            });
            devTools.send("ServiceWorker.enable");
            page.waitForCondition(() -> !registration.isEmpty());
            // a page without a script of ours
            page.navigate("/manifest.webmanifest");
            page.evaluate("""
                    shop => new Promise(done => { indexedDB.open('sales', 1).onsuccess = e => {
                      const tx = e.target.result.transaction('waiting', 'readwrite');
                      tx.objectStore('waiting').put({ id: '0190a000-0000-7000-8000-000000000001', shop, at: 1,
                        fields: { customer: 'Ani', amount: '10.000', date: '2026-01-02' } });
                      tx.oncomplete = () => { e.target.result.close(); done(); }; }; })""", shop.id().value().toString());
            assertThat(stored(shop)).isEmpty();
            var sync = new JsonObject();
            sync.addProperty("origin", Browser.base());
            sync.addProperty("registrationId", registration.getFirst());
            sync.addProperty("tag", "sales");
            sync.addProperty("lastChance", false);
            for (int i = 0; i < 2; i++) devTools.send("ServiceWorker.dispatchSyncEvent", sync);
            page.waitForCondition(() -> !stored(shop).isEmpty());
            page.waitForCondition(() -> (int) page.evaluate("""
                    () => new Promise(done => { indexedDB.open('sales', 1).onsuccess = e => {
                      e.target.result.transaction('waiting').objectStore('waiting').count().onsuccess = c => {
                        e.target.result.close(); done(c.target.result); }; }; })""") == 0);
            assertThat(days(shop)).containsExactly("Ani 2026-01-02");
        }
    }

    /** What was typed when the session ended is there again after the log-in. */
    @Test
    void anEndedSessionTakesNothingTyped() {
        var shop = Shop.register();
        try (var browser = Browser.phone().as(shop)) {
            var page = browser.open("/sales/new");
            browser.context().clearCookies();
            type(page, "Ani", "12.500");
            page.getByLabel("Email").fill(shop.email());
            page.getByLabel("Kata sandi").fill(shop.password());
            page.locator("main form button").first().click();
            assertThat(page.locator("main ul")).containsText("12.500");
            assertThat(page.locator("main ul")).not().containsText("Asia/");
            page.getByText("Kirim sekarang").click();
            assertThat(page.locator("#saved")).containsText("Rp12.500");
            page.navigate("/sales/new");
            assertThat(page.getByLabel("Pelanggan")).hasValue("");
            assertThat(stored(shop)).containsExactly("Ani 12500");
        }
    }
}
