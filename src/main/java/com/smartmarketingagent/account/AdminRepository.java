package com.smartmarketingagent.account;

import com.smartmarketingagent.platform.Ids;
import com.smartmarketingagent.platform.Paging;
import com.smartmarketingagent.platform.Rows;
import com.smartmarketingagent.platform.UserId;
import jakarta.inject.Singleton;
import java.util.List;
import java.util.UUID;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;

/** Over all accounts: only in a super_admin's transaction do these see anything. */
@Singleton
class AdminRepository {

    /** @param search part of an e-mail address or a name, taken literally; null finds all */
    List<Account> list(Handle tx, @Nullable String search, Paging paging) {
        return tx.createQuery("""
                SELECT id, email, full_name, business_name, phone, role, timezone, sells, city, link, tone, language,
                       is_active, email_verified_at IS NOT NULL AS email_verified, created_at
                FROM app.users
                WHERE CAST(:search AS text) IS NULL
                   OR strpos(lower(email || E'\\n' || full_name || E'\\n' || business_name), lower(:search)) > 0
                ORDER BY created_at DESC, id
                LIMIT :limit OFFSET :offset
                """)
                .bind("search", search)
                .bind("limit", paging.limit())
                .bind("offset", paging.offset())
                .map(Rows.of(Account.class))
                .list();
    }

    long count(Handle tx, @Nullable String search) {
        return tx.createQuery("""
                SELECT count(*) FROM app.users
                WHERE CAST(:search AS text) IS NULL
                   OR strpos(lower(email || E'\\n' || full_name || E'\\n' || business_name), lower(:search)) > 0
                """).bind("search", search).mapTo(Long.class).one();
    }

    /** False if nothing was changed: a super_admin's account is nobody's to change here. */
    boolean activate(Handle tx, UserId user, boolean active) {
        return tx.createUpdate("UPDATE app.users SET is_active = :active, updated_at = now() WHERE id = :user")
                        .bind("user", user)
                        .bind("active", active)
                        .execute()
                == 1;
    }

    void endSessions(Handle tx, UserId user) {
        tx.createUpdate("UPDATE app.sessions SET ended_at = now() WHERE user_id = :user AND ended_at IS NULL")
                .bind("user", user)
                .execute();
    }

    /** That {@code actor} looks into a shop. False, and nothing written, if there is no such account. */
    boolean noteLook(Handle tx, UserId user, UserId actor) {
        return tx.createUpdate("""
                        INSERT INTO app.audit_log (user_id, id, actor_id, action)
                        SELECT u.id, :id, :actor, 'look' FROM app.users u WHERE u.id = :user
                        """)
                        .bind("user", user)
                        .bind("id", Ids.next())
                        .bind("actor", actor)
                        .execute()
                == 1;
    }

    /**
     * @param action what {@code actor} did with the users' accounts: list, read, create, password, activate or
     *     deactivate
     */
    void note(Handle tx, List<UserId> users, UserId actor, String action) {
        tx.createUpdate("""
                INSERT INTO app.audit_log (user_id, id, actor_id, action)
                SELECT seen.user_id, seen.id, :actor, :action
                FROM unnest(:users::uuid[], :ids::uuid[]) AS seen (user_id, id)
                """)
                .bindArray(
                        "users", UUID.class, users.stream().map(UserId::value).toList())
                .bindArray(
                        "ids", UUID.class, users.stream().map(u -> Ids.next()).toList())
                .bind("actor", actor)
                .bind("action", action)
                .execute();
    }
}
