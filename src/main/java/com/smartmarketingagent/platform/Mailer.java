package com.smartmarketingagent.platform;

import com.smartmarketingagent.platform.Smtp.Enclosure;
import com.smartmarketingagent.platform.Smtp.Sent;
import jakarta.inject.Singleton;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * Mail from the installation itself to the owners, through the server that its operator named: {@code MAIL_URL} and
 * {@code MAIL_FROM}, with links below {@code PUBLIC_URL}. Where one of these is missing there is none.
 */
@Singleton
public class Mailer {

    private static final Logger LOG = Logger.getLogger(Mailer.class);

    /** What to do about a {@code MAIL_URL} that is none. */
    static final String MAIL_URLS = "MAIL_URL must be the address of a mail server, for example"
            + " smtp://user:password@mail.example.com:587?starttls=required or smtps://user:password@mail.example.com";

    /** What to do about a {@code MAIL_FROM} that is none. */
    static final String SENDERS = "MAIL_FROM must be an e-mail address, for example sma@example.com.";

    /** What to do about one of them without the other. */
    static final String HALVES = "MAIL_URL and MAIL_FROM must be set together.";

    /** What to do about them without {@code PUBLIC_URL}. */
    static final String NO_LINKS =
            "MAIL_URL and MAIL_FROM need PUBLIC_URL, to which the mails link: without it none would be sent.";

    private static final String APP = "Smart Marketing Agent";

    /** A server that doesn't answer is left alone for as long, or every mail would wait for it in turn. */
    private static final Duration REST = Duration.ofSeconds(50);

    private final Settings settings;
    private final Smtp smtp;
    private final Clock clock;
    private final AtomicBoolean said = new AtomicBoolean();
    private volatile Rest rest = new Rest("", Instant.MIN);

    Mailer(Settings settings, Smtp smtp, Clock clock) {
        this.settings = settings;
        this.smtp = smtp;
        this.clock = clock;
    }

    /** @param url of the server that is left alone */
    private record Rest(String url, Instant until) {

        /** Without a password that the address may hold. */
        @Override
        public String toString() {
            return "Rest[" + until + "]";
        }
    }

    /**
     * One thing to tell, and where to look at it.
     *
     * @param before what is said before the link, in paragraphs
     * @param link null for none
     * @param after the same after it; empty for nothing
     * @param enclosure null for none
     */
    public record Letter(
            String subject,
            String before,
            @Nullable URI link,
            String after,
            @Nullable Enclosure enclosure) {

        public Letter(String subject, String before, URI link, String after) {
            this(subject, before, link, after, null);
        }

        String text() {
            return before + "\n" + (link == null ? "" : "\n" + link + "\n")
                    + (after.isEmpty() ? "" : "\n" + after + "\n");
        }

        String html() {
            return "<p>" + Html.escaped(before).replace("\n", "<br>\n") + "</p>\n" + htmlLink()
                    + (after.isEmpty() ? "" : "<p>" + Html.escaped(after) + "</p>\n");
        }

        private String htmlLink() {
            if (link == null) return "";
            var address = Html.escaped(link.toString());
            return "<p><a href=\"" + address + "\">" + address + "</a></p>\n";
        }
    }

    /** A mail that surely was not sent; another try may do better. */
    public static final class Unsent extends RuntimeException {
        Unsent(String why) {
            super("The mail server of this installation took no mail: " + why);
        }
    }

    /** Whether mail is sent here at all. Says once in the log what is missing. */
    public boolean isOn() {
        boolean on = settings.text("MAIL_URL").isPresent()
                && settings.text("MAIL_FROM").isPresent()
                && settings.publicUrl().isPresent();
        if (!on && !said.getAndSet(true)) {
            LOG.warn("No mail is sent: set MAIL_URL, MAIL_FROM and PUBLIC_URL, so that owners can reset a forgotten"
                    + " password by themselves");
        }
        return on;
    }

    /** Whether it is known where our pages are. */
    public boolean hasLinks() {
        return settings.publicUrl().isPresent();
    }

    /** @param path of a page of ours, from its slash on */
    public URI link(String path) {
        return URI.create(settings.publicUrl().orElseThrow() + path);
    }

    /** Sends it, or says why not. Call it outside transactions. */
    public Sent send(String to, Letter letter) {
        var url = settings.text("MAIL_URL").orElseThrow();
        if (rest.url().equals(url) && clock.instant().isBefore(rest.until())) return new Sent.Later("resting");
        var server = server(url);
        var from = settings.text("MAIL_FROM").orElseThrow();
        var mail = new Smtp.Mail(
                from,
                APP,
                to,
                letter.subject(),
                letter.text(),
                letter.html(),
                // RFC 3834: no holiday answers
                Map.of("Auto-Submitted", "auto-generated"),
                letter.enclosure());
        var sent = smtp.send(server, mail);
        switch (sent) {
            case Sent.Later later -> rest(url, later.why());
            case Sent.Down down -> rest(url, down.why());
            case Sent.Deferred deferred -> LOG.warn("The mail server defers a mail to one reader: " + deferred.why());
            case Sent.Refused refused -> LOG.warn("The mail server refused a mail with the code " + refused.code());
            case Sent.Bounced bounced ->
                LOG.warn("The mail server knows no such reader, with the code " + bounced.code());
            case Sent.Taken _, Sent.Unknown _ -> {}
        }
        return sent;
    }

    /**
     * The same for a job: what surely was not sent is tried again later.
     *
     * @throws Unsent if it was not sent and may be
     */
    public void deliver(String to, Letter letter) {
        switch (send(to, letter)) {
            case Sent.Later later -> throw new Unsent(later.why());
            case Sent.Deferred deferred -> throw new Unsent(deferred.why());
            case Sent.Down down -> throw new Unsent(down.why());
            case Sent.Taken _, Sent.Unknown _, Sent.Refused _, Sent.Bounced _ -> {}
        }
    }

    private void rest(String url, String why) {
        rest = new Rest(url, clock.instant().plus(REST));
        LOG.warn("The mail server of MAIL_URL takes no mail: " + why);
    }

    /** At a start: says where a password goes over the network for anybody to read. */
    public void warnWhereReadable() {
        settings.text("MAIL_URL")
                .map(Mailer::server)
                .filter(Mailer::isReadable)
                .ifPresent(server ->
                        LOG.warn("The password in MAIL_URL goes to " + server.host() + " unencrypted: use smtps://… or"
                                + " smtp://…?starttls=required, where the server knows one of them."));
    }

    static boolean isReadable(Smtp.Server server) {
        return server.security() == Smtp.Security.NONE
                && server.password() != null
                && !server.host().matches("localhost|127\\..*|\\[::1]");
    }

    /** Stops a start with a server or a sender that are none, with one of them, or without what the mails link to. */
    static void check(Settings settings) {
        if (settings.text("MAIL_URL").isPresent() != settings.text("MAIL_FROM").isPresent())
            throw new Settings.Wrong(HALVES);
        settings.text("MAIL_URL").ifPresent(Mailer::server);
        if (settings.text("MAIL_FROM")
                .filter(f -> !f.matches("[^@\\s<>]+@[^@\\s<>]+"))
                .isPresent()) {
            throw new Settings.Wrong(SENDERS);
        }
        if (settings.text("MAIL_URL").isPresent() && settings.publicUrl().isEmpty()) throw new Settings.Wrong(NO_LINKS);
    }

    /** @throws Settings.Wrong without what was written, which may hold a password */
    static Smtp.Server server(String url) {
        try {
            var uri = new URI(url);
            var scheme = String.valueOf(uri.getScheme());
            var query = uri.getQuery();
            boolean tls = scheme.equals("smtps");
            boolean starttls = "starttls=required".equals(query);
            boolean known = tls || scheme.equals("smtp");
            if (!known || uri.getHost() == null || !(query == null || starttls)) throw new Settings.Wrong(MAIL_URLS);
            var user = uri.getRawUserInfo();
            int colon = user == null ? -1 : user.indexOf(':');
            if (user != null && colon < 1) throw new Settings.Wrong(MAIL_URLS);
            return new Smtp.Server(
                    uri.getHost(),
                    uri.getPort() > 0 ? uri.getPort() : tls ? 465 : starttls ? 587 : 25,
                    tls ? Smtp.Security.TLS : starttls ? Smtp.Security.STARTTLS : Smtp.Security.NONE,
                    user == null ? null : decoded(user.substring(0, colon)),
                    user == null ? null : decoded(user.substring(colon + 1)),
                    true);
        } catch (URISyntaxException e) {
            // without its cause, which repeats what was written
            throw wrong();
        }
    }

    private static Settings.Wrong wrong() {
        return new Settings.Wrong(MAIL_URLS);
    }

    private static @Nullable String decoded(String part) {
        return URLDecoder.decode(part.replace("+", "%2B"), StandardCharsets.UTF_8);
    }
}
