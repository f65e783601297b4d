package com.smartmarketingagent.importing;

import com.smartmarketingagent.importing.UnreadableFile.Code;
import java.util.Locale;
import java.util.regex.Pattern;

/**
 * Looks at the tags of one part of an XLSX, byte by byte and across the edges of the buffer: faster than parsing it,
 * and nothing in it is kept.
 */
final class MarkupCheck {

    private enum At {
        START,
        NO_MARKUP,
        TEXT,
        TAG_NAME,
        TAG_REST
    }

    private static final int NAME = 12;

    private static final Pattern DOWNWARDS =
            Pattern.compile("\\bref\\s*=\\s*[\"']([A-Za-z]{1,3})([0-9]{1,7}):[A-Za-z]{1,3}([0-9]{1,7})[\"']");

    /** In bytes, of the tag of a merged cell. */
    private static final int LONGEST_MERGE = 200;

    /** In bytes: the longest cell in characters of up to four bytes, twice for what is escaped. */
    private static final int MAX_CELL = 8 * Rows.MAX_CELL;

    private static final int MAX_ROW = 16 << 20;
    private static final int MAX_CELLS = 16_384;

    /** The last column that a spreadsheet has is XFD. */
    private static final int MAX_COLUMN_LETTERS = 3;

    private final byte[] name = new byte[NAME];
    private int nameLength;
    private At at = At.START;
    private boolean rootSeen;
    private boolean sheetRoot;
    private boolean sharedText;
    private boolean inRow;
    private boolean inCell;
    private boolean inCellTag;
    private long rowBytes;
    private long cellBytes;
    private int cells;
    private int letters;
    private long rows;
    private boolean inMergeTag;
    private final StringBuilder merge = new StringBuilder();
    private final Merges merges = new Merges();

    long rows() {
        return rows;
    }

    /** Which cells are merged over several rows. */
    Merges merges() {
        return merges;
    }

    /** Whether a reader streams this part instead of keeping it. */
    boolean isSheet() {
        return sheetRoot && !sharedText;
    }

    void see(byte[] bytes, int count) throws UnreadableFile {
        for (int i = 0; i < count && at != At.NO_MARKUP; i++) {
            byte b = bytes[i];
            if (b == '<') {
                at = At.TAG_NAME;
                nameLength = 0;
            } else if (at == At.TAG_NAME) {
                tagName(b);
            } else if (at == At.TAG_REST) {
                if (inCellTag) reference(b);
                if (inMergeTag) merge(b);
                if (b == '>') at = At.TEXT;
            } else if (at == At.START && (b > ' ' || (b < 0 && i > 2))) {
                // a picture, which no reader of rows opens
                at = At.NO_MARKUP;
            }
            if (inRow && ++rowBytes > MAX_ROW) throw new UnreadableFile(Code.TOO_LARGE, 0);
            if (inCell && ++cellBytes > MAX_CELL) {
                throw new UnreadableFile(Code.CELL_TOO_LONG, 0, String.valueOf(Rows.MAX_CELL));
            }
        }
    }

    private void tagName(byte b) throws UnreadableFile {
        boolean closing = nameLength > 0 && name[0] == '/';
        if (b == ':') {
            // the prefix of a namespace
            nameLength = closing ? 1 : 0;
        } else if (b == '>' || (b >= 0 && b <= ' ') || (b == '/' && nameLength > 0)) {
            at = b == '>' ? At.TEXT : At.TAG_REST;
            tag();
        } else if (nameLength < NAME) {
            name[nameLength++] = b;
            boolean declaration = nameLength == 2 && name[0] == '!' && b != '-' && b != '[';
            if (declaration) throw new UnreadableFile(Code.ENTITIES, 0);
        }
    }

    private void tag() throws UnreadableFile {
        inCellTag = false;
        inMergeTag = false;
        if (nameLength == 0 || name[0] == '?' || name[0] == '!') return;
        if (!rootSeen) {
            rootSeen = true;
            sheetRoot = is("worksheet");
        } else if (is("c")) {
            if (++cells > MAX_CELLS) throw tooManyColumns();
            inCellTag = true;
            letters = 0;
            beginCell();
        } else if (is("row")) {
            rows++;
            cells = 0;
            rowBytes = 0;
            inRow = true;
            inCell = false;
        } else if (is("si")) {
            sharedText = true;
            beginCell();
        } else if (is("mergeCell")) {
            inMergeTag = true;
            merge.setLength(0);
        } else if (is("/row")) {
            inRow = false;
            inCell = false;
        } else if (is("/c") || is("/si")) {
            inCell = false;
        }
    }

    private void beginCell() {
        inCell = true;
        cellBytes = 0;
    }

    /** Letters before a digit in a cell's tag are its column, {@code r="AB12"}. */
    private void reference(byte b) throws UnreadableFile {
        boolean letter = (b >= 'A' && b <= 'Z') || (b >= 'a' && b <= 'z');
        boolean digit = b >= '0' && b <= '9';
        if (digit && letters > MAX_COLUMN_LETTERS) throw tooManyColumns();
        letters = letter ? letters + 1 : 0;
    }

    private void merge(byte b) {
        if (b != '>') {
            if (merge.length() < LONGEST_MERGE) merge.append((char) (b & 0xff));
            return;
        }
        var found = DOWNWARDS.matcher(merge);
        if (!found.find()) return;
        int first = Integer.parseInt(found.group(2));
        int last = Integer.parseInt(found.group(3));
        if (first < last) merges.add(column(found.group(1)), first, last);
    }

    /** {@code AB} is 27. */
    private static int column(String letters) {
        int column = 0;
        for (char c : letters.toUpperCase(Locale.ROOT).toCharArray()) column = 26 * column + c - 'A' + 1;
        return column - 1;
    }

    private static UnreadableFile tooManyColumns() {
        return new UnreadableFile(Code.TOO_MANY_COLUMNS, 0, String.valueOf(Rows.MAX_COLUMNS));
    }

    private boolean is(String wanted) {
        if (nameLength != wanted.length()) return false;
        for (int i = 0; i < nameLength; i++) {
            if (name[i] != wanted.charAt(i)) return false;
        }
        return true;
    }
}
