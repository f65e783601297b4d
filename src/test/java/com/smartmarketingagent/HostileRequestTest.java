package com.smartmarketingagent;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.smartmarketingagent.Routes.Route;
import com.smartmarketingagent.platform.Public;
import com.smartmarketingagent.platform.UserId;
import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.http.ContentType;
import io.restassured.http.Method;
import io.restassured.response.Response;
import io.restassured.specification.RequestSpecification;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
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
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.UUID;
import java.util.stream.Collectors;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * Requests that no honest client sends: each is refused in the envelope, in the reader's language, and breaks nothing.
 */
@QuarkusTest
class HostileRequestTest {

    /** A bug, as the application may hold one. */
    @Path("/api/test/bug")
    @Public
    static class Bug {
        @GET
        @Operation(hidden = true)
        public String fail() {
            throw new IllegalStateException("password of the database: hunter2");
        }
    }

    @TestHTTPResource
    @SuppressWarnings("NullAway.Init")
    URI server;

    private Routes served = new Routes(Routes.JSON.nullNode());
    private Shop shop = new Shop(new UserId(new UUID(0, 0)), "", "", "", "");

    @BeforeEach
    void aShop() {
        shop = Shop.register();
        served = Routes.served();
    }

    private List<Route> takingJson() {
        return served.all().stream().filter(Route::takesJson).toList();
    }

    private static void refused(Response answer, int status, String code, String what) {
        assertThat(answer.statusCode())
                .describedAs(what + ": " + answer.asString())
                .isEqualTo(status);
        assertThat(answer.contentType()).describedAs(what).startsWith("application/json");
        assertThat(answer.jsonPath().getBoolean("success")).describedAs(what).isFalse();
        assertThat(answer.jsonPath().getString("error.code")).describedAs(what).isEqualTo(code);
        assertThat(answer.jsonPath().getString("error.message"))
                .describedAs(what)
                .isNotBlank();
        assertThat(answer.asString())
                .describedAs(what)
                .doesNotContain("Exception")
                .doesNotContain("jackson")
                .doesNotContain("com.smartmarketingagent");
    }

    private void everyJsonRouteRefuses(byte[] body, int status, String code) {
        for (var route : takingJson()) {
            if (route.path().startsWith("/api/admin/")) continue;
            var answer = shop.api().body(body).request(route.method(), route.anywhere());
            refused(answer, status, code, route.toString());
        }
    }

    @Test
    void textThatIsNoJsonIsRefused() {
        for (var text : List.of("{", "{\"a\":}", "nul", "[1,", "\"", "{} {}", "{'a': 1}", "\u0000")) {
            everyJsonRouteRefuses(text.getBytes(StandardCharsets.UTF_8), 400, "VALIDATION_ERROR");
        }
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
            if (route.path().startsWith("/api/admin/")) continue;
            var field = served.example(route).fieldNames().next();
            var value = served.example(route).get(field);
            var body = "{\"" + field + "\":" + value + ",\"" + field + "\":" + value + "}";
            refused(
                    shop.api().body(body).request(route.method(), route.anywhere()),
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
            if (route.path().startsWith("/api/admin/")) continue;
            var body = served.example(route);
            var texts = new ArrayList<String>();
            body.fields().forEachRemaining(f -> {
                if (f.getValue().isTextual()) texts.add(f.getKey());
            });
            for (var field : texts) {
                var hostile = ((ObjectNode) body.deepCopy()).put(field, "a\u0000b");
                var answer = shop.api().body(hostile.toString()).request(route.method(), route.anywhere());
                assertThat(answer.statusCode())
                        .describedAs(route + " " + field + answer.asString())
                        .isBetween(400, 499);
            }
        }
    }

    @Test
    void anotherContentTypeIsRefused() {
        for (var route : takingJson()) {
            if (route.path().startsWith("/api/admin/")) continue;
            for (var type : List.of("text/plain", "application/xml", "text/html", "application/octet-stream")) {
                var answer = shop.api()
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
    void unknownAddressesAndMethodsAreTheSameForEveryone() {
        var known = new TreeMap<String, TreeSet<String>>();
        for (var route : served.all())
            known.computeIfAbsent(route.path(), _ -> new TreeSet<>()).add(route.method());
        for (var language : List.of("id", "en")) {
            for (var request : List.<java.util.function.Supplier<RequestSpecification>>of(
                    () -> given().contentType(ContentType.JSON), shop::api)) {
                for (var path :
                        List.of("/api", "/api/", "/api/nothing", "/api/auth", "/api/auth/nothing", "/api/customersx")) {
                    var answer =
                            request.get().header("Accept-Language", language).get(path);
                    refused(answer, 404, "NOT_FOUND", path);
                    assertThat(answer.jsonPath().getString("error.message"))
                            .isEqualTo(
                                    language.equals("id")
                                            ? "Alamat tidak ditemukan."
                                            : "There is nothing at this address.");
                }
                known.forEach((path, methods) -> {
                    // the framework looks on among the routes of /api/customers, and finds no address there
                    if (path.equals("/api/customers/{id}/rfm")) return;
                    for (var method : List.of("GET", "POST", "PUT", "PATCH", "DELETE")) {
                        if (methods.contains(method)) continue;
                        var where = path.replaceAll("\\{[^}]+}", "00000000-0000-4000-8000-000000000000");
                        // another route's parameter may take this last word
                        if (known.entrySet().stream()
                                .anyMatch(e -> e.getValue().contains(method) && fits(e.getKey(), where))) continue;
                        var answer = request.get()
                                .header("Accept-Language", language)
                                .request(method, where);
                        refused(answer, 405, "METHOD_NOT_ALLOWED", method + " " + path);
                    }
                });
            }
        }
    }

    private static boolean fits(String path, String where) {
        return where.matches(path.replaceAll("\\{[^}]+}", "[^/]+"));
    }

    @Test
    void withoutATokenOrWithANonsenseOneEveryPrivateRouteIsUnauthorized() {
        int closed = 0;
        for (var route : served.all()) {
            if (route.path().matches("/api/health|/api/auth/(register|login|refresh|logout)")) continue;
            for (var token :
                    List.of("", "Bearer", "Bearer ", "Bearer x.y.z", "Basic YTpi", "Bearer " + shop.refreshToken())) {
                var request = given().header(
                                "Content-Type",
                                route.takesFiles() ? "multipart/form-data; boundary=x" : "application/json");
                if (!token.isEmpty()) request.header("Authorization", token);
                refused(request.request(route.method(), route.anywhere()), 401, "UNAUTHORIZED", route + " " + token);
            }
            closed++;
        }
        assertThat(closed).isGreaterThan(10);
    }

    @Test
    void headAndOptionsDoNoHarm() {
        for (var path : served.all().stream().map(Route::anywhere).collect(Collectors.toSet())) {
            for (var method : List.of(Method.HEAD, Method.OPTIONS)) {
                var answer = shop.api().request(method, path);
                assertThat(answer.statusCode()).describedAs(method + " " + path).isLessThan(500);
                if (method == Method.HEAD) assertThat(answer.asString()).isEmpty();
                assertThat(answer.header("Access-Control-Allow-Origin")).isNull();
            }
        }
        shop.api().get("/api/auth/profile").then().statusCode(200);
    }

    /** THREAT 16 in small, and 33's limit. */
    @Test
    void whateverStandsInAQueryIsNeverAFailure() {
        var hostile = List.of(
                "'",
                "\"",
                "\\",
                "%",
                "_",
                "%%%",
                "';--",
                "' OR '1'='1",
                "1); DROP TABLE app.customers;--",
                "name; SELECT 1",
                "name DESC, (SELECT password_hash FROM app.users)",
                "-",
                "--name",
                ":user",
                "?",
                "$1",
                "{0}",
                "${7*7}",
                "\u0000",
                "\ud83d\ude00",
                "a".repeat(2_000),
                "1e9",
                "-1",
                "99999999999999999999",
                "NaN",
                "true",
                "[]",
                "null",
                "2025-02-31",
                "9999999-01-01",
                "",
                " ");
        int asked = 0;
        for (var route : served.all()) {
            if (!route.method().equals("GET")) continue;
            var path = route.path()
                    .replace("{name}", "lost")
                    .replaceAll("\\{[^}]+}", "00000000-0000-4000-8000-000000000000");
            for (var parameter : route.queryParameters()) {
                for (var value : hostile) {
                    var answer = shop.api().queryParam(parameter, value).get(path);
                    var what = route + " " + parameter + "=" + value;
                    assertThat(answer.statusCode())
                            .describedAs(what + answer.asString())
                            .isLessThan(500);
                    if (answer.statusCode() != 200) {
                        assertThat(answer.jsonPath().getBoolean("success"))
                                .describedAs(what)
                                .isFalse();
                    }
                    asked++;
                }
            }
        }
        assertThat(asked).isGreaterThan(100);
    }

    @Test
    void limitsOutOfRangeAreRefusedNamingThem() {
        int lists = 0;
        for (var route : served.all()) {
            if (!route.queryParameters().contains("limit") || route.path().startsWith("/api/admin/")) continue;
            lists++;
            var path = route.path().replace("{name}", "lost");
            for (var bad : List.of(
                    "limit=0", "limit=101", "limit=-1", "page=0", "page=-5", "limit=1000000000", "page=1000001")) {
                var answer = shop.api().get(path + "?" + bad);
                refused(answer, 400, "VALIDATION_ERROR", route + bad);
                assertThat(answer.jsonPath().getString("error.details[0].field"))
                        .isEqualTo(bad.replaceFirst("=.*", ""));
            }
            for (var bad : List.of("limit=1e9", "limit=x", "page=99999999999999999999", "limit=1.5")) {
                refused(shop.api().get(path + "?" + bad), 400, "VALIDATION_ERROR", route + bad);
            }
            shop.api().get(path + "?limit=100&page=1").then().statusCode(200);
        }
        assertThat(lists).isGreaterThan(0);
    }

    /** What no library sends, byte by byte; the answer's first line and what follows the empty line. */
    private String raw(String request) throws IOException {
        try (var socket = new Socket(server.getHost(), server.getPort())) {
            socket.setSoTimeout(10_000);
            socket.getOutputStream().write(request.getBytes(StandardCharsets.ISO_8859_1));
            socket.getOutputStream().flush();
            var answer = new ByteArrayOutputStream();
            try {
                socket.getInputStream().transferTo(answer);
            } catch (java.net.SocketException e) {
                // the server may reset once it has answered
                assertThat(answer.size()).isPositive();
            }
            return answer.toString(StandardCharsets.UTF_8);
        }
    }

    @Test
    void brokenAddressesAreRefused() throws IOException {
        var token = "Authorization: Bearer " + shop.accessToken() + "\r\nHost: x\r\nConnection: close\r\n\r\n";
        for (var address : List.of(
                "/api/imports?page=%ff",
                "/api/imports?page=%zz",
                "/api/imports?page=%",
                "/api/imports/%ff",
                "/api/imports/%zz",
                "/api/imports/%00",
                "/api/%2e%2e/%2e%2e/etc/passwd",
                "/api/imports/..%2f..%2f")) {
            var answer = raw("GET " + address + " HTTP/1.1\r\n" + token);
            assertThat(answer).describedAs(address).containsPattern("^HTTP/1.1 (400|404) ");
            // half an escape is refused by the HTTP layer, without the envelope
            if (address.matches(".*%(zz|$).*")) continue;
            assertThat(answer).describedAs(address).contains("{\"success\":false");
        }
    }

    /** The HTTP layer refuses these before anything of ours runs: without the envelope, with the right status. */
    @Test
    void addressesAndHeadersThatAreTooLongAreRefused() throws IOException {
        var end = " HTTP/1.1\r\nHost: x\r\nConnection: close\r\n";
        assertThat(raw("GET /api/imports?search=" + "a".repeat(20_000) + end + "\r\n"))
                .containsPattern("^HTTP/1.[01] 414 ");
        assertThat(raw("GET /api/health" + end + "X-Long: " + "a".repeat(40_000) + "\r\n\r\n"))
                .containsPattern("^HTTP/1.[01] 431 ");
        assertThat(raw("NONSENSE\r\n\r\n")).containsPattern("^HTTP/1.[01] 400 ");
        given().get("/api/health").then().statusCode(200);
    }

    @Test
    void jsonOfManyMegabytesIsRefusedThoughFilesMayBeLarger() {
        var large = "{\"email\":\"" + "a".repeat(2 << 20) + "\"}";
        refused(
                given().contentType(ContentType.JSON).body(large).post("/api/auth/login"),
                413,
                "PAYLOAD_TOO_LARGE",
                "2 MB");
        refused(
                given().contentType(ContentType.JSON)
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

    @Test
    void aBugShowsItsNumberAndNothingElse() {
        for (var language : List.of("id", "en")) {
            var answer = given().header("Accept-Language", language).get("/api/test/bug");
            refused(answer, 500, "INTERNAL_ERROR", "bug");
            assertThat(answer.asString()).doesNotContain("hunter2").doesNotContain("IllegalState");
            assertThat(answer.jsonPath().getString("error.message"))
                    .containsPattern("[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}");
            assertThat(answer.jsonPath().getMap("error").keySet()).isEqualTo(java.util.Set.of("code", "message"));
        }
    }

    /** A few hundred bodies near the documented ones, the same every time. */
    @Test
    void noBodyMakesARouteFail() throws JsonProcessingException {
        var random = new Random(20_251_231);
        int sent = 0;
        for (var route : takingJson()) {
            if (route.path().startsWith("/api/admin/")) continue;
            for (int i = 0; i < 25; i++) {
                var body = served.example(route);
                int changes = 1 + random.nextInt(3);
                for (int c = 0; c < changes; c++) body = mutated(body, random);
                // no password to work on for long, and no account to fail for others
                if (body instanceof ObjectNode o && o.has("email"))
                    o.put("email", "acak-" + i + "-" + random.nextInt() + "@contoh.id");
                var answer =
                        shop.api().body(Routes.JSON.writeValueAsString(body)).request(route.method(), route.anywhere());
                assertThat(answer.statusCode())
                        .describedAs(route + " " + body + " " + answer.asString())
                        .isLessThan(500);
                Map<String, Object> envelope = answer.jsonPath().getMap("");
                assertThat(envelope).describedAs(route.toString()).containsKey("success");
                sent++;
            }
        }
        assertThat(sent).isGreaterThan(150);
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
