package com.smartmarketingagent.platform;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.text.MessageFormat;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Properties;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Nobody is ever answered with a key instead of a sentence. */
class WordsTest {

    private static final Path SOURCES = Path.of("src/main/java");

    /** Where a key is written down: the first text of these calls. */
    private static final List<Pattern> KEYS = List.of(
            Pattern.compile(
                    "new (?:Problem\\.)?(?:Refusal|Conflict|Unauthorized|Forbidden|TooLarge|Unsupported|Text)\\(\\s*\"([^\"]+)\"\\s*[,)]"),
            Pattern.compile("new (?:Problem\\.)?Invalid\\(\\s*(?:\"[^\"]*\"|\\w+)\\s*,\\s*\"([^\"]+)\"\\s*[,)]"),
            Pattern.compile("Detail\\.of\\(\\s*(?:\"[^\"]*\"|\\w+)\\s*,\\s*\"([^\"]+)\"\\s*[,)]"),
            Pattern.compile("Words\\.say\\([^,\"]+,\\s*\"([^\"]+)\"\\s*[,)]"),
            Pattern.compile("\\bsay\\(\\s*\"([^\"]+)\"\\s*[,)]"),
            Pattern.compile("failure\\([^\"]*\"[A-Z_]+\",\\s*\"([^\"]+)\"\\s*[,)]"));

    /** A choice of two keys. */
    private static final Pattern EITHER =
            Pattern.compile("\\bsay\\(\\s*[^\",;]*\\?\\s*\"([^\"]+)\"\\s*:[^;]*?\"([^\"]+)\"\\s*[,)]");

    /** A key that ends with a value. */
    private static final Pattern BEGINNING = Pattern.compile("\\bsay\\(\\s*\"([^\"]+)\"\\s*\\+");

    private static final Pattern NOT_FOUND = Pattern.compile("new (?:Problem\\.)?NotFound\\(\\s*\"([^\"]+)\"");

    private static Properties bundle(String name) throws IOException {
        var bundle = new Properties();
        try (var in = new InputStreamReader(
                WordsTest.class.getResourceAsStream("/" + name + ".properties"), StandardCharsets.UTF_8)) {
            bundle.load(in);
        }
        return bundle;
    }

    @ParameterizedTest
    @CsvSource({"messages/words_id, messages/words_en", "ValidationMessages_id, ValidationMessages_en"})
    void bothLanguagesHaveTheSameKeysWithTheSameValues(String indonesian, String english) throws IOException {
        var id = bundle(indonesian);
        var en = bundle(english);
        assertThat(new TreeSet<>(en.stringPropertyNames())).isEqualTo(new TreeSet<>(id.stringPropertyNames()));
        for (var key : id.stringPropertyNames()) {
            assertThat(id.getProperty(key)).describedAs(key).isNotBlank();
            assertThat(placeholders(key, en.getProperty(key)))
                    .describedAs(key)
                    .isEqualTo(placeholders(key, id.getProperty(key)));
        }
    }

    /** Of two the last is said, and nobody sees the other. */
    @ParameterizedTest
    @ValueSource(strings = {"messages/words_id", "messages/words_en", "ValidationMessages_id", "ValidationMessages_en"})
    void everyKeyIsThereOnce(String name) throws IOException {
        var keys = Files.readAllLines(Path.of("src/main/resources", name + ".properties")).stream()
                .filter(line -> line.contains("=") && !line.startsWith("#"))
                .map(line -> line.substring(0, line.indexOf('=')).strip())
                .toList();
        assertThat(keys).doesNotHaveDuplicates().isNotEmpty();
    }

    @Test
    void everyKeyOfTheTemplatesHasItsWords() throws IOException {
        var known = bundle("messages/words_id").stringPropertyNames();
        var say = Pattern.compile("say\\('([a-z_.0-9]+)'");
        try (var files = Files.walk(Path.of("src/main/resources/templates"))) {
            for (var file : files.filter(f -> f.toString().endsWith(".html")).toList()) {
                assertThat(known)
                        .describedAs(file.toString())
                        .containsAll(say.matcher(Files.readString(file))
                                .results()
                                .map(r -> r.group(1))
                                .toList());
            }
        }
    }

    private static TreeSet<String> placeholders(String key, String text) {
        // is given the sentence in both languages, and says one of them
        if (key.equals("import.unreadable")) return new TreeSet<>();
        var found = new TreeSet<String>();
        var placeholder = Pattern.compile("\\{(\\w+)").matcher(text);
        while (placeholder.find()) found.add(placeholder.group(1));
        return found;
    }

    /** An apostrophe that is not doubled swallows the placeholders after it. */
    @ParameterizedTest
    @CsvSource({"messages/words_id, id", "messages/words_en, en"})
    void everySentenceIsAPatternThatSaysItsValues(String name, String language) throws IOException {
        var bundle = bundle(name);
        for (var key : bundle.stringPropertyNames()) {
            var pattern = bundle.getProperty(key);
            assertThat(pattern.replace("''", "")).describedAs(key).doesNotContain("'");
            var said = new MessageFormat(pattern, Locale.of(language)).format(new Object[] {1, 2, 3, 4, 5, 6});
            assertThat(said).describedAs(key).doesNotContain("{").doesNotContain("}");
        }
    }

    @Test
    void everyKeyInTheCodeIsASentenceInBothLanguages() throws IOException {
        var id = bundle("messages/words_id");
        var en = bundle("messages/words_en");
        var used = new TreeSet<String>();
        try (var files = Files.walk(SOURCES)) {
            for (var file : files.filter(f -> f.toString().endsWith(".java")).toList()) {
                var source = Files.readString(file);
                for (var pattern : KEYS) used.addAll(all(pattern, source));
                for (var what : all(NOT_FOUND, source)) used.add("not_found." + what);
                for (var either : EITHER.matcher(source).results().toList()) {
                    used.add(either.group(1));
                    used.add(either.group(2));
                }
                for (var beginning : all(BEGINNING, source)) {
                    assertThat(id.stringPropertyNames())
                            .describedAs(file.toString())
                            .anyMatch(key -> key.startsWith(beginning));
                }
            }
        }
        assertThat(used)
                .contains(
                        "not_found.route",
                        "unauthorized",
                        "unreadable",
                        "unknown_field",
                        "account.login_failed",
                        "import.file_gone")
                .contains("login.not_kept", "admin.database_own");
        assertThat(used).allSatisfy(key -> {
            assertThat(id).containsKey(key);
            assertThat(en).containsKey(key);
        });
    }

    private static List<String> all(Pattern pattern, String source) {
        var found = new ArrayList<String>();
        var matcher = pattern.matcher(source);
        while (matcher.find()) found.add(matcher.group(1));
        return found;
    }

    /** Codes of bean validation that a record names itself. */
    @Test
    void everyValidationMessageInTheCodeIsASentence() throws IOException {
        var id = bundle("ValidationMessages_id");
        try (var files = Files.walk(SOURCES)) {
            for (var file : files.filter(f -> f.toString().endsWith(".java")).toList()) {
                for (var key : all(
                        Pattern.compile("message(?:\\(\\) default|) *=? *\"\\{([^}\"]+)\\}\""),
                        Files.readString(file))) {
                    assertThat(id).describedAs(file.toString()).containsKey(key);
                }
            }
        }
    }

    @Test
    void speaksIndonesianUnlessAskedForEnglish() {
        assertThat(Words.say(Language.of(null), "not_found.route")).isEqualTo("Alamat tidak ditemukan.");
        assertThat(Words.say(Language.of("en-GB,en;q=0.9"), "not_found.route")).isNotEqualTo("Alamat tidak ditemukan.");
        assertThat(Language.of("fr, id;q=0.5")).isEqualTo(Language.INDONESIAN);
        assertThat(Language.of("!!!")).isEqualTo(Language.INDONESIAN);
    }
}
