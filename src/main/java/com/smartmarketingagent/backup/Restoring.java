package com.smartmarketingagent.backup;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.smartmarketingagent.backup.BackupFile.Manifest;
import com.smartmarketingagent.backup.BackupRepository.Table;
import com.smartmarketingagent.customer.Erasure;
import com.smartmarketingagent.platform.Db;
import com.smartmarketingagent.platform.Settings;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Instant;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Optional;
import org.jdbi.v3.core.Handle;

/**
 * Puts a backup in the place of what a database holds, in one transaction: a process that is killed leaves what was
 * there. Then the database is brought to this version, and whoever had been deleted in the one that was replaced is
 * deleted again; a start does what of this a killed restore has left.
 */
@Singleton
public class Restoring {

    private static final String UUIDS =
            "uploads/[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}/[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}";

    private static final String OTHER_KEY = "This database was used with another ENCRYPTION_KEY, without which who said"
            + " STOP isn't known and the shops' channels don't open: set ENCRYPTION_KEY to that one (it is in the"
            + " environment of that installation, or in secrets.properties of its data folder), or, to change it, the"
            + " new one and that one as ENCRYPTION_KEY_PREVIOUS; where it is lost, see \"Keys\" in docs/operations.md.";

    private final Db db;
    private final BackupRepository tables;
    private final Erasure erasure;
    private final Settings settings;
    private final ObjectMapper json;

    Restoring(Db db, BackupRepository tables, Erasure erasure, Settings settings, ObjectMapper json) {
        this.db = db;
        this.tables = tables;
        this.erasure = erasure;
        this.settings = settings;
        this.json = json;
    }

    /**
     * @param replace also where there are accounts already, which go
     * @param withoutKey also where the secrets in it can't be opened and the numbers that may not be written to aren't
     *     known
     */
    public record Options(boolean replace, boolean withoutKey) {}

    /** @param erased how many people were deleted again */
    public record Restored(Instant madeAt, int tables, long rows, int uploads, int erased) {}

    /** @throws Refused while the program runs anywhere on this database */
    public void refuseWhileServed() {
        int connections = db.asOwner(tables::served);
        if (db.joinedAnother() || connections > 0)
            throw new Refused("The program is running on this database"
                    + (connections > 0 ? " (" + connections + " open connections)" : "")
                    + ": stop it everywhere, then restore. (A pooler keeps connections for some minutes.)");
    }

    /** @throws Refused where the file or the database doesn't allow it; nothing was changed then */
    public Restored restore(Path file, Options options) {
        var passphrase = Backups.passphrase(settings);
        var manifest = BackupFile.read(file, passphrase, json, (part, in) -> {});
        check(manifest, options);
        Backups.noteBeside(file).ifPresent(noted -> BackupFile.read(noted, passphrase, json, (part, in) -> {}));
        db.asOwner(tx -> replace(tx, file, passphrase, manifest, options));
        db.upgrade();
        db.asOwner(tx -> {
            tables.analyse(tx);
            return tx;
        });
        int uploads = (int) manifest.parts().stream()
                .filter(part -> part.columns().isEmpty())
                .count();
        return new Restored(manifest.madeAt(), manifest.parts().size() - uploads, manifest.rows(), uploads, finish());
    }

    private void check(Manifest manifest, Options options) {
        if (Integer.parseInt(manifest.version()) > Integer.parseInt(db.version()))
            throw new Refused("This backup is of version " + manifest.version() + " of the database, and this program"
                    + " knows those up to " + db.version() + ": upgrade the program first.");
        if (!isKnown(manifest.keyCheck()) && !options.withoutKey())
            throw new Refused(
                    "This backup was made with another ENCRYPTION_KEY than this installation has. With its own"
                            + " (in the environment of that installation, or in secrets.properties of its data folder) the shops'"
                            + " channels open and numbers that may not be written to are known. Set ENCRYPTION_KEY to it, or"
                            + " ENCRYPTION_KEY_PREVIOUS; where it is lost: --without-key.");
    }

    /** Whether it is of the key that this installation has, or of its former one. */
    private boolean isKnown(String keyCheck) {
        return keyCheck.equals(Backups.keyCheck(settings.secret("ENCRYPTION_KEY")))
                || settings.text("ENCRYPTION_KEY_PREVIOUS")
                        .map(Backups::keyCheck)
                        .filter(keyCheck::equals)
                        .isPresent();
    }

    /**
     * Lets a start go on only under the key by which the database was used last, or with that one as the former: by
     * another nobody who said STOP is known again. From then on it is used by the present one.
     *
     * @throws Settings.Wrong otherwise
     */
    public void checkKey() {
        db.asOwner(tx -> {
            tables.lockInstallation(tx);
            var last = tables.keyCheck(tx);
            // who has nobody yet may try another one
            if (last.filter(check -> !isKnown(check)).isPresent() && db.asAdmin(tables::accounts) > 0)
                throw new Settings.Wrong(OTHER_KEY);
            var present = Backups.keyCheck(settings.secret("ENCRYPTION_KEY"));
            if (!last.equals(Optional.of(present))) tables.noteKeyCheck(tx, present);
            return tx;
        });
    }

    private Handle replace(Handle tx, Path file, Optional<String> passphrase, Manifest manifest, Options options) {
        Db.waitAtMost(tx, 10);
        tables.pass(tx, true);
        long accounts = tables.accounts(tx);
        if (accounts > 0 && !options.replace())
            throw new Refused("There are " + accounts + " accounts in this database. With --replace everything in it"
                    + " goes, and what is in the backup takes its place. (./sma backup keeps what there is.)");
        tables.keepWhatWasSaid(tx);
        Backups.noteBeside(file)
                .ifPresent(noted -> BackupFile.read(noted, passphrase, json, (part, in) -> {
                    if (part.equals(Backups.ERASURES)) tables.addErasures(tx, in);
                    if (part.equals(Backups.SUPPRESSIONS)) tables.addSuppressions(tx, in);
                }));
        db.makeAnew(tx, manifest.version());
        tables.pass(tx, true);
        var left = new HashMap<String, Table>();
        for (var table : tables.tables(tx)) {
            left.put("tables/" + table.name(), table);
            tables.empty(tx, table);
        }
        var rows = new HashMap<String, Long>();
        var again = BackupFile.read(file, passphrase, json, (part, in) -> {
            var table = left.remove(part);
            if (table != null) rows.put(part, tables.copyIn(tx, withColumns(table, part, manifest), in));
            else if (part.matches(UUIDS)) keep(part, in);
            else throw new Refused("This backup has a part that this program doesn't know: " + part);
        });
        if (!again.equals(manifest)) throw new Refused("The file was changed while it was read.");
        if (!left.isEmpty()) throw new Refused("This backup lacks " + left.keySet() + ".");
        for (var part : manifest.parts())
            if (!part.columns().isEmpty() && rows.getOrDefault(part.name(), -1L) != part.rows())
                throw new Refused("This backup has " + rows.get(part.name()) + " rows of " + part.name()
                        + " and not the " + part.rows() + " that its manifest says.");
        tables.settle(tx, Backups.keyCheck(settings.secret("ENCRYPTION_KEY")));
        tables.pass(tx, false);
        return tx;
    }

    /** In the order in which they were written. */
    private static Table withColumns(Table table, String name, Manifest manifest) {
        var columns = manifest.parts().stream()
                .filter(part -> part.name().equals(name))
                .findFirst()
                .orElseThrow()
                .columns();
        if (columns.size() != table.columns().size() || !new HashSet<>(columns).equals(new HashSet<>(table.columns())))
            throw new Refused("This backup's " + name + " has other columns than this program knows: " + columns);
        return new Table(table.name(), columns);
    }

    /** Where the transaction fails, it is swept as one that no import waits for. */
    private void keep(String part, InputStream in) throws IOException {
        var file = settings.dataDir().resolve(part);
        Files.createDirectories(file.getParent());
        Files.copy(in, file, StandardCopyOption.REPLACE_EXISTING);
    }

    /**
     * Whoever must not be written to isn't, and whom a restore has brought back is deleted again; answers how many.
     * Does nothing where there was none.
     */
    public int finish() {
        if (!db.withoutTenant(tables::isUnfinished)) return 0;
        db.asOwner(tx -> {
            tables.suppress(tx);
            return tx;
        });
        int erased = 0;
        for (var one : db.asOwner(tables::erasures)) {
            boolean was = db.inTenantAsWorker(
                    one.userId(), tx -> erasure.repeat(tx, one.userId(), one.customerId(), one.purgeAt()));
            if (was) erased++;
        }
        db.asOwner(tx -> {
            tables.suppressErased(tx);
            tables.finish(tx);
            return tx;
        });
        return erased;
    }
}
