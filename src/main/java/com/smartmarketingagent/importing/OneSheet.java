package com.smartmarketingagent.importing;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import java.util.zip.ZipOutputStream;

/** A workbook of which one sheet shows. The others are hidden and not taken out: what points to them stays whole. */
final class OneSheet {

    private static final Pattern SHEET = Pattern.compile("<(?:\\w+:)?sheet\\s[^>]*?(?=/?>)");
    private static final Pattern NAME = Pattern.compile("\\sname\\s*=\\s*([\"'])(.*?)\\1");
    private static final Pattern STATE = Pattern.compile("\\sstate\\s*=\\s*(?:\"[^\"]*\"|'[^']*')");

    private OneSheet() {}

    /**
     * The same workbook always gives the same bytes.
     *
     * @param workbook one that {@link ArchiveCheck} has passed
     * @param name of the sheet; where the workbook has none of that name all are hidden
     */
    static void write(Path workbook, String name, Path to) throws IOException {
        try (var from = new ZipFile(workbook.toFile(), StandardCharsets.UTF_8);
                var out = new ZipOutputStream(Files.newOutputStream(to), StandardCharsets.UTF_8)) {
            for (var part : from.stream().toList()) {
                var copy = new ZipEntry(part.getName());
                copy.setTime(part.getTime());
                out.putNextEntry(copy);
                try (var in = from.getInputStream(part)) {
                    if (!part.getName().equals("xl/workbook.xml")) in.transferTo(out);
                    else out.write(showing(name, new String(in.readAllBytes(), StandardCharsets.UTF_8)));
                }
                out.closeEntry();
            }
        }
    }

    private static byte[] showing(String wanted, String workbook) {
        return SHEET.matcher(workbook)
                .replaceAll(found -> {
                    var tag = found.group();
                    var name = NAME.matcher(tag);
                    boolean shows = name.find()
                            && unescaped(String.valueOf(name.group(2))).equals(wanted);
                    var without = STATE.matcher(tag).replaceAll("").stripTrailing();
                    return Matcher.quoteReplacement(shows ? without : without + " state=\"hidden\"");
                })
                .getBytes(StandardCharsets.UTF_8);
    }

    private static String unescaped(String attribute) {
        return attribute
                .replace("&lt;", "<")
                .replace("&gt;", ">")
                .replace("&quot;", "\"")
                .replace("&apos;", "'")
                .replace("&#39;", "'")
                .replace("&amp;", "&");
    }
}
