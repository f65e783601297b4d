package com.smartmarketingagent.importing;

import com.smartmarketingagent.importing.UnreadableFile.Code;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.math.BigDecimal;
import java.math.MathContext;
import java.math.RoundingMode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDateTime;
import java.util.HashMap;
import java.util.Iterator;
import java.util.Map;
import java.util.stream.Stream;
import org.dhatim.fastexcel.reader.Cell;
import org.dhatim.fastexcel.reader.CellType;
import org.dhatim.fastexcel.reader.ExcelReaderException;
import org.dhatim.fastexcel.reader.ReadableWorkbook;
import org.dhatim.fastexcel.reader.ReadingOptions;
import org.jspecify.annotations.Nullable;

/** The first sheet with rows of an Excel workbook, after {@link ArchiveCheck} has passed it. */
final class XlsxRows implements Rows {

    private static final MathContext SPREADSHEET = new MathContext(15, RoundingMode.HALF_EVEN);

    private final ReadableWorkbook workbook;
    private final Map<String, Boolean> dateFormats = new HashMap<>();
    private final long bytesTotal;
    private final long rowsTotal;
    private @Nullable Stream<org.dhatim.fastexcel.reader.Row> stream;
    private @Nullable Iterator<org.dhatim.fastexcel.reader.Row> rows;
    private @Nullable Row firstRow;
    private long rowsRead;

    private XlsxRows(ReadableWorkbook workbook, long bytesTotal, long rowsTotal) {
        this.workbook = workbook;
        this.bytesTotal = bytesTotal;
        this.rowsTotal = rowsTotal;
    }

    static XlsxRows open(Path file, ArchiveCheck.Limits limits) throws UnreadableFile {
        long rowsTotal = ArchiveCheck.check(file, limits);
        ReadableWorkbook workbook = null;
        try {
            workbook = workbook(file);
            XlsxRows rows = new XlsxRows(workbook, Files.size(file), rowsTotal);
            rows.findSheet();
            return rows;
        } catch (IOException | RuntimeException e) {
            close(workbook);
            throw new UnreadableFile(Code.BROKEN, 0, e);
        } catch (UnreadableFile e) {
            close(workbook);
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

    private void findSheet() throws IOException, UnreadableFile {
        for (org.dhatim.fastexcel.reader.Sheet sheet : workbook.getSheets().toList()) {
            closeSheet();
            stream = sheet.openStream();
            rows = stream.iterator();
            rowsRead = 0;
            Row row = nextRow();
            while (row != null && row.isBlank()) row = nextRow();
            firstRow = row;
            if (row != null) return;
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
            if (rows == null || !rows.hasNext()) return null;
            rowsRead++;
            return row(rows.next());
        } catch (RuntimeException e) {
            // the reader throws whatever its parser meets in a sheet that is not what its heading says
            throw new UnreadableFile(Code.BROKEN, 0, e);
        }
    }

    private Row row(org.dhatim.fastexcel.reader.Row source) throws UnreadableFile {
        int width = source.getCellCount();
        while (width > 0 && isEmpty(source.getCell(width - 1))) width--;
        if (width > MAX_COLUMNS) {
            throw new UnreadableFile(Code.TOO_MANY_COLUMNS, source.getRowNum(), String.valueOf(MAX_COLUMNS));
        }
        String[] texts = new String[width];
        String[] stored = new String[width];
        Row.Type[] types = new Row.Type[width];
        for (int i = 0; i < width; i++) {
            Cell cell = source.getCell(i);
            types[i] = type(cell);
            stored[i] = stored(cell, types[i]);
            texts[i] = isFormula(cell) ? "=" + cell.getFormula() : stored[i];
            if (texts[i].length() > MAX_CELL || stored[i].length() > MAX_CELL) {
                throw new UnreadableFile(Code.CELL_TOO_LONG, source.getRowNum(), String.valueOf(MAX_CELL));
            }
        }
        return new Row(source.getRowNum(), texts, stored, types);
    }

    private static boolean isEmpty(@Nullable Cell cell) {
        return cell == null
                || cell.getType() == CellType.EMPTY
                || (cell.getRawValue() == null && cell.getValue() == null && cell.getFormula() == null);
    }

    private static boolean isFormula(@Nullable Cell cell) {
        return cell != null && cell.getFormula() != null && !cell.getFormula().isEmpty();
    }

    private Row.Type type(@Nullable Cell cell) {
        if (cell != null && isFormula(cell) && cell.getRawValue() == null) return Row.Type.FORMULA;
        if (cell == null || cell.getType() == CellType.STRING || !(cell.getValue() instanceof BigDecimal)) {
            return Row.Type.TEXT;
        }
        return isDateFormat(cell.getDataFormatString()) ? Row.Type.DATE : Row.Type.NUMBER;
    }

    private static String stored(@Nullable Cell cell, Row.Type type) {
        if (cell == null || cell.getValue() == null) return "";
        if (type == Row.Type.DATE) {
            LocalDateTime at = cell.asDate();
            return at == null ? "" : at.toString();
        }
        if (type == Row.Type.NUMBER) return exact((BigDecimal) cell.getValue());
        return String.valueOf(cell.getValue());
    }

    /** All digits, never an exponent; the 15 that a spreadsheet keeps, without the noise behind them. */
    private static String exact(BigDecimal number) {
        if (Math.abs((long) number.scale()) > 400) return number.toString();
        BigDecimal rounded = number.round(SPREADSHEET);
        return (rounded.scale() > 0 ? rounded.stripTrailingZeros() : rounded).toPlainString();
    }

    /** Whether a cell's format shows a day: d, m or y outside of quotes, brackets and escapes. */
    private boolean isDateFormat(@Nullable String format) {
        return format != null && dateFormats.computeIfAbsent(format, XlsxRows::showsDay);
    }

    private static boolean showsDay(String format) {
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
        return rowsTotal == 0 ? bytesTotal : Math.min(bytesTotal, bytesTotal * rowsRead / rowsTotal);
    }

    @Override
    public long bytesTotal() {
        return bytesTotal;
    }

    private void closeSheet() {
        if (stream != null) stream.close();
    }

    @Override
    public void close() {
        closeSheet();
        close(workbook);
    }

    private static void close(@Nullable ReadableWorkbook workbook) {
        try {
            if (workbook != null) workbook.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
