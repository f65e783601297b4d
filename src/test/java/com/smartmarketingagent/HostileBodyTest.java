package com.smartmarketingagent;

import static com.smartmarketingagent.Http.given;
import static com.smartmarketingagent.Refusals.refused;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.smartmarketingagent.Routes.Route;
import com.smartmarketingagent.platform.UserId;
import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.ws.rs.core.MediaType;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.UUID;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * Bodies that no honest client sends: each is refused in the envelope, in the reader's language, and breaks nothing.
 */
@QuarkusTest
class HostileBodyTest {

    @TestHTTPResource
    @SuppressWarnings("NullAway.Init")
    URI server;

    private Routes served = new Routes(Routes.JSON.nullNode());
    private Shop shop = new Shop(new UserId(new UUID(0, 0)), "", "", "", "");
    private Shop admin = shop;

    @BeforeEach
    void aShop() {
        shop = Shop.register();
        admin = Shop.admin();
        served = Routes.served();
    }

    private List<Route> takingJson() {
        return served.all().stream().filter(Route::takesJson).toList();
    }

    /** Who may call it. */
    private Http.Request caller(Route route) {
        return (route.path().startsWith("/api/admin/") ? admin : shop).api();
    }

    private void everyJsonRouteRefuses(byte[] body, int status, String code) {
        for (var route : takingJson()) {
            var answer = caller(route).body(body).request(route.method(), route.anywhere());
            refused(answer, status, code, route.toString());
        }
    }

    @Test
    void textThatIsNoJsonIsRefused() {
        for (var text : List.of("{", "{\"a\":}", "nul", "[1,", "\"", "{} {}", "{'a': 1}", "\u0000")) {
            everyJsonRouteRefuses(text.getBytes(StandardCharsets.UTF_8), 400, "VALIDATION_ERROR");
        }
    }

    private static final String NOT_READ = "tidak sesuai bentuknya";

    /** Thirty of a megabyte at once were all the memory that there is. */
    @Test
    void aTextLongerThanAnyFieldTakesIsNotRead() {
        var text = "{\"name\":\"" + "a".repeat(100_001) + "\"}";
        everyJsonRouteRefuses(text.getBytes(StandardCharsets.UTF_8), 400, "VALIDATION_ERROR");
        // who had read it would say that it is too long
        assertThat(shop.api().body(text).post("/api/customers").asString()).contains(NOT_READ);
        var shorter = "{\"name\":\"" + "a".repeat(90_000) + "\"}";
        assertThat(shop.api().body(shorter).post("/api/customers").asString())
                .contains("\"name\"")
                .doesNotContain(NOT_READ);
    }

    @Test
    void jsonThatIsNoObjectIsRefused() {
        for (var text : List.of("[]", "1", "\"x\"", "true", "[{}]")) {
            everyJsonRouteRefuses(text.getBytes(StandardCharsets.UTF_8), 400, "VALIDATION_ERROR");
        }
    }

    @Test
    void aNumberIsNoName() {
        Shop.register()
                .api()
                .body("{\"name\":5}")
                .post("/api/customers")
                .then()
                .statusCode(400)
                .body("error.details[0].field", org.hamcrest.Matchers.equalTo("name"));
    }

    @Test
    void threat33DeepJsonIsRefused() {
        everyJsonRouteRefuses(
                ("[".repeat(10_000) + "]".repeat(10_000)).getBytes(StandardCharsets.UTF_8), 400, "VALIDATION_ERROR");
        var nested = "{\"name\":" + "[".repeat(10_000) + "]".repeat(10_000) + "}";
        everyJsonRouteRefuses(nested.getBytes(StandardCharsets.UTF_8), 400, "VALIDATION_ERROR");
        var deepObjects = "{\"a\":".repeat(10_000) + "1" + "}".repeat(10_000);
        everyJsonRouteRefuses(deepObjects.getBytes(StandardCharsets.UTF_8), 400, "VALIDATION_ERROR");
    }

    @Test
    void aFieldTwiceIsRefused() {
        for (var route : takingJson()) {
            var field = served.example(route).fieldNames().next();
            var value = served.example(route).get(field);
            var body = "{\"" + field + "\":" + value + ",\"" + field + "\":" + value + "}";
            refused(
                    caller(route).body(body).request(route.method(), route.anywhere()),
                    400,
                    "VALIDATION_ERROR",
                    route + body);
        }
    }

    @Test
    void invalidUtf8IsRefused() {
        var body =
                "{\"email\":\"a\u00ff@contoh.id\",\"password\":\"rahasia rahasia\",\"full_name\":\"x\",\"business_name\":\"x\"}";
        var answer = given().header("Content-Type", "application/json")
                .body(body.getBytes(StandardCharsets.ISO_8859_1))
                .post("/api/auth/register");
        refused(answer, 400, "VALIDATION_ERROR", body);
    }

    @Test
    void nulAndHalfCharactersInTextsAreNamed() {
        for (var bad : List.of("\\u0000", "a\\u0000b", "\\ud800")) {
            var profile = "{\"full_name\":\"" + bad + "\",\"business_name\":\"Toko\"}";
            var answer = shop.api().body(profile).put("/api/auth/profile");
            refused(answer, 400, "VALIDATION_ERROR", bad);
            assertThat(answer.jsonPath().getString("error.details[0].field")).isEqualTo("full_name");
        }
        for (var route : takingJson()) {
            var body = served.example(route);
            var texts = new ArrayList<String>();
            body.fields().forEachRemaining(f -> {
                if (f.getValue().isTextual()) texts.add(f.getKey());
            });
            for (var field : texts) {
                var hostile = ((ObjectNode) body.deepCopy()).put(field, "a\u0000b");
                var answer = caller(route).body(hostile.toString()).request(route.method(), route.anywhere());
                assertThat(answer.statusCode())
                        .describedAs(route + " " + field + answer.asString())
                        .isBetween(400, 499);
            }
        }
    }

    @Test
    void anotherContentTypeIsRefused() {
        for (var route : takingJson()) {
            for (var type : List.of(
                    "text/plain",
                    "application/xml",
                    "text/html",
                    "application/octet-stream",
                    "json",
                    "application/",
                    "a/b/c",
                    ";")) {
                var answer = caller(route)
                        .contentType(type)
                        .body("a=1".getBytes(StandardCharsets.UTF_8))
                        .request(route.method(), route.anywhere());
                refused(answer, 415, "UNSUPPORTED_MEDIA_TYPE", route + " " + type);
            }
        }
        for (var route : served.all()) {
            if (!route.takesFiles()) continue;
            refused(shop.api().body("{}").post(route.path()), 415, "UNSUPPORTED_MEDIA_TYPE", route.toString());
        }
    }

    @Test
    void whoIsInTheMiddleOfATooLargeBodyGetsTheAnswerAndNotForEverTheConnection() throws Exception {
        for (boolean goesOn : new boolean[] {true, false}) {
            try (var socket = new Socket("localhost", Http.port())) {
                // less than the server's own minute, after which it ends any connection
                socket.setSoTimeout(45_000);
                var out = socket.getOutputStream();
                out.write(
                        "POST /api/auth/login HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: 4000000\r\n\r\n"
                                .getBytes(StandardCharsets.US_ASCII));
                for (int i = 0; i < 40 && goesOn; i++) {
                    out.write(new byte[100_000]);
                    Thread.sleep(5);
                }
                // until the server closes it
                var answer = new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
                assertThat(answer).startsWith("HTTP/1.1 413").contains("PAYLOAD_TOO_LARGE");
            }
        }
    }

    @Test
    void jsonOfManyMegabytesIsRefusedThoughFilesMayBeLarger() {
        var large = "{\"email\":\"" + "a".repeat(2 << 20) + "\"}";
        refused(
                given().contentType(MediaType.APPLICATION_JSON).body(large).post("/api/auth/login"),
                413,
                "PAYLOAD_TOO_LARGE",
                "2 MB");
        refused(
                given().contentType(MediaType.APPLICATION_JSON)
                        .header("Accept-Language", "en")
                        .body(large)
                        .post("/api/auth/register"),
                413,
                "PAYLOAD_TOO_LARGE",
                "2 MB");
        var file = ("nama,telepon,catatan\nAni,081234567001," + "a".repeat(4_000) + "\n"
                        + "Budi,081234567002,x\n".repeat(120_000))
                .getBytes(StandardCharsets.UTF_8);
        assertThat(file.length).isGreaterThan(2 << 20);
        var answer = shop.api()
                .contentType("multipart/form-data")
                .multiPart("file", "besar.csv", file)
                .multiPart("dry_run", "true")
                .post("/api/customers/import");
        assertThat(answer.statusCode()).describedAs(answer.asString()).isEqualTo(200);
    }

    /** Nobody's file lands on the disk before it is known whose it is; and most addresses take none. */
    @Test
    void onlyWhatTakesFilesTakesManyMegabytesAndOnlyOfWhoIsKnown() throws Exception {
        for (var path : List.of("/u/abc", "/u/abc/", "/login", "/api/auth/login", "/customers", "/s/abc", "/tak-ada"))
            assertThat(announced(path, 100_000_000)).describedAs(path).startsWith("HTTP/1.1 413");
        assertThat(announced("/u/abc", (16 << 10) + 1)).startsWith("HTTP/1.1 413");
        for (var path : List.of("/api/pictures", "/campaigns/" + UUID.randomUUID() + "/picture"))
            assertThat(announced(path, 15_000_000)).describedAs(path).startsWith("HTTP/1.1 401");
        for (var path : List.of("/api/customers/import", "/api/transactions/import", "/api/export", "/imports"))
            assertThat(announced(path, 100_000_000)).describedAs(path).startsWith("HTTP/1.1 401");
    }

    /** Files are read by threads, of which there are so many. */
    @Test
    void oneAccountSendsFourFilesAtOnce() throws Exception {
        var sockets = new ArrayList<Socket>();
        try {
            for (int i = 0; i < 5; i++)
                sockets.add(announce("/api/transactions/import", 1_000_000, shop.accessToken()));
            Await.until("one is refused", () -> sockets.stream().anyMatch(HostileBodyTest::isAnswered));
            var refused = sockets.stream().filter(HostileBodyTest::isAnswered).toList();
            assertThat(refused).hasSize(1);
            // and the connection ends
            assertThat(new String(refused.getFirst().getInputStream().readAllBytes(), StandardCharsets.UTF_8))
                    .startsWith("HTTP/1.1 429")
                    .containsIgnoringCase("Retry-After: 30")
                    .contains("RATE_LIMITED")
                    .contains("Berkas Anda yang lain masih dikirim.");
            try (var ofAnother = announce(
                    "/api/transactions/import", 1_000_000, Shop.register().accessToken())) {
                Thread.sleep(500);
                assertThat(isAnswered(ofAnother)).isFalse();
            }
        } finally {
            for (var socket : sockets) socket.close();
        }
        Await.until(
                "their places are free",
                () -> shop.api()
                                .contentType("multipart/form-data")
                                .multiPart(
                                        "file",
                                        "a.csv",
                                        "nama,telepon\nAni,081234567001\n".getBytes(StandardCharsets.UTF_8))
                                .multiPart("dry_run", "true")
                                .post("/api/customers/import")
                                .statusCode()
                        == 200);
    }

    private static boolean isAnswered(Socket socket) {
        try {
            return socket.getInputStream().available() > 0;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** What is answered before any of the body has come. */
    private static String announced(String path, long length) throws IOException {
        try (var socket = announce(path, length, "")) {
            return new String(socket.getInputStream().readNBytes(12), StandardCharsets.UTF_8);
        }
    }

    private static Socket announce(String path, long length, String token) throws IOException {
        var socket = new Socket("localhost", Http.port());
        socket.setSoTimeout(45_000);
        var head = "POST " + path + " HTTP/1.1\r\nHost: localhost\r\nContent-Type: multipart/form-data; boundary=x\r\n"
                + (token.isEmpty() ? "" : "Authorization: Bearer " + token + "\r\n")
                + "Content-Length: " + length + "\r\n\r\n";
        socket.getOutputStream().write(head.getBytes(StandardCharsets.US_ASCII));
        return socket;
    }

    /** Nobody has to say beforehand how long their body is. */
    @Test
    void jsonSentInChunksIsCountedToo() throws Exception {
        var body = new byte[8 << 20];
        java.util.Arrays.fill(body, (byte) ' ');
        try (var client =
                HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build()) {
            var request = HttpRequest.newBuilder(server.resolve("/api/auth/login"))
                    .header("Content-Type", "application/json")
                    .POST(HttpRequest.BodyPublishers.ofInputStream(() -> new ByteArrayInputStream(body)))
                    .build();
            try {
                var answer = client.send(request, HttpResponse.BodyHandlers.ofString());
                assertThat(answer.statusCode()).isEqualTo(413);
            } catch (IOException reset) {
                // refused while still sending
                assertThat(reset).isNotInstanceOf(java.net.http.HttpTimeoutException.class);
            }
        }
        given().get("/api/health").then().statusCode(200);
    }

    /**
     * A few bytes of a body become a hundred of memory. So what is too many is refused before the rest is read: here
     * the rest is no JSON, and nobody says so.
     */
    @Test
    void whatIsTooManyIsNotReadToItsEnd() {
        for (var element : List.of("\"\"", "\"a\"", "{}", "[]", "0", "null")) {
            namesTheList("/api/customers", "{\"name\":\"x\",\"tags\":[", element, 50, "tags");
            namesTheList("/api/campaigns", "{\"name\":\"x\",\"audience\":{\"tags\":[", element, 20, "audience.tags");
            namesTheList("/api/transactions/bulk", "{\"transactions\":[", element, 10_000, "transactions");
        }
        var customer = shop.api()
                .body("{\"name\":\"Sari\"}")
                .post("/api/customers")
                .then()
                .extract()
                .path("data.customer.id");
        for (var element : List.of("{}", "[]", "{\"a\":{}}", "0")) {
            var body = "{\"notes\":[" + (element + ",").repeat(20_000) + "rusak";
            var answer = shop.api().body(body).patch("/api/customers/" + customer);
            refused(answer, 400, "VALIDATION_ERROR", element);
            var bulk = "{\"transactions\":[{\"notes\":[" + (element + ",").repeat(20_000) + "rusak";
            answer = shop.api().body(bulk).post("/api/transactions/bulk");
            refused(answer, 400, "VALIDATION_ERROR", element);
            assertThat(answer.jsonPath().getString("error.details[0].field")).isEqualTo("transactions[0]");
        }
        var products = "{\"products\":[" + "{\"name\":\"a\"},".repeat(199) + "{}]},";
        var answer = shop.api()
                .body("{\"transactions\":[" + products.repeat(501) + "rusak")
                .post("/api/transactions/bulk");
        refused(answer, 400, "VALIDATION_ERROR", "products");
        assertThat(answer.jsonPath().getString("error.details[0].field")).isEqualTo("transactions[500]");
    }

    private void namesTheList(String path, String before, String element, int most, String field) {
        var body = before + (element + ",").repeat(most + 1) + "rusak";
        // what stands in such a list may be refused before it is long
        boolean fits = path.endsWith("bulk") || element.startsWith("\"") || element.equals("null");
        var answer = shop.api().body(body).post(path);
        refused(answer, 400, "VALIDATION_ERROR", path + element);
        var named = answer.jsonPath().getString("error.details[0].field");
        assertThat(named).describedAs(path + element).startsWith(field);
        if (fits) assertThat(answer.jsonPath().getString("error.message")).contains("paling banyak berisi");
    }

    /** A few hundred bodies near the documented ones, the same every time. */
    @Test
    void noBodyMakesARouteFail() throws JsonProcessingException {
        var random = new Random(20_251_231);
        int sent = 0;
        for (var route : takingJson()) {
            for (int i = 0; i < 25; i++) {
                var body = served.example(route);
                int changes = 1 + random.nextInt(3);
                for (int c = 0; c < changes; c++) body = mutated(body, random);
                // no password to work on for long, and no account to fail for others
                if (body instanceof ObjectNode o && o.has("email"))
                    o.put("email", "acak-" + i + "-" + random.nextInt() + "@contoh.id");
                // and nothing that all shops of the other tests are told
                if (body instanceof ObjectNode o && tellsEverybody(route)) o.put("tidak_dikenal", true);
                var answer = caller(route)
                        .body(Routes.JSON.writeValueAsString(body))
                        .request(route.method(), route.anywhere());
                // the tests' installation sends no mail, and says so
                boolean noMail = route.path().equals("/api/auth/forgot") && answer.statusCode() == 503;
                if (!noMail)
                    assertThat(answer.statusCode())
                            .describedAs(route + " " + body + " " + answer.asString())
                            .isLessThan(500);
                Map<String, Object> envelope = answer.jsonPath().getMap("");
                assertThat(envelope).describedAs(route.toString()).containsKey("success");
                sent++;
            }
        }
        assertThat(sent).isGreaterThan(900);
    }

    private static boolean tellsEverybody(Route route) {
        return route.path().matches("/api/admin/(announcements|breaches)");
    }

    private static JsonNode mutated(JsonNode body, Random random) {
        var all = new ArrayList<Runnable>();
        collect(body, all, random);
        if (all.isEmpty()) return odd(random);
        all.get(random.nextInt(all.size())).run();
        return body;
    }

    /** One way to spoil each place of the body. */
    private static void collect(JsonNode node, List<Runnable> ways, Random random) {
        if (node instanceof ObjectNode object) {
            var names = new ArrayList<String>();
            object.fieldNames().forEachRemaining(names::add);
            for (var name : names) {
                ways.add(() -> object.set(name, odd(random)));
                ways.add(() -> object.set(name, odd(random)));
                ways.add(() -> object.remove(name));
                collect(object.get(name), ways, random);
            }
            ways.add(() -> object.set("tidak_dikenal", odd(random)));
        } else if (node instanceof ArrayNode array) {
            ways.add(() -> array.add(odd(random)));
            ways.add(array::removeAll);
            for (var element : array) collect(element, ways, random);
        }
    }

    private static JsonNode odd(Random random) {
        var values = new Object[] {
            null,
            true,
            0,
            -1,
            1,
            1e300,
            0.001,
            99_999_999_999_999.99,
            Long.MAX_VALUE,
            new java.math.BigInteger("9".repeat(400)),
            "",
            " ",
            "a",
            "\u0000",
            "\ud83d\ude00",
            "\u202e",
            "a".repeat(5_000),
            "'; DROP TABLE app.users;--",
            "<script>",
            "0812-3456-7890",
            "+62",
            "2025-02-31",
            "-999999999-01-01",
            "+999999999-12-31",
            "9999-12-31",
            "00000000-0000-0000-0000-000000000000",
            "1-1-1-1-1",
            "NaN",
            "=1+1",
            List.of(),
            Map.of(),
            List.of(List.of(1)),
            Map.of("a", 1),
            List.of("", "a", "a"),
            List.of(5, 4, 3, 2),
            new java.math.BigDecimal("1E+400"),
            new java.math.BigDecimal("1E-400")
        };
        return Routes.JSON.valueToTree(values[random.nextInt(values.length)]);
    }
}
