package com.smartmarketingagent.importing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.smartmarketingagent.Await;
import com.smartmarketingagent.importing.UnreadableFile.Code;
import io.quarkus.test.junit.QuarkusTest;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.SocketTimeoutException;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Threats 20, 21 and 23: workbooks that were made to do harm do none, and nothing of them is stored. */
@QuarkusTest
class HostileArchiveTest extends HandingOver {

    private static final String ROWS = "<row r=\"1\"><c r=\"A1\" t=\"inlineStr\"><is><t>Nama</t></is></c></row>"
            + "<row r=\"2\"><c r=\"A2\" t=\"inlineStr\"><is><t>Budi</t></is></c></row>";

    @TempDir
    Path folder;

    interface Parts {
        void write(Archive archive) throws IOException;
    }

    private Path archive(Parts parts) throws IOException {
        Path file = folder.resolve("arsip.xlsx");
        try (Archive archive = new Archive(Files.newOutputStream(file))) {
            parts.write(archive);
        }
        return file;
    }

    /** Refused for this reason, and so at the door: with its status, and nothing stored. */
    private void refused(Code code, Path file) throws IOException {
        assertThatThrownBy(() -> Sheet.open(file, "a.xlsx").close())
                .isInstanceOfSatisfying(
                        UnreadableFile.class, e -> assertThat(e.code()).isEqualTo(code));
        send("customers", "a.xlsx", Files.readAllBytes(file), Map.of()).statusCode(code.status);
        nothingIsStored();
    }

    /** Harmless: its one customer is stored. */
    private void stored(Path file) throws IOException {
        done(send("customers", "a.xlsx", Files.readAllBytes(file), Map.of()));
        assertThat(rows("SELECT DISTINCT name FROM app.customers WHERE user_id = :user"))
                .containsExactly("Budi");
        noFileStays();
    }

    private static void refusedWithLimits(Code code, Path file, ArchiveCheck.Limits limits) {
        assertThatThrownBy(() -> ArchiveCheck.check(file, limits))
                .isInstanceOfSatisfying(
                        UnreadableFile.class, e -> assertThat(e.code()).isEqualTo(code));
    }

    @Test
    void aWorkbookByHandIsReadUnlessItDoesHarm() throws Exception {
        stored(Archive.xlsx(folder, ROWS));
    }

    @ParameterizedTest
    @ValueSource(strings = {Archive.SHEET, Archive.TEXTS, "xl/styles.xml", "xl/media/gambar.png", "xl/activeX/a.bin"})
    void threat20AnArchiveThatUnpacksToGigabytesIsRefusedWithin2Seconds(String part) throws Exception {
        byte[] zeros = new byte[1 << 20];
        Arrays.fill(zeros, (byte) (part.endsWith(".bin") ? 0 : ' '));
        Path file = archive(archive -> {
            archive.part(part, zeros, 512);
            if (!part.equals(Archive.SHEET)) archive.part(Archive.SHEET, Archive.sheet(ROWS));
        });
        // the processor's: others work here, too
        var threads = ManagementFactory.getThreadMXBean();
        long before = threads.getCurrentThreadCpuTime();
        assertThatThrownBy(() -> Sheet.open(file, "a.xlsx").close()).isInstanceOf(UnreadableFile.class);
        assertThat(Duration.ofNanos(threads.getCurrentThreadCpuTime() - before)).isLessThan(Duration.ofSeconds(2));
        assertThat(Code.TOO_LARGE.status).isEqualTo(413);
        refused(Code.TOO_LARGE, file);
    }

    @Test
    void threat20ManyPartsThatAreEachSmallAreCountedTogether() throws Exception {
        Path file = archive(archive -> {
            archive.part(Archive.SHEET, Archive.sheet(ROWS));
            for (int i = 0; i < 20; i++) archive.part("xl/worksheets/x" + i + ".xml", Archive.sheet(ROWS.repeat(100)));
        });
        long size = Archive.sheet(ROWS.repeat(100)).length();
        refusedWithLimits(Code.TOO_LARGE, file, new ArchiveCheck.Limits(19 * size, 1 << 20, 200));
        assertThat(ArchiveCheck.check(file, new ArchiveCheck.Limits(21 * size, 1 << 20, 200))
                        .rows())
                .isEqualTo(200);
        // within the usual limits it is a workbook like any other
        stored(file);
    }

    @Test
    void threat20CellsThatAreMergedAreCountedAmongWhatIsKept() throws Exception {
        String merges = "<mergeCells>" + "<mergeCell ref=\"B2:B9\"/>".repeat(2_000) + "</mergeCells></worksheet>";
        Path file = archive(
                archive -> archive.part(Archive.SHEET, Archive.sheet(ROWS).replace("</worksheet>", merges)));
        refusedWithLimits(Code.TOO_LARGE, file, new ArchiveCheck.Limits(1 << 20, 1_000_000, 200));
        stored(file);
    }

    @Test
    void threat20ManyPartsThatAreEachBelowTheLimitAreABombTogether() throws Exception {
        byte[] spaces = new byte[1 << 20];
        Arrays.fill(spaces, (byte) ' ');
        Path file = archive(archive -> {
            archive.part(Archive.SHEET, Archive.sheet(ROWS));
            for (int i = 0; i < 60; i++) archive.part("xl/worksheets/x" + i + ".xml", spaces, 7);
        });
        refusedWithLimits(Code.TOO_LARGE, file, new ArchiveCheck.Limits(Long.MAX_VALUE, Long.MAX_VALUE, 200));
        refused(Code.TOO_LARGE, file);
    }

    @Test
    void threat20TextsThatAReaderKeepsAreCountedAlsoUnderTheNameOfASheet() throws Exception {
        String texts = Archive.XML + "<worksheet " + Archive.MAIN + ">" + "<si><t>abcdefgh</t></si>".repeat(5_000);
        Path file = archive(
                archive -> archive.part(Archive.SHEET, Archive.sheet(ROWS)).part(Archive.TEXTS, texts));
        refusedWithLimits(Code.TOO_LARGE, file, new ArchiveCheck.Limits(1 << 30, 100_000, 200));
        stored(file);
    }

    /** Each text stands in the archive once: 356 kB became 117 MB in the database. */
    @Test
    void threat20ATextThatThousandsOfCellsNameIsRefusedOnceAllTogetherOutgrowTheirWorkbook() throws Exception {
        stored(named(1_600));

        send("customers", "a.xlsx", Files.readAllBytes(named(1_700)), Map.of());

        Await.until(
                "the second has failed",
                () -> rows("SELECT count(*) FROM app.imports WHERE user_id = :user AND status = 'failed'")
                        .equals(List.of("1")));
        assertThat(rows("SELECT error FROM app.imports WHERE user_id = :user AND status = 'failed'"))
                .containsExactly(Code.TOO_LARGE.indonesian);
        assertThat(new ArchiveCheck.Seen(1, 30L << 20, Map.of()).isOutgrownBy(512L << 20))
                .isFalse();
        assertThat(new ArchiveCheck.Seen(1, 30L << 20, Map.of()).isOutgrownBy((512L << 20) + 1))
                .isTrue();
    }

    /** A workbook of so many rows with one text of 5,000 characters. */
    private Path named(int rows) throws IOException {
        String texts = Archive.XML + "<sst " + Archive.MAIN
                + "><si><t>Nama</t></si><si><t>Catatan</t></si><si><t>Budi</t></si><si><t>" + "x".repeat(5_000)
                + "</t></si></sst>";
        String row = "<row><c t=\"s\"><v>%d</v></c><c t=\"s\"><v>%d</v></c></row>";
        return archive(archive -> archive.part(
                        Archive.SHEET,
                        Archive.sheet(row.formatted(0, 1) + row.formatted(2, 3).repeat(rows)))
                .part(Archive.TEXTS, texts));
    }

    @ParameterizedTest
    @ValueSource(strings = {"xl/lain.XML", Archive.TEXTS, "xl/theme/theme1.xml", "xl/styles.xml"})
    void threat21EntitiesAreRefusedInAnyPartThatIsRead(String part) throws Exception {
        String laughs = Archive.XML + "<!DOCTYPE sst [<!ENTITY a \"ha\"><!ENTITY b \"&a;&a;&a;&a;\">]><sst "
                + Archive.MAIN + "><si><t>&b;</t></si></sst>";
        refused(
                Code.ENTITIES,
                archive(archive ->
                        archive.part(Archive.SHEET, Archive.sheet(ROWS)).part(part, laughs)));
    }

    @ParameterizedTest
    @ValueSource(strings = {"UTF-16", "UTF-16LE", "UTF-16BE", "IBM037"})
    void threat21AnEncodingThatHidesEntitiesIsRefused(String encoding) throws Exception {
        byte[] hidden = ("<?xml version=\"1.0\" encoding=\"" + encoding
                        + "\"?><!DOCTYPE sst [<!ENTITY a \"ha\">]><sst/>")
                .getBytes(Charset.forName(encoding));
        refused(
                Code.ENTITIES,
                archive(archive ->
                        archive.part(Archive.SHEET, Archive.sheet(ROWS)).part(Archive.TEXTS, hidden, 1)));
    }

    @Test
    void threat21AnEncodingThatIsOnlyDeclaredIsRefused() throws Exception {
        String declared = "<?xml version=\"1.0\" encoding=\"UTF-7\"?><sst/>";
        refused(
                Code.ENTITIES,
                archive(archive ->
                        archive.part(Archive.SHEET, Archive.sheet(ROWS)).part(Archive.TEXTS, declared)));
    }

    @Test
    void threat21AnExternalEntityOpensNoSocket() throws Exception {
        try (ServerSocket listener = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            listener.setSoTimeout(300);
            String external = Archive.XML + "<!DOCTYPE sst SYSTEM \"http://127.0.0.1:" + listener.getLocalPort()
                    + "/x.dtd\" [<!ENTITY a SYSTEM \"http://127.0.0.1:" + listener.getLocalPort() + "/a\">]><sst "
                    + Archive.MAIN
                    + "><si><t>&a;</t></si></sst>";
            refused(
                    Code.ENTITIES,
                    archive(archive ->
                            archive.part(Archive.SHEET, Archive.sheet(ROWS)).part(Archive.TEXTS, external)));
            assertThatThrownBy(listener::accept).isInstanceOf(SocketTimeoutException.class);
        }
    }

    @Test
    void aDeclarationAcrossTheEdgeOfABufferIsSeen() throws Exception {
        for (int gap = (1 << 16) - 60; gap < (1 << 16) - 38; gap++) {
            String part = Archive.XML + " ".repeat(gap) + "<!DOCTYPE sst><sst/>";
            refused(
                    Code.ENTITIES,
                    archive(archive ->
                            archive.part(Archive.SHEET, Archive.sheet(ROWS)).part(Archive.TEXTS, part)));
        }
    }

    @Test
    void partsThatNobodyReadsMayHoldAnything() throws Exception {
        String doctype = Archive.XML + "<!DOCTYPE plist PUBLIC \"-//A//DTD P//EN\" \"http://a/p.dtd\"><plist/>";
        byte[] utf16 = "<?xml version=\"1.0\" encoding=\"UTF-16\"?><a/>".getBytes(StandardCharsets.UTF_16);
        Path file = archive(archive -> archive.part(Archive.SHEET, Archive.sheet(ROWS))
                .part("xl/printerSettings/printerSettings1.bin", doctype)
                .part("xl/printerSettings/printerSettings2.bin", new byte[1_000], 1)
                .part("xl/printerSettings/printerSettings3.bin", new byte[] {(byte) 0xff, (byte) 0xfe, 'a', 0}, 9)
                .part("xl/media/image1.svg", doctype)
                .part("xl/media/image2.ico", new byte[] {0, 0, 1, 0}, 9)
                .part("customXml/item1.xml", utf16, 1));
        stored(file);
    }

    @Test
    void aSheetInAPartThatWasNotLookedAtIsNotOpened() throws Exception {
        String relations = Archive.XML + "<Relationships><Relationship Id=\"rId1\" Type=\"x/worksheet\" Target=\"%s\"/>"
                + "</Relationships>";
        for (String target : new String[] {"a.bin", "/a.xml", "tidak/ada.xml"}) {
            Path file = folder.resolve("arsip.xlsx");
            try (java.util.zip.ZipOutputStream zip = new java.util.zip.ZipOutputStream(Files.newOutputStream(file))) {
                for (String[] part : new String[][] {
                    {"[Content_Types].xml", "<Types/>"},
                    {
                        "xl/workbook.xml",
                        "<workbook xmlns:r=\"http://schemas.openxmlformats.org/officeDocument/2006/relationships\"><sheets><sheet name=\"A\" sheetId=\"1\" r:id=\"rId1\"/></sheets></workbook>"
                    },
                    {"xl/_rels/workbook.xml.rels", relations.formatted(target)},
                    {"xl/a.bin", Archive.sheet(ROWS)},
                    {"a.xml", Archive.sheet(ROWS)}
                }) {
                    zip.putNextEntry(new java.util.zip.ZipEntry(part[0]));
                    zip.write(part[1].getBytes(StandardCharsets.UTF_8));
                }
            }
            refused(Code.BROKEN, file);
        }
    }

    @Test
    void aPictureMayHoldAnyBytes() throws Exception {
        byte[] picture = "\u0089PNG <!DOCTYPE <a <b".getBytes(StandardCharsets.ISO_8859_1);
        Path file = archive(archive -> archive.part(Archive.SHEET, Archive.sheet(ROWS))
                .part(Archive.TEXTS, Archive.XML + "<sst " + Archive.MAIN + "/>")
                .part("xl/media/image1.png", picture, 50_000));
        stored(file);
    }

    @Test
    void threat23AMegabyteInACellIsRefused() throws Exception {
        String cell = "<row r=\"3\"><c r=\"A3\" t=\"inlineStr\"><is><t>" + "x".repeat(1 << 20) + "</t></is></c></row>";
        refused(Code.CELL_TOO_LONG, Archive.xlsx(folder, ROWS + cell));
        String runs = "<row r=\"3\"><c r=\"A3\" t=\"inlineStr\"><is>" + "<r><t>xxxx</t></r>".repeat(1 << 16)
                + "</is></c></row>";
        refused(Code.CELL_TOO_LONG, Archive.xlsx(folder, ROWS + runs));
        String text = Archive.XML + "<sst " + Archive.MAIN + "><si><t>" + "x".repeat(1 << 20) + "</t></si></sst>";
        refused(
                Code.CELL_TOO_LONG,
                archive(archive ->
                        archive.part(Archive.SHEET, Archive.sheet(ROWS)).part(Archive.TEXTS, text)));
    }

    @Test
    void threat23AHundredThousandColumnsAreRefused() throws Exception {
        refused(
                Code.TOO_MANY_COLUMNS,
                Archive.xlsx(folder, "<row r=\"1\">" + "<c t=\"n\"><v>1</v></c>".repeat(100_000) + "</row>"));
        refused(Code.TOO_MANY_COLUMNS, Archive.xlsx(folder, "<row r=\"1\"><c r=\"EQXD1\"><v>1</v></c></row>"));
        refused(
                Code.TOO_MANY_COLUMNS,
                Archive.xlsx(folder, "<row r=\"1\"><c t=\" r='\" r=\"ZZZZZZ1\"><v>1</v></c></row>"));
        refused(Code.TOO_MANY_COLUMNS, Archive.xlsx(folder, ROWS.replace("A1", "ALM1")));
    }

    @Test
    void aThousandColumnsAreRead() throws Exception {
        stored(Archive.xlsx(
                folder, ROWS.replace("</c></row><row r=\"2\">", "</c><c r=\"ALL1\"><v>1</v></c></row><row r=\"2\">")));
    }

    @Test
    void aTruncatedArchiveIsRefused() throws Exception {
        byte[] whole = Files.readAllBytes(Archive.xlsx(folder, ROWS.repeat(50)));
        for (int length : new int[] {10, whole.length / 2, whole.length - 30}) {
            refused(Code.BROKEN, Files.write(folder.resolve("potong"), Arrays.copyOf(whole, length)));
        }
    }

    @Test
    void aFlippedByteInAPartIsRefused() throws Exception {
        byte[] whole = Files.readAllBytes(Archive.xlsx(folder, ROWS));
        int at = new String(whole, StandardCharsets.ISO_8859_1).indexOf(Archive.SHEET) + Archive.SHEET.length() + 20;
        whole[at] ^= 0x55;
        refused(Code.BROKEN, Files.write(folder.resolve("rusak"), whole));
    }

    @Test
    void aSheetThatIsNotWellFormedIsRefused() throws Exception {
        refused(Code.BROKEN, Archive.xlsx(folder, "<row r=\"1\"><c r=\"A1\"><v>1</row>"));
        refused(Code.BROKEN, Archive.xlsx(folder, "<row r=\"satu\"><c r=\"A1\"><v>1</v></c></row>"));
    }

    @Test
    void aNameThatLeavesTheFolderIsOnlyAName() throws Exception {
        Path file = archive(archive -> archive.part(Archive.SHEET, Archive.sheet(ROWS))
                .part(Archive.TEXTS, Archive.XML + "<sst " + Archive.MAIN + "/>")
                .part("../../etc/keluar.xml", "<a/>"));
        stored(file);
        assertThat(folder.resolve("../../etc/keluar.xml")).doesNotExist();
    }

    @Test
    void anArchiveThatIsNoWorkbookIsRefused() throws Exception {
        Path file = folder.resolve("lain");
        try (java.util.zip.ZipOutputStream zip = new java.util.zip.ZipOutputStream(Files.newOutputStream(file))) {
            zip.putNextEntry(new java.util.zip.ZipEntry("mimetype"));
            zip.write("application/vnd.oasis.opendocument.spreadsheet".getBytes(StandardCharsets.UTF_8));
        }
        refused(Code.UNSUPPORTED, file);
    }

    @Test
    void partsOfOneNameInTwoCasesAreRefused() throws Exception {
        refused(
                Code.BROKEN,
                archive(archive ->
                        archive.part(Archive.SHEET, Archive.sheet(ROWS)).part("xl/Worksheets/Sheet1.xml", "<a/>")));
    }
}
