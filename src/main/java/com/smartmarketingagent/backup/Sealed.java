package com.smartmarketingagent.backup;

import com.smartmarketingagent.platform.Hashes;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import javax.crypto.Cipher;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.SecretKeySpec;

/**
 * A stream that only who knows the passphrase can read, and nobody can change, reorder or cut short unnoticed: pieces
 * of 64 KiB under AES-256-GCM, each bound to its place and the last one to being the last (the STREAM construction of
 * Hoang, Reyhanitabar, Rogaway and Vizár, 2015), with a key that Argon2id makes of the passphrase and a salt.
 */
final class Sealed {

    /** By which such a stream is known. */
    static final byte[] MARK = "SMASEAL1".getBytes(StandardCharsets.US_ASCII);

    private static final int PIECE = 1 << 16;
    private static final int TAG = 16;
    private static final int SALT = 16;
    private static final int KEY = 32;
    private static final int PREFIX = 7;

    /** As much memory as for passwords, which fits the smallest installation, and three times the passes. */
    private static final int MEMORY_KIB = 19_456;

    private static final int PASSES = 6;
    /** What a file may ask for, or opening somebody's would use up the machine. */
    private static final int MOST_MEMORY_KIB = 1 << 18;

    private static final int MOST_PASSES = 64;

    private static final SecureRandom RANDOM = new SecureRandom();
    /** Of all that this process seals, as a key takes a second of a small machine; each stream has its own prefix. */
    private static final byte[] SALT_HERE = new byte[SALT];

    static {
        RANDOM.nextBytes(SALT_HERE);
    }

    /** What a key was made of; of the passphrase its hash. */
    private record Made(ByteBuffer passphrase, ByteBuffer salt, int memoryKib, int passes) {}

    /** The last few; a note of deletions is opened and sealed each hour. */
    private static final Map<Made, SecretKeySpec> KEYS = new LinkedHashMap<>(16, 0.75f, true) {
        @Override
        protected boolean removeEldestEntry(Map.Entry<Made, SecretKeySpec> eldest) {
            return size() > 8;
        }
    };

    private Sealed() {}

    /** Closing it writes the last piece; without that, what was written can't be opened. */
    static OutputStream seal(OutputStream out, String passphrase) throws IOException {
        var prefix = new byte[PREFIX];
        RANDOM.nextBytes(prefix);
        var header = new ByteArrayOutputStream();
        var fields = new DataOutputStream(header);
        fields.write(MARK);
        fields.writeInt(MEMORY_KIB);
        fields.writeInt(PASSES);
        fields.write(SALT_HERE);
        fields.write(prefix);
        header.writeTo(out);
        return new Sealing(
                out, new Pieces(key(passphrase, SALT_HERE, MEMORY_KIB, PASSES), header.toByteArray(), prefix));
    }

    /**
     * Nothing comes out of it that wasn't put in.
     *
     * @throws Refused at once where the header is none; while reading, for a wrong passphrase and any damage
     */
    static InputStream open(InputStream in, String passphrase) throws IOException {
        var salt = new byte[SALT];
        var prefix = new byte[PREFIX];
        var header = new byte[MARK.length + 8 + SALT + PREFIX];
        int memory, passes;
        try {
            new DataInputStream(in).readFully(header);
            var fields = ByteBuffer.wrap(header).position(MARK.length);
            memory = fields.getInt();
            passes = fields.getInt();
            fields.get(salt).get(prefix);
        } catch (EOFException e) {
            throw new Refused("The file is cut short.", e);
        }
        if (!Arrays.equals(header, 0, MARK.length, MARK, 0, MARK.length)
                || memory < 8
                || memory > MOST_MEMORY_KIB
                || passes < 1
                || passes > MOST_PASSES) throw new Refused("The file is damaged at its beginning.");
        return new Opening(in, new Pieces(key(passphrase, salt, memory, passes), header, prefix));
    }

    private static SecretKeySpec key(String passphrase, byte[] salt, int memoryKib, int passes) {
        var of = new Made(ByteBuffer.wrap(Hashes.sha256(passphrase)), ByteBuffer.wrap(salt), memoryKib, passes);
        synchronized (KEYS) {
            var known = KEYS.get(of);
            if (known != null) return known;
        }
        // nobody else waits for what another's file asks for
        var key = new SecretKeySpec(Hashes.argon2id(passphrase, salt, memoryKib, passes, KEY), "AES");
        synchronized (KEYS) {
            KEYS.put(of, key);
        }
        return key;
    }

    /** The cipher of each piece in turn. */
    private static final class Pieces {
        private final SecretKeySpec key;
        private final byte[] header;
        private final byte[] prefix;
        private int number;

        Pieces(SecretKeySpec key, byte[] header, byte[] prefix) {
            this.key = key;
            this.header = header;
            this.prefix = prefix;
        }

        byte[] next(int mode, boolean last, byte[] piece, int length) throws GeneralSecurityException {
            var nonce = ByteBuffer.allocate(PREFIX + 5)
                    .put(prefix)
                    .putInt(number)
                    .put((byte) (last ? 1 : 0))
                    .array();
            number = Math.incrementExact(number);
            var cipher = Cipher.getInstance("AES/GCM/NoPadding");
            cipher.init(mode, key, new GCMParameterSpec(TAG * 8, nonce));
            cipher.updateAAD(header);
            return cipher.doFinal(piece, 0, length);
        }
    }

    private static final class Sealing extends OutputStream {
        private final OutputStream out;
        private final Pieces pieces;
        private final byte[] piece = new byte[PIECE];
        private int length;
        private boolean closed;

        Sealing(OutputStream out, Pieces pieces) {
            this.out = out;
            this.pieces = pieces;
        }

        @Override
        public void write(int b) throws IOException {
            write(new byte[] {(byte) b}, 0, 1);
        }

        @Override
        public void write(byte[] bytes, int from, int count) throws IOException {
            while (count > 0) {
                // a full one waits until there is more: it may be the last
                if (length == PIECE) put(false);
                int taken = Math.min(count, PIECE - length);
                System.arraycopy(bytes, from, piece, length, taken);
                length += taken;
                from += taken;
                count -= taken;
            }
        }

        private void put(boolean last) throws IOException {
            try {
                out.write(pieces.next(Cipher.ENCRYPT_MODE, last, piece, length));
            } catch (GeneralSecurityException e) {
                throw new IllegalStateException(e);
            }
            length = 0;
        }

        @Override
        public void close() throws IOException {
            if (closed) return;
            closed = true;
            put(true);
            out.close();
        }
    }

    private static final class Opening extends InputStream {
        private final InputStream in;
        private final Pieces pieces;
        private byte[] sealed;
        private byte[] open = new byte[0];
        private int at;
        private boolean first = true;
        private boolean ended;

        Opening(InputStream in, Pieces pieces) throws IOException {
            this.in = in;
            this.pieces = pieces;
            sealed = in.readNBytes(PIECE + TAG);
        }

        /** Whether there is anything left. */
        private boolean fill() throws IOException {
            while (at == open.length) {
                if (ended) return false;
                var next = in.readNBytes(PIECE + TAG);
                ended = next.length == 0;
                try {
                    open = pieces.next(Cipher.DECRYPT_MODE, ended, sealed, sealed.length);
                } catch (GeneralSecurityException e) {
                    throw new Refused(
                            first
                                    ? "BACKUP_PASSPHRASE doesn't open this file, or its beginning is damaged."
                                    : "The file is damaged or cut short.",
                            e);
                }
                first = false;
                sealed = next;
                at = 0;
            }
            return true;
        }

        @Override
        public int read() throws IOException {
            return fill() ? open[at++] & 0xFF : -1;
        }

        @Override
        public int read(byte[] bytes, int from, int count) throws IOException {
            if (count == 0) return 0;
            if (!fill()) return -1;
            int given = Math.min(count, open.length - at);
            System.arraycopy(open, at, bytes, from, given);
            at += given;
            return given;
        }

        @Override
        public void close() throws IOException {
            in.close();
        }
    }
}
