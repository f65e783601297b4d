package com.smartmarketingagent;

import static com.smartmarketingagent.Http.given;
import static org.assertj.core.api.Assertions.assertThat;

import com.smartmarketingagent.Http.Request;
import com.smartmarketingagent.Http.Response;
import com.smartmarketingagent.PageRoutes.Route;
import com.smartmarketingagent.platform.Db;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What holds for every page and every form there is, also those that come later. */
@QuarkusTest
class PageSecurityTest {

    @Inject
    Db db;

    private Shop shop = new Shop(new com.smartmarketingagent.platform.UserId(new java.util.UUID(0, 0)), "", "", "", "");
    private String cookie = "";
    private String csrf = "";

    @BeforeEach
    void logIn() {
        shop = Shop.register();
        cookie = cookie(shop);
        csrf = csrf(cookie);
    }

    private static String cookie(Shop who) {
        return given().follow(false)
                .formParam("email", who.email())
                .formParam("password", who.password())
                .post("/login")
                .then()
                .statusCode(303)
                .extract()
                .cookie("sma_session");
    }

    private static String csrf(String cookie) {
        var page = given().cookie("sma_session", cookie).get("/profile").asString();
        var field = Pattern.compile("name=\"csrf\" value=\"([0-9a-f]{64})\"").matcher(page);
        assertThat(field.find()).isTrue();
        return field.group(1);
    }

    /** A form that would be taken, were it not for the token. */
    private static Response send(Route route, Request request, String token) {
        request.follow(false);
        if (route.takesFiles()) {
            if (!token.isEmpty()) request.multiPart("csrf", token);
            request.multiPart(
                    "file", "a.csv", "nama,tanggal,total\nBudi,2025-01-02,5000\n".getBytes(StandardCharsets.UTF_8));
            return request.post(route.anywhere());
        }
        if (!token.isEmpty()) request.formParam("csrf", token);
        return request.formParam("id", java.util.UUID.randomUUID().toString())
                .formParam("name", "Budi")
                .formParam("full_name", "Diganti")
                .formParam("business_name", "Diganti")
                .formParam("amount", "5000")
                .formParam("language", "en")
                .formParam("theme", "dark")
                .formParam("tags", "baru")
                .post(route.anywhere());
    }

    @Test
    void threat15NoFormActsWithoutItsTokenOrFromElsewhere() {
        var another = csrf(cookie(shop));
        var forms =
                PageRoutes.all().stream().filter(r -> !r.reads() && !r.open()).toList();
        assertThat(forms).hasSizeGreaterThan(6);
        var before = rows();
        for (var route : forms) {
            for (var token : List.of("", "x", another)) {
                var answer = send(route, given().cookie("sma_session", cookie), token);
                assertThat(answer.statusCode()).describedAs(route + " " + token).isEqualTo(403);
                assertThat(answer.headers().allValues("Set-Cookie")).isEmpty();
            }
            for (var elsewhere : List.of(
                    Map.entry("Sec-Fetch-Site", "cross-site"),
                    Map.entry("Sec-Fetch-Site", "same-site"),
                    Map.entry("Origin", "https://jahat.example"),
                    Map.entry("Origin", "null"))) {
                var request = given().cookie("sma_session", cookie).header(elsewhere.getKey(), elsewhere.getValue());
                assertThat(send(route, request, csrf).statusCode())
                        .describedAs(route + " " + elsewhere)
                        .isEqualTo(403);
            }
        }
        assertThat(rows()).isEqualTo(before);
    }

    /** Shows that the walk above would notice: with the token the same form is taken. */
    @Test
    void theSameFormIsTakenWithItsToken() {
        var profile = PageRoutes.all().stream()
                .filter(r -> r.toString().equals("POST /profile"))
                .findFirst()
                .orElseThrow();
        var before = rows();
        send(profile, given().cookie("sma_session", cookie), csrf).then().statusCode(303);
        assertThat(rows()).isNotEqualTo(before);
    }

    @Test
    void noFormActsForSomebodyUnknown() {
        for (var route : PageRoutes.all()) {
            if (route.reads() || route.open()) continue;
            for (var wrong : List.of("", "x", shop.accessToken())) {
                var answer = send(route, given().cookie("sma_session", wrong), csrf);
                assertThat(answer.statusCode()).describedAs(route.toString()).isEqualTo(401);
                assertThat(answer.asString()).contains("action=\"/login\"");
                assertThat(answer.headers().allValues("Set-Cookie")).isEmpty();
            }
        }
    }

    /** A browser holds where a form leads to against {@code form-action}, its scheme too. */
    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void behindAProxyThatEndsTlsAFormLeadsOnByTls(boolean scripts, @TempDir Path folder) throws Exception {
        try (var proxy = new TlsProxy(folder, Http.port());
                var browser = Browser.with(
                        options -> options.setIgnoreHTTPSErrors(true).setJavaScriptEnabled(scripts))) {
            var page = browser.page();
            page.navigate(proxy.url() + "/login");
            page.fill("#email", shop.email());
            page.fill("#password", shop.password());
            page.press("#password", "Enter");
            page.waitForURL(proxy.url() + "/");
            page.navigate(proxy.url() + "/customers/new");
            page.fill("[name=name]", "Ani");
            page.press("[name=name]", "Enter");
            page.waitForURL(proxy.url() + "/customers/*done=created");
            assertThat(browser.complaints()).noneMatch(c -> c.contains("form-action"));
        }
    }

    @Test
    void everyPageButThePublicOnesAsksForALogInAndIsNeitherKeptNorFramed() {
        var full = FullShop.of(shop);
        var admin = cookie(Shop.admin());
        // LiveTest asks the stream, which has no end
        var pages = PageRoutes.all().stream()
                .filter(r -> r.reads() && !r.path().equals("/live"))
                .toList();
        assertThat(pages).hasSizeGreaterThan(6);
        for (var route : pages) {
            var address = full.address(route);
            if (!route.open()) {
                var visitor = given().follow(false).get(address);
                assertThat(visitor.statusCode()).describedAs(route.toString()).isEqualTo(303);
                assertThat(visitor.header("Location"))
                        .describedAs(route.toString())
                        .contains("/login");
            }
            var found = ask(route, route.admins() ? admin : cookie, address);
            // who is in has nothing to do at the first two, and the last only chooses the language
            boolean leadsOn = List.of("/login", "/register", "/id").contains(route.path());
            int expected = switch (route.path()) {
                case "/favicon.ico" -> 302;
                // a link that nobody was sent
                case "/s/{code}", "/files/{token}", "/pictures/{token}" -> 404;
                // to a link
                case "/imports/{id}/file" -> 303;
                default -> leadsOn ? 303 : 200;
            };
            assertThat(found.statusCode()).describedAs(route.toString()).isEqualTo(expected);
            if (!route.path().equals(route.anywhere())) {
                var lost = ask(route, route.admins() ? admin : cookie, route.anywhere());
                // a draft that is none is looked for among the imports
                assertThat(lost.statusCode()).describedAs(route.toString()).isIn(303, 404);
            }
        }
    }

    private static Response ask(Route route, String session, String address) {
        var answer = given().follow(false).cookie("sma_session", session).get(address);
        if (!route.open() || route.path().equals("/")) {
            assertThat(answer.header("Cache-Control"))
                    .describedAs(route.toString())
                    .contains("no-store");
        }
        assertThat(answer.header("X-Content-Type-Options")).isEqualTo("nosniff");
        if (answer.contentType().startsWith("text/html")) assertPolicy(route, answer);
        return answer;
    }

    private static void assertPolicy(Route route, Response answer) {
        var policy = answer.header("Content-Security-Policy");
        assertThat(policy)
                .describedAs(route + " " + answer.statusCode() + " " + answer.headers())
                .contains("default-src 'none'", "frame-ancestors 'none'", "base-uri 'none'", "form-action 'self'")
                .doesNotContain("unsafe", "*", "http:", "https:");
        var nonce = Pattern.compile("'nonce-([^']+)'").matcher(policy);
        assertThat(nonce.find()).isTrue();
        var scripts = Pattern.compile("<script(?! type=\"application/ld\\+json\")[^>]*>")
                .matcher(answer.asString())
                .results()
                .toList();
        assertThat(scripts)
                .allSatisfy(s -> assertThat(s.group())
                        .describedAs(route.toString())
                        .contains("src=\"/assets/", "nonce=\"" + nonce.group(1) + "\""));
        assertThat(answer.asString()).doesNotContainPattern("<[^>]+\\s(style|on[a-z]+)=\"");
    }

    @Test
    void theNonceIsFreshInEveryAnswer() {
        var seen = new HashSet<String>();
        for (int i = 0; i < 20; i++) {
            seen.add(given().cookie("sma_session", cookie).get("/profile").header("Content-Security-Policy"));
        }
        assertThat(seen).hasSize(20);
    }

    @Test
    void threat14AnOwnerIsRefusedOnEveryPageOfAdministrators() {
        var before = rows();
        for (var route : PageRoutes.all()) {
            if (!route.path().startsWith("/admin")) continue;
            assertThat(route.admins()).describedAs(route.toString()).isTrue();
            var answer = route.reads()
                    ? given().cookie("sma_session", cookie).get(route.anywhere())
                    : send(route, given().cookie("sma_session", cookie), csrf);
            assertThat(answer.statusCode()).describedAs(route.toString()).isEqualTo(403);
            assertThat(answer.contentType()).startsWith("text/html");
        }
        assertThat(given().cookie("sma_session", cookie).get("/").asString()).doesNotContain("href=\"/admin\"");
        assertThat(rows()).isEqualTo(before);
    }

    private Map<String, String> rows() {
        return ShopRows.of(db, shop);
    }
}
