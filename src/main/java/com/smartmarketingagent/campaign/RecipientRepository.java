package com.smartmarketingagent.campaign;

import static com.smartmarketingagent.customer.MergeRepository.TODAY;

import com.smartmarketingagent.platform.Paging;
import com.smartmarketingagent.platform.Rows;
import com.smartmarketingagent.platform.UserId;
import jakarta.inject.Singleton;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.mapper.Nested;
import org.jspecify.annotations.Nullable;

/** A campaign's messages, one person after the other. */
@Singleton
class RecipientRepository {

    /**
     * One person, by the name they have today, and what became of their message.
     *
     * @param customerId under which they were drawn
     * @param why a word on it; null where there is nothing to say
     * @param clickedAt when they first followed their link; null where they didn't
     */
    public record Recipient(
            UUID customerId,
            String name,
            String state,
            @Nullable String why,
            @Nullable Instant sentAt,
            @Nullable Instant clickedAt) {}

    /** @param gone whether they were deleted */
    public record Listed(@Nested Recipient recipient, boolean gone) {}

    /** @param state null for all */
    List<Listed> page(Handle tx, UserId user, UUID campaign, @Nullable String state, Paging paging) {
        return tx.createQuery("""
                        SELECT o.customer_id, c.name, c.deleted_at IS NOT NULL AS gone, o.state, o.why,
                               o.sending_since AS sent_at, l.first_clicked_at AS clicked_at
                        FROM app.message_outbox o
                        LEFT JOIN app.campaign_links l
                          ON l.user_id = :user AND l.campaign_id = o.campaign_id AND l.customer_id = o.customer_id
                        """ + TODAY + """
                        WHERE o.user_id = :user AND o.campaign_id = :campaign AND (:state::text IS NULL OR o.state = :state)
                        ORDER BY c.name, o.customer_id LIMIT :limit OFFSET :offset
                        """)
                .bind("state", state)
                .bind("user", user)
                .bind("campaign", campaign)
                .bind("limit", paging.limit())
                .bind("offset", paging.offset())
                .map(Rows.of(Listed.class))
                .list();
    }

    /** @param state null for all */
    long count(Handle tx, UserId user, UUID campaign, @Nullable String state) {
        return tx.createQuery("""
                        SELECT count(*) FROM app.message_outbox
                        WHERE user_id = :user AND campaign_id = :campaign AND (:state::text IS NULL OR state = :state)
                        """)
                .bind("user", user)
                .bind("campaign", campaign)
                .bind("state", state)
                .mapTo(Long.class)
                .one();
    }
}
