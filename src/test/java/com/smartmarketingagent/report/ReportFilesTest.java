package com.smartmarketingagent.report;

import static org.assertj.core.api.Assertions.assertThat;

import com.smartmarketingagent.report.ReportRepository.SaleRow;
import java.io.IOException;
import java.lang.ref.WeakReference;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.stream.IntStream;
import java.util.zip.ZipFile;
import org.dhatim.fastexcel.Workbook;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ReportFilesTest {

    private static final int PAGES = 5;

    @TempDir
    Path folder;

    private final List<WeakReference<String>> written = new ArrayList<>();

    private String text(String what, int i) {
        var text = what + " " + i;
        written.add(new WeakReference<>(text));
        return text;
    }

    private SaleRow sale(int i) {
        return new SaleRow(
                new UUID(0, i),
                LocalDate.EPOCH,
                text("Pelanggan", i),
                text("08", i),
                text("Kota", i),
                text("Kain", i),
                BigDecimal.TEN,
                text("INV", i),
                text("Catatan", i));
    }

    /**
     * What is still there at the end is a page; and what the workbook keeps of texts, it writes as a list of its own.
     */
    @Test
    void howeverManySalesAWorkbookHasOnlyAPageOfThemIsInMemory() throws Exception {
        var file = folder.resolve("sales.xlsx");
        var there = new ArrayList<Long>();
        try (var book = new Workbook(Files.newOutputStream(file), "Smart Marketing Agent", "1.0")) {
            ReportFiles.sales(book, "Penjualan", List.of("Tanggal", "Nama"), last -> {
                if (written.size() < PAGES * 6_000)
                    return IntStream.range(0, 1_000).mapToObj(this::sale).toList();
                System.gc();
                there.add(written.stream().filter(text -> !text.refersTo(null)).count());
                return List.of();
            });
        }
        assertThat(there).singleElement().satisfies(count -> assertThat(count).isLessThanOrEqualTo(6_100));
        try (var zip = new ZipFile(file.toFile())) {
            assertThat(part(zip, "xl/worksheets/sheet1.xml")).contains("Catatan 999", "INV 0");
            assertThat(part(zip, "xl/sharedStrings.xml")).contains("Tanggal").hasSizeLessThan(1_000);
        }
    }

    private static String part(ZipFile zip, String name) throws IOException {
        try (var in = zip.getInputStream(zip.getEntry(name))) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        }
    }
}
