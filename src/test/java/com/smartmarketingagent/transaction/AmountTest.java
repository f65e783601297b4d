package com.smartmarketingagent.transaction;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class AmountTest {

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "Rp1.250.000 | 1250000",
                "Rp 1.250.000 | 1250000",
                "Rp. 1.250.000 | 1250000",
                "rp1250000 | 1250000",
                "IDR 1.250.000 | 1250000",
                "1.250.000 IDR | 1250000",
                "1.250.000 rupiah | 1250000",
                "1.250.000,00 | 1250000",
                "1250000 | 1250000",
                "1,250,000 | 1250000",
                "1,250,000.50 | 1250000.50",
                "1.250.000,5 | 1250000.5",
                "1.250 | 1250",
                "12.500 | 12500",
                "125.000 | 125000",
                "1250.50 | 1250.50",
                "1250,5 | 1250.5",
                "0,75 | 0.75",
                "0.75 | 0.75",
                "150rb | 150000",
                "150 rb | 150000",
                "150ribu | 150000",
                "150k | 150000",
                "150K | 150000",
                "1,5jt | 1500000",
                "1.5jt | 1500000",
                "1,5 juta | 1500000",
                "1.500rb | 1500000",
                "1,125jt | 1125000",
                "2,5rb | 2500",
                "1,5 miliar | 1500000000",
                "Rp150rb | 150000",
                "(150.000) | -150000",
                "(Rp 150.000) | -150000",
                "-150.000 | -150000",
                "-Rp150.000 | -150000",
                "Rp -150.000 | -150000",
                "−150.000 | -150000",
                "Rp 75.000,- | 75000",
                "75.000,- | 75000",
                "Rp75.000.- | 75000",
                "1 250 000 | 1250000",
                "+5 | 5",
                "0 | 0",
                "0000 | 0",
                "00150000 | 150000",
                "1234567890123 | 1234567890123",
                "12345678901234567890k | -",
            })
    void whatOwnersWriteIsRead(String text, String rupiah) throws Amount.Unreadable {
        if (rupiah.equals("-")) {
            assertThatThrownBy(() -> Amount.read(text)).hasMessageContaining("terlalu besar");
        } else {
            assertThat(Amount.read(text)).isEqualByComparingTo(rupiah);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"", " ", "-", "–", " - ", "\u00a0"})
    void nothingAndALoneHyphenAreEmpty(String text) throws Amount.Unreadable {
        assertThat(Amount.read(text)).isNull();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "1,250",
                "1250,123",
                "0.125",
                "1250.000",
                "1.250.000,125",
                "1,250,000.125",
                "1.2345",
                "1,234567rb"
            })
    void moreThanTwoDecimalsAreRefused(String text) {
        assertThatThrownBy(() -> Amount.read(text))
                .isInstanceOf(Amount.Unreadable.class)
                .hasMessageContaining("lebih dari dua angka")
                .hasMessageContaining(text);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "abc",
                "Rp",
                "12abc",
                "1.5E+6",
                "1.25.000",
                "1.2500.000",
                "1,25,000",
                "1.250,000.00",
                "1.250.00,00",
                "1..250",
                "(150.000",
                "150.000)",
                "--5",
                "(-5)",
                "-Rp-5",
                "1,",
                ",",
                ".",
                ".5.",
                "1.250.",
                "12 34",
                "1 250,000,0",
                "=1+2",
                "#REF!",
                "1-2",
                "150 rb rb",
                "rb",
                "jt",
                "lunas",
                "1234.567.890",
                "1m",
                "50%"
            })
    void whatIsNoNumberIsRefused(String text) {
        assertThatThrownBy(() -> Amount.read(text))
                .isInstanceOf(Amount.Unreadable.class)
                .hasMessageContaining("bukan angka");
    }

    @Test
    void theLargestAmountIsThatOfTheColumn() throws Amount.Unreadable {
        assertThat(Amount.read("9999999999999,99")).isEqualByComparingTo("9999999999999.99");
        assertThat(Amount.read("-9.999.999.999.999,99")).isEqualByComparingTo("-9999999999999.99");
        for (String text : new String[] {"10000000000000", "-10.000.000.000.000", "10000jt0", "10000 miliar"}) {
            assertThatThrownBy(() -> Amount.read(text)).isInstanceOf(Amount.Unreadable.class);
        }
        assertThatThrownBy(() -> Amount.read("10000000000000")).hasMessageContaining("terlalu besar");
        assertThat(Amount.read("9999 miliar")).isEqualByComparingTo("9999000000000");
    }

    @Test
    void textBeyondMeasureIsRefusedAndShownShort() {
        assertThatThrownBy(() -> Amount.read("9".repeat(5_000)))
                .isInstanceOf(Amount.Unreadable.class)
                .satisfies(e -> assertThat(e.getMessage()).hasSizeLessThan(150));
    }

    @ParameterizedTest
    @CsvSource({
        "150000, 150000",
        "150000.00000000001, 150000",
        "0.30000000000000004, 0.3",
        "149999.99999999999, 150000",
        "1.25, 1.25",
        "1E+6, 1000000",
        "-75000, -75000",
        "1234567.89, 1234567.89",
        "0, 0",
        "9999999999999.99, 9999999999999.99"
    })
    void aNumberCellIsReadWithoutItsNoise(String number, String rupiah) throws Amount.Unreadable {
        assertThat(Amount.readNumber(number)).isEqualByComparingTo(rupiah);
        assertThat(Amount.readNumber(number).scale()).isBetween(0, 2);
    }

    @Test
    void aNumberCellHasTheSameLimits() {
        assertThatThrownBy(() -> Amount.readNumber("1.125")).hasMessageContaining("lebih dari dua angka");
        assertThatThrownBy(() -> Amount.readNumber("33333.3333333333")).hasMessageContaining("lebih dari dua angka");
        assertThatThrownBy(() -> Amount.readNumber("10000000000000")).hasMessageContaining("terlalu besar");
        assertThatThrownBy(() -> Amount.readNumber("1E+300")).hasMessageContaining("terlalu besar");
        assertThatThrownBy(() -> Amount.readNumber("satu")).hasMessageContaining("bukan angka");
    }
}
