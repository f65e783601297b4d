package com.smartmarketingagent.campaign;

import static com.smartmarketingagent.campaign.Readers.ENOUGH;
import static com.smartmarketingagent.campaign.Readers.HASHED;
import static com.smartmarketingagent.campaign.Readers.HELD_LATELY;
import static com.smartmarketingagent.campaign.Readers.HELD_SINCE;
import static com.smartmarketingagent.campaign.Readers.LAST_PRODUCT;
import static com.smartmarketingagent.campaign.Readers.PERSONS;
import static com.smartmarketingagent.campaign.Readers.SAID_NO;
import static com.smartmarketingagent.customer.MergeRepository.HEIRS;
import static com.smartmarketingagent.customer.MergeRepository.TODAY;

import com.smartmarketingagent.customer.AddressKeys;
import com.smartmarketingagent.platform.Db;
import com.smartmarketingagent.platform.Rows;
import com.smartmarketingagent.platform.UserId;
import jakarta.inject.Singleton;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Function;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;

/**
 * One row for each message, and what became of it. Whoever sends holds a lease; every change names its token, so that
 * nobody who lost the lease writes over who has it now.
 */
@Singleton
class OutboxRepository {

    /**
     * A message that is being sent, and whose sender alone may say what came of it.
     *
     * @param token which says that it is theirs
     * @param attempt how often it was begun, this time included
     * @param address the customer's number or e-mail address
     */
    public record Begun(
            UUID customerId,
            UUID token,
            int attempt,
            String address,
            String name,
            String shop,
            @Nullable String lastProduct) {}

    private final AddressKeys keys;

    OutboxRepository(AddressKeys keys) {
        this.keys = keys;
    }

    /**
     * Chooses the next of a campaign's messages, the best known first. Whoever asks has locked the campaign; the
     * messages themselves are locked only after their readers.
     *
     * @param zones whose readers may be written to now, those first who are chosen from first
     * @param byHand those that wait for the owner's hand; else those that are due
     */
    List<UUID> choose(Handle tx, UserId user, UUID campaign, List<ZoneId> zones, boolean byHand, int most) {
        // in the order of their index, of which only the first are read
        return Db.without(
                tx,
                "sort",
                () -> tx.createQuery("""
                        SELECT w.customer_id FROM unnest(:zones::text[]) WITH ORDINALITY z (zone, place)
                        CROSS JOIN LATERAL (
                          SELECT o.customer_id, o.next_attempt_at, o.place FROM app.message_outbox o
                          WHERE o.user_id = :user AND o.campaign_id = :campaign AND o.zone = z.zone AND o.state = 'pending'
                            AND o.next_attempt_at <= CASE WHEN :byHand THEN timestamptz 'infinity' ELSE now() END
                          ORDER BY o.next_attempt_at, o.place LIMIT :most) w
                        ORDER BY z.place, w.next_attempt_at, w.place LIMIT :most
                        """)
                        .bind("user", user)
                        .bind("campaign", campaign)
                        .bindArray(
                                "zones",
                                String.class,
                                zones.stream().map(ZoneId::getId).toList())
                        .bind("byHand", byHand)
                        .bind("most", most)
                        .mapTo(UUID.class)
                        .list());
    }

    /**
     * What the owner says of a message that is open, or of which nobody knows what became of it.
     *
     * @param state {@code accepted}, {@code skipped}, or {@code pending} to have it sent again
     * @param byHand whether it was the owner who opened it; nobody else's sending is spoken for
     * @return whether nobody knew of it until now; empty where there is no such message
     */
    Optional<Boolean> say(Handle tx, UserId user, UUID campaign, UUID customer, String state, boolean byHand) {
        return tx.createQuery("""
                        UPDATE app.message_outbox
                        SET checked_at = CASE WHEN state = 'unknown' THEN now() END, state = :state,
                            attempt = CASE WHEN :state = 'pending' THEN 0 ELSE attempt END, lease_token = NULL, lease_until = NULL,
                            why = CASE WHEN :state = 'skipped' THEN 'owner' END, next_attempt_at = now(),
                            sending_since = CASE WHEN :state = 'accepted' THEN sending_since END,
                            sent_text = CASE WHEN :state = 'accepted' THEN sent_text END
                        WHERE user_id = :user AND campaign_id = :campaign AND customer_id = :customer
                          AND (state = 'unknown' OR :byHand AND state = 'sending' AND :state <> 'pending')
                        RETURNING checked_at IS NOT NULL
                        """)
                .bind("user", user)
                .bind("campaign", campaign)
                .bind("customer", customer)
                .bind("state", state)
                .bind("byHand", byHand)
                .mapTo(Boolean.class)
                .findOne();
    }

    /** Whether a message is still to be sent, or is being sent. */
    boolean isAhead(Handle tx, UserId user, UUID campaign, UUID customer) {
        return tx.createQuery("""
                        SELECT EXISTS (SELECT FROM app.message_outbox
                                       WHERE user_id = :user AND campaign_id = :campaign AND customer_id = :customer
                                         AND state IN ('pending', 'sending'))
                        """)
                .bind("user", user)
                .bind("campaign", campaign)
                .bind("customer", customer)
                .mapTo(Boolean.class)
                .one();
    }

    /**
     * Of a message {@code o}, as far as a condition on it that is to follow: who reads it today, and what it is made
     * of.
     */
    private static final String READ = """
            WITH RECURSIVE named AS (
              SELECT o.campaign_id, o.customer_id AS drawn_id, o.channel, o.place, o.attempt, o.lease_token,
                     coalesce(o.sending_since, 'infinity') AS begun,
                     coalesce(o.why IN ('lost', 'no_answer') AND o.first_try_at < now() - interval '23 hours', false) AS may_have_gone,
                     c.id, c.name, g.via, coalesce((g.audience ->> 'rest_days')::int, 7) AS rest_days, g.state AS campaign_state, u.business_name AS shop,
                     CASE WHEN c.deleted_at IS NULL THEN CASE o.channel WHEN 'email' THEN c.email ELSE c.phone END END AS address,
            """ + LAST_PRODUCT + """
                       AS last_product
              FROM app.message_outbox o
              JOIN app.campaigns g ON g.user_id = :user AND g.id = o.campaign_id
              JOIN app.users u ON u.id = :user
            """ + TODAY + """
              WHERE o.user_id = :user AND o.campaign_id = :campaign AND
            """;

    /** After {@link #READ} and its condition: why each isn't to be sent; null where it is. */
    private static final String JUDGED =
            ")" + HASHED + PERSONS + """
            -- one after the other, each by its index, whatever the planner thinks of messages that it may know nothing of
            , sent AS MATERIALIZED (
              SELECT p.drawn_id, o.* FROM persons p CROSS JOIN LATERAL (
                SELECT campaign_id, customer_id, sending_since, state FROM app.message_outbox
                WHERE user_id = :user AND customer_id = p.id AND sending_since IS NOT NULL OFFSET 0) o
              UNION ALL
              SELECT h.drawn_id, o.* FROM hashes h CROSS JOIN LATERAL (
                SELECT campaign_id, customer_id, sending_since, state FROM app.message_outbox
                WHERE user_id = :user AND address_hash = h.hash OFFSET 0) o
              UNION ALL
              SELECT p.drawn_id, h.campaign_id, h.customer_id,
            """ + HELD_SINCE + """
              , 'held'
              FROM persons p CROSS JOIN app.campaigns g CROSS JOIN LATERAL (
                SELECT campaign_id, customer_id FROM app.campaign_holdout
                WHERE user_id = :user AND campaign_id = g.id AND customer_id = p.id OFFSET 0) h
              WHERE
            """ + HELD_LATELY + ")" + ENOUGH + """
            , judged AS (
              SELECT r.*, CASE WHEN r.address IS NULL THEN 'no_number'
                               WHEN
            """ + SAID_NO + """
                                 THEN 'said_no'
                               WHEN e.here THEN 'same_person'
                               WHEN e.drawn_id IS NOT NULL THEN 'recent'
                               -- of those that are begun together one goes to each address
                               WHEN row_number() OVER (PARTITION BY r.address ORDER BY r.begun, r.place, r.drawn_id) > 1
                                 THEN 'same_person' END AS why
              FROM reader r LEFT JOIN enough e ON e.drawn_id = r.drawn_id)
            """;

    /**
     * Whether a message {@code o} that is chosen is pending still. Said so that the index of what is pending isn't
     * used: to the planner, which hasn't counted a fresh campaign, that looks empty.
     */
    private static final String PENDING = "o.state || '' = 'pending'\n";

    /**
     * Decides on chosen messages at the moment before they are sent: {@code sending}, or why not. To be committed
     * before anybody is called. Who was merged into somebody since is that person. A shop begins one batch after the
     * other: of two campaigns at once, one counts the other.
     *
     * @return those that are to be sent now
     */
    List<Begun> begin(Handle tx, UserId user, UUID campaign, List<UUID> chosen) {
        tx.createQuery("SELECT 1 FROM pg_advisory_xact_lock(hashtextextended('begin ' || :user::text, 0))")
                .bind("user", user)
                .mapTo(Integer.class)
                .one();
        lock(tx, user, READERS + "FOR NO KEY UPDATE", chosen);
        return tx.createQuery(READ + "o.customer_id = ANY (:chosen) AND " + PENDING + JUDGED + """
                        , fate AS MATERIALIZED (
                          SELECT j.*, CASE WHEN campaign_state = 'paused' THEN 'pending'
                                           WHEN campaign_state <> 'running' THEN 'cancelled'
                                           WHEN may_have_gone THEN 'unknown'
                                           WHEN why = 'said_no' THEN 'suppressed'
                                           WHEN why IS NOT NULL THEN 'skipped'
                                           ELSE 'sending' END AS state
                          FROM judged j),
                        decided AS (
                        UPDATE app.message_outbox o
                        SET state = fate.state,
                            sending_since = CASE WHEN fate.state = 'sending' THEN now() END,
                            lease_until = CASE WHEN fate.state = 'sending' THEN now() + interval '2 minutes' END,
                            lease_token = CASE WHEN fate.state = 'sending' THEN gen_random_uuid() END,
                            address_hash = CASE WHEN fate.state = 'sending' THEN fate.hash END,
                            attempt = o.attempt + (fate.state = 'sending')::int,
                            first_try_at = CASE WHEN fate.state = 'sending' THEN coalesce(o.first_try_at, now()) ELSE o.first_try_at END,
                            why = CASE WHEN fate.state IN ('skipped', 'suppressed') THEN fate.why WHEN fate.state = 'unknown' THEN o.why END
                        FROM fate
                        WHERE o.user_id = :user AND o.campaign_id = :campaign AND o.customer_id = ANY (:chosen)
                          AND o.customer_id = fate.drawn_id AND
                        """ + PENDING + """
                        RETURNING o.state, o.place, o.customer_id, o.lease_token AS token, o.attempt, fate.address, fate.name, fate.shop,
                                  fate.last_product)
                        SELECT customer_id, token, attempt, address, name, shop, last_product FROM decided
                        WHERE state = 'sending' ORDER BY place
                        """)
                .bind("user", user)
                .bind("campaign", campaign)
                .bindArray("chosen", UUID.class, chosen)
                .bindMethods(keys)
                .map(Rows.of(Begun.class))
                .list();
    }

    /**
     * Customers as they were drawn, and who they were merged into; to be followed by how they are locked. Who is being
     * erased is waited for. Readers are locked before their messages, here as by whoever erases them or reads what they
     * wrote.
     */
    private static final String READERS = """
            WITH RECURSIVE heirs AS (
              SELECT unnest(:drawn::uuid[]) AS id
            """ + HEIRS + """
            SELECT c.id FROM app.customers c
            WHERE c.user_id = :user AND c.id = ANY (ARRAY(SELECT id FROM heirs)) ORDER BY c.id
            """;

    private static List<UUID> lock(Handle tx, UserId user, String readers, List<UUID> drawn) {
        return tx.createQuery(readers)
                .bind("user", user)
                .bindArray("drawn", UUID.class, drawn)
                .mapTo(UUID.class)
                .list();
    }

    /**
     * What came of a message.
     *
     * @param text as it was handed over
     * @param state it has from now on
     * @param why a key below {@code campaign.why.}; null for a message that waits: its channel was down, and that was
     *     no try
     * @param afterSeconds when to try again; null where it isn't tried again
     */
    record Outcome(
            Begun message,
            String text,
            String state,
            @Nullable String providerId,
            @Nullable String why,
            @Nullable Double afterSeconds) {}

    /**
     * Writes down what came of messages; what was said in them only where it was handed over, and its reader wasn't
     * erased meanwhile.
     *
     * @return how many were still ours to write
     */
    int settle(Handle tx, UserId user, UUID campaign, List<Outcome> outcomes) {
        var customers = outcomes.stream().map(o -> o.message().customerId()).toList();
        // an import may change them meanwhile
        var held = lock(tx, user, READERS + "FOR KEY SHARE", customers);
        return tx.createUpdate("""
                        WITH live AS (
                          SELECT o.customer_id FROM unnest(:customers::uuid[]) o (customer_id)
                        """ + TODAY + """
                          -- who was merged into another while we waited may be erased by now
                          WHERE c.deleted_at IS NULL AND c.id = ANY (:held))
                        UPDATE app.message_outbox o
                        SET state = CASE WHEN n.state = 'pending' AND g.state = 'cancelled' THEN 'cancelled' ELSE n.state END,
                            provider_id = n.provider_id, why = n.why, lease_token = NULL, lease_until = NULL,
                            sent_text = CASE WHEN n.state <> 'pending' AND l.customer_id IS NOT NULL THEN n.text END,
                            sending_since = CASE WHEN n.state = 'pending' THEN NULL ELSE o.sending_since END,
                            -- nothing is wrong with the message itself
                            attempt = o.attempt - CASE WHEN n.state = 'pending' AND n.why IS NULL THEN 1 ELSE 0 END,
                            next_attempt_at = now() + make_interval(secs => coalesce(n.after, 0))
                        FROM unnest(:customers::uuid[], :tokens::uuid[], :states::text[], :providerIds::text[], :whys::text[], :texts::text[], :after::float8[])
                          n (customer_id, token, state, provider_id, why, text, after)
                        JOIN app.campaigns g ON g.user_id = :user AND g.id = :campaign
                        LEFT JOIN live l ON l.customer_id = n.customer_id
                        WHERE o.user_id = :user AND o.campaign_id = :campaign AND o.customer_id = n.customer_id
                          AND o.state = 'sending' AND o.lease_token = n.token
                        """)
                .bind("user", user)
                .bind("campaign", campaign)
                .bindArray("held", UUID.class, held)
                .bindArray("customers", UUID.class, customers)
                .bindArray(
                        "tokens", UUID.class, column(outcomes, o -> o.message().token()))
                .bindArray("states", String.class, column(outcomes, Outcome::state))
                .bindArray("providerIds", String.class, column(outcomes, Outcome::providerId))
                .bindArray("whys", String.class, column(outcomes, Outcome::why))
                .bindArray("texts", String.class, column(outcomes, Outcome::text))
                .bindArray("after", Double.class, column(outcomes, Outcome::afterSeconds))
                .execute();
    }

    private static <T> List<@Nullable T> column(List<Outcome> outcomes, Function<Outcome, @Nullable T> its) {
        var column = new ArrayList<@Nullable T>();
        for (var outcome : outcomes) column.add(its.apply(outcome));
        return column;
    }

    /** Why the shop may not send at all: a key below {@code campaign.paused.}; empty where it may. */
    Optional<String> barred(Handle tx, UserId user) {
        return tx.createQuery("""
                        SELECT CASE WHEN is_active THEN jobs.sending_off() ELSE 'inactive' END FROM app.users WHERE id = :user
                        """).bind("user", user).mapTo(String.class).findOne();
    }

    /** A message as it was opened for the owner's hand. */
    void keepText(Handle tx, UserId user, UUID campaign, Begun message, String text) {
        tx.createUpdate("""
                        UPDATE app.message_outbox SET sent_text = :text
                        WHERE user_id = :user AND campaign_id = :campaign AND customer_id = :customer AND lease_token = :token
                        """)
                .bind("user", user)
                .bind("campaign", campaign)
                .bind("customer", message.customerId())
                .bind("token", message.token())
                .bind("text", text)
                .execute();
    }

    /**
     * What was being sent by who is gone may have been sent, and nobody knows; where the provider knows what it has by
     * its key, for a day, it is sent once more.
     *
     * @return of how many nobody knows
     */
    int reap(Handle tx, UserId user, UUID campaign) {
        return tx.createQuery("""
                        WITH lost AS (
                          UPDATE app.message_outbox o
                          SET state = n.state, why = 'lost', lease_token = NULL, lease_until = NULL, next_attempt_at = now(),
                              sending_since = CASE WHEN n.state = 'unknown' THEN o.sending_since END
                          FROM app.campaigns g
                          CROSS JOIN LATERAL (
                            SELECT customer_id, CASE WHEN g.via = 'resend' AND g.state IN ('running', 'paused')
                                                       AND first_try_at > now() - interval '23 hours' THEN 'pending' ELSE 'unknown' END AS state
                            FROM app.message_outbox
                            WHERE user_id = :user AND campaign_id = :campaign AND state = 'sending' AND lease_until < now()) n
                          WHERE g.user_id = :user AND g.id = :campaign
                            AND o.user_id = :user AND o.campaign_id = :campaign AND o.customer_id = n.customer_id AND o.state = 'sending'
                          RETURNING o.state)
                        SELECT count(*) FROM lost WHERE state = 'unknown'
                        """)
                .bind("user", user)
                .bind("campaign", campaign)
                .mapTo(Integer.class)
                .one();
    }

    /**
     * Nothing that was not begun is sent any more; of what is open in the owner's hands nobody knows. Where nothing was
     * begun nobody is held out either: there is nothing to compare, and they would rest from other campaigns.
     */
    void cancel(Handle tx, UserId user, UUID campaign) {
        tx.createUpdate("""
                        UPDATE app.message_outbox o
                        SET state = CASE WHEN o.state = 'pending' THEN 'cancelled' ELSE 'unknown' END, lease_token = NULL, lease_until = NULL
                        FROM app.campaigns g
                        WHERE g.user_id = :user AND g.id = :campaign AND o.user_id = :user AND o.campaign_id = :campaign
                          AND (o.state = 'pending' OR g.via = 'assisted' AND o.state = 'sending')
                        """).bind("user", user).bind("campaign", campaign).execute();
        tx.createUpdate("""
                        DELETE FROM app.campaign_holdout h
                        WHERE h.user_id = :user AND h.campaign_id = :campaign
                          AND NOT EXISTS (SELECT FROM app.message_outbox o
                                          WHERE o.user_id = :user AND o.campaign_id = :campaign
                                            AND (o.sending_since IS NOT NULL OR o.first_try_at IS NOT NULL))
                        """).bind("user", user).bind("campaign", campaign).execute();
    }

    /**
     * Closes what is open in the owner's hands and may not be sent any more: to who said no since, is gone, or got
     * another message. What may be sent counts for the number that its reader has now, within the week for which that
     * is kept.
     */
    void close(Handle tx, UserId user, UUID campaign) {
        tx.createUpdate(READ + "o.state = 'sending'" + JUDGED + """
                        UPDATE app.message_outbox o
                        SET state = CASE WHEN j.why IS NULL THEN 'sending' WHEN j.why = 'said_no' THEN 'suppressed' ELSE 'skipped' END,
                            why = j.why, address_hash = CASE WHEN o.sending_since > now() - interval '7 days' THEN j.hash END,
                            lease_token = CASE WHEN j.why IS NULL THEN o.lease_token END,
                            lease_until = CASE WHEN j.why IS NULL THEN o.lease_until END,
                            sending_since = CASE WHEN j.why IS NULL THEN o.sending_since END
                        FROM judged j
                        WHERE o.user_id = :user AND o.campaign_id = :campaign AND o.customer_id = j.drawn_id AND o.state = 'sending'
                          AND (j.why IS NOT NULL
                               OR o.address_hash IS DISTINCT FROM j.hash AND o.sending_since > now() - interval '7 days')
                        """)
                .bind("user", user)
                .bind("campaign", campaign)
                .bindMethods(keys)
                .execute();
    }

    /** Those that are open in the owner's hands, and what they are made of, in their order. */
    List<Begun> open(Handle tx, UserId user, UUID campaign) {
        return tx.createQuery(READ + """
                        o.state = 'sending')
                        SELECT drawn_id AS customer_id, lease_token AS token, attempt, address, name, shop, last_product FROM named
                        WHERE address IS NOT NULL ORDER BY place LIMIT 20
                        """)
                .bind("user", user)
                .bind("campaign", campaign)
                .map(Rows.of(Begun.class))
                .list();
    }
}
