package com.smartmarketingagent.platform;

import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.flywaydb.core.Flyway;
import org.jdbi.v3.core.Jdbi;

/** Another installation beside the tests' one: a database on the same server, a data folder of its own. */
@Singleton
public class OtherInstallation {

    private static final String NAME = "other_installation";
    /** What each begins with: all that a first start makes, and no shop. */
    private static final String MODEL = "other_installation_model";

    private boolean hasModel;

    @Inject
    Settings settings;

    /** Settings of an installation as a first start leaves it, instead of the one that there was. */
    public Settings make(Path data, Map<String, String> more) throws SQLException, IOException {
        drop();
        if (hasModel) {
            create(MODEL);
            // or it would take itself for one that was put back
            run(NAME, "UPDATE jobs.installation SET mark = jobs.mark()");
        } else {
            create("template1");
            new Db(with(data, more)).close();
            run("sma", "DROP DATABASE IF EXISTS " + MODEL);
            run("sma", "CREATE DATABASE " + MODEL + " TEMPLATE " + NAME);
            hasModel = true;
        }
        return with(data, more);
    }

    private void create(String template) throws SQLException, IOException {
        run("sma", "CREATE DATABASE " + NAME + " TEMPLATE " + template);
        run(NAME, "GRANT CREATE ON DATABASE " + NAME + " TO sma_owner");
        run(NAME, "GRANT TEMPORARY ON DATABASE " + NAME + " TO sma_app, sma_worker");
    }

    /** The same with other settings. */
    public Settings with(Path data, Map<String, String> more) throws IOException {
        var variables = new HashMap<>(Map.of(
                "SMA_DATA_DIR", data.toString(),
                "ENCRYPTION_KEY", settings.secret("ENCRYPTION_KEY"),
                "DATABASE_URL", url("sma_app"),
                "DATABASE_OWNER_URL", url("sma_owner"),
                "DATABASE_WORKER_URL", url("sma_worker"),
                "DATABASE_SUPERADMIN_URL", url("sma_admin"),
                "DATABASE_BACKUP_URL", url("sma_backup")));
        variables.putAll(more);
        return new Settings() {
            @Override
            public Optional<String> text(String name) {
                return Optional.ofNullable(variables.get(name));
            }
        };
    }

    /** Gives it, emptied, the tables and the history that the program of an earlier version would have left. */
    public void becomes(String version) throws SQLException, IOException {
        run(NAME, "DROP SCHEMA app, jobs, migrations CASCADE");
        var owner = DatabaseUrl.parse("test", url("sma_owner"));
        Flyway.configure()
                .dataSource(owner.jdbc(), owner.user(), owner.password())
                .schemas("migrations")
                .defaultSchema("migrations")
                .target(version)
                .load()
                .migrate();
    }

    /** Gives it a shop that has a row in every table. */
    public void fill() throws IOException {
        try (var superuser = Jdbi.open(
                "jdbc:postgresql://127.0.0.1:" + port() + "/" + NAME,
                "postgres",
                settings.keptSecret("POSTGRES_PASSWORD"))) {
            EveryTable.fill(superuser, 1);
        }
    }

    /** Settings of another node of the tests' own installation. */
    public Settings beside(Map<String, String> more) throws IOException {
        var variables = new HashMap<String, String>();
        var here = with(settings.dataDir(), more);
        for (var name : List.of("URL", "OWNER_URL", "WORKER_URL", "SUPERADMIN_URL", "BACKUP_URL"))
            variables.put(
                    "DATABASE_" + name,
                    here.text("DATABASE_" + name).orElseThrow().replaceFirst(NAME + "$", "sma"));
        variables.putAll(more);
        return with(settings.dataDir(), variables);
    }

    /** To be closed. */
    public Db open(Settings settings) {
        return new Db(settings);
    }

    public void close(Db db) {
        db.close();
    }

    public void drop() throws SQLException, IOException {
        run("sma", "DROP DATABASE IF EXISTS " + NAME + " WITH (FORCE)");
    }

    private String url(String role) throws IOException {
        return "postgres://" + role + ":" + settings.keptSecret(role) + "@127.0.0.1:" + port() + "/" + NAME;
    }

    private String port() throws IOException {
        return Files.readAllLines(settings.dataDir().resolve("postgres/postmaster.pid"))
                .get(3)
                .strip();
    }

    private void run(String database, String sql) throws SQLException, IOException {
        try (Connection connection = DriverManager.getConnection(
                        "jdbc:postgresql://127.0.0.1:" + port() + "/" + database,
                        "postgres",
                        settings.keptSecret("POSTGRES_PASSWORD"));
                var statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }
}
