package com.smartmarketingagent.platform;

import com.smartmarketingagent.platform.Storage.Key;
import java.time.Instant;
import java.util.Locale;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * A file that a shop has in the storage.
 *
 * @param name as its owner calls it
 * @param type what is in it, found out by looking
 * @param keepUntil null until somebody says otherwise
 */
public record ShopFile(
        UUID id,
        Purpose purpose,
        String name,
        String type,
        long bytes,
        Instant createdAt,
        @Nullable Instant keepUntil) {

    /** What files are for. */
    public enum Purpose {
        /** An original that was imported, or is to be. */
        IMPORT,
        /** Goes with messages; whoever has its address sees it. */
        PICTURE;

        String key() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    static Key key(UserId user, Purpose purpose, UUID id) {
        return new Key(user.value() + "/" + purpose.key() + "/" + id);
    }
}
