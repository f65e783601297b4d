package com.smartmarketingagent.platform;

import jakarta.inject.Singleton;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.eclipse.microprofile.config.ConfigProvider;
import org.jspecify.annotations.Nullable;

/**
 * The configuration: environment variables, or a {@code .env} file in the working folder. The table in README lists
 * them all. Nothing here has a default that would be dangerous in production.
 */
@Singleton
public class Settings {

    /** What to do about a {@code PORT} that is none. */
    public static final String PORTS = "PORT must be a number from 0 to 65535, for example 8080.";

    /** What to do about an {@code UPLOAD_LIMIT_MB} that is none. */
    public static final String UPLOADS = "UPLOAD_LIMIT_MB must be a whole number, for example 100.";

    /** What to do about a {@code PUBLIC_URL} that is none. */
    static final String PUBLIC_URLS =
            "PUBLIC_URL must be an address without a path, for example https://app.example.com.";

    /** One of which they must be. */
    private static final Map<String, List<String>> WORD = Map.of(
            "SMA_ENV", List.of("development", "production"),
            "LOG_FORMAT", List.of("text", "json"),
            "RATE_LIMIT_ENABLED", List.of("true", "false"),
            "BACKUP_TO_STORAGE", List.of("true", "false"),
            "ALLOW_PRIVATE_HOSTS", List.of("true", "false"));

    /** Of which they may name some. */
    private static final Map<String, List<String>> WORDS = Map.of(
            "FEATURES_OFF", List.of("sending", "imports"),
            "HEALTH_WITHOUT", List.of("redis", "openai", "storage", "mail", "whatsapp"));

    /** The least that they may be. */
    private static final Map<String, Integer> LEAST = Map.of(
            "UPLOAD_LIMIT_MB", 1,
            "STORAGE_QUOTA_MB", 1,
            "IMPORT_KEEP_DAYS", 0,
            "BACKUP_KEEP", 0,
            "QUOTA_CUSTOMERS", 0,
            "QUOTA_SALES", 0,
            "QUOTA_MESSAGES", 0,
            "DATABASE_REPLICA_LAG_SECONDS", 0,
            "PROVIDER_TIMEOUT_SECONDS", 1);

    /** Providers that may be asked elsewhere. */
    private static final List<String> SERVERS = List.of("FONNTE_URL", "WHATSAPP_API_URL", "RESEND_URL");

    /** Characters; less is guessed too soon. */
    public static final int SHORTEST_PASSPHRASE = 12;

    /** What to do about a shorter one. */
    public static final String PASSPHRASES =
            "BACKUP_PASSPHRASE must have at least " + SHORTEST_PASSPHRASE + " characters.";

    private static final int WEAKEST_SECRET = 32;

    private final Path dataDir = Path.of(text("SMA_DATA_DIR").orElse("data")).toAbsolutePath();
    private final boolean production = text("SMA_ENV").orElse("development").equals("production");
    private @Nullable Properties kept;

    /** Where the embedded database, uploads and generated secrets are kept. */
    public Path dataDir() {
        return dataDir;
    }

    public boolean production() {
        return production;
    }

    /** A variable as written; empty when unset or blank. */
    public Optional<String> text(String name) {
        return ConfigProvider.getConfig().getOptionalValue(name, String.class).filter(v -> !v.isBlank());
    }

    public int number(String name, int otherwise) {
        try {
            return text(name).map(Integer::parseInt).orElse(otherwise);
        } catch (NumberFormatException e) {
            throw new Wrong(name + " must be a whole number, for example " + otherwise, e);
        }
    }

    /** A variable's words, with commas or blanks between them; none when unset. */
    public Set<String> words(String name) {
        return Pattern.compile("[,\\s]+")
                .splitAsStream(text(name).orElse(""))
                .filter(word -> !word.isEmpty())
                .collect(Collectors.toSet());
    }

    public boolean flag(String name, boolean otherwise) {
        return text(name).map(Boolean::parseBoolean).orElse(otherwise);
    }

    /**
     * Where people outside reach this installation, without a slash at its end; empty where nobody said so. What is
     * sent out links to it.
     *
     * @throws Wrong where it is no http or https address
     */
    public Optional<URI> publicUrl() {
        return text("PUBLIC_URL").map(url -> {
            if (!url.matches("https?://[A-Za-z0-9.\\[\\]:-]+/?")) throw new Wrong(PUBLIC_URLS);
            return address(url.replaceFirst("/$", ""), PUBLIC_URLS);
        });
    }

    /**
     * Where another server is asked.
     *
     * @param wrong says what to do, and not what was written, which may hold a password
     * @throws Wrong where it is no http or https address of a host
     */
    static URI address(String written, String wrong) {
        try {
            var address = new URI(written);
            boolean web = "http".equals(address.getScheme()) || "https".equals(address.getScheme());
            boolean plain = address.getRawQuery() == null && address.getRawFragment() == null;
            if (web && plain && address.getHost() != null && address.getPort() <= 65_535) return address;
            throw new Wrong(wrong);
        } catch (URISyntaxException e) {
            throw new Wrong(wrong);
        }
    }

    /**
     * Stops a start that would run otherwise than it was told: with a word or a number that is none of those that are
     * understood, on a port that is none (the HTTP layer takes -1 for any free one), and in production with a secret
     * missing, short or copied from a manual.
     */
    public void check() {
        WORD.forEach((name, words) -> {
            if (text(name).filter(its -> !words.contains(its)).isPresent())
                throw new Wrong(name + " must be " + String.join(" or ", words) + ".");
        });
        WORDS.forEach((name, words) -> {
            if (!words.containsAll(words(name)))
                throw new Wrong(name + " must be among " + String.join(", ", words) + ".");
        });
        LEAST.forEach((name, least) -> {
            if (number(name, least) < least) throw new Wrong(name + " must be at least " + least + ".");
        });
        boolean tooShort = text("BACKUP_PASSPHRASE")
                .filter(given -> given.length() < SHORTEST_PASSPHRASE)
                .isPresent();
        boolean backedUp =
                text("BACKUP_DIR").isPresent() || text("S3_BUCKET").isPresent() && flag("BACKUP_TO_STORAGE", true);
        if (tooShort && backedUp) throw new Wrong(PASSPHRASES);
        publicUrl();
        for (var name : SERVERS)
            text(name)
                    .ifPresent(url -> address(
                            url,
                            name + " must be an address such as https://api.example.com; no host has an underscore."));
        Mailer.check(this);
        ErrorReports.check(this);
        Retention.of(this);
        Storages.check(this);
        if (text("PORT").filter(port -> !isPort(port)).isPresent()) throw new Wrong(PORTS);
        optionalSecret("CRON_SECRET");
        optionalSecret("METRICS_TOKEN");
        if (production) {
            secret("JWT_SECRET");
            secret("ENCRYPTION_KEY");
            // not so a former ENCRYPTION_KEY: without it, who said STOP and was deleted since would be written to again
            if (text("JWT_SECRET_PREVIOUS").filter(Settings::weak).isPresent())
                throw new Wrong(
                        "JWT_SECRET_PREVIOUS is too weak for production: give the whole former secret, of at least "
                                + WEAKEST_SECRET + " random characters, or leave it out.");
        }
    }

    private static boolean isPort(String text) {
        return text.matches("[0-9]{1,5}") && Integer.parseInt(text) <= 65_535;
    }

    /**
     * A secret from the environment. In development one is made up on first use and kept in the data folder.
     *
     * @throws Wrong in production, when it is missing or weak; the message says what to do
     */
    public String secret(String name) {
        var given = optionalSecret(name);
        if (given.isPresent()) return given.get();
        if (production) {
            throw new Wrong(name + " is not set. In production every secret must be given: set " + name
                    + " to the output of: openssl rand -hex 32");
        }
        return keptSecret(name);
    }

    /**
     * A secret that nothing takes the place of; empty where it isn't given.
     *
     * @throws Wrong in production, when it is weak
     */
    public Optional<String> optionalSecret(String name) {
        var given = text(name);
        if (production && given.filter(Settings::weak).isPresent()) {
            throw new Wrong(name + " is too weak for production: use at least " + WEAKEST_SECRET
                    + " random characters, for example the output of: openssl rand -hex 32");
        }
        return given;
    }

    /** A secret that belongs to this data folder, such as a password of the embedded database. */
    synchronized String keptSecret(String name) {
        var file = dataDir.resolve("secrets.properties");
        try {
            if (kept == null) kept = load(file);
            if (kept.getProperty(name) == null) kept = withNew(name, file);
            return kept.getProperty(name);
        } catch (IOException e) {
            throw new UncheckedIOException("The data folder can't be used: " + file, e);
        }
    }

    private static Properties load(Path file) throws IOException {
        var secrets = new Properties();
        if (Files.exists(file)) {
            try (var in = Files.newBufferedReader(file)) {
                secrets.load(in);
            }
        }
        return secrets;
    }

    /** Another process may be making it at this very moment, and then both take that one's. */
    private static Properties withNew(String name, Path file) throws IOException {
        Files.createDirectories(file.getParent());
        synchronized (Settings.class) {
            try (var lock = FileChannel.open(
                    file.resolveSibling("secrets.lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
                lock.lock();
                var secrets = load(file);
                if (secrets.getProperty(name) == null) {
                    secrets.setProperty(name, random());
                    save(file, secrets);
                }
                return secrets;
            }
        }
    }

    private static void save(Path file, Properties secrets) throws IOException {
        var fresh = file.resolveSibling("secrets.properties.new");
        Files.deleteIfExists(fresh);
        if (file.getFileSystem().supportedFileAttributeViews().contains("posix")) {
            Files.createFile(fresh, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
        }
        try (var out = Files.newBufferedWriter(fresh)) {
            secrets.store(
                    out, "Made on first use. Keep it: without it sessions end and the embedded database is locked.");
        }
        Files.move(fresh, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    }

    private static boolean weak(String secret) {
        return secret.length() < WEAKEST_SECRET || secret.chars().distinct().count() < 8;
    }

    private static String random() {
        var bytes = new byte[32];
        new SecureRandom().nextBytes(bytes);
        return HexFormat.of().formatHex(bytes);
    }

    /** Configuration that can't work; the message tells the operator what to change. */
    public static final class Wrong extends RuntimeException {
        public Wrong(String message) {
            super(message);
        }

        public Wrong(String message, Throwable cause) {
            super(message, cause);
        }
    }
}
