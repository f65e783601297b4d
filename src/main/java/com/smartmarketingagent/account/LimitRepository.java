package com.smartmarketingagent.account;

import static com.smartmarketingagent.account.Limits.REACHED;

import com.smartmarketingagent.account.Limits.Limit;
import com.smartmarketingagent.account.Limits.Usage;
import com.smartmarketingagent.platform.Rows;
import com.smartmarketingagent.platform.UserId;
import jakarta.inject.Singleton;
import java.util.Optional;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;

/** {@code app.limits}, which only a super_admin's transaction changes, and what a shop holds and sends. */
@Singleton
class LimitRepository {

    Optional<Limit> find(Handle tx, UserId user) {
        return tx.createQuery("""
                SELECT customers, sales, messages, features_off FROM app.limits WHERE user_id = :user
                """).bind("user", user).map(Rows.of(Limit.class)).findOne();
    }

    /**
     * Who changes them at once wait for each other; a shop without limits of its own has a row of none from here on.
     */
    Limit lock(Handle tx, UserId user) {
        tx.createUpdate("INSERT INTO app.limits (user_id) VALUES (:user) ON CONFLICT DO NOTHING")
                .bind("user", user)
                .execute();
        return tx.createQuery("""
                SELECT customers, sales, messages, features_off FROM app.limits WHERE user_id = :user FOR UPDATE
                """).bind("user", user).map(Rows.of(Limit.class)).one();
    }

    /** Of a shop that {@link #lock} has been called for. */
    void save(Handle tx, UserId user, Limit limit) {
        tx.createUpdate("""
                UPDATE app.limits
                SET customers = :customers, sales = :sales, messages = :messages, features_off = :off
                WHERE user_id = :user
                """)
                .bind("user", user)
                .bind("customers", limit.customers())
                .bind("sales", limit.sales())
                .bind("messages", limit.messages())
                .bindArray("off", String.class, limit.featuresOff())
                .execute();
    }

    Usage usage(Handle tx, UserId user) {
        return tx.createQuery("""
                SELECT (SELECT count(*) FROM app.customers WHERE user_id = :user AND deleted_at IS NULL) AS customers,
                       (SELECT count(*) FROM app.transactions WHERE user_id = :user) AS sales,
                       m.messages, m.message_cost,
                       coalesce((SELECT spent FROM app.model_spending
                                 WHERE user_id = :user AND month = date_trunc('month', now() AT TIME ZONE 'UTC')::date), 0) AS spent
                FROM (SELECT count(*) AS messages, coalesce(sum(g.price_per_message), 0) AS message_cost
                      FROM app.message_outbox o JOIN app.campaigns g ON g.user_id = :user AND g.id = o.campaign_id
                      WHERE o.user_id = :user AND g.via <> 'practice'
                        AND o.sending_since >= date_trunc('month', now() AT TIME ZONE 'UTC') AT TIME ZONE 'UTC' AND
                """ + REACHED + ") m")
                .bind("user", user)
                .map(Rows.of(Usage.class))
                .one();
    }

    /** Its limit where a shop has more customers than that with so many more; its own, or else {@code most}. */
    Optional<Integer> beyondCustomers(Handle tx, UserId user, @Nullable Integer most, long adding) {
        return beyond(tx, user, "customers", most, adding);
    }

    /** The same of sales. */
    Optional<Integer> beyondSales(Handle tx, UserId user, @Nullable Integer most, long adding) {
        return beyond(tx, user, "sales", most, adding);
    }

    /**
     * The same of messages of this month that went out or may have, those that campaigns which have begun are still to
     * send included.
     */
    Optional<Integer> beyondMessages(Handle tx, UserId user, @Nullable Integer most, long adding) {
        return beyond(tx, user, "messages", most, adding);
    }

    /** What isn't limited isn't counted. */
    private static Optional<Integer> beyond(Handle tx, UserId user, String what, @Nullable Integer most, long adding) {
        return tx.createQuery("""
                SELECT l.most FROM (
                  SELECT coalesce((SELECT CASE :what WHEN 'customers' THEN customers WHEN 'sales' THEN sales ELSE messages END
                                   FROM app.limits WHERE user_id = :user), CAST(:most AS int)) AS most) l
                WHERE CASE WHEN l.most IS NULL THEN false
                      ELSE :adding + CASE :what
                             WHEN 'customers' THEN
                               (SELECT count(*) FROM app.customers WHERE user_id = :user AND deleted_at IS NULL)
                             WHEN 'sales' THEN (SELECT count(*) FROM app.transactions WHERE user_id = :user)
                             ELSE (SELECT count(*) FROM app.message_outbox o
                                   JOIN app.campaigns g ON g.user_id = :user AND g.id = o.campaign_id
                                   WHERE o.user_id = :user AND g.via <> 'practice'
                                     AND (o.state = 'pending'
                                          OR o.sending_since >= date_trunc('month', now() AT TIME ZONE 'UTC') AT TIME ZONE 'UTC' AND
                """ + REACHED + """
                ))
                           END > l.most END
                """)
                .bind("user", user)
                .bind("what", what)
                .bind("most", most)
                .bind("adding", adding)
                .mapTo(Integer.class)
                .findOne();
    }

    boolean isOff(Handle tx, UserId user, String feature) {
        return tx.createQuery("""
                SELECT EXISTS (SELECT FROM app.limits WHERE user_id = :user AND :feature = ANY (features_off))
                """)
                .bind("user", user)
                .bind("feature", feature)
                .mapTo(Boolean.class)
                .one();
    }
}
