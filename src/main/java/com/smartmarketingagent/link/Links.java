package com.smartmarketingagent.link;

import com.smartmarketingagent.platform.Settings;
import com.smartmarketingagent.platform.UserId;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.net.URI;
import java.security.SecureRandom;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Supplier;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;

/** What stands for {@code {tautan}} in a message: a link of this person's own, so that it is known who followed it. */
@Singleton
public class Links {

    private static final String DIGITS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
    /** 65 bits: nobody guesses one, and nobody is given another's. */
    private static final int LENGTH = 11;

    private static final SecureRandom RANDOM = new SecureRandom();

    private final LinkRepository links;
    private final Supplier<Optional<URI>> publicUrl;

    @Inject
    Links(LinkRepository links, Settings settings) {
        this(links, settings::publicUrl);
    }

    Links(LinkRepository links, Supplier<Optional<URI>> publicUrl) {
        this.links = links;
        this.publicUrl = publicUrl;
    }

    /**
     * The link in this person's message: short, or where nobody said how people outside reach us, the campaign's own,
     * whose clicks can't be counted. Null where the campaign leads nowhere.
     *
     * @param link the campaign's own; null where it leads nowhere
     */
    public @Nullable String of(Handle tx, UserId user, UUID campaign, @Nullable String link, UUID customer) {
        if (link == null) return null;
        return publicUrl
                .get()
                .map(url -> url + "/s/" + links.code(tx, user, campaign, customer, fresh()))
                .orElse(link);
    }

    static String fresh() {
        var code = new StringBuilder(LENGTH);
        for (int i = 0; i < LENGTH; i++) code.append(DIGITS.charAt(RANDOM.nextInt(DIGITS.length())));
        return code.toString();
    }

    static boolean isCode(String text) {
        return text.length() == LENGTH && text.chars().allMatch(c -> DIGITS.indexOf(c) >= 0);
    }
}
