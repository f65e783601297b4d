package com.smartmarketingagent.platform;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.nio.file.Files;
import java.sql.DriverManager;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@QuarkusTest
class DatabaseUrlTest {

    @Inject
    Settings settings;

    @ParameterizedTest
    @CsvSource({
        "postgres://sma_app:a%2Fb+c@db.example:6432/sma, jdbc:postgresql://db.example:6432/sma?prepareThreshold=0, a/b+c",
        "postgresql://sma_app:x@db.example/sma, jdbc:postgresql://db.example/sma?prepareThreshold=0, x",
        "jdbc:postgresql://sma_app:x@db.example/sma?sslmode=require,"
                + " jdbc:postgresql://db.example/sma?sslmode=require&prepareThreshold=0, x",
        "postgres://sma_app:x@db.example/sma?prepareThreshold=5, jdbc:postgresql://db.example/sma?prepareThreshold=5, x"
    })
    void readsWhatHostsAndPoolersHandOut(String url, String jdbc, String password) {
        var read = DatabaseUrl.parse("DATABASE_URL", url);
        assertThat(read.jdbc()).isEqualTo(jdbc);
        assertThat(read.user()).isEqualTo("sma_app");
        assertThat(read.password()).isEqualTo(password);
        assertThat(read.as("sma_worker").jdbc()).isEqualTo(jdbc);
    }

    /** Supabase's pooler knows the project by the user's name. */
    @Test
    void keepsTheProjectBehindTheRole() {
        var url = DatabaseUrl.parse("DATABASE_URL", "postgres://sma_app.abcdef:x@pooler.example:6543/postgres");
        assertThat(url.as("sma_owner").user()).isEqualTo("sma_owner.abcdef");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "mysql://a:rahasia@h/db",
                "postgres://h/db",
                "postgres://a@h/db",
                "rahasia",
                "postgres://a:rahasia@/db"
            })
    void whatIsNoAddressIsRefusedWithoutShowingIt(String url) {
        assertThatThrownBy(() -> DatabaseUrl.parse("DATABASE_URL", url))
                .isInstanceOf(Settings.Wrong.class)
                .hasMessageStartingWith("DATABASE_URL must look like")
                .satisfies(e -> assertThat(e.getMessage()).doesNotContain("rahasia"));
    }

    @Test
    void aHostWithAnUnderscoreIsRefusedForThat() {
        assertThatThrownBy(() -> DatabaseUrl.parse("DATABASE_URL", "postgres://sma_app:rahasia@my_database:5432/sma"))
                .isInstanceOf(Settings.Wrong.class)
                .hasMessageContaining("no host's name has an underscore")
                .satisfies(e -> assertThat(e.getMessage()).doesNotContain("rahasia"));
    }

    @Test
    void whereItCanNotBeOpenedIsSaidInWords() {
        assertThatThrownBy(() -> Migrations.version(
                        DatabaseUrl.parse("DATABASE_URL", "postgres://sma_owner:rahasia@127.0.0.1:9/sma")))
                .isInstanceOf(Settings.Wrong.class)
                .hasMessageStartingWith("The database at 127.0.0.1:9 can't be opened as sma_owner: ")
                .satisfies(e -> assertThat(e.getMessage()).doesNotContain("rahasia", "DatabaseUrl"));
    }

    /** What a pooler in transaction mode can't bear: a statement that the next transaction finds, or doesn't. */
    @Test
    void leavesNoPreparedStatementOnAConnection() throws Exception {
        var port = Files.readAllLines(settings.dataDir().resolve("postgres/postmaster.pid"))
                .get(3)
                .strip();
        assertThat(prepared("postgres://sma_app:%s@127.0.0.1:%s/sma".formatted(settings.keptSecret("sma_app"), port)))
                .isZero();
        assertThat(prepared("postgres://sma_app:%s@127.0.0.1:%s/sma?prepareThreshold=5"
                        .formatted(settings.keptSecret("sma_app"), port)))
                .isPositive();
    }

    private static int prepared(String address) throws Exception {
        var url = DatabaseUrl.parse("DATABASE_URL", address);
        try (var connection = DriverManager.getConnection(url.jdbc(), url.user(), url.password())) {
            connection.setAutoCommit(false);
            for (int i = 0; i < 10; i++) {
                try (var statement = connection.prepareStatement("SELECT ?::int")) {
                    statement.setInt(1, i);
                    statement.execute();
                }
                connection.commit();
            }
            try (var statement = connection.createStatement();
                    var rows = statement.executeQuery("SELECT count(*) FROM pg_prepared_statements")) {
                rows.next();
                return rows.getInt(1);
            }
        }
    }
}
