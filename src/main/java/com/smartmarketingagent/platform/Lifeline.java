package com.smartmarketingagent.platform;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.UnknownHostException;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
import org.jboss.logging.Logger;

/**
 * Ends what waits for a database of which nothing comes any more. A network that falls silent tells nobody: a question
 * on its way can't be told from a slow one, and would be waited for until the socket's time is over. So where a
 * transaction lasts, the server is asked for a sign of life by another line, and without one all that last are ended.
 */
final class Lifeline implements AutoCloseable {

    private static final Logger LOG = Logger.getLogger(Lifeline.class);

    private static final Duration LOOK = Duration.ofMillis(500);
    private static final int ANSWER_MILLIS = 2_000;

    /** Whether it would speak TLS: the one thing that is answered, by a letter, before anybody says who they are. */
    private static final byte[] REQUEST = {0, 0, 0, 8, 0x04, (byte) 0xd2, 0x16, 0x2f};

    private final DatabaseUrl url;
    private final Duration patience;
    /** When each began, on {@link System#nanoTime}. */
    private final Map<Connection, Long> lasting = new ConcurrentHashMap<>();

    private final AtomicBoolean watched = new AtomicBoolean();
    private volatile boolean closed;

    /** @param patience with a transaction, before anybody is asked, and after an answer */
    Lifeline(DatabaseUrl url, Duration patience) {
        this.url = url;
        this.patience = patience;
    }

    void begins(Connection connection) {
        lasting.put(connection, System.nanoTime());
        if (!watched.get() && watched.compareAndSet(false, true))
            Thread.ofVirtual().name("lifeline").start(this::watch);
    }

    void ends(Connection connection) {
        lasting.remove(connection);
    }

    private void watch() {
        long answered = System.nanoTime() - patience.toNanos();
        while (!closed) {
            LockSupport.parkNanos(LOOK.toNanos());
            long now = System.nanoTime();
            long since = answered;
            boolean isLong =
                    lasting.values().stream().anyMatch(began -> now - Math.max(began, since) > patience.toNanos());
            if (!isLong) continue;
            if (isThere()) {
                answered = System.nanoTime();
                continue;
            }
            LOG.warnv("The database {0} gives no sign of life; {1} transactions end", url.location(), lasting.size());
            lasting.keySet().forEach(Lifeline::end);
        }
    }

    private boolean isThere() {
        try (var line = new Socket()) {
            line.connect(new InetSocketAddress(InetAddress.getByName(url.host()), url.port()), ANSWER_MILLIS);
            line.setSoTimeout(ANSWER_MILLIS);
            line.getOutputStream().write(REQUEST);
            // who hangs up is there
            line.getInputStream().read();
            return true;
        } catch (UnknownHostException e) {
            // which says nothing of the database
            LOG.debug("Its name is not known now", e);
            return true;
        } catch (IOException e) {
            LOG.debug("No sign of life", e);
            return false;
        }
    }

    /** Without a word to the server; who waits on it is told. A line in the middle of writing may take its time. */
    private static void end(Connection connection) {
        try {
            connection.abort(Thread::startVirtualThread);
        } catch (SQLException e) {
            LOG.debug("It ended meanwhile", e);
        }
    }

    @Override
    public void close() {
        closed = true;
    }
}
