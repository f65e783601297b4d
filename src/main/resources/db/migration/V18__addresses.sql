-- To which address a message was begun, by its app.address_hash: who has the number next, as another customer, isn't written to again
-- within the week. It is kept no longer than that: it tells whose the sales of somebody erased are, to whoever has the key and the number.
ALTER TABLE app.message_outbox ADD COLUMN address_hash bytea;
-- no message has one yet, so none is looked at while the others wait
ALTER TABLE app.message_outbox ADD CONSTRAINT message_outbox_address_hash_check CHECK (length(address_hash) = 32) NOT VALID;
CREATE INDEX message_outbox_addressed ON app.message_outbox (user_id, address_hash) WHERE address_hash IS NOT NULL;
CREATE INDEX message_outbox_newest ON app.message_outbox (user_id, sending_since) WHERE sending_since IS NOT NULL;
-- Who was merged into somebody is the same person.
CREATE INDEX customers_merged ON app.customers (user_id, merged_into) WHERE merged_into IS NOT NULL;

CALL app.protect_tables();

GRANT CREATE ON SCHEMA app TO sma_definer;
GRANT SELECT (address_hash, sending_since), UPDATE (address_hash) ON app.message_outbox TO sma_definer;
CREATE POLICY definer_forget ON app.message_outbox FOR ALL TO sma_definer
  USING (coalesce(sending_since, '-infinity') <= now() - interval '7 days') WITH CHECK (address_hash IS NULL);
SET ROLE sma_definer;
CREATE FUNCTION app.forget_addresses() RETURNS bigint
LANGUAGE sql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
  WITH f AS (UPDATE app.message_outbox SET address_hash = NULL
             WHERE address_hash IS NOT NULL AND coalesce(sending_since, '-infinity') <= now() - interval '7 days' RETURNING 1)
  SELECT count(*) FROM f $$;
REVOKE ALL ON FUNCTION app.forget_addresses() FROM PUBLIC;
GRANT EXECUTE ON FUNCTION app.forget_addresses() TO sma_worker;
RESET ROLE;
REVOKE CREATE ON SCHEMA app FROM sma_definer;
