package com.smartmarketingagent;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.networknt.schema.JsonSchemaFactory;
import com.networknt.schema.SpecVersion;
import com.smartmarketingagent.Routes.Route;
import com.smartmarketingagent.platform.UserId;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.response.Response;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.UUID;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The API's description is complete, kept in the repository, and what the server really answers. */
@QuarkusTest
class OpenApiTest {

    private static final JsonSchemaFactory SCHEMAS = JsonSchemaFactory.getInstance(SpecVersion.VersionFlag.V202012);

    private Routes served = new Routes(Routes.JSON.nullNode());
    private Shop shop = new Shop(new UserId(new UUID(0, 0)), "", "", "", "");

    @BeforeEach
    void aShop() {
        served = Routes.served();
        shop = Shop.register();
    }

    @Test
    void theKeptDocumentIsTheServedOne() throws IOException {
        var now = given().get("/api/openapi").asString();
        var fresh = Path.of("target/openapi.yaml");
        Files.writeString(fresh, now);
        var kept = Path.of("docs/openapi.yaml");
        assertThat(Files.exists(kept) ? Files.readString(kept) : "")
                .describedAs("The API changed. If it is meant: cp " + fresh + " " + kept)
                .isEqualTo(now);
    }

    @Test
    void theDocumentAndItsPageAreThereWithoutALogIn() {
        assertThat(served.document().at("/info/title").asText()).isEqualTo("Smart Marketing Agent");
        assertThat(served.document()
                        .at("/components/securitySchemes/bearer/scheme")
                        .asText())
                .isEqualTo("bearer");
        var page = given().get("/api/docs/");
        page.then().statusCode(200);
        assertThat(page.asString()).contains("SwaggerUIBundle").contains("url: '/api/openapi'");
        // the page's own scripts stand in it
        assertThat(page.header("Content-Security-Policy")).isNull();
        given().get("/api/docs/swagger-ui-bundle.js").then().statusCode(200);
    }

    @Test
    void everyOperationIsDescribed() {
        for (var route : served.all()) {
            var o = route.operation();
            var what = route.toString();
            assertThat(o.path("summary").asText()).describedAs(what).contains(" ");
            assertThat(o.path("tags")).describedAs(what).hasSize(1);
            assertThat(o.path("responses").fieldNames())
                    .describedAs(what)
                    .toIterable()
                    .anyMatch(s -> s.startsWith("2"));
            if (route.path().equals("/api/health")) continue;
            assertThat(o.path("responses").fieldNames())
                    .describedAs(what)
                    .toIterable()
                    .contains("429", "500", "503");
            if (!route.takesJson()) continue;
            assertThat(o.at("/requestBody/content/application~1json").has("example"))
                    .describedAs(what)
                    .isTrue();
            assertThat(o.path("responses").fieldNames()).toIterable().contains("400", "413", "415");
        }
    }

    @Test
    void whoMayCallIsAsDescribed() {
        for (var route : served.all()) {
            boolean closed = route.operation().path("security").has(0);
            var request = given().header(
                            "Content-Type",
                            route.takesFiles() ? "multipart/form-data; boundary=x" : "application/json");
            int status = request.request(route.method(), route.anywhere()).statusCode();
            assertThat(status == 401).describedAs(route + " " + status).isEqualTo(closed);
        }
    }

    /**
     * Real answers of every operation: at least a success or a refusal by what it is asked, and one without a token.
     */
    @Test
    void answersAreAsDescribed() {
        var customer = post("/api/customers", Map.of("name", "Ani", "phone", "081234567890"), 201)
                .path("customer")
                .path("id")
                .asText();
        var other = post("/api/customers", Map.of("name", "Ani S"), 201)
                .path("customer")
                .path("id")
                .asText();
        var sale = Map.of(
                "customer_id",
                customer,
                "transaction_date",
                "2025-01-02",
                "amount",
                150_000,
                "products",
                List.of(Map.of("name", "Kain", "quantity", 1, "price", 150_000)));
        var transaction = post("/api/transactions", sale, 201)
                .path("transaction")
                .path("id")
                .asText();
        post("/api/transactions/bulk", Map.of("transactions", List.of(sale)), 201);
        if (knows("/api/rfm/calculate")) post("/api/rfm/calculate", Map.of(), 200);
        var merge = post("/api/customers/" + other + "/merge", Map.of("other_id", customer), 200)
                .path("merge_id")
                .asText();
        post("/api/merges/" + merge + "/undo", Map.of(), 200);
        var file = "nama,telepon\nTono,081234567001\nrusak,12\n".getBytes(StandardCharsets.UTF_8);
        var uploaded = shop.api()
                .contentType("multipart/form-data")
                .multiPart("file", "a.csv", file)
                .post("/api/customers/import");
        check("POST", "/api/customers/import", uploaded);
        var seen = new TreeSet<String>();
        for (var route : served.all()) {
            if (route.path().endsWith("/events") || route.path().endsWith("/refused")) continue;
            var path = route.path()
                    .replace("{name}", "lost")
                    .replaceFirst("(?<=/customers/)\\{id}", customer)
                    .replaceFirst("(?<=/transactions/)\\{id}", transaction)
                    .replaceFirst("(?<=/imports/)\\{id}", uploaded.jsonPath().getString("data.import.id"));
            if (route.method().equals("GET")) {
                path = path.replaceFirst(
                        "(?<=/sessions/)\\{id}",
                        shop.api().get("/api/auth/sessions").jsonPath().getString("data.sessions[0].id"));
                var answer = shop.api()
                        .get(path.replaceAll("\\{[^}]+}", UUID.randomUUID().toString()));
                assertThat(answer.statusCode()).describedAs(path).isIn(200, 403);
                check(route, answer);
                seen.add(route + " " + answer.statusCode());
            }
            path = path.replaceAll("\\{[^}]+}", UUID.randomUUID().toString());
            // without a token, with nothing in it, and of another type
            for (var request : List.of(given().header("Content-Type", "application/json"), shop.api())) {
                if (route.method().equals("DELETE")) continue;
                var answer = route.takesJson()
                        ? request.body("{\"tidak_dikenal\":1}").request(route.method(), path)
                        : given().header("Content-Type", "application/json").request(route.method(), path);
                check(route, answer);
                seen.add(route + " " + answer.statusCode());
            }
        }
        for (var path : List.of(
                "/api/transactions/" + transaction,
                "/api/customers/" + customer,
                "/api/auth/sessions/" + UUID.randomUUID(),
                "/api/auth/sessions")) {
            var route = route("DELETE", path);
            check(route, given().delete(path));
            check(route, shop.api().delete(path));
        }
        assertThat(seen)
                .anyMatch(s -> s.endsWith(" 200"))
                .anyMatch(s -> s.endsWith(" 400"))
                .anyMatch(s -> s.endsWith(" 401"));
    }

    private boolean knows(String path) {
        return served.all().stream().anyMatch(r -> r.path().equals(path));
    }

    private JsonNode post(String path, Object body, int status) {
        var answer = shop.api().body(body).post(path);
        assertThat(answer.statusCode()).describedAs(path + answer.asString()).isEqualTo(status);
        check("POST", path, answer);
        return json(answer.asString()).path("data");
    }

    private Route route(String method, String path) {
        return served.all().stream()
                .filter(r -> r.method().equals(method) && path.matches(r.path().replaceAll("\\{[^}]+}", "[^/]+")))
                .min(java.util.Comparator.comparing(r -> r.path().contains("{")))
                .orElseThrow(() -> new AssertionError("not described: " + method + " " + path));
    }

    private void check(String method, String path, Response answer) {
        check(route(method, path), answer);
    }

    private void check(Route route, Response answer) {
        check(route, answer.statusCode(), json(answer.asString()));
    }

    private static JsonNode json(String text) {
        try {
            return Routes.JSON.readTree(text);
        } catch (JsonProcessingException e) {
            throw new AssertionError(text, e);
        }
    }

    private void check(Route route, int status, JsonNode answer) {
        var schema = route.operation()
                .path("responses")
                .path(String.valueOf(status))
                .at("/content/application~1json/schema");
        assertThat(schema.isMissingNode())
                .describedAs(route + " does not say that it answers " + status + ": " + answer)
                .isFalse();
        var whole = (ObjectNode) schema.deepCopy();
        whole.set("components", served.document().path("components"));
        assertThat(SCHEMAS.getSchema(whole).validate(answer))
                .describedAs(route + " " + status + " " + answer)
                .isEmpty();
    }

    /** The check can fail: each of these is one step from a right answer. */
    @Test
    void aWrongAnswerIsNoticed() {
        var route = route("GET", "/api/auth/profile");
        var right = (ObjectNode) json(shop.api().get("/api/auth/profile").asString());
        check(route, 200, right);
        var user = (ObjectNode) right.path("data").path("user");
        noticed(route, 200, right, user, u -> u.remove("email"));
        noticed(route, 200, right, user, u -> u.putNull("email"));
        noticed(route, 200, right, user, u -> u.put("email", 1));
        noticed(route, 200, right, user, u -> u.put("password_hash", "x"));
        assertThatThrownBy(() -> check(route, 200, right.deepCopy().put("success", false)))
                .isInstanceOf(AssertionError.class);
        assertThatThrownBy(() -> check(route, 200, json("{\"success\":true}"))).isInstanceOf(AssertionError.class);
        assertThatThrownBy(() -> check(route, 418, right)).isInstanceOf(AssertionError.class);
        check(route, 200, right);
        check(route, 401, json(given().get("/api/auth/profile").asString()));
        assertThatThrownBy(() -> check(route, 401, json("{\"success\":false,\"error\":\"no\"}")))
                .isInstanceOf(AssertionError.class);
    }

    private void noticed(
            Route route, int status, ObjectNode whole, ObjectNode part, java.util.function.Consumer<ObjectNode> spoil) {
        var before = part.deepCopy();
        spoil.accept(part);
        assertThatThrownBy(() -> check(route, status, whole)).isInstanceOf(AssertionError.class);
        part.removeAll();
        part.setAll(before);
    }
}
