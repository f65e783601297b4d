package com.smartmarketingagent.account;

import com.smartmarketingagent.platform.Rows;
import com.smartmarketingagent.platform.UserId;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;

/** Sessions and the refresh tokens of each. Of a token only a keyed hash is kept. Times are the database's. */
@Singleton
class SessionRepository {

    /** What a presented refresh token turned out to be. */
    public record Presented(UUID sessionId, boolean live, boolean inTime) {}

    void insert(
            Handle tx, UserId user, UUID id, @Nullable String userAgent, @Nullable String address, Duration lifetime) {
        tx.createUpdate("""
                INSERT INTO app.sessions (user_id, id, user_agent, address, expires_at)
                VALUES (:user, :id, :userAgent, :address, now() + make_interval(secs => :seconds))
                """)
                .bind("user", user)
                .bind("id", id)
                .bind("userAgent", userAgent)
                .bind("address", address)
                .bind("seconds", lifetime.toSeconds())
                .execute();
    }

    /**
     * What every page wants to know of the account whose session this is.
     *
     * @param unread how many notices its owner has not read, at most 100
     * @param visiting the shop whose pages a super_admin looks at with this session; null for their own
     * @param over whether the time for that has passed
     */
    public record Standing(
            String role, int unread, @Nullable UUID visiting, boolean over) {}

    /** Empty if the session or its account has ended. */
    Optional<Standing> standing(Handle tx, UserId user, UUID session) {
        return tx.createQuery("""
                SELECT u.role, (SELECT count(*) FROM (SELECT FROM app.notices n
                                                      WHERE n.user_id = :user AND n.read_at IS NULL LIMIT 100) few) AS unread,
                       CASE WHEN u.role = 'super_admin' THEN s.visiting END AS visiting,
                       coalesce(s.visiting_until <= now(), false) AS over
                FROM app.sessions s JOIN app.users u ON u.id = s.user_id
                WHERE s.user_id = :user AND s.id = :session AND s.ended_at IS NULL AND s.expires_at > now()
                  AND u.id = :user AND u.is_active
                """)
                .bind("user", user)
                .bind("session", session)
                .map(Rows.of(Standing.class))
                .findOne();
    }

    /** From now on a super_admin's session sees a shop's pages, for so long; null ends that. */
    void visit(Handle tx, UserId user, UUID session, @Nullable UserId shop, Duration time) {
        tx.createUpdate("""
                UPDATE app.sessions SET visiting = :shop, visiting_until = now() + make_interval(secs => :seconds)
                WHERE user_id = :user AND id = :session
                """)
                .bind("user", user)
                .bind("session", session)
                .bindByType("shop", shop == null ? null : shop.value(), UUID.class)
                .bind("seconds", time.toSeconds())
                .execute();
    }

    /** A visit whose time has passed is nothing any more. */
    void endOverVisit(Handle tx, UserId user, UUID session) {
        tx.createUpdate("""
                UPDATE app.sessions SET visiting = NULL, visiting_until = NULL
                WHERE user_id = :user AND id = :session AND visiting_until <= now()
                """).bind("user", user).bind("session", session).execute();
    }

    /** Notes that a session is in use; not more often than owners can care about. */
    void touch(Handle tx, UserId user, UUID session) {
        tx.createUpdate("""
                UPDATE app.sessions SET last_used_at = now()
                WHERE user_id = :user AND id = :session AND last_used_at < now() - interval '5 minutes'
                """).bind("user", user).bind("session", session).execute();
    }

    void prolong(Handle tx, UserId user, UUID session, Duration lifetime) {
        tx.createUpdate("""
                UPDATE app.sessions SET last_used_at = now(), expires_at = now() + make_interval(secs => :seconds)
                WHERE user_id = :user AND id = :session
                """)
                .bind("user", user)
                .bind("session", session)
                .bind("seconds", lifetime.toSeconds())
                .execute();
    }

    /** The newest use first, without those that have ended. */
    List<Session> list(Handle tx, UserId user, UUID current) {
        return tx.createQuery("""
                SELECT id, user_agent, address, created_at, last_used_at, expires_at, id = :current AS current
                FROM app.sessions
                WHERE user_id = :user AND ended_at IS NULL AND expires_at > now()
                ORDER BY last_used_at DESC, id
                LIMIT 1000
                """)
                .bind("user", user)
                .bind("current", current)
                .map(Rows.of(Session.class))
                .list();
    }

    /** False if there is no such session, or it had ended before. */
    boolean end(Handle tx, UserId user, UUID session) {
        return tx.createUpdate("""
                        UPDATE app.sessions SET ended_at = now()
                        WHERE user_id = :user AND id = :session AND ended_at IS NULL AND expires_at > now()
                        """).bind("user", user).bind("session", session).execute() == 1;
    }

    /** @param except the one that stays; null ends all */
    void endAll(Handle tx, UserId user, @Nullable UUID except) {
        tx.createUpdate("""
                UPDATE app.sessions SET ended_at = now()
                WHERE user_id = :user AND ended_at IS NULL AND id IS DISTINCT FROM CAST(:except AS uuid)
                """).bind("user", user).bind("except", except).execute();
    }

    void insertToken(Handle tx, UserId user, UUID session, byte[] hash) {
        tx.createUpdate("""
                INSERT INTO app.refresh_tokens (user_id, token_hash, session_id) VALUES (:user, :hash, :session)
                """)
                .bind("user", user)
                .bind("hash", hash)
                .bind("session", session)
                .execute();
    }

    /**
     * Locks the token, so that of two uses at once one is the first.
     *
     * @param former what was kept of it under the former secret
     */
    Optional<Presented> lockToken(Handle tx, UserId user, byte[] hash, byte[] former, Duration grace) {
        return tx.createQuery("""
                SELECT t.session_id,
                       s.ended_at IS NULL AND s.expires_at > now() AND u.is_active AS live,
                       t.used_at IS NULL OR t.used_at > clock_timestamp() - make_interval(secs => :grace) AS in_time
                FROM app.refresh_tokens t
                JOIN app.sessions s ON s.user_id = t.user_id AND s.id = t.session_id
                JOIN app.users u ON u.id = t.user_id
                WHERE t.user_id = :user AND t.token_hash IN (:hash, :former) AND s.user_id = :user AND u.id = :user
                FOR UPDATE OF t
                """)
                .bind("user", user)
                .bind("hash", hash)
                .bind("former", former)
                .bind("grace", grace.toSeconds())
                .map(Rows.of(Presented.class))
                .findOne();
    }

    /** The first use counts. Old used tokens of the session go: it has long since moved on. */
    void useToken(Handle tx, UserId user, UUID session, byte[] hash, byte[] former) {
        tx.createUpdate("""
                UPDATE app.refresh_tokens SET used_at = clock_timestamp()
                WHERE user_id = :user AND token_hash IN (:hash, :former) AND used_at IS NULL
                """)
                .bind("user", user)
                .bind("hash", hash)
                .bind("former", former)
                .execute();
        tx.createUpdate("""
                DELETE FROM app.refresh_tokens
                WHERE user_id = :user AND session_id = :session AND used_at < now() - interval '30 days'
                """).bind("user", user).bind("session", session).execute();
    }
}
