package com.smartmarketingagent.importing;

import com.smartmarketingagent.platform.Db;
import com.smartmarketingagent.platform.Ids;
import com.smartmarketingagent.platform.Jobs;
import com.smartmarketingagent.platform.Problem;
import com.smartmarketingagent.platform.Settings;
import com.smartmarketingagent.platform.ShopFile;
import com.smartmarketingagent.platform.ShopFiles;
import com.smartmarketingagent.platform.UserId;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.function.BiFunction;
import org.jboss.logging.Logger;

/**
 * The files on this node's disk: {@code uploads/incoming} while a request brings them, then
 * {@code uploads/<shop>/<import>} until they are imported; a draft's for a day. What a killed process or a rolled back
 * request left goes a day later. The storage has each too, for nodes that share no disk, and for a while after it was
 * imported.
 */
@Singleton
class Uploads implements Jobs.Job {

    private static final Logger LOG = Logger.getLogger(Uploads.class);

    /** No request lasts so long, and no transaction that may yet say whose a file is. */
    private static final Duration LONG_AGO = Duration.ofDays(1);

    private static final byte[] ARCHIVE = {'P', 'K', 3, 4};
    private static final String WORKBOOK = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";

    private final Db db;
    private final ImportRepository imports;
    private final DraftRepository drafts;
    private final ShopFiles files;
    private final Path folder;

    Uploads(Db db, ImportRepository imports, DraftRepository drafts, ShopFiles files, Settings settings) {
        this.db = db;
        this.imports = imports;
        this.drafts = drafts;
        this.files = files;
        this.folder = settings.dataDir().resolve("uploads");
    }

    Path path(UserId user, UUID id) {
        return folder.resolve(user.value().toString()).resolve(id.toString());
    }

    /**
     * The same, brought from the storage where another node took it in; nothing is there where that has none either.
     */
    Path here(UserId user, UUID id) {
        var file = path(user, id);
        if (!Files.exists(file)) files.fetch(user, id, file);
        return file;
    }

    /** A new file that is swept after a day if nothing becomes of it. */
    Path temporary() {
        try {
            return Files.createTempFile(Files.createDirectories(folder.resolve("incoming")), "sheet", null);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /**
     * Puts it into the storage, before the transaction that keeps it.
     *
     * @throws Problem where the shop has no room for it, or the storage is away
     */
    void bring(UserId user, UUID id, Path file, String name) {
        bring(user, id, file, name, 0);
    }

    /** @param counted so many of its bytes are, as it takes the place of another */
    void bring(UserId user, UUID id, Path file, String name, long counted) {
        files.bring(user, id, ShopFile.Purpose.IMPORT, name, type(file), file, counted);
    }

    /**
     * Does {@code work} with a copy of what its owner sent to the storage, which goes with it.
     *
     * @throws Problem where it isn't there, or isn't as was said
     */
    <T> T withSent(UserId user, UUID id, BiFunction<ShopFiles.Sent, Path, T> work) {
        var sent = files.sent(user, id);
        var copy = folder.resolve("incoming").resolve("copy" + Ids.next());
        try {
            files.fetch(sent, copy);
            return work.apply(sent, copy);
        } finally {
            delete(copy);
        }
    }

    /** By how it begins; what is no workbook is read as lines. */
    private static String type(Path file) {
        try (var in = Files.newInputStream(file)) {
            return Arrays.equals(in.readNBytes(ARCHIVE.length), ARCHIVE) ? WORKBOOK : "text/csv";
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Moves a file to its place; how many bytes it has. */
    long keep(Path file, UserId user, UUID id) {
        try {
            var kept = path(user, id);
            Files.createDirectories(kept.getParent());
            Files.move(file, kept, StandardCopyOption.REPLACE_EXISTING);
            return Files.size(kept);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** A file that can't be deleted is only said to the operator: the import is done. */
    void delete(UserId user, UUID id) {
        delete(path(user, id));
    }

    /** Of one from {@link #temporary} that may have been kept. */
    void drop(Path file) {
        delete(file);
    }

    private static void delete(Path file) {
        try {
            Files.deleteIfExists(file);
        } catch (IOException e) {
            LOG.warn("An uploaded file could not be deleted: " + file, e);
        }
    }

    @Override
    public String name() {
        return "sweep-uploads";
    }

    /** A server that was off for longer does it when it starts. */
    @Override
    public Duration every() {
        return Duration.ofDays(1);
    }

    /** Drafts of more than a day ago go, whichever node took them in. */
    @Override
    public void run(String instance) {
        for (var user : db.withoutTenantAsWorker(drafts::shopsWithOld)) dropOldDrafts(user);
    }

    /**
     * What is here, older than a day and awaited by no import, goes: another node may have imported it. Files that
     * aren't named as ours are left alone.
     */
    @Override
    public void tidy() {
        if (!Files.isDirectory(folder)) return;
        var before = now().minus(LONG_AGO);
        for (var file : in(folder.resolve("incoming"))) {
            if (isOlder(file, before)) delete(file);
        }
        for (var shop : in(folder)) {
            var user = id(shop).map(UserId::new);
            if (user.isEmpty()) continue;
            for (var file : in(shop)) {
                var id = id(file);
                if (id.isPresent() && isOlder(file, before) && !isAwaited(user.get(), id.get())) {
                    delete(file);
                }
            }
        }
    }

    /** By the clock of the disk, whose times are compared with it. */
    private Instant now() {
        try {
            // where what a killed process left goes, whatever its name
            var incoming = Files.createDirectories(folder.resolve("incoming"));
            var file = Files.createTempFile(incoming, "now", null);
            try {
                return Files.getLastModifiedTime(file).toInstant();
            } finally {
                Files.delete(file);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void dropOldDrafts(UserId user) {
        var gone = db.inTenantAsWorker(user, tx -> {
            var ids = drafts.deleteOld(tx, user);
            for (var id : ids) files.forget(tx, user, id);
            return ids;
        });
        for (var id : gone) delete(user, id);
    }

    private boolean isAwaited(UserId user, UUID id) {
        return db.inTenantAsWorker(
                user,
                tx -> drafts.find(tx, user, id).isPresent()
                        || imports.find(tx, user, id)
                                .filter(found -> !found.ended())
                                .isPresent());
    }

    private static boolean isOlder(Path file, Instant before) {
        try {
            return Files.isRegularFile(file)
                    && Files.getLastModifiedTime(file).toInstant().isBefore(before);
        } catch (IOException e) {
            // gone meanwhile, or not ours to read: the next sweep sees
            LOG.debug("Not swept", e);
            return false;
        }
    }

    private static List<Path> in(Path folder) {
        if (!Files.isDirectory(folder)) return List.of();
        try (var files = Files.list(folder)) {
            return files.toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Also of one that was being brought from the storage when its process was killed. */
    private static Optional<UUID> id(Path file) {
        try {
            var name = file.getFileName().toString();
            return Optional.of(UUID.fromString(name.replaceFirst("\\.part.*", "")));
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }
}
