package com.smartmarketingagent.rfm;

import static com.smartmarketingagent.Http.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.not;

import com.microsoft.playwright.assertions.PlaywrightAssertions;
import com.microsoft.playwright.options.ServiceWorkerPolicy;
import com.smartmarketingagent.Browser;
import com.smartmarketingagent.Http.Checked;
import com.smartmarketingagent.Http.Request;
import com.smartmarketingagent.Shop;
import com.smartmarketingagent.Visitor;
import com.smartmarketingagent.platform.Db;
import com.smartmarketingagent.rfm.Outlook.Sale;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.math.BigDecimal;
import java.time.Clock;
import java.time.LocalDate;
import java.time.ZoneId;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@QuarkusTest
class SegmentPagesTest {

    private static final String SCRIPT = "<script>alert(1)</script>";
    private static final String HTMX = "Sri hx-get=/logout hx-trigger=load";
    private static final String EMOJI = "🌸 Bu Melati 👩‍👩‍👧";
    private static final String ARABIC = "متجر النور \u202eterbalik";

    /** How well the words of a picture stand out from what is behind them, at the worst place. */
    static final String CONTRAST = """
            () => {
              const rgb = (c) => { const x = document.createElement('canvas').getContext('2d'); x.fillStyle = c;
                x.fillRect(0, 0, 1, 1); return [...x.getImageData(0, 0, 1, 1).data].slice(0, 3); };
              const light = (c) => { const [r, g, b] = c.map((v) => (v /= 255) <= .04045 ? v / 12.92 : ((v + .055) / 1.055) ** 2.4);
                return .2126 * r + .7152 * g + .0722 * b; };
              let worst = 99;
              for (const text of document.querySelectorAll('main svg text')) {
                let back = rgb(getComputedStyle(text.closest('.card')).backgroundColor);
                const rect = text.closest('a, [data-tile]')?.querySelector('rect');
                if (rect) {
                  const fill = rgb(getComputedStyle(rect).color), depth = Number(rect.getAttribute('fill-opacity'));
                  back = back.map((v, i) => v * (1 - depth) + fill[i] * depth);
                }
                const [a, b] = [light(rgb(getComputedStyle(text).color)), light(back)];
                worst = Math.min(worst, (Math.max(a, b) + .05) / (Math.min(a, b) + .05));
              }
              return worst;
            }""";

    @Inject
    Db db;

    @Inject
    Clock clock;

    private final Map<Shop, String> sessions = new HashMap<>();

    Shop shop;
    Books books;
    LocalDate today;

    @BeforeEach
    void openShop() {
        shop = Shop.register();
        books = Books.of(db, shop.id());
        today = clock.instant().atZone(ZoneId.of("Asia/Jakarta")).toLocalDate();
    }

    /**
     * A champion, one who was and is leaving, and three who are new; analysed two months ago and, when looked at,
     * today.
     */
    private Map<String, UUID> aShopThatMoved() {
        var ani = books.customer("Bu Ani");
        var leaving = books.customer(SCRIPT);
        var names = List.of(HTMX, EMOJI, ARABIC);
        var fresh = books.customers(names);
        books.sell(ani, sales(12, 0, 500_000));
        books.sell(leaving, sales(12, 100, 600_000));
        for (var one : fresh) books.sell(one, sales(1, 5, 80_000));
        shop.api()
                .body(Map.of("as_of", today.minusDays(60).toString()))
                .post("/api/rfm/calculate")
                .then()
                .statusCode(200);
        return Map.of("Bu Ani", ani, SCRIPT, leaving, ARABIC, fresh.get(2));
    }

    /** So many purchases, the last {@code daysAgo}, a week apart. */
    private Sale[] sales(int count, int daysAgo, int amount) {
        return IntStream.range(0, count)
                .mapToObj(i -> new Sale(today.minusDays(daysAgo + 7L * i), new BigDecimal(amount)))
                .toArray(Sale[]::new);
    }

    /**
     * Until it is calculated anew an analysis has both of two who were merged, in its numbers, lists and picture alike;
     * who was deleted is in none.
     */
    @Test
    void whoWasMergedSinceIsInTheNumberTheListItsPagesAndThePictureOrInNone() {
        var fresh = books.customers(List.of("Ani", "Budi", "Citra", "Dewi"));
        for (var one : fresh) books.sell(one, sales(1, 5, 80_000));
        var owner = new Visitor(shop);
        owner.get("/segments");
        shop.api()
                .body(Map.of("other_id", fresh.get(1)))
                .post("/api/customers/" + fresh.get(0) + "/merge")
                .then()
                .statusCode(200);
        shop.api().delete("/api/customers/" + fresh.get(3)).then().statusCode(200);
        // as for whoever looked at that moment
        db.useTenant(
                shop.id(),
                tx -> tx.createUpdate("DELETE FROM app.rfm_changes WHERE user_id = :user")
                        .bind("user", shop.id())
                        .execute());

        var picture = owner.get("/segments").extract().asString();
        assertThat(picture).containsPattern("href=\"/segments/cells/5/1\"[^>]*>3&nbsp;");
        for (var list : List.of("/segments/new_customers", "/segments/cells/5/1")) {
            var first = owner.get(list + "?limit=2").extract().asString();
            var second = owner.get(list + "?limit=2&page=2").extract().asString();
            assertThat(first).containsPattern("\\b3(</span>)? pelanggan").contains("rel=\"next\"");
            assertThat(second).doesNotContain("rel=\"next\"");
            assertThat(first + second)
                    .contains("<bdi>Ani", "<bdi>Budi", "<bdi>Citra")
                    .doesNotContain("<bdi>Dewi");
        }
    }

    @Test
    void threat17ThePicturesLeadToPeopleWhateverTheirNames() {
        var ids = aShopThatMoved();
        try (var browser = Browser.phone().as(shop)) {
            var page = browser.page();
            // as it came: the page hears of it at once, and renews itself
            assertThat(page.navigate("/segments").text()).contains("baru saja dihitung ulang");
            shop.api()
                    .get("/api/rfm/analysis")
                    .then()
                    .body("data.stale", equalTo(false))
                    .body("data.analysis_date", equalTo(today.toString()))
                    .body("data.segments.new_customers", equalTo(3));
            // looked at again nothing is calculated
            var calculatedAt = shop.api().get("/api/rfm/analysis").path("data.calculated_at");
            page.reload();
            PlaywrightAssertions.assertThat(page.locator("main")).not().containsText("baru saja dihitung ulang");
            assertThat(shop.api().get("/api/rfm/analysis").<Object>path("data.calculated_at"))
                    .isEqualTo(calculatedAt);

            assertThat(page.evaluate("document.documentElement.scrollWidth <= innerWidth"))
                    .isEqualTo(true);
            page.locator("svg a[href='/segments/cells/2/5']").click();
            page.waitForURL("**/segments/cells/2/5");
            assertThat(page.locator("main table.tight th a").allInnerTexts()).containsExactly(SCRIPT);
            page.goBack();
            page.locator("svg a[href='/segments/new_customers']").click();
            page.waitForURL("**/segments/new_customers");
            assertThat(page.locator("main table.tight th a").allInnerTexts())
                    .containsExactlyInAnyOrder(HTMX, EMOJI, ARABIC);
            assertThat(page.locator("[hx-get='/logout'], main script").count()).isZero();
            page.navigate("/segments/cant_lose_them");
            PlaywrightAssertions.assertThat(page.locator("main"))
                    .containsText("1 orang datang" /* since the analysis of two months ago */);
            PlaywrightAssertions.assertThat(page.locator("main")).containsText("dari Pelanggan Juara");
            assertThat(page.locator("main table.tight th a").getAttribute("href"))
                    .endsWith("/customers/" + ids.get(SCRIPT));
            page.navigate("/segments/champions");
            PlaywrightAssertions.assertThat(page.locator("main")).containsText("ke Jangan Sampai Hilang");
            nothingWasRefused(browser);
        }
    }

    @Test
    void wordsInThePicturesStandOutInLightAndDark() {
        aShopThatMoved();
        for (var scheme : com.microsoft.playwright.options.ColorScheme.values()) {
            if (!scheme.name().matches("LIGHT|DARK")) continue;
            try (var browser = Browser.with(o -> o.setViewportSize(320, 640).setColorScheme(scheme))
                    .as(shop)) {
                for (var path : List.of("/segments", "/segments/champions", "/")) {
                    var page = browser.open(path);
                    assertThat(((Number) page.evaluate(CONTRAST)).doubleValue())
                            .as(scheme + " " + path)
                            .isBetween(4.5, 21.0);
                    assertThat(page.evaluate("document.documentElement.scrollWidth <= innerWidth"))
                            .as(path)
                            .isEqualTo(true);
                }
                nothingWasRefused(browser);
            }
        }
    }

    @Test
    void everyPictureHasItsNamesAndItsTable() {
        aShopThatMoved();
        var html = get("/segments").statusCode(200).extract().asString();
        assertThat(html)
                .contains("role=\"group\" aria-labelledby=\"map_title map_desc\"", "<title id=\"grid_title\">")
                .contains("aria-label=\"Terakhir belanja ≤ 30 hari, &gt; 10 kali: 1 pelanggan, rata-rata Rp6.000.000\"")
                .contains(
                        "<a class=\"underline text-primary min-h-11 inline-flex items-center\" id=\"line_lost\" href=\"/segments/lost\"")
                .doesNotContain(" style=", "NaN");
        var segment = get("/segments/champions").extract().asString();
        assertThat(segment).contains("role=\"img\"").doesNotContain(" style=");
        // the picture's table: twelve months, and together all that was sold
        var table = segment.substring(segment.indexOf("id=\"sales_title\""));
        var months = Pattern.compile("<td class=\"number\">Rp([0-9.]+)</td>")
                .matcher(table.substring(0, table.indexOf("</table>")))
                .results()
                .map(r -> new BigDecimal(r.group(1).replace(".", "")))
                .toList();
        assertThat(months).hasSize(12);
        assertThat(months.stream().reduce(BigDecimal.ZERO, BigDecimal::add)).isEqualByComparingTo("6000000");
    }

    @Test
    void moreThanAPageIsPaged() {
        var ids = books.customers(
                IntStream.range(0, 21).mapToObj(i -> "Orang " + i).toList());
        for (int i = 0; i < 21; i++) books.sell(ids.get(i), sales(1, 3, 1_000 + i));
        get("/segments/new_customers")
                .body(containsString("Orang 20<"), not(containsString("Orang 0<")), containsString("?page=2\""));
        get("/segments/new_customers?page=2").body(containsString("Orang 0<"), containsString("?page=1\""));
        get("/segments/new_customers?page=99").body(containsString("Orang 0<"), containsString("?page=1\""));
        get("/segments/cells/5/1?page=99").body(containsString("Orang 0<"), containsString("?page=1\""));
        get("/segments/cells/5/1?page=2").body(containsString("Orang 0<"), containsString("?page=1\""));
        get("/segments/new_customers?page=0").statusCode(400).contentType("text/html");
    }

    @Test
    void aNewShopIsToldWhereToBegin() {
        get("/segments")
                .statusCode(200)
                .body(containsString("href=\"/imports\""), not(containsString("viewBox=\"0 0 320")));
        get("/segments/lost").statusCode(200).body(containsString("Belum ada siapa pun di sini."));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/segments/tidak-ada",
                "/segments/cells/0/1",
                "/segments/cells/1/6",
                "/segments/cells/a/1",
                "/segments/cells/1/1",
                "/segments/%3Cscript%3E"
            })
    void whatIsNoSegmentIsAPageThatSaysSo(String path) {
        given().cookie("sma_session", cookie())
                .urlEncodingEnabled(false)
                .get(path)
                .then()
                .statusCode(404)
                .contentType("text/html")
                .body(not(containsString("<script>")));
    }

    @Test
    void anotherShopSeesNothingOfMine() {
        aShopThatMoved();
        get("/segments/champions").body(containsString("Bu Ani"));
        shop = Shop.register();
        get("/segments/champions").body(not(containsString("Bu Ani")));
        get("/segments").body(not(containsString("Bu Ani")));
    }

    @Test
    void settingsShowWhatWouldChangeAndChangeItOnlyWhenSaved() {
        aShopThatMoved();
        try (var browser = Browser.phone().as(shop)) {
            var page = browser.open("/segments/settings");
            browser.awaitHtmx();
            // only an element that stays is read out when it changes
            page.evaluate("document.querySelector('#preview[aria-live=polite]').same = true");
            page.fill("#recency_4", "400");
            page.fill("#recency_3", "120");
            page.locator("#recency_3").blur();
            var row = page.locator(
                    "#preview tr",
                    new com.microsoft.playwright.Page.LocatorOptions().setHasText("Jangan Sampai Hilang"));
            PlaywrightAssertions.assertThat(row).containsText("−1");
            assertThat(page.evaluate("document.querySelector('#preview').same === true"))
                    .isEqualTo(true);
            assertThat(stored()).containsEntry("recency_bins", List.of(30, 60, 90, 180));
            shop.api().get("/api/rfm/analysis").then().body("data.segments.cant_lose_them", equalTo(1));

            page.locator("button.btn-primary").click();
            page.waitForURL("**/segments");
            assertThat(stored()).containsEntry("recency_bins", List.of(30, 60, 120, 400));
            shop.api()
                    .get("/api/rfm/analysis")
                    .then()
                    .body("data.stale", equalTo(false))
                    .body("data.segments.cant_lose_them", equalTo(0))
                    .body("data.segments.loyal_customers", equalTo(1));
            nothingWasRefused(browser);
        }
    }

    @Test
    void withoutScriptTheSecondButtonShowsTheSameOnTheWholePage() {
        aShopThatMoved();
        get("/segments");
        var before = runs();
        var page = post("/segments/settings/preview", "fixed", "", "30 60 120 400")
                .statusCode(200)
                .extract()
                .asString();
        assertThat(page).contains("<html", "Jangan Sampai Hilang", "−1", "value=\"120\"");
        assertThat(stored()).containsEntry("recency_bins", List.of(30, 60, 90, 180));
        assertThat(runs()).isEqualTo(before);
        var same = post("/segments/settings/preview", "fixed", "", "30 60 90 180")
                .extract()
                .asString();
        assertThat(same).contains("Jumlah tiap kelompok tidak berubah.");
    }

    @Test
    void aWindowThatLeavesCustomersOutSaysHowMany() {
        aShopThatMoved();
        var page = post("/segments/settings/preview", "fixed", "90", "30 60 90 180")
                .statusCode(200)
                .extract()
                .asString();
        assertThat(page.replaceAll("<[^>]+>|\\s+", " ")).containsPattern("di luar jangka waktu\\) +0 +1 +\\+1");

        post("/segments/settings", "fixed", "1", "30 60 90 180").statusCode(303);
        get("/segments")
                .body(
                        containsString("4 pelanggan pernah belanja, tetapi tidak dinilai"),
                        containsString("Pengaturan segmen"));
        post("/segments/settings", "fixed", "", "30 60 90 180").statusCode(303);
        get("/segments").body(not(containsString("tetapi tidak dinilai")));
    }

    @ParameterizedTest
    @CsvSource({
        "30 20 90 180, recency_2, Harus lebih besar dari batas sebelumnya.",
        "30 -60 90 180, recency_2, Tulis angka saja",
        "30 60 banyak 180, recency_3, Tulis angka saja",
        "30 60 90 99999, recency_4, Angka ini terlalu besar.",
        "30 60 90, recency_4, Isi batas ini.",
        "<script>alert(1)</script> 60 90 180, recency_1, Tulis angka saja",
        "🌸 60 90 180, recency_1, Tulis angka saja",
        "٣٠ 60 90 180, recency_1, Tulis angka saja"
    })
    void aBadThresholdIsExplainedAtItsFieldAndNothingIsStored(String days, String field, String said) {
        var before = stored();
        for (var path : List.of("/segments/settings", "/segments/settings/preview")) {
            var page = post(path, "fixed", "", days).statusCode(400).extract().asString();
            assertThat(page)
                    .containsPattern("id=\"" + field + "_problem\">" + Pattern.quote(said))
                    .contains("aria-describedby=\"" + field + "_problem\"")
                    .doesNotContain("<script>alert");
            for (var typed : days.split(" ", -1)) {
                assertThat(page)
                        .contains("value=\"" + typed.replace("<", "&lt;").replace(">", "&gt;") + "\"");
            }
        }
        assertThat(stored()).isEqualTo(before);
    }

    @Test
    void aBadWindowOrMethodIsExplainedToo() {
        post("/segments/settings", "fixed", "0", "30 60 90 180")
                .statusCode(400)
                .body(containsString("id=\"window_days_problem\""));
        post("/segments/settings", "tebak", "", "30 60 90 180")
                .statusCode(400)
                .body(containsString("Pilih salah satu cara."));
    }

    @Test
    void savedTwiceIsSavedOnceAndKeepsEverything() {
        for (int i = 0; i < 2; i++) {
            post("/segments/settings", "quantile", "365", "7 14 30 1.000")
                    .statusCode(303)
                    .header("Location", containsString("/segments"));
        }
        assertThat(stored())
                .containsEntry("method", "quantile")
                .containsEntry("window_days", 365)
                .containsEntry("recency_bins", List.of(7, 14, 30, 1000));
        get("/segments/settings").body(containsString("value=\"quantile\" checked"), containsString("value=\"365\""));
        post("/segments/settings", "fixed", "", "30 60 90 180").statusCode(303);
        assertThat(stored()).containsEntry("method", "fixed").containsEntry("window_days", null);
    }

    @Test
    void threat15WithoutTheFormsFieldNothingIsSaved() {
        browser()
                .formParam("method", "quantile")
                .post("/segments/settings")
                .then()
                .statusCode(403);
        assertThat(stored()).containsEntry("method", "fixed");
    }

    /** Neither the content policy nor a script complained. */
    private static void nothingWasRefused(Browser browser) {
        assertThat(browser.complaints())
                .noneMatch(c -> c.contains("Content Security Policy") || c.startsWith("script:"));
    }

    private Map<String, Object> stored() {
        return shop.api().get("/api/rfm/settings").jsonPath().getMap("data");
    }

    private List<String> runs() {
        return db.inTenant(
                shop.id(),
                tx -> tx.createQuery("SELECT r::text FROM app.rfm_runs r WHERE user_id = :user ORDER BY 1")
                        .bind("user", shop.id())
                        .mapTo(String.class)
                        .list());
    }

    private Checked post(String path, String method, String window, String days) {
        return browser()
                .contentType("application/x-www-form-urlencoded; charset=utf-8")
                .formParam("csrf", Visitor.csrf(cookie()))
                .formParam("method", method)
                .formParam("window_days", window)
                .formParam("recency", List.of(days.split(" ", -1)))
                .formParam("frequency", List.of("1", "2", "5", "10"))
                .formParam("monetary", List.of("100.000", "500.000", "1.000.000", "5.000.000"))
                .post(path)
                .then();
    }

    private Checked get(String path) {
        return browser().get(path).then();
    }

    private Request browser() {
        return given().cookie("sma_session", cookie()).follow(false);
    }

    /** One session for all of a test's requests: a form's field belongs to its session. */
    private String cookie() {
        return sessions.computeIfAbsent(shop, of -> Visitor.cookie(of.email(), of.password()));
    }

    @Test
    void comparedWithEachOtherCustomersStandInGroupsOfFiveAndNotInDays() {
        aShopThatMoved();
        post("/segments/settings", "quantile", "", "30 60 90 180").statusCode(303);
        try (var browser = Browser.phone().as(shop)) {
            var page = browser.open("/segments");
            var labels = page.locator("svg a[href^='/segments/cells/']").all().stream()
                    .map(a -> a.getAttribute("aria-label"))
                    .toList();
            assertThat(labels)
                    .isNotEmpty()
                    .allMatch(
                            l -> l.matches(
                                    "Terakhir belanja kelompok ke-[1-5] dari 5, seringnya kelompok ke-[1-5] dari 5: \\d+ pelanggan, rata-rata Rp[0-9.]+"));
            PlaywrightAssertions.assertThat(page.locator("#by_habit ~ div svg")).containsText("5/5 paling baru");
            PlaywrightAssertions.assertThat(page.locator("main")).containsText("Pelanggan dibagi lima");
            page.locator("section[aria-labelledby=by_habit] summary").click();
            PlaywrightAssertions.assertThat(page.locator("section[aria-labelledby=by_habit] thead"))
                    .isVisible();
            assertThat(page.locator("section[aria-labelledby=by_habit] thead th")
                            .allTextContents())
                    .contains("kelompok ke-1 dari 5", "kelompok ke-5 dari 5");
            assertThat(page.locator("section[aria-labelledby=by_habit] tbody th")
                            .allTextContents())
                    .contains("seringnya kelompok ke-5 dari 5");
            assertThat(page.locator("main").innerText()).doesNotContain("/5 hari", "/5 kali");
            page.locator("svg a[href^='/segments/cells/']").first().click();
            page.waitForURL("**/segments/cells/*/*");
            var cell = page.url().replaceFirst(".*/cells/", "").split("/");
            var title =
                    "Terakhir belanja kelompok ke-" + cell[0] + " dari 5, seringnya kelompok ke-" + cell[1] + " dari 5";
            PlaywrightAssertions.assertThat(page.locator("h1")).hasText(title);
            assertThat(page.title()).startsWith(title);
            nothingWasRefused(browser);
        }
    }

    @Test
    void theTrialOfSettingsSaysThatItIsUnderWay() {
        aShopThatMoved();
        try (var browser = Browser.with(o -> o.setServiceWorkers(ServiceWorkerPolicy.BLOCK))
                .as(shop)) {
            var page = browser.open("/segments/settings");
            browser.awaitHtmx();
            var held = new java.util.ArrayList<com.microsoft.playwright.Route>();
            browser.context().route("**/preview", held::add);
            PlaywrightAssertions.assertThat(page.locator("main .wait")).isHidden();
            page.fill("#recency_4", "400");
            page.locator("#recency_4").blur();
            PlaywrightAssertions.assertThat(page.locator("main [aria-live] .wait"))
                    .isVisible();
            held.getFirst().resume();
            PlaywrightAssertions.assertThat(page.locator("#preview")).containsText("Kalau disimpan");
            PlaywrightAssertions.assertThat(page.locator("main .wait")).isHidden();
        }
    }
}
