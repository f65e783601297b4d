package com.smartmarketingagent.platform;

import static org.assertj.core.api.Assertions.assertThat;

import com.smartmarketingagent.Installed;
import com.smartmarketingagent.Shop;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.QuarkusTestProfile;
import io.quarkus.test.junit.TestProfile;
import jakarta.inject.Inject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import org.jdbi.v3.core.Handle;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The whole program over a pooler that gives each transaction whichever connection is free. */
@QuarkusTest
@TestProfile(PgBouncerTest.Behind.class)
class PgBouncerTest {

    private static final int THREADS = 16;

    public static class Behind implements QuarkusTestProfile {
        @Override
        public List<TestResourceEntry> testResources() {
            return List.of(new TestResourceEntry(PgBouncer.class));
        }
    }

    @Inject
    Db db;

    @Inject
    Settings settings;

    @BeforeEach
    void onlyWhereThereIsOne() {
        Installed.program("pgbouncer");
    }

    @Test
    @Timeout(400)
    void twoThousandInterleavedRequestsOfTwoShopsOverTwoConnectionsSeeNoForeignRow() throws Exception {
        var shops = List.of(new Owner(Shop.register(), "Ani"), new Owner(Shop.register(), "Budi"));
        for (var shop : shops) for (int i = 0; i < 5; i++) shop.add();
        var random = new Random(6);
        var work = new ArrayList<Callable<Boolean>>();
        for (int i = 0; i < 2_000; i++) {
            var shop = shops.get(random.nextInt(2));
            int kind = random.nextInt(5);
            work.add(() -> switch (kind) {
                case 0 -> shop.add();
                case 1 -> shop.list();
                case 2 -> db.inTenant(shop.shop.id(), shop::seesItsOwn);
                case 3 -> db.inTenantAsWorker(shop.shop.id(), shop::seesItsOwn);
                default -> db.withoutTenant(PgBouncerTest::seesNothing);
            });
        }
        try (var threads = Executors.newFixedThreadPool(THREADS)) {
            for (var done : threads.invokeAll(work)) assertThat(done.get()).isTrue();
        }
        for (var shop : shops)
            assertThat(shop.used).as("connections of the requests").hasSizeBetween(1, 4);
        assertThat(shops.getFirst().used).containsAnyElementsOf(shops.getLast().used);
    }

    /** A shop whose customers all have one name. */
    private static final class Owner {
        private final Shop shop;
        private final String name;
        private final Set<Integer> used = ConcurrentHashMap.newKeySet();

        Owner(Shop shop, String name) {
            this.shop = shop;
            this.name = name;
        }

        boolean add() {
            return shop.api().body(Map.of("name", name)).post("/api/customers").statusCode() == 201;
        }

        boolean list() {
            List<String> names = shop.api()
                    .get("/api/customers?limit=100")
                    .then()
                    .statusCode(200)
                    .extract()
                    .path("data.customers.name");
            return !names.isEmpty() && Set.copyOf(names).equals(Set.of(name));
        }

        /** Without saying whose: row level security alone keeps them apart. */
        boolean seesItsOwn(Handle tx) {
            used.add(backend(tx));
            var owners = tx.createQuery("SELECT DISTINCT user_id FROM app.customers")
                    .mapTo(UUID.class)
                    .list();
            var names = tx.createQuery("SELECT DISTINCT name FROM app.customers")
                    .mapTo(String.class)
                    .list();
            return owners.equals(List.of(shop.id().value())) && names.equals(List.of(name)) && nothingPrepared(tx);
        }
    }

    private static boolean seesNothing(Handle tx) {
        return tx.createQuery("SELECT count(*) FROM app.customers")
                        .mapTo(Integer.class)
                        .one()
                == 0;
    }

    /** What one client prepares another would stumble over. */
    private static boolean nothingPrepared(Handle tx) {
        return tx.createQuery("SELECT count(*) FROM pg_prepared_statements")
                        .mapTo(Integer.class)
                        .one()
                == 0;
    }

    private static int backend(Handle tx) {
        return tx.createQuery("SELECT pg_backend_pid()").mapTo(Integer.class).one();
    }

    /** Threat 6. It is the server's connection that must go: the pooler would give it to the next one. */
    @Test
    @Timeout(120)
    void aServersConnectionOnWhichSomebodyLeftATenantIsEnded() throws Exception {
        var other = Shop.register();
        new Owner(other, "Ani").add();
        var shop = new Owner(Shop.register(), "Budi");
        shop.add();
        var poisoned = new ArrayList<Integer>();
        try (var first = client();
                var second = client()) {
            // both that the pool has
            for (var client : List.of(first, second)) poisoned.add(leaveATenant(client, other.id()));
            for (var client : List.of(first, second)) client.commit();
        }
        assertThat(poisoned).doesNotHaveDuplicates();
        for (int i = 0; i < 20; i++) {
            assertThat(db.withoutTenant(PgBouncerTest::seesNothing)).isTrue();
            assertThat(db.inTenant(shop.shop.id(), shop::seesItsOwn)).isTrue();
        }
        assertThat(shop.used).doesNotContainAnyElementsOf(poisoned);
        assertThat(shop.list()).isTrue();
    }

    private Connection client() throws SQLException {
        var url =
                DatabaseUrl.parse("DATABASE_URL", settings.text("DATABASE_URL").orElseThrow());
        var client = DriverManager.getConnection(url.jdbc(), url.user(), url.password());
        client.setAutoCommit(false);
        return client;
    }

    private static int leaveATenant(Connection client, UserId shop) throws SQLException {
        try (var statement = client.createStatement()) {
            statement.execute("SET SESSION app.user_id = '" + shop.value() + "'");
            try (var row = statement.executeQuery("SELECT pg_backend_pid()")) {
                row.next();
                return row.getInt(1);
            }
        }
    }

    /** What lives as long as a connection lives as long as the pooler likes. */
    @Test
    void noStatementRestsOnItsConnection() throws IOException {
        for (var folder : List.of("src/main/java", "src/main/resources/db")) {
            try (var files = Files.walk(Path.of(folder))) {
                for (var file : files.filter(Files::isRegularFile).toList()) {
                    assertThat(Files.readString(file))
                            .as(file.toString())
                            .doesNotContainPattern(
                                    "pg_(try_)?advisory_(lock|unlock)|SET SESSION|\\bLISTEN [a-z]|WITH HOLD|\"PREPARE ");
                }
            }
        }
    }
}
