package com.smartmarketingagent.platform;

import static org.assertj.core.api.Assertions.assertThat;

import com.smartmarketingagent.PictureServer;
import com.smartmarketingagent.platform.PublicHost.Resolver;
import com.sun.net.httpserver.HttpHandler;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.net.PfxOptions;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Which pictures may go with a message, and whom their addresses lead us to. */
@Timeout(120)
class PicturesTest {

    private static final Vertx VERTX = Vertx.vertx();
    private static final Duration QUICK = Duration.ofMillis(900);
    /** Where the answer isn't that it took too long. */
    private static final Duration AMPLE = Duration.ofSeconds(20);

    /** Of a part of the internet that was given back, so that nobody is there. */
    private static final String NOBODY = "3ffe::1";

    private final PictureServer site = new PictureServer();

    @AfterEach
    void close() {
        site.close();
    }

    @AfterAll
    static void end() {
        VERTX.close();
    }

    private static Settings settings(boolean anywhere) {
        return new Settings() {
            @Override
            public boolean flag(String name, boolean otherwise) {
                return name.equals("ALLOW_PRIVATE_HOSTS") ? anywhere : otherwise;
            }
        };
    }

    private static Pictures pictures(boolean anywhere, Resolver names, Duration limit) {
        return new Pictures(VERTX, new HttpClientOptions(), settings(anywhere), names, limit);
    }

    private static String look(Pictures pictures, String address) {
        try {
            pictures.look("media_url", URI.create(address));
            return "fine";
        } catch (Problem.Invalid e) {
            assertThat(e.details()).extracting(Problem.Detail::field).containsExactly("media_url");
            return e.details().getFirst().text().key();
        }
    }

    private String seen(HttpHandler answer) {
        site.says("/kain", answer);
        return look(pictures(true, InetAddress::getAllByName, Duration.ofSeconds(20)), site.at("kain"));
    }

    /** One port on all of this machine's addresses, and a count of those who knock. */
    private static final class Listener implements AutoCloseable {
        private final ServerSocket server = new ServerSocket(0);
        private final AtomicInteger knocks = new AtomicInteger();

        Listener() throws IOException {
            Thread.ofVirtual().start(() -> {
                while (!server.isClosed()) {
                    try (var _ = server.accept()) {
                        knocks.incrementAndGet();
                    } catch (IOException e) {
                        return;
                    }
                }
            });
        }

        @Override
        public void close() throws IOException {
            server.close();
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "https://127.0.0.1:PORT/kain.png",
                "https://127.1:PORT/kain.png",
                "https://2130706433:PORT/kain.png",
                "https://0x7f000001:PORT/kain.png",
                "https://0x7f.0x0.0x0.0x1:PORT/kain.png",
                "https://127.0.0.0x1:PORT/kain.png",
                "https://0177.0.0.1:PORT/kain.png",
                "https://017700000001:PORT/kain.png",
                "https://[::1]:PORT/kain.png",
                "https://[::ffff:127.0.0.1]:PORT/kain.png",
                "https://[::ffff:7f00:1]:PORT/kain.png",
                "https://0.0.0.0:PORT/kain.png",
                "https://[::]:PORT/kain.png",
                "https://localhost:PORT/kain.png",
                "https://localhost.:PORT/kain.png",
                "https://dalam.contoh.id:PORT/kain.png",
                "http://dalam.contoh.id:PORT/kain.png",
                "https://169.254.169.254/latest/meta-data",
                "https://127.0.0.1/kain.png",
                "https://2130706433/kain.png",
                "https://0177.0.0.1/kain.png",
                "https://[::1]/kain.png",
                "https://[fd00::1]/kain.png",
                "https://[fe80::1]/kain.png",
                "https://localhost/kain.png",
                "https://8.8.8.8/kain.png",
                "http://toko.contoh.id/kain.png",
                "ftp://toko.contoh.id/kain.png"
            })
    void threat27AHostThatIsInsideIsNeitherAskedForNorReached(String address) throws Exception {
        try (var inside = new Listener()) {
            var asked = new AtomicInteger();
            Resolver names = host -> {
                asked.incrementAndGet();
                return InetAddress.getAllByName("127.0.0.1");
            };
            var url = address.replace("PORT", String.valueOf(inside.server.getLocalPort()));
            assertThat(look(pictures(false, names, AMPLE), url)).isEqualTo("picture.address");
            assertThat(asked).hasValue(0);
            assertThat(inside.knocks).hasValue(0);
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "127.0.0.1",
                "127.255.255.254",
                "0.0.0.0",
                "10.0.0.1",
                "172.16.0.1",
                "172.31.255.255",
                "192.168.1.1",
                "169.254.169.254",
                "100.64.0.1",
                "224.0.0.1",
                "255.255.255.255",
                "::1",
                "::",
                "fe80::1",
                "fc00::1",
                "fd00:ec2::254",
                "ff02::1",
                "::ffff:127.0.0.1",
                "::ffff:169.254.169.254",
                "64:ff9b::7f00:1",
                "2002:7f00:1::1"
            })
    void threat27ANameThatLeadsInsideIsRefused(String address) {
        Resolver names = _ -> InetAddress.getAllByName(address);
        assertThat(look(pictures(false, names, AMPLE), "https://toko.contoh.id/kain.png"))
                .isEqualTo("picture.address");
        // one that is outside makes it no better
        Resolver both = _ -> new InetAddress[] {InetAddress.getByName(NOBODY), InetAddress.getByName(address)};
        assertThat(look(pictures(false, both, AMPLE), "https://toko.contoh.id:443/kain.png"))
                .isEqualTo("picture.address");
    }

    /** The name is asked for once: what it answers the second time is nobody's concern. */
    @Test
    void threat27ANameThatAnswersOtherwiseTheSecondTimeLeadsNowhereElse() throws Exception {
        var answers = new CopyOnWriteArrayList<>(List.of(NOBODY, "127.0.0.1"));
        Resolver rebinding = _ -> InetAddress.getAllByName(answers.removeFirst());
        assertThat(look(pictures(false, rebinding, AMPLE), "https://toko.contoh.id/kain.png"))
                .isEqualTo("picture.unreachable");
        assertThat(answers).containsExactly("127.0.0.1");

        // the same where we can see who is reached
        try (var second = new PictureServer("127.0.0.2", site.port())) {
            answers.addFirst("127.0.0.1");
            answers.set(1, "127.0.0.2");
            var address = "http://toko.contoh.id:" + site.port() + "/kain.png?ukuran=%20l";
            assertThat(look(pictures(true, rebinding, AMPLE), address)).isEqualTo("fine");
            assertThat(site.asked()).containsExactly("GET toko.contoh.id:" + site.port() + "/kain.png?ukuran=%20l");
            assertThat(second.asked()).isEmpty();
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {301, 302, 303, 307, 308})
    void threat27ARedirectIsNotFollowed(int status) throws Exception {
        try (var inside = new Listener()) {
            assertThat(seen(call -> {
                        call.getResponseHeaders()
                                .add("Location", "http://127.0.0.1:" + inside.server.getLocalPort() + "/kain.png");
                        call.sendResponseHeaders(status, -1);
                        call.close();
                    }))
                    .isEqualTo("picture.moved");
            assertThat(site.asked()).hasSize(1);
            assertThat(inside.knocks).hasValue(0);
        }
    }

    @ParameterizedTest
    @CsvSource({
        "ffd8ffe000104a4649460001, fine",
        "89504e470d0a1a0a0000000d, fine",
        "524946461234567857454250, fine",
        "ffd8fe000000000000000000, picture.none",
        "89504e470d0a1a0b00000000, picture.none",
        "524946461234567857415645, picture.none",
        "474946383961000000000000, picture.none",
        "3c68746d6c3e3c626f64793e, picture.none",
        "3c7376672078000000000000, picture.none",
        "ff, picture.none",
    })
    void whatItIsShowsInItsFirstBytes(String beginning, String said) {
        var bytes = HexFormat.of().parseHex(beginning);
        for (boolean length : new boolean[] {true, false})
            assertThat(seen(PictureServer.whole(bytes, length))).isEqualTo(said);
        assertThat(seen(call -> {
                    call.getResponseHeaders().add("Content-Type", "image/png");
                    PictureServer.whole("<script>".getBytes(StandardCharsets.UTF_8), true)
                            .handle(call);
                }))
                .isEqualTo("picture.none");
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void itMayHaveFourMegabytesAndNotAByteMore(boolean said) {
        assertThat(seen(PictureServer.sized(4_000_000, said))).isEqualTo("fine");
        assertThat(seen(PictureServer.sized(4_000_001, said))).isEqualTo("picture.too_large");
    }

    @ParameterizedTest
    @ValueSource(ints = {201, 204, 400, 401, 403, 404, 410, 500, 503})
    void whatIsNotThereIsNoPicture(int status) {
        assertThat(seen(call -> {
                    call.sendResponseHeaders(status, -1);
                    call.close();
                }))
                .isEqualTo("picture.unreachable");
    }

    /** Whoever is at the address has to be who they are said to be. */
    @Test
    void theCertificateIsOfTheNameWhichIsSaidToTheSite(@TempDir Path folder) throws Exception {
        var file = folder.resolve("keys.p12").toString();
        var keytool = Path.of(System.getProperty("java.home"), "bin", "keytool").toString();
        var made = new ProcessBuilder((keytool + " -genkeypair -alias site -keyalg EC -dname CN=site"
                        + " -ext san=dns:toko.contoh.id -storetype PKCS12 -storepass changeit -keystore")
                .split(" "));
        made.command().add(file);
        assertThat(made.start().waitFor()).isZero();
        var keys = new PfxOptions().setPath(file).setPassword("changeit");
        var said = new CopyOnWriteArrayList<String>();
        var server = VERTX.createHttpServer(
                        new HttpServerOptions().setSsl(true).setSni(true).setKeyCertOptions(keys))
                .requestHandler(call -> {
                    said.add(call.connection().indicatedServerName());
                    call.response().end(Buffer.buffer(HexFormat.of().parseHex("ffd8ffe000104a4649460001")));
                })
                .listen(0, "127.0.0.1")
                .toCompletionStage()
                .toCompletableFuture()
                .get();
        Resolver names = _ -> InetAddress.getAllByName("127.0.0.1");
        var trusting = new Pictures(
                VERTX, new HttpClientOptions().setTrustOptions(keys), settings(true), names, Duration.ofSeconds(5));
        var address = "https://toko.contoh.id:" + server.actualPort() + "/kain";
        assertThat(look(trusting, address)).isEqualTo("fine");
        assertThat(look(trusting, address.replace("toko", "lain"))).isEqualTo("picture.unreachable");
        assertThat(look(pictures(true, names, Duration.ofSeconds(5)), address)).isEqualTo("picture.unreachable");
        assertThat(said).containsExactly("toko.contoh.id");
    }

    @Test
    void nobodyWaitsLongForASiteThatStallsOrDripsOrForItsName() throws Exception {
        var held = new CountDownLatch(1);
        site.says("/diam", call -> wait(held));
        site.says("/tetes", call -> {
            call.sendResponseHeaders(200, 0);
            try (call) {
                while (held.getCount() > 0) {
                    call.getResponseBody().write(0xff);
                    call.getResponseBody().flush();
                    Thread.sleep(200);
                }
            } catch (IOException | InterruptedException e) {
                held.countDown();
            }
        });
        long began = System.nanoTime();
        var quick = pictures(true, InetAddress::getAllByName, QUICK);
        assertThat(look(quick, site.at("diam"))).isEqualTo("picture.unreachable");
        assertThat(look(quick, "http://127.0.0.1:9/kain.png")).isEqualTo("picture.unreachable");
        Resolver slow = _ -> {
            wait(held);
            throw new UnknownHostException();
        };
        assertThat(look(pictures(false, slow, QUICK), "https://toko.contoh.id/a"))
                .isEqualTo("picture.unreachable");
        Resolver unknown = host -> {
            throw new UnknownHostException(host);
        };
        assertThat(look(pictures(false, unknown, QUICK), "https://toko.contoh.id/a"))
                .isEqualTo("picture.unreachable");
        // a line that drips what could be the beginning of one
        site.says("/zip", call -> {
            call.sendResponseHeaders(200, 100);
            call.getResponseBody().write(0xff);
            call.getResponseBody().flush();
            wait(held);
        });
        assertThat(look(quick, site.at("zip"))).isEqualTo("picture.unreachable");
        assertThat(Duration.ofNanos(System.nanoTime() - began)).isLessThan(Duration.ofSeconds(8));
        look(quick, site.at("tetes"));
        // we hung up
        wait(held);
        assertThat(held.getCount()).isZero();
    }

    private static void wait(CountDownLatch held) {
        try {
            held.await(60, java.util.concurrent.TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
