package com.smartmarketingagent.platform;

import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.benmanes.caffeine.cache.LoadingCache;
import jakarta.activation.DataHandler;
import jakarta.annotation.PreDestroy;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import jakarta.mail.AuthenticationFailedException;
import jakarta.mail.Authenticator;
import jakarta.mail.Message;
import jakarta.mail.MessagingException;
import jakarta.mail.Part;
import jakarta.mail.PasswordAuthentication;
import jakarta.mail.Session;
import jakarta.mail.internet.AddressException;
import jakarta.mail.internet.InternetAddress;
import jakarta.mail.internet.MimeBodyPart;
import jakarta.mail.internet.MimeMessage;
import jakarta.mail.internet.MimeMultipart;
import jakarta.mail.util.ByteArrayDataSource;
import java.io.EOFException;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UnsupportedEncodingException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketException;
import java.time.Clock;
import java.time.Duration;
import java.util.Arrays;
import java.util.Date;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.UUID;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.SSLSocketFactory;
import org.eclipse.angus.mail.smtp.SMTPAddressFailedException;
import org.eclipse.angus.mail.smtp.SMTPSendFailedException;
import org.eclipse.angus.mail.smtp.SMTPTransport;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/** Hands one mail to a server (RFC 5321), within a time limit, and says what came of it. */
@Singleton
public class Smtp {

    private static final Logger LOG = Logger.getLogger(Smtp.class);

    /** A third of it for the line, the rest for what is said. */
    private static final Duration WHOLE = Duration.ofSeconds(15);

    private final Settings settings;
    private final Clock clock;
    private final Duration limit;
    private final SSLSocketFactory tls;
    /** To make one, the library looks through every jar. */
    private final LoadingCache<Greeted, Session> sessions;
    /** Hangs up on servers that are too slow. */
    private final ScheduledExecutorService timer = Executors.newSingleThreadScheduledExecutor(
            Thread.ofPlatform().name("smtp-timer").daemon().factory());

    @Inject
    Smtp(Settings settings, Clock clock) {
        this(settings, clock, WHOLE, (SSLSocketFactory) SSLSocketFactory.getDefault());
    }

    Smtp(Settings settings, Clock clock, Duration limit, SSLSocketFactory tls) {
        this.settings = settings;
        this.clock = clock;
        this.limit = limit;
        this.tls = tls;
        sessions = Caffeine.newBuilder()
                .maximumSize(100)
                .expireAfterAccess(Duration.ofMinutes(1))
                .build(greeted -> session(greeted, tls));
    }

    /** How the line to a server is kept private. */
    public enum Security {
        /** From the first byte on, usually port 465. */
        TLS,
        /** Begun in the open and required before anything is said, usually port 587. */
        STARTTLS,
        /** Not at all. */
        NONE
    }

    /**
     * @param username null where the server asks for none; then so is the password
     * @param trusted whether the operator of this installation named it; other hosts may not be inside, see
     *     {@link PublicHost}
     */
    public record Server(
            String host,
            int port,
            Security security,
            @Nullable String username,
            @Nullable String password,
            boolean trusted) {

        /** Without the password, wherever it is written. */
        @Override
        public String toString() {
            return "Server[" + host + ":" + port + " " + security + "]";
        }
    }

    /** A file that goes with a mail. @param type such as application/pdf */
    public record Enclosure(String name, String type, byte[] content) {}

    /**
     * A mail to one person.
     *
     * @param fromName as it stands beside the address; null for none
     * @param html the same as the text
     * @param headers besides the usual ones
     * @param enclosure null for none
     */
    public record Mail(
            String from,
            @Nullable String fromName,
            String to,
            String subject,
            String text,
            String html,
            Map<String, String> headers,
            @Nullable Enclosure enclosure) {

        public Mail(
                String from,
                @Nullable String fromName,
                String to,
                String subject,
                String text,
                String html,
                Map<String, String> headers) {
            this(from, fromName, to, subject, text, html, headers, null);
        }

        private static final Pattern HEADER = Pattern.compile("[A-Za-z][A-Za-z0-9-]*");

        /** @throws IllegalArgumentException where a header would be more than one line, or says who gets it */
        public Mail {
            for (var line : List.of(from, fromName == null ? "" : fromName, to, subject))
                if (!isOneLine(line)) throw new IllegalArgumentException("A header has one line");
            headers.forEach((name, value) -> {
                boolean ours = name.matches("(?i)from|to|cc|bcc|subject|sender|return-path|content-.*|mime-version");
                if (ours || !HEADER.matcher(name).matches() || !isOneLine(value))
                    throw new IllegalArgumentException("Not a header: " + name.replaceAll("[^\\w-]", "?"));
            });
            headers = Map.copyOf(headers);
        }

        /** Whether it has no character that ends a line or is not to be seen. */
        public static boolean isOneLine(String value) {
            return value.chars()
                    .noneMatch(c -> Character.isISOControl(c)
                            || Character.getType(c) == Character.LINE_SEPARATOR
                            || Character.getType(c) == Character.PARAGRAPH_SEPARATOR);
        }
    }

    /** What came of it. */
    public sealed interface Sent {

        /** @param messageId as the mail carries it, without brackets */
        record Taken(String messageId) implements Sent {}

        /** This mail won't be taken, today or tomorrow. @param code of the server, 500 to 599 */
        record Refused(int code) implements Sent {}

        /** Its reader's address takes nothing. @param hard for good; else another mail may arrive */
        record Bounced(int code, boolean hard) implements Sent {}

        /**
         * Surely not sent, and worth another try, as any other to this server is.
         *
         * @param why unreachable, or the code of the server
         */
        record Later(String why) implements Sent {}

        /**
         * The same of this reader alone: another's may be taken at once.
         *
         * @param why full (their mailbox), or the code of the server
         */
        record Deferred(String why) implements Sent {}

        /**
         * Surely not sent, and no other will be until something is changed.
         *
         * @param why host (it is inside), tls, login, or sender (the server won't send for this address)
         */
        record Down(String why) implements Sent {}

        /** The line broke after the whole mail was handed over. */
        record Unknown() implements Sent {}
    }

    /** How far a mail came. */
    private enum Stage {
        CONNECTING,
        SENDER,
        RECIPIENT,
        CONTENT,
        HANDED_OVER
    }

    /** Says how far it came, and speaks over a line that is there already. */
    private static final class Transport extends SMTPTransport {
        private Stage stage = Stage.CONNECTING;

        Transport(Session session) {
            super(session, null);
        }

        @Override
        protected void mailFrom() throws MessagingException {
            stage = Stage.SENDER;
            super.mailFrom();
        }

        @Override
        protected void rcptTo() throws MessagingException {
            stage = Stage.RECIPIENT;
            super.rcptTo();
        }

        @Override
        protected OutputStream data() throws MessagingException {
            stage = Stage.CONTENT;
            return super.data();
        }

        @Override
        protected void finishData() throws IOException, MessagingException {
            stage = Stage.HANDED_OVER;
            super.finishData();
        }
    }

    /** Sends it, or says why not. */
    public Sent send(Server server, Mail mail) {
        var id = UUID.randomUUID() + "@" + domain(mail.from());
        return talk(server, mail.from(), (session, transport) -> {
                    var message = message(session, mail, id);
                    transport.sendMessage(message, message.getAllRecipients());
                })
                .orElseGet(() -> new Sent.Taken(id));
    }

    /**
     * Whether it would take a mail, as far as can be known without sending one: it answers, and lets us in.
     *
     * @return empty where it would; else {@link Sent.Later} or {@link Sent.Down}
     */
    public Optional<Sent> check(Server server) {
        return talk(server, "localhost", (session, transport) -> {
            if (!transport.isConnected()) throw new MessagingException("NOOP");
        });
    }

    @FunctionalInterface
    private interface Talk {
        void hold(Session session, Transport transport) throws MessagingException;
    }

    private Optional<Sent> talk(Server server, String from, Talk talk) {
        try (var line = connect(server)) {
            var end = timer.schedule(() -> hangUp(line), limit.toMillis() * 2 / 3, TimeUnit.MILLISECONDS);
            try {
                return talk(sessions.get(new Greeted(server, domain(from))), secure(line, server), from, talk);
            } finally {
                end.cancel(false);
            }
        } catch (PublicHost.Inside e) {
            return Optional.of(new Sent.Down("host"));
        } catch (IOException e) {
            return Optional.of(trouble(e));
        }
    }

    private static Optional<Sent> talk(Session session, Socket line, String from, Talk talk) {
        var transport = new Transport(session);
        try {
            transport.connect(line);
            talk.hold(session, transport);
            return Optional.empty();
        } catch (MessagingException e) {
            return Optional.of(failure(transport.stage, from, e));
        } finally {
            try {
                transport.close();
            } catch (MessagingException e) {
                LOG.debug("The line was gone already", e);
            }
        }
    }

    private static void hangUp(Socket line) {
        try {
            line.close();
        } catch (IOException e) {
            LOG.debug("The line was gone already", e);
        }
    }

    /** To the first that answers of the addresses that were looked at, and to no other. */
    private Socket connect(Server server) throws IOException, PublicHost.Inside {
        var addresses = server.trusted() || settings.flag("ALLOW_PRIVATE_HOSTS", false)
                ? List.of(InetAddress.getAllByName(server.host()))
                : PublicHost.resolve(server.host());
        int milliseconds = Math.max(1, (int) limit.toMillis() / 3 / addresses.size());
        var failed = new ConnectException(server.host());
        for (var address : addresses) {
            var line = new Socket();
            try {
                // the library takes from it the name that the certificate must have, else by a reverse look-up
                var named = InetAddress.getByAddress(server.host(), address.getAddress());
                line.connect(new InetSocketAddress(named, server.port()), milliseconds);
                line.setSoTimeout((int) limit.toMillis());
                // else the last piece of a mail waits 40 ms for the server's word on the one before
                line.setTcpNoDelay(true);
                return line;
            } catch (IOException e) {
                line.close();
                failed.addSuppressed(e);
            }
        }
        throw failed;
    }

    private Socket secure(Socket line, Server server) throws IOException {
        if (server.security() != Security.TLS) return line;
        var secure = (SSLSocket) tls.createSocket(line, server.host(), server.port(), true);
        var parameters = secure.getSSLParameters();
        parameters.setEndpointIdentificationAlgorithm("HTTPS");
        secure.setSSLParameters(parameters);
        secure.startHandshake();
        return secure;
    }

    private record Greeted(Server server, String greeting) {}

    private static Session session(Greeted greeted, SSLSocketFactory tls) {
        var server = greeted.server();
        var its = new Properties();
        // else it would tell this machine's name, and look for it
        its.put("mail.smtp.localhost", greeted.greeting());
        its.put("mail.smtp.quitwait", "false");
        its.put("mail.smtp.starttls.enable", String.valueOf(server.security() != Security.NONE));
        its.put("mail.smtp.starttls.required", String.valueOf(server.security() != Security.NONE));
        its.put("mail.smtp.ssl.checkserveridentity", "true");
        its.put("mail.smtp.ssl.socketFactory", tls);
        its.put("mail.smtp.auth", String.valueOf(server.username() != null));
        its.put("mail.mime.charset", "UTF-8");
        return Session.getInstance(its, new Authenticator() {
            @Override
            protected PasswordAuthentication getPasswordAuthentication() {
                return new PasswordAuthentication(server.username(), server.password());
            }
        });
    }

    private MimeMessage message(Session session, Mail mail, String id) throws MessagingException {
        var message = new MimeMessage(session) {
            @Override
            protected void updateMessageID() throws MessagingException {
                setHeader("Message-ID", "<" + id + ">");
            }
        };
        var from = new InternetAddress(mail.from(), true);
        try {
            from.setPersonal(mail.fromName(), "UTF-8");
        } catch (UnsupportedEncodingException e) {
            throw new IllegalStateException(e);
        }
        message.setFrom(from);
        message.setRecipient(Message.RecipientType.TO, new InternetAddress(mail.to(), true));
        message.setSubject(mail.subject(), "UTF-8");
        message.setSentDate(Date.from(clock.instant()));
        for (var header : mail.headers().entrySet()) message.setHeader(header.getKey(), header.getValue());
        var said = new MimeMultipart("alternative", part(mail.text(), "plain"), part(mail.html(), "html"));
        message.setContent(mail.enclosure() == null ? said : with(said, mail.enclosure()));
        return message;
    }

    private static MimeMultipart with(MimeMultipart said, Enclosure enclosure) throws MessagingException {
        var first = new MimeBodyPart();
        first.setContent(said);
        var file = new MimeBodyPart();
        file.setDataHandler(new DataHandler(new ByteArrayDataSource(enclosure.content(), enclosure.type())));
        file.setFileName(enclosure.name());
        file.setDisposition(Part.ATTACHMENT);
        return new MimeMultipart(first, file);
    }

    private static MimeBodyPart part(String text, String subtype) throws MessagingException {
        var part = new MimeBodyPart();
        part.setText(text, "UTF-8", subtype);
        return part;
    }

    private static String domain(String address) {
        return address.substring(address.lastIndexOf('@') + 1).toLowerCase(Locale.ROOT);
    }

    /**
     * What a server said.
     *
     * @param code of three digits; 0 where it said nothing
     * @param status the enhanced code after it (RFC 3463), such as 5.1.1; empty for none
     */
    record Reply(int code, String status, String words) {

        private static final Pattern FORM =
                Pattern.compile("\\d{3}[ -](?:([245]\\.\\d{1,3}\\.\\d{1,3})\\b)?(.*)", Pattern.DOTALL);
        /** There is no such address, or nobody reads it any more; not what is about its sender (5.1.7, 5.1.8). */
        private static final Pattern NOBODY = Pattern.compile("5\\.(1\\.(1|2|3|6|10)|2\\.1)");
        /** Of servers that have no other way to say so. */
        private static final Pattern NOBODY_IN_WORDS = Pattern.compile(
                "(?i)no such (user|recipient|mailbox|address|person)|(user|recipient|mailbox|address) (is )?(unknown|not found|does ?n.t exist|does not exist)"
                        + "|unknown (user|recipient|mailbox|address)");
        /** What a mailbox takes, which may be other by and by. */
        private static final Pattern MAILBOX =
                Pattern.compile("(?i)\\b(mailbox|inbox|recipient|full|local.part|unrouteable)\\b|over.?quota");
        /**
         * The server sends nothing for this sender. Many wait with that until they hear who is to read it (Exim's
         * sender verification, Postfix's smtpd_delay_reject).
         */
        private static final Pattern NOT_FOR_THIS_SENDER =
                Pattern.compile("(?is)sender (verif|address rejected)|\\A(?!.*verif).*\\brelay");
        /** How the mail came there, or that another server couldn't be asked: nothing is known of the mailbox. */
        private static final Pattern NOT_OF_THE_READER = Pattern.compile("(?i)\\bsender\\b|\\brelay|verif");

        /** The code of a server that goes away, at whichever stage. */
        private static final int CLOSING = 421;

        static Reply of(int code, @Nullable String message) {
            var form = FORM.matcher(message == null ? "" : message.strip());
            if (!form.matches()) return new Reply(code, "", "");
            var status = form.group(1);
            return new Reply(code, status == null ? "" : status, form.group(2));
        }

        /** @param from our own address: where it is spoken of, it isn't the reader's */
        Sent failure(Stage stage, String from) {
            if (code < 500 && (stage != Stage.RECIPIENT || code == CLOSING))
                return new Sent.Later(String.valueOf(code));
            if (code < 500) return new Sent.Deferred(status.equals("4.2.2") ? "full" : String.valueOf(code));
            if (stage == Stage.SENDER) return new Sent.Down("sender");
            if (stage == Stage.RECIPIENT && NOT_FOR_THIS_SENDER.matcher(words).find()) return new Sent.Down("sender");
            if (NOBODY.matcher(status).matches()) return new Sent.Bounced(code, true);
            boolean ours = Arrays.stream(words.split("[\\s<>()\"':;,]+")).anyMatch(from::equalsIgnoreCase);
            if (ours || NOT_OF_THE_READER.matcher(words).find()) return new Sent.Refused(code);
            if (status.equals("5.1.0") || status.equals("5.2.0") || status.equals("5.2.2"))
                return new Sent.Bounced(code, false);
            // without one, the same code stands for no such mailbox and for a server that wants nothing of ours
            boolean mailbox = stage == Stage.RECIPIENT && status.isEmpty() && code >= 550 && code <= 553;
            if (mailbox && NOBODY_IN_WORDS.matcher(words).find()) return new Sent.Bounced(code, true);
            if (mailbox && MAILBOX.matcher(words).find()) return new Sent.Bounced(code, false);
            return new Sent.Refused(code);
        }
    }

    private static Sent failure(Stage stage, String from, MessagingException e) {
        var reply = reply(e);
        LOG.debugf("A server of mail said %d %s, %s", reply.code(), reply.status(), stage);
        if (reply.code() >= 400) return reply.failure(stage, from);
        if (e instanceof AuthenticationFailedException)
            return String.valueOf(e.getMessage()).startsWith("4") ? new Sent.Later("login") : new Sent.Down("login");
        if (stage == Stage.HANDED_OVER) return new Sent.Unknown();
        if (e instanceof AddressException) return new Sent.Refused(553);
        if (e.getNextException() instanceof IOException broken) return trouble(broken);
        // the library has no type for it
        boolean inTheOpen = String.valueOf(e.getMessage()).startsWith("STARTTLS is required");
        return inTheOpen ? new Sent.Down("tls") : new Sent.Later("unreachable");
    }

    private static Reply reply(MessagingException e) {
        for (Exception next = e; next instanceof MessagingException its; next = its.getNextException()) {
            if (its instanceof SMTPAddressFailedException address)
                return Reply.of(address.getReturnCode(), address.getMessage());
            if (its instanceof SMTPSendFailedException mail && mail.getReturnCode() > 0)
                return Reply.of(mail.getReturnCode(), mail.getMessage());
        }
        return Reply.of(0, null);
    }

    private static Sent trouble(IOException e) {
        boolean broke = false;
        for (Throwable its = e; its != null; its = its.getCause())
            broke |= its instanceof EOFException || its instanceof SocketException;
        return e instanceof SSLException && !broke ? new Sent.Down("tls") : new Sent.Later("unreachable");
    }

    @PreDestroy
    void close() {
        timer.shutdownNow();
    }
}
