package com.smartmarketingagent.importing;

import com.smartmarketingagent.importing.UnreadableFile.Code;
import java.io.IOException;
import java.io.Reader;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.Charset;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CoderResult;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/**
 * The characters of a text file. A byte order mark decides how they are encoded; else what is sound UTF-8 from end to
 * end is UTF-8; else it is Windows-1252. Characters before a broken byte or a NUL are still delivered, so that the row
 * which holds it is known.
 */
final class FileText extends Reader {

    /** A byte that the encoding does not have, or a NUL. */
    static final class Broken extends IOException {
        final Code code;

        Broken(Code code) {
            super(code.name());
            this.code = code;
        }
    }

    private static final int BUFFER = 1 << 16;
    private static final Charset WINDOWS_1252 = Charset.forName("windows-1252");

    private final FileChannel channel;
    private final CharsetDecoder decoder;
    private final ByteBuffer bytes = ByteBuffer.allocate(BUFFER);
    private boolean atEnd;
    private boolean broken;
    private boolean nul;
    /** A character is cut by the end of the buffer. */
    private boolean needsMore;
    /** The second half of a character outside the basic plane, where its first half filled the target. */
    private char lowHalf;

    private long bytesRead;

    private FileText(FileChannel channel, Charset charset, int skip) throws IOException {
        this.channel = channel.position(skip);
        this.bytesRead = skip;
        this.decoder = charset.newDecoder()
                .onMalformedInput(CodingErrorAction.REPORT)
                .onUnmappableCharacter(CodingErrorAction.REPORT);
        bytes.flip();
    }

    static FileText open(Path file) throws IOException {
        FileChannel channel = FileChannel.open(file);
        try {
            ByteBuffer head = ByteBuffer.allocate(3);
            while (head.hasRemaining() && channel.read(head) >= 0) continue;
            int first = head.position() > 0 ? head.get(0) & 0xff : 0;
            int second = head.position() > 1 ? head.get(1) & 0xff : 0;
            int third = head.position() > 2 ? head.get(2) & 0xff : 0;
            if (first == 0xef && second == 0xbb && third == 0xbf)
                return new FileText(channel, StandardCharsets.UTF_8, 3);
            if (first == 0xff && second == 0xfe) return new FileText(channel, StandardCharsets.UTF_16LE, 2);
            if (first == 0xfe && second == 0xff) return new FileText(channel, StandardCharsets.UTF_16BE, 2);
            return new FileText(channel, isUtf8(channel.position(0)) ? StandardCharsets.UTF_8 : WINDOWS_1252, 0);
        } catch (IOException | RuntimeException e) {
            channel.close();
            throw e;
        }
    }

    /** Reads the whole file: a gigabyte a second where it is ASCII, which the decoder skips in large steps. */
    private static boolean isUtf8(FileChannel channel) throws IOException {
        CharsetDecoder decoder = StandardCharsets.UTF_8
                .newDecoder()
                .onMalformedInput(CodingErrorAction.REPORT)
                .onUnmappableCharacter(CodingErrorAction.REPORT);
        ByteBuffer bytes = ByteBuffer.allocate(BUFFER);
        CharBuffer chars = CharBuffer.allocate(BUFFER);
        boolean more = true;
        while (more) {
            more = channel.read(bytes) >= 0;
            bytes.flip();
            chars.clear();
            if (decoder.decode(bytes, chars, !more).isError()) return false;
            bytes.compact();
        }
        return true;
    }

    /** Bytes taken from the file so far, the byte order mark included. */
    long bytesRead() {
        return bytesRead;
    }

    @Override
    public int read(char[] target, int offset, int length) throws IOException {
        if (length == 0) return 0;
        if (nul) throw new Broken(Code.NUL);
        if (broken) throw new Broken(Code.ENCODING);
        CharBuffer chars = CharBuffer.wrap(target, offset, length).slice();
        if (lowHalf != 0) {
            chars.put(lowHalf);
            lowHalf = 0;
        }
        while (chars.position() == 0) {
            if (!bytes.hasRemaining() || needsMore) fill();
            if (atEnd && !bytes.hasRemaining()) return -1;
            decode(chars);
        }
        int count = chars.position();
        for (int i = offset; i < offset + count; i++) {
            if (target[i] != 0) continue;
            nul = true;
            if (i == offset) throw new Broken(Code.NUL);
            return i - offset;
        }
        return count;
    }

    private void decode(CharBuffer chars) throws IOException {
        CoderResult result = decoder.decode(bytes, chars, atEnd);
        needsMore = result.isUnderflow() && bytes.hasRemaining();
        if (result.isOverflow() && chars.position() == 0) {
            // room for one, but the next character takes two
            CharBuffer pair = CharBuffer.allocate(2);
            decoder.decode(bytes, pair, atEnd);
            chars.put(pair.get(0));
            lowHalf = pair.get(1);
        }
        if (!result.isError()) return;
        broken = true;
        if (chars.position() == 0) throw new Broken(Code.ENCODING);
    }

    private void fill() throws IOException {
        bytes.compact();
        int count = channel.read(bytes);
        if (count < 0) atEnd = true;
        else bytesRead += count;
        bytes.flip();
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }
}
