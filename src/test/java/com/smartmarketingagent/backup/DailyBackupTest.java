package com.smartmarketingagent.backup;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.smartmarketingagent.Shop;
import com.smartmarketingagent.ShopRows;
import com.smartmarketingagent.customer.CustomerBook;
import com.smartmarketingagent.customer.Erasure;
import com.smartmarketingagent.platform.Db;
import com.smartmarketingagent.platform.OtherInstallation;
import com.smartmarketingagent.platform.S3Server;
import com.smartmarketingagent.platform.Settings;
import com.smartmarketingagent.platform.Storage;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@QuarkusTest
class DailyBackupTest {

    private static final Instant START = Instant.parse("2026-11-27T01:00:00Z");

    @Inject
    Db db;

    @Inject
    BackupRepository tables;

    @Inject
    Erasure erasure;

    @Inject
    ObjectMapper json;

    @Inject
    Settings settings;

    @Inject
    OtherInstallation installation;

    @TempDir
    Path folder;

    /** As the tests are set up, which is a folder and gets no backups. */
    @Inject
    Storage storage;

    @BeforeEach
    void somebodyHasAnAccount() {
        Shop.register();
    }

    /** What is on its way into a storage is where all tests have it. */
    @AfterEach
    void nothingIsUnderWay() throws IOException {
        var underWay = settings.dataDir().resolve("backup-under-way");
        if (!Files.exists(underWay)) return;
        try (var files = Files.list(underWay)) {
            for (var file : files.toList()) Files.delete(file);
        }
    }

    private DailyBackup node(Instant now, Map<String, String> more) throws IOException {
        return node(db, now, more);
    }

    private DailyBackup node(Db db, Instant now, Map<String, String> more) throws IOException {
        var variables = new HashMap<>(more);
        variables.putIfAbsent("BACKUP_DIR", folder.resolve("backups").toString());
        variables.values().removeIf(String::isEmpty);
        var its = installation.with(settings.dataDir(), variables);
        var clock = Clock.fixed(now, ZoneOffset.UTC);
        return new DailyBackup(new Backups(db, tables, its, json, clock), storage, its, clock);
    }

    /** The job's outcome is counted and shown, so that it must be known where not all is well. */
    private static void failsToRun(DailyBackup node) {
        assertThatThrownBy(() -> node.run("")).hasMessageContaining("The daily backup failed");
    }

    private void runAt(Instant now) throws IOException {
        node(now, Map.of("BACKUP_KEEP", "7")).run("");
    }

    private List<String> files() throws IOException {
        try (var files = Files.list(folder.resolve("backups"))) {
            return files.map(file -> file.getFileName().toString()).sorted().toList();
        }
    }

    @Test
    void oneADayHoweverManyNodesLookHowOften() throws Exception {
        runAt(START);
        runAt(START.plus(Duration.ofHours(1)));
        runAt(START.plus(Duration.ofHours(23)));
        assertThat(files()).containsExactly("sma-backup-20261127-010000.zip", "sma-deletions.zip");
        runAt(START.plus(Duration.ofHours(24)));
        assertThat(files())
                .containsExactly(
                        "sma-backup-20261127-010000.zip", "sma-backup-20261128-010000.zip", "sma-deletions.zip");
        assertThat(node(START, Map.of()).every()).isEqualTo(Duration.ofHours(1));
    }

    @Test
    void oldOnesGoAndTheNewestAndWhatIsNotOursStays() throws Exception {
        runAt(START);
        Files.writeString(folder.resolve("backups/sma-backup-20200101-000000.txt"), "");
        Files.writeString(folder.resolve("backups/catatan.zip"), "");
        var killed = Files.writeString(folder.resolve("backups/sma-backup-20261127-020000.zip.part"), "");
        var underWay = Files.writeString(folder.resolve("backups/sma-backup-20261204-003000.zip.part"), "");
        runAt(START.plus(Duration.ofDays(7)));
        assertThat(files()).contains("sma-backup-20261127-010000.zip", "sma-backup-20261204-010000.zip");
        assertThat(killed).doesNotExist();
        assertThat(underWay).exists();
        runAt(START.plus(Duration.ofDays(7)).plus(Duration.ofHours(1)));
        assertThat(files())
                .doesNotContain("sma-backup-20261127-010000.zip")
                .contains("sma-backup-20261204-010000.zip", "sma-backup-20200101-000000.txt", "catatan.zip");
    }

    /** What there is no room for may be what is in its way. */
    @Test
    void oneOfAClockThatWasAheadKeepsNobodyFromTheNext() throws Exception {
        runAt(START);
        var ahead = Files.writeString(folder.resolve("backups/sma-backup-20360101-000000.zip"), "");
        var tomorrow = START.plus(Duration.ofDays(1));
        runAt(tomorrow);
        assertThat(files()).contains("sma-backup-20261128-010000.zip");
        assertThat(node(tomorrow, Map.of()).newest()).contains(tomorrow);
        assertThat(node(tomorrow.minus(Duration.ofMinutes(1)), Map.of()).newest())
                .as("another node's, whose clock is a little ahead")
                .contains(tomorrow);
        runAt(START.plus(Duration.ofDays(9)));
        assertThat(files()).doesNotContain("sma-backup-20261127-010000.zip");
        assertThat(ahead).exists();
    }

    @Test
    void whatIsToGoGoesThoughNoOtherCanBeTaken() throws Exception {
        runAt(START);
        runAt(START.plus(Duration.ofDays(1)));
        var killed = Files.writeString(folder.resolve("backups/sma-backup-20261127-020000.zip.part"), "");
        Files.createDirectory(folder.resolve("backups/sma-backup-20261205-010000.zip.part"));
        failsToRun(node(START.plus(Duration.ofDays(8)), Map.of("BACKUP_KEEP", "7")));
        assertThat(files())
                .doesNotContain("sma-backup-20261127-010000.zip", "sma-backup-20261205-010000.zip")
                .contains("sma-backup-20261128-010000.zip");
        assertThat(killed).doesNotExist();
    }

    @Test
    void withoutAFolderNothingIsDoneAndAFullOneIsTriedAgain() throws Exception {
        var off = installation.with(settings.dataDir(), Map.of());
        var clock = Clock.fixed(START, ZoneOffset.UTC);
        new DailyBackup(new Backups(db, tables, off, json, clock), storage, off, clock).run("");
        var file = Files.writeString(folder.resolve("no folder"), "");
        failsToRun(node(START, Map.of("BACKUP_DIR", file.toString())));
        try (var files = Files.list(folder)) {
            assertThat(files).containsExactly(file);
        }
    }

    private List<String> stored(S3Server server) {
        return server.storage().list(new Storage.Key("backups")).stream()
                .map(kept -> kept.key().text())
                .sorted()
                .toList();
    }

    @Test
    void aStorageThatNodesShareGetsOneADayTooAndOneFromThereIsRestored() throws Exception {
        try (var server = new S3Server(folder.resolve("server"))) {
            storage = server.storage();
            var shop = Shop.register();
            var it = Map.of("BACKUP_DIR", "", "BACKUP_KEEP", "7");
            var full = Files.writeString(folder.resolve("no folder"), "");
            failsToRun(node(START, Map.of("BACKUP_DIR", full.toString(), "BACKUP_KEEP", "7")));
            Files.delete(full);
            node(START.plus(Duration.ofHours(1)), it).run("");
            assertThat(stored(server))
                    .containsExactly("backups/sma-backup-20261127-010000.zip", "backups/sma-deletions.zip");
            node(START.plus(Duration.ofDays(8)), it).run("");
            assertThat(stored(server))
                    .as("the newest stays, however old")
                    .containsExactly("backups/sma-backup-20261205-010000.zip", "backups/sma-deletions.zip");
            assertThat(settings.dataDir().resolve("backup-under-way"))
                    .as("only the note, which is written anew each hour")
                    .isDirectoryNotContaining(
                            file -> file.getFileName().toString().startsWith("sma-backup"));

            server.kill();
            failsToRun(node(START.plus(Duration.ofDays(9)), Map.of("BACKUP_KEEP", "7")));
            assertThat(files()).as("the folder has its own").contains("sma-backup-20261206-010000.zip");
            server.start();
            node(START.plus(Duration.ofDays(9)).plus(Duration.ofHours(1)), Map.of("BACKUP_KEEP", "7"))
                    .run("");
            assertThat(stored(server)).contains("backups/sma-backup-20261206-010000.zip");
            node(START.plus(Duration.ofDays(20)), Map.of("BACKUP_DIR", "", "BACKUP_TO_STORAGE", "false"))
                    .run("");
            assertThat(stored(server)).hasSize(3);

            var file = folder.resolve("downloaded.zip");
            try (var in = storage.open(new Storage.Key("backups/sma-backup-20261206-010000.zip"))
                    .orElseThrow()) {
                Files.copy(in, file);
            }
            var target = installation.open(installation.make(folder.resolve("there"), Map.of()));
            try {
                new Restoring(target, tables, erasure, installation.with(folder.resolve("there"), Map.of()), json)
                        .restore(file, new Restoring.Options(false, false));
                assertThat(ShopRows.of(target, shop).get("users")).contains(shop.email());
            } finally {
                installation.close(target);
                installation.drop();
            }
        }
    }

    /** The machine is lost with its database; what is left is a backup of yesterday, and what was noted since. */
    @Test
    void whoWasDeletedSinceTheBackupIsNotBroughtBackThoughTheDatabaseIsLost() throws Exception {
        var book = CustomerBook.open();
        var erased = book.add("Ratnaningsih Lama");
        var passphrase = Map.of("BACKUP_PASSPHRASE", "kain tulis parang rusak");
        node(START, passphrase).run("");
        book.shop()
                .api()
                .delete("/api/customers/" + erased + "?erase=now")
                .then()
                .statusCode(200);
        db.useTenant(
                book.shop().id(),
                tx -> tx.createUpdate("""
                        INSERT INTO app.suppressions (user_id, channel, address_hash, reason)
                        VALUES (:u, 'whatsapp', sha256('y'), 'stop')
                        """).bind("u", book.shop().id()).execute());
        node(START.plus(Duration.ofHours(1)), passphrase).run("");
        assertThat(files()).containsExactly("sma-backup-20261127-010000.sealed", "sma-deletions.sealed");

        var target = installation.open(installation.make(folder.resolve("there"), Map.of()));
        try {
            var restored = new Restoring(
                            target, tables, erasure, installation.with(folder.resolve("there"), passphrase), json)
                    .restore(
                            folder.resolve("backups/sma-backup-20261127-010000.sealed"),
                            new Restoring.Options(false, false));
            assertThat(restored.erased()).isPositive();
            var rows = ShopRows.of(target, book.shop());
            assertThat(rows.get("customers")).contains(erased.toString()).doesNotContain("Ratnaningsih");
            assertThat(rows.get("suppressions")).contains("stop");
        } finally {
            installation.close(target);
            installation.drop();
        }
    }

    /** The disk is lost; a new machine starts with the same folder before anybody restores into it. */
    @Test
    void whatWasNotedOutlivesAnInstallationThatKnowsNothingOfIt() throws Exception {
        var book = CustomerBook.open();
        var erased = book.add("Ratnaningsih Lama");
        runAt(START);
        var late = book.add("Dewi Datang Kemudian");
        for (var gone : List.of(erased, late))
            book.shop()
                    .api()
                    .delete("/api/customers/" + gone + "?erase=now")
                    .then()
                    .statusCode(200);
        db.useTenant(
                book.shop().id(),
                tx -> tx.createUpdate("""
                        INSERT INTO app.suppressions (user_id, channel, address_hash, reason)
                        VALUES (:u, 'whatsapp', sha256('z'), 'stop')
                        """).bind("u", book.shop().id()).execute());
        runAt(START.plus(Duration.ofHours(1)));
        var noted = said();
        assertThat(noted).contains(erased.toString(), late.toString());
        Files.copy(
                folder.resolve("backups/sma-deletions.zip"), folder.resolve("backups/sma-backup-20200101-000000.zip"));
        var before = files();

        var target = installation.open(installation.make(folder.resolve("there"), Map.of()));
        try {
            node(target, START.plus(Duration.ofDays(60)), Map.of("BACKUP_KEEP", "7"))
                    .run("");
            assertThat(files()).isEqualTo(before);
            assertThat(said()).isEqualTo(noted);

            somebodyRegisters(target);
            node(target, START.plus(Duration.ofHours(2)), Map.of()).run("");
            assertThat(said().lines().sorted())
                    .containsExactlyElementsOf(noted.lines().sorted().toList());

            new Restoring(target, tables, erasure, installation.with(folder.resolve("there"), Map.of()), json)
                    .restore(
                            folder.resolve("backups/sma-backup-20261127-010000.zip"),
                            new Restoring.Options(true, false));
            var rows = ShopRows.of(target, book.shop());
            assertThat(rows.get("customers")).contains(erased.toString()).doesNotContain("Ratnaningsih");
            assertThat(rows.get("suppressions")).contains("stop");
            // a newer backup may still be found
            node(target, START.plus(Duration.ofHours(3)), Map.of()).run("");
            assertThat(said()).contains(erased.toString(), late.toString());
        } finally {
            installation.close(target);
            installation.drop();
        }
    }

    /** Only the bucket outlives the machine; the one that is set up in its place begins with an empty disk. */
    @Test
    void whatIsNotedInTheStorageOutlivesTheMachine() throws Exception {
        try (var server = new S3Server(folder.resolve("server"))) {
            storage = server.storage();
            var book = CustomerBook.open();
            var erased = book.add("Ratnaningsih Lama");
            var it = Map.of("BACKUP_DIR", "");
            node(START.minus(Duration.ofHours(1)), it).run("");
            var local = settings.dataDir().resolve("backup-under-way/sma-deletions.zip");
            var old = Files.copy(local, folder.resolve("old"));
            book.shop()
                    .api()
                    .delete("/api/customers/" + erased + "?erase=now")
                    .then()
                    .statusCode(200);
            node(START, it).run("");
            var note = new Storage.Key("backups/sma-deletions.zip");
            assertThat(said(downloaded(note))).contains(erased.toString());

            var target = installation.open(installation.make(folder.resolve("there"), Map.of()));
            try {
                somebodyRegisters(target);
                // another machine's disk has an older note
                Files.copy(old, local, java.nio.file.StandardCopyOption.REPLACE_EXISTING);
                Files.setLastModifiedTime(
                        local,
                        FileTime.from(
                                Files.getLastModifiedTime(local).toInstant().minus(Duration.ofDays(2))));
                node(target, START.plus(Duration.ofHours(1)), it).run("");
                assertThat(said(downloaded(note))).contains(erased.toString());
                // or none
                Files.delete(local);
                node(target, START.plus(Duration.ofHours(2)), it).run("");
                assertThat(said(downloaded(note))).contains(erased.toString());
            } finally {
                installation.close(target);
                installation.drop();
            }
            // what can't be noted keeps nobody from a backup
            var sealed = new Storage.Key("backups/sma-deletions.sealed");
            node(START.plus(Duration.ofDays(2)), Map.of("BACKUP_DIR", "", "BACKUP_PASSPHRASE", "kain tulis parang"))
                    .run("");
            assertThat(said(downloaded(note))).contains(erased.toString());
            var noted = Files.readAllBytes(downloaded(sealed));
            failsToRun(node(
                    START.plus(Duration.ofDays(4)),
                    Map.of("BACKUP_DIR", "", "BACKUP_PASSPHRASE", "kain tulis kawung")));
            assertThat(stored(server)).contains("backups/sma-backup-20261201-010000.sealed");
            assertThat(downloaded(sealed)).hasBinaryContent(noted);

            // docs/operations.md: the former one is moved away from here and from there; from there alone it comes back
            var another = Map.of("BACKUP_DIR", "", "BACKUP_PASSPHRASE", "kain tulis kawung");
            var here = local.resolveSibling("sma-deletions.sealed");
            Files.delete(here);
            failsToRun(node(START.plus(Duration.ofDays(5)), another));
            assertThat(here).hasBinaryContent(noted);
            storage.delete(sealed);
            Files.delete(here);
            node(START.plus(Duration.ofDays(6)), another).run("");
            BackupFile.read(downloaded(sealed), Optional.of("kain tulis kawung"), json, (part, in) -> {});
        }
    }

    private void somebodyRegisters(Db there) {
        there.asOwner(tx -> {
            tables.pass(tx, true);
            tx.createUpdate("""
                    INSERT INTO app.users (id, email, password_hash, full_name, business_name)
                    VALUES (gen_random_uuid(), 'baru@example.com', 'x', 'Baru', 'Baru')
                    """).execute();
            tables.pass(tx, false);
            return tx;
        });
    }

    private Path downloaded(Storage.Key key) throws IOException {
        var file = folder.resolve("downloaded");
        try (var in = storage.open(key).orElseThrow()) {
            Files.copy(in, file, java.nio.file.StandardCopyOption.REPLACE_EXISTING);
        }
        return file;
    }

    /** All that is noted in the folder. */
    private String said() {
        return said(folder.resolve("backups/sma-deletions.zip"));
    }

    private String said(Path note) {
        var said = new StringBuilder();
        BackupFile.read(
                note,
                Optional.empty(),
                json,
                (part, in) -> said.append(new String(in.readAllBytes(), StandardCharsets.UTF_8)));
        return said.toString();
    }

    @Test
    void whatWasNotedWithAnotherPassphraseStaysAsItIs() throws Exception {
        node(START, Map.of("BACKUP_PASSPHRASE", "kain tulis parang rusak")).run("");
        var noted = Files.readAllBytes(folder.resolve("backups/sma-deletions.sealed"));
        failsToRun(node(START.plus(Duration.ofDays(1)), Map.of("BACKUP_PASSPHRASE", "kain tulis sogan lama")));
        assertThat(files()).contains("sma-backup-20261128-010000.sealed");
        assertThat(folder.resolve("backups/sma-deletions.sealed")).hasBinaryContent(noted);
    }

    private NewestBackup newest(Instant now, Map<String, String> more) throws IOException {
        return new NewestBackup(node(now, more), Clock.fixed(now, ZoneOffset.UTC));
    }

    /** Its name when scraped is {@code sma_backup_age_seconds}. */
    private static double age(NewestBackup newest) {
        var registry = new SimpleMeterRegistry();
        newest.bindTo(registry);
        return registry.get("sma.backup.age").gauge().value();
    }

    @Test
    void theAgeOfTheNewestIsToldWhereverItLies() throws Exception {
        assertThat(age(newest(START, Map.of()))).isEqualTo(Double.POSITIVE_INFINITY);
        runAt(START);
        Files.writeString(folder.resolve("backups/sma-backup-20261128-000000.zip.part"), "");
        assertThat(age(newest(START.plusSeconds(90), Map.of()))).isEqualTo(90);
        assertThat(newest(START.plus(Duration.ofDays(2)), Map.of()).isOld()).isFalse();
        assertThat(newest(START.plus(Duration.ofDays(2)).plusSeconds(1), Map.of())
                        .isOld())
                .isTrue();
        var off = newest(START, Map.of("BACKUP_DIR", ""));
        assertThat(off.isExpected()).isFalse();
        assertThat(off.at()).isEmpty();
        var registry = new SimpleMeterRegistry();
        off.bindTo(registry);
        assertThat(registry.getMeters()).isEmpty();

        try (var server = new S3Server(folder.resolve("server"))) {
            storage = server.storage();
            node(START.plus(Duration.ofHours(2)), Map.of("BACKUP_DIR", "")).run("");
            assertThat(age(newest(START.plus(Duration.ofHours(3)), Map.of()))).isEqualTo(3600);
        }
    }

    @Test
    void whileTheStorageIsAwayTheNewestIsWhatWasLastSeen() throws Exception {
        try (var server = new S3Server(folder.resolve("server"))) {
            storage = server.storage();
            var it = Map.of("BACKUP_DIR", "");
            node(START, it).run("");
            var now = new AtomicReference<>(START);
            var looks = node(START.plus(Duration.ofDays(1)), it);
            var newest = new NewestBackup(looks, ((InstantSource) now::get).withZone(ZoneOffset.UTC));
            assertThat(newest.at()).contains(START);
            server.kill();
            now.set(START.plus(Duration.ofHours(1)));
            assertThat(newest.at()).contains(START);
            server.start();
            node(START.plus(Duration.ofDays(1)), it).run("");
            assertThat(newest.at()).as("not asked again within a minute").contains(START);
            now.set(now.get().plusSeconds(60));
            assertThat(newest.at()).contains(START.plus(Duration.ofDays(1)));
        }
    }
}
