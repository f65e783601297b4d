package com.smartmarketingagent.platform;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.ArrayList;
import java.util.List;

/**
 * Columns side by side as they are drawn, in units of a picture 320 wide; {@code templates/bars.html} draws them.
 *
 * @param baseline where zero is, from above; what is below zero hangs from it
 */
public record Bars(List<Bar> bars, BigDecimal baseline) {

    /** The picture's height, with the labels. */
    public static final int HEIGHT = 150;

    private static final int WIDTH = 320;
    private static final int PLOT = 120;
    /** More columns than this name every second one, so that the words keep their size. */
    private static final int ALL_NAMED = 8;

    /**
     * What one column stands for.
     *
     * @param label short, below the column
     * @param row the same in the table beside the picture
     * @param said the amount in words
     */
    public record Value(String label, String row, BigDecimal amount, String said) {}

    /**
     * @param middle where its label is centred
     * @param named whether there is room for its label
     * @param marked whether it is the one that matters now
     */
    public record Bar(
            Value value,
            BigDecimal x,
            BigDecimal y,
            BigDecimal width,
            BigDecimal height,
            BigDecimal middle,
            boolean named,
            boolean marked) {}

    /** Columns for these values from left to right, the last marked; the highest and the lowest fill the height. */
    public static Bars of(List<Value> values) {
        return of(values, values.size() - 1);
    }

    /** @param marked which of them, from 0 on */
    public static Bars of(List<Value> values, int marked) {
        double top = 0, bottom = 0;
        for (var value : values) {
            top = Math.max(top, value.amount().doubleValue());
            bottom = Math.min(bottom, value.amount().doubleValue());
        }
        double scale = top == bottom ? 0 : PLOT / (top - bottom);
        double zero = 4 + (scale == 0 ? PLOT : top * scale);
        double step = WIDTH / (double) Math.max(1, values.size());
        var bars = new ArrayList<Bar>();
        for (int i = 0; i < values.size(); i++) {
            double height = values.get(i).amount().doubleValue() * scale;
            boolean fromTheEnd = (values.size() - 1 - i) % 2 == 0;
            bars.add(new Bar(
                    values.get(i),
                    unit(i * step + step * 0.12),
                    unit(height >= 0 ? zero - height : zero),
                    unit(step * 0.76),
                    unit(Math.abs(height)),
                    unit(i * step + step / 2),
                    values.size() <= ALL_NAMED || fromTheEnd,
                    i == marked));
        }
        return new Bars(bars, unit(zero));
    }

    /** A length in a picture: a tenth is finer than any screen. */
    public static BigDecimal unit(double length) {
        return BigDecimal.valueOf(length).setScale(1, RoundingMode.HALF_UP).stripTrailingZeros();
    }
}
