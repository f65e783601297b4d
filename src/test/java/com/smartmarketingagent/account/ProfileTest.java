package com.smartmarketingagent.account;

import static com.smartmarketingagent.Http.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.nullValue;

import com.smartmarketingagent.Http.Checked;
import com.smartmarketingagent.Shop;
import com.smartmarketingagent.platform.Db;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import jakarta.ws.rs.core.MediaType;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

@QuarkusTest
class ProfileTest {

    @Inject
    Db db;

    Shop shop;

    @BeforeEach
    void register() {
        shop = Shop.register();
    }

    @Test
    void aChangeReplacesEveryFieldThatOwnersMayWrite() {
        put(Map.of(
                        "full_name", " Sri Lestari ",
                        "business_name", "Batik Lestari",
                        "phone", "+62 811-2345-678",
                        "timezone", "Asia/Makassar"))
                .statusCode(200)
                .body("data.user.phone", equalTo("+628112345678"));
        shop.api()
                .get("/api/auth/profile")
                .then()
                .body("data.user.full_name", equalTo("Sri Lestari"))
                .body("data.user.business_name", equalTo("Batik Lestari"))
                .body("data.user.phone", equalTo("+628112345678"))
                .body("data.user.timezone", equalTo("Asia/Makassar"))
                .body("data.user.email", equalTo(shop.email()));
        put(Map.of("full_name", "Sri", "business_name", "Batik"))
                .statusCode(200)
                .body("data.user.phone", nullValue())
                .body("data.user.timezone", equalTo("Asia/Jakarta"));
        var other = Shop.register();
        other.api().get("/api/auth/profile").then().body("data.user.full_name", equalTo("Sri Wahyuni"));
    }

    @Test
    void whatCannotBeIsRefusedByNameAndChangesNothing() {
        refused("full_name", " ");
        refused("full_name", "x".repeat(201));
        refused("full_name", "Sri\0");
        refused("business_name", "dua\nbaris");
        refused("business_name", null);
        refused("phone", "12");
        refused("phone", "bukan nomor");
        refused("timezone", "Europe/Berlin");
        put(Map.of("full_name", "x".repeat(200), "business_name", "Batik")).statusCode(200);
    }

    @Test
    void aShopSaysWhatItSellsAndHowItSpeaks() {
        var facts = new HashMap<String, Object>(Map.of(
                "full_name", "Sri",
                "business_name", "Batik",
                "sells", " Batik tulis\ndan cap \uD83D\uDC57 ",
                "city", "Pekalongan",
                "link", "instagram.com/batiksri",
                "tone", "cheerful"));
        refused("sells", "x".repeat(501));
        refused("city", "dua\nbaris");
        for (var link : List.of(
                "javascript:alert(1)",
                "https://",
                "ftp://contoh.id",
                "https://contoh.id@jahat.example",
                "https://contoh.id/<b>",
                "https://contoh.id/\" onclick=x",
                "satu kata",
                "https://contoh.id/" + "x".repeat(300))) {
            refused("link", link);
        }
        refused("tone", "galak");
        put(facts).statusCode(200);
        shop.api()
                .get("/api/auth/profile")
                .then()
                .body("data.user.sells", equalTo("Batik tulis\ndan cap \uD83D\uDC57"))
                .body("data.user.city", equalTo("Pekalongan"))
                .body("data.user.link", equalTo("https://instagram.com/batiksri"))
                .body("data.user.tone", equalTo("cheerful"))
                .body("data.user.language", nullValue());
        put(Map.of("full_name", "Sri", "business_name", "Batik"))
                .statusCode(200)
                .body("data.user.sells", nullValue());
    }

    @Test
    void refusalsAreSaidInTheReadersLanguage() {
        var wrong = Map.<String, Object>of("full_name", "", "business_name", "Batik");
        put(wrong).statusCode(400).body("error.details[0].message", equalTo("wajib diisi"));
        for (var english : List.of("en", "en-US,en;q=0.9,id;q=0.5")) {
            shop.api()
                    .header("Accept-Language", english)
                    .body(wrong)
                    .put("/api/auth/profile")
                    .then()
                    .statusCode(400)
                    .body("error.details[0].message", equalTo("is required"));
        }
        shop.api()
                .header("Accept-Language", "fr")
                .body(Map.of("full_name", "Sri", "business_name", "Batik", "role", "x"))
                .put("/api/auth/profile")
                .then()
                .body("error.message", equalTo("Isian role tidak dikenal."));
    }

    @Test
    void threat03FieldsThatAreNotTheOwnersAreRefusedByName() {
        for (var field : List.of("user_id", "role", "is_active", "email", "id", "password_hash", "purpose")) {
            var profile = new HashMap<String, Object>(Map.of("full_name", "Sri", "business_name", "Batik"));
            profile.put(field, field.equals("is_active") ? true : "super_admin");
            put(profile)
                    .statusCode(400)
                    .body("error.code", equalTo("VALIDATION_ERROR"))
                    .body("error.details[0].field", equalTo(field));
        }
        shop.api()
                .get("/api/auth/profile")
                .then()
                .body("data.user.role", equalTo("umkm_owner"))
                .body("data.user.full_name", equalTo("Sri Wahyuni"));
    }

    @Test
    void threat03ARegistrationGivesNobodyARole() {
        for (var field : List.of("user_id", "role", "is_active", "id")) {
            var email = "toko-" + UUID.randomUUID() + "@contoh.id";
            var account = new HashMap<String, Object>(registration(email));
            account.put(field, field.equals("is_active") ? true : "super_admin");
            register(account).statusCode(400).body("error.details[0].field", equalTo(field));
            assertThat(exists(email)).isFalse();
        }
    }

    @Test
    void aRegistrationNamesEachFieldThatIsWrong() {
        for (var wrong : List.of(
                Map.entry("email", "bukan email"),
                Map.entry("email", "a@b"),
                Map.entry("email", "ä@contoh.id"),
                Map.entry("email", "x".repeat(65) + "@contoh.id"),
                Map.entry("password", "7 huruf"),
                Map.entry("password", "x".repeat(201)),
                Map.entry("full_name", ""),
                Map.entry("business_name", "a\0b"),
                Map.entry("phone", "0812"))) {
            var account = new HashMap<String, Object>(registration("toko-" + UUID.randomUUID() + "@contoh.id"));
            account.put(wrong.getKey(), wrong.getValue());
            register(account)
                    .statusCode(400)
                    .body("error.code", equalTo("VALIDATION_ERROR"))
                    .body("error.details.field", equalTo(List.of(wrong.getKey())));
            assertThat(exists(String.valueOf(account.get("email")))).isFalse();
        }
        register(Map.of())
                .statusCode(400)
                .body("error.details.field", equalTo(List.of("business_name", "email", "full_name", "password")));
        var shortest = new HashMap<String, Object>(registration("toko-" + UUID.randomUUID() + "@contoh.id"));
        shortest.put("password", "8 huruf.");
        register(shortest).statusCode(201);
    }

    @Test
    void whatIsNotJsonIsRefusedAsSuch() {
        shop.api().body("{\"full_name\": ").put("/api/auth/profile").then().statusCode(400);
        shop.api().body("[]").put("/api/auth/profile").then().statusCode(400);
        shop.api().body("null").put("/api/auth/profile").then().statusCode(400);
        shop.api().put("/api/auth/profile").then().statusCode(400);
        given().header("Authorization", "Bearer " + shop.accessToken())
                .contentType(MediaType.TEXT_PLAIN)
                .body("full_name=x")
                .put("/api/auth/profile")
                .then()
                .statusCode(415)
                .body("error.code", equalTo("UNSUPPORTED_MEDIA_TYPE"));
    }

    private Checked put(Map<String, Object> profile) {
        return shop.api().body(profile).put("/api/auth/profile").then();
    }

    private void refused(String field, @org.jspecify.annotations.Nullable Object value) {
        var profile = new HashMap<String, Object>(Map.of("full_name", "Diganti", "business_name", "Diganti"));
        if (value == null) profile.remove(field);
        else profile.put(field, value);
        put(profile).statusCode(400).body("error.details.field", equalTo(List.of(field)));
        shop.api().get("/api/auth/profile").then().body("data.user.full_name", equalTo("Sri Wahyuni"));
    }

    private static Map<String, Object> registration(String email) {
        return Map.of("email", email, "password", "kain batik tulis", "full_name", "Sri", "business_name", "Batik");
    }

    private static Checked register(Map<String, Object> account) {
        return given().contentType(MediaType.APPLICATION_JSON)
                .body(account)
                .post("/api/auth/register")
                .then();
    }

    private boolean exists(String email) {
        return db.withoutTenant(tx -> tx.createQuery("SELECT 1 FROM app.login_lookup(:email)")
                .bind("email", email)
                .mapTo(Integer.class)
                .findOne()
                .isPresent());
    }
}
