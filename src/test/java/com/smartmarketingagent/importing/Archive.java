package com.smartmarketingagent.importing;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.zip.Deflater;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

/** Writes workbooks part by part, also such as no spreadsheet would write. */
final class Archive implements AutoCloseable {

    static final String XML = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>";
    static final String MAIN = "xmlns=\"http://schemas.openxmlformats.org/spreadsheetml/2006/main\"";
    static final String SHEET = "xl/worksheets/sheet1.xml";
    static final String TEXTS = "xl/sharedStrings.xml";

    private static final String RELATIONS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";
    private static final String TYPES = "application/vnd.openxmlformats-officedocument.spreadsheetml.";

    private final ZipOutputStream zip;

    Archive(OutputStream out) throws IOException {
        zip = new ZipOutputStream(out);
        part(
                "[Content_Types].xml",
                XML + "<Types xmlns=\"http://schemas.openxmlformats.org/package/2006/content-types\">"
                        + "<Override PartName=\"/xl/workbook.xml\" ContentType=\"" + TYPES + "sheet.main+xml\"/>"
                        + "<Override PartName=\"/xl/sharedStrings.xml\" ContentType=\"" + TYPES
                        + "sharedStrings+xml\"/>"
                        + "</Types>");
        part(
                "xl/workbook.xml",
                XML + "<workbook " + MAIN + " xmlns:r=\"" + RELATIONS
                        + "\"><sheets><sheet name=\"A\" sheetId=\"1\" r:id=\"rId1\"/></sheets></workbook>");
        part(
                "xl/_rels/workbook.xml.rels",
                XML + "<Relationships xmlns=\"http://schemas.openxmlformats.org/package/2006/relationships\">"
                        + "<Relationship Id=\"rId1\" Type=\"" + RELATIONS
                        + "/worksheet\" Target=\"worksheets/sheet1.xml\"/></Relationships>");
    }

    Archive part(String name, String content) throws IOException {
        return part(name, content.getBytes(StandardCharsets.UTF_8), 1);
    }

    /** The same bytes many times over. */
    Archive part(String name, byte[] content, int times) throws IOException {
        // a bomb unpacks to as much, and takes a third of the time to make
        zip.setLevel(times >= 100 ? Deflater.BEST_SPEED : Deflater.BEST_COMPRESSION);
        zip.putNextEntry(new ZipEntry(name));
        for (int i = 0; i < times; i++) zip.write(content);
        zip.closeEntry();
        return this;
    }

    static String sheet(String rows) {
        return XML + "<worksheet " + MAIN + "><sheetData>" + rows + "</sheetData></worksheet>";
    }

    /** A workbook of one sheet with these rows. */
    static Path xlsx(Path folder, String rows) throws IOException {
        Path file = folder.resolve("arsip");
        try (Archive archive = new Archive(Files.newOutputStream(file))) {
            archive.part(SHEET, sheet(rows)).part(TEXTS, XML + "<sst " + MAIN + "></sst>");
        }
        return file;
    }

    @Override
    public void close() throws IOException {
        zip.close();
    }
}
