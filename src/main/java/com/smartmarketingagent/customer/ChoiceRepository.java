package com.smartmarketingagent.customer;

import com.smartmarketingagent.platform.Rows;
import com.smartmarketingagent.platform.UserId;
import jakarta.inject.Singleton;
import java.util.List;
import org.jdbi.v3.core.Handle;

/** What a filter of customers can be chosen from. */
@Singleton
public class ChoiceRepository {

    /** At most 100 each. */
    public record Choices(List<String> tags, List<String> cities) {}

    /** What the shop calls its customers and where they live, to choose from; the most frequent first. */
    public Choices choices(Handle tx, UserId user) {
        return tx.createQuery("""
                SELECT ARRAY (SELECT mode() WITHIN GROUP (ORDER BY tag) FROM app.customers c CROSS JOIN unnest(c.tags) tag
                              WHERE c.user_id = :user AND c.deleted_at IS NULL
                              GROUP BY lower(tag) ORDER BY count(*) DESC, lower(tag) LIMIT 100) AS tags,
                       ARRAY (SELECT min(c.city) FROM app.customers c
                              WHERE c.user_id = :user AND c.deleted_at IS NULL AND c.city IS NOT NULL
                              GROUP BY lower(c.city) ORDER BY count(*) DESC, lower(c.city) LIMIT 100) AS cities
                """)
                .bind("user", user)
                .map(Rows.of(Choices.class))
                .one();
    }
}
