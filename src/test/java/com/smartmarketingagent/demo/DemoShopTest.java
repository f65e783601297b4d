package com.smartmarketingagent.demo;

import static com.smartmarketingagent.Http.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.smartmarketingagent.Browser;
import com.smartmarketingagent.Shop;
import com.smartmarketingagent.ShopRows;
import com.smartmarketingagent.Visitor;
import com.smartmarketingagent.platform.Db;
import com.smartmarketingagent.platform.Problem;
import com.smartmarketingagent.platform.Settings;
import com.smartmarketingagent.platform.UserId;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import jakarta.ws.rs.core.MediaType;
import java.io.IOException;
import java.nio.file.Files;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

@QuarkusTest
class DemoShopTest {

    @Inject
    DemoShop demo;

    @Inject
    Db db;

    @Inject
    Settings settings;

    @AfterEach
    void noDemoShopIsLeft() {
        demo.remove(demo.open().id());
    }

    @Test
    void everySegmentHasSomebodyInIt() {
        var opened = demo.open();
        var shop = Shop.logIn(opened.email(), opened.password());
        var analysis = shop.api()
                .get("/api/rfm/analysis")
                .then()
                .statusCode(200)
                .extract()
                .jsonPath();
        assertThat(analysis.<Integer>getMap("data.segments"))
                .containsOnlyKeys(
                        "champions",
                        "loyal_customers",
                        "new_customers",
                        "potential_loyalists",
                        "cant_lose_them",
                        "at_risk",
                        "lost",
                        "others")
                .allSatisfy((segment, customers) ->
                        assertThat(customers).as(segment).isGreaterThanOrEqualTo(10));
        shop.api().get("/api/customers").then().statusCode(200).body("meta.total", org.hamcrest.Matchers.is(500));
    }

    @Test
    void theChampionsAreNeitherMeltingNorMultiplying() {
        var opened = demo.open();
        var champions = db.inTenant(
                opened.id(),
                tx -> tx.createQuery("""
                        SELECT count(*) FILTER (WHERE segment = 'champions') FROM app.rfm_analysis
                        WHERE user_id = :user GROUP BY analysis_date ORDER BY analysis_date DESC LIMIT 2""")
                        .bind("user", opened.id())
                        .mapTo(Long.class)
                        .list());
        assertThat(champions).hasSize(2).allMatch(c -> c > 50);
        assertThat(champions.getFirst()).isBetween(champions.getLast() * 3 / 4, champions.getLast() * 4 / 3);
    }

    @Test
    void openedAgainItIsTheSameShopWithANewPassword() {
        var first = demo.open();
        var before = rows(first.id());
        var token = Shop.logIn(first.email(), first.password());
        var second = demo.open();
        assertThat(second.id()).isEqualTo(first.id());
        assertThat(second.email()).isEqualTo(first.email());
        assertThat(second.password()).isNotEqualTo(first.password());
        assertThat(rows(first.id()))
                .containsEntry("customers", 500L)
                .containsEntry("transactions", before.get("transactions"));
        given().contentType(MediaType.APPLICATION_JSON)
                .body(Map.of("email", first.email(), "password", first.password()))
                .post("/api/auth/login")
                .then()
                .statusCode(401);
        token.api().get("/api/auth/profile").then().statusCode(401);
        Shop.logIn(second.email(), second.password());
    }

    @Test
    void whereTheAddressIsTakenTheNextIsUsed() {
        var taken = given().contentType(MediaType.APPLICATION_JSON)
                .body(Map.of(
                        "email",
                        "demo@contoh.id",
                        "password",
                        "kain batik tulis",
                        "full_name",
                        "X",
                        "business_name",
                        "X"))
                .post("/api/auth/register");
        assertThat(taken.statusCode()).isIn(201, 409);
        assertThat(demo.open().email()).isEqualTo("demo2@contoh.id");
    }

    @Test
    void oneClickLeavesNoRowAndNoFile() throws IOException {
        var opened = demo.open();
        var shop = Shop.logIn(opened.email(), opened.password());
        shop.api()
                .contentType(MediaType.APPLICATION_JSON)
                .header("Idempotency-Key", "one")
                .body(Map.of("name", "Budi"))
                .post("/api/customers")
                .then()
                .statusCode(201);
        var folder = settings.dataDir()
                .resolve("uploads")
                .resolve(opened.id().value().toString());
        Files.createDirectories(folder);
        Files.writeString(folder.resolve("file"), "nama,total\n");
        var cookie = Visitor.cookie(opened.email(), opened.password());
        assertThat(rows(opened.id()).entrySet())
                .filteredOn(e -> e.getValue() > 0)
                .extracting(Map.Entry::getKey)
                .contains(
                        "users",
                        "customers",
                        "transactions",
                        "rfm_analysis",
                        "rfm_runs",
                        "sessions",
                        "idempotency_keys");

        given().follow(false)
                .cookie("sma_session", cookie)
                .formParam("csrf", "wrong")
                .post("/demo/remove")
                .then()
                .statusCode(403);
        assertThat(rows(opened.id())).containsEntry("users", 1L);

        given().follow(false)
                .cookie("sma_session", cookie)
                .formParam("csrf", Visitor.csrf(cookie))
                .post("/demo/remove")
                .then()
                .statusCode(303)
                .header("Location", org.hamcrest.Matchers.endsWith("/login"));
        assertThat(rows(opened.id()))
                .isNotEmpty()
                .allSatisfy((table, rows) -> assertThat(rows).as(table).isZero());
        assertThat(folder).doesNotExist();
    }

    @Test
    void aBusinessIsNotRemoved() {
        var shop = Shop.register();
        assertThatThrownBy(() -> demo.remove(shop.id())).isInstanceOf(Problem.Forbidden.class);
        assertThat(rows(shop.id())).containsEntry("users", 1L);
    }

    /** How many rows of the user each table of the schema has, as the catalogue names the tables. */
    private Map<String, Long> rows(UserId user) {
        return db.asAdmin(tx -> {
            var rows = new TreeMap<String, Long>();
            for (var table : ShopRows.tables(tx)) {
                var key = table.equals("users") ? "id" : "user_id";
                rows.put(
                        table,
                        tx.createQuery("SELECT count(*) FROM app." + table + " WHERE " + key + " = :user")
                                .bind("user", user)
                                .mapTo(Long.class)
                                .one());
            }
            return rows;
        });
    }

    @Test
    void itIsRemovedOnlyAfterAskingOnceMore() {
        var opened = demo.open();
        try (var browser = Browser.phone().as(Shop.logIn(opened.email(), opened.password()))) {
            var page = browser.open("/");
            assertThat(page.isVisible("form[action='/demo/remove'] button")).isFalse();
            page.click("main summary:has-text('Hapus toko contoh')");
            assertThat(rows(opened.id())).containsEntry("users", 1L);
            page.click("form[action='/demo/remove'] button");
            page.waitForURL("**/login");
            assertThat(rows(opened.id())).containsEntry("users", 0L);
        }
    }
}
