package com.smartmarketingagent.transaction;

import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.hasItem;

import com.smartmarketingagent.customer.CustomerBook;
import com.smartmarketingagent.platform.Db;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@QuarkusTest
class TransactionListTest {

    @Inject
    Db db;

    @Test
    void filtersByDaysAmountsAndCustomer() {
        var book = CustomerBook.open();
        var sari = book.add("Sari");
        var budi = book.add("Budi");
        book.sell(sari, "2025-01-01", 100, "external_id", "A");
        book.sell(sari, "2025-01-31", 200.5, "external_id", "B");
        book.sell(budi, "2025-02-01", -50, "external_id", "C");
        assertThat(ids(book)).containsExactly("C", "B", "A");
        assertThat(ids(book, "from", "2025-01-31")).containsExactly("C", "B");
        assertThat(ids(book, "to", "2025-01-31")).containsExactly("B", "A");
        assertThat(ids(book, "from", "2025-01-02", "to", "2025-01-30")).isEmpty();
        assertThat(ids(book, "customer_id", sari)).containsExactly("B", "A");
        assertThat(ids(book, "min_amount", "100")).containsExactly("B", "A");
        assertThat(ids(book, "min_amount", "100.01")).containsExactly("B");
        assertThat(ids(book, "max_amount", "100")).containsExactly("C", "A");
        assertThat(ids(book, "max_amount", "-50")).containsExactly("C");
        book.shop()
                .api()
                .get("/api/transactions?limit=1&customer_id=" + sari)
                .then()
                .body("data.transactions.size()", equalTo(1))
                .body("data.transactions[0].customer.name", equalTo("Sari"))
                .body("meta.total", equalTo(2));
    }

    @Test
    void searchesProductsNotesOrderNumbersAndNames() {
        var book = CustomerBook.open();
        var sari = book.add("Sari 100%");
        var budi = book.add("Budi");
        book.sell(sari, "2025-01-01", 1, "external_id", "INV_1", "products", List.of(Map.of("name", "Batik Parang")));
        book.sell(budi, "2025-01-02", 1, "external_id", "INVX1", "notes", "diantar Sore");
        assertThat(ids(book, "search", "parang")).containsExactly("INV_1");
        assertThat(ids(book, "search", "SORE")).containsExactly("INVX1");
        assertThat(ids(book, "search", "v_1")).containsExactly("INV_1");
        assertThat(ids(book, "search", "%")).containsExactly("INV_1");
        assertThat(ids(book, "search", "budi")).containsExactly("INVX1");
        assertThat(ids(book, "search", "inv")).containsExactly("INVX1", "INV_1");
        assertThat(ids(book, "search", "tidak ada")).isEmpty();
    }

    @Test
    void sortsByWhatTheListAllowsWithStablePages() {
        var book = CustomerBook.open();
        var sari = book.add("Sari");
        book.sell(sari, "2025-01-03", 2, "external_id", "A");
        book.sell(sari, "2025-01-01", 3, "external_id", "B");
        book.sell(sari, "2025-01-02", 1, "external_id", "C");
        assertThat(ids(book, "sort", "transaction_date")).containsExactly("B", "C", "A");
        assertThat(ids(book, "sort", "-transaction_date")).containsExactly("A", "C", "B");
        assertThat(ids(book, "sort", "amount")).containsExactly("C", "A", "B");
        assertThat(ids(book, "sort", "-amount")).containsExactly("B", "A", "C");
        assertThat(ids(book, "sort", "created_at")).containsExactly("A", "B", "C");
        assertThat(ids(book, "sort", "-updated_at")).containsExactly("C", "B", "A");
        for (int i = 0; i < 4; i++) book.sell(sari, "2025-01-01", 3, "external_id", "E" + i);
        var seen = new ArrayList<String>();
        for (int page = 1; page <= 4; page++) seen.addAll(ids(book, "sort", "-amount", "limit", 2, "page", page));
        assertThat(seen).hasSize(7).doesNotHaveDuplicates();
    }

    /** An import let them in before there was a limit: a page of a hundred such was too much for the server. */
    @Test
    void ofASaleWithMoreProductsThanItMayHaveTheListHasTheFirst() {
        var book = CustomerBook.open();
        var sale = book.sell(book.add("Sari"), "2025-01-03", 2);
        for (int many : new int[] {200, 201}) {
            db.useTenant(
                    book.shop().id(),
                    tx -> tx.createUpdate("""
                            UPDATE app.transactions
                            SET products = (SELECT jsonb_agg(jsonb_build_object('name', 'Kain ' || n) ORDER BY n)
                                            FROM generate_series(1, :many) n)
                            WHERE user_id = :user
                            """)
                            .bind("many", many)
                            .bind("user", book.shop().id())
                            .execute());
            book.shop()
                    .api()
                    .get("/api/transactions")
                    .then()
                    .body("data.transactions[0].products.size()", equalTo(200))
                    .body("data.transactions[0].products[199].name", equalTo("Kain 200"));
            book.shop()
                    .api()
                    .get("/api/transactions/" + sale)
                    .then()
                    .body("data.transaction.products.size()", equalTo(many));
        }
    }

    @ParameterizedTest
    @CsvSource({
        "sort,amount;drop table app.users",
        "sort,id",
        "from,31/12/2025",
        "from,2025-02-30",
        "to,kemarin",
        "customer_id,1",
        "min_amount,seribu",
        "min_amount,1.001",
        "min_amount,1e400000000",
        "max_amount,NaN"
    })
    void anythingElseIsRefusedNamingTheParameter(String parameter, String value) {
        CustomerBook.open()
                .shop()
                .api()
                .queryParam(parameter, value)
                .get("/api/transactions")
                .then()
                .statusCode(400)
                .body("error.code", equalTo("VALIDATION_ERROR"))
                .body("error.details.field", hasItem(parameter));
    }

    @ParameterizedTest
    @ValueSource(strings = {"from", "to", "customer_id", "min_amount", "search", "sort"})
    void parametersWithNulCharactersAreRefused(String parameter) {
        CustomerBook.open()
                .shop()
                .api()
                .queryParam(parameter, "a\u0000b")
                .get("/api/transactions")
                .then()
                .statusCode(400);
    }

    @ParameterizedTest
    @CsvSource({"limit=100,200", "limit=101,400", "limit=0,400", "page=0,400"})
    void pagesAreWithinLimits(String query, int status) {
        CustomerBook.open()
                .shop()
                .api()
                .get("/api/transactions?" + query)
                .then()
                .statusCode(status);
    }

    private static List<String> ids(CustomerBook book, Object... parameters) {
        var request = book.shop().api();
        for (int i = 0; i < parameters.length; i += 2) request.queryParam((String) parameters[i], parameters[i + 1]);
        return request.get("/api/transactions").then().statusCode(200).extract().path("data.transactions.external_id");
    }
}
