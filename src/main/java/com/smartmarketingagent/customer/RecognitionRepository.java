package com.smartmarketingagent.customer;

import static com.smartmarketingagent.customer.MergeRepository.HEIRS;

import com.smartmarketingagent.customer.Recognition.Acquaintance;
import com.smartmarketingagent.platform.Rows;
import com.smartmarketingagent.platform.UserId;
import jakarta.inject.Singleton;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;

/**
 * Looks customers up by what people call them. Who was erased is nobody; who was merged is who they are now, as for an
 * import.
 */
@Singleton
class RecognitionRepository {

    private static final int MOST = 20;

    /**
     * Begins a statement with {@code heirs}: who those are by now who had the number or one of the names before a
     * merge.
     */
    private static final String HEIRS_OF_NAMES = """
            WITH RECURSIVE heirs AS (
              SELECT m.customer_id AS id FROM app.merges m
              WHERE m.user_id = :user AND m.undone_at IS NULL
                AND (m.other_before ->> 'phone' = :phone
                     OR app.name_key(m.other_before ->> 'name') IN (SELECT app.name_key(n) FROM unnest(:names::text[]) n))
            """ + HEIRS;

    /** Until the transaction ends, nobody else recognises customers of this shop by hand. */
    void waitForTurn(Handle tx, UserId user) {
        tx.createQuery("SELECT 1 FROM pg_advisory_xact_lock(hashtextextended('recognition ' || :user::text, 0))")
                .bind("user", user)
                .mapTo(Integer.class)
                .one();
    }

    /** Who has the number, else who had it before a merge. */
    Optional<UUID> withPhone(Handle tx, UserId user, String phone) {
        return tx.createQuery(HEIRS_OF_NAMES + """
                SELECT id FROM (
                  SELECT id, 1 AS turn FROM app.customers WHERE user_id = :user AND phone = :phone AND deleted_at IS NULL
                  UNION ALL
                  SELECT c.id, 2 FROM app.customers c JOIN heirs h ON h.id = c.id
                  WHERE c.user_id = :user AND c.deleted_at IS NULL) known
                ORDER BY turn, id LIMIT 1
                """)
                .bind("user", user)
                .bindArray("names", String.class, List.of())
                .bind("phone", phone)
                .mapTo(UUID.class)
                .findOne();
    }

    /** Whether a customer has one of these names, spaces and case folded, or this phone, or had it before a merge. */
    boolean answersTo(Handle tx, UserId user, UUID id, List<String> names, @Nullable String phone) {
        return tx.createQuery(HEIRS_OF_NAMES + """
                SELECT EXISTS (
                  SELECT FROM app.customers
                  WHERE user_id = :user AND id = :id AND deleted_at IS NULL
                    AND (phone = :phone OR id IN (SELECT id FROM heirs)
                         OR app.name_key(name) IN (SELECT app.name_key(n) FROM unnest(:names::text[]) n)))
                """)
                .bind("user", user)
                .bind("id", id)
                .bindArray("names", String.class, names)
                .bind("phone", phone)
                .mapTo(Boolean.class)
                .one();
    }

    /** The first of those whose name is the same, spaces and case folded, or was before a merge; these come last. */
    List<Acquaintance> named(Handle tx, UserId user, String name) {
        // the name's first word is cheap to look for and leaves few rows to fold
        return tx.createQuery(HEIRS_OF_NAMES + """
                SELECT id, name, phone, city FROM (
                  SELECT c.*, strpos(lower(name), lower(:word)) > 0 AND app.name_key(name) = app.name_key(:name) AS so_called
                  FROM app.customers c WHERE user_id = :user AND deleted_at IS NULL) c
                WHERE so_called OR id IN (SELECT id FROM heirs)
                ORDER BY so_called DESC, created_at, id LIMIT :most
                """)
                .bind("user", user)
                .bind("name", name)
                .bindArray("names", String.class, List.of(name))
                .bind("phone", (String) null)
                .bind("word", name.strip().split("\\s", 2)[0])
                .bind("most", MOST)
                .map(Rows.of(Acquaintance.class))
                .list();
    }
}
