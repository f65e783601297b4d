package com.smartmarketingagent.campaign;

import static com.smartmarketingagent.customer.MergeRepository.TODAY;

import com.smartmarketingagent.platform.Rows;
import com.smartmarketingagent.platform.UserId;
import jakarta.inject.Singleton;
import java.math.BigDecimal;
import java.time.Instant;
import java.time.LocalDate;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.Collectors;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;

/** What those bought who were drawn for a campaign. */
@Singleton
class ResultRepository {

    public record Row(boolean held, long people, long buyers, BigDecimal revenue, BigDecimal squares) {

        Lift.Group group() {
            return new Lift.Group(people, buyers, revenue, squares);
        }
    }

    /** What is left of a sale, in percent, as the owner says; empty as long as they don't. */
    Optional<Integer> margin(Handle tx, UserId user) {
        return tx.createQuery("SELECT margin_percent FROM app.users WHERE id = :user")
                .bind("user", user)
                .mapTo(Integer.class)
                .findOne();
    }

    /** @param percent null for nothing said */
    void keepMargin(Handle tx, UserId user, @Nullable Integer percent) {
        tx.createUpdate("UPDATE app.users SET margin_percent = :percent WHERE id = :user")
                .bind("user", user)
                .bind("percent", percent)
                .execute();
    }

    /** When the last of a campaign's messages was begun; empty where none was. */
    Optional<Instant> lastSent(Handle tx, UserId user, UUID campaign) {
        return tx.createQuery("""
                        SELECT max(sending_since) FROM app.message_outbox WHERE user_id = :user AND campaign_id = :campaign
                        """)
                .bind("user", user)
                .bind("campaign", campaign)
                .mapTo(Instant.class)
                .findOne();
    }

    /**
     * Both groups, by whether they were held out; a group of nobody is missing. Revenue and buyers are those of M and F
     * in an analysis.
     *
     * <p>Who was merged into somebody since is that person; one who was drawn for both groups that way has had a
     * message. Who was erased since keeps their place: their row has no name any more, but what they paid is still
     * theirs alone, so that nobody's leaving moves the result.
     *
     * @param from the first day whose sales count
     * @param until the last
     */
    Map<Boolean, Lift.Group> groups(Handle tx, UserId user, UUID campaign, LocalDate from, LocalDate until) {
        return tx
                .createQuery("""
                        WITH RECURSIVE heirs AS (
                          SELECT o.customer_id AS id, false AS held FROM app.message_outbox o
                          WHERE o.user_id = :user AND o.campaign_id = :campaign
                          UNION ALL
                          SELECT h.customer_id, true FROM app.campaign_holdout h WHERE h.user_id = :user AND h.campaign_id = :campaign
                          UNION ALL
                          SELECT c.merged_into, e.held FROM heirs e
                          JOIN app.customers c ON c.user_id = :user AND c.id = e.id WHERE c.merged_into IS NOT NULL),
                        people AS (
                          SELECT e.id, bool_and(e.held) AS held FROM heirs e
                          JOIN app.customers c ON c.user_id = :user AND c.id = e.id
                          WHERE c.merged_into IS NULL GROUP BY e.id),
                        spent AS (
                          SELECT p.held, coalesce(bool_or(t.amount > 0), false) AS buyer, greatest(coalesce(sum(t.amount), 0), 0) AS revenue
                          FROM people p
                          LEFT JOIN app.transactions t
                            ON t.user_id = :user AND t.customer_id = p.id AND t.transaction_date BETWEEN :from AND :until
                          GROUP BY p.id, p.held)
                        SELECT held, count(*) AS people, count(*) FILTER (WHERE buyer) AS buyers,
                               sum(revenue) AS revenue, sum(revenue * revenue) AS squares
                        FROM spent GROUP BY held
                        """)
                .bind("user", user)
                .bind("campaign", campaign)
                .bind("from", from)
                .bind("until", until)
                .map(Rows.of(Row.class))
                .stream()
                .collect(Collectors.toMap(Row::held, Row::group));
    }

    /**
     * Somebody who was drawn for a message.
     *
     * @param drawnId under which they were drawn
     * @param why a word on its state; null where there is nothing to say
     * @param clickedAt when they first followed their link; null where they didn't
     * @param boughtOn the day of their first purchase; null where there was none
     * @param amount all that they paid, in rupiah
     */
    public record Person(
            UUID drawnId,
            String name,
            @Nullable String phone,
            @Nullable String city,
            String state,
            @Nullable String why,
            @Nullable Instant sentAt,
            @Nullable Instant clickedAt,
            @Nullable LocalDate boughtOn,
            BigDecimal amount) {}

    /**
     * A page of them, by the id under which they were drawn; who was merged into somebody since is shown as that
     * person. Of two who are one by now, the first line has what they bought.
     *
     * @param after the last of the page before
     */
    List<Person> people(Handle tx, UserId user, UUID campaign, LocalDate from, LocalDate until, UUID after, int most) {
        return tx.createQuery("""
                        SELECT o.customer_id AS drawn_id, c.name, c.phone, c.city,
                               o.state, o.why,
                               o.sending_since AS sent_at, l.first_clicked_at AS clicked_at, s.bought_on, s.amount
                        FROM app.message_outbox o
                        LEFT JOIN app.campaign_links l
                          ON l.user_id = :user AND l.campaign_id = o.campaign_id AND l.customer_id = o.customer_id
                        """ + TODAY + """
                        CROSS JOIN LATERAL (
                          SELECT min(t.transaction_date) FILTER (WHERE t.amount > 0) AS bought_on,
                                 greatest(coalesce(sum(t.amount), 0), 0) AS amount
                          FROM app.transactions t
                          WHERE t.user_id = :user AND t.customer_id = c.id AND t.transaction_date BETWEEN :from AND :until
                            -- what they bought stands on one of their lines
                            AND NOT EXISTS (
                              WITH RECURSIVE person AS (
                                SELECT c.id
                                UNION ALL
                                SELECT d.id FROM person p JOIN app.customers d ON d.user_id = :user AND d.merged_into = p.id)
                              SELECT FROM person p
                              JOIN app.message_outbox e ON e.user_id = :user AND e.campaign_id = :campaign AND e.customer_id = p.id
                              WHERE e.customer_id < o.customer_id)) s
                        WHERE o.user_id = :user AND o.campaign_id = :campaign AND o.customer_id > :after
                        ORDER BY o.customer_id LIMIT :most
                        """)
                .bind("user", user)
                .bind("campaign", campaign)
                .bind("from", from)
                .bind("until", until)
                .bind("after", after)
                .bind("most", most)
                .map(Rows.of(Person.class))
                .list();
    }
}
