package com.smartmarketingagent.campaign;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.smartmarketingagent.campaign.Campaign.State;
import com.smartmarketingagent.messaging.Via;
import com.smartmarketingagent.platform.Paging;
import com.smartmarketingagent.platform.Problem;
import com.smartmarketingagent.platform.Rows;
import com.smartmarketingagent.platform.UserId;
import jakarta.inject.Singleton;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.UUID;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.statement.Update;
import org.jspecify.annotations.Nullable;

/** Campaigns as they are kept. */
@Singleton
class CampaignRepository {

    private static final String COLUMNS = """
            SELECT id, name, via, subject, text, link, media_url, audience::text, holdout_percent, version, state, paused_why, price_per_message, created_at,
                   approved_at, send_at, frozen_at, finished_at
            FROM app.campaigns WHERE user_id = :user
            """;

    private final ObjectMapper json = new ObjectMapper().setPropertyNamingStrategy(PropertyNamingStrategies.SNAKE_CASE);

    /** As it is stored. */
    public record Row(
            UUID id,
            String name,
            String via,
            @Nullable String subject,
            String text,
            @Nullable String link,
            @Nullable String mediaUrl,
            String audience,
            int holdoutPercent,
            int version,
            String state,
            @Nullable String pausedWhy,
            @Nullable BigDecimal pricePerMessage,
            Instant createdAt,
            @Nullable Instant approvedAt,
            @Nullable Instant sendAt,
            @Nullable Instant frozenAt,
            @Nullable Instant finishedAt) {}

    private Campaign campaign(Row row) {
        try {
            return new Campaign(
                    row.id(),
                    row.name(),
                    Via.valueOf(row.via().toUpperCase(Locale.ROOT)),
                    row.subject(),
                    row.text(),
                    row.link(),
                    row.mediaUrl(),
                    json.readValue(row.audience(), Audience.class),
                    row.holdoutPercent(),
                    row.version(),
                    State.valueOf(row.state().toUpperCase(Locale.ROOT)),
                    row.pausedWhy(),
                    row.pricePerMessage(),
                    row.createdAt(),
                    row.approvedAt(),
                    row.sendAt(),
                    row.frozenAt(),
                    row.finishedAt());
        } catch (JsonProcessingException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Nothing where there is one of that id: the same form sent twice. */
    void insert(Handle tx, UserId user, UUID id, Plan plan) {
        bound(tx.createUpdate("""
                        INSERT INTO app.campaigns (user_id, id, name, via, subject, text, link, media_url, audience, holdout_percent)
                        VALUES (:user, :id, :name, :via, :subject, :text, :link, :media, :audience::jsonb, :holdout)
                        ON CONFLICT DO NOTHING
                        """), user, id, plan).execute();
    }

    /** Says a draft anew. */
    void update(Handle tx, UserId user, UUID id, Plan plan) {
        bound(tx.createUpdate("""
                        UPDATE app.campaigns
                        SET name = :name, via = :via, subject = :subject, text = :text, link = :link, media_url = :media,
                            audience = :audience::jsonb, holdout_percent = :holdout, version = version + 1
                        WHERE user_id = :user AND id = :id AND state = 'draft'
                        """), user, id, plan).execute();
    }

    /** @param address of a picture that goes with a draft */
    void illustrate(Handle tx, UserId user, UUID id, String address) {
        tx.createUpdate("""
                UPDATE app.campaigns SET media_url = :media, version = version + 1
                WHERE user_id = :user AND id = :id AND state = 'draft'
                """)
                .bind("user", user)
                .bind("id", id)
                .bind("media", address)
                .execute();
    }

    /** Whether any campaign has a picture whose address ends like this. */
    boolean hasMedia(Handle tx, UserId user, String path) {
        return tx.createQuery("""
                        SELECT EXISTS (SELECT FROM app.campaigns
                                       WHERE user_id = :user AND position(:path IN media_url) > 0)
                        """)
                .bind("user", user)
                .bind("path", path)
                .mapTo(Boolean.class)
                .one();
    }

    private Update bound(Update statement, UserId user, UUID id, Plan plan) {
        try {
            return statement
                    .bind("user", user)
                    .bind("id", id)
                    .bind("name", plan.name())
                    .bind("via", plan.via().key())
                    .bind("subject", plan.subject())
                    .bind("text", plan.text())
                    .bind("link", plan.link())
                    .bind("media", plan.mediaUrl())
                    .bind("audience", json.writeValueAsString(plan.audience()))
                    .bind("holdout", plan.holdout());
        } catch (JsonProcessingException e) {
            throw new IllegalStateException(e);
        }
    }

    /** @throws Problem.NotFound if there is none */
    Campaign get(Handle tx, UserId user, UUID id) {
        return tx.createQuery(COLUMNS + "AND id = :id")
                .bind("user", user)
                .bind("id", id)
                .map(Rows.of(Row.class))
                .findOne()
                .map(this::campaign)
                .orElseThrow(() -> new Problem.NotFound("campaign"));
    }

    /** The same, and nobody else changes its state until the end of the transaction. */
    Campaign lock(Handle tx, UserId user, UUID id) {
        return tx.createQuery(COLUMNS + "AND id = :id FOR NO KEY UPDATE")
                .bind("user", user)
                .bind("id", id)
                .map(Rows.of(Row.class))
                .findOne()
                .map(this::campaign)
                .orElseThrow(() -> new Problem.NotFound("campaign"));
    }

    /** Newest first. */
    List<Campaign> list(Handle tx, UserId user, Paging paging) {
        return tx.createQuery(COLUMNS + "ORDER BY created_at DESC, id DESC LIMIT :limit OFFSET :offset")
                .bind("user", user)
                .bind("limit", paging.limit())
                .bind("offset", paging.offset())
                .map(Rows.of(Row.class))
                .map(this::campaign)
                .list();
    }

    /** Those that began between two moments, the first of them included, and reach somebody outside; oldest first. */
    List<Campaign> begun(Handle tx, UserId user, Instant from, Instant until) {
        return tx.createQuery(COLUMNS
                        + "AND frozen_at >= :from AND frozen_at < :until AND via <> 'practice' ORDER BY frozen_at, id")
                .bind("user", user)
                .bind("from", from)
                .bind("until", until)
                .map(Rows.of(Row.class))
                .map(this::campaign)
                .list();
    }

    List<UUID> running(Handle tx, UserId user) {
        return tx.createQuery("SELECT id FROM app.campaigns WHERE user_id = :user AND state = 'running' ORDER BY id")
                .bind("user", user)
                .mapTo(UUID.class)
                .list();
    }

    /** Those that are being sent in a way; nobody else changes their states until the end of the transaction. */
    List<Campaign> lockRunning(Handle tx, UserId user, Via via) {
        return tx.createQuery(COLUMNS + "AND state = 'running' AND via = :via ORDER BY id FOR NO KEY UPDATE")
                .bind("user", user)
                .bind("via", via.key())
                .map(Rows.of(Row.class))
                .map(this::campaign)
                .list();
    }

    /** Those that are being sent or are to begin; nobody else changes their states until the end of the transaction. */
    List<Campaign> lockGoing(Handle tx, UserId user) {
        return tx.createQuery(COLUMNS + "AND state IN ('running', 'scheduled') ORDER BY id FOR NO KEY UPDATE")
                .bind("user", user)
                .map(Rows.of(Row.class))
                .map(this::campaign)
                .list();
    }

    long count(Handle tx, UserId user) {
        return tx.createQuery("SELECT count(*) FROM app.campaigns WHERE user_id = :user")
                .bind("user", user)
                .mapTo(Long.class)
                .one();
    }

    /** What one of its messages costs from now on, in rupiah. */
    void settlePrice(Handle tx, UserId user, UUID id, BigDecimal price) {
        tx.createUpdate("UPDATE app.campaigns SET price_per_message = :price WHERE user_id = :user AND id = :id")
                .bind("user", user)
                .bind("id", id)
                .bind("price", price)
                .execute();
    }

    void enter(Handle tx, UserId user, UUID id, State state) {
        enter(tx, user, id, state, state == State.PAUSED ? "owner" : null);
    }

    /** @param why a key below {@code campaign.paused.} */
    void pause(Handle tx, UserId user, UUID id, String why) {
        enter(tx, user, id, State.PAUSED, why);
    }

    private void enter(Handle tx, UserId user, UUID id, State state, @Nullable String why) {
        tx.createUpdate("""
                        UPDATE app.campaigns
                        SET state = :state, paused_why = :why,
                            resumed_at = CASE WHEN state = 'paused' AND :state = 'running' THEN now() ELSE resumed_at END,
                            approved_at = CASE WHEN :state IN ('running', 'scheduled') THEN coalesce(approved_at, now()) ELSE approved_at END,
                            finished_at = CASE WHEN :state IN ('done', 'cancelled') THEN now() END
                        WHERE user_id = :user AND id = :id
                        """)
                .bind("user", user)
                .bind("id", id)
                .bind("state", state.key())
                .bind("why", why)
                .execute();
    }

    void schedule(Handle tx, UserId user, UUID id, Instant at) {
        tx.createUpdate("UPDATE app.campaigns SET send_at = :at WHERE user_id = :user AND id = :id")
                .bind("user", user)
                .bind("id", id)
                .bind("at", at)
                .execute();
    }

    /** Something was learnt of its messages: open pages show it. */
    void learnt(Handle tx, UserId user, UUID id) {
        tx.createUpdate("UPDATE app.campaigns SET news_at = now() WHERE user_id = :user AND id = :id")
                .bind("user", user)
                .bind("id", id)
                .execute();
    }

    /** Its audience is settled from now on. */
    void frozen(Handle tx, UserId user, UUID id) {
        tx.createUpdate("UPDATE app.campaigns SET frozen_at = now() WHERE user_id = :user AND id = :id")
                .bind("user", user)
                .bind("id", id)
                .execute();
    }
}
