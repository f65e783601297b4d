package com.smartmarketingagent.notice;

import com.smartmarketingagent.platform.Rows;
import com.smartmarketingagent.platform.UserId;
import jakarta.inject.Singleton;
import java.util.List;
import java.util.UUID;
import org.jdbi.v3.core.Handle;

/** {@code app.push_devices}: browsers that take messages. One whose session was ended takes none. */
@Singleton
class DeviceRepository {

    /** A device more, or the same one with another session; of more than 20 the oldest go. */
    void save(Handle tx, UserId user, UUID session, Device device) {
        tx.createUpdate("""
                INSERT INTO app.push_devices (user_id, id, session_id, endpoint, p256dh, auth)
                VALUES (:user, :id, :session, :endpoint, :p256dh, :auth)
                ON CONFLICT (user_id, endpoint) DO UPDATE
                SET session_id = excluded.session_id, p256dh = excluded.p256dh, auth = excluded.auth, created_at = now()
                """)
                .bind("user", user)
                .bind("id", device.id())
                .bind("session", session)
                .bind("endpoint", device.endpoint())
                .bind("p256dh", device.p256dh())
                .bind("auth", device.auth())
                .execute();
        tx.createUpdate("""
                DELETE FROM app.push_devices WHERE user_id = :user AND id IN
                  (SELECT id FROM app.push_devices WHERE user_id = :user ORDER BY created_at DESC, id DESC OFFSET 20)
                """).bind("user", user).execute();
    }

    List<Device> listening(Handle tx, UserId user) {
        return tx.createQuery("""
                SELECT d.id, d.endpoint, d.p256dh, d.auth
                FROM app.push_devices d JOIN app.sessions s ON s.user_id = d.user_id AND s.id = d.session_id
                WHERE d.user_id = :user AND s.user_id = :user AND s.ended_at IS NULL
                ORDER BY d.created_at, d.id
                """).bind("user", user).map(Rows.of(Device.class)).list();
    }

    void delete(Handle tx, UserId user, String endpoint) {
        tx.createUpdate("DELETE FROM app.push_devices WHERE user_id = :user AND endpoint = :endpoint")
                .bind("user", user)
                .bind("endpoint", endpoint)
                .execute();
    }
}
