package com.smartmarketingagent.backup;

import com.smartmarketingagent.platform.Jobs;
import com.smartmarketingagent.platform.Settings;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import org.jboss.logging.Logger;

/**
 * A backup a day into {@code BACKUP_DIR}, and those older than {@code BACKUP_KEEP} days removed. It looks each hour
 * whether there is one of the last day, so that a day on which nothing ran, or the folder was full, is made up for; and
 * notes each hour beside them who was deleted since, so that an older one brings nobody back though the database is
 * lost. A machine that was just set up in the place of a lost one touches nothing there before it has any account.
 */
@Singleton
class DailyBackup implements Jobs.Job {

    private static final Logger LOG = Logger.getLogger(DailyBackup.class);

    private static final Duration OFTEN = Duration.ofHours(1);
    /** The next look would come too late. */
    private static final Duration DAY = Duration.ofDays(1).minus(OFTEN.dividedBy(2));

    private static final int DAYS_KEPT = 30;

    private final Backups backups;
    private final Settings settings;
    private final Clock clock;

    DailyBackup(Backups backups, Settings settings, Clock clock) {
        this.backups = backups;
        this.settings = settings;
        this.clock = clock;
    }

    /** @param at when it was begun */
    record Kept(Path file, Instant at) {}

    @Override
    public String name() {
        return "backup";
    }

    /** Where it is switched off the database isn't bothered more than need be. */
    @Override
    public Duration every() {
        return folder().isPresent() ? OFTEN : Duration.ofDays(1);
    }

    private Optional<Path> folder() {
        return settings.text("BACKUP_DIR").map(Path::of);
    }

    @Override
    public void run(String instance) {
        folder().ifPresent(this::lookAfter);
    }

    private void lookAfter(Path folder) {
        try {
            Files.createDirectories(folder);
            if (!backups.hasAccounts()) return;
            var now = clock.instant();
            var newest = kept(folder).stream().findFirst();
            if (newest.isEmpty() || !newest.get().at().isAfter(now.minus(DAY))) {
                var taken = backups.take(folder);
                LOG.infov("Backup: {0}, {1} rows, {2} bytes", taken.file(), taken.rows(), taken.bytes());
            }
            backups.noteWhatWasSaid(folder);
            var oldest = now.minus(Duration.ofDays(Math.max(1, settings.number("BACKUP_KEEP", DAYS_KEPT))));
            // the newest stays, however old
            for (var old : kept(folder).stream().skip(1).toList())
                if (old.at().isBefore(oldest)) Files.delete(old.file());
        } catch (IOException | UncheckedIOException | Refused e) {
            LOG.error(
                    "The daily backup into " + folder + " failed; it is tried again in an hour: " + e.getMessage(), e);
        }
    }

    /** The newest first; what isn't named as ours is left alone. */
    private static List<Kept> kept(Path folder) throws IOException {
        try (var files = Files.list(folder)) {
            return files.flatMap(file -> Backups.takenAt(file).map(at -> new Kept(file, at)).stream())
                    .sorted(Comparator.comparing(Kept::at).reversed())
                    .toList();
        }
    }
}
