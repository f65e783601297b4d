package com.smartmarketingagent.platform;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.smartmarketingagent.Shop;
import com.smartmarketingagent.platform.ShopFile.Purpose;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What shops have in a storage that speaks S3: counted, reached by their own only, and gone when it is to go. */
@QuarkusTest
class ShopFilesTest {

    @TempDir
    static Path folder;

    private static S3Server server;

    @Inject
    Db db;

    @Inject
    Jobs jobs;

    @Inject
    Metrics metrics;

    @Inject
    FileRepository files;

    @Inject
    FileLinks links;

    @Inject
    Settings settings;

    @Inject
    OtherInstallation installation;

    @Inject
    Clock clock;

    private UserId shop = UserId.create();

    @BeforeAll
    static void start() throws IOException {
        server = new S3Server(folder);
    }

    @AfterAll
    static void stop() throws InterruptedException {
        server.close();
    }

    @BeforeEach
    void register() {
        shop = Shop.register().id();
    }

    private ShopFiles node(int quota) throws IOException {
        return node(server.storage(), quota);
    }

    private ShopFiles node(Storage storage, int quota) throws IOException {
        var variables = new HashMap<>(server.settings());
        variables.put("STORAGE_QUOTA_MB", String.valueOf(quota));
        var its = installation.with(settings.dataDir(), variables);
        return new ShopFiles(db, jobs, files, storage, links, its, clock);
    }

    private static Path file(int megabytes) throws IOException {
        return Files.write(Files.createTempFile(folder, "brought", null), new byte[megabytes << 20]);
    }

    private UUID keep(ShopFiles node, Purpose purpose, int megabytes) throws IOException {
        var id = Ids.next();
        node.bring(shop, id, purpose, "nama.csv", "text/csv", file(megabytes));
        db.useTenant(shop, tx -> node.keep(tx, shop, id));
        return id;
    }

    private Optional<ShopFile> find(ShopFiles node, UserId asking, UserId whose, UUID id) {
        return db.inTenant(asking, tx -> node.find(tx, whose, id));
    }

    private Path stored(Purpose purpose, UUID id) {
        return server.file(ShopFile.key(shop, purpose, id).text());
    }

    private List<String> states() {
        return db.inTenant(
                shop,
                tx -> tx.createQuery("SELECT state FROM app.files WHERE user_id = :user ORDER BY created_at, id")
                        .bind("user", shop)
                        .mapTo(String.class)
                        .list());
    }

    private void remove() {
        new FileRemoval(db, files, server.storage()).run(FileRemoval.instance(shop));
    }

    @Test
    void aShopReachesItsOwnFilesAndNobodyElses() throws Exception {
        var node = node(10);
        var id = keep(node, Purpose.IMPORT, 1);
        assertThat(stored(Purpose.IMPORT, id)).exists();
        var file = find(node, shop, shop, id).orElseThrow();
        var link = node.link(shop, file).url();
        assertThat(link.getPath()).contains(shop.value() + "/import/" + id);
        try (var http = HttpClient.newHttpClient()) {
            var answer = http.send(HttpRequest.newBuilder(link).build(), HttpResponse.BodyHandlers.ofByteArray());
            assertThat(answer.body()).hasSize(1 << 20);
        }
        var stranger = Shop.register().id();
        assertThat(find(node, stranger, stranger, id)).isEmpty();
        assertThat(find(node, stranger, shop, id))
                .as("row level security holds it too")
                .isEmpty();
        assertThat(node.fetch(stranger, id, folder.resolve("got"))).isFalse();
        assertThat(node.fetch(shop, id, folder.resolve("got"))).isTrue();
        assertThat(Files.size(folder.resolve("got"))).isEqualTo(1 << 20);
    }

    @Test
    void aShopHasRoomForItsQuotaAndOldOriginalsMakeRoom() throws Exception {
        var node = node(4);
        var picture = keep(node, Purpose.PICTURE, 1);
        var first = keep(node, Purpose.IMPORT, 1);
        var second = keep(node, Purpose.IMPORT, 2);
        assertThatThrownBy(() -> keep(node, Purpose.IMPORT, 1))
                .as("full, and both are still to be imported")
                .isInstanceOfSatisfying(
                        Problem.TooLarge.class,
                        full -> assertThat(Words.say(Language.INDONESIAN, full.text()))
                                .contains("4 dari 4 MB"));
        db.useTenant(shop, tx -> node.keep(tx, shop, first, 90));
        db.useTenant(shop, tx -> node.keep(tx, shop, second, 90));
        keep(node, Purpose.IMPORT, 1);
        assertThat(states()).containsExactly("kept", "leaving", "kept", "kept");
        remove();
        assertThat(stored(Purpose.IMPORT, first)).doesNotExist();
        assertThat(stored(Purpose.IMPORT, second)).exists();
        assertThat(stored(Purpose.PICTURE, picture)).exists();
        assertThat(states()).containsExactly("kept", "kept", "kept");
        assertThatThrownBy(() -> keep(node, Purpose.PICTURE, 5)).isInstanceOf(Problem.TooLarge.class);
    }

    /** Nobody is woken, who would look for the files in this program's own storage. */
    private FileSweep sweep() {
        var asleep = new Jobs(db, List.of(), new DatabaseTime(Clock.systemUTC()), metrics, Jobs.Rhythm.USUAL);
        return new FileSweep(db, asleep, files, server.storage(), Clock.systemUTC());
    }

    @Test
    void whatTheStorageDidNotTakeOrNobodyKeptIsNowhere() throws Exception {
        var wrong = node(server.storage("salah", Duration.ofSeconds(4)), 4);
        assertThatThrownBy(() -> keep(wrong, Purpose.IMPORT, 4)).isInstanceOf(Problem.Provider.class);
        var node = node(4);
        var id = Ids.next();
        node.bring(shop, id, Purpose.IMPORT, "nama.csv", "text/csv", file(2));
        node.bring(shop, id, Purpose.IMPORT, "nama.csv", "text/csv", file(2));
        assertThat(find(node, shop, shop, id)).as("only on its way").isEmpty();
        sweep().run("");
        assertThat(states()).as("today's may still be kept").contains("arriving");
        db.useTenant(
                shop,
                tx -> tx.createUpdate(
                                "UPDATE app.files SET created_at = now() - interval '25 hours' WHERE user_id = :user")
                        .bind("user", shop)
                        .execute());
        sweep().run("");
        remove();
        assertThat(states()).isEmpty();
        assertThat(stored(Purpose.IMPORT, id)).doesNotExist();
    }

    /** The same form sent twice at once: the second's failure takes what the first brought. */
    @Test
    void whatWentBeforeItWasKeptIsSaid() throws Exception {
        var node = node(10);
        var id = Ids.next();
        node.bring(shop, id, Purpose.IMPORT, "nama.csv", "text/csv", file(1));
        node.dropUnlessKept(shop, id);
        assertThatThrownBy(() -> db.useTenant(shop, tx -> node.keep(tx, shop, id)))
                .isInstanceOf(Problem.Provider.class);
    }

    @Test
    void whatIsOverGoesWithTheSweepAndNothingElse() throws Exception {
        var node = node(10);
        var over = keep(node, Purpose.IMPORT, 1);
        var kept = keep(node, Purpose.IMPORT, 1);
        var wanted = keep(node, Purpose.PICTURE, 1);
        db.useTenant(shop, tx -> {
            node.keep(tx, shop, over, 90);
            node.keep(tx, shop, kept, 90);
            tx.createUpdate("UPDATE app.files SET keep_until = now() WHERE user_id = :user AND id = :id")
                    .bind("user", shop)
                    .bind("id", over)
                    .execute();
        });
        sweep().run("");
        remove();
        assertThat(stored(Purpose.IMPORT, over)).doesNotExist();
        assertThat(stored(Purpose.IMPORT, kept)).exists();
        assertThat(stored(Purpose.PICTURE, wanted)).exists();
    }

    @Test
    void aFileThatCannotBeDeletedIsKnownUntilItIs() throws Exception {
        var node = node(10);
        var id = keep(node, Purpose.PICTURE, 1);
        db.useTenant(shop, tx -> node.forget(tx, shop, id));
        assertThatThrownBy(() -> new FileRemoval(db, files, server.storage("salah", Duration.ofSeconds(4)))
                        .run(FileRemoval.instance(shop)))
                .isInstanceOf(Problem.Provider.class);
        assertThat(states()).containsExactly("leaving");
        remove();
        assertThat(states()).isEmpty();
        assertThat(stored(Purpose.PICTURE, id)).doesNotExist();
    }

    @Test
    void oneThatCannotBeDeletedKeepsNoOther() throws Exception {
        var node = node(10);
        var stuck = keep(node, Purpose.PICTURE, 1);
        var other = keep(node, Purpose.PICTURE, 1);
        var local = new LocalStorage(folder.resolve("local"));
        local.put(ShopFile.key(shop, Purpose.PICTURE, other), file(1), "image/jpeg");
        // a folder with something in it in its place
        local.put(new Storage.Key(ShopFile.key(shop, Purpose.PICTURE, stuck).text() + "/x"), file(1), "image/jpeg");
        db.useTenant(shop, tx -> {
            node.forget(tx, shop, stuck);
            node.forget(tx, shop, other);
        });
        assertThatThrownBy(() -> new FileRemoval(db, files, local).run(FileRemoval.instance(shop)))
                .isInstanceOf(Problem.Provider.class);
        assertThat(states()).containsExactly("leaving");
        assertThat(local.open(ShopFile.key(shop, Purpose.PICTURE, other))).isEmpty();
    }

    @Test
    void allThatAShopHadGoesWithIt() throws Exception {
        var node = node(10);
        var id = keep(node, Purpose.PICTURE, 1);
        var neighbour = shop;
        var gone = UserId.create();
        server.storage().put(ShopFile.key(gone, Purpose.IMPORT, id), file(1), "text/csv");
        new FileRemoval(db, files, server.storage()).run(FileRemoval.instance(gone));
        assertThat(server.file(ShopFile.key(gone, Purpose.IMPORT, id).text())).doesNotExist();
        assertThat(server.file(ShopFile.key(neighbour, Purpose.PICTURE, id).text()))
                .exists();
    }

    private int send(URI link, String content) throws Exception {
        try (var http = HttpClient.newHttpClient()) {
            var request = HttpRequest.newBuilder(link)
                    .header("Content-Type", "application/octet-stream")
                    .PUT(HttpRequest.BodyPublishers.ofString(content));
            return http.send(request.build(), HttpResponse.BodyHandlers.discarding())
                    .statusCode();
        }
    }

    private void age(UUID id) {
        db.useTenant(
                shop,
                tx -> tx.createUpdate("""
                                UPDATE app.files
                                SET created_at = created_at - interval '25 hours', keep_until = keep_until - interval '25 hours'
                                WHERE user_id = :user AND id = :id
                                """).bind("user", shop).bind("id", id).execute());
    }

    /** The storage takes what has a link of it, whatever became of the file meanwhile. */
    @Test
    void whatWasSentByALinkGoesOnceItIsUsedAndSoDoesWhatComesLate() throws Exception {
        var node = node(4);
        var place = db.inTenant(shop, tx -> node.announce(tx, shop, "a.csv", 3));
        assertThat(send(place.url(), "a,b")).isEqualTo(200);
        var sent = node.sent(shop, place.id());
        db.useTenant(shop, tx -> node.use(tx, sent));
        assertThatThrownBy(() -> db.useTenant(shop, tx -> node.use(tx, sent))).isInstanceOf(Problem.Conflict.class);
        remove();
        assertThat(stored(Purpose.IMPORT, place.id())).doesNotExist();
        assertThat(send(place.url(), "c,d")).isEqualTo(200);
        sweep().run("");
        remove();
        assertThat(states()).as("known as long as it may come").containsExactly("leaving");
        assertThat(stored(Purpose.IMPORT, place.id()))
                .as("looked for once then")
                .exists();
        assertThatThrownBy(() -> node.sent(shop, place.id())).isInstanceOf(Problem.Conflict.class);
        age(place.id());
        sweep().run("");
        remove();
        assertThat(stored(Purpose.IMPORT, place.id())).doesNotExist();
        assertThat(states()).isEmpty();
        assertThatThrownBy(() -> node.sent(shop, place.id())).isInstanceOf(Problem.NotFound.class);
    }

    @Test
    void whatNobodyUsedGoesAfterADay() throws Exception {
        var node = node(4);
        var place = db.inTenant(shop, tx -> node.announce(tx, shop, "a.csv", 3));
        var never = db.inTenant(shop, tx -> node.announce(tx, shop, "b.csv", 3));
        assertThat(send(place.url(), "a,b")).isEqualTo(200);
        sweep().run("");
        remove();
        assertThat(stored(Purpose.IMPORT, place.id())).as("today's").exists();
        age(place.id());
        age(never.id());
        sweep().run("");
        remove();
        assertThat(stored(Purpose.IMPORT, place.id())).doesNotExist();
        assertThat(states()).isEmpty();
    }

    @Test
    void whileTheStorageIsAwayWhatWasSentIsNotThere() throws Exception {
        var node = node(4);
        var place = db.inTenant(shop, tx -> node.announce(tx, shop, "a.csv", 3));
        var wrong = node(server.storage("salah", Duration.ofSeconds(4)), 4);
        assertThatThrownBy(() -> wrong.fetch(wrong.sent(shop, place.id()), folder.resolve("sent")))
                .isInstanceOf(Problem.Provider.class);
    }

    /** Of one that is gone no row tells of what comes late. */
    @Test
    void aShopThatGoesIsLookedForAgainADayLater() throws Exception {
        var node = node(4);
        var gone = UserId.create();
        db.useTenant(shop, tx -> node.forgetShop(tx, gone));
        int later = db.withoutTenantAsWorker(tx -> tx.createQuery("""
                        SELECT count(*) FROM jobs.scheduled_tasks
                        WHERE task_instance LIKE :gone AND execution_time > now() + interval '23 hours'
                        """)
                .bind("gone", gone.value() + "/%")
                .mapTo(Integer.class)
                .one());
        assertThat(later).isEqualTo(1);
    }

    @Test
    void aLinkOfOursEndsInTime() {
        var until = Instant.parse("2026-01-01T00:05:00Z");
        var id = Ids.next();
        var token = links.token(FileLinks.Use.READ, shop, id, until);
        assertThat(links.read(FileLinks.Use.READ, token, until.minusSeconds(1)))
                .isEqualTo(new FileLinks.Linked(shop, id));
        assertThat(links.read(FileLinks.Use.READ, token, until)).isNull();
        assertThat(links.read(FileLinks.Use.SEND, token, until.minusSeconds(1))).isNull();
        var toSend = links.token(FileLinks.Use.SEND, shop, id, until);
        assertThat(links.read(FileLinks.Use.SEND, toSend, until.minusSeconds(1)))
                .isEqualTo(new FileLinks.Linked(shop, id));
        assertThat(links.read(FileLinks.Use.READ, toSend, until.minusSeconds(1)))
                .isNull();
        assertThat(links.read(FileLinks.Use.SEND, toSend, until)).isNull();
        assertThat(links.read(FileLinks.Use.READ, token + "A", until.minusSeconds(1)))
                .isNull();
        assertThat(links.read(FileLinks.Use.READ, "", until)).isNull();
        assertThat(links.read(FileLinks.Use.READ, "%", until)).isNull();
        assertThat(URI.create("/files/" + token).getPath()).endsWith(token);
    }
}
