package com.smartmarketingagent.rfm;

import static org.assertj.core.api.Assertions.assertThat;

import com.smartmarketingagent.rfm.RfmSettings.Method;
import java.math.BigDecimal;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SettingsFormTest {

    private static final List<String> DAYS = List.of("30", "60", "90", "180");
    private static final List<String> TIMES = List.of("1", "2", "5", "10");
    private static final List<String> RUPIAH = List.of("100000", "500000", "1000000", "5000000");

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "1.000.000|1000000",
                "Rp 1.000.000|1000000",
                "rp1,000,000|1000000",
                "600000,5|600000.5",
                "1.000.000,25|1000000.25",
                "600000.25|600000.25"
            })
    void amountsAreReadAsPeopleWriteThem(String written, BigDecimal meant) {
        var read = new SettingsForm("fixed", "", DAYS, TIMES, List.of("100000", "500000", written, "5000000")).read();
        assertThat(read.problems()).isEmpty();
        assertThat(Objects.requireNonNull(read.settings()).bins().monetary().get(2))
                .isEqualByComparingTo(meant);
    }

    @ParameterizedTest
    @CsvSource({
        "30, settings.rising",
        "31, ''",
        "-5, settings.number",
        "abc, settings.number",
        "1e3, settings.number",
        "'', settings.missing",
        "45.5, settings.whole",
        "36501, settings.most",
        "99999999999999999999, settings.number"
    })
    void aBadThresholdIsNamedAtItsField(String second, String problem) {
        var read = new SettingsForm("fixed", "", List.of("30", second, "40000", "50000"), TIMES, RUPIAH).read();
        var said = read.problems().get("recency_2");
        assertThat(said == null ? "" : said.key()).isEqualTo(problem);
        assertThat(read.settings()).isNull();
    }

    @ParameterizedTest
    @CsvSource({"0, false", "1, true", "36500, true", "36501, false", "'', true", "30.5, false", "x, false"})
    void theWindowIsDaysOrNothing(String window, boolean fine) {
        var read = new SettingsForm("quantile", window, DAYS, TIMES, RUPIAH).read();
        assertThat(read.problems().containsKey("window_days")).isEqualTo(!fine);
        assertThat(read.settings() != null).isEqualTo(fine);
    }

    @ParameterizedTest
    @CsvSource({"0, settings.least", "1, ''"})
    void aPurchaseIsTheLeastFrequency(String first, String problem) {
        var read = new SettingsForm("fixed", "", DAYS, List.of(first, "2", "5", "10"), RUPIAH).read();
        var said = read.problems().get("frequency_1");
        assertThat(said == null ? "" : said.key()).isEqualTo(problem);
    }

    @Test
    void aFormWithoutItsFieldsIsAllProblemsAndNoFailure() {
        var read = new SettingsForm(null, null, null, List.of(), null).read();
        assertThat(read.settings()).isNull();
        assertThat(read.problems())
                .containsKeys("method", "recency_1", "recency_4", "frequency_2", "monetary_3")
                .hasSize(13);
    }

    @Test
    void whatIsShownIsReadBackTheSame() {
        var settings = new RfmSettings(
                Method.QUANTILE,
                365,
                new Bins(
                        List.of(7, 1000, 2000, 36_500),
                        List.of(1, 2, 3, 2_000_000_000),
                        List.of(
                                new BigDecimal("0"),
                                new BigDecimal("0.5"),
                                new BigDecimal("1234567.89"),
                                new BigDecimal("9999999999999.99"))));
        assertThat(SettingsForm.of(settings).read().settings()).isEqualTo(settings);
    }
}
