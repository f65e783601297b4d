package com.smartmarketingagent.rfm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.smartmarketingagent.rfm.Treemap.Box;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class TreemapTest {

    /** The example of the paper: Bruls, Huizing, van Wijk, Squarified Treemaps, figure 4. */
    @Test
    void drawsTheExampleOfItsAuthors() {
        var boxes = Treemap.squarify(List.of(6L, 6L, 4L, 3L, 2L, 2L, 1L), 6, 4);
        near(boxes.get(0), new Box(0, 0, 3, 2));
        near(boxes.get(1), new Box(0, 2, 3, 2));
        near(boxes.get(2), new Box(3, 0, 12 / 7.0, 7 / 3.0));
        near(boxes.get(3), new Box(3 + 12 / 7.0, 0, 9 / 7.0, 7 / 3.0));
        near(boxes.get(4), new Box(3, 7 / 3.0, 1.2, 5 / 3.0));
    }

    private static void near(Box box, Box expected) {
        assertThat(box.x()).isCloseTo(expected.x(), within(1e-9));
        assertThat(box.y()).isCloseTo(expected.y(), within(1e-9));
        assertThat(box.width()).isCloseTo(expected.width(), within(1e-9));
        assertThat(box.height()).isCloseTo(expected.height(), within(1e-9));
    }

    @Test
    void areasAreExactFillThePictureAndDoNotOverlap() {
        var random = new Random(7);
        for (int round = 0; round < 200; round++) {
            var numbers = IntStream.range(0, 1 + random.nextInt(8))
                    .mapToLong(i -> 1L + random.nextInt(1 + random.nextInt(5_000)))
                    .boxed()
                    .sorted(Comparator.reverseOrder())
                    .toList();
            double all = numbers.stream().mapToLong(n -> n).sum();
            var boxes = Treemap.squarify(numbers, 320, 240);
            for (int i = 0; i < boxes.size(); i++) {
                var a = boxes.get(i);
                assertThat(a.width() * a.height()).isCloseTo(numbers.get(i) / all * 320 * 240, within(1e-6));
                assertThat(a.x() + a.width()).isLessThan(320 + 1e-6);
                assertThat(a.y() + a.height()).isLessThan(240 + 1e-6);
                for (var b : boxes.subList(0, i)) {
                    boolean apart = a.x() > b.x() + b.width() - 1e-6
                            || b.x() > a.x() + a.width() - 1e-6
                            || a.y() > b.y() + b.height() - 1e-6
                            || b.y() > a.y() + a.height() - 1e-6;
                    assertThat(apart).isTrue();
                }
            }
        }
        assertThat(Treemap.squarify(List.of(), 320, 240)).isEmpty();
    }
}
