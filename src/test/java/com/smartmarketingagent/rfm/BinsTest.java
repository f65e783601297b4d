package com.smartmarketingagent.rfm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.math.BigDecimal;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvFileSource;
import org.junit.jupiter.params.provider.ValueSource;

class BinsTest {

    @ParameterizedTest
    @CsvFileSource(resources = "/golden/score_boundaries.csv", numLinesToSkip = 1)
    void aValueOnAThresholdBelongsBelowIt(String dimension, int value, int score) {
        assertThat(
                        switch (dimension) {
                            case "recency" -> Bins.DEFAULT.recencyScore(value);
                            case "frequency" -> Bins.DEFAULT.frequencyScore(value);
                            case "monetary" -> Bins.DEFAULT.monetaryScore(new BigDecimal(value));
                            default -> throw new AssertionError(dimension);
                        })
                .isEqualTo(score);
    }

    @Test
    void centsAboveAThresholdCount() {
        assertThat(Bins.DEFAULT.monetaryScore(new BigDecimal("100000.00"))).isEqualTo(1);
        assertThat(Bins.DEFAULT.monetaryScore(new BigDecimal("100000.01"))).isEqualTo(2);
    }

    @Test
    void thresholdsAreFourAndRise() {
        assertThat(Bins.areBins(List.of(1, 2, 3, 4))).isTrue();
        assertThat(Bins.areBins(List.of(1, 2, 3))).isFalse();
        assertThat(Bins.areBins(List.of(1, 2, 3, 4, 5))).isFalse();
        assertThat(Bins.areBins(List.of(1, 2, 2, 4))).isFalse();
        assertThat(Bins.areBins(List.of(2, 1, 3, 4))).isFalse();
        assertThat(Bins.areBins(List.of(1, 2, 4, 3))).isFalse();
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new Bins(List.of(4, 3, 2, 1), Bins.DEFAULT.frequency(), Bins.DEFAULT.monetary()));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new Bins(Bins.DEFAULT.recency(), List.of(), Bins.DEFAULT.monetary()));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new Bins(Bins.DEFAULT.recency(), Bins.DEFAULT.frequency(), List.of()));
    }

    @ParameterizedTest
    @ValueSource(ints = {0, -1, RfmSettings.LONGEST_WINDOW + 1})
    void aWindowOutsideItsBoundsIsRefused(int days) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new RfmSettings(RfmSettings.Method.FIXED, days, Bins.DEFAULT));
    }

    @ParameterizedTest
    @ValueSource(ints = {1, RfmSettings.LONGEST_WINDOW})
    void aWindowOnItsBoundsIsFine(int days) {
        assertThat(new RfmSettings(RfmSettings.Method.QUANTILE, days, Bins.DEFAULT).windowDays())
                .isEqualTo(days);
    }

    @Test
    void methodsAreFoundByTheirKeys() {
        assertThat(RfmSettings.Method.byKey("fixed")).contains(RfmSettings.Method.FIXED);
        assertThat(RfmSettings.Method.byKey("quantile")).contains(RfmSettings.Method.QUANTILE);
        assertThat(RfmSettings.Method.byKey("FIXED")).isEmpty();
    }

    @Test
    void whoNeverBoughtHasNoNumbers() {
        assertThatIllegalArgumentException().isThrownBy(() -> new Rfm(0, 0, BigDecimal.ZERO));
        assertThatIllegalArgumentException().isThrownBy(() -> new Rfm(-1, 1, BigDecimal.ZERO));
        assertThatIllegalArgumentException().isThrownBy(() -> new Rfm(0, 1, new BigDecimal("-0.01")));
        assertThat(new Rfm(0, 1, BigDecimal.ZERO).frequency()).isEqualTo(1);
    }
}
