package com.smartmarketingagent.account;

import com.smartmarketingagent.platform.Assets;
import com.smartmarketingagent.platform.OneLine;
import com.smartmarketingagent.platform.Prose;
import jakarta.validation.constraints.NotBlank;
import jakarta.validation.constraints.Pattern;
import jakarta.validation.constraints.Size;
import org.jspecify.annotations.Nullable;

/**
 * What a shop may change about itself, all at once. Null or blank removes what need not be there.
 *
 * @param timezone Indonesia's three; null means western time
 * @param sells what the shop sells, in its own words
 * @param link an address on the web; {@code https://} is put before one without
 * @param tone how the shop speaks to its customers
 */
record Profile(
        @NotBlank @OneLine @Size(max = 200) String fullName,
        @NotBlank @OneLine @Size(max = 200) String businessName,
        @OneLine @Size(max = 40) @Nullable String phone,

        @Pattern(regexp = "Asia/(Jakarta|Makassar|Jayapura)", message = "{account.timezone}") @Nullable
        String timezone,

        @Prose @Size(max = 500) @Nullable String sells,
        @OneLine @Size(max = 100) @Nullable String city,

        @Size(max = 300) @Pattern(regexp = LINK, message = "{account.link}") @Nullable
        String link,

        @Pattern(regexp = "friendly|polite|cheerful|brief", message = "{account.tone}") @Nullable
        String tone) {

    /** A host of at least two parts, and no user name before it that could be taken for one. */
    private static final String LINK =
            "https?://([a-zA-Z0-9-]+\\.)+[a-zA-Z]{2,}(:\\d{1,5})?([/?#][\\x21-\\x7E&&[^<>\"\\\\]]*)?";

    Profile {
        if (fullName != null) fullName = fullName.strip();
        if (businessName != null) businessName = businessName.strip();
        if (timezone == null) timezone = "Asia/Jakarta";
        // browsers send a line break of a text area as two characters
        sells = given(sells == null ? null : sells.replace("\r\n", "\n"));
        city = given(city);
        link = given(link);
        if (link != null && !link.contains("://")) link = "https://" + link;
        tone = given(tone);
    }

    static Profile of(Account account) {
        return new Profile(
                account.fullName(),
                account.businessName(),
                account.phone(),
                account.timezone(),
                account.sells(),
                account.city(),
                account.link(),
                account.tone());
    }

    Profile withPhone(@Nullable String phone) {
        return new Profile(fullName, businessName, phone, timezone, sells, city, link, tone);
    }

    /** Another one as soon as anything of it changes. */
    String version() {
        return Assets.hash(toString());
    }

    private static @Nullable String given(@Nullable String text) {
        return text == null || text.isBlank() ? null : text.strip();
    }
}
