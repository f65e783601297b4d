package com.smartmarketingagent.account;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.StringReader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.Properties;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** How dear a guess is. */
class PasswordsTest {

    @Test
    void outsideTestsAPasswordTakes9MebibytesAndFourPasses() throws IOException {
        var settings = new Properties();
        settings.load(new StringReader(Files.readString(Path.of("src/main/resources/application.properties"))));
        var passwords = new Passwords(Integer.parseInt(settings.getProperty("passwords.memory-kib")));

        var hash = passwords.hash("kain batik tulis");

        assertThat(hash).startsWith("$argon2id$v=19$m=9216,t=4,p=1$");
        assertThat(passwords.matches("kain batik tulis", Optional.of(hash))).isTrue();
        assertThat(passwords.matches("kain batik cap", Optional.of(hash))).isFalse();
        assertThat(passwords.matches("kain batik tulis", Optional.empty())).isFalse();
    }

    /** Or who has no account were told apart by the time that it takes. */
    @Test
    void whereNobodyHasAPasswordAsMuchIsToBeDone() {
        var passwords = new Passwords(64);
        var cost = "$argon2id$v=19$m=64,t=4,p=1$";
        assertThat(passwords.nobodys()).startsWith(cost);
        assertThat(passwords.hash("kain batik tulis")).startsWith(cost);
        assertThat(passwords.nobodys()).hasSameSizeAs(passwords.hash("kain batik tulis"));
        assertThat(passwords.matches("kain batik tulis", Optional.of(passwords.nobodys())))
                .isFalse();
    }

    @Test
    void aHashIsCheckedAsItWasMade() {
        var hash = new Passwords(64).hash("kain batik tulis");
        assertThat(new Passwords(128).matches("kain batik tulis", Optional.of(hash)))
                .isTrue();
    }

    /** password4j made them for installations until November 2026. */
    @Test
    void whoSetAPasswordBeforeAnotherLibraryCheckedItStillLogsIn() {
        var hash = "$argon2id$v=19$m=19456,t=2,p=1$m017W3VWQ7kD8zASfcebpQ$4yxGzQQ9b1buQC9OZQN5raRGp15l6CmxPnK4qzRnRIk";
        assertThat(new Passwords(128).matches("kain batik Yogyakarta \u00e9\u20ac", Optional.of(hash)))
                .isTrue();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "$2a$10$N9qo8uLOickgx2ZMRZoMyeIjZAgcfl7p92ldGxad68LJZdL17lhWy",
                "$argon2id$v=19$m=64,t=2,p=2$m017W3VWQ7kD8zASfcebpQ$4yxGzQQ9b1buQC9OZQN5raRGp15l6CmxPnK4qzRnRIk",
                "$argon2id$v=19$m=2147483647,t=2,p=1$m017W3VWQ7kD8zASfcebpQ$4yxGzQQ9b1buQC9OZQN5raRGp15l6CmxPnK4qzRnRIk",
                "$argon2id$v=19$m=64,t=2,p=1$m017W3VWQ7kD8zASfceb!!$4yxGzQQ9b1buQC9OZQN5raRGp15l6CmxPnK4qzRnRIk",
                "$argon2id$v=19$m=64,t=2,p=1$m017W3VWQ7kD8zASfcebpQ$4yxGzQQ9b1buQC9OZQN5ra"
            })
    void whatIsNoHashOfOursIsAFailureAndNoWrongPassword(String hash) {
        assertThatThrownBy(() -> new Passwords(64).matches("kain batik tulis", Optional.of(hash)))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageNotContaining("kain");
    }
}
