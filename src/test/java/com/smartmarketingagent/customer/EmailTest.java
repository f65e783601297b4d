package com.smartmarketingagent.customer;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class EmailTest {

    @Test
    void anAddressIsKeptInLowerCaseWithoutSpacesAround() {
        assertThat(Email.normalise("  Budi.Santoso+Toko@Gmail.COM ")).contains("budi.santoso+toko@gmail.com");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"a@b.co", "o'neil@mail.example.id", "x_y-z@toko-batik.co.id", "1@2.id", "a@b.c0", "a@1b.id"})
    void usualFormsPass(String address) {
        assertThat(Email.normalise(address)).contains(address);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "budi",
                "@gmail.com",
                "budi@",
                "budi@gmail",
                "budi@gmail.",
                "budi@.com",
                "budi@gmail..com",
                "budi@@gmail.com",
                "budi@gmail.com, ani@gmail.com",
                "budi santoso@gmail.com",
                ".budi@gmail.com",
                "budi.@gmail.com",
                "bu..di@gmail.com",
                "budi@-gmail.com",
                "budi@gmail-.com",
                "budi@127.0.0.1",
                "budi@gmail.c",
                "<budi@gmail.com>",
                "budi@gmail.com\r\nBcc: x@y.id",
                "budi\u0000@gmail.com",
                "büdi@gmail.com",
                "budi@gmail_x.com",
                "budi@[::1]",
                "budi@gmail.com:25",
                "budi@gmail.com/a"
            })
    void everythingElseIsRefused(String text) {
        assertThat(Email.normalise(text)).isEmpty();
    }

    @Test
    void theNameHasAtMost64Characters() {
        assertThat(Email.normalise("a".repeat(64) + "@b.id")).isPresent();
        assertThat(Email.normalise("a".repeat(65) + "@b.id")).isEmpty();
    }

    @Test
    void aLabelHasAtMost63Characters() {
        assertThat(Email.normalise("a@" + "b".repeat(63) + ".id")).isPresent();
        assertThat(Email.normalise("a@" + "b".repeat(64) + ".id")).isEmpty();
    }

    @Test
    void theWholeHasAtMost254Characters() {
        String domain = ("b".repeat(59) + ".").repeat(3);
        String at254 = "a".repeat(64) + "@" + domain + "c".repeat(254 - 65 - domain.length() - 3) + ".id";
        assertThat(at254).hasSize(254);
        assertThat(Email.normalise(at254)).isPresent();
        assertThat(Email.normalise(at254.replace(".id", ".iid"))).isEmpty();
    }
}
