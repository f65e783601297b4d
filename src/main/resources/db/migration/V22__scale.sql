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
