package com.smartmarketingagent;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.io.IOException;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/** The packaged program in a JVM and a data folder of its own, to be killed at any moment. */
final class RunningProgram implements AutoCloseable {

    private static final Path TARGET = Path.of("target").toAbsolutePath();
    private static final Path JAR = TARGET.resolve("quarkus-app/quarkus-run.jar");

    /** What {@code sma} has a JVM note once after each build, as starts are most of what these tests take; or none. */
    private static final Path CACHE = TARGET.resolve("sma.aot");

    final Path data;
    final int port;
    private final Path folder;
    private final Path log;
    /** Of every start from now on. */
    Map<String, String> environment = Map.of();

    private @Nullable Process process;

    RunningProgram(Path folder) throws IOException {
        this.folder = folder;
        data = folder.resolve("data");
        log = folder.resolve("log");
        // a JVM starts with the cache only where the program has the address that it had when the cache was made
        Files.createSymbolicLink(folder.resolve("target"), TARGET);
        try (var free = new ServerSocket(0)) {
            port = free.getLocalPort();
        }
    }

    record Ended(int code, String out, String err) {}

    /** Runs a command on the same data folder and port to its end. */
    Ended run(Map<String, String> environment, String... arguments) throws IOException, InterruptedException {
        var out = Files.createTempFile(folder, "out", "");
        var err = Files.createTempFile(folder, "err", "");
        var builder = java(environment, arguments);
        var command =
                builder.redirectOutput(out.toFile()).redirectError(err.toFile()).start();
        try {
            assertThat(command.waitFor(60, TimeUnit.SECONDS)).as("ends").isTrue();
            return new Ended(command.exitValue(), Files.readString(out), Files.readString(err));
        } finally {
            command.destroyForcibly();
        }
    }

    /** Runs a command on the same data folder and kills it while it does. */
    void runAndKill(Duration after, String... arguments) throws IOException, InterruptedException {
        var command = java(Map.of(), arguments)
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .start();
        LockSupport.parkNanos(after.toNanos());
        command.destroyForcibly().waitFor();
    }

    /** Begins to start, and returns at once. */
    void launch() throws IOException {
        process = java(environment, "start")
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()))
                .start();
    }

    void start() throws IOException {
        long before = readies();
        launch();
        awaitReady(before);
    }

    /**
     * The same by {@code ./sma start}, in a process group of its own as a terminal's shell makes one. The script is
     * copied into a folder that looks built and trained, as it must not build while the build runs this.
     */
    void startByLauncher() throws IOException {
        var project = Files.createDirectories(folder.resolve("project"));
        var target = Files.createDirectories(project.resolve("target"));
        Files.copy(Path.of("sma"), project.resolve("sma"));
        Files.createSymbolicLink(target.resolve("quarkus-app"), JAR.getParent());
        for (var made : List.of("sma.built", "sma.aot")) Files.createFile(target.resolve(made));
        long before = readies();
        // a test that runs in the background ignores SIGINT, and its children would too
        var builder = java(Map.of(), "start")
                .command(
                        "env",
                        "--default-signal=INT",
                        "setsid",
                        "bash",
                        project.resolve("sma").toString(),
                        "start");
        builder.environment().put("JAVA_HOME", System.getProperty("java.home"));
        process = builder.redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()))
                .start();
        awaitReady(before);
    }

    private void awaitReady(long before) {
        Await.until("the server is ready: " + log, () -> {
            assertThat(running().isAlive())
                    .as("the server's process, which said: %s", log())
                    .isTrue();
            return readies() > before;
        });
    }

    private long readies() {
        return log().lines().filter(line -> line.contains("Ready: http")).count();
    }

    String log() {
        try {
            return Files.exists(log) ? Files.readString(log) : "";
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    private ProcessBuilder java(Map<String, String> environment, String... arguments) throws IOException {
        var command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "-Xmx128m",
                "--enable-native-access=ALL-UNNAMED",
                "--sun-misc-unsafe-memory-access=allow",
                "-Xlog:aot=off",
                "-Xlog:cds=off"));
        if (Files.exists(CACHE) && Files.getLastModifiedTime(CACHE).compareTo(Files.getLastModifiedTime(JAR)) > 0)
            command.addAll(List.of("-XX:AOTCache=target/sma.aot", "-XX:AOTMode=on"));
        command.addAll(List.of("-jar", "target/quarkus-app/quarkus-run.jar"));
        command.addAll(Arrays.asList(arguments));
        var builder = new ProcessBuilder(command).directory(folder.toFile());
        var nobodys = NobodysSettings.names();
        builder.environment().keySet().removeIf(name -> nobodys.contains(name) || name.startsWith("QUARKUS_"));
        builder.environment().putAll(Map.of("SMA_DATA_DIR", data.toString(), "PORT", String.valueOf(port)));
        builder.environment().putAll(environment);
        return builder;
    }

    private Process running() {
        if (process == null) throw new IllegalStateException("not started");
        return process;
    }

    /** {@code kill -9} of the program alone. */
    void kill() throws InterruptedException {
        running().destroyForcibly().waitFor();
    }

    /** The same of the program and of its PostgreSQL, as when the machine loses power. */
    void killWithDatabase() throws IOException, InterruptedException {
        var database = new ArrayList<ProcessHandle>();
        postmaster().ifPresent(p -> {
            database.add(p);
            p.descendants().forEach(database::add);
        });
        running().destroyForcibly();
        database.forEach(ProcessHandle::destroyForcibly);
        running().waitFor();
        for (var p : database) Await.until("PostgreSQL's processes are gone", () -> !p.isAlive());
    }

    /** SIGTERM; answers the exit code. */
    int stop() throws InterruptedException {
        running().destroy();
        assertThat(running().waitFor(30, TimeUnit.SECONDS))
                .as("stops within 30 s")
                .isTrue();
        return running().exitValue();
    }

    /** Ctrl-C in the launcher's terminal; answers the exit code. */
    int interrupt() throws IOException, InterruptedException {
        var sent = new ProcessBuilder("bash", "-c", "kill -INT -- -" + running().pid()).start();
        assertThat(sent.waitFor()).isZero();
        assertThat(running().waitFor(30, TimeUnit.SECONDS))
                .as("stops within 30 s")
                .isTrue();
        return running().exitValue();
    }

    /** Whoever is left of the launcher's process group. */
    List<String> groupProcesses() throws IOException {
        var listed = new ProcessBuilder("ps", "-eo", "pgid=,args=").start();
        try (var lines = listed.inputReader()) {
            return lines.lines()
                    .filter(line -> line.strip().startsWith(running().pid() + " "))
                    .toList();
        }
    }

    /** Every PostgreSQL process that works on this data folder. */
    List<ProcessHandle> databaseProcesses() {
        return ProcessHandle.allProcesses()
                .filter(p -> p.info().commandLine().orElse("").contains(data + File.separator + "postgres"))
                .filter(p -> p.info().command().orElse("").endsWith("postgres"))
                .toList();
    }

    Optional<ProcessHandle> postmaster() throws IOException {
        var pidFile = data.resolve("postgres/postmaster.pid");
        if (!Files.exists(pidFile)) return Optional.empty();
        var lines = Files.readAllLines(pidFile);
        return lines.isEmpty()
                ? Optional.empty()
                : ProcessHandle.of(Long.parseLong(lines.getFirst().strip()));
    }

    Connection superuser(String password) throws IOException, SQLException {
        int postgres = Integer.parseInt(Files.readAllLines(data.resolve("postgres/postmaster.pid"))
                .get(3)
                .strip());
        return DriverManager.getConnection("jdbc:postgresql://127.0.0.1:" + postgres + "/sma", "postgres", password);
    }

    /** The first column of the only row. */
    String query(String sql, Object... values) throws IOException, SQLException {
        try (var connection = superuser(secret("POSTGRES_PASSWORD"));
                var statement = connection.prepareStatement(sql)) {
            for (int i = 0; i < values.length; i++) statement.setObject(i + 1, values[i]);
            try (var rows = statement.executeQuery()) {
                assertThat(rows.next()).isTrue();
                return String.valueOf(rows.getString(1));
            }
        }
    }

    String secret(String name) throws IOException {
        var secrets = new Properties();
        try (var in = Files.newBufferedReader(data.resolve("secrets.properties"), StandardCharsets.UTF_8)) {
            secrets.load(in);
        }
        return secrets.getProperty(name);
    }

    /** Leaves no process behind, whatever happened. */
    @Override
    public void close() throws IOException {
        var database = postmaster()
                .filter(p -> p.info().commandLine().orElse("").contains(data.toString()))
                .map(p -> java.util.stream.Stream.concat(java.util.stream.Stream.of(p), p.descendants())
                        .toList())
                .orElse(List.of());
        if (process != null) process.destroyForcibly();
        database.forEach(ProcessHandle::destroyForcibly);
        databaseProcesses().forEach(ProcessHandle::destroyForcibly);
    }
}
