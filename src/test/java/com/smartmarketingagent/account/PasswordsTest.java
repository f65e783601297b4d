package com.smartmarketingagent.account;

import static org.assertj.core.api.Assertions.assertThat;

import com.password4j.Argon2Function;
import java.io.IOException;
import java.io.StringReader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.Properties;
import org.junit.jupiter.api.Test;

/** How dear a guess is. */
class PasswordsTest {

    @Test
    void outsideTestsAPasswordTakes19MebibytesAndTwoPasses() throws IOException {
        var settings = new Properties();
        settings.load(new StringReader(Files.readString(Path.of("src/main/resources/application.properties"))));
        var passwords = new Passwords(Integer.parseInt(settings.getProperty("passwords.memory-kib")));

        var hash = passwords.hash("kain batik tulis");

        assertThat(hash).startsWith("$argon2id$v=19$m=19456,t=2,p=1$");
        assertThat(passwords.matches("kain batik tulis", Optional.of(hash))).isTrue();
        assertThat(passwords.matches("kain batik cap", Optional.of(hash))).isFalse();
        assertThat(passwords.matches("kain batik tulis", Optional.empty())).isFalse();
    }

    /** Or who has no account were told apart by the time that it takes. */
    @Test
    void whereNobodyHasAPasswordAsMuchIsToBeDone() {
        var passwords = new Passwords(64);
        assertThat(Argon2Function.getInstanceFromHash(passwords.nobodys()))
                .isEqualTo(Argon2Function.getInstanceFromHash(passwords.hash("kain batik tulis")));
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
}
