package com.smartmarketingagent.campaign;

import static com.smartmarketingagent.account.Limits.REACHED;

/**
 * SQL that is the same wherever it is asked who is written to, and with what: when an audience is counted, when a
 * message is begun, and while it is open in the owner's hands.
 *
 * <p>Who is asked about are the rows of {@code named}: {@code id} of a customer as they are today, {@code channel} with
 * their {@code address}, {@code via}, and how many {@code rest_days} are between two messages; {@code drawn_id} of the
 * customer as they were drawn; and where a message is there already, its {@code campaign_id} and {@code begun} when
 * (infinity for not yet).
 */
final class Readers {

    private Readers() {}

    /** Continues {@code WITH RECURSIVE named AS (…)}: {@code reader} knows their address by its keyed hashes, too. */
    static final String HASHED = """
            , reader AS MATERIALIZED (
              SELECT named.*, app.address_hash(:key, address) AS hash, app.address_hash(:previousKey, address) AS previous_hash
              FROM named)
            """;

    /** Whether a reader {@code r} said no, or nothing may be sent to their address, whoever has it. */
    static final String SAID_NO = """
            (EXISTS (SELECT FROM app.consents k
                     WHERE k.user_id = :user AND k.customer_id = r.id AND k.channel = r.channel AND k.state = 'withdrawn')
             OR EXISTS (SELECT FROM app.suppressions s
                        WHERE s.user_id = :user AND s.channel = r.channel AND s.address_hash IN (r.hash, r.previous_hash)))
            """;

    /** Continues {@link #HASHED}: who each reader is, those included who were merged into them, and their hashes. */
    static final String PERSONS = """
            , persons AS (
              SELECT drawn_id, id FROM reader
              UNION ALL
              SELECT p.drawn_id, d.id FROM persons p JOIN app.customers d ON d.user_id = :user AND d.merged_into = p.id),
            hashes AS (
              SELECT drawn_id, hash FROM reader WHERE hash IS NOT NULL
              UNION ALL SELECT drawn_id, previous_hash FROM reader WHERE previous_hash IS NOT NULL)
            """;

    /**
     * Since when who is held out by a campaign {@code g} rests: as if they had its message, its last one, but at most
     * 14 days after its first. Else the next campaign would go to these people and not to those they are compared with,
     * and each would measure the other.
     */
    static final String HELD_SINCE = """
            least(CASE WHEN g.state IN ('running', 'paused') THEN now() ELSE coalesce(g.finished_at, g.frozen_at) END,
                  g.frozen_at + interval '14 days')
            """;

    /** Whether anybody may still rest of a campaign {@code g}: a rest is 90 days at most. */
    static final String HELD_LATELY = "g.user_id = :user AND g.frozen_at > now() - interval '104 days'";

    /**
     * Continues {@code sent}, which are messages to each {@code drawn_id}, or to whoever had their address: who had
     * enough before, and whether it was of this very campaign ({@code here}). Practice is for practice.
     */
    static final String ENOUGH = """
            , enough AS MATERIALIZED (
              SELECT r.drawn_id, bool_or(o.campaign_id = r.campaign_id) AS here
              FROM sent o
              JOIN reader r ON r.drawn_id = o.drawn_id
              JOIN app.campaigns g ON g.user_id = :user AND g.id = o.campaign_id
              WHERE (o.sending_since, o.customer_id) < (r.begun, r.drawn_id)
                AND CASE WHEN o.campaign_id = r.campaign_id THEN o.state <> 'held'
                         ELSE r.via <> 'practice' AND g.via <> 'practice'
                           AND o.sending_since > now() - make_interval(days => r.rest_days) END
                AND (o.state = 'held' OR
            """ + REACHED + ") GROUP BY r.drawn_id)";

    /** What a customer {@code c} bought last; null where it is not known. */
    static final String LAST_PRODUCT = """
            (SELECT t.products -> 0 ->> 'name' FROM app.transactions t
             WHERE t.user_id = :user AND t.customer_id = c.id AND t.amount > 0
             ORDER BY t.transaction_date DESC, t.id DESC LIMIT 1)
            """;
}
