package com.smartmarketingagent;

import static com.smartmarketingagent.Refusals.refused;
import static org.assertj.core.api.Assertions.assertThat;

import com.smartmarketingagent.Routes.Route;
import com.smartmarketingagent.platform.Paging;
import com.smartmarketingagent.platform.UserId;
import io.quarkus.test.junit.QuarkusTest;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Query parameters that no honest client sends, and those whose characters only look hostile. */
@QuarkusTest
class HostileQueryTest {

    private Routes served = new Routes(Routes.JSON.nullNode());
    private Shop shop = new Shop(new UserId(new UUID(0, 0)), "", "", "", "");

    private @Nullable Shop admin;

    @BeforeEach
    void aShop() {
        shop = Shop.register();
        served = Routes.served();
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
                    var answer =
                            caller(route).api().queryParam(parameter, value).get(path);
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
    void numbersOutOfRangeAreRefusedNamingThem() {
        int lists = 0;
        for (var route : served.all()) {
            if (!route.queryParameters().contains("limit")) continue;
            lists++;
            var path = route.path().replace("{name}", "lost");
            if (path.contains("{id}"))
                path = path.replace(
                        "{id}",
                        path.startsWith("/api/customers/")
                                ? customer()
                                : shop.draft().toString());
            for (var bad : List.of(
                    "limit=0",
                    "limit=101",
                    "limit=-1",
                    "page=0",
                    "page=-5",
                    "limit=1000000000",
                    "page=1000001",
                    "limit=1e9",
                    "limit=x",
                    "page=99999999999999999999",
                    "limit=1.5")) {
                var answer = caller(route).api().get(path + "?" + bad);
                refused(answer, 400, "VALIDATION_ERROR", route + bad);
                assertThat(answer.jsonPath().getString("error.details[0].field"))
                        .describedAs(route + bad)
                        .isEqualTo(bad.replaceFirst("=.*", ""));
            }
            caller(route).api().get(path + "?limit=100&page=1").then().statusCode(200);
        }
        assertThat(lists).isGreaterThan(0);
    }

    /** A page is there, though not that part of its list: the framework would say that there is none. */
    @Test
    void aPartOfAPagesListThatIsNoNumberIsRefused() {
        if (admin == null) admin = Shop.admin();
        int lists = 0;
        for (var route : PageRoutes.all()) {
            boolean isList = route.reads()
                    && !route.path().contains("{")
                    && Arrays.stream(route.method().getParameters())
                            .anyMatch(p -> p.getName().equals("page") || p.getType() == Paging.class);
            if (!isList) continue;
            lists++;
            var visitor = new Visitor(route.admins() ? admin : shop);
            for (var bad : List.of("x", "1.5", "99999999999"))
                visitor.get(route.path(), "page", bad).statusCode(400).contentType("text/html");
        }
        assertThat(lists).isGreaterThan(6);
    }

    /** Both have lists of their own. */
    private String customer() {
        return shop.api()
                .body(Map.of("name", "x"))
                .post("/api/customers")
                .then()
                .statusCode(201)
                .extract()
                .path("data.customer.id");
    }

    private Shop caller(Route route) {
        if (!route.path().startsWith("/api/admin/")) return shop;
        if (admin == null) admin = Shop.admin();
        return admin;
    }

    @Test
    void everyParameterOfTheWrongKindIsNamed() {
        int parameters = 0;
        for (var route : served.all()) {
            for (var parameter : route.queryParameters()) {
                var answer = caller(route)
                        .api()
                        .queryParam(parameter, "x\u0001")
                        .request(
                                route.method(),
                                route.path().replace("{name}", "lost").replace("{id}", "" + UUID.randomUUID()));
                refused(answer, 400, "VALIDATION_ERROR", route + " " + parameter);
                // a call without its body lacks that, too
                assertThat(answer.jsonPath().<String>getList("error.details.field").stream()
                                .filter(field -> !field.equals("body")))
                        .describedAs(route + " " + parameter + answer.asString())
                        .containsExactly(parameter);
                // in a sentence it has a word that people know
                assertThat(answer.jsonPath().getString("error.message"))
                        .doesNotContainPattern("(^|Isian )" + parameter + "\\b");
                parameters++;
            }
        }
        assertThat(parameters).isGreaterThan(15);
    }

    /** The standard of forms knows only {@code &}; a shop may be called "A;B". */
    @Test
    void aSemicolonBelongsToTheValue() {
        for (var name : List.of("Toko A;B", "Toko A", "Toko A;limit=1", "A+B & C=D")) {
            shop.api().body(Map.of("name", name)).post("/api/customers").then().statusCode(201);
        }
        for (var query : List.of("A;B", "A%3BB")) {
            var found = shop.api().urlEncodingEnabled(false).get("/api/customers?search=" + query);
            assertThat(found.jsonPath().getList("data.customers.name"))
                    .describedAs(query)
                    .isEqualTo(List.of("Toko A;B"));
        }
        var whole = shop.api().urlEncodingEnabled(false).get("/api/customers?search=A;limit=1");
        assertThat(whole.jsonPath().getList("data.customers.name")).isEqualTo(List.of("Toko A;limit=1"));
        assertThat(whole.jsonPath().getInt("meta.limit")).isEqualTo(20);
        var others = shop.api().urlEncodingEnabled(false).get("/api/customers?search=A%2BB+%26%20C%3DD");
        assertThat(others.jsonPath().getList("data.customers.name")).isEqualTo(List.of("A+B & C=D"));
    }
}
