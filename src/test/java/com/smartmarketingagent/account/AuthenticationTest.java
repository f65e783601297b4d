package com.smartmarketingagent.account;

import static com.smartmarketingagent.Http.given;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.nullValue;

import com.smartmarketingagent.Http.Checked;
import com.smartmarketingagent.Shop;
import com.smartmarketingagent.account.Tokens.Holder;
import com.smartmarketingagent.account.Tokens.Place;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Base64;
import java.util.UUID;
import java.util.function.Consumer;
import org.jose4j.jws.JsonWebSignature;
import org.jose4j.keys.HmacKey;
import org.jose4j.lang.JoseException;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

@QuarkusTest
class AuthenticationTest {

    @Inject
    Tokens tokens;

    Shop shop;

    @BeforeEach
    void register() {
        shop = Shop.register();
    }

    @Test
    void threat09ATokenWithoutASignatureIsNone() {
        for (var alg : new String[] {"none", "None", "NONE", ""}) {
            refused(base64("{\"alg\":\"" + alg + "\",\"typ\":\"JWT\"}") + "." + payload() + ".");
        }
        refused(base64("{\"typ\":\"JWT\"}") + "." + payload() + ".");
        var parts = shop.accessToken().split("\\.");
        refused(parts[0] + "." + parts[1] + ".");
        refused(parts[0] + "." + base64("{}") + "." + parts[2]);
    }

    @Test
    void threat09AKeyOfTheCallersChoiceIsNone() {
        refused(signed(
                "-----BEGIN PUBLIC KEY-----\nMIIBIjANBgkqhkiG9w0BAQEFAAOCAQ8A\n-----END PUBLIC KEY-----", _ -> {}));
        refused(signed("\0".repeat(32), jws -> jws.setHeader("kid", "../../../../dev/null")));
        refused(signed("x".repeat(32), jws -> jws.setHeader("jku", "http://127.0.0.1:1/keys.json")));
        refused(signed("x".repeat(64), jws -> jws.setAlgorithmHeaderValue("HS512")));
    }

    @Test
    void threat09ATokenIsGoodForItsTimeAndItsPlaceOnly() {
        var holder = tokens.read(Place.API, shop.accessToken()).orElseThrow();
        accepted(tokens.issue(Place.API, holder, Duration.ofSeconds(30)));
        refused(tokens.issue(Place.API, holder, Duration.ofSeconds(-1)));
        refused(tokens.issue(Place.WEB, holder, Duration.ofMinutes(15)));
        refused(shop.refreshToken());
        refused("");
        refused("a.b.c");
    }

    @Test
    void aTokenOfASessionThatIsNotTheUsersIsRefused() {
        var other = tokens.read(Place.API, Shop.register().accessToken()).orElseThrow();
        refused(tokens.issue(Place.API, new Holder(shop.id(), other.session()), Duration.ofMinutes(1)));
        refused(tokens.issue(Place.API, new Holder(shop.id(), UUID.randomUUID()), Duration.ofMinutes(1)));
    }

    @Test
    void onlyTheBearerHeaderCounts() {
        given().header("Authorization", "Basic " + shop.accessToken())
                .get("/api/auth/profile")
                .then()
                .statusCode(401);
        given().queryParam("access_token", shop.accessToken())
                .get("/api/auth/profile")
                .then()
                .statusCode(401);
        given().cookie("sma_session", shop.accessToken())
                .get("/api/auth/profile")
                .then()
                .statusCode(401);
        given().header("Authorization", "bearer " + shop.accessToken())
                .get("/api/auth/profile")
                .then()
                .statusCode(200);
    }

    @Test
    void theTokenIsAskedForBeforeTheBodyIsLookedAt() {
        given().contentType("application/json")
                .body("{\"nonsense\": ")
                .put("/api/auth/profile")
                .then()
                .statusCode(401);
    }

    @Test
    void threat15AForeignOriginGetsNoCorsHeader() {
        for (var origin : new String[] {"https://jahat.example", "null"}) {
            shop.api()
                    .header("Origin", origin)
                    .get("/api/auth/profile")
                    .then()
                    .statusCode(200)
                    .header("Access-Control-Allow-Origin", nullValue())
                    .header("Access-Control-Allow-Credentials", nullValue());
            given().header("Origin", origin)
                    .header("Access-Control-Request-Method", "PUT")
                    .options("/api/auth/profile")
                    .then()
                    .header("Access-Control-Allow-Origin", nullValue());
        }
    }

    private Checked ask(String token) {
        return given().header("Authorization", "Bearer " + token)
                .get("/api/auth/profile")
                .then();
    }

    private void refused(String token) {
        ask(token).statusCode(401).body("error.code", equalTo("UNAUTHORIZED")).body("data", nullValue());
    }

    private void accepted(String token) {
        ask(token).statusCode(200).body("data.user.email", equalTo(shop.email()));
    }

    /** The claims of a real token, so that only the signature is wrong. */
    private String payload() {
        return shop.accessToken().split("\\.")[1];
    }

    private String signed(String key, Consumer<JsonWebSignature> change) {
        var jws = new JsonWebSignature();
        jws.setPayload(new String(Base64.getUrlDecoder().decode(payload()), StandardCharsets.UTF_8));
        jws.setAlgorithmHeaderValue("HS256");
        jws.setKey(new HmacKey(key.getBytes(StandardCharsets.UTF_8)));
        change.accept(jws);
        try {
            return jws.getCompactSerialization();
        } catch (JoseException e) {
            throw new IllegalStateException(e);
        }
    }

    private static String base64(String text) {
        return Base64.getUrlEncoder().withoutPadding().encodeToString(text.getBytes(StandardCharsets.UTF_8));
    }
}
