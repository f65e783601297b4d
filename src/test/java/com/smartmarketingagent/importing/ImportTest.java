package com.smartmarketingagent.importing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.hasSize;

import com.smartmarketingagent.Shop;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.dhatim.fastexcel.Workbook;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Files become customers and sales, once. */
@QuarkusTest
class ImportTest extends HandingOver {

    @Inject
    ImportJob work;

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
                .body("data.import.progress", equalTo(new BigDecimal("1.0")))
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

    private static final String SOLD = """
            SELECT c.name, t.external_id, t.transaction_date, t.amount,
                   (SELECT string_agg((p ->> 'quantity') || ' ' || (p ->> 'name'), ', ' ORDER BY n)
                    FROM jsonb_array_elements(t.products) WITH ORDINALITY e (p, n))
            FROM app.transactions t JOIN app.customers c ON c.user_id = :user AND c.id = t.customer_id
            WHERE t.user_id = :user ORDER BY 3, 1, 4""";

    /** What was stored of it would not be known again with the row that is mended. */
    @Test
    void aSaleOfWhichARowIsRefusedIsStoredOnceThatIsMended() {
        var broken = """
                Nama;Tanggal;Produk;Qty;Total
                Citra;2025-12-02;Parang;1;100000
                ;;Kawung;2;banyak
                ;;Syal;1;5000
                Dewi;2025-12-02;Parang;1;100000
                """;
        imported(importSales(broken))
                .body("data.import.rows.new", equalTo(1))
                .body("data.import.rows.refused", equalTo(3));
        assertThat(rows("SELECT count(*) FROM app.customers WHERE user_id = :user"))
                .containsExactly("1");
        imported(importSales(broken.replace("banyak", "50000")))
                .body("data.import.rows.new", equalTo(3))
                .body("data.import.rows.duplicate", equalTo(1));
        assertThat(rows("SELECT sum(amount) FROM app.transactions WHERE user_id = :user"))
                .containsExactly("255000.00");
    }

    @Test
    void rowsBelowTheFirstOfASaleContinueItWithAndWithoutAnOrderNumber() {
        var numbered = """
                No Pesanan;Nama;Tanggal;Produk;Qty;Total
                A-1;Ani;2025-12-01;Parang;1;100000
                ;;;Kawung;2;50000
                A-2;Budi;2025-12-01;Kawung;1;70000

                ;;;Sogan;1;9000
                ;;;Total;;229000
                """;
        var plain = """
                Nama;Tanggal;Produk;Qty;Total
                Citra;2025-12-02;Parang;1;100000
                ;;Kawung;2;50000
                ;;Syal;3;
                Citra;2025-12-02;Parang;1;100000
                Total;;;;250000
                """;
        for (var file : List.of(numbered, plain)) {
            var before = rows("SELECT count(*) FROM app.transactions WHERE user_id = :user");
            var first = imported(importSales(file)).extract();
            assertThat(rows("SELECT count(*) FROM app.transactions WHERE user_id = :user"))
                    .isNotEqualTo(before);
            int added = first.path("data.import.rows.new");
            int refused = first.path("data.import.rows.refused");
            assertThat(first.<Integer>path("data.import.rows.total")).isEqualTo(added + refused);
            imported(importSales(file))
                    .body("data.import.rows.new", equalTo(0))
                    .body("data.import.rows.updated", equalTo(0))
                    .body("data.import.rows.duplicate", equalTo(added));
        }
        assertThat(rows(SOLD))
                .containsExactly(
                        "Ani A-1 2025-12-01 150000.00 1 Parang, 2 Kawung",
                        "Budi A-2 2025-12-01 70000.00 1 Kawung",
                        "Citra null 2025-12-02 100000.00 1 Parang",
                        "Citra null 2025-12-02 150000.00 1 Parang, 2 Kawung, 3 Syal");
    }

    /** As many as the form and the API take: each further one makes every page that lists the sale slower. */
    @Test
    void aSaleOfMoreThan200ProductsIsRefusedWithAllItsRowsHoweverTheyAreWritten() {
        importSales("No Pesanan,Nama,Tanggal,Total,Produk\nA-3,Fitri,2025-12-01,5000,Syal\n");
        var file = new StringBuilder("No Pesanan,Nama,Tanggal,Total,Produk\n");
        var further = ",,,,Kain\n";
        file.append("A-1,Ani,2025-12-01,5000,Kain\n").append(further.repeat(199));
        file.append("A-2,Budi,2025-12-01,5000,Kain\n").append(further.repeat(200));
        file.append(",Citra,2025-12-01,5000,Kain\n").append(further.repeat(200));
        file.append(",Dewi,2025-12-01,5000,Kain\n").append(further.repeat(199));
        file.append("A-3,Fitri,2025-12-01,5000,Kain\n".repeat(201));
        var written = ", 1 × Kain".repeat(200).substring(2);
        file.append(",Eka,2025-12-01,5000,\"" + written + ", 1 × Kain\"\n");
        file.append(",Gita,2025-12-01,5000,\"" + written + "\"\n");

        var id = importSales(file.toString());

        imported(id)
                .body("data.import.rows.new", equalTo(200 + 200 + 1))
                .body("data.import.rows.updated", equalTo(0))
                .body("data.import.rows.refused", equalTo(3 * 201 + 1));
        assertThat(rows("""
                SELECT c.name, jsonb_array_length(t.products)
                FROM app.customers c LEFT JOIN app.transactions t ON t.user_id = :user AND t.customer_id = c.id
                WHERE c.user_id = :user ORDER BY 1""")).containsExactly("Ani 200", "Dewi 200", "Fitri 1", "Gita 200");
        var refused =
                shop.api().get("/api/imports/{id}/refused", id).then().extract().asString();
        assertThat(refused.lines().filter(line -> line.contains("paling banyak berisi 200 produk, yang ini 201")))
                .hasSize(3 * 201 + 1);
        imported(importSales(file.toString())).body("data.import.rows.duplicate", equalTo(200 + 200 + 1));
    }

    /** As a spreadsheet keeps cells that are merged over the rows of an order: the first holds the value. */
    @Test
    void cellsMergedOverTheRowsOfAnOrderCountForAllOfThem() throws IOException {
        var out = new ByteArrayOutputStream();
        try (var book = new Workbook(out, "Toko", "1.0")) {
            var sheet = book.newWorksheet("Penjualan");
            var titles = List.of("No Nota", "Tanggal", "Nama", "No HP", "Barang", "Banyaknya", "Total");
            for (int i = 0; i < titles.size(); i++) sheet.value(0, i, titles.get(i));
            sheet.value(1, 0, "N-1");
            sheet.value(1, 1, LocalDate.of(2025, 12, 1));
            sheet.style(1, 1).format("dd/mm/yyyy").set();
            sheet.value(1, 2, "Ani");
            sheet.value(1, 3, "081234567890");
            sheet.value(1, 6, 180_000);
            sheet.value(4, 0, "N-2");
            sheet.value(4, 1, "2/12/2025");
            sheet.value(4, 2, "Budi");
            sheet.value(4, 6, 5_000);
            for (int row = 1; row < 5; row++) {
                sheet.value(row, 4, "Kain " + row);
                sheet.value(row, 5, row);
            }
            for (int column : new int[] {0, 1, 2, 3, 6})
                sheet.range(1, column, 3, column).merge();
        }
        var options = Map.of("options", "{\"date_order\":\"day_first\"}");

        imported(done(send("transactions", "nota.xlsx", out.toByteArray(), options)))
                .body("data.import.rows.new", equalTo(4))
                .body("data.import.rows.refused", equalTo(0));

        assertThat(rows(SOLD))
                .containsExactly(
                        "Ani N-1 2025-12-01 180000.00 1 Kain 1, 2 Kain 2, 3 Kain 3",
                        "Budi N-2 2025-12-02 5000.00 4 Kain 4");
        imported(done(send("transactions", "nota.xlsx", out.toByteArray(), options)))
                .body("data.import.rows.duplicate", equalTo(4));
    }

    @Test
    void threat24TheSameFileWithTheSameKeyIsOneImport() {
        var file = "Nama,Tanggal,Total\nAni,2025-12-05,5000\n";

        var first = keyed("k1", file).statusCode(202).extract();
        shop.imported(first.path("data.import.id"));
        var second = keyed("k1", file).statusCode(202).extract().asString();

        assertThat(second).isEqualTo(first.asString());
        keyed("k1", file + "Budi,2025-12-05,5000\n")
                .statusCode(422)
                .body("error.code", equalTo("IDEMPOTENCY_MISMATCH"));
        assertThat(rows("SELECT count(*) FROM app.imports WHERE user_id = :user"))
                .containsExactly("1");
        assertThat(rows("SELECT count(*) FROM app.transactions WHERE user_id = :user"))
                .containsExactly("1");
    }

    @Test
    void threat1AnotherShopsImportDoesNotExist() {
        var id = importSales("Nama,Tanggal,Total\nAni,2025-12-05,5000\n");
        var other = Shop.register();
        var random = UUID.randomUUID().toString();

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

        work.run(ImportJob.instance(shop.id(), UUID.fromString(id)));

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
        shop.ended(id);

        imported(id)
                .body("data.import.status", equalTo("failed"))
                .body("data.import.error", containsString("rusak atau bukan CSV"));
        assertThat(rows("SELECT count(*) FROM app.transactions WHERE user_id = :user"))
                .containsExactly("0");
        assertThat(rows("SELECT count(*) FROM app.customers WHERE user_id = :user"))
                .containsExactly("0");
    }

    @Test
    void aMarkThatIsNeverClosedCostsItsOwnLineAndAddressesKeepTheirLines() {
        var id = importSales("""
                Nama,Alamat,Tanggal,Total,Produk
                Ani,"Jl. Slamet Riyadi 1
                Solo",2025-12-01,50000,Parang
                Budi,Jogja,2025-12-02,60000,"Kain 12
                Citra,Klaten,2025-12-03,"70000",Kawung
                "Dewi,Sragen,2025-12-04,80000,"Lurik"
                Eko,Boyolali,"2025-12-05,90000,Parang
                Fitri,Wonogiri,2025-12-06,100000,Kawung
                """);

        imported(id)
                .body("data.import.rows.total", equalTo(6))
                .body("data.import.rows.new", equalTo(5))
                .body("data.import.rows.refused", equalTo(1));
        assertThat(rows("""
                SELECT c.name, t.transaction_date, t.amount, t.products -> 0 ->> 'name'
                FROM app.transactions t JOIN app.customers c ON c.user_id = t.user_id AND c.id = t.customer_id
                WHERE t.user_id = :user ORDER BY 2"""))
                .containsExactly(
                        "Ani 2025-12-01 50000.00 Parang",
                        "Budi 2025-12-02 60000.00 \"Kain 12",
                        "Citra 2025-12-03 70000.00 Kawung",
                        "\"Dewi 2025-12-04 80000.00 Lurik",
                        "Fitri 2025-12-06 100000.00 Kawung");
        assertThat(rows("SELECT address FROM app.customers WHERE user_id = :user AND name = 'Ani'"))
                .containsExactly("Jl. Slamet Riyadi 1\nSolo");
        assertThat(rows("SELECT row_number, column_name, value FROM app.import_refusals WHERE user_id = :user"))
                .containsExactly("6 Tanggal \"2025-12-05");
    }

    @Test
    void aFormulaThatWasNeverCalculatedRefusesItsRowAndSaysWhatToDo(@TempDir Path folder) throws IOException {
        var heading = "<row r=\"1\">" + cell("A1", "Nama") + cell("B1", "Tanggal") + cell("C1", "Total")
                + cell("D1", "Qty") + cell("E1", "Produk") + "</row>";
        var file = Archive.xlsx(
                folder,
                heading
                        + sale(2, "Ani", "<f>2*75000</f><v>150000</v>", "<f>1+1</f><v>2</v>")
                        + sale(3, "Budi", "<f>2*75000</f>", "<v>1</v>")
                        + sale(4, "Citra", "<v>5000</v>", "<f>1+1</f>"));

        var id = done(send("transactions", "rumus.xlsx", Files.readAllBytes(file), Map.of()));

        imported(id).body("data.import.rows.new", equalTo(1)).body("data.import.rows.refused", equalTo(2));
        assertThat(
                        rows(
                                "SELECT amount, products -> 0 ->> 'quantity', products -> 0 ->> 'name' FROM app.transactions WHERE user_id = :user"))
                .containsExactly("150000.00 2 =1&\"x\"");
        assertThat(
                        rows(
                                "SELECT row_number, column_name, value, reason FROM app.import_refusals WHERE user_id = :user ORDER BY 1"))
                .containsExactly("3 Total =2*75000 refused.not_calculated", "4 Qty =1+1 refused.not_calculated");
    }

    private static String cell(String at, String text) {
        return "<c r=\"" + at + "\" t=\"inlineStr\"><is><t>" + text + "</t></is></c>";
    }

    private static String sale(int row, String name, String amount, String quantity) {
        return "<row r=\"" + row + "\">" + cell("A" + row, name) + cell("B" + row, "2025-12-05") + "<c r=\"C" + row
                + "\">"
                + amount + "</c><c r=\"D" + row + "\">" + quantity + "</c><c r=\"E" + row
                + "\"><f>1&amp;\"x\"</f></c></row>";
    }
}
