package com.smartmarketingagent.messaging;

import static org.assertj.core.api.Assertions.assertThat;

import com.icegreen.greenmail.util.GreenMail;
import com.icegreen.greenmail.util.ServerSetup;
import com.smartmarketingagent.messaging.Channel.Condition;
import com.smartmarketingagent.messaging.Channel.Facts;
import com.smartmarketingagent.messaging.Channel.State;
import com.smartmarketingagent.platform.Language;
import com.smartmarketingagent.platform.MailServer;
import com.smartmarketingagent.platform.Smtp;
import com.smartmarketingagent.platform.Smtp.Security;
import com.smartmarketingagent.platform.Smtp.Server;
import com.smartmarketingagent.platform.UserId;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import jakarta.mail.internet.MimeMultipart;
import java.net.URI;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What a mail server says, and what that means for a message. */
@QuarkusTest
class SmtpSenderTest {

    private static final URI OUT = URI.create("https://app.contoh.id/u/abc");

    @Inject
    Smtp smtp;

    private SmtpSender sender(int port) {
        var server = new Server("127.0.0.1", port, Security.NONE, null, null, false);
        return new SmtpSender(smtp, new Channel.Smtp(server, "halo@contoh.id", "Batik Sri"), Language.ENGLISH);
    }

    private static Outgoing message(String to, String subject) {
        return new Outgoing(
                new UserId(new UUID(0, 1)), new UUID(0, 2), new UUID(0, 3), to, "Halo, Bu.", subject, OUT, null);
    }

    @Test
    void aMailArrivesWithItsWayOutInTheShopsLanguage() throws Exception {
        var green = new GreenMail(new ServerSetup(0, "127.0.0.1", "smtp"));
        green.start();
        try {
            var sender = sender(green.getSmtp().getPort());
            assertThat(sender.check()).isEqualTo(new Condition(State.CONNECTED, null, "halo@contoh.id", Facts.NONE));
            assertThat(sender.send(message("siti@pembeli.example", "Kabar"))).isInstanceOf(Delivery.Accepted.class);
            assertThat(sender.send(message("siti@pembeli.example", "Kabar\r\nBcc: semua@pembeli.example")))
                    .isEqualTo(new Delivery.Rejected("invalid"));
            assertThat(green.getReceivedMessages()).hasSize(1);
            var got = green.getReceivedMessages()[0];
            assertThat(got.getHeader("List-Unsubscribe")).containsExactly("<" + OUT + ">");
            assertThat(got.getHeader("List-Unsubscribe-Post")).containsExactly("List-Unsubscribe=One-Click");
            var parts = (MimeMultipart) got.getContent();
            assertThat(parts.getBodyPart(0).getContent().toString())
                    .isEqualTo("Halo, Bu.\r\n\r\n--\r\nUnsubscribe from email like this: " + OUT);
            assertThat(parts.getBodyPart(1).getContent().toString())
                    .contains("<html lang=\"en\">", "<p>Halo, Bu.</p>", "href=\"" + OUT + "\"");
        } finally {
            green.stop();
        }
    }

    @ParameterizedTest
    @CsvSource({
        "RCPT, 550 nobody, Rejected[why=refused]",
        "RCPT, 550 no such mailbox, Bounced[hard=true]",
        "RCPT, 550 inbox closed, Bounced[hard=false]",
        "RCPT, 550 5.1.1 nobody, Bounced[hard=true]",
        "RCPT, 550 5.7.1 no, Rejected[why=refused]",
        "RCPT, 452 4.2.2 no room, 'RetryLater[after=PT15M, why=full]'",
        "END, 554 spam, Rejected[why=refused]",
        "RCPT, 450 greylisted, 'RetryLater[after=PT15M, why=busy]'",
        "EHLO, hang up, 'RetryLater[after=PT15M, why=unreachable]'",
        "MAIL, 530 log in first, ChannelDown[why=sender]",
        "END, hang up, Unknown[why=lost]",
    })
    void whatTheServerSaysDecides(String command, String answer, String outcome) {
        try (var server = new MailServer().says(command, answer)) {
            assertThat(sender(server.port()).send(message("siti@pembeli.example", "Kabar")))
                    .hasToString(outcome);
        }
    }

    @Test
    void aLookSaysWhyItCannotSend() {
        try (var server = new MailServer().says("BANNER", "554 go away")) {
            assertThat(sender(server.port()).check()).isEqualTo(Condition.unknown());
            var closed = new Server("127.0.0.1", server.port(), Security.STARTTLS, null, null, false);
            assertThat(new SmtpSender(smtp, new Channel.Smtp(closed, "halo@contoh.id", "Sri"), Language.ENGLISH)
                            .check()
                            .state())
                    .isEqualTo(State.UNCHECKED);
        }
        try (var server = new MailServer()) {
            var closed = new Server("127.0.0.1", server.port(), Security.STARTTLS, null, null, false);
            assertThat(new SmtpSender(smtp, new Channel.Smtp(closed, "halo@contoh.id", "Sri"), Language.ENGLISH)
                            .check())
                    .isEqualTo(Condition.of(State.REFUSED, "tls"));
        }
    }
}
