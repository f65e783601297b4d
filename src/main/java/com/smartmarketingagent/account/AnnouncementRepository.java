package com.smartmarketingagent.account;

import com.smartmarketingagent.account.Announcements.Announcement;
import com.smartmarketingagent.platform.Rows;
import com.smartmarketingagent.platform.UserId;
import jakarta.inject.Singleton;
import java.util.List;
import java.util.UUID;
import org.jdbi.v3.core.Handle;

/** {@code app.announcements}, each the row of the super_admin who made it. */
@Singleton
class AnnouncementRepository {

    /** Of all super_admins, before a tenant is known. */
    List<String> current(Handle tx) {
        return tx.createQuery("SELECT text FROM app.current_announcements()")
                .mapTo(String.class)
                .list();
    }

    /** Only in a super_admin's transaction does this see anything. */
    List<Announcement> all(Handle tx) {
        return tx.createQuery("""
                SELECT id, user_id AS by, text, created_at, until FROM app.announcements
                WHERE until > now() ORDER BY created_at DESC, id
                """).map(Rows.of(Announcement.class)).list();
    }

    /** False if it is there already. */
    boolean insert(Handle tx, UserId user, UUID id, String text, int days) {
        return tx.createUpdate("""
                INSERT INTO app.announcements (user_id, id, text, until)
                VALUES (:user, :id, :text, now() + make_interval(days => :days)) ON CONFLICT DO NOTHING
                """)
                        .bind("user", user)
                        .bind("id", id)
                        .bind("text", text)
                        .bind("days", days)
                        .execute()
                == 1;
    }

    /** False if it was over. */
    boolean end(Handle tx, UserId user, UUID id) {
        return tx.createUpdate("""
                UPDATE app.announcements SET until = now() WHERE user_id = :user AND id = :id AND until > now()
                """).bind("user", user).bind("id", id).execute() == 1;
    }
}
