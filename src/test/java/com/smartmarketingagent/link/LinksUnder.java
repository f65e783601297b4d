package com.smartmarketingagent.link;

import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.net.URI;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Short links as an installation makes them that people reach at another address. */
@Singleton
public class LinksUnder {

    @Inject
    LinkRepository links;

    /** @param publicUrl null for one that nobody reaches */
    public Links address(@Nullable String publicUrl) {
        return new Links(links, () -> Optional.ofNullable(publicUrl).map(URI::create));
    }
}
