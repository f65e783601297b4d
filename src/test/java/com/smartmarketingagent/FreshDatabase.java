package com.smartmarketingagent;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Properties;
import java.util.Set;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.platform.launcher.LauncherSession;
import org.junit.platform.launcher.LauncherSessionListener;

/**
 * Each run of the tests begins with an empty cluster, made as a newcomer's first start makes it, and with none of
 * anybody's settings: the tests drop what they find in a database.
 */
public class FreshDatabase implements LauncherSessionListener {

    /** Each lane of the tests has its own, as they run side by side. */
    public static final Path DATA = Path.of(System.getProperty("SMA_DATA_DIR", "target/test-data"));

    @Override
    public void launcherSessionOpened(LauncherSession session) {
        try {
            var given = new HashMap<>(System.getenv());
            var file = Path.of(".env");
            if (Files.exists(file)) for (var name : named(Files.readString(file))) given.put(name, "");
            instead(given).forEach((name, value) -> {
                if (System.getProperty(name) == null) System.setProperty(name, value);
            });
            for (var name : new String[] {"postgres", "secrets.properties", "uploads", "pooler"}) {
                delete(DATA.resolve(name));
            }
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    /** What the tests have in place of the settings among these; a setting that is empty is none. */
    static Map<String, String> instead(Map<String, String> given) throws IOException {
        var ours = new Properties();
        try (var in = FreshDatabase.class.getResourceAsStream("/application.properties")) {
            ours.load(Objects.requireNonNull(in));
        }
        // what stands within other settings is no number if it is empty
        var numbers = Map.of("PORT", "0", "UPLOAD_LIMIT_MB", "100");
        return settings().stream()
                .filter(given::containsKey)
                .collect(Collectors.toMap(
                        name -> name, name -> ours.getProperty("%test." + name, numbers.getOrDefault(name, ""))));
    }

    /** The settings that README.md lists. */
    static Set<String> settings() throws IOException {
        return Files.readAllLines(Path.of("README.md")).stream()
                .filter(line -> line.startsWith("| `"))
                .flatMap(line -> named(line.split("\\|")[1]).stream())
                .collect(Collectors.toSet());
    }

    private static Set<String> named(String text) {
        return Pattern.compile("\\b[A-Z][A-Z0-9_]+\\b")
                .matcher(text)
                .results()
                .map(MatchResult::group)
                .collect(Collectors.toSet());
    }

    private static void delete(Path path) throws IOException {
        if (!Files.exists(path)) return;
        try (var files = Files.walk(path)) {
            for (var file : files.sorted(Comparator.reverseOrder()).toList()) Files.delete(file);
        }
    }
}
