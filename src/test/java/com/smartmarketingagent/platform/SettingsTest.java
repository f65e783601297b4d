package com.smartmarketingagent.platform;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A server in production starts with good secrets or not at all. */
class SettingsTest {

    private static final String GOOD = "9f86d081884c7d659a2feaa0c55ad015";

    @TempDir
    Path folder;

    @ParameterizedTest
    @ValueSource(strings = {"JWT_SECRET", "ENCRYPTION_KEY"})
    void aMissingSecretStopsProduction(String name) {
        var variables = good();
        variables.remove(name);
        refused(variables, name + " is not set");
        variables.put(name, " ");
        refused(variables, name + " is not set");
        // made up nowhere
        assertThat(folder).isEmptyDirectory();
    }

    @ParameterizedTest
    @ValueSource(strings = {"JWT_SECRET", "ENCRYPTION_KEY"})
    void aShortSecretStopsProduction(String name) {
        var variables = good();
        variables.put(name, GOOD.substring(1));
        refused(variables, name + " is too weak");
    }

    @ParameterizedTest
    @ValueSource(strings = {"JWT_SECRET", "ENCRYPTION_KEY"})
    void aRepetitiveSecretStopsProduction(String name) {
        var variables = good();
        variables.put(name, "rahasia".repeat(10));
        refused(variables, name + " is too weak");
    }

    @Test
    void aWeakFormerSecretStopsProduction() {
        var name = "JWT_SECRET_PREVIOUS";
        var variables = good();
        // without this one, who said no under it would be written to
        variables.put("ENCRYPTION_KEY_PREVIOUS", "x");
        for (var weak : List.of("x", GOOD.substring(1), "rahasia".repeat(10))) {
            variables.put(name, weak);
            assertThatThrownBy(settings(variables)::check)
                    .isInstanceOf(Settings.Wrong.class)
                    .hasMessage(name + " is too weak for production: give the whole former secret, of at least 32"
                            + " random characters, or leave it out.");
        }
        variables.put(name, GOOD);
        assertThatCode(settings(variables)::check).doesNotThrowAnyException();
        variables.put(name, "x");
        variables.remove("SMA_ENV");
        assertThatCode(settings(variables)::check).doesNotThrowAnyException();
    }

    /** Rather than to run otherwise than it was told. */
    @ParameterizedTest
    @CsvSource({
        "SMA_ENV, prod, development or production",
        "SMA_ENV, 'production,development', development or production",
        "SMA_ENV, 'production ', development or production",
        "RATE_LIMIT_ENABLED, yes, true or false",
        "LOG_FORMAT, xml, text or json",
        "FEATURES_OFF, 'imports, sendin', 'sending, imports'",
        "HEALTH_WITHOUT, mails, 'mail, whatsapp'",
        "HEALTH_WITHOUT, database, 'mail, whatsapp'",
        "QUOTA_CUSTOMERS, abc, a whole number",
        "QUOTA_SALES, -3, at least 0",
        "STORAGE_QUOTA_MB, x, a whole number",
        "UPLOAD_LIMIT_MB, 0, at least 1",
        "BACKUP_KEEP, -1, at least 0",
        "IMPORT_KEEP_DAYS, x, a whole number",
        "PROVIDER_TIMEOUT_SECONDS, 0, at least 1",
    })
    void whatIsNotUnderstoodStopsAStart(String name, String value, String why) {
        var variables = new HashMap<>(Map.of("SMA_DATA_DIR", folder.toString(), name, value));
        assertThatThrownBy(settings(variables)::check)
                .isInstanceOf(Settings.Wrong.class)
                .hasMessageStartingWith(name + " must be ")
                .hasMessageContaining(why);
    }

    /** Else each message would fail, one after the other. */
    @ParameterizedTest
    @ValueSource(strings = {"FONNTE_URL", "WHATSAPP_API_URL", "RESEND_URL"})
    void aProvidersAddressThatIsNoneStopsTheStart(String name) {
        for (var wrong : List.of("zzz", "api.example.com", "ftp://a.id", "https://a b", "https://", "http://a_b:80"))
            assertThatThrownBy(settings(Map.of("SMA_DATA_DIR", folder.toString(), name, wrong))::check)
                    .as(wrong)
                    .isInstanceOf(Settings.Wrong.class)
                    .hasMessageStartingWith(name + " must be an address such as ");
        for (var right : List.of("https://api.example.com", "http://127.0.0.1:9", "https://a.id/v1/"))
            assertThatCode(settings(Map.of("SMA_DATA_DIR", folder.toString(), name, right))::check)
                    .as(right)
                    .doesNotThrowAnyException();
    }

    @ParameterizedTest
    @ValueSource(strings = {"S3_ENDPOINT", "S3_PUBLIC_ENDPOINT"})
    void anAddressOfABucketThatIsNoneIsCalledByItsName(String name) {
        var variables = new HashMap<>(Map.of("S3_BUCKET", "b", "S3_ACCESS_KEY", "k", "S3_SECRET_KEY", "rahasia"));
        variables.putAll(Map.of("SMA_DATA_DIR", folder.toString(), name, "zzz"));
        assertThatThrownBy(settings(variables)::check)
                .isInstanceOf(Settings.Wrong.class)
                .hasMessage(name + " must be an address such as https://files.example.com.");
    }

    /** Nobody's mail would be sent, and nothing would say so before somebody needs it. */
    @Test
    void aMailServerWithoutASenderStopsAStartAndSoDoesASenderWithoutAServer() {
        var server = Map.of("MAIL_URL", "smtp://mail.example.com");
        var sender = Map.of("MAIL_FROM", "sma@example.com");
        for (var half : List.of(server, sender)) {
            var variables = new HashMap<>(half);
            variables.put("SMA_DATA_DIR", folder.toString());
            assertThatThrownBy(settings(variables)::check)
                    .isInstanceOf(Settings.Wrong.class)
                    .hasMessage("MAIL_URL and MAIL_FROM must be set together.");
            variables.putAll(server);
            variables.putAll(sender);
            // nor would it where nobody knows what it is to link to
            assertThatThrownBy(settings(variables)::check)
                    .isInstanceOf(Settings.Wrong.class)
                    .hasMessageContaining("need PUBLIC_URL");
            variables.put("PUBLIC_URL", "https://app.example.com");
            assertThatCode(settings(variables)::check).doesNotThrowAnyException();
        }
    }

    @Test
    void aPassphraseThatIsTooShortStopsAStartThatMakesBackups() {
        var variables = good();
        variables.put("BACKUP_PASSPHRASE", "elevenchars");
        assertThatCode(settings(variables)::check).doesNotThrowAnyException();
        variables.put("BACKUP_DIR", folder.toString());
        assertThatThrownBy(settings(variables)::check)
                .hasMessage("BACKUP_PASSPHRASE must have at least 12 characters.");
        variables.remove("BACKUP_DIR");
        variables.putAll(Map.of("S3_BUCKET", "cadangan", "S3_REGION", "ap-southeast-3"));
        variables.putAll(Map.of("S3_ACCESS_KEY", "kunci", "S3_SECRET_KEY", "rahasia"));
        assertThatThrownBy(settings(variables)::check)
                .hasMessage("BACKUP_PASSPHRASE must have at least 12 characters.");
        variables.put("BACKUP_TO_STORAGE", "false");
        assertThatCode(settings(variables)::check).doesNotThrowAnyException();
        variables.put("BACKUP_DIR", folder.toString());
        variables.put("BACKUP_PASSPHRASE", "twelve chars");
        variables.put("FEATURES_OFF", "sending,imports");
        assertThatCode(settings(variables)::check).doesNotThrowAnyException();
    }

    @Test
    void aSchedulersSecretMayBeMissingAndNotWeak() {
        var variables = good();
        assertThat(settings(variables).optionalSecret("CRON_SECRET")).isEmpty();
        variables.put("CRON_SECRET", GOOD.substring(1));
        refused(variables, "CRON_SECRET is too weak");
        variables.put("CRON_SECRET", GOOD);
        assertThatCode(settings(variables)::check).doesNotThrowAnyException();
        assertThat(settings(variables).optionalSecret("CRON_SECRET")).contains(GOOD);
        // on one's own machine as for the others
        assertThatCode(settings(Map.of("SMA_DATA_DIR", folder.toString(), "CRON_SECRET", "rahasia"))::check)
                .doesNotThrowAnyException();
    }

    @Test
    void goodSecretsStartProductionAndAreUsedAsTheyAre() {
        var settings = settings(good());
        assertThatCode(settings::check).doesNotThrowAnyException();
        assertThat(settings.production()).isTrue();
        assertThat(settings.secret("JWT_SECRET")).isEqualTo(GOOD);
        assertThat(folder).isEmptyDirectory();
    }

    @Test
    void developmentMakesASecretUpOnceAndKeepsItForTheOwnerOnly() throws Exception {
        var development = Map.of("SMA_DATA_DIR", folder.toString());
        var settings = settings(development);
        assertThatCode(settings::check).doesNotThrowAnyException();
        var made = settings.secret("JWT_SECRET");
        assertThat(made).hasSize(64);
        assertThat(settings(development).secret("JWT_SECRET")).isEqualTo(made);
        assertThat(settings(development).secret("ENCRYPTION_KEY")).isNotEqualTo(made);
        var file = folder.resolve("secrets.properties");
        if (Files.getFileStore(file).supportsFileAttributeView("posix")) {
            assertThat(Files.getPosixFilePermissions(file)).hasToString("[OWNER_READ, OWNER_WRITE]");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"abc", "-1", "65536", "80 80", "8080x", "99999999999"})
    void aPortThatIsNoneStopsTheStart(String port) {
        assertThatThrownBy(settings(Map.of("SMA_DATA_DIR", folder.toString(), "PORT", port))::check)
                .isInstanceOf(Settings.Wrong.class)
                .hasMessage("PORT must be a number from 0 to 65535, for example 8080.");
    }

    @ParameterizedTest
    @ValueSource(strings = {"0", "80", "8080", "65535", ""})
    void aPortStarts(String port) {
        assertThatCode(settings(Map.of("SMA_DATA_DIR", folder.toString(), "PORT", port))::check)
                .doesNotThrowAnyException();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "app.example.com",
                "ftp://app.example.com",
                "https://app.example.com/sma",
                "https://a b",
                "https://...",
                "https://[::g]",
                "https://app.example.com:99999",
                "https://x?y"
            })
    void aPublicAddressThatIsNoneStopsTheStart(String url) {
        assertThatThrownBy(settings(Map.of("SMA_DATA_DIR", folder.toString(), "PUBLIC_URL", url))::check)
                .isInstanceOf(Settings.Wrong.class)
                .hasMessage("PUBLIC_URL must be an address without a path, for example https://app.example.com.");
    }

    @Test
    void aPublicAddressLosesItsLastSlash() {
        assertThat(settings(Map.of("PUBLIC_URL", "https://app.example.com:8443/"))
                        .publicUrl())
                .contains(URI.create("https://app.example.com:8443"));
        assertThat(settings(Map.of()).publicUrl()).isEmpty();
    }

    private Map<String, String> good() {
        return new HashMap<>(Map.of(
                "SMA_ENV",
                "production",
                "SMA_DATA_DIR",
                folder.toString(),
                "JWT_SECRET",
                GOOD,
                "ENCRYPTION_KEY",
                GOOD));
    }

    /** The operator reads what to do, and the log not the secret. */
    private static void refused(Map<String, String> variables, String why) {
        assertThatThrownBy(settings(variables)::check)
                .isInstanceOf(Settings.Wrong.class)
                .hasMessageStartingWith(why)
                .hasMessageContaining("openssl rand -hex 32")
                .satisfies(e -> assertThat(e.getMessage()).doesNotContain("9f86d0", "rahasia"));
    }

    private static Settings settings(Map<String, String> variables) {
        return new Settings() {
            @Override
            public Optional<String> text(String name) {
                return Optional.ofNullable(variables.get(name)).filter(v -> !v.isBlank());
            }
        };
    }
}
