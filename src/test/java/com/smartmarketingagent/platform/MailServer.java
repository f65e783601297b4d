package com.smartmarketingagent.platform;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.locks.LockSupport;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import org.jspecify.annotations.Nullable;

/**
 * A mail server that says to each command what it was told to, as real ones do in their bad hours: any code, nothing
 * for ever ({@code stall}), its usual words after up to 0.2 s ({@code hesitate}), a line without an end ({@code drip}),
 * or nothing more at all ({@code hang up}).
 */
public final class MailServer implements AutoCloseable {

    private final ServerSocket server;
    private final @Nullable SSLContext tls;
    private final boolean fromTheFirstByte;
    private final Map<String, String> answers = new ConcurrentHashMap<>();
    private final List<String> heard = new CopyOnWriteArrayList<>();
    private final List<String> taken = new CopyOnWriteArrayList<>();

    /** @param tls null for a server that knows none */
    public MailServer(@Nullable SSLContext tls, boolean fromTheFirstByte) {
        this.tls = tls;
        this.fromTheFirstByte = fromTheFirstByte;
        try {
            server = new ServerSocket(0, 50, InetAddress.getByName("127.0.0.1"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        Thread.ofVirtual().start(this::accept);
    }

    public MailServer() {
        this(null, false);
    }

    public int port() {
        return server.getLocalPort();
    }

    /** @param command such as RCPT, or BANNER and END, the dot after the content; or the whole line it is to answer */
    public MailServer says(String command, String answer) {
        answers.put(command, answer);
        return this;
    }

    /** Every line it was sent. */
    public List<String> heard() {
        return heard;
    }

    /** Those lines of it that begin with this command. */
    public List<String> heard(String command) {
        return heard.stream().filter(line -> line.startsWith(command)).toList();
    }

    /** Whom the mails were for that it was handed over, whether or not it could still say so. */
    public List<String> taken() {
        return taken;
    }

    private void accept() {
        while (!server.isClosed()) {
            try {
                var line = server.accept();
                Thread.ofVirtual().start(() -> serve(line));
            } catch (IOException e) {
                return;
            }
        }
    }

    private void serve(Socket line) {
        try (line) {
            talk(fromTheFirstByte && tls != null ? secure(tls, line) : line);
        } catch (IOException e) {
            // the other side hung up
        }
    }

    private static Socket secure(SSLContext tls, Socket line) throws IOException {
        var secure = (SSLSocket) tls.getSocketFactory().createSocket(line, null, line.getPort(), true);
        secure.setUseClientMode(false);
        secure.startHandshake();
        return secure;
    }

    private void talk(Socket line) throws IOException {
        if (say(line, "BANNER", "220 hello")) converse(line, line instanceof SSLSocket);
    }

    private void converse(Socket line, boolean secured) throws IOException {
        var in = new BufferedReader(new InputStreamReader(line.getInputStream(), StandardCharsets.UTF_8));
        boolean content = false;
        var to = "";
        for (String its; (its = in.readLine()) != null; ) {
            heard.add((secured ? "secure " : "") + its);
            if (content && !its.equals(".")) continue;
            var command = content ? "END" : its.split("[ :]")[0];
            if (command.equals("RCPT")) to = its;
            if (content) taken.add(to);
            var usual = switch (command) {
                case "EHLO" -> "250-hello\r\n250 " + (tls == null || secured ? "AUTH PLAIN" : "STARTTLS");
                case "STARTTLS" -> "220 go on";
                case "AUTH" -> "235 welcome";
                case "DATA" -> "354 go on";
                case "QUIT" -> "221 bye";
                default -> "250 fine";
            };
            if (!say(line, answers.containsKey(its) ? its : command, usual)) return;
            content = command.equals("DATA")
                    && answers.getOrDefault("DATA", usual).startsWith("354");
            if (command.equals("STARTTLS") && tls != null) {
                converse(secure(tls, line), true);
                return;
            }
        }
    }

    private boolean say(Socket line, String command, String usual) throws IOException {
        var answer = answers.getOrDefault(command, usual);
        if (answer.equals("hang up")) return false;
        if (answer.equals("drip")) return drip(line);
        if (answer.equals("hesitate")) {
            LockSupport.parkNanos(ThreadLocalRandom.current().nextLong(200_000_000));
            answer = usual;
        }
        if (answer.equals("stall")) {
            try {
                Thread.sleep(30_000);
            } catch (InterruptedException e) {
                return false;
            }
        }
        line.getOutputStream().write((answer + "\r\n").getBytes(StandardCharsets.UTF_8));
        line.getOutputStream().flush();
        return true;
    }

    /** A line that never ends. */
    private static boolean drip(Socket line) throws IOException {
        for (int i = 0; i < 300; i++) {
            line.getOutputStream().write('2');
            line.getOutputStream().flush();
            try {
                Thread.sleep(100);
            } catch (InterruptedException e) {
                return false;
            }
        }
        return false;
    }

    @Override
    public void close() {
        try {
            server.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
