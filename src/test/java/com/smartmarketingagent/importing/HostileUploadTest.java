package com.smartmarketingagent.importing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.emptyOrNullString;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.not;

import com.smartmarketingagent.FreshDatabase;
import com.sun.management.OperatingSystemMXBean;
import io.quarkus.test.junit.QuarkusTest;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import java.util.zip.ZipOutputStream;
import org.dhatim.fastexcel.Workbook;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Threats 20 to 23 as they come through the door: files made to do harm, and a workbook as a shop has it. */
@QuarkusTest
class HostileUploadTest extends HandingOver {

    private static final String HEADING = "Nama,No HP,Tanggal,Total\n";
    private static final String ROW = "Ani,081234567890,2025-12-05,5000\n";

    @TempDir
    Path folder;

    @AfterEach
    void noFileIsLeft() {
        noFileStays();
    }

    @Test
    void threat20AWorkbookThatUnpacksToGigabytesIs413Within2Seconds() throws Exception {
        byte[] spaces = new byte[1 << 20];
        Arrays.fill(spaces, (byte) ' ');
        var file = archive(archive -> archive.part(Archive.SHEET, spaces, 1024));
        // the first of many requests pays for what is loaded lazily
        refused("kosong.xlsx", workbook(0), 400, "VALIDATION_ERROR");
        // the processors': others work here, too
        var process = (OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();
        long before = process.getProcessCpuTime();
        send("transactions", "bom.xlsx", file, Map.of())
                .statusCode(413)
                .body("error.code", equalTo("PAYLOAD_TOO_LARGE"));
        assertThat(Duration.ofNanos(process.getProcessCpuTime() - before)).isLessThan(Duration.ofSeconds(2));
        refused("bom.xlsx", file, 413, "PAYLOAD_TOO_LARGE");
    }

    @Test
    void threat21EntitiesAre400() throws Exception {
        var laughs = Archive.XML + "<!DOCTYPE sst [<!ENTITY a \"ha\"><!ENTITY b \"&a;&a;&a;&a;\">]><sst " + Archive.MAIN
                + "><si><t>&b;</t></si></sst>";
        var passwords = Archive.XML + "<!DOCTYPE sst [<!ENTITY a SYSTEM \"file:///etc/passwd\">]><sst " + Archive.MAIN
                + "><si><t>&a;</t></si></sst>";
        for (var texts : List.of(laughs, passwords)) {
            var file = archive(archive -> archive.part(
                            Archive.SHEET, Archive.sheet("<row r=\"1\"><c r=\"A1\" t=\"s\"><v>0</v></c></row>"))
                    .part(Archive.TEXTS, texts));
            refused("daftar.xlsx", file, 400, "VALIDATION_ERROR");
        }
    }

    @Test
    void threat23AWorkbookNamedCsvAndATextNamedWorkbookAre415() throws Exception {
        refused("penjualan.csv", workbook(1), 415, "UNSUPPORTED_MEDIA_TYPE");
        refused("penjualan.xlsx", text(HEADING + ROW), 415, "UNSUPPORTED_MEDIA_TYPE");
    }

    @Test
    void threat23AHundredThousandColumnsAre400() throws Exception {
        refused("lebar.csv", text("Nama,Tanggal,Total" + ",x".repeat(100_000) + "\n" + ROW), 400, "VALIDATION_ERROR");
    }

    @Test
    void threat23AMegabyteInACellIsRefused() throws Exception {
        refused("gemuk.csv", text(HEADING + "x".repeat(1 << 20) + ",,2025-12-05,5000\n"), 400, "VALIDATION_ERROR");
        refused("gemuk.csv", text("Nama" + "x".repeat(1 << 20) + ",Tanggal,Total\n" + ROW), 400, "VALIDATION_ERROR");
    }

    @Test
    void threat23BytesThatAreNoTextAndNulAre400() throws Exception {
        // neither UTF-8 nor Windows-1252, where 0x81 means nothing
        refused("rusak.csv", bytes(HEADING + "An", 0x81, "i,081234567890,2025-12-05,5000\n"), 400, "VALIDATION_ERROR");
        refused(
                "rusak.csv",
                bytes("\uFEFF" + HEADING + "An", 0xC3, "(,081234567890,2025-12-05,5000\n"),
                400,
                "VALIDATION_ERROR");
        refused("nol.csv", bytes(HEADING + "An", 0, "i,081234567890,2025-12-05,5000\n"), 400, "VALIDATION_ERROR");
    }

    @Test
    void aHeadingWithoutRowsIs400() throws Exception {
        refused("kosong.csv", text(HEADING), 400, "VALIDATION_ERROR");
        refused("kosong.xlsx", workbook(0), 400, "VALIDATION_ERROR");
    }

    @Test
    void aNameThatLeavesTheFolderIsOnlyAName() throws Exception {
        var outside = FreshDatabase.DATA.resolve("keluar.csv");
        done(send("transactions", "../../keluar.csv", text(HEADING + ROW), Map.of()));
        assertThat(outside).doesNotExist();
        assertThat(FreshDatabase.DATA.resolve("uploads/keluar.csv")).doesNotExist();
    }

    @Test
    void aWorkbookIsImportedWithItsDaysNumbersPhonesAndFormulas() throws Exception {
        done(send("transactions", "Penjualan Desember.xlsx", workbook(4), Map.of()));

        assertThat(rows("SELECT name, phone FROM app.customers WHERE user_id = :user ORDER BY 1"))
                .containsExactly("Ani +6281234567890", "Budi +628123456789", "Citra +6281234567892", "Dewi null");
        assertThat(rows("""
                SELECT c.name, t.transaction_date, t.amount, t.products -> 0 ->> 'name', t.products -> 0 ->> 'quantity'
                FROM app.transactions t JOIN app.customers c ON c.user_id = t.user_id AND c.id = t.customer_id
                WHERE t.user_id = :user ORDER BY 1"""))
                .containsExactly(
                        "Ani 2025-12-31 150000.00 Parang 2",
                        "Budi 2025-11-01 75000.50 Kawung 1",
                        "Citra 2025-10-02 225000.00 Lurik 3",
                        "Dewi 2025-09-03 1250000.00 =CONCATENATE(\"Ka\",\"in\") 1");
    }

    /** Up to four sales as a spreadsheet keeps them; the third's amount and the fourth's product are formulas. */
    private static byte[] workbook(int sales) throws IOException {
        var out = new ByteArrayOutputStream();
        try (var workbook = new Workbook(out, "test", "1.0")) {
            var sheet = workbook.newWorksheet("Penjualan");
            var heading = List.of("Nama", "No HP", "Tanggal", "Total", "Produk", "Qty");
            for (int i = 0; i < heading.size(); i++) sheet.value(0, i, heading.get(i));
            if (sales > 0) {
                sheet.value(1, 0, "Ani");
                sheet.value(1, 1, 6281234567890L);
                sheet.value(1, 2, LocalDate.of(2025, 12, 31));
                sheet.style(1, 2).format("dd/mm/yyyy").set();
                sheet.value(1, 3, 150_000);
                sheet.value(1, 4, "Parang");
                sheet.value(1, 5, 2);
            }
            if (sales > 1) {
                sheet.value(2, 0, "Budi");
                sheet.value(2, 1, 8123456789L);
                sheet.value(2, 2, LocalDateTime.of(2025, 11, 1, 14, 5));
                sheet.style(2, 2).format("d mmmm yyyy hh:mm").set();
                sheet.value(2, 3, 75_000.5);
                sheet.style(2, 3).format("[$Rp-421]#,##0").set();
                sheet.value(2, 4, "Kawung");
                sheet.value(2, 5, 1);
            }
            if (sales > 2) {
                sheet.value(3, 0, "Citra");
                sheet.value(3, 1, "0812-3456-7892");
                sheet.value(3, 2, "2 Okt 2025");
                sheet.formula(3, 3, "F4*75000");
                sheet.value(3, 4, "Lurik");
                sheet.value(3, 5, 3);
            }
            if (sales > 3) {
                sheet.value(4, 0, "Dewi");
                sheet.value(4, 2, "2025-09-03");
                sheet.value(4, 3, "Rp1.250.000");
                sheet.formula(4, 4, "CONCATENATE(\"Ka\",\"in\")");
                sheet.value(4, 5, 1);
            }
        }
        return calculated(out.toByteArray());
    }

    /** With the value that a spreadsheet stores beside its formula; the writer leaves it out. */
    private static byte[] calculated(byte[] workbook) throws IOException {
        var file = Files.createTempFile("buku", ".xlsx");
        var out = new ByteArrayOutputStream();
        try (var from = new ZipFile(Files.write(file, workbook).toFile());
                var to = new ZipOutputStream(out)) {
            for (var part : Collections.list(from.entries())) {
                to.putNextEntry(new ZipEntry(part.getName()));
                try (var in = from.getInputStream(part)) {
                    var content = new String(in.readAllBytes(), StandardCharsets.UTF_8);
                    to.write(text(content.replace("<f>F4*75000</f>", "<f>F4*75000</f><v>225000</v>")));
                }
            }
        } finally {
            Files.delete(file);
        }
        return out.toByteArray();
    }

    interface Parts {
        void write(Archive archive) throws IOException;
    }

    private byte[] archive(Parts parts) throws IOException {
        var file = folder.resolve("arsip");
        try (var archive = new Archive(Files.newOutputStream(file))) {
            parts.write(archive);
        }
        return Files.readAllBytes(file);
    }

    private static byte[] text(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private static byte[] bytes(String before, int between, String after) {
        var out = new ByteArrayOutputStream();
        out.writeBytes(text(before));
        out.write(between);
        out.writeBytes(text(after));
        return out.toByteArray();
    }

    /** Refused at the door, by both doors and by a dry run, with nothing stored. */
    private void refused(String name, byte[] content, int status, String code) throws IOException {
        for (var kind : List.of("transactions", "customers")) {
            for (var dryRun : List.of("false", "true")) {
                send(kind, name, content, Map.of("dry_run", dryRun))
                        .statusCode(status)
                        .body("success", equalTo(false))
                        .body("error.code", equalTo(code))
                        .body(status == 400 ? "error.details[0].message" : "error.message", not(emptyOrNullString()));
            }
        }
        nothingIsStored();
    }
}
