package com.smartmarketingagent.campaign;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.smartmarketingagent.campaign.Campaign.State;
import com.smartmarketingagent.campaign.Campaign.Via;
import com.smartmarketingagent.platform.Paging;
import com.smartmarketingagent.platform.Problem;
import com.smartmarketingagent.platform.UserId;
import jakarta.inject.Singleton;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.UUID;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.mapper.reflect.ConstructorMapper;
import org.jspecify.annotations.Nullable;

/** Campaigns as they are kept. */
@Singleton
class CampaignRepository {

    private static final String COLUMNS = """
            SELECT id, name, via, text, link, audience::text, holdout_percent, state, price_per_message, created_at, approved_at, finished_at
            FROM app.campaigns WHERE user_id = :user
            """;

    private final ObjectMapper json = new ObjectMapper().setPropertyNamingStrategy(PropertyNamingStrategies.SNAKE_CASE);

    /** As it is stored. */
    public record Row(
            UUID id,
            String name,
            String via,
            String text,
            @Nullable String link,
            String audience,
            int holdoutPercent,
            String state,
            @Nullable BigDecimal pricePerMessage,
            Instant createdAt,
            @Nullable Instant approvedAt,
            @Nullable Instant finishedAt) {}

    private Campaign campaign(Row row) {
        try {
            return new Campaign(
                    row.id(),
                    row.name(),
                    Via.valueOf(row.via().toUpperCase(Locale.ROOT)),
                    row.text(),
                    row.link(),
                    json.readValue(row.audience(), Audience.class),
                    row.holdoutPercent(),
                    State.valueOf(row.state().toUpperCase(Locale.ROOT)),
                    row.pricePerMessage(),
                    row.createdAt(),
                    row.approvedAt(),
                    row.finishedAt());
        } catch (JsonProcessingException e) {
            throw new IllegalStateException(e);
        }
    }

    void insert(
            Handle tx,
            UserId user,
            UUID id,
            String name,
            Via via,
            String text,
            @Nullable String link,
            Audience audience,
            int holdout) {
        try {
            tx.createUpdate("""
                            INSERT INTO app.campaigns (user_id, id, name, via, text, link, audience, holdout_percent)
                            VALUES (:user, :id, :name, :via, :text, :link, :audience::jsonb, :holdout)
                            """)
                    .bind("user", user)
                    .bind("id", id)
                    .bind("name", name)
                    .bind("via", via.key())
                    .bind("text", text)
                    .bind("link", link)
                    .bind("audience", json.writeValueAsString(audience))
                    .bind("holdout", holdout)
                    .execute();
        } catch (JsonProcessingException e) {
            throw new IllegalStateException(e);
        }
    }

    /** @throws Problem.NotFound if there is none */
    Campaign get(Handle tx, UserId user, UUID id) {
        return tx.createQuery(COLUMNS + "AND id = :id")
                .bind("user", user)
                .bind("id", id)
                .map(ConstructorMapper.of(Row.class))
                .findOne()
                .map(this::campaign)
                .orElseThrow(() -> new Problem.NotFound("campaign"));
    }

    /** The same, and nobody else changes its state until the end of the transaction. */
    Campaign lock(Handle tx, UserId user, UUID id) {
        return tx.createQuery(COLUMNS + "AND id = :id FOR NO KEY UPDATE")
                .bind("user", user)
                .bind("id", id)
                .map(ConstructorMapper.of(Row.class))
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
                .map(ConstructorMapper.of(Row.class))
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
        tx.createUpdate("""
                        UPDATE app.campaigns
                        SET state = :state,
                            approved_at = CASE WHEN state = 'draft' AND :state = 'running' THEN now() ELSE approved_at END,
                            finished_at = CASE WHEN :state IN ('done', 'cancelled') THEN now() END
                        WHERE user_id = :user AND id = :id
                        """)
                .bind("user", user)
                .bind("id", id)
                .bind("state", state.key())
                .execute();
    }
}
