package com.smartmarketingagent;

import static com.smartmarketingagent.Http.given;
import static org.assertj.core.api.Assertions.assertThat;

import com.smartmarketingagent.messaging.Channel;
import com.smartmarketingagent.messaging.Channels;
import com.smartmarketingagent.messaging.FakeCloudApi;
import com.smartmarketingagent.messaging.FakeFonnte;
import com.smartmarketingagent.messaging.FakeProvider;
import com.smartmarketingagent.messaging.FakeResend;
import com.smartmarketingagent.messaging.Outgoing;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import jakarta.ws.rs.core.MediaType;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.sql.DriverManager;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Properties;
import java.util.UUID;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.logging.Handler;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import org.junit.jupiter.api.Test;

/** Threat 34: what a thief of the database's files or of the log could read. */
@QuarkusTest
class PlantedSecretsTest {

    @Inject
    Channels channels;

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
                    .contentType(MediaType.MULTIPART_FORM_DATA)
                    .multiPart(
                            "file",
                            "penjualan.csv",
                            "Nama,Tanggal,Total\nAni,2025-12-05,5000\n".getBytes(StandardCharsets.UTF_8),
                            "text/csv")
                    .post("/api/transactions/import")
                    .then()
                    .statusCode(202);
            plantInChannels(shop);
            for (var given : List.of("rahasia-penjadwal-untuk-pengujian", "tertanam-penjadwal-6ReT")) {
                given().header("Authorization", "Bearer " + given).post("/api/cron/weekly-analysis");
            }
            Logger.getLogger("test").info("recorded");
        } finally {
            root.removeHandler(log);
        }
        checkpoint();

        var files = allBytes();
        assertThat(files).as("the search finds what is there").contains(shop.email());
        for (var secret : List.of(
                shop.password(),
                shop.refreshToken(),
                shop.accessToken(),
                "tertanam-fonnte-8KxP",
                "tertanam-meta-9LyQ",
                "tertanam-app-1MzR",
                "re_tertanam_2NaS",
                "whsec_tertanam3ObTtertanam3ObT",
                "tertanam smtp 4PcU",
                "tertanam teks 5QdV",
                "rahasia-penjadwal-untuk-pengujian",
                "tertanam-penjadwal-6ReT")) {
            assertThat(files.contains(secret)).isFalse();
            assertThat(log.lines).noneMatch(line -> line.contains(secret));
        }
        assertThat(log.lines).anyMatch(line -> line.contains("recorded"));
    }

    /** Set up, looked at and used, well and badly. */
    private void plantInChannels(Shop shop) {
        try (var fonnte = new FakeFonnte();
                var meta = new FakeCloudApi();
                var resend = new FakeResend()) {
            fonnte.then(FakeFonnte.refusing("token invalid: tertanam-fonnte-8KxP"), FakeProvider.garbage());
            meta.then(FakeCloudApi.error(401, 190), FakeProvider.reset());
            resend.then(FakeResend.error(403, "invalid_api_key"), FakeProvider.failing());
            var entries = Map.of(
                    "fonnte",
                    Map.of("token", "tertanam-fonnte-8KxP"),
                    "cloud_api",
                    Map.of(
                            "phone_number_id",
                            "106540352242922",
                            "token",
                            "tertanam-meta-9LyQ",
                            "app_secret",
                            "tertanam-app-1MzR",
                            "template",
                            "kabar"),
                    "resend",
                    Map.of(
                            "api_key",
                            "re_tertanam_2NaS",
                            "webhook_secret",
                            "whsec_tertanam3ObTtertanam3ObT",
                            "from_email",
                            "halo@contoh.id"),
                    "smtp",
                    Map.of(
                            "host",
                            "127.0.0.1",
                            "username",
                            "toko",
                            "password",
                            "tertanam smtp 4PcU",
                            "from_email",
                            "halo@contoh.id"));
            for (var kind : Channel.Kind.values()) {
                var path = "/api/channels/" + kind.key();
                shop.api()
                        .body(Objects.requireNonNull(entries.get(kind.key())))
                        .put(path)
                        .then()
                        .statusCode(200);
                shop.api().post(path + "/test").then().statusCode(200);
                var message = new Outgoing(
                        shop.id(),
                        UUID.randomUUID(),
                        UUID.randomUUID(),
                        kind == Channel.Kind.FONNTE || kind == Channel.Kind.CLOUD_API
                                ? "+6281234567890"
                                : "siti@contoh.id",
                        "tertanam teks 5QdV",
                        "Kabar",
                        null,
                        null);
                for (int i = 0; i < 3; i++)
                    channels.sender(shop.id(), kind).orElseThrow().send(message);
            }
        }
    }

    private static void checkpoint() throws Exception {
        var secrets = new Properties();
        try (var in = Files.newBufferedReader(FreshDatabase.DATA.resolve("secrets.properties"))) {
            secrets.load(in);
        }
        var port = Files.readAllLines(FreshDatabase.DATA.resolve("postgres/postmaster.pid"))
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
        try (var files = Files.walk(FreshDatabase.DATA.resolve("postgres/base"))) {
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
