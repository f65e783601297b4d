package com.smartmarketingagent.platform;

import io.quarkus.runtime.ApplicationLifecycleManager;
import io.zonky.test.db.postgres.embedded.DefaultPostgresBinaryResolver;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.DigestOutputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.sql.SQLException;
import java.time.Duration;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * A PostgreSQL of our own below the data folder, for those who have none. Only this machine can reach it, only with the
 * password in {@code secrets.properties}. One process runs it, others (a command beside a server) join; when that one
 * ends before them, one of them runs it from then on, at the same port.
 */
final class EmbeddedDatabase implements AutoCloseable {

    private static final Logger LOG = Logger.getLogger(EmbeddedDatabase.class);
    private static final String SUPERUSER = "postgres";
    private static final Duration BETWEEN_STARTS = Duration.ofSeconds(2);
    private static final Duration BETWEEN_LOOKS = Duration.ofMillis(200);
    /** For the server of another process; while that one sets it up, which includes migrations, it isn't counted. */
    private static final Duration LONGEST_WAIT = Duration.ofMinutes(2);
    /** A server writes its process's number before it reads its log. */
    private static final Duration LONGEST_LAUNCH = Duration.ofSeconds(2);
    /** Bytes; they tell when an archive was packed. */
    private static final int BEGINNING = 4096;

    /** Bytes; it writes a new log of 16 MB from time to time. */
    private static final long LEAST_SPACE = 16 << 20;

    private static final String LOCK = "server.lock";
    private static final Pattern PORT = Pattern.compile("\"-p\" \"(\\d+)\"");

    private final Path dataDir;
    private final Path data;
    private final Path binaries;
    private int port;
    private @Nullable EmbeddedPostgres server;
    /** Whoever holds it runs the server; null where that is another process. */
    private volatile @Nullable FileChannel lock;

    private volatile boolean closed;

    private EmbeddedDatabase(Path dataDir) {
        this.dataDir = dataDir;
        data = dataDir.resolve("postgres");
        binaries = dataDir.resolve("postgres-binaries");
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
            ownersOnly(dataDir);
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
        // the library would wait for a minute, and not say why
        if (Files.getFileStore(dataDir).getUsableSpace() < LEAST_SPACE) throw new IOException("the disk is full");
        var left = running();
        if (left.isPresent()) {
            // of a process that was killed: nobody holds the lock, so it is ours to stop
            LOG.infov("Stopping the PostgreSQL {0} that an earlier run left behind", left.get());
            stop(left.get());
        }
        // left by a power cut; PostgreSQL would not start, as it can't know what we know: nobody else is here
        deleteEmptyPidFile();
        // A half-made cluster (killed during the first start) holds nothing yet: begin again.
        if (!Files.exists(data.resolve("sma_ready"))) deleteTree(data);
        boolean fresh = !Files.exists(data);
        ownersOnly(binaries);
        deleteHalfUnpacked(binaries);
        var started = EmbeddedPostgres.builder()
                .setPort(portOfBefore())
                .setDataDirectory(data)
                .setCleanDataDirectory(false)
                .setOverrideWorkingDirectory(binaries.toFile())
                .setPgBinaryResolver((system, machine) -> archive(binaries, system, machine))
                .setRegisterShutdownHook(false)
                .setPGStartupWait(Duration.ofSeconds(60))
                .setOutputRedirector(log())
                .setErrorRedirector(log())
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
        server = started;
        // which the library opens to everybody
        ownersOnly(binaries);
        port = started.getPort();
        if (fresh) lockDown(started, data, password);
        watch();
    }

    /** Others may have joined it there before its process ended. Zero for any: of a new one, or where that is taken. */
    private int portOfBefore() throws IOException {
        var options = data.resolve("postmaster.opts");
        if (!Files.exists(options)) return 0;
        var port = PORT.matcher(Files.readString(options));
        if (!port.find()) return 0;
        try (var free = new ServerSocket(Integer.parseInt(port.group(1)), 1, InetAddress.getLoopbackAddress())) {
            return free.getLocalPort();
        } catch (IOException taken) {
            return 0;
        }
    }

    private ProcessBuilder.Redirect log() {
        return ProcessBuilder.Redirect.appendTo(dataDir.resolve("postgres.log").toFile());
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
    private void watch() throws IOException {
        long began = System.nanoTime();
        var process = running();
        while (process.isEmpty()) {
            if (System.nanoTime() - began > LONGEST_LAUNCH.toNanos()) throw new IOException("it has not begun");
            LockSupport.parkNanos(BETWEEN_LOOKS.toNanos());
            process = running();
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
            if (running().isPresent()) {
                watch();
                return true;
            }
            // left by a disk that was full
            deleteEmptyPidFile();
            // the program and, each in quotes, the options of its last start: so it has its port again
            var last = Files.readString(data.resolve("postmaster.opts")).strip();
            int options = last.indexOf(" \"");
            var control = Path.of(last.substring(0, options)).resolveSibling("pg_ctl");
            int code = new ProcessBuilder(asNobody(List.of(
                            control.toString(), "-D", data.toString(), "-W", "-o", last.substring(options), "start")))
                    .redirectErrorStream(true)
                    .redirectOutput(log())
                    .start()
                    .waitFor();
            if (code != 0) throw new IOException("pg_ctl ended with " + code);
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

    /** Fast shutdown. SIGTERM is the smart one, which waits for clients, and a forgotten psql may stay for hours. */
    private static void stop(ProcessHandle postmaster) throws IOException {
        new ProcessBuilder("sh", "-c", "kill -INT " + postmaster.pid()).start();
        try {
            postmaster.onExit().get(60, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted while PostgreSQL stops", e);
        } catch (ExecutionException | TimeoutException e) {
            throw new IOException("PostgreSQL (process " + postmaster.pid() + ") does not stop", e);
        }
    }

    /** The server that works on our folder, whoever started it. */
    private Optional<ProcessHandle> running() throws IOException {
        var lines = pidFile();
        if (lines.size() < 2) return Optional.empty();
        return ProcessHandle.of(Long.parseLong(lines.getFirst().strip()))
                .filter(process -> isOurs(process, lines.get(1)));
    }

    /** Whether it isn't another that was given the number since. @param folder as the server itself wrote it */
    private boolean isOurs(ProcessHandle process, String folder) {
        var command = process.info().commandLine().or(() -> process.info().command());
        return command.map(c -> c.contains(folder) || c.contains(data.toString()) || c.contains(binaries.toString()))
                .orElse(false);
    }

    /** Its lines; none where there is none. */
    private List<String> pidFile() throws IOException {
        try {
            return Files.readAllLines(data.resolve("postmaster.pid"));
        } catch (NoSuchFileException e) {
            return List.of();
        }
    }

    private void deleteEmptyPidFile() throws IOException {
        if (pidFile().isEmpty()) Files.deleteIfExists(data.resolve("postmaster.pid"));
    }

    /** False while the other process's server is not ready. */
    private boolean isJoined() throws IOException {
        var other = portOfReady();
        if (other.isEmpty() || running().isEmpty() || !Files.exists(data.resolve("sma_ready"))) return false;
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
        if (running().isEmpty()) return true;
        watch();
        return false;
    }

    /** The fourth line of postmaster.pid is the port, the eighth says "ready". */
    private Optional<Integer> portOfReady() throws IOException {
        var lines = pidFile();
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
                if (server != null) {
                    server.close();
                } else {
                    var running = running();
                    if (running.isPresent()) stop(running.get());
                }
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
        return new DatabaseUrl(url().location(), SUPERUSER, password);
    }
}
