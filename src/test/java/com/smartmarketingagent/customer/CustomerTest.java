package com.smartmarketingagent.customer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.contains;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.empty;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.hasItem;
import static org.hamcrest.Matchers.notNullValue;
import static org.hamcrest.Matchers.nullValue;

import com.smartmarketingagent.Http;
import com.smartmarketingagent.Http.Response;
import com.smartmarketingagent.Shop;
import com.smartmarketingagent.platform.Db;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@QuarkusTest
class CustomerTest {

    @Inject
    Db db;

    @Test
    void isStoredTidyAndAnsweredWhole() {
        var book = CustomerBook.open();
        book.shop()
                .api()
                .body("""
                        {"name": "  Ibu Sari ", "phone": "0812-3456-7890", "email": "Sari@Contoh.ID", "address": " ",
                         "city": "Solo", "tags": ["grosir", "grosir", "Grosir", " batik "], "notes": "suka motif parang"}""")
                .post("/api/customers")
                .then()
                .statusCode(201)
                .body("success", equalTo(true))
                .body("data.customer.id", notNullValue())
                .body("data.customer.name", equalTo("Ibu Sari"))
                .body("data.customer.phone", equalTo("+6281234567890"))
                .body("data.customer.email", equalTo("sari@contoh.id"))
                .body("data.customer.address", nullValue())
                .body("data.customer.city", equalTo("Solo"))
                .body("data.customer.tags", contains("grosir", "batik"))
                .body("data.customer.notes", equalTo("suka motif parang"))
                .body("data.customer.created_at", containsString("Z"))
                .body("data.customer.purchases.transactions", equalTo(0))
                .body("data.customer.purchases.total_spent", equalTo(0))
                .body("data.customer.purchases.last_purchase_date", nullValue());
        assertThat(count(book, "customers")).isEqualTo(1);
    }

    @Test
    void showsWhatTheyBought() {
        var book = CustomerBook.open();
        var sari = book.add("Sari");
        var budi = book.add("Budi");
        book.sell(sari, "2025-03-01", 150_000);
        book.sell(sari, "2025-05-02", 50_000.5);
        book.sell(sari, "2025-06-03", -20_000);
        book.sell(budi, "2025-07-04", 1);
        var customer = book.get(sari);
        assertThat(customer.getInt("data.customer.purchases.transactions")).isEqualTo(3);
        assertThat(customer.getDouble("data.customer.purchases.total_spent")).isEqualTo(180_000.5);
        assertThat(customer.getString("data.customer.purchases.last_purchase_date"))
                .isEqualTo("2025-05-02");
    }

    @Test
    void eightSpellingsOfOneNumberAtOnceAreOneCustomer() throws Exception {
        var book = CustomerBook.open();
        var spellings = List.of(
                "081234567890",
                "6281234567890",
                "+62 812-3456-7890",
                "81234567890",
                "wa.me/6281234567890",
                "'081234567890",
                "006281234567890",
                "0812.3456 7890");
        var answers = atOnce(spellings.stream()
                .map(phone -> (Callable<Response>) () -> book.shop()
                        .api()
                        .body(Map.of("name", "Sari", "phone", phone))
                        .post("/api/customers"))
                .toList());
        var made = answers.stream().filter(a -> a.statusCode() == 201).toList();
        assertThat(made).hasSize(1);
        String id = made.getFirst().path("data.customer.id");
        var refused = answers.stream().filter(a -> a.statusCode() == 409).toList();
        assertThat(refused).hasSize(7).allSatisfy(a -> {
            assertThat(a.<String>path("error.code")).isEqualTo("CONFLICT");
            assertThat(a.<String>path("error.details[0].field")).isEqualTo("phone");
            assertThat(a.<String>path("error.details[0].id")).isEqualTo(id);
        });
        assertThat(count(book, "customers")).isEqualTo(1);
    }

    @Test
    void anotherShopMayHaveTheSamePhone() {
        var one = CustomerBook.open();
        var other = CustomerBook.open();
        one.add("Sari", "phone", "081234567890");
        other.add("Sari", "phone", "081234567890");
        assertThat(count(one, "customers")).isEqualTo(1);
        assertThat(count(other, "customers")).isEqualTo(1);
    }

    @Test
    void putReplacesEverythingAndPatchOnlyWhatItNames() {
        var book = CustomerBook.open();
        var id = book.add("Sari", "city", "Solo", "tags", List.of("grosir"), "phone", "081234567890");
        book.shop()
                .api()
                .body("{\"city\": null, \"notes\": \"baru\"}")
                .patch("/api/customers/" + id)
                .then()
                .statusCode(200)
                .body("data.customer.name", equalTo("Sari"))
                .body("data.customer.city", nullValue())
                .body("data.customer.notes", equalTo("baru"))
                .body("data.customer.phone", equalTo("+6281234567890"))
                .body("data.customer.tags", contains("grosir"));
        book.shop()
                .api()
                .body("{\"name\": \"Sari Dewi\", \"email\": \"s@contoh.id\"}")
                .put("/api/customers/" + id)
                .then()
                .statusCode(200)
                .body("data.customer.name", equalTo("Sari Dewi"))
                .body("data.customer.email", equalTo("s@contoh.id"))
                .body("data.customer.phone", nullValue())
                .body("data.customer.notes", nullValue())
                .body("data.customer.tags", empty());
        assertThat(book.get(id).getString("data.customer.name")).isEqualTo("Sari Dewi");
    }

    @Test
    void cantTakeAnothersPhoneByPutOrPatchButMayKeepTheirOwn() {
        var book = CustomerBook.open();
        var sari = book.add("Sari", "phone", "081234567890");
        var budi = book.add("Budi", "phone", "081234567891");
        for (var method : new String[] {"PUT", "PATCH"}) {
            book.shop()
                    .api()
                    .body(Map.of("name", "Budi", "phone", "+6281234567890"))
                    .request(method, "/api/customers/" + budi)
                    .then()
                    .statusCode(409)
                    .body("error.details[0].id", equalTo(sari.toString()));
        }
        assertThat(book.get(budi).getString("data.customer.phone")).isEqualTo("+6281234567891");
        book.shop()
                .api()
                .body(Map.of("name", "Budi B", "phone", "0812 3456 7891"))
                .put("/api/customers/" + budi)
                .then()
                .statusCode(200);
    }

    /** THREAT 3. */
    @ParameterizedTest
    @ValueSource(strings = {"user_id", "role", "is_active", "id", "created_at", "deleted_at"})
    void refusesFieldsThatAreNotTheirs(String field) {
        var book = CustomerBook.open();
        var id = book.add("Sari");
        var body = Map.of("name", "Budi", field, UUID.randomUUID().toString());
        for (var request :
                new String[] {"POST /api/customers", "PUT /api/customers/" + id, "PATCH /api/customers/" + id}) {
            book.shop()
                    .api()
                    .body(body)
                    .request(request.split(" ")[0], request.split(" ")[1])
                    .then()
                    .statusCode(400)
                    .body("error.code", equalTo("VALIDATION_ERROR"))
                    .body("error.details.field", hasItem(field));
        }
        assertThat(book.names()).containsExactly("Sari");
    }

    @ParameterizedTest
    @CsvSource({
        "name,200,1",
        "email,254,0",
        "address,500,1",
        "city,100,1",
        "notes,5000,1",
    })
    void takesTextsUpToTheirLengthAndNotLonger(String field, int most, int plain) {
        var book = CustomerBook.open();
        var tail = plain == 1 ? "" : "@" + ("a".repeat(60) + ".").repeat(3) + "contoh.id";
        var fits = "x".repeat(plain == 1 ? most : 60) + tail;
        if (plain == 0) fits = "x".repeat(most - tail.length()) + tail;
        post(book.shop(), field, fits).then().statusCode(201);
        post(book.shop(), field, "x" + fits).then().statusCode(400).body("error.details.field", hasItem(field));
        assertThat(count(book, "customers")).isEqualTo(1);
    }

    @ParameterizedTest
    @ValueSource(strings = {"name", "phone", "email", "address", "city", "notes"})
    void refusesControlCharactersNamingTheField(String field) {
        var book = CustomerBook.open();
        for (var bad : new String[] {"a\u0000b", "a\u0007b", "a\u009Fb"}) {
            post(book.shop(), field, bad).then().statusCode(400).body("error.details.field", hasItem(field));
        }
        assertThat(count(book, "customers")).isZero();
    }

    @Test
    void notesAndAddressesMayHaveLinesAndNamesMayNot() {
        var book = CustomerBook.open();
        var id = book.add("Sari", "notes", "satu\ndua", "address", "Jl. Slamet 1\r\nSolo");
        assertThat(book.get(id).getString("data.customer.notes")).isEqualTo("satu\ndua");
        post(book.shop(), "name", "Sari\nDewi").then().statusCode(400);
    }

    @Test
    void aNameHasSomethingToSee() {
        var book = CustomerBook.open();
        for (var blank : new String[] {"", "  ", "\u00a0", "\u200b\u200b"}) {
            post(book.shop(), "name", blank).then().statusCode(400).body("error.details.field", hasItem("name"));
        }
        book.shop()
                .api()
                .body("{}")
                .post("/api/customers")
                .then()
                .statusCode(400)
                .body("error.message", equalTo("Nama: wajib diisi"))
                .body("error.details.field", hasItem("name"));
        post(book.shop(), "name", "🌸").then().statusCode(201);
    }

    @Test
    void aRequestWithoutABodyIsRefused() {
        var book = CustomerBook.open();
        for (var body : new String[] {"", "null"}) {
            var api = book.shop().api();
            (body.isEmpty() ? api : api.body(body))
                    .post("/api/customers")
                    .then()
                    .statusCode(400)
                    .body("error.message", equalTo("Isi permintaan: wajib diisi"))
                    .body("error.details.field", equalTo(List.of("body")));
        }
    }

    @Test
    void hasUpToFiftyTagsOfUpToFiftyCharacters() {
        var book = CustomerBook.open();
        var fifty = IntStream.range(0, 50).mapToObj(i -> "label" + i).toList();
        var id = book.add("Sari", "tags", fifty);
        assertThat(book.get(id).getList("data.customer.tags")).hasSize(50);
        tags(book.shop(), IntStream.range(0, 51).mapToObj(i -> "label" + i).toList(), 400);
        tags(book.shop(), List.of("x".repeat(50)), 201);
        tags(book.shop(), List.of("x".repeat(51)), 400);
        tags(book.shop(), List.of("a,b"), 400);
        tags(book.shop(), List.of(" "), 400);
        tags(book.shop(), Collections.singletonList(null), 400);
    }

    @ParameterizedTest
    @CsvSource({
        "0812345,Periksa jumlah angkanya",
        "8.12E+11,Excel",
        "081234567890 / 081298765432,lebih dari satu",
        "0271645123,telepon rumah",
        "nol delapan,huruf"
    })
    void saysWhyAPhoneIsRefused(String phone, String reason) {
        var shop = Shop.register();
        post(shop, "phone", phone)
                .then()
                .statusCode(400)
                .body("error.details[0].field", equalTo("phone"))
                .body("error.details[0].message", containsString(reason));
    }

    @Test
    void speaksEnglishToThoseWhoAsk() {
        Shop.register()
                .api()
                .header("Accept-Language", "en")
                .body(Map.of("name", "a\u0000", "email", "x"))
                .post("/api/customers")
                .then()
                .statusCode(400)
                .body("error.details[0].message", containsString("control characters"));
        Shop.register()
                .api()
                .header("Accept-Language", "en")
                .get("/api/customers/" + UUID.randomUUID())
                .then()
                .statusCode(404)
                .body("error.message", equalTo("There is no such customer."));
    }

    @Test
    void bodiesThatAreNoCustomerAreRefused() {
        var book = CustomerBook.open();
        var id = book.add("Sari");
        for (var body :
                new String[] {"", "null", "[]", "\"x\"", "{", "{\"name\": [\"x\"]}", "{\"name\": {\"a\": 1}}"}) {
            for (var request :
                    new String[] {"POST /api/customers", "PUT /api/customers/" + id, "PATCH /api/customers/" + id}) {
                book.shop()
                        .api()
                        .body(body)
                        .request(request.split(" ")[0], request.split(" ")[1])
                        .then()
                        .statusCode(400)
                        .body("error.code", equalTo("VALIDATION_ERROR"));
            }
        }
        assertThat(book.names()).containsExactly("Sari");
    }

    /** THREAT 24. */
    @Test
    void theSameIdempotencyKeyMakesOneCustomer() throws Exception {
        var book = CustomerBook.open();
        Callable<Response> call = () -> book.shop()
                .api()
                .header("Idempotency-Key", "kunci-1")
                .body(Map.of("name", "Sari"))
                .post("/api/customers");
        var answers = atOnce(Collections.nCopies(4, call));
        assertThat(answers).allSatisfy(a -> assertThat(a.statusCode()).isEqualTo(201));
        assertThat(answers.stream().map(a -> a.asString()).distinct()).hasSize(1);
        assertThat(count(book, "customers")).isEqualTo(1);
        book.shop()
                .api()
                .header("Idempotency-Key", "kunci-1")
                .body(Map.of("name", "Budi"))
                .post("/api/customers")
                .then()
                .statusCode(422)
                .body("error.code", equalTo("IDEMPOTENCY_MISMATCH"));
        assertThat(book.names()).containsExactly("Sari");
    }

    @Test
    void nobodyGetsInWithoutALogIn() {
        Http.given().get("/api/customers").then().statusCode(401);
        Http.given().get("/api/customers/" + UUID.randomUUID()).then().statusCode(401);
    }

    private static Response post(Shop shop, String field, String value) {
        var body = field.equals("name") ? Map.of("name", value) : Map.of("name", "Sari", field, value);
        return shop.api().body(body).post("/api/customers");
    }

    private static void tags(Shop shop, List<String> tags, int status) {
        shop.api()
                .body(Map.of("name", "Sari", "tags", tags))
                .post("/api/customers")
                .then()
                .statusCode(status);
    }

    private long count(CustomerBook book, String table) {
        return db.inTenant(
                book.shop().id(),
                tx -> tx.createQuery("SELECT count(*) FROM app." + table)
                        .mapTo(Long.class)
                        .one());
    }

    static <T> List<T> atOnce(List<? extends Callable<T>> calls) throws Exception {
        try (var threads = Executors.newFixedThreadPool(calls.size())) {
            return threads.invokeAll(calls).stream()
                    .map(f -> {
                        try {
                            return f.get();
                        } catch (InterruptedException | java.util.concurrent.ExecutionException e) {
                            throw new AssertionError(e);
                        }
                    })
                    .toList();
        }
    }
}
