package com.smartmarketingagent.messaging;

import com.smartmarketingagent.platform.Hashes;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Whether a report comes from its provider, told from its bytes as they came. */
final class Signature {

    /** A report that was signed longer ago may be somebody's recording. */
    private static final Duration FRESH = Duration.ofMinutes(5);

    private Signature() {}

    /** Meta's: {@code sha256=} and the hexadecimal HMAC-SHA256 of the body. */
    static boolean isMetas(String appSecret, @Nullable String header, byte[] body) {
        return Hashes.same("sha256=" + HexFormat.of().formatHex(Hashes.hmac(Hook.bytes(appSecret), body)), header);
    }

    /**
     * Svix's, by which Resend signs: {@code v1,} and the base64 of the HMAC-SHA256 of {@code id.timestamp.body}, any of
     * several parted by spaces.
     *
     * @param secret {@code whsec_} and the base64 of the key
     * @param timestamp seconds since 1970
     */
    static boolean isSvix(
            String secret,
            @Nullable String id,
            @Nullable String timestamp,
            @Nullable String signatures,
            byte[] body,
            Instant now) {
        if (id == null || timestamp == null || signatures == null || !timestamp.matches("[0-9]{1,11}")) return false;
        var age = Duration.between(Instant.ofEpochSecond(Long.parseLong(timestamp)), now)
                .abs();
        if (age.compareTo(FRESH) > 0) return false;
        var key = key(secret);
        if (key.isEmpty()) return false;
        var expected = "v1,"
                + Base64.getEncoder()
                        .encodeToString(Hashes.hmac(key.get(), Hook.bytes(id + "." + timestamp + "."), body));
        return Arrays.stream(signatures.split(" ")).anyMatch(given -> Hashes.same(expected, given));
    }

    /** The key within a secret of Svix's; empty where there is none. */
    static Optional<byte[]> key(String secret) {
        try {
            var key = Base64.getDecoder().decode(secret.replaceFirst("^whsec_", ""));
            return key.length == 0 ? Optional.empty() : Optional.of(key);
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }
}
