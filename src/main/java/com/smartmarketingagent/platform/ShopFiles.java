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
     * Puts a file into the storage, outside of any transaction. Brought twice under one id it is the first. It stays a
     * day, unless it is kept.
     *
     * @param name as its owner calls it
     * @param type found out by looking
     * @throws Problem.TooLarge where the shop has no room for it; originals that were imported make room
     * @throws Problem.Provider where the storage doesn't take it; then nothing of it is left
     */
    public void bring(UserId user, UUID id, Purpose purpose, String name, String type, Path file) {
        long bytes = size(file);
        var state = db.inTenant(user, tx -> {
            files.takeTurn(tx, user);
            makeRoom(tx, user, bytes);
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

    /** The same of all originals that were imported: they may name somebody who is to be forgotten. */
    public void forgetImported(Handle tx, UserId user) {
        if (files.leaveEndedImports(tx, user)) remove(tx, user);
    }

    /** For the transaction that takes a shop away: all that it has in the storage goes too. */
    public void forgetShop(Handle tx, UserId user) {
        remove(tx, user);
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
                its.orElseGet(() -> URI.create(base() + "/files/" + links.token(user, file.id(), until))), until);
    }

    private String base() {
        return settings.publicUrl().map(URI::toString).orElse("");
    }

    /** What a token of {@link #link} is for; null where it is none, or no longer. */
    FileLinks.@Nullable Linked linked(String token) {
        return links.read(token, clock.instant());
    }
}
