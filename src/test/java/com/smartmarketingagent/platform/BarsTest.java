package com.smartmarketingagent.platform;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigDecimal;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class BarsTest {

    @Test
    void heightsAreInProportionAndTheNewestIsMarked() {
        var bars = bars(50, 100, 0);
        assertThat(bars.bars()).extracting(b -> b.height().doubleValue()).containsExactly(60.0, 120.0, 0.0);
        assertThat(bars.bars())
                .allSatisfy(b -> assertThat(b.y().add(b.height())).isEqualByComparingTo(bars.baseline()));
        assertThat(bars.bars()).extracting(Bars.Bar::marked).containsExactly(false, false, true);
    }

    @Test
    void whatIsBelowZeroHangsFromTheBaseline() {
        var bars = bars(100, -20);
        assertThat(bars.bars().get(0).height()).isEqualByComparingTo("100");
        assertThat(bars.bars().get(1).height()).isEqualByComparingTo("20");
        assertThat(bars.bars().get(1).y()).isEqualByComparingTo(bars.baseline());
        assertThat(bars.baseline()).isEqualByComparingTo("104");
    }

    @Test
    void nothingButZeroesIsAFlatLine() {
        assertThat(bars(0, 0).bars()).allSatisfy(b -> assertThat(b.height()).isZero());
        assertThat(bars().bars()).isEmpty();
    }

    @Test
    void columnsStayInThePictureAndManyAreNamedEveryOther() {
        var bars = bars(IntStream.range(0, 12).toArray()).bars();
        assertThat(bars.getFirst().x().signum()).isPositive();
        assertThat(bars.getLast().x().add(bars.getLast().width())).isLessThan(new BigDecimal(320));
        for (int i = 1; i < bars.size(); i++) {
            assertThat(bars.get(i).x())
                    .isGreaterThan(bars.get(i - 1).x().add(bars.get(i - 1).width()));
        }
        assertThat(bars.stream().filter(Bars.Bar::named)).hasSize(6).contains(bars.getLast());
        assertThat(bars(1, 2, 3, 4, 5, 6, 7, 8).bars()).allMatch(Bars.Bar::named);
    }

    private static Bars bars(int... amounts) {
        return Bars.of(IntStream.of(amounts)
                .mapToObj(a -> new Bars.Value("x", "x", new BigDecimal(a), "" + a))
                .toList());
    }

    @Test
    void aLengthHasOneDecimal() {
        assertThat(List.of(Bars.unit(1.25), Bars.unit(2)))
                .extracting(BigDecimal::toPlainString)
                .containsExactly("1.3", "2");
    }
}
