package com.smartmarketingagent.platform;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.binder.MeterBinder;
import jakarta.inject.Singleton;
import java.util.function.Supplier;

/** How many connections to the database there are, by what they are for. */
@Singleton
class Connections implements MeterBinder {

    private final Db db;

    Connections(Db db) {
        this.db = db;
    }

    @Override
    public void bindTo(MeterRegistry registry) {
        db.pools().forEach((name, pool) -> {
            var connections = pool.connections();
            gauge(registry, name, "active", connections::getActiveConnections);
            gauge(registry, name, "idle", connections::getIdleConnections);
            gauge(registry, name, "waiting", connections::getThreadsAwaitingConnection);
        });
    }

    private static void gauge(MeterRegistry registry, String pool, String state, Supplier<Number> value) {
        Gauge.builder("sma.connections", value)
                .tags("pool", pool, "state", state)
                .register(registry);
    }
}
