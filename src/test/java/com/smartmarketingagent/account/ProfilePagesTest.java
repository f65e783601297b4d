package com.smartmarketingagent.account;

import static com.smartmarketingagent.Http.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.endsWith;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.hasSize;
import static org.hamcrest.Matchers.not;
import static org.hamcrest.Matchers.nullValue;

import com.smartmarketingagent.Browser;
import com.smartmarketingagent.Http.Request;
import com.smartmarketingagent.Http.Response;
import com.smartmarketingagent.Shop;
import com.smartmarketingagent.Visitor;
import com.smartmarketingagent.account.Tokens.Place;
import com.smartmarketingagent.platform.Db;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.time.Clock;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.UUID;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@QuarkusTest
class ProfilePagesTest {

    @Inject
    Tokens tokens;

    @Inject
    Db db;

    @Inject
    Clock clock;

    Shop shop;
    String cookie;

    @BeforeEach
    void logIn() {
        shop = Shop.register();
        cookie = Visitor.cookie(shop.email(), shop.password());
    }

    private static Response logIn(String email, String password) {
        return given().follow(false)
                .formParam("email", email)
                .formParam("password", password)
                .post("/login");
    }

    private Request form() {
        var holder = tokens.read(Place.WEB, cookie).orElseThrow();
        return given().follow(false)
                .cookie("sma_session", cookie)
                .contentType("application/x-www-form-urlencoded; charset=utf-8")
                .formParam("csrf", tokens.formToken(holder.user(), holder.session()));
    }

    private Response profile(Map<String, String> changes) {
        var fields = new HashMap<String, String>(Map.of("full_name", "Sri", "business_name", "Batik"));
        fields.putAll(changes);
        return form().formParams(fields).post("/profile");
    }

    @Test
    void whatSomebodyElseStoredMeanwhileIsShownBeforeItIsWrittenOver() {
        var old = seen(form().get("/profile"));
        profile(Map.of("seen", old, "city", "Kudus", "phone", "0812 3456 7890", "tone", "polite"))
                .then()
                .statusCode(303);

        var both = profile(Map.of("seen", old, "city", "<b>Tegal", "phone", "0812-3456-7890", "tone", ""));
        both.then()
                .statusCode(409)
                .body(containsString("data toko ini diubah di tempat lain"))
                .body(containsString("Kudus"), containsString("&lt;b&gt;Tegal"), containsString("Simpan versi saya"))
                .body(containsString(">sopan dan resmi</span>"), containsString(">belum dipilih</span>"));
        stored("city", "Kudus");

        // something else is wrong with it: what was seen is not forgotten
        var wrong = profile(Map.of("seen", old, "city", "Tegal", "link", "bukan tautan"));
        wrong.then().statusCode(400);
        assertThat(seen(wrong)).isEqualTo(old);

        // sent twice it is no conflict with itself
        for (int i = 0; i < 2; i++)
            profile(Map.of("seen", seen(both), "city", "Tegal", "phone", "0812-3456-7890"))
                    .then()
                    .statusCode(303);
        stored("city", "Tegal");
    }

    private static String seen(Response page) {
        return page.asString().replaceAll("(?s).*name=\"seen\" value=\"([^\"]+)\".*", "$1");
    }

    private void stored(String field, String value) {
        shop.api().get("/api/auth/profile").then().body("data.user." + field, equalTo(value));
    }

    /** Every field, on a phone, from the registration to the next log-in. */
    @Test
    void anOwnerRegistersFillsInTheShopChoosesDarkAndEnglishAndFindsAllOfItAgain() {
        var email = "toko-" + UUID.randomUUID() + "@contoh.id";
        try (var browser = Browser.phone()) {
            var page = browser.open("/");
            page.click("main a[href='/register'] >> nth=0");
            page.fill("#business_name", "Batik Lestari");
            page.fill("#full_name", "Sri Lestari");
            page.fill("#email", email);
            page.fill("#password", "kain batik tulis");
            page.click("main form[action='/register'] button");
            page.waitForURL(Browser.base() + "/");
            page.click("summary");
            page.click("a[href='/profile']");
            assertThat(page.inputValue("#business_name")).isEqualTo("Batik Lestari");
            page.fill("#phone", "0812 3456 7890");
            page.selectOption("#timezone", "Asia/Makassar");
            page.fill("#sells", "Batik tulis & cap\n\"halus\" \uD83D\uDC57 \u0628\u0627\u062A\u064A\u0643");
            page.fill("#city", "Denpasar");
            page.fill("#link", "instagram.com/batiklestari");
            page.selectOption("#tone", "cheerful");
            page.click("form[action='/profile'] button");
            page.waitForURL("**/profile?done=profile");
            assertThat(page.textContent("[role=status]:not([hidden])")).contains("Sudah disimpan.");
            var api = Shop.logIn(email, "kain batik tulis").api();
            api.get("/api/auth/profile")
                    .then()
                    .body("data.user.phone", equalTo("+6281234567890"))
                    .body("data.user.timezone", equalTo("Asia/Makassar"))
                    .body(
                            "data.user.sells",
                            equalTo("Batik tulis & cap\n\"halus\" \uD83D\uDC57 \u0628\u0627\u062A\u064A\u0643"))
                    .body("data.user.city", equalTo("Denpasar"))
                    .body("data.user.link", equalTo("https://instagram.com/batiklestari"))
                    .body("data.user.tone", equalTo("cheerful"));

            var light = page.evaluate("getComputedStyle(document.body).backgroundColor");
            page.selectOption("#theme", "dark");
            page.selectOption("#language", "en");
            page.click("form[action='/profile/look'] button");
            page.waitForURL("**/profile?done=look");
            assertThat(page.getAttribute("html", "lang")).isEqualTo("en");
            assertThat(page.evaluate("getComputedStyle(document.body).backgroundColor"))
                    .isEqualTo("rgb(20, 18, 24)")
                    .isNotEqualTo(light);
            assertThat(page.inputValue("#sells")).contains("Batik tulis & cap\n\"halus\"");
            api.get("/api/auth/profile").then().body("data.user.language", equalTo("en"));
            assertThat(page.evaluate("document.documentElement.scrollWidth <= innerWidth"))
                    .isEqualTo(true);

            page.click("summary");
            page.click("[data-logout] button");
            page.waitForURL("**/login");
            // another device: the account remembers the language, not the colours
            browser.context().clearCookies();
            page = browser.open("/profile");
            assertThat(page.url()).endsWith("/login?next=%2Fprofile");
            assertThat(page.getAttribute("html", "lang")).isEqualTo("id");
            page.fill("#email", email);
            page.fill("#password", "kain batik tulis");
            page.click("main form[action='/login'] button");
            page.waitForURL("**/profile");
            assertThat(page.getAttribute("html", "lang")).isEqualTo("en");
            assertThat(page.getAttribute("html", "data-theme")).isNull();
            assertThat(page.inputValue("#city")).isEqualTo("Denpasar");
            assertThat(browser.complaints()).isEmpty();
        }
    }

    @ParameterizedTest
    @CsvSource({
        "full_name, '  '",
        "full_name, LONG",
        "business_name, ''",
        "business_name, LONG",
        "phone, 12",
        "phone, <script>alert(1)</script>",
        "timezone, Europe/Berlin",
        "sells, LONG",
        "city, LONG",
        "link, javascript:alert(1)",
        "link, //evil.example",
        "tone, galak"
    })
    void whatCannotBeIsSaidUnderItsFieldAndWhatWasTypedStays(String field, String value) {
        var typed = value.equals("LONG") ? "x".repeat(501) : value;
        var changes = new HashMap<>(Map.of("city", "Kota Ketikan"));
        changes.put(field, typed);
        var answer = profile(changes);
        answer.then()
                .statusCode(400)
                .body(containsString("id=\"" + field + "_problem\">"))
                .body(not(containsString("<script>alert")));
        if (!field.equals("city")) answer.then().body(containsString("value=\"Kota Ketikan\""));
        shop.api()
                .get("/api/auth/profile")
                .then()
                .body("data.user.full_name", equalTo("Sri Wahyuni"))
                .body("data.user.city", nullValue());
    }

    @Test
    void hostileTextIsStoredAsTypedAndShownEscaped() {
        profile(Map.of(
                        "business_name", "<script>alert(1)</script>",
                        "sells", "</textarea><img src=x onerror=alert(1)>",
                        "city", "\" autofocus onfocus=\"alert(1)"))
                .then()
                .statusCode(303);
        var page = given().cookie("sma_session", cookie).get("/profile").asString();
        assertThat(page)
                .contains("&lt;script&gt;alert(1)", "&lt;/textarea&gt;&lt;img", "&quot; autofocus")
                .doesNotContain("<script>alert", "<img src=x", "\" autofocus");
    }

    @Test
    void anUnknownLanguageOrColourChangesNothing() {
        form().formParam("language", "fr")
                .formParam("theme", "dark")
                .post("/profile/look")
                .then()
                .statusCode(400)
                .body(containsString("id=\"language_problem\""));
        form().formParam("language", "en")
                .formParam("theme", "pelangi")
                .post("/profile/look")
                .then()
                .statusCode(400)
                .body(containsString("id=\"theme_problem\""));
        shop.api().get("/api/auth/profile").then().body("data.user.language", nullValue());
        given().cookie("sma_theme", "\"><script>").get("/login").then().body(not(containsString("data-theme")));
    }

    @Test
    void aNewPasswordNeedsTheOldOneAndEndsEveryOtherSession() {
        var other = Visitor.cookie(shop.email(), shop.password());
        form().formParam("current_password", "bukan ini")
                .formParam("new_password", "kain batik baru")
                .post("/profile/password")
                .then()
                .statusCode(400)
                .body(containsString("id=\"current_password_problem\">Kata sandi saat ini salah."));
        form().formParam("current_password", shop.password())
                .formParam("new_password", "pendek")
                .post("/profile/password")
                .then()
                .statusCode(400)
                .body(containsString("id=\"new_password_problem\""));
        form().formParam("current_password", shop.password())
                .formParam("new_password", shop.password())
                .post("/profile/password")
                .then()
                .statusCode(400)
                .body(containsString("id=\"new_password_problem\">Kata sandi baru sama dengan yang lama."));
        logIn(shop.email(), shop.password()).then().statusCode(303);

        var changed = form().formParam("current_password", shop.password())
                .formParam("new_password", "kain batik baru")
                .post("/profile/password");
        changed.then().statusCode(303).header("Location", endsWith("/profile?done=password"));
        var fresh = changed.cookie("sma_session");
        given().follow(false)
                .cookie("sma_session", fresh)
                .get("/profile")
                .then()
                .statusCode(200);
        for (var old : new String[] {cookie, other}) {
            given().follow(false)
                    .cookie("sma_session", old)
                    .get("/profile")
                    .then()
                    .statusCode(303);
        }
        logIn(shop.email(), shop.password()).then().statusCode(401);
        logIn(shop.email(), "kain batik baru").then().statusCode(303);
    }

    @Test
    void ownSessionsAreListedAndEndedAndOthersAreNone() {
        var phone = given().follow(false)
                .header(
                        "User-Agent",
                        "Mozilla/5.0 (Linux; Android 13) AppleWebKit/537.36 Chrome/120.0 Mobile Safari/537.36")
                .formParam("email", shop.email())
                .formParam("password", shop.password())
                .post("/login")
                .cookie("sma_session");
        var page = given().cookie("sma_session", cookie)
                .get("/profile")
                .then()
                .body(containsString("Chrome · Android"), containsString("(perangkat ini)"))
                .body(containsString("Dipakai sekarang"), not(containsString("127.0.0.1")))
                .extract()
                .asString();
        // whoever hears only the buttons knows which device each is for
        assertThat(Pattern.compile("aria-label=\"(Keluarkan [^\"]+)\"")
                        .matcher(page)
                        .results()
                        .map(r -> r.group(1)))
                .hasSize(2)
                .anyMatch(name -> name.startsWith("Keluarkan Chrome · Android, "))
                .doesNotHaveDuplicates();
        var stranger = Shop.register();
        var theirs = tokens.read(Place.WEB, Visitor.cookie(stranger.email(), stranger.password()))
                .orElseThrow()
                .session();
        var foreign = form().post("/profile/sessions/" + theirs + "/end");
        var none = form().post("/profile/sessions/" + UUID.randomUUID() + "/end");
        assertThat(foreign.statusCode()).isEqualTo(none.statusCode()).isEqualTo(404);
        assertThat(foreign.asString().replaceAll("nonce=\"[^\"]+\"", ""))
                .isEqualTo(none.asString().replaceAll("nonce=\"[^\"]+\"", ""));
        stranger.api().get("/api/auth/sessions").then().body("data.sessions", hasSize(2));

        var session = tokens.read(Place.WEB, phone).orElseThrow().session();
        form().post("/profile/sessions/" + session + "/end")
                .then()
                .statusCode(303)
                .header("Location", endsWith("/profile?done=session"));
        given().follow(false)
                .cookie("sma_session", phone)
                .get("/profile")
                .then()
                .statusCode(303);
        form().post("/profile/sessions/end").then().statusCode(303);
        shop.api().get("/api/auth/sessions").then().statusCode(401);
        given().follow(false)
                .cookie("sma_session", cookie)
                .get("/profile")
                .then()
                .statusCode(200);
    }

    @ParameterizedTest
    @CsvSource({"0, 'hari ini, '", "1, 'kemarin, '", "2, '[0-9]{1,2} [A-Z][a-z]+ [0-9]{4} '"})
    void whenADeviceWasUsedIsSaidAsPeopleSayIt(int daysAgo, String said) {
        db.useTenant(
                shop.id(),
                tx -> tx.createUpdate("""
                                UPDATE app.sessions SET last_used_at = :at WHERE user_id = :user AND id <> :own""")
                        .bind("at", clock.instant().minus(Duration.ofDays(daysAgo)))
                        .bind("user", shop.id())
                        .bind(
                                "own",
                                tokens.read(Place.WEB, cookie).orElseThrow().session())
                        .execute());
        assertThat(given().cookie("sma_session", cookie).get("/profile").asString())
                .containsPattern("Terakhir dipakai " + said + "[0-9]{2}\\.[0-9]{2}<");
    }

    @Test
    void theLanguageChosenWinsOverTheBrowsersOnPagesAndNotInTheApi() {
        given().cookie("sma_language", "id")
                .header("Accept-Language", "en")
                .get("/login")
                .then()
                .body(containsString("<html lang=\"id\">"));
        given().cookie("sma_language", "xx")
                .header("Accept-Language", "en")
                .get("/login")
                .then()
                .body(containsString("<html lang=\"id\">"));
        given().cookie("sma_language", "en")
                .get("/api/auth/profile")
                .then()
                .statusCode(401)
                .body("error.message", equalTo("Silakan masuk dahulu."));
        var answer = given().follow(false)
                .formParam("language", "en")
                .formParam("email", "a@b.id")
                .post("/register/language");
        answer.then().statusCode(200).body(containsString("<html lang=\"en\">"), containsString("value=\"a@b.id\""));
        assertThat(answer.header("Set-Cookie")).contains("sma_language=en", "HttpOnly", "SameSite=Lax");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "Mozilla/5.0 (Windows NT 10.0) AppleWebKit/537.36 Chrome/120.0 Safari/537.36 Edg/120.0 | Edge · Windows",
                "Mozilla/5.0 (iPhone; CPU iPhone OS 17_0 like Mac OS X) AppleWebKit/605 Version/17.0 Safari/604.1 | Safari · iPhone",
                "curl/8.0 | curl",
                "'' | ''"
            })
    void aDeviceHasANameThatItsOwnerKnows(String agent, String name) {
        assertThat(Device.name(agent)).isEqualTo(name);
    }
}
