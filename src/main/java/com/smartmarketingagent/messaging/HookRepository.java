package com.smartmarketingagent.messaging;

import com.smartmarketingagent.customer.AddressKeys;
import com.smartmarketingagent.messaging.Channel.Kind;
import com.smartmarketingagent.platform.Rows;
import com.smartmarketingagent.platform.UserId;
import jakarta.inject.Singleton;
import java.time.Instant;
import java.util.Locale;
import java.util.Optional;
import java.util.UUID;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;

/** What providers reported, until it is worked. */
@Singleton
public class HookRepository {

    /** The job that works one; its instance is {@link #instance}. */
    public static final String WORK = "webhooks";

    static String instance(UserId user, UUID id) {
        return user.value() + " " + id;
    }

    private final AddressKeys keys;

    HookRepository(AddressKeys keys) {
        this.keys = keys;
    }

    /**
     * Keeps a report.
     *
     * @param identity what tells it from others; only a keyed hash of it is stored
     * @return false, and nothing stored, where the same came before
     */
    boolean add(Handle tx, UserId user, Hook hook, String identity) {
        return tx.createUpdate("""
                        INSERT INTO app.webhook_events (user_id, id, kind, key, body)
                        VALUES (:user, :id, :kind, app.address_hash(:key, :identity), :body) ON CONFLICT (user_id, kind, key) DO NOTHING
                        """)
                        .bind("user", user)
                        .bind("id", hook.id())
                        .bind("kind", hook.kind().key())
                        .bind("key", keys.key())
                        .bind("identity", identity)
                        .bind("body", hook.body())
                        .execute()
                == 1;
    }

    public record Row(UUID id, String kind, byte[] body) {}

    /** Nobody else has it until the end of the transaction; empty where it was worked, or is gone with its shop. */
    public Optional<Hook> take(Handle tx, UserId user, UUID id) {
        return tx.createQuery("""
                        SELECT id, kind, body FROM app.webhook_events
                        WHERE user_id = :user AND id = :id AND worked_at IS NULL FOR UPDATE
                        """)
                .bind("user", user)
                .bind("id", id)
                .map(Rows.of(Row.class))
                .findOne()
                .map(row -> new Hook(row.id(), Kind.valueOf(row.kind().toUpperCase(Locale.ROOT)), row.body()));
    }

    /** It is done: its body goes, and so do the keys of those of more than 30 days ago. */
    public void worked(Handle tx, UserId user, UUID id) {
        tx.createUpdate("""
                        WITH old AS (
                          DELETE FROM app.webhook_events WHERE user_id = :user AND worked_at < now() - interval '30 days')
                        UPDATE app.webhook_events SET worked_at = now(), body = NULL, error = NULL
                        WHERE user_id = :user AND id = :id AND worked_at IS NULL
                        """).bind("user", user).bind("id", id).execute();
    }

    /**
     * It couldn't be worked now: again in 5 seconds, then half a minute, 3 and 18 minutes later; after the fifth
     * attempt it is given up. What waits only for its message doesn't wait for the fifth: by then every sending has
     * ended.
     *
     * @param error the kind of failure; null where only the message it is about is not known yet
     */
    public void postpone(Handle tx, UserId user, UUID id, @Nullable String error) {
        tx.createUpdate("""
                        UPDATE app.webhook_events
                        SET attempt = attempt + 1, error = :error,
                            next_attempt_at = now() + interval '5 seconds' * power(6, attempt),
                            worked_at = CASE WHEN attempt >= :last THEN now() END,
                            body = CASE WHEN attempt >= :last THEN NULL ELSE body END
                        WHERE user_id = :user AND id = :id AND worked_at IS NULL
                        """)
                .bind("user", user)
                .bind("id", id)
                .bind("error", error)
                .bind("last", error == null ? 3 : 4)
                .execute();
    }

    /** It will never be understood: its body goes. */
    public void giveUp(Handle tx, UserId user, UUID id, String error) {
        tx.createUpdate("""
                        UPDATE app.webhook_events SET worked_at = now(), body = NULL, error = :error
                        WHERE user_id = :user AND id = :id AND worked_at IS NULL
                        """)
                .bind("user", user)
                .bind("id", id)
                .bind("error", error)
                .execute();
    }

    /** When it is to be worked again; empty for never. */
    public Optional<Instant> next(Handle tx, UserId user, UUID id) {
        return tx.createQuery("""
                        SELECT next_attempt_at FROM app.webhook_events
                        WHERE user_id = :user AND id = :id AND worked_at IS NULL
                        """)
                .bind("user", user)
                .bind("id", id)
                .mapTo(Instant.class)
                .findOne();
    }
}
