package com.smartmarketingagent.customer;

import com.smartmarketingagent.platform.Retention;
import com.smartmarketingagent.platform.Rows;
import com.smartmarketingagent.platform.UserId;
import jakarta.inject.Singleton;
import java.time.Instant;
import java.time.LocalDate;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.jdbi.v3.core.Handle;

/** Where personal data is kept besides the customer's own row, and how it goes from there. */
@Singleton
public class ErasureRepository {

    public record Due(UserId userId, UUID customerId) {}

    /**
     * Keeps for 7 days who they were and what they consented to. Notes on their sales go too: free text that may name
     * them.
     */
    void keep(Handle tx, UserId user, UUID id) {
        tx.createUpdate("""
                WITH noted AS (
                  SELECT id, notes FROM app.transactions
                  WHERE user_id = :user AND customer_id = :id AND notes IS NOT NULL FOR UPDATE),
                blanked AS (
                  UPDATE app.transactions t SET notes = NULL FROM noted WHERE t.user_id = :user AND t.id = noted.id),
                asked AS (DELETE FROM app.consents WHERE user_id = :user AND customer_id = :id RETURNING *)
                INSERT INTO app.deleted_customers (user_id, customer_id, identity, purge_at)
                SELECT c.user_id, c.id,
                       jsonb_build_object('customer', to_jsonb(c),
                                          'notes', (SELECT coalesce(jsonb_object_agg(id, notes), '{}') FROM noted),
                                          'consents', (SELECT coalesce(jsonb_agg(to_jsonb(asked)), '[]') FROM asked)),
                       now() + interval '7 days'
                FROM app.customers c WHERE c.user_id = :user AND c.id = :id
                """).bind("user", user).bind("id", id).execute();
    }

    /**
     * Whether somebody wanted to be forgotten.
     *
     * @param ever and nobody refused it
     * @param open and it was still to be done
     */
    public record Asked(boolean ever, boolean open) {}

    /** Who wanted to be forgotten is: these persons. Answers whether they had asked. */
    Asked closeRequests(Handle tx, UserId user, List<UUID> persons) {
        return tx.createQuery("""
                WITH closed AS (
                  UPDATE app.privacy_requests SET state = 'done', closed_at = now()
                  WHERE user_id = :user AND customer_id = ANY (:persons) AND kind = 'erase' AND state = 'open'
                  RETURNING id)
                SELECT EXISTS (SELECT FROM app.privacy_requests
                               WHERE user_id = :user AND customer_id = ANY (:persons) AND kind = 'erase' AND state <> 'refused') AS ever,
                       EXISTS (SELECT FROM closed) AS open
                """)
                .bind("user", user)
                .bindArray("persons", UUID.class, persons)
                .map(Rows.of(Asked.class))
                .one();
    }

    /** Those that the deletion of a customer who is still deleted had closed. Answers which. */
    List<UUID> reopenRequests(Handle tx, UserId user, UUID id) {
        return tx.createQuery("""
                UPDATE app.privacy_requests r SET state = 'open', closed_at = NULL
                FROM app.customers c
                WHERE r.user_id = :user AND r.customer_id = ANY (:persons) AND r.kind = 'erase' AND r.state = 'done'
                  AND c.user_id = :user AND c.id = :id AND r.closed_at = c.deleted_at
                RETURNING r.id
                """)
                .bind("user", user)
                .bind("id", id)
                .bindArray("persons", UUID.class, persons(tx, user, id))
                .mapTo(UUID.class)
                .list();
    }

    void keepUntil(Handle tx, UserId user, UUID id, Instant purgeAt) {
        tx.createUpdate("""
                UPDATE app.deleted_customers SET purge_at = :purgeAt WHERE user_id = :user AND customer_id = :id
                """)
                .bind("user", user)
                .bind("id", id)
                .bind("purgeAt", purgeAt)
                .execute();
    }

    boolean kept(Handle tx, UserId user, UUID id) {
        return tx.createQuery("""
                SELECT EXISTS (SELECT FROM app.deleted_customers WHERE user_id = :user AND customer_id = :id)
                """)
                .bind("user", user)
                .bind("id", id)
                .mapTo(Boolean.class)
                .one();
    }

    /** The row as it was; empty when it was never deleted, or too long ago. */
    Optional<String> restorable(Handle tx, UserId user, UUID id) {
        return tx.createQuery("""
                SELECT identity ->> 'customer' FROM app.deleted_customers
                WHERE user_id = :user AND customer_id = :id AND purge_at > now()
                """)
                .bind("user", user)
                .bind("id", id)
                .mapTo(String.class)
                .findOne();
    }

    /**
     * Someone who can be brought back.
     *
     * @param until the last day for it, by the server's clock
     */
    public record Deleted(UUID customerId, String name, LocalDate until) {}

    /** Who can be brought back, the last deleted first; at most 100. */
    List<Deleted> deleted(Handle tx, UserId user) {
        return tx.createQuery("""
                SELECT customer_id, identity -> 'customer' ->> 'name' AS name, purge_at::date AS until
                FROM app.deleted_customers
                WHERE user_id = :user AND purge_at > now() ORDER BY purge_at DESC, customer_id LIMIT 100
                """)
                .bind("user", user)
                .map(Rows.of(Deleted.class))
                .list();
    }

    /** The name of someone who can be brought back; empty for everyone else. */
    public Optional<String> nameOfDeleted(Handle tx, UserId user, UUID id) {
        return tx.createQuery("""
                SELECT identity -> 'customer' ->> 'name' FROM app.deleted_customers
                WHERE user_id = :user AND customer_id = :id AND purge_at > now()
                """)
                .bind("user", user)
                .bind("id", id)
                .mapTo(String.class)
                .findOne();
    }

    /** Their consents, and the notes of their sales, where nobody wrote new ones; what was kept is kept no longer. */
    void putRestBack(Handle tx, UserId user, UUID id) {
        tx.createUpdate("""
                WITH back AS (
                  DELETE FROM app.deleted_customers WHERE user_id = :user AND customer_id = :id RETURNING identity),
                asked AS (
                  INSERT INTO app.consents
                  SELECT k.* FROM back
                  CROSS JOIN LATERAL jsonb_populate_recordset(NULL::app.consents, back.identity -> 'consents') k)
                UPDATE app.transactions t SET notes = n.value
                FROM back CROSS JOIN LATERAL jsonb_each_text(back.identity -> 'notes') n
                WHERE t.user_id = :user AND t.id = n.key::uuid AND t.customer_id = :id AND t.notes IS NULL
                """).bind("user", user).bind("id", id).execute();
    }

    /** Of all shops: who can't be restored any more. */
    List<Due> due(Handle tx) {
        return tx.createQuery("SELECT user_id, customer_id FROM app.due_erasures()")
                .map(Rows.of(Due.class))
                .list();
    }

    /** Of all shops: what else may no longer be kept. */
    void purge(Handle tx, Retention retention) {
        tx.createQuery("""
                        SELECT app.purge() + app.thin_analyses() + app.forget_addresses()
                             + app.purge_older(:practice, :incoming, :audit)
                        """).bindMethods(retention).mapTo(Long.class).one();
    }

    /**
     * Takes a deleted person out of everything that could tell who they were, together with those who were merged into
     * them: they are the same person. What stays for at most a week is the keyed hash of an address that they were
     * written to, so that whoever comes back with it isn't written to again at once; of who had asked for it, the keyed
     * hashes of {@link ConsentRepository#suppressErased}.
     */
    void forget(Handle tx, UserId user, UUID id) {
        var persons = persons(tx, user, id);
        var pattern = pattern(tx, user, persons);
        blankRefusals(tx, user, persons);
        deleteWritten(tx, user, persons);
        forgetHooks(tx, user, persons);
        forgetOwn(tx, user, persons);
        if (pattern.isPresent()) redact(tx, user, pattern.get());
    }

    /** Who a customer is: themselves, and who was merged into them. */
    static List<UUID> persons(Handle tx, UserId user, UUID id) {
        return tx.createQuery("""
                WITH RECURSIVE person AS (
                  SELECT :id::uuid AS id
                  UNION SELECT c.id FROM app.customers c JOIN person p ON c.merged_into = p.id WHERE c.user_id = :user)
                SELECT id FROM person
                """)
                .bind("user", user)
                .bind("id", id)
                .mapTo(UUID.class)
                .list();
    }

    /** What is theirs alone. Amounts stay, and what their messages came to, with nobody's name. */
    private static void forgetOwn(Handle tx, UserId user, List<UUID> persons) {
        tx.createUpdate("""
                WITH customers_changed AS (
                  DELETE FROM app.import_changes
                  WHERE user_id = :user AND table_name = 'customers' AND row_id = ANY (:persons)),
                sales AS (
                  SELECT id FROM app.transactions WHERE user_id = :user AND customer_id = ANY (:persons)),
                sales_changed AS (
                  UPDATE app.import_changes
                  SET before = before || '{"notes": null}', after = after || '{"notes": null}'
                  WHERE user_id = :user AND table_name = 'transactions'
                    AND (row_id IN (SELECT id FROM sales)
                         OR (before ->> 'customer_id')::uuid = ANY (:persons)
                         OR (after ->> 'customer_id')::uuid = ANY (:persons))),
                noted AS (
                  UPDATE app.transactions SET notes = NULL
                  WHERE user_id = :user AND id IN (SELECT id FROM sales) AND notes IS NOT NULL),
                practised AS (
                  DELETE FROM app.practice_messages WHERE user_id = :user AND customer_id = ANY (:persons)),
                sent AS (
                  -- a provider's id may have the number in it
                  UPDATE app.message_outbox SET sent_text = NULL, provider_id = NULL, state_id = NULL
                  WHERE user_id = :user AND customer_id = ANY (:persons)),
                clicked AS (
                  DELETE FROM app.campaign_links WHERE user_id = :user AND customer_id = ANY (:persons)),
                wrote AS (
                  DELETE FROM app.incoming_messages WHERE user_id = :user AND customer_id = ANY (:persons)),
                said AS (
                  DELETE FROM app.consent_history WHERE user_id = :user AND customer_id = ANY (:persons)),
                asked AS (
                  UPDATE app.privacy_requests
                  SET state = CASE state WHEN 'open' THEN 'done' ELSE state END, reason = NULL,
                      closed_at = coalesce(closed_at, now())
                  WHERE user_id = :user AND customer_id = ANY (:persons) AND (state = 'open' OR reason IS NOT NULL)),
                merged AS (
                  DELETE FROM app.merges
                  WHERE user_id = :user AND (customer_id = ANY (:persons) OR other_id = ANY (:persons))),
                answered AS (
                  DELETE FROM app.idempotency_keys k
                  WHERE k.user_id = :user
                    AND EXISTS (SELECT FROM unnest(:persons) AS p (id) WHERE strpos(k.answer, p.id::text) > 0))
                DELETE FROM app.deleted_customers WHERE user_id = :user AND customer_id = ANY (:persons)
                """)
                .bind("user", user)
                .bindArray("persons", UUID.class, persons)
                .execute();
    }

    /**
     * What tells of them in words of others: {@code app.person_pattern} says what that is. A name that somebody else
     * has too isn't theirs alone. Empty where they had nothing that could be known again.
     */
    private static Optional<String> pattern(Handle tx, UserId user, List<UUID> persons) {
        return tx.createQuery(PERSON + """
                SELECT string_agg(app.person_pattern(
                         CASE WHEN NOT EXISTS (SELECT FROM app.customers c
                                               WHERE c.user_id = :user AND c.deleted_at IS NULL AND lower(c.name) = p.name) THEN p.name END,
                         p.full_phone, p.email), '|')
                FROM person p
                """)
                .bind("user", user)
                .bindArray("persons", UUID.class, persons)
                .mapTo(String.class)
                .findOne();
    }

    /**
     * Takes them out of what was written of others or of nobody: of each text that a person typed, that a file brought
     * or that was made of these. ErasureTest asks the catalogue whether every column is here, or can't name anybody.
     */
    private static void redact(Handle tx, UserId user, String pattern) {
        tx.createUpdate("""
                WITH sales AS (
                  UPDATE app.transactions
                  SET notes = app.redact(notes, :pattern), products = app.redact(products, :pattern),
                      external_id = CASE WHEN external_id ~* :pattern THEN 'erased-' || id ELSE external_id END
                  WHERE user_id = :user
                    AND (notes ~* :pattern OR external_id ~* :pattern
                         OR products::text ~* :pattern OR strpos(products::text, chr(92)) > 0)),
                others AS (
                  UPDATE app.customers
                  SET address = app.redact(address, :pattern), city = app.redact(city, :pattern),
                      notes = app.redact(notes, :pattern),
                      tags = string_to_array(app.redact(array_to_string(tags, chr(31)), :pattern), chr(31))
                  WHERE user_id = :user
                    AND concat_ws(chr(31), address, city, notes, array_to_string(tags, chr(31))) ~* :pattern),
                deleted AS (
                  UPDATE app.deleted_customers SET identity = app.redact(identity, :pattern) WHERE user_id = :user),
                merged AS (
                  UPDATE app.merges
                  SET customer_before = app.redact(customer_before, :pattern),
                      customer_after = app.redact(customer_after, :pattern),
                      other_before = app.redact(other_before, :pattern)
                  WHERE user_id = :user),
                changed AS (
                  UPDATE app.import_changes SET before = app.redact(before, :pattern), after = app.redact(after, :pattern)
                  WHERE user_id = :user AND (before::text ~* :pattern OR after::text ~* :pattern)),
                stored AS (
                  UPDATE app.files SET name = app.redact(name, :pattern)
                  WHERE user_id = :user AND name ~* :pattern),
                files AS (
                  UPDATE app.imports SET file_name = app.redact(file_name, :pattern), error = app.redact(error, :pattern)
                  WHERE user_id = :user AND concat_ws(' ', file_name, error) ~* :pattern),
                answers AS (
                  DELETE FROM app.idempotency_keys WHERE user_id = :user AND (key ~* :pattern OR answer ~* :pattern)),
                cached AS (
                  DELETE FROM app.content_cache WHERE user_id = :user AND content::text ~* :pattern),
                kept AS (
                  UPDATE app.content_templates
                  SET name = app.redact(name, :pattern), subject = app.redact(subject, :pattern),
                      preheader = app.redact(preheader, :pattern), text = app.redact(text, :pattern),
                      brief = app.redact(brief, :pattern)
                  WHERE user_id = :user AND concat_ws(' ', name, subject, preheader, text, brief::text) ~* :pattern),
                versions AS (
                  UPDATE app.content_template_versions
                  SET subject = app.redact(subject, :pattern), preheader = app.redact(preheader, :pattern),
                      text = app.redact(text, :pattern)
                  WHERE user_id = :user AND concat_ws(' ', subject, preheader, text) ~* :pattern),
                examples AS (
                  DELETE FROM app.style_examples WHERE user_id = :user AND text ~* :pattern),
                days AS (
                  DELETE FROM app.occasions WHERE user_id = :user AND name ~* :pattern),
                planned AS (
                  UPDATE app.campaigns
                  SET name = app.redact(name, :pattern), subject = app.redact(subject, :pattern),
                      text = app.redact(text, :pattern), audience = app.redact(audience, :pattern),
                      version = version + 1
                  WHERE user_id = :user AND concat_ws(' ', name, subject, text, audience::text) ~* :pattern),
                sent AS (
                  UPDATE app.message_outbox SET sent_text = app.redact(sent_text, :pattern)
                  WHERE user_id = :user AND sent_text ~* :pattern),
                practised AS (
                  UPDATE app.practice_messages SET text = app.redact(text, :pattern)
                  WHERE user_id = :user AND text ~* :pattern),
                wrote AS (
                  UPDATE app.incoming_messages SET text = app.redact(text, :pattern)
                  WHERE user_id = :user AND text ~* :pattern),
                figures AS (
                  -- the names of products that sell best
                  DELETE FROM app.figure_cache WHERE user_id = :user),
                asked AS (
                  UPDATE app.consents SET wording = app.redact(wording, :pattern)
                  WHERE user_id = :user AND wording ~* :pattern),
                answered AS (
                  UPDATE app.privacy_requests SET reason = app.redact(reason, :pattern)
                  WHERE user_id = :user AND reason ~* :pattern),
                said AS (
                  UPDATE app.consent_history SET wording = app.redact(wording, :pattern)
                  WHERE user_id = :user AND wording ~* :pattern)
                UPDATE app.notices SET facts = app.redact(facts, :pattern)
                WHERE user_id = :user AND facts::text ~* :pattern
                """).bind("user", user).bind("pattern", pattern).execute();
    }

    /** The names, phones (also without +62) and e-mails that {@code :persons} ever had. */
    private static final String PERSON = """
                WITH known AS (
                  SELECT identity -> 'customer' AS was FROM app.deleted_customers WHERE user_id = :user
                  UNION ALL
                  SELECT v.was FROM app.merges m
                  CROSS JOIN LATERAL (VALUES (m.customer_before), (m.customer_after), (m.other_before)) v (was)
                  WHERE m.user_id = :user
                  UNION ALL
                  SELECT v.was FROM app.import_changes i CROSS JOIN LATERAL (VALUES (i.before), (i.after)) v (was)
                  WHERE i.user_id = :user AND i.table_name = 'customers'),
                person AS (
                  SELECT DISTINCT lower(was ->> 'name') AS name, substr(was ->> 'phone', 4) AS phone,
                         was ->> 'phone' AS full_phone, was ->> 'email' AS email
                  FROM known WHERE (was ->> 'id')::uuid = ANY (:persons))
                """;

    /**
     * Refused rows belong to nobody, so they are looked through for the names, phones and e-mails these persons ever
     * had. A name of three letters counts only as the whole value: it is part of too many words.
     */
    private static void blankRefusals(Handle tx, UserId user, List<UUID> persons) {
        tx.createUpdate(PERSON + """
                UPDATE app.import_refusals r SET value = '', reason = 'refused.erased', reason_values = '{}'
                FROM person p
                WHERE r.user_id = :user
                  AND (lower(r.value) = p.name
                       OR length(p.name) > 3 AND strpos(lower(r.value || ' ' || array_to_string(r.reason_values, ' ')), p.name) > 0
                       OR strpos(lower(r.value || ' ' || array_to_string(r.reason_values, ' ')), p.email) > 0
                       OR strpos(regexp_replace(r.value || ' ' || array_to_string(r.reason_values, ' '), '[^0-9]', '', 'g'), p.phone) > 0)
                """)
                .bind("user", user)
                .bindArray("persons", UUID.class, persons)
                .execute();
    }

    /** Texts that were written where the owner typed who it is about. */
    private static void deleteWritten(Handle tx, UserId user, List<UUID> persons) {
        tx.createUpdate(PERSON + """
                DELETE FROM app.content w USING person p
                WHERE w.user_id = :user
                  AND (length(p.name) > 3 AND strpos(lower(w.brief::text || w.variants::text), p.name) > 0
                       OR strpos(lower(w.brief::text || w.variants::text), p.email) > 0
                       OR strpos(regexp_replace(w.brief::text || w.variants::text, '[^0-9]', '', 'g'), p.phone) > 0)
                """)
                .bind("user", user)
                .bindArray("persons", UUID.class, persons)
                .execute();
    }

    /**
     * What a provider reported of them and was not worked yet; its key stays, so that it isn't taken a second time.
     * What is being worked at this moment waits for us and then finds no customer.
     */
    private static void forgetHooks(Handle tx, UserId user, List<UUID> persons) {
        tx.createUpdate(PERSON + """
                , theirs AS (
                  SELECT e.id FROM app.webhook_events e
                  WHERE e.user_id = :user AND e.worked_at IS NULL
                    AND EXISTS (SELECT FROM person p
                                WHERE position(convert_to(p.phone, 'UTF8') IN e.body) > 0
                                   OR position(convert_to(p.email, 'UTF8') IN e.body) > 0)
                  FOR UPDATE OF e SKIP LOCKED)
                UPDATE app.webhook_events e SET worked_at = now(), body = NULL, error = 'erased'
                FROM theirs WHERE e.user_id = :user AND e.id = theirs.id
                """)
                .bind("user", user)
                .bindArray("persons", UUID.class, persons)
                .execute();
    }
}
