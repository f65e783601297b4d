package com.smartmarketingagent.platform;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import com.smartmarketingagent.platform.Storage.Key;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.format.DateTimeFormatter;
import java.time.temporal.ChronoUnit;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Files on a server that speaks S3 and checks signatures, and in a folder: the same is true of both. */
@Timeout(120)
class StorageTest {

    private static final Clock CLOCK = Clock.systemUTC();

    private static final Key KEY = new Key("0f3c/import/a b".replace(' ', '-'));

    @TempDir
    static Path folder;

    private static S3Server server;

    @BeforeAll
    static void start() throws IOException {
        server = new S3Server(folder);
    }

    @AfterAll
    static void stop() throws InterruptedException {
        server.close();
    }

    static Stream<Storage> both() {
        return Stream.of(server.storage(), new LocalStorage(folder.resolve("local")));
    }

    private static Path file(String text) throws IOException {
        return Files.writeString(Files.createTempFile(folder, "brought", null), text);
    }

    private static String read(Storage storage, Key key) throws IOException {
        try (var in = storage.open(key).orElseThrow()) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    @ParameterizedTest
    @MethodSource("both")
    void whatIsKeptIsReadListedReplacedAndGone(Storage storage) throws Exception {
        storage.put(KEY, file("batik tulis"), "text/csv");
        storage.put(new Key("0f3c/import/lain"), file(""), "text/csv");
        storage.put(new Key("0f3c1/import/tetangga"), file("x"), "text/csv");
        assertThat(read(storage, KEY)).isEqualTo("batik tulis");
        assertThat(read(storage, new Key("0f3c/import/lain"))).isEmpty();
        assertThat(storage.list(new Key("0f3c")))
                .as("a folder whose name only begins the same is another")
                .extracting(kept -> kept.key().text() + " " + kept.bytes())
                .containsExactlyInAnyOrder("0f3c/import/a-b 11", "0f3c/import/lain 0");
        storage.put(KEY, file("batik cap"), "text/csv");
        assertThat(read(storage, KEY)).isEqualTo("batik cap");
        storage.delete(KEY);
        storage.delete(KEY);
        assertThat(storage.open(KEY)).isEmpty();
        storage.check();
        assertThat(storage.list(new Key("health"))).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "/etc/passwd",
                "..",
                "../x",
                "a/../../x",
                "a/..",
                "a/./b",
                "a//b",
                "a/",
                ".a",
                "a/.b",
                "a\\..\\b",
                "a b",
                "a\u0000b",
                "a%2e%2e/b",
                "a\n"
            })
    void aKeyThatCouldLeadElsewhereIsNone(String text) {
        assertThatThrownBy(() -> new Key(text)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void whatIsKeptInAFolderTakesNoRoomTwiceAndOutlivesWhatWasBrought() throws Exception {
        var local = new LocalStorage(folder.resolve("linked"));
        var brought = file("asli");
        local.put(KEY, brought, "text/csv");
        assertThat(Files.getAttribute(folder.resolve("linked").resolve(KEY.text()), "unix:ino"))
                .isEqualTo(Files.getAttribute(brought, "unix:ino"));
        local.put(KEY, brought, "text/csv");
        Files.delete(brought);
        assertThat(read(local, KEY)).isEqualTo("asli");
        assertThat(folder.resolve("linked/0f3c/import"))
                .as("nothing unfinished")
                .isDirectoryContaining(path -> path.endsWith("a-b"))
                .satisfies(dir -> {
                    try (var files = Files.list(dir)) {
                        assertThat(files).hasSize(1);
                    }
                });
    }

    @Test
    void whatIsNotNamedAsOursIsNeitherListedNorInTheWay() throws Exception {
        var local = folder.resolve("odd");
        for (var place : List.of(server.file("aneh/import"), local.resolve("aneh/import"))) {
            Files.createDirectories(place);
            Files.writeString(place.resolve("a b"), "x");
            Files.writeString(place.resolve("a~"), "x");
        }
        for (var storage : List.of(server.storage(), new LocalStorage(local))) {
            storage.put(new Key("aneh/import/c"), file("c"), "text/csv");
            assertThat(storage.list(new Key("aneh")))
                    .extracting(kept -> kept.key().text())
                    .containsExactly("aneh/import/c");
        }
    }

    @Test
    void whatAKilledProcessLeftUnfinishedGoesWithTheSweep() throws Exception {
        var local = folder.resolve("unfinished");
        var storage = new LocalStorage(local);
        storage.sweep(CLOCK.instant());
        storage.put(KEY, file("utuh"), "text/csv");
        var old = Files.writeString(local.resolve(KEY.text()).resolveSibling(".unfinished-" + UUID.randomUUID()), "x");
        Files.setLastModifiedTime(old, FileTime.from(Instant.parse("2025-12-31T00:00:00Z")));
        var now = Files.writeString(old.resolveSibling(".unfinished-" + UUID.randomUUID()), "x");
        storage.sweep(Instant.parse("2026-01-01T00:00:00Z"));
        assertThat(old).doesNotExist();
        assertThat(now).exists();
        assertThat(read(storage, KEY)).isEqualTo("utuh");

        try (var s3 = server.client()) {
            s3.createMultipartUpload(b -> b.bucket(S3Server.BUCKET).key(KEY.text()));
            var shared = server.storage();
            shared.sweep(Instant.parse("2025-01-01T00:00:00Z"));
            assertThat(s3.listMultipartUploads(b -> b.bucket(S3Server.BUCKET)).uploads())
                    .hasSize(1);
            shared.sweep(CLOCK.instant().plusSeconds(60));
            assertThat(s3.listMultipartUploads(b -> b.bucket(S3Server.BUCKET)).uploads())
                    .isEmpty();
        }
    }

    @Test
    void aLargeFileGoesInPartsAndIsTheSame() throws Exception {
        var large = Files.createTempFile(folder, "large", null);
        long bytes = (128L << 20) + 7;
        try (var file = new RandomAccessFile(large.toFile(), "rw")) {
            file.setLength(bytes);
            for (long at = 0; at + 8 < bytes; at += 1 << 20) {
                file.seek(at);
                file.writeLong(at);
            }
        }
        var storage = server.storage();
        storage.put(KEY, large, "application/zip");
        try (var in = storage.open(KEY).orElseThrow();
                var same = Files.newInputStream(large)) {
            var one = new byte[1 << 16];
            long compared = 0;
            for (int got = in.readNBytes(one, 0, one.length); got > 0; got = in.readNBytes(one, 0, one.length)) {
                assertThat(same.readNBytes(got)).isEqualTo(java.util.Arrays.copyOf(one, got));
                compared += got;
            }
            assertThat(compared).isEqualTo(bytes);
        }
        Files.delete(large);
        storage.delete(KEY);
    }

    private static HttpResponse<String> get(String address) throws Exception {
        try (var http = HttpClient.newHttpClient()) {
            return http.send(HttpRequest.newBuilder(URI.create(address)).build(), HttpResponse.BodyHandlers.ofString());
        }
    }

    @Test
    void aLinkGivesTheFileToBeSavedAndCanNeitherBeAlteredNorKept() throws Exception {
        var storage = server.storage();
        storage.put(KEY, file("nama,hp"), "text/csv");
        storage.put(new Key("tetangga/import/1"), file("milik tetangga"), "text/csv");
        var link = storage.link(KEY, "Penjualan \"Mei\" é.csv", "text/csv", Duration.ofMinutes(5))
                .orElseThrow()
                .toString();
        var answer = get(link);
        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(answer.body()).isEqualTo("nama,hp");
        assertThat(answer.headers().firstValue("Content-Disposition"))
                .contains("attachment; filename*=UTF-8''Penjualan%20%22Mei%22%20%C3%A9.csv");
        assertThat(answer.headers().firstValue("Content-Type").orElseThrow()).startsWith("text/csv");
        assertThat(get(link.replace(KEY.text(), "tetangga/import/1")).statusCode())
                .isEqualTo(403);
        assertThat(get(link.replace("attachment", "inline")).statusCode()).isEqualTo(403);
        assertThat(get(link.replace("X-Amz-Expires=300", "X-Amz-Expires=3000")).statusCode())
                .isEqualTo(403);
        assertThat(get(link.substring(0, link.indexOf('?'))).statusCode()).isEqualTo(403);
        var brief = storage.link(KEY, "a.csv", "text/csv", Duration.ofSeconds(1))
                .orElseThrow()
                .toString();
        Thread.sleep(2_100);
        assertThat(get(brief).statusCode()).isEqualTo(403);
    }

    private static int put(URI address, String content) throws Exception {
        try (var http = HttpClient.newHttpClient()) {
            var request = HttpRequest.newBuilder(address)
                    .header("Content-Type", "application/octet-stream")
                    .PUT(HttpRequest.BodyPublishers.ofString(content));
            return http.send(request.build(), HttpResponse.BodyHandlers.discarding())
                    .statusCode();
        }
    }

    @Test
    void aLinkToPutTakesOneFileOfOneLengthAndEndsInTime() throws Exception {
        var storage = server.storage();
        var key = new Key("0f3c/import/kiriman");
        var type = "application/octet-stream";
        var link = storage.linkToPut(key, type, 7, Duration.ofMinutes(15)).orElseThrow();
        for (var other : List.of("nama,h", "nama,hpx", ""))
            assertThat(put(link, other)).isEqualTo(403);
        assertThat(storage.open(key)).isEmpty();
        assertThat(put(link, "nama,hp")).isEqualTo(200);
        assertThat(read(storage, key)).isEqualTo("nama,hp");
        assertThat(get(link.toString()).statusCode()).as("to put only").isEqualTo(403);
        var toGet = storage.link(key, "a.csv", type, Duration.ofMinutes(5)).orElseThrow();
        assertThat(put(toGet, "nama,hp")).as("to get only").isEqualTo(403);
        var brief = storage.linkToPut(key, type, 7, Duration.ofSeconds(1)).orElseThrow();
        Thread.sleep(2_100);
        assertThat(put(brief, "terlamb")).isEqualTo(403);
        storage.delete(key);
        assertThat(new LocalStorage(folder.resolve("local")).linkToPut(key, type, 7, Duration.ofMinutes(15)))
                .isEmpty();
    }

    @Test
    void threat42ALinkIsSignedByTheDatabasesTimeHoweverWrongTheMachinesIs() throws Exception {
        server.storage().put(KEY, file("nama,hp"), "text/csv");
        for (var off : List.of(Duration.ofDays(1), Duration.ofDays(-1))) {
            var machine = Clock.offset(CLOCK, off);
            var time = new DatabaseTime(machine);
            var storage = server.storage(S3Server.SECRET_KEY, Duration.ofSeconds(4), time.clock());
            assertThat(signedAt(link(storage))).isCloseTo(machine.instant(), within(1, ChronoUnit.MINUTES));
            time.saw(CLOCK.instant(), System.nanoTime());
            assertThat(signedAt(link(storage))).isCloseTo(CLOCK.instant(), within(1, ChronoUnit.MINUTES));
            assertThat(get(link(storage)).statusCode()).isEqualTo(200);
        }
    }

    private static Instant signedAt(String link) {
        var date = link.replaceFirst(".*X-Amz-Date=(\\w+).*", "$1");
        return DateTimeFormatter.ofPattern("yyyyMMdd'T'HHmmssX").parse(date, Instant::from);
    }

    private static String link(Storage storage) {
        return storage.link(KEY, "a.csv", "text/csv", Duration.ofMinutes(5))
                .orElseThrow()
                .toString();
    }

    @ParameterizedTest
    @CsvSource({
        ", , https://berkas.s3.ap-southeast-3.amazonaws.com/0f3c/",
        "https://toko.supabase.co/storage/v1/s3, , https://toko.supabase.co/storage/v1/s3/berkas/0f3c/",
        "http://minio:9000/, https://files.example.com, https://files.example.com/berkas/0f3c/"
    })
    void aLinkLeadsWhereBrowsersReachTheServer(
            @Nullable String endpoint, @Nullable String publicEndpoint, String beginning) {
        var variables = new HashMap<>(Map.of(
                "S3_REGION", "ap-southeast-3", "S3_BUCKET", "berkas", "S3_ACCESS_KEY", "kunci", "S3_SECRET_KEY", "s"));
        if (endpoint != null) variables.put("S3_ENDPOINT", endpoint);
        if (publicEndpoint != null) variables.put("S3_PUBLIC_ENDPOINT", publicEndpoint);
        var link = Storages.of(settings(variables), CLOCK).link(KEY, "a.csv", "text/csv", Duration.ofMinutes(5));
        assertThat(link.orElseThrow().toString()).startsWith(beginning).contains("X-Amz-Expires=300");
    }

    private static void isAway(Runnable work) {
        long began = System.nanoTime();
        assertThatThrownBy(work::run)
                .isInstanceOfSatisfying(
                        Problem.Provider.class,
                        problem -> assertThat(problem.text().key()).isEqualTo("storage.away"));
        assertThat(Duration.ofNanos(System.nanoTime() - began)).isLessThan(Duration.ofSeconds(5));
    }

    @Test
    void withAWrongSecretNothingIsKeptAndHealthSaysSo() throws Exception {
        var storage = server.storage("rahasia/yang+salah", Duration.ofSeconds(4));
        var file = file("batik");
        isAway(() -> storage.put(new Key("salah/1"), file, "text/csv"));
        assertThat(server.file("salah/1")).doesNotExist();
        var health = new StorageHealth(settings(Map.of("SMA_DATA_DIR", folder.toString())), storage);
        assertThatThrownBy(health::ask).hasMessageContaining("signature");
    }

    @Test
    void aServerThatIsGoneOrSilentIsSaidSoSoonAndFoundAgainByItself() throws Exception {
        var storage = server.storage(S3Server.SECRET_KEY, Duration.ofMillis(700));
        var file = file("batik");
        storage.put(KEY, file, "text/csv");
        server.hang();
        try {
            isAway(() -> storage.put(new Key("sunyi/1"), file, "text/csv"));
            isAway(() -> storage.open(KEY));
            // what was sent may be done when it goes on
            isAway(() -> storage.delete(new Key("sunyi/1")));
            isAway(() -> storage.list(new Key("sunyi")));
            assertThatThrownBy(storage::check).isInstanceOf(RuntimeException.class);
        } finally {
            server.goOn();
        }
        assertThat(read(server.storage(), KEY)).isEqualTo("batik");
        // a server that has just started takes its time
        var patient = server.storage(S3Server.SECRET_KEY, Duration.ofSeconds(20));
        patient.put(KEY, file, "text/csv");
        server.kill();
        isAway(() -> patient.put(new Key("sunyi/1"), file, "text/csv"));
        isAway(() -> patient.open(KEY));
        server.start();
        // its old lines are still in our hands
        patient.put(KEY, file, "text/csv");
        var again = server.storage();
        assertThat(read(again, KEY)).isEqualTo("batik");
        again.check();
    }

    private static Settings settings(Map<String, String> variables) {
        return new Settings() {
            @Override
            public Optional<String> text(String name) {
                return Optional.ofNullable(variables.get(name));
            }
        };
    }

    @Test
    void settingsChooseOneAndHalfOfThemIsSaid() {
        assertThat(Storages.of(settings(Map.of()), CLOCK)).isInstanceOf(LocalStorage.class);
        assertThat(Storages.of(settings(server.settings()), CLOCK)).isInstanceOf(S3Storage.class);
        Storages.check(settings(Map.of()));
        Storages.check(settings(server.settings()));
        for (var half : Map.of(
                        Map.of("S3_BUCKET", "berkas"), "S3_SECRET_KEY",
                        Map.of("S3_ENDPOINT", "https://berkas.example.com"), "S3_BUCKET",
                        Map.of(
                                        "S3_BUCKET",
                                        "b",
                                        "S3_ACCESS_KEY",
                                        "k",
                                        "S3_SECRET_KEY",
                                        "s",
                                        "S3_ENDPOINT",
                                        "berkas:9000"),
                                "S3_ENDPOINT")
                .entrySet())
            assertThatThrownBy(() -> Storages.check(settings(half.getKey())))
                    .isInstanceOf(Settings.Wrong.class)
                    .hasMessageContaining(half.getValue());
        assertThat(new S3Storage.Place(null, null, "ap-southeast-3", "b", "kunci", "rahasia").toString())
                .doesNotContain("rahasia");
    }
}
