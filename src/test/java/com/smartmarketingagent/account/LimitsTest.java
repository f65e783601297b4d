package com.smartmarketingagent.account;

import static com.smartmarketingagent.Http.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.equalTo;

import com.smartmarketingagent.Http.Response;
import com.smartmarketingagent.Shop;
import com.smartmarketingagent.platform.Db;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.QuarkusTestProfile;
import io.quarkus.test.junit.TestProfile;
import jakarta.inject.Inject;
import jakarta.ws.rs.core.MediaType;
import java.net.URI;
import java.time.Duration;
import java.util.HashSet;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;

/** The limits as they are shipped, but for few registrations. The last test uses this address up. */
@QuarkusTest
@TestProfile(LimitsTest.Shipped.class)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class LimitsTest {

    public static class Shipped implements QuarkusTestProfile {
        @Override
        public Map<String, String> getConfigOverrides() {
            return Map.of(
                    "RATE_LIMIT_ENABLED",
                    "true",
                    "RATE_LIMIT_REGISTER",
                    "10/3600",
                    "RATE_LIMIT_API",
                    "120/60",
                    "RATE_LIMIT_WEBHOOK",
                    "6/3600");
        }
    }

    @Test
    @Order(1)
    void threat13TheThirtyFirstBadLogInWaitsWithTheSameWordsForKnownAndUnknown() {
        var shop = Shop.register();
        var known = refusalAfterThirty(shop.email());
        var unknown = refusalAfterThirty("tak-ada-" + UUID.randomUUID() + "@contoh.id");
        assertThat(known.jsonPath().getString("error.message")).matches("Terlalu banyak permintaan.*\\d+ detik\\.");
        assertThat(withoutNumbers(known)).isEqualTo(withoutNumbers(unknown));
        // the right password waits too, or guessing would go on
        assertThat(logIn(shop.email(), shop.password()).statusCode()).isEqualTo(429);
        shop.api().get("/api/auth/profile").then().statusCode(200);
    }

    @Test
    @Order(2)
    void whoLogsInRightIsNeverSlowedDown() {
        var shop = Shop.register();
        for (int i = 0; i < 35; i++) {
            assertThat(logIn(shop.email(), shop.password()).statusCode()).isEqualTo(200);
        }
    }

    @Test
    @Order(3)
    void anAccountHasItsOwnShareAndAnAddressItsOwn() {
        var busy = Shop.register();
        int answered = 0;
        Response answer = busy.api().get("/api/auth/profile");
        while (answer.statusCode() == 200 && answered < 200) {
            answered++;
            answer = busy.api().get("/api/auth/profile");
        }
        assertThat(answered).isBetween(120, 180);
        assertThat(answer.statusCode()).isEqualTo(429);
        assertThat(answer.jsonPath().getString("error.code")).isEqualTo("RATE_LIMITED");
        assertThat(Integer.parseInt(answer.header("Retry-After"))).isBetween(1, 2);
        // unknown addresses count as well, with what came in meanwhile; another account and the address have their own
        int unknown = 404;
        for (int i = 0; i < 20 && unknown == 404; i++)
            unknown = busy.api().get("/api/nothing").statusCode();
        assertThat(unknown).isEqualTo(429);
        var other = Shop.register();
        other.api().get("/api/auth/profile").then().statusCode(200);
    }

    @Inject
    Db db;

    @Test
    @Order(4)
    void aBurstOfAShopsReportsPassesWhateverElseIsSaidInItsName() {
        var path = webhook(Shop.register());
        for (int i = 0; i < 60; i++) {
            report(path, i).then().statusCode(200);
            report(path + "x", i).then().statusCode(401);
        }
        report(path, 60).then().statusCode(429);
        report(path + "x", 60).then().statusCode(401);
        report(webhook(Shop.register()), 0).then().statusCode(200);
    }

    /** Who knows no secret keeps us from nothing, also from the address that providers seem to call from. */
    @Test
    @Order(5)
    void reportsThatProveNothingCostFewLooksAndKeepNobodyOut() {
        var shop = Shop.register();
        var path = webhook(shop);
        report(path, 0).then().statusCode(200);
        var broken = Shop.register();
        var brokenPath = webhook(broken);
        breakChannel(broken);
        var none = "/api/webhooks/fonnte/" + UUID.randomUUID() + "/x";
        // of the six looks one each, however often
        for (int i = 0; i < 20; i++) {
            report(brokenPath, i).then().statusCode(503);
            report(none, i).then().statusCode(401);
        }
        for (int i = 0; i < 4; i++) report(madeUp(), i).then().statusCode(401);
        report(madeUp(), 4).then().statusCode(429);
        given().get("/api/webhooks/cloud_api/" + UUID.randomUUID()).then().statusCode(429);
        for (int i = 1; i < 20; i++) {
            report(madeUp(), i).then().statusCode(429);
            report(path + "x", i).then().statusCode(401);
            report(path, i).then().statusCode(200);
        }
        // who has proven themselves are looked for again, though their network had its share
        breakChannel(shop);
        int seconds = 0;
        while (report(path, 20 + seconds).statusCode() == 200 && seconds++ < 20)
            LockSupport.parkNanos(Duration.ofSeconds(1).toNanos());
        report(path, 0).then().statusCode(503);
        assertThat(seconds).isLessThan(20);
    }

    private static String madeUp() {
        return "/api/webhooks/fonnte/" + UUID.randomUUID() + "/x";
    }

    /** Sets Fonnte up. @return the path that it is to call */
    private static String webhook(Shop shop) {
        shop.api()
                .body(Map.of("token", "token-uji-00000000"))
                .put("/api/channels/fonnte")
                .then()
                .statusCode(200);
        System.setProperty("PUBLIC_URL", "https://app.contoh.id");
        String webhook = shop.api().get("/api/channels").path("data.channels[0].webhook_url");
        System.clearProperty("PUBLIC_URL");
        return URI.create(webhook).getPath();
    }

    private void breakChannel(Shop shop) {
        db.useTenant(
                shop.id(),
                tx -> tx.createUpdate("UPDATE app.channels SET secrets = 'rusak' WHERE user_id = :u")
                        .bind("u", shop.id())
                        .execute());
    }

    private static Response report(String path, int i) {
        return given().contentType(MediaType.APPLICATION_JSON)
                .body(Map.of("sender", "6281", "timestamp", i))
                .post(path);
    }

    @Test
    @Order(6)
    void oneAddressRegistersOnlySoOften() {
        var answers = new HashSet<Integer>();
        for (int i = 0; i < 5; i++) {
            answers.add(given().contentType(MediaType.APPLICATION_JSON)
                    .body(Map.of(
                            "email", "toko-" + UUID.randomUUID() + "@contoh.id",
                            "password", "kain batik tulis",
                            "full_name", "Sri",
                            "business_name", "Batik"))
                    .post("/api/auth/register")
                    .statusCode());
        }
        assertThat(answers).contains(429);
    }

    @Test
    @Order(7)
    void threat31AForwardedAddressIsNotBelieved() {
        int refused = 0;
        for (int i = 0; i < 300 && refused == 0; i++) {
            var status = given().header("X-Forwarded-For", "10.0." + i / 250 + "." + i % 250)
                    .header("Forwarded", "for=10.1.1." + i % 250)
                    .header("X-Real-IP", "10.2.2." + i % 250)
                    .get("/api/auth/profile")
                    .statusCode();
            if (status == 429) refused++;
        }
        assertThat(refused).isEqualTo(1);
        given().get("/api/health").then().statusCode(200).body("status", equalTo("healthy"));
    }

    private static Response refusalAfterThirty(String email) {
        for (int i = 0; i < 30; i++) {
            assertThat(logIn(email, "tebakan " + i).statusCode()).isEqualTo(401);
        }
        var refusal = logIn(email, "tebakan 30");
        assertThat(refusal.statusCode()).isEqualTo(429);
        assertThat(Integer.parseInt(refusal.header("Retry-After"))).isBetween(1, 30);
        return refusal;
    }

    private static String withoutNumbers(Response answer) {
        return answer.asString().replaceAll("\\d+", "N");
    }

    private static Response logIn(String email, String password) {
        return given().contentType(MediaType.APPLICATION_JSON)
                .body(Map.of("email", email, "password", password))
                .post("/api/auth/login");
    }
}
