-- What was written more than 90 days ago, and answers kept for more than 30, go with the daily purge: no request waits for it.
GRANT SELECT, DELETE ON app.content, app.content_cache TO sma_definer;
CREATE POLICY definer_purge ON app.content FOR ALL TO sma_definer USING (created_at <= now() - interval '90 days') WITH CHECK (false);
CREATE POLICY definer_purge ON app.content_cache FOR ALL TO sma_definer USING (created_at <= now() - interval '30 days') WITH CHECK (false);
GRANT CREATE ON SCHEMA app TO sma_definer;
SET ROLE sma_definer;
CREATE OR REPLACE FUNCTION app.purge() RETURNS bigint
LANGUAGE sql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
  WITH k AS (DELETE FROM app.idempotency_keys WHERE created_at <= now() - interval '2 days' RETURNING 1),
       s AS (DELETE FROM app.sessions WHERE least(ended_at, expires_at) <= now() - interval '30 days' RETURNING 1),
       r AS (DELETE FROM app.import_refusals WHERE created_at <= now() - interval '90 days' RETURNING 1),
       d AS (DELETE FROM app.deleted_transactions WHERE deleted_at <= now() - interval '90 days' RETURNING 1),
       t AS (DELETE FROM app.content WHERE created_at <= now() - interval '90 days' RETURNING 1),
       c AS (DELETE FROM app.content_cache WHERE created_at <= now() - interval '30 days' RETURNING 1)
  SELECT (SELECT count(*) FROM k) + (SELECT count(*) FROM s) + (SELECT count(*) FROM r) + (SELECT count(*) FROM d)
       + (SELECT count(*) FROM t) + (SELECT count(*) FROM c) $$;
RESET ROLE;
REVOKE CREATE ON SCHEMA app FROM sma_definer;
