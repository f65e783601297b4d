package com.smartmarketingagent.link;

import com.smartmarketingagent.platform.Rows;
import com.smartmarketingagent.platform.UserId;
import jakarta.inject.Singleton;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.generic.GenericType;

/** The short links that people were sent, one for each campaign and person. */
@Singleton
class LinkRepository {

    /**
     * The codes of customers' links, by the customer; whose message is tried again keeps the first.
     *
     * @param fresh what they shall be for those who have none yet
     */
    Map<UUID, String> codes(Handle tx, UserId user, UUID campaign, List<UUID> customers, List<String> fresh) {
        return tx.createQuery("""
                        INSERT INTO app.campaign_links AS known (user_id, campaign_id, customer_id, code)
                        SELECT :user, :campaign, n.customer, n.code FROM unnest(:customers::uuid[], :fresh::text[]) n (customer, code)
                        ON CONFLICT (user_id, campaign_id, customer_id) DO UPDATE SET code = known.code
                        RETURNING customer_id, code
                        """)
                .bind("user", user)
                .bind("campaign", campaign)
                .bindArray("customers", UUID.class, customers)
                .bindArray("fresh", String.class, fresh)
                .setMapKeyColumn("customer_id")
                .setMapValueColumn("code")
                .collectInto(new GenericType<Map<UUID, String>>() {});
    }

    /** Whose link it is, and where it leads. */
    public record Followed(UserId userId, UUID campaignId, UUID customerId, String link) {}

    /** Asked without a tenant: a code is all that is known. Empty for a code that nobody was sent. */
    Optional<Followed> followed(Handle tx, String code) {
        return tx.createQuery("SELECT user_id, campaign_id, customer_id, link FROM app.followed_link(:code)")
                .bind("code", code)
                .map(Rows.of(Followed.class))
                .findOne();
    }

    /** Counts one click, unless it came so soon after the sending that no person can have read the message. */
    void count(Handle tx, Followed followed) {
        tx.createUpdate("""
                        UPDATE app.campaign_links l
                        SET clicks = l.clicks + 1, first_clicked_at = coalesce(l.first_clicked_at, now())
                        WHERE l.user_id = :userId AND l.campaign_id = :campaignId AND l.customer_id = :customerId
                          AND EXISTS (SELECT FROM app.message_outbox o
                                      WHERE o.user_id = :userId AND o.campaign_id = :campaignId AND o.customer_id = :customerId
                                        AND o.sending_since <= now() - interval '2 seconds')
                        """).bindMethods(followed).execute();
    }
}
