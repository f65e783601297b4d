package com.smartmarketingagent.importing;

import com.smartmarketingagent.importing.UnreadableFile.Code;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.math.BigDecimal;
import java.math.MathContext;
import java.math.RoundingMode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import javax.xml.stream.XMLStreamException;
import org.dhatim.fastexcel.reader.ExcelReaderException;
import org.dhatim.fastexcel.reader.ReadableWorkbook;
import org.dhatim.fastexcel.reader.ReadingOptions;
import org.dhatim.fastexcel.reader.SheetVisibility;
import org.jspecify.annotations.Nullable;

/** The first sheet with rows of an Excel workbook, after {@link ArchiveCheck} has passed it. */
final class XlsxRows implements Rows {

    private static final MathContext SPREADSHEET = new MathContext(15, RoundingMode.HALF_EVEN);

    private static final long DAY_MILLIS = 86_400_000;

    private final Path file;
    private final ReadableWorkbook workbook;
    private final XlsxCells cells;
    private final Map<String, Boolean> dateStyles = new HashMap<>();
    private final long bytesTotal;
    private final ArchiveCheck.Seen seen;
    private @Nullable Row firstRow;
    private @Nullable String sheetId;
    private String sheetName = "";
    private @Nullable Merges merges;
    private long rowsRead;
    private long characters;

    private XlsxRows(Path file, ReadableWorkbook workbook, XlsxCells cells, long bytesTotal, ArchiveCheck.Seen seen) {
        this.file = file;
        this.workbook = workbook;
        this.cells = cells;
        this.bytesTotal = bytesTotal;
        this.seen = seen;
    }

    static XlsxRows open(Path file, ArchiveCheck.Limits limits) throws UnreadableFile {
        ArchiveCheck.Seen seen = ArchiveCheck.check(file, limits);
        ReadableWorkbook workbook = null;
        XlsxCells cells = null;
        try {
            workbook = workbook(file);
            cells = new XlsxCells(file);
            XlsxRows rows = new XlsxRows(file, workbook, cells, Files.size(file), seen);
            rows.findSheet();
            return rows;
        } catch (IOException | XMLStreamException | RuntimeException e) {
            close(workbook, cells);
            throw new UnreadableFile(Code.BROKEN, 0, e);
        } catch (UnreadableFile e) {
            close(workbook, cells);
            throw e;
        }
    }

    /** With the formats of cells, which tell days from numbers; a workbook without styles has none. */
    private static ReadableWorkbook workbook(Path file) throws IOException {
        try {
            return new ReadableWorkbook(file.toFile(), new ReadingOptions(true, true));
        } catch (ExcelReaderException e) {
            return new ReadableWorkbook(file.toFile(), new ReadingOptions(false, true));
        }
    }

    /** The first that holds rows; one that its owner has hidden only where no other does. */
    private void findSheet() throws IOException, XMLStreamException, UnreadableFile {
        var sheets = workbook.getSheets()
                .sorted(Comparator.comparing(s -> s.getVisibility() != SheetVisibility.VISIBLE))
                .toList();
        for (var sheet : sheets) {
            cells.open(sheet.getId());
            merges = seen.merges().get(cells.partOf(sheet.getId()));
            rowsRead = 0;
            Row row = nextRow();
            while (row != null && row.isBlank()) row = nextRow();
            firstRow = row;
            sheetId = sheet.getId();
            sheetName = sheet.getName();
            if (row != null) return;
        }
    }

    @Override
    public List<String> otherSheets() {
        try (var others = new XlsxCells(file)) {
            var names = new ArrayList<String>();
            for (var sheet : workbook.getSheets().toList()) {
                boolean other = !sheet.getId().equals(sheetId) && sheet.getVisibility() == SheetVisibility.VISIBLE;
                if (other && holdsRows(others, sheet.getId())) names.add(sheet.getName());
            }
            return names;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public String sheetName() {
        return sheetName;
    }

    /** Within its first rows. A sheet that isn't read may be a drawing, or broken. */
    private static boolean holdsRows(XlsxCells cells, String sheet) {
        try {
            cells.open(sheet);
            for (int i = 0; i < Sheet.HEADING_WITHIN; i++) {
                var row = cells.next();
                if (row == null) return false;
                if (row.cells().stream().anyMatch(cell -> !cell.isEmpty())) return true;
            }
            return false;
        } catch (IOException | XMLStreamException | RuntimeException e) {
            return false;
        }
    }

    @Override
    public @Nullable Row next() throws UnreadableFile {
        Row first = firstRow;
        firstRow = null;
        return first != null ? first : nextRow();
    }

    private @Nullable Row nextRow() throws UnreadableFile {
        try {
            XlsxCells.Cells row = cells.next();
            if (row == null) return null;
            rowsRead++;
            return row(row.number(), row.cells());
        } catch (XMLStreamException | RuntimeException e) {
            // whatever the parser meets in a sheet that is not what its heading says
            throw new UnreadableFile(Code.BROKEN, 0, e);
        }
    }

    private Row row(int number, List<XlsxCells.Cell> source) throws UnreadableFile {
        int width = source.size();
        while (width > 0 && source.get(width - 1).isEmpty()) width--;
        if (width > MAX_COLUMNS) {
            throw new UnreadableFile(Code.TOO_MANY_COLUMNS, number, String.valueOf(MAX_COLUMNS));
        }
        String[] texts = new String[width];
        String[] stored = new String[width];
        Row.Type[] types = new Row.Type[width];
        for (int i = 0; i < width; i++) {
            XlsxCells.Cell cell = source.get(i);
            types[i] = type(cell);
            stored[i] = stored(cell, types[i]);
            texts[i] = cell.formula() == null ? stored[i] : "=" + cell.formula();
            if (texts[i].length() > MAX_CELL || stored[i].length() > MAX_CELL) {
                throw new UnreadableFile(Code.CELL_TOO_LONG, number, String.valueOf(MAX_CELL));
            }
            if (merges != null) merges.see(number, i, stored[i]);
            characters += texts[i].length();
        }
        // the archive holds a text once that thousands of cells may name
        if (seen.isOutgrownBy(characters)) throw new UnreadableFile(Code.TOO_LARGE, 0);
        return new Row(number, texts, stored, types, merges);
    }

    private Row.Type type(XlsxCells.Cell cell) {
        String value = cell.value();
        if (value == null && cell.formula() != null) return Row.Type.FORMULA;
        if (value == null || value.isEmpty()) return Row.Type.TEXT;
        return switch (cell.type()) {
            case "s", "str", "inlineStr" -> Row.Type.TEXT;
            case "n" -> number(value) == null ? Row.Type.ERROR : showsDay(cell) ? Row.Type.DATE : Row.Type.NUMBER;
            case "d" -> Row.Type.DATE;
            case "b" -> Row.Type.BOOLEAN;
            default -> Row.Type.ERROR;
        };
    }

    private static @Nullable BigDecimal number(String value) {
        try {
            return new BigDecimal(value.strip());
        } catch (NumberFormatException e) {
            return null;
        }
    }

    private String stored(XlsxCells.Cell cell, Row.Type type) {
        String value = cell.value();
        if (value == null) return "";
        return switch (type) {
            case NUMBER -> exact(new BigDecimal(value.strip()));
            case DATE -> cell.type().equals("d") ? value : day(Double.parseDouble(value));
            case BOOLEAN -> value.equals("1") || value.equals("true") ? "TRUE" : "FALSE";
            case TEXT, ERROR, FORMULA -> value;
        };
    }

    /** A serial number as {@code 2025-12-31T14:05}. Those before March 1900 count one day less, see {@link Day}. */
    private String day(double serial) {
        long days = (int) Math.floor(serial);
        long millis = Math.round((serial - days) * DAY_MILLIS);
        LocalDate zero = LocalDate.of(1899, 12, days < 61 ? 31 : 30);
        if (workbook.isDate1904()) zero = LocalDate.of(1904, 1, 1);
        return zero.atStartOfDay().plusDays(days).plusNanos(millis * 1_000_000).toString();
    }

    /** All digits, never an exponent; the 15 that a spreadsheet keeps, without the noise behind them. */
    private static String exact(BigDecimal number) {
        if (Math.abs((long) number.scale()) > 400) return number.toString();
        BigDecimal rounded = number.round(SPREADSHEET);
        return (rounded.scale() > 0 ? rounded.stripTrailingZeros() : rounded).toPlainString();
    }

    private boolean showsDay(XlsxCells.Cell cell) {
        String style = cell.style();
        return style != null && dateStyles.computeIfAbsent(style, s -> showsDay(format(Integer.parseInt(s))));
    }

    private @Nullable String format(int style) {
        List<String> formats = workbook.getFormats();
        return style < formats.size() ? workbook.getNumFmtIdToFormat().get(formats.get(style)) : null;
    }

    /** Whether a cell's format shows a day: d, m or y outside of quotes, brackets and escapes. */
    private static boolean showsDay(@Nullable String format) {
        if (format == null) return false;
        boolean quoted = false;
        boolean bracketed = false;
        for (int i = 0; i < format.length(); i++) {
            char c = Character.toLowerCase(format.charAt(i));
            if (c == '"') quoted = !quoted;
            else if (quoted) continue;
            else if (c == '[') bracketed = true;
            else if (c == ']') bracketed = false;
            else if (c == '\\' || c == '_' || c == '*') i++;
            else if (!bracketed && (c == 'd' || c == 'y' || (c == 'm' && !format.contains("h")))) return true;
        }
        return false;
    }

    /** Packed bytes of a sheet are not countable; the share of its rows stands for them. */
    @Override
    public long bytesRead() {
        return seen.rows() == 0 ? bytesTotal : Math.min(bytesTotal, bytesTotal * rowsRead / seen.rows());
    }

    @Override
    public long bytesTotal() {
        return bytesTotal;
    }

    @Override
    public void close() {
        close(workbook, cells);
    }

    private static void close(@Nullable ReadableWorkbook workbook, @Nullable XlsxCells cells) {
        try (workbook;
                cells) {
            // both, also where the first can't be
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
