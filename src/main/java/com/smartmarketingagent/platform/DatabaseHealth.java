package com.smartmarketingagent.platform;

import jakarta.inject.Singleton;
import java.time.Duration;

/** Whether the database answers those who serve requests. */
@Singleton
class DatabaseHealth implements HealthPart {

    private final Db db;

    DatabaseHealth(Db db) {
        this.db = db;
    }

    @Override
    public String name() {
        return "database";
    }

    @Override
    public boolean isNeeded() {
        return true;
    }

    /** Short: it is what everybody waits for when it was away. */
    @Override
    public Duration holdsFor() {
        return Duration.ofSeconds(2);
    }

    /** No transaction begins without a question. */
    @Override
    public State ask() {
        return db.withoutTenant(_ -> State.HEALTHY);
    }
}
