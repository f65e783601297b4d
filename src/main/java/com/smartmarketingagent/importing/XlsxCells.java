package com.smartmarketingagent.importing;

import com.fasterxml.aalto.stax.InputFactoryImpl;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.zip.ZipEntry;
import java.util.zip.ZipException;
import java.util.zip.ZipFile;
import javax.xml.stream.XMLInputFactory;
import javax.xml.stream.XMLStreamConstants;
import javax.xml.stream.XMLStreamException;
import javax.xml.stream.XMLStreamReader;
import org.jspecify.annotations.Nullable;

/**
 * The cells of a workbook's sheets as ISO/IEC 29500 (Office Open XML) has them, row by row. The library that reads the
 * workbook around them gives up a whole sheet for one cell of a type it does not know, such as an ISO day.
 */
final class XlsxCells implements AutoCloseable {

    /**
     * @param type the attribute {@code t}; {@code e} also for a text that the workbook does not hold
     * @param style the attribute {@code s}, null where there is none
     * @param value null where nothing was stored, as in a formula never calculated
     * @param formula null where there is none
     */
    record Cell(
            String type,
            @Nullable String style,
            @Nullable String value,
            @Nullable String formula) {

        static final Cell EMPTY = new Cell("n", null, null, null);

        boolean isEmpty() {
            return (value == null || value.isEmpty()) && formula == null;
        }
    }

    /** @param number as a spreadsheet shows it, from 1 */
    record Cells(int number, List<Cell> cells) {}

    private static final XMLInputFactory XML = xml();
    private static final String RELATIONS = "xl/_rels/workbook.xml.rels";
    private static final Pattern ESCAPED = Pattern.compile("_x([0-9A-Fa-f]{4})_");

    private final ZipFile archive;
    private final Map<String, ZipEntry> parts = new HashMap<>();
    private final Map<String, String> sheets = new HashMap<>();
    private final List<String> texts = new ArrayList<>();
    private @Nullable XMLStreamReader sharedTexts;
    private @Nullable XMLStreamReader sheet;
    private int row;

    /** @throws IOException if the workbook does not say where its sheets are */
    XlsxCells(Path file) throws IOException {
        archive = new ZipFile(file.toFile(), StandardCharsets.UTF_8);
        try {
            archive.stream().forEach(part -> parts.put(part.getName().toLowerCase(Locale.ROOT), part));
            readRelations();
        } catch (XMLStreamException | RuntimeException e) {
            archive.close();
            throw new IOException(e);
        }
    }

    private static XMLInputFactory xml() {
        var factory = new InputFactoryImpl();
        factory.setProperty(XMLInputFactory.SUPPORT_DTD, false);
        factory.setProperty(XMLInputFactory.IS_SUPPORTING_EXTERNAL_ENTITIES, false);
        return factory;
    }

    private void readRelations() throws IOException, XMLStreamException {
        String shared = "xl/sharedStrings.xml";
        XMLStreamReader relations = part(RELATIONS);
        while (relations.hasNext()) {
            if (relations.next() != XMLStreamConstants.START_ELEMENT) continue;
            if (!relations.getLocalName().equals("Relationship")) continue;
            String target = String.valueOf(attribute(relations, "Target"));
            String part = target.startsWith("/") ? target.substring(1) : "xl/" + target;
            String type = String.valueOf(attribute(relations, "Type"));
            if (type.endsWith("/sharedStrings")) shared = part;
            else sheets.put(String.valueOf(attribute(relations, "Id")), part);
        }
        if (parts.containsKey(shared.toLowerCase(Locale.ROOT))) sharedTexts = part(shared);
    }

    private XMLStreamReader part(String name) throws IOException, XMLStreamException {
        ZipEntry part = parts.get(name.toLowerCase(Locale.ROOT));
        // what was not looked at is not opened
        if (part == null || !ArchiveCheck.isRead(part.getName())) throw new ZipException("No such part");
        InputStream in = archive.getInputStream(part);
        return XML.createXMLStreamReader(in);
    }

    /** Begins a sheet; {@link #next} gives its rows from then on. */
    void open(String id) throws IOException, XMLStreamException {
        sheet = part(String.valueOf(sheets.get(id)));
        row = 0;
    }

    /** The part of the archive that a sheet is in, in lower case. */
    String partOf(String id) {
        return String.valueOf(sheets.get(id)).toLowerCase(Locale.ROOT);
    }

    /** The next row that the sheet holds, null at its end. */
    @Nullable
    Cells next() throws XMLStreamException {
        XMLStreamReader xml = sheet;
        while (xml != null && xml.hasNext()) {
            int event = xml.next();
            if (event == XMLStreamConstants.START_ELEMENT && xml.getLocalName().equals("row")) return row(xml);
            if (isEnd(xml, event, "sheetData")) break;
        }
        sheet = null;
        return null;
    }

    private Cells row(XMLStreamReader xml) throws XMLStreamException {
        row++;
        String number = attribute(xml, "r");
        var cells = new ArrayList<Cell>();
        for (int event = xml.next(); !isEnd(xml, event, "row"); event = xml.next()) {
            if (event != XMLStreamConstants.START_ELEMENT || !xml.getLocalName().equals("c")) continue;
            String reference = attribute(xml, "r");
            int column = reference == null ? cells.size() : column(reference);
            while (cells.size() <= column) cells.add(Cell.EMPTY);
            cells.set(column, cell(xml));
        }
        return new Cells(number == null ? row : Integer.parseInt(number), cells);
    }

    /** {@code AB12} is 27. */
    private static int column(String reference) throws XMLStreamException {
        int column = 0;
        for (int i = 0; i < reference.length() && Character.isLetter(reference.charAt(i)); i++) {
            column = 26 * column + Character.toUpperCase(reference.charAt(i)) - 'A' + 1;
        }
        if (column < 1 || column > 26 * 26 * 26 * 2) throw new XMLStreamException("No column: " + reference);
        return column - 1;
    }

    private Cell cell(XMLStreamReader xml) throws XMLStreamException {
        String type = attribute(xml, "t");
        if (type == null) type = "n";
        String style = attribute(xml, "s");
        @Nullable String value = null;
        @Nullable String formula = null;
        for (int event = xml.next(); !isEnd(xml, event, "c"); event = xml.next()) {
            if (event != XMLStreamConstants.START_ELEMENT) continue;
            switch (xml.getLocalName()) {
                case "v" -> value = xml.getElementText();
                case "is" -> value = text(xml, "is");
                case "f" -> formula = xml.getElementText();
                default -> {}
            }
        }
        // a formula that is shared stands only in its first cell; the others have what it gave
        boolean pointsAway = formula != null && formula.isEmpty() && value != null;
        if (pointsAway) formula = null;
        if (type.equals("str") && value != null) value = unescaped(value);
        if (!type.equals("s") || value == null || value.isEmpty()) return new Cell(type, style, value, formula);
        String shared = sharedText(Integer.parseInt(value.strip()));
        return shared == null ? new Cell("e", style, "#" + value, formula) : new Cell("s", style, shared, formula);
    }

    /** Read as far as they are asked for; null beyond the last. */
    private @Nullable String sharedText(int index) throws XMLStreamException {
        XMLStreamReader xml = sharedTexts;
        while (xml != null && texts.size() <= index) {
            if (!xml.hasNext()) {
                sharedTexts = xml = null;
            } else if (xml.next() == XMLStreamConstants.START_ELEMENT
                    && xml.getLocalName().equals("si")) {
                texts.add(text(xml, "si"));
            }
        }
        return index < 0 || index >= texts.size() ? null : texts.get(index);
    }

    /** A text and its runs, without the phonetic ones, which say how it is spoken. */
    private static String text(XMLStreamReader xml, String element) throws XMLStreamException {
        var text = new StringBuilder();
        boolean phonetic = false;
        for (int event = xml.next(); !isEnd(xml, event, element); event = xml.next()) {
            if (isEnd(xml, event, "rPh")) phonetic = false;
            if (event != XMLStreamConstants.START_ELEMENT) continue;
            if (xml.getLocalName().equals("rPh")) phonetic = true;
            else if (xml.getLocalName().equals("t") && !phonetic) text.append(xml.getElementText());
        }
        return unescaped(text.toString());
    }

    /** {@code _x000D_} is the character of that number (22.9.2.19, ST_Xstring); unseen ones but breaks go. */
    private static String unescaped(String text) {
        if (!text.contains("_x")) return text;
        return ESCAPED.matcher(text).replaceAll(found -> {
            char c = (char) Integer.parseInt(found.group(1), 16);
            if (c < ' ' && c != '\n' && c != '\r' && c != '\t') return "";
            return java.util.regex.Matcher.quoteReplacement(String.valueOf(c));
        });
    }

    private static boolean isEnd(XMLStreamReader xml, int event, String element) {
        return event == XMLStreamConstants.END_ELEMENT && xml.getLocalName().equals(element);
    }

    private static @Nullable String attribute(XMLStreamReader xml, String name) {
        return xml.getAttributeValue(null, name);
    }

    @Override
    public void close() throws IOException {
        archive.close();
    }
}
