package com.smartmarketingagent.platform;

import static com.smartmarketingagent.Http.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.equalTo;

import com.smartmarketingagent.Await;
import com.smartmarketingagent.Http;
import com.smartmarketingagent.Shop;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@QuarkusTest
class MetricsTest {

    @Inject
    Db db;

    @Inject
    Jobs jobs;

    @AfterEach
    void forget() {
        System.clearProperty("METRICS_TOKEN");
    }

    private static String scrape() {
        var answer = given().get("/api/metrics");
        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(answer.contentType()).startsWith("text/plain");
        return answer.asString();
    }

    /** Recorded after the answer was sent. */
    private static void await(String line) {
        Await.until("it is counted: " + line, () -> scrape().contains(line));
    }

    @Test
    void requestsAreCountedByTheirRouteAndNeverByWhatWasAsked() {
        var id = UUID.randomUUID().toString();
        Shop.register().api().get("/api/customers/" + id).then().statusCode(404);
        given().get("/api/" + id).then().statusCode(404);
        given().get("/customers/" + id);
        await("sma_requests_seconds_count{method=\"GET\",route=\"/api/customers/{id}\",status=\"404\"}");
        await("sma_requests_seconds_bucket{method=\"GET\",route=\"/api/customers/{id}\",status=\"404\",le=\"0.05\"}");
        await("sma_requests_seconds_count{method=\"GET\",route=\"none\",status=\"404\"}");
        assertThat(scrape()).doesNotContain(id);
    }

    /** Nobody was told anything, so that no figure says that all went well. */
    @Test
    void whoHangsUpIsCountedAsThat() throws Exception {
        try (var socket = new Socket("localhost", Http.port())) {
            socket.getOutputStream()
                    .write("POST /api/auth/login HTTP/1.1\r\nHost: localhost\r\nContent-Length: 9\r\n\r\n{"
                            .getBytes(StandardCharsets.US_ASCII));
            // so that it is there to be hung up on
            Thread.sleep(200);
        }
        await("sma_requests_seconds_count{method=\"POST\",route=\"none\",status=\"499\"}");
    }

    @Test
    void aMethodThatNobodyKnowsMakesNoNewLine() {
        given().request("BREW", "/api/health");
        await("method=\"other\"");
        assertThat(scrape()).doesNotContain("BREW");
    }

    @Test
    void connectionsOfEachPoolAndTheJobsAreCounted() {
        assertThat(scrape())
                .contains("sma_connections{pool=\"app\",state=\"active\"}")
                .contains("sma_connections{pool=\"worker\",state=\"idle\"}")
                .contains("sma_connections{pool=\"admin\",state=\"waiting\"}")
                .contains("sma_connections{pool=\"jobs\",state=\"active\"}")
                .contains("jvm_memory_used_bytes");
        var shop = Shop.register();
        db.useTenant(shop.id(), tx -> jobs.enqueue(tx, "test-log", shop.id().value() + " " + UUID.randomUUID()));
        jobs.wakeUp();
        await("sma_jobs_seconds_count{job=\"test-log\",outcome=\"done\"}");
    }

    @Test
    void withATokenNobodyElseMayRead() {
        System.setProperty("METRICS_TOKEN", "tertanam-pengamat");
        given().get("/api/metrics").then().statusCode(401).body("error.code", equalTo("UNAUTHORIZED"));
        given().header("Authorization", "Bearer tertanam-x")
                .get("/api/metrics")
                .then()
                .statusCode(401)
                .body("error.code", equalTo("UNAUTHORIZED"));
        given().header("Authorization", "Bearer tertanam-pengamat")
                .header("X-Forwarded-For", "192.0.2.1")
                .get("/api/metrics")
                .then()
                .statusCode(200);
    }

    @ParameterizedTest
    @ValueSource(strings = {"X-Forwarded-For", "Forwarded", "X-Real-IP", "Via"})
    void withoutOneWhomAProxyBringsIsNotOfThisMachine(String header) {
        given().header(header, "127.0.0.1")
                .get("/api/metrics")
                .then()
                .statusCode(404)
                .body("error.code", equalTo("NOT_FOUND"));
    }

    /** As nginx asks without being told to add anything. */
    @Test
    void withoutOneWhoAsksByAnotherNameIsNotOfThisMachine() throws IOException {
        assertThat(statusFor("toko.example.com")).contains(" 404 ");
        for (var own : List.of("127.0.0.1", "LOCALHOST:8080", "[::1]:8080"))
            assertThat(statusFor(own)).as(own).contains(" 200 ");
    }

    private static String statusFor(String host) throws IOException {
        try (var socket = new Socket("localhost", Http.port())) {
            socket.getOutputStream()
                    .write(("GET /api/metrics HTTP/1.1\r\nConnection: close\r\nHost: " + host + "\r\n\r\n")
                            .getBytes(StandardCharsets.US_ASCII));
            return new BufferedReader(new InputStreamReader(socket.getInputStream(), StandardCharsets.UTF_8))
                    .readLine();
        }
    }

    @Test
    void thisMachineIsItsLoopback() {
        assertThat(Client.isLoopback("127.0.0.1")).isTrue();
        assertThat(Client.isLoopback("127.1.2.3")).isTrue();
        assertThat(Client.isLoopback("::1")).isTrue();
        assertThat(Client.isLoopback("0:0:0:0:0:0:0:1%0")).isTrue();
        assertThat(Client.isLoopback("10.0.0.1")).isFalse();
        assertThat(Client.isLoopback("128.0.0.1")).isFalse();
        assertThat(Client.isLoopback("fe80::1%2")).isFalse();
        assertThat(Client.isLoopback("unknown")).isFalse();
    }
}
