package com.smartmarketingagent.account;

import java.time.Instant;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * One log-in on one device.
 *
 * @param userAgent what the device calls itself; null when it said nothing
 * @param address the IP address of the log-in
 * @param current whether it is the one that asks
 */
public record Session(
        UUID id,
        @Nullable String userAgent,
        @Nullable String address,
        Instant createdAt,
        Instant lastUsedAt,
        Instant expiresAt,
        boolean current) {}
