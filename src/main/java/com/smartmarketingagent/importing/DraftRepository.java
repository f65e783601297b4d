package com.smartmarketingagent.importing;

import com.smartmarketingagent.platform.Rows;
import com.smartmarketingagent.platform.UserId;
import jakarta.inject.Singleton;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;

/** The rows of {@code app.imports} that are no imports yet: files whose columns their owner is looking at. */
@Singleton
class DraftRepository {

    /** @param mapping JSON, title of a column to field; dateOrder null where the file tells or nobody was asked yet */
    public record Row(
            UUID id,
            String kind,
            String fileName,
            String mapping,
            @Nullable String dateOrder,
            Instant createdAt) {}

    /** False where there is a draft or an import of this id already. */
    boolean insert(Handle tx, UserId user, UUID id, String kind, String fileName, long bytes) {
        return tx.createUpdate("""
                        INSERT INTO app.imports (user_id, id, kind, status, file_name, file_bytes, mapping)
                        VALUES (:user, :id, :kind, 'draft', :fileName, :bytes, '{}') ON CONFLICT DO NOTHING
                        """)
                        .bind("user", user)
                        .bind("id", id)
                        .bind("kind", kind)
                        .bind("fileName", fileName)
                        .bind("bytes", bytes)
                        .execute()
                == 1;
    }

    /** Whether there is a draft or an import of this id. */
    boolean isKnown(Handle tx, UserId user, UUID id) {
        return tx.createQuery("SELECT EXISTS (SELECT FROM app.imports WHERE user_id = :user AND id = :id)")
                .bind("user", user)
                .bind("id", id)
                .mapTo(Boolean.class)
                .one();
    }

    Optional<Row> find(Handle tx, UserId user, UUID id) {
        return tx.createQuery("""
                SELECT id, kind, file_name, mapping::text AS mapping, date_order, created_at FROM app.imports
                WHERE user_id = :user AND id = :id AND status = 'draft'
                """)
                .bind("user", user)
                .bind("id", id)
                .map(Rows.of(Row.class))
                .findOne();
    }

    /** By which order of day and month the shop's last sales file was read; empty where none depended on it. */
    Optional<String> lastOrder(Handle tx, UserId user) {
        return tx.createQuery("""
                SELECT date_order FROM app.imports
                WHERE user_id = :user AND kind = 'transactions' AND status = 'done' AND date_order IS NOT NULL
                ORDER BY created_at DESC, id DESC LIMIT 1
                """).bind("user", user).mapTo(String.class).findOne();
    }

    /** Those of a file of this name and size. */
    List<UUID> alike(Handle tx, UserId user, String fileName, long bytes) {
        return tx.createQuery("""
                        SELECT id FROM app.imports
                        WHERE user_id = :user AND status = 'draft' AND file_name = :fileName AND file_bytes = :bytes
                        """)
                .bind("user", user)
                .bind("fileName", fileName)
                .bind("bytes", bytes)
                .mapTo(UUID.class)
                .list();
    }

    /** As if it came now; false where there is no such draft. */
    boolean keepOn(Handle tx, UserId user, UUID id) {
        return tx.createUpdate(
                                "UPDATE app.imports SET created_at = now() WHERE user_id = :user AND id = :id AND status = 'draft'")
                        .bind("user", user)
                        .bind("id", id)
                        .execute()
                == 1;
    }

    /** The newest first. */
    List<Row> list(Handle tx, UserId user, int limit) {
        return tx.createQuery("""
                SELECT id, kind, file_name, mapping::text AS mapping, date_order, created_at FROM app.imports
                WHERE user_id = :user AND status = 'draft' ORDER BY created_at DESC, id DESC LIMIT :limit
                """)
                .bind("user", user)
                .bind("limit", limit)
                .map(Rows.of(Row.class))
                .list();
    }

    void update(Handle tx, UserId user, UUID id, String kind, String mapping, @Nullable String dateOrder) {
        tx.createUpdate("""
                UPDATE app.imports SET kind = :kind, mapping = :mapping::jsonb, date_order = :dateOrder
                WHERE user_id = :user AND id = :id AND status = 'draft'
                """)
                .bind("user", user)
                .bind("id", id)
                .bind("kind", kind)
                .bind("mapping", mapping)
                .bind("dateOrder", dateOrder)
                .execute();
    }

    /** The draft becomes an import; false where it is none any more, so that of two who begin it one does. */
    boolean begin(Handle tx, UserId user, UUID id, @Nullable String dateOrder) {
        return tx.createUpdate("""
                        UPDATE app.imports SET status = 'queued', date_order = :dateOrder, created_at = now()
                        WHERE user_id = :user AND id = :id AND status = 'draft'
                        """)
                        .bind("user", user)
                        .bind("id", id)
                        .bind("dateOrder", dateOrder)
                        .execute()
                == 1;
    }

    /** False where there is no such draft. */
    boolean delete(Handle tx, UserId user, UUID id) {
        return tx.createUpdate("DELETE FROM app.imports WHERE user_id = :user AND id = :id AND status = 'draft'")
                        .bind("user", user)
                        .bind("id", id)
                        .execute()
                == 1;
    }

    /** Those of more than a day ago; their ids. */
    List<UUID> deleteOld(Handle tx, UserId user) {
        return tx.createQuery("""
                        DELETE FROM app.imports
                        WHERE user_id = :user AND status = 'draft' AND created_at < now() - interval '1 day' RETURNING id
                        """).bind("user", user).mapTo(UUID.class).list();
    }

    List<UserId> shopsWithOld(Handle tx) {
        return tx.createQuery("SELECT user_id FROM app.shops_with_old_drafts()")
                .mapTo(UUID.class)
                .map(UserId::new)
                .list();
    }
}
