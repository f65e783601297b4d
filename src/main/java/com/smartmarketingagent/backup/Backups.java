package com.smartmarketingagent.backup;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.smartmarketingagent.backup.BackupFile.Manifest;
import com.smartmarketingagent.backup.BackupFile.Part;
import com.smartmarketingagent.platform.Db;
import com.smartmarketingagent.platform.Hashes;
import com.smartmarketingagent.platform.Settings;
import jakarta.inject.Singleton;
import java.io.BufferedReader;
import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Clock;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;
import org.jboss.logging.Logger;
import org.jdbi.v3.core.Handle;

/** Takes backups: everything of all shops at one moment, while they go on. */
@Singleton
public class Backups {

    /** The parts of what is noted beside backups. */
    static final String ERASURES = "erasures";

    static final String SUPPRESSIONS = "suppressions";

    private static final List<String> SAID = List.of(ERASURES, SUPPRESSIONS);
    private static final int AT_ONCE = 1_000;

    private static final String UNFINISHED = ".part";
    private static final DateTimeFormatter NAME = DateTimeFormatter.ofPattern("'sma-backup-'yyyyMMdd-HHmmss");

    private static final Logger LOG = Logger.getLogger(Backups.class);

    private final Db db;
    private final BackupRepository tables;
    private final Settings settings;
    private final ObjectMapper json;
    private final Clock clock;

    Backups(Db db, BackupRepository tables, Settings settings, ObjectMapper json, Clock clock) {
        this.db = db;
        this.tables = tables;
        this.settings = settings;
        this.json = json;
        this.clock = clock;
    }

    /** What is in a backup that was taken. */
    public record Taken(Path file, int tables, long rows, int uploads, long bytes, boolean encrypted) {}

    /**
     * Writes a backup and reads it again. Until it is whole the file has another name; what a killed one left under it
     * is overwritten by the next.
     *
     * @param place the file, or a folder for one named after the time, of UTC
     * @throws Refused where that file exists, or the passphrase is too short
     * @throws UncheckedIOException where it can't be written; the message says why
     */
    public Taken take(Path place) {
        var passphrase = passphrase(settings);
        var name =
                NAME.format(clock.instant().atOffset(ZoneOffset.UTC)) + (passphrase.isPresent() ? ".sealed" : ".zip");
        var file = (Files.isDirectory(place) ? place.resolve(name) : place).toAbsolutePath();
        if (Files.exists(file)) throw new Refused("There is a file " + file + " already.");
        var written = write(file, passphrase, this::everything);
        try {
            int uploads = (int) written.parts().stream()
                    .filter(part -> part.columns().isEmpty())
                    .count();
            return new Taken(
                    file,
                    written.parts().size() - uploads,
                    written.rows(),
                    uploads,
                    Files.size(file),
                    passphrase.isPresent());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /**
     * The same into a folder, which is made where it is missing.
     *
     * @throws Refused where it can't be
     */
    public Taken takeInto(Path folder) {
        try {
            Files.createDirectories(folder);
        } catch (IOException e) {
            throw new Refused("The folder " + folder + " can't be made: " + BackupFile.reason(e) + ".", e);
        }
        return take(folder);
    }

    /** Whether there is anybody here whose data could be lost. */
    boolean hasAccounts() {
        return db.asBackup(tx -> {
            tables.seeAll(tx);
            return tables.accounts(tx) > 0;
        });
    }

    /**
     * Writes into a folder of backups who was deleted and who must not be written to, of which an older backup knows
     * nothing. What was noted there before of whom this database doesn't know stays: backups of another one, or newer
     * than what was restored, may lie beside it.
     *
     * @throws Refused where what was noted can't be read, such as with another passphrase; it stays then
     */
    void noteWhatWasSaid(Path folder) {
        var passphrase = passphrase(settings);
        var file = folder.resolve(note(passphrase.isPresent())).toAbsolutePath();
        var before = noteBeside(file);
        write(file, passphrase, (tx, out) -> {
            if (before.isEmpty()) for (var part : SAID) whatWasSaid(tx, out, part, InputStream.nullInputStream());
            else {
                var noted =
                        BackupFile.read(before.get(), passphrase, json, (part, in) -> whatWasSaid(tx, out, part, in));
                if (!noted.parts().stream().map(Part::name).toList().equals(SAID))
                    throw new Refused(before.get() + " is no note of deletions.");
            }
        });
    }

    /** What is noted beside a backup; empty where nothing is. */
    static Optional<Path> noteBeside(Path backup) {
        return Stream.of(true, false)
                .map(encrypted -> backup.toAbsolutePath().resolveSibling(note(encrypted)))
                .filter(Files::exists)
                .findFirst();
    }

    /** What it is called. */
    static String note(boolean encrypted) {
        return "sma-deletions" + ending(encrypted);
    }

    private static String ending(boolean encrypted) {
        return encrypted ? ".sealed" : ".zip";
    }

    /** When a backup of this name was begun; empty for what isn't named as ours. */
    static Optional<Instant> takenAt(String name) {
        if (!name.matches("sma-backup-[0-9]{8}-[0-9]{6}\\.(zip|sealed)")) return Optional.empty();
        try {
            var at = LocalDateTime.parse(name.substring(0, name.lastIndexOf('.')), NAME);
            return Optional.of(at.toInstant(ZoneOffset.UTC));
        } catch (DateTimeParseException e) {
            LOG.debug("No time", e);
            return Optional.empty();
        }
    }

    /** The same of one that is being written, or was when its process was killed. */
    static Optional<Instant> begunAt(String name) {
        return name.endsWith(UNFINISHED)
                ? takenAt(name.substring(0, name.length() - UNFINISHED.length()))
                : Optional.empty();
    }

    /** What is written into a file: all of it in one transaction. */
    @FunctionalInterface
    private interface Contents {
        void write(Handle tx, BackupFile.Writer out) throws IOException;
    }

    private Manifest write(Path file, Optional<String> passphrase, Contents contents) {
        var unfinished = file.resolveSibling(file.getFileName() + UNFINISHED);
        try (var channel = open(unfinished)) {
            if (isTaken(channel)) throw new Refused("Another backup is writing " + file + ".");
            try {
                channel.truncate(0);
                var written = db.asBackup(tx -> write(tx, channel, passphrase, contents));
                channel.force(true);
                // a disk that keeps something else is found out now rather than when it is needed
                if (!BackupFile.read(unfinished, passphrase, json, (part, in) -> {})
                        .equals(written))
                    throw new Refused("What was written to " + unfinished + " reads differently. Is the disk sound?");
                Files.move(unfinished, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
                return written;
            } finally {
                // a disk that was full is not to stay so
                Files.deleteIfExists(unfinished);
            }
        } catch (NoSuchFileException e) {
            throw new Refused("There is no folder " + file.getParent() + ".", e);
        } catch (IOException e) {
            throw unwritten(unfinished, e);
        } catch (UncheckedIOException e) {
            throw unwritten(unfinished, Objects.requireNonNull(e.getCause()));
        }
    }

    private static UncheckedIOException unwritten(Path file, IOException why) {
        return new UncheckedIOException(
                "The backup could not be written to " + file + ": " + BackupFile.reason(why) + ".", why);
    }

    private static boolean isTaken(FileChannel channel) throws IOException {
        try {
            return channel.tryLock() == null;
        } catch (OverlappingFileLockException e) {
            LOG.debug("By this process", e);
            return true;
        }
    }

    /** @throws Refused for one that is guessed too soon */
    static Optional<String> passphrase(Settings settings) {
        var given = settings.text("BACKUP_PASSPHRASE");
        if (given.filter(text -> text.length() < Settings.SHORTEST_PASSPHRASE).isPresent())
            throw new Refused(Settings.PASSPHRASES);
        return given;
    }

    /** By which another installation with the same key is known. */
    static String keyCheck(String encryptionKey) {
        return HexFormat.of().formatHex(Hashes.derive(encryptionKey, "backup check", 16));
    }

    static Path uploads(Settings settings) {
        return settings.dataDir().resolve("uploads");
    }

    /** Customers' data: nobody else on this machine reads it. */
    private static FileChannel open(Path file) throws IOException {
        if (!Files.exists(file)
                && file.getFileSystem().supportedFileAttributeViews().contains("posix"))
            Files.createFile(file, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
        return FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
    }

    private Manifest write(Handle tx, FileChannel channel, Optional<String> passphrase, Contents contents) {
        // closing the stream would give up the lock
        try (var out = new BackupFile.Writer(stream(channel), passphrase.orElse(null), json)) {
            tables.seeAll(tx);
            var madeAt = Db.now(tx);
            contents.write(tx, out);
            // a command may have been given another key than the server
            var key = tables.keyCheck(tx).orElseGet(() -> keyCheck(settings.secret("ENCRYPTION_KEY")));
            return out.end(tables.version(tx), madeAt, key);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void everything(Handle tx, BackupFile.Writer out) throws IOException {
        for (var table : tables.tables(tx))
            out.part("tables/" + table.name(), table.columns(), to -> tables.copyOut(tx, table, to));
        for (var upload : tables.uploads(tx)) {
            var name = upload.userId().value() + "/" + upload.id();
            var file = uploads(settings).resolve(name);
            // one whose import ended meanwhile is gone
            if (Files.exists(file))
                out.part("uploads/" + name, List.of(), to -> {
                    Files.copy(file, to);
                    return 0;
                });
        }
    }

    /** @param before the same part of what was noted before */
    private void whatWasSaid(Handle tx, BackupFile.Writer out, String part, InputStream before) throws IOException {
        boolean erasures = part.equals(ERASURES);
        out.part(part, List.of(), to -> {
            long rows = erasures ? tables.copyOutErasures(tx, to) : tables.copyOutSuppressions(tx, to);
            var lines = new BufferedReader(new InputStreamReader(before, StandardCharsets.UTF_8));
            var some = new ArrayList<String>();
            for (var line = lines.readLine(); line != null; line = lines.readLine()) {
                some.add(line);
                if (some.size() == AT_ONCE) rows += keep(tx, erasures, some, to);
            }
            return rows + keep(tx, erasures, some, to);
        });
    }

    /** Writes those of whom this database doesn't know. */
    private int keep(Handle tx, boolean erasures, List<String> lines, OutputStream out) throws IOException {
        var kept = erasures ? tables.unknownErasures(tx, lines) : tables.unknownSuppressions(tx, lines);
        for (var line : kept) out.write((line + "\n").getBytes(StandardCharsets.UTF_8));
        lines.clear();
        return kept.size();
    }

    private static OutputStream stream(FileChannel channel) {
        return new FilterOutputStream(Channels.newOutputStream(channel)) {
            @Override
            public void write(byte[] bytes, int from, int length) throws IOException {
                out.write(bytes, from, length);
            }

            @Override
            public void close() throws IOException {
                flush();
            }
        };
    }
}
