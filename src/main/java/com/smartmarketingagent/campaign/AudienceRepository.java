package com.smartmarketingagent.campaign;

import static com.smartmarketingagent.account.Limits.REACHED;
import static com.smartmarketingagent.campaign.Readers.ENOUGH;
import static com.smartmarketingagent.campaign.Readers.HASHED;
import static com.smartmarketingagent.campaign.Readers.HELD_LATELY;
import static com.smartmarketingagent.campaign.Readers.HELD_SINCE;
import static com.smartmarketingagent.campaign.Readers.LAST_PRODUCT;
import static com.smartmarketingagent.campaign.Readers.PERSONS;
import static com.smartmarketingagent.campaign.Readers.SAID_NO;

import com.smartmarketingagent.customer.AddressKeys;
import com.smartmarketingagent.messaging.Via;
import com.smartmarketingagent.pacing.Zones;
import com.smartmarketingagent.platform.Db;
import com.smartmarketingagent.platform.Rows;
import com.smartmarketingagent.platform.UserId;
import jakarta.inject.Singleton;
import java.time.ZoneId;
import java.util.List;
import java.util.Locale;
import java.util.UUID;
import java.util.function.Supplier;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.statement.SqlStatement;
import org.jspecify.annotations.Nullable;

/** Who is meant by a campaign, who of them can be written to, and why the others can't. */
@Singleton
class AudienceRepository {

    /** Each who is meant, once, with {@code why} they are left out; {@code ok} for nothing. */
    private static final String MEANT = """
            WITH RECURSIVE bought AS (
              SELECT t.customer_id, max(t.transaction_date) AS last FROM app.transactions t
              WHERE t.user_id = :user AND t.amount > 0 AND (:withinDays::int IS NOT NULL OR :notDays::int IS NOT NULL)
              GROUP BY t.customer_id),
            owners AS (
              SELECT DISTINCT t.customer_id FROM app.transactions t CROSS JOIN LATERAL jsonb_array_elements(t.products) p
              WHERE t.user_id = :user AND t.amount > 0 AND :product::text IS NOT NULL
                AND strpos(lower(p ->> 'name'), lower(:product)) > 0),
            spent AS (
              SELECT t.customer_id, sum(t.amount) AS amount FROM app.transactions t
              WHERE t.user_id = :user AND :minSpent::numeric IS NOT NULL GROUP BY t.customer_id),
            today AS (SELECT (now() AT TIME ZONE u.timezone)::date AS day FROM app.users u WHERE u.id = :user),
            named AS (
              SELECT c.id, c.city, a.frequency, a.recency_days, k.state AS consent, :channel AS channel, :via AS via, :restDays AS rest_days,
                     CASE :channel WHEN 'email' THEN c.email ELSE c.phone END AS address,
                     c.id AS drawn_id, NULL::uuid AS campaign_id, timestamptz 'infinity' AS begun
              FROM app.customers c
              LEFT JOIN app.consents k ON k.user_id = :user AND k.customer_id = c.id AND k.channel = :channel
              LEFT JOIN app.rfm_analysis a ON a.user_id = :user AND a.customer_id = c.id
                AND a.analysis_date = (SELECT max(r.analysis_date) FROM app.rfm_runs r WHERE r.user_id = :user)
              LEFT JOIN bought ON bought.customer_id = c.id
              LEFT JOIN owners ON owners.customer_id = c.id
              LEFT JOIN spent ON spent.customer_id = c.id
              WHERE c.user_id = :user AND c.deleted_at IS NULL
                AND (:withinDays::int IS NULL OR bought.last >= (SELECT day FROM today) - :withinDays)
                AND (:notDays::int IS NULL OR bought.last < (SELECT day FROM today) - :notDays)
                AND (:product::text IS NULL OR owners.customer_id IS NOT NULL)
                AND (:segment::text IS NULL OR a.segment = :segment)
                AND (:city::text IS NULL OR lower(c.city) = lower(:city))
                AND (cardinality(:tags::text[]) = 0 OR EXISTS (SELECT FROM unnest(c.tags) t WHERE lower(t) = ANY (:tags)))
                AND (:minSpent::numeric IS NULL OR spent.amount >= :minSpent))
            """ + HASHED + PERSONS + """
            , sent AS (
              SELECT t.drawn_id, o.campaign_id, o.customer_id, o.sending_since, o.state
              FROM app.message_outbox o
              CROSS JOIN LATERAL (VALUES (uuid_send(o.customer_id)), (o.address_hash)) k (key)
              JOIN (SELECT drawn_id, uuid_send(id) AS key FROM persons UNION ALL SELECT drawn_id, hash FROM hashes) t ON t.key = k.key
              WHERE o.user_id = :user AND o.sending_since > now() - make_interval(days => :restDays) AND
            """ + REACHED + """
              UNION ALL
              SELECT p.drawn_id, h.campaign_id, h.customer_id,
            """ + HELD_SINCE + """
              , 'held'
              FROM app.campaigns g
              JOIN app.campaign_holdout h ON h.user_id = :user AND h.campaign_id = g.id
              JOIN persons p ON p.id = h.customer_id
              WHERE
            """ + HELD_LATELY
            + ")" + ENOUGH + """
            , numberless AS (
              -- whose number lately turned out to have no WhatsApp, and was not touched since: writing to such is what numbers are
              -- banned for
              SELECT DISTINCT p.drawn_id FROM persons p
              JOIN app.customers c ON c.user_id = :user AND c.id = p.drawn_id
              JOIN app.message_outbox o ON o.user_id = :user AND o.customer_id = p.id
              WHERE :channel = 'whatsapp' AND o.channel = 'whatsapp' AND o.state = 'failed' AND o.why = 'address'
                AND o.sending_since > greatest(c.updated_at, now() - interval '90 days')),
            judged AS (
              SELECT r.id, r.city, r.frequency, r.recency_days, r.channel, r.address,
                     CASE WHEN r.address IS NULL OR x.drawn_id IS NOT NULL THEN 'no_number'
                          WHEN
            """ + SAID_NO + """
                            THEN 'refused'
                          WHEN r.consent IS NULL AND NOT :includeUnasked THEN 'unasked'
                          WHEN e.drawn_id IS NOT NULL THEN 'recent'
                          ELSE 'ok' END AS why
              FROM reader r
              LEFT JOIN enough e ON e.drawn_id = r.drawn_id
              LEFT JOIN numberless x ON x.drawn_id = r.drawn_id),
            meant AS (
              SELECT id, city, frequency, recency_days,
                     -- one address gets one mail, whoever shares it; a number is one customer's
                     CASE WHEN why = 'ok' AND channel = 'email'
                            AND row_number() OVER (PARTITION BY CASE channel WHEN 'email' THEN address END, why ORDER BY id) > 1
                            THEN 'no_number' ELSE why END AS why
              FROM judged)
            """;

    private final AddressKeys keys;

    AudienceRepository(AddressKeys keys) {
        this.keys = keys;
    }

    private <S extends SqlStatement<S>> S bound(S statement, UserId user, Via via, Audience audience) {
        var tags = audience.tags() == null ? List.<String>of() : audience.tags();
        var product = audience.product();
        return statement
                .bind("user", user)
                .bind("via", via.key())
                .bind("channel", via.channel().key())
                .bind(
                        "segment",
                        audience.segment() == null ? null : audience.segment().key())
                .bind("city", audience.city())
                .bindArray(
                        "tags",
                        String.class,
                        tags.stream().map(t -> t.toLowerCase(Locale.ROOT)).toList())
                .bind("minSpent", audience.minSpent())
                .bind("withinDays", audience.boughtWithinDays())
                .bind("notDays", audience.notBoughtDays())
                .bind("restDays", audience.rest())
                .bind("product", product == null || product.isBlank() ? null : product.strip())
                .bind("includeUnasked", Boolean.TRUE.equals(audience.includeUnasked()))
                .bindMethods(keys);
    }

    /** Set by set, instead of going through one of them for each row of the other. */
    private static <T> T bySets(Handle tx, Supplier<T> query) {
        return Db.without(tx, "nestloop", query);
    }

    Audience.Reach count(Handle tx, UserId user, Via via, Audience audience) {
        return bySets(
                tx,
                () -> bound(tx.createQuery(MEANT + """
                        SELECT count(*) FILTER (WHERE why = 'ok') AS reachable, count(*) FILTER (WHERE why = 'no_number') AS no_number,
                               count(*) FILTER (WHERE why = 'refused') AS refused, count(*) FILTER (WHERE why = 'unasked') AS unasked,
                               count(*) FILTER (WHERE why = 'recent') AS recent
                        FROM meant
                        """), user, via, audience)
                        .map(Rows.of(Audience.Reach.class))
                        .one());
    }

    /**
     * Settles who gets a message and who gets nothing, which is drawn by the hash of both ids: the same people whenever
     * it is done. Those who bought most often come first: they know the shop.
     *
     * @param holdout how many get nothing
     * @param shop the zone of those whose city says none
     */
    void freeze(Handle tx, UserId user, UUID campaign, Via via, Audience audience, long holdout, ZoneId shop) {
        bySets(
                tx,
                () -> bound(tx.createUpdate(MEANT + """
                        , drawn AS (
                          SELECT id, row_number() OVER (ORDER BY sha256(uuid_send(:campaign) || uuid_send(id)), id) AS lot, city,
                                 row_number() OVER (ORDER BY frequency DESC NULLS LAST, recency_days, id) AS place
                          FROM meant WHERE why = 'ok'),
                        held AS (
                          INSERT INTO app.campaign_holdout (user_id, campaign_id, customer_id)
                          SELECT :user, :campaign, id FROM drawn WHERE lot <= :holdout)
                        INSERT INTO app.message_outbox (user_id, campaign_id, customer_id, channel, zone, place, next_attempt_at)
                        SELECT :user, :campaign, d.id, :channel, coalesce(z.zone, :shop), d.place,
                               CASE WHEN :via = 'assisted' THEN timestamptz 'infinity' ELSE now() END
                        FROM drawn d
                        LEFT JOIN unnest(:cities::text[], :zones::text[]) z (city, zone)
                          ON z.city = regexp_replace(lower(btrim(d.city)), '^(kota|kabupaten|kab[.]?) +', '')
                        WHERE d.lot > :holdout
                        """), user, via, audience)
                        .bind("campaign", campaign)
                        .bind("holdout", holdout)
                        .bind("shop", shop.getId())
                        .bindArray("cities", String.class, Zones.INDONESIA.cities())
                        .bindArray("zones", String.class, Zones.INDONESIA.zones())
                        .execute());
    }

    /** Who owns the shop. @param phone E.164; null where it is not known */
    public record Owner(
            String name,
            String shop,
            String email,
            @Nullable String phone) {}

    Owner owner(Handle tx, UserId user) {
        return tx.createQuery(
                        "SELECT full_name AS name, business_name AS shop, email, phone FROM app.users WHERE id = :user")
                .bind("user", user)
                .map(Rows.of(Owner.class))
                .one();
    }

    /** What a message to one of them is made of. @param lastProduct null where it is not known */
    public record Reader(
            UUID id, String name, String shop, @Nullable String lastProduct) {}

    /** Up to three of those who would be written to, those who spent most first. */
    List<Reader> sample(Handle tx, UserId user, Via via, Audience audience) {
        return bySets(
                tx,
                () -> bound(tx.createQuery(MEANT + """
                        SELECT c.id, c.name, u.business_name AS shop,
                        """ + LAST_PRODUCT + """
                               AS last_product
                        FROM meant m
                        JOIN app.users u ON u.id = :user
                        JOIN app.customers c ON c.user_id = :user AND c.id = m.id
                        LEFT JOIN app.rfm_analysis a ON a.user_id = :user AND a.customer_id = m.id
                          AND a.analysis_date = (SELECT max(r.analysis_date) FROM app.rfm_runs r WHERE r.user_id = :user)
                        WHERE m.why = 'ok' ORDER BY a.monetary DESC NULLS LAST, m.id LIMIT 3
                        """), user, via, audience)
                        .map(Rows.of(Reader.class))
                        .list());
    }

    /**
     * How many of those who would be written to lack a word of their own, as placeholders are merged.
     *
     * @param name whose name is a number or nothing
     * @param lastProduct whose last purchase says not what it was, or who never bought
     */
    public record Lacking(long name, long lastProduct) {}

    Lacking lacking(Handle tx, UserId user, Via via, Audience audience) {
        return bySets(
                tx,
                () -> bound(tx.createQuery(MEANT + """
                        SELECT count(*) FILTER (WHERE c.name !~ '[^[:space:]]' OR c.name ~ '^[+0-9 ().-]+$') AS name,
                               count(*) FILTER (WHERE coalesce(last.product, '') !~ '[^[:space:]]') AS last_product
                        FROM meant m JOIN app.customers c ON c.user_id = :user AND c.id = m.id
                        CROSS JOIN LATERAL (SELECT
                        """ + LAST_PRODUCT + """
                          AS product) last
                        WHERE m.why = 'ok'
                        """), user, via, audience)
                        .map(Rows.of(Lacking.class))
                        .one());
    }
}
