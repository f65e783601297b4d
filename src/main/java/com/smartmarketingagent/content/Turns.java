package com.smartmarketingagent.content;

import com.smartmarketingagent.platform.Db;
import com.smartmarketingagent.platform.Problem;
import com.smartmarketingagent.platform.UserId;
import jakarta.inject.Singleton;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jdbi.v3.core.Handle;

/**
 * The database for whoever writes texts, two at a time: many may wait for the model at once and then come back
 * together, and other pages must find a connection meanwhile.
 */
@Singleton
class Turns {

    private static final int PATIENCE_SECONDS = 10;

    private final Db db;
    private final Semaphore turns = new Semaphore(2, true);

    Turns(Db db) {
        this.db = db;
    }

    /**
     * One transaction, as {@link Db#inTenantLossy} has it: a text is a suggestion until its owner keeps it, a claim
     * that is lost is made again, and what is set aside and not settled only leaves less to spend.
     *
     * @throws Problem.Unavailable if it takes too long to get a turn
     */
    <T> T inTenant(UserId user, Function<Handle, T> work) {
        try {
            if (!turns.tryAcquire(PATIENCE_SECONDS, TimeUnit.SECONDS)) throw new Problem.Unavailable();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new Problem.Unavailable();
        }
        try {
            return db.inTenantLossy(user, work);
        } finally {
            turns.release();
        }
    }

    void useTenant(UserId user, Consumer<Handle> work) {
        inTenant(user, tx -> {
            work.accept(tx);
            return user;
        });
    }
}
