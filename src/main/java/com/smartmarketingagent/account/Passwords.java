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
 * Argon2id with 2 passes and 1 lane, and 19 MiB unless in tests (OWASP Password Storage Cheat Sheet). Few run at once,
 * so that a flood of log-ins can't use up the memory.
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

    private static final int PASSES = 2;
    private static final int SALT_BYTES = 16;
    private static final int HASH_BYTES = 32;
    /** How Argon2 writes a hash, with what it takes to make it again. */
    private static final Pattern WRITTEN =
            Pattern.compile("\\$argon2id\\$v=19\\$m=(\\d+),t=(\\d+),p=1\\$([^$]+)\\$([^$]+)");

    private static final int PATIENCE_SECONDS = 10;
    private static final SecureRandom RANDOM = new SecureRandom();

    private final int memoryKib;
    private final Semaphore turns =
            new Semaphore(Math.clamp(Runtime.getRuntime().availableProcessors(), 1, 4), true);
    /** Of no password. */
    private final String nobodys;

    Passwords(@ConfigProperty(name = "passwords.memory-kib") int memoryKib) {
        this.memoryKib = memoryKib;
        nobodys = written(random(SALT_BYTES), random(HASH_BYTES));
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

    private static byte[] random(int bytes) {
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
        var salt = random(SALT_BYTES);
        return inTurn(() -> written(salt, Hashes.argon2id(password, salt, memoryKib, PASSES)));
    }

    /** Takes as long without a hash (nobody has that e-mail) as with one. */
    boolean matches(String password, Optional<String> hash) {
        var known = WRITTEN.matcher(hash.orElse(nobodys));
        if (!known.matches()) throw new IllegalStateException("A hash of a password can't be read");
        var base64 = Base64.getDecoder();
        var made = inTurn(() -> Hashes.argon2id(
                password,
                base64.decode(known.group(3)),
                Integer.parseInt(known.group(1)),
                Integer.parseInt(known.group(2))));
        return MessageDigest.isEqual(made, base64.decode(known.group(4))) && hash.isPresent();
    }

    /** One that nobody guesses: 120 bits. */
    static String random() {
        return Base64.getUrlEncoder().withoutPadding().encodeToString(random(15));
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
