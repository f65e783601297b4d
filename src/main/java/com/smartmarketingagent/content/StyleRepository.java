package com.smartmarketingagent.content;

import com.smartmarketingagent.platform.Rows;
import com.smartmarketingagent.platform.UserId;
import jakarta.inject.Singleton;
import java.time.Instant;
import java.time.LocalDate;
import java.util.List;
import java.util.UUID;
import org.jdbi.v3.core.Handle;

/** What the owner adds to what is known: texts in the shop's own voice, and days. */
@Singleton
class StyleRepository {

    /** A text of the owner's own. */
    public record Example(UUID id, String text, Instant createdAt) {}

    /** Newest first; the five newest are shown to the model. */
    List<Example> examples(Handle tx, UserId user) {
        return tx.createQuery("""
                        SELECT id, text, created_at FROM app.style_examples WHERE user_id = :user ORDER BY created_at DESC, id LIMIT 50
                        """)
                .bind("user", user)
                .map(Rows.of(Example.class))
                .list();
    }

    /** Sent twice, it is stored once. */
    void add(Handle tx, UserId user, UUID id, String text) {
        tx.createUpdate("""
                        INSERT INTO app.style_examples (user_id, id, text) VALUES (:user, :id, :text)
                        ON CONFLICT (user_id, id) DO NOTHING
                        """)
                .bind("user", user)
                .bind("id", id)
                .bind("text", text)
                .execute();
    }

    /** @return whether it was there */
    boolean remove(Handle tx, UserId user, UUID id) {
        return tx.createUpdate("DELETE FROM app.style_examples WHERE user_id = :user AND id = :id")
                        .bind("user", user)
                        .bind("id", id)
                        .execute()
                > 0;
    }

    /** A day as the owner knows it. */
    public record OwnDay(String name, LocalDate day) {}

    List<OwnDay> days(Handle tx, UserId user) {
        return tx.createQuery("SELECT name, day FROM app.occasions WHERE user_id = :user ORDER BY day, name")
                .bind("user", user)
                .map(Rows.of(OwnDay.class))
                .list();
    }

    /** In the place of the day of that name, whatever its case, in that year. */
    void setDay(Handle tx, UserId user, String name, LocalDate day) {
        // two who say it at once, one after the other
        tx.createQuery("SELECT id FROM app.users WHERE id = :user FOR NO KEY UPDATE")
                .bind("user", user)
                .mapTo(UUID.class)
                .one();
        tx.createUpdate("""
                        DELETE FROM app.occasions
                        WHERE user_id = :user AND lower(name) = lower(:name) AND year = extract(year FROM :day::date)
                        """)
                .bind("user", user)
                .bind("name", name)
                .bind("day", day)
                .execute();
        tx.createUpdate("""
                        INSERT INTO app.occasions (user_id, name, day) VALUES (:user, :name, :day)
                        ON CONFLICT (user_id, name, year) DO UPDATE SET day = excluded.day
                        """)
                .bind("user", user)
                .bind("name", name)
                .bind("day", day)
                .execute();
    }

    /** @return whether there was a day of the owner's own */
    boolean removeDay(Handle tx, UserId user, String name, int year) {
        return tx.createUpdate(
                                "DELETE FROM app.occasions WHERE user_id = :user AND lower(name) = lower(:name) AND year = :year")
                        .bind("user", user)
                        .bind("name", name)
                        .bind("year", year)
                        .execute()
                > 0;
    }
}
