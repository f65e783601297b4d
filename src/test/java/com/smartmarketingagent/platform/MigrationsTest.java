package com.smartmarketingagent.platform;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.flywaydb.core.Flyway;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.Jdbi;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What an installation of an earlier version becomes; in a database of its own beside the tests' one. */
@QuarkusTest
class MigrationsTest {

    @Inject
    Settings settings;

    private DatabaseUrl owner;

    @BeforeEach
    void createDatabase() throws IOException {
        run("sma", "DROP DATABASE IF EXISTS upgraded");
        run("sma", "CREATE DATABASE upgraded");
        run("upgraded", "GRANT CREATE ON DATABASE upgraded TO sma_owner");
        owner = DatabaseUrl.parse(
                "test",
                "postgres://sma_owner:" + settings.keptSecret("sma_owner") + "@127.0.0.1:" + port() + "/upgraded");
    }

    @AfterEach
    void dropDatabase() throws IOException {
        run("sma", "DROP DATABASE upgraded WITH (FORCE)");
    }

    private String port() throws IOException {
        return Files.readAllLines(settings.dataDir().resolve("postgres/postmaster.pid"))
                .get(3)
                .strip();
    }

    private Handle superuser(String database) throws IOException {
        return Jdbi.open(
                "jdbc:postgresql://127.0.0.1:" + port() + "/" + database,
                "postgres",
                settings.keptSecret("POSTGRES_PASSWORD"));
    }

    private void run(String database, String sql) throws IOException {
        try (var superuser = superuser(database)) {
            superuser.execute(sql);
        }
    }

    private void migrateTo(String version) {
        Flyway.configure()
                .dataSource(owner.jdbc(), owner.user(), owner.password())
                .schemas("migrations")
                .defaultSchema("migrations")
                .target(version)
                .load()
                .migrate();
    }

    /** Each version after the other, with a shop of each, and from a few of them at once to the newest. */
    @Test
    void earlierVersionsBecomeTheNewestAndKeepEveryRow() throws IOException {
        migrateTo("1");
        for (int version = 1; version < Integer.parseInt(Migrations.LATEST); version++) {
            var next = String.valueOf(version + 1);
            keepsEveryRow(version, () -> migrateTo(next));
            assertThat(Migrations.version(owner)).contains(next);
        }
        for (var earlier : List.of(1, 8, 16, 22)) {
            createDatabase();
            migrateTo(String.valueOf(earlier));
            keepsEveryRow(earlier, () -> Migrations.migrate(owner));
            assertThat(Migrations.version(owner)).contains(Migrations.LATEST);
        }
    }

    private void keepsEveryRow(int version, Runnable upgrade) throws IOException {
        try (var superuser = superuser("upgraded")) {
            EveryTable.fill(superuser, version);
            var columns = EveryTable.columns(superuser);
            // that it is said anew is tested below
            if (version < 6) requireNonNull(columns.get("app.import_refusals")).remove("reason");
            var before = EveryTable.rows(superuser, columns);
            before.forEach((table, rows) -> assertThat(rows).as(table).isNotEmpty());

            upgrade.run();

            var after = EveryTable.rows(superuser, columns);
            before.forEach((table, rows) -> assertThat(after.get(table))
                    .as("%s of version %s", table, version)
                    .containsAll(rows));
            EveryTable.recheck(superuser);
        }
    }

    /** Roles are the whole server's. */
    @Test
    void aSecondInstallationOnAServerChangesNoPasswordOfTheFirst(@TempDir Path folder) throws Exception {
        try (var server = new OtherDatabase(folder)) {
            var first = "127.0.0.1:" + server.port() + "/sma";
            var second = "127.0.0.1:" + server.port() + "/second";
            start(first, "one");
            // the only one gets the passwords that it wants, and may ask for them again
            start(first, "two");
            start(first, "two");
            try (var connection = administrator(first).open();
                    var statement = connection.createStatement()) {
                statement.execute("CREATE DATABASE second");
            }
            assertThatThrownBy(() -> start(second, "three"))
                    .isInstanceOf(Settings.Wrong.class)
                    .hasMessageContaining("The role sma_owner also serves the installation in the database sma of this")
                    .hasMessageContaining("run what ./sma migrate --print-sql prints");
            // one that differs is enough
            assertThatThrownBy(() -> start(
                            second, "two", Map.of("DATABASE_BACKUP_URL", "postgres://sma_backup:three@" + second)))
                    .hasMessageContaining("The role sma_backup also serves");
            assertThat(Migrations.version(DatabaseUrl.parse("test", "postgres://sma_owner:two@" + first)))
                    .contains(Migrations.LATEST);
            // the same ones harm nobody, and a role that an earlier version didn't have is made
            try (var connection = administrator(first).open();
                    var statement = connection.createStatement()) {
                statement.execute("DROP OWNED BY sma_backup");
                statement.execute("DROP ROLE sma_backup");
            }
            start(second, "two");
            assertThat(Migrations.version(DatabaseUrl.parse("test", "postgres://sma_owner:two@" + second)))
                    .contains(Migrations.LATEST);
        }
    }

    /** Row level security holds neither an administrator nor the tables' owner, whatever is asked of the database. */
    @Test
    void whoWouldSeeEveryShopsRowsIsRefused(@TempDir Path folder) throws Exception {
        try (var server = new OtherDatabase(folder)) {
            var place = "127.0.0.1:" + server.port() + "/sma";
            start(place, "one");
            try (var connection = administrator(place).open();
                    var statement = connection.createStatement()) {
                statement.execute("""
                        CREATE ROLE unheld LOGIN PASSWORD 'one' BYPASSRLS;
                        CREATE ROLE heir LOGIN PASSWORD 'one' IN ROLE sma_owner;
                        CREATE ROLE "sma_app.toko" LOGIN PASSWORD 'one' IN ROLE sma_app;
                        CREATE ROLE plain LOGIN PASSWORD 'one' IN ROLE sma_app;
                        GRANT CONNECT ON DATABASE sma TO unheld, heir, plain, "sma_app.toko"
                        """);
            }
            var users = List.of("postgres:" + OtherDatabase.PASSWORD, "unheld:one", "sma_owner:one", "heir:one");
            for (var variable : List.of("DATABASE_URL", "DATABASE_WORKER_URL", "DATABASE_SUPERADMIN_URL"))
                for (var user : users)
                    assertThatThrownBy(() -> start(place, "one", as(user, variable, place)))
                            .as(variable + " " + user)
                            .isInstanceOf(Settings.Wrong.class)
                            .hasMessageStartingWith(variable + " names the user " + user.replaceFirst(":.*", "") + ",")
                            .hasMessageContaining("give an administrator as DATABASE_ADMIN_URL")
                            .satisfies(e -> assertThat(e.getMessage()).doesNotContain(OtherDatabase.PASSWORD));
            for (var user : List.of("plain:one", "sma_app.toko:one", "sma_worker:one"))
                start(place, "one", as(user, "DATABASE_URL", place));
        }
    }

    /** Only this user is another one. */
    private static Map<String, String> as(String user, String variable, String place) {
        var variables = new HashMap<>(Map.of(
                "DATABASE_OWNER_URL", "postgres://sma_owner:one@" + place,
                "DATABASE_WORKER_URL", "postgres://sma_worker:one@" + place,
                "DATABASE_SUPERADMIN_URL", "postgres://sma_admin:one@" + place,
                "DATABASE_BACKUP_URL", "postgres://sma_backup:one@" + place));
        variables.put(variable, "postgres://" + user + "@" + place);
        // or the roles would get that user's password
        variables.put("DATABASE_ADMIN_URL", "");
        return variables;
    }

    private void start(String place, String password) {
        start(place, password, Map.of());
    }

    private void start(String place, String password, Map<String, String> more) {
        var variables = new HashMap<>(Map.of(
                "SMA_DATA_DIR", settings.dataDir().toString(),
                "DATABASE_URL", "postgres://sma_app:" + password + "@" + place,
                "DATABASE_ADMIN_URL", "postgres://postgres:" + OtherDatabase.PASSWORD + "@" + place));
        variables.putAll(more);
        var its = new Settings() {
            @Override
            public Optional<String> text(String name) {
                return Optional.ofNullable(variables.get(name)).filter(value -> !value.isEmpty());
            }
        };
        new Db(its).close();
    }

    private static DatabaseUrl administrator(String place) {
        return DatabaseUrl.parse("test", "postgres://postgres:" + OtherDatabase.PASSWORD + "@" + place);
    }

    @Test
    void theNewestIsTheLastFile() {
        migrateTo("latest");
        assertThat(Migrations.version(owner)).contains(Migrations.LATEST);
    }

    @Test
    void aRefusalThatWasWrittenAsASentenceStaysThatSentence() throws IOException {
        migrateTo("5");
        run("upgraded", """
                INSERT INTO app.users (id, email, password_hash, full_name, business_name)
                VALUES ('00000000-0000-0000-0000-000000000001', 'a@b.id', 'x', 'A', 'B');
                INSERT INTO app.imports (user_id, id, kind, status, file_name, file_bytes, mapping)
                VALUES ('00000000-0000-0000-0000-000000000001', '00000000-0000-0000-0000-000000000002', 'transactions', 'done', 'a.csv', 1, '{}');
                INSERT INTO app.import_refusals (user_id, import_id, row_number, column_name, value, reason)
                VALUES ('00000000-0000-0000-0000-000000000001', '00000000-0000-0000-0000-000000000002', 2, 'Total', '', 'Total belum diisi.')
                """);

        Migrations.migrate(owner);

        try (var superuser = superuser("upgraded")) {
            assertThat(superuser
                            .createQuery("SELECT reason || ' ' || reason_values[1] FROM app.import_refusals")
                            .mapTo(String.class)
                            .one())
                    .isEqualTo("refused.sentence Total belum diisi.");
        }
    }

    @Test
    void aChannelWhoseNumberWasInDoubtStaysInDoubt() throws IOException {
        migrateTo("27");
        run("upgraded", """
                INSERT INTO app.users (id, email, password_hash, full_name, business_name)
                VALUES ('00000000-0000-0000-0000-000000000001', 'a@b.id', 'x', 'A', 'B');
                INSERT INTO app.channels (user_id, kind, settings, hints, secrets, webhook_secret, why)
                VALUES ('00000000-0000-0000-0000-000000000001', 'fonnte', '{}', '{}', '', '', 'another'),
                       ('00000000-0000-0000-0000-000000000001', 'smtp', '{}', '{}', '', '', 'unreachable')
                """);

        Migrations.migrate(owner);

        try (var superuser = superuser("upgraded")) {
            assertThat(superuser
                            .createQuery("SELECT concat_ws(' ', kind, doubtful, why) FROM app.channels ORDER BY kind")
                            .mapTo(String.class))
                    .containsExactly("fonnte t", "smtp f unreachable");
        }
    }
}
