package com.smartmarketingagent.pacing;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A new number begins slowly, and none hurries. */
class PaceTest {

    private static final ZoneId ZONE = ZoneId.of("Asia/Jakarta");
    private static final LocalDate DAY = LocalDate.of(2026, 12, 1);
    private static final Instant NOON = Instant.parse("2026-12-01T05:00:00Z");

    @ParameterizedTest
    @CsvSource({"-1, 20", "0, 20", "6, 20", "7, 25", "8, 31", "9, 39", "16, 186", "17, 200", "18, 200", "4000, 200"})
    void aNumberSendsTwentyADayForAWeekAndThenAQuarterMoreEachDay(int days, int cap) {
        assertThat(Pace.cap(DAY, DAY.plusDays(days))).isEqualTo(cap);
    }

    @Test
    void afterTheLastOfTheDayItGoesOnTomorrowMorning() {
        var nineteen = new Pace(DAY, DAY, 19, NOON, 0);
        assertThat(nineteen.free(NOON, ZONE, QuietHours.USUAL)).isEqualTo(NOON);
        var twenty = new Pace(DAY, DAY, 20, NOON, 0);
        assertThat(twenty.free(NOON, ZONE, QuietHours.USUAL)).isEqualTo("2026-12-02T01:00:00Z");
        assertThat(twenty.free(NOON, ZONE, QuietHoursTest.NONE)).isEqualTo("2026-12-01T17:00:00Z");
        // yesterday's don't count
        assertThat(twenty.free(NOON.plus(Duration.ofDays(1)), ZONE, QuietHours.USUAL))
                .isEqualTo(NOON.plus(Duration.ofDays(1)));
    }

    @Test
    void betweenTwoMessagesAreTwentyToNinetySeconds() {
        var fresh = Pace.begins(DAY, NOON);
        assertThat(fresh.free(NOON, ZONE, QuietHours.USUAL)).isEqualTo(NOON);
        var soon = fresh.sent(NOON, DAY, 0);
        assertThat(soon.sent()).isEqualTo(1);
        assertThat(soon.free(NOON, ZONE, QuietHours.USUAL)).isEqualTo(NOON.plusSeconds(20));
        assertThat(fresh.sent(NOON, DAY, 1).nextAt()).isEqualTo(NOON.plusSeconds(90));
        assertThat(fresh.sent(NOON, DAY, 0.5).nextAt()).isEqualTo(NOON.plusSeconds(55));
    }

    @Test
    void itsFirstDayIsThatOfItsFirstMessageHoweverLongItWasAskedBefore() {
        var later = DAY.plusDays(9);
        var asked = Pace.begins(DAY, NOON);
        assertThat(asked.inUseSince(DAY, later).since()).isEqualTo(later);
        var used = asked.sent(NOON, DAY, 0);
        assertThat(used.inUseSince(DAY, later).since()).isEqualTo(DAY);
        // another number, which hasn't sent yet
        assertThat(used.inUseSince(DAY.plusDays(3), later).since()).isEqualTo(later);
    }

    /** 20 a day for a week are 140, then 25, 31, 39, 48, 61 and 76 are 420 on the 13th. */
    @ParameterizedTest
    @CsvSource({"0, 1", "20, 1", "21, 2", "140, 7", "141, 8", "420, 13", "421, 14", "450, 14"})
    void soManyMessagesOfANewNumberTakeSoManyDays(int messages, int days) {
        assertThat(Pace.begins(DAY, NOON).days(messages, DAY)).isEqualTo(days);
    }

    @Test
    void whatWentOutTodayIsCountedAndAKnownNumberIsFast() {
        assertThat(new Pace(DAY, DAY, 15, NOON, 0).days(5, DAY)).isEqualTo(1);
        assertThat(new Pace(DAY, DAY, 15, NOON, 0).days(6, DAY)).isEqualTo(2);
        // of one that was changed today more than it now may
        assertThat(new Pace(DAY, DAY, 90, NOON, 0).days(20, DAY)).isEqualTo(2);
        var known = new Pace(DAY.minusDays(90), DAY.minusDays(1), 200, NOON, 0);
        assertThat(known.days(400, DAY)).isEqualTo(2);
        assertThat(known.days(401, DAY)).isEqualTo(3);
    }

    @Test
    void theCountBeginsAnewEachDayOfTheShop() {
        var full = new Pace(DAY.minusDays(3), DAY, 20, NOON, 2);
        var next = full.sent(NOON.plus(Duration.ofDays(1)), DAY.plusDays(1), 0);
        assertThat(next.sent()).isEqualTo(1);
        assertThat(next.day()).isEqualTo(DAY.plusDays(1));
        assertThat(next.since()).isEqualTo(DAY.minusDays(3));
        assertThat(next.failures()).isEqualTo(2);
    }
}
