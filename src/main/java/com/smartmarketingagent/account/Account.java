package com.smartmarketingagent.account;

import com.smartmarketingagent.platform.UserId;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A shop, or a super_admin.
 *
 * @param email lower-case
 * @param phone E.164; null when not given
 * @param role {@code umkm_owner} or {@code super_admin}
 * @param timezone the zone whose days are the shop's business days
 */
public record Account(
        UserId id,
        String email,
        String fullName,
        String businessName,
        @Nullable String phone,
        String role,
        String timezone,
        boolean isActive,
        Instant createdAt) {}
