-- A shop's analysis of a week by itself, by the Monday that it is due on. One that was begun counts as tried, whatever becomes of it.
CREATE TABLE app.weekly_analyses (
  user_id uuid NOT NULL REFERENCES app.users (id) ON DELETE CASCADE,
  week date NOT NULL CHECK (extract(isodow FROM week) = 1),
  tries int NOT NULL,
  -- not again before, if it isn't done: whoever began it may still be at it
  next_try_at timestamptz NOT NULL,
  done_at timestamptz,
  -- the day of the analysis that it found or made; null where it is not done, or the shop never sold anything
  analysis_date date,
  PRIMARY KEY (user_id, week));

CALL app.protect_tables();

-- A door that works before a tenant is known: which shops have had no analysis since the last Monday 06:00 of their zone. However many
-- Mondays were missed, it is one. A shop's first Monday is the one after it was opened.
GRANT CREATE ON SCHEMA app TO sma_definer;
GRANT SELECT ON app.weekly_analyses TO sma_definer;
CREATE POLICY definer_due ON app.weekly_analyses FOR SELECT TO sma_definer USING (true);
SET ROLE sma_definer;
CREATE FUNCTION app.due_weekly_analyses(p_at timestamptz, p_tries int) RETURNS TABLE(user_id uuid, week date, try_at timestamptz)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
  SELECT u.id, m.week, coalesce(w.next_try_at, p_at)
  FROM app.users u
  CROSS JOIN LATERAL (SELECT date_trunc('week', (p_at AT TIME ZONE u.timezone) - interval '6 hours')::date AS week) m
  LEFT JOIN app.weekly_analyses w ON w.user_id = u.id AND w.week = m.week
  WHERE u.is_active AND u.role = 'umkm_owner'
    AND u.created_at < (m.week + time '06:00') AT TIME ZONE u.timezone
    AND w.done_at IS NULL AND coalesce(w.tries, 0) < p_tries
  ORDER BY u.id $$;
REVOKE ALL ON FUNCTION app.due_weekly_analyses(timestamptz, int) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION app.due_weekly_analyses(timestamptz, int) TO sma_worker;
RESET ROLE;
REVOKE CREATE ON SCHEMA app FROM sma_definer;

-- The work itself, which plans its own next time; WeeklyAnalysis says why these two.
INSERT INTO jobs.scheduled_tasks (task_name, task_instance, execution_time, picked, version)
VALUES ('weekly-analysis', '0', now(), false, 1), ('weekly-analysis', '1', now(), false, 1);
