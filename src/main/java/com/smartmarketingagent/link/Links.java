package com.smartmarketingagent.link;

import com.smartmarketingagent.platform.Settings;
import com.smartmarketingagent.platform.UserId;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.net.URI;
import java.security.SecureRandom;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Supplier;
import java.util.stream.Collectors;
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
     * The link in each customer's message: short, or where nobody said how people outside reach us, the campaign's own,
     * whose clicks can't be counted. None where the campaign leads nowhere.
     *
     * @param link the campaign's own; null where it leads nowhere
     */
    public Map<UUID, String> of(Handle tx, UserId user, UUID campaign, @Nullable String link, List<UUID> customers) {
        if (link == null || customers.isEmpty()) return Map.of();
        var url = publicUrl.get();
        if (url.isEmpty()) return customers.stream().collect(Collectors.toMap(c -> c, _ -> link));
        var fresh = customers.stream().map(_ -> fresh()).toList();
        var all = links.codes(tx, user, campaign, customers, fresh);
        all.replaceAll((_, code) -> url.get() + "/s/" + code);
        return all;
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
