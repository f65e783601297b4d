package com.smartmarketingagent.platform;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.LockSupport;
import org.jboss.logging.Logger;

/**
 * Ends what waits for a database of which nothing comes any more. A network that falls silent tells nobody: a question
 * on its way can't be told from a slow one, and would be waited for until the socket's time is over. So where a
 * transaction lasts, the server is asked for a sign of life by another line, and without one all that last are ended.
 */
final class Lifeline implements AutoCloseable {

    private static final Logger LOG = Logger.getLogger(Lifeline.class);

    private static final int PORT = 5432;
    private static final Duration LOOK = Duration.ofMillis(500);
    private static final int ANSWER_MILLIS = 2_000;

    /** Whether it would speak TLS: the one thing that is answered, by a letter, before anybody says who they are. */
    private static final byte[] REQUEST = {0, 0, 0, 8, 0x04, (byte) 0xd2, 0x16, 0x2f};

    private final String host;
    private final int port;
    private final Duration patience;
    /** When each began, on {@link System#nanoTime}. */
    private final Map<Connection, Long> lasting = new ConcurrentHashMap<>();

    private volatile boolean closed;

    /** @param patience with a transaction, before anybody is asked */
    Lifeline(DatabaseUrl url, Duration patience) {
        var address = URI.create("postgres:" + url.location());
        host = address.getHost();
        port = address.getPort() < 0 ? PORT : address.getPort();
        this.patience = patience;
        Thread.ofVirtual().name("lifeline").start(this::watch);
    }

    void begins(Connection connection) {
        lasting.put(connection, System.nanoTime());
    }

    void ends(Connection connection) {
        lasting.remove(connection);
    }

    private void watch() {
        while (!closed) {
            LockSupport.parkNanos(LOOK.toNanos());
            long now = System.nanoTime();
            boolean isLong = lasting.values().stream().anyMatch(began -> now - began > patience.toNanos());
            if (!isLong || isThere()) continue;
            LOG.warnv(
                    "The database {0}:{1,number,#} gives no sign of life; {2} transactions end",
                    host, port, lasting.size());
            lasting.keySet().forEach(Lifeline::end);
        }
    }

    private boolean isThere() {
        try (var line = new Socket()) {
            line.connect(new InetSocketAddress(host, port), ANSWER_MILLIS);
            line.setSoTimeout(ANSWER_MILLIS);
            line.getOutputStream().write(REQUEST);
            return line.getInputStream().read() >= 0;
        } catch (IOException e) {
            LOG.debug("No sign of life", e);
            return false;
        }
    }

    /** Without a word to the server; who waits on it is told. */
    private static void end(Connection connection) {
        try {
            connection.abort(Runnable::run);
        } catch (SQLException e) {
            LOG.debug("It ended meanwhile", e);
        }
    }

    @Override
    public void close() {
        closed = true;
    }
}
