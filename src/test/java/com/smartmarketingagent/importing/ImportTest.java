package com.smartmarketingagent.importing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.hasSize;
import static org.hamcrest.Matchers.nullValue;

import com.smartmarketingagent.Shop;
import com.smartmarketingagent.platform.Db;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.http.ContentType;
import io.restassured.response.ValidatableResponse;
import jakarta.inject.Inject;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

@QuarkusTest
class ImportTest {

    @Inject
    Db db;

    @Inject
    Importing importing;

    Shop shop;

    @BeforeEach
    void register() {
        shop = Shop.register();
    }

    @Test
    void aSalesFileBecomesCustomersAndSalesAndAddsUp() {
        var id = importSales("""
                Nama,No HP,Tanggal,Total,Produk,Qty
                Bu Ani,0812-3456-7890,31/12/2025,"Rp1.250.000",Batik Parang,2
                Bu Ani,+62 812 3456 7890,30/12/2025,150rb,Batik Kawung,1
                Pak Budi,8.12E+11,30/12/2025,100000,Batik Kawung,1
                Citra,,29/12/2025,"1,5jt",,
                """);

        imported(id)
                .body("data.import.status", equalTo("done"))
                .body("data.import.progress", equalTo(1.0f))
                .body("data.import.rows.total", equalTo(4))
                .body("data.import.rows.new", equalTo(3))
                .body("data.import.rows.refused", equalTo(1));
        assertThat(rows("SELECT name, phone FROM app.customers WHERE user_id = :user ORDER BY name"))
                .containsExactly("Bu Ani +6281234567890", "Citra null");
        assertThat(rows("""
                SELECT transaction_date, amount, products -> 0 ->> 'name', products -> 0 ->> 'quantity'
                FROM app.transactions WHERE user_id = :user ORDER BY 1"""))
                .containsExactly(
                        "2025-12-29 1500000.00 null null",
                        "2025-12-30 150000.00 Batik Kawung 1",
                        "2025-12-31 1250000.00 Batik Parang 2");
        var csv = shop.api()
                .get("/api/imports/{id}/refused", id)
                .then()
                .statusCode(200)
                .extract()
                .asString();
        assertThat(csv).contains("4,No HP,8.12E+11,").contains("Excel");
    }

    @Test
    void theSameFileAgainAddsNothingEvenWithEqualSales() {
        var file = """
                nama;tanggal;total
                Ani;2025-12-01;50000
                Ani;2025-12-01;50000
                Ani;2025-12-02;50000
                """;
        importSales(file);
        var before = dump();

        imported(importSales(file))
                .body("data.import.rows.duplicate", equalTo(3))
                .body("data.import.rows.new", equalTo(0));

        assertThat(dump()).isEqualTo(before).hasSize(1 + 3);
    }

    @Test
    void aThirdEqualSaleIsNewWhenTwoAreStored() {
        importSales("nama,tanggal,total\nAni,2025-12-01,50000\nAni,2025-12-01,50000\n");

        imported(importSales("nama,tanggal,total\nAni,2025-12-01,50000\nAni,2025-12-01,50000\nAni,2025-12-01,50000\n"))
                .body("data.import.rows.duplicate", equalTo(2))
                .body("data.import.rows.new", equalTo(1));

        assertThat(rows("SELECT count(*) FROM app.transactions WHERE user_id = :user"))
                .containsExactly("3");
    }

    @Test
    void linesOfOneOrderAreOneSaleWithSeveralProducts() {
        var file = """
                No Pesanan,Nama,Tanggal,Total,Produk,Qty
                A-1,Ani,2025-12-01,100000,Parang,1
                A-2,Budi,2025-12-01,70000,Kawung,1
                A-1,Ani,2025-12-01,50000,Kawung,2
                """;

        imported(importSales(file)).body("data.import.rows.new", equalTo(3));

        assertThat(rows("""
                SELECT external_id, amount, jsonb_array_length(products), products -> 1 ->> 'name'
                FROM app.transactions WHERE user_id = :user ORDER BY 1""")).containsExactly("A-1 150000.00 2 Kawung", "A-2 70000.00 1 null");
        imported(importSales(file)).body("data.import.rows.duplicate", equalTo(3));
        imported(importSales(file.replace("50000", "60000")))
                .body("data.import.rows.updated", equalTo(2))
                .body("data.import.rows.duplicate", equalTo(1));
        assertThat(rows("SELECT amount FROM app.transactions WHERE user_id = :user AND external_id = 'A-1'"))
                .containsExactly("160000.00");
    }

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

        shop.api()
                .post("/api/imports/{id}/undo", second)
                .then()
                .statusCode(200)
                .body("data.import.status", equalTo("undone"))
                .body("data.import.kept", equalTo(0));

        assertThat(dump()).isEqualTo(before);
        shop.api().post("/api/imports/{id}/undo", second).then().statusCode(409);
    }

    @Test
    void undoKeepsACustomerWhoBoughtSinceAndSaysSo() {
        var first = importSales("Nama,No HP,Tanggal,Total\nAni,081234567890,2025-12-01,100000\n");
        importSales("Nama,No HP,Tanggal,Total\nAni,081234567890,2025-12-05,5000\n");

        shop.api().post("/api/imports/{id}/undo", first).then().statusCode(200).body("data.import.kept", equalTo(1));

        assertThat(rows("SELECT amount FROM app.transactions WHERE user_id = :user"))
                .containsExactly("5000.00");
        assertThat(rows("SELECT name FROM app.customers WHERE user_id = :user")).containsExactly("Ani");
    }

    @Test
    void aListOfCustomersFillsAndChangesButNeverEmpties() {
        importCustomers("Nama,No HP,Kota,Catatan\nAni,081234567890,Solo,suka biru\n");

        imported(importCustomers("Nama,No HP,Kota,Catatan\nAni Lestari,081234567890,,\nBudi,,Jogja,\nBudi,,Jogja,\n"))
                .body("data.import.rows.updated", equalTo(1))
                .body("data.import.rows.new", equalTo(1))
                .body("data.import.rows.duplicate", equalTo(1));

        assertThat(rows("SELECT name, city, notes FROM app.customers WHERE user_id = :user ORDER BY 1"))
                .containsExactly("Ani Lestari Solo suka biru", "Budi Jogja null");
    }

    @Test
    void aSalesFileDoesNotRenameACustomer() {
        importCustomers("Nama,No HP\nIbu Ani Lestari,081234567890\n");

        importSales("Nama,No HP,Kota,Tanggal,Total\nAni,081234567890,Solo,2025-12-05,5000\n");

        assertThat(rows("SELECT name, city FROM app.customers WHERE user_id = :user"))
                .containsExactly("Ibu Ani Lestari Solo");
    }

    @Test
    void aNameFindsTheOneCustomerOfThatNameAndTwoAreRefused() {
        importCustomers("Nama,No HP\nSiti  Aminah,081234567890\nDewi,081234567891\nDewi,081234567892\n");

        var id = importSales("Nama,Tanggal,Total\nsiti aminah,2025-12-05,5000\nDEWI,2025-12-05,6000\n");

        imported(id).body("data.import.rows.new", equalTo(1)).body("data.import.rows.refused", equalTo(1));
        assertThat(rows("""
                SELECT c.phone, t.amount FROM app.transactions t JOIN app.customers c ON c.user_id = t.user_id AND c.id = t.customer_id
                WHERE t.user_id = :user""")).containsExactly("+6281234567890 5000.00");
        assertThat(shop.api().get("/api/imports/{id}/refused", id).asString())
                .contains("3,Nama,DEWI,")
                .contains("2 pelanggan");
    }

    @Test
    void aCustomerKnownByNameGetsTheirPhoneFromALaterFile() {
        importSales("Nama,Tanggal,Total\nSiti,2025-12-05,5000\n");

        importSales("Nama,No HP,Tanggal,Total\nSiti,081234567890,2025-12-06,7000\n");

        assertThat(rows("SELECT name, phone FROM app.customers WHERE user_id = :user"))
                .containsExactly("Siti +6281234567890");
        assertThat(rows("SELECT count(DISTINCT customer_id) FROM app.transactions WHERE user_id = :user"))
                .containsExactly("1");
    }

    @Test
    void twoPhonesOfOneNameAreTwoCustomersAndTheNamelessPhoneIsOneToo() {
        importSales(
                "Nama,No HP,Tanggal,Total\nSiti,081234567890,2025-12-05,5000\nSiti,081234567891,2025-12-06,7000\n,081234567892,2025-12-06,7000\n");

        assertThat(rows("SELECT name, phone FROM app.customers WHERE user_id = :user ORDER BY 2"))
                .containsExactly("Siti +6281234567890", "Siti +6281234567891", "+6281234567892 +6281234567892");
    }

    @Test
    void anEmailNamesACustomerWhereThePhoneIsMissing() {
        importCustomers("Nama,No HP,Email\nAni,081234567890,ANI@contoh.id\n");

        importSales("Nama,Email,Tanggal,Total\nA. Lestari,ani@contoh.id,2025-12-06,7000\n");

        assertThat(rows("SELECT name, email FROM app.customers WHERE user_id = :user"))
                .containsExactly("Ani ani@contoh.id");
    }

    @Test
    void aDryRunTellsEverythingAndStoresNothing() {
        importCustomers("Nama,No HP\nAni,081234567890\n");
        var before = dump();

        upload(
                        "transactions",
                        "Pembeli,WA,Tgl,Jumlah\nAni,081234567890,2025-12-05,5000\nBudi,123,2025-12-05,5000\n",
                        Map.of("dry_run", "true"))
                .statusCode(200)
                .body("data.columns.heading", equalTo(List.of("Pembeli", "WA", "Tgl", "Jumlah")))
                .body("data.mapping.WA", equalTo("phone"))
                .body("data.mapping.Jumlah", equalTo("amount"))
                .body("data.rows.total", equalTo(2))
                .body("data.rows.new", equalTo(1))
                .body("data.rows.refused", equalTo(1))
                .body("data.refused", hasSize(1))
                .body("data.refused[0].row", equalTo(3))
                .body("data.refused[0].column", equalTo("WA"))
                .body("data.sample", hasSize(1))
                .body("data.questions", hasSize(0));

        assertThat(dump()).isEqualTo(before);
    }

    @Test
    void aCorrectedMappingIsUsed() {
        var id = upload(
                        "transactions",
                        "Siapa,Kapan,Berapa\nAni,2025-12-05,5000\n",
                        Map.of("mapping", "{\"Siapa\":\"name\",\"Kapan\":\"transaction_date\",\"Berapa\":\"amount\"}"))
                .statusCode(202)
                .extract()
                .<String>path("data.import.id");

        ended(id);

        assertThat(rows("SELECT amount FROM app.transactions WHERE user_id = :user"))
                .containsExactly("5000.00");
    }

    @Test
    void daysThatCanBeReadBothWaysAreAskedAbout() {
        var file = "Nama,Tanggal,Total\nAni,05/06/2025,5000\n";

        upload("transactions", file, Map.of("dry_run", "true"))
                .statusCode(200)
                .body("data.questions[0].kind", equalTo("date_order"))
                .body("data.questions[0].column", equalTo("Tanggal"))
                .body("data.rows", nullValue());
        upload("transactions", file, Map.of())
                .statusCode(400)
                .body("error.code", equalTo("VALIDATION_ERROR"))
                .body("error.details[0].field", equalTo("options"));
        var id = upload("transactions", file, Map.of("options", "{\"date_order\":\"month_first\"}"))
                .statusCode(202)
                .extract()
                .<String>path("data.import.id");
        ended(id);

        assertThat(rows("SELECT transaction_date FROM app.transactions WHERE user_id = :user"))
                .containsExactly("2025-05-06");
    }

    @Test
    void whatCannotBeReadIsRefusedAtTheDoorAndNothingIsStored() {
        upload("transactions", "", Map.of()).statusCode(400).body("error.details[0].field", equalTo("file"));
        upload("transactions", "apa,saja\n1,2\n", Map.of()).statusCode(400);
        upload("transactions", "Nama,Tanggal,Total\n", Map.of()).statusCode(400);
        upload("transactions", "Nama,Tanggal,Total\nAni,2025-12-05,5000\n", Map.of("mapping", "[1]"))
                .statusCode(400)
                .body("error.details[0].field", equalTo("mapping"));
        upload("transactions", "Nama,Tanggal,Total\nAni,2025-12-05,5000\n", Map.of("options", "{\"x\":\"y\"}"))
                .statusCode(400);
        shop.api()
                .contentType(ContentType.MULTIPART)
                .multiPart("mapping", "{}")
                .post("/api/transactions/import")
                .then()
                .statusCode(400);
        shop.api()
                .contentType(ContentType.JSON)
                .body("{}")
                .post("/api/transactions/import")
                .then()
                .statusCode(415)
                .body("error.code", equalTo("UNSUPPORTED_MEDIA_TYPE"));

        assertThat(rows("SELECT count(*) FROM app.imports WHERE user_id = :user"))
                .containsExactly("0");
    }

    @Test
    void aCustomerDeletedSinceIsMadeAnewAndTheirOldSalesStayAnonymous() {
        var file = "No Pesanan,Nama,No HP,Tanggal,Total\nA-1,Ani,081234567890,2025-12-05,5000\n";
        importSales(file);
        var ani = shop.api().get("/api/customers").then().extract().<String>path("data.customers[0].id");
        shop.api().delete("/api/customers/{id}", ani).then().statusCode(200);

        imported(importSales(file + "A-2,Ani,081234567890,2025-12-06,7000\n"))
                .body("data.import.rows.total", equalTo(2));

        assertThat(rows("""
                SELECT c.name, t.external_id FROM app.transactions t
                JOIN app.customers c ON c.user_id = t.user_id AND c.id = t.customer_id
                WHERE t.user_id = :user AND t.external_id = 'A-2'""")).containsExactly("Ani A-2");
    }

    @Test
    void threat24TheSameFileWithTheSameKeyIsOneImport() {
        var file = "Nama,Tanggal,Total\nAni,2025-12-05,5000\n";

        var first = keyed("k1", file).statusCode(202).extract().asString();
        ended(io.restassured.path.json.JsonPath.from(first).getString("data.import.id"));
        var second = keyed("k1", file).statusCode(202).extract().asString();

        assertThat(second).isEqualTo(first);
        keyed("k1", file + "Budi,2025-12-05,5000\n")
                .statusCode(422)
                .body("error.code", equalTo("IDEMPOTENCY_MISMATCH"));
        assertThat(rows("SELECT count(*) FROM app.imports WHERE user_id = :user"))
                .containsExactly("1");
        assertThat(rows("SELECT count(*) FROM app.transactions WHERE user_id = :user"))
                .containsExactly("1");
    }

    @Test
    void progressIsStreamedUntilTheEnd() {
        var id = upload("transactions", "Nama,Tanggal,Total\nAni,2025-12-05,5000\n", Map.of())
                .statusCode(202)
                .extract()
                .<String>path("data.import.id");

        var events = shop.api()
                .accept("text/event-stream")
                .get("/api/imports/{id}/events", id)
                .then()
                .statusCode(200)
                .extract()
                .asString();

        assertThat(events).contains("\"status\":\"done\"").contains(id);
    }

    @Test
    void threat1AnotherShopsImportDoesNotExist() {
        var id = importSales("Nama,Tanggal,Total\nAni,2025-12-05,5000\n");
        var other = Shop.register();
        var random = java.util.UUID.randomUUID().toString();

        for (var path : new String[] {"/api/imports/{id}", "/api/imports/{id}/refused", "/api/imports/{id}/events"}) {
            assertThat(other.api()
                            .get(path, id)
                            .then()
                            .statusCode(404)
                            .extract()
                            .asString())
                    .isEqualTo(other.api()
                            .get(path, random)
                            .then()
                            .statusCode(404)
                            .extract()
                            .asString());
        }
        assertThat(other.api()
                        .post("/api/imports/{id}/undo", id)
                        .then()
                        .statusCode(404)
                        .extract()
                        .asString())
                .isEqualTo(other.api()
                        .post("/api/imports/{id}/undo", random)
                        .then()
                        .statusCode(404)
                        .extract()
                        .asString());
        other.api().get("/api/imports").then().body("data.imports", hasSize(0)).body("meta.total", equalTo(0));
        imported(id).body("data.import.status", equalTo("done"));
    }

    @Test
    void threat22FormulasAreStoredAsGivenAndExportedHarmless() {
        var id = importSales("Nama,Tanggal,Total,Catatan\n\"=HYPERLINK(\"\"x\"\")\",2025-12-05,5000,@nota\n"
                + "Ani,=1+1,5000,x\nAni,@SUM(1),5000,x\nAni,-besok,5000,x\n");

        assertThat(rows("SELECT name FROM app.customers WHERE user_id = :user")).containsExactly("=HYPERLINK(\"x\")");
        assertThat(shop.api()
                        .get("/api/imports/{id}/refused", id)
                        .then()
                        .header("Content-Type", containsString("text/csv"))
                        .extract()
                        .asString())
                .contains(",'=1+1,", ",'@SUM(1),", ",'-besok,");
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

        shop.api().post("/api/imports/{id}/undo", first).then().statusCode(200).body("data.import.kept", equalTo(2));

        assertThat(rows("SELECT external_id, amount FROM app.transactions WHERE user_id = :user"))
                .containsExactly("A-1 90000.00");
        assertThat(rows("SELECT name FROM app.customers WHERE user_id = :user")).containsExactly("Ani");
    }

    @Test
    void theSameFileAfterAMergeAddsNothing() {
        var file = """
                Nama,No HP,Tanggal,Total
                Ani,081234567890,2025-12-01,50000
                Ani Lestari,081234567891,2025-12-02,60000
                Lestari,,2025-12-03,70000
                """;
        importSales(file);
        var ids = shop.api().get("/api/customers?sort=name").then().extract().<List<String>>path("data.customers.id");
        merge(ids.get(0), ids.get(1));
        merge(ids.get(2), ids.get(0));
        var before = dump();

        imported(importSales(file)).body("data.import.rows.duplicate", equalTo(3));

        assertThat(dump()).isEqualTo(before);
    }

    void merge(String survivor, String other) {
        shop.api()
                .body("{\"other_id\":\"" + other + "\"}")
                .post("/api/customers/{id}/merge", survivor)
                .then()
                .statusCode(200);
    }

    @Test
    void whatWasImportedCanBeChangedByHand() {
        importSales("""
                Nama,No HP,Alamat,Kota,Tag,Tanggal,Total,Produk,Qty
                "Ani
                Lestari",081234567890,Jl. Slamet Riyadi 1,Solo,grosir;lama,2025-12-01,-50000,Parang,-1
                """);

        var customer = shop.api().get("/api/customers").then().extract().<String>path("data.customers[0].id");
        shop.api()
                .body("{\"notes\":\"x\"}")
                .patch("/api/customers/{id}", customer)
                .then()
                .statusCode(200)
                .body("data.customer.name", equalTo("Ani Lestari"));
        var sale = shop.api().get("/api/transactions").then().extract().<String>path("data.transactions[0].id");
        shop.api()
                .body("{\"notes\":\"retur\"}")
                .patch("/api/transactions/{id}", sale)
                .then()
                .statusCode(200)
                .body("data.transaction.amount", equalTo(-50000));
        var tooLong = importSales("Nama,Alamat,Tag,Tanggal,Total\nBudi," + "x".repeat(501) + ",,2025-12-01,1\nBudi,,"
                + "y".repeat(51) + ",2025-12-01,1\n");
        imported(tooLong).body("data.import.rows.refused", equalTo(2));
    }

    @Test
    void anImportThatIsDoneIsNotDoneAgain() {
        var id = importSales("Nama,Tanggal,Total\nAni,2025-12-05,5000\n");

        importing.run(shop.id().value() + "/" + id);

        imported(id).body("data.import.status", equalTo("done")).body("data.import.rows.new", equalTo(1));
        assertThat(rows("SELECT count(*) FROM app.transactions WHERE user_id = :user"))
                .containsExactly("1");
    }

    @Test
    void aFileThatBreaksInTheMiddleFailsAndStoresNothing() {
        var start = "Nama,Tanggal,Total\n" + "Ani,2025-12-05,5000\n".repeat(10_000);
        var bytes = (start + "\0\0").getBytes(StandardCharsets.UTF_8);

        var id = upload("transactions", bytes, Map.of())
                .statusCode(202)
                .extract()
                .<String>path("data.import.id");
        ended(id);

        imported(id).body("data.import.status", equalTo("failed")).body("data.import.error", containsString("NUL"));
        assertThat(rows("SELECT count(*) FROM app.transactions WHERE user_id = :user"))
                .containsExactly("0");
        assertThat(rows("SELECT count(*) FROM app.customers WHERE user_id = :user"))
                .containsExactly("0");
    }

    String importSales(String csv) {
        return done(upload("transactions", csv, Map.of()));
    }

    String importCustomers(String csv) {
        return done(upload("customers", csv, Map.of()));
    }

    String done(ValidatableResponse accepted) {
        var id = accepted.statusCode(202).extract().<String>path("data.import.id");
        assertThat(ended(id)).isEqualTo("done");
        return id;
    }

    ValidatableResponse upload(String kind, String csv, Map<String, String> fields) {
        return upload(kind, csv.getBytes(StandardCharsets.UTF_8), fields);
    }

    ValidatableResponse upload(String kind, byte[] csv, Map<String, String> fields) {
        var request = shop.api().contentType(ContentType.MULTIPART).multiPart("file", "penjualan.csv", csv, "text/csv");
        fields.forEach(request::multiPart);
        return request.post("/api/" + kind + "/import").then();
    }

    ValidatableResponse keyed(String key, String csv) {
        return shop.api()
                .contentType(ContentType.MULTIPART)
                .header("Idempotency-Key", key)
                .multiPart("file", "penjualan.csv", csv.getBytes(StandardCharsets.UTF_8), "text/csv")
                .post("/api/transactions/import")
                .then();
    }

    ValidatableResponse imported(String id) {
        return shop.api().get("/api/imports/{id}", id).then().statusCode(200);
    }

    String ended(String id) {
        var deadline = Instant.now().plus(Duration.ofSeconds(30));
        while (Instant.now().isBefore(deadline)) {
            var status = imported(id).extract().<String>path("data.import.status");
            if (!status.equals("queued") && !status.equals("running")) return status;
            java.util.concurrent.locks.LockSupport.parkNanos(20_000_000);
        }
        return "still running";
    }

    /** Customers and sales as they lie in the database. */
    List<String> dump() {
        var all = new java.util.ArrayList<>(
                rows("SELECT to_jsonb(c)::text FROM app.customers c WHERE user_id = :user ORDER BY id"));
        all.addAll(rows("SELECT to_jsonb(t)::text FROM app.transactions t WHERE user_id = :user ORDER BY id"));
        return all;
    }

    List<String> rows(String sql) {
        return db.inTenant(
                shop.id(),
                tx -> tx.createQuery(sql)
                        .bind("user", shop.id())
                        .map((rs, ctx) -> {
                            var row = new StringBuilder();
                            for (int i = 1; i <= rs.getMetaData().getColumnCount(); i++) {
                                row.append(i > 1 ? " " : "").append(rs.getString(i));
                            }
                            return row.toString();
                        })
                        .list());
    }
}
