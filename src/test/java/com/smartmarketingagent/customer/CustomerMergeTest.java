package com.smartmarketingagent.customer;

import static com.smartmarketingagent.customer.CustomerTest.atOnce;
import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.contains;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;

import com.smartmarketingagent.Http.Response;
import com.smartmarketingagent.platform.Db;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

@QuarkusTest
class CustomerMergeTest {

    @Inject
    Db db;

    @Test
    void keepsEverythingOfBothAndAllSales() {
        var book = CustomerBook.open();
        var sari = book.add("Sari", "city", "Solo", "tags", List.of("vip"), "notes", "suka parang");
        var twin = book.add(
                "Sari D.",
                "phone",
                "081234567890",
                "email",
                "s@contoh.id",
                "city",
                "Yogya",
                "address",
                "Jl. Slamet 1",
                "tags",
                List.of("grosir", "VIP"),
                "notes",
                "bayar tunai");
        book.sell(sari, "2025-01-01", 100);
        var moved = book.sell(twin, "2025-02-01", 200);
        book.takeChanges(db);
        var before = book.stored(db, "transactions", moved);

        merge(book, sari, twin)
                .then()
                .statusCode(200)
                .body("data.customer.id", equalTo(sari.toString()))
                .body("data.customer.name", equalTo("Sari"))
                .body("data.customer.phone", equalTo("+6281234567890"))
                .body("data.customer.email", equalTo("s@contoh.id"))
                .body("data.customer.city", equalTo("Solo"))
                .body("data.customer.address", equalTo("Jl. Slamet 1"))
                .body("data.customer.tags", contains("vip", "grosir"))
                .body("data.customer.notes", equalTo("suka parang\nbayar tunai"))
                .body("data.customer.purchases.transactions", equalTo(2))
                .body("data.customer.purchases.total_spent", equalTo(300));

        assertThat(book.takeChanges(db)).isEqualTo(Map.of(sari, 1L, twin, 1L));
        assertThat(book.names()).containsExactly("Sari");
        book.shop().api().get("/api/customers/" + twin).then().statusCode(404);
        book.shop().api().post("/api/customers/" + twin + "/restore").then().statusCode(404);
        assertThat(book.stored(db, "transactions", moved)).isEqualTo(before.replace(twin.toString(), sari.toString()));
        assertThat(book.stored(db, "customers", twin)).doesNotContain("Sari", "Yogya", "contoh.id", "bayar");
    }

    @Test
    void undoingItPutsBothBackExactly() {
        var book = CustomerBook.open();
        var sari = book.add("Sari", "tags", List.of("vip"));
        var twin = book.add("Sari D.", "phone", "081234567890", "notes", "tunai");
        var ours = book.sell(sari, "2025-01-01", 100);
        var theirs = book.sell(twin, "2025-02-01", 200);
        var rows = rows(book, sari, twin, ours, theirs);

        String mergeId = merge(book, sari, twin).path("data.merge_id");
        var later = book.sell(sari, "2025-03-01", 300);
        book.takeChanges(db);
        undo(book, mergeId)
                .then()
                .statusCode(200)
                .body("data.customer.id", equalTo(sari.toString()))
                .body("data.other.id", equalTo(twin.toString()))
                .body("data.other.purchases.total_spent", equalTo(200));

        assertThat(rows(book, sari, twin, ours, theirs)).isEqualTo(rows);
        assertThat(book.stored(db, "transactions", later)).contains("\"customer_id\": \"" + sari);
        assertThat(book.takeChanges(db)).isEqualTo(Map.of(sari, 1L, twin, 1L));
        undo(book, mergeId).then().statusCode(409).body("error.message", containsString("sudah dibatalkan"));
    }

    @Test
    void undoingItTakesARefundAlongWithItsSale() {
        var book = CustomerBook.open();
        var sari = book.add("Sari");
        var twin = book.add("Sari D.");
        var theirs = book.sell(twin, "2025-02-01", 200);
        String mergeId = merge(book, sari, twin).path("data.merge_id");
        var refund = java.util.UUID.randomUUID();
        new com.smartmarketingagent.Visitor(book.shop())
                .post("/sales/" + theirs + "/refund", "id", refund, "amount", "50")
                .statusCode(303);
        undo(book, mergeId).then().statusCode(200).body("data.other.purchases.total_spent", equalTo(150));
        assertThat(book.stored(db, "transactions", refund)).contains("\"refund_of\": \"" + theirs);
    }

    @Test
    void severalAreUndoneLastFirst() {
        var book = CustomerBook.open();
        var sari = book.add("Sari");
        var second = book.add("Dua", "phone", "081234567890");
        var third = book.add("Tiga", "email", "t@contoh.id");
        var rows = List.of(book.stored(db, "customers", sari), book.stored(db, "customers", second));
        String first = merge(book, sari, second).path("data.merge_id");
        String last = merge(book, sari, third).path("data.merge_id");
        undo(book, first).then().statusCode(409).body("error.message", containsString("sudah diubah"));
        undo(book, last).then().statusCode(200);
        undo(book, first).then().statusCode(200);
        assertThat(List.of(book.stored(db, "customers", sari), book.stored(db, "customers", second)))
                .isEqualTo(rows);
    }

    @Test
    void cantBeUndoneOnceTheCustomerWasChanged() {
        var book = CustomerBook.open();
        var sari = book.add("Sari");
        var twin = book.add("Twin");
        String merge = merge(book, sari, twin).path("data.merge_id");
        book.shop()
                .api()
                .body(Map.of("city", "Solo"))
                .patch("/api/customers/" + sari)
                .then()
                .statusCode(200);
        undo(book, merge).then().statusCode(409).body("error.code", equalTo("CONFLICT"));
        assertThat(book.names()).containsExactly("Sari");
    }

    @Test
    void cantBeUndoneWhileTheCustomerIsDeleted() {
        var book = CustomerBook.open();
        var sari = book.add("Sari");
        var twin = book.add("Twin");
        String merge = merge(book, sari, twin).path("data.merge_id");
        book.shop().api().delete("/api/customers/" + sari).then().statusCode(200);
        undo(book, merge).then().statusCode(409).body("error.message", containsString("dihapus"));
        book.shop().api().post("/api/customers/" + sari + "/restore").then().statusCode(200);
        undo(book, merge).then().statusCode(200);
        assertThat(book.names("sort", "name")).containsExactly("Sari", "Twin");
    }

    @Test
    void cantBeUndoneOnceSomebodyHasThePhone() {
        var book = CustomerBook.open();
        var sari = book.add("Sari", "phone", "081234567890");
        var twin = book.add("Twin", "phone", "081234567891");
        var sale = book.sell(twin, "2025-01-01", 5);
        String merge = merge(book, sari, twin).path("data.merge_id");
        var budi = book.add("Budi", "phone", "081234567891");
        undo(book, merge).then().statusCode(409).body("error.details[0].id", equalTo(budi.toString()));
        assertThat(book.names("sort", "name")).containsExactly("Budi", "Sari");
        assertThat(book.stored(db, "transactions", sale)).contains(sari.toString());
        book.shop().api().delete("/api/customers/" + budi).then().statusCode(200);
        undo(book, merge).then().statusCode(200);
        assertThat(book.get(twin).getString("data.customer.phone")).isEqualTo("+6281234567891");
    }

    @Test
    void onlyTwoDifferentCustomersOfOnesOwnAreMerged() {
        var book = CustomerBook.open();
        var theirs = CustomerBook.open();
        var sari = book.add("Sari");
        var gone = book.add("Pergi");
        var foreign = theirs.add("Asing");
        book.shop().api().delete("/api/customers/" + gone).then().statusCode(200);
        merge(book, sari, sari).then().statusCode(400).body("error.details[0].field", equalTo("other_id"));
        var random = UUID.randomUUID();
        var expected =
                merge(book, sari, random).then().statusCode(404).extract().asString();
        assertThat(merge(book, sari, foreign).asString()).isEqualTo(expected);
        assertThat(merge(book, foreign, sari).asString()).isEqualTo(expected);
        assertThat(merge(book, sari, gone).asString()).isEqualTo(expected);
        assertThat(merge(book, gone, sari).asString()).isEqualTo(expected);
        book.shop()
                .api()
                .body("{}")
                .post("/api/customers/" + sari + "/merge")
                .then()
                .statusCode(400)
                .body("error.details[0].field", equalTo("other_id"));
        assertThat(theirs.names()).containsExactly("Asing");
        assertThat(book.names()).containsExactly("Sari");
    }

    @Test
    void refusesWhatOneCustomerCantHold() {
        var book = CustomerBook.open();
        var tags = IntStream.range(0, 50).mapToObj(i -> "l" + i).toList();
        var full = book.add("Penuh", "tags", tags, "notes", "x".repeat(4_990));
        var oneMore = book.add("Satu", "tags", List.of("baru"));
        var wordy = book.add("Dua", "notes", "y".repeat(10));
        var fits = book.add("Tiga", "notes", "y".repeat(9), "tags", List.of("l0"));
        merge(book, full, oneMore).then().statusCode(409).body("error.message", containsString("50"));
        merge(book, full, wordy).then().statusCode(409).body("error.message", containsString("5.000"));
        merge(book, full, fits).then().statusCode(200);
        assertThat(book.get(full).getString("data.customer.notes")).hasSize(5_000);
    }

    @Test
    void ofTwoMergesOfTheSamePairAtOnceOneHappens() throws Exception {
        for (int round = 0; round < 5; round++) {
            var book = CustomerBook.open();
            var one = book.add("Satu");
            var two = book.add("Dua");
            var saleOfOne = book.sell(one, "2025-01-01", 1);
            var saleOfTwo = book.sell(two, "2025-01-01", 2);
            List<Callable<Response>> calls = List.of(() -> merge(book, one, two), () -> merge(book, two, one));
            var answers = atOnce(calls);
            assertThat(answers.stream().map(Response::statusCode)).containsExactlyInAnyOrder(200, 404);
            var survivor = answers.get(0).statusCode() == 200 ? one : two;
            assertThat(book.get(survivor).getInt("data.customer.purchases.transactions"))
                    .isEqualTo(2);
            assertThat(book.names()).hasSize(1);
            assertThat(book.stored(db, "transactions", saleOfOne)).contains(survivor.toString());
            assertThat(book.stored(db, "transactions", saleOfTwo)).contains(survivor.toString());
        }
    }

    @Test
    void ofTwoUndosAtOnceOneHappens() throws Exception {
        var book = CustomerBook.open();
        var one = book.add("Satu");
        var two = book.add("Dua");
        String merge = merge(book, one, two).path("data.merge_id");
        List<Callable<Response>> calls = List.of(() -> undo(book, merge), () -> undo(book, merge));
        assertThat(atOnce(calls).stream().map(Response::statusCode)).containsExactlyInAnyOrder(200, 409);
        assertThat(book.names()).hasSize(2);
    }

    @Test
    void salesWrittenDuringAMergeAreNotLost() throws Exception {
        var book = CustomerBook.open();
        var one = book.add("Satu");
        var two = book.add("Dua");
        Callable<Response> sell = () -> book.shop()
                .api()
                .body(Map.of("customer_id", two, "transaction_date", "2025-01-01", "amount", 7))
                .post("/api/transactions");
        List<Callable<Response>> calls = List.of(sell, sell, () -> merge(book, one, two), sell, sell);
        var answers = atOnce(calls);
        long sold = answers.stream().filter(a -> a.statusCode() == 201).count();
        assertThat(answers.stream().map(Response::statusCode).toList())
                .contains(200)
                .isSubsetOf(200, 201, 404);
        assertThat(book.get(one).getLong("data.customer.purchases.transactions"))
                .isEqualTo(sold);
    }

    @Test
    void theSameIdempotencyKeyMergesOnce() {
        var book = CustomerBook.open();
        var one = book.add("Satu");
        var two = book.add("Dua");
        var request = book.shop().api().header("Idempotency-Key", "gabung").body(Map.of("other_id", two));
        var first = request.post("/api/customers/" + one + "/merge");
        assertThat(first.statusCode()).isEqualTo(200);
        assertThat(request.post("/api/customers/" + one + "/merge").asString()).isEqualTo(first.asString());
    }

    /** THREAT 1. */
    @Test
    void anothersMergeIsLikeNone() {
        var book = CustomerBook.open();
        String merge = merge(book, book.add("Satu"), book.add("Dua")).path("data.merge_id");
        var stranger = CustomerBook.open();
        var none = undo(stranger, UUID.randomUUID().toString());
        var theirs = undo(stranger, merge);
        assertThat(theirs.statusCode()).isEqualTo(404);
        assertThat(theirs.asByteArray()).isEqualTo(none.asByteArray());
        assertThat(book.names()).containsExactly("Satu");
    }

    private List<String> rows(CustomerBook book, UUID one, UUID two, UUID sale, UUID other) {
        return List.of(
                book.stored(db, "customers", one),
                book.stored(db, "customers", two),
                book.stored(db, "transactions", sale),
                book.stored(db, "transactions", other));
    }

    private static Response merge(CustomerBook book, UUID id, UUID other) {
        return book.shop().api().body(Map.of("other_id", other)).post("/api/customers/" + id + "/merge");
    }

    private static Response undo(CustomerBook book, String merge) {
        return book.shop().api().post("/api/merges/" + merge + "/undo");
    }
}
