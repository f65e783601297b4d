package com.smartmarketingagent.platform;

import static org.assertj.core.api.Assertions.assertThat;

import com.smartmarketingagent.Await;
import io.vertx.core.http.HttpHeaders;
import java.io.IOException;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Objects;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class BodiesTest extends SocketCase {

    private static final int ROOM = 1_000;
    private static final int MOST = 600;

    private final Queue<String> came = new ConcurrentLinkedQueue<>();

    @BeforeEach
    void serve() throws Exception {
        serve(Duration.ofMinutes(1));
    }

    /** Answers with the body, but never what begins with "wait". */
    private void serve(Duration longest) throws Exception {
        var bodies = new Bodies(
                ROOM,
                longest,
                (context, status, code, key) -> context.response()
                        .setStatusCode(status)
                        .putHeader(HttpHeaders.CONNECTION, "close")
                        .end(code));
        serve(
                context -> {
                    context.request().pause();
                    bodies.take(context, MOST);
                },
                context -> {
                    var text = Objects.requireNonNullElse(context.body().asString(), "");
                    came.add(text);
                    if (!text.startsWith("wait")) context.response().end(text);
                });
    }

    @Test
    void whatComesInPiecesIsWhole() throws Exception {
        var slow = post(10, "halo ");
        send(slow, "semua");
        assertThat(answer(slow)).startsWith("HTTP/1.1 200").endsWith("halo semua");
        var chunked = open("Transfer-Encoding: chunked");
        send(chunked, "5\r\nhalo \r\n3\r\nibu\r\n0\r\n\r\n");
        assertThat(answer(chunked)).startsWith("HTTP/1.1 200").endsWith("halo ibu");
        var asks = open("Content-Length: 4\r\nExpect: 100-continue");
        assertThat(answer(asks)).startsWith("HTTP/1.1 100");
        send(asks, "halo");
        assertThat(answer(asks)).contains("HTTP/1.1 200").endsWith("halo");
    }

    @Test
    void whoTakesTooLongIsToldSo() throws Exception {
        serve(Duration.ofMillis(200));
        var slow = post(10, "halo");
        assertThat(answer(slow)).startsWith("HTTP/1.1 408").endsWith("REQUEST_TIMEOUT");
        assertThat(came).isEmpty();
    }

    @Test
    void moreThanItMayHaveIsRefusedInPiecesToo() throws Exception {
        var chunked = open("Transfer-Encoding: chunked");
        send(chunked, "259\r\n" + "x".repeat(601) + "\r\n0\r\n\r\n");
        assertThat(answer(chunked)).startsWith("HTTP/1.1 413").endsWith("PAYLOAD_TOO_LARGE");
        assertThat(came).isEmpty();
    }

    @Test
    void whereThereIsNoMoreRoomWhoBeganFirstGoes() throws Exception {
        var first = post(600, "a".repeat(400));
        var second = post(600, "b".repeat(400));
        var third = post(300, "c".repeat(300));
        assertThat(answer(first)).startsWith("HTTP/1.1 503").endsWith("SERVICE_UNAVAILABLE");
        assertThat(answer(third)).startsWith("HTTP/1.1 200");
        // the third's room is free again
        send(second, "b".repeat(200));
        assertThat(answer(second)).startsWith("HTTP/1.1 200").endsWith("b".repeat(600));
    }

    /** What is whole is being worked on: whoever comes then is the one to go. */
    @Test
    void whatIsWholeStaysUntilItIsAnsweredOrItsSenderIsGone() throws Exception {
        var working = post(600, "wait" + "a".repeat(596));
        Await.until("it is worked on", () -> came.size() == 1);
        assertThat(answer(post(500, "b".repeat(500)))).startsWith("HTTP/1.1 503");
        working.close();
        Await.until("there is room", () -> answer(post(500, "b".repeat(500))).startsWith("HTTP/1.1 200"));
    }

    private Socket post(int length, String begun) throws IOException {
        var socket = open("Content-Length: " + length);
        send(socket, begun);
        return socket;
    }

    private Socket open(String head) throws IOException {
        return open("/", head);
    }

    /** What comes at once: these are short. */
    private static String answer(Socket socket) throws IOException {
        var bytes = new byte[8_192];
        return new String(bytes, 0, Math.max(0, socket.getInputStream().read(bytes)), StandardCharsets.US_ASCII);
    }
}
