package com.smartmarketingagent.account;

import com.password4j.Argon2Function;
import com.password4j.Password;
import com.password4j.types.Argon2;
import com.smartmarketingagent.platform.Problem;
import jakarta.inject.Singleton;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
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

    private static final int SALT_BYTES = 16;
    private static final int HASH_BYTES = 32;
    private static final int PATIENCE_SECONDS = 10;
    private static final SecureRandom RANDOM = new SecureRandom();

    private final Argon2Function argon2;
    private final Semaphore turns =
            new Semaphore(Math.clamp(Runtime.getRuntime().availableProcessors(), 1, 4), true);
    /** Of no password. */
    private final String nobodys;

    Passwords(@ConfigProperty(name = "passwords.memory-kib") int memoryKib) {
        argon2 = Argon2Function.getInstance(memoryKib, 2, 1, HASH_BYTES, Argon2.ID);
        nobodys = "$argon2id$v=19$m=" + memoryKib + ",t=2,p=1$" + base64(SALT_BYTES) + "$" + base64(HASH_BYTES);
    }

    /** A hash that is checked as any other of this installation's, and is that of no password. */
    String nobodys() {
        return nobodys;
    }

    private static String base64(int bytes) {
        var random = new byte[bytes];
        RANDOM.nextBytes(random);
        return Base64.getEncoder().withoutPadding().encodeToString(random);
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
        return inTurn(() ->
                Password.hash(password).addRandomSalt(SALT_BYTES).with(argon2).getResult());
    }

    /** Takes as long without a hash (nobody has that e-mail) as with one. */
    boolean matches(String password, Optional<String> hash) {
        var known = hash.orElse(nobodys);
        boolean same = inTurn(() -> Password.check(password, known).with(Argon2Function.getInstanceFromHash(known)));
        return same && hash.isPresent();
    }

    /** One that nobody guesses: 120 bits. */
    static String random() {
        var bytes = new byte[15];
        RANDOM.nextBytes(bytes);
        return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
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
