package com.smartmarketingagent.importing;

import com.smartmarketingagent.importing.UnreadableFile.Code;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.OptionalInt;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * An opened file: its heading and, streamed, the rows below it. CSV (comma, semicolon or tab; UTF-8, UTF-16 with a byte
 * order mark, Windows-1252) and XLSX, told apart by content; memory does not grow with the file.
 */
final class Sheet implements AutoCloseable {

    /** So many rows are looked at for a heading; above it stand titles. */
    static final int HEADING_WITHIN = 30;

    /** No part of a longer number, and none of a telephone's. */
    private static final Pattern YEAR = Pattern.compile("(?<![0-9])(?<![0-9]{3}[-. ])20[0-9]{2}(?![0-9])");

    private static final Set<String> SPREADSHEET_ENDINGS = Set.of("xlsx", "xlsm", "xls", "xlsb", "ods", "numbers");
    private static final int[] ZIP = {'P', 'K'};
    private static final int[] OLE2 = {0xd0, 0xcf, 0x11, 0xe0};
    private static final List<int[]> NO_TABLES = List.of(
            new int[] {'%', 'P', 'D', 'F'},
            new int[] {0x89, 'P', 'N', 'G'},
            new int[] {0xff, 0xd8, 0xff},
            new int[] {'G', 'I', 'F', '8'},
            new int[] {0x1f, 0x8b},
            new int[] {'R', 'a', 'r', '!'},
            new int[] {'7', 'z', 0xbc, 0xaf},
            new int[] {'{', '\\', 'r', 't', 'f'});

    private final Rows rows;
    private final ArrayDeque<Row> ahead;
    private final List<String> heading;
    private final int headingRow;
    private final OptionalInt year;

    private Sheet(Rows rows, List<String> heading, int headingRow, OptionalInt year, ArrayDeque<Row> ahead) {
        this.rows = rows;
        this.heading = heading;
        this.headingRow = headingRow;
        this.year = year;
        this.ahead = ahead;
    }

    /**
     * As {@link #open(Path, String, Set, ArchiveCheck.Limits)} without titles of the owner's and with the usual limits.
     */
    static Sheet open(Path file, String fileName) throws UnreadableFile {
        return open(file, fileName, Set.of(), ArchiveCheck.Limits.DEFAULT);
    }

    /**
     * @param fileName as the owner calls it; its ending must fit the content
     * @param named titles of columns that the owner has mapped, which therefore count as known
     * @throws UnreadableFile for everything that the beginning of the file tells: type, encoding, no rows, a bomb
     */
    static Sheet open(Path file, String fileName, Set<String> named, ArchiveCheck.Limits limits) throws UnreadableFile {
        Set<String> folded = new HashSet<>();
        for (String title : named) folded.add(Headings.fold(title));
        Rows rows = rows(file, fileName, folded, limits);
        try {
            return withHeading(rows, fileName, folded);
        } catch (UnreadableFile | RuntimeException e) {
            rows.close();
            throw e;
        }
    }

    private static Rows rows(Path file, String fileName, Set<String> named, ArchiveCheck.Limits limits)
            throws UnreadableFile {
        byte[] magic = beginning(file, 8);
        String ending = fileName.substring(fileName.lastIndexOf('.') + 1).toLowerCase(Locale.ROOT);
        if (magic.length == 0) throw new UnreadableFile(Code.EMPTY, 0);
        if (startsWith(magic, ZIP) && magic.length > 3 && magic[2] < 8) {
            boolean excelName = ending.equals("xlsx") || ending.equals("xlsm");
            if (!excelName && isWorkbook(file)) throw new UnreadableFile(Code.EXCEL_NAMED_OTHERWISE, 0, fileName);
            if (!excelName) throw new UnreadableFile(Code.UNSUPPORTED, 0);
            return XlsxRows.open(file, limits);
        }
        if (startsWith(magic, OLE2)) throw new UnreadableFile(isEncrypted(file) ? Code.ENCRYPTED : Code.OLD_EXCEL, 0);
        for (int[] other : NO_TABLES) {
            if (startsWith(magic, other)) throw new UnreadableFile(Code.UNSUPPORTED, 0);
        }
        if (SPREADSHEET_ENDINGS.contains(ending)) throw new UnreadableFile(Code.TEXT_NAMED_EXCEL, 0, fileName);
        return CsvRows.open(file, named);
    }

    private static Sheet withHeading(Rows rows, String fileName, Set<String> named) throws UnreadableFile {
        List<Row> first = new ArrayList<>();
        int best = -1;
        int bestScore = 0;
        Row row;
        while (first.size() < HEADING_WITHIN && (row = nextFilled(rows)) != null) {
            first.add(row);
            int score = Headings.score(texts(row), named);
            if (score > bestScore) {
                best = first.size() - 1;
                bestScore = score;
            }
        }
        if (first.isEmpty()) throw new UnreadableFile(Code.EMPTY, 0);
        if (best < 0) best = firstOfSeveralCells(first);
        ArrayDeque<Row> ahead = new ArrayDeque<>(first.subList(best + 1, first.size()));
        if (ahead.isEmpty()) throw new UnreadableFile(Code.NO_ROWS, 0);
        List<String> names = new ArrayList<>(List.of(fileName, rows.sheetName()));
        for (Row title : first.subList(0, best)) names.addAll(texts(title));
        return new Sheet(rows, texts(first.get(best)), first.get(best).number(), onlyYear(names), ahead);
    }

    private static OptionalInt onlyYear(List<String> names) {
        int[] years = names.stream()
                .flatMap(name -> YEAR.matcher(name).results())
                .mapToInt(found -> Integer.parseInt(found.group()))
                .distinct()
                .toArray();
        return years.length == 1 ? OptionalInt.of(years[0]) : OptionalInt.empty();
    }

    /** Titles that nobody knows, which only the owner can explain: the first row of more than one cell. */
    private static int firstOfSeveralCells(List<Row> rows) {
        for (int i = 0; i < rows.size(); i++) {
            if (texts(rows.get(i)).stream().filter(text -> !text.isEmpty()).count() > 1) return i;
        }
        return 0;
    }

    private static @Nullable Row nextFilled(Rows rows) throws UnreadableFile {
        Row row = rows.next();
        while (row != null && row.isBlank()) row = rows.next();
        return row;
    }

    private static List<String> texts(Row row) {
        List<String> texts = new ArrayList<>(row.size());
        for (int i = 0; i < row.size(); i++) texts.add(row.text(i).strip());
        return List.copyOf(texts);
    }

    /** The titles of the columns, blank ones as "". */
    List<String> heading() {
        return heading;
    }

    /** What the titles say and, where a title alone doesn't tell, the first rows; before {@link #next}. */
    Mapping mapping(Kind kind) {
        return Mapping.recognise(heading, kind).withStates(ahead, kind);
    }

    /** As a spreadsheet shows it, from 1. */
    int headingRow() {
        return headingRow;
    }

    /**
     * The year that the titles above the heading, the name of the sheet and that of the file speak of; empty where they
     * name none, or several.
     */
    OptionalInt year() {
        return year;
    }

    /** As {@link Rows#sheetName}. */
    String name() {
        return rows.sheetName();
    }

    /** As {@link Rows#otherSheets}. */
    List<String> otherSheets() {
        return rows.otherSheets();
    }

    /** For progress: for XLSX an estimate by the number of rows. */
    long bytesRead() {
        return rows.bytesRead();
    }

    long bytesTotal() {
        return rows.bytesTotal();
    }

    /**
     * The next row that is not blank, null at the end.
     *
     * @throws UnreadableFile for a fault that only this part of the file shows, naming the row
     */
    @Nullable
    Row next() throws UnreadableFile {
        Row row = ahead.poll();
        return row != null ? row : nextFilled(rows);
    }

    @Override
    public void close() {
        rows.close();
    }

    private static boolean startsWith(byte[] bytes, int[] magic) {
        if (bytes.length < magic.length) return false;
        for (int i = 0; i < magic.length; i++) {
            if ((bytes[i] & 0xff) != magic[i]) return false;
        }
        return true;
    }

    private static boolean isWorkbook(Path file) {
        // the names of the parts stand in the archive as they are
        String head = new String(beginning(file, 1 << 16), StandardCharsets.ISO_8859_1);
        return head.contains("[Content_Types].xml") || head.contains("xl/");
    }

    /** A workbook with a password is a stream of that name in the container that old Excel files use. */
    private static boolean isEncrypted(Path file) {
        byte[] name = "EncryptedPackage".getBytes(StandardCharsets.UTF_16LE);
        String head = new String(beginning(file, 1 << 24), StandardCharsets.ISO_8859_1);
        return head.contains(new String(name, StandardCharsets.ISO_8859_1));
    }

    private static byte[] beginning(Path file, int length) {
        try (InputStream in = Files.newInputStream(file)) {
            return in.readNBytes(length);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
