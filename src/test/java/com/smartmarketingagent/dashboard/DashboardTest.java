package com.smartmarketingagent.dashboard;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.not;

import com.smartmarketingagent.Shop;
import com.smartmarketingagent.platform.Db;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.response.ValidatableResponse;
import io.restassured.specification.RequestSpecification;
import jakarta.inject.Inject;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

@QuarkusTest
class DashboardTest {

    @Inject
    Db db;

    Shop shop;
    String cookie;

    @BeforeEach
    void logIn() {
        shop = Shop.register();
        cookie = given().redirects()
                .follow(false)
                .formParam("email", shop.email())
                .formParam("password", shop.password())
                .post("/login")
                .then()
                .statusCode(303)
                .extract()
                .cookie("sma_session");
    }

    @Test
    void aNewShopIsLedToItsImports() {
        home().body(containsString("Batik Sri"), containsString("href=\"/imports\""), not(containsString("<table")));
    }

    @Test
    void threat17TheFileBecomesSegmentsOnTheNextLookWithHostileWordsEscaped() {
        shop.api()
                .contentType("multipart/form-data")
                .multiPart(
                        "file",
                        "penjualan.csv",
                        "Nama,No HP,Tanggal,Total\n<script>alert(1)</script>,081234567890,2025-12-01,6000000\nBudi,<img src=x onerror=alert(1)>,2025-12-01,5\n"
                                .getBytes(StandardCharsets.UTF_8))
                .post("/api/transactions/import")
                .then()
                .statusCode(202);

        var page = awaitEnd();

        assertThat(page)
                .contains("Siapa pelanggan Anda", "Rp6.000.000", "2 baris: 1 baru", "1 ditolak", "&lt;img src=x")
                .doesNotContain("<script>", "<img");
        assertThat(rows("SELECT count(*) FROM app.rfm_analysis WHERE user_id = :user"))
                .containsExactly("1");
        shop.api().get("/api/rfm/analysis").then().body("data.stale", equalTo(false));
    }

    @Test
    void withoutASessionNothingOfTheShopIsShown() {
        given().accept("text/html").get("/").then().statusCode(200).body(not(containsString("Batik Sri")));
    }

    List<String> rows(String sql) {
        return db.inTenant(
                shop.id(),
                tx -> tx.createQuery(sql)
                        .bind("user", shop.id())
                        .mapTo(String.class)
                        .list());
    }

    String awaitEnd() {
        for (int i = 0; i < 300; i++) {
            var answer = home();
            if (answer.extract().header("Refresh") == null)
                return answer.extract().asString();
            java.util.concurrent.locks.LockSupport.parkNanos(50_000_000);
        }
        throw new AssertionError("the import did not end");
    }

    ValidatableResponse home() {
        return browser().get("/").then().statusCode(200);
    }

    RequestSpecification browser() {
        return given().cookie("sma_session", cookie)
                .accept("text/html")
                .redirects()
                .follow(false);
    }
}
