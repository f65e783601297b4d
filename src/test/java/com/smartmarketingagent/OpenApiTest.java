package com.smartmarketingagent;

import static com.smartmarketingagent.Http.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.networknt.schema.JsonSchemaFactory;
import com.networknt.schema.SpecVersion;
import com.smartmarketingagent.Http.Request;
import com.smartmarketingagent.Http.Response;
import com.smartmarketingagent.Routes.Route;
import com.smartmarketingagent.account.MailedLinks.Purpose;
import com.smartmarketingagent.platform.PhotoTest;
import com.smartmarketingagent.platform.UserId;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.ws.rs.core.MediaType;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The API's description is complete, kept in the repository, and what the server really answers. */
@QuarkusTest
class OpenApiTest {

    private static final JsonSchemaFactory SCHEMAS = JsonSchemaFactory.getInstance(SpecVersion.VersionFlag.V202012);

    private Routes served = new Routes(Routes.JSON.nullNode());
    /** What was answered and found to be as described, such as {@code GET /api/customers 200}. */
    private final Set<String> checked = new TreeSet<>();

    private Shop shop = new Shop(new UserId(new UUID(0, 0)), "", "", "", "");

    @BeforeEach
    void aShop() {
        served = Routes.served();
        shop = Shop.register();
    }

    @Test
    void theKeptDocumentIsTheServedOne() throws IOException {
        var now = given().get("/openapi-now").asString();
        var fresh = Path.of("target/openapi.yaml");
        Files.writeString(fresh, now);
        var kept = Path.of("docs/openapi.yaml");
        assertThat(Files.exists(kept) ? Files.readString(kept) : "")
                .describedAs("The API changed. If it is meant: cp " + fresh + " " + kept)
                .isEqualTo(now);
        assertThat(given().get("/api/openapi").asString()).isEqualTo(now);
    }

    @Test
    void theDocumentIsServedAsJsonToWhoWantsIt() throws IOException {
        var asked = List.of(
                given().queryParam("format", "json").get("/api/openapi"),
                given().queryParam("format", "JSON").get("/api/openapi"),
                given().header("Accept", "application/json").get("/api/openapi"));
        var now = Routes.JSON.readTree(
                given().queryParam("format", "json").get("/openapi-now").asString());
        for (var answer : asked) {
            answer.then().statusCode(200).contentType(MediaType.APPLICATION_JSON);
            assertThat(Routes.JSON.readTree(answer.asString())).isEqualTo(now);
        }
        given().header("Accept", "application/json")
                .queryParam("format", "yaml")
                .get("/api/openapi")
                .then()
                .statusCode(200)
                .contentType("application/yaml");
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
        assertThat(page.headers().firstValue("Content-Security-Policy")).isEmpty();
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
            if (route.path().startsWith("/api/health")) continue;
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

    /** Nothing is promised that nobody has seen: each operation is called, and each success it tells of is had. */
    @Test
    void everySuccessIsAsDescribed() {
        accounts();
        customers();
        sales();
        imports();
        export();
        segments();
        content();
        campaigns();
        channels();
        notices();
        for (var health : List.of("/api/health", "/api/health/ready", "/api/health/live"))
            call(given(), "GET", health, null, 200);
        var scheduler = given().header("Authorization", "Bearer rahasia-penjadwal-untuk-pengujian");
        call(scheduler, "POST", "/api/cron/weekly-analysis", null, 200);

        var promised = new TreeSet<String>();
        for (var route : served.all()) {
            route.operation().path("responses").fieldNames().forEachRemaining(status -> {
                if (status.startsWith("2")) promised.add(route + " " + status);
            });
        }
        assertThat(promised).hasSizeGreaterThan(40);
        assertThat(checked).containsAll(promised);
    }

    private void accounts() {
        var account = Map.of(
                "email", UUID.randomUUID() + "@contoh.id",
                "password", "kain batik tulis",
                "full_name", "Sri",
                "business_name", "Batik Sri");
        var registered = call(json(), "POST", "/api/auth/register", account, 201);
        var logIn = Map.of("email", account.get("email"), "password", "kain batik tulis");
        call(json(), "POST", "/api/auth/login", logIn, 200);
        var refresh = Map.of("refresh_token", registered.path("refresh_token").asText());
        call(json(), "POST", "/api/auth/refresh", refresh, 200);
        call(json(), "POST", "/api/auth/logout", refresh, 200);

        call("GET", "/api/auth/profile", null);
        call("PUT", "/api/auth/profile", Map.of("full_name", "Sri", "business_name", "Batik Sri"));
        shop.logIn();
        for (var session : call("GET", "/api/auth/sessions", null).path("sessions")) {
            var one = "/api/auth/sessions/" + session.path("id").asText();
            call("GET", one, null);
            if (!session.path("current").asBoolean()) call("DELETE", one, null);
        }
        call("DELETE", "/api/auth/sessions", null);
        var other = Shop.register();
        try (var mailbox = Mailbox.open()) {
            call(json(), "POST", "/api/auth/forgot", Map.of("email", other.email()), 200);
            call(shop.api(), "POST", "/api/auth/verification", null, 200);
            mailbox.await(other.email(), 1);
            mailbox.await(shop.email(), 1);
        }
        var links = FullShop.empty(shop);
        call(json(), "POST", "/api/auth/verify", Map.of("token", links.link(Purpose.VERIFY)), 200);
        var lost = FullShop.empty(Shop.register()).link(Purpose.RESET);
        call(json(), "POST", "/api/auth/reset", Map.of("token", lost, "new_password", "kain batik cap"), 200);
        var passwords = Map.of("current_password", other.password(), "new_password", "kain batik cap");
        call(other.api(), "POST", "/api/auth/password", passwords, 200);

        var admin = Shop.admin();
        call(admin.api(), "GET", "/api/admin/users", null, 200);
        var wanted = new HashMap<>(account);
        wanted.put("email", UUID.randomUUID() + "@contoh.id");
        var made = "/api/admin/users/"
                + call(admin.api(), "POST", "/api/admin/users", wanted, 201)
                        .at("/user/id")
                        .asText();
        call(admin.api(), "GET", made, null, 200);
        call(admin.api(), "PUT", made, Map.of("is_active", false), 200);
        call(admin.api(), "PUT", made + "/limits", Map.of("customers", 10, "features_off", List.of("imports")), 200);
        call(admin.api(), "GET", made + "/limits", null, 200);
        var announced = call(admin.api(), "POST", "/api/admin/announcements", Map.of("text", "Halo", "days", 1), 201);
        call(admin.api(), "GET", "/api/admin/announcements", null, 200);
        call(
                admin.api(),
                "DELETE",
                "/api/admin/announcements/" + announced.path("id").asText(),
                null,
                200);
        var said = Map.of("happened", "x", "concerned", "y", "measures", "z", "shops", List.of(other.email()));
        var breach = call(admin.api(), "POST", "/api/admin/breaches", said, 201);
        call(admin.api(), "GET", "/api/admin/breaches", null, 200);
        call(admin.api(), "POST", "/api/admin/breaches/" + breach.path("id").asText() + "/close", null, 200);
    }

    private String customer(String name) {
        return call(shop.api(), "POST", "/api/customers", Map.of("name", name), 201)
                .at("/customer/id")
                .asText();
    }

    private void customers() {
        var id = customer("Ani");
        var one = "/api/customers/" + id;
        call("GET", "/api/customers", null);
        call("GET", one, null);
        call("PUT", one, Map.of("name", "Ani", "phone", "081234567890", "tags", List.of("grosir")));
        call("PATCH", one, Map.of("city", "Solo"));
        call("GET", one + "/rfm", null);
        call("GET", one + "/consents", null);
        call("GET", one + "/messages", null);
        call("PUT", one + "/consents", Map.of("channel", "whatsapp", "state", "withdrawn", "wording", "Lewat telepon"));
        var merged = call("POST", one + "/merge", Map.of("other_id", customer("Ani S")));
        call("POST", "/api/merges/" + merged.path("merge_id").asText() + "/undo", Map.of());
        call("GET", one + "/export", null);
        var asked =
                call(shop.api(), "POST", "/api/privacy/requests", Map.of("customer_id", id, "kind", "correct"), 201);
        call("GET", "/api/privacy/requests", null);
        call("POST", "/api/privacy/requests/" + asked.at("/request/id").asText() + "/close", Map.of("refused", false));
        call("GET", "/api/audit", null);
        call("DELETE", one, null);
        call("POST", one + "/restore", Map.of());
    }

    private void sales() {
        var sale = Map.of(
                "customer_id",
                customer("Budi"),
                "transaction_date",
                "2025-01-02",
                "amount",
                150_000,
                "external_id",
                "INV/1",
                "products",
                List.of(Map.of("name", "Kain", "quantity", 1, "price", 150_000)));
        var one = "/api/transactions/"
                + call(shop.api(), "POST", "/api/transactions", sale, 201)
                        .at("/transaction/id")
                        .asText();
        call("POST", "/api/transactions", sale);
        call("GET", "/api/transactions", null);
        call("GET", one, null);
        call("PUT", one, sale);
        call("PATCH", one, Map.of("notes", "lunas"));
        call("DELETE", one, null);
        call(shop.api(), "POST", "/api/transactions/bulk", Map.of("transactions", List.of(sale)), 201);
    }

    private void pictures() {
        try {
            var picture = shop.api()
                    .contentType(MediaType.MULTIPART_FORM_DATA)
                    .multiPart("file", "kain.jpg", PhotoTest.taken(20, 10, 1), "image/jpeg");
            var id = call(picture, "POST", "/api/pictures", null, 201)
                    .at("/picture/id")
                    .asText();
            call("GET", "/api/pictures", null);
            call("DELETE", "/api/pictures/" + id, null);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void imports() {
        var customers = "nama,telepon\nTono,081234567001\nrusak,12\n";
        var sales = "nama,tanggal,total\nTono,2025-01-31,5000\n";
        call(file(customers, true), "POST", "/api/customers/import", null, 200);
        call(file(sales, true), "POST", "/api/transactions/import", null, 200);
        var before = "/api/imports/"
                + call(file(sales, false), "POST", "/api/transactions/import", null, 202)
                        .at("/import/id")
                        .asText();
        var one = "/api/imports/"
                + call(file(customers, false), "POST", "/api/customers/import", null, 202)
                        .at("/import/id")
                        .asText();
        call("GET", "/api/imports", null);
        call(shop.api(), "POST", "/api/uploads", Map.of("name", "a.csv", "bytes", 7), 201);
        // each ends with its import, and none is taken back while another runs
        call("GET", before + "/events", null);
        call("GET", one + "/events", null);
        assertThat(call("GET", one, null).at("/import/status").asText()).isEqualTo("done");
        call("GET", one + "/refused", null);
        call("GET", one + "/file", null);
        pictures();
        call("POST", one + "/undo", Map.of());
    }

    private void export() {
        var zip = shop.api().get("/api/export");
        check(route("GET", "/api/export"), zip);
        var file = Shop.register()
                .api()
                .contentType(MediaType.MULTIPART_FORM_DATA)
                .multiPart("file", "toko.zip", zip.asByteArray());
        call(file, "POST", "/api/export", null, 200);
    }

    private void segments() {
        call("POST", "/api/rfm/calculate", Map.of());
        call("GET", "/api/rfm/analysis", null);
        call("GET", "/api/rfm/segments/lost", null);
        call("PUT", "/api/rfm/settings", Map.of("method", "quantile"));
        call("GET", "/api/rfm/settings", null);
        call("GET", "/api/customers/" + customer("Citra") + "/rfm", null);
        call("GET", "/api/reports/2025-12", null);
    }

    private void content() {
        var brief = Map.of("segment", "lost", "content_type", "whatsapp", "goal", "thank");
        call("POST", "/api/content/generate", brief);
        call("POST", "/api/content/estimate", brief);
        var text = Map.of("name", "Sapaan", "content_type", "whatsapp", "text", "Halo {nama|Kak}.");
        var id = call(shop.api(), "POST", "/api/content/templates", text, 201)
                .at("/template/id")
                .asText();
        call("GET", "/api/content/templates", null);
        call("GET", "/api/content/templates/" + id, null);
        call("PUT", "/api/content/templates/" + id, text);
        call("POST", "/api/content/templates/" + id + "/use", null);
        call("DELETE", "/api/content/templates/" + id, null);
        call("POST", "/api/content/templates/" + id + "/restore", null);
        var example = call(shop.api(), "POST", "/api/content/examples", Map.of("text", "Monggo"), 201)
                .path("id")
                .asText();
        call("GET", "/api/content/examples", null);
        call("DELETE", "/api/content/examples/" + example, null);
        call("PUT", "/api/content/occasions", Map.of("name", "Lebaran", "day", "2027-03-10"));
        call("GET", "/api/content/occasions", null);
        call("DELETE", "/api/content/occasions/Lebaran/2027", null);
        call("GET", "/api/content/fine-tuning", null);
    }

    private void campaigns() {
        call(shop.api(), "POST", "/api/customers", Map.of("name", "Eka", "phone", "081234567899"), 201);
        var draft = Shop.campaign("via", "assisted");
        var one = "/api/campaigns/"
                + call(shop.api(), "POST", "/api/campaigns", draft, 201)
                        .at("/campaign/id")
                        .asText();
        call("GET", "/api/campaigns", null);
        call("GET", one, null);
        call("PUT", one, draft);
        call("GET", one + "/preview", null);
        var me = Map.of("full_name", "Sri", "business_name", "Batik Sri", "phone", "081234567890");
        call("PUT", "/api/auth/profile", me);
        call("POST", one + "/test", null);
        call("POST", one + "/approve", null);
        call("POST", one + "/pause", null);
        call("POST", one + "/resume", null);
        var open = call("POST", one + "/next", null).at("/open/customer_id").asText();
        call("GET", one + "/recipients", null);
        call("GET", one + "/recipients.csv", null);
        call("GET", one + "/result", null);
        call("PUT", "/api/campaigns/margin", Map.of("margin_percent", 40));
        call("GET", "/api/campaigns/margin", null);
        call("GET", "/api/campaigns/numbers", null);
        call("POST", one + "/recipients/" + open, Map.of("outcome", "sent"));
        draft.put("via", "practice");
        var other = call(shop.api(), "POST", "/api/campaigns", draft, 201)
                .at("/campaign/id")
                .asText();
        call("POST", "/api/campaigns/" + other + "/cancel", null);
        call("GET", "/api/practice/messages", null);
    }

    private void channels() {
        call("PUT", "/api/channels/fonnte", Map.of("token", "token-uji-00000000"));
        call("POST", "/api/channels/fonnte/test", null);
        call("GET", "/api/channels", null);
        call("DELETE", "/api/channels/fonnte", null);
    }

    private void notices() {
        // an import was told of
        assertThat(call("GET", "/api/notices", null).path("unread").asInt()).isPositive();
        call("POST", "/api/notices/read", null);
        var choice = Map.of("kind", "import_done", "push", true, "email", false, "whatsapp", true);
        call("PUT", "/api/notices/settings", Map.of("choices", List.of(choice), "whatsapp_phone", "081234567890"));
        call("GET", "/api/notices/settings", null);
    }

    private static Request json() {
        return given().contentType(MediaType.APPLICATION_JSON);
    }

    private Request file(String text, boolean dryRun) {
        return shop.api()
                .contentType(MediaType.MULTIPART_FORM_DATA)
                .multiPart("file", "a.csv", text.getBytes(StandardCharsets.UTF_8))
                .multiPart("dry_run", String.valueOf(dryRun));
    }

    private JsonNode call(String method, String path, @Nullable Object body) {
        return call(shop.api(), method, path, body, 200);
    }

    private JsonNode call(Request request, String method, String path, @Nullable Object body, int status) {
        if (body != null) request.body(body);
        var answer = request.request(method, path);
        assertThat(answer.statusCode())
                .describedAs(method + " " + path + answer.asString())
                .isEqualTo(status);
        check(route(method, path), answer);
        return answer.contentType().startsWith("application/json")
                ? json(answer.asString()).path("data")
                : Routes.JSON.missingNode();
    }

    /** Without a token, with nothing in it, and with a field nobody knows. */
    @Test
    void refusalsAreAsDescribed() {
        var seen = new TreeSet<String>();
        for (var route : served.all()) {
            for (var request : List.of(json(), shop.api())) {
                var answer = route.takesJson()
                        ? request.body("{\"tidak_dikenal\":1}").request(route.method(), route.anywhere())
                        : json().request(route.method(), route.anywhere());
                if (answer.statusCode() < 300) continue;
                check(route, answer);
                seen.add(String.valueOf(answer.statusCode()));
            }
        }
        assertThat(seen).contains("400", "401", "403");
    }

    private Route route(String method, String path) {
        return served.all().stream()
                .filter(r -> r.method().equals(method) && path.matches(r.path().replaceAll("\\{[^}]+}", "[^/]+")))
                .min(java.util.Comparator.comparing(r -> r.path().contains("{")))
                .orElseThrow(() -> new AssertionError("not described: " + method + " " + path));
    }

    private void check(Route route, Response answer) {
        if (answer.contentType().startsWith("application/zip")) {
            var documented = route.operation().path("responses").path("200").path("content");
            assertThat(documented.fieldNames()).toIterable().containsExactly("application/zip");
            checked.add(route + " 200");
            return;
        }
        var text = answer.asString();
        if (answer.contentType().startsWith("text/event-stream")) {
            text.lines()
                    .filter(line -> line.startsWith("data:"))
                    .forEach(line -> check(
                            route, answer.statusCode(), "text/event-stream", json(line.substring("data:".length()))));
        } else if (answer.contentType().startsWith("application/jsonl")) {
            var documented = route.operation().path("responses").path("200").path("content");
            assertThat(documented.fieldNames()).toIterable().containsExactly("application/jsonl");
            checked.add(route + " 200");
        } else if (answer.contentType().startsWith("text/csv")) {
            var documented = route.operation().path("responses").path("200").path("content");
            assertThat(documented.fieldNames()).toIterable().containsExactly("text/csv; charset=utf-8");
            assertThat(text).containsAnyOf("row,column,value,reason", "name,phone,city,state,why");
            checked.add(route + " 200");
        } else {
            check(route, answer.statusCode(), json(text));
        }
    }

    private static JsonNode json(String text) {
        try {
            return Routes.JSON.readTree(text);
        } catch (JsonProcessingException e) {
            throw new AssertionError(text, e);
        }
    }

    private void check(Route route, int status, JsonNode answer) {
        check(route, status, "application/json", answer);
    }

    private void check(Route route, int status, String type, JsonNode answer) {
        var schema = route.operation()
                .path("responses")
                .path(String.valueOf(status))
                .path("content")
                .path(type)
                .path("schema");
        assertThat(schema.isMissingNode())
                .describedAs(route + " does not say that it answers " + status + ": " + answer)
                .isFalse();
        var whole = (ObjectNode) schema.deepCopy();
        whole.set("components", served.document().path("components"));
        assertThat(SCHEMAS.getSchema(whole).validate(answer))
                .describedAs(route + " " + status + " " + answer)
                .isEmpty();
        checked.add(route + " " + status);
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
