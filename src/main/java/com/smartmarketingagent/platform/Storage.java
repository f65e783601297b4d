package com.smartmarketingagent.platform;

import java.io.InputStream;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import org.jboss.logging.Logger;

/**
 * Where files are kept: a server that speaks S3, or a folder. What fails is a {@link Problem.Provider} that says so to
 * whoever waits for it, the reason goes to the log; the same may succeed a moment later.
 */
public sealed interface Storage permits LocalStorage, S3Storage {

    /**
     * A kept file's name.
     *
     * @throws IllegalArgumentException for text that could lead out of the place: a key has parts of letters, digits,
     *     {@code .}, {@code _} and {@code -}, none of which begins with a dot, with slashes between them
     */
    record Key(String text) {
        private static final Pattern PARTS =
                Pattern.compile("[A-Za-z0-9_-][A-Za-z0-9._-]*(/[A-Za-z0-9_-][A-Za-z0-9._-]*)*");

        private static final int LONGEST = 512;

        /** Whether a name could be one; others in the same place are not ours. */
        static boolean isOne(String text) {
            return text.length() <= LONGEST && PARTS.matcher(text).matches();
        }

        public Key {
            if (!isOne(text)) throw new IllegalArgumentException("No key of a file: " + text);
        }
    }

    /** @param bytes how long it is */
    record Kept(Key key, long bytes, Instant at) {}

    /** Keeps a copy of {@code file}, in the place of what has this key: whole, or not at all. */
    void put(Key key, Path file, String type);

    /** What is kept, to be read once and closed; empty where nothing is. Reading it may fail as any reading may. */
    Optional<InputStream> open(Key key);

    /** What isn't there is gone. */
    void delete(Key key);

    /** All below a folder. */
    List<Kept> list(Key folder);

    /**
     * An address at which who has it gets the file from the storage itself, as a file to be saved; empty where it has
     * none, so that we serve it.
     */
    Optional<URI> link(Key key, String fileName, String type, Duration validFor);

    /**
     * An address at which who has it puts a file of exactly so many bytes into the storage itself, by PUT and with
     * these as its {@code Content-Type} and {@code Content-Length}; empty where it has none, so that we take it.
     */
    Optional<URI> linkToPut(Key key, String type, long bytes, Duration validFor);

    /** What who was killed meanwhile began to keep before that moment goes. */
    void sweep(Instant before);

    /** Whether every node sees the same, whichever disks it has. */
    boolean isShared();

    /**
     * Writes something and takes it away.
     *
     * @throws RuntimeException why that isn't possible
     */
    void check();

    /** What a failed {@code work} means to whoever waits. */
    static Problem.Provider failed(String work, Exception why) {
        Logger.getLogger(Storage.class).warn("The storage of files failed to " + work, why);
        return new Problem.Provider(new Problem.Text("storage.away"), List.of());
    }
}
