-- Run by sma_owner. Keys, uniques and foreign keys of every tenant's table start with user_id.
CREATE SCHEMA app;
GRANT USAGE ON SCHEMA app TO sma_app, sma_worker, sma_admin, sma_definer;

-- The tenant: NULL (no rows) when unset, empty or malformed.
CREATE FUNCTION app.tenant_id() RETURNS uuid LANGUAGE sql STABLE PARALLEL SAFE AS $$
  SELECT CASE WHEN pg_catalog.current_setting('app.user_id', true) OPERATOR(pg_catalog.~) '^[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}$'
              THEN pg_catalog.current_setting('app.user_id', true)::pg_catalog.uuid END $$;

-- SET LOCAL, not set_config(): Citus propagates only the statement.
-- Answers what a former user of the connection left set, which must be nothing.
CREATE FUNCTION app.set_tenant(p uuid) RETURNS text LANGUAGE plpgsql VOLATILE AS $$
DECLARE left_over text := pg_catalog.current_setting('app.user_id', true);
BEGIN
  EXECUTE pg_catalog.format('SET LOCAL app.user_id = %L', coalesce(p::text, ''));
  RETURN left_over;
END $$;
REVOKE ALL ON FUNCTION app.tenant_id(), app.set_tenant(uuid) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION app.tenant_id(), app.set_tenant(uuid) TO sma_app, sma_worker, sma_admin;

-- Row level security for every table of the schema that has none yet. Each migration ends with it.
CREATE PROCEDURE app.protect_tables() LANGUAGE plpgsql AS $$
DECLARE t text; col text;
        citus boolean := EXISTS (SELECT FROM pg_extension WHERE extname = 'citus');
        -- on plain PostgreSQL the sub-select is evaluated once; Citus refuses it in policies
        tid text := CASE WHEN citus THEN 'app.tenant_id()' ELSE '(SELECT app.tenant_id())' END;
BEGIN
  FOR t IN SELECT c.relname FROM pg_class c WHERE c.relnamespace = 'app'::regnamespace AND c.relkind IN ('r','p') AND NOT c.relrowsecurity ORDER BY 1 LOOP
    col := CASE WHEN t = 'users' THEN 'id' ELSE 'user_id' END;
    EXECUTE format('ALTER TABLE app.%I ENABLE ROW LEVEL SECURITY', t);
    EXECUTE format('ALTER TABLE app.%I FORCE ROW LEVEL SECURITY', t);
    EXECUTE format('CREATE POLICY tenant ON app.%1$I FOR ALL TO sma_app, sma_worker USING (%2$I = %3$s) WITH CHECK (%2$I = %3$s)', t, col, tid);
    EXECUTE format('CREATE POLICY admin_read ON app.%I FOR SELECT TO sma_admin USING (true)', t);
    IF t <> 'users' THEN
      EXECUTE format('GRANT SELECT, INSERT, UPDATE, DELETE ON app.%I TO sma_app, sma_worker', t);
      EXECUTE format('GRANT SELECT ON app.%I TO sma_admin', t);
    END IF;
  END LOOP;
END $$;
REVOKE ALL ON PROCEDURE app.protect_tables() FROM PUBLIC;

-- Accounts -----------------------------------------------------------------------------------------------------------
CREATE TABLE app.users (
  id uuid PRIMARY KEY,
  email text NOT NULL UNIQUE CHECK (email = lower(email)),
  password_hash text NOT NULL,
  full_name text NOT NULL,
  business_name text NOT NULL,
  phone text,
  role text NOT NULL DEFAULT 'umkm_owner' CHECK (role IN ('super_admin','umkm_owner')),
  is_active boolean NOT NULL DEFAULT true,
  timezone text NOT NULL DEFAULT 'Asia/Jakarta',
  -- a demo shop can be removed by its owner in one click
  purpose text NOT NULL DEFAULT 'business' CHECK (purpose IN ('business','demo')),
  created_at timestamptz NOT NULL DEFAULT now(),
  updated_at timestamptz NOT NULL DEFAULT now());

-- One log-in on one device: the family of its refresh tokens.
CREATE TABLE app.sessions (
  user_id uuid NOT NULL REFERENCES app.users (id) ON DELETE CASCADE,
  id uuid NOT NULL,
  user_agent text,
  address text,
  created_at timestamptz NOT NULL DEFAULT now(),
  last_used_at timestamptz NOT NULL DEFAULT now(),
  expires_at timestamptz NOT NULL,
  ended_at timestamptz,
  PRIMARY KEY (user_id, id));
CREATE TABLE app.refresh_tokens (
  user_id uuid NOT NULL,
  token_hash bytea NOT NULL,
  session_id uuid NOT NULL,
  created_at timestamptz NOT NULL DEFAULT now(),
  used_at timestamptz,
  PRIMARY KEY (user_id, token_hash),
  FOREIGN KEY (user_id, session_id) REFERENCES app.sessions (user_id, id) ON DELETE CASCADE);

-- The stored answer to a POST that carried an Idempotency-Key.
CREATE TABLE app.idempotency_keys (
  user_id uuid NOT NULL REFERENCES app.users (id) ON DELETE CASCADE,
  key text NOT NULL,
  request_hash bytea NOT NULL,
  status int,
  answer text,
  created_at timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (user_id, key));

CREATE TABLE app.audit_log (
  user_id uuid NOT NULL REFERENCES app.users (id) ON DELETE CASCADE,
  id uuid NOT NULL,
  actor_id uuid NOT NULL,
  action text NOT NULL,
  created_at timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (user_id, id));

-- Customers and their sales ------------------------------------------------------------------------------------------
CREATE TABLE app.customers (
  user_id uuid NOT NULL REFERENCES app.users (id) ON DELETE CASCADE,
  id uuid NOT NULL,
  name text NOT NULL,
  phone text CHECK (phone ~ '^\+[1-9][0-9]{6,14}$'),
  email text CHECK (email = lower(email)),
  address text,
  city text,
  tags text[] NOT NULL DEFAULT '{}',
  notes text,
  -- the import that made this row; null when made by hand
  import_id uuid,
  created_at timestamptz NOT NULL DEFAULT now(),
  updated_at timestamptz NOT NULL DEFAULT now(),
  -- erased or merged away: kept only so that their sales have a customer
  deleted_at timestamptz,
  merged_into uuid,
  PRIMARY KEY (user_id, id),
  UNIQUE (user_id, phone));
CREATE INDEX customers_newest ON app.customers (user_id, created_at, id) WHERE deleted_at IS NULL;
CREATE INDEX customers_deleted ON app.customers (user_id, id) WHERE deleted_at IS NOT NULL;

-- The name as two people would agree it is the same: spaces and case folded.
CREATE FUNCTION app.name_key(name text) RETURNS text LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
  SELECT lower(btrim(regexp_replace(name, '\s+', ' ', 'g'))) $$;
REVOKE ALL ON FUNCTION app.name_key(text) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION app.name_key(text) TO sma_app, sma_worker;

-- What an erasure took away, until it can no longer be undone: {"customer": the row, "notes": {sale's id: note}}.
CREATE TABLE app.deleted_customers (
  user_id uuid NOT NULL,
  customer_id uuid NOT NULL,
  identity jsonb NOT NULL,
  purge_at timestamptz NOT NULL,
  PRIMARY KEY (user_id, customer_id),
  FOREIGN KEY (user_id, customer_id) REFERENCES app.customers (user_id, id) ON DELETE CASCADE);

CREATE TABLE app.merges (
  user_id uuid NOT NULL,
  id uuid NOT NULL,
  customer_id uuid NOT NULL,
  other_id uuid NOT NULL,
  -- both rows as they were, and the sales that moved
  customer_before jsonb NOT NULL,
  customer_after jsonb NOT NULL,
  other_before jsonb NOT NULL,
  moved uuid[] NOT NULL,
  created_at timestamptz NOT NULL DEFAULT now(),
  undone_at timestamptz,
  PRIMARY KEY (user_id, id),
  FOREIGN KEY (user_id, customer_id) REFERENCES app.customers (user_id, id) ON DELETE CASCADE,
  FOREIGN KEY (user_id, other_id) REFERENCES app.customers (user_id, id) ON DELETE CASCADE);

CREATE TABLE app.transactions (
  user_id uuid NOT NULL,
  id uuid NOT NULL,
  customer_id uuid NOT NULL,
  transaction_date date NOT NULL,
  amount numeric(15,2) NOT NULL,
  products jsonb NOT NULL DEFAULT '[]',
  notes text,
  external_id text,
  import_id uuid,
  created_at timestamptz NOT NULL DEFAULT now(),
  updated_at timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (user_id, id),
  FOREIGN KEY (user_id, customer_id) REFERENCES app.customers (user_id, id) ON DELETE CASCADE);
CREATE INDEX transactions_by_customer ON app.transactions (user_id, customer_id, transaction_date DESC) INCLUDE (amount);
CREATE UNIQUE INDEX transactions_external_id ON app.transactions (user_id, external_id) WHERE external_id IS NOT NULL;

-- Imports ------------------------------------------------------------------------------------------------------------
CREATE TABLE app.imports (
  user_id uuid NOT NULL REFERENCES app.users (id) ON DELETE CASCADE,
  id uuid NOT NULL,
  kind text NOT NULL CHECK (kind IN ('customers','transactions')),
  -- draft: its owner still looks at what its columns are
  status text NOT NULL DEFAULT 'queued' CHECK (status IN ('draft','queued','running','done','failed','undone')),
  file_name text NOT NULL,
  file_bytes bigint NOT NULL,
  mapping jsonb NOT NULL,
  date_order text CHECK (date_order IN ('day_first','month_first')),
  rows_total bigint NOT NULL DEFAULT 0,
  rows_new bigint NOT NULL DEFAULT 0,
  rows_updated bigint NOT NULL DEFAULT 0,
  rows_duplicate bigint NOT NULL DEFAULT 0,
  rows_refused bigint NOT NULL DEFAULT 0,
  -- from 0 to 1 while running
  progress real NOT NULL DEFAULT 0,
  -- why it failed, as a sentence for the owner
  error text,
  -- what undos left as it was, because it was changed since or is needed by other sales
  kept bigint NOT NULL DEFAULT 0,
  created_at timestamptz NOT NULL DEFAULT now(),
  finished_at timestamptz,
  undone_at timestamptz,
  PRIMARY KEY (user_id, id));
CREATE TABLE app.import_refusals (
  user_id uuid NOT NULL,
  import_id uuid NOT NULL,
  row_number int NOT NULL,
  column_name text NOT NULL,
  value text NOT NULL,
  reason text NOT NULL,
  created_at timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (user_id, import_id, row_number),
  FOREIGN KEY (user_id, import_id) REFERENCES app.imports (user_id, id) ON DELETE CASCADE);
-- Rows an import changed, as they were before and as it left them: what an undo needs. (Rows it made carry its id.)
CREATE TABLE app.import_changes (
  user_id uuid NOT NULL,
  import_id uuid NOT NULL,
  table_name text NOT NULL CHECK (table_name IN ('customers','transactions')),
  row_id uuid NOT NULL,
  before jsonb NOT NULL,
  after jsonb NOT NULL,
  -- the row is as it was before
  undone boolean NOT NULL DEFAULT false,
  PRIMARY KEY (user_id, import_id, table_name, row_id),
  FOREIGN KEY (user_id, import_id) REFERENCES app.imports (user_id, id) ON DELETE CASCADE);

-- RFM ----------------------------------------------------------------------------------------------------------------
CREATE TABLE app.rfm_settings (
  user_id uuid PRIMARY KEY REFERENCES app.users (id) ON DELETE CASCADE,
  method text NOT NULL CHECK (method IN ('fixed','quantile')),
  window_days int CHECK (window_days > 0),
  -- four thresholds each, ascending; value <= threshold
  recency_bins int[] NOT NULL,
  frequency_bins int[] NOT NULL,
  monetary_bins numeric(15,2)[] NOT NULL);
CREATE TABLE app.rfm_runs (
  user_id uuid NOT NULL REFERENCES app.users (id) ON DELETE CASCADE,
  analysis_date date NOT NULL,
  method text NOT NULL CHECK (method IN ('fixed','quantile')),
  window_days int,
  recency_bins int[] NOT NULL,
  frequency_bins int[] NOT NULL,
  monetary_bins numeric(15,2)[] NOT NULL,
  calculated_at timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (user_id, analysis_date));
-- No foreign keys: 100,000 rows a day are written at once by one statement that reads them from customers and rfm_runs.
CREATE TABLE app.rfm_analysis (
  user_id uuid NOT NULL,
  analysis_date date NOT NULL,
  customer_id uuid NOT NULL,
  recency_days int NOT NULL,
  frequency int NOT NULL,
  -- a sum of any number of amounts
  monetary numeric NOT NULL,
  recency_score smallint NOT NULL,
  frequency_score smallint NOT NULL,
  monetary_score smallint NOT NULL,
  segment text NOT NULL,
  PRIMARY KEY (user_id, analysis_date, customer_id));
-- Customers whose sales changed since they were last scored; a null customer means all. Append-only: writers never wait for each other.
CREATE TABLE app.rfm_changes (
  user_id uuid NOT NULL REFERENCES app.users (id) ON DELETE CASCADE,
  id uuid NOT NULL DEFAULT gen_random_uuid(),
  customer_id uuid,
  PRIMARY KEY (user_id, id));

-- First match wins; Segment.of says the same in Java, and both are tested against the same table.
CREATE FUNCTION app.rfm_segment(r int, f int, m int) RETURNS text LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
  SELECT CASE WHEN r >= 4 AND f >= 4 AND m >= 4 THEN 'champions'
              WHEN r >= 3 AND f >= 3 AND m >= 3 THEN 'loyal_customers'
              WHEN r >= 4 AND f <= 2 THEN 'new_customers'
              WHEN r >= 3 THEN 'potential_loyalists'
              WHEN r <= 2 AND f >= 4 AND m >= 4 THEN 'cant_lose_them'
              WHEN r <= 2 AND f >= 3 AND m >= 3 THEN 'at_risk'
              WHEN r <= 2 AND f <= 2 THEN 'lost'
              ELSE 'others' END $$;
-- One more than the number of thresholds exceeded: 1 to 5.
CREATE FUNCTION app.rfm_score(value anyelement, bins anyarray) RETURNS int LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
  SELECT 1 + (value > bins[1])::int + (value > bins[2])::int + (value > bins[3])::int + (value > bins[4])::int $$;
-- What is known on a day of those who bought something, in one pass over the covering index. No window means all history, no customers
-- means everybody. One query, so that the planner sees through it.
CREATE FUNCTION app.rfm_metrics(p_user uuid, p_day date, p_window int, p_customers uuid[])
RETURNS TABLE(customer_id uuid, recency_days int, frequency int, monetary numeric) LANGUAGE sql STABLE PARALLEL SAFE AS $$
  SELECT m.customer_id, p_day - m.last_purchase, m.purchases::int, greatest(m.amount, 0)
  FROM (SELECT t.customer_id, max(t.transaction_date) FILTER (WHERE t.amount > 0) AS last_purchase,
               count(*) FILTER (WHERE t.amount > 0) AS purchases, sum(t.amount) AS amount
        FROM app.transactions t
        WHERE t.user_id = p_user AND t.transaction_date <= p_day
          AND t.transaction_date >= coalesce(p_day - p_window, '-infinity')
          AND (p_customers IS NULL OR t.customer_id = ANY (p_customers))
        GROUP BY t.customer_id) m
  WHERE m.purchases > 0
    AND NOT EXISTS (SELECT FROM app.customers c WHERE c.user_id = p_user AND c.id = m.customer_id AND c.deleted_at IS NOT NULL) $$;
REVOKE ALL ON FUNCTION app.rfm_segment(int, int, int), app.rfm_score(anyelement, anyarray), app.rfm_metrics(uuid, date, int, uuid[]) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION app.rfm_segment(int, int, int), app.rfm_score(anyelement, anyarray), app.rfm_metrics(uuid, date, int, uuid[]) TO sma_app, sma_worker, sma_admin;

-- What the planner knows of a shop's tables, after an import filled them. Run as their owner, who alone may.
CREATE FUNCTION app.gather_statistics() RETURNS void LANGUAGE sql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
  ANALYZE app.customers; ANALYZE app.transactions $$;
REVOKE ALL ON FUNCTION app.gather_statistics() FROM PUBLIC;
GRANT EXECUTE ON FUNCTION app.gather_statistics() TO sma_worker;

-- Rights ---------------------------------------------------------------------------------------------------------------
CALL app.protect_tables();
-- nobody but the log-in door reads the hash; nobody but create_admin writes a role
GRANT SELECT (id, email, full_name, business_name, phone, role, is_active, timezone, purpose, created_at, updated_at) ON app.users TO sma_app, sma_worker, sma_admin;
-- sma_worker: an analysis on the command line makes a shop inside a transaction that it rolls back
GRANT INSERT (id, email, password_hash, full_name, business_name, phone, timezone, purpose) ON app.users TO sma_app, sma_worker;
GRANT UPDATE (password_hash, full_name, business_name, phone, timezone, updated_at) ON app.users TO sma_app;
GRANT DELETE ON app.users TO sma_app;
CREATE POLICY only_demo_shops ON app.users AS RESTRICTIVE FOR DELETE TO sma_app USING (purpose <> 'business');
GRANT UPDATE (is_active, updated_at) ON app.users TO sma_admin;
CREATE POLICY admin_disable ON app.users FOR UPDATE TO sma_admin USING (role <> 'super_admin') WITH CHECK (role <> 'super_admin');
GRANT INSERT ON app.audit_log TO sma_admin;
CREATE POLICY admin_audit ON app.audit_log FOR INSERT TO sma_admin WITH CHECK (true);
-- what was looked at stays written
REVOKE UPDATE, DELETE ON app.audit_log FROM sma_app, sma_worker;
GRANT UPDATE (ended_at) ON app.sessions TO sma_admin;
CREATE POLICY admin_end ON app.sessions FOR UPDATE TO sma_admin USING (ended_at IS NULL) WITH CHECK (ended_at IS NOT NULL);

-- Doors that work before a tenant is known
GRANT CREATE ON SCHEMA app TO sma_definer;
GRANT SELECT ON app.users TO sma_definer;
GRANT INSERT ON app.users TO sma_definer;
CREATE POLICY definer_login ON app.users FOR SELECT TO sma_definer USING (true);
CREATE POLICY definer_admin ON app.users FOR INSERT TO sma_definer WITH CHECK (role = 'super_admin');
GRANT SELECT ON app.deleted_customers TO sma_definer;
CREATE POLICY definer_due ON app.deleted_customers FOR SELECT TO sma_definer USING (purge_at <= now());
GRANT SELECT, DELETE ON app.idempotency_keys TO sma_definer;
CREATE POLICY definer_purge ON app.idempotency_keys FOR ALL TO sma_definer USING (created_at <= now() - interval '2 days') WITH CHECK (false);
GRANT SELECT, DELETE ON app.sessions TO sma_definer;
CREATE POLICY definer_purge ON app.sessions FOR ALL TO sma_definer USING (least(ended_at, expires_at) <= now() - interval '30 days') WITH CHECK (false);
GRANT SELECT, DELETE ON app.rfm_runs, app.rfm_analysis TO sma_definer;
CREATE POLICY definer_thin ON app.rfm_runs FOR ALL TO sma_definer USING (analysis_date < (now() - interval '90 days')::date) WITH CHECK (false);
CREATE POLICY definer_thin ON app.rfm_analysis FOR ALL TO sma_definer USING (analysis_date < (now() - interval '90 days')::date) WITH CHECK (false);
GRANT SELECT, DELETE ON app.import_refusals TO sma_definer;
CREATE POLICY definer_purge ON app.import_refusals FOR ALL TO sma_definer USING (created_at <= now() - interval '90 days') WITH CHECK (false);
SET ROLE sma_definer;
CREATE FUNCTION app.login_lookup(p_email text) RETURNS TABLE(id uuid, password_hash text, role text, is_active boolean)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS
$$ SELECT u.id, u.password_hash, u.role, u.is_active FROM app.users u WHERE u.email = lower(p_email) $$;
CREATE FUNCTION app.create_admin(p_id uuid, p_email text, p_hash text, p_name text) RETURNS void
LANGUAGE sql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS
$$ INSERT INTO app.users (id, email, password_hash, full_name, business_name, role) VALUES (p_id, lower(p_email), p_hash, p_name, p_name, 'super_admin') $$;
-- Erasures that can no longer be undone: each shop's worker forgets them.
CREATE FUNCTION app.due_erasures() RETURNS TABLE(user_id uuid, customer_id uuid)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS
$$ SELECT d.user_id, d.customer_id FROM app.deleted_customers d WHERE d.purge_at <= now() $$;
-- What else may no longer be kept goes: stored answers after two days, sessions and with them their tokens a month after their end,
-- refused rows of imports, which may name people, after 90 days.
CREATE FUNCTION app.purge() RETURNS bigint
LANGUAGE sql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
  WITH k AS (DELETE FROM app.idempotency_keys WHERE created_at <= now() - interval '2 days' RETURNING 1),
       s AS (DELETE FROM app.sessions WHERE least(ended_at, expires_at) <= now() - interval '30 days' RETURNING 1),
       r AS (DELETE FROM app.import_refusals WHERE created_at <= now() - interval '90 days' RETURNING 1)
  SELECT (SELECT count(*) FROM k) + (SELECT count(*) FROM s) + (SELECT count(*) FROM r) $$;
-- Analyses older than 90 days are thinned out to the last of each month (of those that are that old), so that a shop of 100,000 customers
-- does not gain 100,000 rows a day for ever. Row by row, each statement with its own snapshot: a recalculation of such a day that was
-- waited for goes with its run. Answers how many analyses went.
CREATE FUNCTION app.thin_analyses() RETURNS bigint
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE gone record; thinned bigint := 0;
BEGIN
  FOR gone IN
    DELETE FROM app.rfm_runs r
    WHERE r.analysis_date < (now() - interval '90 days')::date
      AND EXISTS (SELECT FROM app.rfm_runs l
                  WHERE l.user_id = r.user_id AND l.analysis_date > r.analysis_date
                    AND l.analysis_date < least((now() - interval '90 days')::date, (date_trunc('month', r.analysis_date) + interval '1 month')::date))
    RETURNING r.user_id, r.analysis_date
  LOOP
    DELETE FROM app.rfm_analysis a WHERE a.user_id = gone.user_id AND a.analysis_date = gone.analysis_date;
    thinned := thinned + 1;
  END LOOP;
  RETURN thinned;
END $$;
REVOKE ALL ON FUNCTION app.login_lookup(text), app.create_admin(uuid, text, text, text), app.due_erasures(), app.purge(), app.thin_analyses() FROM PUBLIC;
GRANT EXECUTE ON FUNCTION app.login_lookup(text) TO sma_app;
GRANT EXECUTE ON FUNCTION app.create_admin(uuid, text, text, text) TO sma_owner;
GRANT EXECUTE ON FUNCTION app.due_erasures(), app.purge(), app.thin_analyses() TO sma_worker;
RESET ROLE;
REVOKE CREATE ON SCHEMA app FROM sma_definer;

-- Supabase only: its REST role sees a shop's own customers and sales
DO $$ DECLARE t text; BEGIN
  IF to_regprocedure('auth.uid()') IS NOT NULL AND EXISTS (SELECT FROM pg_roles WHERE rolname = 'authenticated') THEN
    GRANT USAGE ON SCHEMA app TO authenticated;
    FOREACH t IN ARRAY ARRAY['customers','transactions'] LOOP
      EXECUTE format('CREATE POLICY supabase ON app.%I FOR ALL TO authenticated USING (user_id = (SELECT auth.uid())) WITH CHECK (user_id = (SELECT auth.uid()))', t);
      EXECUTE format('GRANT SELECT, INSERT, UPDATE, DELETE ON app.%I TO authenticated', t);
    END LOOP;
  END IF; END $$;

-- Jobs (db-scheduler's own table), away from tenants' data --------------------------------------------------------------
CREATE SCHEMA jobs;
GRANT USAGE ON SCHEMA jobs TO sma_worker, sma_app;
CREATE TABLE jobs.scheduled_tasks (
  task_name text NOT NULL,
  task_instance text NOT NULL,
  task_data bytea,
  execution_time timestamptz NOT NULL,
  picked boolean NOT NULL,
  picked_by text,
  last_success timestamptz,
  last_failure timestamptz,
  consecutive_failures int,
  last_heartbeat timestamptz,
  version bigint NOT NULL,
  priority smallint,
  state text,
  PRIMARY KEY (task_name, task_instance));
CREATE INDEX ON jobs.scheduled_tasks (execution_time);
CREATE INDEX ON jobs.scheduled_tasks (last_heartbeat);
GRANT SELECT, INSERT, UPDATE, DELETE ON jobs.scheduled_tasks TO sma_worker;
-- a request queues work in its own transaction, and sees nobody's
-- (never task_data, which the job library would deserialise)
GRANT INSERT (task_name, task_instance, execution_time, picked, version) ON jobs.scheduled_tasks TO sma_app;
