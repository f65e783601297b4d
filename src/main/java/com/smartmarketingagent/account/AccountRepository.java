package com.smartmarketingagent.account;

import com.smartmarketingagent.platform.Rows;
import com.smartmarketingagent.platform.UserId;
import jakarta.inject.Singleton;
import java.time.ZoneId;
import java.util.List;
import java.util.Optional;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;

@Singleton
class AccountRepository {

    /** What the log-in door shows of an account. */
    public record Door(UserId id, String passwordHash, boolean isActive) {}

    /** Works before a tenant is known. */
    Optional<Door> door(Handle tx, String email) {
        return tx.createQuery("SELECT id, password_hash, is_active FROM app.login_lookup(:email)")
                .bind("email", email)
                .map(Rows.of(Door.class))
                .findOne();
    }

    Optional<Account> find(Handle tx, UserId user) {
        return tx.createQuery("""
                SELECT id, email, full_name, business_name, phone, role, timezone, sells, city, link, tone, language,
                       is_active, email_verified_at IS NOT NULL AS email_verified, created_at
                FROM app.users WHERE id = :user
                """)
                .bind("user", user)
                .map(Rows.of(Account.class))
                .findOne();
    }

    ZoneId zone(Handle tx, UserId user) {
        return ZoneId.of(tx.createQuery("SELECT timezone FROM app.users WHERE id = :user")
                .bind("user", user)
                .mapTo(String.class)
                .one());
    }

    /** False, and nothing stored, if the e-mail is taken. @param purpose business or demo */
    boolean insert(
            Handle tx, UserId user, NewAccount account, String passwordHash, @Nullable String phone, String purpose) {
        return tx.createUpdate("""
                        INSERT INTO app.users (id, email, password_hash, full_name, business_name, phone, purpose)
                        VALUES (:user, :email, :passwordHash, :fullName, :businessName, :phone, :purpose)
                        ON CONFLICT (email) DO NOTHING
                        """)
                        .bind("user", user)
                        .bind("email", account.email())
                        .bind("passwordHash", passwordHash)
                        .bind("fullName", account.fullName())
                        .bind("businessName", account.businessName())
                        .bind("phone", phone)
                        .bind("purpose", purpose)
                        .execute()
                == 1;
    }

    /** No password has an empty hash. */
    void insertWithoutPassword(Handle tx, UserId user) {
        tx.createUpdate("""
                INSERT INTO app.users (id, email, password_hash, full_name, business_name)
                VALUES (:user, :user || '@analysis.invalid', '', '', '')
                """).bind("user", user).execute();
    }

    void update(Handle tx, UserId user, Profile profile, @Nullable String phone) {
        tx.createUpdate("""
                UPDATE app.users
                SET full_name = :fullName, business_name = :businessName, phone = :phone, timezone = :timezone,
                    sells = :sells, city = :city, link = :link, tone = :tone, updated_at = now()
                WHERE id = :user
                """)
                .bind("user", user)
                .bind("fullName", profile.fullName())
                .bind("businessName", profile.businessName())
                .bind("phone", phone)
                .bind("timezone", profile.timezone())
                .bind("sells", profile.sells())
                .bind("city", profile.city())
                .bind("link", profile.link())
                .bind("tone", profile.tone())
                .execute();
    }

    /** @param language {@code id} or {@code en} */
    void speak(Handle tx, UserId user, String language) {
        tx.createUpdate("UPDATE app.users SET language = :language, updated_at = now() WHERE id = :user")
                .bind("user", user)
                .bind("language", language)
                .execute();
    }

    /** Nobody changes the account until the transaction ends; what belongs to it can still be written. */
    void lock(Handle tx, UserId user) {
        tx.createQuery("SELECT id FROM app.users WHERE id = :user FOR NO KEY UPDATE")
                .bind("user", user)
                .mapTo(UserId.class)
                .findOne();
    }

    void changePassword(Handle tx, UserId user, String passwordHash) {
        tx.createUpdate("UPDATE app.users SET password_hash = :hash, updated_at = now() WHERE id = :user")
                .bind("user", user)
                .bind("hash", passwordHash)
                .execute();
    }

    /** That mail to {@code email} reaches its owner; nothing if the account has another address by now. */
    void verify(Handle tx, UserId user, String email) {
        tx.createUpdate("""
                UPDATE app.users SET email_verified_at = coalesce(email_verified_at, now()), updated_at = now()
                WHERE id = :user AND email = :email
                """).bind("user", user).bind("email", email).execute();
    }

    /** Whether nobody has logged in with a shop's account, nor left anything there should its sessions be forgotten. */
    boolean isUnused(Handle tx, UserId user) {
        return tx.createQuery("""
                SELECT role = 'umkm_owner'
                       AND NOT EXISTS (SELECT FROM app.sessions s WHERE s.user_id = :user)
                       AND NOT EXISTS (SELECT FROM app.customers c WHERE c.user_id = :user)
                       AND NOT EXISTS (SELECT FROM app.imports i WHERE i.user_id = :user)
                FROM app.users WHERE id = :user
                """).bind("user", user).mapTo(Boolean.class).one();
    }

    /** Seen only by a super_admin's transaction. */
    Optional<Account> oldestDemo(Handle tx) {
        return tx.createQuery("""
                SELECT id, email, full_name, business_name, phone, role, timezone, sells, city, link, tone, language,
                       is_active, email_verified_at IS NOT NULL AS email_verified, created_at
                FROM app.users WHERE purpose = 'demo' AND is_active ORDER BY created_at, id LIMIT 1
                """).map(Rows.of(Account.class)).findOne();
    }

    boolean isDemo(Handle tx, UserId user) {
        return tx.createQuery("SELECT 1 FROM app.users WHERE id = :user AND purpose = 'demo'")
                .bind("user", user)
                .mapTo(Integer.class)
                .findOne()
                .isPresent();
    }

    /** The bulk of a shop, and what no foreign key ties to it. */
    void deleteSales(Handle tx, UserId user) {
        for (var sql : List.of(
                "DELETE FROM app.rfm_analysis WHERE user_id = :user",
                "DELETE FROM app.transactions WHERE user_id = :user",
                "DELETE FROM app.imports WHERE user_id = :user",
                "DELETE FROM app.customers WHERE user_id = :user")) {
            tx.createUpdate(sql).bind("user", user).execute();
        }
    }

    /** Everything that a foreign key ties to the account goes with it. The database refuses it for a business. */
    void delete(Handle tx, UserId user) {
        tx.createUpdate("DELETE FROM app.users WHERE id = :user")
                .bind("user", user)
                .execute();
    }
}
