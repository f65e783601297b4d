package com.smartmarketingagent;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import org.junit.platform.launcher.LauncherSession;
import org.junit.platform.launcher.LauncherSessionListener;

/** Each run of the tests begins with an empty cluster, made as a newcomer's first start makes it. */
public class FreshDatabase implements LauncherSessionListener {

    /** Each lane of the tests has its own, as they run side by side. */
    public static final Path DATA = Path.of(System.getProperty("SMA_DATA_DIR", "target/test-data"));

    @Override
    public void launcherSessionOpened(LauncherSession session) {
        try {
            for (var name : new String[] {"postgres", "secrets.properties", "uploads", "pooler"}) {
                delete(DATA.resolve(name));
            }
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    private static void delete(Path path) throws IOException {
        if (!Files.exists(path)) return;
        try (var files = Files.walk(path)) {
            for (var file : files.sorted(Comparator.reverseOrder()).toList()) Files.delete(file);
        }
    }
}
