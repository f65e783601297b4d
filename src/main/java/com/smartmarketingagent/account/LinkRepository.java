package com.smartmarketingagent.account;

import com.smartmarketingagent.platform.UserId;
import jakarta.inject.Singleton;
import java.util.Optional;
import org.jdbi.v3.core.Handle;

/** {@code app.mailed_links}. Times are the database's. */
@Singleton
class LinkRepository {

    /** From now on the one that counts; an earlier one of its purpose is nothing any more. */
    void insert(Handle tx, UserId user, MailedLinks.Purpose purpose, byte[] hash, String email) {
        tx.createUpdate("""
                INSERT INTO app.mailed_links (user_id, purpose, token_hash, email, expires_at)
                VALUES (:user, :purpose, :hash, :email, now() + make_interval(secs => :seconds))
                ON CONFLICT (user_id, purpose) DO UPDATE
                SET token_hash = excluded.token_hash, email = excluded.email, expires_at = excluded.expires_at
                """)
                .bind("user", user)
                .bind("purpose", purpose.key())
                .bind("hash", hash)
                .bind("email", email)
                .bind("seconds", purpose.lifetime().toSeconds())
                .execute();
    }

    /** The address that a link went to; empty if it is not the newest, was used, or its time is over. */
    Optional<String> find(Handle tx, UserId user, MailedLinks.Purpose purpose, byte[] hash) {
        return tx.createQuery("""
                SELECT email FROM app.mailed_links
                WHERE user_id = :user AND purpose = :purpose AND token_hash = :hash AND expires_at > now()
                """)
                .bind("user", user)
                .bind("purpose", purpose.key())
                .bind("hash", hash)
                .mapTo(String.class)
                .findOne();
    }

    /** The same, and nobody uses it again. */
    Optional<String> use(Handle tx, UserId user, MailedLinks.Purpose purpose, byte[] hash) {
        return tx.createQuery("""
                DELETE FROM app.mailed_links
                WHERE user_id = :user AND purpose = :purpose AND token_hash = :hash AND expires_at > now()
                RETURNING email
                """)
                .bind("user", user)
                .bind("purpose", purpose.key())
                .bind("hash", hash)
                .mapTo(String.class)
                .findOne();
    }

    void revoke(Handle tx, UserId user, MailedLinks.Purpose purpose) {
        tx.createUpdate("DELETE FROM app.mailed_links WHERE user_id = :user AND purpose = :purpose")
                .bind("user", user)
                .bind("purpose", purpose.key())
                .execute();
    }
}
