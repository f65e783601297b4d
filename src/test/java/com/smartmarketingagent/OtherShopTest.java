package com.smartmarketingagent;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.smartmarketingagent.Http.Checked;
import com.smartmarketingagent.Http.Response;
import com.smartmarketingagent.Routes.Route;
import com.smartmarketingagent.platform.Db;
import com.smartmarketingagent.platform.PhotoTest;
import com.smartmarketingagent.platform.UserId;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import jakarta.ws.rs.core.MediaType;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.UUID;
import java.util.function.Supplier;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** THREATS 1 and 2: a stranger who knows every id of a shop learns and changes nothing through any route there is. */
@QuarkusTest
class OtherShopTest {

    @Inject
    Db db;

    private final List<Route> routes = new ArrayList<>();
    private Shop shop = new Shop(new UserId(new UUID(0, 0)), "", "", "", "");
    private Shop stranger = shop;
    /** The shop's things by the beginning of the paths they are reached under; made when first asked for. */
    private final Map<String, Supplier<String>> makers = new HashMap<>();

    private final Map<String, String> made = new TreeMap<>();

    @BeforeEach
    void aShopThatHasOneOfEverything() {
        shop = Shop.register();
        stranger = Shop.register();
        routes.addAll(Routes.served().all());
        makers.put(
                "/api/auth/sessions/{id}",
                () -> shop.api().get("/api/auth/sessions").jsonPath().getString("data.sessions[0].id"));
        makers.put("/api/admin/users/{id}", () -> shop.id().value().toString());
        makers.put("/api/admin/announcements/{id}", () -> UUID.randomUUID().toString());
        makers.put("/api/admin/breaches/{id}", () -> UUID.randomUUID().toString());
        makers.put("/api/imports/{id}", this::imported);
        makers.put("/api/customers/{id}", () -> customer("Ani Rahasia"));
        makers.put("/api/customers/{id}/restore", () -> {
            var id = customer("Dewi Rahasia");
            shop.api().delete("/api/customers/" + id).then().statusCode(200);
            return id;
        });
        makers.put(
                "/api/privacy/requests/{id}",
                () -> shop.api()
                        .body(Map.of("customer_id", customer("Sari Rahasia"), "kind", "erase"))
                        .post("/api/privacy/requests")
                        .then()
                        .statusCode(201)
                        .extract()
                        .path("data.request.id"));
        makers.put(
                "/api/content/templates/{id}",
                () -> shop.api()
                        .body(Map.of("name", "Rahasia", "content_type", "whatsapp", "text", "Rahasia"))
                        .post("/api/content/templates")
                        .then()
                        .statusCode(201)
                        .extract()
                        .path("data.template.id"));
        makers.put(
                "/api/content/examples/{id}",
                () -> shop.api()
                        .body(Map.of("text", "Rahasia"))
                        .post("/api/content/examples")
                        .then()
                        .statusCode(201)
                        .extract()
                        .path("data.id"));
        makers.put(
                "/api/campaigns/{id}",
                () -> shop.draft("name", "Rahasia", "via", "assisted", "text", "Rahasia. Balas STOP.")
                        .toString());
        makers.put("/api/pictures/{id}", this::picture);
        makers.put("/api/transactions/{id}", () -> sale(id("/api/customers/{id}")));
        makers.put(
                "/api/merges/{id}",
                () -> shop.api()
                        .body(Map.of("other_id", customer("Rina Rahasia")))
                        .post("/api/customers/" + id("/api/customers/{id}") + "/merge")
                        .then()
                        .statusCode(200)
                        .extract()
                        .path("data.merge_id"));
    }

    private String customer(String name) {
        return shop.api()
                .body(Map.of("name", name, "city", "Kota Rahasia"))
                .post("/api/customers")
                .then()
                .statusCode(201)
                .extract()
                .path("data.customer.id");
    }

    private static Checked illustrated(Visitor visitor, String path) {
        try {
            return visitor.request()
                    .multiPart("csrf", visitor.csrf())
                    .multiPart("file", "curian.jpg", PhotoTest.taken(20, 10, 1), "image/jpeg")
                    .post(path)
                    .then();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private String picture() {
        try {
            return shop.api()
                    .contentType("multipart/form-data")
                    .multiPart("file", "rahasia.jpg", PhotoTest.taken(20, 10, 1))
                    .post("/api/pictures")
                    .then()
                    .statusCode(201)
                    .extract()
                    .path("data.picture.id");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private String sale(String customer) {
        return shop.api()
                .body(Map.of("customer_id", customer, "transaction_date", "2025-01-02", "amount", 150_000))
                .post("/api/transactions")
                .then()
                .statusCode(201)
                .extract()
                .path("data.transaction.id");
    }

    private String imported() {
        var file = "nama,telepon\nTono Rahasia,081234567001\nrusak,12\n".getBytes(StandardCharsets.UTF_8);
        String id = shop.api()
                .contentType("multipart/form-data")
                .multiPart("file", "rahasia.csv", file)
                .post("/api/customers/import")
                .then()
                .statusCode(202)
                .extract()
                .path("data.import.id");
        shop.imported(id);
        return id;
    }

    /** The shop's id for a path: the maker whose path is the longest beginning of it. */
    private String id(String path) {
        var maker = makers.keySet().stream()
                .filter(path::startsWith)
                .max(java.util.Comparator.comparingInt(String::length))
                .orElseThrow(() -> new AssertionError("Say above how a shop comes to its own thing for " + path));
        var known = made.get(maker);
        if (known != null) return known;
        var fresh = java.util.Objects.requireNonNull(makers.get(maker)).get();
        made.put(maker, fresh);
        return fresh;
    }

    /** A body that the route would take, if only the id were one's own. */
    private String body(Route route, String foreign) {
        var example = Routes.served().example(route);
        if (example instanceof ObjectNode body) {
            if (body.has("phone")) body.put("phone", "081234567890");
            if (body.has("email")) body.put("email", "orang@contoh.id");
            if (body.has("other_id")) body.put("other_id", foreign);
            if (body.has("customer_id")) body.put("customer_id", strangersCustomer());
            if (body.has("products")) body.putArray("products");
        }
        return example.toString();
    }

    private String strangersCustomer() {
        return stranger.api()
                .body(Map.of("name", "Budi"))
                .post("/api/customers")
                .then()
                .statusCode(201)
                .extract()
                .path("data.customer.id");
    }

    private Response call(Shop caller, Route route, String path, String body) {
        var request = caller.api();
        if (route.takesJson()) request.body(body);
        return request.request(route.method(), path);
    }

    private static String shown(Response answer) {
        return answer.statusCode() + " " + answer.contentType() + " " + answer.asString();
    }

    @Test
    void everyRouteAnswersAForeignIdAsOneThatIsNone() {
        var withId = routes.stream().filter(Route::hasId).toList();
        assertThat(withId).hasSizeGreaterThan(5);
        withId.forEach(route -> id(route.path()));
        var before = rows();
        for (var route : withId) {
            var theirs = id(route.path());
            var none = UUID.randomUUID().toString();
            // the merge's other customer is the same in both, so that only the path differs
            var body = route.takesJson() ? body(route, UUID.randomUUID().toString()) : "";
            var path = route.path().replace("{customer}", id("/api/customers/{id}"));
            var foreign = call(stranger, route, path.replace("{id}", theirs), body);
            var random = call(stranger, route, path.replace("{id}", none), body);
            assertThat(shown(foreign)).describedAs(route.toString()).isEqualTo(shown(random));
            boolean adminsOnly = route.path().startsWith("/api/admin/");
            assertThat(foreign.statusCode()).describedAs(route + " " + body).isEqualTo(adminsOnly ? 403 : 404);
        }
        assertThat(rows()).isEqualTo(before);
    }

    /** Shows that the walk above would notice: for the owner the same calls find something. */
    @Test
    void theOwnersOwnIdsAreFound() {
        for (var route : routes) {
            if (!route.hasId() || !route.method().equals("GET") || route.path().startsWith("/api/admin/")) continue;
            var answer = shop.api().get(route.path().replace("{id}", id(route.path())));
            assertThat(answer.statusCode()).describedAs(route.toString()).isEqualTo(200);
        }
    }

    @Test
    void whatIsReadWithoutAnIdHoldsNothingOfAnother() {
        makers.keySet().stream()
                .filter(p -> routes.stream().anyMatch(r -> r.path().startsWith(p)))
                .forEach(this::id);
        var secrets = new TreeSet<>(made.values());
        secrets.addAll(List.of("Rahasia", shop.email(), shop.id().value().toString()));
        int read = 0;
        for (var route : routes) {
            if (!route.method().equals("GET") || route.hasId()) continue;
            var answer =
                    stranger.api().get(route.path().replace("{name}", "lost").replace("{period}", "2025-12"));
            assertThat(answer.statusCode()).describedAs(route.toString()).isIn(200, 403);
            assertThat(answer.asString()).describedAs(route.toString()).doesNotContain(secrets);
            read++;
        }
        assertThat(read).isGreaterThan(4);
    }

    @Test
    void aForeignCustomerInABodyIsNobody() {
        if (routes.stream().noneMatch(r -> r.path().equals("/api/transactions/{id}"))) return;
        var foreign = id("/api/customers/{id}");
        var foreignSale = id("/api/transactions/{id}");
        var own = strangersCustomer();
        String ownSale = stranger.api()
                .body(Map.of("customer_id", own, "transaction_date", "2025-01-02", "amount", 1))
                .post("/api/transactions")
                .then()
                .statusCode(201)
                .extract()
                .path("data.transaction.id");
        var before = rows();
        same(foreign, id -> stranger.api().body(saleOf(id)).post("/api/transactions"), 404);
        same(foreign, id -> stranger.api().body(saleOf(id)).put("/api/transactions/" + ownSale), 404);
        same(foreign, id -> stranger.api().body(Map.of("customer_id", id)).patch("/api/transactions/" + ownSale), 404);
        same(
                foreign,
                id -> stranger.api()
                        .body(Map.of("transactions", List.of(saleOf(own), saleOf(id))))
                        .post("/api/transactions/bulk"),
                400);
        same(foreign, id -> stranger.api().body(Map.of("other_id", id)).post("/api/customers/" + own + "/merge"), 404);
        same(foreign, id -> stranger.api().get("/api/transactions?customer_id=" + id), 200);
        same(foreignSale, id -> stranger.api().get("/api/customers?search=" + id), 200);
        assertThat(rows()).isEqualTo(before);
    }

    private static Map<String, Object> saleOf(String customer) {
        return Map.of("customer_id", customer, "transaction_date", "2025-01-02", "amount", 75_000);
    }

    private static void same(String foreign, java.util.function.Function<String, Response> call, int status) {
        var none = UUID.randomUUID().toString();
        var answer = call.apply(foreign);
        assertThat(answer.statusCode()).describedAs(answer.asString()).isEqualTo(status);
        // an answer may repeat what was asked for
        assertThat(shown(answer).replace(foreign, "-"))
                .isEqualTo(shown(call.apply(none)).replace(none, "-"));
    }

    /** Every row of the shop, table by table. */
    private Map<String, String> rows() {
        return db.inTenant(shop.id(), tx -> {
            var rows = new TreeMap<String, String>();
            var tables = ShopRows.tables(tx);
            tables.remove("users");
            for (var table : tables) {
                rows.put(
                        table,
                        tx.createQuery("SELECT coalesce(string_agg(t::text, E'\\n' ORDER BY t::text), '') FROM app."
                                        + table + " t")
                                .mapTo(String.class)
                                .one());
            }
            rows.put(
                    "users",
                    tx.createQuery(
                                    "SELECT concat_ws(',', email, full_name, business_name, phone, role, is_active, updated_at) FROM app.users")
                            .mapTo(String.class)
                            .one());
            assertThat(rows).hasSizeGreaterThan(10);
            assertThat(rows.get("sessions")).isNotEmpty();
            return rows;
        });
    }

    /** A sign-up can't take what only the server gives. */
    @Test
    void nobodySaysWhoTheyAreInABody() {
        for (var route : routes) {
            if (!route.takesJson() || route.path().startsWith("/api/admin/")) continue;
            for (var field : List.of("user_id", "role", "is_active")) {
                var body = (ObjectNode) Routes.served().example(route);
                body.put(
                        field,
                        field.equals("is_active") ? "true" : shop.id().value().toString());
                var answer = stranger.api()
                        .contentType(MediaType.APPLICATION_JSON)
                        .body(body.toString())
                        .request(route.method(), route.anywhere());
                // PATCH looks for its row first
                if (route.method().equals("PATCH") && answer.statusCode() == 404) continue;
                assertThat(answer.statusCode()).describedAs(route + " " + field).isEqualTo(400);
                JsonNode error = Routes.JSON.valueToTree(answer.jsonPath().getMap("error"));
                assertThat(error.path("code").asText()).isEqualTo("VALIDATION_ERROR");
                assertThat(error.at("/details/0/field").asText())
                        .describedAs(route.toString())
                        .isEqualTo(field);
            }
        }
    }

    /** The same of pages with a campaign's id in their path. */
    @Test
    void aForeignCampaignHasNoPages() {
        var theirs = id("/api/campaigns/{id}");
        var customer = id("/api/customers/{id}");
        var visitor = new Visitor(stranger);
        var before = rows();
        int tried = 0;
        for (var route : PageRoutes.all()) {
            if (!route.path().startsWith("/campaigns/{id}")) continue;
            var path = route.path().replace("{id}", theirs).replace("{customer}", customer);
            var answer = route.reads()
                    ? visitor.get(path)
                    : route.takesFiles()
                            ? illustrated(visitor, path)
                            : visitor.post(
                                    path,
                                    "name",
                                    "Curian",
                                    "text",
                                    "Halo. Balas STOP.",
                                    "outcome",
                                    "sent",
                                    "margin_percent",
                                    "7");
            answer.statusCode(404).body(org.hamcrest.Matchers.not(org.hamcrest.Matchers.containsString("Rahasia")));
            tried++;
        }
        assertThat(tried).isGreaterThan(12);
        assertThat(rows()).isEqualTo(before);
    }
}
