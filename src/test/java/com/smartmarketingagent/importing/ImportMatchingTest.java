package com.smartmarketingagent.importing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.equalTo;

import com.smartmarketingagent.Shop;
import io.quarkus.test.junit.QuarkusTest;
import java.time.LocalDate;
import java.time.ZoneId;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Which customer a row of a file is. */
@QuarkusTest
class ImportMatchingTest extends HandingOver {

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
                WHERE t.user_id = :user ORDER BY 2""")).containsExactly("Pelanggan dihapus A-1", "Ani A-2");
    }

    @Test
    void whoAskedToBeForgottenIsNotBroughtBackByTheSameFile() {
        var file = """
                No Pesanan,Nama,No HP,Email,Tanggal,Total
                A-1,Ani,081234567890,ani@contoh.id,2025-12-05,5000
                ,Ani,081234567890,,2025-12-06,7000
                ,,,ANI@contoh.id,2025-12-06,8000
                ,Budi,081234567891,,2025-12-06,9000
                """;
        importSales(file);
        forget("Ani", "?erase=now");
        var before = rows("SELECT * FROM app.transactions WHERE user_id = :user ORDER BY id");

        var again = importSales(file + ",Ani,,,2025-12-07,6000\n");

        imported(again)
                .body("data.import.rows.duplicate", equalTo(2))
                .body("data.import.rows.refused", equalTo(3))
                .body("data.import.rows.new", equalTo(0));
        assertThat(rows("SELECT * FROM app.transactions WHERE user_id = :user ORDER BY id"))
                .isEqualTo(before);
        assertThat(names()).containsExactly("Budi");
        assertThat(shop.api().get("/api/imports/{id}/refused", again).asString())
                .contains("pernah minta datanya dihapus")
                .doesNotContain("Ani")
                .doesNotContain("81234567890");

        var people = importCustomers("Nama,No HP,Email\nAni,,ani@contoh.id\nCitra,081234567892,\n");
        imported(people).body("data.import.rows.new", equalTo(1)).body("data.import.rows.refused", equalTo(1));
        assertThat(names()).containsExactly("Budi", "Citra");

        // another shop has its own
        shop = Shop.register();
        imported(importSales(file)).body("data.import.rows.new", equalTo(4));
    }

    @Test
    void whoAskedToBeForgottenAndCameBackHasNoSalesFromBefore() {
        var file = "Nama,No HP,Tanggal,Total\nAni,081234567890,2025-12-05,5000\n";
        importSales(file);
        var ani = forget("Ani", "");
        imported(importSales(file)).body("data.import.rows.refused", equalTo(1));
        var again = shop.api()
                .body(Map.of("name", "Ani", "phone", "081234567890"))
                .post("/api/customers")
                .then()
                .statusCode(201)
                .extract()
                .<String>path("data.customer.id");
        var today = LocalDate.now(ZoneId.of("Asia/Jakarta"));

        var later = importSales(file + "Ani,081234567890," + today + ",6000\n");
        imported(later).body("data.import.rows.refused", equalTo(1)).body("data.import.rows.new", equalTo(1));
        assertThat(shop.api().get("/api/imports/{id}/refused", later).asString())
                .contains("dari sebelum datanya dihapus")
                .doesNotContain("tambahkan sendiri");

        assertThat(rows("SELECT customer_id, amount FROM app.transactions WHERE user_id = :user ORDER BY 2"))
                .containsExactly(ani + " 5000.00", again + " 6000.00");
    }

    @Test
    void whoAskedToBeForgottenIsNotBroughtBackThroughANamesake() {
        importSales("Nama,No HP,Tanggal,Total\nAni,081234567890,2025-12-05,5000\n");
        forget("Ani", "?erase=now");
        importCustomers("Nama,No HP\nAni,\nBudi,081234567891\n");

        imported(importSales("""
                        Nama,No HP,Email,Tanggal,Total
                        Ani,081234567890,,2025-12-05,5000
                        Ani,,,2025-12-06,6000
                        """))
                .body("data.import.rows.refused", equalTo(1))
                .body("data.import.rows.new", equalTo(1));
        imported(importCustomers("Nama,No HP\nAni,081234567890\n")).body("data.import.rows.refused", equalTo(1));

        assertThat(
                        rows(
                                "SELECT name, phone FROM app.customers WHERE user_id = :user AND deleted_at IS NULL ORDER BY 1"))
                .containsExactly("Ani null", "Budi +6281234567891");
        assertThat(rows("""
                SELECT c.name, t.amount FROM app.transactions t
                JOIN app.customers c ON c.user_id = t.user_id AND c.id = t.customer_id
                WHERE t.user_id = :user AND c.deleted_at IS NULL""")).containsExactly("Ani 6000.00");
    }

    @Test
    void whoIsKnownByAnAddressOfTheirOwnIsNotGivenThatOfSomebodyWhoAskedToBeForgotten() {
        importCustomers("Nama,No HP,Email\nAni,081234567890,rumah@contoh.id\nBudi,081234567891,\n");
        forget("Ani", "?erase=now");

        imported(importSales("Nama,No HP,Email,Tanggal,Total\nBudi,081234567891,rumah@contoh.id,2025-12-05,5000\n"))
                .body("data.import.rows.refused", equalTo(0))
                .body("data.import.rows.new", equalTo(1));

        assertThat(rows("SELECT phone, email FROM app.customers WHERE user_id = :user AND deleted_at IS NULL"))
                .containsExactly("+6281234567891 null");
    }

    private String forget(String name, String how) {
        var id = shop.api().get("/api/customers?search=" + name).<String>path("data.customers[0].id");
        shop.api()
                .body(Map.of("customer_id", id, "kind", "erase"))
                .post("/api/privacy/requests")
                .then()
                .statusCode(201);
        shop.api().delete("/api/customers/{id}" + how, id).then().statusCode(200);
        return id;
    }

    private List<String> names() {
        return rows("SELECT name FROM app.customers WHERE user_id = :user AND deleted_at IS NULL ORDER BY 1");
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

    @Test
    void theSameFileAfterAPhoneWasCorrectedAddsNothing() {
        var file = """
                No Pesanan,Nama,No HP,Tanggal,Total,Produk
                A-1,Ani,081234567890,2025-12-01,50000,Kain
                A-1,Ani,081234567890,2025-12-01,60000,Syal
                A-2,Budi,081234567891,2025-12-02,60000,Kain
                A-3,Ani,,2025-12-03,70000,Kain
                """;
        importSales(file);
        var ani = shop.api().get("/api/customers?search=Ani").then().extract().<String>path("data.customers[0].id");
        shop.api()
                .body("{\"phone\":\"081234567899\"}")
                .patch("/api/customers/{id}", ani)
                .then()
                .statusCode(200);
        var before = dump();

        imported(importSales(file)).body("data.import.rows.duplicate", equalTo(4));
        assertThat(dump()).isEqualTo(before);

        // a sale with another amount is the file's customer's, who is then made
        imported(importSales(file.replace("Budi,081234567891,2025-12-02,60000", "Budi,081234567892,2025-12-02,61000")))
                .body("data.import.rows.updated", equalTo(1))
                .body("data.import.rows.duplicate", equalTo(3));
        assertThat(rows("SELECT phone FROM app.customers WHERE user_id = :user ORDER BY 1"))
                .containsExactly("+6281234567891", "+6281234567892", "+6281234567899");
    }
}
