package com.smartmarketingagent.account;

import com.smartmarketingagent.platform.Hashes;
import com.smartmarketingagent.platform.Problem;
import jakarta.inject.Singleton;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import java.util.regex.Pattern;
import org.eclipse.microprofile.config.inject.ConfigProperty;

/**
 * Argon2id with 4 passes and 1 lane, and 9 MiB unless in tests: as dear to guess as 2 passes over 19 MiB (OWASP
 * Password Storage Cheat Sheet), for half the memory. Few run at once, so that a flood of log-ins can't use that up.
 */
@Singleton
class Passwords {

    static final int SHORTEST = 8;
    static final int LONGEST = 200;

    /** What is tried first: the most common ones of that length, in the lists of leaked passwords and in Indonesia. */
    private static final Set<String> COMMON = Set.of(
            "password",
            "password1",
            "password12",
            "password123",
            "p@ssw0rd",
            "passw0rd",
            "12345678",
            "123456789",
            "1234567890",
            "0123456789",
            "87654321",
            "11111111",
            "00000000",
            "88888888",
            "12341234",
            "11223344",
            "qwertyui",
            "qwertyuiop",
            "qwerty12",
            "qwerty123",
            "asdfghjk",
            "asdfghjkl",
            "1q2w3e4r",
            "1qaz2wsx",
            "abcd1234",
            "abc12345",
            "a1b2c3d4",
            "admin123",
            "welcome1",
            "iloveyou",
            "sayangku",
            "sayang123",
            "indonesia",
            "indonesia1",
            "bismillah",
            "bismillah123",
            "rahasia123",
            "katasandi",
            "katasandi123");

    private static final int PASSES = 4;
    private static final int SALT_BYTES = 16;
    private static final int HASH_BYTES = 32;
    /** How Argon2 writes a hash, with what it takes to make it again. */
    private static final Pattern WRITTEN = Pattern.compile(
            "\\$argon2id\\$v=19\\$m=(\\d{1,6}),t=(\\d{1,2}),p=1\\$([A-Za-z0-9+/]{22})\\$([A-Za-z0-9+/]{43})");

    private static final int PATIENCE_SECONDS = 10;
    private static final SecureRandom RANDOM = new SecureRandom();

    private final int memoryKib;
    private final Semaphore turns =
            new Semaphore(Math.clamp(Runtime.getRuntime().availableProcessors(), 1, 4), true);
    /** Of no password. */
    private final String nobodys;

    Passwords(@ConfigProperty(name = "passwords.memory-kib") int memoryKib) {
        this.memoryKib = memoryKib;
        nobodys = written(randomBytes(SALT_BYTES), randomBytes(HASH_BYTES));
    }

    /** A hash that is checked as any other of this installation's, and is that of no password. */
    String nobodys() {
        return nobodys;
    }

    private String written(byte[] salt, byte[] hash) {
        var base64 = Base64.getEncoder().withoutPadding();
        return "$argon2id$v=19$m=" + memoryKib + ",t=" + PASSES + ",p=1$" + base64.encodeToString(salt) + "$"
                + base64.encodeToString(hash);
    }

    private static byte[] randomBytes(int bytes) {
        var random = new byte[bytes];
        RANDOM.nextBytes(random);
        return random;
    }

    /**
     * @param field where the password stands in the request
     * @throws Problem.Invalid for one that anybody guesses: a very common one, or the e-mail, in any case
     */
    static void refuseGuessable(String field, String password, String email) {
        var folded = password.strip().toLowerCase(Locale.ROOT);
        if (COMMON.contains(folded) || folded.equals(email.toLowerCase(Locale.ROOT))) {
            throw new Problem.Invalid(field, "account.password_common");
        }
    }

    String hash(String password) {
        var salt = randomBytes(SALT_BYTES);
        return inTurn(() -> written(salt, Hashes.argon2id(password, salt, memoryKib, PASSES, HASH_BYTES)));
    }

    /** Takes as long without a hash (nobody has that e-mail) as with one. */
    boolean matches(String password, Optional<String> hash) {
        var known = WRITTEN.matcher(hash.orElse(nobodys));
        if (!known.matches()) throw new IllegalStateException("A hash of a password can't be read");
        int memory = Integer.parseInt(known.group(1));
        int passes = Integer.parseInt(known.group(2));
        var salt = Base64.getDecoder().decode(known.group(3));
        var expected = Base64.getDecoder().decode(known.group(4));
        var made = inTurn(() -> Hashes.argon2id(password, salt, memory, passes, expected.length));
        return MessageDigest.isEqual(made, expected) && hash.isPresent();
    }

    /** One that nobody guesses: 120 bits. */
    static String random() {
        return Base64.getUrlEncoder().withoutPadding().encodeToString(randomBytes(15));
    }

    private <T> T inTurn(Supplier<T> work) {
        try {
            if (!turns.tryAcquire(PATIENCE_SECONDS, TimeUnit.SECONDS)) throw new Problem.Unavailable();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new Problem.Unavailable();
        }
        try {
            return work.get();
        } finally {
            turns.release();
        }
    }
}
