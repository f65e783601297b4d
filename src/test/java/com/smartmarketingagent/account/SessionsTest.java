package com.smartmarketingagent.account;

import static com.smartmarketingagent.Http.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.hasSize;
import static org.hamcrest.Matchers.notNullValue;

import com.github.benmanes.caffeine.cache.Ticker;
import com.smartmarketingagent.Http.Checked;
import com.smartmarketingagent.Http.JsonPath;
import com.smartmarketingagent.Shop;
import com.smartmarketingagent.account.Tokens.Place;
import com.smartmarketingagent.platform.Client;
import com.smartmarketingagent.platform.Db;
import com.smartmarketingagent.platform.Language;
import com.smartmarketingagent.platform.Problem;
import com.smartmarketingagent.platform.Settings;
import com.smartmarketingagent.platform.Words;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import jakarta.ws.rs.core.MediaType;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

@QuarkusTest
class SessionsTest {

    @Inject
    Db db;

    @Inject
    SessionRepository rows;

    @Inject
    Tokens tokens;

    @Inject
    Client client;

    @Inject
    Settings settings;

    Shop shop;

    @BeforeEach
    void register() {
        shop = Shop.register();
    }

    @Test
    void aRefreshAnswersNewTokensOfTheSameSession() {
        var fresh = refresh(shop.refreshToken())
                .statusCode(200)
                .body("data.user.email", equalTo(shop.email()))
                .body("data.expires_in", equalTo(900))
                .extract()
                .jsonPath();
        assertThat(fresh.getString("data.refresh_token")).isNotEqualTo(shop.refreshToken());
        assertThat(session(fresh.getString("data.access_token"))).isEqualTo(session(shop.accessToken()));
        refresh(fresh.getString("data.refresh_token")).statusCode(200);
    }

    @Test
    void onlyHashesOfTokensAreStored() {
        var stored = db.inTenant(
                shop.id(),
                tx -> tx.createQuery("SELECT row_to_json(t)::text FROM app.refresh_tokens t WHERE user_id = :user")
                        .bind("user", shop.id())
                        .mapTo(String.class)
                        .one());
        var secret = shop.refreshToken().substring(shop.refreshToken().indexOf('.') + 1);
        assertThat(secret).hasSize(43);
        assertThat(stored).doesNotContain(secret).matches(".*\"token_hash\":\"\\\\\\\\x[0-9a-f]{64}\".*");
    }

    @Test
    void threat11AUsedTokenWorksWithinTheGraceAndEndsItsFamilyAfterIt() {
        var second = token(refresh(shop.refreshToken()).statusCode(200));
        ageUse(9);
        var third = token(refresh(shop.refreshToken()).statusCode(200));
        assertThat(shop.api().get("/api/auth/profile").statusCode()).isEqualTo(200);

        ageUse(11);
        refresh(shop.refreshToken())
                .statusCode(401)
                .body("error.code", equalTo("UNAUTHORIZED"))
                .body("error.message", equalTo("Sesi sudah berakhir. Silakan masuk lagi."));
        for (var token : List.of(second, third)) refresh(token).statusCode(401);
        shop.api().get("/api/auth/profile").then().statusCode(401);
    }

    @Test
    void threat11AReuseEndsNoOtherSession() {
        var phone = shop.logIn();
        refresh(shop.refreshToken()).statusCode(200);
        ageUse(11);
        refresh(shop.refreshToken()).statusCode(401);
        phone.api().get("/api/auth/profile").then().statusCode(200);
        refresh(phone.refreshToken()).statusCode(200);
    }

    @Test
    void threat11TenRefreshesAtOnceLeaveOneLiveSession() throws Exception {
        var calls = new ArrayList<Callable<JsonPath>>();
        for (int i = 0; i < 10; i++) {
            calls.add(
                    () -> refresh(shop.refreshToken()).statusCode(200).extract().jsonPath());
        }
        var sessions = new HashSet<UUID>();
        try (var threads = Executors.newFixedThreadPool(10)) {
            for (var answer : threads.invokeAll(calls)) {
                sessions.add(session(answer.get().getString("data.access_token")));
            }
        }
        assertThat(sessions).containsExactly(session(shop.accessToken()));
        shop.api().get("/api/auth/sessions").then().body("data.sessions", hasSize(1));
    }

    @Test
    void aTokenThatIsNotOursIsRefused() {
        var secret = shop.refreshToken().substring(shop.refreshToken().indexOf('.'));
        for (var token : List.of(
                "x",
                "no-uuid" + secret,
                UUID.randomUUID() + secret,
                Shop.register().id().value() + secret,
                shop.id().value() + ".",
                shop.accessToken().substring(0, 100))) {
            refresh(token).statusCode(401);
        }
        given().contentType(MediaType.APPLICATION_JSON)
                .body("{}")
                .post("/api/auth/refresh")
                .then()
                .statusCode(400)
                .body("error.details[0].field", equalTo("refresh_token"));
        refresh(shop.refreshToken()).statusCode(200);
    }

    @Test
    void logOutEndsTheSessionAtOnceAndMayBeRepeated() {
        var phone = shop.logIn();
        for (int i = 0; i < 2; i++) {
            logOut(shop.refreshToken()).statusCode(200).body("data", equalTo(Map.of()));
        }
        shop.api().get("/api/auth/profile").then().statusCode(401);
        refresh(shop.refreshToken()).statusCode(401);
        phone.api().get("/api/auth/profile").then().statusCode(200);
        logOut("nobody's").statusCode(200);
    }

    @Test
    void threat12APasswordChangeEndsEveryOtherSessionAndAnswersFreshTokens() {
        var phone = shop.logIn();
        phone.api().get("/api/auth/profile").then().statusCode(200);
        var fresh = shop.api()
                .body(Map.of("current_password", shop.password(), "new_password", "kata sandi yang baru"))
                .post("/api/auth/password")
                .then()
                .statusCode(200)
                .body("data.user.email", equalTo(shop.email()))
                .body("data.expires_in", equalTo(900))
                .extract()
                .jsonPath();
        for (var old : List.of(shop, phone)) {
            old.api().get("/api/auth/profile").then().statusCode(401);
            refresh(old.refreshToken()).statusCode(401);
        }
        given().header("Authorization", "Bearer " + fresh.getString("data.access_token"))
                .get("/api/auth/sessions")
                .then()
                .statusCode(200)
                .body("data.sessions", hasSize(1))
                .body("data.sessions[0].current", equalTo(true));
        refresh(fresh.getString("data.refresh_token")).statusCode(200);
        given().contentType(MediaType.APPLICATION_JSON)
                .body(Map.of("email", shop.email(), "password", shop.password()))
                .post("/api/auth/login")
                .then()
                .statusCode(401);
        Shop.logIn(shop.email(), "kata sandi yang baru");
    }

    @Test
    void aPasswordIsChangedOnlyByWhoKnowsTheOldOne() {
        shop.api()
                .body(Map.of("current_password", "salah salah", "new_password", "kata sandi yang baru"))
                .post("/api/auth/password")
                .then()
                .statusCode(400)
                .body("error.details[0].field", equalTo("current_password"));
        shop.api()
                .body(Map.of("current_password", shop.password(), "new_password", "7 huruf"))
                .post("/api/auth/password")
                .then()
                .statusCode(400)
                .body("error.details[0].field", equalTo("new_password"));
        shop.logIn();
        shop.api().get("/api/auth/profile").then().statusCode(200);
    }

    /**
     * After a theft the operator changes the secret and keeps no former one; where nothing was stolen, they keep it.
     */
    @Test
    void threat10ARefreshTokenEndsWithTheSecretItIsKeptUnder() {
        var first = settings.secret("JWT_SECRET");
        var second = "the secret of next month, long enough";
        var changed = under(Map.of("JWT_SECRET", second));
        refuses(changed, shop.refreshToken());

        var rotated = under(Map.of("JWT_SECRET", second, "JWT_SECRET_PREVIOUS", first));
        var next = rotated.refresh(shop.refreshToken()).refreshToken();
        // what comes of it is under the new one
        refresh(next).statusCode(401);
        var last = changed.refresh(next).refreshToken();
        // and what was used up under the former one still tells of a theft
        ageUse(11);
        refuses(rotated, shop.refreshToken());
        refuses(changed, last);
    }

    @Test
    void aTokenUnderTheFormerSecretLogsOut() {
        var second = "the secret of next month, long enough";
        under(Map.of("JWT_SECRET", second)).logOut(shop.refreshToken());
        shop.api().get("/api/auth/profile").then().statusCode(200);
        under(Map.of("JWT_SECRET", second, "JWT_SECRET_PREVIOUS", settings.secret("JWT_SECRET")))
                .logOut(shop.refreshToken());
        refresh(shop.refreshToken()).statusCode(401);
    }

    private static void refuses(Sessions node, String token) {
        assertThatThrownBy(() -> node.refresh(token))
                .isInstanceOfSatisfying(
                        Problem.Unauthorized.class,
                        e -> assertThat(Words.say(Language.INDONESIAN, e.text()))
                                .isEqualTo("Sesi sudah berakhir. Silakan masuk lagi."));
    }

    /** A node with other secrets on the same database. */
    private Sessions under(Map<String, String> secrets) {
        var others = new Settings() {
            @Override
            public Optional<String> text(String name) {
                return Optional.ofNullable(secrets.get(name));
            }
        };
        return new Sessions(db, rows, new Tokens(others, Clock.systemUTC()), client);
    }

    /** What this node believes it asks again within 30 s; another node's change is a change it was not told of. */
    @Test
    void threat12ASessionEndedOnAnotherNodeIsOverHereWithinAMinute() {
        var time = new AtomicLong();
        Ticker ticker = time::get;
        var here = new Sessions(db, rows, tokens, client, ticker);
        var holder = tokens.read(Place.API, shop.accessToken()).orElseThrow();
        assertThat(here.role(holder)).contains("umkm_owner");

        db.useTenant(shop.id(), tx -> rows.endAll(tx, shop.id(), null));
        assertThat(here.role(holder)).contains("umkm_owner");
        time.addAndGet(Duration.ofSeconds(31).toNanos());
        assertThat(here.role(holder)).isEmpty();
    }

    @Test
    void sessionsAreListedWithTheCurrentOneMarked() {
        var phone = Shop.logIn(shop.email(), shop.password());
        var list = phone.api()
                .get("/api/auth/sessions")
                .then()
                .statusCode(200)
                .body("data.sessions", hasSize(2))
                .body("data.sessions[0].user_agent", notNullValue())
                .body("data.sessions[0].address", equalTo("127.0.0.1"))
                .body("data.sessions[current=true]", hasSize(1))
                .extract()
                .jsonPath();
        assertThat(list.getString("data.sessions[current=true][0].id"))
                .isEqualTo(session(phone.accessToken()).toString());
        phone.api()
                .get("/api/auth/sessions/" + session(shop.accessToken()))
                .then()
                .statusCode(200)
                .body("data.session.current", equalTo(false));
    }

    @Test
    void aSessionIsEndedByItsOwnerFromAnotherDevice() {
        var phone = shop.logIn();
        phone.api().get("/api/auth/profile").then().statusCode(200);
        var path = "/api/auth/sessions/" + session(phone.accessToken());
        shop.api().delete(path).then().statusCode(200);
        phone.api().get("/api/auth/profile").then().statusCode(401);
        refresh(phone.refreshToken()).statusCode(401);
        shop.api().delete(path).then().statusCode(404);
        shop.api().get("/api/auth/sessions").then().body("data.sessions", hasSize(1));
    }

    @Test
    void allOtherSessionsAreEndedTogether() {
        var others = List.of(shop.logIn(), shop.logIn());
        shop.api().delete("/api/auth/sessions").then().statusCode(200);
        for (var other : others) other.api().get("/api/auth/profile").then().statusCode(401);
        shop.api().get("/api/auth/profile").then().statusCode(200);
    }

    @Test
    void threat01AnotherShopsSessionLooksLikeNone() {
        var other = Shop.register();
        var foreign = "/api/auth/sessions/" + session(other.accessToken());
        var none = "/api/auth/sessions/" + UUID.randomUUID();
        assertThat(shop.api().get(foreign).then().statusCode(404).extract().asString())
                .isEqualTo(shop.api().get(none).then().statusCode(404).extract().asString());
        assertThat(shop.api().delete(foreign).then().statusCode(404).extract().asString())
                .isEqualTo(
                        shop.api().delete(none).then().statusCode(404).extract().asString());
        other.api().get("/api/auth/profile").then().statusCode(200);
    }

    @Test
    void aSessionThatIsLongOverIsPurgedWithItsTokens() {
        var phone = shop.logIn();
        logOut(phone.refreshToken()).statusCode(200);
        ageEnd(29);
        db.withoutTenantAsWorker(
                tx -> tx.select("SELECT app.purge()").mapTo(Long.class).one());
        assertThat(countTokens()).isEqualTo(2);
        ageEnd(31);
        db.withoutTenantAsWorker(
                tx -> tx.select("SELECT app.purge()").mapTo(Long.class).one());
        assertThat(countTokens()).isEqualTo(1);
        shop.api().get("/api/auth/profile").then().statusCode(200);
    }

    private static Checked refresh(String token) {
        return given().contentType(MediaType.APPLICATION_JSON)
                .body(Map.of("refresh_token", token))
                .post("/api/auth/refresh")
                .then();
    }

    private static Checked logOut(String token) {
        return given().contentType(MediaType.APPLICATION_JSON)
                .body(Map.of("refresh_token", token))
                .post("/api/auth/logout")
                .then();
    }

    private static String token(Checked answer) {
        return answer.extract().path("data.refresh_token");
    }

    private UUID session(String accessToken) {
        return tokens.read(Place.API, accessToken).orElseThrow().session();
    }

    /** As if every used token had been used that long ago. */
    private void ageUse(int seconds) {
        change(
                "UPDATE app.refresh_tokens SET used_at = now() - make_interval(secs => :by)"
                        + " WHERE user_id = :user AND used_at IS NOT NULL",
                seconds);
    }

    private void ageEnd(int days) {
        change(
                "UPDATE app.sessions SET ended_at = now() - make_interval(days => :by)"
                        + " WHERE user_id = :user AND ended_at IS NOT NULL",
                days);
    }

    private void change(String sql, int by) {
        db.useTenant(
                shop.id(),
                tx -> assertThat(tx.createUpdate(sql)
                                .bind("user", shop.id())
                                .bind("by", by)
                                .execute())
                        .isPositive());
    }

    private long countTokens() {
        return db.inTenant(
                shop.id(),
                tx -> tx.createQuery("SELECT count(*) FROM app.refresh_tokens WHERE user_id = :user")
                        .bind("user", shop.id())
                        .mapTo(Long.class)
                        .one());
    }
}
