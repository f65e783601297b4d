package com.smartmarketingagent.importing;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** The rows of a file from its beginning, blank ones included or left out as the format has it. */
interface Rows extends AutoCloseable {

    /** The widest sheet that is read; a spreadsheet's own limit is 16,384. */
    int MAX_COLUMNS = 1_000;

    /** The longest cell that a spreadsheet can hold, in characters. */
    int MAX_CELL = 32_767;

    /** Names of the file's further sheets that hold rows too, none of which is read. */
    default List<String> otherSheets() {
        return List.of();
    }

    /** The name of the sheet that is read; empty where the file has no sheets. */
    default String sheetName() {
        return "";
    }

    /** Null at the end. */
    @Nullable
    Row next() throws UnreadableFile;

    /** How much of {@link #bytesTotal} is read, by position or by an estimate. */
    long bytesRead();

    long bytesTotal();

    @Override
    void close();
}
