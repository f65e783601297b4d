package com.smartmarketingagent.importing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.smartmarketingagent.importing.Day.Evidence;
import java.time.LocalDate;
import java.time.ZoneId;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class DayTest {

    private static final ZoneId JAKARTA = ZoneId.of("Asia/Jakarta");
    private static final LocalDate TODAY = LocalDate.of(2026, 1, 15);

    private static @Nullable LocalDate read(String text) throws Refusal {
        return Day.read(text, DateOrder.DAY_FIRST, TODAY, JAKARTA);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "31/12/2025",
                "31-12-2025",
                "31.12.2025",
                "31/12/25",
                "31-12-25",
                "2025-12-31",
                "2025/12/31",
                "20251231",
                "31 Des 2025",
                "31 Desember 2025",
                "31 Dec 2025",
                "31 December 2025",
                "31-Des-2025",
                "31-Dec-25",
                "31 DES 2025",
                "31 Des. 2025",
                "Dec 31, 2025",
                "Desember 31 2025",
                "Rabu, 31 Desember 2025",
                "Rabu 31/12/2025",
                "Wed, 31 Dec 2025",
                "46022",
                "46022.58",
                "46022,58333",
                "31/12/2025 14:05",
                "31/12/2025 14.05",
                "31/12/2025 14:05:59",
                "31/12/2025, 14.05",
                "31/12/2025  2:05 PM",
                "2025-12-31 14:05:11",
                "2025-12-31T10:00:00Z",
                "2025-12-31T10:00:00.123Z",
                "2025-12-31T10:00",
                "2025-12-31T10:00:00+07:00",
                "31 Des 2025 14:05 WIB",
                "31/12/2025 23.59.59",
                " 31/12/2025 ",
                "31 / 12 / 2025",
                "31 12 2025"
            })
    void everyUsualFormIsTheSameDay(String text) throws Refusal {
        assertThat(read(text)).isEqualTo(LocalDate.of(2025, 12, 31));
    }

    @ParameterizedTest
    @CsvSource({
        "Januari,1", "Jan,1", "Februari,2", "Pebruari,2", "Feb,2", "Maret,3", "Mar,3", "April,4", "Apr,4", "Mei,5",
                "May,5",
        "Juni,6", "Jun,6", "Juli,7", "Jul,7", "Agustus,8", "Agu,8", "Ags,8", "Agt,8", "Aug,8", "September,9", "Sep,9",
        "Oktober,10", "Okt,10", "Oct,10", "November,11", "Nopember,11", "Nov,11", "Desember,12", "Des,12", "Dec,12"
    })
    void monthsHaveIndonesianAndEnglishNames(String name, int month) throws Refusal {
        assertThat(read("5 " + name + " 2024")).isEqualTo(LocalDate.of(2024, month, 5));
    }

    @Test
    void theOrderSaysWhichNumberIsTheDay() throws Refusal {
        assertThat(Day.read("05/06/2025", DateOrder.DAY_FIRST, TODAY, JAKARTA)).isEqualTo(LocalDate.of(2025, 6, 5));
        assertThat(Day.read("05/06/2025", DateOrder.MONTH_FIRST, TODAY, JAKARTA))
                .isEqualTo(LocalDate.of(2025, 5, 6));
    }

    @Test
    void withoutAnOrderOnlyWhatReadsTheSameEitherWayIsRead() throws Refusal {
        assertThat(Day.read("05/05/2025", null, TODAY, JAKARTA)).isEqualTo(LocalDate.of(2025, 5, 5));
        assertThat(Day.read("13/05/2025", null, TODAY, JAKARTA)).isEqualTo(LocalDate.of(2025, 5, 13));
        assertThat(Day.read("05/13/2025", null, TODAY, JAKARTA)).isEqualTo(LocalDate.of(2025, 5, 13));
        assertThatThrownBy(() -> Day.read("12/11/2025", null, TODAY, JAKARTA)).hasMessageContaining("dua cara");
    }

    @Test
    void anInstantBelongsToTheShopsDay() throws Refusal {
        assertThat(read("2025-12-31T16:59:59Z")).isEqualTo(LocalDate.of(2025, 12, 31));
        assertThat(read("2025-12-31T17:00:00Z")).isEqualTo(LocalDate.of(2026, 1, 1));
        assertThat(Day.read("2025-12-31T15:00:00Z", null, TODAY, ZoneId.of("Asia/Jayapura")))
                .isEqualTo(LocalDate.of(2026, 1, 1));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "31/02/2025",
                "29/02/2025",
                "2025-02-30",
                "00/12/2025",
                "32/12/2025",
                "31/13/2025",
                "31 Apr 2025",
                "20251301",
                "2025-00-10"
            })
    void aDayThatDoesNotExistIsRefused(String text) {
        assertThatThrownBy(() -> read(text)).isInstanceOf(Refusal.class).hasMessageContaining("tidak ada di kalender");
    }

    @Test
    void aLeapDayExistsInLeapYears() throws Refusal {
        assertThat(read("29/02/2024")).isEqualTo(LocalDate.of(2024, 2, 29));
    }

    @Test
    void todayIsTheLastDayAndTomorrowIsRefused() throws Refusal {
        assertThat(read("15/01/2026")).isEqualTo(TODAY);
        assertThatThrownBy(() -> read("16/01/2026")).hasMessageContaining("masa depan");
        assertThatThrownBy(() -> read("2026-01-16")).hasMessageContaining("masa depan");
    }

    @Test
    void theFirstOf1990IsTheFirstDay() throws Refusal {
        assertThat(read("1990-01-01")).isEqualTo(LocalDate.of(1990, 1, 1));
        assertThatThrownBy(() -> read("31/12/1989")).hasMessageContaining("terlalu lama");
        assertThat(read("32874")).isEqualTo(LocalDate.of(1990, 1, 1));
        assertThatThrownBy(() -> read("32873")).hasMessageContaining("terlalu lama");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "kemarin",
                "31/12",
                "12/2025",
                "31/12/202",
                "31/12/20255",
                "31//12/2025",
                "31/12/2025x",
                "31/12/2025 25:00",
                "31/12/2025 14:60",
                "31/12/2025 14:05:60",
                "31/12/2025 14",
                "31/12/2025 13:05 PM",
                "31/12/2025 0:05 AM",
                "31 Foo 2025",
                "Desember 2025",
                "123456",
                "46022.",
                "46022.5x",
                "31/12/2025 14:05 XYZ",
                "De 31, 2025",
                "#N/A",
                "-5",
                "1e5",
                "31 Desemberx 2025"
            })
    void whatIsNoDayIsRefused(String text) {
        assertThatThrownBy(() -> read(text)).isInstanceOf(Refusal.class).hasMessageContaining(text.substring(0, 2));
    }

    @ParameterizedTest
    @CsvSource({
        "4 April, true",
        "12 Jan., true",
        "' Senin, 4 Apr ', true",
        "4-Apr, true",
        "3/5, true",
        "31-12, true",
        "3/13, false",
        "32/5, false",
        "0/5, false",
        "3/0, false",
        "3.5, false",
        "3 5, false",
        "3/5/25, false",
        "4 April 2026, false",
        "4 April 10:30, false",
        "4 Foo, false",
        "April 26, false",
        "12, false",
        "'', false"
    })
    void aDayMayLackItsYear(String text, boolean lacks) {
        assertThat(Day.lacksYear(text)).isEqualTo(lacks);
    }

    @ParameterizedTest
    @CsvSource({
        "12/13/2025, true",
        "31/02/2025, true",
        "4 April 26, true",
        "46022, true",
        "4 April, false",
        "kemarin, false",
        "'', false"
    })
    void aDayMayHaveItsYear(String text, boolean has) {
        assertThat(Day.hasYear(text)).isEqualTo(has);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "  ", "-"})
    void nothingIsNoDay(String text) throws Refusal {
        assertThat(read(text)).isNull();
    }

    @ParameterizedTest
    @CsvSource({
        "13/12/2025, DAY_FIRST",
        "12/13/2025, MONTH_FIRST",
        "12/12/2025, NONE",
        "11/12/2025, EITHER",
        "12/11/25, EITHER",
        "2025-11-12, NONE",
        "12 Nov 2025, NONE",
        "31/31/2025, NONE",
        "32/01/2025, NONE",
        "45992, NONE",
        "hallo, NONE",
        "1-2-2025 10:00, EITHER",
        "0/5/2025, NONE",
        "5/0/2025, NONE",
        "5/32/2025, NONE",
        "13/14/2025, NONE",
        "5/6, NONE"
    })
    void aDayInNumbersSpeaksForAnOrder(String text, Evidence evidence) {
        assertThat(Day.evidence(text)).isEqualTo(evidence);
    }
}
