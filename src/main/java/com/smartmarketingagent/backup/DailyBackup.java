package com.smartmarketingagent.backup;

import com.smartmarketingagent.platform.Jobs;
import com.smartmarketingagent.platform.Problem;
import com.smartmarketingagent.platform.Settings;
import com.smartmarketingagent.platform.Storage;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jboss.logging.Logger;

/**
 * A backup a day into {@code BACKUP_DIR} and into the storage that nodes share, and those older than
 * {@code BACKUP_KEEP} days removed. It looks each hour whether there is one of the last day, so that a day on which
 * nothing ran, or the place was full, is made up for; and notes each hour beside them who was deleted since, so that an
 * older one brings nobody back though the database is lost. A machine that was just set up in the place of a lost one
 * touches nothing there before it has any account.
 */
@Singleton
class DailyBackup implements Jobs.Job {

    /** Nodes' clocks may differ by so much. */
    private static final Duration APART = Duration.ofMinutes(5);

    private static final Logger LOG = Logger.getLogger(DailyBackup.class);

    private static final Duration OFTEN = Duration.ofHours(1);
    /** The next look would come too late. */
    private static final Duration DAY = Duration.ofDays(1).minus(OFTEN.dividedBy(2));

    private static final int DAYS_KEPT = 30;

    /** No shop's id. */
    private static final String STORED = "backups";

    private final Backups backups;
    private final Storage storage;
    private final Settings settings;
    private final Clock clock;

    DailyBackup(Backups backups, Storage storage, Settings settings, Clock clock) {
        this.backups = backups;
        this.storage = storage;
        this.settings = settings;
        this.clock = clock;
    }

    /**
     * A file or a key, by its name.
     *
     * @param at when it was begun
     */
    record Kept(String name, Instant at) {

        static Stream<Kept> of(String name) {
            return Backups.takenAt(name).map(at -> new Kept(name, at)).stream();
        }
    }

    @Override
    public String name() {
        return "backup";
    }

    /** Where it is switched off the database isn't bothered more than need be. */
    @Override
    public Duration every() {
        return isOn() ? OFTEN : Duration.ofDays(1);
    }

    boolean isOn() {
        return folder().isPresent() || isStored();
    }

    /**
     * When the newest was begun that is kept anywhere.
     *
     * @throws Problem.Provider where the storage doesn't answer
     */
    Optional<Instant> newest() throws IOException {
        var folder = folder().filter(Files::isDirectory);
        return Stream.concat(
                        folder.isPresent() ? kept(folder.get()).stream() : Stream.empty(),
                        isStored() ? stored().stream() : Stream.empty())
                .map(Kept::at)
                .max(Comparator.naturalOrder());
    }

    private Optional<Path> folder() {
        return settings.text("BACKUP_DIR").map(Path::of);
    }

    /** A folder in the place of the storage is on the disk that the backup is for. */
    private boolean isStored() {
        return storage.isShared() && settings.flag("BACKUP_TO_STORAGE", true);
    }

    private enum Outcome {
        DONE,
        /** It isn't everywhere where it should be, or who was deleted isn't noted beside it. */
        HALF,
        /** The folder can't be used. */
        NONE
    }

    /** @throws IllegalStateException where not all is as it should be, after whatever could be done and was said why */
    @Override
    public void run(String instance) {
        var there = folder().map(folder -> lookAfterIfUsed(folder, true));
        boolean failed = there.filter(outcome -> outcome != Outcome.DONE).isPresent();
        // also where a folder takes nothing: the storage may
        if (isStored() && there.orElse(Outcome.NONE) == Outcome.NONE)
            failed |= lookAfterIfUsed(settings.dataDir().resolve("backup-under-way"), false) != Outcome.DONE;
        if (failed) throw new IllegalStateException("The daily backup failed, as is said above");
    }

    private Outcome lookAfterIfUsed(Path folder, boolean stays) {
        try {
            return !backups.hasAccounts() || lookAfter(folder, stays) ? Outcome.DONE : Outcome.HALF;
        } catch (IOException | UncheckedIOException | Refused e) {
            LOG.error(
                    "The daily backup into " + folder + " failed; it is tried again in an hour: " + e.getMessage(), e);
            return Outcome.NONE;
        } catch (Problem.Provider e) {
            LOG.error("The daily backup could not be brought into the storage; it is tried again in an hour", e);
            return Outcome.HALF;
        }
    }

    /**
     * Answers whether it is noted, too, who was deleted.
     *
     * @param stays whether what is in the folder stays there, or is only on its way into the storage
     */
    private boolean lookAfter(Path folder, boolean stays) throws IOException {
        Files.createDirectories(folder);
        // first: there may be no room for another
        sweep(folder);
        // the newest stays, however old
        for (var old : old(kept(folder))) Files.delete(folder.resolve(old.name()));
        if (stays && isOld(kept(folder))) take(folder);
        var unnoted = note(folder);
        if (isStored()) {
            var stored = stored();
            if (isOld(stored) && isOld(kept(folder))) {
                // what could not be brought there yesterday is of no use today
                if (!stays) for (var gone : kept(folder)) Files.delete(folder.resolve(gone.name()));
                take(folder);
            }
            store(folder, stored, unnoted.isEmpty());
            if (!stays) for (var gone : kept(folder)) Files.delete(folder.resolve(gone.name()));
        }
        unnoted.ifPresent(e ->
                LOG.error("Who was deleted could not be noted; it is tried again in an hour: " + e.getMessage(), e));
        return unnoted.isEmpty();
    }

    /** What a process that was killed began a day ago. */
    private void sweep(Path folder) throws IOException {
        try (var files = Files.list(folder)) {
            for (var file : (Iterable<Path>) files::iterator) {
                var begun = Backups.begunAt(file.getFileName().toString());
                if (begun.filter(at -> at.isBefore(clock.instant().minus(DAY))).isPresent()) Files.delete(file);
            }
        }
    }

    /** Why it can't be written down who was deleted: that keeps nobody from a backup. */
    private Optional<RuntimeException> note(Path folder) throws IOException {
        try {
            if (isStored()) fetchNotes(folder);
            backups.noteWhatWasSaid(folder);
            return Optional.empty();
        } catch (Refused | Problem.Provider e) {
            return Optional.of(e);
        }
    }

    /**
     * Those of another machine, which may be lost, and of whose last hours the newest backup knows nothing: where they
     * are newer than ours.
     */
    private void fetchNotes(Path folder) throws IOException {
        var there = storage.list(new Storage.Key(STORED)).stream()
                .collect(Collectors.toMap(Storage.Kept::key, Storage.Kept::at));
        for (boolean encrypted : new boolean[] {true, false}) {
            var note = folder.resolve(Backups.note(encrypted));
            var at = there.get(key(Backups.note(encrypted)));
            if (at == null
                    || Files.exists(note)
                            && !Files.getLastModifiedTime(note).toInstant().isBefore(at)) continue;
            var stored = storage.open(key(Backups.note(encrypted)));
            if (stored.isEmpty()) continue;
            // a name of its own: what a killed process left is written over
            var fetched = folder.resolve("." + note.getFileName());
            try (var in = stored.get()) {
                Files.copy(in, fetched, StandardCopyOption.REPLACE_EXISTING);
                Files.move(fetched, note, StandardCopyOption.ATOMIC_MOVE);
            } finally {
                Files.deleteIfExists(fetched);
            }
        }
    }

    private void take(Path folder) {
        var taken = backups.take(folder);
        LOG.infov("Backup: {0}, {1} rows, {2} bytes", taken.file(), taken.rows(), taken.bytes());
    }

    /** @param noted whether the notes in the folder are of now */
    private void store(Path folder, List<Kept> stored, boolean noted) throws IOException {
        var newest = kept(folder).stream().findFirst();
        if (newest.isPresent() && isOld(stored)) put(folder.resolve(newest.get().name()));
        for (boolean encrypted : new boolean[] {true, false}) {
            var note = folder.resolve(Backups.note(encrypted));
            if (noted && Files.exists(note)) put(note);
        }
        for (var old : old(stored())) storage.delete(key(old.name()));
    }

    private void put(Path file) {
        storage.put(key(file.getFileName().toString()), file, "application/octet-stream");
    }

    private static Storage.Key key(String name) {
        return new Storage.Key(STORED + "/" + name);
    }

    /** Whether there is none of the last day. */
    private boolean isOld(List<Kept> newestFirst) {
        return newestFirst.isEmpty()
                || !newestFirst.getFirst().at().isAfter(clock.instant().minus(DAY));
    }

    /** Without the newest. */
    private List<Kept> old(List<Kept> newestFirst) {
        var oldest = clock.instant().minus(Duration.ofDays(Math.max(1, settings.number("BACKUP_KEEP", DAYS_KEPT))));
        return newestFirst.stream()
                .skip(1)
                .filter(kept -> kept.at().isBefore(oldest))
                .toList();
    }

    /** The newest first; what isn't named as ours is left alone. */
    private List<Kept> kept(Path folder) throws IOException {
        try (var files = Files.list(folder)) {
            return newestFirst(files.map(file -> file.getFileName().toString()));
        }
    }

    /** The same of the storage. */
    private List<Kept> stored() {
        return newestFirst(storage.list(new Storage.Key(STORED)).stream()
                .map(kept -> kept.key().text().substring(STORED.length() + 1)));
    }

    /** Those of a clock that was ahead are left alone as well: as the newest they would keep us from any other. */
    private List<Kept> newestFirst(Stream<String> names) {
        var soon = clock.instant().plus(APART);
        return names.flatMap(Kept::of)
                .filter(kept -> kept.at().isBefore(soon))
                .sorted(Comparator.comparing(Kept::at).reversed())
                .toList();
    }
}
