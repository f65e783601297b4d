package com.smartmarketingagent.backup;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.ObjectWriter;
import com.smartmarketingagent.Shop;
import com.smartmarketingagent.ShopRows;
import com.smartmarketingagent.Visitor;
import com.smartmarketingagent.backup.BackupFile.Manifest;
import com.smartmarketingagent.backup.BackupFile.Part;
import com.smartmarketingagent.backup.Restoring.Options;
import com.smartmarketingagent.backup.Restoring.Restored;
import com.smartmarketingagent.customer.Consent;
import com.smartmarketingagent.customer.ConsentRepository;
import com.smartmarketingagent.customer.CustomerBook;
import com.smartmarketingagent.customer.Erasure;
import com.smartmarketingagent.platform.Db;
import com.smartmarketingagent.platform.EveryTable;
import com.smartmarketingagent.platform.OtherInstallation;
import com.smartmarketingagent.platform.SendingRepository;
import com.smartmarketingagent.platform.Settings;
import com.smartmarketingagent.platform.UserId;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Clock;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Threat 45: everything of all shops into a file, and back into a database of its own beside the tests' one. */
@QuarkusTest
class BackupTest {

    private static final String PASSPHRASE = "kain tulis parang rusak";
    private static final String OTHER_KEY = "0f1e2d3c4b5a69788796a5b4c3d2e1f0-lain";
    private static final Options NEW = new Options(false, false);
    private static final Options REPLACE = new Options(true, false);

    @Inject
    Db db;

    @Inject
    BackupRepository tables;

    @Inject
    Erasure erasure;

    @Inject
    ConsentRepository addresses;

    @Inject
    SendingRepository sending;

    @Inject
    ObjectMapper json;

    @Inject
    Clock clock;

    @Inject
    Settings settings;

    @Inject
    OtherInstallation installation;

    @TempDir
    Path folder;

    private Settings there;
    private Db target;

    @BeforeEach
    void anInstallationWithNothingInIt() throws Exception {
        there = installation.make(Files.createDirectories(folder.resolve("there")), Map.of());
        target = installation.open(there);
    }

    @AfterEach
    void dropIt() throws Exception {
        installation.close(target);
        installation.drop();
    }

    private Path take(String name, Db from, String... passphrase) throws IOException {
        var file = folder.resolve(name);
        var data = from == db ? settings.dataDir() : folder.resolve("there");
        var given = passphrase.length == 0 ? Map.<String, String>of() : Map.of("BACKUP_PASSPHRASE", passphrase[0]);
        new Backups(from, tables, installation.with(data, given), json, clock).take(file);
        return file;
    }

    private Restored restore(Path file, Options options, String... passphrase) throws IOException {
        var given = passphrase.length == 0 ? Map.<String, String>of() : Map.of("BACKUP_PASSPHRASE", passphrase[0]);
        return restore(file, options, given);
    }

    private Restored restore(Path file, Options options, Map<String, String> more) throws IOException {
        return new Restoring(target, tables, erasure, installation.with(folder.resolve("there"), more), json)
                .restore(file, options);
    }

    private Manifest read(Path file, String... passphrase) {
        return BackupFile.read(file, Arrays.stream(passphrase).findFirst(), json, (part, in) -> {});
    }

    private static Map<String, String> rows(Db db, Shop shop) {
        var rows = ShopRows.of(db, shop);
        BackupRepository.LEFT_OUT.forEach(table -> rows.remove(table.replace("app.", "")));
        return rows;
    }

    private CustomerBook busy() {
        var book = CustomerBook.open();
        var ani = book.add("Ani \\N \"Batik\"", "phone", "081234567890", "notes", "baris\n\tbaru \\.");
        var sale = book.sell(ani, "2025-12-01", 150_000, "notes", "=1+1");
        var refund = book.sell(ani, "2025-12-02", -50_000);
        db.useTenant(
                book.shop().id(),
                tx -> tx.createUpdate(
                                "UPDATE app.transactions SET refund_of = :sale WHERE user_id = :u AND id = :refund")
                        .bind("sale", sale)
                        .bind("u", book.shop().id())
                        .bind("refund", refund)
                        .execute());
        return book;
    }

    private List<Part> shops(Manifest manifest) {
        return manifest.parts().stream()
                .filter(part -> part.name().startsWith("tables/app."))
                .toList();
    }

    @Test
    void everyRowOfEveryTableComesBackAsItWas() throws Exception {
        var book = busy();
        var file = take("semua.zip", db);

        var restored = restore(file, NEW);

        var first = read(file);
        var again = read(take("lagi.zip", target));
        assertThat(shops(again)).isEqualTo(shops(first)).hasSizeGreaterThan(30);
        assertThat(again.version()).isEqualTo(first.version());
        assertThat(restored.rows()).isEqualTo(first.rows()).isGreaterThan(5);
        assertThat(rows(target, book.shop())).isEqualTo(rows(db, book.shop()));
        assertThat(rows(target, book.shop()).get("transactions")).contains("=1+1");
        assertThat(target.withoutTenant(tables::isUnfinished)).isFalse();
    }

    @Test
    void shopsAreKeptApartThereToo() throws Exception {
        var book = busy();
        restore(take("semua.zip", db), NEW);
        var stranger = CustomerBook.open();
        assertThat(rows(target, stranger.shop()).values())
                .allSatisfy(rows -> assertThat(rows).isEmpty());
        assertThat(holes()).isEmpty();
        assertThat(rows(target, book.shop()).get("customers")).isNotEmpty();
    }

    private List<String> holes() {
        return target.withoutTenant(tx ->
                tx.createQuery(resource("/db/lint.sql")).mapTo(String.class).list());
    }

    private static String resource(String path) {
        try (var in = BackupTest.class.getResourceAsStream(path)) {
            return new String(Objects.requireNonNull(in).readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Test
    void itLetsNobodyInAndOnlyItsOwnerReadsIt() throws Exception {
        var shop = Shop.register();
        var file = take("semua.zip", db);
        var parts = new ArrayList<String>();
        BackupFile.read(file, Optional.empty(), json, (name, in) -> {
            parts.add(name);
            assertThat(new String(in.readAllBytes(), StandardCharsets.ISO_8859_1))
                    .doesNotContain(shop.password(), shop.refreshToken());
        });
        assertThat(parts)
                .contains("tables/app.users", "tables/app.suppressions", "tables/jobs.scheduled_tasks")
                .doesNotContain("tables/app.sessions", "tables/app.refresh_tokens", "tables/app.mailed_links");
        assertThat(Files.getPosixFilePermissions(file)).isEqualTo(PosixFilePermissions.fromString("rw-------"));
        var all = db.asBackup(ShopRows::tables);
        assertThat(all)
                .extracting(table -> "app." + table)
                .as("what is left out exists")
                .containsAll(BackupRepository.LEFT_OUT);
        assertThat(parts).hasSizeGreaterThanOrEqualTo(all.size() - BackupRepository.LEFT_OUT.size());
    }

    @Test
    void nothingIsSentFromThereUntilSomebodySaysSo() throws Exception {
        assertThat(target.withoutTenant(sending::off)).isEmpty();
        assertThat(db.withoutTenant(sending::off)).isEmpty();
        restore(take("semua.zip", db), NEW);
        assertThat(target.withoutTenant(sending::off)).contains("restored");
        target.asOwner(tx -> {
            sending.turn(tx, true);
            return tx;
        });
        assertThat(target.withoutTenant(sending::off)).isEmpty();
        // the same file over the same tables
        restore(take("lagi.zip", target), REPLACE);
        assertThat(target.withoutTenant(sending::off)).contains("restored");
    }

    @Test
    void withAPassphraseNobodyElseReadsIt() throws Exception {
        var book = busy();
        var file = take("rahasia", db, PASSPHRASE);
        assertThat(Files.readString(file, StandardCharsets.ISO_8859_1))
                .startsWith("SMASEAL1")
                .doesNotContain("manifest", "app.users");
        refuses(file, "encrypted: set BACKUP_PASSPHRASE");
        refuses(file, "doesn't open this file", PASSPHRASE + "!");
        refuses(file, "at least 12 characters", "pendek");
        restore(file, NEW, PASSPHRASE);
        assertThat(rows(target, book.shop())).isEqualTo(rows(db, book.shop()));
    }

    private void refuses(Path file, String why, String... passphrase) {
        assertThatThrownBy(() -> restore(file, REPLACE, passphrase))
                .isInstanceOf(Refused.class)
                .hasMessageContaining(why);
    }

    /** In a sealed one not a bit may differ; of a plain one what is no part of the contents may. */
    @Test
    void aDamagedOrTruncatedFileIsRefusedBeforeAnythingIsChanged() throws Exception {
        busy();
        restore(take("semua.zip", db), NEW);
        var before = read(take("sebelum.zip", target));
        for (var plain : new boolean[] {true, false}) {
            var passphrase = plain ? new String[0] : new String[] {PASSPHRASE};
            var file = take(plain ? "utuh.zip" : "utuh", db, passphrase);
            var whole = Files.readAllBytes(file);
            var manifest = read(file, passphrase);
            var damaged = folder.resolve("rusak");
            for (int cut : new int[] {0, 1, 7, 8, 60, whole.length / 2, whole.length - 30, whole.length - 1}) {
                Files.write(damaged, Arrays.copyOf(whole, cut));
                assertThatThrownBy(() -> read(damaged, passphrase))
                        .as("cut to %s", cut)
                        .isInstanceOf(Refused.class);
            }
            // the derivation of the key takes its time
            int step = whole.length / (plain ? 100 : 12);
            for (int at = 0; at < whole.length; at += step) {
                var bytes = whole.clone();
                bytes[at] ^= 4;
                Files.write(damaged, bytes);
                try {
                    assertThat(read(damaged, passphrase))
                            .as("flipped at %s", at)
                            .isEqualTo(manifest);
                    assertThat(plain).as("flipped at %s", at).isTrue();
                } catch (Refused e) {
                    assertThat(e.getMessage()).isNotEmpty();
                }
            }
            Files.write(damaged, Arrays.copyOf(whole, whole.length * 2 / 3));
            refuses(damaged, "damaged", passphrase);
        }
        var other = Files.writeString(folder.resolve("lain"), "nama,tanggal\n");
        refuses(other, "is no backup");
        refuses(folder.resolve("tiada"), "There is no file");
        assertThat(shops(read(take("sesudah.zip", target)))).isEqualTo(shops(before));
    }

    /** Whatever stops a restore in the middle, the database is as it was. */
    @Test
    void aRestoreThatFailsInTheMiddleLeavesWhatWasThere() throws Exception {
        busy();
        restore(take("semua.zip", db), NEW);
        var before = read(take("sebelum.zip", target));
        var file = folder.resolve("aneh.zip");
        var from = read(folder.resolve("semua.zip"));
        for (var more : List.of("tables/app.unknown", "uploads/../../secrets.properties", "")) {
            try (var out = new BackupFile.Writer(Files.newOutputStream(file), null, json)) {
                BackupFile.read(folder.resolve("semua.zip"), Optional.empty(), json, (name, in) -> {
                    var part = from.parts().stream()
                            .filter(p -> p.name().equals(name))
                            .findFirst()
                            .orElseThrow();
                    if (more.isEmpty() && name.equals("tables/app.transactions")) return;
                    out.part(name, part.columns(), to -> {
                        in.transferTo(to);
                        return part.rows();
                    });
                });
                if (!more.isEmpty()) out.part(more, List.of(), to -> 0);
                out.end(from.version(), from.madeAt(), from.keyCheck());
            }
            refuses(file, more.isEmpty() ? "lacks [tables/app.transactions]" : "doesn't know: " + more);
            assertThat(shops(read(take("sesudah" + more.length() + ".zip", target))))
                    .isEqualTo(shops(before));
            assertThat(target.withoutTenant(tables::isUnfinished)).isFalse();
        }
    }

    @Test
    void whatIsThereGoesOnlyWhereThatWasAskedFor() throws Exception {
        var file = take("semua.zip", db);
        restore(file, NEW);
        assertThatThrownBy(() -> restore(file, NEW)).isInstanceOf(Refused.class).hasMessageContaining("--replace");
        var later = CustomerBook.open();
        restore(take("nanti.zip", db), REPLACE);
        assertThat(rows(target, later.shop()).get("users"))
                .contains(later.shop().email());
        assertThatThrownBy(() -> take("semua.zip", db))
                .isInstanceOf(Refused.class)
                .hasMessageContaining("already");
    }

    /** Else numbers that said STOP would be written to again. */
    @Test
    void withAnotherEncryptionKeyItIsRefusedUnlessThatIsKnown() throws Exception {
        var file = take("semua.zip", db);
        var other = Map.of("ENCRYPTION_KEY", OTHER_KEY);
        assertThatThrownBy(() -> restore(file, NEW, other))
                .isInstanceOf(Refused.class)
                .hasMessageContaining("ENCRYPTION_KEY_PREVIOUS");
        restore(file, new Options(false, true), other);
        var former = Map.of("ENCRYPTION_KEY", OTHER_KEY, "ENCRYPTION_KEY_PREVIOUS", settings.secret("ENCRYPTION_KEY"));
        restore(file, REPLACE, former);
    }

    private void start(Map<String, String> more) throws IOException {
        new Restoring(target, tables, erasure, installation.with(folder.resolve("there"), more), json).checkKey();
    }

    private void startIsRefused(Map<String, String> more) {
        assertThatThrownBy(() -> start(more))
                .isInstanceOf(Settings.Wrong.class)
                .hasMessageContaining("set ENCRYPTION_KEY to that one")
                .hasMessageContaining("ENCRYPTION_KEY_PREVIOUS")
                .satisfies(e -> assertThat(e.getMessage()).doesNotContain("-lain"));
    }

    /** Who said STOP and was deleted is known by it alone, and was written to again. */
    @Test
    void aStartUnderAnotherEncryptionKeyIsRefusedUntilItIsToldTheFormerOne() throws Exception {
        var ours = settings.secret("ENCRYPTION_KEY");
        var other = Map.of("ENCRYPTION_KEY", OTHER_KEY);
        // nothing is lost while nobody is here
        start(other);
        start(Map.of());
        installation.fill();
        start(Map.of());
        startIsRefused(other);
        startIsRefused(Map.of("ENCRYPTION_KEY", OTHER_KEY, "ENCRYPTION_KEY_PREVIOUS", "yang-salah-lain"));
        // no other place, and what is said of sending leaves it alone
        assertThat(target.withoutTenant(sending::off)).isEmpty();
        for (boolean on : new boolean[] {false, true})
            target.asOwner(tx -> {
                sending.turn(tx, on);
                return on;
            });
        assertThat(target.withoutTenant(sending::off)).isEmpty();
        startIsRefused(other);
        // a command beside the server may have another: what the backup says is of whom it is
        var file = folder.resolve("beside.zip");
        new Backups(target, tables, installation.with(folder.resolve("there"), other), json, clock).take(file);
        assertThat(read(file).keyCheck()).isEqualTo(Backups.keyCheck(ours));
        // changed by the manual, and back
        start(Map.of("ENCRYPTION_KEY", OTHER_KEY, "ENCRYPTION_KEY_PREVIOUS", ours));
        start(Map.of("ENCRYPTION_KEY", OTHER_KEY, "ENCRYPTION_KEY_PREVIOUS", ours));
        start(other);
        startIsRefused(Map.of());
        start(Map.of("ENCRYPTION_KEY_PREVIOUS", OTHER_KEY));
        startIsRefused(other);
    }

    @Test
    void whatIsRestoredIsOfTheKeyThatItWasRestoredUnder() throws Exception {
        start(Map.of());
        var other = Map.of("ENCRYPTION_KEY", OTHER_KEY);
        CustomerBook.open();
        restore(take("semua.zip", db), new Options(true, true), other);
        assertThat(target.withoutTenant(sending::off)).contains("restored");
        startIsRefused(Map.of());
        start(other);
        assertThat(target.withoutTenant(sending::off)).contains("restored");
    }

    /** Nobody knows which was right; but two work on nothing together. */
    @Test
    void ofTwoKeysInTheFirstStartsOneStarts() throws Exception {
        installation.fill();
        var outcomes = Stream.of(Map.<String, String>of(), Map.of("ENCRYPTION_KEY", OTHER_KEY))
                .map(more -> CompletableFuture.supplyAsync(() -> {
                    try {
                        start(more);
                        return true;
                    } catch (Settings.Wrong e) {
                        return false;
                    } catch (IOException e) {
                        throw new UncheckedIOException(e);
                    }
                }))
                .toList();
        for (var outcome : outcomes) outcome.join();
        assertThat(outcomes.stream().map(CompletableFuture::join)).containsExactlyInAnyOrder(true, false);
    }

    @Test
    void aBackupOfAnEarlierVersionIsPutIntoItsOwnTablesAndBroughtToThisVersion() throws Exception {
        installation.becomes("22");
        installation.fill();
        var columns = target.asBackup(EveryTable::columns);
        columns.keySet().removeIf(table -> !table.startsWith("app.") || BackupRepository.LEFT_OUT.contains(table));
        var before = target.asBackup(tx -> EveryTable.rows(tx, columns));
        assertThat(before.values()).isNotEmpty().noneMatch(List::isEmpty);
        var file = take("lama.zip", target);
        assertThat(read(file).version()).isEqualTo("22");
        installation.close(target);
        anInstallationWithNothingInIt();

        var restored = restore(file, NEW);

        assertThat(restored.rows()).isEqualTo(read(file).rows());
        assertThat(target.version()).isEqualTo(db.version());
        List<BackupRepository.Table> tablesThere = target.asOwner(tables::tables);
        assertThat(tablesThere).isEqualTo(db.asOwner(tables::tables));
        assertThat(holes()).isEmpty();
        var after = target.asBackup(tx -> EveryTable.rows(tx, columns));
        assertThat(after).isEqualTo(before);
        assertThat(target.withoutTenant(tables::isUnfinished)).isFalse();
        // and it is as good as any
        assertThat(read(take("baru.zip", target)).version()).isEqualTo(db.version());
    }

    @Test
    void aBackupOfANewerVersionIsRefused() throws Exception {
        var file = folder.resolve("baru.zip");
        try (var out = new BackupFile.Writer(Files.newOutputStream(file), null, json)) {
            out.end("1000", clock.instant(), Backups.keyCheck(settings.secret("ENCRYPTION_KEY")));
        }
        refuses(file, "upgrade the program first");
    }

    /** It may hold what this one would forget, or write wrongly. */
    @Test
    void aProgramDoesNotStartOverNewerTablesAndStillRestores() throws Exception {
        var file = take("semua.zip", db);
        target.checkNotNewer();
        target.asOwner(tx -> tx.execute("""
                INSERT INTO migrations.flyway_schema_history
                    (installed_rank, version, description, type, script, installed_by, execution_time, success)
                VALUES (999, '999', 'of tomorrow', 'SQL', 'V999', 'sma_owner', 1, true)"""));
        installation.close(target);
        target = installation.open(there);
        assertThatThrownBy(target::checkNotNewer)
                .isInstanceOf(Settings.Wrong.class)
                .hasMessageContaining("The database is at version 999, of a newer program")
                .hasMessageContaining("start the newer program, or restore the backup");
        restore(file, REPLACE);
        target.checkNotNewer();
        assertThat(target.version()).isEqualTo(db.version());
    }

    /** Each upload that an import waits for is a part. */
    @Test
    void asManyPartsAsAnInstallationHasAreReadAgain() throws Exception {
        var file = folder.resolve("many");
        try (var writer = new BackupFile.Writer(Files.newOutputStream(file), null, json)) {
            for (int i = 0; i < 1_500; i++) writer.part("uploads/" + i, List.of(), out -> 0);
            writer.end("1", clock.instant(), "x");
        }
        assertThat(BackupFile.read(file, Optional.empty(), json, (part, in) -> {})
                        .parts())
                .hasSize(1_500);
    }

    @Test
    void aBackupThatFailsInTheMiddleLeavesNothingOnTheDisk() throws Exception {
        var broken = new Backups(
                db,
                tables,
                settings,
                new ObjectMapper() {
                    @Override
                    public ObjectWriter writerWithDefaultPrettyPrinter() {
                        throw new IllegalStateException("no manifest");
                    }
                },
                clock);
        assertThatThrownBy(() -> broken.take(folder.resolve("half"))).hasMessage("no manifest");
        try (var left = Files.list(folder)) {
            assertThat(left.map(file -> file.getFileName().toString())).noneMatch(name -> name.startsWith("half"));
        }
    }

    @Test
    void whatAKilledBackupLeftIsNoBackupAndInNobodysWay() throws Exception {
        Files.writeString(folder.resolve("semua.zip.part"), "x".repeat(100_000));
        assertThatThrownBy(() -> read(folder.resolve("semua.zip.part"))).isInstanceOf(Refused.class);
        var file = take("semua.zip", db);
        assertThat(read(file).parts()).isNotEmpty();
        assertThat(folder.resolve("semua.zip.part")).doesNotExist();
    }

    /** Threat 35: a restore doesn't bring back whom their owner had deleted since. */
    @Test
    void whoWasDeletedSinceIsDeletedAgain() throws Exception {
        var book = CustomerBook.open();
        var erased = book.add("Ratnaningsih Lama", "phone", "081299887766");
        var merged = book.add("Ratnaningsih Kembar");
        var deleted = book.add("Budi Terhapus", "phone", "081299887755");
        var kept = book.add("Citra Tetap");
        var sale = book.sell(erased, "2025-12-01", 250_000);
        var old = take("lama.zip", db);
        var api = book.shop();
        api.api().body(Map.of("other_id", merged)).post("/api/customers/" + erased + "/merge");
        api.api().delete("/api/customers/" + erased + "?erase=now").then().statusCode(200);
        api.api().delete("/api/customers/" + deleted).then().statusCode(200);
        var late = book.add("Dewi Datang Kemudian");
        api.api().delete("/api/customers/" + late + "?erase=now").then().statusCode(200);
        suppress(db, book.shop().id(), "stop");
        restore(take("baru.zip", db), NEW);

        var restored = restore(old, REPLACE);

        // other tests' shops are in it too, and a job deletes there meanwhile
        assertThat(restored.erased()).isGreaterThanOrEqualTo(3);
        var rows = rows(target, book.shop());
        assertThat(rows.get("customers")).contains("Citra Tetap", erased.toString(), kept.toString());
        assertThat(rows.get("customers")).doesNotContain("Budi", late.toString());
        assertThat(rows.values()).noneMatch(text -> text.contains("Ratnaningsih") || text.contains("81299887766"));
        assertThat(rows.get("transactions")).contains(sale.toString(), "250000.00", erased.toString());
        // a deletion that can still be undone can be there too, until the same moment
        assertThat(rows.get("deleted_customers"))
                .isEqualTo(purgeAt(rows(db, book.shop()).get("deleted_customers"), rows.get("deleted_customers")))
                .contains("Budi Terhapus");
        assertThat(rows.get("suppressions"))
                .isEqualTo(rows(db, book.shop()).get("suppressions"))
                .isNotEmpty();
        assertThat(target.withoutTenant(tables::isUnfinished)).isFalse();
    }

    /** What was deleted again, if its moment is that of the deletion. */
    private String purgeAt(@Nullable String was, @Nullable String now) throws IOException {
        if (was == null || now == null) return "none";
        var then = json.readTree(was).get("purge_at");
        return json.readTree(now).get("purge_at").equals(then) ? now : "purge_at differs from " + then;
    }

    private static void suppress(Db db, UserId user, String reason) {
        db.useTenant(
                user,
                tx -> tx.createUpdate("""
                        INSERT INTO app.suppressions (user_id, channel, address_hash, reason)
                        VALUES (:u, 'whatsapp', sha256('x'), :reason)
                        """)
                        .bind("u", user)
                        .bind("reason", reason)
                        .execute());
    }

    /** Its tables knew nothing of those who were deleted at their own request. */
    @Test
    void whoAskedToBeForgottenIsKnownAfterABackupOfAnEarlierVersionToo() throws Exception {
        installation.becomes("29");
        installation.fill();
        var file = take("lama.zip", target);
        installation.close(target);
        anInstallationWithNothingInIt();
        restore(file, NEW);
        var shop = target.asBackup(tx -> tx.createQuery("SELECT user_id FROM app.suppressions LIMIT 1")
                .mapTo(UUID.class)
                .one());
        suppress(target, new UserId(shop), "erased");

        restore(file, REPLACE);

        List<String> reasons = target.inTenant(
                new UserId(shop),
                tx -> tx.createQuery("SELECT reason FROM app.suppressions WHERE user_id = :u")
                        .bind("u", shop)
                        .mapTo(String.class)
                        .list());
        assertThat(reasons).contains("erased");
        assertThat(target.withoutTenant(tables::isUnfinished)).isFalse();
    }

    @Test
    void whoAskedToBeForgottenSinceIsKnownAndCanBeBroughtBackAsBefore() throws Exception {
        var book = CustomerBook.open();
        var shop = book.shop();
        var ani = book.add("Ani", "phone", "081299887744");
        var budi = book.add("Budi", "phone", "081299887733", "email", "budi@contoh.id");
        db.useTenant(
                shop.id(),
                tx -> addresses.suppress(
                        tx, shop.id(), Consent.Channel.EMAIL, "budi@contoh.id", ConsentRepository.Reason.STOP));
        var old = take("lama.zip", db);
        for (var one : List.of(ani, budi))
            new Visitor(shop)
                    .post("/customers/" + one + "/delete", "asked", "yes")
                    .statusCode(303);
        restore(take("baru.zip", db), NEW);

        restore(old, REPLACE);

        assertThat(rows(target, shop).get("suppressions"))
                .isEqualTo(rows(db, shop).get("suppressions"))
                .contains("erased")
                .doesNotContain("stop");
        assertThat(marks(shop)).isEqualTo("email stop, whatsapp -, whatsapp -");
    }

    /** What was known before of the addresses of those who can be brought back. */
    private String marks(Shop shop) {
        return target.inTenant(
                shop.id(),
                tx -> tx.createQuery("""
                                SELECT string_agg((m ->> 'channel') || ' ' || coalesce(m ->> 'reason', '-'), ', ' ORDER BY m ->> 'channel')
                                FROM app.deleted_customers d CROSS JOIN LATERAL jsonb_array_elements(d.identity -> 'marks') m
                                WHERE d.user_id = :u
                                """)
                        .bind("u", shop.id())
                        .mapTo(String.class)
                        .one());
    }

    /** Killed after the restore itself and before the deletions were repeated. */
    @Test
    void aStartFinishesWhatAKilledRestoreLeft() throws Exception {
        var book = CustomerBook.open();
        var erased = book.add("Ratnaningsih Lama");
        restore(take("semua.zip", db), NEW);
        target.asOwner(tx -> {
            tables.keepWhatWasSaid(tx);
            return tx.createUpdate(
                            "INSERT INTO restored.erasures VALUES (:u, :c, 'epoch'), (:u, gen_random_uuid(), 'epoch')")
                    .bind("u", book.shop().id())
                    .bind("c", erased)
                    .execute();
        });
        var restoring = new Restoring(target, tables, erasure, there, json);
        assertThat(restoring.finish()).isEqualTo(1);
        assertThat(restoring.finish()).isZero();
        assertThat(rows(target, book.shop()).get("customers")).doesNotContain("Ratnaningsih");
    }

    @Test
    void aFileThatAnImportWaitsForComesToo() throws Exception {
        var shop = Shop.register();
        var waiting = upload(shop, "queued", "nama\nAni\n");
        var ended = upload(shop, "done", "selesai");
        var file = take("semua.zip", db);
        db.useTenant(
                shop.id(),
                tx -> tx.createUpdate("DELETE FROM app.imports WHERE user_id = :u")
                        .bind("u", shop.id())
                        .execute());
        restore(file, NEW);
        var uploads = folder.resolve("there/uploads").resolve(shop.id().value().toString());
        assertThat(uploads.resolve(waiting.toString())).hasContent("nama\nAni\n");
        assertThat(uploads.resolve(ended.toString())).doesNotExist();
    }

    private UUID upload(Shop shop, String status, String content) throws IOException {
        var id = UUID.randomUUID();
        var uploads = Files.createDirectories(
                settings.dataDir().resolve("uploads").resolve(shop.id().value().toString()));
        Files.writeString(uploads.resolve(id.toString()), content);
        db.useTenant(
                shop.id(),
                tx -> tx.createUpdate("""
                        INSERT INTO app.imports (user_id, id, kind, status, file_name, file_bytes, mapping)
                        VALUES (:u, :id, 'customers', :status, 'a.csv', 1, '{}')
                        """)
                        .bind("u", shop.id())
                        .bind("id", id)
                        .bind("status", status)
                        .execute());
        return id;
    }

    @Test
    void itIsRefusedWhileTheProgramRuns() {
        var restoring = new Restoring(target, tables, erasure, there, json);
        restoring.refuseWhileServed();
        target.withoutTenant(sending::off);
        assertThatThrownBy(restoring::refuseWhileServed)
                .isInstanceOf(Refused.class)
                .hasMessageContaining("1 open connections");
    }
}
