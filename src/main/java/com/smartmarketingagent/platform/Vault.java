package com.smartmarketingagent.platform;

import jakarta.inject.Singleton;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.Optional;
import javax.crypto.AEADBadTagException;
import javax.crypto.Cipher;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.SecretKeySpec;

/**
 * Keeps secrets of a shop so that whoever reads the database can't: AES-256-GCM under a key derived from
 * {@code ENCRYPTION_KEY}. After a change of it {@code ENCRYPTION_KEY_PREVIOUS} still opens what was sealed under the
 * former one. A sealed secret opens only for the shop and the purpose it was sealed for.
 */
@Singleton
public class Vault {

    /** First byte of all that is sealed this way; another way would begin with another. */
    private static final byte FORMAT = 1;

    private static final int NONCE = 12;
    private static final int TAG_BITS = 128;

    private final SecureRandom random = new SecureRandom();
    private final SecretKeySpec key;
    private final Optional<SecretKeySpec> previousKey;

    /** @throws Settings.Wrong where there is no key, as the start would say */
    public Vault(Settings settings) {
        // whichever needs the settings first says the same of them
        settings.check();
        key = key(settings.secret("ENCRYPTION_KEY"));
        previousKey = settings.text("ENCRYPTION_KEY_PREVIOUS").map(Vault::key);
    }

    private static SecretKeySpec key(String secret) {
        return new SecretKeySpec(Hashes.derive(secret, "vault", 32), "AES");
    }

    /** @param former whether it was sealed under the former key, and should be sealed again */
    public record Opened(String secret, boolean former) {

        /** Tells nothing, wherever it is written. */
        @Override
        public String toString() {
            return "Opened[former=" + former + "]";
        }
    }

    /** What is sealed under no key of ours, or was changed, or belongs to another shop or purpose. */
    public static final class Broken extends RuntimeException {
        Broken(String message, Throwable cause) {
            super(message, cause);
        }
    }

    /**
     * Never twice the same bytes.
     *
     * @param purpose what it is for, by a name that doesn't change
     */
    public byte[] seal(UserId user, String purpose, String secret) {
        var nonce = new byte[NONCE];
        random.nextBytes(nonce);
        try {
            var sealed = cipher(Cipher.ENCRYPT_MODE, key, nonce, user, purpose)
                    .doFinal(secret.getBytes(StandardCharsets.UTF_8));
            return ByteBuffer.allocate(1 + NONCE + sealed.length)
                    .put(FORMAT)
                    .put(nonce)
                    .put(sealed)
                    .array();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    /** @throws Broken where it doesn't open, be it for one flipped bit */
    public Opened open(UserId user, String purpose, byte[] sealed) {
        try {
            return new Opened(open(key, user, purpose, sealed), false);
        } catch (GeneralSecurityException e) {
            if (previousKey.isEmpty() || !(e instanceof AEADBadTagException)) throw broken(purpose, e);
        }
        try {
            return new Opened(open(previousKey.get(), user, purpose, sealed), true);
        } catch (GeneralSecurityException e) {
            throw broken(purpose, e);
        }
    }

    private static Broken broken(String purpose, GeneralSecurityException e) {
        return new Broken(
                "A stored secret doesn't open (" + purpose + "): was ENCRYPTION_KEY changed without"
                        + " ENCRYPTION_KEY_PREVIOUS?",
                e);
    }

    private static String open(SecretKeySpec key, UserId user, String purpose, byte[] sealed)
            throws GeneralSecurityException {
        int start = 1 + NONCE;
        if (sealed.length < start + TAG_BITS / 8 || sealed[0] != FORMAT)
            throw new GeneralSecurityException("not sealed by this");
        var open = cipher(Cipher.DECRYPT_MODE, key, Arrays.copyOfRange(sealed, 1, start), user, purpose)
                .doFinal(sealed, start, sealed.length - start);
        return new String(open, StandardCharsets.UTF_8);
    }

    private static Cipher cipher(int mode, SecretKeySpec key, byte[] nonce, UserId user, String purpose)
            throws GeneralSecurityException {
        var cipher = Cipher.getInstance("AES/GCM/NoPadding");
        cipher.init(mode, key, new GCMParameterSpec(TAG_BITS, nonce));
        cipher.updateAAD((user.value() + " " + purpose).getBytes(StandardCharsets.UTF_8));
        return cipher;
    }
}
