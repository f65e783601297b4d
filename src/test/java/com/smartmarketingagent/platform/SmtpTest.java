package com.smartmarketingagent.platform;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.icegreen.greenmail.util.GreenMail;
import com.icegreen.greenmail.util.ServerSetup;
import com.smartmarketingagent.platform.Smtp.Mail;
import com.smartmarketingagent.platform.Smtp.Security;
import com.smartmarketingagent.platform.Smtp.Sent;
import com.smartmarketingagent.platform.Smtp.Server;
import jakarta.mail.internet.MimeMultipart;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Map;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocketFactory;
import javax.net.ssl.TrustManagerFactory;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** One mail, and what came of it. */
@Timeout(120)
class SmtpTest {

    private static final Clock CLOCK = Clock.fixed(Instant.parse("2025-12-31T01:02:03Z"), ZoneOffset.UTC);
    private static final Mail MAIL = mail("Batik baru untuk Ibu Siti ✨");

    @TempDir
    Path folder;

    private final Smtp smtp = smtp(true, Duration.ofSeconds(5), (SSLSocketFactory) SSLSocketFactory.getDefault());

    @Test
    void aMailArrivesWithItsWordsItsHtmlAndItsHeaders() throws Exception {
        var green = new GreenMail(new ServerSetup(0, "127.0.0.1", "smtp"));
        green.start();
        try {
            green.setUser("toko", "rahasia");
            var server = new Server("127.0.0.1", green.getSmtp().getPort(), Security.NONE, "toko", "rahasia", false);
            assertThat(smtp.check(server)).isEmpty();
            assertThat(green.getReceivedMessages()).isEmpty();

            var sent = smtp.send(server, MAIL);

            var got = green.getReceivedMessages()[0];
            assertThat(sent).isEqualTo(new Sent.Taken(got.getMessageID().replaceAll("[<>]", "")));
            assertThat(got.getMessageID()).endsWith("@toko.example>");
            assertThat(got.getSubject()).isEqualTo("Batik baru untuk Ibu Siti ✨");
            assertThat(got.getFrom()[0]).hasToString("\"Toko, Sari\" <halo@toko.example>");
            assertThat(got.getAllRecipients()).hasSize(1);
            assertThat(got.getAllRecipients()[0]).hasToString("siti@pembeli.example");
            assertThat(got.getSentDate()).isEqualTo(CLOCK.instant());
            assertThat(got.getHeader("List-Unsubscribe")).containsExactly("<https://app.example.com/u/abc>");
            var parts = (MimeMultipart) got.getContent();
            assertThat(parts.getContentType()).startsWith("multipart/alternative");
            assertThat(parts.getBodyPart(0).getContent()).isEqualTo("Halo Ibu Siti ✨\r\n.\r\nSalam");
            assertThat(parts.getBodyPart(1).getContent()).isEqualTo("<p>Halo Ibu Siti ✨</p>");
            assertThat(parts.getBodyPart(1).getContentType()).startsWith("text/html");

            var wrong = new Server("127.0.0.1", green.getSmtp().getPort(), Security.NONE, "toko", "salah", false);
            assertThat(smtp.send(wrong, MAIL)).isEqualTo(new Sent.Down("login"));
            assertThat(smtp.check(wrong)).contains(new Sent.Down("login"));
            assertThat(green.getReceivedMessages()).hasSize(1);
            assertThat(wrong.toString()).doesNotContain("salah", "toko");
        } finally {
            green.stop();
        }
    }

    @ParameterizedTest
    @CsvSource({
        "BANNER, 554 go away, Later[why=unreachable]",
        "MAIL, 550 not from you, Down[why=sender]",
        "MAIL, 451 wait, Later[why=451]",
        "MAIL, 550 5.1.1 nobody, Down[why=sender]",
        "RCPT, 550 go away, Refused[code=550]",
        "RCPT, 553 no such name, Refused[code=553]",
        "RCPT, 552 full, 'Bounced[code=552, hard=false]'",
        "RCPT, 552 user over quota, 'Bounced[code=552, hard=false]'",
        "RCPT, 550 mailbox unavailable, 'Bounced[code=550, hard=false]'",
        "RCPT, 550 Unrouteable address, 'Bounced[code=550, hard=false]'",
        "RCPT, 550 your address 192.0.2.1 is listed, Refused[code=550]",
        "RCPT, 552 5.2.2 no such user, 'Bounced[code=552, hard=false]'",
        "RCPT, 550 5.1.0 nobody, 'Bounced[code=550, hard=false]'",
        "RCPT, 550 5.1.1 nobody, 'Bounced[code=550, hard=true]'",
        "RCPT, 554 5.1.2 no such place, 'Bounced[code=554, hard=true]'",
        "RCPT, 550 5.2.1 gone, 'Bounced[code=550, hard=true]'",
        "END, 550 5.1.1 nobody, 'Bounced[code=550, hard=true]'",
        "RCPT, 550 No such user here, 'Bounced[code=550, hard=true]'",
        "RCPT, 550 user unknown, 'Bounced[code=550, hard=true]'",
        "END, 550 No such user here, Refused[code=550]",
        "RCPT, 550 5.7.1 no such user, Refused[code=550]",
        "RCPT, 550 <rhalo@toko.example>: no such user, 'Bounced[code=550, hard=true]'",
        "RCPT, 550 <Halo@Toko.example>: no such user, Refused[code=550]",
        "RCPT, 550 5.1.0 <halo@toko.example>: unknown, Refused[code=550]",
        "RCPT, 550 relay not permitted, Down[why=sender]",
        "RCPT, 554 5.7.1 <siti@pembeli.example>: Relay access denied, Down[why=sender]",
        "RCPT, 550 5.1.0 <x@y.example>: Sender address rejected: User unknown, Down[why=sender]",
        "RCPT, 550 5.1.1 <siti@pembeli.example>: Recipient address rejected: User unknown, 'Bounced[code=550, hard=true]'",
        "RCPT, 550 this list knows no such sender; user unknown, Refused[code=550]",
        "END, 550 relay not permitted, Refused[code=550]",
        "RCPT, 550 5.1.8 your address, Refused[code=550]",
        "RCPT, 552 5.3.4 too much, Refused[code=552]",
        "RCPT, 450 4.7.1 greylisted, Deferred[why=450]",
        "RCPT, 452 4.2.2 no room, Deferred[why=full]",
        "RCPT, 450 4.2.1 too fast for them, Deferred[why=450]",
        "RCPT, 554 policy, Refused[code=554]",
        "RCPT, 450 greylisted, Deferred[why=450]",
        "RCPT, 452 full, Deferred[why=452]",
        "RCPT, 421 closing, Later[why=421]",
        "DATA, 554 no, Refused[code=554]",
        "DATA, 451 wait, Later[why=451]",
        "END, 552 too much, Refused[code=552]",
        "END, 421 wait, Later[why=421]",
        "BANNER, hang up, Later[why=unreachable]",
        "EHLO, hang up, Later[why=unreachable]",
        "RCPT, hang up, Later[why=unreachable]",
        "DATA, hang up, Later[why=unreachable]",
        "END, hang up, Unknown[]",
        "QUIT, hang up, Taken",
    })
    void whatAServerSaysDecides(String command, String answer, String outcome) {
        try (var server = new MailServer().says(command, answer)) {
            assertThat(smtp.send(open(server), MAIL).toString()).startsWith(outcome);
        }
    }

    /** Exim asks the sender's server only when it hears who is to read it; the reader has nothing to do with it. */
    @Test
    void aSenderThatIsNoneIsNoBounceOfTheReader() {
        var verified = "550-Verification failed for <%s>\r\n550-%s\r\n550 %s";
        var sender = verified.formatted("tokoo@toko.example", "No Such User Here", "Sender verify failed");
        try (var server = new MailServer().says("RCPT", sender)) {
            assertThat(smtp.send(open(server), MAIL)).isEqualTo(new Sent.Down("sender"));
        }
        // and where the reader's own server relays nothing, it is one message that fails, not the channel
        var reader = verified.formatted("siti@pembeli.example", "Relay access denied", "Recipient verify failed");
        try (var server = new MailServer().says("RCPT", reader)) {
            assertThat(smtp.send(open(server), MAIL)).isEqualTo(new Sent.Refused(550));
        }
    }

    @ParameterizedTest
    @CsvSource({
        "BANNER, stall, Later[why=unreachable]",
        "RCPT, stall, Later[why=unreachable]",
        "END, stall, Unknown[]",
        "QUIT, stall, Taken",
        "RCPT, drip, Later[why=unreachable]",
        "END, drip, Unknown[]",
    })
    void aServerThatStallsIsLeftInTime(String command, String how, String outcome) {
        var quick = smtp(true, Duration.ofMillis(900), (SSLSocketFactory) SSLSocketFactory.getDefault());
        try (var server = new MailServer().says(command, how)) {
            long began = System.nanoTime();
            assertThat(quick.send(open(server), MAIL).toString()).startsWith(outcome);
            assertThat(Duration.ofNanos(System.nanoTime() - began)).isLessThan(Duration.ofSeconds(5));
        }
    }

    @Test
    void whereNobodyListensItIsTriedLater() throws IOException {
        int port;
        try (var gone = new ServerSocket(0, 1, InetAddress.getByName("127.0.0.1"))) {
            port = gone.getLocalPort();
        }
        var server = new Server("127.0.0.1", port, Security.NONE, null, null, false);
        assertThat(smtp.send(server, MAIL)).isEqualTo(new Sent.Later("unreachable"));
        var nowhere = new Server("tidak-ada.invalid", 25, Security.NONE, null, null, false);
        assertThat(smtp.send(nowhere, MAIL)).isEqualTo(new Sent.Later("unreachable"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"127.0.0.1", "localhost", "[::1]", "2130706433", "10.1.2.3", "169.254.169.254", "0.0.0.0"})
    void aHostInsideIsNotTouchedUnlessTheOperatorNamedIt(String host) {
        var strict = smtp(false, Duration.ofSeconds(5), (SSLSocketFactory) SSLSocketFactory.getDefault());
        try (var inside = new MailServer()) {
            var named = new Server(host, inside.port(), Security.NONE, null, null, false);
            assertThat(strict.send(named, MAIL)).isEqualTo(new Sent.Down("host"));
            assertThat(strict.check(named)).contains(new Sent.Down("host"));
            assertThat(inside.heard()).isEmpty();
            var trusted = new Server("127.0.0.1", inside.port(), Security.NONE, null, null, true);
            assertThat(strict.send(trusted, MAIL)).isInstanceOf(Sent.Taken.class);
        }
    }

    @ParameterizedTest
    @CsvSource({
        "8.8.8.8, true",
        "100.63.255.255, true",
        "100.64.0.1, false",
        "100.127.255.255, false",
        "100.128.0.0, true",
        "172.15.0.1, true",
        "172.16.0.1, false",
        "192.168.0.1, false",
        "192.0.0.8, false",
        "192.0.1.1, true",
        "198.17.0.1, true",
        "198.18.0.1, false",
        "223.255.255.255, true",
        "224.0.0.1, false",
        "255.255.255.255, false",
        "0.1.2.3, false",
        "::ffff:127.0.0.1, false",
        "::127.0.0.1, false",
        "64:ff9b::7f00:1, false",
        "2002:7f00:1::, false",
        "2001:0:1::, false",
        "2001:db8::1, false",
        "fd00::1, false",
        "fe80::1, false",
        "2606:4700::1111, true",
    })
    void whatIsInsideIsKnown(String address, boolean outside) throws IOException {
        assertThat(PublicHost.isPublic(InetAddress.getByName(address))).isEqualTo(outside);
    }

    @Test
    void aLineIsSecuredAndItsServerKnown() throws Exception {
        var keys = keys("dns:localhost");
        var trusting = smtp(true, Duration.ofSeconds(5), keys.getSocketFactory());
        var strict = smtp;
        try (var begun = new MailServer(keys, false);
                var whole = new MailServer(keys, true);
                var open = new MailServer()) {
            for (var secured : new MailServer[] {begun, whole}) {
                var security = secured == begun ? Security.STARTTLS : Security.TLS;
                var named = new Server("localhost", secured.port(), security, "toko", "rahasia", false);
                assertThat(trusting.check(named)).isEmpty();
                assertThat(trusting.send(named, MAIL)).isInstanceOf(Sent.Taken.class);
                assertThat(secured.heard()).anyMatch(l -> l.startsWith("secure AUTH PLAIN"));
                assertThat(secured.heard()).noneMatch(l -> l.startsWith("AUTH") || l.startsWith("MAIL"));
                var spoken = secured.heard().size();

                assertThat(strict.send(named, MAIL)).isEqualTo(new Sent.Down("tls"));
                var other = new Server("127.0.0.1", secured.port(), security, "toko", "rahasia", false);
                assertThat(trusting.send(other, MAIL)).as("of another name").isEqualTo(new Sent.Down("tls"));
                assertThat(secured.heard().subList(spoken, secured.heard().size()))
                        .noneMatch(l -> l.contains("AUTH") || l.contains("MAIL"));
            }
            var downgraded = new Server("localhost", open.port(), Security.STARTTLS, "toko", "rahasia", false);
            assertThat(trusting.send(downgraded, MAIL)).isEqualTo(new Sent.Down("tls"));
            assertThat(open.heard()).noneMatch(l -> l.startsWith("AUTH"));
            var notTls = new Server("localhost", open.port(), Security.TLS, "toko", "rahasia", false);
            assertThat(trusting.send(notTls, MAIL)).isEqualTo(new Sent.Down("tls"));
        }
    }

    @Test
    void threat19AHeaderOfTwoLinesIsRefused() {
        for (var end : new String[] {"\r\n", "\n", "\r", "\0", "\u2028"}) {
            var hostile = "Halo" + end + "Bcc: semua@pembeli.example";
            assertThatThrownBy(() -> mail(hostile)).isInstanceOf(IllegalArgumentException.class);
            assertThatThrownBy(() -> mail("halo@toko.example", hostile, "siti@pembeli.example", Map.of()))
                    .isInstanceOf(IllegalArgumentException.class);
            assertThatThrownBy(() -> mail("a@b.example" + end, "Sari", "siti@pembeli.example", Map.of()))
                    .isInstanceOf(IllegalArgumentException.class);
            assertThatThrownBy(() -> mail("a@b.example", "Sari", "siti@pembeli.example" + end, Map.of()))
                    .isInstanceOf(IllegalArgumentException.class);
            assertThatThrownBy(() -> mail("a@b.example", "Sari", "siti@pembeli.example", Map.of("X-Toko", hostile)))
                    .isInstanceOf(IllegalArgumentException.class);
        }
        for (var name : new String[] {"X\r\nBcc", "Bcc", "to", "X:Y", "", "Content-Type"})
            assertThatThrownBy(() -> mail("a@b.example", "Sari", "siti@pembeli.example", Map.of(name, "a")))
                    .isInstanceOf(IllegalArgumentException.class);
    }

    @ParameterizedTest
    @ValueSource(strings = {"siti", "a@b.example,c@d.example", "<a@b.example> <c@d.example>", "a b@c.example"})
    void whatIsNoAddressOfOneIsRefusedForGood(String to) {
        try (var server = new MailServer()) {
            var mail = mail("halo@toko.example", "Sari", to, Map.of());
            assertThat(smtp.send(open(server), mail)).isEqualTo(new Sent.Refused(553));
            assertThat(server.heard()).noneMatch(l -> l.startsWith("RCPT"));
        }
    }

    private static Server open(MailServer server) {
        return new Server("127.0.0.1", server.port(), Security.NONE, null, null, false);
    }

    private static Mail mail(String subject) {
        return new Mail(
                "halo@toko.example",
                "Toko, Sari",
                "siti@pembeli.example",
                subject,
                "Halo Ibu Siti ✨\r\n.\r\nSalam",
                "<p>Halo Ibu Siti ✨</p>",
                Map.of("List-Unsubscribe", "<https://app.example.com/u/abc>"));
    }

    private static Mail mail(String from, @Nullable String name, String to, Map<String, String> headers) {
        return new Mail(from, name, to, "Halo", "Halo", "<p>Halo</p>", headers);
    }

    private static Smtp smtp(boolean anywhere, Duration limit, SSLSocketFactory tls) {
        var settings = new Settings() {
            @Override
            public boolean flag(String name, boolean otherwise) {
                return name.equals("ALLOW_PRIVATE_HOSTS") ? anywhere : otherwise;
            }
        };
        return new Smtp(settings, CLOCK, limit, tls);
    }

    /** A certificate of this name, and trust in it. */
    private SSLContext keys(String name) throws Exception {
        var file = folder.resolve("keys.p12");
        var made = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "keytool")
                                .toString(),
                        "-genkeypair",
                        "-alias",
                        "mail",
                        "-keyalg",
                        "EC",
                        "-dname",
                        "CN=mail",
                        "-ext",
                        "san=" + name,
                        "-storetype",
                        "PKCS12",
                        "-keystore",
                        file.toString(),
                        "-storepass",
                        "changeit")
                .redirectErrorStream(true)
                .start();
        assertThat(new String(made.getInputStream().readAllBytes(), java.nio.charset.StandardCharsets.UTF_8))
                .doesNotContain("error");
        assertThat(made.waitFor()).isZero();
        var store = KeyStore.getInstance("PKCS12");
        try (var in = Files.newInputStream(file)) {
            store.load(in, "changeit".toCharArray());
        }
        var keys = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        keys.init(store, "changeit".toCharArray());
        var trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        trust.init(store);
        var context = SSLContext.getInstance("TLS");
        context.init(keys.getKeyManagers(), trust.getTrustManagers(), null);
        return context;
    }
}
