package com.smartmarketingagent;

import static com.smartmarketingagent.Http.given;
import static org.assertj.core.api.Assertions.assertThat;

import com.smartmarketingagent.platform.UserId;
import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Queue;
import java.util.UUID;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.locks.LockSupport;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What no library sends, byte by byte: broken lines, addresses and bodies, and clients that hang up. */
@QuarkusTest
class BrokenRequestTest {

    @TestHTTPResource
    @SuppressWarnings("NullAway.Init")
    URI server;

    private Shop shop = new Shop(new UserId(new UUID(0, 0)), "", "", "", "");
    private final Queue<LogRecord> logged = new ConcurrentLinkedQueue<>();
    private final Handler listener = new Handler() {
        @Override
        public void publish(LogRecord said) {
            logged.add(said);
        }

        @Override
        public void flush() {}

        @Override
        public void close() {}
    };

    @BeforeEach
    void aShopAndALog() {
        shop = Shop.register();
        Logger.getLogger("").addHandler(listener);
    }

    /** Whatever a client sends is no trouble of ours. */
    @AfterEach
    void nothingToWorryAboutWasLogged() {
        Logger.getLogger("").removeHandler(listener);
        assertThat(logged)
                .filteredOn(l -> l.getLevel().intValue() >= Level.WARNING.intValue()
                        || (l.getThrown() != null && l.getLevel().intValue() >= Level.INFO.intValue()))
                // that it took more than a second is the machine's, which may be busy
                .filteredOn(l -> !l.getMessage().contains("ended without an answer (499) after"))
                .extracting(l -> l.getLoggerName() + " " + l.getMessage() + " " + l.getThrown())
                .isEmpty();
    }

    private Socket send(String request) throws IOException {
        var socket = new Socket(server.getHost(), server.getPort());
        // less than the server's own minute, after which it ends any connection
        socket.setSoTimeout(45_000);
        socket.getOutputStream().write(request.getBytes(StandardCharsets.ISO_8859_1));
        socket.getOutputStream().flush();
        return socket;
    }

    /** The whole answer, head and body. */
    private String raw(String request) throws IOException {
        try (var socket = send(request)) {
            return answer(socket);
        } catch (java.net.SocketTimeoutException e) {
            throw new AssertionError(request, e);
        }
    }

    private static String answer(Socket socket) throws IOException {
        var answer = new ByteArrayOutputStream();
        try {
            socket.getInputStream().transferTo(answer);
        } catch (java.net.SocketException e) {
            // the server may reset once it has answered
            assertThat(answer.size()).isPositive();
        }
        return answer.toString(StandardCharsets.UTF_8);
    }

    private static void refused(String answer, int status, String code, String what) {
        assertThat(answer).describedAs(what).startsWith("HTTP/1.1 " + status + " ");
        assertThat(answer.toLowerCase(java.util.Locale.ROOT))
                .describedAs(what)
                .contains("\r\ncontent-type: application/json");
        assertThat(answer)
                .describedAs(what)
                .contains("\r\n\r\n{\"success\":false,\"error\":{\"code\":\"" + code + "\",\"message\":\"")
                .doesNotContain("Exception");
    }

    private String head() {
        return " HTTP/1.1\r\nHost: x\r\nConnection: close\r\nAuthorization: Bearer " + shop.accessToken() + "\r\n";
    }

    @Test
    void brokenAddressesAreRefused() throws IOException {
        for (var address : List.of(
                "/api/imports?page=%ff",
                "/api/imports?page=%zz",
                "/api/imports?page=%",
                "/api/imports?%zz=1",
                "/api/customers?search=%00",
                "/%zz?a=%zz",
                "/%")) {
            refused(raw("GET " + address + head() + "\r\n"), 400, "VALIDATION_ERROR", address);
        }
        for (var address : List.of(
                "/api/imports/%ff",
                "/api/imports/%zz", "/api/imports/%", "/api/imports/%00", "/api/imports/..%2f..%2f")) {
            var answer = raw("GET " + address + head() + "\r\n");
            if (answer.startsWith("HTTP/1.1 404")) refused(answer, 404, "NOT_FOUND", address);
            else refused(answer, 400, "VALIDATION_ERROR", address);
        }
        // leads out of the API, to a page that isn't there
        var away = raw("GET /api/%2e%2e/%2e%2e/etc/passwd" + head() + "\r\n");
        assertThat(away).startsWith("HTTP/1.1 404").contains("text/html").doesNotContain("root:");
    }

    @Test
    void brokenFormsAreRefused() throws IOException {
        for (var path : List.of("/login", "/register", "/forgot", "/u/abc")) {
            for (var body : List.of("email=%zz", "email=%", "%zz=1", "email=%u0041")) {
                var answer = raw("POST " + path + " HTTP/1.1\r\nHost: x\r\nConnection: close\r\n"
                        + "Content-Type: application/x-www-form-urlencoded\r\nContent-Length: " + body.length()
                        + "\r\n\r\n" + body);
                assertThat(answer).describedAs(path + " " + body).startsWith("HTTP/1.1 400 ");
            }
        }
        for (var path : List.of("/api/transactions/import", "/api/pictures", "/api/export")) {
            var part = "--x\r\nContent-Disposition: form-data; name=\"a\"\r\n\r\na\r\n--x--\r\n";
            var unknown = raw("POST " + path + head() + "Content-Type: multipart/form-data; charset=zz; boundary=x"
                    + "\r\nContent-Length: " + part.length() + "\r\n\r\n" + part);
            assertThat(unknown).describedAs(path).startsWith("HTTP/1.1 400 ");
            for (var boundary : List.of("", "\"", "\"\"")) {
                var answer = raw("POST " + path + head() + "Content-Type: multipart/form-data; boundary=" + boundary
                        + "\r\nContent-Length: 1\r\n\r\nx");
                assertThat(answer).describedAs(path + " " + boundary).startsWith("HTTP/1.1 400 ");
            }
        }
    }

    @Test
    void aRequestThatNamesNoHostIsRefused() throws IOException {
        for (var head : List.of("\r\n", "Host: a b\r\n\r\n")) {
            var request = "GET /api/health HTTP/1.1\r\nConnection: close\r\n" + head;
            refused(raw(request), 400, "VALIDATION_ERROR", request);
        }
    }

    @Test
    void addressesAndHeadersThatAreTooLongAreRefused() throws IOException {
        for (int length : new int[] {8_200, 20_000, 60_000}) {
            refused(
                    raw("GET /api/imports?search=" + "a".repeat(length) + head() + "\r\n"),
                    414,
                    "URI_TOO_LONG",
                    "" + length);
        }
        for (int length : new int[] {16_400, 40_000, 60_000}) {
            refused(
                    raw("GET /api/health" + head() + "X-Long: " + "a".repeat(length) + "\r\n\r\n"),
                    431,
                    "HEADERS_TOO_LARGE",
                    "" + length);
        }
        assertThat(raw("GET /api/customers?city=x&search=" + "a".repeat(7_000) + head() + "\r\n"))
                .startsWith("HTTP/1.1 400 ")
                .contains("\"field\":\"search\"");
        assertThat(raw("GET /api/health" + head() + "X-Long: " + "a".repeat(15_000) + "\r\n\r\n"))
                .startsWith("HTTP/1.1 200 ");
    }

    /**
     * What is no HTTP, or longer than anything we look at, ends in the server's own decoder: Quarkus gives no way to
     * say more there than the status (quarkus#55082).
     */
    @Test
    void whatIsNoHttpGetsAStatusAndTheConnectionEnds() throws IOException {
        for (var nonsense : List.of(
                "NONSENSE\r\n\r\n",
                "GET / HTTX/9\r\nHost: x\r\n\r\n",
                "GET /a\tb HTTP/1.1\r\nHost: x\r\n\r\n",
                "GET /api/health HTTP/1.1\r\nHost: x\r\nX\u0000: 1\r\n\r\n",
                "POST /api/auth/login HTTP/1.1\r\nHost: x\r\nContent-Length: -1\r\n\r\n",
                "POST /api/auth/login HTTP/1.1\r\nHost: x\r\nContent-Length: x\r\n\r\n",
                "\u0016\u0003\u0001 TLS\r\n\r\n")) {
            assertThat(raw(nonsense))
                    .describedAs(nonsense)
                    .containsPattern("^HTTP/1.[01] 400 ")
                    .doesNotContain("Exception");
        }
        assertThat(raw("GET /" + "a".repeat(70_000) + head() + "\r\n")).containsPattern("^HTTP/1.[01] 414 ");
        assertThat(raw("GET /" + head() + "X-Long: " + "a".repeat(70_000) + "\r\n\r\n"))
                .containsPattern("^HTTP/1.[01] 431 ");
        given().get("/api/health").then().statusCode(200);
    }

    @Test
    void charactersThatNoAddressHasAreRefused() throws IOException {
        for (var address :
                List.of("/api/\u0000", "/api/a\u0001b", "/api/\u007f", "/a/{b}", "/a\\b", "/a?b=<>", "/a?b=\u0000")) {
            refused(raw("GET " + address + head() + "\r\n"), 400, "VALIDATION_ERROR", address);
        }
    }

    private String upload(String body, int announced) {
        return "POST /api/customers/import" + head()
                + "Content-Type: multipart/form-data; boundary=batas\r\nContent-Length: " + announced + "\r\n\r\n"
                + body;
    }

    private static final String PART =
            "--batas\r\nContent-Disposition: form-data; name=\"file\"; filename=\"a.csv\"\r\n\r\nnama,telepon\nAni,081234567890\n";

    @Test
    void aFormWithoutAnEndIsRefused() throws IOException {
        for (var body : List.of(
                PART,
                PART + "\r\n",
                PART + "\r\n--bat",
                PART + "\r\n--batas",
                PART + "\r\n--batas\r\n",
                PART + "\r\n--batas\r\nContent-Dispos",
                "--batas\r\nContent-Disposition: form-data; name=\"file\"; filename=\"a.csv",
                "--batas\r\nrubbish\r\n\r\nx\r\n--batas--",
                "--batas\r\n\u0000\u0001: x\r\n\r\nx\r\n--batas--",
                "",
                "x")) {
            refused(raw(upload(body, body.length())), 400, "VALIDATION_ERROR", body);
        }
        assertThat(raw(upload(PART, PART.length()))).contains("Permintaan tidak dapat dibaca. Periksa kembali isinya.");
        var whole = PART + "\r\n--batas--\r\n";
        assertThat(raw(upload(whole, whole.length()))).startsWith("HTTP/1.1 202 ");
    }

    @Test
    void aClientThatHangsUpLeavesOneLineAtMost() throws IOException {
        for (var request : List.of(
                upload(PART, 100_000),
                upload(PART + "x".repeat(30_000), 100_000),
                upload("", 100_000),
                "POST /api/customers" + head()
                        + "Content-Type: application/json\r\nContent-Length: 1000\r\n\r\n{\"name\":",
                "POST /login" + head()
                        + "Content-Type: application/x-www-form-urlencoded\r\nContent-Length: 1000\r\n\r\nemail=a",
                "POST /api/customers/import" + head()
                        + "Content-Type: multipart/form-data; boundary=batas\r\nTransfer-Encoding: chunked\r\n\r\n10\r\n--ba")) {
            logged.clear();
            try (var socket = send(request)) {
                LockSupport.parkNanos(200_000_000);
                socket.setSoLinger(true, 0);
            }
            LockSupport.parkNanos(300_000_000);
            assertThat(logged)
                    .describedAs(request)
                    .filteredOn(l -> l.getLevel().intValue() >= Level.INFO.intValue())
                    .hasSizeLessThan(2);
            nothingToWorryAboutWasLogged();
            Logger.getLogger("").addHandler(listener);
        }
        // those that only end their half are answered, if at all, in the envelope
        try (var socket = send(upload(PART, 100_000))) {
            socket.shutdownOutput();
            var said = answer(socket);
            if (!said.isEmpty()) refused(said, 400, "VALIDATION_ERROR", "half");
        }
        given().get("/api/health").then().statusCode(200);
    }
}
