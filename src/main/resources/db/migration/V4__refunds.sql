-- The sale that a refund gives money back for; null for any other sale, and once that sale is deleted.
ALTER TABLE app.transactions
  ADD refund_of uuid,
  ADD FOREIGN KEY (user_id, refund_of) REFERENCES app.transactions (user_id, id) ON DELETE SET NULL (refund_of);
CREATE INDEX transactions_refunds ON app.transactions (user_id, refund_of) WHERE refund_of IS NOT NULL;

-- Ids of sales that were deleted by hand: a form or a phone that sends one again does not bring it back. Kept for 90 days.
CREATE TABLE app.deleted_transactions (
  user_id uuid NOT NULL REFERENCES app.users (id) ON DELETE CASCADE,
  id uuid NOT NULL,
  deleted_at timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (user_id, id));

CALL app.protect_tables();

GRANT SELECT, DELETE ON app.deleted_transactions TO sma_definer;
CREATE POLICY definer_purge ON app.deleted_transactions FOR ALL TO sma_definer USING (deleted_at <= now() - interval '90 days') WITH CHECK (false);
GRANT CREATE ON SCHEMA app TO sma_definer;
SET ROLE sma_definer;
-- As before, and ids of deleted sales after 90 days.
CREATE OR REPLACE FUNCTION app.purge() RETURNS bigint
LANGUAGE sql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
  WITH k AS (DELETE FROM app.idempotency_keys WHERE created_at <= now() - interval '2 days' RETURNING 1),
       s AS (DELETE FROM app.sessions WHERE least(ended_at, expires_at) <= now() - interval '30 days' RETURNING 1),
       r AS (DELETE FROM app.import_refusals WHERE created_at <= now() - interval '90 days' RETURNING 1),
       d AS (DELETE FROM app.deleted_transactions WHERE deleted_at <= now() - interval '90 days' RETURNING 1)
  SELECT (SELECT count(*) FROM k) + (SELECT count(*) FROM s) + (SELECT count(*) FROM r) + (SELECT count(*) FROM d) $$;
RESET ROLE;
REVOKE CREATE ON SCHEMA app FROM sma_definer;
