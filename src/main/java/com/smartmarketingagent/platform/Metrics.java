package com.smartmarketingagent.platform;

import io.micrometer.core.instrument.Timer;
import io.micrometer.core.instrument.binder.MeterBinder;
import io.micrometer.core.instrument.binder.jvm.JvmMemoryMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmThreadMetrics;
import io.micrometer.core.instrument.binder.system.UptimeMetrics;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import jakarta.annotation.PreDestroy;
import jakarta.enterprise.inject.Any;
import jakarta.enterprise.inject.Instance;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * What happened on this node since it started, for Prometheus. Labels are few and known beforehand: never a shop, a
 * person or an address that was asked. Nothing is read from the database, so that watching doesn't keep it awake.
 */
@Singleton
public class Metrics {

    private static final Executor ELSEWHERE =
            task -> Thread.ofVirtual().name("metrics").start(task);

    /**
     * What else there is to tell: made when it is asked, as much of it needs the database and whoever counts may not.
     */
    private final Iterable<MeterBinder> others;

    private @Nullable CompletableFuture<PrometheusMeterRegistry> registry;

    @Inject
    Metrics(@Any Instance<MeterBinder> others) {
        this((Iterable<MeterBinder>) others);
    }

    Metrics(Iterable<MeterBinder> others) {
        this.others = others;
    }

    /** @param labels names and values in turn */
    public void count(String name, String... labels) {
        record(r -> r.counter("sma." + name, labels).increment());
    }

    /** @param labels names and values in turn */
    public void time(String name, Duration took, String... labels) {
        record(r -> Timer.builder("sma." + name)
                .tags(labels)
                .serviceLevelObjectives(
                        Duration.ofMillis(50), Duration.ofMillis(250), Duration.ofSeconds(1), Duration.ofSeconds(5))
                .register(r)
                .record(took));
    }

    /** In Prometheus's text format. */
    String scrape() {
        return registry().join().scrape();
    }

    private void record(Consumer<PrometheusMeterRegistry> what) {
        var unused = registry().thenAccept(what);
    }

    /** Made by the first who has anything to record, which is after the first answer, and made while nobody waits. */
    private synchronized CompletableFuture<PrometheusMeterRegistry> registry() {
        if (registry == null) registry = CompletableFuture.supplyAsync(this::create, ELSEWHERE);
        return registry;
    }

    private PrometheusMeterRegistry create() {
        var made = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
        new JvmMemoryMetrics().bindTo(made);
        new JvmThreadMetrics().bindTo(made);
        new UptimeMetrics().bindTo(made);
        others.forEach(other -> other.bindTo(made));
        return made;
    }

    @PreDestroy
    synchronized void close() {
        if (registry != null) registry.thenAccept(PrometheusMeterRegistry::close);
    }
}
