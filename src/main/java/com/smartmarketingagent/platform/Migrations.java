package com.smartmarketingagent.platform;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.function.UnaryOperator;
import org.flywaydb.core.Flyway;
import org.flywaydb.core.api.MigrationVersion;

/** Brings a database to this version: roles once by an administrator, then tables by {@code sma_owner}. */
public final class Migrations {

    /** The newest file in db/migration; a test holds it true. Lets a start skip Flyway when there is nothing to do. */
    static final String LATEST = "30";

    private static final List<String> ROLES = List.of("sma_owner", "sma_app", "sma_worker", "sma_admin", "sma_backup");

    /** PostgreSQL's invalid_password. */
    private static final String WRONG_PASSWORD = "28P01";

    private Migrations() {}

    /** Creates the roles, or gives them new passwords. {@code password} answers the one for a role. */
    static void createRoles(Connection administrator, UnaryOperator<String> password) throws SQLException {
        try (var statement = administrator.createStatement()) {
            statement.execute(rolesSql(password));
        }
    }

    /**
     * Roles belong to the whole server: a new password would shut out an installation in another of its databases.
     *
     * @param connection the administrator's
     * @throws Settings.Wrong where there is one, and one of the roles has another password than {@code password}
     *     answers
     */
    static void leaveOthersIn(Connection connection, DatabaseUrl administrator, UnaryOperator<String> password)
            throws SQLException {
        Optional<String> other;
        try (var statement = connection.createStatement();
                var found = statement.executeQuery("""
                        SELECT d.datname FROM pg_shdepend s
                        JOIN pg_database d ON d.oid = s.dbid JOIN pg_roles r ON r.oid = s.refobjid
                        WHERE s.refclassid = 'pg_authid'::regclass AND s.deptype = 'o' AND r.rolname = 'sma_owner'
                          AND d.datname <> current_database()
                        ORDER BY 1 LIMIT 1""")) {
            other = found.next() ? Optional.of(found.getString(1)) : Optional.empty();
        }
        if (other.isEmpty()) return;
        for (var role : existing(connection)) {
            var its = new DatabaseUrl(
                    administrator.location(), administrator.as(role).user(), password.apply(role));
            try (var _ = its.open()) {
            } catch (SQLException e) {
                // who may not connect here has shown the right one
                if (WRONG_PASSWORD.equals(e.getSQLState()))
                    throw new Settings.Wrong(
                            "The role " + role + " also serves the installation in the database " + other.get()
                                    + " of this server, and has another password there, which a new one would shut out:"
                                    + " give both the same passwords, or this one a server of its own. To change the"
                                    + " passwords of both, run what ./sma migrate --print-sql prints.",
                            e);
            }
        }
    }

    private static List<String> existing(Connection connection) throws SQLException {
        var existing = new ArrayList<String>();
        try (var statement = connection.createStatement();
                var found = statement.executeQuery("SELECT rolname FROM pg_roles ORDER BY 1")) {
            while (found.next()) existing.add(found.getString(1));
        }
        return ROLES.stream().filter(existing::contains).toList();
    }

    /**
     * What an administrator runs once who does not hand out {@code DATABASE_ADMIN_URL}: the roles, with the passwords
     * that the addresses in {@code settings} have.
     *
     * @throws Settings.Wrong if {@code DATABASE_URL} isn't set
     */
    public static String rolesSql(Settings settings) {
        var app = settings.text("DATABASE_URL")
                .orElseThrow(() -> new Settings.Wrong("Set DATABASE_URL first, with the password that the roles shall"
                        + " get: postgres://sma_app:password@host:5432/database"));
        return rolesSql(role -> switch (role) {
            case "sma_owner" -> password(settings, "DATABASE_OWNER_URL", app);
            case "sma_worker" -> password(settings, "DATABASE_WORKER_URL", app);
            case "sma_admin" -> password(settings, "DATABASE_SUPERADMIN_URL", app);
            case "sma_backup" -> password(settings, "DATABASE_BACKUP_URL", app);
            default -> password(settings, "DATABASE_URL", app);
        });
    }

    private static String password(Settings settings, String variable, String otherwise) {
        return DatabaseUrl.parse(variable, settings.text(variable).orElse(otherwise))
                .password();
    }

    static String rolesSql(UnaryOperator<String> password) {
        var sql = resource("/db/roles.sql");
        for (var role : ROLES) {
            sql = sql.replace(
                    "${" + role.substring("sma_".length()) + "_password}",
                    password.apply(role).replace("'", "''"));
        }
        return sql;
    }

    /** Runs what is missing. Two at once wait for each other. */
    static void migrate(DatabaseUrl owner) {
        if (version(owner).filter(LATEST::equals).isPresent()) return;
        flyway(owner).migrate();
    }

    private static Flyway flyway(DatabaseUrl owner) {
        return Flyway.configure()
                .dataSource(owner.jdbc(), owner.user(), owner.password())
                .locations("classpath:db/migration")
                .schemas("migrations")
                .defaultSchema("migrations")
                .load();
    }

    /** In {@code connection}'s transaction, which Flyway doesn't do: it commits each. */
    static void makeAnew(Connection connection, DatabaseUrl owner, String version) throws SQLException {
        var last = MigrationVersion.fromVersion(version);
        var scripts = Arrays.stream(flyway(owner).info().all())
                .filter(migration -> migration.getVersion() != null
                        && migration.getScript().endsWith(".sql")
                        && !migration.getVersion().isNewerThan(last.getVersion()))
                .map(migration -> resource("/db/migration/" + migration.getScript()))
                .toList();
        try (var statement = connection.createStatement()) {
            statement.execute("DROP SCHEMA IF EXISTS app, jobs CASCADE");
            for (var script : scripts) statement.execute(script);
        }
    }

    /** The newest migration that ran; empty in a new database. */
    static Optional<String> version(DatabaseUrl owner) {
        try (var connection = owner.open();
                var statement = connection.createStatement();
                var exists = statement.executeQuery("SELECT to_regclass('migrations.flyway_schema_history')")) {
            exists.next();
            if (exists.getString(1) == null) return Optional.empty();
            try (var version = statement.executeQuery("""
                    SELECT version FROM migrations.flyway_schema_history
                    WHERE success AND version IS NOT NULL ORDER BY installed_rank DESC LIMIT 1""")) {
                return version.next() ? Optional.of(version.getString(1)) : Optional.empty();
            }
        } catch (SQLException e) {
            throw new Settings.Wrong(
                    "The database at " + owner.host() + ":" + owner.port() + " can't be opened as " + owner.user()
                            + ": "
                            + e.getMessage()
                            + ". Is it running, and were its roles created (./sma migrate with DATABASE_ADMIN_URL)?",
                    e);
        }
    }

    static String resource(String path) {
        try (var in = Objects.requireNonNull(Migrations.class.getResourceAsStream(path), path)) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
