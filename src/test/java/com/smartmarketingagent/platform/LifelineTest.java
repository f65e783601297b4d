package com.smartmarketingagent.platform;

import static org.assertj.core.api.Assertions.assertThat;

import com.smartmarketingagent.Await;
import java.io.IOException;
import java.lang.reflect.Proxy;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LifelineTest {

    private static final Duration PATIENCE = Duration.ofMillis(100);

    private final AtomicBoolean ended = new AtomicBoolean();

    /** Of which all that matters is whether it was ended. */
    private final Connection connection = (Connection) Proxy.newProxyInstance(
            LifelineTest.class.getClassLoader(),
            new Class<?>[] {Connection.class},
            (its, method, arguments) -> switch (method.getName()) {
                case "abort" -> {
                    ended.set(true);
                    yield null;
                }
                case "hashCode" -> System.identityHashCode(its);
                case "equals" -> its == arguments[0];
                default -> throw new UnsupportedOperationException(method.getName());
            });

    /** A server that says one thing to whoever connects and listens on; or, for nothing, hangs up. */
    private static final class Server implements AutoCloseable {
        private final ServerSocket socket = new ServerSocket(0, 10, InetAddress.getLoopbackAddress());
        private final List<Socket> lines = new CopyOnWriteArrayList<>();
        final AtomicInteger asked = new AtomicInteger();

        Server(String says, boolean hangsUp) throws IOException {
            Thread.ofVirtual().start(() -> {
                try {
                    while (true) {
                        var line = socket.accept();
                        lines.add(line);
                        line.getInputStream().readNBytes(8);
                        line.getOutputStream().write(says.getBytes(StandardCharsets.US_ASCII));
                        asked.incrementAndGet();
                        if (hangsUp) line.close();
                    }
                } catch (IOException closed) {
                    // the test is over
                }
            });
        }

        DatabaseUrl url() {
            return LifelineTest.url("127.0.0.1", socket.getLocalPort());
        }

        @Override
        public void close() throws IOException {
            socket.close();
            for (var line : lines) line.close();
        }
    }

    private static DatabaseUrl url(String host, int port) {
        return DatabaseUrl.parse("test", "postgres://sma_app:rahasia@" + host + ":" + port + "/sma");
    }

    @Test
    void whoeverWaitsForSilenceIsEnded() throws IOException {
        try (var server = new Server("", false);
                var lifeline = new Lifeline(server.url(), PATIENCE)) {
            lifeline.begins(connection);
            Await.until("it is ended", ended::get);
        }
    }

    /** With TLS or without, or with nothing that it would say: it is there. */
    @ParameterizedTest
    @ValueSource(strings = {"S", "N", ""})
    void whereTheServerIsThereNobodyIsEnded(String says) throws IOException {
        try (var server = new Server(says, says.isEmpty());
                var lifeline = new Lifeline(server.url(), PATIENCE)) {
            lifeline.begins(connection);
            Await.until("it was asked twice", () -> server.asked.get() >= 2);
            assertThat(ended).isFalse();
        }
    }

    @Test
    void aNameThatIsNotKnownNowSaysNothingOfTheServer() {
        try (var lifeline = new Lifeline(url("tidak-ada.invalid", 5432), PATIENCE)) {
            lifeline.begins(connection);
            LockSupport.parkNanos(Duration.ofSeconds(2).toNanos());
            assertThat(ended).isFalse();
        }
    }

    @Test
    void whoseTransactionIsOverIsNotEnded() throws IOException {
        try (var server = new Server("", false);
                var lifeline = new Lifeline(server.url(), PATIENCE)) {
            lifeline.begins(connection);
            lifeline.ends(connection);
            LockSupport.parkNanos(Duration.ofSeconds(3).toNanos());
            assertThat(ended).isFalse();
            assertThat(server.asked).hasValue(0);
        }
    }
}
