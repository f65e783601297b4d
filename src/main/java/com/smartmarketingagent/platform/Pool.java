package com.smartmarketingagent.platform;

import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.benmanes.caffeine.cache.LoadingCache;
import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import com.zaxxer.hikari.HikariPoolMXBean;
import java.sql.Connection;
import java.sql.SQLTransientConnectionException;
import java.sql.Types;
import java.time.Duration;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import javax.sql.DataSource;
import org.jboss.logging.Logger;
import org.jboss.logging.MDC;
import org.jdbi.v3.core.ConnectionException;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.Jdbi;
import org.jdbi.v3.core.JdbiException;
import org.jdbi.v3.core.argument.AbstractArgumentFactory;
import org.jdbi.v3.core.argument.Argument;
import org.jdbi.v3.core.config.ConfigRegistry;
import org.jdbi.v3.core.statement.StatementExceptions;
import org.jdbi.v3.core.statement.StatementExceptions.MessageRendering;
import org.jdbi.v3.postgres.PostgresPlugin;
import org.jspecify.annotations.Nullable;

/** The connections of one role, and the transactions on them. */
final class Pool implements AutoCloseable {

    private static final Logger LOG = Logger.getLogger(Pool.class);

    enum Mode {
        USUAL,
        /** Its commit doesn't wait for the disk: a crash of the database may lose what the last second brought. */
        LOSSY,
        /** Reads only, all at one moment. */
        SNAPSHOT,
        /** Rolled back at the end. */
        REHEARSAL
    }

    /** A pool has ten connections, and a pooler behind it not many more. */
    private static final int MOST_POISONED = 50;

    /** As the log calls it. */
    static final String TENANT = "tenant";

    /** Of ten: one shop's work, however much it is, leaves some to the others. */
    static final int MOST_OF_ONE = 6;

    /** Who waits for an answer is told within five seconds; what nobody waits for may last. */
    private static final Duration SOON = Duration.ofMillis(1_500);

    private static final int LONG = 30;

    private static final String ENTER =
            "SELECT coalesce(app.set_tenant(:user), ''), set_config('statement_timeout', :limit, true)";
    private static final String ENTER_LOSSY = ENTER + ", set_config('synchronous_commit', 'off', true)";

    private final DatabaseUrl url;
    private final HikariDataSource dataSource;
    private final Jdbi jdbi;
    private final Lifeline lifeline;
    /** For how long a shop's turn is waited for, before a connection is. */
    private final Duration wait;
    /** Milliseconds after which the server ends a statement: before we would hang up, and it would go on for nobody. */
    private final String limit;

    private final LoadingCache<UserId, Semaphore> shares =
            Caffeine.newBuilder().weakValues().build(_ -> new Semaphore(MOST_OF_ONE));
    /** Whether a transaction was begun since somebody last asked. */
    private volatile boolean used;

    Pool(DatabaseUrl url, int socketTimeoutSeconds) {
        this(url, socketTimeoutSeconds, Duration.ofSeconds(4));
    }

    /** @param wait for a connection, at most */
    Pool(DatabaseUrl url, int socketTimeoutSeconds, Duration wait) {
        this.url = url;
        this.wait = wait.dividedBy(4);
        limit = String.valueOf(Duration.ofSeconds(socketTimeoutSeconds - 5).toMillis());
        var config = new HikariConfig();
        config.setJdbcUrl(url.jdbc());
        config.setUsername(url.user());
        config.setPassword(url.password());
        config.setPoolName(url.user());
        config.setMaximumPoolSize(10);
        config.setMinimumIdle(0);
        config.setIdleTimeout(60_000);
        // they are closed before that would be of use, and a database that nobody asks can suspend itself
        config.setKeepaliveTime(0);
        config.setConnectionTimeout(wait.toMillis());
        // those that a network forgot are tried one after the other
        config.setValidationTimeout(1_000);
        config.setInitializationFailTimeout(-1);
        config.addDataSourceProperty("ApplicationName", url.user());
        config.addDataSourceProperty("connectTimeout", "5");
        config.addDataSourceProperty("socketTimeout", String.valueOf(socketTimeoutSeconds));
        config.addDataSourceProperty("tcpKeepAlive", "true");
        config.addDataSourceProperty("logServerErrorDetail", "false");
        config.addDataSourceProperty("reWriteBatchedInserts", "true");
        lifeline = new Lifeline(url, socketTimeoutSeconds > LONG ? Duration.ofSeconds(LONG) : SOON);
        dataSource = new HikariDataSource(config);
        jdbi = configure(Jdbi.create(dataSource));
    }

    <T> T run(@Nullable UserId user, Function<Handle, T> work) {
        return run(user, Mode.USUAL, work);
    }

    <T> T run(@Nullable UserId user, Mode mode, Function<Handle, T> work) {
        if (user == null) return open(null, mode, work);
        var share = shares.get(user);
        takeFrom(share);
        // a job over all shops is about one after the other
        var outer = MDC.get(TENANT);
        MDC.put(TENANT, user.value().toString());
        try {
            return open(user, mode, work);
        } finally {
            share.release();
            if (outer == null) MDC.remove(TENANT);
            else MDC.put(TENANT, outer);
        }
    }

    /** @throws Busy where that shop has all that it may have for too long */
    private void takeFrom(Semaphore share) {
        try {
            if (!share.tryAcquire(wait.toMillis(), TimeUnit.MILLISECONDS))
                throw new Busy("One shop has all the connections that it may have at once");
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new Busy("Interrupted while waiting for a connection");
        }
    }

    /** As where no connection was free in time, for one shop: nothing is known of the server. */
    static final class Busy extends ConnectionException {
        Busy(String why) {
            super(new SQLTransientConnectionException(why));
        }
    }

    private <T> T open(@Nullable UserId user, Mode mode, Function<Handle, T> work) {
        used = true;
        for (int tries = 1; ; tries++) {
            try (var handle = jdbi.open()) {
                lifeline.begins(handle.getConnection());
                try {
                    handle.begin();
                    if (mode == Mode.SNAPSHOT)
                        handle.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY");
                    enter(handle, user, mode);
                    return ended(handle, mode, work);
                } finally {
                    lifeline.ends(handle.getConnection());
                }
            } catch (Poisoned e) {
                LOG.error("A connection came back with a tenant set; it is thrown away");
                if (tries == MOST_POISONED)
                    throw new IllegalStateException("Connections keep coming with a tenant set", e);
            }
        }
    }

    private static <T> T ended(Handle handle, Mode mode, Function<Handle, T> work) {
        try {
            var result = work.apply(handle);
            if (mode == Mode.REHEARSAL) handle.rollback();
            else handle.commit();
            return result;
        } catch (RuntimeException | Error e) {
            try {
                handle.rollback();
            } catch (RuntimeException lost) {
                e.addSuppressed(lost);
            }
            throw e;
        }
    }

    /**
     * Takes the tenant's place, and ends a connection on which somebody left another tenant set: at the server, as a
     * pooler between us would keep it for the next one.
     */
    private void enter(Handle handle, @Nullable UserId user, Mode mode) {
        var leftOver = handle.createQuery(mode == Mode.LOSSY ? ENTER_LOSSY : ENTER)
                .bindByType("user", user == null ? null : user.value(), java.util.UUID.class)
                .bind("limit", limit)
                .mapTo(String.class)
                .one();
        if (leftOver.isEmpty()) return;
        Connection connection = handle.getConnection();
        var poisoned = new Poisoned();
        try {
            handle.execute("SELECT pg_terminate_backend(pg_backend_pid())");
        } catch (JdbiException ended) {
            poisoned.addSuppressed(ended);
        }
        dataSource.evictConnection(connection);
        throw poisoned;
    }

    /** Another connection is to be tried. */
    private static final class Poisoned extends RuntimeException {}

    boolean wasUsed() {
        return used;
    }

    void forgetUse() {
        used = false;
    }

    DatabaseUrl url() {
        return url;
    }

    HikariPoolMXBean connections() {
        return dataSource.getHikariPoolMXBean();
    }

    /** For a library that opens its own transactions. */
    DataSource dataSource() {
        return dataSource;
    }

    @Override
    public void close() {
        lifeline.close();
        dataSource.close();
    }

    /** Ours are mapped, failures say nothing of values and what is slow is told, whoever opened the connection. */
    static Jdbi configure(Jdbi jdbi) {
        // a failure is logged, and values are people's names, phones and hashes
        jdbi.getConfig(StatementExceptions.class).setMessageRendering(MessageRendering.NONE);
        return jdbi.setSqlLogger(new SlowStatements())
                .installPlugin(new PostgresPlugin())
                .registerArgument(new UserIdArguments())
                .registerColumnMapper(
                        UserId.class,
                        (row, column, context) -> new UserId(row.getObject(column, java.util.UUID.class)));
    }

    private static final class UserIdArguments extends AbstractArgumentFactory<UserId> {
        UserIdArguments() {
            super(Types.OTHER);
        }

        @Override
        protected Argument build(UserId user, ConfigRegistry config) {
            return (position, statement, context) -> statement.setObject(position, user.value());
        }
    }
}
