package com.smartmarketingagent.customer;

import com.smartmarketingagent.customer.Recognition.Acquaintance;
import com.smartmarketingagent.platform.Rows;
import com.smartmarketingagent.platform.UserId;
import jakarta.inject.Singleton;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;

/** Looks customers up by what people call them. Those erased or merged away are nobody. */
@Singleton
class RecognitionRepository {

    private static final int MOST = 20;

    /** Until the transaction ends, nobody else recognises customers of this shop by hand. */
    void waitForTurn(Handle tx, UserId user) {
        tx.createQuery("SELECT 1 FROM pg_advisory_xact_lock(hashtextextended('recognition ' || :user::text, 0))")
                .bind("user", user)
                .mapTo(Integer.class)
                .one();
    }

    Optional<UUID> withPhone(Handle tx, UserId user, String phone) {
        return tx.createQuery("""
                SELECT id FROM app.customers WHERE user_id = :user AND phone = :phone AND deleted_at IS NULL
                """)
                .bind("user", user)
                .bind("phone", phone)
                .mapTo(UUID.class)
                .findOne();
    }

    /** Whether a customer has one of these names, spaces and case folded, or this phone. */
    boolean answersTo(Handle tx, UserId user, UUID id, List<String> names, @Nullable String phone) {
        return tx.createQuery("""
                SELECT EXISTS (
                  SELECT FROM app.customers
                  WHERE user_id = :user AND id = :id AND deleted_at IS NULL
                    AND (phone = :phone
                         OR app.name_key(name) IN (SELECT app.name_key(n) FROM unnest(:names::text[]) n)))
                """)
                .bind("user", user)
                .bind("id", id)
                .bindArray("names", String.class, names)
                .bind("phone", phone)
                .mapTo(Boolean.class)
                .one();
    }

    /** The first of those whose name is the same, spaces and case folded. */
    List<Acquaintance> named(Handle tx, UserId user, String name) {
        // the name's first word is cheap to look for and leaves few rows to fold
        return tx.createQuery("""
                SELECT id, name, phone, city FROM app.customers
                WHERE user_id = :user AND deleted_at IS NULL AND strpos(lower(name), lower(:word)) > 0
                  AND app.name_key(name) = app.name_key(:name)
                ORDER BY created_at, id LIMIT :most
                """)
                .bind("user", user)
                .bind("name", name)
                .bind("word", name.strip().split("\\s", 2)[0])
                .bind("most", MOST)
                .map(Rows.of(Acquaintance.class))
                .list();
    }
}
