package com.smartmarketingagent.transaction;

import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.empty;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.hasItem;
import static org.hamcrest.Matchers.nullValue;

import com.smartmarketingagent.Http.Response;
import com.smartmarketingagent.Shop;
import com.smartmarketingagent.customer.CustomerBook;
import com.smartmarketingagent.platform.Db;
import com.smartmarketingagent.platform.Figures;
import com.smartmarketingagent.platform.Language;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.math.BigDecimal;
import java.time.Clock;
import java.time.LocalDate;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@QuarkusTest
class TransactionTest {

    @Inject
    Db db;

    @Inject
    Clock clock;

    @Test
    void isStoredAndAnsweredWhole() {
        var book = CustomerBook.open();
        var sari = book.add("Sari");
        book.takeChanges(db);
        String id = book.shop()
                .api()
                .body("""
                        {"customer_id": "%s", "transaction_date": "2025-12-31", "amount": 150000.50,
                         "products": [{"name": " Batik tulis ", "quantity": 2.5, "price": 60000.20}, {"name": "Ongkir"}],
                         "notes": " lunas ", "external_id": "INV/1"}""".formatted(sari))
                .post("/api/transactions")
                .then()
                .statusCode(201)
                .body("data.transaction.customer.id", equalTo(sari.toString()))
                .body("data.transaction.customer.name", equalTo("Sari"))
                .body("data.transaction.transaction_date", equalTo("2025-12-31"))
                .body("data.transaction.amount", equalTo(new BigDecimal("150000.5")))
                .body("data.transaction.products[0].name", equalTo("Batik tulis"))
                .body("data.transaction.products[0].quantity", equalTo(new BigDecimal("2.5")))
                .body("data.transaction.products[0].price", equalTo(new BigDecimal("60000.2")))
                .body("data.transaction.products[1].quantity", nullValue())
                .body("data.transaction.notes", equalTo("lunas"))
                .body("data.transaction.external_id", equalTo("INV/1"))
                .body("data.transaction.created_at", containsString("Z"))
                .extract()
                .path("data.transaction.id");
        assertThat(book.stored(db, "transactions", UUID.fromString(id))).contains("150000.50", "2025-12-31", "60000.2");
        assertThat(book.takeChanges(db)).isEqualTo(Map.of(sari, 1L));
    }

    @ParameterizedTest
    @CsvSource({
        "0,201",
        "-150000,201",
        "0.01,201",
        "0.001,400",
        "9999999999999.99,201",
        "10000000000000,400",
        "-9999999999999.99,201",
        "-10000000000000,400",
        "1e400000000,400",
        "1e-400000000,400",
        "\"5\",400",
        "true,400",
        "null,400"
    })
    void theAmountFitsItsColumn(String amount, int status) {
        var book = CustomerBook.open();
        var body = "{\"customer_id\": \"%s\", \"transaction_date\": \"2025-01-01\", \"amount\": %s}"
                .formatted(book.add("Sari"), amount);
        var answer =
                book.shop().api().body(body).post("/api/transactions").then().statusCode(status);
        if (status == 400) answer.body("error.details.field", hasItem("amount"));
        assertThat(count(book)).isEqualTo(status == 201 ? 1 : 0);
    }

    @ParameterizedTest
    @CsvSource({
        "1990-01-01,201",
        "1989-12-31,400",
        "2024-02-29,201",
        "2025-02-29,400",
        "31/12/2024,400",
        "2024-12-31T10:00:00,400",
        "2024-12-31T20:00:00Z,400",
        "'',400"
    })
    void theDayIsADayOfTheCalendar(String day, int status) {
        var book = CustomerBook.open();
        var answer = post(book, Map.of("customer_id", book.add("Sari"), "transaction_date", day, "amount", 1))
                .then()
                .statusCode(status);
        if (status == 400) answer.body("error.details.field", hasItem("transaction_date"));
        assertThat(count(book)).isEqualTo(status == 201 ? 1 : 0);
    }

    @ParameterizedTest
    @ValueSource(strings = {"[2025,12,31]", "[]", "20251231", "{}", "true"})
    void theDayIsAText(String day) {
        var book = CustomerBook.open();
        var body = "{\"customer_id\":\"" + book.add("Sari") + "\",\"amount\":1,\"transaction_date\":" + day + "}";
        book.shop()
                .api()
                .body(body)
                .post("/api/transactions")
                .then()
                .statusCode(400)
                .body("error.details.field", hasItem("transaction_date"));
        assertThat(count(book)).isZero();
    }

    @ParameterizedTest
    @ValueSource(strings = {"Asia/Jakarta", "Asia/Jayapura"})
    void theDayIsNotInTheFutureWhereTheShopIs(String zone) {
        var book = CustomerBook.open();
        db.useTenant(
                book.shop().id(),
                tx -> tx.createUpdate("UPDATE app.users SET timezone = :zone WHERE id = :u")
                        .bind("zone", zone)
                        .bind("u", book.shop().id())
                        .execute());
        var today = LocalDate.ofInstant(clock.instant(), ZoneId.of(zone));
        var sari = book.add("Sari");
        post(book, Map.of("customer_id", sari, "transaction_date", today.toString(), "amount", 1))
                .then()
                .statusCode(201);
        post(
                        book,
                        Map.of(
                                "customer_id",
                                sari,
                                "transaction_date",
                                today.plusDays(1).toString(),
                                "amount",
                                1))
                .then()
                .statusCode(400)
                .body("error.details[0].field", equalTo("transaction_date"))
                .body("error.details[0].message", containsString("(" + Figures.day(Language.INDONESIAN, today) + ")"));
        assertThat(count(book)).isEqualTo(1);
    }

    @Test
    void aKnownExternalIdWithTheSameContentIsTheSameSale() {
        var book = CustomerBook.open();
        var sari = book.add("Sari");
        var body = new HashMap<String, Object>(Map.of(
                "customer_id",
                sari,
                "transaction_date",
                "2025-01-01",
                "amount",
                1500,
                "external_id",
                "A1",
                "products",
                List.of(Map.of("name", "Batik", "quantity", 1, "price", 1500)),
                "notes",
                "x"));
        String id = post(book, body).then().statusCode(201).extract().path("data.transaction.id");
        book.takeChanges(db);
        var row = book.stored(db, "transactions", UUID.fromString(id));
        var same = new HashMap<>(body);
        same.put("amount", 1500.00);
        same.put("notes", " x ");
        post(book, same).then().statusCode(200).body("data.transaction.id", equalTo(id));
        var others = Map.<String, Object>of(
                "customer_id",
                book.add("Budi"),
                "transaction_date",
                "2025-01-02",
                "amount",
                1501,
                "products",
                List.of(Map.of("name", "Batik", "quantity", 2, "price", 1500)),
                "notes",
                "y");
        others.forEach((field, value) -> {
            var other = new HashMap<>(body);
            other.put(field, value);
            post(book, other)
                    .then()
                    .statusCode(409)
                    .body("error.code", equalTo("CONFLICT"))
                    .body("error.details[0].field", equalTo("external_id"))
                    .body("error.details[0].id", equalTo(id));
        });
        assertThat(book.stored(db, "transactions", UUID.fromString(id))).isEqualTo(row);
        assertThat(count(book)).isEqualTo(1);
        assertThat(book.takeChanges(db)).isEmpty();
    }

    @Test
    void theSameOrderSentTwiceAtOnceIsOneSale() throws Exception {
        var book = CustomerBook.open();
        var body = Map.of(
                "customer_id", book.add("Sari"), "transaction_date", "2025-01-01", "amount", 5, "external_id", "A1");
        Callable<Response> call = () -> post(book, body);
        try (var threads = Executors.newFixedThreadPool(6)) {
            var statuses = new ArrayList<Integer>();
            for (var answer : threads.invokeAll(Collections.nCopies(6, call))) {
                statuses.add(answer.get().statusCode());
            }
            assertThat(statuses).containsExactlyInAnyOrder(201, 200, 200, 200, 200, 200);
        }
        assertThat(count(book)).isEqualTo(1);
    }

    @Test
    void twoSalesWithoutExternalIdAreTwo() {
        var book = CustomerBook.open();
        var sari = book.add("Sari");
        book.sell(sari, "2025-01-01", 5);
        book.sell(sari, "2025-01-01", 5);
        assertThat(count(book)).isEqualTo(2);
    }

    @Test
    void putReplacesEverythingAndPatchOnlyWhatItNames() {
        var book = CustomerBook.open();
        var sari = book.add("Sari");
        var budi = book.add("Budi");
        var id = book.sell(
                sari,
                "2025-01-01",
                1500,
                "notes",
                "x",
                "external_id",
                "A1",
                "products",
                List.of(Map.of("name", "Batik")));
        book.takeChanges(db);
        book.shop()
                .api()
                .body("{\"amount\": 1234567890123.45, \"notes\": null}")
                .patch("/api/transactions/" + id)
                .then()
                .statusCode(200)
                .body("data.transaction.notes", nullValue())
                .body("data.transaction.external_id", equalTo("A1"))
                .body("data.transaction.products[0].name", equalTo("Batik"));
        assertThat(book.stored(db, "transactions", id)).contains("1234567890123.45");
        assertThat(book.takeChanges(db)).isEqualTo(Map.of(sari, 1L));
        book.shop()
                .api()
                .body(Map.of("customer_id", budi, "transaction_date", "2025-02-02", "amount", -5))
                .put("/api/transactions/" + id)
                .then()
                .statusCode(200)
                .body("data.transaction.customer.name", equalTo("Budi"))
                .body("data.transaction.amount", equalTo(-5))
                .body("data.transaction.external_id", nullValue())
                .body("data.transaction.products", empty());
        assertThat(book.takeChanges(db)).isEqualTo(Map.of(sari, 1L, budi, 1L));
        book.shop()
                .api()
                .body("{\"amount\": 1.001}")
                .patch("/api/transactions/" + id)
                .then()
                .statusCode(400);
        book.shop()
                .api()
                .body("{\"transaction_date\": \"2999-01-01\"}")
                .patch("/api/transactions/" + id)
                .then()
                .statusCode(400);
        assertThat(book.stored(db, "transactions", id)).contains("-5.00", "2025-02-02");
    }

    @Test
    void cantTakeAnothersExternalId() {
        var book = CustomerBook.open();
        var sari = book.add("Sari");
        var first = book.sell(sari, "2025-01-01", 1, "external_id", "A1");
        var second = book.sell(sari, "2025-01-01", 1, "external_id", "A2");
        book.shop()
                .api()
                .body("{\"external_id\": \"A1\"}")
                .patch("/api/transactions/" + second)
                .then()
                .statusCode(409)
                .body("error.details[0].id", equalTo(first.toString()));
        book.shop()
                .api()
                .body("{\"external_id\": \"A3\"}")
                .patch("/api/transactions/" + second)
                .then()
                .statusCode(200);
        assertThat(book.stored(db, "transactions", second)).contains("A3");
    }

    @Test
    void aDeletedOneIsGone() {
        var book = CustomerBook.open();
        var sari = book.add("Sari");
        var id = book.sell(sari, "2025-01-01", 1);
        book.takeChanges(db);
        book.shop()
                .api()
                .delete("/api/transactions/" + id)
                .then()
                .statusCode(200)
                .body("success", equalTo(true));
        book.shop().api().get("/api/transactions/" + id).then().statusCode(404);
        book.shop().api().delete("/api/transactions/" + id).then().statusCode(404);
        assertThat(count(book)).isZero();
        assertThat(book.takeChanges(db)).isEqualTo(Map.of(sari, 1L));
    }

    /** THREAT 3. */
    @ParameterizedTest
    @ValueSource(strings = {"user_id", "role", "is_active", "id", "import_id", "customer"})
    void refusesFieldsThatAreNotTheirs(String field) {
        var book = CustomerBook.open();
        var sari = book.add("Sari");
        var id = book.sell(sari, "2025-01-01", 1);
        var body = Map.of("customer_id", sari, "transaction_date", "2025-01-01", "amount", 2, field, UUID.randomUUID());
        for (var request :
                new String[] {"POST /api/transactions", "PUT /api/transactions/" + id, "PATCH /api/transactions/" + id
                }) {
            book.shop()
                    .api()
                    .body(body)
                    .request(request.split(" ")[0], request.split(" ")[1])
                    .then()
                    .statusCode(400)
                    .body("error.details.field", hasItem(field));
        }
        book.shop()
                .api()
                .body(Map.of("transactions", List.of(body)))
                .post("/api/transactions/bulk")
                .then()
                .statusCode(400)
                .body("error.details[0].index", equalTo(0))
                .body("error.details[0].field", equalTo(field));
        assertThat(count(book)).isEqualTo(1);
    }

    @Test
    void productsAreBounded() {
        var book = CustomerBook.open();
        products(book, Collections.nCopies(200, Map.of("name", "a")), 201);
        products(book, Collections.nCopies(201, Map.of("name", "a")), 400);
        products(book, List.of(Map.of("name", "x".repeat(200))), 201);
        products(book, List.of(Map.of("name", "x".repeat(201))), 400);
        products(book, List.of(Map.of("name", " ")), 400);
        products(book, List.of(Map.of("name", "a\u0000")), 400);
        products(book, List.of(Map.of("name", "a", "quantity", 0)), 400);
        products(book, List.of(Map.of("name", "a", "quantity", 0.001)), 201);
        products(book, List.of(Map.of("name", "a", "quantity", 0.0001)), 400);
        products(book, List.of(Map.of("name", "a", "price", -0.01)), 400);
        products(book, List.of(Map.of("name", "a", "price", 0)), 201);
        products(book, List.of(Map.of("name", "a", "colour", "red")), 400);
        products(book, Collections.singletonList(null), 400);
        assertThat(count(book)).isEqualTo(4);
    }

    private static void products(CustomerBook book, List<?> products, int status) {
        var body = new HashMap<String, Object>(
                Map.of("customer_id", book.add("Sari"), "transaction_date", "2025-01-01", "amount", 1));
        body.put("products", products);
        post(book, body).then().statusCode(status);
    }

    @ParameterizedTest
    @CsvSource({"notes,5000", "external_id,200"})
    void textsAreBounded(String field, int most) {
        var book = CustomerBook.open();
        var sari = book.add("Sari");
        var body =
                new HashMap<String, Object>(Map.of("customer_id", sari, "transaction_date", "2025-01-01", "amount", 1));
        for (var bad : new String[] {"x".repeat(most + 1), "a\u0000b", "x".repeat(1_000_000)}) {
            body.put(field, bad);
            post(book, body).then().statusCode(400).body("error.details.field", hasItem(field));
        }
        body.put(field, "x".repeat(most));
        post(book, body).then().statusCode(201);
    }

    /** THREAT 1 and 2. */
    @Test
    void anothersIsLikeNone() {
        var book = CustomerBook.open();
        var sari = book.add("Sari");
        var id = book.sell(sari, "2025-01-01", 1500);
        book.takeChanges(db);
        var rows = List.of(book.stored(db, "transactions", id), book.stored(db, "customers", sari));
        var stranger = CustomerBook.open();
        var own = stranger.add("Budi");
        var ownSale = stranger.sell(own, "2025-01-01", 1);
        assertThat(answers(stranger, id, own)).isEqualTo(answers(stranger, UUID.randomUUID(), own));
        assertThat(onCustomer(stranger, sari, ownSale)).isEqualTo(onCustomer(stranger, UUID.randomUUID(), ownSale));
        stranger.shop()
                .api()
                .get("/api/transactions?customer_id=" + sari)
                .then()
                .statusCode(200)
                .body("meta.total", equalTo(0));
        assertThat(List.of(book.stored(db, "transactions", id), book.stored(db, "customers", sari)))
                .isEqualTo(rows);
        assertThat(book.takeChanges(db)).isEmpty();
        assertThat(count(book)).isEqualTo(1);
        assertThat(count(stranger)).isEqualTo(1);
        assertThat(stranger.stored(db, "transactions", ownSale)).contains(own.toString());
    }

    private static List<String> answers(CustomerBook book, UUID id, UUID customer) {
        var path = "/api/transactions/" + id;
        var body = Map.of("customer_id", customer, "transaction_date", "2025-01-01", "amount", 2);
        var answers = List.of(
                book.shop().api().get(path),
                book.shop().api().delete(path),
                book.shop().api().body(body).put(path),
                book.shop().api().body(body).patch(path));
        assertThat(answers).allSatisfy(a -> assertThat(a.statusCode()).isEqualTo(404));
        return answers.stream().map(Response::asString).toList();
    }

    private static List<String> onCustomer(CustomerBook book, UUID customer, UUID ownSale) {
        var body = Map.of("customer_id", customer, "transaction_date", "2025-01-01", "amount", 2);
        var answers = List.of(
                post(book, body),
                book.shop().api().body(body).put("/api/transactions/" + ownSale),
                book.shop().api().body(Map.of("customer_id", customer)).patch("/api/transactions/" + ownSale));
        assertThat(answers).allSatisfy(a -> assertThat(a.statusCode()).isEqualTo(404));
        return answers.stream().map(Response::asString).toList();
    }

    /** THREAT 24. */
    @Test
    void theSameIdempotencyKeyMakesOneSale() {
        var book = CustomerBook.open();
        var body = Map.of("customer_id", book.add("Sari"), "transaction_date", "2025-01-01", "amount", 5);
        var request = book.shop().api().header("Idempotency-Key", "jual-1");
        var first = request.body(body).post("/api/transactions");
        assertThat(first.statusCode()).isEqualTo(201);
        var second = request.body(body).post("/api/transactions");
        assertThat(second.statusCode()).isEqualTo(201);
        assertThat(second.asString()).isEqualTo(first.asString());
        var other = new HashMap<>(body);
        other.put("amount", 6);
        request.body(other).post("/api/transactions").then().statusCode(422);
        assertThat(count(book)).isEqualTo(1);
    }

    @Test
    void needsACustomerADayAndAnAmount() {
        Shop.register()
                .api()
                .body("{}")
                .post("/api/transactions")
                .then()
                .statusCode(400)
                .body("error.details.field", equalTo(List.of("amount", "customer_id", "transaction_date")));
    }

    private static Response post(CustomerBook book, Map<String, ?> body) {
        return book.shop().api().body(body).post("/api/transactions");
    }

    private long count(CustomerBook book) {
        return db.inTenant(
                book.shop().id(),
                tx -> tx.createQuery("SELECT count(*) FROM app.transactions")
                        .mapTo(Long.class)
                        .one());
    }
}
