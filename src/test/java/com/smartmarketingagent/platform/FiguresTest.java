package com.smartmarketingagent.platform;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigDecimal;
import java.time.LocalDate;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class FiguresTest {

    @ParameterizedTest
    @CsvSource({
        "1250000, Rp1.250.000",
        "0.5, 'Rp0,50'",
        "-50000, −Rp50.000",
        "-0.01, '−Rp0,01'",
        "-0.001, Rp0",
        "0, Rp0"
    })
    void moneyIsWrittenAsInIndonesiaTheMinusBeforeTheCurrency(BigDecimal amount, String written) {
        assertThat(Figures.rupiah(amount)).isEqualTo(written);
    }

    @Test
    void aShareThatIsSmallIsNotNothing() {
        assertThat(Figures.share(Language.INDONESIAN, 0, 4_003)).isEqualTo("0,0%");
        assertThat(Figures.share(Language.INDONESIAN, 1, 4_003)).isEqualTo("< 0,1%");
        assertThat(Figures.share(Language.ENGLISH, 1, 2_000)).isEqualTo("0.1%");
        assertThat(Figures.share(Language.ENGLISH, 1, 2_001)).isEqualTo("< 0.1%");
        assertThat(Figures.share(Language.INDONESIAN, 0, 0)).isEqualTo("0,0%");
    }

    @Test
    void aDayWithinASentenceIsWrittenAsElsewhere() {
        assertThat(Words.say(Language.INDONESIAN, "transaction.in_future", LocalDate.of(2026, 3, 3)))
                .contains("(3 Mar 2026)");
        assertThat(Words.say(Language.ENGLISH, "transaction.too_early", LocalDate.of(1990, 1, 1)))
                .contains("1 Jan 1990");
    }

    @ParameterizedTest
    @CsvSource({
        "0, hari ini, today",
        "1, 1 hari lalu, 1 day ago",
        "2, 2 hari lalu, 2 days ago",
        "700, 700 hari lalu, 700 days ago",
        "731, 731 hari lalu, 731 days ago",
        "732, lebih dari 2 tahun lalu, more than 2 years ago",
        "1095, lebih dari 2 tahun lalu, more than 2 years ago",
        "1461, lebih dari 3 tahun lalu, more than 3 years ago",
        "1462, lebih dari 4 tahun lalu, more than 4 years ago",
        "1826, lebih dari 4 tahun lalu, more than 4 years ago",
        "1827, lebih dari 5 tahun lalu, more than 5 years ago",
        "7438, lebih dari 20 tahun lalu, more than 20 years ago"
    })
    void daysAgoAreSaidAsPeopleDo(int days, String indonesian, String english) {
        var today = LocalDate.of(2026, 3, 1);
        assertThat(Figures.ago(Language.INDONESIAN, days, today)).isEqualTo(indonesian);
        assertThat(Figures.ago(Language.ENGLISH, days, today)).isEqualTo(english);
    }
}
