package com.smartmarketingagent;

import static com.smartmarketingagent.Http.given;
import static com.smartmarketingagent.Refusals.refused;
import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.endsWith;

import com.smartmarketingagent.Http.Request;
import com.smartmarketingagent.Routes.Route;
import com.smartmarketingagent.platform.UserId;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.ws.rs.core.MediaType;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.UUID;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Which addresses there are, for whom, by which methods, and in which form they answer. */
@QuarkusTest
class AddressesTest {

    private Routes served = new Routes(Routes.JSON.nullNode());
    private Shop shop = new Shop(new UserId(new UUID(0, 0)), "", "", "", "");

    @BeforeEach
    void aShop() {
        shop = Shop.register();
        served = Routes.served();
    }

    private static final List<String> METHODS = List.of("GET", "POST", "PUT", "PATCH", "DELETE");

    /** Callers without a token and with one. */
    private List<Supplier<Request>> callers() {
        return List.of(() -> given().contentType(MediaType.APPLICATION_JSON), shop::api);
    }

    @Test
    void unknownAddressesAreTheSameForEveryone() {
        for (var language : List.of("id", "en")) {
            for (var caller : callers()) {
                for (var path :
                        List.of("/api", "/api/", "/api/nothing", "/api/auth", "/api/auth/nothing", "/api/customersx")) {
                    var answer =
                            caller.get().header("Accept-Language", language).get(path);
                    refused(answer, 404, "NOT_FOUND", path);
                    assertThat(answer.jsonPath().getString("error.message"))
                            .isEqualTo(
                                    language.equals("id")
                                            ? "Alamat tidak ditemukan."
                                            : "There is nothing at this address.");
                }
            }
        }
    }

    /** Another route's parameter may take a word that this one has fixed: then that route's methods count too. */
    @Test
    void aMethodThatAnAddressDoesNotKnowIsRefusedSayingWhichItKnows() {
        int refused = 0;
        for (var path : served.all().stream().map(Route::path).collect(Collectors.toSet())) {
            var where = path.replaceAll("\\{[^}]+}", "00000000-0000-4000-8000-000000000000");
            var known = served.all().stream()
                    .filter(r -> where.matches(r.path().replaceAll("\\{[^}]+}", "[^/]+")))
                    .map(Route::method)
                    .collect(Collectors.toCollection(TreeSet::new));
            var allowed = new TreeSet<>(known);
            allowed.add("OPTIONS");
            if (known.contains("GET")) allowed.add("HEAD");
            for (var method : METHODS) {
                if (known.contains(method)) continue;
                for (var caller : callers()) {
                    for (var slash : List.of("", "/")) {
                        var answer = caller.get().request(method, where + slash);
                        refused(answer, 405, "METHOD_NOT_ALLOWED", method + " " + path);
                        assertThat(answer.header("Allow"))
                                .describedAs(method + " " + path)
                                .isEqualTo(String.join(", ", allowed));
                        refused++;
                    }
                }
            }
        }
        assertThat(refused).isGreaterThan(200);
    }

    @Test
    void aFormsAddressOpenedByHandLeadsToThePageAboveIt() {
        var owner = new Visitor(Shop.admin());
        var reading = PageRoutes.all().stream()
                .filter(PageRoutes.Route::reads)
                .map(r -> r.path().replaceAll("\\{[^}]+}", "[^/]+"))
                .toList();
        int opened = 0;
        for (var route : PageRoutes.all()) {
            var where = route.anywhere();
            if (reading.stream().anyMatch(where::matches)) continue;
            var to = owner.get(where)
                    .statusCode(303)
                    .extract()
                    .header("Location")
                    .replaceFirst("^https?://[^/]+", "");
            assertThat(where).describedAs(where + " to " + to).startsWith(to);
            assertThat(to)
                    .satisfiesAnyOf(
                            t -> assertThat(t).isEqualTo("/"),
                            t -> assertThat(reading).anyMatch(t::matches));
            opened++;
        }
        assertThat(opened).isGreaterThan(20);
        owner.get("/profile/password").header("Location", endsWith("/profile"));
        owner.get("/logout").header("Location", endsWith("/"));
        for (var odd : List.of("a%20b", "%22", "%7B", "%3Fx")) {
            owner.request()
                    .urlEncodingEnabled(false)
                    .get("/customers/" + odd + "/delete")
                    .then()
                    .statusCode(303)
                    .header("Location", endsWith("/customers/" + odd));
        }
    }

    /** Every address has one form. RFC 9110, 12.5.1: who asks for another may be answered with it. */
    @Test
    void whateverFormIsAskedForTheAnswerIsJson() {
        for (var accept : List.of("application/xml", "text/html", "image/*;q=0.1", "x", "a/b/c", ";;,,", "*")) {
            for (var path : List.of("/api/health", "/api/auth/profile", "/api/customers", "/api/transactions")) {
                var answer = shop.api().header("Accept", accept).get(path);
                assertThat(answer.statusCode())
                        .describedAs(accept + " " + path + answer.asString())
                        .isEqualTo(200);
                assertThat(answer.contentType()).describedAs(accept + path).startsWith("application/json");
            }
            refused(given().header("Accept", accept).get("/api/customers"), 401, "UNAUTHORIZED", accept);
            refused(given().header("Accept", accept).get("/api/nothing"), 404, "NOT_FOUND", accept);
            refused(
                    shop.api()
                            .header("Accept", accept)
                            .body(Map.of("nama", "x"))
                            .post("/api/customers"),
                    400,
                    "VALIDATION_ERROR",
                    accept);
        }
        given().header("Accept", "application/json")
                .get("/login")
                .then()
                .statusCode(200)
                .contentType("text/html");
        given().header("Accept", "application/json")
                .get("/api/openapi")
                .then()
                .statusCode(200)
                .contentType(MediaType.APPLICATION_JSON);
    }

    @Test
    void withoutATokenOrWithANonsenseOneEveryPrivateRouteIsUnauthorized() {
        int closed = 0;
        for (var route : served.all()) {
            if (route.path().matches("/api/health(/.*)?|/api/auth/(register|login|refresh|logout|forgot|reset|verify)"))
                continue;
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
            for (var method : List.of("HEAD", "OPTIONS")) {
                var answer = shop.api().request(method, path);
                assertThat(answer.statusCode()).describedAs(method + " " + path).isLessThan(500);
                if (method.equals("HEAD")) assertThat(answer.asString()).isEmpty();
                assertThat(answer.headers().firstValue("Access-Control-Allow-Origin"))
                        .isEmpty();
            }
        }
        shop.api().get("/api/auth/profile").then().statusCode(200);
    }
}
