package com.smartmarketingagent;

import static com.smartmarketingagent.Http.given;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.ConcurrentSkipListSet;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Requests that are made to keep the packaged program from everybody else, as large as its memory. */
class AttackIT {

    /** More than there are threads to read them. */
    private static final int SLOW = 300;

    private static final int REQUESTS = 100;
    private static final int ROUNDS = 5;
    private static final int PIECE = 1 << 16;
    private static final Duration SECOND = Duration.ofSeconds(1);
    private static final long GIGABYTE = 1L << 30;

    private final ConcurrentSkipListSet<String> answers = new ConcurrentSkipListSet<>();
    private volatile boolean over;

    @Test
    @Timeout(300)
    void othersAreAnsweredWithinASecondMeanwhile(@TempDir Path folder) throws Exception {
        try (var program = new RunningProgram(folder);
                var attackers = Executors.newVirtualThreadPerTaskExecutor()) {
            program.environment = new HashMap<>(Map.of("RATE_LIMIT_ENABLED", "false"));
            program.start();
            var token = People.register(program.port);
            var heads = Map.of(
                    "announced",
                    "POST /api/auth/login HTTP/1.1\r\nContent-Type: application/json\r\nContent-Length: " + GIGABYTE,
                    "chunked",
                    "POST /api/auth/login HTTP/1.1\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked",
                    "file",
                    "POST /api/customers/import HTTP/1.1\r\nContent-Type: multipart/form-data; boundary=x\r\nAuthorization: Bearer "
                            + token + "\r\nContent-Length: " + GIGABYTE);
            var began = new ArrayList<Future<?>>();
            var slowest = new ArrayList<Duration>();
            try {
                heads.forEach((name, head) ->
                        began.add(attackers.submit(() -> again(() -> pour(program.port, name, head)))));
                for (int i = 0; i < SLOW; i++) began.add(attackers.submit(() -> drip(program.port)));
                began.add(attackers.submit(() -> again(() -> answers.add("deep "
                        + given().port(program.port)
                                .contentType("application/json")
                                .body("[".repeat(10_000))
                                .post("/api/auth/login")
                                .statusCode()))));
                began.add(attackers.submit(() -> again(() -> answers.add("limit "
                        + given().port(program.port)
                                .header("Authorization", "Bearer " + token)
                                .get("/api/customers?limit=1e9")
                                .statusCode()))));
                // what else the machine does may spoil a round; what the attack does would spoil them all
                do slowest.add(slowestHundredth(program.port, token));
                while (slowest.getLast().compareTo(SECOND) >= 0 && slowest.size() < ROUNDS);
            } finally {
                over = true;
            }
            for (var one : began) one.get();

            assertThat(answers)
                    .contains("announced HTTP/1.1 413", "chunked HTTP/1.1 413", "deep 400", "limit 400")
                    // 400: a form without any of its parts
                    .containsAnyOf("file HTTP/1.1 413", "file HTTP/1.1 400")
                    .isSubsetOf(
                            "announced HTTP/1.1 413",
                            "chunked HTTP/1.1 413",
                            "file HTTP/1.1 413",
                            "file HTTP/1.1 400",
                            "deep 400",
                            "limit 400");
            assertThat(slowest.getLast())
                    .as("the slowest hundredth, %s", slowest)
                    .isLessThan(SECOND);
            given().port(program.port).get("/api/health").then().statusCode(200);
            assertThat(program.log()).doesNotContain("OutOfMemory");
        }
    }

    /** What 99 of 100 requests of an owner take at most, who goes on as if nothing was. */
    private static Duration slowestHundredth(int port, String token) {
        var times = new ArrayList<Duration>();
        for (int i = 0; i < REQUESTS; i++) {
            long asked = System.nanoTime();
            if (i % 2 == 0)
                given().port(port)
                        .header("Authorization", "Bearer " + token)
                        .contentType("application/json")
                        .body(Map.of("name", "Ani"))
                        .post("/api/customers")
                        .then()
                        .statusCode(201);
            else
                given().port(port)
                        .header("Authorization", "Bearer " + token)
                        .get("/api/customers?limit=20")
                        .then()
                        .statusCode(200);
            times.add(Duration.ofNanos(System.nanoTime() - asked));
        }
        return times.stream().sorted().toList().get(REQUESTS - 2);
    }

    private void again(Runnable attack) {
        while (!over) {
            attack.run();
            LockSupport.parkNanos(5_000_000);
        }
    }

    /** A gigabyte, or as much as the server takes. */
    private void pour(int port, String name, String head) {
        try (var socket = new Socket("localhost", port)) {
            socket.setSoTimeout(60_000);
            var out = socket.getOutputStream();
            out.write((head + "\r\nHost: localhost\r\n\r\n").getBytes(StandardCharsets.US_ASCII));
            boolean chunked = head.endsWith("chunked");
            try {
                for (long sent = 0;
                        sent < GIGABYTE && !over && socket.getInputStream().available() == 0;
                        sent += PIECE) {
                    if (chunked) out.write((Integer.toHexString(PIECE) + "\r\n").getBytes(StandardCharsets.US_ASCII));
                    out.write(new byte[PIECE]);
                    if (chunked) out.write("\r\n".getBytes(StandardCharsets.US_ASCII));
                }
            } catch (IOException refused) {
                // it reads no more; what it said may be there still
            }
            if (!over)
                answers.add(name + " " + new String(socket.getInputStream().readNBytes(12), StandardCharsets.US_ASCII));
        } catch (SocketTimeoutException e) {
            answers.add(name + " is not answered");
        } catch (IOException gone) {
            // closed before its answer was read: refused as well
        }
    }

    /** A byte a second of what never ends. */
    private void drip(int port) {
        try (var socket = new Socket("localhost", port)) {
            var out = socket.getOutputStream();
            out.write(
                    "POST /api/auth/login HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: 1000\r\n\r\n"
                            .getBytes(StandardCharsets.US_ASCII));
            while (!over) {
                out.write(' ');
                LockSupport.parkNanos(1_000_000_000);
            }
        } catch (IOException gone) {
            // the server has had enough of it
        }
    }
}
