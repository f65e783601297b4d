package com.smartmarketingagent.platform;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.smartmarketingagent.Await;
import java.io.IOException;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** Three places, of which one account has two. An address says whose it is, in capitals if its answer never comes. */
class LargeBodiesTest extends SocketCase {

    private static final Duration NEVER = Duration.ofDays(1);

    private final AtomicInteger begun = new AtomicInteger();

    private void serve(Duration between, long least, long leastWhereFull) throws Exception {
        var bodies = new LargeBodies(3, 2, between, least, leastWhereFull);
        serve(context -> {
            var whose = context.normalizedPath().charAt(1);
            if (!bodies.admit(context)) {
                context.response().setStatusCode(503).end();
                return;
            }
            try {
                bodies.belongs(context, new UserId(new UUID(0, whose)));
            } catch (Problem.TooMany e) {
                context.response().setStatusCode(429).end();
                return;
            }
            begun.incrementAndGet();
            context.request().endHandler(_ -> {
                if (Character.isLowerCase(whose)) context.response().end();
            });
        });
    }

    @Test
    void oneAccountLeavesPlacesToOthers() throws Exception {
        serve(NEVER, 0, 1_000);
        var first = begin('a');
        begin('a');
        assertThat(answer(send('a'))).isEqualTo("HTTP/1.1 429");
        begin('b');
        first.getOutputStream().write(new byte[9]);
        assertThat(answer(first)).isEqualTo("HTTP/1.1 200");
        begin('a');
    }

    @Test
    void whereAllPlacesAreTakenByWhoIsFastEnoughThereIsNone() throws Exception {
        serve(NEVER, 0, 1_000);
        begin('a');
        begin('b');
        var third = begin('c');
        assertThat(answer(send('d'))).isEqualTo("HTTP/1.1 503");
        // whose sender is gone has none
        third.close();
        Await.until("there is a place", () -> answer(send('d', 10)).equals("HTTP/1.1 200"));
    }

    @Test
    void whereAllPlacesAreTakenTheSlowestGoes() throws Exception {
        serve(Duration.ofMillis(200), 0, 1_000);
        // these are being worked on
        begin('A', 10);
        begin('B', 10);
        var slow = begin('c');
        Await.until("it makes room", () -> answer(send('d', 10)).equals("HTTP/1.1 200"));
        assertThat(slow.getInputStream().read()).isEqualTo(-1);
    }

    @Test
    void whoSendsTooSlowlyGoes() throws Exception {
        serve(Duration.ofMillis(200), 1, 1);
        var working = begin('A', 10);
        assertThat(begin('b').getInputStream().read()).isEqualTo(-1);
        working.setSoTimeout(500);
        assertThatThrownBy(() -> working.getInputStream().read()).isInstanceOf(SocketTimeoutException.class);
    }

    /** What came at first is no credit for later. */
    @Test
    void whoStopsSendingGoes() throws Exception {
        serve(Duration.ofMillis(200), 1, 1);
        assertThat(begin('a', 9).getInputStream().read()).isEqualTo(-1);
    }

    @Test
    void whoSendsFastEnoughStays() throws Exception {
        serve(Duration.ofSeconds(2), 1, 1);
        var steady = begin('a');
        for (int i = 0; i < 9; i++) {
            Thread.sleep(500);
            steady.getOutputStream().write(1);
        }
        assertThat(answer(steady)).isEqualTo("HTTP/1.1 200");
    }

    private Socket begin(char whose) throws IOException {
        return begin(whose, 1);
    }

    /** With a place. */
    private Socket begin(char whose, int bytes) throws IOException {
        int before = begun.get();
        var socket = send(whose, bytes);
        Await.until("it has a place", () -> begun.get() > before);
        return socket;
    }

    private Socket send(char whose) throws IOException {
        return send(whose, 1);
    }

    private Socket send(char whose, int bytes) throws IOException {
        var socket = open("/" + whose, "Content-Length: 10");
        send(socket, "x".repeat(bytes));
        return socket;
    }

    private static String answer(Socket socket) throws IOException {
        return new String(socket.getInputStream().readNBytes(12), StandardCharsets.US_ASCII);
    }
}
