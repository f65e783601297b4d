package com.smartmarketingagent;

import static com.smartmarketingagent.Http.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.nullValue;

import com.smartmarketingagent.Http.Request;
import com.smartmarketingagent.Http.Response;
import com.smartmarketingagent.platform.RedisServer;
import io.quarkus.test.common.QuarkusTestResourceLifecycleManager;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.QuarkusTestProfile;
import io.quarkus.test.junit.TestProfile;
import jakarta.ws.rs.core.MediaType;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.opentest4j.TestAbortedException;

/** Behind a balancer, with Redis, for another site's scripts: CORS, limits and the caller's address. */
@QuarkusTest
@TestProfile(EdgeTest.Configured.class)
class EdgeTest {

    private static final String SHOP = "https://toko.contoh.id";
    private static final AtomicInteger LAST = new AtomicInteger();

    public static class Configured implements QuarkusTestProfile {
        @Override
        public Map<String, String> getConfigOverrides() {
            return Map.of(
                    "RATE_LIMIT_ENABLED", "true",
                    "RATE_LIMIT_API", "5/3600",
                    "CORS_ORIGINS", "https://kasir.contoh.id, " + SHOP + "/",
                    "TRUSTED_PROXIES", "127.0.0.0/8, 10.0.0.0/8");
        }

        @Override
        public List<TestResourceEntry> testResources() {
            return List.of(new TestResourceEntry(RedisIfThereIsOne.class));
        }
    }

    /** Without, it is looked for in vain, and everything holds on this node. */
    public static class RedisIfThereIsOne implements QuarkusTestResourceLifecycleManager {
        private @Nullable RedisServer server;

        @Override
        public Map<String, String> start() {
            try {
                var redis = new RedisServer();
                server = redis;
                return Map.of("REDIS_URL", redis.url());
            } catch (TestAbortedException e) {
                return Map.of("REDIS_URL", "redis://127.0.0.1:9");
            } catch (IOException e) {
                throw new java.io.UncheckedIOException(e);
            }
        }

        @Override
        public void stop() {
            try {
                if (server != null) server.close();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
    }

    @Test
    void whatIsLeftIsInTheHeadersAndTheSixthWaits() {
        // the first may find nobody to share with yet
        profile(somebody());
        var caller = somebody();
        for (int left = 4; left >= 0; left--) {
            var answer = from(caller).get("/api/auth/profile");
            assertThat(answer.statusCode()).isEqualTo(401);
            assertThat(answer.header("RateLimit-Limit")).isEqualTo("5");
            assertThat(answer.header("RateLimit-Remaining")).isEqualTo(String.valueOf(left));
            assertThat(Integer.parseInt(answer.header("RateLimit-Reset")))
                    .isBetween(720 * (5 - left) - 20, 720 * (5 - left));
        }
        var refusal = from(caller).get("/api/auth/profile");
        assertThat(refusal.statusCode()).isEqualTo(429);
        assertThat(refusal.jsonPath().getString("error.code")).isEqualTo("RATE_LIMITED");
        assertThat(refusal.header("RateLimit-Remaining")).isEqualTo("0");
        assertThat(Integer.parseInt(refusal.header("Retry-After"))).isBetween(700, 720);
        from(somebody()).get("/login").then().statusCode(200).header("RateLimit-Limit", nullValue());
    }

    @Test
    void theLastAddressThatIsNotABalancersIsCounted() {
        var caller = somebody();
        for (int i = 0; i < 5; i++)
            assertThat(profile("1.1.1." + i + ", " + caller + ", 10.0.0.7")).isEqualTo(401);
        assertThat(profile("1.1.1.9, " + caller)).isEqualTo(429);
        assertThat(profile(caller + ", " + somebody())).isEqualTo(401);
    }

    @Test
    void aNetworkOfIpv6IsCountedAsOne() {
        int n = LAST.incrementAndGet();
        for (int i = 0; i < 5; i++)
            assertThat(profile("2001:db8:0:" + n + "::" + i)).isEqualTo(401);
        assertThat(profile("2001:db8:0:" + n + ":ffff::1")).isEqualTo(429);
        assertThat(profile("2001:db8:1:" + n + "::1")).isEqualTo(401);
    }

    @Test
    void anotherSitesScriptsMayAskAndReadAlsoThatTheyMustWait() {
        var caller = somebody();
        for (int i = 0; i < 8; i++) {
            var preflight = from(caller)
                    .header("Origin", SHOP)
                    .header("Access-Control-Request-Method", "PUT")
                    .header("Access-Control-Request-Headers", "authorization,content-type")
                    .options("/api/auth/profile");
            assertThat(preflight.statusCode()).isEqualTo(204);
            assertThat(preflight.header("Access-Control-Allow-Origin")).isEqualTo(SHOP);
            assertThat(preflight.header("Access-Control-Allow-Methods")).contains("PUT", "DELETE");
            assertThat(preflight.header("Access-Control-Allow-Headers")).contains("Authorization", "Idempotency-Key");
            assertThat(preflight.header("Access-Control-Max-Age")).isEqualTo("7200");
            neverWithCookies(preflight);
        }
        for (int status : new int[] {401, 401, 401, 401, 401, 429}) {
            var answer = from(caller).header("Origin", SHOP).get("/api/auth/profile");
            assertThat(answer.statusCode()).isEqualTo(status);
            assertThat(answer.header("Access-Control-Allow-Origin")).isEqualTo(SHOP);
            assertThat(answer.header("Access-Control-Expose-Headers")).contains("Retry-After", "RateLimit-Remaining");
            neverWithCookies(answer);
        }
    }

    private static void neverWithCookies(Response answer) {
        assertThat(answer.headers().firstValue("Access-Control-Allow-Credentials"))
                .isEmpty();
        assertThat(answer.headers().allValues("Vary"))
                .anyMatch(vary -> vary.toLowerCase(java.util.Locale.ROOT).contains("origin"));
    }

    @Test
    void aSiteThatIsNotNamedAndThePagesGetNothingOfIt() {
        for (var origin : List.of("https://lain.contoh.id", "http://toko.contoh.id", SHOP + ".jahat.id", "null")) {
            from(somebody())
                    .header("Origin", origin)
                    .header("Access-Control-Request-Method", "PUT")
                    .options("/api/auth/profile")
                    .then()
                    .header("Access-Control-Allow-Origin", nullValue())
                    .header("Access-Control-Allow-Methods", nullValue());
            from(somebody())
                    .header("Origin", origin)
                    .get("/api/auth/profile")
                    .then()
                    .statusCode(401)
                    .header("Access-Control-Allow-Origin", nullValue())
                    .header("Vary", containsString("rigin"));
        }
        from(somebody())
                .header("Origin", SHOP)
                .get("/login")
                .then()
                .statusCode(200)
                .header("Access-Control-Allow-Origin", nullValue());
    }

    /** A request that waits for Redis keeps its body. */
    @Test
    void whatIsSentArrivesWhileRedisIsAsked() {
        var token = from(somebody())
                .contentType(MediaType.APPLICATION_JSON)
                .body(Map.of(
                        "email",
                        UUID.randomUUID() + "@contoh.id",
                        "password",
                        "kain batik tulis",
                        "full_name",
                        "Sri",
                        "business_name",
                        "Batik"))
                .post("/api/auth/register")
                .then()
                .statusCode(201)
                .extract()
                .<String>path("data.access_token");
        var file = "nama,no hp,tanggal,total\n" + "Budi,0812-3456-7890,31/12/2025,Rp150.000\n".repeat(60_000);
        from(somebody())
                .header("Authorization", "Bearer " + token)
                .multiPart("file", "penjualan.csv", file.getBytes(java.nio.charset.StandardCharsets.UTF_8), "text/csv")
                .multiPart("dry_run", "true")
                .post("/api/transactions/import")
                .then()
                .statusCode(200)
                .body("data.rows.total", equalTo(60_000));
    }

    private static int profile(String forwarded) {
        return from(forwarded).get("/api/auth/profile").statusCode();
    }

    private static Request from(String forwarded) {
        return given().header("X-Forwarded-For", forwarded);
    }

    /** An address that nobody has used yet. */
    private static String somebody() {
        int n = LAST.incrementAndGet();
        return "198.51." + n / 256 + "." + n % 256;
    }
}
