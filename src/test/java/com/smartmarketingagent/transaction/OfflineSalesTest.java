package com.smartmarketingagent.transaction;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonObject;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.options.WaitForSelectorState;
import com.smartmarketingagent.Browser;
import com.smartmarketingagent.Shop;
import com.smartmarketingagent.customer.CustomerBook;
import com.smartmarketingagent.platform.Db;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** Sales in a real browser: three taps, without network, on a bad network, by two shops on one phone. */
@QuarkusTest
class OfflineSalesTest {

    @Inject
    Db db;

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
            assertThat(page.locator("#saved")).containsText("Tersimpan: Ani, Rp150.000.");
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
            assertThat(page.getByText("Sedang tidak ada jaringan.")).isVisible();
            assertThat(page.content())
                    .doesNotContain(shop.id().value().toString())
                    .doesNotContain("csrf");
            type(page, "Ani 0812-3456-7890", "150rb");
            assertThat(page.locator("#kept")).isVisible();
            type(page, "Budi", "banyak sekali");
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
            assertThat(page.locator("#waiting .problem")).containsText("Nilai \"banyak sekali\" bukan angka.");
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
            assertThat(page.locator("#saved")).containsText("Budi, Rp20.000");
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
                    .contains("/assets/app-", "Sedang tidak ada jaringan")
                    .doesNotContain("Rahasia")
                    .doesNotContain("csrf\" value")
                    .doesNotContain(shop.id().value().toString())
                    .doesNotContain("Batik Sri");
            browser.context().setOffline(true);
            page.navigate("/sales");
            assertThat(page.content()).doesNotContain("Rahasia");
            assertThat(page.getByText("Sedang tidak ada jaringan.")).isVisible();
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
                    page.locator("#waiting li")
                            .first()
                            .waitFor(new com.microsoft.playwright.Locator.WaitForOptions()
                                    .setState(WaitForSelectorState.VISIBLE));
                    browser.context().setOffline(false);
                } else {
                    assertThat(page.locator("#saved, #kept")).isVisible();
                }
                expected.add("Pelanggan " + i + " " + i + "000");
            }
            page.navigate("/sales/new");
            page.waitForFunction("async () => (await sales.all()).length === 0");
            assertThat(stored(shop)).containsExactlyElementsOf(expected);
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
            page.getByText("Kirim sekarang").click();
            assertThat(page.locator("#saved")).containsText("Rp12.500");
            page.navigate("/sales/new");
            assertThat(page.getByLabel("Pelanggan")).hasValue("");
            assertThat(stored(shop)).containsExactly("Ani 12500");
        }
    }
}
