package com.smartmarketingagent;

import static com.smartmarketingagent.Http.given;
import static org.assertj.core.api.Assertions.assertThat;

import io.quarkus.test.junit.QuarkusTest;
import org.junit.jupiter.api.Test;

/** What all pages share: styles, scripts, headers, how failures look. */
@QuarkusTest
class LayoutTest {

    @Test
    void aPageLoadsItsStylesAndScriptsWithoutAComplaint() {
        try (var browser = Browser.phone()) {
            var page = browser.open("/login");
            assertThat(page.title()).isEqualTo("Masuk · Smart Marketing Agent");
            assertThat(page.evaluate("getComputedStyle(document.querySelector('header')).backgroundColor"))
                    .isEqualTo("rgb(38, 51, 107)");
            assertThat(page.evaluate("document.documentElement.scrollWidth <= innerWidth"))
                    .isEqualTo(true);
            assertThat(browser.complaints()).isEmpty();
        }
    }

    @Test
    void aScriptThatIsNotOursDoesNotRun() {
        try (var browser = Browser.phone()) {
            var page = browser.open("/login");
            page.evaluate(
                    "document.body.insertAdjacentHTML('beforeend', '<img src=x onerror=\"window.hacked = 1\"><b onclick=\"window.hacked = 1\" id=b>b</b>')");
            page.evaluate("""
                    const s = document.createElement('script');
                    s.textContent = 'window.hacked = 1';
                    document.querySelector('main').innerHTML += s.outerHTML;
                    document.getElementById('b').click()""");
            assertThat(page.evaluate("window.hacked ?? 0")).isEqualTo(0);
            assertThat(browser.complaints()).anyMatch(c -> c.contains("Content Security Policy"));
        }
    }

    @Test
    void assetsMayBeKeptForEverAndNothingElseIsServedBesideThem() {
        var html = given().get("/login").asString();
        var css = html.replaceAll("(?s).*href=\"(/assets/app-[0-9a-f]+\\.css)\".*", "$1");
        given().header("Accept-Encoding", "gzip")
                .get(css)
                .then()
                .statusCode(200)
                .header("Cache-Control", "public, max-age=31536000, immutable")
                .header("Content-Encoding", "gzip")
                .contentType("text/css");
        given().get("/assets/app-0000000000.css").then().statusCode(404);
        given().get("/assets/..%2fapplication.properties").then().statusCode(404);
    }

    @Test
    void anUnknownPageIsAPageAndAnUnknownCallIsJson() {
        given().get("/tidak-ada").then().statusCode(404).contentType("text/html");
        given().get("/api/tidak-ada").then().statusCode(404).contentType("application/json");
    }
}
