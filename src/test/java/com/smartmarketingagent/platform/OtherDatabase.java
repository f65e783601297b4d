package com.smartmarketingagent.platform;

import java.nio.file.Path;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.Map;

/** A PostgreSQL that lives on while the programs that use it come and go. */
public final class OtherDatabase implements AutoCloseable {

    static final String PASSWORD = "rahasia-uji";

    private final EmbeddedDatabase database;

    public OtherDatabase(Path folder) {
        database = EmbeddedDatabase.startOrJoin(folder, PASSWORD, _ -> {});
    }

    public int port() {
        return database.port();
    }

    /** For whoever uses it at this port, which may be a pooler's. */
    public Map<String, String> settings(int port) {
        return Map.of(
                "DATABASE_URL", "postgres://sma_app:" + PASSWORD + "@127.0.0.1:" + port + "/sma",
                "DATABASE_ADMIN_URL", "postgres://postgres:" + PASSWORD + "@127.0.0.1:" + port() + "/sma");
    }

    public Map<String, String> settings() {
        return settings(port());
    }

    /** The first column of the only row. */
    public String query(String sql) throws SQLException {
        try (var connection = DriverManager.getConnection(
                        "jdbc:postgresql://127.0.0.1:" + port() + "/sma", "postgres", PASSWORD);
                var statement = connection.createStatement();
                var rows = statement.executeQuery(sql)) {
            rows.next();
            return String.valueOf(rows.getString(1));
        }
    }

    @Override
    public void close() {
        database.close();
    }
}
