package com.smartmarketingagent;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;

/** The styles are built ahead (decision 0007): whoever forgets to is told here. */
class StylesTest {

    private static final Path RESOURCES = Path.of("src/main/resources");
    private static final Pattern CLASSES = Pattern.compile("\\bclass=\"([^\"]*)\"");

    /** A class as a style names it, to its end: letters, digits, and everything that is escaped. */
    private static final Pattern SELECTOR = Pattern.compile("\\.((?:[\\w-]|\\\\.)+)");

    /** Compressed, as it travels; a first page may weigh 40 KB in all. */
    private static final int LARGEST = 7_000;

    @Test
    void theyStaySmall() throws IOException {
        var bytes = new ByteArrayOutputStream();
        try (var zip = new GZIPOutputStream(bytes)) {
            zip.write(Files.readAllBytes(RESOURCES.resolve("web/app.css")));
        }
        assertThat(bytes.size()).isLessThan(LARGEST);
    }

    @Test
    void everyClassOfTheTemplatesIsInTheStyles() throws IOException {
        var css = Files.readString(RESOURCES.resolve("web/app.css"));
        var known = SELECTOR.matcher(css)
                .results()
                .map(r -> r.group(1).replace("\\", ""))
                .collect(Collectors.toSet());
        assertThat(known).contains("mb-4", "md:flex", "fill-secondary").doesNotContain("mb-", "mb");
        var missing = new TreeSet<String>();
        try (var files = Files.walk(RESOURCES.resolve("templates"))) {
            for (var file : files.filter(f -> f.toString().endsWith(".html")).toList()) {
                var classes = CLASSES.matcher(Files.readString(file));
                while (classes.find()) {
                    for (var name :
                            classes.group(1).replaceAll("\\{[^}]*}", " ").split("\\s+")) {
                        if (!name.isEmpty() && !known.contains(name)) missing.add(name + " in " + file.getFileName());
                    }
                }
            }
        }
        assertThat(missing)
                .as("run: npm --prefix web ci && npm --prefix web run css")
                .isEmpty();
    }
}
