package com.smartmarketingagent.messaging;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.smartmarketingagent.messaging.Channel.Condition;
import com.smartmarketingagent.messaging.Channel.Facts;
import com.smartmarketingagent.messaging.Channel.Kind;
import com.smartmarketingagent.messaging.Channel.State;
import com.smartmarketingagent.platform.Language;
import com.smartmarketingagent.platform.Rows;
import com.smartmarketingagent.platform.UserId;
import jakarta.inject.Singleton;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.TreeMap;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;

/** The channels of a shop as they are kept: closed. */
@Singleton
public class ChannelRepository {

    private static final String COLUMNS = """
            SELECT c.kind, c.settings::text, c.secrets, c.hints::text, c.webhook_secret, c.state,
                   coalesce(c.why, CASE WHEN c.doubtful THEN 'another' END) AS why, c.doubtful AS is_doubtful, c.state_at, c.number, c.facts::text, c.connected_since, c.updated_at, u.language, u.business_name
            FROM app.channels c JOIN app.users u ON u.id = c.user_id WHERE c.user_id = :user
            """;

    private final ObjectMapper json = new ObjectMapper();

    /**
     * One channel.
     *
     * @param settings what may be read
     * @param secrets sealed
     * @param hints how the secrets end
     * @param webhookSecret sealed
     * @param why a key below {@code channels.why_}; null where there is nothing to say
     * @param isDoubtful its key is another than before, or its phone says so, and nobody has seen yet which number it
     *     has
     * @param number that people see; null until it is known
     * @param connectedSince since when this number is in use, as far as we saw; null until it was connected
     * @param updatedAt when it was last set up
     * @param language of the shop
     */
    public record Kept(
            Kind kind,
            Map<String, String> settings,
            byte[] secrets,
            Map<String, String> hints,
            byte[] webhookSecret,
            State state,
            @Nullable String why,
            boolean isDoubtful,
            Instant stateAt,
            @Nullable String number,
            Facts facts,
            @Nullable Instant connectedSince,
            Instant updatedAt,
            Language language,
            String businessName) {

        /** Whether messages don't leave by it, as far as is known. */
        public boolean isDown() {
            return state == State.DISCONNECTED || state == State.REFUSED;
        }

        /** Of what was bought, as the provider last said; empty where it said nothing, or no number. */
        public OptionalLong messagesLeft() {
            var quota = facts.quota();
            return quota != null && quota.matches("\\d{1,18}")
                    ? OptionalLong.of(Long.parseLong(quota))
                    : OptionalLong.empty();
        }

        /** Since when its number is in use, as far as anybody can say: whoever doubts begins anew. */
        public Instant inUseSince() {
            return connectedSince == null || isDoubtful ? stateAt : connectedSince;
        }
    }

    /** As it is stored. */
    public record Row(
            String kind,
            String settings,
            byte[] secrets,
            String hints,
            byte[] webhookSecret,
            String state,
            @Nullable String why,
            boolean isDoubtful,
            Instant stateAt,
            @Nullable String number,
            String facts,
            @Nullable Instant connectedSince,
            Instant updatedAt,
            @Nullable String language,
            String businessName) {}

    private Kept kept(Row row) {
        return new Kept(
                Kind.valueOf(row.kind().toUpperCase(Locale.ROOT)),
                map(row.settings()),
                row.secrets(),
                map(row.hints()),
                row.webhookSecret(),
                State.valueOf(row.state().toUpperCase(Locale.ROOT)),
                row.why(),
                row.isDoubtful(),
                row.stateAt(),
                row.number(),
                read(row.facts(), Facts.class),
                row.connectedSince(),
                row.updatedAt(),
                Language.chosen(row.language()).orElse(Language.INDONESIAN),
                row.businessName());
    }

    /** Those that are set up, by kind. */
    public List<Kept> list(Handle tx, UserId user) {
        return tx.createQuery(COLUMNS + " ORDER BY c.kind")
                .bind("user", user)
                .map(Rows.of(Row.class))
                .map(this::kept)
                .list();
    }

    public Optional<Kept> find(Handle tx, UserId user, Kind kind) {
        return tx.createQuery(COLUMNS + " AND c.kind = :kind")
                .bind("user", user)
                .bind("kind", kind.key())
                .map(Rows.of(Row.class))
                .findOne()
                .map(this::kept);
    }

    /** The same, and nobody else sets it up until the end of the transaction. */
    Optional<Kept> lock(Handle tx, UserId user, Kind kind) {
        // two who set it up for the first time, one after the other
        tx.createQuery("SELECT 1 FROM app.users WHERE id = :user FOR NO KEY UPDATE")
                .bind("user", user)
                .mapTo(Integer.class)
                .one();
        return find(tx, user, kind);
    }

    /**
     * Sets it up, or up anew. What was known of it is to be looked at again; its number stays until then.
     *
     * @param another whether it may have another number from now on
     */
    void save(
            Handle tx,
            UserId user,
            Kind kind,
            boolean another,
            Map<String, String> settings,
            byte[] secrets,
            Map<String, String> hints,
            byte[] webhookSecret) {
        tx.createUpdate("""
                        INSERT INTO app.channels (user_id, kind, settings, secrets, hints, webhook_secret)
                        VALUES (:user, :kind, :settings::jsonb, :secrets, :hints::jsonb, :webhookSecret)
                        ON CONFLICT (user_id, kind) DO UPDATE
                          SET settings = excluded.settings, secrets = excluded.secrets, hints = excluded.hints,
                              webhook_secret = excluded.webhook_secret, state = 'unchecked', state_at = now(),
                              why = NULL, doubtful = :another OR channels.doubtful,
                              facts = '{}', updated_at = now()
                        """)
                .bind("user", user)
                .bind("kind", kind.key())
                .bind("another", another)
                .bind("settings", write(settings))
                .bind("secrets", secrets)
                .bind("hints", write(hints))
                .bind("webhookSecret", webhookSecret)
                .execute();
    }

    /** Puts what is sealed anew in the place of what it was, unless somebody was faster. */
    void seal(Handle tx, UserId user, Kept former, byte[] secrets, byte[] webhookSecret) {
        tx.createUpdate("""
                        UPDATE app.channels SET secrets = :secrets, webhook_secret = :webhookSecret
                        WHERE user_id = :user AND kind = :kind AND secrets = :former
                        """)
                .bind("user", user)
                .bind("kind", former.kind().key())
                .bind("former", former.secrets())
                .bind("secrets", secrets)
                .bind("webhookSecret", webhookSecret)
                .execute();
    }

    /**
     * Writes down what a look found, unless it was set up anew meanwhile. Another number is a new one: it begins as if
     * it had never been used, and so does one that is in doubt and doesn't say which it is.
     *
     * @return whether it is in another state by that
     */
    boolean found(Handle tx, UserId user, Kept looked, Condition condition) {
        var before = tx.createQuery(
                        "SELECT state FROM app.channels WHERE user_id = :user AND kind = :kind FOR NO KEY UPDATE")
                .bind("user", user)
                .bind("kind", looked.kind().key())
                .mapTo(String.class)
                .findOne()
                .orElse("");
        int written = tx.createUpdate("""
                        UPDATE app.channels
                        SET state = :state, state_at = now(), facts = :facts::jsonb, why = :why,
                            doubtful = doubtful AND :state = 'unchecked',
                            connected_since = CASE
                              WHEN :number <> number OR doubtful AND :number::text IS NULL AND :state <> 'unchecked'
                                THEN CASE WHEN :state = 'connected' THEN now() END
                              WHEN :state = 'connected' THEN coalesce(connected_since, now())
                              ELSE connected_since END,
                            number = CASE WHEN doubtful AND :state <> 'unchecked' THEN :number ELSE coalesce(:number, number) END
                        WHERE user_id = :user AND kind = :kind AND updated_at = :seen
                        """)
                .bind("user", user)
                .bind("kind", looked.kind().key())
                .bind("seen", looked.updatedAt())
                .bind("state", condition.state().key())
                .bind("why", condition.why())
                .bind("facts", write(condition.facts()))
                .bind("number", condition.number())
                .execute();
        return written == 1 && !before.equals(condition.state().key());
    }

    /**
     * Writes down what was learnt by the way: from a message that wasn't taken, or from the provider's word. What was
     * known of its number and package stays, unless it is in doubt.
     *
     * @param why a key below {@code channels.why_}; null where there is nothing to say
     * @return whether that is news
     */
    boolean enter(Handle tx, UserId user, Kind kind, State state, @Nullable String why) {
        return tx.createUpdate("""
                                UPDATE app.channels
                                SET state = :state, why = :why, state_at = now(), doubtful = false,
                                    number = CASE WHEN doubtful THEN NULL ELSE number END,
                                    connected_since = CASE WHEN doubtful THEN CASE WHEN :state = 'connected' THEN now() END
                                                           WHEN :state = 'connected' THEN coalesce(connected_since, now())
                                                           ELSE connected_since END
                                WHERE user_id = :user AND kind = :kind AND (doubtful OR (state, why) IS DISTINCT FROM (:state, :why))
                                """)
                        .bind("user", user)
                        .bind("kind", kind.key())
                        .bind("state", state.key())
                        .bind("why", why)
                        .execute()
                > 0;
    }

    /** Its number may be another now, whatever was known of it: somebody is to look before the next message. */
    public void doubt(Handle tx, UserId user, Kind kind) {
        tx.createUpdate("""
                        UPDATE app.channels SET state = 'unchecked', why = NULL, doubtful = true, state_at = now()
                        WHERE user_id = :user AND kind = :kind AND NOT doubtful
                        """).bind("user", user).bind("kind", kind.key()).execute();
    }

    /** @return whether there was one */
    boolean remove(Handle tx, UserId user, Kind kind) {
        return tx.createUpdate("DELETE FROM app.channels WHERE user_id = :user AND kind = :kind")
                        .bind("user", user)
                        .bind("kind", kind.key())
                        .execute()
                > 0;
    }

    private String write(Object value) {
        try {
            return json.writeValueAsString(value);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException(e);
        }
    }

    private <T> T read(String text, Class<T> type) {
        try {
            return json.readValue(text, type);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException(e);
        }
    }

    private Map<String, String> map(String text) {
        var map = new TreeMap<String, String>();
        read(text, Map.class).forEach((name, value) -> map.put(String.valueOf(name), String.valueOf(value)));
        return map;
    }

    /** What any shop has set up; only an administrator's transaction sees more than one shop. */
    List<Kind> kinds(Handle tx) {
        return tx.createQuery("SELECT kind FROM app.channels WHERE user_id IS NOT NULL GROUP BY kind")
                .mapTo(String.class)
                .map(kind -> Kind.valueOf(kind.toUpperCase(Locale.ROOT)))
                .list();
    }
}
