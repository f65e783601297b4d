package com.smartmarketingagent.platform;

import jakarta.inject.Singleton;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.time.Instant;
import java.util.Arrays;
import java.util.Base64;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Tokens that name a shop's file until a moment, for one use, and that nobody else can make or alter. */
@Singleton
class FileLinks {

    private static final int SAID = 40;
    private static final int PROOF = 16;

    private final Settings settings;

    FileLinks(Settings settings) {
        this.settings = settings;
    }

    record Linked(UserId user, UUID file) {}

    /** What its holder may do; a token for the one is none for the other. */
    enum Use {
        READ("links to files"),
        SEND("links for files to come");

        private final String key;

        Use(String key) {
            this.key = key;
        }
    }

    String token(Use use, UserId user, UUID file, Instant until) {
        var said = ByteBuffer.allocate(SAID)
                .putLong(user.value().getMostSignificantBits())
                .putLong(user.value().getLeastSignificantBits())
                .putLong(file.getMostSignificantBits())
                .putLong(file.getLeastSignificantBits())
                .putLong(until.getEpochSecond())
                .array();
        return Base64.getUrlEncoder()
                .withoutPadding()
                .encodeToString(ByteBuffer.allocate(SAID + PROOF)
                        .put(said)
                        .put(proof(use, said))
                        .array());
    }

    private byte[] proof(Use use, byte[] said) {
        var key = Hashes.derive(settings.secret("JWT_SECRET"), use.key, 32);
        return Arrays.copyOf(Hashes.hmac(key, said), PROOF);
    }

    /** Null where it isn't ours, is for another use, was altered, or its time is over. */
    @Nullable
    Linked read(Use use, String token, Instant now) {
        try {
            var bytes = Base64.getUrlDecoder().decode(token);
            if (bytes.length != SAID + PROOF) return null;
            var said = Arrays.copyOf(bytes, SAID);
            if (!MessageDigest.isEqual(proof(use, said), Arrays.copyOfRange(bytes, SAID, SAID + PROOF))) return null;
            var read = ByteBuffer.wrap(said);
            var user = new UserId(new UUID(read.getLong(), read.getLong()));
            var file = new UUID(read.getLong(), read.getLong());
            return read.getLong() > now.getEpochSecond() ? new Linked(user, file) : null;
        } catch (IllegalArgumentException e) {
            return null;
        }
    }
}
