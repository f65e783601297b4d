package com.smartmarketingagent;

import static com.smartmarketingagent.Http.given;
import static org.assertj.core.api.Assertions.assertThat;

import com.smartmarketingagent.Http.Response;
import jakarta.ws.rs.core.MediaType;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.Arrays;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Supplier;

/** Who read and write all the time at one port, each over one connection after the other. */
final class People implements AutoCloseable {

    static final int CLIENTS = 4;

    /** An answer that was none of those that are hoped for. */
    record Failed(String what, int status, String body, Duration after) {}

    final ConcurrentLinkedQueue<Failed> failed = new ConcurrentLinkedQueue<>();
    private final String run = "Uji " + UUID.randomUUID();
    private final ExecutorService threads = Executors.newFixedThreadPool(CLIENTS);
    private final Set<String> stored = ConcurrentHashMap.newKeySet();
    private final int port;
    private final String token;
    private volatile boolean goOn = true;

    /** @param token of {@link #register} */
    People(int port, String token) {
        this.port = port;
        this.token = token;
        for (int i = 0; i < CLIENTS; i++) threads.execute(this::readAndWrite);
    }

    /** Answers the first column of the only row. */
    @FunctionalInterface
    interface Query {
        String ask(String sql) throws Exception;
    }

    /** What whoever asks meanwhile waits at most. */
    private static final Duration SOON = Duration.ofSeconds(5);

    /** That somebody was refused, and each in the envelope. */
    void wereToldThatItIsAway() {
        assertThat(failed).isNotEmpty().allSatisfy(f -> {
            assertThat(f.status()).as(f.body()).isEqualTo(503);
            assertThat(f.body()).contains("\"success\":false", "\"code\":\"SERVICE_UNAVAILABLE\"");
        });
    }

    void wereToldSoon() {
        assertThat(failed).allSatisfy(f -> assertThat(f.after()).isLessThan(SOON));
    }

    /** A new shop's access token. */
    static String register(int port) {
        return given().port(port)
                .contentType(MediaType.APPLICATION_JSON)
                .body(Map.of(
                        "email",
                        UUID.randomUUID() + "@contoh.id",
                        "password",
                        "kain batik tulis",
                        "full_name",
                        "Sri",
                        "business_name",
                        "Batik Sri"))
                .post("/api/auth/register")
                .then()
                .statusCode(201)
                .extract()
                .path("data.access_token");
    }

    private void readAndWrite() {
        while (goOn) {
            var name = run + " " + UUID.randomUUID();
            boolean written = answers(
                    "write",
                    201,
                    () -> given().port(port)
                            .header("Authorization", "Bearer " + token)
                            .header("Idempotency-Key", name)
                            .contentType(MediaType.APPLICATION_JSON)
                            .body(Map.of("name", name))
                            .post("/api/customers"));
            if (written) stored.add(name);
            answers(
                    "read",
                    200,
                    () -> given().port(port)
                            .header("Authorization", "Bearer " + token)
                            .get("/api/customers?limit=5"));
            // the machine has more to do
            LockSupport.parkNanos(50_000_000);
        }
    }

    /** What reached a connection in the moment in which that ended is asked once more, as browsers do. */
    private static Response again(Supplier<Response> asks) {
        try {
            return asks.get();
        } catch (UncheckedIOException e) {
            return asks.get();
        }
    }

    private boolean answers(String what, int status, Supplier<Response> asks) {
        long began = System.nanoTime();
        int got = 0;
        String body;
        try {
            var answer = again(asks);
            got = answer.statusCode();
            if (got == status) return true;
            body = answer.asString();
        } catch (Exception broken) {
            body = broken.toString();
        }
        failed.add(new Failed(what, got, body, Duration.ofNanos(System.nanoTime() - began)));
        return false;
    }

    /** They go on; here only time passes, and longer where the machine is so busy that they got nothing written. */
    void work(Duration time) {
        int before = stored.size();
        LockSupport.parkNanos(time.toNanos());
        Await.until("something is written", () -> stored.size() > before);
    }

    void stop() throws InterruptedException {
        goOn = false;
        threads.shutdown();
        assertThat(threads.awaitTermination(60, TimeUnit.SECONDS)).isTrue();
    }

    /** What was answered is stored once; more only where the answer was lost. */
    void lostNothing(Query database) throws Exception {
        var names = database.ask("SELECT string_agg(name, E'\\n') FROM app.customers WHERE name LIKE '" + run + "%'")
                .split("\n");
        assertThat(names).doesNotHaveDuplicates().containsAll(stored);
        var unanswered = new HashSet<>(Arrays.asList(names));
        unanswered.removeAll(stored);
        assertThat(unanswered).hasSizeLessThanOrEqualTo(failed.size());
    }

    @Override
    public void close() {
        goOn = false;
        threads.shutdownNow();
    }
}
