package com.smartmarketingagent.customer;

import com.smartmarketingagent.Http.JsonPath;
import com.smartmarketingagent.Shop;
import com.smartmarketingagent.platform.Db;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;

/** A shop's customers and sales as a test fills them, through the API. */
public record CustomerBook(Shop shop) {

    public static CustomerBook open() {
        return new CustomerBook(Shop.register());
    }

    /** @param details keys and values in turn */
    public UUID add(String name, Object... details) {
        var body = new HashMap<String, Object>(Map.of("name", name));
        for (int i = 0; i < details.length; i += 2) body.put((String) details[i], details[i + 1]);
        return UUID.fromString(shop.api()
                .body(body)
                .post("/api/customers")
                .then()
                .statusCode(201)
                .extract()
                .path("data.customer.id"));
    }

    public UUID sell(UUID customer, String day, Number amount, Object... details) {
        var body =
                new HashMap<String, Object>(Map.of("customer_id", customer, "transaction_date", day, "amount", amount));
        for (int i = 0; i < details.length; i += 2) body.put((String) details[i], details[i + 1]);
        return UUID.fromString(shop.api()
                .body(body)
                .post("/api/transactions")
                .then()
                .statusCode(201)
                .extract()
                .path("data.transaction.id"));
    }

    public JsonPath get(UUID customer) {
        return shop.api()
                .get("/api/customers/" + customer)
                .then()
                .statusCode(200)
                .extract()
                .jsonPath();
    }

    /** The names on a page of the list, with these parameters. */
    public List<String> names(Object... parameters) {
        var request = shop.api();
        for (int i = 0; i < parameters.length; i += 2) request.queryParam((String) parameters[i], parameters[i + 1]);
        return request.get("/api/customers").then().statusCode(200).extract().path("data.customers.name");
    }

    /** What the database holds of a row, as JSON text. */
    public String stored(Db db, String table, UUID id) {
        return db.inTenant(
                shop.id(),
                tx -> tx.createQuery("SELECT to_jsonb(t)::text FROM app." + table + " t WHERE user_id = :u AND id = :i")
                        .bind("u", shop.id())
                        .bind("i", id)
                        .mapTo(String.class)
                        .one());
    }

    /** How many rows of changes wait for the next analysis, by customer; and none afterwards. */
    public Map<UUID, Long> takeChanges(Db db) {
        return db.inTenant(shop.id(), tx -> {
            var changes = new HashMap<UUID, Long>();
            tx.createQuery("DELETE FROM app.rfm_changes WHERE user_id = :u RETURNING customer_id")
                    .bind("u", shop.id())
                    .mapTo(UUID.class)
                    .forEach(id -> changes.merge(id, 1L, Long::sum));
            return changes;
        });
    }
}
