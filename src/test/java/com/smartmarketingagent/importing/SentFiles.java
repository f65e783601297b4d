package com.smartmarketingagent.importing;

import static com.smartmarketingagent.Http.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.startsWith;

import com.smartmarketingagent.Await;
import com.smartmarketingagent.Http;
import com.smartmarketingagent.Http.Checked;
import com.smartmarketingagent.Shop;
import com.smartmarketingagent.platform.Jobs;
import com.smartmarketingagent.platform.Storage;
import jakarta.inject.Inject;
import jakarta.ws.rs.core.MediaType;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.net.http.HttpTimeoutException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/** Files that a program sends to the storage by a link, to import them then: the same is true of each storage. */
abstract class SentFiles extends HandingOver {

    static final String SALES = "nama,no hp,tanggal,total\nBudi,081234567890,31/12/2025,150000\n";
    private static final long LARGEST = 100 << 20;

    @Inject
    Jobs jobs;

    @Inject
    Storage storage;

    @Inject
    Uploads uploads;

    /** What is answered to a PUT that is not as was said when its address was given out. */
    abstract int refusal();

    static Checked announce(Shop by, String name, Object bytes) {
        return by.api()
                .body(Map.of("name", name, "bytes", bytes))
                .post("/api/uploads")
                .then();
    }

    private Checked announced(String content) {
        return announce(shop, "penjualan.csv", content.length()).statusCode(201);
    }

    static String id(Checked announced) {
        return announced.extract().path("data.upload.id");
    }

    static URI url(Checked announced) {
        return URI.create("http://localhost:" + Http.port())
                .resolve(announced.extract().<String>path("data.upload.url"));
    }

    static int put(URI url, String type, BodyPublisher body) throws Exception {
        try (var http =
                HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build()) {
            var request =
                    HttpRequest.newBuilder(url).header("Content-Type", type).PUT(body);
            return http.send(request.build(), BodyHandlers.discarding()).statusCode();
        }
    }

    static int put(URI url, String content) throws Exception {
        return put(url, "application/octet-stream", BodyPublishers.ofString(content));
    }

    /** The id of what came. */
    private String sent(String content) throws Exception {
        var announced = announced(content);
        assertThat(put(url(announced), content)).isEqualTo(200);
        return id(announced);
    }

    static Checked ask(Shop by, String upload, Map<String, String> more) {
        var request = by.api().contentType(MediaType.MULTIPART_FORM_DATA).multiPart("upload", upload);
        more.forEach(request::multiPart);
        return request.post("/api/transactions/import").then();
    }

    private Checked ask(String upload) {
        return ask(shop, upload, Map.of());
    }

    /** In the storage. */
    List<String> stored() {
        return storage.list(new Storage.Key(shop.id().value().toString())).stream()
                .map(kept -> kept.key().text().replaceFirst(".*/", ""))
                .toList();
    }

    private void awaitStored(String... ids) {
        jobs.wakeUp();
        Await.until(List.of(ids) + " is stored", () -> stored().equals(List.of(ids)));
    }

    @Test
    void whatWasSentToTheStorageIsImportedAsIfItHadComeWithTheForm() throws Exception {
        var announced = announced(SALES)
                .body("data.upload.method", equalTo("PUT"))
                .body("data.upload.headers.Content-Type", equalTo("application/octet-stream"))
                .body("data.upload.headers.Content-Length", equalTo(String.valueOf(SALES.length())))
                .body("data.upload.expires_at", startsWith("20"));
        var id = id(announced);
        ask(id).statusCode(409)
                .body("error.code", equalTo("CONFLICT"))
                .body("error.message", startsWith("Berkasnya belum sampai."));
        assertThat(put(url(announced), "x".repeat(SALES.length()))).isEqualTo(200);
        assertThat(put(url(announced), SALES)).as("sent again").isEqualTo(200);
        ask(shop, id, Map.of("dry_run", "true"))
                .statusCode(200)
                .body("data.rows.new", equalTo(1))
                .body("data.complete", equalTo(true));
        nothingIsStored();
        var imported = done(ask(id));
        imported(imported).body("data.import.file_name", equalTo("penjualan.csv"));
        assertThat(rows("SELECT name FROM app.customers WHERE user_id = :user")).containsExactly("Budi");
        awaitStored(imported);
        assertThat(rows("SELECT type FROM app.files WHERE user_id = :user AND id = '" + UUID.fromString(imported)
                        + "'"))
                .as("found out by looking")
                .containsExactly("text/csv");
        ask(id).statusCode(409).body("error.message", startsWith("Berkas itu sudah diimpor atau dihapus."));
        ask(shop, id, Map.of("dry_run", "true")).statusCode(409);
        noFileStays();
        assertThat(UPLOADS.resolve("incoming")).isDirectoryNotContaining("glob:**/{put,copy}*");
    }

    @Test
    void theSameRequestsSentAgainAreAnsweredAsTheFirst() throws Exception {
        var first = keyed("alamat", SALES.length()).statusCode(201);
        keyed("alamat", SALES.length()).statusCode(201).body("data.upload.id", equalTo(id(first)));
        keyed("alamat", 7).statusCode(422);
        put(url(first), SALES);
        var imported = asked("impor", id(first)).statusCode(202).extract().<String>path("data.import.id");
        asked("impor", id(first)).statusCode(202).body("data.import.id", equalTo(imported));
        asked("lain", id(first)).statusCode(409);
        asked("impor", sent(SALES)).statusCode(422);
        shop.imported(imported);
        db.useTenant(
                shop.id(),
                tx -> tx.execute(
                        "DELETE FROM app.files WHERE user_id = ?::uuid",
                        shop.id().value().toString()));
        asked("impor", id(first)).statusCode(202).body("data.import.id", equalTo(imported));
        asked("lain", id(first)).statusCode(404);
        assertThat(rows("SELECT count(*) FROM app.imports WHERE user_id = :user"))
                .containsExactly("1");
    }

    private Checked keyed(String key, int bytes) {
        return shop.api()
                .header("Idempotency-Key", key)
                .body(Map.of("name", "a.csv", "bytes", bytes))
                .post("/api/uploads")
                .then();
    }

    private Checked asked(String key, String upload) {
        return shop.api()
                .contentType(MediaType.MULTIPART_FORM_DATA)
                .header("Idempotency-Key", key)
                .multiPart("upload", upload)
                .post("/api/transactions/import")
                .then();
    }

    @Test
    void whatIsNoFileIsSaidWhenItIsImported() throws Exception {
        for (var none : List.of("PK\u0003\u0004 bukan buku kerja", "\u0000\u0001\u0002"))
            assertThat(ask(sent(none)).extract().statusCode()).isIn(400, 415);
        nothingIsStored();
    }

    @Test
    void anotherShopsIsLikeNone() throws Exception {
        var id = sent(SALES);
        var stranger = Shop.register();
        for (var more : List.of(Map.<String, String>of(), Map.of("dry_run", "true"))) {
            var theirs = ask(stranger, id, more).statusCode(404).extract().asString();
            var none = ask(stranger, UUID.randomUUID().toString(), more)
                    .statusCode(404)
                    .extract()
                    .asString();
            assertThat(theirs).isEqualTo(none).contains("Minta alamat baru");
        }
        done(ask(id));
    }

    @Test
    void anImportsOwnFileIsNoneThatWasSent() {
        ask(importSales(SALES)).statusCode(404);
    }

    @Test
    void aFileAndOneThatWasSentAreOneTooMany() throws Exception {
        var id = sent(SALES);
        shop.api()
                .contentType(MediaType.MULTIPART_FORM_DATA)
                .multiPart("file", "a.csv", SALES.getBytes(StandardCharsets.UTF_8))
                .multiPart("upload", id)
                .post("/api/transactions/import")
                .then()
                .statusCode(400)
                .body("error.details[0].field", equalTo("upload"));
        for (var none : List.of("", " ")) ask(none).statusCode(400).body("error.details[0].field", equalTo("file"));
        for (var wrong : List.of("x", "../" + id, id + "0"))
            ask(wrong).statusCode(400).body("error.details[0].field", equalTo("upload"));
        ask(shop, id, Map.of("dry_run", "ya")).statusCode(400).body("error.details[0].field", equalTo("dry_run"));
        nothingIsStored();
        done(ask(id));
    }

    @Test
    void onlyWhatAFileMayBeIsAnnounced() {
        for (Object wrong : List.of(0, -1, "x", 1.5, true))
            announce(shop, "a.csv", wrong).statusCode(400).body("error.details[0].field", equalTo("bytes"));
        for (var wrong : List.of("", "...", "a\nb.csv", "x".repeat(256)))
            announce(shop, wrong, 1).statusCode(400).body("error.details[0].field", equalTo("name"));
        announce(shop, "a.csv", LARGEST + 1).statusCode(413).body("error.code", equalTo("PAYLOAD_TOO_LARGE"));
        shop.api().body(Map.of("name", "a.csv")).post("/api/uploads").then().statusCode(400);
        shop.api()
                .body(Map.of("name", "a.csv", "bytes", 1, "type", "text/html"))
                .post("/api/uploads")
                .then()
                .statusCode(400);
        given().contentType("application/json")
                .body(Map.of("name", "a.csv", "bytes", 1))
                .post("/api/uploads")
                .then()
                .statusCode(401);
        assertThat(rows("SELECT id FROM app.files WHERE user_id = :user")).isEmpty();
        Shop.admin()
                .api()
                .body(Map.of("features_off", List.of("imports")))
                .put("/api/admin/users/" + shop.id().value() + "/limits")
                .then()
                .statusCode(200);
        announce(shop, "a.csv", 1).statusCode(409);
    }

    @Test
    void aNameLeadsNowhere() throws Exception {
        var announced =
                announce(shop, "../../../etc/cron.d/<b>.csv", SALES.length()).statusCode(201);
        assertThat(url(announced).toString()).doesNotContain("cron", "..");
        assertThat(put(url(announced), SALES)).isEqualTo(200);
        assertThat(stored()).containsExactly(id(announced));
        imported(done(ask(id(announced)))).body("data.import.file_name", equalTo("../../../etc/cron.d/<b>.csv"));
    }

    @Test
    void whatIsLongerOrShorterThanWasSaidIsRefusedAndNothingOfItStays() throws Exception {
        var announced = announced(SALES);
        for (var other : List.of(SALES + "x", SALES.substring(1), ""))
            assertThat(put(url(announced), other)).isEqualTo(refusal());
        var unannounced =
                BodyPublishers.ofInputStream(() -> new ByteArrayInputStream(SALES.getBytes(StandardCharsets.UTF_8)));
        try {
            assertThat(put(url(announced), "application/octet-stream", unannounced))
                    .isBetween(400, 499);
        } catch (IOException whileSending) {
            assertThat(whileSending).isNotInstanceOf(HttpTimeoutException.class);
        }
        assertThat(stored()).isEmpty();
        assertThat(UPLOADS.resolve("incoming")).isDirectoryNotContaining("glob:**/{put,copy}*");
    }

    /** Of a storage that doesn't look at it. */
    @Test
    void whatTheStorageHasOfAnotherLengthIsNotImported() throws Exception {
        for (var other : List.of(SALES + "Ani,081234567891,31/12/2025,1000\n", SALES.substring(0, 40))) {
            var id = sent(SALES);
            var file = Files.writeString(Files.createTempFile(UPLOADS.resolve("incoming"), "other", null), other);
            storage.put(new Storage.Key(shop.id().value() + "/import/" + id), file, "text/csv");
            Files.delete(file);
            ask(id).statusCode(409).body("error.message", startsWith("Berkasnya harus tepat " + SALES.length()));
        }
        nothingIsStored();
    }

    @Test
    void aLinkThatWasAlteredIsNone() throws Exception {
        var url = url(announced(SALES)).toString();
        int begin = url.lastIndexOf('/') + 1;
        for (int at : List.of(begin, begin + 12, begin + 28, url.length() - 2)) {
            var altered = url.substring(0, at) + (url.charAt(at) == '1' ? '2' : '1') + url.substring(at + 1);
            assertThat(put(URI.create(altered), SALES)).isIn(403, 404);
        }
        assertThat(stored()).isEmpty();
    }

    /** It may not be what was looked at. */
    @Test
    void whoSendsAgainWhileItIsImportedChangesNothing() throws Exception {
        var announced = announced(SALES);
        put(url(announced), SALES);
        var read = uploads.withSent(shop.id(), UUID.fromString(id(announced)), (sent, file) -> {
            try {
                assertThat(put(url(announced), SALES.replace("Budi", "Ani,"))).isEqualTo(200);
                return Files.readString(file);
            } catch (Exception e) {
                throw new IllegalStateException(e);
            }
        });
        assertThat(read).isEqualTo(SALES);
    }

    @Test
    void whatIsToComeCountsAndWhatIsImportedCountsOnce() throws Exception {
        var first = announced(SALES);
        for (int i = 0; i < 9; i++) announce(shop, "a.csv", LARGEST).statusCode(201);
        announce(shop, "a.csv", LARGEST - SALES.length()).statusCode(201);
        announce(shop, "a.csv", 1).statusCode(413).body("error.message", startsWith("Tempat berkas toko Anda penuh"));
        assertThat(put(url(first), SALES)).isEqualTo(200);
        done(ask(id(first)));
        upload("transactions", SALES, Map.of("dry_run", "true")).statusCode(200);
        announce(shop, "a.csv", SALES.length()).statusCode(201);
    }

    @Test
    void threat35WhatWasSentGoesWithWhoIsErased() throws Exception {
        var id = importSales(SALES);
        var sent = sent(SALES);
        var budi = rows("SELECT id FROM app.customers WHERE user_id = :user").getFirst();
        shop.api().delete("/api/customers/{id}?erase=now", budi).then().statusCode(200);
        awaitStored();
        ask(sent).statusCode(409);
        shop.api().get("/api/imports/{id}/file", id).then().statusCode(404);
    }
}
