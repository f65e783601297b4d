package com.smartmarketingagent.rfm;

import com.smartmarketingagent.account.Frame;
import com.smartmarketingagent.platform.Bars;
import com.smartmarketingagent.platform.Figures;
import com.smartmarketingagent.rfm.RfmRepository.SegmentTotals;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;

/**
 * The segments as areas, largest first, and as the table of the same numbers.
 *
 * @param tiles in the order of {@code lines}; without those that nobody is in
 * @param lines all eight
 */
record SegmentMap(List<Tile> tiles, List<Line> lines, long customers) {

    static final int WIDTH = 320;
    static final int HEIGHT = 240;

    /** About what a letter is wide and a line of words high. */
    private static final double LETTER = 6.9;

    private static final double WORDS = 15;
    private static final double PADDING = 5;
    private static final double THUMB = 44;

    /** A segment in the table. */
    record Line(Segment segment, String label, String meaning, long customers, String share, BigDecimal revenue) {}

    /**
     * @param words the label in lines, where it fits; else empty
     * @param counted whether the number fits
     * @param linked whether a thumb can hit it; the table links all
     * @param losing whether these are people the shop is losing
     * @param depth of the colour
     * @param strong whether words on it are light
     */
    record Tile(
            Line line,
            Treemap.Box box,
            List<Word> words,
            boolean counted,
            boolean linked,
            boolean losing,
            String depth,
            boolean strong,
            String said) {

        public BigDecimal countX() {
            return Bars.unit(box.x() + PADDING);
        }

        public BigDecimal countY() {
            return Bars.unit(box.y() + PADDING + WORDS);
        }
    }

    /** A line of words and where it begins. */
    record Word(BigDecimal x, BigDecimal y, String text) {}

    static SegmentMap of(Frame frame, List<SegmentTotals> totals) {
        int all = totals.stream().mapToInt(SegmentTotals::customers).sum();
        var lines = Arrays.stream(Segment.values())
                .map(segment -> line(frame, segment, totals, all))
                .sorted(Comparator.comparingLong(Line::customers).reversed())
                .toList();
        var filled = lines.stream().filter(line -> line.customers() > 0).toList();
        var boxes = Treemap.squarify(filled.stream().map(Line::customers).toList(), WIDTH, HEIGHT);
        var tiles = new ArrayList<Tile>();
        for (int i = 0; i < filled.size(); i++) tiles.add(tile(frame, filled.get(i), boxes.get(i)));
        return new SegmentMap(tiles, lines, all);
    }

    private static Line line(Frame frame, Segment segment, List<SegmentTotals> totals, int all) {
        var its = totals.stream().filter(t -> t.segment() == segment).findAny();
        int customers = its.map(SegmentTotals::customers).orElse(0);
        return new Line(
                segment,
                segment.label(frame.language()),
                segment.meaning(frame.language()),
                customers,
                Figures.share(frame.language(), customers, all),
                its.map(SegmentTotals::revenue).orElse(BigDecimal.ZERO));
    }

    private static Tile tile(Frame frame, Line line, Treemap.Box box) {
        int rung = line.segment().rung();
        boolean counted = box.height() >= WORDS + 2 * PADDING && box.width() >= 4 * LETTER + PADDING;
        return new Tile(
                line,
                box,
                counted ? words(line.label(), box) : List.of(),
                counted,
                box.width() >= THUMB && box.height() >= THUMB,
                rung == 0,
                rung == 4 ? "1" : rung == 3 ? ".75" : rung == 2 ? ".32" : ".16",
                rung >= 3,
                frame.say("segments.tile", line.label(), frame.count(line.customers()), line.share()));
    }

    /** The label below the number, broken between words; nothing if it doesn't fit whole. */
    private static List<Word> words(String label, Treemap.Box box) {
        var lines = new ArrayList<String>();
        for (var word : label.split(" ", -1)) {
            var last = lines.isEmpty() ? null : lines.getLast();
            if (last != null && fits(last + " " + word, box)) lines.set(lines.size() - 1, last + " " + word);
            else if (fits(word, box)) lines.add(word);
            else return List.of();
        }
        if ((lines.size() + 1) * WORDS + 2 * PADDING > box.height()) return List.of();
        var words = new ArrayList<Word>();
        for (int i = 0; i < lines.size(); i++) {
            words.add(new Word(
                    Bars.unit(box.x() + PADDING), Bars.unit(box.y() + PADDING + (i + 2) * WORDS), lines.get(i)));
        }
        return words;
    }

    private static boolean fits(String text, Treemap.Box box) {
        return text.length() * LETTER + 2 * PADDING <= box.width();
    }
}
