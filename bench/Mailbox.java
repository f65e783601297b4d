import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ThreadLocalRandom;

/**
 * A mail server that counts what it takes for whom, each mail after a random time, whether or not anybody still waits for the answer.
 * {@code Mailbox.java} takes them at once and prints its port.
 */
class Mailbox {
    private final ServerSocket server;
    private final int leastMillis;
    private final int mostMillis;
    private final Map<String, Integer> taken = new ConcurrentHashMap<>();

    Mailbox(int leastMillis, int mostMillis) throws IOException {
        this.leastMillis = leastMillis;
        this.mostMillis = mostMillis;
        server = new ServerSocket(0, 200, InetAddress.getByName("127.0.0.1"));
        Thread.ofPlatform().daemon().start(this::accept);
    }

    public static void main(String[] args) throws Exception {
        System.out.println(new Mailbox(0, 0).port());
        Thread.sleep(Long.MAX_VALUE);
    }

    int port() {
        return server.getLocalPort();
    }

    /** How many mails each address got. */
    Map<String, Integer> taken() {
        return taken;
    }

    private void accept() {
        while (true) {
            try {
                var line = server.accept();
                Thread.ofVirtual().start(() -> serve(line));
            } catch (IOException e) {
                throw new java.io.UncheckedIOException(e);
            }
        }
    }

    private void serve(Socket line) {
        try (line) {
            line.setTcpNoDelay(true);
            var in = new BufferedReader(new InputStreamReader(line.getInputStream(), StandardCharsets.UTF_8));
            say(line, "220 hello");
            var to = "";
            for (String its; (its = in.readLine()) != null; ) {
                if (its.startsWith("RCPT")) {
                    to = its.replaceAll(".*<|>.*", "");
                    pause(leastMillis / 2, mostMillis / 2);
                }
                if (its.startsWith("QUIT")) return;
                say(line, its.startsWith("DATA") ? "354 go on" : "250 fine");
                if (its.startsWith("DATA")) {
                    do its = in.readLine();
                    while (its != null && !its.equals("."));
                    if (its == null) return;
                    taken.merge(to, 1, Integer::sum);
                    pause(leastMillis / 2, mostMillis / 2);
                    say(line, "250 taken");
                }
            }
        } catch (IOException | InterruptedException e) {
            // who was talking is gone
        }
    }

    private static void pause(int least, int most) throws InterruptedException {
        if (most > 0) Thread.sleep(ThreadLocalRandom.current().nextInt(least, most + 1));
    }

    private static void say(Socket line, String answer) throws IOException {
        line.getOutputStream().write((answer + "\r\n").getBytes(StandardCharsets.UTF_8));
    }
}
