package com.smartmarketingagent.transaction;

import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.hasItem;
import static org.hamcrest.Matchers.hasSize;

import com.smartmarketingagent.Http.JsonPath;
import com.smartmarketingagent.Http.Response;
import com.smartmarketingagent.customer.CustomerBook;
import com.smartmarketingagent.platform.Db;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

@QuarkusTest
class BulkTest {

    @Inject
    Db db;

    @Test
    void storesTenThousandAtOnceAndNotOneMore() {
        var book = CustomerBook.open();
        var customers = List.of(book.add("Sari"), book.add("Budi"));
        book.takeChanges(db);
        var sales = new ArrayList<Map<String, Object>>();
        for (int i = 0; i < 10_000; i++) sales.add(sale(customers.get(i % 2), i, "ORD-" + i));
        var answer = bulk(book, sales).then().statusCode(201).extract().jsonPath();
        assertThat(answer.getInt("data.created")).isEqualTo(10_000);
        assertThat(answer.getInt("data.duplicates")).isZero();
        List<String> ids = answer.getList("data.transactions");
        assertThat(ids).hasSize(10_000).doesNotHaveDuplicates();
        assertThat(book.stored(db, "transactions", UUID.fromString(ids.get(4_711))))
                .contains("ORD-4711", "4711.00");
        assertThat(count(book)).isEqualTo(10_000);
        assertThat(book.takeChanges(db)).isEqualTo(Map.of(customers.get(0), 1L, customers.get(1), 1L));

        var again = bulk(book, sales).then().statusCode(201).extract().jsonPath();
        assertThat(again.getInt("data.created")).isZero();
        assertThat(again.getInt("data.duplicates")).isEqualTo(10_000);
        assertThat(again.<String>getList("data.transactions")).isEqualTo(ids);
        assertThat(book.takeChanges(db)).isEmpty();

        sales.add(sale(customers.get(0), 1, "ORD-X"));
        bulk(book, sales).then().statusCode(400).body("error.details[0].field", equalTo("transactions"));
        assertThat(count(book)).isEqualTo(10_000);
    }

    @Test
    void anEmptyListIsRefused() {
        var book = CustomerBook.open();
        bulk(book, List.of()).then().statusCode(400);
        for (var body : new String[] {"{}", "{\"transactions\": null}", "{\"transactions\": {}}", "[]", ""}) {
            book.shop().api().body(body).post("/api/transactions/bulk").then().statusCode(400);
        }
    }

    @Test
    void namesEveryBadOneAndStoresNone() {
        var book = CustomerBook.open();
        var sari = book.add("Sari");
        var foreign = CustomerBook.open().add("Asing");
        book.sell(sari, "2025-01-01", 77, "external_id", "ADA");
        var bad = new ArrayList<Object>();
        bad.add(sale(sari, 1, null));
        bad.add(with(sale(sari, 1, null), "amount", 1.001));
        bad.add(with(sale(sari, 1, null), "amount", "seribu"));
        bad.add(with(sale(sari, 1, null), "transaction_date", "2999-01-01"));
        bad.add(with(sale(sari, 1, null), "transaction_date", "1989-12-31"));
        bad.add(sale(foreign, 1, null));
        bad.add(with(sale(sari, 1, null), "products", List.of(Map.of("name", "a"), Map.of("name", ""))));
        bad.add("bukan transaksi");
        bad.add(Map.of("notes", "a\u0000"));
        bad.add(with(sale(sari, 1, null), "customer_id", "bukan-id"));
        var details = refused(bulk(book, bad));
        assertThat(details).doesNotContainKey(0);
        assertThat(details.get(1)).containsExactly("amount");
        assertThat(details.get(2)).containsExactly("amount");
        assertThat(details.get(3)).containsExactly("transaction_date");
        assertThat(details.get(4)).containsExactly("transaction_date");
        assertThat(details.get(5)).containsExactly("customer_id");
        assertThat(details.get(6)).containsExactly("products[1].name");
        assertThat(details.get(7)).containsExactly("transactions");
        assertThat(details.get(8)).containsExactlyInAnyOrder("customer_id", "transaction_date", "amount", "notes");
        assertThat(details.get(9)).containsExactly("customer_id");
        assertThat(count(book)).isEqualTo(1);
    }

    @Test
    void aKnownOrderWithOtherContentIsRefusedByItsIndex() {
        var book = CustomerBook.open();
        var sari = book.add("Sari");
        var known = book.sell(sari, "2025-01-01", 77, "external_id", "ADA");
        bulk(book, List.of(sale(sari, 1, "BARU"), sale(sari, 78, "ADA")))
                .then()
                .statusCode(400)
                .body("error.details", hasSize(1))
                .body("error.details[0].index", equalTo(1))
                .body("error.details[0].field", equalTo("external_id"))
                .body("error.details[0].id", equalTo(known.toString()));
        assertThat(count(book)).isEqualTo(1);
        bulk(book, List.of(sale(sari, 1, "BARU"), sale(sari, 77, "ADA")))
                .then()
                .statusCode(201)
                .body("data.created", equalTo(1))
                .body("data.duplicates", equalTo(1))
                .body("data.transactions[1]", equalTo(known.toString()));
    }

    @Test
    void theSameOrderTwiceInOneRequestIsOneIfItSaysTheSame() {
        var book = CustomerBook.open();
        var sari = book.add("Sari");
        bulk(book, List.of(sale(sari, 1, "A"), sale(sari, 2, "A")))
                .then()
                .statusCode(400)
                .body("error.details.index", equalTo(List.of(1)))
                .body("error.details[0].id", equalTo(null));
        assertThat(count(book)).isZero();
        bulk(book, List.of(sale(sari, 1, "A"), sale(sari, 1, "A"), sale(sari, 1, null), sale(sari, 1, null)))
                .then()
                .statusCode(201)
                .body("data.created", equalTo(3))
                .body("data.duplicates", equalTo(1));
        assertThat(count(book)).isEqualTo(3);
    }

    @Test
    void listsAThousandRefusalsAtMost() {
        var book = CustomerBook.open();
        var nobody = UUID.randomUUID();
        var sales =
                IntStream.range(0, 1_001).mapToObj(i -> sale(nobody, i, null)).toList();
        bulk(book, sales)
                .then()
                .statusCode(400)
                .body("error.details", hasSize(1_000))
                .body("error.details[999].index", equalTo(999));
    }

    @Test
    void unknownFieldsBesideTheListAreRefused() {
        var book = CustomerBook.open();
        book.shop()
                .api()
                .body(Map.of("transactions", List.of(sale(book.add("Sari"), 1, null)), "user_id", UUID.randomUUID()))
                .post("/api/transactions/bulk")
                .then()
                .statusCode(400)
                .body("error.details.field", hasItem("user_id"));
        assertThat(count(book)).isZero();
    }

    @Test
    void overlappingOnesAtOnceAddEachOrderOnce() throws Exception {
        var book = CustomerBook.open();
        var sari = book.add("Sari");
        var sales = new ArrayList<Map<String, Object>>();
        for (int i = 0; i < 300; i++) sales.add(sale(sari, i, "ORD-" + i));
        var backwards = new ArrayList<>(sales);
        Collections.reverse(backwards);
        List<Callable<Response>> calls = List.of(
                () -> bulk(book, sales),
                () -> bulk(book, backwards),
                () -> bulk(book, sales),
                () -> bulk(book, backwards));
        int created = 0;
        try (var threads = Executors.newFixedThreadPool(4)) {
            for (var answer : threads.invokeAll(calls)) {
                created += answer.get().then().statusCode(201).extract().<Integer>path("data.created");
            }
        }
        assertThat(created).isEqualTo(300);
        assertThat(count(book)).isEqualTo(300);
    }

    /** THREAT 24. */
    @Test
    void theSameIdempotencyKeyStoresOnce() {
        var book = CustomerBook.open();
        var sales = List.of(sale(book.add("Sari"), 1, null));
        var request = book.shop().api().header("Idempotency-Key", "banyak").body(Map.of("transactions", sales));
        var first = request.post("/api/transactions/bulk");
        assertThat(first.statusCode()).isEqualTo(201);
        assertThat(request.post("/api/transactions/bulk").asString()).isEqualTo(first.asString());
        assertThat(count(book)).isEqualTo(1);
    }

    private static Map<Integer, List<String>> refused(Response answer) {
        JsonPath json = answer.then().statusCode(400).extract().jsonPath();
        var fields = new HashMap<Integer, List<String>>();
        for (Map<String, Object> detail : json.<Map<String, Object>>getList("error.details")) {
            assertThat((String) detail.get("message")).isNotBlank();
            fields.computeIfAbsent((Integer) detail.get("index"), _ -> new ArrayList<>())
                    .add((String) detail.get("field"));
        }
        return fields;
    }

    private static Map<String, Object> sale(UUID customer, int amount, @Nullable String externalId) {
        var sale = new HashMap<String, Object>(
                Map.of("customer_id", customer, "transaction_date", "2025-01-01", "amount", amount));
        if (externalId != null) sale.put("external_id", externalId);
        return sale;
    }

    private static Map<String, Object> with(Map<String, Object> sale, String field, Object value) {
        sale.put(field, value);
        return sale;
    }

    private static Response bulk(CustomerBook book, List<?> sales) {
        return book.shop().api().body(Map.of("transactions", sales)).post("/api/transactions/bulk");
    }

    private long count(CustomerBook book) {
        return db.inTenant(
                book.shop().id(),
                tx -> tx.createQuery("SELECT count(*) FROM app.transactions")
                        .mapTo(Long.class)
                        .one());
    }
}
