package com.smartmarketingagent.pacing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.smartmarketingagent.platform.Settings;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalTime;
import java.time.ZoneId;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Nobody is written to at night, wherever they live. */
public class QuietHoursTest {

    public static final QuietHours NONE = new QuietHours(LocalTime.MIDNIGHT, LocalTime.MIDNIGHT);

    private static final QuietHours USUAL = QuietHours.USUAL;

    @ParameterizedTest
    @CsvSource({
        "Asia/Jakarta, 2026-12-01T00:59:59Z, true",
        "Asia/Jakarta, 2026-12-01T01:00:00Z, false",
        "Asia/Jakarta, 2026-12-01T12:59:59Z, false",
        "Asia/Jakarta, 2026-12-01T13:00:00Z, true",
        "Asia/Makassar, 2026-12-01T12:00:00Z, true",
        "Asia/Makassar, 2026-12-01T11:59:59Z, false",
        "Asia/Jayapura, 2026-11-30T23:00:00Z, false",
        "Asia/Jayapura, 2026-11-30T22:59:59Z, true",
    })
    void itIsQuietFromEightInTheEveningToEightInTheMorning(ZoneId zone, Instant at, boolean quiet) {
        assertThat(USUAL.isQuiet(at, zone)).isEqualTo(quiet);
    }

    /** Three zones, seven days, every quarter of an hour. */
    @Test
    void whateverTheMomentTheNextOneIsInTheWindowAndTheFirstThatIs() {
        var start = Instant.parse("2026-12-28T00:00:00Z");
        for (var zone : Zones.EAST_FIRST) {
            for (int quarter = 0; quarter < 7 * 24 * 4; quarter++) {
                var at = start.plus(Duration.ofMinutes(15L * quarter)).plusMillis(1);
                var ends = USUAL.ends(at, zone);
                var local = LocalTime.ofInstant(ends, zone);
                assertThat(local).isAfterOrEqualTo(LocalTime.of(8, 0)).isBefore(LocalTime.of(20, 0));
                assertThat(ends).isAfterOrEqualTo(at);
                if (USUAL.isQuiet(at, zone)) {
                    assertThat(local).isEqualTo(LocalTime.of(8, 0));
                    assertThat(Duration.between(at, ends)).isLessThanOrEqualTo(Duration.ofHours(12));
                    assertThat(USUAL.isQuiet(ends.minusNanos(1), zone)).isTrue();
                } else assertThat(ends).isEqualTo(at);
                assertThat(USUAL.awake(at).contains(zone)).isEqualTo(!USUAL.isQuiet(at, zone));
            }
        }
    }

    @Test
    void theOperatorMaySetOtherHours() {
        var zone = ZoneId.of("Asia/Jakarta");
        var late = Instant.parse("2026-12-01T14:59:00Z");
        assertThat(of("9-22").isQuiet(late, zone)).isFalse();
        assertThat(of("9-21").isQuiet(late, zone)).isTrue();
        assertThat(of("0-24").isQuiet(late, zone)).isFalse();
        assertThat(of("0-24").isQuiet(Instant.parse("2026-12-01T17:00:00Z"), zone))
                .isFalse();
        assertThat(of("")).isEqualTo(USUAL);
    }

    @ParameterizedTest
    @ValueSource(strings = {"20-8", "8", "8-25", "x-y", "8-8"})
    void hoursThatAreNoneStopTheStart(String hours) {
        assertThatThrownBy(() -> of(hours)).isInstanceOf(Settings.Wrong.class).hasMessageStartingWith("SENDING_HOURS");
    }

    private static QuietHours of(String hours) {
        return QuietHours.of(new Settings() {
            @Override
            public Optional<String> text(String name) {
                return name.equals("SENDING_HOURS") && !hours.isEmpty() ? Optional.of(hours) : Optional.empty();
            }
        });
    }
}
