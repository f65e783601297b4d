package com.smartmarketingagent.customer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.smartmarketingagent.Shop;
import com.smartmarketingagent.account.Audit;
import com.smartmarketingagent.platform.Db;
import com.smartmarketingagent.platform.Ids;
import com.smartmarketingagent.platform.Jobs;
import com.smartmarketingagent.platform.Retention;
import com.smartmarketingagent.platform.Settings;
import com.smartmarketingagent.platform.ShopFiles;
import com.smartmarketingagent.platform.UserId;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.enterprise.inject.Any;
import jakarta.enterprise.inject.Instance;
import jakarta.inject.Inject;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.JdbiException;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What the daily purge leaves of what grows by the day. */
@QuarkusTest
class PurgeTest {

    @Inject
    Db db;

    @Inject
    @Any
    Instance<Jobs.Job> jobs;

    @Inject
    CustomerRepository customers;

    @Inject
    ConsentRepository consents;

    @Inject
    ShopFiles files;

    @Inject
    Audit audit;

    @Inject
    Jobs queue;

    @Inject
    Settings settings;

    private Shop shop;
    private UUID ani;

    @BeforeEach
    void aShop() {
        shop = Shop.register();
        ani = new CustomerBook(shop).add("Ani");
        db.useTenant(
                shop.id(),
                tx -> tx.createUpdate("""
                                INSERT INTO app.campaigns (user_id, id, name, via, text, audience, state, holdout_percent)
                                VALUES (:user, :id, 'Latihan', 'practice', 'Halo', '{}', 'draft', 0)
                                """)
                        .bind("user", shop.id())
                        .bind("id", ani)
                        .execute());
    }

    private void purge() {
        jobs.stream()
                .filter(job -> job.name().equals("purge"))
                .findFirst()
                .orElseThrow()
                .run("");
    }

    /** What keeps one shop's from going is no reason for the others'. */
    @Test
    void whoCannotBeErasedTodayKeepsNobodyElseFromIt() {
        var budi = new CustomerBook(Shop.register());
        var other = budi.add("Budi");
        for (var book : List.of(budi, new CustomerBook(shop))) {
            var id = book == budi ? other : ani;
            book.shop().api().delete("/api/customers/" + id).then().statusCode(200);
            db.useTenant(
                    book.shop().id(),
                    tx -> tx.execute("UPDATE app.deleted_customers SET purge_at = now() - interval '1 second'"));
        }
        var failing = new ErasureRepository() {
            @Override
            void forget(Handle tx, UserId user, UUID id) {
                if (user.equals(shop.id())) throw new IllegalStateException("deadlock");
                super.forget(tx, user, id);
            }
        };
        var erasure = new Erasure(db, customers, failing, consents, files, audit, queue, settings);
        assertThatThrownBy(() -> erasure.run("")).hasMessage("deadlock");
        assertThat(kept(budi.shop())).isZero();
        assertThat(kept(shop)).isOne();
        purge();
        assertThat(kept(shop)).isZero();
    }

    private int kept(Shop of) {
        return db.inTenant(
                of.id(),
                tx -> tx.createQuery("SELECT count(*) FROM app.deleted_customers")
                        .mapTo(Integer.class)
                        .one());
    }

    /** A row of each kind, as old as that. */
    private void rows(int practice, int incoming, int audit, int worked, int figures) {
        db.useTenant(shop.id(), tx -> {
            insert(tx, practice, """
                    INSERT INTO app.practice_messages (user_id, id, campaign_id, customer_id, text, sent_at)
                    VALUES (:user, :id, :ani, :ani, 'Halo', now() - make_interval(days => :days))""");
            insert(tx, incoming, """
                    INSERT INTO app.incoming_messages (user_id, id, customer_id, channel, text, received_at)
                    VALUES (:user, :id, :ani, 'whatsapp', 'Halo', now() - make_interval(days => :days))""");
            insert(tx, audit, """
                    INSERT INTO app.audit_log (user_id, id, actor_id, action, created_at)
                    VALUES (:user, :id, :ani, 'look', now() - make_interval(days => :days))""");
            insert(tx, worked, """
                    INSERT INTO app.webhook_events (user_id, id, kind, key, worked_at)
                    SELECT :user, :id, 'fonnte', sha256(CAST(CAST(:id AS text) AS bytea)), now() - make_interval(days => :days)
                    WHERE CAST(:ani AS uuid) IS NOT NULL""");
            insert(tx, figures, """
                    INSERT INTO app.figure_cache (user_id, what, mark, figures, created_at)
                    SELECT :user, CAST(:id AS text), '', '[]', now() - make_interval(days => :days)
                    WHERE CAST(:ani AS uuid) IS NOT NULL""");
        });
    }

    private void insert(Handle tx, int days, String sql) {
        tx.createUpdate(sql)
                .bind("user", shop.id())
                .bind("id", Ids.next())
                .bind("ani", ani)
                .bind("days", days)
                .execute();
    }

    private List<Long> left() {
        return List.of("practice_messages", "incoming_messages", "audit_log", "webhook_events", "figure_cache").stream()
                .map(table -> db.inTenant(
                        shop.id(),
                        tx -> tx.createQuery("SELECT count(*) FROM app.<table> WHERE user_id = :user")
                                .define("table", table)
                                .bind("user", shop.id())
                                .mapTo(Long.class)
                                .one()))
                .toList();
    }

    @Test
    void whatIsADayYoungerThanItsTimeStaysAndWhatIsOlderGoes() {
        rows(179, 729, 1_094, 29, 6);
        rows(180, 730, 1_095, 30, 7);
        purge();
        assertThat(left()).containsExactly(1L, 1L, 1L, 1L, 1L);
    }

    private void purge(int practice, int incoming, int audit) {
        db.withoutTenantAsWorker(tx -> tx.createQuery("SELECT app.purge_older(:practice, :incoming, :audit)")
                .bind("practice", practice)
                .bind("incoming", incoming)
                .bind("audit", audit)
                .mapTo(Long.class)
                .one());
    }

    @Test
    void theDatabaseItselfKeepsTheLeastWhateverItIsAsked() {
        rows(6, 29, 364, 1, 1);
        rows(7, 30, 365, 1, 1);
        purge(0, 0, 0);
        assertThat(left()).containsExactly(1L, 1L, 1L, 2L, 2L);
        assertThatThrownBy(() -> db.withoutTenant(tx -> tx.select("SELECT app.purge_older(9, 99, 999)")
                        .mapTo(Long.class)
                        .one()))
                .isInstanceOf(JdbiException.class);
    }

    private static Settings settings(Map<String, String> variables) {
        return new Settings() {
            @Override
            public Optional<String> text(String name) {
                return Optional.ofNullable(variables.get(name));
            }
        };
    }

    @ParameterizedTest
    @CsvSource({"RETENTION_PRACTICE_DAYS, 7", "RETENTION_INCOMING_DAYS, 30", "RETENTION_AUDIT_DAYS, 365"})
    void lessThanTheLeastOrNoNumberStopsTheStart(String variable, int least) {
        assertThat(Retention.of(settings(Map.of(variable, String.valueOf(least)))))
                .isNotNull();
        for (var wrong : List.of(String.valueOf(least - 1), "-1", "selamanya"))
            assertThatThrownBy(() -> Retention.of(settings(Map.of(variable, wrong))))
                    .isInstanceOf(Settings.Wrong.class)
                    .hasMessageContaining(variable);
        assertThat(Retention.of(settings(Map.of()))).isEqualTo(new Retention(180, 730, 1_095));
    }
}
