package com.smartmarketingagent;

import static org.assertj.core.api.Assertions.assertThat;

import com.deque.html.axecore.playwright.AxeBuilder;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.options.ColorScheme;
import com.microsoft.playwright.options.ReducedMotion;
import com.smartmarketingagent.demo.DemoShop;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.Executors;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/**
 * Walks from page to page by their links, one address of each kind, and holds every page against WCAG 2.2 AA in light
 * and dark, a thumb's width, a 320 px screen, and the content policy. {@code ./sma screenshots} takes pictures on the
 * way.
 */
@QuarkusTest
class EveryPageTest {

    private static final List<String> RULES =
            List.of("wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice");

    /** Controls lower or narrower than a thumb. A link within a sentence may be as low as the sentence. */
    private static final String SMALL = """
            () => [...document.querySelectorAll('main a, nav a, header a, button, input:not([type=hidden]), select, summary')]
              .filter(e => e.offsetParent && !e.closest('p, li:not(:has(> :only-child)), td, th, svg, dd, label, .skip'))
              .map(e => [e, e.getBoundingClientRect()])
              .filter(([e, r]) => r.width && (r.height < 43.5 || r.width < 24)
                && !(['checkbox', 'radio'].includes(e.type) && e.closest('label')?.getBoundingClientRect().height >= 43.5))
              .map(([e, r]) => e.outerHTML.slice(0, 90) + ' ' + Math.round(r.width) + 'x' + Math.round(r.height))""";

    private static final String AXE = axe();

    /** Addresses that are no page of their own: files, parts of pages, what scripts ask for. */
    private static final Set<String> NO_PAGES = Set.of(
            "/assets/{file}",
            "/campaigns/{id}/recipients.csv",
            "/campaigns/{id}/state",
            "/campaigns/reach",
            "/content/style/fine-tuning.jsonl",
            "/customers/choices",
            "/customers/{id}/data.json",
            "/favicon.ico",
            "/files/{token}",
            "/imports/{id}/file",
            "/imports/{id}/refused",
            "/imports/{id}/state",
            "/live",
            "/pictures/{token}",
            "/profile/export.zip",
            "/notices/unread",
            "/manifest.webmanifest",
            "/reports/{period}/report.csv",
            "/reports/{period}/report.pdf",
            "/reports/{period}/report.xlsx",
            "/reports/{period}/sales.csv",
            "/robots.txt",
            "/s/{code}",
            "/sales/customers",
            "/sales/token",
            "/sitemap.xml",
            "/sw.js");

    private static final Executor TWO = Executors.newFixedThreadPool(
            2, Thread.ofPlatform().daemon().name("browser ", 1).factory());

    @Inject
    DemoShop demo;

    @Test
    void allPagesOfAVisitorAreSound() {
        var open = pages(PageRoutes.Route::open);
        assertThat(open).contains("/", "/login", "/sales/offline");
        var full = FullShop.empty(Shop.register());
        var addresses = PageRoutes.all().stream()
                .filter(r -> isPage(r) && r.open())
                .map(full::address)
                .distinct();
        walk("tamu", null, Stream.concat(addresses, Stream.of("/tidak-ada")).toList(), open);
    }

    @Test
    void allPagesOfAnOwnerAreSound() {
        var logIn = demo.open();
        try {
            var full = FullShop.of(Shop.logIn(logIn.email(), logIn.password()));
            var own = PageRoutes.all().stream()
                    .filter(r -> isPage(r) && !r.open() && !r.admins())
                    .toList();
            var first = new ArrayList<>(List.of("/"));
            for (var route : own) first.add(full.address(route));
            first.add("/sales/new?customer=" + full.customer());
            first.add("/campaigns/" + full.sent());
            walk(
                    "pemilik",
                    full.shop(),
                    first,
                    Stream.concat(own.stream().map(PageRoutes.Route::path), Stream.of("/", "/sales/new?customer"))
                            .toList());
        } finally {
            demo.remove(logIn.id());
        }
    }

    private static final List<String> NEW = List.of(
            "/", "/customers", "/sales", "/sales/new", "/segments", "/imports", "/profile", "/content", "/campaigns");

    @Test
    void allPagesOfANewOwnerAreSound() {
        walk(
                "baru",
                Shop.register(),
                List.of("/"),
                NEW,
                // the others show a new shop what they show everybody
                NEW::contains);
    }

    @Test
    void allPagesOfAnAdminAreSound() {
        Shop.register();
        // those that every owner has are seen by owners
        walk("admin", Shop.admin(), List.of("/admin"), pages(PageRoutes.Route::admins), p -> p.startsWith("/admin"));
    }

    /** Every form that says what is wrong: sent as a browser would that checks nothing itself. */
    @Test
    void allFormsThatWereRefusedAreSound() {
        var full = FullShop.of(Shop.register());
        var problems = new ArrayList<String>();
        try (var phone = phone()) {
            refused(phone, "/register", "[action='/register']", problems);
            refused(phone, "/login", "[action='/login']", problems);
            phone.as(full.shop());
            refused(phone, "/customers/new", "[action='/customers']", problems);
            refused(phone, "/customers/" + full.customer() + "/edit", "[action^='/customers/']", problems);
            refused(phone, "/sales/new", "[action='/sales']", problems);
            refused(phone, "/sales/" + full.sale() + "/edit", "[action^='/sales/']", problems);
            refused(phone, "/sales/" + full.sale() + "/refund", "[action$='/refund']", problems);
            refused(phone, "/profile", "[action='/profile']", problems);
            refused(phone, "/profile", "[action='/profile/password']", problems);
            refused(phone, "/imports", "[action='/imports']", problems);
            refused(phone, "/segments/settings", "[action='/segments/settings']", problems);
            refused(phone, "/content/templates/" + full.text(), "[action^='/content/templates/']", problems);
            refused(phone, "/content/style", "[action='/content/style/examples']", problems);
            refused(phone, "/content/style", "[action='/content/style/days']", problems);
            refused(phone, "/campaigns/new", "[action='/campaigns/new']", problems);
            refused(phone, "/channels/cloud_api", "[action='/channels/cloud_api']", problems);
            refused(phone, "/channels/resend", "[action='/channels/resend']", problems);
            refused(phone, "/channels/smtp", "[action='/channels/smtp']", problems);
            for (var path : List.of(
                    "/customers?search=" + "x".repeat(201) + "&tags=%01&city=%01&segment=x",
                    "/sales?min=banyak&max=sedikit",
                    "/customers?page=0",
                    // links within what is said at the top
                    "/sales/new?saved=" + full.sale(),
                    "/segments/tidak-ada")) {
                check(phone, path, problems);
            }

            // somebody else was faster
            phone.page().setViewportSize(Browser.PHONE[0], Browser.PHONE[1]);
            var page = phone.open("/customers/" + full.customer() + "/edit");
            page.evaluate("document.querySelector('[name=seen]').value = '2020-01-01T00:00:00Z'");
            page.fill("#notes", "kata ".repeat(40) + "x".repeat(120));
            page.click("main form .btn-primary");
            page.waitForSelector("main form .btn-primary:has-text('versi saya')");
            examine(phone, "two versions", problems);

            phone.page().setViewportSize(Browser.PHONE[0], Browser.PHONE[1]);
            phone.open("/sales/" + full.sale() + "/edit");
            page.evaluate("document.querySelector('[name=seen]').value = 'x'");
            page.fill("#notes", "kata ".repeat(40) + "x".repeat(120));
            page.click("main form .btn-primary");
            page.waitForSelector("main form .btn-primary:has-text('versi saya')");
            examine(phone, "two versions of a sale", problems);
            phone.page().setViewportSize(Browser.PHONE[0], Browser.PHONE[1]);
            phone.open("/profile");
            page.evaluate("document.querySelector('[name=seen]').value = 'x'");
            page.fill("#sells", "kata ".repeat(40) + "x".repeat(120));
            page.click("main form .btn-primary");
            page.waitForSelector("main form .btn-primary:has-text('versi saya')");
            examine(phone, "two versions of a shop", problems);

            // money given back
            phone.page().setViewportSize(Browser.PHONE[0], Browser.PHONE[1]);
            phone.open("/sales/" + full.sale() + "/refund");
            page.fill("#amount", "1000");
            page.click("main form .btn-primary");
            page.waitForURL("**/sales/*");
            examine(phone, "refund", problems);
            check(phone, "/sales/" + full.sale(), problems);
            check(phone, "/sales/" + full.sale() + "/refund", problems);

            // somebody else deleted it
            phone.page().setViewportSize(Browser.PHONE[0], Browser.PHONE[1]);
            phone.open("/sales/" + full.sale() + "/edit");
            page.fill("#notes", "kata ".repeat(40) + "x".repeat(120));
            full.shop().api().delete("/api/transactions/" + full.sale()).then().statusCode(200);
            page.click("main form .btn-primary");
            page.waitForSelector("main ul");
            examine(phone, "a sale that is gone", problems);
            check(phone, "/customers/" + full.sale(), problems);

            // the session ended meanwhile
            phone.page().setViewportSize(Browser.PHONE[0], Browser.PHONE[1]);
            phone.open("/customers/new");
            page.fill("#name", "x".repeat(150));
            phone.context().clearCookies();
            page.click("main form .btn-primary");
            page.waitForSelector("#password");
            examine(phone, "log-in with a kept form", problems);
            page.fill("#email", full.shop().email());
            page.fill("#password", full.shop().password());
            page.click("main form .btn-primary");
            page.waitForSelector("main ul");
            examine(phone, "kept form", problems);
        }
        try (var phone = phone().as(Shop.admin())) {
            refused(phone, "/admin/new", "[action='/admin/new']", problems);
        }
        assertThat(problems).isEmpty();
    }

    private static void refused(Browser phone, String path, String form, List<String> problems) {
        phone.page().setViewportSize(Browser.PHONE[0], Browser.PHONE[1]);
        var page = phone.open(path);
        page.evaluate("""
                (form) => {
                  form = document.querySelector('main form' + form);
                  form.noValidate = true;
                  for (const f of form.querySelectorAll('input:not([type=hidden], [type=radio], [type=file]), textarea')) f.value = '';
                  form.requestSubmit(form.querySelector('button.btn-primary, button'));
                }""", form);
        page.waitForSelector("main .problem:visible, main [role=alert]:visible");
        examine(phone, path + " refused", problems);
    }

    private static boolean isPage(PageRoutes.Route route) {
        return route.reads() && !NO_PAGES.contains(route.path());
    }

    private static List<String> pages(Predicate<PageRoutes.Route> which) {
        return PageRoutes.all().stream()
                .filter(r -> isPage(r) && which.test(r))
                .map(PageRoutes.Route::path)
                .distinct()
                .toList();
    }

    /** @param expected the kinds of pages that must have been seen at the end */
    private static void walk(String who, @Nullable Shop shop, List<String> first, List<String> expected) {
        walk(who, shop, first, expected, _ -> true);
    }

    private static void walk(
            String who, @Nullable Shop shop, List<String> first, List<String> expected, Predicate<String> follows) {
        var problems = new ArrayList<String>();
        var kinds = new LinkedHashMap<String, String>();
        var links = first;
        while (!links.isEmpty()) {
            var ahead = links.stream()
                    .filter(path -> follows.test(path) && kinds.putIfAbsent(kind(path), path) == null)
                    .toList();
            links = new ArrayList<>();
            for (var seen : inTwo(shop, ahead)) {
                problems.addAll(seen.problems());
                links.addAll(seen.links());
            }
        }
        assertThat(kinds.keySet()).containsAll(expected);
        if (System.getProperty("screenshots") != null) Screenshots.take(who, shop, kinds);
        assertThat(problems).isEmpty();
    }

    /** What was found on some pages. */
    private record Seen(List<String> problems, List<String> links) {}

    /** Each half in a browser of its own, both at once: it is the examination that takes the time. */
    private static List<Seen> inTwo(@Nullable Shop shop, List<String> paths) {
        var half = paths.size() / 2;
        return Stream.of(paths.subList(0, half), paths.subList(half, paths.size()))
                .map(some -> CompletableFuture.supplyAsync(() -> see(shop, some), TWO))
                .toList()
                .stream()
                .map(CompletableFuture::join)
                .toList();
    }

    private static Seen see(@Nullable Shop shop, List<String> paths) {
        var seen = new Seen(new ArrayList<>(), new ArrayList<>());
        try (var phone = phone()) {
            if (shop != null) phone.as(shop);
            for (var path : paths) {
                check(phone, path, seen.problems());
                seen.links().addAll(links(phone.page()));
            }
        }
        return seen;
    }

    /** Axe comes with each page: put into it afterwards it takes four times as long to be there. */
    private static Browser phone() {
        var phone = Browser.phone();
        phone.context().addInitScript(AXE);
        return phone;
    }

    private static void check(Browser phone, String path, List<String> problems) {
        phone.page().setViewportSize(Browser.PHONE[0], Browser.PHONE[1]);
        phone.open(path);
        examine(phone, path, problems);
    }

    /** What axe finds; run by ourselves, as its builder takes a third more time for what nobody reads. */
    private static List<?> violations(Page page, List<String> rules) {
        return Objects.requireNonNull((List<?>) page.evaluate("""
                async rules => (await axe.run(document, {runOnly: rules, resultTypes: ['violations'], iframes: false, preload: false}))
                  .violations.map(v => v.id + ': ' + v.nodes.slice(0, 3).map(n => n.html.slice(0, 160)).join(' | '))""", rules));
    }

    private static String axe() {
        try (var in = AxeBuilder.class.getResourceAsStream("/axe.min.js")) {
            return new String(Objects.requireNonNull(in).readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The page that is open, as it is. */
    private static void examine(Browser phone, String path, List<String> problems) {
        var page = phone.page();
        for (var scheme : List.of(ColorScheme.LIGHT, ColorScheme.DARK)) {
            // without motion, or a colour is measured on its way to the other
            page.emulateMedia(
                    new Page.EmulateMediaOptions().setColorScheme(scheme).setReducedMotion(ReducedMotion.REDUCE));
            for (var found : violations(page, scheme == ColorScheme.LIGHT ? RULES : List.of("color-contrast")))
                problems.add(path + " " + scheme + " " + found);
        }
        if (page.evaluate(SMALL) instanceof List<?> small && !small.isEmpty()) problems.add(path + " small: " + small);
        page.setViewportSize(320, 640);
        if (!Boolean.TRUE.equals(page.evaluate("document.documentElement.scrollWidth <= 320"))) {
            problems.add(path + " is wider than 320 px: " + page.evaluate("""
                    () => [...document.querySelectorAll('main *')].filter(e => e.getBoundingClientRect().right > 320 && !e.closest('.scroll'))
                      .slice(0, 3).map(e => Math.round(e.getBoundingClientRect().right) + ' ' + e.outerHTML.slice(0, 120))"""));
        }
        for (var complaint : phone.complaints()) {
            if (!complaint.contains("status of 4")) problems.add(path + " " + complaint);
        }
        phone.complaints().clear();
    }

    /** The route that a page's address belongs to: one of each kind is looked at. */
    private static String kind(String path) {
        var plain = path.replaceAll("[?#].*", "");
        var kind = PageRoutes.all().stream()
                .filter(PageRoutes.Route::reads)
                .map(PageRoutes.Route::path)
                .filter(route -> plain.matches(route.replaceAll("\\{[^}]+}", "[^/]+")))
                // the one that says most in plain letters
                .max(Comparator.comparingInt(
                        route -> route.replaceAll("\\{[^}]+}", "").length()))
                .orElse(plain);
        return path.startsWith("/sales/new?customer=") ? kind + "?customer" : kind;
    }

    private static List<String> links(Page page) {
        var links = new ArrayList<String>();
        if (page.evaluate(
                        "[...document.querySelectorAll('a[href^=\"/\"]:not([download])')].map(a => a.getAttribute('href'))")
                instanceof List<?> all) {
            for (var link : all) {
                var path = String.valueOf(link);
                if (!path.startsWith("/api/") && !path.endsWith(".csv")) links.add(path);
            }
        }
        return links;
    }

    /** Pictures of every kind of page: phone and desktop, light and dark. */
    private static final class Screenshots {

        static void take(String who, @Nullable Shop shop, Map<String, String> kinds) {
            var folder = Path.of(System.getProperty("screenshots")).resolve(who);
            for (var size : List.of(Browser.PHONE, Browser.DESKTOP)) {
                for (var scheme : List.of(ColorScheme.LIGHT, ColorScheme.DARK)) {
                    try (var browser = Browser.with(
                            o -> o.setViewportSize(size[0], size[1]).setColorScheme(scheme))) {
                        if (shop != null) browser.as(shop);
                        kinds.forEach((kind, path) -> {
                            var name = (kind.equals("/")
                                            ? "beranda"
                                            : kind.substring(1).replaceAll("[/{}?]+", "-"))
                                    + (size == Browser.PHONE ? "-phone" : "-desktop")
                                    + (scheme == ColorScheme.LIGHT ? "-light" : "-dark") + ".png";
                            var page = browser.open(path);
                            // as high as the page, or the bar at the foot lies across its middle
                            if (page.evaluate("document.documentElement.scrollHeight") instanceof Integer height) {
                                page.setViewportSize(size[0], Math.max(size[1], height));
                            }
                            page.screenshot(new Page.ScreenshotOptions().setPath(folder.resolve(name)));
                            page.setViewportSize(size[0], size[1]);
                        });
                    }
                }
            }
        }
    }
}
