package com.smartmarketingagent.campaign;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class HoldoutTest {

    @ParameterizedTest
    @CsvSource({
        "1000, 10, 100",
        "1001, 10, 101",
        "200, 10, 20",
        "100, 10, 20",
        "40, 10, 20",
        "39, 10, 0",
        "1, 10, 0",
        "0, 10, 0",
        "1000, 0, 0",
        "100, 50, 50",
        "60, 50, 30",
        "39, 50, 0"
    })
    void aShareButTwentyAtTheLeastAndTwentyAreLeft(long reachable, int percent, long held) {
        assertThat(Holdout.of(reachable, percent)).isEqualTo(held);
    }
}
