package com.smartmarketingagent.backup;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.Closeable;
import java.io.EOFException;
import java.io.FilterInputStream;
import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.zip.ZipEntry;
import java.util.zip.ZipException;
import java.util.zip.ZipInputStream;
import java.util.zip.ZipOutputStream;
import org.jspecify.annotations.Nullable;

/**
 * A backup's file: a ZIP with one part for each table, in the text format of COPY, and one for each upload that is
 * still needed; at its end a manifest that says what there must be. With a passphrase all of it is {@link Sealed}.
 */
final class BackupFile {

    private static final String MANIFEST = "manifest.json";
    private static final int FORMAT = 1;
    /** An installation's lists each upload that an import waits for; a shop's is some kilobytes. */
    private static final int LONGEST_MANIFEST = 1 << 24;

    private static final int LONGEST_OF_A_SHOP = 1 << 18;

    private BackupFile() {}

    /**
     * @param version the migration that the tables are of: a number
     * @param keyCheck tells whether an installation has the {@code ENCRYPTION_KEY} of this one, and nothing else
     */
    record Manifest(int format, String version, Instant madeAt, String keyCheck, List<Part> parts) {

        long rows() {
            return parts.stream().mapToLong(Part::rows).sum();
        }

        /** Anybody can write one: whether all is there, as far as a record doesn't say so. */
        private boolean isWhole() {
            return version != null
                    && version.matches("[0-9]{1,9}")
                    && madeAt != null
                    && keyCheck != null
                    && parts != null
                    && parts.stream()
                            .allMatch(part -> part != null
                                    && part.name() != null
                                    && part.columns() != null
                                    && part.sha256() != null);
        }
    }

    /**
     * @param columns of a table, quoted as SQL wants them; empty for an upload
     * @param rows 0 for an upload
     * @param sha256 in hexadecimal
     */
    record Part(String name, List<String> columns, long rows, long bytes, String sha256) {}

    /** Writes a part's content; answers how many rows it has. */
    @FunctionalInterface
    interface Content {
        long write(OutputStream out) throws IOException;
    }

    /** Takes a part's content, of which nothing need be read. */
    @FunctionalInterface
    interface Taker {
        void take(String name, InputStream in) throws IOException;
    }

    static final class Writer implements Closeable {
        private final ObjectMapper json;
        private final ZipOutputStream zip;
        private final List<Part> parts = new ArrayList<>();

        /** @param passphrase null to write what everybody can read */
        Writer(OutputStream out, @Nullable String passphrase, ObjectMapper json) throws IOException {
            this.json = json;
            var buffered = new BufferedOutputStream(out, 1 << 16);
            zip = new ZipOutputStream(passphrase == null ? buffered : Sealed.seal(buffered, passphrase));
            zip.setLevel(4);
        }

        void part(String name, List<String> columns, Content content) throws IOException {
            zip.putNextEntry(new ZipEntry(name));
            var counted = new CountedOutput(zip);
            long rows = content.write(counted);
            zip.closeEntry();
            parts.add(new Part(name, columns, rows, counted.count, hex(counted.digest)));
        }

        Manifest end(String version, Instant madeAt, String keyCheck) throws IOException {
            var manifest = new Manifest(FORMAT, version, madeAt, keyCheck, List.copyOf(parts));
            zip.putNextEntry(new ZipEntry(MANIFEST));
            zip.write(json.writerWithDefaultPrettyPrinter().writeValueAsBytes(manifest));
            zip.closeEntry();
            return manifest;
        }

        /** Writes what is left, and leaves open what it was written to. */
        void finish() throws IOException {
            zip.finish();
            zip.flush();
        }

        @Override
        public void close() throws IOException {
            zip.close();
        }
    }

    /**
     * Reads a file to its end.
     *
     * @throws Refused where it is no backup, doesn't open, or differs in anything from what its manifest says;
     *     {@code taker} has had parts by then
     */
    static Manifest read(Path file, Optional<String> passphrase, ObjectMapper json, Taker taker) {
        return read(file, passphrase, LONGEST_MANIFEST, json, taker);
    }

    /** The same of a shop's export, which anybody may have written. */
    static Manifest readOfAShop(Path file, ObjectMapper json, Taker taker) {
        return read(file, Optional.empty(), LONGEST_OF_A_SHOP, json, taker);
    }

    private static Manifest read(
            Path file, Optional<String> passphrase, int longestManifest, ObjectMapper json, Taker taker) {
        try (var in = new BufferedInputStream(Files.newInputStream(file), 1 << 16)) {
            in.mark(Sealed.MARK.length);
            var start = in.readNBytes(Sealed.MARK.length);
            in.reset();
            boolean sealed = Arrays.equals(start, Sealed.MARK);
            if (!sealed && !(start.length > 3 && start[0] == 'P' && start[1] == 'K' && start[2] == 3))
                throw new Refused(file + " is no backup of Smart Marketing Agent.");
            if (sealed)
                return read(
                        Sealed.open(
                                in,
                                passphrase.orElseThrow(() -> new Refused(
                                        file + " is encrypted: set BACKUP_PASSPHRASE to what it was made with."))),
                        longestManifest,
                        json,
                        taker);
            // a ZIP's directory isn't read, so nobody else would miss its end
            if (!endsAsZip(file)) throw new Refused("The file is damaged or cut short.");
            return read(in, longestManifest, json, taker);
        } catch (ZipException | EOFException e) {
            throw new Refused("The file is damaged or cut short (" + e.getMessage() + ").", e);
        } catch (NoSuchFileException e) {
            throw new Refused("There is no file " + file + ".", e);
        } catch (IOException e) {
            throw new UncheckedIOException(file + " could not be read or put in place: " + reason(e) + ".", e);
        }
    }

    /** Why a file or folder can't be used, for the end of a sentence. */
    static String reason(IOException e) {
        return switch (e) {
            case FileAlreadyExistsException _ -> "there is a file in its place";
            case AccessDeniedException _ -> "this user has no right to it";
            case FileSystemException its when its.getReason() != null -> its.getReason();
            default -> String.valueOf(e.getMessage());
        };
    }

    /** Whether the record that ends a ZIP without a comment stands there (APPNOTE.TXT 4.3.16). */
    private static boolean endsAsZip(Path file) throws IOException {
        try (var channel = FileChannel.open(file)) {
            var end = ByteBuffer.allocate(22);
            if (channel.size() < end.capacity()) return false;
            channel.read(end, channel.size() - end.capacity());
            return end.getInt(0) == 0x504B0506 && end.getShort(20) == 0;
        }
    }

    private static Manifest read(InputStream in, int longestManifest, ObjectMapper json, Taker taker)
            throws IOException {
        var zip = new ZipInputStream(in);
        var seen = new ArrayList<Part>();
        Manifest manifest = null;
        for (var entry = entry(zip); entry != null; entry = entry(zip)) {
            if (manifest != null) throw new Refused("The file is damaged: something follows its end.");
            if (entry.getName().equals(MANIFEST)) {
                manifest = manifest(zip.readNBytes(longestManifest), json);
                continue;
            }
            var counted = new CountedInput(zip);
            taker.take(entry.getName(), counted);
            counted.transferTo(OutputStream.nullOutputStream());
            seen.add(new Part(entry.getName(), List.of(), 0, counted.count, hex(counted.digest)));
        }
        // what is sealed is known to be whole only at its end
        in.transferTo(OutputStream.nullOutputStream());
        if (manifest == null) throw new Refused("The file is cut short, or no backup of Smart Marketing Agent.");
        if (!seen.equals(manifest.parts().stream()
                .map(part -> new Part(part.name(), List.of(), 0, part.bytes(), part.sha256()))
                .toList())) throw new Refused("The file is damaged: its parts are not what its manifest says.");
        return manifest;
    }

    private static @Nullable ZipEntry entry(ZipInputStream zip) throws IOException {
        try {
            return zip.getNextEntry();
        } catch (IllegalArgumentException e) {
            throw new Refused("The file is damaged: a part's name can't be read.", e);
        }
    }

    private static Manifest manifest(byte[] bytes, ObjectMapper json) throws IOException {
        try {
            var manifest = json.readValue(bytes, Manifest.class);
            if (manifest != null && manifest.format() != FORMAT)
                throw new Refused("This backup is of a newer version of the program; upgrade the program first.");
            if (manifest == null || !manifest.isWhole())
                throw new Refused("The file is damaged: its manifest lacks something.");
            return manifest;
        } catch (JsonProcessingException e) {
            throw new Refused("The file is damaged: its manifest can't be read.", e);
        }
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    private static String hex(MessageDigest digest) {
        return HexFormat.of().formatHex(digest.digest());
    }

    private static final class CountedOutput extends FilterOutputStream {
        private final MessageDigest digest = sha256();
        private long count;

        CountedOutput(OutputStream out) {
            super(out);
        }

        @Override
        public void write(int b) throws IOException {
            write(new byte[] {(byte) b}, 0, 1);
        }

        @Override
        public void write(byte[] bytes, int from, int length) throws IOException {
            out.write(bytes, from, length);
            digest.update(bytes, from, length);
            count += length;
        }

        /** The ZIP goes on. */
        @Override
        public void close() {
            // its entry is closed by who opened it
        }
    }

    private static final class CountedInput extends FilterInputStream {
        private final MessageDigest digest = sha256();
        private long count;

        CountedInput(InputStream in) {
            super(in);
        }

        @Override
        public int read() throws IOException {
            var one = new byte[1];
            return read(one, 0, 1) < 0 ? -1 : one[0] & 0xFF;
        }

        @Override
        public int read(byte[] bytes, int from, int length) throws IOException {
            int got = super.read(bytes, from, length);
            if (got > 0) {
                digest.update(bytes, from, got);
                count += got;
            }
            return got;
        }

        @Override
        public long skip(long n) throws IOException {
            return readNBytes((int) Math.min(n, 1 << 16)).length;
        }

        /** The next part follows. */
        @Override
        public void close() {
            // the file is closed by who opened it
        }
    }
}
