package com.smartmarketingagent.importing;

import static java.util.stream.Collectors.joining;
import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.not;

import com.smartmarketingagent.Http.Checked;
import com.smartmarketingagent.Shop;
import com.smartmarketingagent.Visitor;
import com.smartmarketingagent.transaction.Sale;
import io.quarkus.test.junit.QuarkusTest;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.UUID;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** An import is taken back, all of it but what somebody changed since. */
@QuarkusTest
class ImportUndoTest extends HandingOver {

    @Test
    void undoRestoresExactlyWhatWasThere() {
        importSales("""
                No Pesanan,Nama,No HP,Tanggal,Total
                A-1,Ani,,2025-12-01,100000
                A-2,Budi,081234567891,2025-12-01,70000
                """);
        var before = dump();
        var second = importSales("""
                No Pesanan,Nama,No HP,Email,Tanggal,Total
                A-1,Ani,081234567890,ani@contoh.id,2025-12-01,100000
                A-2,Budi,081234567891,budi@contoh.id,2025-12-01,99000
                A-3,Citra,081234567892,,2025-12-03,30000
                """);
        assertThat(dump()).isNotEqualTo(before);

        undo(second).body("data.import.status", equalTo("undone")).body("data.import.kept", equalTo(0));

        assertThat(dump()).isEqualTo(before);
        shop.api().post("/api/imports/{id}/undo", second).then().statusCode(409);
    }

    private static final String ORDERS =
            "No. Pesanan,Status Pesanan,Waktu Pesanan Dibuat,Nama Produk,Total Harga Produk,Username (Pembeli)\n";

    /** Such as a week later, in the export that overlaps the one before. */
    @Test
    void aStoredOrderThatWasCancelledSinceLosesItsAmountUntilTheImportIsUndone() {
        importSales(ORDERS + """
                A-1,Selesai,2025-12-05 10:00,Kain,300000,ani1
                A-2,Dikirim,2025-12-05 10:00,Kain,100000,budi2
                A-2,Dikirim,2025-12-05 10:00,Blus,60000,budi2
                A-3,Selesai,2025-12-05 10:00,Kain,5000,budi2
                A-4,Selesai,2025-12-05 10:00,Kain,7000,budi2
                """);
        var before = dump();
        var later = ORDERS + """
                A-1,Batal,2025-12-05 10:00,Kain,300000,ani1
                A-2,Dikembalikan,2025-12-05 10:00,Kain,100000,budi2
                A-2,Dikembalikan,2025-12-05 10:00,Blus,60000,budi2
                A-3,Retur Sebagian,2025-12-05 10:00,Kain,5000,budi2
                A-4,Selesai,2025-12-05 10:00,Kain,7000,budi2
                A-4,Batal,2025-12-05 10:00,Blus,9000,budi2
                A-9,Batal,2025-12-06 10:00,Kain,9000,citra3
                A-8,Belum Bayar,2025-12-06 10:00,Kain,9000,citra3
                """;
        db.useTenant(
                shop.id(),
                tx -> tx.execute(
                        "DELETE FROM app.rfm_changes WHERE user_id = ?",
                        shop.id().value()));

        var second = importSales(later);

        counts(second, 8, 0, 3, 2, 3);
        assertThat(
                        rows(
                                "SELECT external_id, amount, jsonb_array_length(products) FROM app.transactions WHERE user_id = :user ORDER BY 1"))
                .containsExactly("A-1 0.00 1", "A-2 0.00 2", "A-3 5000.00 1", "A-4 7000.00 1");
        assertThat(rows("SELECT count(DISTINCT customer_id) FROM app.rfm_changes WHERE user_id = :user"))
                .containsExactly("2");
        counts(importSales(later), 8, 0, 0, 2, 6);
        undo(second).body("data.import.kept", equalTo(0));
        assertThat(dump()).isEqualTo(before);
    }

    private void counts(String id, int total, int added, int updated, int duplicate, int refused) {
        imported(id)
                .body("data.import.rows.total", equalTo(total))
                .body("data.import.rows.new", equalTo(added))
                .body("data.import.rows.updated", equalTo(updated))
                .body("data.import.rows.duplicate", equalTo(duplicate))
                .body("data.import.rows.refused", equalTo(refused));
    }

    /** The refund is subtracted already. */
    @Test
    void whatWasGivenBackForACancelledOrderIsSubtractedOnce() {
        importSales(ORDERS
                + "A-1,Selesai,2025-12-05 10:00,Kain,300000,ani1\nA-2,Selesai,2025-12-05 10:00,Kain,5000,ani1\n");
        var visitor = new Visitor(shop);
        for (var refund : Map.of("A-1", "100.000", "A-2", "5.000").entrySet()) {
            var sale = shop.api()
                    .get("/api/transactions?search=" + refund.getKey())
                    .then()
                    .extract()
                    .<String>path("data.transactions[0].id");
            visitor.post("/sales/" + sale + "/refund", "id", UUID.randomUUID(), "amount", refund.getValue())
                    .statusCode(303);
        }

        var id = importSales(
                ORDERS + "A-1,Batal,2025-12-05 10:00,Kain,300000,ani1\nA-2,Batal,2025-12-05 10:00,Kain,5000,ani1\n");

        counts(id, 2, 0, 1, 0, 1);
        assertThat(rows("SELECT sum(amount), max(amount) FROM app.transactions WHERE user_id = :user"))
                .containsExactly("0.00 100000.00");
    }

    /** What it says of the rest of the order nobody knows. */
    @Test
    void anOrderOfWhichALineWasRefusedForSomethingElseKeepsItsAmount() {
        importSales(ORDERS + "A-1,Selesai,2025-12-05 10:00,Kain,300000,ani1\n");
        var cancelled = ORDERS + "A-1,Batal,2025-12-05 10:00,Kain,300000,ani1\n";
        var line = "A-1,Selesai,2025-12-05 10:00,Blus %s,%s,ani1\n";
        counts(importSales(cancelled + line.formatted("1", "banyak")), 2, 0, 0, 0, 2);
        var many = IntStream.rangeClosed(0, Sale.MOST_PRODUCTS)
                .mapToObj(i -> line.formatted(i, "1000"))
                .collect(joining());
        counts(importSales(cancelled + many), Sale.MOST_PRODUCTS + 2, 0, 0, 0, Sale.MOST_PRODUCTS + 2);
        assertThat(rows("SELECT amount FROM app.transactions WHERE user_id = :user"))
                .containsExactly("300000.00");
    }

    /** The number stands in the first row of an order alone. */
    @Test
    void aCancelledOrdersFurtherRowsGoWithItAndNobodyElsesOrderDoes() {
        var sold = "A-1,Selesai,2025-12-05 10:00,Kain,100000,ani1\n,,,Blus,60000,\n";
        importSales(ORDERS + sold);
        var other = Shop.register();
        var mine = shop;
        shop = other;
        importSales(ORDERS + sold);
        var theirs = dump();
        shop = mine;

        counts(importSales(ORDERS + "A-1,Batal,2025-12-05 10:00,Kain,100000,ani1\n,,,Blus,60000,\n"), 2, 0, 2, 0, 0);

        assertThat(rows("SELECT amount FROM app.transactions WHERE user_id = :user"))
                .containsExactly("0.00");
        shop = other;
        assertThat(dump()).isEqualTo(theirs);
    }

    @Test
    void undoKeepsACustomerWhoBoughtSinceAndSaysSo() {
        var first = importSales("Nama,No HP,Tanggal,Total\nAni,081234567890,2025-12-01,100000\n");
        var second = importSales("Nama,No HP,Tanggal,Total\nAni,081234567890,2025-12-05,5000\n");

        undo(first).body("data.import.kept", equalTo(1));

        assertThat(rows("SELECT amount FROM app.transactions WHERE user_id = :user"))
                .containsExactly("5000.00");
        assertThat(rows("SELECT name FROM app.customers WHERE user_id = :user")).containsExactly("Ani");
        undo(second).body("data.import.kept", equalTo(0));
        assertThat(dump()).isEmpty();
    }

    @Test
    void undoKeepsASaleThatWasCorrectedSince() {
        var first = importSales("No Pesanan,Nama,Tanggal,Total\nA-1,Ani,2025-12-01,100000\nA-2,Ani,2025-12-01,5000\n");
        var sale =
                shop.api().get("/api/transactions?search=A-1").then().extract().<String>path("data.transactions[0].id");
        shop.api()
                .body("{\"amount\":90000}")
                .patch("/api/transactions/{id}", sale)
                .then()
                .statusCode(200);

        undo(first).body("data.import.kept", equalTo(2));

        assertThat(rows("SELECT external_id, amount FROM app.transactions WHERE user_id = :user"))
                .containsExactly("A-1 90000.00");
        assertThat(rows("SELECT name FROM app.customers WHERE user_id = :user")).containsExactly("Ani");
    }

    @Test
    void undoKeepsASaleThatMoneyWasGivenBackFor() {
        var first = importSales("No Pesanan,Nama,Tanggal,Total\nA-1,Ani,2025-12-01,100000\nA-2,Ani,2025-12-01,5000\n");
        var sale =
                shop.api().get("/api/transactions?search=A-1").then().extract().<String>path("data.transactions[0].id");
        var visitor = new Visitor(shop);
        visitor.post("/sales/" + sale + "/refund", "id", UUID.randomUUID(), "amount", "40.000")
                .statusCode(303);

        undo(first).body("data.import.kept", equalTo(2));

        assertThat(rows("SELECT amount FROM app.transactions WHERE user_id = :user ORDER BY 1"))
                .containsExactly("-40000.00", "100000.00");
        visitor.get("/sales/" + sale + "/refund").body(containsString("Sisanya Rp60.000."));
    }

    /** Which rows a later file had in common with it isn't kept: its owner is told which file to hand in again. */
    @Test
    void aLaterFileThatHeldTheSameSalesIsNamed() {
        var visitor = new Visitor(shop);
        var two = "No Pesanan,Nama,Tanggal,Total\nA-1,Ani,2025-12-01,1000\nA-2,Ani,2025-12-02,2000\n";
        importSales("No Pesanan,Nama,Tanggal,Total\nZ-1,Zaki,2025-11-01,1000\n");
        var first = importSales(two);
        visitor.get("/imports/" + first + "/undo").body(not(containsString("masukkan lagi")));
        var second = importSales("No Pesanan,Nama,Tanggal,Total\nA-2,Ani,2025-12-02,2000\nA-3,Ani,2025-12-03,3000\n");
        var third = importSales(two);
        var said = "%s) berisi %d baris yang waktu itu sudah ada";
        visitor.get("/imports/" + first + "/undo").body(containsString("masukkan lagi berkas itu"));
        assertThat(visitor.get("/imports/" + first + "/undo")
                        .extract()
                        .asString()
                        .replaceAll("[\u2068\u2069]", ""))
                .contains(said.formatted("(penjualan.csv", 3));
        assertThat(visitor.get("/imports/" + second + "/undo")
                        .extract()
                        .asString()
                        .replaceAll("[\u2068\u2069]", ""))
                .contains(said.formatted("(penjualan.csv", 2));
        // the last, and one that made nothing
        visitor.get("/imports/" + third + "/undo").body(not(containsString("masukkan lagi")));

        undo(first);
        visitor.get("/imports/" + first)
                .body(containsString("berisi 3 baris"), not(containsString("kembali seperti sebelumnya")));
        importSales(two);
        assertThat(rows("SELECT external_id FROM app.transactions WHERE user_id = :user ORDER BY 1"))
                .containsExactly("A-1", "A-2", "A-3", "Z-1");
        visitor.get("/imports/" + first).body(not(containsString("berisi 3 baris")));
    }

    /** Who bought nothing else, was in no campaign and had no money back goes; the page says how many, and they do. */
    @Test
    void whatIsAnnouncedIsWhatGoes() {
        importSales("No Pesanan,Nama,Tanggal,Total\nZ-1,Zaki,2025-11-01,1000\nZ-2,Zaki,2025-11-02,1000\n");
        var id = importSales("""
                No Pesanan,Nama,Tanggal,Total
                A-1,Ani,2025-12-01,100000
                B-1,Budi,2025-12-01,5000
                C-1,Citra,2025-12-01,5000
                D-1,Dewi,2025-12-01,5000
                E-1,Eko,2025-12-01,5000
                E-2,Eko,2025-12-02,5000
                Z-1,Zaki,2025-11-01,2000
                Z-2,Zaki,2025-11-02,2000
                """);
        var sale =
                shop.api().get("/api/transactions?search=A-1").then().extract().<String>path("data.transactions[0].id");
        var visitor = new Visitor(shop);
        visitor.post("/sales/" + sale + "/refund", "id", UUID.randomUUID(), "amount", "40.000")
                .statusCode(303);
        var changed =
                shop.api().get("/api/transactions?search=Z-2").then().extract().<String>path("data.transactions[0].id");
        shop.api()
                .body("{\"amount\":1}")
                .patch("/api/transactions/{id}", changed)
                .then()
                .statusCode(200);
        db.useTenant(shop.id(), tx -> {
            var campaign = UUID.randomUUID();
            tx.createUpdate("""
                    INSERT INTO app.campaigns (user_id, id, name, via, text, audience, state, holdout_percent)
                    VALUES (:u, :c, 'Promo', 'practice', 'Halo', '{}', 'done', 50)
                    """).bind("u", shop.id()).bind("c", campaign).execute();
            tx.createUpdate("""
                    INSERT INTO app.campaign_holdout (user_id, campaign_id, customer_id)
                    SELECT :u, :c, id FROM app.customers WHERE user_id = :u AND name = 'Dewi'
                    """).bind("u", shop.id()).bind("c", campaign).execute();
        });
        var before = counts();

        visitor.get("/imports/" + id + "/undo")
                .body(
                        containsString("5 penjualan dari berkas ini dihapus"),
                        containsString("3 pelanggan baru dari berkas ini dihapus"),
                        containsString("1 data yang diubah"),
                        containsString("ikut kampanye"),
                        containsString("uangnya sudah dikembalikan"));
        undo(id);

        assertThat(before).containsExactly("9 6");
        assertThat(counts()).containsExactly("4 3");
        assertThat(
                        rows(
                                "SELECT amount FROM app.transactions WHERE user_id = :user AND external_id LIKE 'Z-%' ORDER BY 1"))
                .containsExactly("1.00", "1000.00");
        visitor.get("/imports/" + id).body(containsString("sudah ikut kampanye"));
    }

    private List<String> counts() {
        return rows("""
                SELECT (SELECT count(*) FROM app.transactions WHERE user_id = :user),
                       (SELECT count(*) FROM app.customers WHERE user_id = :user)""");
    }

    @Test
    void twoImportsUndoneInTheFilesOrderLeaveNothing() {
        var first = importSales("No Pesanan,Nama,No HP,Tanggal,Total\nA-1,Ani,,2025-12-01,1000\n");
        var second = importSales("No Pesanan,Nama,No HP,Tanggal,Total\nA-1,Ani,081234567890,2025-12-01,1500\n");

        undo(first).body("data.import.kept", equalTo(2));
        new Visitor(shop)
                .get("/imports/" + second + "/undo")
                .body(
                        containsString("0 penjualan dari berkas ini dihapus"),
                        containsString("ikut dihapus: 1 penjualan, 1 pelanggan"),
                        not(containsString("data yang diubah")));
        undo(second).body("data.import.kept", equalTo(0));

        assertThat(dump()).isEmpty();
        imported(first).body("data.import.status", equalTo("undone")).body("data.import.kept", equalTo(0));
    }

    @Test
    void threeImportsUndoneInTheFilesOrderLeaveWhatTheOwnerChanged() {
        var first = importSales("No Pesanan,Nama,Tanggal,Total\nA-1,Ani,2025-12-01,1000\nB-1,Budi,2025-12-01,1000\n");
        var second = importSales("No Pesanan,Nama,Tanggal,Total\nA-1,Ani,2025-12-01,1500\n");
        var third = importSales("No Pesanan,Nama,Tanggal,Total\nA-1,Ani,2025-12-01,2000\nA-2,Ani,2025-12-02,50\n");
        var sale =
                shop.api().get("/api/transactions?search=B-1").then().extract().<String>path("data.transactions[0].id");
        shop.api()
                .body("{\"amount\":900}")
                .patch("/api/transactions/{id}", sale)
                .then()
                .statusCode(200);

        undo(first).body("data.import.kept", equalTo(4));
        undo(second).body("data.import.kept", equalTo(1));
        undo(third).body("data.import.kept", equalTo(0));

        assertThat(rows("SELECT external_id, amount FROM app.transactions WHERE user_id = :user"))
                .containsExactly("B-1 900.00");
        assertThat(rows("SELECT name FROM app.customers WHERE user_id = :user")).containsExactly("Budi");
        imported(first).body("data.import.kept", equalTo(2));
        imported(second).body("data.import.kept", equalTo(0));
    }

    /** Orders come again with other amounts and buyers, owners correct some, and imports go in any order. */
    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6})
    void whateverIsUndoneWhenWhatIsAnnouncedIsWhatGoes(long seed) {
        var random = new Random(seed);
        var imports = new ArrayList<String>();
        for (int i = 0; i < 4; i++) {
            var file = new StringBuilder("No Pesanan,Nama,No HP,Tanggal,Total\n");
            for (int order = 0; order < 5; order++) {
                if (random.nextInt(3) == 0) continue;
                var buyer = List.of("Ani,", "Ani,081234567890", "Budi,", "Citra,081234567891")
                        .get(random.nextInt(4));
                file.append("A-%d,%s,2025-12-01,%d\n".formatted(order, buyer, 1000 * (1 + random.nextInt(2))));
            }
            imports.add(importSales(file + "B-%d,Dewi,,2025-12-01,500\n".formatted(i)));
            if (random.nextBoolean()) continue;
            var sales = shop.api().get("/api/transactions").then().extract().<List<String>>path("data.transactions.id");
            shop.api()
                    .body("{\"amount\":%d}".formatted(7 + i))
                    .patch("/api/transactions/{id}", sales.get(random.nextInt(sales.size())))
                    .then()
                    .statusCode(200);
        }
        Collections.shuffle(imports, random);
        imports.forEach(this::undo);
    }

    @Test
    void anAmountIsPutBackAlsoIfItsCustomerWasErasedSince() {
        importSales("No Pesanan,Nama,Tanggal,Total\nA-1,Ani,2025-12-01,1000\n");
        var second = importSales("No Pesanan,Nama,Tanggal,Total\nA-1,Ani,2025-12-01,1500\n");
        eraseAll();

        undo(second).body("data.import.kept", equalTo(0));

        assertThat(rows("SELECT amount FROM app.transactions WHERE user_id = :user"))
                .containsExactly("1000.00");
        assertThat(rows("SELECT name FROM app.customers WHERE user_id = :user")).containsExactly("Pelanggan dihapus");
    }

    @Test
    void theSameFileDoesNotBringAnErasedCustomerBackAndItsUndoChangesNothing() {
        var file = "No Pesanan,Nama,No HP,Tanggal,Total,Catatan\nA-1,Ani,081234567890,2025-12-31,1000,untuk Ani\n";
        importSales(file);
        eraseAll();
        var before = dump();

        var second = importSales(file);
        imported(second).body("data.import.rows.duplicate", equalTo(1));
        assertThat(dump()).isEqualTo(before);
        // also not by another amount
        imported(importSales(file.replace("1000", "1500"))).body("data.import.rows.duplicate", equalTo(1));
        assertThat(dump()).isEqualTo(before);

        undo(second).body("data.import.kept", equalTo(0));
        assertThat(dump()).isEqualTo(before);
    }

    private void eraseAll() {
        for (var id : shop.api().get("/api/customers").then().extract().<List<String>>path("data.customers.id")) {
            shop.api().delete("/api/customers/" + id + "?erase=now").then().statusCode(200);
        }
    }

    /** What its page announces is what goes and what is put back. */
    private Checked undo(String id) {
        var page = new Visitor(shop).get("/imports/" + id + "/undo").extract().asString();
        var before = stored();
        var undone = shop.api().post("/api/imports/{id}/undo", id).then().statusCode(200);
        var after = stored();
        var gone =
                before.keySet().stream().filter(row -> !after.containsKey(row)).toList();
        assertThat(said(page, "(\\d+) penjualan dari berkas ini dihapus")
                        + said(page, "ikut dihapus: (\\d+) penjualan"))
                .isEqualTo(gone.stream().filter(row -> row.startsWith("sale")).count());
        assertThat(said(page, "(\\d+) pelanggan baru dari berkas ini dihapus")
                        + said(page, "ikut dihapus: \\d+ penjualan, (\\d+) pelanggan"))
                .isEqualTo(
                        gone.stream().filter(row -> row.startsWith("customer")).count());
        assertThat(said(page, "(\\d+) data yang diubah"))
                .isEqualTo(after.entrySet().stream()
                        .filter(row -> !row.getValue().equals(before.get(row.getKey())))
                        .count());
        return undone;
    }

    /** Every row as it is, by its table and id. */
    private Map<String, String> stored() {
        return rows("""
                        SELECT 'sale', id, to_jsonb(t) FROM app.transactions t WHERE user_id = :user
                        UNION ALL SELECT 'customer', id, to_jsonb(c) FROM app.customers c WHERE user_id = :user""").stream()
                .map(row -> row.split(" ", 3))
                .collect(Collectors.toMap(row -> row[0] + row[1], row -> row[2]));
    }

    /** The number in a sentence of {@code page}; 0 where it isn't said. */
    private static long said(String page, String sentence) {
        var number = Pattern.compile(sentence).matcher(page);
        return number.find() ? Long.parseLong(number.group(1)) : 0;
    }
}
