package com.smartmarketingagent.importing;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.smartmarketingagent.account.Limits;
import com.smartmarketingagent.importing.FileImport.Source;
import com.smartmarketingagent.notice.Notices;
import com.smartmarketingagent.platform.Db;
import com.smartmarketingagent.platform.Jobs;
import com.smartmarketingagent.platform.Language;
import com.smartmarketingagent.platform.Problem;
import com.smartmarketingagent.platform.Settings;
import com.smartmarketingagent.platform.ShopFiles;
import com.smartmarketingagent.platform.UserId;
import com.smartmarketingagent.platform.Words;
import jakarta.inject.Singleton;
import java.nio.file.Files;
import java.time.Instant;
import java.util.Locale;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.function.DoubleConsumer;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.jboss.logging.Logger;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.JdbiException;
import org.jspecify.annotations.Nullable;

/** The work on an accepted file, in the background: as a whole or not at all, whatever happens meanwhile. */
@Singleton
class ImportJob implements Jobs.Job {

    static final String NAME = "import";

    private static final Logger LOG = Logger.getLogger(ImportJob.class);
    private static final int TRIES = 8;
    private static final int LONGEST_WAIT = 10;
    private static final int MANY = 5_000;
    /** As refused rows are. */
    private static final int DAYS_KEPT = 90;

    private final Db db;
    private final FileImport fileImport;
    private final ImportRepository imports;
    private final RefusalRepository refusals;
    private final Uploads uploads;
    private final ShopFiles files;
    private final Settings settings;
    private final Notices notices;
    private final ObjectMapper json;
    private final long firstWaitMillis;
    private final Limits limits;

    ImportJob(
            Db db,
            FileImport fileImport,
            ImportRepository imports,
            RefusalRepository refusals,
            Uploads uploads,
            ShopFiles files,
            Settings settings,
            Notices notices,
            ObjectMapper json,
            Limits limits,
            @ConfigProperty(name = "imports.first-wait-ms", defaultValue = "200") long firstWaitMillis) {
        this.db = db;
        this.fileImport = fileImport;
        this.imports = imports;
        this.refusals = refusals;
        this.uploads = uploads;
        this.files = files;
        this.settings = settings;
        this.notices = notices;
        this.json = json;
        this.firstWaitMillis = firstWaitMillis;
        this.limits = limits;
    }

    static String instance(UserId user, UUID id) {
        return user.value() + "/" + id;
    }

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public boolean isHeavy() {
        return true;
    }

    /** Soon, where another node, an undo or a trial had the shop's turn: who waits for it here takes others' place. */
    @Override
    public @Nullable Instant again(String instance) {
        var whose = Whose.of(instance);
        boolean isOpen = db.inTenantAsWorker(whose.user(), tx -> imports.isOpen(tx, whose.user(), whose.id()));
        return isOpen ? Instant.EPOCH : null;
    }

    /** What {@link #instance} puts together. */
    private record Whose(UserId user, UUID id) {
        static Whose of(String instance) {
            var ids = instance.split("/", 2);
            return new Whose(new UserId(UUID.fromString(ids[0])), UUID.fromString(ids[1]));
        }
    }

    /**
     * @param instance see {@link #instance}. Runs again from the beginning if a node died in the middle, or what it
     *     throws says that the database or the storage is away or the owner kept changing what the file is about.
     */
    @Override
    public void run(String instance) {
        var whose = Whose.of(instance);
        var user = whose.user();
        var id = whose.id();
        var reading = db.inTenantAsWorker(user, tx -> imports.begin(tx, user, id));
        if (reading.isEmpty()) {
            uploads.delete(user, id);
            return;
        }
        var source = new Source(
                uploads.here(user, id),
                reading.get().fileName(),
                Kind.valueOf(reading.get().kind().toUpperCase(Locale.ROOT)),
                Upload.map(json, "mapping", reading.get().mapping()),
                reading.get().dateOrder() == null
                        ? null
                        : DateOrder.ofJson(reading.get().dateOrder()));
        try {
            if (!run(user, id, source)) return;
            notices.told(user);
        } catch (UnreadableFile e) {
            fail(user, source, id, e.sentence(Locale.of("id")));
        } catch (Problem.Conflict e) {
            fail(user, source, id, Words.say(Language.INDONESIAN, e.text()));
        } catch (RuntimeException e) {
            // the node is stopping, or the database is away: it is begun again, from the same file
            if (Thread.currentThread().isInterrupted() || Db.isAway(e)) throw e;
            // the owner is busy with these customers: later, but not for ever
            if (FileImport.collided(e) && db.inTenantAsWorker(user, tx -> imports.isRecent(tx, user, id))) throw e;
            if (!Files.exists(source.file())) {
                fail(user, source, id, "Berkasnya tidak tersimpan di server ini. Kirim sekali lagi.");
            } else {
                LOG.error("Import " + id + " failed", e);
                fail(
                        user,
                        source,
                        id,
                        "Terjadi kesalahan di sistem kami; tidak ada yang tersimpan. Coba kirim sekali lagi.");
            }
        }
        uploads.delete(user, id);
    }

    /**
     * A customer typed in by hand at the same moment can take a phone that the file has too: then from the beginning,
     * after a wait, as who types one in may type in more. False where it isn't the shop's turn.
     */
    private boolean run(UserId user, UUID id, Source source) throws UnreadableFile {
        long wait = firstWaitMillis;
        for (int attempt = 1; ; attempt++) {
            try {
                return runOnce(user, id, source);
            } catch (JdbiException | FileImport.CustomersChanged e) {
                if (!FileImport.collided(e) || attempt == TRIES) throw e;
                LOG.infov("Import {0} met a customer or sale entered at the same time; once more", id);
                pause(wait, e);
                wait = Math.min(2 * wait, LONGEST_WAIT * firstWaitMillis);
            }
        }
    }

    /** @throws RuntimeException {@code failure}, if the node is stopping */
    private static void pause(long millis, RuntimeException failure) {
        try {
            Thread.sleep(millis);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw failure;
        }
    }

    private boolean runOnce(UserId user, UUID id, Source source) throws UnreadableFile {
        try {
            return db.inTenantAsWorker(user, tx -> {
                if (!imports.tryTurn(tx, user)) return false;
                // a node thought dead may have finished it meanwhile
                if (!imports.isRunning(tx, user, id)) return true;
                try {
                    var rows = fileImport.run(tx, user, id, source, new StoredProgress(user, id));
                    // a limit that was lowered since refuses no file that adds nothing
                    if (fileImport.madeCustomers(tx)) limits.checkCustomers(tx, user, 0);
                    if (source.kind() == Kind.TRANSACTIONS && rows.added() > 0) limits.checkSales(tx, user, 0);
                    refusals.store(tx, user, id);
                    imports.done(tx, user, id, rows);
                    keepOriginal(tx, user, id);
                    notices.tell(
                            tx,
                            user,
                            com.smartmarketingagent.notice.Kind.IMPORT_DONE,
                            Map.of(
                                    "id", id,
                                    "file", source.name(),
                                    "added", rows.added(),
                                    "refused", rows.refused()));
                    if (rows.added() > MANY) imports.gatherStatistics(tx);
                    return true;
                } catch (UnreadableFile e) {
                    throw new Broken(e);
                }
            });
        } catch (Broken e) {
            throw e.file;
        }
    }

    /** Takes an unreadable file through the transaction, which it rolls back. */
    private static final class Broken extends RuntimeException {
        private final transient UnreadableFile file;

        Broken(UnreadableFile file) {
            super(file);
            this.file = file;
        }
    }

    /**
     * Writes the progress where every node can read it: while the file is read at most three times a second, then after
     * each step. An import doesn't fail for it: where it can't be written, it is tried again half a minute later.
     */
    private final class StoredProgress implements DoubleConsumer {
        private final UserId user;
        private final UUID id;
        private long last = System.nanoTime();
        private long pause;

        StoredProgress(UserId user, UUID id) {
            this.user = user;
            this.id = id;
        }

        @Override
        public void accept(double progress) {
            long since = System.nanoTime() - last;
            boolean soon = progress < Laps.Step.READING.reached && since < TimeUnit.MILLISECONDS.toNanos(300);
            if (soon || since < pause) return;
            try {
                db.useTenant(user, tx -> imports.progress(tx, user, id, progress));
                pause = 0;
            } catch (RuntimeException e) {
                if (Thread.currentThread().isInterrupted()) throw e;
                LOG.warn("The progress of import " + id + " could not be stored; the import goes on", e);
                pause = TimeUnit.SECONDS.toNanos(30);
            }
            last = System.nanoTime();
        }
    }

    /** For a while, so that its owner can have it again. */
    private void keepOriginal(Handle tx, UserId user, UUID id) {
        files.keep(tx, user, id, settings.number("IMPORT_KEEP_DAYS", DAYS_KEPT));
    }

    private void fail(UserId user, Source source, UUID id, String sentence) {
        db.useTenant(user, tx -> {
            if (!imports.failed(tx, user, id, sentence)) return;
            keepOriginal(tx, user, id);
            notices.tell(
                    tx,
                    user,
                    com.smartmarketingagent.notice.Kind.IMPORT_FAILED,
                    Map.of("id", id, "file", source.name()));
        });
        notices.told(user);
    }
}
