package com.smartmarketingagent.notice;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.smartmarketingagent.platform.Paging;
import com.smartmarketingagent.platform.Rows;
import com.smartmarketingagent.platform.UserId;
import jakarta.inject.Singleton;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;

/** {@code app.notices}, how they go out, and how their owners want them to. */
@Singleton
class NoticeRepository {

    private static final TypeReference<Map<String, Object>> FACTS = new TypeReference<>() {};

    private final ObjectMapper json;

    NoticeRepository(ObjectMapper json) {
        this.json = json;
    }

    /** By which ways an owner wants to be told of a kind, besides in the app. */
    public record Choice(Kind kind, boolean push, boolean email, boolean whatsapp) {

        /** As long as they chose nothing. */
        static Choice proposed(Kind kind) {
            return new Choice(kind, true, kind.pressing(), false);
        }
    }

    public record ChoiceRow(String kind, boolean push, boolean email, boolean whatsapp) {

        Choice choice() {
            return new Choice(Objects.requireNonNull(Kind.of(kind)), push, email, whatsapp);
        }
    }

    public record Row(UUID id, String kind, String facts, Instant createdAt, boolean read) {}

    void insert(Handle tx, UserId user, UUID id, Kind kind, Map<String, Object> facts) {
        tx.createUpdate("""
                INSERT INTO app.notices (user_id, id, kind, facts) VALUES (:user, :id, :kind, :facts::jsonb)
                """)
                .bind("user", user)
                .bind("id", id)
                .bind("kind", kind.key())
                .bind("facts", write(facts))
                .execute();
    }

    /** Says anew what an unread one about the same thing says. Answers whether there is one. */
    boolean renew(Handle tx, UserId user, Kind kind, Map<String, Object> facts) {
        return tx.createUpdate("""
                        UPDATE app.notices SET facts = :facts::jsonb
                        WHERE user_id = :user AND kind = :kind AND facts ->> 'id' = :id AND read_at IS NULL
                        """)
                        .bind("user", user)
                        .bind("kind", kind.key())
                        .bind("id", String.valueOf(facts.get("id")))
                        .bind("facts", write(facts))
                        .execute()
                > 0;
    }

    /** Nobody looks for news of a quarter of a year ago. */
    void forgetOld(Handle tx, UserId user) {
        tx.createUpdate("DELETE FROM app.notices WHERE user_id = :user AND created_at < now() - interval '90 days'")
                .bind("user", user)
                .execute();
    }

    /** Newest first. */
    List<Notice> list(Handle tx, UserId user, Paging paging) {
        return tx
                .createQuery("""
                SELECT id, kind, facts::text AS facts, created_at, read_at IS NOT NULL AS read FROM app.notices
                WHERE user_id = :user ORDER BY created_at DESC, id DESC LIMIT :limit OFFSET :offset
                """)
                .bind("user", user)
                .bind("limit", paging.limit())
                .bind("offset", paging.offset())
                .map(Rows.of(Row.class))
                .list()
                .stream()
                .map(this::notice)
                .toList();
    }

    Optional<Notice> find(Handle tx, UserId user, UUID id) {
        return tx.createQuery("""
                SELECT id, kind, facts::text AS facts, created_at, read_at IS NOT NULL AS read FROM app.notices
                WHERE user_id = :user AND id = :id
                """)
                .bind("user", user)
                .bind("id", id)
                .map(Rows.of(Row.class))
                .findOne()
                .map(this::notice);
    }

    private Notice notice(Row row) {
        return new Notice(
                row.id(), Objects.requireNonNull(Kind.of(row.kind())), read(row.facts()), row.createdAt(), row.read());
    }

    long count(Handle tx, UserId user) {
        return tx.createQuery("SELECT count(*) FROM app.notices WHERE user_id = :user")
                .bind("user", user)
                .mapTo(Long.class)
                .one();
    }

    long unread(Handle tx, UserId user) {
        return tx.createQuery("SELECT count(*) FROM app.notices WHERE user_id = :user AND read_at IS NULL")
                .bind("user", user)
                .mapTo(Long.class)
                .one();
    }

    /** @param upTo the newest that its owner has seen: what came later stays unread; see {@link Notice#createdAt} */
    void read(Handle tx, UserId user, Instant upTo) {
        tx.createUpdate("""
                UPDATE app.notices SET read_at = now()
                WHERE user_id = :user AND read_at IS NULL AND created_at <= :upTo
                """).bind("user", user).bind("upTo", upTo).execute();
    }

    void readAll(Handle tx, UserId user) {
        tx.createUpdate("UPDATE app.notices SET read_at = now() WHERE user_id = :user AND read_at IS NULL")
                .bind("user", user)
                .execute();
    }

    Optional<Choice> choice(Handle tx, UserId user, Kind kind) {
        return tx.createQuery(
                        "SELECT kind, push, email, whatsapp FROM app.notice_choices WHERE user_id = :user AND kind = :kind")
                .bind("user", user)
                .bind("kind", kind.key())
                .map(Rows.of(ChoiceRow.class))
                .findOne()
                .map(ChoiceRow::choice);
    }

    List<Choice> choices(Handle tx, UserId user) {
        return tx
                .createQuery("SELECT kind, push, email, whatsapp FROM app.notice_choices WHERE user_id = :user")
                .bind("user", user)
                .map(Rows.of(ChoiceRow.class))
                .list()
                .stream()
                .map(ChoiceRow::choice)
                .toList();
    }

    void choose(Handle tx, UserId user, Choice choice) {
        tx.createUpdate("""
                INSERT INTO app.notice_choices (user_id, kind, push, email, whatsapp) VALUES (:user, :kind, :push, :email, :whatsapp)
                ON CONFLICT (user_id, kind) DO UPDATE
                SET push = excluded.push, email = excluded.email, whatsapp = excluded.whatsapp
                """)
                .bind("user", user)
                .bind("kind", choice.kind().key())
                .bind("push", choice.push())
                .bind("email", choice.email())
                .bind("whatsapp", choice.whatsapp())
                .execute();
    }

    public record BreachWords(String happened, String concerned, String measures) {}

    /** What a shop was told of a breach: in the same transaction as {@code notice}, hence at the same moment. */
    BreachWords breach(Handle tx, UserId user, Notice notice) {
        return tx.createQuery("""
                SELECT happened, concerned, measures FROM app.shop_breaches WHERE user_id = :user AND told_at = :at
                ORDER BY id LIMIT 1
                """)
                .bind("user", user)
                .bind("at", notice.createdAt())
                .map(Rows.of(BreachWords.class))
                .one();
    }

    /** To go out by e-mail, if the account's address is known to be its owner's. Answers whether it will. */
    boolean planMail(Handle tx, UserId user, UUID notice) {
        return tx.createUpdate("""
                        INSERT INTO app.notice_deliveries (user_id, notice_id, way)
                        SELECT id, :notice, 'email' FROM app.users
                        WHERE id = :user AND email_verified_at IS NOT NULL AND purpose <> 'demo'
                        """).bind("user", user).bind("notice", notice).execute() == 1;
    }

    /** To go out to the devices that listen, if there are any. Answers whether it will. */
    boolean planPush(Handle tx, UserId user, UUID notice) {
        return tx.createUpdate("""
                        INSERT INTO app.notice_deliveries (user_id, notice_id, way)
                        SELECT :user, :notice, 'push'
                        WHERE EXISTS (SELECT FROM app.push_devices d
                                      JOIN app.sessions s ON s.user_id = d.user_id AND s.id = d.session_id
                                      WHERE d.user_id = :user AND s.user_id = :user AND s.ended_at IS NULL)
                        """).bind("user", user).bind("notice", notice).execute() == 1;
    }

    /**
     * The owner's own WhatsApp, and the number that would write to it.
     *
     * @param phone E.164; null where they gave none
     * @param number the shop's, E.164; null where it isn't known
     * @param state of the channel; null where none is set up
     * @param restsUntil when it may send again; null where it never sent
     */
    public record WhatsApp(
            @Nullable String phone,
            @Nullable String number,
            @Nullable String state,
            @Nullable Instant restsUntil) {

        /** Whether there is somebody to write to and somebody who can. */
        boolean isReady() {
            return phone != null && !phone.equals(number) && isConnected();
        }

        boolean isConnected() {
            return "connected".equals(state) || "unchecked".equals(state);
        }
    }

    WhatsApp whatsApp(Handle tx, UserId user) {
        return tx.createQuery("""
                SELECT u.notice_phone AS phone, c.number, c.state, p.next_at AS rests_until
                FROM app.users u
                LEFT JOIN app.channels c ON c.user_id = u.id AND c.kind = 'fonnte'
                LEFT JOIN app.paces p ON p.user_id = u.id AND p.via = 'fonnte'
                WHERE u.id = :user
                """)
                .bind("user", user)
                .map(Rows.of(WhatsApp.class))
                .one();
    }

    /** @param phone E.164; null for none */
    void keepPhone(Handle tx, UserId user, @Nullable String phone) {
        tx.createUpdate("UPDATE app.users SET notice_phone = :phone WHERE id = :user")
                .bind("user", user)
                .bind("phone", phone)
                .execute();
    }

    /** To go out by WhatsApp. */
    void planWhatsApp(Handle tx, UserId user, UUID notice) {
        tx.createUpdate("""
                INSERT INTO app.notice_deliveries (user_id, notice_id, way) VALUES (:user, :notice, 'whatsapp')
                """).bind("user", user).bind("notice", notice).execute();
    }

    /** What an earlier run had begun and not ended: nobody knows whether it went out. */
    void giveUpBegun(Handle tx, UserId user, UUID notice) {
        tx.createUpdate("""
                UPDATE app.notice_deliveries SET state = 'unknown', changed_at = now()
                WHERE user_id = :user AND notice_id = :notice AND state = 'sending'
                """).bind("user", user).bind("notice", notice).execute();
    }

    /**
     * The ways that are to be gone now; from here on each is gone once, whatever dies.
     *
     * @param awake whether the owner is: WhatsApp rings
     */
    List<String> begin(Handle tx, UserId user, UUID notice, boolean awake) {
        return tx.createQuery("""
                UPDATE app.notice_deliveries SET state = 'sending', changed_at = now()
                WHERE user_id = :user AND notice_id = :notice AND state = 'pending' AND (:awake OR way <> 'whatsapp')
                RETURNING way
                """)
                .bind("user", user)
                .bind("notice", notice)
                .bind("awake", awake)
                .mapTo(String.class)
                .list();
    }

    /** @param state how it ended, or pending again */
    void end(Handle tx, UserId user, UUID notice, String way, String state) {
        tx.createUpdate("""
                UPDATE app.notice_deliveries SET state = :state, changed_at = now()
                WHERE user_id = :user AND notice_id = :notice AND way = :way AND state IN ('sending', 'unknown')
                """)
                .bind("user", user)
                .bind("notice", notice)
                .bind("way", way)
                .bind("state", state)
                .execute();
    }

    /** The ways that are still to be gone. */
    List<String> waiting(Handle tx, UserId user, UUID notice) {
        return tx.createQuery("""
                SELECT way FROM app.notice_deliveries
                WHERE user_id = :user AND notice_id = :notice AND state = 'pending'
                """)
                .bind("user", user)
                .bind("notice", notice)
                .mapTo(String.class)
                .list();
    }

    private String write(Map<String, Object> facts) {
        try {
            return json.writeValueAsString(facts);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException(e);
        }
    }

    private Map<String, Object> read(String facts) {
        try {
            return json.readValue(facts, FACTS);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException(e);
        }
    }
}
