package com.smartmarketingagent.customer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.equalTo;

import com.smartmarketingagent.Http.Response;
import com.smartmarketingagent.ShopRows;
import com.smartmarketingagent.platform.Db;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.Test;

@QuarkusTest
class ErasureTest {

    private static final String NAME = "Ratnaningsih Kusumawardhani";
    private static final String PHONE = "+6281299887766";
    private static final String EMAIL = "ratna.kusuma@contoh.id";

    @Inject
    Db db;

    @Inject
    Erasure erasure;

    @Test
    void aDeletedCustomerIsGoneAndTheirSalesStayWithoutAName() {
        var book = CustomerBook.open();
        var ratna = ratna(book);
        var sale = book.sell(ratna, "2025-01-01", 250_000, "notes", "titip untuk " + NAME);
        book.takeChanges(db);

        delete(book, ratna, "").then().statusCode(200).body("success", equalTo(true));

        assertThat(book.takeChanges(db)).isEqualTo(Map.of(ratna, 1L));
        assertThat(book.names()).isEmpty();
        assertThat(book.names("search", "ratna")).isEmpty();
        assertThat(book.names("search", "dihapus")).isEmpty();
        book.shop().api().get("/api/customers").then().body("meta.total", equalTo(0));
        var path = "/api/customers/" + ratna;
        book.shop().api().get(path).then().statusCode(404);
        book.shop().api().body(Map.of("name", "x")).put(path).then().statusCode(404);
        book.shop().api().body(Map.of("name", "x")).patch(path).then().statusCode(404);
        book.shop().api().delete(path).then().statusCode(404);
        book.shop()
                .api()
                .get("/api/transactions/" + sale)
                .then()
                .statusCode(200)
                .body("data.transaction.amount", equalTo(250_000))
                .body("data.transaction.notes", org.hamcrest.Matchers.nullValue())
                .body("data.transaction.customer.id", equalTo(ratna.toString()))
                .body("data.transaction.customer.name", equalTo("Pelanggan dihapus"));
        book.shop()
                .api()
                .get("/api/transactions?search=ratna")
                .then()
                .statusCode(200)
                .body("meta.total", equalTo(0));
        book.shop()
                .api()
                .get("/api/transactions")
                .then()
                .body("data.transactions[0].customer.name", equalTo("Pelanggan dihapus"));
    }

    @Test
    void thePhoneIsFreeAtOnce() {
        var book = CustomerBook.open();
        delete(book, ratna(book), "");
        book.add("Budi", "phone", PHONE);
        assertThat(book.names()).containsExactly("Budi");
    }

    @Test
    void nothingNewIsSoldToThem() {
        var book = CustomerBook.open();
        var ratna = ratna(book);
        var sale = book.sell(ratna, "2025-01-01", 250_000);
        var budi = book.add("Budi");
        var budis = book.sell(budi, "2025-01-01", 1);
        delete(book, ratna, "");
        var body = Map.of("customer_id", ratna, "transaction_date", "2025-01-01", "amount", 5);
        book.shop().api().body(body).post("/api/transactions").then().statusCode(404);
        book.shop().api().body(body).put("/api/transactions/" + budis).then().statusCode(404);
        book.shop().api().body(body).put("/api/transactions/" + sale).then().statusCode(200);
        assertThat(book.stored(db, "transactions", budis)).contains(budi.toString());
    }

    @Test
    void restoringBringsBackExactlyWhatWasThere() {
        var book = CustomerBook.open();
        var ratna = ratna(book);
        var sale = book.sell(ratna, "2025-01-01", 250_000, "notes", "titip untuk " + NAME);
        var rows = List.of(book.stored(db, "customers", ratna), book.stored(db, "transactions", sale));
        delete(book, ratna, "");
        book.takeChanges(db);
        restore(book, ratna).then().statusCode(200).body("data.customer.name", equalTo(NAME));
        assertThat(List.of(book.stored(db, "customers", ratna), book.stored(db, "transactions", sale)))
                .isEqualTo(rows);
        assertThat(book.takeChanges(db)).isEqualTo(Map.of(ratna, 1L));
        restore(book, ratna).then().statusCode(404);
    }

    @Test
    void aRestoreDoesntTakeThePhoneFromItsNewOwner() {
        var book = CustomerBook.open();
        var ratna = ratna(book);
        delete(book, ratna, "");
        var budi = book.add("Budi", "phone", PHONE);
        restore(book, ratna).then().statusCode(409).body("error.details[0].id", equalTo(budi.toString()));
        assertThat(book.names()).containsExactly("Budi");
        book.shop()
                .api()
                .body(Map.of("phone", "081200001111"))
                .patch("/api/customers/" + budi)
                .then()
                .statusCode(200);
        restore(book, ratna).then().statusCode(200);
        assertThat(book.get(ratna).getString("data.customer.phone")).isEqualTo(PHONE);
    }

    @Test
    void onlyNowIsAWayToErase() {
        var book = CustomerBook.open();
        var ratna = ratna(book);
        delete(book, ratna, "?erase=later").then().statusCode(400);
        assertThat(book.names()).containsExactly(NAME);
    }

    /** THREAT 35, for the tables there are. */
    @Test
    void erasedNowNothingIsLeftThatTellsWhoTheyWere() {
        var book = CustomerBook.open();
        var ratna = ratna(book);
        var sale = plant(book, ratna);
        assertThat(hits(book)).isNotEmpty();
        delete(book, ratna, "?erase=now").then().statusCode(200);
        assertThat(hits(book)).isEmpty();
        assertThat(book.stored(db, "transactions", sale)).contains("250000.00").contains(ratna.toString());
        restore(book, ratna).then().statusCode(404);
        delete(book, ratna, "?erase=now").then().statusCode(404);
    }

    @Test
    void oneDeletedBeforeCanStillBeErasedNow() {
        var book = CustomerBook.open();
        var ratna = ratna(book);
        plant(book, ratna);
        delete(book, ratna, "").then().statusCode(200);
        assertThat(hits(book)).isNotEmpty();
        delete(book, ratna, "?erase=now").then().statusCode(200);
        assertThat(hits(book)).isEmpty();
    }

    @Test
    void erasingASurvivorForgetsThoseMergedIntoThemToo() {
        var book = CustomerBook.open();
        var survivor = book.add("Ratna K");
        var middle = book.add("Bu Ratna");
        var ratna = ratna(book);
        plant(book, ratna);
        merge(book, middle, ratna);
        merge(book, survivor, middle);
        delete(book, survivor, "?erase=now").then().statusCode(200);
        assertThat(hits(book)).isEmpty();
        assertThat(search(book, "bu ratna")).isEmpty();
    }

    @Test
    void othersKeepWhatIsTheirs() {
        var book = CustomerBook.open();
        var ratna = ratna(book);
        plant(book, ratna);
        var budi = book.add("Budi", "phone", "081200001111");
        var twin = book.add("Budi B");
        book.sell(budi, "2025-01-01", 1, "notes", "milik Budi");
        merge(book, budi, twin);
        refusal(book, 99, "081200001111 x", "Nomor HP 081200001111 x berisi huruf.");
        var before = search(book, "udi") + "" + search(book, "81200001111");
        delete(book, ratna, "?erase=now").then().statusCode(200);
        assertThat(search(book, "udi") + "" + search(book, "81200001111")).isEqualTo(before);
    }

    @Test
    void afterSevenDaysTheDailyJobForgetsThem() {
        var book = CustomerBook.open();
        var ratna = ratna(book);
        plant(book, ratna);
        delete(book, ratna, "").then().statusCode(200);
        erasure.run("");
        restore(book, ratna).then().statusCode(200);
        delete(book, ratna, "").then().statusCode(200);

        age(book, "7 days 1 minute");
        restore(book, ratna).then().statusCode(404);
        assertThat(hits(book)).isNotEmpty();
        erasure.run("");
        assertThat(hits(book)).isEmpty();
        restore(book, ratna).then().statusCode(404);
    }

    @Test
    void theDailyJobLeavesThoseOfLessThanSevenDays() {
        var book = CustomerBook.open();
        var ratna = ratna(book);
        delete(book, ratna, "").then().statusCode(200);
        age(book, "6 days 23 hours 59 minutes");
        erasure.run("");
        restore(book, ratna).then().statusCode(200);
        assertThat(book.names()).containsExactly(NAME);
    }

    /** THREAT 1. */
    @Test
    void anothersCustomerIsLikeNone() {
        var book = CustomerBook.open();
        var ratna = ratna(book);
        var gone = book.add("Pergi");
        delete(book, gone, "");
        var row = book.stored(db, "customers", ratna);
        var stranger = CustomerBook.open();
        for (var theirs : List.of(ratna, gone)) {
            assertThat(answers(stranger, theirs)).isEqualTo(answers(stranger, UUID.randomUUID()));
        }
        assertThat(book.stored(db, "customers", ratna)).isEqualTo(row);
        restore(book, gone).then().statusCode(200);
    }

    private static List<String> answers(CustomerBook book, UUID id) {
        var path = "/api/customers/" + id;
        var api = book.shop().api();
        var answers = new ArrayList<Response>();
        answers.add(api.get(path));
        answers.add(api.delete(path));
        answers.add(api.delete(path + "?erase=now"));
        answers.add(api.post(path + "/restore"));
        answers.add(book.shop().api().body(Map.of("name", "x")).put(path));
        answers.add(book.shop().api().body(Map.of("name", "x")).patch(path));
        answers.add(
                book.shop().api().body(Map.of("other_id", UUID.randomUUID())).post(path + "/merge"));
        assertThat(answers).allSatisfy(a -> assertThat(a.statusCode()).isEqualTo(404));
        return answers.stream().map(Response::asString).toList();
    }

    private static UUID ratna(CustomerBook book) {
        var body = Map.of(
                "name",
                NAME,
                "phone",
                "0812-9988-7766",
                "email",
                EMAIL,
                "address",
                "Jl. Rahasia 7",
                "city",
                "Solo",
                "tags",
                List.of("vip"),
                "notes",
                "anak " + NAME + " bernama Dewi");
        return UUID.fromString(book.shop()
                .api()
                .header("Idempotency-Key", "ratna-" + UUID.randomUUID())
                .body(body)
                .post("/api/customers")
                .then()
                .statusCode(201)
                .extract()
                .path("data.customer.id"));
    }

    /** Puts the name, phone and e-mail wherever the software writes them in the course of a busy day. */
    private UUID plant(CustomerBook book, UUID ratna) {
        var body = Map.of(
                "customer_id", ratna, "transaction_date", "2025-01-01", "amount", 250_000, "notes", "untuk " + NAME);
        UUID sale = UUID.fromString(book.shop()
                .api()
                .header("Idempotency-Key", "jual-" + UUID.randomUUID())
                .body(body)
                .post("/api/transactions")
                .path("data.transaction.id"));
        var twin = book.add(NAME + " kembar", "email", EMAIL);
        String undone = merge(book, ratna, twin).path("data.merge_id");
        book.shop().api().post("/api/merges/" + undone + "/undo").then().statusCode(200);
        merge(book, ratna, twin).then().statusCode(200);
        refusal(book, 2, NAME.toUpperCase(java.util.Locale.ROOT), "Dua pelanggan bernama sama.");
        refusal(book, 3, "0812-9988-7766/", "Nomor HP 0812-9988-7766/ berisi huruf.");
        refusal(book, 4, EMAIL + ",", "Alamat salah.");
        refusal(book, 5, "x", "Ada dua pelanggan bernama " + NAME + ".");
        db.useTenant(book.shop().id(), tx -> {
            for (var table : List.of("customers", "transactions")) {
                tx.createUpdate("INSERT INTO app.import_changes SELECT user_id, :import, '" + table
                                + "', id, to_jsonb(t), to_jsonb(t) FROM app." + table + " t WHERE id = ANY (:ids)")
                        .bind("import", importId(book))
                        .bindArray("ids", UUID.class, ratna, sale)
                        .execute();
            }
        });
        return sale;
    }

    private UUID importId(CustomerBook book) {
        var id = UUID.nameUUIDFromBytes(book.shop().id().toString().getBytes(java.nio.charset.StandardCharsets.UTF_8));
        db.useTenant(
                book.shop().id(),
                tx -> tx.createUpdate("""
                        INSERT INTO app.imports (user_id, id, kind, file_name, file_bytes, mapping)
                        VALUES (:u, :id, 'customers', 'a.csv', 1, '{}') ON CONFLICT DO NOTHING
                        """)
                        .bind("u", book.shop().id())
                        .bind("id", id)
                        .execute());
        return id;
    }

    private void refusal(CustomerBook book, int row, String value, String reason) {
        var id = importId(book);
        db.useTenant(
                book.shop().id(),
                tx -> tx.createUpdate(
                                "INSERT INTO app.import_refusals (user_id, import_id, row_number, column_name, value, reason, reason_values) VALUES (:u, :id, :row, 'nama', :value, 'refused.sentence', ARRAY[:reason])")
                        .bind("u", book.shop().id())
                        .bind("id", id)
                        .bind("row", row)
                        .bind("value", value)
                        .bind("reason", reason)
                        .execute());
    }

    private void age(CustomerBook book, String time) {
        db.useTenant(
                book.shop().id(),
                tx -> tx.createUpdate("UPDATE app.deleted_customers SET purge_at = purge_at - :time::interval")
                        .bind("time", time)
                        .execute());
    }

    /** Tables of the shop where the name, the phone or the e-mail still stands, in any column. */
    private List<String> hits(CustomerBook book) {
        var hits = new ArrayList<String>();
        for (var secret : new String[] {NAME, PHONE.substring(3), "0812-9988-7766", EMAIL, "Jl. Rahasia", "Dewi"}) {
            hits.addAll(search(book, secret));
        }
        return hits;
    }

    private List<String> search(CustomerBook book, String secret) {
        return db.inTenant(book.shop().id(), tx -> {
            var found = new ArrayList<String>();
            var tables = ShopRows.tables(tx);
            tables.remove("users");
            assertThat(tables)
                    .contains("customers", "deleted_customers", "merges", "import_changes", "idempotency_keys");
            for (var table : tables) {
                tx.createQuery("SELECT t::text FROM app." + table
                                + " t WHERE strpos(lower(t::text), lower(:secret)) > 0 ORDER BY 1")
                        .bind("secret", secret)
                        .mapTo(String.class)
                        .forEach(row -> found.add(table + ": " + row));
            }
            return found;
        });
    }

    private static Response delete(CustomerBook book, UUID id, String query) {
        return book.shop().api().delete("/api/customers/" + id + query);
    }

    private static Response restore(CustomerBook book, UUID id) {
        return book.shop().api().post("/api/customers/" + id + "/restore");
    }

    private static Response merge(CustomerBook book, UUID id, UUID other) {
        return book.shop().api().body(Map.of("other_id", other)).post("/api/customers/" + id + "/merge");
    }
}
