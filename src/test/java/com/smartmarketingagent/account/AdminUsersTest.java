package com.smartmarketingagent.account;

import static com.smartmarketingagent.Http.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.hasSize;

import com.smartmarketingagent.Http.Checked;
import com.smartmarketingagent.Shop;
import com.smartmarketingagent.platform.Db;
import com.smartmarketingagent.platform.Problem;
import com.smartmarketingagent.platform.UserId;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import jakarta.ws.rs.core.MediaType;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

@QuarkusTest
class AdminUsersTest {

    @Inject
    Db db;

    @Inject
    AdminCreation creation;

    Shop shop;
    Shop admin;

    @BeforeEach
    void register() {
        shop = Shop.register();
        admin = Shop.admin();
    }

    @Test
    void threat14AnOwnerIsForbiddenWhateverTheySend() {
        var one = "/api/admin/users/" + shop.id().value();
        for (var answer : List.of(
                shop.api().get("/api/admin/users"),
                shop.api().queryParam("limit", 9999).get("/api/admin/users"),
                shop.api().body("{}").post("/api/admin/users"),
                shop.api().get(one),
                shop.api().get("/api/admin/users/" + UUID.randomUUID()),
                shop.api().body(Map.of("is_active", false)).put(one),
                shop.api().body("{").put(one))) {
            answer.then().statusCode(403).body("error.code", equalTo("FORBIDDEN"));
        }
        given().get("/api/admin/users").then().statusCode(401);
        shop.api().get("/api/auth/profile").then().body("data.user.is_active", equalTo(true));
    }

    @Test
    void threat14AnAdminsReadsAndChangesAreWrittenDown() {
        var one = "/api/admin/users/" + shop.id().value();
        admin.api()
                .queryParam("search", shop.email())
                .get("/api/admin/users")
                .then()
                .statusCode(200)
                .body("data.users", hasSize(1))
                .body("data.users[0].business_name", equalTo("Batik Sri"))
                .body("meta.total", equalTo(1));
        admin.api().get(one).then().statusCode(200).body("data.user.email", equalTo(shop.email()));
        admin.api().body(Map.of("is_active", false)).put(one).then().statusCode(200);
        admin.api().body(Map.of("is_active", true)).put(one).then().statusCode(200);
        assertThat(audit(shop.id())).containsExactly("list", "read", "deactivate", "activate");
    }

    @Test
    void threat14TheAuditLogIsNotTheShopsToChange() {
        admin.api().get("/api/admin/users/" + shop.id().value()).then().statusCode(200);
        for (var sql : List.of("DELETE FROM app.audit_log", "UPDATE app.audit_log SET action = 'x'")) {
            assertThatThrownBy(() -> db.inTenant(shop.id(), tx -> tx.execute(sql)))
                    .hasMessageContaining("permission denied");
        }
        assertThat(audit(shop.id())).containsExactly("read");
    }

    @Test
    void threat12ADeactivatedAccountIsOutAtOnceAndItsOldSessionsStayOver() {
        var one = "/api/admin/users/" + shop.id().value();
        shop.api().get("/api/auth/profile").then().statusCode(200);
        admin.api()
                .body(Map.of("is_active", false))
                .put(one)
                .then()
                .statusCode(200)
                .body("data.user.is_active", equalTo(false));
        shop.api().get("/api/auth/profile").then().statusCode(401);
        refresh(shop).statusCode(401);
        logIn(shop.password()).statusCode(403).body("error.code", equalTo("FORBIDDEN"));
        logIn("bukan sandinya").statusCode(401);

        admin.api().body(Map.of("is_active", true)).put(one).then().statusCode(200);
        shop.api().get("/api/auth/profile").then().statusCode(401);
        refresh(shop).statusCode(401);
        logIn(shop.password()).statusCode(200);
    }

    @Test
    void anAdminMakesAShopThatCanLogIn() {
        var email = "toko-" + UUID.randomUUID() + "@contoh.id";
        var wanted = Map.of(
                "email", email, "password", "kain batik tulis", "full_name", "Sri", "business_name", "Batik Baru");
        String id = admin.api()
                .body(wanted)
                .post("/api/admin/users")
                .then()
                .statusCode(201)
                .body("data.user.role", equalTo("umkm_owner"))
                .extract()
                .path("data.user.id");
        assertThat(Shop.logIn(email, "kain batik tulis").id().value()).hasToString(id);
        assertThat(audit(new UserId(UUID.fromString(id)))).containsExactly("create");
        admin.api().body(wanted).post("/api/admin/users").then().statusCode(409);
    }

    @Test
    void onlyActivityIsAnAdminsToChange() {
        var one = "/api/admin/users/" + shop.id().value();
        for (var field : List.of("role", "user_id", "email", "full_name", "password")) {
            admin.api()
                    .body(Map.of("is_active", true, field, "super_admin"))
                    .put(one)
                    .then()
                    .statusCode(400)
                    .body("error.details[0].field", equalTo(field));
        }
        admin.api().body("{}").put(one).then().statusCode(400).body("error.details[0].field", equalTo("is_active"));
        admin.api()
                .body(Map.of(
                        "email",
                        "x@contoh.id",
                        "password",
                        "kain batik tulis",
                        "full_name",
                        "x",
                        "business_name",
                        "x",
                        "role",
                        "super_admin"))
                .post("/api/admin/users")
                .then()
                .statusCode(400)
                .body("error.details[0].field", equalTo("role"));
        admin.api()
                .body(Map.of("is_active", false))
                .put("/api/admin/users/" + Shop.admin().id().value())
                .then()
                .statusCode(403);
        admin.api()
                .body(Map.of("is_active", false))
                .put("/api/admin/users/" + UUID.randomUUID())
                .then()
                .statusCode(404);
        assertThat(audit(shop.id())).isEmpty();
    }

    @Test
    void theListIsSearchedLiterallyAndPaged() {
        admin.api()
                .queryParam("search", "%")
                .get("/api/admin/users")
                .then()
                .statusCode(200)
                .body("data.users", hasSize(0))
                .body("meta.total", equalTo(0));
        admin.api()
                .queryParam("limit", 1)
                .queryParam("page", 2)
                .get("/api/admin/users")
                .then()
                .statusCode(200)
                .body("data.users", hasSize(1))
                .body("meta.page", equalTo(2));
        admin.api().queryParam("limit", 101).get("/api/admin/users").then().statusCode(400);
        admin.api().queryParam("search", "\0").get("/api/admin/users").then().statusCode(400);
    }

    @Test
    void theCommandLineMakesAdminsWithARandomPasswordOnce() {
        var email = "Admin-" + UUID.randomUUID() + "@contoh.id";
        var password = creation.create(email, "Pengelola");
        assertThat(password).hasSize(20);
        assertThat(Shop.logIn(email, password).api().get("/api/auth/profile").<String>path("data.user.role"))
                .isEqualTo("super_admin");
        assertThatThrownBy(() -> creation.create(email, "Pengelola")).isInstanceOf(Problem.Conflict.class);
        assertThatThrownBy(() -> creation.create("bukan email", "Pengelola")).isInstanceOf(Problem.Invalid.class);
        assertThatThrownBy(() -> creation.create("lain@contoh.id", " ")).isInstanceOf(Problem.Invalid.class);
    }

    private List<String> audit(UserId user) {
        return db.inTenant(
                user,
                tx -> tx.createQuery(
                                "SELECT action FROM app.audit_log WHERE user_id = :user AND actor_id = :admin ORDER BY id")
                        .bind("user", user)
                        .bind("admin", admin.id())
                        .mapTo(String.class)
                        .list());
    }

    private static Checked refresh(Shop shop) {
        return given().contentType(MediaType.APPLICATION_JSON)
                .body(Map.of("refresh_token", shop.refreshToken()))
                .post("/api/auth/refresh")
                .then();
    }

    private Checked logIn(String password) {
        return given().contentType(MediaType.APPLICATION_JSON)
                .body(Map.of("email", shop.email(), "password", password))
                .post("/api/auth/login")
                .then();
    }
}
