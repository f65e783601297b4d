package com.smartmarketingagent.platform;

import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;
import java.time.Clock;

/** What time it is for everyone: that of the database, which is the same on every node. */
class Clocks {
    @Produces
    @Singleton
    DatabaseTime time() {
        return new DatabaseTime(Clock.systemUTC());
    }

    @Produces
    @Singleton
    Clock clock(DatabaseTime time) {
        return time.clock();
    }
}
