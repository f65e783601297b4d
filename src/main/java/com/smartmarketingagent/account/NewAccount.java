package com.smartmarketingagent.account;

import com.smartmarketingagent.platform.OneLine;
import jakarta.validation.constraints.Email;
import jakarta.validation.constraints.NotBlank;
import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.Size;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * What a shop registers with.
 *
 * @param email in any case and with blanks around; kept in lower case without
 * @param phone in any usual spelling; null when not given
 */
record NewAccount(
        @NotBlank @Size(max = 254) @Email(regexp = EMAIL) String email,

        @NotNull @Size(min = Passwords.SHORTEST, max = Passwords.LONGEST, message = "{text.between}")
        String password,

        @NotBlank @OneLine @Size(max = 200) String fullName,
        @NotBlank @OneLine @Size(max = 200) String businessName,
        @OneLine @Size(max = 40) @Nullable String phone) {

    /** ASCII with a domain of at least two parts: what mail really gets delivered to. */
    static final String EMAIL = "[\\x21-\\x7E]+@[A-Za-z0-9.-]+\\.[A-Za-z0-9-]{2,}";

    NewAccount {
        if (email != null) email = normalEmail(email);
        if (fullName != null) fullName = fullName.strip();
        if (businessName != null) businessName = businessName.strip();
    }

    /** The spelling that accounts are known by. */
    static String normalEmail(String email) {
        return email.strip().toLowerCase(Locale.ROOT);
    }
}
