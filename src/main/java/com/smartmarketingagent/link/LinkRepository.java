package com.smartmarketingagent.link;

import com.smartmarketingagent.platform.UserId;
import jakarta.inject.Singleton;
import java.util.Optional;
import java.util.UUID;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.mapper.reflect.ConstructorMapper;

/** The short links that people were sent, one for each campaign and person. */
@Singleton
class LinkRepository {

    /**
     * The code of this person's link.
     *
     * @param fresh what it shall be where they have none yet; whose message is tried again keeps the first
     */
    String code(Handle tx, UserId user, UUID campaign, UUID customer, String fresh) {
        return tx.createQuery("""
                        INSERT INTO app.campaign_links AS known (user_id, campaign_id, customer_id, code)
                        VALUES (:user, :campaign, :customer, :fresh)
                        ON CONFLICT (user_id, campaign_id, customer_id) DO UPDATE SET code = known.code
                        RETURNING code
                        """)
                .bind("user", user)
                .bind("campaign", campaign)
                .bind("customer", customer)
                .bind("fresh", fresh)
                .mapTo(String.class)
                .one();
    }

    /** Whose link it is, and where it leads. */
    public record Followed(UserId userId, UUID campaignId, UUID customerId, String link) {}

    /** Asked without a tenant: a code is all that is known. Empty for a code that nobody was sent. */
    Optional<Followed> followed(Handle tx, String code) {
        return tx.createQuery("SELECT user_id, campaign_id, customer_id, link FROM app.followed_link(:code)")
                .bind("code", code)
                .map(ConstructorMapper.of(Followed.class))
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
