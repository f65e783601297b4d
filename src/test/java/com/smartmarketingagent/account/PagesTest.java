package com.smartmarketingagent.account;

import static com.smartmarketingagent.Http.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.hasSize;
import static org.hamcrest.Matchers.not;

import com.smartmarketingagent.Http;
import com.smartmarketingagent.Http.Request;
import com.smartmarketingagent.Http.Response;
import com.smartmarketingagent.Shop;
import com.smartmarketingagent.Visitor;
import com.smartmarketingagent.platform.Db;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

@QuarkusTest
class PagesTest {

    @Inject
    Db db;

    Shop shop;

    @BeforeEach
    void register() {
        shop = Shop.register();
    }

    @Test
    void aPageAsksForALogInAndTheCookieOpensIt() {
        browser().get("/test/page").then().statusCode(303).header("Location", containsString("/login"));
        var cookie = Visitor.cookie(shop.email(), shop.password());
        browser()
                .cookie("sma_session", cookie)
                .get("/test/page")
                .then()
                .statusCode(200)
                .body(equalTo(shop.id().value().toString()));
        // and the log-in page has nothing to ask any more
        browser()
                .cookie("sma_session", cookie)
                .get("/login")
                .then()
                .statusCode(303)
                .header("Location", not(containsString("login")));
    }

    @Test
    void theCookieIsKeptFromScriptsAndOtherSites() {
        var set = logIn(shop.email(), shop.password())
                .then()
                .statusCode(303)
                .extract()
                .header("Set-Cookie");
        assertThat(set).startsWith("sma_session=").contains("HttpOnly", "SameSite=Lax", "Path=/", "Max-Age=604800");
        shop.api().get("/api/auth/sessions").then().body("data.sessions", hasSize(2));
    }

    @Test
    void threat09CookiesAndAccessTokensAreNothingInEachOthersPlace() {
        var cookie = Visitor.cookie(shop.email(), shop.password());
        given().header("Authorization", "Bearer " + cookie)
                .get("/api/auth/profile")
                .then()
                .statusCode(401);
        given().cookie("sma_session", cookie).get("/api/auth/profile").then().statusCode(401);
        browser()
                .cookie("sma_session", shop.accessToken())
                .get("/test/page")
                .then()
                .statusCode(303);
        browser()
                .header("Authorization", "Bearer " + shop.accessToken())
                .get("/test/page")
                .then()
                .statusCode(303);
    }

    @Test
    void aWrongLogInSaysTheSameForEveryReasonAndKeepsTheEmailEscaped() {
        for (var email : List.of(shop.email(), "tak-ada-" + UUID.randomUUID() + "@contoh.id", "")) {
            logIn(email, "bukan sandinya")
                    .then()
                    .statusCode(401)
                    .contentType("text/html")
                    .body(containsString("Email atau kata sandi salah."));
        }
        logIn("\"><script>alert(1)</script>@contoh.id", "x")
                .then()
                .statusCode(401)
                .body(not(containsString("<script>")))
                .body(containsString("&lt;script&gt;"));
        assertThat(logIn(shop.email(), "bukan sandinya").headers().allValues("Set-Cookie"))
                .isEmpty();
    }

    @Test
    void aRegistrationBecomesAnAccountAndComesIn() {
        var email = "toko-" + UUID.randomUUID() + "@contoh.id";
        var answer = browser()
                .formParams(registration(email))
                .formParam("phone", "0812 3456 7890")
                .post("/register");
        answer.then().statusCode(303);
        browser().cookie("sma_session", cookie(answer)).get("/test/page").then().statusCode(200);
        Shop.logIn(email, "kain batik tulis")
                .api()
                .get("/api/auth/profile")
                .then()
                .body("data.user.business_name", equalTo("Batik Sri"))
                .body("data.user.full_name", equalTo("Sri Wahyuni"))
                .body("data.user.phone", equalTo("+6281234567890"));
        browser()
                .formParams(registration(email))
                .post("/register")
                .then()
                .statusCode(409)
                .body(containsString("Email ini sudah terdaftar."))
                .body(containsString("value=\"Batik Sri\""))
                .body(not(containsString("kain batik tulis")));
    }

    @Test
    void aRegistrationSaysBesideEachFieldWhatIsWrong() {
        var email = "toko-" + UUID.randomUUID() + "@contoh.id";
        browser()
                .formParam("email", email)
                .formParam("password", "pendek")
                .formParam("full_name", "")
                .formParam("business_name", "<b>Batik</b>")
                .post("/register")
                .then()
                .statusCode(400)
                .body(containsString("id=\"password_problem\""))
                .body(containsString("id=\"full_name_problem\">Wajib diisi"))
                .body(not(containsString("id=\"email_problem\"")))
                .body(not(containsString("<b>Batik")));
        // in the language that was chosen here, whatever the browser speaks
        browser()
                .cookie("sma_language", "id")
                .header("Accept-Language", "en")
                .formParam("full_name", "")
                .post("/register")
                .then()
                .body(containsString("id=\"full_name_problem\">Wajib diisi"), not(containsString("is required")));
        browser()
                .formParams(registration(email))
                .formParam("phone", "12")
                .post("/register")
                .then()
                .statusCode(400)
                .body(containsString("id=\"phone_problem\">Nomor telepon tidak benar."));
        assertThat(db.<Boolean>withoutTenant(tx -> tx.createQuery("SELECT 1 FROM app.login_lookup(:email)")
                        .bind("email", email)
                        .mapTo(Integer.class)
                        .findOne()
                        .isPresent()))
                .isFalse();
    }

    @Test
    void loggingOutEndsTheSessionOnTheServer() {
        var cookie = Visitor.cookie(shop.email(), shop.password());
        browser()
                .cookie("sma_session", cookie)
                .formParam("csrf", Visitor.csrf(cookie))
                .post("/logout")
                .then()
                .statusCode(303)
                .header("Location", containsString("/login"))
                .header("Set-Cookie", containsString("Max-Age=0"));
        browser().cookie("sma_session", cookie).get("/test/page").then().statusCode(303);
        shop.api().get("/api/auth/sessions").then().body("data.sessions", hasSize(1));
    }

    @Test
    void threat15AFormWithoutItsTokenChangesNothing() {
        var cookie = Visitor.cookie(shop.email(), shop.password());
        var another = Visitor.cookie(shop.email(), shop.password());
        var attempts = new ArrayList<Response>();
        attempts.add(browser().cookie("sma_session", cookie).post("/logout"));
        for (var csrf : List.of("", "x", Visitor.csrf(another))) {
            attempts.add(browser()
                    .cookie("sma_session", cookie)
                    .formParam("csrf", csrf)
                    .post("/logout"));
        }
        attempts.add(browser()
                .cookie("sma_session", cookie)
                .queryParam("csrf", Visitor.csrf(cookie))
                .post("/logout"));
        attempts.add(given().follow(false)
                .cookie("sma_session", cookie)
                .contentType("text/plain")
                .body("csrf=" + Visitor.csrf(cookie))
                .post("/logout"));
        for (var attempt : attempts) assertThat(attempt.statusCode()).isIn(403, 415);
        attempts.getFirst().then().statusCode(403).body(containsString("Permintaan ditolak"));
        stillIn(cookie);
    }

    @Test
    void threat15ARequestFromAnotherSiteIsRefusedEvenWithTheToken() {
        var cookie = Visitor.cookie(shop.email(), shop.password());
        for (var header : List.of(
                Map.entry("Sec-Fetch-Site", "cross-site"),
                Map.entry("Sec-Fetch-Site", "same-site"),
                Map.entry("Origin", "https://jahat.example"),
                Map.entry("Origin", "null"),
                Map.entry("Origin", "http://localhost:1"))) {
            browser()
                    .cookie("sma_session", cookie)
                    .header(header.getKey(), header.getValue())
                    .formParam("csrf", Visitor.csrf(cookie))
                    .post("/logout")
                    .then()
                    .statusCode(403);
            // nor may another site log a visitor in
            browser()
                    .header(header.getKey(), header.getValue())
                    .formParam("email", shop.email())
                    .formParam("password", shop.password())
                    .post("/login")
                    .then()
                    .statusCode(403);
        }
        stillIn(cookie);
        browser()
                .cookie("sma_session", cookie)
                .header("Sec-Fetch-Site", "same-origin")
                .header("Origin", "http://localhost:" + Http.port())
                .formParam("csrf", Visitor.csrf(cookie))
                .post("/logout")
                .then()
                .statusCode(303);
    }

    @Test
    void aFileFromAFormCarriesItsTokenToo() {
        var cookie = Visitor.cookie(shop.email(), shop.password());
        given().follow(false)
                .cookie("sma_session", cookie)
                .multiPart("file", "a.csv", "nama\n".getBytes(java.nio.charset.StandardCharsets.UTF_8))
                .post("/test/page")
                .then()
                .statusCode(403);
        given().follow(false)
                .cookie("sma_session", cookie)
                .multiPart("csrf", Visitor.csrf(cookie))
                .multiPart("file", "a.csv", "nama\n".getBytes(java.nio.charset.StandardCharsets.UTF_8))
                .post("/test/page")
                .then()
                .statusCode(200)
                .body(equalTo("5"));
    }

    @Test
    void anAddressThatIsNotLooksLikeThePagesAroundIt() {
        browser()
                .get("/home")
                .then()
                .statusCode(404)
                .body(containsString("href=\"/login\""), not(containsString("/logout")));
        browser()
                .cookie("sma_session", Visitor.cookie(shop.email(), shop.password()))
                .get("/home")
                .then()
                .statusCode(404)
                .body(containsString("action=\"/logout\""), not(containsString("href=\"/login\"")));
    }

    @Test
    void pagesSpeakTheReadersLanguageAndAreNeitherFramedNorKept() {
        browser()
                .get("/login")
                .then()
                .statusCode(200)
                .contentType("text/html;charset=utf-8")
                .header("Content-Security-Policy", containsString("default-src 'none'; script-src 'nonce-"))
                .header("Content-Security-Policy", containsString("frame-ancestors 'none'"))
                .header("Content-Security-Policy", not(containsString("unsafe")))
                .header("Cache-Control", "no-store")
                .header("X-Content-Type-Options", "nosniff")
                .header("Referrer-Policy", "same-origin")
                .body(containsString("<html lang=\"id\">"))
                .body(containsString("Kata sandi"));
        // what a phone was sold with is nobody's choice
        browser()
                .header("Accept-Language", "en-US,en;q=0.9")
                .get("/register")
                .then()
                .body(containsString("<html lang=\"id\">"));
        browser()
                .cookie("sma_language", "en")
                .get("/register")
                .then()
                .statusCode(200)
                .body(containsString("<html lang=\"en\">"))
                .body(containsString("Name of the business"))
                .body(not(containsString("<script>")))
                .body(not(containsString("style=")));
        shop.api().get("/api/auth/profile").then().header("Cache-Control", "no-store");
    }

    private void stillIn(String cookie) {
        browser().cookie("sma_session", cookie).get("/test/page").then().statusCode(200);
    }

    private static Response logIn(String email, String password) {
        return browser()
                .formParam("email", email)
                .formParam("password", password)
                .post("/login");
    }

    private static String cookie(Response answer) {
        answer.then().statusCode(303);
        return answer.cookie("sma_session");
    }

    private static Map<String, String> registration(String email) {
        return Map.of(
                "email",
                email,
                "password",
                "kain batik tulis",
                "full_name",
                "Sri Wahyuni",
                "business_name",
                "Batik Sri");
    }

    private static Request browser() {
        return given().follow(false).contentType("application/x-www-form-urlencoded");
    }
}
