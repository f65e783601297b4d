-- Figures of a shop's sales and analyses that took long to work out, in JSON, as long as nothing they stand on changed (FigureCache). Nothing
-- that names a customer.
CREATE TABLE app.figure_cache (
  user_id uuid NOT NULL REFERENCES app.users (id) ON DELETE CASCADE,
  what text NOT NULL,
  -- of the state that they were worked out of
  mark text NOT NULL,
  figures text NOT NULL,
  created_at timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (user_id, what));

CALL app.protect_tables();

-- Of which months an owner was told that the report is there: the row is written with the notice. The month by its first day.
CREATE TABLE app.month_reports (
  user_id uuid NOT NULL REFERENCES app.users (id) ON DELETE CASCADE,
  month date NOT NULL CHECK (extract(day FROM month) = 1),
  told_at timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (user_id, month));
ALTER TABLE app.notices
  DROP CONSTRAINT notices_kind_check,
  ADD CONSTRAINT notices_kind_check CHECK (kind IN ('import_done','import_failed','analysis_done','campaign_finished','campaign_paused',
    'device_disconnected','needs_check','month_report'));

CALL app.protect_tables();

-- A door that works before a tenant is known: whose last month ended on the 1st 06:00 of their zone, and nobody told them of its report.
-- After two weeks it is no news any more.
GRANT CREATE ON SCHEMA app TO sma_definer;
GRANT SELECT ON app.month_reports TO sma_definer;
CREATE POLICY definer_due ON app.month_reports FOR SELECT TO sma_definer USING (true);
SET ROLE sma_definer;
CREATE FUNCTION app.due_month_reports(p_at timestamptz) RETURNS TABLE(user_id uuid, month date)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
  SELECT u.id, (m.ended - interval '1 month')::date
  FROM app.users u
  CROSS JOIN LATERAL (SELECT date_trunc('month', (p_at AT TIME ZONE u.timezone) - interval '6 hours') AS ended) m
  LEFT JOIN app.month_reports r ON r.user_id = u.id AND r.month = (m.ended - interval '1 month')::date
  WHERE u.is_active AND u.role = 'umkm_owner' AND r.user_id IS NULL
    AND u.created_at < (m.ended + interval '6 hours') AT TIME ZONE u.timezone
    AND p_at < (m.ended + interval '14 days 6 hours') AT TIME ZONE u.timezone
  ORDER BY u.id $$;
REVOKE ALL ON FUNCTION app.due_month_reports(timestamptz) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION app.due_month_reports(timestamptz) TO sma_worker;
RESET ROLE;
REVOKE CREATE ON SCHEMA app FROM sma_definer;
INSERT INTO jobs.scheduled_tasks (task_name, task_instance, execution_time, picked, version) VALUES ('month-report', 'all', now(), false, 1);

-- The daily purge: as before, and figures after 7 days, and keys of worked reports after 30, also of a shop that hears nothing any more.
-- How long the practice mailbox, what customers wrote and the audit log stay is the operator's to say (Retention); the policies hold what
-- is the least.
GRANT SELECT, DELETE ON app.figure_cache, app.webhook_events, app.practice_messages, app.incoming_messages, app.audit_log TO sma_definer;
CREATE POLICY definer_purge ON app.figure_cache FOR ALL TO sma_definer USING (created_at <= now() - interval '7 days') WITH CHECK (false);
CREATE POLICY definer_purge ON app.webhook_events FOR ALL TO sma_definer USING (worked_at <= now() - interval '30 days') WITH CHECK (false);
CREATE POLICY definer_purge ON app.practice_messages FOR ALL TO sma_definer USING (sent_at <= now() - interval '7 days') WITH CHECK (false);
CREATE POLICY definer_purge ON app.incoming_messages FOR ALL TO sma_definer USING (received_at <= now() - interval '30 days') WITH CHECK (false);
CREATE POLICY definer_purge ON app.audit_log FOR ALL TO sma_definer USING (created_at <= now() - interval '365 days') WITH CHECK (false);
GRANT CREATE ON SCHEMA app TO sma_definer;
SET ROLE sma_definer;
CREATE OR REPLACE FUNCTION app.purge() RETURNS bigint
LANGUAGE sql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
  WITH k AS (DELETE FROM app.idempotency_keys WHERE created_at <= now() - interval '2 days' RETURNING 1),
       s AS (DELETE FROM app.sessions WHERE least(ended_at, expires_at) <= now() - interval '30 days' RETURNING 1),
       r AS (DELETE FROM app.import_refusals WHERE created_at <= now() - interval '90 days' RETURNING 1),
       d AS (DELETE FROM app.deleted_transactions WHERE deleted_at <= now() - interval '90 days' RETURNING 1),
       t AS (DELETE FROM app.content WHERE created_at <= now() - interval '90 days' RETURNING 1),
       c AS (DELETE FROM app.content_cache WHERE created_at <= now() - interval '30 days' RETURNING 1),
       f AS (DELETE FROM app.figure_cache WHERE created_at <= now() - interval '7 days' RETURNING 1),
       w AS (DELETE FROM app.webhook_events WHERE worked_at <= now() - interval '30 days' RETURNING 1)
  SELECT (SELECT count(*) FROM k) + (SELECT count(*) FROM s) + (SELECT count(*) FROM r) + (SELECT count(*) FROM d)
       + (SELECT count(*) FROM t) + (SELECT count(*) FROM c) + (SELECT count(*) FROM f) + (SELECT count(*) FROM w) $$;
-- Each in days.
CREATE FUNCTION app.purge_older(p_practice int, p_incoming int, p_audit int) RETURNS bigint
LANGUAGE sql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
  WITH p AS (DELETE FROM app.practice_messages WHERE sent_at <= now() - make_interval(days => p_practice) RETURNING 1),
       i AS (DELETE FROM app.incoming_messages WHERE received_at <= now() - make_interval(days => p_incoming) RETURNING 1),
       a AS (DELETE FROM app.audit_log WHERE created_at <= now() - make_interval(days => p_audit) RETURNING 1)
  SELECT (SELECT count(*) FROM p) + (SELECT count(*) FROM i) + (SELECT count(*) FROM a) $$;
REVOKE ALL ON FUNCTION app.purge_older(int, int, int) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION app.purge_older(int, int, int) TO sma_worker;
RESET ROLE;
REVOKE CREATE ON SCHEMA app FROM sma_definer;
