package com.smartmarketingagent;

import com.microsoft.playwright.BrowserContext;
import com.microsoft.playwright.BrowserType;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.Playwright;
import com.microsoft.playwright.assertions.PlaywrightAssertions;
import com.microsoft.playwright.options.Cookie;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.stream.Stream;

/**
 * A real Chromium. Each is a fresh profile: its own cookies, caches and workers. Whatever the page's console or the
 * network complains about is kept in {@link #complaints}, which a test asserts to be empty.
 */
public final class Browser implements AutoCloseable {

    /** A cheap phone. */
    public static final int[] PHONE = {360, 740};

    public static final int[] DESKTOP = {1280, 900};

    private static final List<String> NAMES =
            List.of("/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome", "/snap/bin/chromium");

    /** For each thread its own, as Playwright may be used by the thread that made it. */
    private static final ThreadLocal<com.microsoft.playwright.Browser> CHROMIUM =
            ThreadLocal.withInitial(() -> launch(chromium()));

    /**
     * Chromium without what draws windows and notices, where {@code ./sma test} found one: pages take half the time.
     */
    private static final ThreadLocal<com.microsoft.playwright.Browser> SHELL = Optional.ofNullable(
                    System.getenv("CHROMIUM_SHELL"))
            .filter(shell -> !shell.isEmpty())
            .map(shell -> ThreadLocal.withInitial(() -> launch(Path.of(shell))))
            .orElse(CHROMIUM);

    static {
        PlaywrightAssertions.setDefaultAssertionTimeout(30_000);
    }

    private final BrowserContext context;
    private final Page page;
    private final List<String> complaints = new ArrayList<>();

    private Browser(
            com.microsoft.playwright.Browser chromium, com.microsoft.playwright.Browser.NewContextOptions options) {
        context = chromium.newContext(options.setBaseURL(base()));
        context.setDefaultTimeout(30_000);
        page = context.newPage();
        page.addInitScript("addEventListener('live-alive', () => window.hears = true, true)");
        watch(page);
    }

    private static com.microsoft.playwright.Browser launch(Path executable) {
        return Playwright.create(new Playwright.CreateOptions().setEnv(Map.of("PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD", "1")))
                .chromium()
                .launch(new BrowserType.LaunchOptions()
                        .setExecutablePath(executable)
                        .setArgs(List.of(
                                "--no-sandbox",
                                "--disable-gpu",
                                "--disable-quic",
                                "--no-first-run",
                                "--disable-background-networking",
                                "--disable-component-update",
                                "--disable-sync")));
    }

    /** The installed browser, or that of the variable {@code CHROMIUM}. */
    private static Path chromium() {
        var wanted = System.getenv("CHROMIUM");
        return Stream.concat(Stream.ofNullable(wanted), NAMES.stream())
                .map(Path::of)
                .filter(Files::isExecutable)
                .findFirst()
                .orElseThrow(
                        () -> new IllegalStateException(
                                "No Chromium. Install it (apt-get install chromium) or name it in CHROMIUM; ./sma test does so."));
    }

    public static String base() {
        return "http://localhost:" + Http.port();
    }

    public static Browser phone() {
        return with(Browser::likeAPhone);
    }

    /** A phone that shows notices. */
    public static Browser phoneWithNotices() {
        return with(CHROMIUM, Browser::likeAPhone);
    }

    private static void likeAPhone(com.microsoft.playwright.Browser.NewContextOptions options) {
        options.setViewportSize(PHONE[0], PHONE[1]).setHasTouch(true).setIsMobile(true);
    }

    public static Browser desktop() {
        return with(options -> options.setViewportSize(DESKTOP[0], DESKTOP[1]));
    }

    /** For what differs from the usual: a colour scheme, a size. */
    public static Browser with(Consumer<com.microsoft.playwright.Browser.NewContextOptions> change) {
        return with(SHELL, change);
    }

    private static Browser with(
            ThreadLocal<com.microsoft.playwright.Browser> chromium,
            Consumer<com.microsoft.playwright.Browser.NewContextOptions> change) {
        var options = new com.microsoft.playwright.Browser.NewContextOptions().setLocale("id-ID");
        change.accept(options);
        return new Browser(chromium.get(), options);
    }

    /** Signed in as the shop, without going through the form. */
    public Browser as(Shop shop) {
        var cookie = Visitor.cookie(shop.email(), shop.password());
        context.addCookies(List.of(new Cookie("sma_session", cookie).setUrl(base())));
        return this;
    }

    public Page open(String path) {
        page.navigate(path);
        return page;
    }

    /** The same page once htmx works, which comes after the first paint. */
    public Page awaitHtmx() {
        // not waitForFunction: it evaluates text in the page, which the content policy refuses
        until(page, "htmx comes", () -> Boolean.TRUE.equals(page.evaluate("!!window.htmx")));
        return page;
    }

    /** The same page once it hears what changes on the server, and has shown what it was told first. */
    public Page awaitLive() {
        awaitHtmx();
        until(
                page,
                "the page hears",
                () -> Boolean.TRUE.equals(page.evaluate("!!window.hears && !document.querySelector('.htmx-request')")));
        return page;
    }

    /** As {@link Await}, for at most 30 s: only while its thread waits by the page does Playwright hear of anything. */
    public static void until(Page page, String what, BooleanSupplier holds) {
        for (int i = 0; !holds.getAsBoolean(); i++) {
            if (i == 1_200) throw new AssertionError("not within 30 s: " + what);
            page.waitForTimeout(25);
        }
    }

    public Page page() {
        return page;
    }

    public BrowserContext context() {
        return context;
    }

    /** Errors of scripts, refusals of the content policy, failed requests. */
    public List<String> complaints() {
        return complaints;
    }

    private void watch(Page watched) {
        watched.onConsoleMessage(m -> {
            if (m.type().equals("error") || m.type().equals("warning")) complaints.add(m.type() + ": " + m.text());
        });
        watched.onPageError(e -> complaints.add("script: " + e));
    }

    @Override
    public void close() {
        context.close();
    }
}
