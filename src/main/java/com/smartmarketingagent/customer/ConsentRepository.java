package com.smartmarketingagent.customer;

import com.smartmarketingagent.customer.Consent.Channel;
import com.smartmarketingagent.customer.Consent.State;
import com.smartmarketingagent.platform.UserId;
import jakarta.inject.Singleton;
import java.util.List;
import java.util.UUID;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.mapper.reflect.ConstructorMapper;

/** Who may be written to, and over what. */
@Singleton
public class ConsentRepository {

    /** What a customer said, at most once a channel. */
    public List<Consent> of(Handle tx, UserId user, UUID customer) {
        return tx.createQuery("""
                SELECT channel, state, source, changed_at FROM app.consents
                WHERE user_id = :user AND customer_id = :customer
                """)
                .bind("user", user)
                .bind("customer", customer)
                .map(ConstructorMapper.of(Consent.class))
                .list();
    }

    /**
     * Writes down what a customer said. It is a change of theirs: what would be undone over it, an import or a merge,
     * no longer can be. The same once more keeps the day of the first time.
     */
    void say(Handle tx, UserId user, UUID customer, Channel channel, State state, String source) {
        tx.createUpdate("""
                WITH said AS (
                  INSERT INTO app.consents AS known (user_id, customer_id, channel, state, source)
                  VALUES (:user, :customer, :channel, :state, :source)
                  ON CONFLICT (user_id, customer_id, channel)
                    DO UPDATE SET state = excluded.state, source = excluded.source, changed_at = now()
                    WHERE known.state <> excluded.state
                  RETURNING customer_id)
                UPDATE app.customers c SET updated_at = now() FROM said
                WHERE c.user_id = :user AND c.id = said.customer_id
                """)
                .bind("user", user)
                .bind("customer", customer)
                .bind("channel", channel.key())
                .bind("state", state.key())
                .bind("source", source)
                .execute();
    }

    /** Makes these all that is known of a customer. */
    void replace(Handle tx, UserId user, UUID customer, List<Consent> consents) {
        tx.createUpdate("DELETE FROM app.consents WHERE user_id = :user AND customer_id = :customer")
                .bind("user", user)
                .bind("customer", customer)
                .execute();
        for (var consent : consents) {
            tx.createUpdate("""
                    INSERT INTO app.consents (user_id, customer_id, channel, state, source, changed_at)
                    VALUES (:user, :customer, :channel, :state, :source, :changedAt)
                    """)
                    .bind("user", user)
                    .bind("customer", customer)
                    .bind("channel", consent.channel().key())
                    .bind("state", consent.state().key())
                    .bind("source", consent.source())
                    .bind("changedAt", consent.changedAt())
                    .execute();
        }
    }

    /** Those of both as they were before a merge. */
    void putBack(Handle tx, UserId user, UUID merge, UUID customer, UUID other) {
        replace(tx, user, customer, List.of());
        replace(tx, user, other, List.of());
        tx.createUpdate("""
                INSERT INTO app.consents
                SELECT was.* FROM app.merges m
                CROSS JOIN LATERAL jsonb_populate_recordset(NULL::app.consents, m.consents_before) was
                WHERE m.user_id = :user AND m.id = :merge
                """).bind("user", user).bind("merge", merge).execute();
    }
}
