package com.smartmarketingagent.platform;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.Stream;
import org.jboss.logging.Logger;

/** Files in a folder: for one node, or several that share it. */
final class LocalStorage implements Storage {

    private static final Logger LOG = Logger.getLogger(LocalStorage.class);

    /** No key begins with a dot. */
    private static final String UNFINISHED = ".unfinished-";

    /** A file system may take an empty file when it has no room for what is in it. */
    private static final byte[] SOMETHING = new byte[8192];

    private final Path folder;

    LocalStorage(Path folder) {
        this.folder = folder.toAbsolutePath().normalize();
    }

    private Path path(Key key) {
        return folder.resolve(key.text());
    }

    /** On the same disk it takes no further room: what is uploaded is never written to again. */
    @Override
    public void put(Key key, Path file, String type) {
        var place = path(key);
        var unfinished = place.resolveSibling(UNFINISHED + UUID.randomUUID());
        try {
            Files.createDirectories(place.getParent());
            try {
                linkOrCopy(file, unfinished);
                Files.move(unfinished, place, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
            } finally {
                // of two names of one file a move leaves both
                Files.deleteIfExists(unfinished);
            }
        } catch (IOException e) {
            throw Storage.failed("keep " + key, e);
        }
    }

    private static void linkOrCopy(Path file, Path copy) throws IOException {
        try {
            Files.createLink(copy, file);
        } catch (IOException | UnsupportedOperationException e) {
            LOG.debug("On another disk", e);
            Files.copy(file, copy);
        }
    }

    @Override
    public Optional<InputStream> open(Key key) {
        try {
            return Optional.of(Files.newInputStream(path(key)));
        } catch (NoSuchFileException e) {
            LOG.debug("Not kept", e);
            return Optional.empty();
        } catch (IOException e) {
            throw Storage.failed("open " + key, e);
        }
    }

    @Override
    public void delete(Key key) {
        try {
            Files.deleteIfExists(path(key));
        } catch (IOException e) {
            throw Storage.failed("delete " + key, e);
        }
    }

    @Override
    public List<Kept> list(Key below) {
        var top = path(below);
        if (!Files.isDirectory(top)) return List.of();
        try (Stream<Path> all = Files.walk(top)) {
            return all.filter(Files::isRegularFile)
                    .filter(file -> Key.isOne(folder.relativize(file).toString()))
                    .map(this::kept)
                    .toList();
        } catch (IOException | UncheckedIOException e) {
            throw Storage.failed("list " + below, e);
        }
    }

    private Kept kept(Path file) {
        try {
            var at = Files.getLastModifiedTime(file).toInstant();
            return new Kept(new Key(folder.relativize(file).toString()), Files.size(file), at);
        } catch (NoSuchFileException e) {
            // deleted meanwhile
            return new Kept(new Key(folder.relativize(file).toString()), 0, Instant.EPOCH);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public Optional<URI> link(Key key, String fileName, String type, Duration validFor) {
        return Optional.empty();
    }

    @Override
    public Optional<URI> linkToPut(Key key, String type, long bytes, Duration validFor) {
        return Optional.empty();
    }

    @Override
    public void sweep(Instant before) {
        if (!Files.isDirectory(folder)) return;
        try (Stream<Path> all = Files.walk(folder)) {
            for (var file : (Iterable<Path>) all.filter(Files::isRegularFile)::iterator) {
                boolean ours = file.getFileName().toString().startsWith(UNFINISHED);
                // a copy has the time of its making, a link that of the upload
                if (ours && Files.getLastModifiedTime(file).toInstant().isBefore(before)) Files.deleteIfExists(file);
            }
        } catch (IOException | UncheckedIOException e) {
            throw Storage.failed("sweep", e);
        }
    }

    @Override
    public boolean isShared() {
        return false;
    }

    @Override
    public void check() {
        check(folder);
    }

    static void check(Path folder) {
        try {
            Files.createDirectories(folder);
            var file = Files.createTempFile(folder, ".health", null);
            try {
                Files.write(file, SOMETHING);
            } finally {
                Files.delete(file);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
