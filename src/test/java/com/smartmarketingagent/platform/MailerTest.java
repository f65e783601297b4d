package com.smartmarketingagent.platform;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.smartmarketingagent.platform.Smtp.Security;
import com.smartmarketingagent.platform.Smtp.Sent;
import java.net.URI;
import java.time.Clock;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class MailerTest {

    @Test
    void anAddressSaysHowTheServerIsSpokenTo() {
        assertThat(Mailer.server("smtp://mail.example.com"))
                .isEqualTo(new Smtp.Server("mail.example.com", 25, Security.NONE, null, null, true));
        assertThat(Mailer.server("smtps://ani:k%40in+@mail.example.com"))
                .isEqualTo(new Smtp.Server("mail.example.com", 465, Security.TLS, "ani", "k@in+", true));
        assertThat(Mailer.server("smtp://ani:x:y@mail.example.com:2525?starttls=required"))
                .isEqualTo(new Smtp.Server("mail.example.com", 2525, Security.STARTTLS, "ani", "x:y", true));
        assertThat(Mailer.server("smtp://mail.example.com?starttls=required").port())
                .isEqualTo(587);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "mail.example.com",
                "http://ani:rahasia@mail.example.com",
                "smtp://",
                "smtp://ani@mail.example.com",
                "smtp://:rahasia@mail.example.com",
                "smtp://mail.example.com?starttls=perhaps",
                "smtp://ani:raha sia@mail.example.com"
            })
    void anotherAddressIsRefusedWithoutRepeatingIt(String url) {
        assertThatThrownBy(() -> Mailer.server(url))
                .isInstanceOf(Settings.Wrong.class)
                .hasMessage(Mailer.MAIL_URLS)
                .hasNoCause();
    }

    /** Anybody can register with an address whose server defers it. */
    @Test
    void aReaderWhoIsDeferredKeepsNobodyElseWaiting() {
        var letter = new Mailer.Letter("x", "x", URI.create("https://a.example/"), "");
        try (var server = new MailServer().says("RCPT TO:<ani@tunda.example>", "450 4.1.2 Domain not found")) {
            System.setProperty("MAIL_URL", "smtp://127.0.0.1:" + server.port());
            System.setProperty("MAIL_FROM", "sma@example.com");
            var mailer = new Mailer(new Settings(), new Smtp(new Settings(), Clock.systemUTC()), Clock.systemUTC());
            assertThat(mailer.send("ani@tunda.example", letter)).isEqualTo(new Sent.Deferred("450"));
            assertThat(mailer.send("budi@example.com", letter)).isInstanceOf(Sent.Taken.class);

            server.says("MAIL", "451 wait");
            assertThat(mailer.send("budi@example.com", letter)).isEqualTo(new Sent.Later("451"));
            assertThat(mailer.send("budi@example.com", letter)).isEqualTo(new Sent.Later("resting"));
        } finally {
            System.clearProperty("MAIL_URL");
            System.clearProperty("MAIL_FROM");
        }
    }

    @ParameterizedTest
    @CsvSource({
        "smtp://ani:rahasia@mail.example.com, true",
        "smtp://ani:rahasia@mail.example.com:587, true",
        "smtp://ani:rahasia@mail.example.com?starttls=required, false",
        "smtps://ani:rahasia@mail.example.com, false",
        "smtp://mail.example.com, false",
        "smtp://ani:rahasia@localhost, false",
        "smtp://ani:rahasia@127.0.0.1:2525, false",
        "smtp://ani:rahasia@[::1], false"
    })
    void aPasswordThatOthersMayReadIsKnown(String url, boolean readable) {
        assertThat(Mailer.isReadable(Mailer.server(url))).isEqualTo(readable);
    }

    @Test
    void whatIsSaidIsNoMarkup() {
        var letter = new Mailer.Letter("x", "<b>\"&", URI.create("https://a.example/?x=1&y=2"), "");
        assertThat(letter.html())
                .isEqualTo("<p>&lt;b&gt;&quot;&amp;</p>\n<p><a href=\"https://a.example/?x=1&amp;y=2\">"
                        + "https://a.example/?x=1&amp;y=2</a></p>\n");
        assertThat(letter.text()).isEqualTo("<b>\"&\n\nhttps://a.example/?x=1&y=2\n");
    }
}
