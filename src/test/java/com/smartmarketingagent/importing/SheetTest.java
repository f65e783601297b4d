package com.smartmarketingagent.importing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.smartmarketingagent.importing.UnreadableFile.Code;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Set;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.dhatim.fastexcel.Workbook;
import org.dhatim.fastexcel.Worksheet;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SheetTest {

    @TempDir
    Path folder;

    private Path csv(String content) throws IOException {
        return bytes(content.getBytes(StandardCharsets.UTF_8));
    }

    private Path bytes(byte[] content) throws IOException {
        return Files.write(folder.resolve("penjualan"), content);
    }

    private static List<Row> rows(Path file, String name) throws UnreadableFile {
        try (Sheet sheet = Sheet.open(file, name)) {
            List<Row> rows = new ArrayList<>();
            for (Row row = sheet.next(); row != null; row = sheet.next()) rows.add(row);
            return rows;
        }
    }

    private static void refused(Code code, ThrowingCallable reading) {
        assertThatThrownBy(reading)
                .isInstanceOfSatisfying(
                        UnreadableFile.class, e -> assertThat(e.code()).isEqualTo(code));
    }

    private void refusedAtOnce(Code code, String name, byte[] content) throws IOException {
        Path file = bytes(content);
        refused(code, () -> Sheet.open(file, name).close());
    }

    // CSV

    @ParameterizedTest
    @ValueSource(strings = {",", ";", "\t"})
    void theSeparatorIsFoundByTheHeading(String separator) throws Exception {
        Path file = csv("Nama,No HP,Total\nBudi,0812,5\n".replace(",", separator));
        try (Sheet sheet = Sheet.open(file, "a.csv")) {
            assertThat(sheet.heading()).containsExactly("Nama", "No HP", "Total");
            assertThat(sheet.headingRow()).isEqualTo(1);
            assertThat(String.valueOf(sheet.next())).isEqualTo("2[Budi, 0812, 5]");
            assertThat(sheet.next()).isNull();
            assertThat(sheet.bytesRead()).isEqualTo(sheet.bytesTotal()).isEqualTo(Files.size(file));
        }
    }

    @Test
    void commasInsideASemicolonFileAreNoSeparators() throws Exception {
        assertThat(rows(csv("Nama;Alamat;Total\nBudi;Jl. A, No. 1, Solo;1,5jt\n"), "a.csv")
                        .getFirst()
                        .text(1))
                .isEqualTo("Jl. A, No. 1, Solo");
    }

    @Test
    void titlesAboveTheHeadingAreSkippedAndRowsKeepTheirNumbers() throws Exception {
        Path file = csv("Toko Batik Ayu,,\nLaporan tanggal 1 Januari,,\n\nNama,Tanggal,Total\n\nBudi,1/1/2025,5\n");
        try (Sheet sheet = Sheet.open(file, "a.csv")) {
            assertThat(sheet.headingRow()).isEqualTo(4);
            assertThat(String.valueOf(sheet.next())).isEqualTo("6[Budi, 1/1/2025, 5]");
        }
    }

    @ParameterizedTest
    @CsvSource({
        "Bulan April 2025,          a.csv,               2025",
        "01-04-2025 s/d 30-04-2025, a.csv,               2025",
        "Toko Ayu,                  penjualan_2025.csv,  2025",
        "Tahun 2025,                penjualan 2025.csv,  2025",
        "Tahun 2025,                penjualan 2024.csv,  -1",
        "Tahun 2024/2025,           a.csv,               -1",
        "Telp 0812-2025-1234,       a.csv,               -1",
        "Telp 0812 20251234,        20250401.csv,        -1",
        "Tahun 1998,                a.csv,               -1"
    })
    void aYearThatStandsAloneInTheTitlesOrTheNameIsKnown(String title, String name, int year) throws Exception {
        Path file = csv(title + ",,\nNama,Tanggal,Total\nBudi 2023,1/1,5\n");
        try (Sheet sheet = Sheet.open(file, name)) {
            assertThat(sheet.year().orElse(-1)).isEqualTo(year);
        }
    }

    @Test
    void aYearInTheNameOfTheSheetThatIsReadIsKnown() throws Exception {
        Path file = folder.resolve("buku");
        try (OutputStream out = Files.newOutputStream(file);
                Workbook workbook = new Workbook(out, "test", "1.0")) {
            for (String name : List.of("April 2025", "Mei 2024")) {
                Worksheet sheet = workbook.newWorksheet(name);
                sheet.value(0, 0, "Nama");
                sheet.value(1, 0, "Budi");
            }
        }
        try (Sheet sheet = Sheet.open(file, "a.xlsx")) {
            assertThat(sheet.year()).hasValue(2025);
        }
    }

    @Test
    void aLineBreakInQuotesIsNoRowOfItsOwn() throws Exception {
        List<Row> rows = rows(csv("Nama,Catatan\r\nBudi,\"satu\r\ndua\"\r\n\r\nAni,\"a \"\"b\"\" c\"\r\n"), "a.csv");
        assertThat(rows).extracting(Row::number).containsExactly(2, 4);
        assertThat(rows.get(0).text(1)).isEqualTo("satu\r\ndua");
        assertThat(rows.get(1).text(1)).isEqualTo("a \"b\" c");
    }

    @Test
    void excelsOwnHintOfTheSeparatorIsObeyedAndNotCounted() throws Exception {
        try (Sheet sheet = Sheet.open(csv("sep=;\r\nNama;Total\r\nBudi;5\r\n"), "a.csv")) {
            assertThat(sheet.heading()).containsExactly("Nama", "Total");
            assertThat(sheet.headingRow()).isEqualTo(1);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"UTF-8", "windows-1252", "UTF-16LE", "UTF-16BE"})
    void everyUsualEncodingIsRead(String encoding) throws Exception {
        String mark = encoding.startsWith("UTF") ? "\ufeff" : "";
        Path file = bytes((mark + "Nama,Total\nAndré,5\n").getBytes(Charset.forName(encoding)));
        try (Sheet sheet = Sheet.open(file, "a.csv")) {
            assertThat(sheet.heading()).containsExactly("Nama", "Total");
            assertThat(sheet.next()).extracting(row -> row.text(0)).isEqualTo("André");
        }
    }

    @Test
    void utf8WithoutAMarkIsKnownAlsoFromItsLastByte() throws Exception {
        String filler = "Budi,5\n".repeat(20_000);
        assertThat(rows(csv("Nama,Total\n" + filler + "André 😀,5\n"), "a.csv")
                        .getLast()
                        .text(0))
                .isEqualTo("André 😀");
        byte[] latin = ("Nama,Total\n" + filler + "André,5\n").getBytes(Charset.forName("windows-1252"));
        assertThat(rows(bytes(latin), "a.csv").getLast().text(0)).isEqualTo("André");
    }

    @Test
    void charactersOfTwoHalvesSurviveEveryEdgeOfABuffer() throws Exception {
        for (int shift = 0; shift < 4; shift++) {
            String content = "Nama,Total\n" + "x".repeat(shift) + ",5\n" + "😀é,5\n".repeat(30_000);
            List<Row> rows = rows(csv(content), "a.csv");
            assertThat(rows).hasSize(30_001);
            assertThat(rows.subList(1, rows.size())).allMatch(row -> row.text(0).equals("😀é"));
        }
    }

    @Test
    void aByteThatNoEncodingHasIsFoundAtOnceNearTheBeginningAndLaterInItsRow() throws Exception {
        byte[] early = "Nama,Total\nBudi\u0081,5\n".getBytes(StandardCharsets.ISO_8859_1);
        refusedAtOnce(Code.ENCODING, "a.csv", early);
        String filler = "Budi,5\n".repeat(20_000);
        Path late = bytes(("Nama,Total\n" + filler + "Budi\u0081,5\n").getBytes(StandardCharsets.ISO_8859_1));
        Sheet.open(late, "a.csv").close();
        assertThatThrownBy(() -> rows(late, "a.csv")).isInstanceOfSatisfying(UnreadableFile.class, e -> {
            assertThat(e.code()).isEqualTo(Code.ENCODING);
            assertThat(e.row()).isEqualTo(20_002);
            assertThat(e.status()).isEqualTo(400);
            assertThat(e.sentence(Locale.of("id"))).startsWith("Baris 20002: ");
            assertThat(e.sentence(Locale.ENGLISH)).startsWith("Row 20002: ");
        });
    }

    @Test
    void aMarkDecidesEvenIfTheBytesSayOtherwise() throws Exception {
        byte[] content = "\u00ef\u00bb\u00bfNama,Total\nAndr\u00e9,5\n".getBytes(StandardCharsets.ISO_8859_1);
        refusedAtOnce(Code.ENCODING, "a.csv", content);
    }

    @Test
    void aNulIsFoundAtOnceNearTheBeginningAndLaterInItsRow() throws Exception {
        refusedAtOnce(Code.NUL, "a.csv", "Nama,Total\nBu\0di,5\n".getBytes(StandardCharsets.UTF_8));
        refusedAtOnce(Code.NUL, "a.csv", "Nama,Total\nBudi,5\n".getBytes(StandardCharsets.UTF_16LE));
        Path late = csv("Nama,Total\n" + "Budi,5\n".repeat(20_000) + "Bu\0di,5\n");
        assertThatThrownBy(() -> rows(late, "a.csv")).isInstanceOfSatisfying(UnreadableFile.class, e -> {
            assertThat(e.code()).isEqualTo(Code.NUL);
            assertThat(e.row()).isEqualTo(20_002);
        });
    }

    @Test
    void aFileWithoutAnythingOrWithoutRowsIsRefused() throws Exception {
        refusedAtOnce(Code.EMPTY, "a.csv", new byte[0]);
        refusedAtOnce(Code.EMPTY, "a.csv", "\ufeff".getBytes(StandardCharsets.UTF_8));
        refusedAtOnce(Code.EMPTY, "a.csv", "\n,,\n \n".getBytes(StandardCharsets.UTF_8));
        refusedAtOnce(Code.NO_ROWS, "a.csv", "Nama,Total\n\n,\n".getBytes(StandardCharsets.UTF_8));
    }

    @Test
    void ofTitlesThatNobodyKnowsNoRowBelowIsTakenForTheHeading() throws Exception {
        var file = csv("siapa,kapan,berapa,\nAni,2025-12-01,5000,\nBudi,2025-12-02,7000,lunas\n");
        try (Sheet sheet = Sheet.open(file, "a.csv")) {
            assertThat(sheet.headingRow()).isEqualTo(1);
            assertThat(sheet.heading()).startsWith("siapa", "kapan", "berapa");
        }
    }

    @Test
    void ofTitlesThatNobodyKnowsTheFirstRowOfSeveralCellsIsTheHeading() throws Exception {
        try (Sheet sheet = Sheet.open(csv("judul\n\nfoo;bar\n1;2\n"), "a.csv")) {
            assertThat(sheet.heading()).containsExactly("foo", "bar");
            assertThat(sheet.headingRow()).isEqualTo(3);
            Row row = sheet.next();
            assertThat(row == null ? null : row.text(1)).isEqualTo("2");
        }
    }

    @Test
    void aColumnThatTheOwnerHasMappedIsKnown() throws Exception {
        Path file = csv("judul\nsiapa;berapa\nBudi;5\n");
        try (Sheet sheet = Sheet.open(file, "a.csv", Set.of("Berapa"), ArchiveCheck.Limits.DEFAULT)) {
            assertThat(sheet.heading()).containsExactly("siapa", "berapa");
            assertThat(sheet.headingRow()).isEqualTo(2);
        }
    }

    @Test
    void aCellIsAtMostAsLongAsASpreadsheetAllows() throws Exception {
        assertThat(rows(csv("Nama,Total\n" + "x".repeat(32_767) + ",5\n"), "a.csv"))
                .hasSize(1);
        Path file = csv("Nama,Total\n" + "x".repeat(32_768) + ",5\n");
        refused(Code.CELL_TOO_LONG, () -> rows(file, "a.csv"));
    }

    @Test
    void aMegabyteInACellIsRefusedNamingTheRow() throws Exception {
        for (String cell : List.of("x".repeat(1 << 20), "\"" + "x".repeat(1 << 20) + "\"")) {
            Path file = csv("Nama,Total\n" + "Budi,5\n".repeat(50) + cell + ",5\n");
            assertThatThrownBy(() -> rows(file, "a.csv")).isInstanceOfSatisfying(UnreadableFile.class, e -> {
                assertThat(e.code()).isEqualTo(Code.CELL_TOO_LONG);
                assertThat(e.row()).isEqualTo(52);
                assertThat(e.status()).isEqualTo(400);
            });
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "Citra,6\n", // to the end of the file
                "Citra,6\n\"Dewi, S.E.\",7\n", // the next mark opens a cell
                "Citra,6\nDewi,\"7\"\n",
                "\"Citra\",\"6\"\n",
                "Citra,\"\"\n\"Dewi\",7\n",
            })
    void aMarkThatIsNeverClosedIsACharacterOfItsLineAndTheLinesBehindAreRows(String behind) throws Exception {
        List<Row> whole = rows(csv("Nama,Total\nAni,5\n" + behind), "a.csv");
        for (String cell : List.of("\"Budi", "\"Budi \"\"B\"\"", "\"")) {
            List<Row> rows = rows(csv("Nama,Total\nAni,5\n" + cell + ",5\n" + behind), "a.csv");
            assertThat(rows.get(1).number()).isEqualTo(3);
            assertThat(rows.get(1).text(0)).isEqualTo(cell);
            assertThat(rows.get(1).text(1)).isEqualTo("5");
            assertThat(rows).hasSize(whole.size() + 1);
            for (int i = 2; i < rows.size(); i++) {
                assertThat(rows.get(i).number()).isEqualTo(whole.get(i - 1).number() + 1);
                assertThat(rows.get(i).text(0)).isEqualTo(whole.get(i - 1).text(0));
                assertThat(rows.get(i).text(1)).isEqualTo(whole.get(i - 1).text(1));
            }
        }
    }

    @Test
    void aMarkInTheLastCellOfALineIsNoneEither() throws Exception {
        List<Row> rows = rows(csv("Nama,Total\r\nAni,\"5\r\nBudi,6\r\nCitra,\"7"), "a.csv");
        assertThat(rows).extracting(String::valueOf).containsExactly("2[Ani, \"5]", "3[Budi, 6]", "4[Citra, \"7]");
    }

    @Test
    void onOneLineAMarkThatOpensTheNextCellClosesNoneAndAFewCharactersBehindOneThatClosesAreForgiven()
            throws Exception {
        assertThat(rows(
                        csv(
                                "Nama,Produk,Total\n\"Budi,\"Lurik\",5\n\"Batik, halus\" Parang,x,6\n\"A\" \"B\",y,7\nAni,,8\n"),
                        "a.csv"))
                .extracting(String::valueOf)
                .containsExactly(
                        "2[\"Budi, Lurik, 5]", "3[Batik, halus Parang, x, 6]", "4[\"A\" \"B\", y, 7]", "5[Ani, , 8]");
    }

    @Test
    void aMarkFarFromTheNextOneCostsOneRowOfAnyNumber() throws Exception {
        // 250,000 rows behind it, so that what is looked ahead ends long before the file
        List<Row> rows = rows(csv("Nama,Total\n\"Budi,5\n" + "Ani,5\n".repeat(250_000) + "\"Citra\",5\n"), "a.csv");
        assertThat(rows).hasSize(250_002);
        assertThat(rows.getFirst().text(0)).isEqualTo("\"Budi");
        assertThat(rows.getLast().number()).isEqualTo(250_003);
        assertThat(rows.getLast().text(0)).isEqualTo("Citra");
    }

    @Test
    void everyRowMayHaveItsOwnUnclosedMark() throws Exception {
        List<Row> rows = rows(csv("Nama,Total,Catatan\n" + "\"Ani,5,\"\n".repeat(40_000)), "a.csv");
        assertThat(rows).hasSize(40_000);
        assertThat(rows.getLast().number()).isEqualTo(40_001);
    }

    @Test
    void aCellMayHaveAsManyLinesAndCharactersAsASpreadsheetAllows() throws Exception {
        for (String line : List.of("\n", "\r\n", "\r")) {
            String tall = "x" + line.repeat(253) + "y";
            List<Row> rows = rows(csv("Nama,Total\n\"" + tall + "\",5\nAni,6\n"), "a.csv");
            assertThat(rows).extracting(Row::number).containsExactly(2, 3);
            assertThat(rows.getFirst().text(0)).isEqualTo(tall);
            // the empty lines between are none
            assertThat(rows(csv("Nama,Total\n\"x" + line.repeat(254) + "y\",5\nAni,6\n"), "a.csv"))
                    .extracting(row -> row.text(0))
                    .containsExactly("\"x", "y\"", "Ani");
        }
        String marks = "a\n" + "\"\"".repeat(32_765);
        assertThat(rows(csv("Nama,Total\n\"" + marks + "\",5\nAni,6\n"), "a.csv")
                        .getFirst()
                        .text(0))
                .hasSize(32_767);
        assertThat(rows(csv("Nama,Total\n\"Ani\",5\n\"Jl. A\nSolo\" ,5\n"), "a.csv"))
                .extracting(Row::number)
                .containsExactly(2, 3);
    }

    @Test
    void aFileThatBreaksInsideAnUnclosedCellNamesTheRowThatIsBroken() throws Exception {
        Path file = csv("Nama,Total\n" + "Budi,5\n".repeat(20_000) + "\"Budi,5\nAni,5\nBu\0di,5\n");
        assertThatThrownBy(() -> rows(file, "a.csv")).isInstanceOfSatisfying(UnreadableFile.class, e -> {
            assertThat(e.code()).isEqualTo(Code.NUL);
            assertThat(e.row()).isEqualTo(20_004);
        });
    }

    @Test
    void aMarkInATitleAboveTheHeadingDoesNotHideIt() throws Exception {
        try (Sheet sheet = Sheet.open(csv("\"Toko Batik Ayu\nNama;Total\nAni;5\n"), "a.csv")) {
            assertThat(sheet.heading()).containsExactly("Nama", "Total");
            assertThat(sheet.headingRow()).isEqualTo(2);
        }
    }

    @Test
    void aHintThatNamesNoSeparatorIsNone() throws Exception {
        assertThat(rows(csv("sep=\"\nNama,Total\nAni,5\n"), "a.csv")).hasSize(1);
    }

    @Test
    void aThousandColumnsAreReadAndOneMoreIsRefused() throws Exception {
        assertThat(rows(csv("Nama" + ",x".repeat(999) + "\nBudi\n"), "a.csv")).hasSize(1);
        refusedAtOnce(
                Code.TOO_MANY_COLUMNS,
                "a.csv",
                ("Nama" + ",x".repeat(1_000) + "\nBudi\n").getBytes(StandardCharsets.UTF_8));
        refusedAtOnce(
                Code.TOO_MANY_COLUMNS,
                "a.csv",
                ("Nama" + ",x".repeat(100_000) + "\nBudi\n").getBytes(StandardCharsets.UTF_8));
    }

    // XLSX

    interface Filling {
        void fill(Worksheet sheet);
    }

    private Path xlsx(Filling... sheets) throws IOException {
        Path file = folder.resolve("buku");
        try (OutputStream out = Files.newOutputStream(file);
                Workbook workbook = new Workbook(out, "test", "1.0")) {
            for (int i = 0; i < sheets.length; i++) sheets[i].fill(workbook.newWorksheet("Lembar " + i));
        }
        return file;
    }

    @Test
    void anExcelFileGivesTextsExactNumbersAndDays() throws Exception {
        Path file = xlsx(sheet -> {
            sheet.value(0, 0, "Laporan");
            String[] heading = {"Nama", "No HP", "Tanggal", "Total", "Jam"};
            for (int i = 0; i < heading.length; i++) sheet.value(2, i, heading[i]);
            sheet.value(4, 0, "Budi");
            sheet.value(4, 1, 8123456789L);
            sheet.value(4, 2, LocalDate.of(2025, 12, 31));
            sheet.style(4, 2).format("dd/mm/yyyy").set();
            sheet.value(4, 3, 0.1 + 0.2);
            sheet.value(5, 0, "Ani");
            sheet.value(5, 1, 6281234567890L);
            sheet.value(5, 2, LocalDateTime.of(2025, 12, 31, 14, 5));
            sheet.style(5, 2).format("[$-421]d mmmm yyyy hh:mm").set();
            sheet.value(5, 3, 150000);
            sheet.style(5, 3).format("[$Rp-421]#,##0").set();
        });
        try (Sheet sheet = Sheet.open(file, "Penjualan.XLSX")) {
            assertThat(sheet.headingRow()).isEqualTo(3);
            assertThat(sheet.heading()).containsExactly("Nama", "No HP", "Tanggal", "Total", "Jam");
            Row budi = Objects.requireNonNull(sheet.next());
            assertThat(String.valueOf(budi)).isEqualTo("5[Budi, 8123456789, 2025-12-31T00:00, 0.3]");
            assertThat(budi.type(2)).isEqualTo(Row.Type.DATE);
            Row ani = Objects.requireNonNull(sheet.next());
            assertThat(String.valueOf(ani)).isEqualTo("6[Ani, 6281234567890, 2025-12-31T14:05, 150000]");
            assertThat(ani.type(3)).isEqualTo(Row.Type.NUMBER);
            assertThat(sheet.next()).isNull();
            assertThat(sheet.bytesRead()).isEqualTo(sheet.bytesTotal());
        }
    }

    @Test
    void aFormulaCellHasItsTextAndItsStoredValue() throws Exception {
        Path file = Archive.xlsx(
                folder,
                "<row r=\"1\"><c r=\"A1\" t=\"inlineStr\"><is><t>Nama</t></is></c><c r=\"B1\" t=\"inlineStr\"><is><t>Total</t></is></c></row>"
                        + "<row r=\"2\"><c r=\"A2\" t=\"str\"><f>HYPERLINK(\"http://x\",\"Budi\")</f><v>Budi</v></c><c r=\"B2\"><f>2*75000</f><v>150000</v></c></row>");
        Row row = rows(file, "a.xlsx").getFirst();
        assertThat(row.text(0)).isEqualTo("=HYPERLINK(\"http://x\",\"Budi\")");
        assertThat(row.stored(0)).isEqualTo("Budi");
        assertThat(row.stored(1)).isEqualTo("150000");
        assertThat(row.type(1)).isEqualTo(Row.Type.NUMBER);
    }

    private static String cell(String reference, String type, String value) {
        return "<c r=\"" + reference + "\" t=\"" + type + "\"><v>" + value + "</v></c>";
    }

    private static final String TEXT_HEADING = "<row r=\"1\">" + cell("A1", "str", "Nama") + "</row>";

    @Test
    void aCellOfAnyTypeIsReadAndNoneBreaksTheFile() throws Exception {
        String types = cell("A2", "d", "2025-12-31T00:00:00")
                + cell("B2", "zz", "5")
                + cell("C2", "e", "#N/A")
                + cell("D2", "b", "1")
                + cell("E2", "n", "lima")
                + cell("F2", "s", "7")
                + cell("G2", "s", "2000000000")
                + cell("H2", "str", "Budi");
        Row row = rows(Archive.xlsx(folder, TEXT_HEADING + "<row r=\"2\">" + types + "</row>"), "a.xlsx")
                .getFirst();
        assertThat(String.valueOf(row)).isEqualTo("2[2025-12-31T00:00:00, 5, #N/A, TRUE, lima, #7, #2000000000, Budi]");
        List<Row.Type> found = new ArrayList<>();
        for (int i = 0; i < row.size(); i++) found.add(row.type(i));
        assertThat(found)
                .containsExactly(
                        Row.Type.DATE,
                        Row.Type.ERROR,
                        Row.Type.ERROR,
                        Row.Type.BOOLEAN,
                        Row.Type.ERROR,
                        Row.Type.ERROR,
                        Row.Type.ERROR,
                        Row.Type.TEXT);
    }

    @Test
    void aTextIsWithoutItsPhoneticRunsAndItsEscapes() throws Exception {
        Path file = folder.resolve("teks.xlsx");
        String texts = "<si><r><t>Bu</t></r><r><t>di</t></r><rPh sb=\"0\" eb=\"1\"><t>XX</t></rPh></si>"
                + "<si><t>Jl. A_x000D_\n_x005F_x0041_ _x0000_Solo</t></si>";
        try (Archive archive = new Archive(Files.newOutputStream(file))) {
            archive.part(Archive.TEXTS, Archive.XML + "<sst " + Archive.MAIN + ">" + texts + "</sst>");
            archive.part(
                    Archive.SHEET,
                    Archive.sheet(TEXT_HEADING + "<row r=\"2\">" + cell("A2", "s", "0") + cell("B2", "s", "1")
                            + "<c r=\"C2\" t=\"inlineStr\"><is><t>Ani</t><rPh sb=\"0\" eb=\"1\"><t>YY</t></rPh></is></c>"
                            + "</row>"));
        }
        Row row = rows(file, "a.xlsx").getFirst();
        assertThat(row.text(0)).isEqualTo("Budi");
        assertThat(row.text(1)).isEqualTo("Jl. A\r\n_x0041_ Solo");
        assertThat(row.text(2)).isEqualTo("Ani");
    }

    @Test
    void aFormulaThatWasNeverCalculatedIsKnownFromAnEmptyResult() throws Exception {
        Path file = Archive.xlsx(
                folder,
                "<row r=\"1\"><c r=\"A1\" t=\"inlineStr\"><is><t>Nama</t></is></c><c r=\"B1\" t=\"inlineStr\"><is><t>Total</t></is></c></row>"
                        + "<row r=\"2\"><c r=\"A2\"><f>B2</f></c><c r=\"B2\"><f>2*75000</f></c><c r=\"C2\" t=\"str\"><f>IF(A2=1,1,\"\")</f><v></v></c></row>");
        Row row = rows(file, "a.xlsx").getFirst();
        assertThat(row.text(0)).isEqualTo("=B2");
        assertThat(row.type(1)).isEqualTo(Row.Type.FORMULA);
        assertThat(row.stored(1)).isEmpty();
        assertThat(row.type(2)).isEqualTo(Row.Type.TEXT);
        assertThat(row.stored(2)).isEmpty();
    }

    @Test
    void theFirstSheetWithRowsIsRead() throws Exception {
        Path file = xlsx(
                sheet -> {},
                sheet -> {
                    sheet.value(0, 0, "Nama");
                    sheet.value(1, 0, "Budi");
                },
                sheet -> sheet.value(0, 0, "Email"));
        assertThat(rows(file, "a.xlsx")).extracting(row -> row.text(0)).containsExactly("Budi");
    }

    private static final String[] BOOK = {"No", "Tgl", "Nama Pembeli", "Barang", "Jumlah (Rp)"};

    /** Columns are those of {@link #BOOK}; blank ones are left out. */
    private static void write(Worksheet sheet, int row, String... cells) {
        for (int i = 0; i < cells.length; i++) {
            if (!cells[i].isEmpty()) sheet.value(row, i, cells[i]);
        }
    }

    private static List<@Nullable Line> lines(Path file) throws UnreadableFile {
        try (Sheet sheet = Sheet.open(file, "buku.xlsx")) {
            Mapping mapping = Mapping.recognise(sheet.heading(), Kind.TRANSACTIONS);
            LineReader reader =
                    new LineReader(mapping, Kind.TRANSACTIONS, DateOrder.DAY_FIRST, LocalDate.of(2026, 11, 28));
            List<@Nullable Line> lines = new ArrayList<>();
            for (Row row = sheet.next(); row != null; row = sheet.next()) lines.add(reader.read(row));
            return lines;
        }
    }

    @Test
    void aDayThatIsMergedOverSeveralRowsIsTheDayOfEachOfThem() throws Exception {
        Path file = xlsx(sheet -> {
            write(sheet, 0, "BATIK SEKAR JAGAD");
            sheet.range(0, 0, 0, 4).merge();
            write(sheet, 3, BOOK);
            write(sheet, 4, "1", "4 Apr 2026", "Ani", "Kain", "85000");
            write(sheet, 5, "2", "", "Budi", "Blus", "90000");
            write(sheet, 6, "", "", "", "Syal", "25000");
            write(sheet, 7, "3", "", "Cici", "Kain", "70000");
            sheet.range(4, 1, 7, 1).merge();
            write(sheet, 8, "4", "", "Dedi", "Kain", "60000");
            sheet.value(9, 1, LocalDate.of(2026, 4, 6));
            sheet.style(9, 1).format("dd/mm/yyyy").set();
            write(sheet, 9, "5", "", "Evi", "Kain", "50000");
            write(sheet, 10, "6", "", "Fani", "Kain", "40000");
            write(sheet, 11, "", "", "Total April", "", "420000");
            sheet.range(9, 1, 11, 1).merge();
            write(sheet, 12, "7", "kemarin", "Gita", "Kain", "30000");
            write(sheet, 13, "8", "", "Hani", "Kain", "20000");
            sheet.range(12, 1, 13, 1).merge();
        });
        List<@Nullable Line> lines = lines(file);
        assertThat(lines.subList(0, 4))
                .allSatisfy(line -> assertThat(((Line.Sale) Objects.requireNonNull(line)).date())
                        .isEqualTo(LocalDate.of(2026, 4, 4)));
        // who has no name of their own goes on with the sale above, as without merged cells
        assertThat(((Line.Sale) Objects.requireNonNull(lines.get(2))).head()).isEqualTo(6);
        assertThat(((Line.Sale) Objects.requireNonNull(lines.get(3))).head()).isEqualTo(8);
        assertThat(((Line.Refused) Objects.requireNonNull(lines.get(4)))
                        .reason()
                        .key())
                .isEqualTo("refused.no_date");
        assertThat(((Line.Sale) Objects.requireNonNull(lines.get(6))).date()).isEqualTo(LocalDate.of(2026, 4, 6));
        Line.Refused last = (Line.Refused) Objects.requireNonNull(lines.getLast());
        assertThat(last.reason().key()).isEqualTo("refused.not_a_day");
        assertThat(last.value()).isEqualTo("kemarin");
    }

    @Test
    void anExcelFileWithoutAnythingOrWithoutRowsIsRefused() throws Exception {
        Path empty = xlsx(sheet -> {});
        refused(Code.EMPTY, () -> Sheet.open(empty, "a.xlsx").close());
        Path heading = xlsx(sheet -> sheet.value(0, 0, "Nama"));
        refused(Code.NO_ROWS, () -> Sheet.open(heading, "a.xlsx").close());
    }

    @Test
    void theNameMustFitTheContent() throws Exception {
        Path excel = xlsx(sheet -> {
            sheet.value(0, 0, "Nama");
            sheet.value(1, 0, "Budi");
        });
        refused(Code.EXCEL_NAMED_OTHERWISE, () -> Sheet.open(excel, "a.csv").close());
        byte[] text = "Nama\nBudi\n".getBytes(StandardCharsets.UTF_8);
        refusedAtOnce(Code.TEXT_NAMED_EXCEL, "a.xlsx", text);
        refusedAtOnce(Code.TEXT_NAMED_EXCEL, "a.xls", text);
        assertThat(rows(bytes(text), "a.txt")).hasSize(1);
        assertThat(rows(bytes(text), "penjualan")).hasSize(1);
    }

    @Test
    void otherKindsOfFilesAreRefusedWithTheirReason() throws Exception {
        byte[] ole = new byte[4096];
        System.arraycopy(new byte[] {(byte) 0xd0, (byte) 0xcf, 0x11, (byte) 0xe0}, 0, ole, 0, 4);
        refusedAtOnce(Code.OLD_EXCEL, "a.xls", ole);
        byte[] name = "EncryptedPackage".getBytes(StandardCharsets.UTF_16LE);
        System.arraycopy(name, 0, ole, 1024, name.length);
        refusedAtOnce(Code.ENCRYPTED, "a.xlsx", ole);
        refusedAtOnce(Code.UNSUPPORTED, "a.csv", "%PDF-1.7 ...".getBytes(StandardCharsets.UTF_8));
        for (Code code : List.of(Code.OLD_EXCEL, Code.ENCRYPTED, Code.UNSUPPORTED, Code.EXCEL_NAMED_OTHERWISE)) {
            assertThat(code.status).isEqualTo(415);
        }
    }
}
