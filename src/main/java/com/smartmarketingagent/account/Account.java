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
 * @param sells what the shop sells, in its own words; null when not said
 * @param city where it is; null when not said
 * @param link where it is found on the web, http or https; null when not said
 * @param tone how it speaks to its customers: friendly, polite, cheerful or brief; null when not said
 * @param language {@code id} or {@code en}; null when the owner never chose
 * @param emailVerified whether the owner showed that mail reaches them
 */
public record Account(
        UserId id,
        String email,
        String fullName,
        String businessName,
        @Nullable String phone,
        String role,
        String timezone,
        @Nullable String sells,
        @Nullable String city,
        @Nullable String link,
        @Nullable String tone,
        @Nullable String language,
        boolean isActive,
        boolean emailVerified,
        Instant createdAt) {}
