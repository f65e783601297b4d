package com.smartmarketingagent.platform;

import static org.assertj.core.api.Assertions.assertThat;

import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.io.IOException;
import java.nio.file.Files;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.List;
import org.flywaydb.core.Flyway;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What an installation of an earlier version becomes; in a database of its own beside the tests' one. */
@QuarkusTest
class MigrationsTest {

    @Inject
    Settings settings;

    private DatabaseUrl owner;

    @BeforeEach
    void createDatabase() throws SQLException, IOException {
        run("sma", "DROP DATABASE IF EXISTS upgraded");
        run("sma", "CREATE DATABASE upgraded");
        run("upgraded", "GRANT CREATE ON DATABASE upgraded TO sma_owner");
        owner = DatabaseUrl.parse(
                "test",
                "postgres://sma_owner:" + settings.keptSecret("sma_owner") + "@127.0.0.1:" + port() + "/upgraded");
    }

    @AfterEach
    void dropDatabase() throws SQLException, IOException {
        run("sma", "DROP DATABASE upgraded WITH (FORCE)");
    }

    private String port() throws IOException {
        return Files.readAllLines(settings.dataDir().resolve("postgres/postmaster.pid"))
                .get(3)
                .strip();
    }

    private Connection superuser(String database) throws SQLException, IOException {
        return DriverManager.getConnection(
                "jdbc:postgresql://127.0.0.1:" + port() + "/" + database,
                "postgres",
                settings.keptSecret("POSTGRES_PASSWORD"));
    }

    private void run(String database, String sql) throws SQLException, IOException {
        try (var connection = superuser(database);
                var statement = connection.createStatement()) {
            statement.execute(sql);
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

    /** Each version after the other, and from a few of them at once to the newest. */
    @Test
    void earlierVersionsBecomeTheNewest() throws SQLException, IOException {
        for (int next = 1; next < Integer.parseInt(Migrations.LATEST); next++) {
            migrateTo(String.valueOf(next));
            assertThat(Migrations.version(owner)).contains(String.valueOf(next));
        }
        Migrations.migrate(owner);
        assertThat(Migrations.version(owner)).contains(Migrations.LATEST);
        for (var earlier : List.of("1", "8", "16", "22")) {
            createDatabase();
            migrateTo(earlier);
            Migrations.migrate(owner);
            assertThat(Migrations.version(owner)).contains(Migrations.LATEST);
        }
    }

    private static final String SHOP = """
            INSERT INTO app.users (id, email, password_hash, full_name, business_name)
            VALUES ('00000000-0000-0000-0000-000000000001', 'a@b.id', 'x', 'A', 'B');
            INSERT INTO app.customers (user_id, id, name, phone, tags)
            VALUES ('00000000-0000-0000-0000-000000000001', '00000000-0000-0000-0000-000000000002', 'Ani', '+6281234567890', '{vip}');
            INSERT INTO app.transactions (user_id, id, customer_id, transaction_date, amount)
            VALUES ('00000000-0000-0000-0000-000000000001', '00000000-0000-0000-0000-000000000003', '00000000-0000-0000-0000-000000000002',
                    '2025-12-31', 150000)""";
    private static final String CAMPAIGN = """
            INSERT INTO app.campaigns (user_id, id, name, via, text, audience, holdout_percent, state)
            VALUES ('00000000-0000-0000-0000-000000000001', '00000000-0000-0000-0000-000000000004', 'Lebaran', 'practice', 'Halo', '{}', 0, 'done');
            INSERT INTO app.message_outbox (user_id, campaign_id, customer_id, channel, state, sending_since)
            VALUES ('00000000-0000-0000-0000-000000000001', '00000000-0000-0000-0000-000000000004', '00000000-0000-0000-0000-000000000002',
                    'whatsapp', 'accepted', '2026-01-02T03:04:05Z')""";

    /** From the version that brought each kind of row through all that follow. */
    @Test
    void whatAShopHadInAnEarlierVersionItHasInTheNewest() throws SQLException, IOException {
        migrateTo("1");
        run("upgraded", SHOP);
        migrateTo("9");
        run("upgraded", CAMPAIGN);

        Migrations.migrate(owner);

        try (var connection = superuser("upgraded");
                var statement = connection.createStatement();
                var row = statement.executeQuery("""
                        SELECT concat_ws(' ', u.email, c.name, c.phone, c.tags, t.transaction_date, t.amount, g.name, g.state, o.state,
                                         o.sending_since AT TIME ZONE 'UTC')
                        FROM app.users u JOIN app.customers c ON c.user_id = u.id JOIN app.transactions t ON t.user_id = u.id
                        JOIN app.campaigns g ON g.user_id = u.id JOIN app.message_outbox o ON o.user_id = u.id""")) {
            assertThat(row.next()).isTrue();
            assertThat(row.getString(1))
                    .isEqualTo(
                            "a@b.id Ani +6281234567890 {vip} 2025-12-31 150000.00 Lebaran done accepted 2026-01-02 03:04:05");
            assertThat(row.next()).isFalse();
        }
    }

    @Test
    void theNewestIsTheLastFile() {
        migrateTo("latest");
        assertThat(Migrations.version(owner)).contains(Migrations.LATEST);
    }

    @Test
    void aRefusalThatWasWrittenAsASentenceStaysThatSentence() throws SQLException, IOException {
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

        try (var connection = superuser("upgraded");
                var statement = connection.createStatement();
                var row = statement.executeQuery("SELECT reason, reason_values[1] FROM app.import_refusals")) {
            assertThat(row.next()).isTrue();
            assertThat(row.getString(1)).isEqualTo("refused.sentence");
            assertThat(row.getString(2)).isEqualTo("Total belum diisi.");
        }
    }
}
