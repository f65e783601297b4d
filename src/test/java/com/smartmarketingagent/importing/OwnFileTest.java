package com.smartmarketingagent.importing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.equalTo;

import com.smartmarketingagent.Http.Checked;
import com.smartmarketingagent.Shop;
import com.smartmarketingagent.Visitor;
import de.siegmar.fastcsv.reader.CsvReader;
import io.quarkus.test.junit.QuarkusTest;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.time.LocalDate;
import java.time.ZoneId;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.dhatim.fastexcel.Workbook;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The file of all sales that the reports hand out, handed back in. */
@QuarkusTest
class OwnFileTest extends HandingOver {

    private static final String SOLD = """
            SELECT transaction_date, amount, external_id, notes,
                   (SELECT string_agg((p ->> 'name') || '/' || coalesce(p ->> 'quantity', '1'), ';' ORDER BY n)
                    FROM jsonb_array_elements(products) WITH ORDINALITY e (p, n))
            FROM app.transactions WHERE user_id = :user ORDER BY 1, 2, 5""";

    private String day = "";

    @BeforeEach
    void sell() {
        day = LocalDate.now(clock.withZone(ZoneId.of("Asia/Jakarta"))).toString();
        importSales(on("""
                No Pesanan,Nama,No HP,Kota,Tanggal,Total,Produk,Qty,Harga,Catatan
                A-1,Ani,081234567890,Solo,DAY,100000,Parang,1,100000,=untuk adik
                A-1,Ani,081234567890,Solo,DAY,50000,Kawung,2,25000,
                ,Budi,,,DAY,70000,Selendang,2,35000,
                ,Budi,,,DAY,70000,Selendang,2,35000,
                ,@toko,,,DAY,12.5,"Kain, 3 × meter",2.5,5,
                ,Citra,,,DAY,8000,,,,
                ,Dewi,,,DAY,9000,Syal,,,
                ,Dewi,,,DAY,-9000,Syal,-1,,retur
                """));
        var budi = id("Budi");
        typed("""
                {"customer_id":"%s","transaction_date":"DAY","amount":30000,"products":[
                 {"name":"Blus","quantity":null,"price":null},{"name":"2 × \\"Kain\\", × motif","quantity":1.250,"price":7},
                 {"name":"\\"Sogan\\"","quantity":3,"price":null}]}""".formatted(budi));
        typed("""
                {"customer_id":"%s","transaction_date":"DAY","amount":40000,"external_id":"N-1","products":[
                 {"name":"Blus","quantity":null,"price":40000}]}""".formatted(budi));
        typed("""
                {"customer_id":"%s","transaction_date":"DAY","amount":5000,"products":[
                 {"name":"2 × Peniti","quantity":null,"price":null}]}""".formatted(budi));
        typed("""
                {"customer_id":"%s","transaction_date":"DAY","amount":6000,"products":[
                 {"name":"\\"Sogan\\" halus","quantity":null,"price":null}]}""".formatted(budi));
        var sale =
                shop.api().get("/api/transactions?search=A-1").then().extract().<String>path("data.transactions[0].id");
        new Visitor(shop)
                .post("/sales/" + sale + "/refund", "id", UUID.randomUUID(), "amount", "40.000")
                .statusCode(303);
    }

    private String id(String name) {
        return shop.api().get("/api/customers?search=" + name).then().extract().<String>path("data.customers[0].id");
    }

    private String on(String text) {
        return text.replace("DAY", day);
    }

    private void typed(String sale) {
        shop.api().body(on(sale)).post("/api/transactions").then().statusCode(201);
    }

    private byte[] file() {
        return new Visitor(shop)
                .get("/reports/" + day.substring(0, 7) + "/sales.csv")
                .statusCode(200)
                .extract()
                .asByteArray();
    }

    private Checked sent(Checked accepted) {
        return imported(done(accepted)).body("data.import.status", equalTo("done"));
    }

    @Test
    void itChangesNothingInItsShop() {
        var before = dump();

        sent(upload("transactions", file(), Map.of()))
                .body("data.import.rows.new", equalTo(0))
                .body("data.import.rows.updated", equalTo(0))
                .body("data.import.rows.refused", equalTo(0))
                .body("data.import.rows.duplicate", equalTo(12));

        assertThat(dump()).isEqualTo(before);
    }

    @Test
    void itChangesNothingWhereSomebodyWasErased() {
        for (var name : List.of("Budi", "Dewi")) {
            shop.api()
                    .delete("/api/customers/" + id(name) + "?erase=now")
                    .then()
                    .statusCode(200);
        }
        var before = dump();

        sent(upload("transactions", file(), Map.of()))
                .body("data.import.rows.new", equalTo(0))
                .body("data.import.rows.updated", equalTo(0));

        assertThat(dump()).isEqualTo(before);
    }

    @Test
    void anEmptyShopHasTheSameAfterIt() {
        var before = rows(SOLD);
        var file = file();
        shop = Shop.register();

        sent(upload("transactions", file, Map.of()))
                .body("data.import.rows.new", equalTo(12))
                .body("data.import.rows.refused", equalTo(0));

        assertThat(rows(SOLD)).isEqualTo(before);
        assertThat(rows("SELECT name FROM app.customers WHERE user_id = :user ORDER BY 1"))
                .containsExactly("@toko", "Ani", "Budi", "Citra", "Dewi");
    }

    /** As a spreadsheet keeps it. */
    @Test
    void itsSheetChangesNothingAndFillsAnEmptyShop() throws IOException {
        var before = dump();
        var sold = rows(SOLD);
        var sheet = sheet();

        sent(send("transactions", "semua.xlsx", sheet, Map.of())).body("data.import.rows.duplicate", equalTo(12));
        assertThat(dump()).isEqualTo(before);

        shop = Shop.register();
        sent(send("transactions", "semua.xlsx", sheet, Map.of())).body("data.import.rows.new", equalTo(12));
        assertThat(rows(SOLD)).isEqualTo(sold);
    }

    /** A product's name is on one line in the shop and in its file alike, whatever ends a line where it came from. */
    @ParameterizedTest
    @ValueSource(strings = {"\u0085 x", "\u2028=1", "x\u2029", "a\u000bb", "a\fb", "\na", "a\r\nb", "\u20282 × x"})
    void whateverEndsALineInANameItChangesNothing(String name) {
        var sales = on("Nama,Tanggal,Total,Produk\n\"E" + name + "\",DAY,1000,\"" + name + "\"\n");
        importSales(sales);
        imported(importSales(sales)).body("data.import.rows.duplicate", equalTo(1));
        var before = dump();

        sent(upload("transactions", file(), Map.of()))
                .body("data.import.rows.new", equalTo(0))
                .body("data.import.rows.refused", equalTo(0));

        assertThat(dump()).isEqualTo(before);
    }

    private byte[] sheet() throws IOException {
        var out = new ByteArrayOutputStream();
        try (var lines = CsvReader.builder().ofCsvRecord(new String(file(), StandardCharsets.UTF_8).substring(1));
                var book = new Workbook(out, "Toko", "1.0")) {
            var sheet = book.newWorksheet("Penjualan");
            int row = 0;
            for (var line : lines) {
                for (int i = 0; i < line.getFieldCount(); i++) {
                    if (i == 5 && row > 0) sheet.value(row, i, new BigDecimal(line.getField(i)));
                    else sheet.value(row, i, line.getField(i));
                }
                row++;
            }
        }
        return out.toByteArray();
    }

    /** A unit price that another file knows is kept where only something else changed. */
    @Test
    void whatTheOwnerCorrectsInItIsChangedAndPricesStay() {
        var corrected = new String(file(), StandardCharsets.UTF_8).replace(",40000,N-1", ",45000,N-1");

        sent(upload("transactions", corrected, Map.of()))
                .body("data.import.rows.updated", equalTo(1))
                .body("data.import.rows.new", equalTo(0));

        assertThat(rows("""
                SELECT amount, products -> 0 ->> 'price' FROM app.transactions WHERE user_id = :user AND external_id = 'N-1'""")).containsExactly("45000.00 40000");
    }

    @Test
    void aFileWithPricesStillChangesThem() {
        importSales(on("No Pesanan,Nama,No HP,Tanggal,Total,Produk,Qty,Harga\nP-1,Ani,081234567890,DAY,20,Pin,2,10\n"));

        imported(importSales(on(
                        "No Pesanan,Nama,No HP,Tanggal,Total,Produk,Qty,Harga\nP-1,Ani,081234567890,DAY,20,Pin,2,9\n")))
                .body("data.import.rows.updated", equalTo(1));
    }

    @ParameterizedTest
    @ValueSource(strings = {"2 kodi × Kain", "Kain 2 × 3 meter", "0 × Kain", "2 × ", "2 x Kain"})
    void whatIsNoSuchListIsOneProduct(String name) {
        assertThat(WrittenProducts.read(name)).isNull();
    }
}
