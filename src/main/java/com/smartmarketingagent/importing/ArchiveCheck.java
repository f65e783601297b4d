package com.smartmarketingagent.importing;

import com.smartmarketingagent.importing.UnreadableFile.Code;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Enumeration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.zip.ZipEntry;
import java.util.zip.ZipException;
import java.util.zip.ZipFile;

/**
 * Unpacks every part of an XLSX into nothing before a reader that trusts it does: it must not grow past the limits or
 * hide a part behind another of its name, and a part that is read must not declare entities or hold a cell or a row
 * that no spreadsheet has.
 */
final class ArchiveCheck {

    /**
     * How large a file may become.
     *
     * @param unpacked bytes of all parts together
     * @param kept bytes of the parts that the reader keeps in memory: texts, styles, everything but the sheets, and
     *     which of their cells are merged
     * @param ratio unpacked to packed bytes, of a part and of the whole, once over 8 MB; spreadsheets reach 20, bombs
     *     1,000
     */
    record Limits(long unpacked, long kept, int ratio) {
        static final Limits DEFAULT = new Limits(2L << 30, 64L << 20, 200);
    }

    /**
     * What a workbook that passed holds.
     *
     * @param rows of the largest sheet, for progress
     * @param unpacked bytes of all parts together
     * @param merges by the name of the part in lower case, of sheets that have some
     */
    record Seen(long rows, long unpacked, Map<String, Merges> merges) {

        /** How many times a text that stands once in the workbook may be taken out of it, in 512 MB and in all. */
        private static final int REPEATED = 20;

        private static final long MOST = 512L << 20;

        /**
         * Whether so many characters in all cells are more than an owner's own texts: the same ones again and again.
         */
        boolean isOutgrownBy(long characters) {
            return characters > MOST || characters > Math.max(RATIO_COUNTS_FROM, REPEATED * unpacked);
        }
    }

    private static final int MAX_PARTS = 2_000;
    private static final long RATIO_COUNTS_FROM = 8L << 20;

    private final Limits limits;
    private final long fileSize;
    private final byte[] buffer = new byte[1 << 16];
    private long unpacked;
    private long kept;
    private long mostRows;
    private final Map<String, Merges> merges = new HashMap<>();

    private ArchiveCheck(Limits limits, long fileSize) {
        this.limits = limits;
        this.fileSize = fileSize;
    }

    static Seen check(Path file, Limits limits) throws UnreadableFile {
        ArchiveCheck check = new ArchiveCheck(limits, Math.max(1, file.toFile().length()));
        try (ZipFile archive = new ZipFile(file.toFile(), StandardCharsets.UTF_8)) {
            check.parts(archive);
        } catch (ZipException | IllegalArgumentException e) {
            throw new UnreadableFile(Code.BROKEN, 0, e);
        } catch (IOException e) {
            // a part that ends before its time; the disk itself would have failed at the upload
            throw new UnreadableFile(Code.BROKEN, 0, e);
        }
        return new Seen(check.mostRows, check.unpacked, check.merges);
    }

    private void parts(ZipFile archive) throws IOException, UnreadableFile {
        if (archive.size() > MAX_PARTS) throw new UnreadableFile(Code.TOO_LARGE, 0);
        if (archive.getEntry("[Content_Types].xml") == null) throw new UnreadableFile(Code.UNSUPPORTED, 0);
        if (archive.getEntry("xl/workbook.xml") == null) throw new UnreadableFile(Code.UNSUPPORTED, 0);
        Set<String> names = new HashSet<>();
        Enumeration<? extends ZipEntry> entries = archive.entries();
        while (entries.hasMoreElements()) {
            ZipEntry entry = entries.nextElement();
            // readers differ on which of two parts of one name is meant, and in how they fold case
            if (!names.add(entry.getName().toLowerCase(Locale.ROOT))) throw new UnreadableFile(Code.BROKEN, 0);
            try (InputStream part = archive.getInputStream(entry)) {
                part(part, Math.max(1, entry.getCompressedSize()), entry.getName());
            }
        }
    }

    /**
     * Settings of printers, pictures and what other programs leave in a workbook may be anything: nobody opens them.
     */
    static boolean isRead(String name) {
        String folded = name.toLowerCase(Locale.ROOT);
        boolean ours = folded.startsWith("xl/") && (folded.endsWith(".xml") || folded.endsWith(".rels"));
        return ours || folded.equals("[content_types].xml");
    }

    private void part(InputStream part, long packed, String name) throws IOException, UnreadableFile {
        boolean isRead = isRead(name);
        MarkupCheck markup = new MarkupCheck();
        long size = 0;
        long keptHere = 0;
        int count;
        while ((count = part.read(buffer)) >= 0) {
            if (isRead && size == 0) refuseOtherEncodings(count);
            size += count;
            unpacked += count;
            if (isRead) markup.see(buffer, count);
            keptHere = markup.isSheet() ? (long) Merges.BYTES * markup.merges().size() : size;
            boolean bomb = isBomb(size, packed) || isBomb(unpacked, fileSize);
            if (bomb || unpacked > limits.unpacked || kept + keptHere > limits.kept)
                throw new UnreadableFile(Code.TOO_LARGE, 0);
        }
        kept += keptHere;
        mostRows = Math.max(mostRows, markup.rows());
        if (markup.merges().size() > 0) merges.put(name.toLowerCase(Locale.ROOT), markup.merges());
    }

    private boolean isBomb(long unpackedBytes, long packedBytes) {
        return unpackedBytes > RATIO_COUNTS_FROM && unpackedBytes / packedBytes > limits.ratio;
    }

    /** XML in UTF-16 or EBCDIC would hide its declarations from a search for ASCII. No spreadsheet writes it. */
    private void refuseOtherEncodings(int count) throws UnreadableFile {
        if (count < 2) return;
        int first = buffer[0] & 0xff;
        int second = buffer[1] & 0xff;
        boolean utf16 = (first == 0xff && second == 0xfe) || (first == 0xfe && second == 0xff);
        boolean unmarked =
                (first == 0 && second == '<') || (first == '<' && second == 0) || (first == 0 && second == 0);
        boolean ebcdic = first == 0x4c && second == 0x6f;
        if (utf16 || unmarked || ebcdic) throw new UnreadableFile(Code.ENTITIES, 0);
        String start =
                new String(buffer, 0, Math.min(count, 200), StandardCharsets.ISO_8859_1).toLowerCase(Locale.ROOT);
        int declaration = start.indexOf("<?xml");
        if (declaration < 0 || declaration > 3) return;
        int end = start.indexOf("?>");
        String attributes = end < 0 ? start : start.substring(0, end);
        if (attributes.contains("encoding") && !attributes.contains("utf-8") && !attributes.contains("ascii")) {
            throw new UnreadableFile(Code.ENTITIES, 0);
        }
    }
}
