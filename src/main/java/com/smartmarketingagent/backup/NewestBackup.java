package com.smartmarketingagent.backup;

import com.smartmarketingagent.platform.Problem;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.binder.MeterBinder;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/** How old the newest daily backup is, for whoever watches. It is looked for once a minute at most. */
@Singleton
public class NewestBackup implements MeterBinder {

    private static final Logger LOG = Logger.getLogger(NewestBackup.class);

    private static final Duration BELIEVED = Duration.ofMinutes(1);
    /** One was missed, and so was whatever made up for it. */
    private static final Duration OLD = Duration.ofDays(2);

    private final DailyBackup daily;
    private final Clock clock;

    private @Nullable Instant looked;
    private @Nullable Instant newest;

    NewestBackup(DailyBackup daily, Clock clock) {
        this.daily = daily;
        this.clock = clock;
    }

    /** Whether there should be one. */
    public boolean isExpected() {
        return daily.isOn();
    }

    /**
     * When it was begun; empty where none is found or expected. While a place can't be looked into, what was last seen
     * there.
     */
    public synchronized Optional<Instant> at() {
        if (!isExpected()) return Optional.empty();
        var now = clock.instant();
        if (looked == null || !now.isBefore(looked.plus(BELIEVED))) {
            looked = now;
            try {
                newest = daily.newest().orElse(null);
            } catch (IOException | UncheckedIOException | Problem.Provider e) {
                // the job itself says it aloud
                LOG.debug("The newest backup can't be seen", e);
            }
        }
        return Optional.ofNullable(newest);
    }

    /** Whether there is one, and it should have had a successor long since. */
    public boolean isOld() {
        return at().filter(at -> at.isBefore(clock.instant().minus(OLD))).isPresent();
    }

    /** In seconds; infinite where none is found, so that nobody takes that for a young one. */
    private double age() {
        return at().map(at -> Duration.between(at, clock.instant()).toMillis() / 1e3)
                .orElse(Double.POSITIVE_INFINITY);
    }

    @Override
    public void bindTo(MeterRegistry registry) {
        if (isExpected())
            Gauge.builder("sma.backup.age", this::age).baseUnit("seconds").register(registry);
    }
}
