package com.smartmarketingagent;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;

import com.microsoft.playwright.Page;
import com.microsoft.playwright.assertions.LocatorAssertions;
import com.microsoft.playwright.options.ServiceWorkerPolicy;
import com.smartmarketingagent.customer.CustomerBook;
import io.quarkus.test.junit.QuarkusTest;
import java.util.ArrayList;
import java.util.function.Consumer;
import org.assertj.core.api.Assertions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The server does not answer: pages say so, keep what was typed, and go on when it is back. */
@QuarkusTest
class ServerGoneTest {

    Shop shop;
    CustomerBook book;

    @BeforeEach
    void register() {
        shop = Shop.register();
        book = new CustomerBook(shop);
    }

    /** A browser whose requests fail from {@code gone} until {@code back}: the worker would answer in its place. */
    private void walk(Consumer<Browser> steps) {
        try (var browser = Browser.with(o -> o.setServiceWorkers(ServiceWorkerPolicy.BLOCK)
                        .setViewportSize(Browser.PHONE[0], Browser.PHONE[1]))
                .as(shop)) {
            browser.page().clock().install();
            steps.accept(browser);
        }
    }

    private static void gone(Page page) {
        page.route("**/*", route -> route.abort("connectionrefused"));
    }

    private static void back(Page page) {
        page.unroute("**/*");
        soon(page);
    }

    /** The page asks every four seconds whether the server is back. */
    private static void soon(Page page) {
        page.clock().fastForward(4_100);
    }

    private static void says(Page page) {
        assertThat(page.locator("#notice")).containsText("Server tidak menjawab");
        assertThat(page.locator("#notice")).isInViewport();
    }

    private static void saysNoMore(Page page) {
        assertThat(page.locator("#notice")).isHidden(new LocatorAssertions.IsHiddenOptions().setTimeout(10_000));
    }

    @Test
    void whatWasTypedIntoAFormStaysAndIsSavedOnceLater() {
        walk(browser -> {
            var page = browser.open("/customers/new");
            page.fill("#name", "Ani Typed");
            page.fill("#notes", "suka warna soga");
            gone(page);
            page.click("main form button");
            says(page);
            Assertions.assertThat(page.url()).endsWith("/customers/new");
            assertThat(page.locator("#name")).hasValue("Ani Typed");
            assertThat(page.locator("#notes")).hasValue("suka warna soga");
            Assertions.assertThat(book.names()).isEmpty();

            back(page);
            saysNoMore(page);
            page.locator("main form button").dblclick();
            page.waitForURL("**/customers/*?done=created");
            Assertions.assertThat(book.names()).containsExactly("Ani Typed");
        });
    }

    /** Not even the worker, which would keep it: a plain address, a private window, the very first page. */
    @Test
    void aSaleThatNobodyTakesIsKeptAndSentOnceLater() {
        walk(browser -> {
            var page = browser.open("/sales/new");
            page.fill("#customer", "Ani");
            page.fill("#amount", "50000");
            gone(page);
            page.click("form[data-entry] button");
            assertThat(page.locator("#kept")).isVisible();
            assertThat(page.locator("#waiting")).containsText("Ani");
            assertThat(page.locator("#customer")).hasValue("");
            Assertions.assertThat(page.url()).endsWith("/sales/new");
            Assertions.assertThat(book.names()).isEmpty();

            back(page);
            saysNoMore(page);
            assertThat(page.locator("#waiting")).isHidden();
            Assertions.assertThat(book.names()).containsExactly("Ani");
        });
    }

    /** From the second page on the worker is there: nothing needs to be asked ahead. */
    @Test
    void theWorkerLeavesAFormWhereItIsAndSparesTheQuestionAhead() {
        try (var browser = Browser.phone().as(shop)) {
            browser.page().clock().install();
            var page = browser.open("/customers");
            page.waitForFunction("() => navigator.serviceWorker.controller !== null");
            page.navigate("/customers/new");
            page.fill("#name", "Ani Typed");
            browser.context().setOffline(true);
            page.click("main form button");
            says(page);
            Assertions.assertThat(page.url()).endsWith("/customers/new");
            assertThat(page.locator("#name")).hasValue("Ani Typed");
            Assertions.assertThat(book.names()).isEmpty();

            browser.context().setOffline(false);
            soon(page);
            saysNoMore(page);
            var asked = new ArrayList<String>();
            page.onRequest(request -> asked.add(request.method() + " " + request.url()));
            page.locator("main form button").dblclick();
            page.waitForURL("**/customers/*?done=created");
            Assertions.assertThat(book.names()).containsExactly("Ani Typed");
            Assertions.assertThat(asked)
                    .contains("POST " + Browser.base() + "/customers")
                    .noneMatch(request -> request.contains("/api/health"));
        }
    }

    @Test
    void theButtonThatWasPressedIsSentAlong() {
        var ani = book.add("Ani");
        walk(browser -> {
            var page = browser.open("/customers/" + ani);
            page.locator("#consents button[value=withdrawn]").first().click();
            page.waitForURL("**?done=consent*");
            assertThat(page.locator("#consents form").first()).containsText("Tidak mau");
        });
    }

    @Test
    void aSearchIsMadeGoodWhenTheServerIsBack() {
        book.add("Ani");
        book.add("Budi");
        walk(browser -> {
            var page = browser.open("/customers");
            browser.awaitHtmx();
            gone(page);
            page.fill("#search", "Budi");
            says(page);
            assertThat(page.locator("#list")).containsText("Ani");
            back(page);
            saysNoMore(page);
            assertThat(page.locator("#list")).not().containsText("Ani");
            assertThat(page.locator("#list")).containsText("Budi");
        });
    }

    @Test
    void aNewVersionOfTheWorkerIsOfferedAndTakesOverWhenTheOwnerSaysSo() {
        try (var browser = Browser.phone().as(shop)) {
            var page = browser.open("/customers");
            page.evaluate("navigator.serviceWorker.ready.then(() => 0)");
            page.reload();
            assertThat(page.locator("#notice")).isHidden();
            Assertions.assertThat(page.evaluate("navigator.serviceWorker.controller.scriptURL"))
                    .isEqualTo(Browser.base() + "/sw.js");

            // for the browser another address is another version
            page.evaluate("navigator.serviceWorker.register('/sw.js?new').then(() => 0)");
            assertThat(page.locator("#notice")).containsText("Versi baru sudah siap.");
            page.waitForNavigation(() -> page.locator("#notice button").click());
            Assertions.assertThat(page.evaluate("navigator.serviceWorker.controller.scriptURL"))
                    .isEqualTo(Browser.base() + "/sw.js?new");
        }
    }
}
