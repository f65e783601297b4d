package com.smartmarketingagent.landing;

import static com.smartmarketingagent.Http.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.emptyString;
import static org.hamcrest.Matchers.endsWith;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.not;
import static org.hamcrest.Matchers.startsWith;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.smartmarketingagent.Browser;
import com.smartmarketingagent.Shop;
import io.quarkus.test.junit.QuarkusTest;
import java.io.IOException;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

@QuarkusTest
class LandingTest {

    @Test
    void aVisitorIsToldWhatThisIsInOneAnswer() {
        given().follow(false)
                .header("Accept-Language", "en")
                .get("/")
                .then()
                .statusCode(200)
                .contentType("text/html")
                .header("Content-Language", equalTo("id"))
                .header("Cache-Control", equalTo("private, no-cache"))
                .body(containsString("<html lang=\"id\">"))
                .body(containsString(
                        "<title>Kenali pelanggan Anda dari catatan penjualan · Smart Marketing Agent</title>"))
                .body(containsString("href=\"/register\""), containsString("href=\"/login\""))
                .body(not(containsString("noindex")));
        given().follow(false).head("/").then().statusCode(200).body(emptyString());
    }

    @Test
    void eachLanguageHasItsAddressAndNamesTheOther() {
        for (var path : new String[] {"/", "/en"}) {
            given().get(path)
                    .then()
                    .statusCode(200)
                    .body(containsString("<link rel=\"canonical\" href=\"" + Browser.base() + path + "\">"))
                    .body(containsString("hreflang=\"id\" href=\"" + Browser.base() + "/\""))
                    .body(containsString("hreflang=\"en\" href=\"" + Browser.base() + "/en\""))
                    .body(containsString("property=\"og:url\" content=\"" + Browser.base() + path + "\""));
        }
        var english = given().get("/en");
        english.then().header("Content-Language", equalTo("en")).body(containsString("Register for free"));
        // and it goes on so
        var language = english.cookie("sma_language");
        given().cookie("sma_language", language)
                .header("Accept-Language", "id")
                .get("/register")
                .then()
                .body(containsString("<html lang=\"en\">"));
        var back = given().follow(false).cookie("sma_language", language).get("/id");
        back.then().statusCode(303).header("Location", endsWith("/"));
        assertThat(back.cookie("sma_language")).isEqualTo("id");
        // the address decides what it shows
        given().cookie("sma_language", language).get("/").then().body(containsString("<html lang=\"id\">"));
    }

    @Test
    void machinesReadWhatItIsAndWhatItCosts() throws IOException {
        var page = given().get("/").asString();
        var facts = Pattern.compile("<script type=\"application/ld\\+json\">(.*?)</script>", Pattern.DOTALL)
                .matcher(page);
        assertThat(facts.find()).isTrue();
        var json = new ObjectMapper().readTree(facts.group(1));
        assertThat(json.path("@type").asText()).isEqualTo("SoftwareApplication");
        assertThat(json.path("name").asText()).isEqualTo("Smart Marketing Agent");
        assertThat(json.at("/offers/price").asText()).isEqualTo("0");
        assertThat(json.at("/offers/priceCurrency").asText()).isEqualTo("IDR");
        given().get(json.path("image").asText()).then().statusCode(200).contentType("image/png");
        var description = Pattern.compile("<meta name=\"description\" content=\"([^\"]*)\">")
                .matcher(page);
        assertThat(description.find()).isTrue();
        assertThat(description.group(1)).hasSizeBetween(80, 200);
    }

    @Test
    void aSearchEngineFindsThePublicPagesAndKeepsAwayFromTheOthers() {
        given().get("/robots.txt")
                .then()
                .statusCode(200)
                .contentType(startsWith("text/plain"))
                .body(containsString("Disallow: /customers\n"), containsString("Disallow: /admin\n"))
                .body(containsString("Sitemap: " + Browser.base() + "/sitemap.xml"));
        var map = given().get("/sitemap.xml");
        map.then().statusCode(200).contentType("application/xml");
        var urls = Pattern.compile("<loc>([^<]*)</loc>")
                .matcher(map.asString())
                .results()
                .map(found -> found.group(1))
                .toList();
        assertThat(urls).contains(Browser.base() + "/", Browser.base() + "/en");
        for (var url : urls) given().follow(false).get(url).then().statusCode(200);
    }

    @Test
    void aBrowserThatAsksForTheOldIconGetsOurs() {
        given().get("/favicon.ico").then().statusCode(200).contentType("image/png");
        given().follow(false).get("/favicon.ico").then().statusCode(302);
    }

    @Test
    void anOwnerSeesTheirShopAtTheSameAddress() {
        try (var browser = Browser.phone()) {
            var page = browser.open("/");
            assertThat(page.textContent("h1")).contains("Kenali pelanggan Anda");
            assertThat(page.evaluate("document.documentElement.scrollWidth <= innerWidth"))
                    .isEqualTo(true);
            browser.as(Shop.register());
            page = browser.open("/");
            assertThat(page.content()).contains("Batik Sri").doesNotContain("Daftar gratis");
            page.click("summary");
            page.click("[data-logout] button");
            page.waitForURL("**/login");
            page = browser.open("/");
            assertThat(page.content()).contains("Daftar gratis").doesNotContain("Batik Sri");
            assertThat(browser.complaints()).isEmpty();
        }
    }
}
