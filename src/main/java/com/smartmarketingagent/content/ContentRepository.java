package com.smartmarketingagent.content;

import com.smartmarketingagent.content.Brief.Tone;
import com.smartmarketingagent.platform.UserId;
import com.smartmarketingagent.rfm.Segment;
import jakarta.inject.Singleton;
import java.math.BigDecimal;
import java.time.Instant;
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
import org.jdbi.v3.core.mapper.reflect.ConstructorMapper;
import org.jspecify.annotations.Nullable;

/** What texts are made from, what was written, and what it cost. */
@Singleton
class ContentRepository {

    /** As it is stored. */
    public record ShopRow(
            String businessName,
            @Nullable String sells,
            @Nullable String city,
            @Nullable String link,
            @Nullable String tone,
            List<String> examples) {}

    /** The shop with the five newest examples of its own voice. */
    Shop shop(Handle tx, UserId user) {
        var row = tx.createQuery("""
                        SELECT business_name, sells, city, link, tone,
                               ARRAY (SELECT e.text FROM app.style_examples e
                                      WHERE e.user_id = :user ORDER BY e.created_at DESC, e.id LIMIT 5) AS examples
                        FROM app.users WHERE id = :user
                        """)
                .bind("user", user)
                .map(ConstructorMapper.of(ShopRow.class))
                .one();
        var tone = row.tone() == null ? Tone.FRIENDLY : Tone.valueOf(row.tone().toUpperCase(Locale.ROOT));
        return new Shop(row.businessName(), row.sells(), row.city(), row.link(), tone, row.examples());
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
        return tx
                .createQuery("""
                        WITH typed AS MATERIALIZED (SELECT lower(:text) AS words)
                        SELECT v.words, v.fewest, strpos(typed.words, lower(v.words)) > 0 AS whole FROM typed, app.customers c
                        CROSS JOIN LATERAL (VALUES (c.name, 1), (c.address, 2), (c.notes, 3)) v (words, fewest)
                        WHERE c.user_id = :user
                          AND (strpos(typed.words, lower(v.words)) > 0
                               OR (v.fewest = 1
                                   AND string_to_array(translate(lower(v.words), '.,-/()''', '       '), ' ') && :capitals::text[]))
                        """)
                .bind("user", user)
                .bind("text", text)
                .bindArray("capitals", String.class, capitals)
                .map(ConstructorMapper.of(Occurrence.class))
                .stream()
                .flatMap(found -> found.theirs(capitals))
                // who is called as a motif, a technique or a day is
                .filter(words -> !Knowledge.BATIK.knows(words))
                .distinct()
                .sorted(Comparator.comparing(String::length).reversed())
                .toList();
    }

    /**
     * What is stored of a customer and occurs in a text.
     *
     * @param fewest words that make it somebody's
     * @param whole whether all of it occurs; else single words of a name do
     */
    public record Occurrence(String words, int fewest, boolean whole) {

        Stream<String> theirs(List<String> capitals) {
            var each = words.strip().split("[^\\p{L}\\p{N}]+", -1);
            boolean somebodys = whole && words.strip().length() >= 3 && each.length >= fewest;
            var single = fewest > 1
                    ? Stream.<String>of()
                    : Arrays.stream(each).filter(w -> capitals.contains(w.toLowerCase(Locale.ROOT)));
            return somebodys ? Stream.concat(Stream.of(words.strip()), single) : single;
        }
    }

    /** Those of the segment in the latest analysis, as a whole. */
    Prompt.Audience audience(Handle tx, UserId user, Segment segment) {
        long days = tx.createQuery("""
                        SELECT coalesce(round(avg(a.recency_days)), 0)::bigint AS days FROM app.rfm_analysis a
                        WHERE a.user_id = :user AND a.segment = :segment
                          AND a.analysis_date = (SELECT max(r.analysis_date) FROM app.rfm_runs r WHERE r.user_id = :user)
                        """)
                .bind("user", user)
                .bind("segment", segment.key())
                .mapTo(Long.class)
                .one();
        return new Prompt.Audience(days);
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
                        ORDER BY a.monetary DESC, c.id LIMIT 3
                        """)
                .bind("user", user)
                .bind("segment", segment.key())
                .map(ConstructorMapper.of(Reader.class))
                .list();
    }

    /**
     * What the cache says of a request.
     *
     * @param content null where nobody has written it
     * @param ours whether it is now ours to write
     */
    public record Claim(@Nullable String content, boolean ours) {}

    /**
     * The stored answer to a request; or the right to write it, which one of those who ask at once gets for a minute.
     * An answer counts for 30 days.
     *
     * @param fresh whether a stored answer is not wanted
     * @param patient whether one that is being replaced isn't either
     */
    Claim claim(Handle tx, UserId user, Brief brief, byte[] promptHash, boolean fresh, boolean patient) {
        int claimed = tx.createUpdate("""
                        INSERT INTO app.content_cache AS c (user_id, segment, content_type, prompt_hash, claimed_until)
                        VALUES (:user, :segment, :type, :hash, now() + interval '1 minute')
                        ON CONFLICT (user_id, segment, content_type, prompt_hash)
                        DO UPDATE SET claimed_until = excluded.claimed_until
                        WHERE c.claimed_until <= now() AND (c.content IS NULL OR :fresh OR c.created_at <= now() - interval '30 days')
                        """)
                .bind("user", user)
                .bind("segment", brief.segment().key())
                .bind("type", brief.contentType().key())
                .bind("hash", promptHash)
                .bind("fresh", fresh)
                .execute();
        if (claimed == 1) return new Claim(null, true);
        return tx.createQuery("""
                        SELECT CASE WHEN created_at > now() - interval '30 days' AND NOT (:patient AND claimed_until > now())
                                    THEN content END AS content, false AS ours
                        FROM app.content_cache
                        WHERE user_id = :user AND segment = :segment AND content_type = :type AND prompt_hash = :hash
                        """)
                .bind("patient", patient)
                .bind("user", user)
                .bind("segment", brief.segment().key())
                .bind("type", brief.contentType().key())
                .bind("hash", promptHash)
                .map(ConstructorMapper.of(Claim.class))
                .findOne()
                .orElse(new Claim(null, false));
    }

    /** @param content null gives the claim back; what was there before stays */
    void fill(Handle tx, UserId user, Brief brief, byte[] promptHash, @Nullable String content) {
        tx.createUpdate("""
                        UPDATE app.content_cache
                        SET content = coalesce(:content::jsonb, content), claimed_until = now(),
                            created_at = CASE WHEN :content::jsonb IS NULL THEN created_at ELSE now() END
                        WHERE user_id = :user AND segment = :segment AND content_type = :type AND prompt_hash = :hash
                        """)
                .bind("user", user)
                .bind("segment", brief.segment().key())
                .bind("type", brief.contentType().key())
                .bind("hash", promptHash)
                .bind("content", content)
                .execute();
    }

    /**
     * Stores what was written, for 90 days ({@code app.purge}).
     *
     * @param variants as JSON, as {@code brief} and {@code usage} are
     */
    void save(
            Handle tx,
            UserId user,
            UUID id,
            String brief,
            String source,
            @Nullable String model,
            String variants,
            @Nullable String usage,
            @Nullable BigDecimal cost) {
        tx.createUpdate("""
                        INSERT INTO app.content (user_id, id, brief, source, model, variants, usage, cost)
                        VALUES (:user, :id, :brief::jsonb, :source, :model, :variants::jsonb, :usage::jsonb, :cost)
                        """)
                .bind("user", user)
                .bind("id", id)
                .bind("brief", brief)
                .bind("source", source)
                .bind("model", model)
                .bind("variants", variants)
                .bind("usage", usage)
                .bind("cost", cost)
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
                .map(ConstructorMapper.of(Written.class))
                .findOne();
    }

    /**
     * Sets money aside before it is spent.
     *
     * @param shopLimit rupiah a month, as {@code installationLimit} is
     * @return who has nothing left, {@code shop} or {@code installation}; empty where the amount is set aside
     */
    Optional<String> reserve(Handle tx, BigDecimal amount, BigDecimal shopLimit, BigDecimal installationLimit) {
        return tx.createQuery("SELECT app.reserve_model_cost(:amount, :shop, :installation)")
                .bind("amount", amount)
                .bind("shop", shopLimit)
                .bind("installation", installationLimit)
                .mapTo(String.class)
                .findOne();
    }

    /** @param above what it cost less what was set aside at {@code reserved} */
    void settle(Handle tx, UserId user, Instant reserved, BigDecimal above) {
        tx.createUpdate("""
                        UPDATE app.model_spending SET spent = greatest(spent + :above, 0)
                        WHERE user_id = :user AND month = date_trunc('month', :reserved::timestamptz AT TIME ZONE 'UTC')::date
                        """)
                .bind("user", user)
                .bind("reserved", reserved)
                .bind("above", above)
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
