package com.smartmarketingagent.importing;

import java.io.IOException;
import java.io.Reader;
import org.jspecify.annotations.Nullable;

/**
 * The characters of a CSV file as they are, except that a quotation mark which opens a cell that is never closed
 * becomes an ordinary character of its line: that cell is quoted anew up to the next separator or the end of the line.
 * So a forgotten mark costs one row, and the lines behind it are rows again.
 *
 * <p>A cell is closed by a mark on its own line, or by one further down with a separator or an end behind it, as long
 * as the cell is none that no spreadsheet could hold: {@link Rows#MAX_CELL} characters, {@link #MAX_LINE_BREAKS} line
 * breaks. So far is looked ahead, and no further, whatever the file.
 */
final class ClosedQuotes extends Reader {

    /** As many as a spreadsheet's cell can hold. */
    static final int MAX_LINE_BREAKS = 253;

    /** The longest cell, each of its characters a mark that is written twice, and what stands behind it. */
    private static final int BUFFER = 1 << 17;

    private final Reader in;
    private final char separator;
    private final char[] buffer = new char[BUFFER];
    /** From here on nothing is delivered yet. */
    private int position;
    /** Up to here it is known how to deliver. */
    private int decided;

    private int limit;
    private boolean ended;
    /** What broke the file behind {@link #limit}. */
    private @Nullable IOException failure;
    /** Marks to be delivered before what is at {@link #position}. */
    private int owed;

    private boolean atStartOfCell = true;
    private boolean inUnclosedCell;
    /** One line's cell is longer than any may be: the parser will refuse the file there. */
    private boolean tooLong;

    ClosedQuotes(Reader in, char separator) {
        this.in = in;
        this.separator = separator;
    }

    @Override
    public int read(char[] target, int offset, int length) throws IOException {
        int count = 0;
        while (count < length) {
            if (owed > 0) {
                target[offset + count++] = '"';
                owed--;
            } else if (position < decided) {
                int run = Math.min(length - count, decided - position);
                System.arraycopy(buffer, position, target, offset + count, run);
                position += run;
                count += run;
            } else if (!decide()) {
                if (count == 0 && failure != null) throw failure;
                break;
            }
        }
        return count == 0 && length > 0 ? -1 : count;
    }

    /** False at the end. */
    private boolean decide() {
        if (!has(0)) {
            if (!inUnclosedCell) return false;
            inUnclosedCell = false;
            owed = 1;
        } else if (tooLong) {
            decided = limit;
        } else if (inUnclosedCell) {
            goOnUnclosed();
        } else if (atStartOfCell && buffer[decided] == '"') {
            open();
        } else {
            goOn();
        }
        return true;
    }

    /** Up to the next mark that opens a cell. */
    private void goOn() {
        boolean start = false;
        int i = decided;
        while (i < limit && !(start && buffer[i] == '"')) start = endsCell(buffer[i++]);
        atStartOfCell = start;
        decided = i;
    }

    private void goOnUnclosed() {
        char c = buffer[decided];
        if (c == '"') {
            // written twice it is an ordinary character of a quoted cell
            owed = 1;
            decided++;
        } else if (endsCell(c)) {
            owed = 1;
            inUnclosedCell = false;
        } else {
            while (decided < limit && buffer[decided] != '"' && !endsCell(buffer[decided])) decided++;
        }
    }

    private void open() {
        atStartOfCell = false;
        int length = quoted();
        if (length > 0) {
            decided += length;
        } else if (!tooLong) {
            inUnclosedCell = true;
            owed = 2;
            decided++;
        }
    }

    /** How long the quoted cell that begins here is with its marks; 0 if it isn't closed, or too long. */
    private int quoted() {
        int breaks = 0;
        int i = 1;
        for (int characters = 1; has(i); characters++) {
            char c = at(i);
            if (c == '"') {
                if (!has(i + 1) || at(i + 1) != '"') return closed(i, breaks > 0) ? i + 1 : 0;
                i++;
            } else if (c == '\n' || (c == '\r' && !(has(i + 1) && at(i + 1) == '\n'))) {
                breaks++;
            }
            i++;
            if (breaks > MAX_LINE_BREAKS) return 0;
            if (characters > Rows.MAX_CELL) {
                tooLong = breaks == 0;
                return 0;
            }
        }
        return 0;
    }

    /**
     * Whether the mark there closes the cell. A few characters behind it are forgiven on the line that opened it,
     * unless the mark looks as if it opened a cell itself.
     */
    private boolean closed(int mark, boolean onLaterLine) {
        if (endsCellAt(mark + 1)) return true;
        if (onLaterLine || at(mark - 1) == separator) return false;
        int end = mark + 1;
        while (has(end) && !endsCell(at(end)) && at(end) != '"') end++;
        return !has(end) || at(end) != '"';
    }

    /** Whether only blanks stand between here and the cell's end. */
    private boolean endsCellAt(int i) {
        int end = i;
        while (has(end) && at(end) == ' ') end++;
        return !has(end) || endsCell(at(end));
    }

    private boolean endsCell(char c) {
        return c == separator || c == '\n' || c == '\r';
    }

    private char at(int ahead) {
        return buffer[decided + ahead];
    }

    /** Reads on until that many characters are ahead; false if there are none, or no room for them. */
    private boolean has(int ahead) {
        while (decided + ahead >= limit) {
            if (ended) return false;
            if (position > 0) {
                // nothing is decided and undelivered when more is asked for
                System.arraycopy(buffer, position, buffer, 0, limit - position);
                limit -= position;
                decided -= position;
                position = 0;
            }
            if (limit == BUFFER) return false;
            try {
                int count = in.read(buffer, limit, BUFFER - limit);
                if (count < 0) ended = true;
                else limit += count;
            } catch (IOException e) {
                failure = e;
                ended = true;
            }
        }
        return true;
    }

    @Override
    public void close() throws IOException {
        in.close();
    }
}
