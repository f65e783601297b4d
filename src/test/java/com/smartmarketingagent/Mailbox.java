package com.smartmarketingagent;

import com.icegreen.greenmail.util.GreenMail;
import com.icegreen.greenmail.util.ServerSetup;
import jakarta.mail.BodyPart;
import jakarta.mail.MessagingException;
import jakarta.mail.Multipart;
import jakarta.mail.internet.MimeMessage;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Pattern;

/** A real mail server, which this installation is told to use as long as it is open. */
public final class Mailbox implements AutoCloseable {

    public static final String PUBLIC_URL = "https://toko.example.com";

    private final GreenMail server = new GreenMail(new ServerSetup(0, "127.0.0.1", ServerSetup.PROTOCOL_SMTP));

    private Mailbox() {}

    public static Mailbox open() {
        var box = new Mailbox();
        box.server.start();
        say(box.server.getSmtp().getPort());
        return box;
    }

    private static void say(int port) {
        System.setProperty("MAIL_URL", "smtp://127.0.0.1:" + port);
        System.setProperty("MAIL_FROM", "sma@example.com");
        System.setProperty("PUBLIC_URL", PUBLIC_URL);
    }

    /** The mails to an address, the oldest first. */
    public List<MimeMessage> to(String address) {
        return Arrays.stream(server.getReceivedMessages())
                .filter(m -> Arrays.asList(recipients(m)).contains(address))
                .toList();
    }

    private static String[] recipients(MimeMessage mail) {
        try {
            return Arrays.stream(mail.getAllRecipients()).map(String::valueOf).toArray(String[]::new);
        } catch (MessagingException e) {
            throw new AssertionError(e);
        }
    }

    /** The n-th mail to an address, from 1 on, as soon as it is there. */
    public MimeMessage await(String address, int n) {
        Await.until("mail " + n + " comes to " + address, () -> to(address).size() >= n);
        return to(address).get(n - 1);
    }

    /** What a mail says in plain text. */
    public static String text(MimeMessage mail) {
        try {
            if (!(mail.getContent() instanceof Multipart parts)) return String.valueOf(mail.getContent());
            BodyPart first = parts.getBodyPart(0);
            return String.valueOf(first.getContent()).replace("\r\n", "\n");
        } catch (IOException | MessagingException e) {
            throw new AssertionError(e);
        }
    }

    /** The path of the link in a mail. */
    public static String link(MimeMessage mail) {
        var link = Pattern.compile(Pattern.quote(PUBLIC_URL) + "(/\\S+)").matcher(text(mail));
        if (!link.find()) throw new AssertionError(text(mail));
        return link.group(1);
    }

    /** From now on it takes no mail. */
    public void refuse() {
        server.stop();
    }

    @Override
    public void close() {
        for (var name : List.of("MAIL_URL", "MAIL_FROM", "PUBLIC_URL")) System.clearProperty(name);
        server.stop();
    }
}
