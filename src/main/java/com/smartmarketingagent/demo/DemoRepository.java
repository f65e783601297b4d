package com.smartmarketingagent.demo;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.smartmarketingagent.platform.UserId;
import jakarta.inject.Singleton;
import java.util.List;
import org.jdbi.v3.core.Handle;

/** Puts a sample into a shop, each table by one statement. */
@Singleton
class DemoRepository {

    private final ObjectMapper json;

    DemoRepository(ObjectMapper json) {
        this.json = json;
    }

    boolean isEmpty(Handle tx, UserId user) {
        return tx.createQuery("SELECT NOT EXISTS (SELECT FROM app.customers WHERE user_id = :user)")
                .bind("user", user)
                .mapTo(Boolean.class)
                .one();
    }

    void insertCustomers(Handle tx, UserId user, List<Sample.Customer> customers) {
        tx.createUpdate("""
                INSERT INTO app.customers (user_id, id, name, phone, email, address, city, tags)
                SELECT :user, id, name, phone, email, address, city, tags
                FROM jsonb_to_recordset(CAST(:rows AS jsonb))
                     AS r (id uuid, name text, phone text, email text, address text, city text, tags text[])
                """).bind("user", user).bind("rows", write(customers)).execute();
    }

    void insertSales(Handle tx, UserId user, List<Sample.Sale> sales) {
        tx.createUpdate("""
                INSERT INTO app.transactions (user_id, id, customer_id, transaction_date, amount, products, notes, external_id)
                SELECT :user, id, customer_id, transaction_date, amount, products, notes, external_id
                FROM jsonb_to_recordset(CAST(:rows AS jsonb))
                     AS r (id uuid, customer_id uuid, transaction_date date, amount numeric, products jsonb, notes text,
                           external_id text)
                """).bind("user", user).bind("rows", write(sales)).execute();
    }

    private String write(Object rows) {
        try {
            return json.writeValueAsString(rows);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException(e);
        }
    }
}
