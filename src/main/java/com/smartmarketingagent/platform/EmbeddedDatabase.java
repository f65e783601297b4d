package com.smartmarketingagent.platform;

import io.quarkus.runtime.ApplicationLifecycleManager;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.sql.SQLException;
import java.time.Duration;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * A PostgreSQL of our own below the data folder, for those who have none. Only this machine can reach it, only with the
 * password in {@code secrets.properties}. One process runs it, others (a command beside a server) join; when that one
 * ends before them, one of them runs it from then on, at the same port.
 */
final class EmbeddedDatabase implements AutoCloseable {

    private static final Logger LOG = Logger.getLogger(EmbeddedDatabase.class);
    private static final Duration BETWEEN_STARTS = Duration.ofSeconds(2);
    private static final Duration BETWEEN_LOOKS = Duration.ofMillis(200);
    /** For the server of another process; while that one sets it up, which includes migrations, it isn't counted. */
    private static final Duration LONGEST_WAIT = Duration.ofMinutes(2);
    /** A server writes its process's number before it reads its log. */
    private static final Duration LONGEST_LAUNCH = Duration.ofSeconds(2);

    private static final String LOCK = "server.lock";

    private final Path dataDir;
    private final PostgresServer server;
    private int port;
    /** Whoever holds it runs the server; null where that is another process. */
    private volatile @Nullable FileChannel lock;

    private volatile boolean closed;

    private EmbeddedDatabase(Path dataDir) {
        this.dataDir = dataDir;
        server = new PostgresServer(dataDir);
    }

    int port() {
        return port;
    }

    /**
     * @param setUp what the one who starts it does before others join
     * @throws Settings.Wrong if it does not start
     */
    static EmbeddedDatabase startOrJoin(Path dataDir, String password, Consumer<EmbeddedDatabase> setUp) {
        try {
            PostgresServer.ownersOnly(dataDir);
            // by one name, however it was reached: the server's process is known by it
            var database = new EmbeddedDatabase(dataDir.toRealPath());
            long began = System.nanoTime();
            while (true) {
                var found = database.open(password, setUp);
                if (found == Found.OPENED) return database;
                if (found == Found.SETTING_UP) began = System.nanoTime();
                if (System.nanoTime() - began > LONGEST_WAIT.toNanos())
                    throw new IOException("another process holds " + dataDir.resolve(LOCK) + " but no server answers");
                Thread.sleep(BETWEEN_LOOKS);
            }
        } catch (IOException | SQLException e) {
            throw new Settings.Wrong(
                    "The embedded PostgreSQL below " + dataDir + " does not start: " + e.getMessage()
                            + ". See postgres.log there, or set DATABASE_URL to a PostgreSQL of your own.",
                    e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new Settings.Wrong("Interrupted while the embedded PostgreSQL below " + dataDir + " starts", e);
        }
    }

    private enum Found {
        OPENED,
        /** Another process does. */
        SETTING_UP,
        /** Another process runs it, and it isn't ready. */
        AWAY
    }

    private Found open(String password, Consumer<EmbeddedDatabase> setUp) throws IOException, SQLException {
        try (var settingUp = channel("setup.lock")) {
            if (settingUp.tryLock() == null) return Found.SETTING_UP;
            var running = channel(LOCK);
            if (running.tryLock() == null) {
                running.close();
                return isJoined() ? Found.OPENED : Found.AWAY;
            }
            lock = running;
            try {
                Runtime.getRuntime().addShutdownHook(new Thread(this::closeWhereNobodyDoes, "postgres-stop"));
                start(password);
                setUp.accept(this);
                return Found.OPENED;
            } catch (IOException | SQLException | RuntimeException e) {
                close();
                throw e;
            }
        }
    }

    private FileChannel channel(String name) throws IOException {
        return FileChannel.open(dataDir.resolve(name), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
    }

    /** Quarkus may need the database before it has begun to look after its own end. */
    private void closeWhereNobodyDoes() {
        if (ApplicationLifecycleManager.getCurrentApplication() == null) close();
    }

    private synchronized void start(String password) throws IOException, SQLException {
        if (closed) throw new IOException("the program ends");
        port = server.start(password);
        watch();
    }

    /**
     * A server that ends although nobody closed it (its disk was full, or it was killed for its memory) is started
     * again.
     */
    private void watch() throws IOException {
        long began = System.nanoTime();
        var process = server.running();
        while (process.isEmpty()) {
            if (System.nanoTime() - began > LONGEST_LAUNCH.toNanos()) throw new IOException("it has not begun");
            LockSupport.parkNanos(BETWEEN_LOOKS.toNanos());
            process = server.running();
        }
        process.get().onExit().thenRun(() -> Thread.ofVirtual().name("postgres").start(this::startAgain));
    }

    private void startAgain() {
        try {
            do Thread.sleep(BETWEEN_STARTS);
            while (!isStartedAgain());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Waits for nothing: while it reads its log anew, which may take minutes, it is watched already. */
    private synchronized boolean isStartedAgain() {
        if (closed) return true;
        LOG.warn("The embedded PostgreSQL ended and is started again; why, is in postgres.log");
        try {
            // at last, by what was thought to be in vain
            if (server.running().isPresent()) {
                watch();
                return true;
            }
            server.startAgain();
            watch();
            return true;
        } catch (IOException | RuntimeException e) {
            LOG.errorv("The embedded PostgreSQL does not start: {0}", e.getMessage());
            return false;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return true;
        }
    }

    /** False while the other process's server is not ready. */
    private boolean isJoined() throws IOException {
        var other = server.portOfReady();
        if (other.isEmpty() || server.running().isEmpty() || !server.isSetUp()) return false;
        port = other.get();
        Thread.ofVirtual().name("postgres").start(this::succeed);
        return true;
    }

    /** Waits for the end of the process that runs the server, and runs it in its place. */
    private void succeed() {
        try {
            var running = channel(LOCK);
            while (!closed && running.tryLock() == null) Thread.sleep(BETWEEN_LOOKS);
            if (isTakenOver(running) && !isStartedAgain()) startAgain();
        } catch (IOException e) {
            LOG.warn("Nobody runs the embedded PostgreSQL when its process ends", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** @return whether the server is to be started: where its process was killed, it goes on */
    private synchronized boolean isTakenOver(FileChannel running) throws IOException {
        if (closed) {
            running.close();
            return false;
        }
        lock = running;
        LOG.info("The process that ran the embedded PostgreSQL has ended; this one runs it from now on");
        if (server.running().isEmpty()) return true;
        watch();
        return false;
    }

    /** True where this process runs the server, false where another does. */
    boolean owner() {
        return lock != null;
    }

    @Override
    public void close() {
        closed = true;
        synchronized (this) {
            var held = lock;
            if (held == null) return;
            try {
                server.stop();
                held.close();
            } catch (IOException e) {
                LOG.warn("The embedded PostgreSQL did not stop in time; the next start takes care of it", e);
            }
        }
    }

    /** Of nobody yet. */
    DatabaseUrl url() {
        return new DatabaseUrl("//127.0.0.1:" + port + "/sma", "", "");
    }

    /** As the cluster's superuser, to set up roles. */
    DatabaseUrl superuser(String password) {
        return new DatabaseUrl(url().location(), PostgresServer.SUPERUSER, password);
    }
}
