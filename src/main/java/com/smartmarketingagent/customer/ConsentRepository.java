package com.smartmarketingagent.customer;

import static com.smartmarketingagent.customer.MergeRepository.HEIRS;

import com.fasterxml.jackson.annotation.JsonValue;
import com.smartmarketingagent.customer.Consent.Channel;
import com.smartmarketingagent.customer.Consent.State;
import com.smartmarketingagent.platform.Ids;
import com.smartmarketingagent.platform.Rows;
import com.smartmarketingagent.platform.UserId;
import jakarta.inject.Singleton;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.UUID;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;

/** Who may be written to, and over what. */
@Singleton
public class ConsentRepository {

    private static final int SOFT_BOUNCES = 3;

    private final AddressKeys keys;

    ConsentRepository(AddressKeys keys) {
        this.keys = keys;
    }

    /** How it became known that nothing is to be sent to an address. */
    public enum Reason {
        /** The owner wrote it down. */
        OWNER("owner"),
        /** They answered STOP. */
        STOP("reply"),
        /** They followed the link. */
        UNSUBSCRIBE("link"),
        /** It doesn't exist. */
        BOUNCE("provider"),
        /** They called it unwanted. */
        COMPLAINT("provider"),
        /** They were deleted at their own request. */
        ERASED("owner");

        private final String source;

        Reason(String source) {
            this.source = source;
        }

        /** Where a consent of this reason is known from. */
        String source() {
            return source;
        }

        @JsonValue
        public String key() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /** @param since when it was first */
    public record Suppression(Channel channel, Reason reason, Instant since) {}

    /** What a customer said, at most once a channel. */
    public List<Consent> of(Handle tx, UserId user, UUID customer) {
        return tx.createQuery("""
                SELECT channel, state, source, wording, changed_at FROM app.consents
                WHERE user_id = :user AND customer_id = :customer
                """)
                .bind("user", user)
                .bind("customer", customer)
                .map(Rows.of(Consent.class))
                .list();
    }

    /**
     * Writes down what a customer said. It is a change of theirs: what would be undone over it, an import or a merge,
     * no longer can be. The same once more keeps the day of the first time.
     */
    void say(
            Handle tx,
            UserId user,
            UUID customer,
            Channel channel,
            State state,
            String source,
            @Nullable String wording) {
        tx.createUpdate("""
                WITH said AS (
                  INSERT INTO app.consents AS known (user_id, customer_id, channel, state, source, wording)
                  VALUES (:user, :customer, :channel, :state, :source, :wording)
                  ON CONFLICT (user_id, customer_id, channel)
                    DO UPDATE SET state = excluded.state, source = excluded.source, wording = excluded.wording,
                                  changed_at = now()
                    WHERE known.state <> excluded.state
                  RETURNING customer_id),
                remembered AS (
                  INSERT INTO app.consent_history (user_id, id, customer_id, channel, state, source, wording)
                  SELECT :user, :id, customer_id, :channel, :state, :source, :wording FROM said)
                UPDATE app.customers c SET updated_at = now() FROM said
                WHERE c.user_id = :user AND c.id = said.customer_id
                """)
                .bind("user", user)
                .bind("customer", customer)
                .bind("channel", channel.key())
                .bind("state", state.key())
                .bind("source", source)
                .bind("wording", wording)
                .bind("id", Ids.next())
                .execute();
    }

    /** All that a customer said, the newest first; at most 100. */
    public List<Consent> history(Handle tx, UserId user, UUID customer) {
        return tx.createQuery("""
                SELECT channel, state, source, wording, said_at AS changed_at FROM app.consent_history
                WHERE user_id = :user AND customer_id = :customer ORDER BY said_at DESC, id DESC LIMIT 100
                """)
                .bind("user", user)
                .bind("customer", customer)
                .map(Rows.of(Consent.class))
                .list();
    }

    /** Nothing is sent to the address any more, whoever has it. The first reason stays. */
    public void suppress(Handle tx, UserId user, Channel channel, String address, Reason reason) {
        tx.createUpdate("""
                INSERT INTO app.suppressions (user_id, channel, address_hash, reason)
                VALUES (:user, :channel, app.address_hash(:key, :address), :reason)
                ON CONFLICT (user_id, channel, address_hash) DO NOTHING
                """)
                .bind("user", user)
                .bind("channel", channel.key())
                .bind("key", keys.key())
                .bind("address", address)
                .bind("reason", reason.key())
                .execute();
    }

    /**
     * An address took no message for the moment. The third time within 90 days it counts as none.
     *
     * @param report that says so; the same once more is not counted
     */
    public void bouncedSoftly(Handle tx, UserId user, String address, UUID report) {
        tx.createUpdate("""
                WITH old AS (
                  DELETE FROM app.soft_bounces WHERE user_id = :user AND bounced_at <= now() - interval '90 days')
                INSERT INTO app.soft_bounces (user_id, address_hash, report)
                VALUES (:user, app.address_hash(:key, :address), :report)
                ON CONFLICT (user_id, address_hash, report) DO NOTHING
                """)
                .bind("user", user)
                .bind("key", keys.key())
                .bind("address", address)
                .bind("report", report)
                .execute();
        int times = tx.createQuery("""
                SELECT count(*) FROM app.soft_bounces
                WHERE user_id = :user AND address_hash IN (app.address_hash(:key, :address), app.address_hash(:previousKey, :address))
                """)
                .bind("user", user)
                .bind("address", address)
                .bindMethods(keys)
                .mapTo(Integer.class)
                .one();
        if (times >= SOFT_BOUNCES) suppress(tx, user, Channel.EMAIL, address, Reason.BOUNCE);
    }

    /** Of a customer who is to be deleted: what they said no to outlives them, by the address that they have today. */
    void suppressWhereRefused(Handle tx, UserId user, UUID customer) {
        tx.createUpdate("""
                INSERT INTO app.suppressions (user_id, channel, address_hash, reason)
                SELECT :user, k.channel, app.address_hash(:key, a.address), :reason
                FROM app.consents k
                JOIN app.customers c ON c.user_id = :user AND c.id = :customer
                CROSS JOIN LATERAL (SELECT CASE k.channel WHEN 'email' THEN c.email ELSE c.phone END AS address) a
                WHERE k.user_id = :user AND k.customer_id = :customer AND k.state = 'withdrawn' AND a.address IS NOT NULL
                ON CONFLICT (user_id, channel, address_hash) DO NOTHING
                """)
                .bind("user", user)
                .bind("customer", customer)
                .bind("key", keys.key())
                .bind("reason", Reason.OWNER.key())
                .execute();
    }

    /**
     * Of a customer who is being deleted at their own request: nothing is sent to the addresses that they had, and a
     * file doesn't make them anew. An address that somebody else has is left to them. What was known of an address
     * before is kept with who can be brought back.
     *
     * @param persons the customer, and who was merged into them
     */
    void suppressErased(Handle tx, UserId user, UUID customer, List<UUID> persons) {
        tx.createUpdate("""
                WITH theirs AS (
                  SELECT c.phone, c.email FROM app.customers c WHERE c.user_id = :user AND c.id = :customer
                  UNION
                  SELECT m.other_before ->> 'phone', m.other_before ->> 'email' FROM app.merges m
                  WHERE m.user_id = :user AND m.undone_at IS NULL AND m.other_id = ANY (:persons)),
                marks AS (
                  SELECT DISTINCT a.channel, app.address_hash(:key, a.address) AS address_hash FROM theirs
                  CROSS JOIN LATERAL (VALUES ('whatsapp', phone), ('email', email)) a (channel, address)
                  WHERE a.address IS NOT NULL
                    AND NOT EXISTS (SELECT FROM app.customers c
                                    WHERE c.user_id = :user AND c.id <> :customer AND c.deleted_at IS NULL
                                      AND a.address IN (c.phone, c.email))),
                before AS (
                  SELECT marks.*, s.reason, s.created_at FROM marks
                  LEFT JOIN app.suppressions s
                    ON s.user_id = :user AND s.channel = marks.channel AND s.address_hash = marks.address_hash),
                marked AS (
                  INSERT INTO app.suppressions (user_id, channel, address_hash, reason)
                  SELECT :user, channel, address_hash, :reason FROM marks
                  ON CONFLICT (user_id, channel, address_hash) DO UPDATE SET reason = excluded.reason, created_at = now())
                UPDATE app.deleted_customers
                SET identity = identity || jsonb_build_object('marks', (SELECT coalesce(jsonb_agg(to_jsonb(before)), '[]') FROM before))
                WHERE user_id = :user AND customer_id = :customer
                """)
                .bind("user", user)
                .bind("customer", customer)
                .bindArray("persons", UUID.class, persons)
                .bind("key", keys.key())
                .bind("reason", Reason.ERASED.key())
                .execute();
    }

    /** Of a customer who is being brought back: what was known of their addresses before. */
    void unsuppressErased(Handle tx, UserId user, UUID customer) {
        tx.createUpdate("""
                WITH before AS (
                  SELECT b.* FROM app.deleted_customers d
                  CROSS JOIN LATERAL jsonb_to_recordset(d.identity -> 'marks')
                    b (channel text, address_hash bytea, reason text, created_at timestamptz)
                  WHERE d.user_id = :user AND d.customer_id = :customer),
                kept AS (
                  UPDATE app.suppressions s SET reason = b.reason, created_at = b.created_at FROM before b
                  WHERE s.user_id = :user AND s.channel = b.channel AND s.address_hash = b.address_hash
                    AND s.reason = :reason AND b.reason IS NOT NULL)
                DELETE FROM app.suppressions s USING before b
                WHERE s.user_id = :user AND s.channel = b.channel AND s.address_hash = b.address_hash
                  AND s.reason = :reason AND b.reason IS NULL
                """)
                .bind("user", user)
                .bind("customer", customer)
                .bind("reason", Reason.ERASED.key())
                .execute();
    }

    /**
     * Takes away that a customer was deleted at their own request; answers whether that was known of an address of
     * theirs.
     */
    boolean dropErased(Handle tx, UserId user, UUID customer) {
        return tx.createUpdate("""
                DELETE FROM app.suppressions s USING app.customers c
                CROSS JOIN LATERAL (VALUES ('whatsapp', c.phone), ('email', c.email)) a (channel, address)
                WHERE c.user_id = :user AND c.id = :customer AND s.user_id = :user AND s.channel = a.channel
                  AND s.address_hash IN (app.address_hash(:key, a.address), app.address_hash(:previousKey, a.address))
                  AND s.reason = :reason
                """)
                        .bind("user", user)
                        .bind("customer", customer)
                        .bind("reason", Reason.ERASED.key())
                        .bindMethods(keys)
                        .execute()
                > 0;
    }

    void unsuppress(Handle tx, UserId user, Channel channel, String address) {
        tx.createUpdate("""
                DELETE FROM app.suppressions
                WHERE user_id = :user AND channel = :channel
                  AND address_hash IN (app.address_hash(:key, :address), app.address_hash(:previousKey, :address))
                """)
                .bind("user", user)
                .bind("channel", channel.key())
                .bind("address", address)
                .bindMethods(keys)
                .execute();
    }

    /**
     * The same for the addresses that a customer had: before they were merged into somebody, and where they or that one
     * were deleted, as long as they can be restored. Of others no address is known.
     */
    void suppressFormer(Handle tx, UserId user, UUID customer, Channel channel) {
        tx.createUpdate("""
                WITH RECURSIVE heirs AS (
                  SELECT :customer::uuid AS id
                """ + HEIRS + """
                , former AS (
                  SELECT d.identity -> 'customer' AS was FROM heirs h
                  JOIN app.deleted_customers d ON d.user_id = :user AND d.customer_id = h.id
                  UNION ALL
                  SELECT m.other_before FROM heirs h
                  JOIN app.merges m ON m.user_id = :user AND m.other_id = h.id AND m.undone_at IS NULL)
                INSERT INTO app.suppressions (user_id, channel, address_hash, reason)
                SELECT :user, :channel, app.address_hash(:key, a.address), 'unsubscribe'
                FROM former
                CROSS JOIN LATERAL (VALUES ('whatsapp', was ->> 'phone'), ('email', was ->> 'email')) a (channel, address)
                WHERE a.channel = :channel AND a.address IS NOT NULL
                ON CONFLICT (user_id, channel, address_hash) DO NOTHING
                """)
                .bind("user", user)
                .bind("customer", customer)
                .bind("channel", channel.key())
                .bind("key", keys.key())
                .execute();
    }

    /** The shop that writes to customers. @param language null where its owner never chose one */
    public record Writer(String businessName, @Nullable String language) {}

    Optional<Writer> writer(Handle tx, UserId user) {
        return tx.createQuery("SELECT business_name, language FROM app.users WHERE id = :user")
                .bind("user", user)
                .map(Rows.of(Writer.class))
                .findOne();
    }

    /** Of the addresses that a customer has now. */
    public List<Suppression> suppressions(Handle tx, UserId user, UUID customer) {
        return tx.createQuery("""
                SELECT s.channel, s.reason, min(s.created_at) AS since FROM app.customers c
                CROSS JOIN LATERAL (VALUES ('whatsapp', c.phone), ('email', c.email)) a (channel, address)
                JOIN app.suppressions s ON s.user_id = c.user_id AND s.channel = a.channel
                  AND s.address_hash IN (app.address_hash(:key, a.address), app.address_hash(:previousKey, a.address))
                WHERE c.user_id = :user AND c.id = :customer GROUP BY s.channel, s.reason
                """)
                .bind("user", user)
                .bind("customer", customer)
                .bindMethods(keys)
                .map(Rows.of(Suppression.class))
                .list();
    }

    /** Makes these all that is known of a customer. */
    void replace(Handle tx, UserId user, UUID customer, List<Consent> consents) {
        tx.createUpdate("DELETE FROM app.consents WHERE user_id = :user AND customer_id = :customer")
                .bind("user", user)
                .bind("customer", customer)
                .execute();
        for (var consent : consents) {
            tx.createUpdate("""
                    INSERT INTO app.consents (user_id, customer_id, channel, state, source, wording, changed_at)
                    VALUES (:user, :customer, :channel, :state, :source, :wording, :changedAt)
                    """)
                    .bind("user", user)
                    .bind("customer", customer)
                    .bind("channel", consent.channel().key())
                    .bind("state", consent.state().key())
                    .bind("source", consent.source())
                    .bind("wording", consent.wording())
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
