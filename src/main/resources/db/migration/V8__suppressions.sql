-- What a customer said last, in what words, and all that they said before.
ALTER TABLE app.consents ADD COLUMN wording text;
CREATE TABLE app.consent_history (
  user_id uuid NOT NULL,
  id uuid NOT NULL,
  customer_id uuid NOT NULL,
  channel text NOT NULL CHECK (channel IN ('whatsapp','email')),
  state text NOT NULL CHECK (state IN ('granted','withdrawn')),
  source text NOT NULL,
  wording text,
  said_at timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (user_id, id),
  FOREIGN KEY (user_id, customer_id) REFERENCES app.customers (user_id, id) ON DELETE CASCADE);
CREATE INDEX consent_history_of_customer ON app.consent_history (user_id, customer_id, said_at DESC);

-- Numbers and addresses that nothing is sent to, whoever has them. Only a keyed hash is kept: it outlives the customer's erasure and
-- knows the number again when it comes back with a file.
CREATE TABLE app.suppressions (
  user_id uuid NOT NULL REFERENCES app.users (id) ON DELETE CASCADE,
  channel text NOT NULL CHECK (channel IN ('whatsapp','email')),
  address_hash bytea NOT NULL CHECK (length(address_hash) = 32),
  reason text NOT NULL CHECK (reason IN ('owner','stop','unsubscribe','bounce','complaint')),
  created_at timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (user_id, channel, address_hash));

-- Null without an address or a key.
CREATE FUNCTION app.address_hash(p_key bytea, p_address text) RETURNS bytea LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE AS $$
  SELECT sha256(p_key || sha256(p_key || convert_to(p_address, 'UTF8'))) $$;
REVOKE ALL ON FUNCTION app.address_hash(bytea, text) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION app.address_hash(bytea, text) TO sma_app, sma_worker;

CALL app.protect_tables();
