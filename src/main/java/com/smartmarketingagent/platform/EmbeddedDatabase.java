package com.smartmarketingagent.platform;

import io.zonky.test.db.postgres.embedded.DefaultPostgresBinaryResolver;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.DigestOutputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * A PostgreSQL of our own below the data folder, for those who have none. Only this machine can reach it, only with the
 * password in {@code secrets.properties}. One process starts it; others (a command beside a running server) join.
 */
final class EmbeddedDatabase implements AutoCloseable {

    private static final Logger LOG = Logger.getLogger(EmbeddedDatabase.class);
    static final String SUPERUSER = "postgres";
    private static final Duration BETWEEN_STARTS = Duration.ofSeconds(2);
    /** Bytes; they tell when an archive was packed. */
    private static final int BEGINNING = 4096;

    private final int port;
    private final @Nullable EmbeddedPostgres server;
    private final @Nullable FileChannel lock;
    private volatile boolean closed;

    private EmbeddedDatabase(int port, @Nullable EmbeddedPostgres server, @Nullable FileChannel lock) {
        this.port = port;
        this.server = server;
        this.lock = lock;
    }

    int port() {
        return port;
    }

    static EmbeddedDatabase startOrJoin(Path dataDir, String password) {
        try {
            ownersOnly(dataDir);
            var lock = FileChannel.open(
                    dataDir.resolve("server.lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
            if (lock.tryLock() == null) {
                lock.close();
                return join(dataDir.resolve("postgres"));
            }
            try {
                return start(dataDir, password, lock);
            } catch (IOException | SQLException | RuntimeException e) {
                lock.close();
                throw e;
            }
        } catch (IOException | SQLException e) {
            throw new Settings.Wrong(
                    "The embedded PostgreSQL below " + dataDir + " does not start: " + e.getMessage()
                            + ". See postgres.log there, or set DATABASE_URL to a PostgreSQL of your own.",
                    e);
        }
    }

    private static EmbeddedDatabase start(Path dataDir, String password, FileChannel lock)
            throws IOException, SQLException {
        var data = dataDir.resolve("postgres");
        var binaries = dataDir.resolve("postgres-binaries");
        stopOrphan(data, binaries);
        // A half-made cluster (killed during the first start) holds nothing yet: begin again.
        if (!Files.exists(data.resolve("sma_ready"))) deleteTree(data);
        boolean fresh = !Files.exists(data);
        ownersOnly(binaries);
        deleteHalfUnpacked(binaries);
        var server = EmbeddedPostgres.builder()
                .setDataDirectory(data)
                .setCleanDataDirectory(false)
                .setOverrideWorkingDirectory(binaries.toFile())
                .setPgBinaryResolver((system, machine) -> archive(binaries, system, machine))
                .setRegisterShutdownHook(false)
                .setPGStartupWait(Duration.ofSeconds(60))
                .setOutputRedirector(ProcessBuilder.Redirect.appendTo(
                        dataDir.resolve("postgres.log").toFile()))
                .setErrorRedirector(ProcessBuilder.Redirect.appendTo(
                        dataDir.resolve("postgres.log").toFile()))
                .setLocaleConfig("locale-provider", "builtin")
                .setLocaleConfig("builtin-locale", "C.UTF-8")
                .setLocaleConfig("locale", "C")
                .setConnectConfig("password", password)
                // the library is made for tests and switches durability off
                .setServerConfig("fsync", "on")
                .setServerConfig("synchronous_commit", "on")
                .setServerConfig("max_connections", "60")
                .setServerConfig("max_wal_size", "2GB")
                .setServerConfig("jit", "off")
                // nobody guesses 256 random bits, and each new connection would pay for what makes guessing slow
                .setServerConfig("scram_iterations", "1")
                .setServerConfig("logging_collector", "off")
                .start();
        try {
            if (fresh) lockDown(server, data, password);
            var database = new EmbeddedDatabase(server.getPort(), server, lock);
            database.watch(dataDir);
            return database;
        } catch (IOException | SQLException | RuntimeException e) {
            server.close();
            throw e;
        }
    }

    /**
     * The library names a folder by the digest of the archive it unpacks there, so it reads all 15 MB into memory at
     * each start. A link names the folder by the digest of the archive's length and beginning, too: where that leads to
     * something unpacked, they are all that the library is given.
     */
    static InputStream archive(Path binaries, String system, String machine) throws IOException {
        var archives = DefaultPostgresBinaryResolver.INSTANCE;
        var mark = new ByteArrayOutputStream();
        try (var archive = archives.getPgBinary(system, machine)) {
            mark.writeBytes(String.valueOf(archive.available()).getBytes(StandardCharsets.US_ASCII));
            mark.writeBytes(archive.readNBytes(BEGINNING));
        }
        var link = binaries.resolve(folder(new ByteArrayInputStream(mark.toByteArray())));
        if (Files.exists(link.resolve(".exists"))) return new ByteArrayInputStream(mark.toByteArray());
        try (var archive = archives.getPgBinary(system, machine)) {
            Files.deleteIfExists(link);
            Files.createSymbolicLink(link, Path.of(folder(archive)));
        }
        return archives.getPgBinary(system, machine);
    }

    /** As the library names it. */
    private static String folder(InputStream archive) throws IOException {
        try {
            var digest = MessageDigest.getInstance("MD5");
            archive.transferTo(new DigestOutputStream(OutputStream.nullOutputStream(), digest));
            return "PG-" + HexFormat.of().formatHex(digest.digest());
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    /**
     * A server that ends although nobody closed it (its disk was full, or it was killed for its memory) is started
     * again.
     */
    private void watch(Path dataDir) throws IOException {
        var data = dataDir.resolve("postgres");
        var pid = Files.readAllLines(data.resolve("postmaster.pid")).getFirst().strip();
        ProcessHandle.of(Long.parseLong(pid))
                .orElseThrow(() -> new IOException("it has not begun"))
                .onExit()
                .thenRun(() -> Thread.ofVirtual().name("postgres").start(() -> startAgain(dataDir)));
    }

    private void startAgain(Path dataDir) {
        do {
            try {
                Thread.sleep(BETWEEN_STARTS);
            } catch (InterruptedException e) {
                return;
            }
        } while (!startedAgain(dataDir));
    }

    /** Waits for nothing: while it reads its log anew, which may take minutes, it is watched already. */
    private synchronized boolean startedAgain(Path dataDir) {
        if (closed) return true;
        LOG.warn("The embedded PostgreSQL ended and is started again; why, is in postgres.log");
        try {
            var data = dataDir.resolve("postgres");
            var pidFile = data.resolve("postmaster.pid");
            // left by a disk that was full
            if (Files.exists(pidFile) && Files.size(pidFile) == 0) Files.delete(pidFile);
            // the program and, each in quotes, the options of its last start: so it has its port again
            var last = Files.readString(data.resolve("postmaster.opts")).strip();
            int options = last.indexOf(" \"");
            var control = Path.of(last.substring(0, options)).resolveSibling("pg_ctl");
            int code = new ProcessBuilder(asNobody(List.of(
                            control.toString(), "-D", data.toString(), "-W", "-o", last.substring(options), "start")))
                    .redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.appendTo(
                            dataDir.resolve("postgres.log").toFile()))
                    .start()
                    .waitFor();
            if (code != 0) throw new IOException("pg_ctl ended with " + code);
            watch(dataDir);
            return true;
        } catch (IOException | RuntimeException e) {
            LOG.errorv("The embedded PostgreSQL does not start: {0}", e.getMessage());
            return false;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return true;
        }
    }

    /** PostgreSQL refuses to run as root; the library starts it like this, too. */
    private static List<String> asNobody(List<String> command) {
        if (!"root".equals(System.getProperty("user.name"))) return command;
        return Stream.concat(Stream.of("unshare", "-U"), command.stream()).toList();
    }

    /** A new cluster trusts everyone on this machine; from here on it asks for the password. */
    private static void lockDown(EmbeddedPostgres server, Path data, String password) throws IOException, SQLException {
        try (var connection = server.getPostgresDatabase().getConnection();
                var statement = connection.createStatement()) {
            statement.execute("ALTER ROLE " + SUPERUSER + " PASSWORD '" + password + "'");
            statement.execute("CREATE DATABASE sma");
            Files.writeString(data.resolve("pg_hba.conf"), "host all all 127.0.0.1/32 scram-sha-256\n");
            statement.execute("SELECT pg_reload_conf()");
        }
        Files.createFile(data.resolve("sma_ready"));
    }

    /**
     * After {@code kill -9} of the former process its PostgreSQL still runs; nobody holds the lock, so it is ours to
     * stop.
     */
    private static void stopOrphan(Path data, Path binaries) throws IOException {
        var pidFile = data.resolve("postmaster.pid");
        if (!Files.exists(pidFile)) return;
        var lines = Files.readAllLines(pidFile);
        if (lines.isEmpty()) {
            // left by a power cut; PostgreSQL would not start, as it can't know what we know: nobody else is here
            Files.delete(pidFile);
            return;
        }
        long pid = Long.parseLong(lines.getFirst().strip());
        var orphan = ProcessHandle.of(pid).filter(p -> belongsTo(p, data, binaries));
        if (orphan.isEmpty()) return;
        LOG.infov("Stopping the PostgreSQL {0} that an earlier run left behind", String.valueOf(pid));
        // Fast shutdown. SIGTERM is the smart one, which waits for clients, and a forgotten psql may stay for hours.
        new ProcessBuilder("sh", "-c", "kill -INT " + pid).start();
        try {
            orphan.get().onExit().get(60, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted while an earlier PostgreSQL stops", e);
        } catch (java.util.concurrent.ExecutionException | java.util.concurrent.TimeoutException e) {
            throw new IOException("an earlier PostgreSQL (process " + pid + ") does not stop", e);
        }
    }

    private static boolean belongsTo(ProcessHandle process, Path data, Path binaries) {
        var command = process.info().commandLine().or(() -> process.info().command());
        return command.map(c -> c.contains(data.toString()) || c.contains(binaries.toString()))
                .orElse(false);
    }

    private static EmbeddedDatabase join(Path data) throws IOException {
        var pidFile = data.resolve("postmaster.pid");
        for (int i = 0; i < 100; i++) {
            var port = portIn(pidFile);
            if (port.isPresent() && Files.exists(data.resolve("sma_ready"))) {
                return new EmbeddedDatabase(port.get(), null, null);
            }
            try {
                Thread.sleep(200);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new IOException("interrupted", e);
            }
        }
        throw new IOException("another process holds " + data.resolveSibling("server.lock") + " but no server answers");
    }

    /** The fourth line of postmaster.pid is the port, the eighth says "ready". */
    private static Optional<Integer> portIn(Path pidFile) throws IOException {
        if (!Files.exists(pidFile)) return Optional.empty();
        var lines = Files.readAllLines(pidFile);
        if (lines.size() < 8 || !lines.get(7).startsWith("ready")) return Optional.empty();
        return Optional.of(Integer.parseInt(lines.get(3).strip()));
    }

    /** Customers' data, and programs that are run: nobody else on this machine reads or replaces them. */
    private static void ownersOnly(Path folder) throws IOException {
        Files.createDirectories(folder);
        if (folder.getFileSystem().supportedFileAttributeViews().contains("posix")) {
            Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwx------"));
        }
    }

    /** The library marks what it has unpacked to the end, and fails over what it has not. */
    private static void deleteHalfUnpacked(Path binaries) throws IOException {
        try (var folders = Files.newDirectoryStream(binaries, "PG-*")) {
            for (var folder : folders) if (!Files.exists(folder.resolve(".exists"))) deleteTree(folder);
        }
    }

    private static void deleteTree(Path folder) throws IOException {
        if (!Files.exists(folder)) return;
        try (var files = Files.walk(folder)) {
            for (var file : files.sorted(java.util.Comparator.reverseOrder()).toList()) Files.delete(file);
        }
    }

    /** True where this process runs the server, false where it joined another's. */
    boolean owner() {
        return server != null;
    }

    @Override
    public void close() {
        closed = true;
        synchronized (this) {
            try {
                if (server != null) server.close();
                if (lock != null) lock.close();
            } catch (IOException e) {
                LOG.warn("The embedded PostgreSQL did not stop in time; the next start takes care of it", e);
            }
        }
    }

    /** Opens a connection as the cluster's superuser, to set up roles. */
    java.sql.Connection superuser(String password) throws SQLException {
        return DriverManager.getConnection("jdbc:postgresql://127.0.0.1:" + port + "/sma", SUPERUSER, password);
    }
}
