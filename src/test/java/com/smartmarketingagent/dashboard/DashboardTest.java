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
import java.util.regex.Pattern;
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
    void aNewShopIsAskedForItsFile() {
        home().body(containsString("Batik Sri"), containsString("type=\"file\""), not(containsString("<table")));
    }

    @Test
    void threat17TheFileBecomesSegmentsOnTheNextLookWithHostileWordsEscaped() {
        upload(
                        "Nama,No HP,Tanggal,Total\n<script>alert(1)</script>,081234567890,2025-12-01,6000000\nBudi,<img src=x onerror=alert(1)>,2025-12-01,5\n",
                        "")
                .statusCode(303)
                .header("Location", containsString("/"));

        var page = awaitEnd();

        assertThat(page)
                .contains("Siapa pelanggan Anda", "Rp6.000.000", "2 baris: 1 baru", "1 ditolak", "&lt;img src=x")
                .doesNotContain("<script>", "<img");
        assertThat(rows("SELECT count(*) FROM app.rfm_analysis WHERE user_id = :user"))
                .containsExactly("1");
        shop.api().get("/api/rfm/analysis").then().body("data.stale", equalTo(false));
    }

    @Test
    void whatCannotBeReadIsSaidOnThePageAndStoresNothing() {
        upload("apa,saja\n1,2\n", "").statusCode(400).body(containsString("role=\"alert\""), containsString("kolom"));
        upload("Nama,Tanggal,Total\nAni,05/06/2025,5000\n", "")
                .statusCode(400)
                .body(containsString("name=\"date_order\""));
        upload("Nama,Tanggal,Total\nAni,05/06/2025,5000\n", "day_first").statusCode(303);

        awaitEnd();

        assertThat(rows("SELECT transaction_date::text FROM app.transactions WHERE user_id = :user"))
                .containsExactly("2025-06-05");
    }

    @Test
    void threat15AFileWithoutTheFormsFieldIsRefused() {
        var csv = "Nama,Tanggal,Total\nAni,2025-06-05,5000\n".getBytes(StandardCharsets.UTF_8);

        browser()
                .multiPart("file", "p.csv", csv, "text/csv")
                .post("/import")
                .then()
                .statusCode(403);
        browser()
                .header("Sec-Fetch-Site", "cross-site")
                .multiPart("csrf", csrf())
                .multiPart("file", "p.csv", csv, "text/csv")
                .post("/import")
                .then()
                .statusCode(403);

        shop.api().get("/api/imports").then().body("meta.total", equalTo(0));
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

    ValidatableResponse upload(String csv, String dateOrder) {
        return browser()
                .multiPart("csrf", csrf())
                .multiPart("date_order", dateOrder)
                .multiPart("file", "penjualan.csv", csv.getBytes(StandardCharsets.UTF_8), "text/csv")
                .post("/import")
                .then();
    }

    String csrf() {
        var field = Pattern.compile("name=\"csrf\" value=\"([^\"]+)\"")
                .matcher(home().extract().asString());
        assertThat(field.find()).isTrue();
        return field.group(1);
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
