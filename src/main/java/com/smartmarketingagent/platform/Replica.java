package com.smartmarketingagent.platform;

import com.smartmarketingagent.platform.Pool.Mode;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Function;
import java.util.function.Predicate;
import org.jboss.logging.Logger;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;

/**
 * A copy of the database that follows it ({@code DATABASE_REPLICA_URL}), for reading what costs much. Where it is gone,
 * or too far behind, whoever asks is told so and reads from the database itself.
 */
final class Replica implements AutoCloseable {

    private static final Logger LOG = Logger.getLogger(Replica.class);

    /** How long it isn't asked after it was found gone. */
    private static final Duration REST = Duration.ofSeconds(10);

    /** A request that may go elsewhere doesn't wait long. */
    private static final Duration WAIT = Duration.ofSeconds(1);

    private final Pool pool;
    private final int mostSecondsBehind;
    /** On {@link System#nanoTime}. */
    private final AtomicLong restsUntil = new AtomicLong(System.nanoTime());

    Replica(DatabaseUrl url, int mostSecondsBehind) {
        pool = new Pool(url, 30, WAIT);
        this.mostSecondsBehind = mostSecondsBehind;
    }

    /** Not current enough: to be asked again by the next one. */
    private static final class Behind extends RuntimeException {
        Behind() {
            super(null, null, false, false);
        }
    }

    /**
     * Reads a snapshot of one tenant's.
     *
     * @param isCurrent whether this tenant's rows are there, whatever others' are
     * @return empty where it isn't to be had
     */
    <T> Optional<T> read(UserId user, Predicate<Handle> isCurrent, Function<Handle, T> work) {
        if (System.nanoTime() - restsUntil.get() < 0) return Optional.empty();
        try {
            return Optional.of(pool.run(user, Mode.SNAPSHOT, tx -> {
                if (!follows(tx) || !isCurrent.test(tx)) throw new Behind();
                return work.apply(tx);
            }));
        } catch (Behind | Pool.Busy askTheDatabase) {
            return Optional.empty();
        } catch (RuntimeException e) {
            if (!Db.isAway(e) && !wasCancelled(e)) throw e;
            restsUntil.set(System.nanoTime() + REST.toNanos());
            LOG.warn("The replica can't be read; reports come from the database itself", e);
            return Optional.empty();
        }
    }

    /**
     * Whether it has all that it was sent, or what it hasn't is young. One that is sent nothing any more knows not what
     * it lacks; one that follows nobody is none.
     */
    private boolean follows(Handle tx) {
        return tx.createQuery("""
                        SELECT pg_is_in_recovery() AND EXISTS (SELECT FROM pg_stat_wal_receiver)
                          AND (pg_last_wal_receive_lsn() = pg_last_wal_replay_lsn()
                               OR coalesce(clock_timestamp() - pg_last_xact_replay_timestamp() <= make_interval(secs => :most), false))
                        """)
                .bind("most", mostSecondsBehind)
                .mapTo(boolean.class)
                .one();
    }

    /** A replica ends a reader who keeps it from following. */
    private static boolean wasCancelled(Throwable failure) {
        for (@Nullable Throwable t = failure; t != null; t = t.getCause())
            if (t instanceof SQLException sql && "40001".equals(sql.getSQLState())) return true;
        return false;
    }

    Pool pool() {
        return pool;
    }

    @Override
    public void close() {
        pool.close();
    }
}
