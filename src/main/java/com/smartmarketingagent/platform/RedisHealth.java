package com.smartmarketingagent.platform;

import jakarta.enterprise.inject.Instance;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.concurrent.locks.LockSupport;

/** Whether the Redis answers by which nodes share their limits. */
@Singleton
class RedisHealth implements HealthPart {

    /** As long as it may take until a line to it is there. */
    private static final int MOST_LOOKS = 40;

    private static final Duration BETWEEN = Duration.ofMillis(50);

    private final Settings settings;
    private final Instance<Redis> redis;

    RedisHealth(Settings settings, Instance<Redis> redis) {
        this.settings = settings;
        this.redis = redis;
    }

    @Override
    public String name() {
        return "redis";
    }

    @Override
    public State ask() {
        if (settings.text("REDIS_URL").isEmpty()) return State.DISABLED;
        var its = redis.get();
        for (int i = 0; i < MOST_LOOKS && !its.isThere(); i++) LockSupport.parkNanos(BETWEEN.toNanos());
        return its.run("return {1}", "health").join().isEmpty() ? State.UNHEALTHY : State.HEALTHY;
    }
}
