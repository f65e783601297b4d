package com.smartmarketingagent;

import static org.assertj.core.api.Assertions.assertThat;

import com.smartmarketingagent.account.DemoShops.LogIn;
import com.smartmarketingagent.demo.DemoShop;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a browser makes of the styles on a phone: nothing is cut off, covered or run together. */
@QuarkusTest
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class LooksTest {

    /** Words of pictures that begin or end outside of what is shown of the picture. */
    private static final String CUT = """
            () => [...document.querySelectorAll('main svg text')].filter(text => {
              const svg = text.ownerSVGElement, open = getComputedStyle(svg).overflow === 'visible';
              const box = (open ? svg.closest('.card') : svg).getBoundingClientRect(), at = text.getBoundingClientRect();
              return at.width && (at.left < box.left - .5 || at.right > box.right + .5 || at.bottom > box.bottom + .5);
            }).map(text => text.textContent)""";

    /** Choices whose words are wider than the room before the arrow. */
    private static final String CROWDED = """
            () => [...document.querySelectorAll('select')].flatMap(select => {
              const style = getComputedStyle(select), pen = document.createElement('canvas').getContext('2d');
              pen.font = style.font;
              const room = select.clientWidth - parseFloat(style.paddingLeft) - parseFloat(style.paddingRight);
              return parseFloat(style.paddingRight) < 30 ? [select.name + ' has no room for its arrow']
                : [...select.options].filter(o => pen.measureText(o.text).width > room).map(o => o.text);
            })""";

    /** What has the focus, if the bar at the foot lies over it. */
    private static final String COVERED = """
            () => {
              const at = document.activeElement, bar = document.querySelector('.nav');
              if (at === document.body || bar.contains(at)) return null;
              // of what is as high as a paragraph the first line
              const { top, bottom } = at.getBoundingClientRect();
              return Math.min(bottom, top + 44) > bar.getBoundingClientRect().top ? at.outerHTML : null;
            }""";

    /** Words of titles that were moved away, and are partly in the window. */
    private static final String STRAY = """
            () => [...document.querySelectorAll('thead')].filter(head => getComputedStyle(head).position === 'absolute')
              .flatMap(head => [...head.querySelectorAll('th')]).filter(th => {
                const words = document.createRange();
                words.selectNodeContents(th);
                const { left, right } = words.getBoundingClientRect();
                return right > 0 && left < innerWidth && right > left;
              }).map(th => th.textContent.trim())""";

    @Inject
    DemoShop demo;

    LogIn logIn;

    /** The same shop with something on every page; null until a test asks for it. */
    @Nullable
    FullShop full;

    @BeforeAll
    void open() {
        logIn = demo.open();
    }

    @AfterAll
    void remove() {
        demo.remove(logIn.id());
    }

    private Shop shop() {
        return Shop.logIn(logIn.email(), logIn.password());
    }

    private static Browser phone(int width) {
        return Browser.with(o -> o.setViewportSize(width, 740));
    }

    @ParameterizedTest
    @ValueSource(ints = {320, 360})
    void noWordOfAPictureIsCutOff(int width) {
        var shop = shop();
        var champion =
                shop.api().get("/api/customers?sort=-total_spent&limit=1").<String>path("data.customers[0].id");
        // what comes after finds it as it was
        for (var language : List.of("en", "id")) {
            try (var browser = phone(width).as(shop)) {
                var page = browser.open("/profile");
                page.selectOption("#language", language);
                page.click("form[action='/profile/look'] button");
                page.waitForURL("**?done=look");
                for (var path : List.of("/", "/segments", "/segments/champions", "/customers/" + champion)) {
                    page.navigate(path);
                    assertThat(page.locator("main svg text").count())
                            .describedAs(path)
                            .isPositive();
                    assertThat(page.evaluate(CUT))
                            .describedAs(path + " " + language)
                            .isEqualTo(List.of());
                }
            }
        }
    }

    /** Titles that a narrow list hides from eyes lie outside the window, with their words. */
    @ParameterizedTest
    @ValueSource(ints = {360, 600, 900})
    void noTitleOfANarrowListLiesOverIt(int width) {
        try (var browser = phone(width).as(shop())) {
            for (var path : List.of("/customers", "/sales", "/imports", "/segments/champions"))
                assertThat(browser.open(path).evaluate(STRAY)).describedAs(path).isEqualTo(List.of());
        }
    }

    @Test
    void noChoiceRunsUnderTheArrowOfItsField() {
        try (var browser = phone(360).as(shop())) {
            for (var path : List.of("/profile", "/content", "/customers?segment=lost")) {
                assertThat(browser.open(path).evaluate(CROWDED))
                        .describedAs(path)
                        .isEqualTo(List.of());
            }
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {320, 360, 400})
    void theBarAtTheFootLiesOverNothingThatHasTheFocus(int width) {
        try (var browser = phone(width).as(shop())) {
            for (var path : List.of("/content", "/profile")) {
                var page = browser.open(path);
                int controls = page.locator("main :is(a, button, input:not([type=hidden]), select, textarea, summary)")
                        .count();
                // backwards too: from the foot up
                for (var key : List.of("Tab", "Shift+Tab")) {
                    for (int i = 0; i < controls + 12; i++) {
                        page.keyboard().press(key);
                        assertThat(page.evaluate(COVERED)).describedAs(path).isNull();
                    }
                }
                // and the last of the page can be brought above it
                assertThat(page.evaluate("""
                                () => {
                                  scrollTo(0, document.body.scrollHeight);
                                  return document.querySelector('main > :last-child').getBoundingClientRect().bottom
                                    < document.querySelector('.nav').getBoundingClientRect().top;
                                }""")).isEqualTo(true);
            }
        }
    }

    /** As marketplaces call their files: no letter of it is a place to break. */
    @Test
    void aLongNameOfAFileMakesNoPageWider() {
        var shop = Shop.register();
        var id = shop.api()
                .contentType("multipart/form-data")
                .multiPart(
                        "file",
                        "Order.all.20251101_20251130_part_1_of_2_Shopee_export.csv",
                        "nama\nAni\n".getBytes(StandardCharsets.UTF_8))
                .post("/api/customers/import")
                .then()
                .statusCode(202)
                .extract()
                .<String>path("data.import.id");
        Await.until(
                "it is told",
                () -> new Visitor(shop).get("/notices").extract().asString().contains("Order.all"));
        try (var browser = phone(360).as(shop)) {
            for (var path : List.of("/notices", "/imports", "/imports/" + id))
                assertThat(browser.open(path).evaluate("document.documentElement.scrollWidth"))
                        .describedAs(path)
                        .isEqualTo(360);
        }
    }

    /** A desktop's window at 200 % has half as many pixels for everything; tablets are between that and a desktop. */
    @ParameterizedTest
    @ValueSource(ints = {640, 768, 1024})
    void atTwiceTheSizeAndOnATabletNothingRunsOutOfTheWindow(int width) {
        if (full == null) full = FullShop.of(shop());
        try (var browser = Browser.with(o -> o.setViewportSize(width, 360).setDeviceScaleFactor(2))
                .as(full.shop())) {
            for (var path : List.of(
                    "/",
                    "/customers",
                    "/customers/" + full.customer(),
                    "/customers/new",
                    "/sales",
                    "/sales/new",
                    "/imports",
                    "/segments",
                    "/segments/settings",
                    "/content",
                    "/profile")) {
                var page = browser.open(path);
                assertThat(page.evaluate("document.documentElement.scrollWidth <= innerWidth"))
                        .describedAs(path + " is wider than the window")
                        .isEqualTo(true);
                // a button shows all of its words
                assertThat(page.evaluate("""
                                () => [...document.querySelectorAll('main .btn, .nav a, header a, header summary')]
                                  .filter(b => b.offsetParent && (b.scrollWidth > b.clientWidth + 1 || b.scrollHeight > b.clientHeight + 1))
                                  .map(b => b.textContent.trim())""")).describedAs(path).isEqualTo(List.of());
            }
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {320, 360})
    void theGroupsAreAShortListOnAPhone(int width) {
        try (var browser = phone(width).as(shop())) {
            for (var path : List.of("/", "/segments")) {
                assertThat(browser.open(path).evaluate("""
                                () => {
                                  const rows = [...document.querySelectorAll('.compact tbody tr')];
                                  const box = e => e.getBoundingClientRect();
                                  return rows.length + ' rows' + rows.flatMap(row => {
                                    const name = box(row.querySelector('th')), cells = [...row.querySelectorAll('td')];
                                    return [
                                      innerWidth > 340 && box(row).height > 100 && ' high ' + row.innerText,
                                      cells.some(c => box(c).left < name.right) && ' over each other ' + row.innerText,
                                      cells.some(c => box(c).right > innerWidth) && ' beyond ' + row.innerText,
                                      // the number says what it counts where its heading is not seen
                                      getComputedStyle(cells[0], '::after').content.includes('pelanggan') || ' without unit'
                                    ].filter(said => said && said !== true);
                                  }).join();
                                }""")).describedAs(path).isEqualTo("8 rows");
            }
        }
    }

    @Test
    void whatAStackedCellIsStandsBesideIt() {
        var full = FullShop.of(Shop.register());
        var cell = """
                () => {
                  const row = document.querySelector('.stack tbody tr'), day = row.querySelector('td');
                  const below = day.getBoundingClientRect().top >= row.querySelector('th').getBoundingClientRect().bottom;
                  return getComputedStyle(day, '::before').content + ' ' + below;
                }""";
        try (var browser = phone(360).as(full.shop())) {
            var page = browser.open("/imports");
            assertThat(page.evaluate(cell)).isEqualTo("\"Tanggal\" true");
            page.setViewportSize(Browser.DESKTOP[0], Browser.DESKTOP[1]);
            assertThat(page.evaluate(cell)).isEqualTo("none false");
        }
    }

    @Test
    void theMenuClosesByTheEscapeKeyAndByATapBesideIt() {
        try (var browser = phone(360).as(shop())) {
            browser.open("/customers");
            var page = browser.awaitHtmx();
            page.click("#menu summary");
            assertThat(page.isVisible("#menu a[href='/profile']")).isTrue();
            page.keyboard().press("Tab");
            page.keyboard().press("Escape");
            assertThat(page.isVisible("#menu a[href='/profile']")).isFalse();
            assertThat(page.evaluate("() => document.activeElement.matches('#menu summary')"))
                    .isEqualTo(true);
            page.click("#menu summary");
            page.click("h1");
            assertThat(page.isVisible("#menu a[href='/profile']")).isFalse();
            // a part of the page that comes anew at that moment opens it no more
            page.click("#menu summary");
            page.evaluate("() => document.dispatchEvent(new CustomEvent('htmx:beforeSwap'))");
            page.click("h1");
            page.evaluate("() => document.dispatchEvent(new CustomEvent('htmx:afterSettle'))");
            assertThat(page.isVisible("#menu a[href='/profile']")).isFalse();
        }
    }

    @Test
    void theTwoWaysToScoreAreApart() {
        try (var browser = phone(360).as(shop())) {
            assertThat((Double) browser.open("/segments/settings").evaluate("""
                            () => {
                              const [one, two] = [...document.querySelectorAll('[name=method] ~ span')].map(s => s.getBoundingClientRect());
                              return two.top - one.bottom + .01;
                            }"""))
                    .isGreaterThanOrEqualTo(16);
        }
    }

    @Test
    void everyButtonLooksLikeOne() {
        var full = FullShop.of(Shop.register());
        try (var browser = phone(360).as(full.shop())) {
            for (var path : List.of(
                    "/customers", "/customers/new", "/sales/" + full.sale(), "/imports", "/imports/" + full.done())) {
                assertThat(browser.open(path).evaluate("""
                                () => [...document.querySelectorAll('main .btn')].filter(b => {
                                  const style = getComputedStyle(b);
                                  const plain = c => c === 'rgba(0, 0, 0, 0)' || c === 'transparent';
                                  return b.offsetParent && !style.textDecorationLine.includes('underline')
                                    && (plain(style.borderTopColor) || style.borderTopWidth === '0px') && plain(style.backgroundColor);
                                }).map(b => b.textContent)""")).describedAs(path).isEqualTo(List.of());
            }
        }
    }
}
