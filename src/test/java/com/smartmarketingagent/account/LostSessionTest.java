package com.smartmarketingagent.account;

import static com.smartmarketingagent.Http.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.endsWith;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.not;
import static org.hamcrest.Matchers.nullValue;

import com.smartmarketingagent.Browser;
import com.smartmarketingagent.Http.Request;
import com.smartmarketingagent.Shop;
import com.smartmarketingagent.Visitor;
import io.quarkus.test.junit.QuarkusTest;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A session that ends while somebody types, and the way back to where they were. */
@QuarkusTest
class LostSessionTest {

    private Shop shop = new Shop(new com.smartmarketingagent.platform.UserId(new java.util.UUID(0, 0)), "", "", "", "");

    @BeforeEach
    void register() {
        shop = Shop.register();
    }

    private static Request browser() {
        return given().follow(false).contentType("application/x-www-form-urlencoded");
    }

    @Test
    void whatWasToBeReadIsReadAfterTheLogIn() {
        browser()
                .urlEncodingEnabled(false)
                .get("/test/page?search=a%20b&page=2")
                .then()
                .statusCode(303)
                .header("Location", endsWith("/login?next=%2Ftest%2Fpage%3Fsearch%3Da%2520b%26page%3D2"));
        browser()
                .queryParam("next", "/test/page?search=a%20b&page=2")
                .get("/login")
                .then()
                .statusCode(200)
                .body(containsString("name=\"next\" value=\"/test/page?search=a%20b&amp;page=2\""));
        browser()
                .formParam("next", "/test/page?search=a%20b&page=2")
                .formParam("email", shop.email())
                .formParam("password", "salah")
                .post("/login")
                .then()
                .statusCode(401)
                .body(containsString("name=\"next\" value=\"/test/page?search=a%20b&amp;page=2\""));
        browser()
                .formParam("next", "/test/page?search=a%20b&page=2")
                .formParam("email", shop.email())
                .formParam("password", shop.password())
                .post("/login")
                .then()
                .statusCode(303)
                .header("Location", equalTo("/test/page?search=a%20b&page=2"));
    }

    @Test
    void nobodyIsSentToAnotherSite() {
        for (var next : List.of(
                "//evil.example",
                "/\\evil.example",
                "https:evil.example",
                "https://evil.example",
                "%2f%2fevil.example",
                "\t//evil.example")) {
            browser()
                    .queryParam("next", next)
                    .get("/login")
                    .then()
                    .statusCode(200)
                    .body(not(containsString("evil")));
            browser()
                    .formParam("next", next)
                    .formParam("email", shop.email())
                    .formParam("password", shop.password())
                    .post("/login")
                    .then()
                    .statusCode(303)
                    .header("Location", equalTo("/"));
            browser()
                    .formParam("next", next)
                    .formParam("language", "en")
                    .post("/login/language")
                    .then()
                    .statusCode(200)
                    .body(not(containsString("evil")));
        }
    }

    @Test
    void aPartOfAPageSendsTheWholePageToTheLogIn() {
        browser()
                .header("HX-Request", "true")
                .header("HX-Current-URL", Browser.base() + "/customers?page=2")
                .get("/test/page")
                .then()
                .statusCode(401)
                .header("HX-Redirect", equalTo("/login?next=%2Fcustomers%3Fpage%3D2"));
        browser()
                .header("HX-Request", "true")
                .header("HX-Current-URL", "https:evil.example/x")
                .get("/test/page")
                .then()
                .statusCode(401)
                .header("HX-Redirect", equalTo("/login"));
        browser()
                .header("HX-Request", "true")
                .formParam("city", "Solo")
                .post("/profile")
                .then()
                .statusCode(401)
                .header("HX-Retarget", equalTo("body"))
                .body(containsString("name=\"kept:city\" value=\"Solo\""));
    }

    @Test
    void onlyOurOwnFormsAreKept() {
        for (var header : List.of("cross-site", "same-site")) {
            browser()
                    .header("Sec-Fetch-Site", header)
                    .formParam("city", "Jahat")
                    .post("/profile")
                    .then()
                    .statusCode(403)
                    .body(not(containsString("Jahat")));
        }
        browser()
                .header("Origin", "https://evil.example")
                .formParam("city", "Jahat")
                .post("/profile")
                .then()
                .statusCode(403)
                .body(not(containsString("Jahat")));
    }

    @Test
    void whatIsKeptIsEscapedAndHoldsNoPasswordAndNoToken() {
        var hostile = "\"><script>alert(1)</script>";
        var page = browser()
                .formParam("csrf", "lama")
                .formParam("city", hostile)
                .formParam("current_password", "rahasia sekali")
                .formParam("\"><script>x", "y")
                .post("/profile");
        page.then().statusCode(401).header("Cache-Control", "no-store");
        assertThat(page.asString())
                .contains("name=\"kept_path\" value=\"/profile\"", "&quot;&gt;&lt;script&gt;alert(1)")
                .contains("tetap tersimpan")
                .doesNotContain("<script>", "rahasia sekali", "lama\"");

        var after = browser()
                .formParam("email", shop.email())
                .formParam("password", shop.password())
                .formParam("kept_path", "/profile")
                .formParam("kept:city", hostile)
                .formParam("kept:a\"><script>x", "y")
                .post("/login");
        after.then().statusCode(200).header("Cache-Control", "no-store");
        assertThat(after.cookie("sma_session")).isNotEmpty();
        assertThat(after.asString())
                .contains("name=\"city\" value=\"&quot;&gt;&lt;script&gt;alert(1)")
                .contains("action=\"/profile\"")
                .doesNotContain("<script>");
        // looking at it stored nothing
        shop.api().get("/api/auth/profile").then().body("data.user.city", nullValue());
    }

    @Test
    void aKeptFormGoesNowhereButHere() {
        for (var path : List.of("//evil.example", "https://evil.example/x", "/\\evil.example", "javascript:alert(1)")) {
            browser()
                    .formParam("email", shop.email())
                    .formParam("password", shop.password())
                    .formParam("kept_path", path)
                    .formParam("kept:city", "Solo")
                    .post("/login")
                    .then()
                    .statusCode(303)
                    .header("Location", equalTo("/"));
        }
    }

    @Test
    void filesAndWhatIsTooLargeAreNotKeptAndItSaysSo() {
        browser()
                .formParam("city", "x".repeat(65 * 1024))
                .post("/profile")
                .then()
                .statusCode(401)
                .body(containsString("tidak bisa disimpan"), not(containsString("kept")));
        given().follow(false)
                .multiPart("city", "Solo")
                .multiPart("file", "a.csv", "nama\n".getBytes(java.nio.charset.StandardCharsets.UTF_8))
                .post("/test/page")
                .then()
                .statusCode(401)
                .body(containsString("tidak bisa disimpan"), not(containsString("kept")));
        // a button without anything typed is only a log-in
        browser()
                .formParam("csrf", "lama")
                .post("/logout")
                .then()
                .statusCode(401)
                .body(not(containsString("kept_path")));
    }

    /** The password was changed, or somebody logged in again, in another tab. */
    @Test
    void aFormOfAnEarlierSessionIsKeptOnlyIfTheBrowserSaysItIsOurs() {
        var earlier = Visitor.csrf(Visitor.cookie(shop.email(), shop.password()));
        var cookie = browser()
                .formParam("email", shop.email())
                .formParam("password", shop.password())
                .post("/login")
                .cookie("sma_session");
        var kept = browser()
                .cookie("sma_session", cookie)
                .header("Sec-Fetch-Site", "same-origin")
                .header("HX-Request", "true")
                .formParam("csrf", earlier)
                .formParam("city", "Solo")
                .formParam("current_password", "rahasia sekali")
                .post("/profile");
        kept.then()
                .statusCode(403)
                .header("HX-Retarget", equalTo("body"))
                .body(containsString("name=\"city\" value=\"Solo\""), containsString("action=\"/profile\""))
                .body(not(containsString("rahasia sekali")), not(containsString(earlier)));
        for (var site : List.of("none", "same-site", "cross-site")) {
            browser()
                    .cookie("sma_session", cookie)
                    .header("Sec-Fetch-Site", site)
                    .formParam("csrf", "0".repeat(64))
                    .formParam("city", "Solo")
                    .post("/profile")
                    .then()
                    .statusCode(403)
                    .body(not(containsString("Solo")));
        }
        for (var field : List.of("csrf", "city")) {
            browser()
                    .cookie("sma_session", cookie)
                    .header("Sec-Fetch-Site", "same-origin")
                    .formParam(field, "Solo")
                    .post("/profile")
                    .then()
                    .statusCode(403)
                    .body(not(containsString("Solo")));
        }
        shop.api().get("/api/auth/profile").then().body("data.user.city", nullValue());
    }

    @Test
    void whatWasTypedSurvivesANewSessionInAnotherTab() {
        try (var browser = Browser.phone().as(shop)) {
            var page = browser.open("/profile");
            page.fill("#city", "Pekalongan");
            browser.as(shop);
            page.click("form[action='/profile'] button");
            page.waitForSelector("text=Yang Anda ketik masih ada");
            assertThat(page.innerText("main li:has-text('Pekalongan')")).isEqualTo("Kota\nPekalongan");
            // what is chosen from a list stands there in our words: it is sent again, not shown
            assertThat(page.textContent("main ul")).doesNotContain("Asia/Jakarta");
            shop.api().get("/api/auth/profile").then().body("data.user.city", nullValue());
            page.click("main form button");
            page.waitForURL("**/profile?done=profile");
            shop.api().get("/api/auth/profile").then().body("data.user.city", equalTo("Pekalongan"));
        }
    }

    @Test
    void whatWasTypedSurvivesTheLogInAndIsSentByTheOwnersHand() {
        try (var browser = Browser.phone().as(shop)) {
            var page = browser.open("/profile");
            page.fill("#sells", "Batik tulis \uD83D\uDC57\n<b>dan</b> \u0628\u0627\u062A\u064A\u0643");
            page.fill("#city", "Pekalongan");
            browser.context().clearCookies();
            page.click("form[action='/profile'] button");
            page.waitForSelector("#password");
            assertThat(page.content()).contains("tetap tersimpan");
            page.fill("#email", shop.email());
            page.fill("#password", "salah dahulu");
            page.click("main form[action='/login'] button");
            page.waitForSelector("text=salah");
            page.fill("#password", shop.password());
            page.click("main form[action='/login'] button");
            page.waitForSelector("text=Yang Anda ketik masih ada");
            assertThat(page.textContent("main ul")).contains("Pekalongan", "<b>dan</b>");
            shop.api().get("/api/auth/profile").then().body("data.user.city", nullValue());

            page.click("main form button");
            page.waitForURL("**/profile?done=profile");
            shop.api()
                    .get("/api/auth/profile")
                    .then()
                    .body("data.user.city", equalTo("Pekalongan"))
                    .body(
                            "data.user.sells",
                            equalTo("Batik tulis \uD83D\uDC57\n<b>dan</b> \u0628\u0627\u062A\u064A\u0643"));
            assertThat(browser.complaints()).allMatch(c -> c.contains("401"));
        }
    }

    @Test
    void anotherLanguageKeepsWhatWasTypedAndWhereItWasGoing() {
        try (var browser = Browser.phone()) {
            var page = browser.open("/login?next=%2Fcustomers%3Fpage%3D2");
            page.fill("#email", shop.email());
            page.click("text=English");
            page.waitForSelector("text=Log in");
            assertThat(page.inputValue("#email")).isEqualTo(shop.email());
            page.fill("#password", shop.password());
            page.press("#password", "Enter");
            page.waitForURL("**/customers?page=2");
            assertThat(page.locator("html").getAttribute("lang")).isEqualTo("en");

            page.navigate("/profile");
            page.fill("#city", "Pekalongan");
            browser.context().clearCookies();
            page.click("form[action='/profile'] button");
            page.waitForSelector("#password");
            page.click("main form[action='/login'] button[name=language]");
            page.waitForSelector("html[lang=en]");
            page.fill("#email", shop.email());
            page.fill("#password", shop.password());
            page.press("#password", "Enter");
            page.waitForSelector("main ul");
            assertThat(page.textContent("main ul")).contains("Pekalongan");
            page.click("main form button");
            page.waitForURL("**/profile?done=profile");
            shop.api().get("/api/auth/profile").then().body("data.user.city", equalTo("Pekalongan"));

            browser.context().clearCookies();
            page.navigate("/register");
            page.fill("#business_name", "Batik \"Sri\" <b>");
            page.fill("#email", "belum selesai");
            page.click("main form button[name=language]");
            page.waitForSelector("html[lang=en]");
            assertThat(page.inputValue("#business_name")).isEqualTo("Batik \"Sri\" <b>");
            assertThat(page.inputValue("#email")).isEqualTo("belum selesai");
        }
    }

    /** Threat 8: what A typed before A's session ended is shown to nobody else who logs in there. */
    @Test
    void threat08WhatSomebodyTypedIsNotShownToWhoLogsInNext() {
        var typist = Shop.register();
        var other = Shop.register();
        var token = Visitor.csrf(Visitor.cookie(typist.email(), typist.password()));
        var lost = given().follow(false)
                .contentType("application/x-www-form-urlencoded; charset=utf-8")
                .formParam("csrf", token)
                .formParam("name", "Rahasia A")
                .post("/customers");
        lost.then().statusCode(401).body(containsString("Rahasia A"));
        var owner = java.util.regex.Pattern.compile("name=\"kept_owner\" value=\"([0-9a-f]{16})\"")
                .matcher(lost.asString());
        assertThat(owner.find()).isTrue();
        for (var who : java.util.List.of(typist, other)) {
            var answer = given().follow(false)
                    .contentType("application/x-www-form-urlencoded; charset=utf-8")
                    .formParam("email", who.email())
                    .formParam("password", who.password())
                    .formParam("kept_path", "/customers")
                    .formParam("kept_owner", owner.group(1))
                    .formParam("kept:name", "Rahasia A")
                    .post("/login");
            assertThat(answer.asString().contains("Rahasia A")).isEqualTo(who == typist);
            assertThat(answer.statusCode()).isEqualTo(who == typist ? 200 : 303);
        }
        // nor where the other is signed in already
        var visitor = new Visitor(other);
        var refused = visitor.request()
                .header("Sec-Fetch-Site", "same-origin")
                .contentType("application/x-www-form-urlencoded; charset=utf-8")
                .formParam("csrf", token)
                .formParam("name", "Rahasia A")
                .post("/customers");
        assertThat(refused.statusCode()).isEqualTo(403);
        assertThat(refused.asString()).doesNotContain("Rahasia A");
    }
}
