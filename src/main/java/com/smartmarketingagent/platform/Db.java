package com.smartmarketingagent.platform;

import jakarta.annotation.PreDestroy;
import jakarta.inject.Singleton;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.SQLTransientConnectionException;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import javax.sql.DataSource;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.Jdbi;
import org.jdbi.v3.core.JdbiException;
import org.jspecify.annotations.Nullable;
import org.postgresql.util.PSQLException;

/**
 * The only way to the database. A transaction opened here sees one tenant's rows, or none; row level security holds
 * that, this class only says whose turn it is.
 */
@Singleton
public class Db {

    private static final Duration LONGEST_TAKE_OVER = Duration.ofSeconds(20);
    private static final Duration BETWEEN_TRIES = Duration.ofMillis(500);

    private final Settings settings;
    private final @Nullable EmbeddedDatabase embedded;
    private final DatabaseUrl owner;
    private final DatabaseUrl backup;
    private final Pool app;
    private final Pool worker;
    private final Pool admin;
    /** The job library's own: it must beat its heart while imports and analyses hold all connections of the worker. */
    private final Pool jobs;

    private final @Nullable Replica replica;

    Db(Settings settings) {
        this.settings = settings;
        settings.check();
        var url = settings.text("DATABASE_URL");
        if (url.isPresent()) {
            embedded = null;
            var given = DatabaseUrl.parse("DATABASE_URL", url.get());
            owner = other("DATABASE_OWNER_URL", given.as("sma_owner"));
            app = new Pool(given, 30);
            worker = new Pool(other("DATABASE_WORKER_URL", given.as("sma_worker")), 3600);
            admin = new Pool(other("DATABASE_SUPERADMIN_URL", given.as("sma_admin")), 30);
            backup = other("DATABASE_BACKUP_URL", given.as("sma_backup"));
        } else {
            embedded = EmbeddedDatabase.startOrJoin(
                    settings.dataDir(), settings.keptSecret("POSTGRES_PASSWORD"), started -> setUp(started, settings));
            var local = embedded.url();
            owner = local.withRole("sma_owner", settings);
            app = new Pool(local.withRole("sma_app", settings), 30);
            worker = new Pool(local.withRole("sma_worker", settings), 3600);
            admin = new Pool(local.withRole("sma_admin", settings), 30);
            backup = local.withRole("sma_backup", settings);
        }
        try {
            if (joinedAnother()) checkVersion();
        } catch (RuntimeException e) {
            if (embedded != null) embedded.close();
            throw e;
        }
        jobs = new Pool(worker.url(), 60);
        replica = settings.text("DATABASE_REPLICA_URL")
                .map(text -> new Replica(
                        DatabaseUrl.parse("DATABASE_REPLICA_URL", text),
                        settings.number("DATABASE_REPLICA_LAG_SECONDS", 10)))
                .orElse(null);
        try {
            if (embedded == null) setUpGiven();
        } catch (RuntimeException e) {
            close();
            throw e;
        }
    }

    private DatabaseUrl other(String variable, DatabaseUrl otherwise) {
        return settings.text(variable).map(v -> DatabaseUrl.parse(variable, v)).orElse(otherwise);
    }

    /** Whether this process runs the embedded server; false where it joined another's, or there is none. */
    boolean ownsEmbedded() {
        return embedded != null && embedded.owner();
    }

    /** Whether another process runs the embedded server that this one uses. */
    public boolean joinedAnother() {
        return embedded != null && !embedded.owner();
    }

    /** Who joins brings no tables up to date, and would work with others than its own. */
    private void checkVersion() {
        var version = version();
        if (!version.equals(Migrations.LATEST))
            throw new Settings.Wrong("Another version of this program uses the database, which is at version " + version
                    + ", not " + Migrations.LATEST + ". Stop that one first.");
    }

    /**
     * Stops a start, but no restore: a backup may be put in the place of what a newer program has made.
     *
     * @throws Settings.Wrong where a newer program has brought the tables to its version
     */
    public void checkNotNewer() {
        var version = version();
        if (Integer.parseInt(version) > Integer.parseInt(Migrations.LATEST))
            throw new Settings.Wrong(
                    "The database is at version " + version + ", of a newer program than this one, which"
                            + " knows those up to " + Migrations.LATEST
                            + ": start the newer program, or restore the backup from"
                            + " before the upgrade (./sma restore FILE --replace).");
    }

    private static void setUp(EmbeddedDatabase started, Settings settings) {
        createRoles(started.superuser(settings.keptSecret("POSTGRES_PASSWORD")), settings::keptSecret);
        Migrations.migrate(started.url().withRole("sma_owner", settings));
    }

    private void setUpGiven() {
        settings.text("DATABASE_ADMIN_URL")
                .ifPresent(url -> createRoles(DatabaseUrl.parse("DATABASE_ADMIN_URL", url), passwords()));
        Migrations.migrate(owner);
        refuseUnheld("DATABASE_URL", app.url(), "sma_app");
        refuseUnheld("DATABASE_WORKER_URL", worker.url(), "sma_worker");
        refuseUnheld("DATABASE_SUPERADMIN_URL", admin.url(), "sma_admin");
    }

    /**
     * An administrator or the tables' owner would be shown every shop's rows. Our own roles are looked at by
     * db/lint.sql.
     *
     * @throws Settings.Wrong where the address names one
     */
    private void refuseUnheld(String variable, DatabaseUrl url, String role) {
        if (url.equals(url.as(role))) return;
        try (var connection = opened(url, "");
                var statement = connection.createStatement();
                var held = statement.executeQuery("""
                        SELECT r.rolsuper OR r.rolbypassrls OR EXISTS (
                          SELECT FROM pg_class c
                          WHERE c.relnamespace = 'app'::regnamespace AND pg_has_role(r.oid, c.relowner, 'MEMBER')),
                               pg_has_role(r.oid, 'sma_admin', 'MEMBER')
                        FROM pg_roles r WHERE r.rolname = current_user""")) {
            held.next();
            // who may read every shop is only for a super_admin's requests
            if (held.getBoolean(1) || held.getBoolean(2) && !role.equals("sma_admin"))
                throw new Settings.Wrong(
                        variable + " names the user " + url.user() + ", whom row level security doesn't"
                                + " hold, so that every shop's rows would be shown to the others: let it name " + role
                                + ", and give an administrator as DATABASE_ADMIN_URL, only for the first set-up.");
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    private static void createRoles(DatabaseUrl administrator, UnaryOperator<String> passwords) {
        try (var connection = administrator.open()) {
            Migrations.leaveOthersIn(connection, administrator, passwords);
            Migrations.createRoles(connection, passwords);
        } catch (SQLException e) {
            throw new Settings.Wrong("The database's roles can't be created: " + e.getMessage(), e);
        }
    }

    private UnaryOperator<String> passwords() {
        return role -> switch (role) {
            case "sma_owner" -> owner.password();
            case "sma_worker" -> worker.url().password();
            case "sma_admin" -> admin.url().password();
            case "sma_backup" -> backup.password();
            default -> app.url().password();
        };
    }

    /** One transaction that sees only {@code user}'s rows; any exception rolls it back. */
    public <T> T inTenant(UserId user, Function<Handle, T> work) {
        return app.run(user, work);
    }

    public void useTenant(UserId user, Consumer<Handle> work) {
        app.run(user, tx -> {
            work.accept(tx);
            return user;
        });
    }

    /** The same for what may be lost: a crash of the database takes what was committed within the second before. */
    public <T> T inTenantLossy(UserId user, Function<Handle, T> work) {
        return app.run(user, Pool.Mode.LOSSY, work);
    }

    /** The same for reading only, with every query seeing the same moment, whatever others commit meanwhile. */
    public <T> T inTenantSnapshot(UserId user, Function<Handle, T> work) {
        return app.run(user, Pool.Mode.SNAPSHOT, work);
    }

    /**
     * The same from a replica, if there is one that follows.
     *
     * @param isCurrent whether the replica knows what this reader must see
     * @return empty where the database itself is to be asked
     */
    public <T> Optional<T> inTenantOnReplica(UserId user, Predicate<Handle> isCurrent, Function<Handle, T> work) {
        return replica == null ? Optional.empty() : replica.read(user, isCurrent, work);
    }

    /** Whether some reads may go to a replica. */
    public boolean hasReplica() {
        return replica != null;
    }

    /** The same for work that takes minutes: imports and analyses. */
    public <T> T inTenantAsWorker(UserId user, Function<Handle, T> work) {
        return worker.run(user, work);
    }

    /** The same, but everything is rolled back at the end: to see what would happen. */
    public <T> T rehearse(UserId user, Function<Handle, T> work) {
        return worker.run(user, Pool.Mode.REHEARSAL, tx -> {
            waitAtMost(tx, 10);
            return work.apply(tx);
        });
    }

    /** A request that waits for a lock this long is answered 503, rather than keeping a connection from others. */
    public static void waitAtMost(Handle tx, int seconds) {
        tx.createQuery("SELECT set_config('lock_timeout', :time, true)")
                .bind("time", seconds + "s")
                .mapTo(String.class)
                .one();
    }

    /**
     * Asks without a way that the planner would choose wrongly: of what was just imported or sent it knows nothing yet.
     *
     * @param way as in {@code enable_…}
     */
    public static <T> T without(Handle tx, String way, Supplier<T> query) {
        plan(tx, way, "off");
        var answer = query.get();
        plan(tx, way, "on");
        return answer;
    }

    private static void plan(Handle tx, String way, String whether) {
        tx.createQuery("SELECT set_config('enable_' || :way, :whether, true)")
                .bind("way", way)
                .bind("whether", whether)
                .mapTo(String.class)
                .one();
    }

    /** The database's clock, which is the same for every node: when the transaction began. */
    public static Instant now(Handle tx) {
        return tx.createQuery("SELECT now()").mapTo(Instant.class).one();
    }

    /** A transaction that sees no tenant's rows: only the functions that work before a tenant is known. */
    public <T> T withoutTenant(Function<Handle, T> work) {
        return app.run(null, work);
    }

    /** The worker's view of no tenant: jobs over the whole installation. */
    public <T> T withoutTenantAsWorker(Function<Handle, T> work) {
        return worker.run(null, work);
    }

    /** A super_admin's transaction: reads every tenant, writes next to nothing. */
    public <T> T asAdmin(Function<Handle, T> work) {
        return admin.run(null, work);
    }

    /** For what only an operator at the command line may do. */
    public <T> T asOwner(Function<Handle, T> work) {
        try (var connection = opened(owner, "")) {
            return Pool.configure(Jdbi.create(connection)).inTransaction(work::apply);
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    /** All shops' rows, all at one moment, for reading only: a backup. */
    public <T> T asBackup(Function<Handle, T> work) {
        var other = ". DATABASE_BACKUP_URL says how, where its password is another than DATABASE_URL's.";
        try (var connection = opened(backup, other)) {
            connection.setTransactionIsolation(Connection.TRANSACTION_REPEATABLE_READ);
            connection.setReadOnly(true);
            return Pool.configure(Jdbi.create(connection)).inTransaction(work::apply);
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    /** @param advice how it may be, at the end of the sentence that it can't */
    private Connection opened(DatabaseUrl url, String advice) {
        return patiently(() -> {
            try {
                return url.open();
            } catch (SQLException e) {
                throw new Settings.Wrong(
                        "The database can't be opened as " + url.user() + ": " + e.getMessage() + advice, e);
            }
        });
    }

    /**
     * Tries it again while the embedded server is away: the process that runs it may be ending, and another, perhaps
     * this one, runs it a moment later.
     */
    public <T> T patiently(Supplier<T> work) {
        long began = System.nanoTime();
        while (true) {
            try {
                return work.get();
            } catch (RuntimeException e) {
                if (embedded == null || !isAway(e) || System.nanoTime() - began > LONGEST_TAKE_OVER.toNanos()) throw e;
                LockSupport.parkNanos(BETWEEN_TRIES.toNanos());
            }
        }
    }

    /**
     * Drops every table of shops and jobs, with all that is in them, and makes those of an earlier version or this one,
     * empty. What the history of migrations says stays; whoever restores a backup brings that too.
     */
    public void makeAnew(Handle owner, String version) {
        try {
            Migrations.makeAnew(owner.getConnection(), this.owner, version);
        } catch (SQLException e) {
            throw new IllegalStateException("The tables of version " + version + " can't be made", e);
        }
    }

    /** Brings a database in which an earlier version was made anew to this one. */
    public void upgrade() {
        Migrations.migrate(owner);
    }

    /** The newest migration that ran in the database. */
    public String version() {
        return patiently(() -> Migrations.version(owner)).orElse("0");
    }

    /** By what they are for. */
    Map<String, Pool> pools() {
        var pools = new HashMap<>(Map.of("app", app, "worker", worker, "admin", admin, "jobs", jobs));
        if (replica != null) pools.put("replica", replica.pool());
        return pools;
    }

    /** Whether requests or jobs have used the database since {@link #forgetUse}: then it isn't asleep. */
    boolean wasUsed() {
        return app.wasUsed() || worker.wasUsed() || admin.wasUsed();
    }

    void forgetUse() {
        app.forgetUse();
        worker.forgetUse();
        admin.forgetUse();
    }

    /** For the job library, which opens its own transactions on its own table. */
    public DataSource jobsDataSource() {
        return jobs.dataSource();
    }

    /** Whether {@code failure} is the database's refusal to break this constraint or unique index. */
    public static boolean violates(JdbiException failure, String constraint) {
        return failure.getCause() instanceof PSQLException refused
                && refused.getServerErrorMessage() != null
                && constraint.equals(refused.getServerErrorMessage().getConstraint());
    }

    /** Whether a statement failed because of what another transaction did at the same moment; it may be tried again. */
    public static boolean collided(JdbiException failure) {
        return failure.getCause() instanceof SQLException refused
                && Set.of("23505", "40P01").contains(String.valueOf(refused.getSQLState()));
    }

    /** Whether {@code failure} is the database's refusal of values: of their form, or by any constraint. */
    public static boolean isRefused(JdbiException failure) {
        return failure.getCause() instanceof SQLException refused
                && String.valueOf(refused.getSQLState()).matches("2[23].*");
    }

    /**
     * Whether a failure, by itself or its cause, is that there was no connection or a lock, or that the server is going
     * down or full: the same may succeed a moment later.
     */
    public static boolean isAway(Throwable failure) {
        return isGone(failure) || isCaused(failure, state -> state.startsWith("53") || state.equals("55P03"));
    }

    /** Whether the server ended a statement, which took too long. */
    static boolean tookTooLong(Throwable failure) {
        return isCaused(failure, "57014"::equals);
    }

    /** What the database or its driver says of that, in one line; empty where {@code failure} itself is another. */
    public static Optional<String> whyAway(Throwable failure) {
        return failure instanceof SQLException && isAway(failure)
                ? String.valueOf(failure.getMessage()).lines().findFirst()
                : Optional.empty();
    }

    /** Whether it is that there was no connection, or is none any more. */
    static boolean isGone(Throwable failure) {
        for (@Nullable Throwable t = failure; t != null; t = t.getCause())
            if (t instanceof SQLTransientConnectionException) return true;
        return isCaused(failure, state -> state.startsWith("08") || state.startsWith("57P"));
    }

    private static boolean isCaused(Throwable failure, Predicate<String> byState) {
        for (@Nullable Throwable t = failure; t != null; t = t.getCause())
            if (t instanceof SQLException sql && sql.getSQLState() != null && byState.test(sql.getSQLState()))
                return true;
        return false;
    }

    @PreDestroy
    void close() {
        app.close();
        worker.close();
        admin.close();
        jobs.close();
        if (replica != null) replica.close();
        if (embedded != null) embedded.close();
    }
}
