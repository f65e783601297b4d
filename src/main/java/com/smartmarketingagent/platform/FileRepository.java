package com.smartmarketingagent.platform;

import com.smartmarketingagent.platform.ShopFile.Purpose;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;

/** {@code app.files}: what shops have in the storage, or are about to. */
@Singleton
class FileRepository {

    /** @param endedImports of these bytes, those of originals that were imported, which make room for others */
    public record Use(long bytes, long endedImports) {}

    public record Leaving(UUID id, Purpose purpose) {}

    /**
     * The type of what an owner sends to the storage and nobody has looked at: arriving until it is used. As long as
     * the link that was given out for it may be used, its row stays, so that what comes late is found.
     */
    static final String UNSEEN = "application/octet-stream";

    /** @param awaited not used yet, nor on its way out */
    public record Announced(UUID id, String name, long bytes, boolean awaited) {}

    /** Two files at once can't both take the last room. Held until the transaction ends. */
    void takeTurn(Handle tx, UserId user) {
        tx.createQuery("SELECT 1 FROM pg_advisory_xact_lock(hashtextextended('files ' || :user, 0))")
                .bind("user", user.value().toString())
                .mapTo(Integer.class)
                .one();
    }

    Use use(Handle tx, UserId user) {
        return tx.createQuery("""
                        SELECT coalesce(sum(bytes), 0) AS bytes,
                               coalesce(sum(bytes) FILTER (WHERE purpose = 'import' AND keep_until IS NOT NULL), 0) AS ended_imports
                        FROM app.files WHERE user_id = :user AND state <> 'leaving'
                        """).bind("user", user).map(Rows.of(Use.class)).one();
    }

    /** The oldest originals that were imported go, until the others have no more than {@code bytes}. */
    void makeRoom(Handle tx, UserId user, long bytes) {
        tx.createUpdate("""
                UPDATE app.files f SET state = 'leaving'
                FROM (SELECT id, sum(bytes) OVER (ORDER BY created_at DESC, id DESC) AS with_newer FROM app.files
                      WHERE user_id = :user AND purpose = 'import' AND state = 'kept' AND keep_until IS NOT NULL) ended
                WHERE f.user_id = :user AND f.id = ended.id AND ended.with_newer > :bytes
                """).bind("user", user).bind("bytes", bytes).execute();
    }

    /** Its state from now on, which is that it had where it was brought before; empty while one of this id is going. */
    Optional<String> insert(Handle tx, UserId user, UUID id, Purpose purpose, String name, String type, long bytes) {
        return tx.createQuery("""
                        INSERT INTO app.files AS f (user_id, id, purpose, name, type, bytes)
                        VALUES (:user, :id, :purpose, :name, :type, :bytes)
                        ON CONFLICT (user_id, id) DO UPDATE SET state = f.state WHERE f.state <> 'leaving'
                        RETURNING state
                        """)
                .bind("user", user)
                .bind("id", id)
                .bind("purpose", purpose.key())
                .bind("name", name)
                .bind("type", type)
                .bind("bytes", bytes)
                .mapTo(String.class)
                .findOne();
    }

    /**
     * False where there is none, or it goes.
     *
     * @param time from now; null until somebody says otherwise
     */
    boolean keep(Handle tx, UserId user, UUID id, @Nullable Duration time) {
        return tx.createUpdate("""
                        UPDATE app.files SET state = 'kept', keep_until = now() + :time
                        WHERE user_id = :user AND id = :id AND state <> 'leaving'
                        """)
                        .bind("user", user)
                        .bind("id", id)
                        .bind("time", time)
                        .execute()
                == 1;
    }

    /** False where there was none. */
    boolean leave(Handle tx, UserId user, UUID id) {
        return tx.createUpdate("UPDATE app.files SET state = 'leaving' WHERE user_id = :user AND id = :id")
                        .bind("user", user)
                        .bind("id", id)
                        .execute()
                == 1;
    }

    /** The same unless somebody wants it. */
    boolean leaveArriving(Handle tx, UserId user, UUID id) {
        return tx.createUpdate("""
                        UPDATE app.files SET state = 'leaving' WHERE user_id = :user AND id = :id AND state = 'arriving'
                        """).bind("user", user).bind("id", id).execute() == 1;
    }

    /** Originals that were imported, and what nobody has looked at; false where there was none. */
    boolean leaveEndedImports(Handle tx, UserId user) {
        return tx.createUpdate("""
                        UPDATE app.files SET state = 'leaving'
                        WHERE user_id = :user AND purpose = 'import'
                          AND (state = 'kept' AND keep_until IS NOT NULL OR state = 'arriving' AND type = :unseen)
                        """).bind("user", user).bind("unseen", UNSEEN).execute() > 0;
    }

    /** What a shop sends or sent to the storage itself; empty a day later. */
    Optional<Announced> announced(Handle tx, UserId user, UUID id) {
        return tx.createQuery("""
                        SELECT id, name, bytes, state = 'arriving' AS awaited FROM app.files
                        WHERE user_id = :user AND id = :id AND type = :unseen
                        """)
                .bind("user", user)
                .bind("id", id)
                .bind("unseen", UNSEEN)
                .map(Rows.of(Announced.class))
                .findOne();
    }

    void leaveDue(Handle tx, UserId user) {
        tx.createUpdate("""
                UPDATE app.files SET state = 'leaving'
                WHERE user_id = :user AND (keep_until <= now() OR state = 'arriving' AND created_at < now() - interval '1 day')
                """).bind("user", user).execute();
    }

    List<UserId> shopsWithDue(Handle tx) {
        return tx.createQuery("SELECT user_id FROM app.shops_with_due_files()")
                .mapTo(UUID.class)
                .map(UserId::new)
                .list();
    }

    Optional<ShopFile> find(Handle tx, UserId user, UUID id) {
        return tx.createQuery("""
                        SELECT id, upper(purpose) AS purpose, name, type, bytes, created_at, keep_until FROM app.files
                        WHERE user_id = :user AND id = :id AND state = 'kept'
                        """)
                .bind("user", user)
                .bind("id", id)
                .map(Rows.of(ShopFile.class))
                .findOne();
    }

    /** The newest first. */
    List<ShopFile> list(Handle tx, UserId user, Purpose purpose, int limit) {
        return tx.createQuery("""
                        SELECT id, upper(purpose) AS purpose, name, type, bytes, created_at, keep_until FROM app.files
                        WHERE user_id = :user AND purpose = :purpose AND state = 'kept'
                        ORDER BY created_at DESC, id DESC LIMIT :limit
                        """)
                .bind("user", user)
                .bind("purpose", purpose.key())
                .bind("limit", limit)
                .map(Rows.of(ShopFile.class))
                .list();
    }

    List<Leaving> leaving(Handle tx, UserId user) {
        return tx.createQuery("""
                        SELECT id, upper(purpose) AS purpose FROM app.files
                        WHERE user_id = :user AND state = 'leaving'
                          AND (type <> :unseen OR keep_until IS NULL OR keep_until <= now())
                        ORDER BY id
                        """)
                .bind("user", user)
                .bind("unseen", UNSEEN)
                .map(Rows.of(Leaving.class))
                .list();
    }

    /** What may still come is looked for again once it can't. */
    void delete(Handle tx, UserId user, UUID id) {
        int gone = tx.createUpdate("""
                        DELETE FROM app.files
                        WHERE user_id = :user AND id = :id AND state = 'leaving'
                          AND (type <> :unseen OR created_at < now() - interval '1 day')
                        """)
                .bind("user", user)
                .bind("id", id)
                .bind("unseen", UNSEEN)
                .execute();
        if (gone > 0) return;
        tx.createUpdate("""
                UPDATE app.files SET keep_until = created_at + interval '1 day'
                WHERE user_id = :user AND id = :id AND state = 'leaving'
                """).bind("user", user).bind("id", id).execute();
    }

    boolean isShop(Handle tx, UserId user) {
        return tx.createQuery("SELECT EXISTS (SELECT FROM app.users WHERE id = :user)")
                .bind("user", user)
                .mapTo(Boolean.class)
                .one();
    }
}
