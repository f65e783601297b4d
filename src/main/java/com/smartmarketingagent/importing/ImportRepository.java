package com.smartmarketingagent.importing;

import com.smartmarketingagent.platform.Paging;
import com.smartmarketingagent.platform.Rows;
import com.smartmarketingagent.platform.UserId;
import jakarta.inject.Singleton;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;

/** {@code app.imports}: what was uploaded, how far it is and how it ended. Drafts are {@link DraftRepository}'s. */
@Singleton
class ImportRepository {

    private static final String COLUMNS = """
            id, kind, status, file_name, file_bytes, date_order, rows_total, rows_new, rows_updated, rows_duplicate, rows_refused,
            progress, error, kept, created_at, finished_at, undone_at
            """;

    /** How a file is to be read: what the owner settled when uploading it. */
    public record Reading(
            String kind,
            String fileName,
            String mapping,
            @Nullable String dateOrder) {}

    void insert(Handle tx, UserId user, UUID id, Reading reading, long bytes) {
        tx.createUpdate("""
                INSERT INTO app.imports (user_id, id, kind, file_name, file_bytes, mapping, date_order)
                VALUES (:user, :id, :kind, :fileName, :bytes, :mapping::jsonb, :dateOrder)
                """)
                .bind("user", user)
                .bind("id", id)
                .bind("bytes", bytes)
                .bindMethods(reading)
                .execute();
    }

    Optional<Import> find(Handle tx, UserId user, UUID id) {
        return tx.createQuery("SELECT " + COLUMNS
                        + " FROM app.imports WHERE user_id = :user AND id = :id AND status <> 'draft'")
                .bind("user", user)
                .bind("id", id)
                .map(Rows.of(Import.Row.class))
                .map(Import::of)
                .findOne();
    }

    /** Newest first. */
    List<Import> list(Handle tx, UserId user, Paging paging) {
        return tx.createQuery("SELECT " + COLUMNS + """
                         FROM app.imports WHERE user_id = :user AND status <> 'draft' ORDER BY created_at DESC, id DESC LIMIT :limit OFFSET :offset
                        """)
                .bind("user", user)
                .bind("limit", paging.limit())
                .bind("offset", paging.offset())
                .map(Rows.of(Import.Row.class))
                .map(Import::of)
                .list();
    }

    long count(Handle tx, UserId user) {
        return tx.createQuery("SELECT count(*) FROM app.imports WHERE user_id = :user AND status <> 'draft'")
                .bind("user", user)
                .mapTo(Long.class)
                .one();
    }

    /** How to read an import that isn't done yet, which is running from now on; empty when there is nothing to do. */
    Optional<Reading> begin(Handle tx, UserId user, UUID id) {
        return tx.createQuery("""
                UPDATE app.imports SET status = 'running'
                WHERE user_id = :user AND id = :id AND status IN ('queued', 'running')
                RETURNING kind, file_name, mapping::text AS mapping, date_order
                """)
                .bind("user", user)
                .bind("id", id)
                .map(Rows.of(Reading.class))
                .findOne();
    }

    /** After many new rows: plans made for an empty table take a thousand times as long on a full one. */
    void gatherStatistics(Handle tx) {
        tx.execute("SELECT app.gather_statistics()");
    }

    boolean isRunning(Handle tx, UserId user, UUID id) {
        return tx.createQuery(
                        "SELECT status = 'running' FROM app.imports WHERE user_id = :user AND id = :id AND status <> 'draft'")
                .bind("user", user)
                .bind("id", id)
                .mapTo(boolean.class)
                .one();
    }

    /** Whether it has yet to be done. */
    boolean isOpen(Handle tx, UserId user, UUID id) {
        return tx.createQuery("""
                        SELECT EXISTS (SELECT FROM app.imports
                                       WHERE user_id = :user AND id = :id AND status IN ('queued', 'running'))
                        """)
                .bind("user", user)
                .bind("id", id)
                .mapTo(boolean.class)
                .one();
    }

    /** Whether it was handed over within the last hour. */
    boolean isRecent(Handle tx, UserId user, UUID id) {
        return tx.createQuery(
                        "SELECT created_at > now() - interval '1 hour' FROM app.imports WHERE user_id = :user AND id = :id")
                .bind("user", user)
                .bind("id", id)
                .mapTo(boolean.class)
                .one();
    }

    /** It never goes back, also when the work is begun once more. */
    void progress(Handle tx, UserId user, UUID id, double progress) {
        tx.createUpdate("""
                UPDATE app.imports SET progress = greatest(progress, :progress)
                WHERE user_id = :user AND id = :id AND status = 'running'
                """)
                .bind("user", user)
                .bind("id", id)
                .bind("progress", (float) progress)
                .execute();
    }

    /** Imports and undos of one shop happen one after the other. Held until the transaction ends. */
    void takeTurn(Handle tx, UserId user) {
        tx.createQuery("SELECT 1 FROM pg_advisory_xact_lock(hashtextextended('import ' || :user, 0))")
                .bind("user", user.value().toString())
                .mapTo(Integer.class)
                .one();
    }

    /** The same without waiting. False where another has the turn. */
    boolean tryTurn(Handle tx, UserId user) {
        return tx.createQuery("SELECT pg_try_advisory_xact_lock(hashtextextended('import ' || :user, 0))")
                .bind("user", user.value().toString())
                .mapTo(boolean.class)
                .one();
    }

    void done(Handle tx, UserId user, UUID id, Import.Rows rows) {
        tx.createUpdate("""
                UPDATE app.imports
                SET status = 'done', progress = 1, finished_at = clock_timestamp(), rows_total = :total, rows_new = :added,
                    rows_updated = :updated, rows_duplicate = :duplicate, rows_refused = :refused
                WHERE user_id = :user AND id = :id AND status = 'running'
                """).bind("user", user).bind("id", id).bindMethods(rows).execute();
    }

    /** False if it had ended. */
    boolean failed(Handle tx, UserId user, UUID id, String error) {
        return tx.createUpdate("""
                UPDATE app.imports
                SET status = 'failed', finished_at = clock_timestamp(), error = :error
                WHERE user_id = :user AND id = :id AND status IN ('queued', 'running')
                """)
                        .bind("user", user)
                        .bind("id", id)
                        .bind("error", error)
                        .execute()
                == 1;
    }
}
