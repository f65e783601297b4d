package com.smartmarketingagent.importing;

import com.smartmarketingagent.importing.UnreadableFile.Code;
import de.siegmar.fastcsv.reader.CloseableIterator;
import de.siegmar.fastcsv.reader.CsvParseException;
import de.siegmar.fastcsv.reader.CsvReader;
import de.siegmar.fastcsv.reader.StringArrayHandler;
import java.io.IOException;
import java.io.Reader;
import java.io.StringReader;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** A text file of rows. Each record is one row of a spreadsheet, however many line breaks its quotes hold. */
final class CsvRows implements Rows {

    private static final int HEAD = 1 << 16;
    private static final int MAX_RECORD = 1 << 20;
    private static final char[] SEPARATORS = {',', ';', '\t'};

    private final FileText text;
    private final CloseableIterator<String[]> records;
    private final long bytesTotal;
    private int number;

    private CsvRows(FileText text, Reader rest, char separator, long bytesTotal) {
        this.text = text;
        this.records = records(rest, separator);
        this.bytesTotal = bytesTotal;
    }

    /**
     * @param named folded titles that count as known because the owner named them
     * @throws UnreadableFile for a broken byte or a NUL in the first 64 KB
     */
    static CsvRows open(Path file, Set<String> named) throws UnreadableFile {
        FileText text = null;
        try {
            text = FileText.open(file);
            char[] head = new char[HEAD];
            int length = 0;
            int count = 0;
            while (length < HEAD && count >= 0) {
                length += count;
                if (length < HEAD) count = text.read(head, length, HEAD - length);
            }
            String beginning = new String(head, 0, length);
            char separator = separator(beginning, length < HEAD, named);
            Reader rest = new Joined(new StringReader(withoutHint(beginning)), text);
            return new CsvRows(text, rest, separator, Files.size(file));
        } catch (FileText.Broken e) {
            close(text);
            throw new UnreadableFile(e.code, 0, e);
        } catch (IOException e) {
            close(text);
            throw new UncheckedIOException(e);
        }
    }

    private static CloseableIterator<String[]> records(Reader reader, char separator) {
        return CsvReader.builder()
                .fieldSeparator(separator)
                .skipEmptyLines(false)
                .allowExtraFields(true)
                .allowMissingFields(true)
                .allowExtraCharsAfterClosingQuote(true)
                .build(
                        StringArrayHandler.builder()
                                .maxFields(MAX_RECORD)
                                .maxFieldSize(MAX_CELL)
                                .maxRecordSize(MAX_RECORD)
                                .build(),
                        new ClosedQuotes(reader, separator))
                .iterator();
    }

    /** The one of comma, semicolon and tab under which some row near the beginning looks most like a heading. */
    private static char separator(String beginning, boolean whole, Set<String> named) {
        String hint = beginning.length() > 4 ? beginning.substring(0, 5) : "";
        if (hint.startsWith("sep=") && "\"\r\n".indexOf(hint.charAt(4)) < 0) return hint.charAt(4);
        int lastBreak = Math.max(beginning.lastIndexOf('\n'), beginning.lastIndexOf('\r'));
        String complete = whole || lastBreak < 0 ? beginning : beginning.substring(0, lastBreak);
        char best = ',';
        int bestScore = -1;
        for (char separator : SEPARATORS) {
            int score = headingScore(complete, separator, named);
            if (score > bestScore) {
                best = separator;
                bestScore = score;
            }
        }
        return best;
    }

    private static int headingScore(String beginning, char separator, Set<String> named) {
        int best = 0;
        try {
            CloseableIterator<String[]> records = records(new StringReader(beginning), separator);
            for (int i = 0; i < Sheet.HEADING_WITHIN && records.hasNext(); i++) {
                String[] cells = records.next();
                if (cells.length > MAX_COLUMNS) continue;
                // the width breaks ties: a heading of one known column among strange ones
                int score = 1_000 * Headings.score(List.of(cells), named) + cells.length;
                best = Math.max(best, score);
            }
        } catch (CsvParseException e) {
            // too long a cell under this separator; what was seen before it counts
            return best;
        }
        return best;
    }

    /** Without the line {@code sep=;}, which spreadsheets obey and do not show. */
    private static String withoutHint(String beginning) {
        if (!beginning.startsWith("sep=") || beginning.length() < 5) return beginning;
        int end = 5;
        if (end < beginning.length() && beginning.charAt(end) == '\r') end++;
        if (end < beginning.length() && beginning.charAt(end) == '\n') end++;
        return beginning.substring(end);
    }

    @Override
    public @Nullable Row next() throws UnreadableFile {
        try {
            if (!records.hasNext()) return null;
            String[] cells = records.next();
            number++;
            if (cells.length > MAX_COLUMNS) {
                throw new UnreadableFile(Code.TOO_MANY_COLUMNS, number, String.valueOf(MAX_COLUMNS));
            }
            return new Row(number, cells);
        } catch (CsvParseException | UncheckedIOException e) {
            throw unreadable(e);
        }
    }

    private UnreadableFile unreadable(RuntimeException e) {
        for (Throwable cause = e; cause != null; cause = cause.getCause()) {
            if (cause instanceof FileText.Broken broken) return new UnreadableFile(broken.code, number + 1, e);
        }
        if (e instanceof UncheckedIOException) throw e;
        return new UnreadableFile(Code.CELL_TOO_LONG, number + 1, String.valueOf(MAX_CELL));
    }

    @Override
    public long bytesRead() {
        return text.bytesRead();
    }

    @Override
    public long bytesTotal() {
        return bytesTotal;
    }

    @Override
    public void close() {
        close(text);
    }

    private static void close(@Nullable FileText text) {
        try {
            if (text != null) text.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** First what was read to know the file, then the rest of it. */
    private static final class Joined extends Reader {
        private final Reader first;
        private final Reader second;
        private boolean firstIsDone;

        Joined(Reader first, Reader second) {
            this.first = first;
            this.second = second;
        }

        @Override
        public int read(char[] target, int offset, int length) throws IOException {
            if (!firstIsDone) {
                int count = first.read(target, offset, length);
                if (count >= 0) return count;
                firstIsDone = true;
            }
            return second.read(target, offset, length);
        }

        @Override
        public void close() throws IOException {
            second.close();
        }
    }
}
