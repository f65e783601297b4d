package com.smartmarketingagent;

import static org.assertj.core.api.Assertions.assertThat;

import com.deque.html.axecore.playwright.AxeBuilder;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.options.ColorScheme;
import com.microsoft.playwright.options.ReducedMotion;
import com.smartmarketingagent.demo.DemoShop;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
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

    @Inject
    DemoShop demo;

    @Test
    void allPagesOfAVisitorAreSound() {
        walk("tamu", null, List.of("/", "/login", "/register", "/tidak-ada"));
    }

    @Test
    void allPagesOfAnOwnerAreSound() {
        var logIn = demo.open();
        try {
            walk("pemilik", Shop.logIn(logIn.email(), logIn.password()), List.of("/"));
        } finally {
            demo.remove(logIn.id());
        }
    }

    @Test
    void allPagesOfANewOwnerAreSound() {
        walk("baru", Shop.register(), List.of("/"));
    }

    @Test
    void allPagesOfAnAdminAreSound() {
        Shop.register();
        walk("admin", Shop.admin(), List.of("/admin"));
    }

    private static void walk(String who, @Nullable Shop shop, List<String> first) {
        var problems = new ArrayList<String>();
        try (var phone = Browser.phone()) {
            if (shop != null) phone.as(shop);
            var kinds = new LinkedHashMap<String, String>();
            var ahead = new ArrayDeque<>(first);
            while (!ahead.isEmpty()) {
                var path = ahead.poll();
                if (kinds.putIfAbsent(kind(path), path) != null) continue;
                check(phone, path, problems);
                for (var link : links(phone.page())) if (!kinds.containsKey(kind(link))) ahead.add(link);
            }
            assertThat(kinds).hasSizeGreaterThan(first.size() - 1);
            if (System.getProperty("screenshots") != null) Screenshots.take(who, shop, kinds);
        }
        assertThat(problems).isEmpty();
    }

    private static void check(Browser phone, String path, List<String> problems) {
        phone.page().setViewportSize(Browser.PHONE[0], Browser.PHONE[1]);
        var page = phone.open(path);
        for (var scheme : List.of(ColorScheme.LIGHT, ColorScheme.DARK)) {
            // without motion, or a colour is measured on its way to the other
            page.emulateMedia(
                    new Page.EmulateMediaOptions().setColorScheme(scheme).setReducedMotion(ReducedMotion.REDUCE));
            var axe = new AxeBuilder(page);
            var found = (scheme == ColorScheme.LIGHT ? axe.withTags(RULES) : axe.withRules(List.of("color-contrast")))
                    .analyze()
                    .getViolations();
            for (var violation : found) {
                problems.add(path + " " + scheme + " " + violation.getId() + ": "
                        + violation.getNodes().stream()
                                .limit(3)
                                .map(n ->
                                        n.getHtml().length() > 160 ? n.getHtml().substring(0, 160) : n.getHtml())
                                .toList());
            }
        }
        if (page.evaluate(SMALL) instanceof List<?> small && !small.isEmpty()) problems.add(path + " small: " + small);
        page.setViewportSize(320, 640);
        if (!Boolean.TRUE.equals(page.evaluate("document.documentElement.scrollWidth <= 320"))) {
            problems.add(path + " is wider than 320 px: " + page.evaluate("""
                    () => [...document.querySelectorAll('main *')].filter(e => e.getBoundingClientRect().right > 320 && !e.closest('.scroll'))
                      .slice(0, 3).map(e => Math.round(e.getBoundingClientRect().right) + ' ' + e.outerHTML.slice(0, 120))"""));
        }
        for (var complaint : phone.complaints()) {
            if (!complaint.contains("status of 404")) problems.add(path + " " + complaint);
        }
        phone.complaints().clear();
    }

    /** An address without what only says which row or page of a list: one of each kind is looked at. */
    private static String kind(String path) {
        return path.replaceAll("[0-9a-f]{8}-[0-9a-f-]{27}", "{id}")
                .replaceAll("^(/segments/cells)/.*", "$1/{cell}")
                .replaceAll("^(/segments)/(?!settings|cells)[^/?]+", "$1/{name}")
                .replaceAll("[?#].*", "");
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
                                            : kind.substring(1).replaceAll("[/{}]+", "-"))
                                    + (size == Browser.PHONE ? "-phone" : "-desktop")
                                    + (scheme == ColorScheme.LIGHT ? "-light" : "-dark") + ".png";
                            browser.open(path)
                                    .screenshot(new Page.ScreenshotOptions()
                                            .setFullPage(true)
                                            .setPath(folder.resolve(name)));
                        });
                    }
                }
            }
        }
    }
}
