package com.smartmarketingagent.customer;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.i18n.phonenumbers.NumberParseException;
import com.google.i18n.phonenumbers.PhoneNumberUtil;
import com.google.i18n.phonenumbers.PhoneNumberUtil.PhoneNumberType;
import com.google.i18n.phonenumbers.Phonenumber.PhoneNumber;
import com.smartmarketingagent.customer.Phone.Refusal;
import com.smartmarketingagent.platform.Language;
import com.smartmarketingagent.platform.Words;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class PhoneTest {

    @ParameterizedTest
    @ValueSource(
            strings = {
                "081234567890",
                "6281234567890",
                "+62 812-3456-7890",
                "81234567890",
                "wa.me/6281234567890",
                "https://wa.me/6281234567890",
                "'081234567890",
                "006281234567890",
                "0812.3456.7890",
                "0812 3456 7890",
                "(0812) 3456-7890",
                "(+62)81234567890",
                "+62 0812 3456 7890",
                "62081234567890",
                "0062081234567890",
                "=\"081234567890\"",
                "\u202a+62 812\u20113456\u20117890\u202c",
                "081234567890\u00a0",
                "81234567890.0",
                "tel:+6281234567890",
                "https://api.whatsapp.com/send?phone=6281234567890"
            })
    void everySpellingOfANumberIsTheSameNumber(String spelling) {
        assertThat(Phone.e164OrNull(spelling)).isEqualTo("+6281234567890");
        assertThat(Phone.refusal(spelling)).isEmpty();
    }

    @Test
    void theShortcutForIndonesianMobilesAgreesWithTheLibraryForEveryPrefixAndLength() throws NumberParseException {
        PhoneNumberUtil library = PhoneNumberUtil.getInstance();
        for (int prefix = 8_000; prefix < 9_000; prefix++) {
            for (int length = 7; length <= 14; length++) {
                String national = (prefix + "2345678901").substring(0, length);
                PhoneNumber number = library.parse("+62" + national, "ID");
                boolean mobile =
                        library.isValidNumber(number) && library.getNumberType(number) == PhoneNumberType.MOBILE;
                @Nullable String expected = mobile ? "+62" + national : null;
                assertThat(Phone.e164OrNull("+62" + national)).isEqualTo(expected);
                assertThat(Phone.e164OrNull("0" + national)).isEqualTo(expected);
            }
        }
    }

    @ParameterizedTest
    @CsvSource({
        "+14155552671, +14155552671",
        "+44 7400 123456, +447400123456",
        "0044 7400 123456, +447400123456",
        "+60 12-345 6789, +60123456789",
        "+65 8123 4567, +6581234567"
    })
    void aValidMobileNumberOfAnotherCountryIsKept(String raw, String e164) {
        assertThat(Phone.e164OrNull(raw)).isEqualTo(e164);
    }

    @ParameterizedTest
    @ValueSource(strings = {"8.12E+11", "8,12E+11", "8.12345E+11", "8e11", " 6.28E+12 "})
    void whatExcelLeftOfANumberIsRefusedWithAHint(String raw) {
        assertThat(Phone.e164OrNull(raw)).isNull();
        assertThat(Phone.refusal(raw)).contains(Refusal.EXCEL);
    }

    @Test
    void theHintSaysWhatToDoInTheReadersLanguage() {
        assertThat(Words.say(Language.INDONESIAN, Refusal.EXCEL.text("8.12E+11")))
                .isEqualTo(
                        "Nomor HP 8.12E+11 rusak oleh Excel. Ubah kolomnya menjadi teks, lalu tulis nomornya lengkap.");
        assertThat(Words.say(Language.ENGLISH, Refusal.EXCEL.text("8.12E+11"))).startsWith("Excel has damaged");
        assertThat(Words.say(Language.INDONESIAN, Refusal.INVALID.text("9".repeat(100))))
                .hasSizeLessThan(120);
    }

    @ParameterizedTest
    @EnumSource(Refusal.class)
    void everyRefusalNamesTheNumberInBothLanguages(Refusal why) {
        var indonesian = Words.say(Language.INDONESIAN, why.text(" 0812x "));
        assertThat(indonesian).contains("0812x").containsIgnoringCase("nomor");
        assertThat(Words.say(Language.ENGLISH, why.text("0812x")))
                .contains("0812x")
                .isNotEqualTo(indonesian);
        assertThat(why.text("0812x").values()).containsExactly("0812x");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "081234567890/081298765432",
                "081234567890, 081298765432",
                "081234567890 081298765432",
                "081234567890;081298765432",
                "081234567890 dan 081298765432",
                "081234567890\n081298765432",
                "+6281234567890 +6281298765432"
            })
    void twoNumbersInOneCellAreRefused(String raw) {
        assertThat(Phone.e164OrNull(raw)).isNull();
        assertThat(Phone.refusal(raw)).contains(Refusal.TWO_NUMBERS);
    }

    @ParameterizedTest
    @ValueSource(strings = {"0812abc67890", "belum ada", "08123456789O", "081234567890 (Budi)", "0812****7890", "#N/A"})
    void lettersAndSignsAreRefused(String raw) {
        assertThat(Phone.e164OrNull(raw)).isNull();
        assertThat(Phone.refusal(raw)).contains(Refusal.LETTERS);
    }

    @ParameterizedTest
    @ValueSource(strings = {"021-5551234", "(0274) 512345", "+62 21 5551234", "622155512345"})
    void aLandlineIsRefusedAsSuch(String raw) {
        assertThat(Phone.e164OrNull(raw)).isNull();
        assertThat(Phone.refusal(raw)).contains(Refusal.LANDLINE);
    }

    @Test
    void anIndonesianMobileHasNineToTwelveDigitsBehindTheCountry() {
        assertThat(Phone.e164OrNull("081234567")).isNull();
        assertThat(Phone.e164OrNull("0812345678")).isEqualTo("+62812345678");
        assertThat(Phone.e164OrNull("0812345678901")).isEqualTo("+62812345678901");
        assertThat(Phone.e164OrNull("08123456789012")).isNull();
        assertThat(Phone.refusal("08123456789012")).contains(Refusal.INVALID);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "1",
                "0",
                "00",
                "+",
                "+62",
                "620",
                "0800123456",
                "0842345678",
                "++6281234567890",
                "+628123456789012345678901234567890123"
            })
    void noNumberAtAllIsRefusedWithSomeReason(String raw) {
        assertThat(Phone.e164OrNull(raw)).isNull();
        assertThat(Phone.refusal(raw)).isPresent();
    }

    @Test
    void nothingIsNoNumber() {
        assertThat(Phone.e164OrNull("")).isNull();
        assertThat(Phone.e164OrNull("  ")).isNull();
        assertThat(Phone.e164OrNull("'")).isNull();
    }
}
