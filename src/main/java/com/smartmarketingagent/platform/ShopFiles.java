package com.smartmarketingagent.platform;

import com.smartmarketingagent.platform.ShopFile.Purpose;
import jakarta.inject.Singleton;
import jakarta.ws.rs.core.StreamingOutput;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;

/**
 * The files of shops. The database knows of each before the storage has it and until the storage has it no more, so
 * that nothing is there which nobody counts: a file is brought, then kept in the transaction that needs it. What was
 * brought and never kept goes a day later.
 */
@Singleton
public class ShopFiles {

    /** Longer than it takes a browser to begin with it. */
    static final Duration LINK = Duration.ofMinutes(5);

    /** The same where a program is to send one; how long that then takes is another matter. */
    static final Duration LINK_TO_PUT = Duration.ofMinutes(15);

    /** After which nobody who began in time with a link of ours is sending still. */
    private static final Duration LATEST = Duration.ofDays(1);

    private static final long MEGABYTE = 1 << 20;
    private static final int QUOTA_MB = 1_000;

    private final Db db;
    private final Jobs jobs;
    private final FileRepository files;
    private final Storage storage;
    private final FileLinks links;
    private final Settings settings;
    private final Clock clock;

    ShopFiles(
            Db db, Jobs jobs, FileRepository files, Storage storage, FileLinks links, Settings settings, Clock clock) {
        this.db = db;
        this.jobs = jobs;
        this.files = files;
        this.storage = storage;
        this.links = links;
        this.settings = settings;
        this.clock = clock;
    }

    /**
     * Where a file is had without a log-in, as one to be saved.
     *
     * @param url by {@code PUBLIC_URL}, or below our own address where that isn't set; or the storage's own
     */
    public record Link(URI url, Instant expiresAt) {}

    /**
     * Where an owner's program sends a file to without a log-in.
     *
     * @param url as that of {@link Link}
     * @param headers that the request must have
     * @param expiresAt until when it must begin
     */
    public record Place(UUID id, String method, URI url, Map<String, String> headers, Instant expiresAt) {}

    /**
     * What is sent to a {@link Place}, or was.
     *
     * @param bytes how many it must have
     */
    public record Sent(UserId user, UUID id, String name, long bytes) {
        private Storage.Key key() {
            return ShopFile.key(user, Purpose.IMPORT, id);
        }
    }

    /**
     * Puts a file into the storage, outside of any transaction. Brought twice under one id it is the first. It stays a
     * day, unless it is kept.
     *
     * @param name as its owner calls it
     * @param type found out by looking
     * @throws Problem.TooLarge where the shop has no room for it; originals that were imported make room
     * @throws Problem.Provider where the storage doesn't take it; then nothing of it is left
     */
    public void bring(UserId user, UUID id, Purpose purpose, String name, String type, Path file) {
        bring(user, id, purpose, name, type, file, 0);
    }

    /** @param counted so many of its bytes are, as it takes the place of another */
    public void bring(UserId user, UUID id, Purpose purpose, String name, String type, Path file, long counted) {
        long bytes = size(file);
        var state = db.inTenant(user, tx -> {
            files.takeTurn(tx, user);
            makeRoom(tx, user, bytes - counted);
            return files.insert(tx, user, id, purpose, name, type, bytes);
        });
        if (state.isEmpty()) throw new Problem.Provider(new Problem.Text("storage.away"), List.of());
        if (!state.get().equals("arriving")) return;
        try {
            storage.put(ShopFile.key(user, purpose, id), file, type);
        } catch (RuntimeException e) {
            dropUnlessKept(user, id);
            throw e;
        }
    }

    private void makeRoom(Handle tx, UserId user, long bytes) {
        long quota = settings.number("STORAGE_QUOTA_MB", QUOTA_MB) * MEGABYTE;
        var use = files.use(tx, user);
        if (use.bytes() + bytes <= quota) return;
        long others = use.bytes() - use.endedImports();
        if (others + bytes > quota) throw new Problem.TooLarge("storage.full", others / MEGABYTE, quota / MEGABYTE);
        files.makeRoom(tx, user, quota - others - bytes);
        remove(tx, user);
    }

    private static long size(Path file) {
        try {
            return Files.size(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /**
     * Keeps what was brought.
     *
     * @throws Problem.Provider where it went meanwhile: the same was brought twice at once, and once in vain
     */
    public void keep(Handle tx, UserId user, UUID id) {
        if (!files.keep(tx, user, id, null)) throw new Problem.Provider(new Problem.Text("storage.away"), List.of());
    }

    /** Keeps it for so many days from now; for none it goes. */
    public void keep(Handle tx, UserId user, UUID id, int days) {
        if (days > 0) files.keep(tx, user, id, Duration.ofDays(days));
        else forget(tx, user, id);
    }

    /** Takes back what was brought and that nobody wanted. */
    public void dropUnlessKept(UserId user, UUID id) {
        db.useTenant(user, tx -> {
            if (files.leaveArriving(tx, user, id)) remove(tx, user);
        });
    }

    /** Deletes a file soon after the transaction. */
    public void forget(Handle tx, UserId user, UUID id) {
        if (files.leave(tx, user, id)) remove(tx, user);
    }

    /** The same of all originals that were imported, and what was sent to be: they may name who is to be forgotten. */
    public void forgetImported(Handle tx, UserId user) {
        if (files.leaveEndedImports(tx, user)) remove(tx, user);
    }

    /** For the transaction that takes a shop away: all that it has in the storage goes too. */
    public void forgetShop(Handle tx, UserId user) {
        remove(tx, user);
        // what comes by a link that was given out before
        jobs.enqueue(tx, FileRemoval.NAME, FileRemoval.instance(user), LATEST);
    }

    /**
     * Gives out a place to send a file to. It counts from now on, whether it comes or not, until it is used or a day is
     * over. {@link Jobs#wakeUp} after the commit.
     *
     * @throws Problem.TooLarge where the shop has no room for it; originals that were imported make room
     */
    public Place announce(Handle tx, UserId user, String name, long bytes) {
        files.takeTurn(tx, user);
        makeRoom(tx, user, bytes);
        var sent = new Sent(user, Ids.next(), name, bytes);
        var unused = files.insert(tx, user, sent.id(), Purpose.IMPORT, name, FileRepository.UNSEEN, bytes);
        var until = clock.instant().plus(LINK_TO_PUT);
        var its = storage.linkToPut(sent.key(), FileRepository.UNSEEN, bytes, LINK_TO_PUT);
        var url = its.orElseGet(
                () -> URI.create(base() + "/api/uploads/" + links.token(FileLinks.Use.SEND, user, sent.id(), until)));
        var headers = Map.of("Content-Type", FileRepository.UNSEEN, "Content-Length", String.valueOf(bytes));
        return new Place(sent.id(), "PUT", url, headers, until);
    }

    /** @throws Problem.NotFound where the token of a {@link Place} is none, its time is over, or it was used */
    public Sent sentBy(String token) {
        var linked = links.read(FileLinks.Use.SEND, token, clock.instant());
        if (linked == null) throw new Problem.NotFound("file");
        var announced = db.inTenant(linked.user(), tx -> files.announced(tx, linked.user(), linked.file()));
        return announced
                .filter(FileRepository.Announced::awaited)
                .map(a -> sent(linked.user(), a))
                .orElseThrow(() -> new Problem.NotFound("file"));
    }

    private static Sent sent(UserId user, FileRepository.Announced announced) {
        return new Sent(user, announced.id(), announced.name(), announced.bytes());
    }

    /**
     * Puts what comes into the storage: all of it, or nothing. What came before goes.
     *
     * @throws Problem.Invalid where it has another length
     */
    public void receive(Sent sent, InputStream body) {
        var file = settings.dataDir().resolve("uploads/incoming").resolve("put" + Ids.next());
        try {
            Files.createDirectories(file.getParent());
            if (!copy(body, file, sent.bytes())) throw new Problem.Invalid(otherLength(sent));
            storage.put(sent.key(), file, FileRepository.UNSEEN);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } finally {
            drop(file);
        }
    }

    /** That a file must have exactly so many bytes. */
    public static Problem.Text otherLength(Sent sent) {
        return new Problem.Text("upload.length", sent.bytes());
    }

    /** So many bytes and no more; false where there are fewer, or others. */
    private static boolean copy(InputStream in, Path to, long bytes) throws IOException {
        try (var out = Files.newOutputStream(to)) {
            var some = new byte[1 << 16];
            for (long left = bytes; left > 0; ) {
                int got = in.read(some, 0, (int) Math.min(some.length, left));
                if (got < 0) return false;
                out.write(some, 0, got);
                left -= got;
            }
            return in.read() < 0;
        }
    }

    /**
     * What a shop sent, or sends.
     *
     * @throws Problem.NotFound where there was no such, or it is more than a day ago
     * @throws Problem.Conflict where it was used
     */
    public Sent sent(UserId user, UUID id) {
        var announced = db.inTenant(user, tx -> files.announced(tx, user, id))
                .orElseThrow(() -> new Problem.NotFound("upload"));
        if (!announced.awaited()) throw new Problem.Conflict("upload.used");
        return sent(user, announced);
    }

    /**
     * Puts a copy at a path: what is looked at and then kept must be the same, and who has the link may send again.
     *
     * @throws Problem.Conflict where it hasn't come, or has another length than was said
     */
    public void fetch(Sent sent, Path to) {
        try (var in = storage.open(sent.key()).orElseThrow(() -> new Problem.Conflict("upload.missing"))) {
            Files.createDirectories(to.getParent());
            if (!copy(in, to, sent.bytes())) throw new Problem.Conflict("upload.length", sent.bytes());
        } catch (IOException e) {
            throw Storage.failed("read to the end, or our disk to take it", e);
        }
    }

    /** What was made of it is kept, so that it goes. @throws Problem.Conflict where another did so before */
    public void use(Handle tx, Sent sent) {
        if (!files.leaveArriving(tx, sent.user(), sent.id())) throw new Problem.Conflict("upload.used");
        remove(tx, sent.user());
    }

    private void remove(Handle tx, UserId user) {
        jobs.enqueue(tx, FileRemoval.NAME, FileRemoval.instance(user));
    }

    /** Empty where there is none, or it is only on its way. */
    public Optional<ShopFile> find(Handle tx, UserId user, UUID id) {
        return files.find(tx, user, id);
    }

    /** The newest of a purpose. */
    public List<ShopFile> list(Handle tx, UserId user, Purpose purpose, int limit) {
        return files.list(tx, user, purpose, limit);
    }

    /** To be closed; empty where the storage has lost it. */
    public Optional<InputStream> open(UserId user, ShopFile file) {
        return storage.open(ShopFile.key(user, file.purpose(), file.id()));
    }

    /**
     * The same as the body of an answer.
     *
     * @param method of the request: nobody reads the answer to a HEAD, or closes what is open for it
     */
    public Optional<StreamingOutput> body(UserId user, ShopFile file, String method) {
        if (method.equals("HEAD")) return Optional.of(_ -> {});
        return open(user, file).map(in -> out -> {
            try (in) {
                in.transferTo(out);
            }
        });
    }

    /** Puts a copy at a path, whole or not at all; false where the shop has no such file. */
    public boolean fetch(UserId user, UUID id, Path to) {
        var file = db.inTenant(user, tx -> files.find(tx, user, id));
        if (file.isEmpty()) return false;
        var unfinished = to.resolveSibling(to.getFileName() + ".part" + Ids.next());
        try (var in = open(user, file.get()).orElse(null)) {
            if (in == null) return false;
            Files.createDirectories(to.getParent());
            Files.copy(in, unfinished);
            Files.move(unfinished, to, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
            return true;
        } catch (IOException e) {
            throw Storage.failed("read to the end, or our disk to take it", e);
        } finally {
            drop(unfinished);
        }
    }

    private static void drop(Path unfinished) {
        try {
            Files.deleteIfExists(unfinished);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** An address at which whoever has it gets the file for five minutes. */
    public Link link(UserId user, ShopFile file) {
        var until = clock.instant().plus(LINK);
        var its = storage.link(ShopFile.key(user, file.purpose(), file.id()), file.name(), file.type(), LINK);
        return new Link(
                its.orElseGet(
                        () -> URI.create(base() + "/files/" + links.token(FileLinks.Use.READ, user, file.id(), until))),
                until);
    }

    private String base() {
        return settings.publicUrl().map(URI::toString).orElse("");
    }

    /** What a token of {@link #link} is for; null where it is none, or no longer. */
    FileLinks.@Nullable Linked linked(String token) {
        return links.read(FileLinks.Use.READ, token, clock.instant());
    }
}
