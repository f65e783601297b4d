package com.smartmarketingagent.platform;

import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;
import java.net.URI;
import java.time.Clock;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Which storage there is: that of {@code S3_BUCKET}, or a folder. */
class Storages {

    private static final String INCOMPLETE =
            "S3_BUCKET, S3_ACCESS_KEY and S3_SECRET_KEY must be set together; S3_ENDPOINT too, unless it is AWS.";

    @Produces
    @Singleton
    Storage storage(Settings settings, Clock clock) {
        return of(settings, clock);
    }

    static Storage of(Settings settings, Clock clock) {
        if (settings.text("S3_BUCKET").isEmpty())
            return new LocalStorage(settings.dataDir().resolve("files"));
        var endpoint = endpoint(settings, "S3_ENDPOINT");
        var place = new S3Storage.Place(
                endpoint,
                endpoint(settings, "S3_PUBLIC_ENDPOINT"),
                settings.text("S3_REGION").orElse("us-east-1"),
                settings.text("S3_BUCKET").orElseThrow(),
                settings.text("S3_ACCESS_KEY").orElseThrow(),
                settings.text("S3_SECRET_KEY").orElseThrow());
        return new S3Storage(place, clock);
    }

    /** @throws Settings.Wrong where some of it is missing, or is no address */
    static void check(Settings settings) {
        boolean all = Stream.of("S3_BUCKET", "S3_ACCESS_KEY", "S3_SECRET_KEY")
                .allMatch(name -> settings.text(name).isPresent());
        boolean any = Stream.of("S3_BUCKET", "S3_ACCESS_KEY", "S3_SECRET_KEY", "S3_ENDPOINT", "S3_PUBLIC_ENDPOINT")
                .anyMatch(name -> settings.text(name).isPresent());
        if (any && !all) throw new Settings.Wrong(INCOMPLETE);
        endpoint(settings, "S3_ENDPOINT");
        endpoint(settings, "S3_PUBLIC_ENDPOINT");
    }

    private static @Nullable URI endpoint(Settings settings, String name) {
        return settings.text(name)
                .map(url -> {
                    var wrong = name + " must be an address such as https://files.example.com.";
                    if (!url.matches("https?://[A-Za-z0-9.\\[\\]:-]+(/[A-Za-z0-9/_.-]*)?"))
                        throw new Settings.Wrong(wrong);
                    return Settings.address(url.replaceFirst("/$", ""), wrong);
                })
                .orElse(null);
    }
}
