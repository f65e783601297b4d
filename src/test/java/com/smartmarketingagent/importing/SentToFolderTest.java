package com.smartmarketingagent.importing;

import static com.smartmarketingagent.Http.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.equalTo;

import com.smartmarketingagent.Await;
import com.smartmarketingagent.FreshDatabase;
import com.smartmarketingagent.Http;
import com.smartmarketingagent.Shop;
import io.quarkus.test.junit.QuarkusTest;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The storage is a folder: what is sent by a link comes to us. */
@QuarkusTest
class SentToFolderTest extends SentFiles {

    @Override
    int refusal() {
        return 400;
    }

    @Test
    void itIsAnsweredAsTheApiAnswersAndNeedsNothingButTheLink() {
        var announced = announce(shop, "a.csv", SALES.length()).statusCode(201);
        var path = url(announced).getPath();
        given().body(SALES + "x")
                .put(path)
                .then()
                .statusCode(400)
                .body("error.code", equalTo("VALIDATION_ERROR"))
                .body(
                        "error.message",
                        equalTo("Berkasnya harus tepat " + SALES.length()
                                + " byte, sesuai yang disebut waktu alamatnya diminta."));
        given().body(SALES.repeat(200_000)).put(path).then().statusCode(400);
        given().cookie("sma_session", "x")
                .header("Origin", "https://lain.example")
                .header("Sec-Fetch-Site", "cross-site")
                .contentType("text/html")
                .body(SALES)
                .put(path)
                .then()
                .statusCode(200)
                .body("success", equalTo(true));
        given().get(path).then().statusCode(405);
        given().post(path).then().statusCode(405);
        given().body(SALES).put("/api/uploads/x").then().statusCode(404).body("error.code", equalTo("NOT_FOUND"));
        var imported = done(ask(shop, id(announced), Map.of()));
        given().body(SALES).put(path).then().statusCode(404);
        awaitNothingSent(imported);
    }

    private void awaitNothingSent(String imported) {
        jobs.wakeUp();
        Await.until("only the import's copy is there", () -> stored().size() == 1 && stored().contains(imported));
    }

    @Test
    void aLinkToHaveAFileIsNoneToSendOneNorTheOtherWayRound() {
        var announced = announce(shop, "a.csv", SALES.length()).statusCode(201);
        var token = url(announced).getPath().replaceFirst(".*/", "");
        given().body(SALES).put("/api/uploads/" + token).then().statusCode(200);
        given().get("/files/" + token).then().statusCode(404);
        var download = shop.api()
                .get("/api/imports/{id}/file", importSales(SALES))
                .then()
                .extract()
                .<String>path("data.link.url");
        given().get(download).then().statusCode(200);
        given().body(SALES)
                .put(download.replace("/files/", "/api/uploads/"))
                .then()
                .statusCode(404);
        given().body(SALES).put(download).then().statusCode(405);
    }

    @Test
    void whileTheStorageIsAwayThatIsSaidAndNothingStays() throws Exception {
        var announced = announce(shop, "a.csv", SALES.length()).statusCode(201);
        var storage = FreshDatabase.DATA.resolve("files");
        Files.createDirectories(storage);
        var inItsPlace = storage.resolve(shop.id().value().toString());
        Files.writeString(inItsPlace, "in the place of the shop's folder");
        given().body(SALES)
                .put(url(announced).getPath())
                .then()
                .statusCode(503)
                .body("error.code", equalTo("PROVIDER_UNAVAILABLE"));
        ask(shop, id(announced), Map.of()).statusCode(503).body("error.code", equalTo("PROVIDER_UNAVAILABLE"));
        assertThat(UPLOADS.resolve("incoming")).isDirectoryNotContaining("glob:**/{put,copy}*");
        Files.delete(inItsPlace);
        given().body(SALES).put(url(announced).getPath()).then().statusCode(200);
        done(ask(shop, id(announced), Map.of()));
    }

    /** Nothing is read of what nobody has a link for, and one shop's files don't take all places. */
    @Test
    @Timeout(30)
    void whoHasNoLinkIsAnsweredAtOnceAndOneShopSendsFourAtOnce() throws Exception {
        try (var socket = begin("/api/uploads/AAAA", 100_000_000)) {
            assertThat(new String(socket.getInputStream().readNBytes(12), StandardCharsets.UTF_8))
                    .isEqualTo("HTTP/1.1 404");
        }
        try (var socket = begin("/api/uploads/AAAA", 101 << 20)) {
            assertThat(new String(socket.getInputStream().readNBytes(12), StandardCharsets.UTF_8))
                    .isEqualTo("HTTP/1.1 413");
        }
        var sockets = new ArrayList<Socket>();
        try {
            var path = url(announce(shop, "a.csv", 1_000_000).statusCode(201)).getPath();
            for (int i = 0; i < 5; i++) sockets.add(begin(path, 1_000_000));
            Await.until("one is refused", () -> sockets.stream().anyMatch(SentToFolderTest::isAnswered));
            var refused = sockets.stream().filter(SentToFolderTest::isAnswered).toList();
            assertThat(refused).hasSize(1);
            assertThat(new String(refused.getFirst().getInputStream().readAllBytes(), StandardCharsets.UTF_8))
                    .startsWith("HTTP/1.1 429");
            var neighbour = announce(Shop.register(), "a.csv", 3).statusCode(201);
            given().body("a,b").put(url(neighbour).getPath()).then().statusCode(200);
        } finally {
            for (var socket : sockets) socket.close();
        }
        Await.until("nothing is left of what broke off", () -> {
            try (var files = Files.list(UPLOADS.resolve("incoming"))) {
                return files.noneMatch(file -> file.getFileName().toString().startsWith("put"));
            }
        });
        assertThat(stored()).isEmpty();
    }

    private static Socket begin(String path, long length) throws IOException {
        var socket = new Socket("localhost", Http.port());
        socket.setSoTimeout(45_000);
        socket.getOutputStream()
                .write(("PUT " + path + " HTTP/1.1\r\nHost: localhost\r\nContent-Length: " + length + "\r\n\r\n")
                        .getBytes(StandardCharsets.US_ASCII));
        return socket;
    }

    private static boolean isAnswered(Socket socket) {
        try {
            return socket.getInputStream().available() > 0;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
