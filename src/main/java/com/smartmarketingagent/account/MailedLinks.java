package com.smartmarketingagent.account;

import com.smartmarketingagent.platform.Db;
import com.smartmarketingagent.platform.Hashes;
import com.smartmarketingagent.platform.UserId;
import jakarta.inject.Singleton;
import java.nio.ByteBuffer;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.Base64;
import java.util.Locale;
import java.util.Optional;
import java.util.UUID;
import org.jdbi.v3.core.Handle;

/**
 * What the links in our mails to owners carry: 32 random bytes after the account's id, which must be known before
 * anything can be looked up. Each works once and for a while, and only the newest of its purpose.
 */
@Singleton
public class MailedLinks {

    /** What a link is for. */
    public enum Purpose {
        RESET(Duration.ofHours(1)),
        VERIFY(Duration.ofDays(7));

        private final Duration lifetime;

        Purpose(Duration lifetime) {
            this.lifetime = lifetime;
        }

        Duration lifetime() {
            return lifetime;
        }

        /** As it is stored, and as the link's address begins. */
        String key() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /** Whose link it is, and where it was sent. */
    record Held(UserId user, String email) {}

    private static final int ID_BYTES = 16;
    private static final int SECRET_BYTES = 32;
    private static final SecureRandom RANDOM = new SecureRandom();

    private final Db db;
    private final LinkRepository links;

    MailedLinks(Db db, LinkRepository links) {
        this.db = db;
        this.links = links;
    }

    /** A fresh one, kept nowhere but in the mail. @param email the address it will be sent to */
    public String issue(UserId user, Purpose purpose, String email) {
        var secret = new byte[SECRET_BYTES];
        RANDOM.nextBytes(secret);
        var bytes = ByteBuffer.allocate(ID_BYTES + SECRET_BYTES)
                .putLong(user.value().getMostSignificantBits())
                .putLong(user.value().getLeastSignificantBits())
                .put(secret)
                .array();
        var token = Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
        db.inTenantAsWorker(user, tx -> {
            links.insert(tx, user, purpose, Hashes.sha256(token), email);
            return user;
        });
        return token;
    }

    /** What a link would do; empty if it does nothing. */
    Optional<Held> find(Purpose purpose, String token) {
        return owner(token)
                .flatMap(user -> db.inTenant(user, tx -> links.find(tx, user, purpose, Hashes.sha256(token)))
                        .map(email -> new Held(user, email)));
    }

    /** Uses the link up within {@code tx}. False if somebody else has meanwhile, or its time is over. */
    boolean use(Handle tx, Held held, Purpose purpose, String token) {
        return links.use(tx, held.user(), purpose, Hashes.sha256(token))
                .filter(held.email()::equals)
                .isPresent();
    }

    private static Optional<UserId> owner(String token) {
        try {
            var bytes = Base64.getUrlDecoder().decode(token);
            if (bytes.length != ID_BYTES + SECRET_BYTES) return Optional.empty();
            var id = ByteBuffer.wrap(bytes);
            return Optional.of(new UserId(new UUID(id.getLong(), id.getLong())));
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }
}
