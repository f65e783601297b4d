package com.smartmarketingagent;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** The styles are built ahead (decision 0007): whoever forgets to is told here. */
class StylesTest {

    private static final Path RESOURCES = Path.of("src/main/resources");
    private static final Pattern CLASSES = Pattern.compile("\\bclass=\"([^\"]*)\"");

    @Test
    void everyClassOfTheTemplatesIsInTheStyles() throws IOException {
        var css = Files.readString(RESOURCES.resolve("web/app.css")).replace("\\", "");
        var missing = new TreeSet<String>();
        try (var files = Files.walk(RESOURCES.resolve("templates"))) {
            for (var file : files.filter(f -> f.toString().endsWith(".html")).toList()) {
                var classes = CLASSES.matcher(Files.readString(file));
                while (classes.find()) {
                    for (var name :
                            classes.group(1).replaceAll("\\{[^}]*}", " ").split("\\s+")) {
                        if (!name.isEmpty() && !css.contains("." + name))
                            missing.add(name + " in " + file.getFileName());
                    }
                }
            }
        }
        assertThat(missing)
                .as("run: npm --prefix web ci && npm --prefix web run css")
                .isEmpty();
    }
}
