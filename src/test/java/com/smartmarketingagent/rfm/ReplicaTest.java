package com.smartmarketingagent.rfm;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.smartmarketingagent.Await;
import com.smartmarketingagent.Counted;
import com.smartmarketingagent.Shop;
import com.smartmarketingagent.customer.CustomerBook;
import com.smartmarketingagent.platform.Db;
import com.smartmarketingagent.platform.Metrics;
import com.smartmarketingagent.platform.OtherInstallation;
import com.smartmarketingagent.platform.Settings;
import com.smartmarketingagent.platform.StreamingReplica;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.jdbi.v3.core.Handle;
import org.junit.jupiter.api.Test;

/** Reports beside a real PostgreSQL that follows the real one: what it is asked, and when it isn't. */
@QuarkusTest
class ReplicaTest {

    private static final String READ = "sma_replica_total{result=\"read\"}";
    private static final String PASSED = "sma_replica_total{result=\"passed\"}";

    @Inject
    Settings settings;

    @Inject
    OtherInstallation installation;

    @Inject
    FigureCacheRepository table;

    @Inject
    RfmRepository analyses;

    @Inject
    ObjectMapper json;

    @Inject
    Metrics metrics;

    private Db node(StreamingReplica replica, int seconds) throws Exception {
        return installation.open(installation.beside(Map.of(
                "DATABASE_REPLICA_URL", replica.url(settings, "sma_app"),
                "DATABASE_REPLICA_LAG_SECONDS", String.valueOf(seconds))));
    }

    private FigureCache reports(Db db) {
        return new FigureCache(db, table, analyses, json, metrics, Duration.ZERO);
    }

    /** @param where replica or database */
    private record Seen(String where, long sales) {}

    private static Seen see(FigureCache reports, Shop shop) {
        return reports.report(shop.id(), tx -> new Seen(where(tx), sales(tx, shop)));
    }

    private static String where(Handle tx) {
        return tx.createQuery("SELECT CASE WHEN pg_is_in_recovery() THEN 'replica' ELSE 'database' END")
                .mapTo(String.class)
                .one();
    }

    private static long sales(Handle tx, Shop shop) {
        return tx.createQuery("SELECT count(*) FROM app.transactions WHERE user_id = :user")
                .bind("user", shop.id())
                .mapTo(Long.class)
                .one();
    }

    private static void await(FigureCache reports, Shop shop, Seen wanted) {
        Await.until("reports show " + wanted, () -> see(reports, shop).equals(wanted));
    }

    @Test
    void reportsAreReadFromAReplicaThatKnowsAsMuchAndElseFromTheDatabase() throws Exception {
        var shop = Shop.register();
        var other = Shop.register();
        var book = new CustomerBook(shop);
        var ani = book.add("Ani");
        book.sell(ani, "2026-01-02", 70_000);
        try (var replica =
                StreamingReplica.of(settings, Path.of("target/replica").toAbsolutePath())) {
            var db = node(replica, 10);
            var strict = node(replica, 0);
            try {
                var reports = reports(db);
                long read = Counted.of(READ);
                long passed = Counted.of(PASSED);
                await(reports, shop, new Seen("replica", 1));
                book.sell(ani, "2026-01-02", 80_000);
                await(reports, shop, new Seen("replica", 2));

                // what the owner has just done is seen at once
                replica.ask("SELECT pg_wal_replay_pause()");
                book.sell(ani, "2026-01-03", 5_000);
                assertThat(see(reports, shop)).isEqualTo(new Seen("database", 3));
                Counted.awaitMore(READ, read);
                Counted.awaitMore(PASSED, passed);
                // for whom nothing changed it is as good, unless it is too far behind
                assertThat(see(reports, other)).isEqualTo(new Seen("replica", 0));
                assertThat(see(reports(strict), other)).isEqualTo(new Seen("database", 0));
                replica.ask("SELECT pg_wal_replay_resume()");
                await(reports, shop, new Seen("replica", 3));

                // row level security holds there too, and nothing is written
                assertThat(db.inTenantOnReplica(other.id(), tx -> true, tx -> sales(tx, shop)))
                        .contains(0L);

                // figures are worked out there and kept by the database, from where they come to the replica, too
                var figures = reports.inReportSnapshot(
                        shop.id(), moment -> moment.one("where", Where.class, () -> new Where(where(moment.tx()))));
                assertThat(figures).isEqualTo(new Where("replica"));
                Where known = reports(strict)
                        .inSnapshot(
                                shop.id(),
                                moment -> moment.one("where", Where.class, () -> {
                                    throw new AssertionError("it is known");
                                }));
                assertThat(known).isEqualTo(figures);

                replica.kill();
                long began = System.nanoTime();
                assertThat(see(reports, shop)).isEqualTo(new Seen("database", 3));
                for (int i = 0; i < 20; i++) assertThat(see(reports, shop)).isEqualTo(new Seen("database", 3));
                assertThat(Duration.ofNanos(System.nanoTime() - began)).isLessThan(Duration.ofSeconds(3));
            } finally {
                installation.close(db);
                installation.close(strict);
            }
        } finally {
            StreamingReplica.forget(settings);
        }
    }

    public record Where(String it) {}
}
