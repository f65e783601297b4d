package com.smartmarketingagent.platform;

import com.fasterxml.jackson.annotation.JsonInclude;
import jakarta.enterprise.inject.Any;
import jakarta.enterprise.inject.Instance;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.LongSupplier;
import java.util.function.Predicate;
import java.util.stream.StreamSupport;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * How the parts are. Anybody may ask, as often as they like: a part is asked once at a time and not again while its
 * last answer holds, and nobody waits for one that was asked too long ago.
 */
@Singleton
public class HealthChecks {

    private static final Logger LOG = Logger.getLogger(HealthChecks.class);

    /** Below the five seconds after which a monitor gives up on us. */
    private static final Duration LIMIT = Duration.ofSeconds(4);
    /** By then a part that was away may be back. Where only the line to it isn't, it is asked by another. */
    private static final Duration AWAY = Duration.ofSeconds(10);

    private final List<Watched> parts;
    private final Set<String> without;
    private final Duration limit;
    private final LongSupplier nanos;
    private volatile boolean ending;

    @Inject
    HealthChecks(@Any Instance<HealthPart> parts, Settings settings) {
        this(parts, settings, LIMIT, System::nanoTime);
    }

    HealthChecks(Iterable<? extends HealthPart> parts, Settings settings, Duration limit, LongSupplier nanos) {
        this.parts = StreamSupport.stream(parts.spliterator(), false)
                // what is needed first, then by name
                .sorted(Comparator.comparing((HealthPart p) -> !p.isNeeded()).thenComparing(HealthPart::name))
                .map(Watched::new)
                .toList();
        without = settings.words("HEALTH_WITHOUT");
        this.limit = limit;
        this.nanos = nanos;
    }

    /** @param latencyMs how long it took to know; null for a part that isn't set up */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    public record Check(HealthPart.State status, @Nullable Long latencyMs) {
        static final Check DISABLED = new Check(HealthPart.State.DISABLED, null);
    }

    /** From now on this node is not ready for anybody new; what it has begun it ends. */
    public void end() {
        ending = true;
    }

    boolean isEnding() {
        return ending;
    }

    /** All parts by their names; those that the operator takes no interest in are {@code disabled}. */
    public Map<String, Check> all() {
        return check(_ -> true);
    }

    /** Those without which nobody can be served. */
    public Map<String, Check> needed() {
        return check(HealthPart::isNeeded);
    }

    private Map<String, Check> check(Predicate<HealthPart> which) {
        var asked = parts.stream().filter(w -> which.test(w.part)).toList();
        // all at once, so that one that stalls costs no more than itself
        asked.forEach(Watched::ask);
        var checks = new LinkedHashMap<String, Check>();
        for (var watched : asked) checks.put(watched.part.name(), watched.answer());
        return checks;
    }

    /** @param answer never fails */
    private record Asking(long began, CompletableFuture<Check> answer) {}

    private final class Watched {
        private final HealthPart part;
        private @Nullable Asking last;

        Watched(HealthPart part) {
            this.part = part;
        }

        private boolean isSkipped() {
            return without.contains(part.name()) && !part.isNeeded();
        }

        /** What was begun last, or begins another. */
        synchronized Asking ask() {
            long now = nanos.getAsLong();
            var known = last;
            if (known != null) {
                long age = now - known.began();
                if (age < holds(known).toNanos()) return known;
            }
            var answer = new CompletableFuture<Check>();
            if (isSkipped()) answer.complete(Check.DISABLED);
            else Thread.ofVirtual().name("health-" + part.name()).start(() -> answer.complete(check(now)));
            var asking = new Asking(now, answer);
            last = asking;
            return asking;
        }

        private Duration holds(Asking known) {
            if (!known.answer().isDone()) return AWAY;
            var its = part.holdsFor();
            boolean away = known.answer().join().status() == HealthPart.State.UNHEALTHY;
            return away && its.compareTo(AWAY) > 0 ? AWAY : its;
        }

        private Check check(long began) {
            var state = HealthPart.State.UNHEALTHY;
            try {
                state = part.ask();
                if (state == HealthPart.State.UNHEALTHY) LOG.warnf("%s is not well", part.name());
            } catch (Exception e) {
                LOG.warn(part.name() + " is not well", e);
            }
            return state == HealthPart.State.DISABLED ? Check.DISABLED : new Check(state, since(began));
        }

        private long since(long began) {
            return (nanos.getAsLong() - began) / 1_000_000;
        }

        /** Within the limit from when it was asked: what hangs keeps only the first askers waiting. */
        Check answer() {
            var asking = ask();
            long left = limit.toNanos() - (nanos.getAsLong() - asking.began());
            try {
                return asking.answer().get(Math.max(0, left), TimeUnit.NANOSECONDS);
            } catch (TimeoutException e) {
                return new Check(HealthPart.State.UNHEALTHY, since(asking.began()));
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return new Check(HealthPart.State.UNHEALTHY, since(asking.began()));
            } catch (ExecutionException e) {
                throw new IllegalStateException(e);
            }
        }
    }
}
