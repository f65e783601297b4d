package com.smartmarketingagent.platform;

import jakarta.inject.Singleton;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.zip.Deflater;
import java.util.zip.GZIPOutputStream;
import org.jspecify.annotations.Nullable;

/**
 * Styles, scripts and pictures under addresses that name their content ({@code /assets/app-1f2e3d4c.css}), so that a
 * browser may keep them for ever; compressed once, at the start.
 */
@Singleton
public class Assets {

    private static final String HTMX = "/META-INF/resources/_static/htmx.org/2.0.2/dist/htmx.min.js";

    /** Where each lies on the class path. */
    private static final Map<String, String> SOURCES = sources(
            "app.css",
            "app.js",
            "imports.js",
            "notices.js",
            "content.js",
            "queue.js",
            "sale.js",
            "sw.js",
            "icon.svg",
            "icon-192.png",
            "icon-512.png",
            "icon-maskable-512.png");

    private static final Map<String, String> TYPES = Map.of(
            "css", "text/css;charset=utf-8",
            "js", "text/javascript;charset=utf-8",
            "svg", "image/svg+xml",
            "png", "image/png");

    /** @param gzip null where compressing gains nothing */
    record Asset(String type, byte[] plain, byte @Nullable [] gzip) {}

    private final Map<String, String> urls = new HashMap<>();
    private final Map<String, Asset> byFile = new HashMap<>();

    /** Reads and compresses them all. */
    public Assets() {
        SOURCES.forEach((name, source) -> {
            var bytes = read(source);
            int dot = name.lastIndexOf('.');
            var file = name.substring(0, dot) + "-" + hash(bytes) + name.substring(dot);
            var type = Objects.requireNonNull(TYPES.get(name.substring(dot + 1)), name);
            urls.put(name, "/assets/" + file);
            byFile.put(file, new Asset(type, bytes, type.equals("image/png") ? null : gzip(bytes)));
        });
    }

    /**
     * The address of a file of {@code src/main/resources/web}, or of {@code htmx.js}.
     *
     * @throws NullPointerException if there is no such file
     */
    public String url(String name) {
        return Objects.requireNonNull(urls.get(name), name);
    }

    /** Changes whenever any file does. */
    public String version() {
        return hash(new java.util.TreeMap<>(urls).toString());
    }

    /** What a script says. */
    public String text(String name) {
        var file = url(name).substring("/assets/".length());
        return new String(Objects.requireNonNull(byFile.get(file)).plain(), StandardCharsets.UTF_8);
    }

    /** Null if no file has this name and content. */
    @Nullable
    Asset find(String file) {
        return byFile.get(file);
    }

    private static Map<String, String> sources(String... files) {
        var sources = new LinkedHashMap<String, String>();
        for (var file : files) sources.put(file, "/web/" + file);
        sources.put("htmx.js", HTMX);
        return sources;
    }

    private static byte[] read(String source) {
        try (InputStream in = Objects.requireNonNull(Assets.class.getResourceAsStream(source), source)) {
            return in.readAllBytes();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static byte[] gzip(byte[] plain) {
        var bytes = new ByteArrayOutputStream();
        try (var out = new GZIPOutputStream(bytes) {
            {
                def.setLevel(Deflater.BEST_COMPRESSION);
            }
        }) {
            out.write(plain);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return bytes.toByteArray();
    }

    /** Ten letters that change whenever {@code text} does. */
    public static String hash(String text) {
        return hash(text.getBytes(StandardCharsets.UTF_8));
    }

    private static String hash(byte[] bytes) {
        return HexFormat.of().formatHex(Hashes.sha256(bytes), 0, 5);
    }
}
