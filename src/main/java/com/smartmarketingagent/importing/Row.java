package com.smartmarketingagent.importing;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** One row as the file holds it. A column beyond the row's end is empty. */
final class Row {

    /** What a spreadsheet knows about a cell; cells of text files are TEXT. */
    enum Type {
        TEXT,
        NUMBER,
        /** A number that the spreadsheet shows as a day, or an ISO day; its text is {@code 2025-12-31T14:05}. */
        DATE,
        /** A formula whose value was never stored. */
        FORMULA,
        /** TRUE or FALSE, which no column of ours holds. */
        BOOLEAN,
        /** A formula that failed, such as {@code #N/A}, and what the file marks as a kind of value it isn't. */
        ERROR
    }

    private final int number;
    private final String[] texts;
    private final String[] stored;
    private final Type @Nullable [] types;
    private final @Nullable Merges merges;

    /** A row of a text file. */
    Row(int number, String[] texts) {
        this(number, texts, texts, null);
    }

    /** A row of a spreadsheet without merged cells. */
    Row(int number, String[] texts, String[] stored, Type @Nullable [] types) {
        this(number, texts, stored, types, null);
    }

    /**
     * A row of a spreadsheet.
     *
     * @param texts what is shown as text: the formula itself in a formula cell
     * @param stored the value last calculated in a formula cell, else the same as the text
     * @param merges the sheet's; null where it has none
     */
    Row(int number, String[] texts, String[] stored, Type @Nullable [] types, @Nullable Merges merges) {
        this.number = number;
        this.texts = texts;
        this.stored = stored;
        this.types = types;
        this.merges = merges;
    }

    /** As a spreadsheet shows it, from 1. */
    int number() {
        return number;
    }

    int size() {
        return texts.length;
    }

    String text(int column) {
        return column < texts.length ? texts[column] : "";
    }

    /** The cell as a person reads it: a day without a time of day is only the day. */
    String shown(int column) {
        var text = text(column);
        return type(column) == Type.DATE ? text.replaceFirst("T00:00$", "").replace('T', ' ') : text;
    }

    String stored(int column) {
        return column < stored.length ? stored[column] : "";
    }

    /** What a cell that begins above and is merged down over this row's is stored as; empty where there is none. */
    String merged(int column) {
        return merges == null ? "" : merges.above(number, column);
    }

    Type type(int column) {
        return types == null || column >= types.length ? Type.TEXT : types[column];
    }

    boolean isBlank() {
        for (String text : texts) {
            if (!text.isBlank()) return false;
        }
        return true;
    }

    @Override
    public String toString() {
        return number + Arrays.toString(texts);
    }
}
