package com.smartmarketingagent.rfm;

import com.smartmarketingagent.platform.Bars;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;

/**
 * Numbers as areas that fill a rectangle, each as near to a square as may be: the squarified treemap of Bruls, Huizing
 * and van Wijk (2000). Areas are exact; their order is that of the numbers, which fall.
 */
final class Treemap {

    /** A place in the picture, from above left. */
    record Box(double x, double y, double width, double height) {

        public BigDecimal left() {
            return Bars.unit(x);
        }

        public BigDecimal top() {
            return Bars.unit(y);
        }

        public BigDecimal wide() {
            return Bars.unit(width);
        }

        public BigDecimal high() {
            return Bars.unit(height);
        }
    }

    private Treemap() {}

    /** @param numbers above 0, none larger than the one before */
    static List<Box> squarify(List<Long> numbers, double width, double height) {
        double all = numbers.stream().mapToDouble(n -> n).sum();
        var areas = numbers.stream().map(n -> n / all * width * height).toList();
        var boxes = new ArrayList<Box>();
        var free = new Box(0, 0, width, height);
        int from = 0;
        while (from < areas.size()) {
            double side = Math.min(free.width(), free.height());
            int to = from + 1;
            while (to < areas.size()
                    && worst(areas.subList(from, to + 1), side) <= worst(areas.subList(from, to), side)) to++;
            free = place(areas.subList(from, to), free, boxes);
            from = to;
        }
        return boxes;
    }

    /** The farthest from a square that a box gets when these stand in one row along {@code side}. */
    private static double worst(List<Double> row, double side) {
        double sum = row.stream().mapToDouble(a -> a).sum();
        double largest = row.getFirst(), smallest = row.getLast();
        return Math.max(side * side * largest / (sum * sum), sum * sum / (side * side * smallest));
    }

    /** Puts a row along the shorter side, and says what is left free. */
    private static Box place(List<Double> row, Box free, List<Box> boxes) {
        double sum = row.stream().mapToDouble(a -> a).sum();
        boolean upright = free.width() >= free.height();
        double thickness = sum / (upright ? free.height() : free.width());
        double along = 0;
        for (double area : row) {
            double length = area / thickness;
            boxes.add(
                    upright
                            ? new Box(free.x(), free.y() + along, thickness, length)
                            : new Box(free.x() + along, free.y(), length, thickness));
            along += length;
        }
        return upright
                ? new Box(free.x() + thickness, free.y(), free.width() - thickness, free.height())
                : new Box(free.x(), free.y() + thickness, free.width(), free.height() - thickness);
    }
}
