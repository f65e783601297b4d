package com.smartmarketingagent.importing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.not;

import com.smartmarketingagent.Await;
import com.smartmarketingagent.Http;
import com.smartmarketingagent.Visitor;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.ws.rs.core.MediaType;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/** The refused rows of an import as a file to download, and how long they are kept. */
@QuarkusTest
class RefusedRowsTest extends HandingOver {

    private static final int ROWS = 100_000;

    @Test
    void aClientWhoDoesNotReadKeepsNoTransactionOpenAndGetsEveryRowInTheEnd() throws Exception {
        var id = importSales("Nama,Tanggal,Total\nAni,2025-12-05,5000\n");
        refuse(id, ROWS, "now()");
        try (var client = new Socket()) {
            client.setReceiveBufferSize(4096);
            client.connect(new InetSocketAddress("localhost", Http.port()));
            client.getOutputStream()
                    .write(("GET /api/imports/" + id + "/refused HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n"
                                    + "Authorization: Bearer " + shop.accessToken() + "\r\n\r\n")
                            .getBytes(StandardCharsets.US_ASCII));
            var in = client.getInputStream();
            // a megabyte, and the server is in the midst of it
            var rows = marks(new String(in.readNBytes(1 << 20), StandardCharsets.UTF_8));
            assertThat(rows).isGreaterThan(100);

            Await.until("no transaction is open", this::noTransactionIsOpen);

            assertThat(rows + rest(in)).isEqualTo(ROWS);
        }
    }

    @Test
    void theyAreInTheFilesOrderOverAllPages() {
        var id = importSales("Nama,Tanggal,Total\nAni,2025-12-05,5000\n");
        refuse(id, 2_500, "now()");

        var lines = shop.api()
                .get("/api/imports/{id}/refused", id)
                .then()
                .statusCode(200)
                .extract()
                .asString()
                .lines()
                .skip(1)
                .map(line -> Integer.valueOf(line.substring(0, line.indexOf(','))))
                .toList();

        assertThat(lines).hasSize(2_500).isSorted().doesNotHaveDuplicates();
    }

    @Test
    void theReasonIsSaidInTheLanguageOfWhoAsks() {
        importCustomers("Nama,No HP\nBudi,081234567890\nBudi,081234567891\n");
        var file = "Nama,Tanggal,Total\nAni,2025-12-05,lima\nAni,,5000\nBudi,2025-12-05,5000\n";
        var english = List.of(
                "\"lima\" is not a number. Write for example 150000 or Rp150.000.",
                "The date is missing.",
                "2 customers have this name. Add a phone number to tell which one it is.");

        upload("transactions", file, Map.of("dry_run", "true"))
                .body("data.refused[1].reason", equalTo("Tanggal belum diisi."));
        shop.api()
                .contentType(MediaType.MULTIPART_FORM_DATA)
                .header("Accept-Language", "en")
                .multiPart("file", "a.csv", file.getBytes(StandardCharsets.UTF_8), "text/csv")
                .multiPart("dry_run", "true")
                .post("/api/transactions/import")
                .then()
                .body("data.refused.reason", equalTo(english));

        var id = importSales(file);
        var csv = shop.api()
                .header("Accept-Language", "en")
                .get("/api/imports/{id}/refused", id)
                .asString();
        for (var reason : english) assertThat(csv).contains(reason.replace("\"", "\"\""));
        assertThat(shop.api().get("/api/imports/{id}/refused", id).asString()).contains("Tanggal belum diisi.");

        var owner = new Visitor(shop);
        owner.get("/imports/" + id).body(containsString("Ada 2 pelanggan bernama sama."));
        owner.request()
                .cookie("sma_language", "en")
                .get("/imports/" + id)
                .then()
                .body(containsString("The date is missing."), not(containsString("belum diisi")));
    }

    @Test
    void theyGoAfter90DaysWithTheDailyPurgeAndTheImportStays() {
        var old = importSales("Nama,Tanggal,Total\nAni,2025-12-05,5000\n");
        var recent = importSales("Nama,Tanggal,Total\nAni,2025-12-06,5000\n");
        refuse(old, 3, "now() - interval '91 days'");
        refuse(recent, 2, "now() - interval '89 days'");

        db.withoutTenantAsWorker(
                tx -> tx.createQuery("SELECT app.purge()").mapTo(Long.class).one());

        assertThat(rows("SELECT import_id, count(*) FROM app.import_refusals WHERE user_id = :user GROUP BY 1"))
                .containsExactly(recent + " 2");
        imported(old);
    }

    /** Nobody knows any more which of them were of cancelled orders: none is said to be refused. */
    @Test
    void afterThatWhatWasRefusedAndWhatWasSkippedIsOneNumber() {
        var id = importSales("Nama,Tanggal,Total\nAni,2025-12-05,5000\nBudi,2025-12-05,lima\nCitra,,5000\n");
        var owner = new Visitor(shop);
        change("UPDATE app.import_refusals SET reason = 'refused.cancelled' WHERE user_id = :user AND row_number = 3");
        owner.get("/imports/" + id).body(containsString("1 baris ditolak<"), containsString("1 baris dilewati"));
        owner.get("/imports").body(containsString("data-label=\"Ditolak\">1<"));

        change("UPDATE app.import_refusals SET created_at = now() - interval '91 days' WHERE user_id = :user");
        db.withoutTenantAsWorker(
                tx -> tx.createQuery("SELECT app.purge()").mapTo(Long.class).one());

        owner.get("/imports/" + id)
                .body(
                        containsString(
                                ">Ditolak, dibatalkan, dikembalikan, atau belum dibayar</span> <b class=\"number\">2</b>"),
                        containsString("2 baris ditolak, dibatalkan, dikembalikan, atau belum dibayar<"),
                        containsString("disimpan 90 hari"),
                        not(containsString(">Ditolak<")),
                        not(containsString("baris ditolak<")));
        owner.get("/imports").body(containsString("data-label=\"Ditolak\">paling banyak 2<"));
    }

    private void change(String sql) {
        db.useTenant(
                shop.id(), tx -> tx.createUpdate(sql).bind("user", shop.id()).execute());
    }

    private void refuse(String id, int rows, String at) {
        db.useTenant(
                shop.id(),
                tx -> tx.createUpdate("""
                                INSERT INTO app.import_refusals (user_id, import_id, row_number, column_name, value, reason, reason_values, created_at)
                                SELECT :user, :import, n, 'Total', repeat('x', 200), 'refused.sentence', ARRAY['~'], %s FROM generate_series(2, :rows + 1) n
                                """.formatted(at))
                        .bind("user", shop.id())
                        .bind("import", UUID.fromString(id))
                        .bind("rows", rows)
                        .execute());
    }

    private boolean noTransactionIsOpen() {
        return db.inTenant(
                shop.id(), tx -> tx.createQuery("""
                        SELECT count(*) = 0 FROM pg_stat_activity
                        WHERE usename = current_user AND state LIKE 'idle in transaction%' AND pid <> pg_backend_pid()
                        """).mapTo(Boolean.class).one());
    }

    private static long rest(InputStream in) throws java.io.IOException {
        return marks(new String(in.readAllBytes(), StandardCharsets.UTF_8));
    }

    private static long marks(String text) {
        return text.chars().filter(c -> c == '~').count();
    }
}
