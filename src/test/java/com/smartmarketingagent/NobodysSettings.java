package com.smartmarketingagent;

import static java.util.stream.Collectors.toMap;
import static java.util.stream.Collectors.toSet;

import io.quarkus.runtime.annotations.StaticInitSafe;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Properties;
import java.util.Set;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.eclipse.microprofile.config.spi.ConfigSource;
import org.jspecify.annotations.Nullable;

/**
 * Stands before the environment and {@code .env}, so that the tests have nobody's settings: they drop what they find in
 * a database. What a test sets itself, as a system property, comes first.
 */
@StaticInitSafe
public class NobodysSettings implements ConfigSource {

    /** What stands within other settings is no number if it is empty. */
    private static final Map<String, String> NUMBERS = Map.of("PORT", "0", "UPLOAD_LIMIT_MB", "100");

    private final Map<String, String> instead;

    public NobodysSettings() {
        try {
            var given = new HashMap<>(System.getenv());
            var file = Path.of(".env");
            if (Files.exists(file)) for (var name : named(Files.readString(file))) given.put(name, "");
            instead = instead(given.keySet());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** What the tests have in place of the settings among these; a setting that is empty is none. */
    static Map<String, String> instead(Set<String> given) throws IOException {
        var ours = new Properties();
        // by its file, as the class loaders of tests show another
        try (var in = Files.newBufferedReader(Path.of("src/main/resources/application.properties"))) {
            ours.load(in);
        }
        return names().stream()
                .filter(given::contains)
                .collect(
                        toMap(name -> name, name -> ours.getProperty("%test." + name, NUMBERS.getOrDefault(name, ""))));
    }

    /** Of the settings that README.md lists. */
    static Set<String> names() throws IOException {
        return Files.readAllLines(Path.of("README.md")).stream()
                .filter(line -> line.startsWith("| `"))
                .flatMap(line -> named(line.split("\\|")[1]).stream())
                .collect(toSet());
    }

    private static Set<String> named(String text) {
        return Pattern.compile("\\b[A-Z][A-Z0-9_]+\\b")
                .matcher(text)
                .results()
                .map(MatchResult::group)
                .collect(toSet());
    }

    /** Between the environment, 300, and system properties, 400. */
    @Override
    public int getOrdinal() {
        return 350;
    }

    @Override
    public Set<String> getPropertyNames() {
        return instead.keySet();
    }

    @Override
    public @Nullable String getValue(String name) {
        return instead.get(name);
    }

    @Override
    public String getName() {
        return "nobody's settings";
    }
}
