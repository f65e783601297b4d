package com.smartmarketingagent.importing;

import static com.smartmarketingagent.Http.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.equalTo;

import com.smartmarketingagent.Await;
import com.smartmarketingagent.FreshDatabase;
import com.smartmarketingagent.Shop;
import com.smartmarketingagent.Visitor;
import com.smartmarketingagent.platform.Ids;
import com.smartmarketingagent.platform.Jobs;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/** Files that were imported, kept in the storage as they were sent: a folder, as the tests are set up. */
@QuarkusTest
class OriginalsTest extends HandingOver {

    private static final Path STORAGE = FreshDatabase.DATA.resolve("files");
    private static final String SALES = "nama,no hp,tanggal,total\nBudi,081234567890,31/12/2025,150000\n";

    @Inject
    Uploads uploads;

    @Inject
    Drafts drafts;

    @Inject
    Jobs jobs;

    private Path folder(Shop of) {
        return STORAGE.resolve(of.id().value().toString());
    }

    /** What the storage has of the shop. */
    private List<Path> stored() throws IOException {
        if (!Files.isDirectory(folder(shop))) return List.of();
        try (var all = Files.walk(folder(shop))) {
            return all.filter(Files::isRegularFile).toList();
        }
    }

    private void awaitStored(int files) {
        jobs.wakeUp();
        Await.until(files + " are stored", () -> stored().size() == files);
    }

    private String link(String id) {
        return shop.api()
                .get("/api/imports/{id}/file", id)
                .then()
                .statusCode(200)
                .extract()
                .path("data.link.url");
    }

    @Test
    void whatWasImportedCanBeHadAgainAsItWasSentByWhoHasALinkThatNobodyElseCanMake() throws Exception {
        var id = importSales(SALES);
        // imported, so not needed on this node
        noFileStays();
        var link = link(id);
        given().get(link)
                .then()
                .statusCode(200)
                .body(equalTo(SALES))
                .header("Content-Type", equalTo("text/csv"))
                .header("Content-Disposition", equalTo("attachment; filename*=UTF-8''penjualan.csv"))
                .header("Content-Length", equalTo(String.valueOf(SALES.length())))
                .header("Cache-Control", equalTo("private, no-store"))
                .header("X-Content-Type-Options", equalTo("nosniff"));
        for (int at : List.of(7, 28, 50, 60, link.length() - 2)) {
            var altered = link.substring(0, at) + (link.charAt(at) == 'x' ? 'y' : 'x') + link.substring(at + 1);
            given().get(altered).then().statusCode(404);
        }
        given().get("/files/x").then().statusCode(404);

        var cookie = Visitor.cookie(shop.email(), shop.password());
        given().cookie("sma_session", cookie)
                .get("/imports/" + id)
                .then()
                .body(org.hamcrest.Matchers.containsString("Unduh berkas aslinya"));
        given().cookie("sma_session", cookie)
                .get("/imports/" + id + "/file")
                .then()
                .statusCode(200)
                .body(equalTo(SALES));

        var stranger = Shop.register();
        stranger.api().get("/api/imports/{id}/file", id).then().statusCode(404);
    }

    @Test
    void aWorkbookIsKnownByWhatIsInItAndNotByItsName() throws Exception {
        var id = done(send(
                "customers",
                "x<b>;y.html",
                "nama,no hp\nBudi,081234567890\n".getBytes(StandardCharsets.UTF_8),
                Map.of()));
        given().get(link(id))
                .then()
                .header("Content-Type", equalTo("text/csv"))
                .header("Content-Disposition", equalTo("attachment; filename*=UTF-8''x%3Cb%3E%3By.html"));
    }

    @Test
    void whileTheStorageIsAwayNothingIsTakenOnAndAfterwardsAllIsAsBefore() throws Exception {
        Files.createDirectories(STORAGE);
        Files.writeString(folder(shop), "in the place of the shop's folder");
        upload("transactions", SALES, Map.of())
                .statusCode(503)
                .body("error.code", equalTo("PROVIDER_UNAVAILABLE"))
                .body(
                        "error.message",
                        equalTo(
                                "Tempat penyimpanan berkas sedang tidak bisa dihubungi. Tidak ada yang berubah; coba lagi"
                                        + " sebentar lagi."));
        nothingIsStored();
        assertThat(rows("SELECT state FROM app.files WHERE user_id = :user AND state <> 'leaving'"))
                .isEmpty();
        Files.delete(folder(shop));
        assertThat(link(importSales(SALES))).contains("/files/");
    }

    @Test
    void theSameFileUnderTheSameKeyIsStoredOnce() throws Exception {
        keyed("satu", SALES).statusCode(202);
        keyed("satu", SALES).statusCode(202);
        keyed("satu", SALES + "Ani,081234567891,31/12/2025,1000\n").statusCode(422);
        awaitStored(1);
    }

    @Test
    void anotherNodeGetsItFromTheStorage() throws Exception {
        var id = drafts.keep(shop.id(), Ids.next(), Files.writeString(incoming(), SALES), "penjualan.csv");
        var here = uploads.path(shop.id(), id);
        Files.delete(here);
        assertThat(drafts.find(shop.id(), id)).isPresent();
        assertThat(here).hasContent(SALES);
        Files.delete(here);
        drafts.begin(shop.id(), id);
        shop.imported(id.toString());
        awaitStored(1);
    }

    private static Path incoming() throws IOException {
        return Files.createTempFile(UPLOADS.resolve("incoming"), "sent", null);
    }

    @Test
    void aDraftThatIsThrownAwayIsThrownAwayInTheStorageToo() throws Exception {
        var form = Ids.next();
        var id = drafts.keep(shop.id(), form, Files.writeString(incoming(), SALES), "penjualan.csv");
        assertThat(drafts.keep(shop.id(), form, Files.writeString(incoming(), SALES), "penjualan.csv"))
                .isEqualTo(id);
        assertThat(stored()).hasSize(1);
        drafts.discard(shop.id(), id);
        awaitStored(0);
        // goes after the file
        assertThat(rows("SELECT id FROM app.files WHERE user_id = :user AND state <> 'leaving'"))
                .isEmpty();
    }

    @Test
    void threat35WhoIsErasedIsInNoOriginalEither() throws Exception {
        var id = importSales(SALES);
        var waiting = drafts.keep(shop.id(), Ids.next(), Files.writeString(incoming(), SALES), "belum.csv");
        var budi = rows("SELECT id FROM app.customers WHERE user_id = :user").getFirst();
        shop.api().delete("/api/customers/{id}", budi).then().statusCode(200);
        assertThat(stored()).as("may be brought back for a week").hasSize(2);
        shop.api().delete("/api/customers/{id}?erase=now", budi).then().statusCode(200);
        shop.api()
                .get("/api/imports/{id}/file", id)
                .then()
                .statusCode(404)
                .body("error.message", equalTo("Berkas aslinya sudah tidak disimpan."));
        awaitStored(1);
        assertThat(stored().getFirst()).as("whose owner still decides").endsWith(Path.of(waiting.toString()));
    }

    @Test
    void anOriginalIsKeptForNinetyDays() throws Exception {
        var id = importSales(SALES);
        var broken = upload("transactions", SALES + "\"", Map.of()).extract().<String>path("data.import.id");
        if (broken != null) shop.ended(broken);
        assertThat(rows("""
                        SELECT DISTINCT round(extract(epoch FROM keep_until - now()) / 86400) FROM app.files
                        WHERE user_id = :user AND state = 'kept'
                        """)).containsExactly("90");
        assertThat(rows("SELECT purpose || ' ' || name || ' ' || type || ' ' || bytes FROM app.files"
                        + " WHERE user_id = :user AND id = '" + UUID.fromString(id) + "'"))
                .containsExactly("import penjualan.csv text/csv " + SALES.length());
    }
}
