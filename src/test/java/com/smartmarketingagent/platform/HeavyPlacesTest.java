package com.smartmarketingagent.platform;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class HeavyPlacesTest {

    private final HeavyPlaces places = new HeavyPlaces();
    private long now;

    private boolean begin(String whose) {
        return places.begin(whose, now);
    }

    private void pass(int seconds) {
        now += Duration.ofSeconds(seconds).toNanos();
    }

    @Test
    void nobodyHasBothPlaces() {
        assertThat(begin("A")).isTrue();
        assertThat(begin("A")).isFalse();
        assertThat(begin("B")).isTrue();
        assertThat(begin("C")).isFalse();
        places.end("A");
        assertThat(begin("B")).isFalse();
        assertThat(begin("C")).isTrue();
    }

    @Test
    void whoFoundNoneFreeIsNextInTheOrderInWhichTheyCame() {
        begin("A");
        begin("B");
        assertThat(begin("C")).isFalse();
        assertThat(begin("D")).isFalse();
        places.end("A");
        assertThat(begin("A")).isFalse();
        assertThat(begin("D")).isFalse();
        assertThat(begin("C")).isTrue();
        places.end("B");
        assertThat(begin("A")).isFalse();
        assertThat(begin("D")).isTrue();
        places.end("C");
        assertThat(begin("A")).isTrue();
    }

    @Test
    void whoDoesNotComeBackKeepsNobodyWaiting() {
        begin("A");
        begin("B");
        assertThat(begin("C")).isFalse();
        places.end("A");
        pass(3);
        assertThat(begin("D")).isFalse();
        pass(3);
        assertThat(begin("D")).isTrue();
        places.end("B");
        assertThat(begin("C")).isTrue();
    }
}
