package com.smartmarketingagent.content;

import com.smartmarketingagent.content.Brief.ContentType;
import com.smartmarketingagent.content.Brief.Goal;
import com.smartmarketingagent.content.Brief.Tongue;
import com.smartmarketingagent.content.Template.Wording;
import com.smartmarketingagent.platform.Paging;
import com.smartmarketingagent.platform.Problem;
import com.smartmarketingagent.platform.Rows;
import com.smartmarketingagent.platform.UserId;
import com.smartmarketingagent.rfm.Segment;
import jakarta.inject.Singleton;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.UUID;
import java.util.function.Consumer;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.statement.Update;
import org.jspecify.annotations.Nullable;

/** Kept texts, with what they said before. One that was deleted can be brought back. */
@Singleton
public class TemplateRepository {

    private static final String COLUMNS = """
            SELECT id, name, content_type, segment, goal, language, subject, preheader, text, favourite, version, times_used,
                   last_used_at, created_at, updated_at
            FROM app.content_templates WHERE user_id = :user AND deleted_at IS NULL
            """;

    private static final String MATCHING = """
              AND (:search::text IS NULL OR strpos(lower(name || ' ' || coalesce(subject, '') || ' ' || text), lower(:search)) > 0)
              AND (:type::text IS NULL OR content_type = :type)
              AND (:favourite::boolean IS NULL OR favourite = :favourite)
            """;

    /** As it is stored. */
    public record Row(
            UUID id,
            String name,
            String contentType,
            @Nullable String segment,
            @Nullable String goal,
            String language,
            @Nullable String subject,
            @Nullable String preheader,
            String text,
            boolean favourite,
            int version,
            long timesUsed,
            @Nullable Instant lastUsedAt,
            Instant createdAt,
            Instant updatedAt) {

        Template template() {
            return new Template(
                    id,
                    name,
                    ContentType.valueOf(contentType.toUpperCase(Locale.ROOT)),
                    segment == null ? null : Segment.byKey(segment).orElse(null),
                    goal == null ? null : Goal.valueOf(goal.toUpperCase(Locale.ROOT)),
                    Arrays.stream(Tongue.values())
                            .filter(t -> t.key().equals(language))
                            .findAny()
                            .orElseThrow(),
                    subject,
                    preheader,
                    text,
                    favourite,
                    version,
                    timesUsed,
                    lastUsedAt,
                    createdAt,
                    updatedAt);
        }
    }

    /**
     * Which templates are wanted.
     *
     * @param search in name, subject and text; null for all, as {@code contentType} is
     * @param favourite null for both kinds
     */
    record Filter(
            @Nullable String search,
            @Nullable ContentType contentType,
            @Nullable Boolean favourite) {}

    /** Favourites first, then those used or changed last. */
    List<Template> list(Handle tx, UserId user, Filter filter, Paging paging) {
        return tx.createQuery(COLUMNS + MATCHING + """
                        ORDER BY favourite DESC, greatest(last_used_at, updated_at) DESC, id
                        LIMIT :limit OFFSET :offset
                        """)
                .bind("user", user)
                .bind("search", filter.search())
                .bind(
                        "type",
                        filter.contentType() == null
                                ? null
                                : filter.contentType().key())
                .bind("favourite", filter.favourite())
                .bind("limit", paging.limit())
                .bind("offset", paging.offset())
                .map(Rows.of(Row.class))
                .map(Row::template)
                .list();
    }

    long count(Handle tx, UserId user, Filter filter) {
        return tx.createQuery("SELECT count(*) FROM app.content_templates WHERE user_id = :user AND deleted_at IS NULL "
                        + MATCHING)
                .bind("user", user)
                .bind("search", filter.search())
                .bind(
                        "type",
                        filter.contentType() == null
                                ? null
                                : filter.contentType().key())
                .bind("favourite", filter.favourite())
                .mapTo(Long.class)
                .one();
    }

    /** @throws Problem.NotFound if it isn't there, or no longer */
    public Template get(Handle tx, UserId user, UUID id) {
        return tx.createQuery(COLUMNS + " AND id = :id")
                .bind("user", user)
                .bind("id", id)
                .map(Rows.of(Row.class))
                .map(Row::template)
                .findOne()
                .orElseThrow(() -> new Problem.NotFound("template"));
    }

    /** What it said before, newest first. */
    List<Template.Version> versions(Handle tx, UserId user, UUID id) {
        return tx.createQuery("""
                        SELECT version, subject, preheader, text, replaced_at FROM app.content_template_versions
                        WHERE user_id = :user AND template_id = :id ORDER BY version DESC LIMIT 50
                        """)
                .bind("user", user)
                .bind("id", id)
                .map(Rows.of(Template.Version.class))
                .list();
    }

    /**
     * The highest number behind this name among the kept texts: 0 where none is called so, 1 where one is without a
     * number.
     */
    int namesakes(Handle tx, UserId user, String name) {
        return tx.createQuery("""
                        SELECT coalesce(max(coalesce(substring(name FROM ' \\(([0-9]{1,6})\\)$')::int, 1)), 0) FROM app.content_templates
                        WHERE user_id = :user AND deleted_at IS NULL AND regexp_replace(name, ' \\([0-9]{1,6}\\)$', '') = :name
                        """)
                .bind("user", user)
                .bind("name", name)
                .mapTo(Integer.class)
                .one();
    }

    /**
     * Stores a new one; a form that was sent twice stores it once.
     *
     * @param brief as JSON, what its text was written for; null for one of the owner's own
     */
    void insert(Handle tx, UserId user, UUID id, Wording words, @Nullable String brief) {
        bind(tx.createUpdate("""
                        INSERT INTO app.content_templates
                          (user_id, id, name, content_type, segment, goal, language, subject, preheader, text, favourite, brief)
                        VALUES (:user, :id, :name, :type, :segmentKey, :goalKey, :tongue, :subject, :preheader, :text, :star, :brief::jsonb)
                        ON CONFLICT (user_id, id) DO NOTHING
                        """), words)
                .bind("user", user)
                .bind("id", id)
                .bind("brief", brief)
                .execute();
    }

    /**
     * Keeps what it says now as a version, where the words change, and says the new.
     *
     * @throws Problem.NotFound if it isn't there, or no longer
     */
    void update(Handle tx, UserId user, UUID id, Wording words) {
        tx.createUpdate("""
                        INSERT INTO app.content_template_versions (user_id, template_id, version, subject, preheader, text)
                        SELECT user_id, id, version, subject, preheader, text FROM app.content_templates
                        WHERE user_id = :user AND id = :id AND deleted_at IS NULL
                          AND (subject, preheader, text) IS DISTINCT FROM (:subject::text, :preheader::text, :text::text)
                        """)
                .bind("user", user)
                .bind("id", id)
                .bindMethods(words)
                .execute();
        int changed = bind(tx.createUpdate("""
                        UPDATE app.content_templates
                        SET name = :name, content_type = :type, segment = :segmentKey, goal = :goalKey, language = :tongue,
                            version = version + ((subject, preheader, text) IS DISTINCT FROM (:subject::text, :preheader::text, :text::text))::int,
                            subject = :subject, preheader = :preheader, text = :text, favourite = :star, updated_at = now()
                        WHERE user_id = :user AND id = :id AND deleted_at IS NULL
                        """), words)
                .bind("user", user)
                .bind("id", id)
                .execute();
        if (changed == 0) throw new Problem.NotFound("template");
    }

    private static Update bind(Update statement, Wording words) {
        return statement
                .bindMethods(words)
                .bind("type", words.contentType().key())
                .bind(
                        "segmentKey",
                        words.segment() == null ? null : words.segment().key())
                .bind("goalKey", words.goal() == null ? null : words.goal().key())
                .bind("tongue", words.tongue().key())
                .bind("star", Boolean.TRUE.equals(words.favourite()));
    }

    /**
     * Takes it for itself until the transaction ends.
     *
     * @throws Problem.NotFound if it isn't there, or no longer
     */
    void lock(Handle tx, UserId user, UUID id) {
        var found = tx.createQuery("""
                        SELECT id FROM app.content_templates
                        WHERE user_id = :user AND id = :id AND deleted_at IS NULL FOR UPDATE
                        """)
                .bind("user", user)
                .bind("id", id)
                .mapTo(UUID.class)
                .findOne();
        if (found.isEmpty()) throw new Problem.NotFound("template");
    }

    /** @return whether it was there */
    boolean delete(Handle tx, UserId user, UUID id) {
        return tx.createUpdate("""
                        UPDATE app.content_templates SET deleted_at = now() WHERE user_id = :user AND id = :id AND deleted_at IS NULL
                        """).bind("user", user).bind("id", id).execute() > 0;
    }

    /** Brings a deleted one back; one that is there stays as it is. */
    void restore(Handle tx, UserId user, UUID id) {
        tx.createUpdate("UPDATE app.content_templates SET deleted_at = NULL WHERE user_id = :user AND id = :id")
                .bind("user", user)
                .bind("id", id)
                .execute();
    }

    void used(Handle tx, UserId user, UUID id) {
        tx.createUpdate("""
                        UPDATE app.content_templates SET times_used = times_used + 1, last_used_at = now()
                        WHERE user_id = :user AND id = :id AND deleted_at IS NULL
                        """).bind("user", user).bind("id", id).execute();
    }

    /** A text that the owner kept of those written for a brief. */
    public record Approved(
            String brief,
            @Nullable String subject,
            @Nullable String preheader,
            String text) {}

    /** All of them, oldest first, one after another. */
    void eachApproved(Handle tx, UserId user, Consumer<Approved> consumer) {
        tx.createQuery("""
                        SELECT brief, subject, preheader, text FROM app.content_templates
                        WHERE user_id = :user AND brief IS NOT NULL AND deleted_at IS NULL ORDER BY created_at, id
                        """)
                .bind("user", user)
                .setFetchSize(500)
                .map(Rows.of(Approved.class))
                .forEach(consumer);
    }
}
