package com.smartmarketingagent.privacy;

import com.smartmarketingagent.platform.Rows;
import com.smartmarketingagent.platform.UserId;
import com.smartmarketingagent.privacy.Breach.Said;
import jakarta.inject.Singleton;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;

/** {@code app.breaches}, each the row of the super_admin who recorded it, and what shops were told of them. */
@Singleton
class BreachRepository {

    /** What a shop was told. */
    public record Told(UUID id, String happened, String concerned, String measures, Instant toldAt) {}

    /**
     * A shop that a breach touches.
     *
     * @param reached {@code read} in the app, {@code sent} by a way that its owner chose, {@code pending},
     *     {@code not_reached}, or {@code unknown} where the notice isn't kept any more
     */
    public record TouchedShop(
            UUID id,
            String businessName,
            String email,
            @Nullable String phone,
            boolean isActive,
            String reached) {}

    /**
     * @param shops how many it touches
     * @param reached how many of them read it or were sent it
     */
    public record TouchedRow(UUID breach, TouchedShop shop, long shops, long reached) {}

    /** The same in columns. */
    public record Placed(
            UUID breach,
            UUID id,
            String businessName,
            String email,
            @Nullable String phone,
            boolean isActive,
            String reached,
            long shops,
            long allReached) {
        private TouchedRow touched() {
            return new TouchedRow(
                    breach, new TouchedShop(id, businessName, email, phone, isActive, reached), shops, allReached);
        }
    }

    /**
     * The shops that were told of breaches, in a super_admin's transaction: of each breach those first that weren't
     * reached, at most {@code most}.
     */
    List<TouchedRow> touched(Handle tx, List<UUID> breaches, int most) {
        return tx
                .createQuery("""
                        WITH told AS (
                          SELECT s.id AS breach, u.id, u.business_name, u.email, u.phone, u.is_active,
                                 CASE WHEN n.read_at IS NOT NULL THEN 'read'
                                      WHEN n.id IS NULL THEN 'unknown'
                                      WHEN d.states && ARRAY['sent'] THEN 'sent'
                                      WHEN d.states && ARRAY['pending', 'sending'] THEN 'pending'
                                      ELSE 'not_reached' END AS reached
                          FROM app.shop_breaches s JOIN app.users u ON u.id = s.user_id
                          LEFT JOIN app.notices n ON n.user_id = s.user_id AND n.kind = 'shop_breach' AND n.created_at = s.told_at
                          LEFT JOIN LATERAL (SELECT array_agg(state) AS states FROM app.notice_deliveries
                                             WHERE user_id = n.user_id AND notice_id = n.id) d ON true
                          WHERE s.id = ANY (:breaches::uuid[])),
                        placed AS (
                          SELECT *, count(*) OVER (PARTITION BY breach) AS shops,
                                 count(*) FILTER (WHERE reached IN ('read', 'sent')) OVER (PARTITION BY breach) AS all_reached,
                                 row_number() OVER (PARTITION BY breach ORDER BY
                                   array_position(ARRAY['not_reached', 'pending', 'unknown', 'sent', 'read'], reached), business_name, id) AS place
                          FROM told)
                        SELECT breach, id, business_name, email, phone, is_active, reached, shops, all_reached
                        FROM placed WHERE place <= :most ORDER BY breach, place
                        """)
                .bindArray(
                        "breaches",
                        String.class,
                        breaches.stream().map(UUID::toString).toList())
                .bind("most", most)
                .map(Rows.of(Placed.class))
                .stream()
                .map(Placed::touched)
                .toList();
    }

    /** The same id once more changes nothing. Answers whether it is new. */
    boolean insert(Handle tx, UserId user, UUID id, Said said, Instant foundAt) {
        return tx.createUpdate("""
                        INSERT INTO app.breaches (user_id, id, happened, concerned, measures, found_at, due_at)
                        VALUES (:user, :id, :happened, :concerned, :measures, :foundAt, :dueAt) ON CONFLICT DO NOTHING
                        """)
                        .bind("user", user)
                        .bind("id", id)
                        .bind("happened", said.happened())
                        .bind("concerned", said.concerned())
                        .bind("measures", said.measures())
                        .bind("foundAt", foundAt)
                        .bind("dueAt", foundAt.plus(Deadline.TIME))
                        .execute()
                == 1;
    }

    /** @return whether there is such a shop that hadn't been told */
    boolean tellShop(Handle tx, UserId user, UUID id, Said said) {
        return tx.createUpdate("""
                INSERT INTO app.shop_breaches (user_id, id, happened, concerned, measures)
                SELECT u.id, :id, :happened, :concerned, :measures FROM app.users u WHERE u.id = :user
                ON CONFLICT DO NOTHING
                """)
                        .bind("user", user)
                        .bind("id", id)
                        .bind("happened", said.happened())
                        .bind("concerned", said.concerned())
                        .bind("measures", said.measures())
                        .execute()
                == 1;
    }

    /** Of all super_admins, in a super_admin's transaction; the open ones first, the newest first. */
    List<Breach> all(Handle tx) {
        return tx.createQuery("""
                SELECT id, happened, concerned, measures, found_at, due_at, closed_at, reminders FROM app.breaches
                ORDER BY closed_at IS NOT NULL, found_at DESC, user_id, id LIMIT 100
                """).map(Rows.of(Breach.class)).list();
    }

    /** Who recorded it, in a super_admin's transaction. */
    Optional<UserId> owner(Handle tx, UUID id) {
        return tx.createQuery("SELECT user_id FROM app.breaches WHERE id = :id")
                .bind("id", id)
                .mapTo(UUID.class)
                .map(UserId::new)
                .findOne();
    }

    Optional<Breach> lock(Handle tx, UserId user, UUID id) {
        return tx.createQuery("""
                SELECT id, happened, concerned, measures, found_at, due_at, closed_at, reminders FROM app.breaches
                WHERE user_id = :user AND id = :id FOR UPDATE
                """)
                .bind("user", user)
                .bind("id", id)
                .map(Rows.of(Breach.class))
                .findOne();
    }

    /** False if it was closed. */
    boolean close(Handle tx, UserId user, UUID id) {
        return tx.createUpdate("""
                UPDATE app.breaches SET closed_at = now() WHERE user_id = :user AND id = :id AND closed_at IS NULL
                """).bind("user", user).bind("id", id).execute() == 1;
    }

    void reminded(Handle tx, UserId user, UUID id, int reminders) {
        tx.createUpdate("UPDATE app.breaches SET reminders = :reminders WHERE user_id = :user AND id = :id")
                .bind("user", user)
                .bind("id", id)
                .bind("reminders", reminders)
                .execute();
    }

    /** What this shop was told, the newest first. */
    List<Told> told(Handle tx, UserId user) {
        return tx.createQuery("""
                SELECT id, happened, concerned, measures, told_at FROM app.shop_breaches
                WHERE user_id = :user ORDER BY told_at DESC, id LIMIT 20
                """).bind("user", user).map(Rows.of(Told.class)).list();
    }

    /** What was recorded, for the shops. */
    Optional<Said> said(Handle tx, UserId user, UUID id) {
        return tx.createQuery("""
                SELECT happened, concerned, measures FROM app.breaches WHERE user_id = :user AND id = :id
                """)
                .bind("user", user)
                .bind("id", id)
                .map(Rows.of(Said.class))
                .findOne();
    }

    /** All shops, in a super_admin's transaction: those too that are closed have their customers' data. */
    List<UserId> shops(Handle tx) {
        return tx.createQuery("SELECT id FROM app.users WHERE role = 'umkm_owner' ORDER BY id")
                .mapTo(UUID.class)
                .map(UserId::new)
                .list();
    }

    /** The super_admins but {@code user} whose accounts are on, in a super_admin's transaction. */
    List<UserId> otherAdmins(Handle tx, UserId user) {
        return tx.createQuery("""
                SELECT id FROM app.users WHERE role = 'super_admin' AND is_active AND id <> :user ORDER BY id
                """)
                .bind("user", user)
                .mapTo(UUID.class)
                .map(UserId::new)
                .list();
    }

    Optional<UserId> shop(Handle tx, String email) {
        return tx.createQuery("SELECT id FROM app.users WHERE role = 'umkm_owner' AND email = lower(:email)")
                .bind("email", email)
                .mapTo(UUID.class)
                .map(UserId::new)
                .findOne();
    }
}
