package com.smartmarketingagent.platform;

import com.smartmarketingagent.FreshDatabase;
import com.smartmarketingagent.Installed;
import io.quarkus.test.common.QuarkusTestResourceLifecycleManager;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.opentest4j.TestAbortedException;

/** A PostgreSQL that somebody else runs, behind a PgBouncer in transaction mode with two connections for each role. */
public class PgBouncer implements QuarkusTestResourceLifecycleManager {

    private static final Path FOLDER = FreshDatabase.DATA.resolve("pooler").toAbsolutePath();

    private @Nullable OtherDatabase database;
    private @Nullable Process process;

    @Override
    public Map<String, String> start() {
        try {
            var program = Installed.program("pgbouncer").toString();
            database = new OtherDatabase(FOLDER);
            int port = Installed.freePort();
            var users = new StringBuilder();
            for (var role : List.of("sma_app", "sma_worker", "sma_admin", "sma_owner")) {
                users.append("\"%s\" \"%s\"\n".formatted(role, OtherDatabase.PASSWORD));
            }
            Files.writeString(FOLDER.resolve("users.txt"), users);
            var settings = FOLDER.resolve("pgbouncer.ini");
            Files.writeString(settings, """
                    [databases]
                    sma = host=127.0.0.1 port=%d
                    [pgbouncer]
                    listen_addr = 127.0.0.1
                    listen_port = %d
                    unix_socket_dir =
                    auth_type = scram-sha-256
                    auth_file = %s
                    pool_mode = transaction
                    default_pool_size = 2
                    max_client_conn = 200
                    ignore_startup_parameters = extra_float_digits
                    """.formatted(database.port(), port, FOLDER.resolve("users.txt")));
            var command = new ArrayList<String>();
            // it refuses to be root
            if (System.getProperty("user.name").equals("root")) command.addAll(List.of("unshare", "-U"));
            command.addAll(List.of(program, settings.toString()));
            var log = FOLDER.resolve("pgbouncer.log").toFile();
            process = new ProcessBuilder(command)
                    .redirectErrorStream(true)
                    .redirectOutput(log)
                    .start();
            Installed.awaitPort(process, port);
            return database.settings(port);
        } catch (TestAbortedException e) {
            // the test itself says so again and is skipped
            return Map.of();
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    @Override
    public void stop() {
        if (process != null) process.destroyForcibly();
        if (database != null) database.close();
    }
}
