package com.smartmarketingagent.account;

import com.smartmarketingagent.platform.OneLine;
import jakarta.validation.constraints.NotBlank;
import jakarta.validation.constraints.Pattern;
import jakarta.validation.constraints.Size;
import org.jspecify.annotations.Nullable;

/**
 * What a shop may change about itself, all at once.
 *
 * @param phone null removes it
 * @param timezone Indonesia's three; null means western time
 */
record Profile(
        @NotBlank @OneLine @Size(max = 200) String fullName,
        @NotBlank @OneLine @Size(max = 200) String businessName,
        @OneLine @Size(max = 40) @Nullable String phone,

        @Pattern(regexp = "Asia/(Jakarta|Makassar|Jayapura)", message = "{account.timezone}") @Nullable
        String timezone) {

    Profile {
        if (fullName != null) fullName = fullName.strip();
        if (businessName != null) businessName = businessName.strip();
        if (timezone == null) timezone = "Asia/Jakarta";
    }
}
