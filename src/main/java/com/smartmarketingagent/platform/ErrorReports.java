package com.smartmarketingagent.platform;

import io.quarkus.runtime.StartupEvent;
import jakarta.annotation.PreDestroy;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;
import java.time.Clock;
import java.time.Duration;
import java.util.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * Tells Sentry of errors and of a tenth of the requests where {@code SENTRY_DSN} is set. Where it isn't, nothing of it
 * is even loaded.
 */
@Singleton
class ErrorReports {

    /** What to do about a {@code SENTRY_DSN} that is none. */
    static final String DSNS = "SENTRY_DSN must be as Sentry shows it, for example https://key@sentry.example.com/1.";

    private static final String DSN = "https?://\\w+(:\\w+)?@[^/@\\s]+(/[^\\s?#]*)?/\\d+";
    private static final double SAMPLE = 0.1;

    private final Settings settings;
    private final Clock clock;
    private volatile @Nullable SentryReports sentry;

    ErrorReports(Settings settings, Clock clock) {
        this.settings = settings;
        this.clock = clock;
    }

    /** @throws Settings.Wrong without what was written, which holds a key */
    static void check(Settings settings) {
        if (settings.text("SENTRY_DSN").filter(dsn -> !dsn.matches(DSN)).isPresent()) throw new Settings.Wrong(DSNS);
    }

    /** Begun beside the start, which is not to wait for it. */
    void begin(@Observes StartupEvent event) {
        settings.text("SENTRY_DSN")
                .ifPresent(
                        dsn -> Thread.ofPlatform().daemon().name("sentry-start").start(() -> begin(dsn, SAMPLE)));
    }

    /** @param sample the part of the requests that is told, from 0 to 1 */
    synchronized void begin(String dsn, double sample) {
        var begun = new SentryReports(
                dsn,
                settings.text("quarkus.application.version").orElse("?"),
                settings.production() ? "production" : "development",
                sample,
                Hashes.derive(settings.secret("ENCRYPTION_KEY"), "sentry tenant", 32),
                clock);
        Logger.getLogger("").addHandler(begun);
        sentry = begun;
    }

    /** @param route as declared */
    void request(String method, String route, int status, Duration took) {
        var its = sentry;
        if (its != null) its.request(method, route, status, took);
    }

    /** Sends what waits, for two seconds at most. */
    @PreDestroy
    synchronized void end() {
        var its = sentry;
        if (its == null) return;
        sentry = null;
        Logger.getLogger("").removeHandler(its);
        its.close();
    }
}
