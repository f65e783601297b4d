package com.smartmarketingagent.platform;

import java.security.SecureRandom;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Time-ordered ids (UUID version 7, RFC 9562 method 3: 12 bits of counter after the milliseconds), so that rows made
 * together lie together in an index.
 */
public final class Ids {

    private static final SecureRandom RANDOM = new SecureRandom();
    /** Milliseconds since 1970 shifted by 12, plus a counter; never goes back within this process. */
    private static final AtomicLong LAST = new AtomicLong();

    private Ids() {}

    public static UUID next() {
        return next(RANDOM.nextLong());
    }

    /** The id that a form sent, empty where it is none. */
    public static Optional<UUID> read(String text) {
        try {
            return Optional.of(UUID.fromString(text));
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }

    /**
     * The same with caller's randomness, for a million rows at once: {@code random} must be unpredictable only where
     * ids are secrets.
     */
    public static UUID next(long random) {
        long ticks = System.currentTimeMillis() << 12;
        long now = LAST.updateAndGet(last -> Math.max(last + 1, ticks));
        long high = (now >>> 12 << 16) | 0x7000 | (now & 0xFFF);
        return new UUID(high, 0x8000000000000000L | (random >>> 2));
    }
}
