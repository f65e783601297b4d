package com.smartmarketingagent.customer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.hasItem;
import static org.hamcrest.Matchers.hasSize;

import com.smartmarketingagent.platform.Db;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@QuarkusTest
class CustomerListTest {

    @Inject
    Db db;

    @Test
    void showsTheNewestFirstAndHowManyThereAre() {
        var book = CustomerBook.open();
        for (var name : new String[] {"Ani", "Budi", "Citra"}) book.add(name);
        book.shop()
                .api()
                .get("/api/customers?limit=2")
                .then()
                .statusCode(200)
                .body("data.customers.name", equalTo(List.of("Citra", "Budi")))
                .body("meta.page", equalTo(1))
                .body("meta.limit", equalTo(2))
                .body("meta.total", equalTo(3));
        assertThat(book.names("limit", 2, "page", 2)).containsExactly("Ani");
        book.shop()
                .api()
                .get("/api/customers?page=9")
                .then()
                .statusCode(200)
                .body("data.customers", hasSize(0))
                .body("meta.limit", equalTo(20))
                .body("meta.total", equalTo(3));
    }

    @ParameterizedTest
    @CsvSource({
        "limit=1,200",
        "limit=100,200",
        "limit=0,400",
        "limit=101,400",
        "page=1,200",
        "page=0,400",
        "page=-1,400",
        "limit=1000000000,400",
        "limit=99999999999,400",
        "page=satu,400"
    })
    void pagesAreWithinLimits(String query, int status) {
        CustomerBook.open().shop().api().get("/api/customers?" + query).then().statusCode(status);
    }

    @Test
    void pagesOfEqualValuesDontOverlap() {
        var book = CustomerBook.open();
        for (int i = 0; i < 7; i++) book.add("Sama", "city", "Solo");
        for (var sort : new String[] {"name", "-name", "city", "total_spent", "-last_purchase_date"}) {
            var seen = new ArrayList<String>();
            for (int page = 1; page <= 4; page++) {
                seen.addAll(book.shop()
                        .api()
                        .get("/api/customers?limit=2&sort=" + sort + "&page=" + page)
                        .path("data.customers.id"));
            }
            assertThat(seen).hasSize(7).doesNotHaveDuplicates();
        }
    }

    @Test
    void findsPercentAndUnderscoreAsTheyAreWritten() {
        var book = CustomerBook.open();
        for (var name : new String[] {"100% Batik", "Toko_A", "TokoXA", "1000 Batik", "O'Neil \\ Co"}) book.add(name);
        assertThat(book.names("search", "%")).containsExactly("100% Batik");
        assertThat(book.names("search", "o_a")).containsExactly("Toko_A");
        assertThat(book.names("search", "\\")).containsExactly("O'Neil \\ Co");
        assertThat(book.names("search", "'")).containsExactly("O'Neil \\ Co");
        assertThat(book.names("search", "batik", "sort", "name")).containsExactly("100% Batik", "1000 Batik");
        assertThat(book.names("search", "")).hasSize(5);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "081234567890",
                "0812-3456",
                "0812",
                "+62812",
                "62812",
                "812 3456",
                "006281234",
                "67890",
                "SARI",
                "@contoh"
            })
    void findsNamePhoneAsDialledAndEmail(String search) {
        var book = CustomerBook.open();
        book.add("Sari Dewi", "phone", "081234567890", "email", "sari@contoh.id");
        book.add("Budi", "phone", "085711122233", "email", "budi@lain.id");
        assertThat(book.names("search", search)).containsExactly("Sari Dewi");
    }

    @Test
    void filtersByAllTagsAndByCityWhateverItsCase() {
        var book = CustomerBook.open();
        book.add("Ani", "tags", List.of("grosir", "vip"), "city", "Solo");
        book.add("Budi", "tags", List.of("grosir"), "city", "Solo Baru");
        book.add("Citra", "tags", List.of("vip"), "city", "SOLO");
        assertThat(book.names("tags", "grosir", "sort", "name")).containsExactly("Ani", "Budi");
        assertThat(book.names("tags", "grosir,vip")).containsExactly("Ani");
        assertThat(book.names("tags", "grosir", "tags", "vip")).containsExactly("Ani");
        assertThat(book.names("tags", "gros")).isEmpty();
        assertThat(book.names("tags", "VIP,Grosir")).containsExactly("Ani");
        assertThat(book.names("city", "solo", "sort", "name")).containsExactly("Ani", "Citra");
        assertThat(book.names("city", "solo", "tags", "grosir", "search", "an")).containsExactly("Ani");
    }

    @Test
    void filtersByTheSegmentOfTheLatestAnalysis() {
        var book = CustomerBook.open();
        var ani = book.add("Ani");
        var budi = book.add("Budi");
        analysis(book, "2025-01-01", ani, "champions");
        analysis(book, "2025-01-01", budi, "lost");
        assertThat(book.names("segment", "champions")).containsExactly("Ani");
        analysis(book, "2025-02-01", ani, "at_risk");
        analysis(book, "2025-02-01", budi, "champions");
        assertThat(book.names("segment", "champions")).containsExactly("Budi");
        assertThat(book.names("segment", "lost")).isEmpty();
        book.shop()
                .api()
                .get("/api/customers?segment=rich")
                .then()
                .statusCode(400)
                .body("error.details.field", hasItem("segment"));
    }

    private void analysis(CustomerBook book, String day, UUID customer, String segment) {
        db.useTenant(book.shop().id(), tx -> {
            tx.createUpdate("""
                    INSERT INTO app.rfm_runs (user_id, analysis_date, method, recency_bins, frequency_bins, monetary_bins)
                    VALUES (:u, :day::date, 'fixed', '{1,2,3,4}', '{1,2,3,4}', '{1,2,3,4}') ON CONFLICT DO NOTHING
                    """).bind("u", book.shop().id()).bind("day", day).execute();
            tx.createUpdate("INSERT INTO app.rfm_analysis VALUES (:u, :day::date, :c, 1, 1, 1, 1, 1, 1, :segment)")
                    .bind("u", book.shop().id())
                    .bind("day", day)
                    .bind("c", customer)
                    .bind("segment", segment)
                    .execute();
        });
    }

    @Test
    void sortsByWhatTheListAllows() {
        var book = CustomerBook.open();
        var citra = book.add("citra", "city", "Aceh");
        var ani = book.add("Ani", "city", "Solo");
        var budi = book.add("Budi");
        book.sell(ani, "2025-01-01", 500);
        book.sell(budi, "2025-03-01", 300);
        book.sell(budi, "2025-04-01", -250);
        assertThat(book.names("sort", "name")).containsExactly("Ani", "Budi", "citra");
        assertThat(book.names("sort", "-name")).containsExactly("citra", "Budi", "Ani");
        assertThat(book.names("sort", "created_at")).containsExactly("citra", "Ani", "Budi");
        assertThat(book.names("sort", "-created_at")).containsExactly("Budi", "Ani", "citra");
        assertThat(book.names("sort", "city")).containsExactly("citra", "Ani", "Budi");
        assertThat(book.names("sort", "-city")).containsExactly("Ani", "citra", "Budi");
        assertThat(book.names("sort", "-total_spent")).containsExactly("Ani", "Budi", "citra");
        assertThat(book.names("sort", "total_spent")).containsExactly("citra", "Budi", "Ani");
        assertThat(book.names("sort", "last_purchase_date")).containsExactly("Ani", "Budi", "citra");
        assertThat(book.names("sort", "-last_purchase_date")).containsExactly("Budi", "Ani", "citra");
        book.shop().api().body("{}").patch("/api/customers/" + citra).then().statusCode(200);
        assertThat(book.names("sort", "-updated_at").getFirst()).isEqualTo("citra");
    }

    /** THREAT 16. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "name; DROP TABLE app.customers",
                "name desc",
                "id",
                "lower(c.name)",
                "--name",
                "-",
                "NAME",
                "(SELECT 1)"
            })
    void anyOtherSortIsRefused(String sort) {
        var book = CustomerBook.open();
        book.add("Sari");
        book.shop()
                .api()
                .queryParam("sort", sort)
                .get("/api/customers")
                .then()
                .statusCode(400)
                .body("error.details[0].field", equalTo("sort"));
        assertThat(book.names()).containsExactly("Sari");
    }

    @ParameterizedTest
    @ValueSource(strings = {"search", "city", "tags", "segment", "sort"})
    void parametersWithNulCharactersAreRefused(String parameter) {
        CustomerBook.open()
                .shop()
                .api()
                .queryParam(parameter, "a\u0000b")
                .get("/api/customers")
                .then()
                .statusCode(400)
                .body("error.code", equalTo("VALIDATION_ERROR"));
    }

    @Test
    void showsNothingOfAnotherShop() {
        var mine = CustomerBook.open();
        var theirs = CustomerBook.open();
        theirs.add("Rahasia", "phone", "081234567890", "tags", List.of("vip"), "city", "Solo");
        assertThat(mine.names()).isEmpty();
        assertThat(mine.names("search", "rahasia")).isEmpty();
        assertThat(mine.names("search", "0812")).isEmpty();
        assertThat(mine.names("tags", "vip", "city", "solo")).isEmpty();
        mine.shop().api().get("/api/customers").then().body("meta.total", equalTo(0));
    }
}
