package com.smartmarketingagent.platform;

import com.smartmarketingagent.Await;
import com.smartmarketingagent.Installed;
import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/** A second PostgreSQL that follows the tests' one over its stream: a copy of its files, taken while it runs. */
public final class StreamingReplica implements AutoCloseable {

    private static final Set<String> LEFT_OUT =
            Set.of("postmaster.pid", "postmaster.opts", "pg_wal", "pg_replslot", "pg_stat_tmp");

    private final Process process;
    private final int port;
    private final String password;
    private final Path folder;

    private StreamingReplica(Process process, int port, String password, Path folder) {
        this.process = process;
        this.port = port;
        this.password = password;
        this.folder = folder;
    }

    /** @param settings of the program whose database is followed */
    public static StreamingReplica of(Settings settings, Path folder) throws IOException, SQLException {
        var primary = settings.dataDir().resolve("postgres");
        var password = settings.keptSecret("POSTGRES_PASSWORD");
        var from = Integer.parseInt(
                Files.readAllLines(primary.resolve("postmaster.pid")).get(3).strip());
        delete(folder);
        try (var superuser = connect(from, password)) {
            var rules = primary.resolve("pg_hba.conf");
            if (!Files.readString(rules).contains("replication")) {
                Files.writeString(
                        rules, "host replication all 127.0.0.1/32 scram-sha-256\n", StandardOpenOption.APPEND);
                ask(superuser, "SELECT pg_reload_conf()");
            }
            // what it hasn't got yet is kept for it
            ask(superuser, "SELECT pg_create_physical_replication_slot('replica_of_a_test', true)");
            ask(superuser, "SELECT pg_backup_start('replica', true)");
            copy(primary, folder);
            Files.writeString(
                    folder.resolve("backup_label"), ask(superuser, "SELECT labelfile FROM pg_backup_stop(false)"));
        }
        Files.createFile(folder.resolve("standby.signal"));
        int port = Installed.freePort();
        var command = new ArrayList<String>();
        // it refuses to be root
        if (System.getProperty("user.name").equals("root")) command.addAll(List.of("unshare", "-U"));
        command.addAll(List.of(
                binaries(settings).toString(),
                "-D",
                folder.toString(),
                "-p",
                String.valueOf(port),
                "-c",
                "listen_addresses=127.0.0.1",
                "-c",
                "unix_socket_directories=",
                "-c",
                "max_connections=60",
                "-c",
                "primary_slot_name=replica_of_a_test",
                "-c",
                "primary_conninfo=host=127.0.0.1 port=" + from + " user=postgres password=" + password));
        var process = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(folder.resolve("log").toFile())
                .start();
        var replica = new StreamingReplica(process, port, password, folder);
        Installed.awaitPort(process, port);
        replica.awaitReady();
        return replica;
    }

    private static Path binaries(Settings settings) throws IOException {
        try (var versions = Files.newDirectoryStream(settings.dataDir().resolve("postgres-binaries"), "PG-*")) {
            return versions.iterator().next().resolve("bin/postgres");
        }
    }

    private void awaitReady() {
        Await.until("the replica answers", () -> {
            try {
                return ask("SELECT 1").equals("1");
            } catch (SQLException e) {
                if (!process.isAlive()) throw e;
                return false;
            }
        });
    }

    private static Connection connect(int port, String password) throws SQLException {
        return DriverManager.getConnection("jdbc:postgresql://127.0.0.1:" + port + "/sma", "postgres", password);
    }

    private static String ask(Connection connection, String sql) throws SQLException {
        try (var statement = connection.createStatement();
                var rows = statement.executeQuery(sql)) {
            rows.next();
            return String.valueOf(rows.getString(1));
        }
    }

    /** As its superuser. */
    public String ask(String sql) throws SQLException {
        try (var connection = connect(port, password)) {
            return ask(connection, sql);
        }
    }

    /** The address for one of our roles. */
    public String url(Settings settings, String role) {
        return "postgres://" + role + ":" + settings.keptSecret(role) + "@127.0.0.1:" + port + "/sma";
    }

    public void kill() throws InterruptedException {
        process.toHandle().descendants().forEach(ProcessHandle::destroyForcibly);
        process.destroyForcibly().waitFor();
    }

    @Override
    public void close() throws InterruptedException, IOException {
        kill();
        delete(folder);
    }

    /** So that the followed one keeps nothing for it any more. */
    public static void forget(Settings settings) throws IOException, SQLException {
        var file = settings.dataDir().resolve("postgres/postmaster.pid");
        int from = Integer.parseInt(Files.readAllLines(file).get(3).strip());
        try (var superuser = connect(from, settings.keptSecret("POSTGRES_PASSWORD"));
                var statement = superuser.createStatement()) {
            statement.execute(
                    "SELECT pg_terminate_backend(active_pid) FROM pg_replication_slots WHERE slot_name = 'replica_of_a_test'");
            Await.until(
                    "nobody follows any more",
                    () -> ask(
                                    superuser,
                                    "SELECT coalesce(bool_or(active), false) FROM pg_replication_slots WHERE slot_name = 'replica_of_a_test'")
                            .equals("f"));
            statement.execute(
                    "SELECT pg_drop_replication_slot(slot_name) FROM pg_replication_slots WHERE slot_name = 'replica_of_a_test'");
        }
    }

    private static void copy(Path from, Path to) throws IOException {
        Files.walkFileTree(from, new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult preVisitDirectory(Path folder, BasicFileAttributes attributes) throws IOException {
                var copy = to.resolve(from.relativize(folder).toString());
                Files.createDirectories(
                        copy,
                        java.nio.file.attribute.PosixFilePermissions.asFileAttribute(
                                java.nio.file.attribute.PosixFilePermissions.fromString("rwx------")));
                boolean empty = LEFT_OUT.contains(folder.getFileName().toString());
                return empty ? FileVisitResult.SKIP_SUBTREE : FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
                if (LEFT_OUT.contains(file.getFileName().toString())) return FileVisitResult.CONTINUE;
                try {
                    Files.copy(file, to.resolve(from.relativize(file).toString()));
                } catch (NoSuchFileException e) {
                    // a table that was dropped meanwhile; its log says so again
                    return FileVisitResult.CONTINUE;
                }
                return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult visitFileFailed(Path file, IOException e) {
                return FileVisitResult.CONTINUE;
            }
        });
    }

    private static void delete(Path folder) throws IOException {
        if (!Files.exists(folder)) return;
        try (var files = Files.walk(folder)) {
            for (var file : files.sorted(java.util.Comparator.reverseOrder()).toList()) Files.delete(file);
        }
    }
}
