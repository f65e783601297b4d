package com.smartmarketingagent.backup;

import com.smartmarketingagent.platform.Rows;
import com.smartmarketingagent.platform.UserId;
import jakarta.inject.Singleton;
import java.time.LocalDate;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;

/** One shop's rows, out of an installation and into another; read a few hundred at a time. */
@Singleton
class ExportRepository {

    private static final int AT_ONCE = 500;

    /**
     * What isn't of use to a shop elsewhere, or would undo what it asked for: who was deleted is not handed out, though
     * they can be brought back here for a week.
     */
    private static final Set<String> NOT_THEIRS = Set.of(
            "sessions",
            "refresh_tokens",
            "push_devices",
            "mailed_links",
            "idempotency_keys",
            "content_cache",
            "figure_cache",
            "webhook_events",
            "deleted_customers",
            "rfm_changes",
            // may name them in any cell
            "import_refusals",
            // say where files are that stay
            "files",
            // the installation's word
            "limits",
            // goes column by column
            "users");

    /** Of whom was deleted, rows of these go; others stay without what they were called and wrote. */
    private static final Set<String> OF_A_PERSON = Set.of(
            "campaign_links", "consent_history", "import_changes", "incoming_messages", "merges", "practice_messages");

    public record Customer(
            String name,
            @Nullable String phone,
            @Nullable String email,
            @Nullable String address,
            @Nullable String city,
            List<String> tags,
            @Nullable String notes) {}

    /** @param customer by name */
    public record Sale(
            LocalDate transactionDate,
            String customer,
            @Nullable String phone,
            String amount,
            String products,
            @Nullable String notes,
            @Nullable String externalId) {}

    public record Said(
            String customer,
            @Nullable String phone,
            @Nullable String email,
            String channel,
            String state) {}

    public record Written(String name, @Nullable String subject, String text) {}

    /** Of these a shop's export has all rows, those that others refer to first. */
    List<String> tables(Handle tx, List<BackupRepository.Table> all) {
        return all.stream()
                .filter(table ->
                        table.name().startsWith("app.") && table.columns().contains("user_id"))
                .map(table -> table.name().substring("app.".length()))
                .filter(table -> !NOT_THEIRS.contains(table))
                .toList();
    }

    /** Who can be brought back here for a week yet, with everyone who had been merged into them. */
    List<String> deleted(Handle tx, UserId user) {
        return tx.createQuery("""
                        WITH RECURSIVE gone AS (
                          SELECT customer_id AS id FROM app.deleted_customers WHERE user_id = :user
                          UNION
                          SELECT c.id FROM gone g JOIN app.customers c ON c.merged_into = g.id WHERE c.user_id = :user)
                        SELECT id::text FROM gone
                        """).bind("user", user).mapTo(String.class).list();
    }

    /** Each row as JSON, without the secrets of channels and what is left of {@link #deleted}. */
    void eachRow(Handle tx, UserId user, String table, List<String> deleted, Consumer<String> row) {
        tx.createQuery("""
                        SELECT (CASE WHEN theirs AND :table = 'message_outbox' THEN j || '{"sent_text": null}' ELSE j END)::text
                        FROM app.<table> t
                        CROSS JOIN LATERAL (SELECT to_jsonb(t) - 'secrets' - 'webhook_secret' AS j) one
                        CROSS JOIN LATERAL (
                          SELECT ARRAY[j ->> 'customer_id', j ->> 'other_id', j ->> 'row_id', j #>> '{before,customer_id}',
                                       j #>> '{after,customer_id}'] && :deleted::text[] AS theirs) whose
                        WHERE t.user_id = :user AND NOT (theirs AND :ofAPerson)
                        """)
                .define("table", table)
                .bind("user", user)
                .bind("table", table)
                .bind("ofAPerson", OF_A_PERSON.contains(table))
                .bindArray("deleted", String.class, deleted)
                .setFetchSize(AT_ONCE)
                .mapTo(String.class)
                .forEach(row);
    }

    /** The account and what the shop says of itself, as JSON. */
    String account(Handle tx, UserId user) {
        return tx.createQuery("""
                        SELECT jsonb_build_object('id', id, 'email', email, 'full_name', full_name, 'business_name', business_name,
                                                  'phone', phone, 'timezone', timezone, 'sells', sells, 'city', city, 'link', link,
                                                  'tone', tone, 'language', language, 'created_at', created_at)::text
                        FROM app.users WHERE id = :user
                        """).bind("user", user).mapTo(String.class).one();
    }

    /**
     * Who must not be written to, with their addresses, as far as they are customers, or were before they were merged:
     * elsewhere hashes differ.
     */
    void eachSuppressed(Handle tx, UserId user, byte[] key, byte @Nullable [] previousKey, Consumer<String> row) {
        tx.createQuery("""
                        SELECT DISTINCT jsonb_build_object('channel', s.channel, 'address', a.address, 'reason', s.reason,
                                                  'created_at', s.created_at)::text
                        FROM (SELECT phone, email FROM app.customers WHERE user_id = :user
                              UNION SELECT other_before ->> 'phone', other_before ->> 'email' FROM app.merges
                              WHERE user_id = :user AND undone_at IS NULL) c
                        CROSS JOIN LATERAL (VALUES ('whatsapp', c.phone), ('email', c.email)) a (channel, address)
                        JOIN app.suppressions s ON s.user_id = :user AND s.channel = a.channel
                          AND s.address_hash IN (app.address_hash(:key, a.address), app.address_hash(:previous, a.address))
                        WHERE a.address IS NOT NULL
                        """)
                .bind("user", user)
                .bind("key", key)
                .bind("previous", previousKey)
                .setFetchSize(AT_ONCE)
                .mapTo(String.class)
                .forEach(row);
    }

    void eachCustomer(Handle tx, UserId user, Consumer<Customer> row) {
        tx.createQuery("""
                        SELECT name, phone, email, address, city, tags, notes FROM app.customers
                        WHERE user_id = :user AND deleted_at IS NULL ORDER BY created_at, id
                        """)
                .bind("user", user)
                .setFetchSize(AT_ONCE)
                .map(Rows.of(Customer.class))
                .forEach(row);
    }

    void eachSale(Handle tx, UserId user, Consumer<Sale> row) {
        tx.createQuery("""
                        SELECT t.transaction_date, c.name AS customer, c.phone, trim_scale(t.amount)::text AS amount,
                               coalesce((SELECT string_agg(concat_ws(' x ', p ->> 'quantity', p ->> 'name'), '; ')
                                         FROM jsonb_array_elements(t.products) p), '') AS products,
                               t.notes, t.external_id
                        FROM app.transactions t JOIN app.customers c ON c.user_id = t.user_id AND c.id = t.customer_id
                        WHERE t.user_id = :user ORDER BY t.transaction_date, t.id
                        """)
                .bind("user", user)
                .setFetchSize(AT_ONCE)
                .map(Rows.of(Sale.class))
                .forEach(row);
    }

    void eachConsent(Handle tx, UserId user, Consumer<Said> row) {
        tx.createQuery("""
                        SELECT c.name AS customer, c.phone, c.email, k.channel, k.state
                        FROM app.consents k JOIN app.customers c ON c.user_id = k.user_id AND c.id = k.customer_id
                        WHERE k.user_id = :user AND c.deleted_at IS NULL ORDER BY c.created_at, c.id, k.channel
                        """)
                .bind("user", user)
                .setFetchSize(AT_ONCE)
                .map(Rows.of(Said.class))
                .forEach(row);
    }

    void eachText(Handle tx, UserId user, Consumer<Written> row) {
        tx.createQuery("""
                        SELECT name, subject, text FROM app.content_templates
                        WHERE user_id = :user AND deleted_at IS NULL ORDER BY created_at, id
                        """)
                .bind("user", user)
                .setFetchSize(AT_ONCE)
                .map(Rows.of(Written.class))
                .forEach(row);
    }

    /** Whether nobody else is bringing this shop's rows, on any node; until the transaction ends nobody begins to. */
    boolean lock(Handle tx, UserId user) {
        return tx.createQuery("SELECT pg_try_advisory_xact_lock(hashtextextended('export ' || :user, 0))")
                .bind("user", user.value().toString())
                .mapTo(Boolean.class)
                .one();
    }

    boolean isEmpty(Handle tx, UserId user) {
        return tx.createQuery("""
                        SELECT NOT EXISTS (SELECT FROM app.customers WHERE user_id = :user)
                           AND NOT EXISTS (SELECT FROM app.campaigns WHERE user_id = :user)
                           AND NOT EXISTS (SELECT FROM app.content_templates WHERE user_id = :user)
                           AND NOT EXISTS (SELECT FROM app.style_examples WHERE user_id = :user)
                        """).bind("user", user).mapTo(Boolean.class).one();
    }

    /**
     * Stores rows as this shop's, whoever they were of; the imports that made them, and who was about to send them,
     * aren't here.
     *
     * @param columns of which the rows say something
     * @param rows a JSON array
     */
    int insert(Handle tx, UserId user, String table, List<String> columns, String rows) {
        return tx.createUpdate("""
                        INSERT INTO app.<table> (<columns>)
                        SELECT <columns> FROM jsonb_populate_recordset(NULL::app.<table>, (
                          SELECT jsonb_agg(r || jsonb_build_object('user_id', :user, 'import_id', NULL, 'lease_token', NULL,
                                                                   'lease_until', NULL, 'address_hash', r -> 'address_hash'))
                          FROM jsonb_array_elements(:rows::jsonb) r))
                        """)
                .define("table", table)
                .define("columns", String.join(", ", columns))
                .bind("user", user)
                .bind("rows", rows)
                .execute();
    }

    /** @param rows a JSON array as {@link #eachSuppressed} makes them */
    int suppress(Handle tx, UserId user, byte[] key, String rows) {
        return tx.createUpdate("""
                        INSERT INTO app.suppressions (user_id, channel, address_hash, reason, created_at)
                        SELECT :user, s.channel, app.address_hash(:key, s.address), s.reason, s.created_at
                        FROM jsonb_to_recordset(:rows::jsonb) s (channel text, address text, reason text, created_at timestamptz)
                        ON CONFLICT DO NOTHING
                        """)
                .bind("user", user)
                .bind("key", key)
                .bind("rows", rows)
                .execute();
    }

    /** Takes out campaigns that nobody has approved; answers how many there were. */
    int dropDrafts(Handle tx, UserId user) {
        return tx.createUpdate("DELETE FROM app.campaigns WHERE user_id = :user AND state = 'draft'")
                .bind("user", user)
                .execute();
    }

    /**
     * What was under way elsewhere isn't here: nobody is written to by what was brought. All is to be analysed anew.
     */
    void settle(Handle tx, UserId user) {
        tx.createUpdate("""
                        WITH ended AS (
                          UPDATE app.campaigns
                          SET state = 'cancelled', finished_at = coalesce(finished_at, now()), paused_why = NULL, send_at = NULL
                          WHERE user_id = :user AND state NOT IN ('done', 'cancelled')),
                        unsent AS (
                          UPDATE app.message_outbox SET state = CASE state WHEN 'pending' THEN 'cancelled' ELSE 'unknown' END
                          WHERE user_id = :user AND state IN ('pending', 'sending'))
                        INSERT INTO app.rfm_changes (user_id) VALUES (:user)
                        """).bind("user", user).execute();
    }
}
