package com.smartmarketingagent.live;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;

import com.microsoft.playwright.Page;
import com.microsoft.playwright.Route;
import com.microsoft.playwright.assertions.LocatorAssertions;
import com.microsoft.playwright.options.ServiceWorkerPolicy;
import com.smartmarketingagent.Await;
import com.smartmarketingagent.Browser;
import com.smartmarketingagent.Shop;
import com.smartmarketingagent.customer.CustomerBook;
import com.smartmarketingagent.platform.Db;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.time.Clock;
import java.time.ZoneId;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Open pages and their stream in a real browser: what it tells is shown, whatever happened to it in between. */
@QuarkusTest
class LivePagesTest {

    @Inject
    Db db;

    @Inject
    Clock clock;

    Shop shop;
    CustomerBook book;

    @BeforeEach
    void register() {
        shop = Shop.register();
        book = new CustomerBook(shop);
    }

    private UUID buys(String name) {
        var customer = book.add(name);
        buysAgain(customer);
        return customer;
    }

    private String today() {
        return clock.instant().atZone(ZoneId.of("Asia/Jakarta")).toLocalDate().toString();
    }

    private void buysAgain(UUID customer) {
        book.sell(customer, today(), 5_000);
    }

    private void calculate() {
        shop.api().body("{}").post("/api/rfm/calculate").then().statusCode(200);
    }

    /** As if the owner went to another app and came back. */
    private static void hide(Page page, boolean hidden) {
        page.evaluate(
                "hidden => Object.defineProperty(document, 'hidden', { get: () => hidden, configurable: true })",
                hidden);
        page.evaluate("document.dispatchEvent(new Event('visibilitychange'))");
    }

    @Test
    void aSaleFromAnotherPhoneAppears() {
        var ani = buys("Ani");
        try (var browser = Browser.phone().as(shop)) {
            for (var path : List.of("/", "/sales")) {
                var page = browser.open(path);
                browser.awaitLive();
                var sale = book.sell(ani, today(), 777_000);
                // on its own, or with the five thousand of before
                assertThat(page.locator("main"))
                        .containsText(
                                Pattern.compile("Rp7(77|82)\\.000"),
                                new LocatorAssertions.ContainsTextOptions().setTimeout(15_000));
                shop.api().delete("/api/transactions/" + sale).then().statusCode(200);
            }
        }
    }

    @Test
    void aPageThatWasHiddenLearnsWhatItMissed() {
        buys("Ani");
        calculate();
        try (var browser = Browser.phone().as(shop)) {
            var page = browser.open("/segments/new_customers");
            browser.awaitLive();
            hide(page, true);
            buys("Budi");
            calculate();
            // some minutes ago by now
            db.useTenant(
                    shop.id(),
                    tx -> tx.createUpdate(
                                    "UPDATE app.rfm_runs SET calculated_at = calculated_at - interval '3 minutes' WHERE user_id = :user")
                            .bind("user", shop.id())
                            .execute());
            assertThat(page.locator("#segment")).not().containsText("Budi");
            hide(page, false);
            assertThat(page.locator("#segment")).containsText("Budi");
        }
    }

    @Test
    void aStreamThatWasRefusedIsOpenedAgain() {
        buys("Ani");
        calculate();
        try (var browser = Browser.with(o -> o.setServiceWorkers(ServiceWorkerPolicy.BLOCK))
                .as(shop)) {
            var asked = new AtomicInteger();
            browser.page().route("**/live*", route -> {
                if (asked.getAndIncrement() > 0) route.resume();
                else route.fulfill(new Route.FulfillOptions().setStatus(503));
            });
            var page = browser.open("/segments/new_customers");
            browser.awaitLive();
            buys("Budi");
            calculate();
            assertThat(page.locator("#segment")).containsText("Budi");
        }
    }

    @Test
    void aNewAnalysisAppearsOnEveryPageThatShowsOne() {
        var ani = buys("Ani");
        calculate();
        try (var browser = Browser.phone().as(shop)) {
            var page = browser.open("/segments/cells/5/1");
            browser.awaitLive();
            assertThat(page.locator("#who_" + ani)).isVisible();
            var budi = buys("Budi");
            calculate();
            assertThat(page.locator("#who_" + budi)).isVisible();

            browser.open("/customers/" + ani);
            browser.awaitLive();
            assertThat(page.locator("#standing")).containsText("sudah 1 kali");
            for (int i = 0; i < 10; i++) buysAgain(ani);
            calculate();
            assertThat(page.locator("#standing")).containsText("sudah 11 kali");
            assertThat(page.locator("#standing")).hasCount(1);

            var cici = buys("Cici");
            browser.open("/customers");
            browser.awaitLive();
            assertThat(page.locator("#list tr:has(#who_" + cici + ") .badge")).hasCount(0);
            calculate();
            assertThat(page.locator("#list tr:has(#who_" + cici + ") .badge")).hasText("Pelanggan Baru");
            org.assertj.core.api.Assertions.assertThat(browser.complaints()).isEmpty();
        }
    }

    /** Paused by somebody else, or by itself: its page says so, and no page asks every few seconds. */
    @Test
    void aCampaignsPageFollowsIt() {
        book.add("Ani", "phone", "081234000001");
        var id = shop.draft();
        shop.api()
                .body(Map.of("send_at", clock.instant().plusSeconds(86_400).toString()))
                .post("/api/campaigns/" + id + "/approve")
                .then()
                .statusCode(200);
        try (var browser = Browser.phone().as(shop)) {
            var page = browser.open("/campaigns/" + id);
            browser.awaitLive();
            assertThat(page.locator("#state")).containsText("Dijadwalkan");
            page.click("#end summary");
            shop.api().post("/api/campaigns/" + id + "/pause").then().statusCode(200);
            assertThat(page.locator("#state")).containsText("Anda menjeda kampanye ini.");
            assertThat(page.locator("#end")).hasAttribute("open", "");
            shop.api().post("/api/campaigns/" + id + "/cancel").then().statusCode(200);
            assertThat(page.locator("#state")).containsText("Dibatalkan");
        }
    }

    /** What a provider tells later of messages changes the page of a campaign that is done. */
    @Test
    void theCountsOfACampaignThatIsDoneFollowItsReports() {
        book.add("Ani", "phone", "081234000001");
        var id = shop.draft("holdout_percent", 0);
        shop.api().post("/api/campaigns/" + id + "/approve").then().statusCode(200);
        Await.until(
                "it is done",
                () -> "done".equals(shop.api().get("/api/campaigns/" + id).path("data.campaign.state")));
        // practice tells nothing
        db.useTenant(
                shop.id(),
                tx -> tx.createUpdate("UPDATE app.campaigns SET via = 'resend' WHERE user_id = :u")
                        .bind("u", shop.id())
                        .execute());
        try (var browser = Browser.phone().as(shop)) {
            var page = browser.open("/campaigns/" + id);
            browser.awaitLive();
            assertThat(page.locator("#state")).not().containsText("Sampai");
            db.useTenant(shop.id(), tx -> {
                for (var told : List.of(
                        "UPDATE app.message_outbox SET state = 'delivered', delivered_at = now() WHERE user_id = :u",
                        "UPDATE app.campaigns SET news_at = now() WHERE user_id = :u"))
                    tx.createUpdate(told).bind("u", shop.id()).execute();
            });
            assertThat(page.locator("#state")).containsText("Sampai");
        }
    }
}
