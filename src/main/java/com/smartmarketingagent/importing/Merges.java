package com.smartmarketingagent.importing;

import java.util.HashMap;
import java.util.Map;
import java.util.TreeMap;

/** The cells of one sheet that are merged over several rows, and what each of them shows. */
final class Merges {

    /** What one takes in memory, at most. */
    static final int BYTES = 512;

    /** So many characters are kept: no day has more. */
    private static final int LONGEST = 100;

    private static final class Merge {
        private final int last;
        private String value = "";

        private Merge(int last) {
            this.last = last;
        }
    }

    /** By column from 0 and by the first row. */
    private final Map<Integer, TreeMap<Integer, Merge>> columns = new HashMap<>();

    private int size;

    int size() {
        return size;
    }

    /** @param column the leftmost, from 0; rows from 1 */
    void add(int column, int first, int last) {
        columns.computeIfAbsent(column, c -> new TreeMap<>()).put(first, new Merge(last));
        size++;
    }

    /** Keeps what a cell holds if one of them begins in it. */
    void see(int row, int column, String stored) {
        var merges = columns.get(column);
        var merge = merges == null ? null : merges.get(row);
        if (merge != null && stored.length() <= LONGEST) merge.value = stored;
    }

    /** What the cell shows that is merged with this one and begins in a row above it, seen before; empty for none. */
    String above(int row, int column) {
        var merges = columns.get(column);
        var merge = merges == null ? null : merges.lowerEntry(row);
        return merge == null || merge.getValue().last < row ? "" : merge.getValue().value;
    }
}
