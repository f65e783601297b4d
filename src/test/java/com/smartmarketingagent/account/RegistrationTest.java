package com.smartmarketingagent.account;

import static com.smartmarketingagent.Http.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.notNullValue;

import com.smartmarketingagent.Shop;
import com.smartmarketingagent.platform.Db;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import jakarta.ws.rs.core.MediaType;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.Test;

@QuarkusTest
class RegistrationTest {

    @Inject
    Db db;

    @Test
    void storesTheShopUnderItsEmailInLowerCaseAndLogsItIn() {
        var email = "Toko-" + UUID.randomUUID() + "@Contoh.ID";
        var answer = given().contentType(MediaType.APPLICATION_JSON)
                .body(Map.of(
                        "email", " " + email + " ",
                        "password", "kain batik tulis",
                        "full_name", "Sri Wahyuni",
                        "business_name", "Batik Sri",
                        "phone", "0812-3456-7890"))
                .post("/api/auth/register")
                .then()
                .statusCode(201)
                .body("success", equalTo(true))
                .body("data.user.email", equalTo(email.toLowerCase(java.util.Locale.ROOT)))
                .body("data.user.full_name", equalTo("Sri Wahyuni"))
                .body("data.user.business_name", equalTo("Batik Sri"))
                .body("data.user.phone", equalTo("+6281234567890"))
                .body("data.user.role", equalTo("umkm_owner"))
                .body("data.user.is_active", equalTo(true))
                .body("data.user.timezone", equalTo("Asia/Jakarta"))
                .body("data.user.created_at", notNullValue())
                .body("data.expires_in", equalTo(900))
                .extract()
                .jsonPath();
        assertThat(answer.getMap("data.user")).doesNotContainKey("password_hash");
        given().header("Authorization", "Bearer " + answer.getString("data.access_token"))
                .get("/api/auth/profile")
                .then()
                .statusCode(200)
                .body("data.user.id", equalTo(answer.getString("data.user.id")));
        var hash = db.withoutTenant(tx -> tx.createQuery("SELECT password_hash FROM app.login_lookup(:email)")
                .bind("email", email)
                .mapTo(String.class)
                .one());
        assertThat(hash).startsWith("$argon2id$v=19$m=64,t=4,p=1$").doesNotContain("kain");
    }

    @Test
    void aPasswordThatAnybodyGuessesIsRefused() {
        var email = "toko-" + java.util.UUID.randomUUID() + "@contoh.id";
        for (var password : java.util.List.of(
                "password", "PassWord123", "12345678", email, email.toUpperCase(java.util.Locale.ROOT))) {
            given().contentType(MediaType.APPLICATION_JSON)
                    .body(Map.of("email", email, "password", password, "full_name", "Sri", "business_name", "Batik"))
                    .post("/api/auth/register")
                    .then()
                    .statusCode(400)
                    .body("error.details.field", equalTo(java.util.List.of("password")));
        }
        var shop = Shop.register();
        for (var password : java.util.List.of("Password", shop.email())) {
            shop.api()
                    .body(Map.of("current_password", shop.password(), "new_password", password))
                    .post("/api/auth/password")
                    .then()
                    .statusCode(400)
                    .body("error.details.field", equalTo(java.util.List.of("new_password")));
        }
        shop.api().get("/api/auth/profile").then().statusCode(200);
    }

    @Test
    void anEmailRegistersOnceWhateverItsCase() {
        var shop = Shop.register();
        given().contentType(MediaType.APPLICATION_JSON)
                .body(Map.of(
                        "email", shop.email().toUpperCase(java.util.Locale.ROOT),
                        "password", "kain batik tulis",
                        "full_name", "Orang Lain",
                        "business_name", "Toko Lain"))
                .post("/api/auth/register")
                .then()
                .statusCode(409)
                .body("error.code", equalTo("CONFLICT"))
                .body("error.details[0].field", equalTo("email"));
        shop.api().get("/api/auth/profile").then().body("data.user.full_name", equalTo("Sri Wahyuni"));
    }

    @Test
    void threat34WhatTheDatabaseRefusesIsLoggedWithoutItsValues() {
        var shop = Shop.register();
        assertThatThrownBy(() -> db.useTenant(
                        shop.id(),
                        tx -> tx.createUpdate(
                                        "INSERT INTO app.users (id, email, password_hash, full_name, business_name)"
                                                + " VALUES (:id, :email, 'planted-hash', 'planted-name', 'x')")
                                .bind("id", shop.id())
                                .bind("email", "planted-" + shop.email())
                                .execute()))
                .hasMessageContaining("users_pkey")
                .satisfies(e -> {
                    var log = new StringWriter();
                    e.printStackTrace(new PrintWriter(log));
                    assertThat(log.toString())
                            .doesNotContain("planted-toko", shop.id().value().toString());
                });
    }

    @Test
    void withoutATokenNothingIsShown() {
        given().get("/api/auth/profile")
                .then()
                .statusCode(401)
                .body("error.code", equalTo("UNAUTHORIZED"))
                .body("error.message", equalTo("Silakan masuk dahulu."));
        given().get("/api/auth/nothing").then().statusCode(404);
        given().delete("/api/auth/profile").then().statusCode(405);
    }
}
