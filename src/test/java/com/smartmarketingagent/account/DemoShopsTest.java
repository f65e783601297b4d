package com.smartmarketingagent.account;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.smartmarketingagent.Shop;
import com.smartmarketingagent.ShopRows;
import com.smartmarketingagent.platform.Db;
import com.smartmarketingagent.platform.Problem;
import com.smartmarketingagent.platform.UserId;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;

@QuarkusTest
class DemoShopsTest {

    @Inject
    DemoShops demos;

    @Inject
    Db db;

    @Test
    void aDemoShopIsLoggedInToAndTakenAwayWithEveryRow() {
        var demo = demos.create("demo-" + UUID.randomUUID() + "@contoh.id", "Batik Contoh");
        var shop = Shop.logIn(demo.email(), demo.password());
        assertThat(shop.id()).isEqualTo(demo.id());
        db.useTenant(demo.id(), tx -> {
            for (var sql : List.of(
                    "INSERT INTO app.customers (user_id, id, name) VALUES (:user, :user, 'Budi')",
                    "INSERT INTO app.transactions (user_id, id, customer_id, transaction_date, amount)"
                            + " VALUES (:user, :user, :user, '2025-12-31', 1)",
                    "INSERT INTO app.rfm_analysis VALUES (:user, '2025-12-31', :user, 1, 1, 1, 1, 1, 1, 'lost')",
                    "INSERT INTO app.audit_log (user_id, id, actor_id, action) VALUES (:user, :user, :user, 'read')")) {
                tx.createUpdate(sql).bind("user", demo.id()).execute();
            }
        });
        assertThat(rows(demo.id())).isGreaterThanOrEqualTo(7);

        demos.remove(demo.id());
        assertThat(rows(demo.id())).isZero();
        shop.api().get("/api/auth/profile").then().statusCode(401);
    }

    /** A table made later must be tied to the account too, or be named where a shop is taken away. */
    @Test
    void everyTableButOneIsTiedToTheAccount() {
        var loose = db.asOwner(tx -> tx.createQuery("""
                SELECT c.relname FROM pg_class c
                WHERE c.relnamespace = 'app'::regnamespace AND c.relkind IN ('r','p') AND c.relname <> 'users'
                  AND NOT EXISTS (SELECT FROM pg_constraint k WHERE k.conrelid = c.oid AND k.contype = 'f' AND k.confdeltype = 'c')
                """).mapTo(String.class).list());
        assertThat(loose).containsExactly("rfm_analysis");
    }

    @Test
    void aBusinessIsNeverTakenAway() {
        var shop = Shop.register();
        assertThatThrownBy(() -> demos.remove(shop.id())).isInstanceOf(Problem.Forbidden.class);
        db.useTenant(
                shop.id(),
                tx -> tx.createUpdate("DELETE FROM app.users WHERE id = :user")
                        .bind("user", shop.id())
                        .execute());
        shop.api().get("/api/auth/profile").then().statusCode(200);
    }

    /** Of every table that has tenants. */
    private long rows(UserId user) {
        return db.asAdmin(tx -> {
            long rows = 0;
            for (var table : ShopRows.tables(tx)) {
                rows += tx.createQuery("SELECT count(*) FROM app." + table + " WHERE "
                                + (table.equals("users") ? "id" : "user_id") + " = :user")
                        .bind("user", user)
                        .mapTo(Long.class)
                        .one();
            }
            return rows;
        });
    }
}
