package com.smartmarketingagent;

import static org.assertj.core.api.Assertions.assertThat;

import io.quarkus.test.junit.QuarkusTest;
import io.restassured.http.ContentType;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.DriverManager;
import java.util.List;
import java.util.Properties;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.logging.Handler;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import org.junit.jupiter.api.Test;

/** Threat 34: what a thief of the database's files or of the log could read. */
@QuarkusTest
class PlantedSecretsTest {

    private static final Path DATA = Path.of("target/test-data");

    @Test
    void threat34PasswordsAndTokensLieInNoDatabaseFileAndNoLog() throws Exception {
        var log = new Recording();
        var root = Logger.getLogger("");
        root.addHandler(log);
        Shop shop;
        try {
            shop = Shop.register();
            Shop.logIn(shop.email(), shop.password());
            shop.api()
                    .contentType(ContentType.MULTIPART)
                    .multiPart(
                            "file",
                            "penjualan.csv",
                            "Nama,Tanggal,Total\nAni,2025-12-05,5000\n".getBytes(StandardCharsets.UTF_8),
                            "text/csv")
                    .post("/api/transactions/import")
                    .then()
                    .statusCode(202);
            Logger.getLogger("test").info("recorded");
        } finally {
            root.removeHandler(log);
        }
        checkpoint();

        var files = allBytes();
        assertThat(files).as("the search finds what is there").contains(shop.email());
        for (var secret : List.of(shop.password(), shop.refreshToken(), shop.accessToken())) {
            assertThat(files.contains(secret)).isFalse();
            assertThat(log.lines).noneMatch(line -> line.contains(secret));
        }
        assertThat(log.lines).anyMatch(line -> line.contains("recorded"));
    }

    private static void checkpoint() throws Exception {
        var secrets = new Properties();
        try (var in = Files.newBufferedReader(DATA.resolve("secrets.properties"))) {
            secrets.load(in);
        }
        var port = Files.readAllLines(DATA.resolve("postgres/postmaster.pid"))
                .get(3)
                .strip();
        try (var connection = DriverManager.getConnection(
                        "jdbc:postgresql://127.0.0.1:" + port + "/sma",
                        "postgres",
                        secrets.getProperty("POSTGRES_PASSWORD"));
                var statement = connection.createStatement()) {
            statement.execute("CHECKPOINT");
        }
    }

    /** Tables and indexes; PostgreSQL compresses only values far longer than a secret. */
    private static String allBytes() throws IOException {
        var all = new StringBuilder();
        try (var files = Files.walk(DATA.resolve("postgres/base"))) {
            for (var file : files.filter(Files::isRegularFile).toList()) {
                var bytes = new String(Files.readAllBytes(file), StandardCharsets.ISO_8859_1);
                all.append(bytes);
            }
        }
        return all.toString();
    }

    private static final class Recording extends Handler {
        private final ConcurrentLinkedQueue<String> lines = new ConcurrentLinkedQueue<>();

        @Override
        public void publish(LogRecord record) {
            var values = record.getParameters() == null ? "" : java.util.Arrays.toString(record.getParameters());
            lines.add(record.getMessage() + " " + values + " " + record.getThrown());
        }

        @Override
        public void flush() {
            // nothing is held back
        }

        @Override
        public void close() {
            // nothing is open
        }
    }
}
