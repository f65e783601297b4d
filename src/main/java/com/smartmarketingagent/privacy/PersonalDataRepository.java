package com.smartmarketingagent.privacy;

import com.smartmarketingagent.platform.UserId;
import jakarta.inject.Singleton;
import java.util.Optional;
import java.util.UUID;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;

/** Everything that is held about one person, wherever it lies. */
@Singleton
class PersonalDataRepository {

    /**
     * As a JSON object, with those who were merged into them: they are the same person. Of what is sealed or hashed it
     * says that it is there. Empty where there is no such customer any more.
     */
    Optional<String> held(Handle tx, UserId user, UUID id, byte[] key, byte @Nullable [] previousKey) {
        return tx.createQuery("""
                WITH RECURSIVE person AS (
                  SELECT c.id FROM app.customers c WHERE c.user_id = :user AND c.id = :id AND c.deleted_at IS NULL
                  UNION SELECT c.id FROM app.customers c JOIN person p ON c.merged_into = p.id WHERE c.user_id = :user)
                SELECT jsonb_build_object(
                  'held_at', now(),
                  'held_by', (SELECT u.business_name FROM app.users u WHERE u.id = :user),
                  'customer', (SELECT to_jsonb(c) - 'user_id' - 'deleted_at' - 'merged_into' FROM app.customers c
                               WHERE c.user_id = :user AND c.id = :id),
                  'merged', (SELECT coalesce(jsonb_agg(jsonb_build_object('customer', m.other_before - 'user_id', 'merged_at', m.created_at)
                                                       ORDER BY m.created_at), '[]')
                             FROM app.merges m
                             WHERE m.user_id = :user AND m.undone_at IS NULL AND m.customer_id IN (SELECT p.id FROM person p)),
                  'sales', (SELECT coalesce(jsonb_agg(to_jsonb(t) - 'user_id' ORDER BY t.transaction_date, t.id), '[]')
                            FROM app.transactions t WHERE t.user_id = :user AND t.customer_id IN (SELECT p.id FROM person p)),
                  'consents', (SELECT coalesce(jsonb_agg(to_jsonb(k) - 'user_id' ORDER BY k.channel), '[]')
                               FROM app.consents k WHERE k.user_id = :user AND k.customer_id IN (SELECT p.id FROM person p)),
                  'said_of_consent', (SELECT coalesce(jsonb_agg(to_jsonb(h) - 'user_id' ORDER BY h.said_at, h.id), '[]')
                                      FROM app.consent_history h
                                      WHERE h.user_id = :user AND h.customer_id IN (SELECT p.id FROM person p)),
                  'not_written_to', (SELECT coalesce(jsonb_agg(DISTINCT jsonb_build_object('channel', s.channel, 'reason', s.reason,
                                                                                  'since', s.created_at)), '[]')
                                     FROM (SELECT c.phone, c.email FROM app.customers c WHERE c.user_id = :user AND c.id = :id
                                           UNION SELECT m.other_before ->> 'phone', m.other_before ->> 'email' FROM app.merges m
                                           WHERE m.user_id = :user AND m.undone_at IS NULL
                                             AND m.customer_id IN (SELECT p.id FROM person p)) c
                                     CROSS JOIN LATERAL (VALUES ('whatsapp', c.phone), ('email', c.email)) a (channel, address)
                                     JOIN app.suppressions s ON s.user_id = :user AND s.channel = a.channel
                                       AND s.address_hash IN (app.address_hash(:key, a.address),
                                                              app.address_hash(:previous, a.address))),
                  'messages_to_them', (SELECT coalesce(jsonb_agg(
                                         jsonb_build_object('campaign', g.name, 'via', g.via, 'channel', o.channel, 'state', o.state,
                                                            'why', o.why, 'sent_at', o.sending_since,
                                                            'delivered_at', o.delivered_at, 'provider_id', o.provider_id,
                                                            'text', CASE WHEN o.sending_since IS NOT NULL
                                                                    THEN coalesce(o.sent_text, g.text) END)
                                         ORDER BY o.sending_since, o.campaign_id), '[]')
                                       FROM app.message_outbox o JOIN app.campaigns g ON g.user_id = :user AND g.id = o.campaign_id
                                       WHERE o.user_id = :user AND o.customer_id IN (SELECT p.id FROM person p)),
                  'practice_messages', (SELECT coalesce(jsonb_agg(jsonb_build_object('text', m.text, 'at', m.sent_at)
                                                                  ORDER BY m.sent_at), '[]')
                                        FROM app.practice_messages m
                                        WHERE m.user_id = :user AND m.customer_id IN (SELECT p.id FROM person p)),
                  'messages_from_them', (SELECT coalesce(jsonb_agg(jsonb_build_object('channel', m.channel, 'text', m.text,
                                                                                      'at', m.received_at) ORDER BY m.received_at), '[]')
                                         FROM app.incoming_messages m
                                         WHERE m.user_id = :user AND m.customer_id IN (SELECT p.id FROM person p)),
                  'links_followed', (SELECT coalesce(jsonb_agg(to_jsonb(l) - 'user_id' ORDER BY l.campaign_id), '[]')
                                     FROM app.campaign_links l
                                     WHERE l.user_id = :user AND l.customer_id IN (SELECT p.id FROM person p)),
                  'left_out_of_campaigns', (SELECT coalesce(jsonb_agg(g.name ORDER BY g.created_at), '[]')
                                            FROM app.campaign_holdout h
                                            JOIN app.campaigns g ON g.user_id = :user AND g.id = h.campaign_id
                                            WHERE h.user_id = :user AND h.customer_id IN (SELECT p.id FROM person p)),
                  'scores', (SELECT coalesce(jsonb_agg(to_jsonb(a) - 'user_id' ORDER BY a.analysis_date), '[]')
                             FROM app.rfm_analysis a
                             WHERE a.user_id = :user AND a.customer_id IN (SELECT p.id FROM person p)),
                  'changed_by_imports', (SELECT coalesce(jsonb_agg(jsonb_build_object('file', f.file_name, 'at', f.created_at,
                                                                                      'before', i.before - 'user_id',
                                                                                      'after', i.after - 'user_id')), '[]')
                                         FROM app.import_changes i
                                         JOIN app.imports f ON f.user_id = :user AND f.id = i.import_id
                                         WHERE i.user_id = :user
                                           AND (i.row_id IN (SELECT p.id FROM person p)
                                                OR i.table_name = 'transactions'
                                                   AND ((i.before ->> 'customer_id')::uuid IN (SELECT p.id FROM person p)
                                                        OR (i.after ->> 'customer_id')::uuid IN (SELECT p.id FROM person p)))),
                  'requests', (SELECT coalesce(jsonb_agg(to_jsonb(r) - 'user_id' ORDER BY r.received_at), '[]')
                               FROM app.privacy_requests r
                               WHERE r.user_id = :user AND r.customer_id IN (SELECT p.id FROM person p)),
                  'seen_and_changed', (SELECT coalesce(jsonb_agg(jsonb_build_object('action', l.action, 'at', l.created_at)
                                                                 ORDER BY l.created_at), '[]')
                                       FROM app.audit_log l
                                       WHERE l.user_id = :user AND l.subject_id IN (SELECT p.id FROM person p)))::text
                FROM person WHERE id = :id
                """)
                .bind("user", user)
                .bind("id", id)
                .bind("key", key)
                .bind("previous", previousKey)
                .mapTo(String.class)
                .findOne();
    }
}
