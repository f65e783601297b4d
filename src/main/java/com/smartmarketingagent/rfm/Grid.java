package com.smartmarketingagent.rfm;

import com.smartmarketingagent.account.Frame;
import com.smartmarketingagent.rfm.RfmSettings.Method;
import com.smartmarketingagent.rfm.SegmentRepository.Cell;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Recency from left to right and frequency from below to above, money as depth of colour and as dots: a picture of 25
 * fields, and the table of the same numbers.
 *
 * @param ranked whether the scores are fifths of the customers and not the shop's thresholds
 * @param columns what the recency scores 1 to 5 mean
 * @param rows for the frequency scores 5 to 1
 */
record Grid(boolean ranked, List<Label> columns, List<Line> rows) {

    private static final int LEFT = 38;
    private static final int SIZE = 56;
    private static final int GAP = 2;

    /** The depth of the colour for the monetary scores 1 to 5; the last two are dark enough for light words. */
    private static final String[] DEPTHS = {".08", ".18", ".32", ".75", "1"};

    /** What a score means: {@code shown} at the picture's edge, {@code said} in words with its unit. */
    record Label(String shown, String said) {}

    record Line(int y, Label label, List<Field> fields) {}

    /**
     * @param customers 0 for a field that nobody is in
     * @param dots the average monetary score as five dots
     * @param said everything about it in one sentence; empty where nobody is in it
     * @param strong whether words on it are light
     */
    record Field(
            int recency,
            int frequency,
            int x,
            int y,
            int customers,
            String count,
            String dots,
            String depth,
            boolean strong,
            String said) {

        public int middle() {
            return x + (SIZE - GAP) / 2;
        }

        /** The largest size of letters in which its number fits into it. */
        public int letters() {
            return count.length() < 5 ? 18 : count.length() < 7 ? 14 : 10;
        }
    }

    static Grid of(Frame frame, RfmSettings settings, List<Cell> cells) {
        var columns = new ArrayList<Label>();
        for (int r = 1; r <= 5; r++) columns.add(days(frame, settings, r));
        var rows = new ArrayList<Line>();
        for (int f = 5; f >= 1; f--) {
            int y = (5 - f) * SIZE;
            var label = times(frame, settings, f);
            var fields = new ArrayList<Field>();
            for (int r = 1; r <= 5; r++)
                fields.add(field(frame, columns.get(r - 1).said(), label.said(), r, f, y, find(cells, r, f)));
            rows.add(new Line(y + SIZE / 2, label, fields));
        }
        return new Grid(settings.method() == Method.QUANTILE, columns, rows);
    }

    /** Where the columns' words are centred. */
    public List<Integer> centres() {
        return List.of(1, 2, 3, 4, 5).stream()
                .map(r -> LEFT + (r - 1) * SIZE + SIZE / 2 - GAP / 2)
                .toList();
    }

    private static @Nullable Cell find(List<Cell> cells, int recency, int frequency) {
        return cells.stream()
                .filter(c -> c.recencyScore() == recency && c.frequencyScore() == frequency)
                .findAny()
                .orElse(null);
    }

    private static Field field(
            Frame frame, String column, String row, int recency, int frequency, int y, @Nullable Cell cell) {
        int x = LEFT + (recency - 1) * SIZE;
        if (cell == null) {
            return new Field(recency, frequency, x, y, 0, "0", "", "0", false, "");
        }
        int score = cell.monetaryScore().intValue();
        var average = cell.revenue().divide(new BigDecimal(cell.customers()), 0, RoundingMode.HALF_UP);
        var count = frame.count(cell.customers());
        return new Field(
                recency,
                frequency,
                x,
                y,
                cell.customers(),
                count,
                "●".repeat(score) + "○".repeat(5 - score),
                DEPTHS[score - 1],
                score > 3,
                frame.say("segments.cell", column, row, count, frame.rupiah(average)));
    }

    /** What a recency score means: days by the shop's thresholds, or fifths of its customers. */
    static Label days(Frame frame, RfmSettings settings, int score) {
        if (settings.method() == Method.QUANTILE) return fifth(frame, "segments.column_fifth", score);
        var bins = settings.bins().recency();
        var shown = score == 1 ? "> " + frame.count(bins.getLast()) : "≤ " + frame.count(bins.get(5 - score));
        return new Label(shown, frame.say("segments.column", shown));
    }

    /** What a frequency score means, the same way. */
    static Label times(Frame frame, RfmSettings settings, int score) {
        if (settings.method() == Method.QUANTILE) return fifth(frame, "segments.row_fifth", score);
        var bins = settings.bins().frequency();
        var shown = score == 5 ? "> " + frame.count(bins.getLast()) : "≤ " + frame.count(bins.get(score - 1));
        return new Label(shown, frame.say("segments.row", shown));
    }

    private static Label fifth(Frame frame, String key, int score) {
        return new Label(score + "/5", frame.say(key, score));
    }
}
