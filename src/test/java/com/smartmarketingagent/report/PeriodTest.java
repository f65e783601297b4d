package com.smartmarketingagent.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.smartmarketingagent.platform.Problem;
import com.smartmarketingagent.report.Period.Days;
import java.time.LocalDate;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class PeriodTest {

    @ParameterizedTest
    @CsvSource({
        "2026-11, 2026-11-01, 2026-11-30, 2026-10, 2026-12",
        "2026-12, 2026-12-01, 2026-12-31, 2026-11, 2027-01",
        "2024-02, 2024-02-01, 2024-02-29, 2024-01, 2024-03",
        "2026-W48, 2026-11-23, 2026-11-29, 2026-W47, 2026-W49",
        // the year of a week is that of its Thursday
        "2026-W01, 2025-12-29, 2026-01-04, 2025-W52, 2026-W02",
        "2026-W53, 2026-12-28, 2027-01-03, 2026-W52, 2027-W01"
    })
    void namesWeeksAndMonths(String key, LocalDate from, LocalDate until, String before, String after) {
        var period = Period.parse(key);
        assertThat(period).isEqualTo(new Period(key, from, until));
        assertThat(period.before().key()).isEqualTo(before);
        assertThat(period.after().key()).isEqualTo(after);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "2026-13",
                "2026-00",
                "2026-W00",
                "2025-W53",
                "2026-W54",
                "2026-W99",
                "2026-1",
                "2026",
                "",
                "2026-11-01",
                "9999999-01",
                "0000-01",
                "0000-W05",
                "２０２６-11"
            })
    void nothingElseIsOne(String key) {
        assertThatThrownBy(() -> Period.parse(key)).isInstanceOf(Problem.NotFound.class);
    }

    @ParameterizedTest
    @CsvSource({
        // over: with all of the one before
        "2026-11, 2026-12-01, 2026-10-01, 2026-10-31",
        "2026-11, 2027-05-01, 2026-10-01, 2026-10-31",
        // going on: with as many days
        "2026-11, 2026-11-01, 2026-10-01, 2026-10-01",
        "2026-11, 2026-11-29, 2026-10-01, 2026-10-29",
        // its last day too isn't over before the next
        "2026-11, 2026-11-30, 2026-10-01, 2026-10-30",
        "2026-W48, 2026-11-25, 2026-11-16, 2026-11-18",
        // which has fewer
        "2026-03, 2026-03-30, 2026-02-01, 2026-02-28"
    })
    void isComparedWithAsMuchOfTheOneBefore(String key, LocalDate today, LocalDate from, LocalDate until) {
        assertThat(Period.parse(key).comparedWith(today)).isEqualTo(new Days(from, until));
    }

    @Test
    void aMonthHasPartsOfWeeksAndAWeekItsDays() {
        assertThat(Period.parse("2026-11").parts())
                .startsWith(day("2026-11-01", "2026-11-01"), day("2026-11-02", "2026-11-08"))
                .endsWith(day("2026-11-30", "2026-11-30"))
                .hasSize(6);
        assertThat(Period.parse("2026-W48").parts())
                .hasSize(7)
                .startsWith(day("2026-11-23", "2026-11-23"))
                .endsWith(day("2026-11-29", "2026-11-29"));
    }

    private static Days day(String from, String until) {
        return new Days(LocalDate.parse(from), LocalDate.parse(until));
    }
}
