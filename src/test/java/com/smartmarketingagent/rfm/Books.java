package com.smartmarketingagent.rfm;

import com.smartmarketingagent.platform.Db;
import com.smartmarketingagent.platform.Ids;
import com.smartmarketingagent.platform.UserId;
import com.smartmarketingagent.rfm.Outlook.Sale;
import com.smartmarketingagent.rfm.Reference.Scored;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;

/** A shop in the database and the same sales in memory, so that the reference can be asked about them. */
final class Books {

    private final Db db;
    final UserId user;
    final Map<UUID, List<Sale>> sales = new HashMap<>();

    private Books(Db db, UserId user) {
        this.db = db;
        this.user = user;
    }

    static Books open(Db db) {
        var user = UserId.create();
        db.useTenant(
                user,
                tx -> tx.createUpdate("""
                                INSERT INTO app.users (id, email, password_hash, full_name, business_name, timezone)
                                VALUES (:user, :email, 'x', 'Ani', 'Batik Ani', 'Asia/Jakarta')
                                """)
                        .bind("user", user)
                        .bind("email", user.value() + "@example.com")
                        .execute());
        return new Books(db, user);
    }

    static Books of(Db db, UserId user) {
        return new Books(db, user);
    }

    UUID customer(String name) {
        return customers(List.of(name)).getFirst();
    }

    List<UUID> customers(Collection<String> names) {
        var ids = new ArrayList<UUID>();
        db.useTenant(user, tx -> {
            var batch = tx.prepareBatch("INSERT INTO app.customers (user_id, id, name) VALUES (:user, :id, :name)");
            for (var name : names) {
                var id = Ids.next();
                ids.add(id);
                sales.put(id, new ArrayList<>());
                batch.bind("user", user).bind("id", id).bind("name", name).add();
            }
            batch.execute();
        });
        return ids;
    }

    /** Sells, and marks the customers as the product's writers do. */
    void sell(UUID customer, Sale... some) {
        sell(Map.of(customer, List.of(some)));
    }

    void sell(Map<UUID, List<Sale>> more) {
        db.useTenant(user, tx -> {
            insert(tx, more);
            more.keySet().forEach(customer -> mark(tx, customer));
        });
        more.forEach((customer, some) ->
                sales.computeIfAbsent(customer, id -> new ArrayList<>()).addAll(some));
    }

    void insert(Handle tx, Map<UUID, List<Sale>> more) {
        var batch = tx.prepareBatch("""
                INSERT INTO app.transactions (user_id, id, customer_id, transaction_date, amount)
                VALUES (:user, :id, :customer, :day, :amount)
                """);
        more.forEach((customer, some) -> some.forEach(sale -> batch.bind("user", user)
                .bind("id", Ids.next())
                .bind("customer", customer)
                .bind("day", sale.day())
                .bind("amount", sale.amount())
                .add()));
        if (batch.size() > 0) batch.execute();
    }

    void mark(Handle tx, @Nullable UUID customer) {
        tx.createUpdate("INSERT INTO app.rfm_changes (user_id, customer_id) VALUES (:user, :customer)")
                .bind("user", user)
                .bindByType("customer", customer, UUID.class)
                .execute();
    }

    void cancelAll(UUID customer) {
        db.useTenant(user, tx -> {
            tx.createUpdate("DELETE FROM app.transactions WHERE user_id = :user AND customer_id = :customer")
                    .bind("user", user)
                    .bind("customer", customer)
                    .execute();
            mark(tx, customer);
        });
        sales.put(customer, new ArrayList<>());
    }

    void delete(UUID customer) {
        db.useTenant(user, tx -> {
            tx.createUpdate("UPDATE app.customers SET deleted_at = now() WHERE user_id = :user AND id = :customer")
                    .bind("user", user)
                    .bind("customer", customer)
                    .execute();
            mark(tx, customer);
        });
        sales.remove(customer);
    }

    /** What is stored for a day. */
    Map<UUID, Scored> stored(LocalDate day) {
        return db.inTenant(
                user,
                tx -> tx
                        .createQuery("SELECT * FROM app.rfm_analysis WHERE user_id = :user AND analysis_date = :day")
                        .bind("user", user)
                        .bind("day", day)
                        .map((row, context) -> Map.entry(
                                row.getObject("customer_id", UUID.class),
                                new Scored(
                                        new Rfm(
                                                row.getInt("recency_days"),
                                                row.getInt("frequency"),
                                                row.getBigDecimal("monetary").stripTrailingZeros()),
                                        row.getInt("recency_score"),
                                        row.getInt("frequency_score"),
                                        row.getInt("monetary_score"),
                                        Segment.byKey(row.getString("segment")).orElseThrow())))
                        .stream()
                        .collect(HashMap::new, (map, e) -> map.put(e.getKey(), e.getValue()), HashMap::putAll));
    }

    /** Which transaction last wrote each row of a day. */
    Map<UUID, String> writers(LocalDate day) {
        return db.inTenant(
                user,
                tx -> tx
                        .createQuery("""
                                SELECT customer_id, xmin::text AS writer FROM app.rfm_analysis
                                WHERE user_id = :user AND analysis_date = :day
                                """)
                        .bind("user", user)
                        .bind("day", day)
                        .map((row, context) ->
                                Map.entry(row.getObject("customer_id", UUID.class), row.getString("writer")))
                        .stream()
                        .collect(HashMap::new, (map, e) -> map.put(e.getKey(), e.getValue()), HashMap::putAll));
    }
}
