package com.smartmarketingagent.importing;

import static com.smartmarketingagent.Http.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.not;
import static org.hamcrest.Matchers.startsWith;

import com.smartmarketingagent.Http;
import com.smartmarketingagent.Http.Checked;
import com.smartmarketingagent.Shop;
import com.smartmarketingagent.Visitor;
import io.quarkus.test.junit.QuarkusTest;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.dhatim.fastexcel.VisibilityState;
import org.dhatim.fastexcel.Workbook;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The pages of imports, without a browser: what is refused, what comes twice, what belongs to others. */
@QuarkusTest
class ImportPagesTest extends HandingOver {

    private static final String SALES = "Nama,Tanggal,Total\nAni,2025-12-05,5000\nBudi,2025-12-06,7000\n";

    @TempDir
    Path folder;

    Visitor owner;

    @BeforeEach
    void comeIn() {
        owner = new Visitor(shop);
    }

    private Checked send(String id, String name, byte[] content) {
        return owner.request()
                .multiPart("csrf", owner.csrf())
                .multiPart("id", id)
                .multiPart("file", name, content, "text/csv")
                .post("/imports")
                .then();
    }

    /** The address of the draft that the file became. */
    private String draft(String content) {
        return path(send("", "penjualan.csv", content.getBytes(StandardCharsets.UTF_8))
                .statusCode(303));
    }

    private static String path(Checked redirect) {
        return redirect.extract().header("Location");
    }

    @Test
    void whatCannotBeReadIsSaidInWordsOnTheSamePageAndNothingIsKept() throws Exception {
        refused(400, "kosong.csv", new byte[0], "Berkas ini kosong");
        refused(415, "nota.pdf", "%PDF-1.7 nota".getBytes(StandardCharsets.UTF_8), "tidak didukung");
        refused(415, "a.xlsx", SALES.getBytes(StandardCharsets.UTF_8), "bukan berkas Excel");
        refused(415, "<script>alert(1)</script>.xlsx", SALES.getBytes(StandardCharsets.UTF_8), "&lt;script&gt;");
        refused(413, "bom.xlsx", bomb(), "terlalu besar");
        owner.request()
                .multiPart("csrf", owner.csrf())
                .post("/imports")
                .then()
                .statusCode(400)
                .body(containsString("Pilih berkas"));
        send("bukan-id", "a.csv", SALES.getBytes(StandardCharsets.UTF_8)).statusCode(400);
        nothingIsStored();
    }

    private void refused(int status, String name, byte[] content, String words) {
        send("", name, content)
                .statusCode(status)
                .contentType("text/html")
                .body(containsString("id=\"file_problem\" role=\"alert\">"), containsString(words))
                .body(containsString("type=\"file\""), not(containsString("<script>alert")));
    }

    private byte[] bomb() throws Exception {
        var spaces = new byte[1 << 20];
        Arrays.fill(spaces, (byte) ' ');
        var file = folder.resolve("bom");
        try (var archive = new Archive(Files.newOutputStream(file))) {
            archive.part(Archive.SHEET, spaces, 1024);
        }
        return Files.readAllBytes(file);
    }

    @Test
    void aFileBeyondTheLimitIsRefusedInWordsBeforeItIsSent() throws Exception {
        try (var client = new Socket("localhost", Http.port())) {
            client.getOutputStream()
                    .write(
                            ("POST /imports HTTP/1.1\r\nHost: localhost\r\nContent-Type: multipart/form-data; boundary=x\r\nContent-Length: 999999999\r\n\r\n")
                                    .getBytes(StandardCharsets.US_ASCII));
            var answer = new String(client.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            assertThat(answer).startsWith("HTTP/1.1 413").contains("text/html", "Kiriman terlalu besar");
        }
        owner.get("/imports").body(containsString("data-largest=\"100\""));
    }

    @Test
    void theSameFormWithTheSameFileSentTwiceKeepsItOnce() throws Exception {
        var form = UUID.randomUUID().toString();

        var first = path(send(form, "penjualan.csv", SALES.getBytes(StandardCharsets.UTF_8))
                .statusCode(303));
        var second = path(send(form, "penjualan.csv", SALES.getBytes(StandardCharsets.UTF_8))
                .statusCode(303));

        assertThat(second).isEqualTo(first);
        var id = first.split("/")[2];
        assertThat(rows("SELECT status, file_name FROM app.imports WHERE user_id = :user"))
                .containsExactly("draft penjualan.csv");
        assertThat(files()).hasSize(1);
        assertThat(Files.readString(
                        UPLOADS.resolve(shop.id().value().toString()).resolve(id)))
                .isEqualTo(SALES);
        // programs know nothing of drafts
        shop.api().get("/api/imports").then().body("meta.total", equalTo(0));
        shop.api().get("/api/imports/" + id).then().statusCode(404);
    }

    @Test
    void theSameFileSentAgainLaterWaitsOnceAsItsOwnerLeftIt() throws Exception {
        var first = draft(SALES);
        owner.post(first, "kind", "transactions", "field", "0:name", "field", "1:transaction_date", "field", "2:price")
                .statusCode(303);
        db.useTenant(
                shop.id(),
                tx -> tx.createUpdate(
                                "UPDATE app.imports SET created_at = now() - interval '23 hours' WHERE user_id = :user")
                        .bind("user", shop.id())
                        .execute());

        assertThat(draft(SALES)).isEqualTo(first);
        owner.get(first).body(containsString("value=\"2:price\" selected"));
        assertThat(rows("SELECT created_at > now() - interval '1 hour' FROM app.imports WHERE user_id = :user"))
                .containsExactly("t");
        assertThat(files()).hasSize(1);
        // of the same name and size, or with the same content
        assertThat(draft(SALES.replace("5000", "6000"))).isNotEqualTo(first);
        assertThat(path(send("", "lain.csv", SALES.getBytes(StandardCharsets.UTF_8))))
                .isNotEqualTo(first);
        // once it went in, it is checked anew
        owner.post(first, "kind", "transactions", "act", "run").statusCode(303);
        shop.imported(first.split("/")[2]);
        assertThat(draft(SALES)).isNotEqualTo(first);
    }

    /** A page that the browser kept is shown with the id of the file that was sent from it before. */
    @Test
    void anotherFileFromTheSameFormIsItsOwn() {
        var form = UUID.randomUUID().toString();
        var first = path(send(form, "penjualan.csv", SALES.getBytes(StandardCharsets.UTF_8))
                .statusCode(303));
        owner.post(first, "kind", "transactions", "act", "run").statusCode(303);
        shop.imported(first.split("/")[2]);

        // mended in one figure: as long as before, and of the same name
        var mended = SALES.replace("5000", "6000").getBytes(StandardCharsets.UTF_8);
        var second = path(send(form, "penjualan.csv", mended).statusCode(303));

        assertThat(second).isNotEqualTo(first);
        owner.get(second).statusCode(200).body(containsString("penjualan.csv"), containsString("value=\"run\""));
        owner.post(second, "kind", "transactions", "act", "run").statusCode(303);
        shop.imported(second.split("/")[2]);
        assertThat(rows("SELECT amount FROM app.transactions WHERE user_id = :user ORDER BY 1"))
                .containsExactly("5000.00", "6000.00", "7000.00");
    }

    @Test
    void theButtonPressedManyTimesAtOnceStartsOneImport() throws Exception {
        var check = draft(SALES);
        var answers = new ArrayList<CompletableFuture<Checked>>();
        for (int i = 0; i < 6; i++) {
            answers.add(CompletableFuture.supplyAsync(
                    () -> owner.post(check, "kind", "transactions", "act", "run"), Obstacle.OWN_THREAD));
        }
        for (var answer : answers) {
            assertThat(path(answer.get(60, TimeUnit.SECONDS))).isEqualTo(check.replace("/check", ""));
        }

        var id = check.split("/")[2];
        shop.imported(id);
        assertThat(rows("SELECT rows_new FROM app.imports WHERE user_id = :user"))
                .containsExactly("2");
        assertThat(path(owner.post(check, "kind", "customers", "act", "run"))).isEqualTo("/imports/" + id);
        owner.get(check).statusCode(303);
        assertThat(rows("SELECT kind FROM app.imports WHERE user_id = :user")).containsExactly("transactions");
        noFileStays();
    }

    @Test
    void anOrderThatTheFileShowsMayBeTurnedWhereItIsUnusual() {
        var check = draft("Nama,Tanggal,Total\nBudi,04/13/2025,6000\nBudi,04/14/2025,6000\nBudi,04/15/2025,6000\n"
                + "Ani,08/09/2025,5000\n");
        owner.get(check)
                .body(containsString("Tanggal seperti 08/09/2025 bisa dibaca dua cara"))
                .body(
                        containsString("value=\"month_first\" checked"),
                        containsString("Ani · 9 Agu 2025 · Rp5.000"),
                        containsString("value=\"run\""));
        assertThat(path(owner.post(check, "kind", "transactions", "date_order", "day_first")))
                .isEqualTo(check);
        owner.get(check).body(containsString("Ani · 8 Sep 2025 · Rp5.000"));
        owner.get(draft("Nama,Tanggal,Total\nAni,08/09/2025,5000\nBudi,13/04/2025,6000\n"))
                .body(not(containsString("name=\"date_order\"")));
    }

    /** Who answered before finds that answer; who didn't, what is usual here. */
    @Test
    void oneDayThatMayBeMistypedDecidesNothingAndTheLastAnswerIsProposed() {
        var file = "Nama,Tanggal,Total\nAni,3 Nov 2025,1000\nAni,08/09/2025,5000\nBudi,04/13/2025,6000\n";
        var check = draft(file);
        owner.get(check)
                .body(
                        containsString("Tanggal seperti 08/09/2025 bisa dibaca dua cara"),
                        containsString("value=\"day_first\" checked"),
                        not(containsString("value=\"run\"")));
        owner.post(check, "kind", "transactions", "date_order", "month_first", "act", "run")
                .statusCode(303);
        shop.imported(check.split("/")[2]);
        var again = draft(file.replace("5000", "5001"));
        owner.get(again).body(containsString("value=\"month_first\" checked"), not(containsString("value=\"run\"")));

        owner.post(again, "kind", "transactions", "date_order", "day_first", "act", "run")
                .statusCode(303);
        shop.imported(again.split("/")[2]);
        owner.get(draft(file.replace("5000", "5002"))).body(containsString("value=\"day_first\" checked"));
        var other = new Visitor(Shop.register());
        owner = other;
        owner.get(draft(file)).body(containsString("value=\"day_first\" checked"));
    }

    @Test
    void aDayThatCanBeReadTwoWaysIsAskedForAndNotGuessed() {
        var check = draft("Nama,Tanggal,Total\nAni,05/06/2025,5000\n");
        owner.get(check)
                .statusCode(200)
                .body(containsString("05/06/2025 bisa dibaca dua cara"), not(containsString("value=\"run\"")));
        // also of one who presses on
        owner.post(check, "kind", "transactions", "act", "run")
                .statusCode(400)
                .body(containsString("bisa dibaca dua cara"));
        assertThat(rows("SELECT status FROM app.imports WHERE user_id = :user")).containsExactly("draft");

        assertThat(path(owner.post(check, "kind", "transactions", "date_order", "month_first")))
                .isEqualTo(check);
        owner.get(check)
                .body(
                        containsString("value=\"run\""),
                        containsString("value=\"month_first\" checked"),
                        containsString("Ani · 6 Mei 2025 · Rp5.000"));
        owner.post(check, "kind", "transactions", "date_order", "month_first", "act", "run");

        shop.imported(check.split("/")[2]);
        assertThat(rows("SELECT transaction_date FROM app.transactions WHERE user_id = :user"))
                .containsExactly("2025-05-06");
    }

    @Test
    void aColumnThatIsMissingOrChosenTwiceIsSaidAndTheChoicesStay() {
        var check = draft("Siapa,Kapan,Uang\nNama Ani,2025-12-05,5000\n".replace("Siapa", "Nama"));
        owner.get(check).statusCode(200).body(containsString("belum dikenali"), not(containsString("value=\"run\"")));

        var twice = new Object[] {
            "kind", "transactions", "field", "0:name", "field", "1:transaction_date", "field", "2:transaction_date"
        };
        owner.post(check, twice).statusCode(303);
        owner.get(check)
                .body(containsString("sama-sama dipilih sebagai Tanggal penjualan"))
                .body(containsString("value=\"2:transaction_date\" selected"));
        owner.post(check, "field", "9:name", "kind", "transactions").statusCode(400);
        owner.post(check, "field", "0:bukan", "kind", "transactions").statusCode(400);
        owner.post(check, "field", "\uD83D\uDE00", "kind", "transactions").statusCode(400);

        owner.post(
                check,
                "kind",
                "transactions",
                "field",
                "0:name",
                "field",
                "1:transaction_date",
                "field",
                "2:amount",
                "act",
                "run");
        shop.imported(check.split("/")[2]);
        assertThat(rows("""
                SELECT c.name, t.transaction_date, t.amount FROM app.transactions t
                JOIN app.customers c ON c.user_id = t.user_id AND c.id = t.customer_id WHERE t.user_id = :user""")).containsExactly("Nama Ani 2025-12-05 5000.00");
    }

    @Test
    void ofAFileWithoutAKnownTitleTheOwnerSaysWhatTheColumnsAre() {
        var check = draft("Catatan 2025\nSiapa,Kapan,Berapa,Apa\nAni,2025-12-05,5000,Kawung\n");
        owner.get(check)
                .statusCode(200)
                .body(containsString("Belum ada kolom yang dipakai."), containsString("Baris 2 dibaca sebagai judul"))
                .body(containsString("value=\"transactions\" selected"))
                .body(containsString("Ani"), containsString("value=\"3:ignore\" selected"))
                .body(not(containsString("value=\"run\"")));

        var chosen = new Object[] {
            "kind",
            "transactions",
            "field",
            "0:name",
            "field",
            "1:transaction_date",
            "field",
            "2:amount",
            "field",
            "3:ignore"
        };
        owner.post(check, chosen).statusCode(303);
        owner.get(check).body(containsString("value=\"2:amount\" selected"), containsString("value=\"run\""));
        owner.post(
                        check,
                        Stream.concat(Stream.of(chosen), Stream.of("act", "run"))
                                .toArray())
                .statusCode(303);

        shop.imported(check.split("/")[2]);
        assertThat(rows("""
                SELECT c.name, t.transaction_date, t.amount FROM app.transactions t
                JOIN app.customers c ON c.user_id = t.user_id AND c.id = t.customer_id WHERE t.user_id = :user""")).containsExactly("Ani 2025-12-05 5000.00");
    }

    @Test
    void aWorkbooksDaysAreShownAsDaysAndItsOtherSheetsAreNamed() throws Exception {
        var out = new ByteArrayOutputStream();
        try (var workbook = new Workbook(out, "test", "1.0")) {
            for (var name : List.of("Tersembunyi", "Januari", "Februari <b>", "Kosong", "Maret")) {
                var sheet = workbook.newWorksheet(name);
                if (name.equals("Tersembunyi")) sheet.setVisibilityState(VisibilityState.HIDDEN);
                if (name.equals("Kosong")) continue;
                for (int i = 0; i < 3; i++)
                    sheet.value(0, i, List.of("Nama", "Tanggal", "Total").get(i));
                sheet.value(1, 0, name);
                sheet.value(1, 1, LocalDate.of(2025, 12, 31));
                sheet.style(1, 1).format("dd/mm/yyyy").set();
                sheet.value(1, 2, 5000);
            }
        }
        var check = path(send("", "setahun.xlsx", out.toByteArray()).statusCode(303));

        owner.get(check)
                .body(containsString("Lembar lain di berkas ini tidak ikut: Februari &lt;b&gt;, Maret."))
                .body(containsString("2025-12-31"), not(containsString("T00:00")), containsString("Dari 1 baris"));
        owner.post(check, "kind", "transactions", "act", "run");
        shop.imported(check.split("/")[2]);
        assertThat(rows("SELECT name FROM app.customers WHERE user_id = :user")).containsExactly("Januari");
    }

    private static byte[] months(String... names) throws IOException {
        var out = new ByteArrayOutputStream();
        try (var workbook = new Workbook(out, "test", "1.0")) {
            for (var name : names) {
                var sheet = workbook.newWorksheet(name);
                sheet.value(0, 0, "Catatan " + name);
                for (int i = 0; i < 3; i++)
                    sheet.value(
                            2,
                            i,
                            (name.equals("Stok")
                                            ? List.of("Barang", "Gudang", "Sisa")
                                            : List.of("Nama", "Tanggal", "Total"))
                                    .get(i));
                sheet.value(3, 0, name);
                sheet.value(3, 1, "4 April 2025");
                sheet.value(3, 2, 5000);
                sheet.value(4, 0, name);
                sheet.value(4, 1, "kemarin");
                sheet.value(4, 2, 5000);
            }
        }
        return out.toByteArray();
    }

    @Test
    void sheetsWithTheSameTitlesBecomeFilesOfTheirOwnToBeChecked() throws Exception {
        var check = path(send("", "buku.xlsx", months("Januari", "Feb & <Maret>", "Stok", "April"))
                .statusCode(303));
        owner.get(check).body(containsString("Siapkan lembar lain juga"));

        assertThat(path(owner.post(check + "/sheets"))).isEqualTo("/imports");
        // the same button again
        assertThat(path(owner.post(check + "/sheets"))).isEqualTo("/imports");
        assertThat(rows("SELECT file_name FROM app.imports WHERE user_id = :user AND status = 'draft' ORDER BY 1"))
                .containsExactly("buku - April.xlsx", "buku - Feb & <Maret>.xlsx", "buku.xlsx");
        assertThat(owner.get("/imports").extract().asString())
                .containsSubsequence("buku - Feb &amp; &lt;Maret&gt;.xlsx", "buku - April.xlsx", ">buku.xlsx");

        for (var id : rows("SELECT id FROM app.imports WHERE user_id = :user ORDER BY file_name")) {
            owner.get("/imports/" + id + "/check").body(containsString("value=\"run\""), containsString("Baris 5"));
            owner.post("/imports/" + id + "/check", "kind", "transactions", "act", "run");
            shop.imported(id);
        }
        assertThat(rows("SELECT name FROM app.customers WHERE user_id = :user ORDER BY name"))
                .containsExactly("April", "Feb & <Maret>", "Januari");
        assertThat(rows("SELECT row_number FROM app.import_refusals WHERE user_id = :user"))
                .containsExactly("5", "5", "5");
        assertThat(path(owner.post(check + "/sheets"))).isEqualTo(check.replace("/check", ""));
    }

    @Test
    void sheetsWithOtherTitlesAreSaidToBeSavedAsFiles() throws Exception {
        var check = path(send("", "buku.xlsx", months("Januari", "Stok")).statusCode(303));
        owner.post(check + "/sheets").statusCode(400).body(containsString("Judul kolom lembar lain berbeda"));
        assertThat(rows("SELECT file_name FROM app.imports WHERE user_id = :user"))
                .containsExactly("buku.xlsx");
    }

    @Test
    void theYearThatATitleSaysForDaysWithoutOneIsSaidBeforeTheyGoIn() {
        var check = draft("Catatan April 2025,,\nNama,Tanggal,Total\nAni,4 April,5000\n");
        owner.get(check)
                .body(
                        containsString("Tahun yang tidak tertulis dibaca 2025, dari judul"),
                        containsString("Ani · 4 Apr 2025 · Rp5.000"));
        owner.post(check, "kind", "transactions", "act", "run");
        shop.imported(check.split("/")[2]);
        assertThat(rows("SELECT transaction_date FROM app.transactions WHERE user_id = :user"))
                .containsExactly("2025-04-04");
        owner.get(draft("Catatan April,,\nNama,Tanggal,Total\nAni,4 April,5000\n"))
                .body(containsString("Tahunnya tidak tertulis"), not(containsString("Tahun yang tidak tertulis")));
    }

    @Test
    void aFileOfWhichNothingWouldBeStoredIsNotOfferedToGoIn() {
        var check = draft("Nama,Tanggal,Total\nAni,2025-12-05,banyak\n");
        owner.get(check)
                .body(containsString("Tidak ada yang bisa disimpan dari berkas ini."))
                .body(not(containsString("value=\"run\"")), containsString("bukan angka"));
    }

    @Test
    void theFirstRowsThatAreShownAreOnesThatAreNotRefused() {
        var title = "Nama,No HP,Tanggal,Total\n";
        importSales(title + "Ani,081234567890,2025-12-05,5000\nAni,081234567891,2025-12-05,5000\n");
        // which Ani, nobody knows
        owner.get(draft(title + "Ani,,2025-12-06,6000\nBudi,,2025-12-06,7000\nCitra,,2025-12-06,banyak\n"))
                .body(
                        containsString("<bdi>Budi · 6 Des 2025 · Rp7.000</bdi>"),
                        not(containsString("<bdi>Ani ·")),
                        not(containsString("<bdi>Citra ·")));
    }

    @Test
    void ordersThatWereCancelledOrNotPaidAreSaidApartAndHideNoRowThatNeedsMending() {
        var orders = new StringBuilder(
                "No. Pesanan,Status Pesanan,Waktu Pesanan Dibuat,Total Harga Produk,Username (Pembeli),No. Telepon\n");
        for (int i = 0; i < 130; i++)
            orders.append("C-%d,%s,2025-12-05 10:00,5000,budi99,\n".formatted(i, i % 2 == 0 ? "Batal" : "Belum Bayar"));
        var skippedOnly = orders.toString();
        orders.append("A-1,Selesai,2025-12-05 10:00,lima,budi99,\nA-2,Selesai,2025-12-05 10:00,5000,budi99,\n");

        var check = draft(orders.toString());
        owner.get(check)
                .statusCode(200)
                .body(
                        containsString("130 baris dilewati: dibatalkan, dikembalikan, atau belum dibayar."),
                        containsString("<span class=\"figure\">1</span> tidak bisa dipakai"),
                        containsString("Baris 132, "))
                .body(not(containsString("Pesanan ini dibatalkan")));
        owner.post(check, "kind", "transactions", "act", "run").statusCode(303);
        var id = check.split("/")[2];
        shop.imported(id);

        imported(id).body("data.import.rows.refused", equalTo(131));
        owner.get("/imports").body(containsString("data-label=\"Ditolak\">1<"));
        owner.get("/imports/" + id)
                .body(
                        containsString("130 baris dilewati: dibatalkan, dikembalikan, atau belum dibayar."),
                        containsString("1 baris ditolak"),
                        containsString("Baris 132<"))
                .body(not(containsString("Pesanan ini dibatalkan")));
        owner.get("/imports/" + importSales(skippedOnly))
                .body(containsString("130 baris dilewati"), not(containsString("di berkas Anda sendiri")));
    }

    @Test
    void storedOrdersThatWereCancelledSinceAreSaidBeforeTheyAreTakenBack() {
        var title =
                "No. Pesanan,Status Pesanan,Waktu Pesanan Dibuat,Total Harga Produk,Username (Pembeli),No. Telepon\n";
        importSales(title + "A-1,Selesai,2025-12-05 10:00,300000,ani1,\nA-2,Selesai,2025-12-05 10:00,160000,budi2,\n");
        var said = "kini dibatalkan";
        var retur = "Retur sebagian tidak dikurangi";

        owner.get(draft(title
                        + "A-1,Batal,2025-12-05 10:00,300000,ani1,\nA-2,Pengembalian Dana,2025-12-05 10:00,160000,budi2,\n"
                        + "A-3,Batal,2025-12-06 10:00,5000,ani1,\n"))
                .statusCode(200)
                .body(
                        containsString("2 pesanan yang sudah tercatat kini dibatalkan (Rp460.000)."),
                        containsString("<span class=\"figure\">2</span> akan diperbarui"),
                        containsString("1 baris dilewati: dibatalkan, dikembalikan, atau belum dibayar."),
                        containsString(retur),
                        containsString("value=\"run\""));
        owner.get(draft(title + "A-3,Batal,2025-12-06 10:00,5000,ani1,\n"))
                .statusCode(200)
                .body(not(containsString(said)));
        owner.get(draft(SALES)).statusCode(200).body(not(containsString(said)), not(containsString(retur)));
        assertThat(rows("SELECT sum(amount) FROM app.transactions WHERE user_id = :user"))
                .containsExactly("460000.00");
    }

    /** A column of that name may say what kind of customer it is: then it is left alone, unless its owner says more. */
    @Test
    void inAFileOfTheOwnersOwnCancelledRowsAreLeftOutWhereAColumnSaysSo() {
        var states = draft("""
                Nama,Tanggal,Total,Status
                Ani,2025-12-05,5000,Selesai
                Budi,2025-12-05,6000,BATAL
                Citra,2025-12-05,7000,ambil sendiri
                Dewi,2025-12-05,8000,Belum Bayar
                Eko,2025-12-05,9000,
                Fani,2025-12-05,1000,retur
                """);
        owner.get(states)
                .body(
                        containsString("value=\"3:status\" selected"),
                        containsString("<span class=\"figure\">3</span> baru akan disimpan"),
                        containsString("3 baris dilewati: dibatalkan, dikembalikan, atau belum dibayar."));
        var path = states.split("/");
        owner.post(states, "kind", "transactions", "act", "run").statusCode(303);
        shop.imported(path[2]);
        assertThat(rows("SELECT sum(amount) FROM app.transactions WHERE user_id = :user"))
                .containsExactly("21000.00");

        var kinds = draft(
                "Nama,Tanggal,Total,Status\nGita,2025-12-05,5000,VIP\nHani,2025-12-05,6000,Reseller\nIda,2025-12-05,1,Batal\n");
        owner.get(kinds)
                .body(
                        containsString("value=\"3:ignore\" selected"),
                        containsString("<span class=\"figure\">3</span> baru akan disimpan"));
        owner.post(
                        kinds,
                        "kind",
                        "transactions",
                        "field",
                        "0:name",
                        "field",
                        "1:transaction_date",
                        "field",
                        "2:amount",
                        "field",
                        "3:status")
                .statusCode(303);
        owner.get(kinds)
                .body(
                        containsString("value=\"3:status\" selected"),
                        containsString("<span class=\"figure\">2</span> baru akan disimpan"),
                        containsString("1 baris dilewati"));
    }

    @Test
    void rowsThatContinueASaleAreCountedBeforeItGoesIn() {
        var draft = draft("Nama,Tanggal,Produk,Total\nAni,2025-12-05,Kain,5000\n,,Blus,7000\n,,Syal,100\n");
        owner.get(draft)
                .statusCode(200)
                .body(containsString("2 baris tanpa tanggal dan nama dihitung sebagai lanjutan penjualan di atasnya."));
        owner.get(draft(SALES)).statusCode(200).body(not(containsString("lanjutan penjualan")));
    }

    @Test
    void aListOfPeopleIsSeenToBeOneAndSalesCanBeReadAsOne() {
        var people = draft("Nama,No HP,Label\nAni,081234567890,vip; VIP; Grosir\n");
        owner.get(people).body(containsString("value=\"customers\" selected"));
        owner.post(people, "kind", "customers", "act", "run");
        shop.imported(people.split("/")[2]);
        assertThat(rows("SELECT tags FROM app.customers WHERE user_id = :user")).containsExactly("{vip,Grosir}");

        var sales = draft("Nama,No HP,Tanggal,Total\nBudi,081234567891,2025-12-05,5000\n");
        owner.post(sales, "kind", "customers", "field", "3:amount").statusCode(303);
        owner.get(sales).body(containsString("value=\"customers\" selected"), not(containsString(":amount")));
        owner.post(sales, "kind", "customers", "act", "run");

        shop.imported(sales.split("/")[2]);
        assertThat(rows("SELECT name FROM app.customers WHERE user_id = :user ORDER BY 1"))
                .containsExactly("Ani", "Budi");
        assertThat(rows("SELECT count(*) FROM app.transactions WHERE user_id = :user"))
                .containsExactly("0");
    }

    @Test
    void aFileOfManyColumnsCanBeCorrected() {
        int more = 900;
        var heading = new StringBuilder("Nama,Tanggal,Total");
        for (int i = 0; i < more; i++) heading.append(",Lain ").append(i);
        var check = draft(heading + "\nAni,2025-12-05,5000" + ",x".repeat(more) + "\n");
        var request = owner.request().formParam("csrf", owner.csrf()).formParam("kind", "transactions");
        for (int i = 3; i < more + 2; i++) request.formParam("field", i + ":ignore");
        request.formParam("field", more + 2 + ":notes").formParam("act", "run");

        request.post(check).then().statusCode(303);

        shop.imported(check.split("/")[2]);
        assertThat(rows("SELECT notes FROM app.transactions WHERE user_id = :user"))
                .containsExactly("x");
    }

    @Test
    void aFileThatWasThrownAwayOrSweptIsSaidToBeGone() throws Exception {
        var discarded = draft(SALES);
        assertThat(path(owner.post(discarded + "/discard"))).isEqualTo("/imports");
        assertThat(files()).isEmpty();
        owner.get(discarded.replace("/check", "")).statusCode(404);

        var swept = draft(SALES);
        for (var file : files()) Files.delete(file);
        // as does the storage what was in it
        rows("UPDATE app.files SET state = 'leaving' WHERE user_id = :user RETURNING id");
        owner.get(swept).statusCode(200).body(containsString("sudah tidak tersimpan"));
        owner.post(swept, "kind", "transactions", "act", "run")
                .statusCode(400)
                .body(containsString("sudah tidak tersimpan"));
        assertThat(rows("SELECT status FROM app.imports WHERE user_id = :user")).containsExactly("draft");
    }

    @Test
    void anImportThatStandsInTheWayIsSaidAndTheNextOneWaitsItsTurn() {
        String first;
        String second;
        try (var turn = Obstacle.turn(db, shop)) {
            first = draft(SALES);
            // the trial of this draft would wait for the obstacle, too
            owner.post(first, "kind", "transactions", "act", "run").statusCode(303);
            turn.awaitImport();
            second = draft(SALES.replace("Ani", "Ani Lagi"));
            owner.get(second).statusCode(200).body(containsString("Impor lain sedang berjalan"));
            owner.post(second, "kind", "transactions", "act", "run").statusCode(303);
        }
        shop.imported(first.split("/")[2]);
        shop.imported(second.split("/")[2]);
    }

    @Test
    void theRefusedRowsAreAFileWithNothingASpreadsheetWouldCalculate() {
        var id = importSales("Nama,Tanggal,Total\nAni,2025-12-05,=SUM(1)\n");
        owner.get("/imports/" + id + "/refused")
                .statusCode(200)
                .contentType("text/csv")
                .header("Content-Disposition", startsWith("attachment"))
                .body(containsString("'=SUM(1)"));
        owner.get("/imports/" + id)
                .body(containsString("=SUM(1)"), containsString("1 baris ditolak"))
                .body(containsString("di berkas Anda sendiri"), not(containsString("perbaiki di Excel")));
        db.useTenant(
                shop.id(),
                tx -> tx.createUpdate("DELETE FROM app.import_refusals WHERE user_id = :user")
                        .bind("user", shop.id())
                        .execute());
        owner.get("/imports/" + id).body(containsString("disimpan 90 hari"));
    }

    @Test
    void whatIsTakenBackTwiceIsTakenBackOnceAndWhatWasChangedStays() {
        var id = importSales(SALES);
        owner.get("/imports/" + id + "/undo")
                .statusCode(200)
                .body(containsString("2 penjualan"), containsString("2 pelanggan"));
        var sale = rows("SELECT id FROM app.transactions WHERE user_id = :user AND amount = 5000");
        shop.api()
                .body("{\"amount\":6000}")
                .patch("/api/transactions/" + sale.getFirst())
                .then()
                .statusCode(200);

        for (int i = 0; i < 2; i++) {
            assertThat(path(owner.post("/imports/" + id + "/undo"))).isEqualTo("/imports/" + id);
        }

        assertThat(rows("SELECT amount FROM app.transactions WHERE user_id = :user"))
                .containsExactly("6000.00");
        owner.get("/imports/" + id)
                .body(containsString("sudah dibatalkan"), containsString("2 tetap disimpan"))
                // which would contradict it
                .body(not(containsString("kembali seperti sebelumnya")));
        owner.get("/imports/" + id + "/undo").statusCode(303);
    }

    @Test
    void nothingIsTakenBackWhileAnotherImportIsRunningAndThatIsSaidAtOnce() {
        var id = importSales(SALES);
        try (var _ = Obstacle.turn(db, shop)) {
            owner.post("/imports/" + id + "/undo").statusCode(409).body(containsString("Impor lain sedang berjalan"));
            shop.api()
                    .post("/api/imports/{id}/undo", id)
                    .then()
                    .statusCode(409)
                    .body("error.code", equalTo("CONFLICT"), "error.message", containsString("Tunggu sampai selesai"));
        }
        imported(id).body("data.import.status", equalTo("done"));

        owner.post("/imports/" + id + "/undo").statusCode(303);

        imported(id).body("data.import.status", equalTo("undone"));
    }

    @Test
    void othersSeeTheSameAsOfNothingAndChangeNothing() {
        var draft = draft(SALES);
        var done = "/imports/" + importSales(SALES);
        var stranger = new Visitor(Shop.register());
        var nothing = stranger.get("/imports/" + UUID.randomUUID()).statusCode(404);
        for (var path :
                List.of(draft.replace("/check", ""), done, done + "/state", done + "/refused", done + "/undo")) {
            stranger.get(path).statusCode(404).contentType("text/html");
        }
        assertThat(masked(stranger.get(done))).isEqualTo(masked(nothing));
        stranger.get(draft).statusCode(303);
        stranger.post(draft, "kind", "customers", "act", "run");
        stranger.post(draft + "/discard");
        stranger.post(draft + "/sheets");
        stranger.post(done + "/undo").statusCode(404);
        stranger.get("/imports").body(not(containsString("penjualan.csv")));

        assertThat(rows("SELECT status, kind FROM app.imports WHERE user_id = :user ORDER BY 1"))
                .containsExactly("done transactions", "draft transactions");
    }

    /** Without what differs from one answer to the next: the nonce. */
    private static String masked(Checked page) {
        return page.extract().asString().replaceAll("nonce=\"[^\"]+\"", "");
    }

    @Test
    void nothingHappensWithoutTheFormsField() {
        var draft = draft(SALES);
        var done = importSales(SALES.replace("Ani", "Citra"));
        for (var path : List.of(draft, draft + "/discard", draft + "/sheets", "/imports/" + done + "/undo")) {
            owner.request().formParam("act", "run").post(path).then().statusCode(403);
        }
        owner.request()
                .multiPart("file", "a.csv", SALES.getBytes(StandardCharsets.UTF_8))
                .post("/imports")
                .then()
                .statusCode(403);
        assertThat(rows("SELECT status FROM app.imports WHERE user_id = :user ORDER BY 1"))
                .containsExactly("done", "draft");
        given().follow(false).get("/imports").then().statusCode(303);
    }

    @Test
    void manyImportsAreListedInParts() {
        for (int i = 0; i < 21; i++) importSales("Nama,Tanggal,Total\nAni,2025-12-05," + (i + 1) + "\n");
        owner.get("/imports").body(containsString("/imports?page=2"), not(containsString("page=0")));
        owner.get("/imports?page=2").body(containsString("/imports?page=1"), not(containsString("page=3")));
        owner.get("/imports?page=-5").statusCode(200);
        owner.get("/imports?page=999999999")
                .statusCode(200)
                .body(containsString("/imports?page=1"), containsString("data-label=\"Tanggal\""));
    }
}
