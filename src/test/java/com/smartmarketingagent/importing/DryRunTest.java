package com.smartmarketingagent.importing;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.hasSize;
import static org.hamcrest.Matchers.nullValue;
import static org.hamcrest.Matchers.startsWith;

import io.quarkus.test.junit.QuarkusTest;
import jakarta.ws.rs.core.MediaType;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** What a file would do, and what only its owner can know. */
@QuarkusTest
class DryRunTest extends HandingOver {

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
                .body("data.complete", equalTo(true))
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
    void whatIsNeitherYesNorNoIsNoImport() throws Exception {
        for (var unclear : List.of("1", "yes", " true"))
            upload("transactions", "Nama,Tanggal,Total\nAni,2025-12-05,5000\n", Map.of("dry_run", unclear))
                    .statusCode(400)
                    .body("error.details[0].field", equalTo("dry_run"));
        nothingIsStored();
    }

    @Test
    void aDryRunShowsARefundAsItWillBeStored() {
        var file = "Nama,Tanggal,Total,Produk,Qty\nAni,2025-12-05,-5000,Batik,-2\n";
        upload("transactions", file, Map.of("dry_run", "true"))
                .statusCode(200)
                .body("data.sample[0].product", equalTo("Batik"))
                .body("data.sample[0].quantity", nullValue());
        importSales(file);
        assertThat(rows("SELECT products -> 0 ->> 'quantity' IS NULL FROM app.transactions WHERE user_id = :user"))
                .containsExactly("t");
    }

    @Test
    void aDryRunTellsWhichSalesItWouldChangeAndChangesNone() {
        importSales("No Pesanan,Nama,No HP,Tanggal,Total\nA-1,Ani,081234567890,2025-12-05,5000\n");
        var before = dump();

        upload(
                        "transactions",
                        "No Pesanan,Nama,No HP,Tanggal,Total\nA-1,Ani,081234567890,2025-12-05,7000\n",
                        Map.of("dry_run", "true"))
                .statusCode(200)
                .body("data.rows.total", equalTo(1))
                .body("data.rows.new", equalTo(0))
                .body("data.rows.updated", equalTo(1));

        assertThat(dump()).isEqualTo(before);
        assertThat(rows("SELECT amount FROM app.transactions WHERE user_id = :user"))
                .containsExactly("5000.00");
        onlyTheRealImportIsKnown();
    }

    @Test
    void aDryRunTellsWhichCustomersItWouldFillInAndFillsNone() {
        importCustomers("Nama,No HP\nAni,081234567890\n");
        var before = dump();

        upload("customers", "Nama,No HP,Kota\nAni,081234567890,Solo\n", Map.of("dry_run", "true"))
                .statusCode(200)
                .body("data.rows.total", equalTo(1))
                .body("data.rows.updated", equalTo(1));
        upload(
                        "transactions",
                        "Nama,No HP,Kota,Tanggal,Total\nAni,081234567890,Solo,2025-12-05,7000\n",
                        Map.of("dry_run", "true"))
                .statusCode(200)
                .body("data.rows.new", equalTo(1));

        assertThat(dump()).isEqualTo(before);
        onlyTheRealImportIsKnown();
    }

    private void onlyTheRealImportIsKnown() {
        assertThat(rows("SELECT status FROM app.imports WHERE user_id = :user")).containsExactly("done");
        assertThat(rows("SELECT count(*) FROM app.import_changes WHERE user_id = :user"))
                .containsExactly("0");
    }

    @Test
    void aDryRunOfAHugeFileTriesItsBeginningAndSaysSo() {
        var file = new StringBuilder("Nama,Tanggal,Total\n");
        for (int i = 0; i < Rehearsal.MOST_ROWS; i++)
            file.append("Ani,05/06/2025,").append(i).append('\n');
        // what tells day from month stands in the last row, which is read though it isn't tried
        file.append("Budi,25/06/2025,lima\n");

        upload("transactions", file.toString(), Map.of("dry_run", "true"))
                .statusCode(200)
                .body("data.questions", hasSize(0))
                .body("data.complete", equalTo(false))
                .body("data.rows.total", equalTo(Rehearsal.MOST_ROWS))
                .body("data.rows.new", equalTo(Rehearsal.MOST_ROWS))
                .body("data.refused", hasSize(0));

        assertThat(dump()).isEmpty();
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

        shop.imported(id);

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
        shop.imported(id);

        assertThat(rows("SELECT transaction_date FROM app.transactions WHERE user_id = :user"))
                .containsExactly("2025-05-06");
    }

    /** The page asks its owner; a program is told, and may say it as the page does. */
    @Test
    void oneDayThatMayBeMistypedIsSaidToHaveDecidedTheOrder() {
        var file = "Nama,Tanggal,Total\nAni,05/06/2025,5000\nBudi,12/25/2024,5000\n";
        var order = Map.of("options", "{\"date_order\":\"day_first\"}");

        upload("transactions", file, Map.of("dry_run", "true"))
                .statusCode(200)
                .body("data.questions", hasSize(0))
                .body("data.rows.new", equalTo(2))
                .body("data.date_order", equalTo("month_first"))
                .body("data.date_order_doubtful", equalTo(true));
        upload("transactions", file, Map.of("dry_run", "true", "options", "{\"date_order\":\"day_first\"}"))
                .statusCode(200)
                .body("data.date_order", equalTo("day_first"))
                .body("data.date_order_doubtful", equalTo(false));
        upload("transactions", "Nama,Tanggal,Total\nAni,25/06/2025,5000\n", Map.of("dry_run", "true"))
                .body("data.date_order", equalTo("day_first"))
                .body("data.date_order_doubtful", equalTo(false));
        upload("transactions", "Nama,Tanggal,Total\nAni,2025-06-05,5000\n", Map.of("dry_run", "true"))
                .body("data.date_order", nullValue())
                .body("data.date_order_doubtful", equalTo(false));

        var alone = done(upload("transactions", file, Map.of()).body("data.import.date_order", equalTo("month_first")));
        imported(alone).body("data.import.date_order", equalTo("month_first"));
        done(upload("transactions", file, order).body("data.import.date_order", equalTo("day_first")));
        assertThat(rows("SELECT transaction_date FROM app.transactions WHERE user_id = :user ORDER BY 1"))
                .containsExactly("2024-12-25", "2025-05-06", "2025-06-05");
    }

    @Test
    void daysWithoutAYearAreOfTheOneThatATitleNamesWhereNoneHasOne() {
        var file =
                "Bulan April %s,,\nNama,Tanggal,Total\nAni,4 April,5000\nBudi,13/4,6000\nCici,\"Senin, 14 Apr\",7000\n";
        var dryRun = Map.of("dry_run", "true");

        for (var unsaid : List.of("", "2024/2025")) {
            upload("transactions", file.formatted(unsaid), dryRun)
                    .body("data.year", nullValue())
                    .body("data.rows.refused", equalTo(3))
                    .body("data.refused[0].value", equalTo("4 April"))
                    .body("data.refused[0].reason", startsWith("Tahunnya tidak tertulis: \"4 April\"."));
        }
        for (var dated : List.of("5 April 2025", "25/04/25", "45752")) {
            upload("transactions", file.formatted("2025") + "Dedi," + dated + ",8000\n", dryRun)
                    .body("data.year", nullValue())
                    .body("data.rows.new", equalTo(1))
                    .body("data.rows.refused", equalTo(3));
        }
        send("transactions", "April 2025.csv", file.formatted("").getBytes(UTF_8), dryRun)
                .body("data.year", equalTo(2025))
                .body("data.rows.new", equalTo(3));
        upload("transactions", file.formatted("2025") + "Dedi,kemarin,8000\n", dryRun)
                .body("data.year", equalTo(2025))
                .body("data.rows.new", equalTo(3));

        done(upload("transactions", file.formatted("2025"), Map.of()));
        assertThat(rows("SELECT transaction_date FROM app.transactions WHERE user_id = :user ORDER BY 1"))
                .containsExactly("2025-04-04", "2025-04-13", "2025-04-14");
    }

    @Test
    void theOrderOfDayAndMonthIsAskedOfDaysWithoutAYearThatATitleNames() {
        var file = "Tahun %s,,\nNama,Tanggal,Total\nAni,3/5,5000\n";
        upload("transactions", file.formatted("2025"), Map.of("dry_run", "true"))
                .body("data.questions[0].kind", equalTo("date_order"));
        // of what isn't read nothing is asked
        upload("transactions", file.formatted("lalu"), Map.of("dry_run", "true"))
                .body("data.questions", hasSize(0));
        upload("transactions", file.formatted("2025") + "Budi,13 Mei 2025,6000\n", Map.of("dry_run", "true"))
                .body("data.questions", hasSize(0));

        done(upload("transactions", file.formatted("2025"), Map.of("options", "{\"date_order\":\"month_first\"}")));
        assertThat(rows("SELECT transaction_date FROM app.transactions WHERE user_id = :user"))
                .containsExactly("2025-03-05");
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
                .contentType(MediaType.MULTIPART_FORM_DATA)
                .multiPart("mapping", "{}")
                .post("/api/transactions/import")
                .then()
                .statusCode(400);
        shop.api()
                .contentType(MediaType.APPLICATION_JSON)
                .body("{}")
                .post("/api/transactions/import")
                .then()
                .statusCode(415)
                .body("error.code", equalTo("UNSUPPORTED_MEDIA_TYPE"));

        assertThat(rows("SELECT count(*) FROM app.imports WHERE user_id = :user"))
                .containsExactly("0");
    }
}
