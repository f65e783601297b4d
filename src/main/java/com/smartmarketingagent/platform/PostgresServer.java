package com.smartmarketingagent.platform;

import io.zonky.test.db.postgres.embedded.DefaultPostgresBinaryResolver;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.DigestOutputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/** The files and the process of the embedded PostgreSQL; {@link EmbeddedDatabase} says which program runs it. */
final class PostgresServer {

    private static final Logger LOG = Logger.getLogger(PostgresServer.class);
    static final String SUPERUSER = "postgres";
    /** Bytes; they tell when an archive was packed. */
    private static final int BEGINNING = 4096;
    /** Bytes; it writes a new log of 16 MB from time to time. */
    private static final long LEAST_SPACE = 16 << 20;
    /** Bytes; a busy year of it. */
    static final long LONGEST_LOG = 32 << 20;
    /** Exists once a cluster asks for its password. */
    private static final String READY = "sma_ready";

    private static final Pattern FOLDER_AND_PORT = Pattern.compile("\"-D\" \"([^\"]+)\".* \"-p\" \"(\\d+)\"");
    /** Where the system has it: what each process is, and in which folder it works. */
    private static final Path PROCESSES = Path.of("/proc");

    private final Path data;
    private final Path binaries;
    private final Path log;
    private @Nullable EmbeddedPostgres started;

    /** @param dataDir its real path: the process is known by it */
    PostgresServer(Path dataDir) {
        data = dataDir.resolve("postgres");
        binaries = dataDir.resolve("postgres-binaries");
        log = dataDir.resolve("postgres.log");
    }

    boolean isSetUp() {
        return Files.exists(data.resolve(READY));
    }

    /** @return its port, the one it had before where that is free */
    int start(String password) throws IOException, SQLException {
        // the library would wait for a minute, and not say why
        if (Files.getFileStore(binaries.getParent()).getUsableSpace() < LEAST_SPACE)
            throw new IOException("the disk is full");
        var left = running();
        if (left.isPresent()) {
            // of a process that was killed: nobody holds the lock, so it is ours to stop
            LOG.infov("Stopping the PostgreSQL {0} that an earlier run left behind", left.get());
            end(left.get());
        }
        // left by a power cut, or copied with the folder; PostgreSQL would not start, as it can't know what we know
        deleteStalePidFile();
        // A half-made cluster (killed during the first start) holds nothing yet: begin again.
        if (!isSetUp()) deleteTree(data);
        boolean fresh = !Files.exists(data);
        ownersOnly(binaries);
        deleteHalfUnpacked();
        shorten(log);
        started = EmbeddedPostgres.builder()
                .setPort(portOfBefore())
                .setDataDirectory(data)
                .setCleanDataDirectory(false)
                .setOverrideWorkingDirectory(binaries.toFile())
                .setPgBinaryResolver((system, machine) -> archive(binaries, system, machine))
                .setRegisterShutdownHook(false)
                .setPGStartupWait(Duration.ofSeconds(60))
                .setOutputRedirector(toLog())
                .setErrorRedirector(toLog())
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
                // what a program asked that is gone
                .setServerConfig("client_connection_check_interval", "10s")
                .start();
        // which the library opens to everybody
        ownersOnly(binaries);
        if (fresh) lockDown(started, password);
        return started.getPort();
    }

    /** Others may have joined it there before its process ended. Zero for any: of a new one, or where that is taken. */
    private int portOfBefore() throws IOException {
        var options = data.resolve("postmaster.opts");
        if (!Files.exists(options)) return 0;
        var before = FOLDER_AND_PORT.matcher(Files.readString(options));
        // of a copy it is the port of the other
        if (!before.find() || !isHere(before.group(1))) return 0;
        try (var free = new ServerSocket(Integer.parseInt(before.group(2)), 1, InetAddress.getLoopbackAddress())) {
            return free.getLocalPort();
        } catch (IOException taken) {
            return 0;
        }
    }

    /** A long log becomes the one before, which it replaces. */
    static void shorten(Path log) throws IOException {
        if (Files.notExists(log) || Files.size(log) <= LONGEST_LOG) return;
        Files.move(log, log.resolveSibling(log.getFileName() + ".1"), StandardCopyOption.REPLACE_EXISTING);
    }

    private ProcessBuilder.Redirect toLog() {
        return ProcessBuilder.Redirect.appendTo(log.toFile());
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

    /** Without the library, in the way its last start was. Waits until it is begun, not until it is ready. */
    void startAgain() throws IOException, InterruptedException {
        // left by a disk that was full
        deleteStalePidFile();
        // the program and, each in quotes, the options of its last start: so it has its port again
        var last = Files.readString(data.resolve("postmaster.opts")).strip();
        int options = last.indexOf(" \"");
        var control = Path.of(last.substring(0, options)).resolveSibling("pg_ctl");
        int code = new ProcessBuilder(asNobody(List.of(
                        control.toString(), "-D", data.toString(), "-W", "-o", last.substring(options), "start")))
                .redirectErrorStream(true)
                .redirectOutput(toLog())
                .start()
                .waitFor();
        if (code != 0) throw new IOException("pg_ctl ended with " + code);
    }

    /** By whichever process it was started. */
    void stop() throws IOException {
        if (started != null) {
            started.close();
        } else {
            var running = running();
            if (running.isPresent()) end(running.get());
        }
    }

    /** PostgreSQL refuses to run as root; the library starts it like this, too. */
    private static List<String> asNobody(List<String> command) {
        if (!"root".equals(System.getProperty("user.name"))) return command;
        return Stream.concat(Stream.of("unshare", "-U"), command.stream()).toList();
    }

    /** A new cluster trusts everyone on this machine; from here on it asks for the password. */
    private void lockDown(EmbeddedPostgres server, String password) throws IOException, SQLException {
        try (var connection = server.getPostgresDatabase().getConnection();
                var statement = connection.createStatement()) {
            statement.execute("ALTER ROLE " + SUPERUSER + " PASSWORD '" + password + "'");
            statement.execute("CREATE DATABASE sma");
            Files.writeString(data.resolve("pg_hba.conf"), "host all all 127.0.0.1/32 scram-sha-256\n");
            statement.execute("SELECT pg_reload_conf()");
        }
        Files.createFile(data.resolve(READY));
    }

    /** Fast shutdown. SIGTERM is the smart one, which waits for clients, and a forgotten psql may stay for hours. */
    private static void end(ProcessHandle postmaster) throws IOException {
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
    Optional<ProcessHandle> running() throws IOException {
        var lines = pidFile();
        if (lines.size() < 2) return Optional.empty();
        var pid = lines.getFirst().strip();
        return ProcessHandle.of(Long.parseLong(pid)).filter(process -> isOurs(process, lines.get(1)));
    }

    /**
     * Whether it isn't that of the folder this one is a copy of, nor another program that was given the number since.
     *
     * @param folder as the server itself wrote it, when it started
     */
    private boolean isOurs(ProcessHandle process, String folder) {
        var works = PROCESSES.resolve(process.pid() + "/cwd");
        try {
            // it works in its folder, by whatever name that is known
            if (Files.exists(works, LinkOption.NOFOLLOW_LINKS)) return Files.isSameFile(works, data);
        } catch (IOException notOurs) {
            return false;
        }
        var command = process.info().commandLine().or(() -> process.info().command());
        return isHere(folder)
                && command.filter(c -> c.contains(folder) || c.contains(binaries.toString()))
                        .isPresent();
    }

    private boolean isHere(String folder) {
        try {
            return Files.isSameFile(Path.of(folder), data);
        } catch (IOException gone) {
            return false;
        }
    }

    /** Its lines; none where there is none. */
    private List<String> pidFile() throws IOException {
        try {
            return Files.readAllLines(data.resolve("postmaster.pid"));
        } catch (NoSuchFileException e) {
            return List.of();
        }
    }

    /** Where nobody works on our folder. */
    private void deleteStalePidFile() throws IOException {
        if (pidFile().isEmpty() || Files.exists(PROCESSES.resolve("self")))
            Files.deleteIfExists(data.resolve("postmaster.pid"));
    }

    /** The fourth line of postmaster.pid is the port, the eighth says "ready". */
    Optional<Integer> portOfReady() throws IOException {
        var lines = pidFile();
        if (lines.size() < 8 || !lines.get(7).startsWith("ready")) return Optional.empty();
        return Optional.of(Integer.parseInt(lines.get(3).strip()));
    }

    /** Customers' data, and programs that are run: nobody else on this machine reads or replaces them. */
    static void ownersOnly(Path folder) throws IOException {
        Files.createDirectories(folder);
        if (folder.getFileSystem().supportedFileAttributeViews().contains("posix")) {
            Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwx------"));
        }
    }

    /** The library marks what it has unpacked to the end, and fails over what it has not. */
    private void deleteHalfUnpacked() throws IOException {
        try (var folders = Files.newDirectoryStream(binaries, "PG-*")) {
            for (var folder : folders) if (!Files.exists(folder.resolve(".exists"))) deleteTree(folder);
        }
    }

    private static void deleteTree(Path folder) throws IOException {
        if (!Files.exists(folder)) return;
        try (var files = Files.walk(folder)) {
            for (var file : files.sorted(Comparator.reverseOrder()).toList()) Files.delete(file);
        }
    }
}
