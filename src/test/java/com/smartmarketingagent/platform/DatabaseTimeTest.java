package com.smartmarketingagent.platform;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import org.junit.jupiter.api.Test;

class DatabaseTimeTest {

    private static final Instant THEN = Instant.parse("2026-01-01T00:00:00Z");

    /** NodesIT has a node whose clock is a day ahead. */
    @Test
    void threat42EveryonesClockIsTheDatabasesHoweverWrongTheMachinesIs() {
        for (var off : new Duration[] {Duration.ofDays(1), Duration.ofDays(-1)}) {
            var machine = Clock.offset(Clock.systemUTC(), off);
            var time = new DatabaseTime(machine);
            var clock = time.clock();
            assertThat(clock.instant()).isCloseTo(machine.instant(), within(1, ChronoUnit.MINUTES));
            time.saw(THEN, System.nanoTime());
            assertThat(clock.instant()).isBetween(THEN, THEN.plusSeconds(60));
            assertThat(clock.instant()).isBeforeOrEqualTo(clock.instant());
        }
    }
}
