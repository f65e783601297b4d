package com.smartmarketingagent.platform;

import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.nio.file.Files;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import java.util.concurrent.locks.LockSupport;

/** Puts the application's database back from a backup, under the application that goes on. */
@Singleton
public class Backup {

    @Inject
    Settings settings;

    /** The server brings no pg_dump: what a copy from a template makes is as new as what a restore makes. */
    public void restore() throws SQLException, IOException {
        try (var connection = superuser("postgres");
                var statement = connection.createStatement()) {
            statement.execute("DROP DATABASE IF EXISTS was");
            statement.execute("ALTER DATABASE sma ALLOW_CONNECTIONS false");
            statement.execute("SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity WHERE datname = 'sma'");
            statement.execute("ALTER DATABASE sma RENAME TO was");
            statement.execute("CREATE DATABASE sma TEMPLATE was");
            statement.execute("DROP DATABASE was");
        }
        try (var connection = superuser("sma")) {
            Migrations.createRoles(connection, settings::keptSecret);
        }
        // a pool looks whether a connection still lives that was not used for half a second
        LockSupport.parkNanos(Duration.ofMillis(600).toNanos());
    }

    private Connection superuser(String database) throws SQLException, IOException {
        var port = Files.readAllLines(settings.dataDir().resolve("postgres/postmaster.pid"))
                .get(3)
                .strip();
        return DriverManager.getConnection(
                "jdbc:postgresql://127.0.0.1:" + port + "/" + database,
                "postgres",
                settings.keptSecret("POSTGRES_PASSWORD"));
    }
}
