package com.smartmarketingagent.content;

import com.smartmarketingagent.content.Brief.Tone;
import com.smartmarketingagent.content.Budget.Settlement;
import com.smartmarketingagent.content.Prompt.Audience;
import com.smartmarketingagent.customer.AddressKeys;
import com.smartmarketingagent.platform.Rows;
import com.smartmarketingagent.platform.UserId;
import com.smartmarketingagent.rfm.Segment;
import jakarta.inject.Singleton;
import java.math.BigDecimal;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;

/** What texts are made from, what was written, and what it cost. */
@Singleton
class ContentRepository {

    private final AddressKeys keys;

    ContentRepository(AddressKeys keys) {
        this.keys = keys;
    }

    /** As it is stored. */
    public record ShopRow(
            String businessName,
            @Nullable String sells,
            @Nullable String city,
            @Nullable String link,
            @Nullable String tone,
            List<String> examples,
            long days) {}

    /** The shop with the five newest examples of its own voice, and those of a segment in the latest analysis. */
    record Ground(Shop shop, Audience audience) {}

    Shop shop(Handle tx, UserId user) {
        return ground(tx, user, null).shop();
    }

    /** @param segment null for nobody */
    Ground ground(Handle tx, UserId user, @Nullable Segment segment) {
        var row = tx.createQuery("""
                        SELECT business_name, sells, city, link, tone,
                               ARRAY (SELECT e.text FROM app.style_examples e
                                      WHERE e.user_id = :user ORDER BY e.created_at DESC, e.id LIMIT 5) AS examples,
                               (SELECT coalesce(round(avg(a.recency_days)), 0)::bigint FROM app.rfm_analysis a
                                WHERE a.user_id = :user AND a.segment = :segment
                                  AND a.analysis_date = (SELECT max(r.analysis_date) FROM app.rfm_runs r WHERE r.user_id = :user)
                               ) AS days
                        FROM app.users WHERE id = :user
                        """)
                .bind("user", user)
                .bind("segment", segment == null ? null : segment.key())
                .map(Rows.of(ShopRow.class))
                .one();
        var tone = row.tone() == null ? Tone.FRIENDLY : Tone.valueOf(row.tone().toUpperCase(Locale.ROOT));
        var shop = new Shop(row.businessName(), row.sells(), row.city(), row.link(), tone, row.examples());
        return new Ground(shop, new Audience(row.days()));
    }

    /** What is written with a capital and may be a name; not what stands in a shop's every text. */
    private static final Pattern CAPITAL = Pattern.compile("(?<![\\p{L}\\p{N}])\\p{Lu}\\p{L}{2,}(?![\\p{L}\\p{N}])");

    private static final Set<String> NO_NAMES =
            Set.of("bapak", "ibu", "mas", "mbak", "kak", "toko", "batik", "kain", "kemeja", "selendang", "sarung");

    /**
     * Names, addresses and notes of customers that occur in the text, and single words of their names that it writes
     * with a capital; longest first, also of those deleted but not purged yet. Short addresses and notes, such as a
     * city or "suka batik tulis", are nobody's.
     */
    List<String> customersWordsIn(Handle tx, UserId user, String text) {
        if (text.isBlank()) return List.of();
        var capitals = CAPITAL.matcher(text)
                .results()
                .map(MatchResult::group)
                .filter(word -> !NO_NAMES.contains(word.toLowerCase(Locale.ROOT)))
                .filter(word -> !Knowledge.BATIK.knows(word))
                .map(word -> word.toLowerCase(Locale.ROOT))
                .distinct()
                .toList();
        var typed = text.toLowerCase(Locale.ROOT);
        return tx
                .createQuery("""
                        SELECT name, address, notes FROM app.customers
                        WHERE user_id = :user
                          AND (strpos(:typed, lower(name)) > 0 OR lower(name) ~ :capitals
                               OR strpos(:typed, lower(address)) > 0 OR strpos(:typed, lower(notes)) > 0)
                        """)
                .bind("user", user)
                .bind("typed", typed)
                // what can't match where there is none
                .bind("capitals", capitals.isEmpty() ? "(?!)" : "\\m(" + String.join("|", capitals) + ")\\M")
                .map(Rows.of(Mentioned.class))
                .stream()
                .flatMap(who -> who.in(typed, capitals))
                // who is called as a motif, a technique or a day is
                .filter(words -> !Knowledge.BATIK.knows(words))
                .distinct()
                .sorted(Comparator.comparing(String::length).reversed())
                .toList();
    }

    /** A customer of whom something occurs in a text. */
    public record Mentioned(
            String name, @Nullable String address, @Nullable String notes) {

        /** What of them does: all of a name, address or note, and single words of the name. */
        Stream<String> in(String typed, List<String> capitals) {
            var whole = Stream.of(part(name, 1, typed), part(address, 2, typed), part(notes, 3, typed))
                    .flatMap(part -> part);
            var single = Arrays.stream(words(name)).filter(w -> capitals.contains(w.toLowerCase(Locale.ROOT)));
            return Stream.concat(whole, single);
        }

        /** @param fewest words that make it somebody's */
        private static Stream<String> part(@Nullable String part, int fewest, String typed) {
            if (part == null) return Stream.empty();
            var bare = part.strip();
            boolean somebodys = bare.length() >= 3 && words(bare).length >= fewest;
            return somebodys && typed.contains(bare.toLowerCase(Locale.ROOT)) ? Stream.of(bare) : Stream.empty();
        }

        private static String[] words(String text) {
            return text.strip().split("[^\\p{L}\\p{N}]+", -1);
        }
    }

    /**
     * A customer whom a text is shown for.
     *
     * @param lastProduct the first of their last purchase; null where none was written down
     */
    public record Reader(
            UUID id,
            String name,
            @Nullable String phone,
            @Nullable String lastProduct) {}

    /** Whom a text is shown for, and by whose name. */
    record Sample(String shop, List<Reader> readers) {}

    Sample sample(Handle tx, UserId user, Segment segment) {
        var shop = tx.createQuery("SELECT business_name FROM app.users WHERE id = :user")
                .bind("user", user)
                .mapTo(String.class)
                .one();
        return new Sample(shop, readers(tx, user, segment));
    }

    /** Up to three of the segment who haven't said that they want no messages, those who spent most first. */
    List<Reader> readers(Handle tx, UserId user, Segment segment) {
        return tx.createQuery("""
                        SELECT c.id, c.name, c.phone,
                               (SELECT t.products -> 0 ->> 'name' FROM app.transactions t
                                WHERE t.user_id = :user AND t.customer_id = c.id AND t.amount > 0
                                ORDER BY t.transaction_date DESC, t.id DESC LIMIT 1) AS last_product
                        FROM app.rfm_analysis a JOIN app.customers c ON c.user_id = a.user_id AND c.id = a.customer_id
                        WHERE a.user_id = :user AND a.segment = :segment AND c.deleted_at IS NULL
                          AND a.analysis_date = (SELECT max(r.analysis_date) FROM app.rfm_runs r WHERE r.user_id = :user)
                          AND NOT EXISTS (SELECT FROM app.consents k
                                          WHERE k.user_id = :user AND k.customer_id = c.id AND k.channel = 'whatsapp'
                                            AND k.state = 'withdrawn')
                          AND NOT EXISTS (SELECT FROM app.suppressions s
                                          WHERE s.user_id = :user AND s.channel = 'whatsapp'
                                            AND s.address_hash IN (app.address_hash(:key, c.phone), app.address_hash(:previousKey, c.phone)))
                        ORDER BY a.monetary DESC, c.id LIMIT 3
                        """)
                .bind("user", user)
                .bindMethods(keys)
                .bind("segment", segment.key())
                .map(Rows.of(Reader.class))
                .list();
    }

    /**
     * What the cache says of a request.
     *
     * @param content null where nobody has written it
     * @param ours whether it is now ours to write
     * @param lacking where it is ours: who has no money left for it, {@code shop} or {@code installation}; null where
     *     the money is set aside
     */
    public record Claim(
            @Nullable String content,
            boolean ours,
            @Nullable String lacking) {}

    /**
     * Money for one call.
     *
     * @param amount in rupiah, as all are; null where prices are not known, and nothing is set aside
     * @param shopLimit a month, as {@code installationLimit} is
     */
    public record Money(@Nullable BigDecimal amount, BigDecimal shopLimit, BigDecimal installationLimit) {}

    /**
     * The stored answer to a request; or the right to write it, which one of those who ask at once gets for a minute,
     * with the money for it. An answer counts for 30 days.
     *
     * @param fresh whether a stored answer is not wanted
     * @param patient whether one that is being replaced isn't either
     */
    Claim claim(Handle tx, UserId user, Brief brief, byte[] promptHash, boolean fresh, boolean patient, Money money) {
        return tx.createQuery("""
                        WITH claimed AS (
                          INSERT INTO app.content_cache AS c (user_id, segment, content_type, prompt_hash, claimed_until)
                          VALUES (:user, :segment, :type, :hash, now() + interval '1 minute')
                          ON CONFLICT (user_id, segment, content_type, prompt_hash)
                          DO UPDATE SET claimed_until = excluded.claimed_until
                          WHERE c.claimed_until <= now() AND (c.content IS NULL OR :fresh OR c.created_at <= now() - interval '30 days')
                          RETURNING true)
                        SELECT (SELECT c.content FROM app.content_cache c
                                WHERE c.user_id = :user AND c.segment = :segment AND c.content_type = :type AND c.prompt_hash = :hash
                                  AND c.created_at > now() - interval '30 days' AND NOT (:patient AND c.claimed_until > now())
                                  AND NOT EXISTS (SELECT FROM claimed)) AS content,
                               EXISTS (SELECT FROM claimed) AS ours,
                               (SELECT CASE WHEN :amount::numeric IS NOT NULL
                                            THEN app.reserve_model_cost(:amount, :shopLimit, :installationLimit) END FROM claimed) AS lacking
                        """)
                .bind("user", user)
                .bind("segment", brief.segment().key())
                .bind("type", brief.contentType().key())
                .bind("hash", promptHash)
                .bind("fresh", fresh)
                .bind("patient", patient)
                .bindMethods(money)
                .map(Rows.of(Claim.class))
                .one();
    }

    /** Gives the right to write an answer back; what was there before stays. */
    void release(Handle tx, UserId user, Brief brief, byte[] promptHash) {
        tx.createUpdate("""
                        UPDATE app.content_cache SET claimed_until = now()
                        WHERE user_id = :user AND segment = :segment AND content_type = :type AND prompt_hash = :hash
                        """)
                .bind("user", user)
                .bind("segment", brief.segment().key())
                .bind("type", brief.contentType().key())
                .bind("hash", promptHash)
                .execute();
    }

    /**
     * What was written.
     *
     * @param variants as JSON, as {@code brief} and {@code usage} are
     * @param model null where none was asked, as {@code usage} and {@code cost} are
     */
    public record Row(
            UUID id,
            String brief,
            String source,
            @Nullable String model,
            String variants,
            @Nullable String usage,
            @Nullable BigDecimal cost) {}

    /** Stores it for 90 days ({@code app.purge}). */
    void save(Handle tx, UserId user, Row row) {
        tx.createUpdate("""
                        INSERT INTO app.content (user_id, id, brief, source, model, variants, usage, cost)
                        VALUES (:user, :id, :brief::jsonb, :source, :model, :variants::jsonb, :usage::jsonb, :cost)
                        """).bind("user", user).bindMethods(row).execute();
    }

    /** The same for what a model wrote, which then answers the same prompt for others; in one go, as somebody waits. */
    void save(Handle tx, UserId user, Row row, Brief brief, byte[] promptHash, @Nullable Settlement settlement) {
        tx.createUpdate("""
                        WITH answered AS (
                          UPDATE app.content_cache SET content = :variants::jsonb, claimed_until = now(), created_at = now()
                          WHERE user_id = :user AND segment = :segment AND content_type = :type AND prompt_hash = :hash),
                        settled AS (
                          UPDATE app.model_spending SET spent = greatest(spent + :above, 0)
                          WHERE user_id = :user AND month = date_trunc('month', :reserved::timestamptz AT TIME ZONE 'UTC')::date)
                        INSERT INTO app.content (user_id, id, brief, source, model, variants, usage, cost)
                        VALUES (:user, :id, :brief::jsonb, :source, :model, :variants::jsonb, :usage::jsonb, :cost)
                        """)
                .bind("user", user)
                .bindMethods(row)
                .bind("segment", brief.segment().key())
                .bind("type", brief.contentType().key())
                .bind("hash", promptHash)
                .bind("above", settlement == null ? BigDecimal.ZERO : settlement.above())
                .bind("reserved", settlement == null ? null : settlement.at())
                .execute();
    }

    /** How often texts were written for a brief, as JSON. */
    int times(Handle tx, UserId user, String brief) {
        return tx.createQuery("SELECT count(*) FROM app.content WHERE user_id = :user AND brief = :brief::jsonb")
                .bind("user", user)
                .bind("brief", brief)
                .mapTo(Integer.class)
                .one();
    }

    /** What was asked for and written, both as JSON. */
    public record Written(String brief, String variants) {}

    Optional<Written> find(Handle tx, UserId user, UUID id) {
        return tx.createQuery("SELECT brief, variants FROM app.content WHERE user_id = :user AND id = :id")
                .bind("user", user)
                .bind("id", id)
                .map(Rows.of(Written.class))
                .findOne();
    }

    /**
     * Sets money aside before it is spent.
     *
     * @return who has nothing left, {@code shop} or {@code installation}; empty where the amount is set aside
     */
    Optional<String> reserve(Handle tx, Money money) {
        return tx.createQuery("SELECT app.reserve_model_cost(:amount, :shopLimit, :installationLimit)")
                .bindMethods(money)
                .mapTo(String.class)
                .findOne();
    }

    void settle(Handle tx, UserId user, Settlement settlement) {
        tx.createUpdate("""
                        UPDATE app.model_spending SET spent = greatest(spent + :above, 0)
                        WHERE user_id = :user AND month = date_trunc('month', :reserved::timestamptz AT TIME ZONE 'UTC')::date
                        """)
                .bind("user", user)
                .bind("reserved", settlement.at())
                .bind("above", settlement.above())
                .execute();
    }

    /** Rupiah this month. */
    BigDecimal spent(Handle tx, UserId user) {
        return tx.createQuery("""
                        SELECT spent FROM app.model_spending
                        WHERE user_id = :user AND month = date_trunc('month', now() AT TIME ZONE 'UTC')::date
                        """)
                .bind("user", user)
                .mapTo(BigDecimal.class)
                .findOne()
                .orElse(BigDecimal.ZERO);
    }
}
