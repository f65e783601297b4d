-- What providers report, as it came, until it was worked. Afterwards its key alone is kept for 30 days, so that the same is not worked
-- again; the body, which may name people, is gone.
CREATE TABLE app.webhook_events (
  user_id uuid NOT NULL REFERENCES app.users (id) ON DELETE CASCADE,
  id uuid NOT NULL,
  kind text NOT NULL CHECK (kind IN ('fonnte','cloud_api','resend')),
  -- a keyed hash of what tells it from others
  key bytea NOT NULL CHECK (length(key) = 32),
  body bytea,
  received_at timestamptz NOT NULL DEFAULT now(),
  attempt int NOT NULL DEFAULT 0,
  next_attempt_at timestamptz NOT NULL DEFAULT now(),
  worked_at timestamptz,
  -- the kind of failure that it was given up for, or that its last attempt ended with
  error text,
  PRIMARY KEY (user_id, id),
  UNIQUE (user_id, kind, key),
  CHECK ((body IS NULL) = (worked_at IS NOT NULL)));
CREATE INDEX webhook_events_worked ON app.webhook_events (user_id, worked_at);
CREATE INDEX webhook_events_waiting ON app.webhook_events (user_id) WHERE worked_at IS NULL;

-- By what else a provider knows a message (Fonnte tells of its delivery under another id), and when it arrived.
ALTER TABLE app.message_outbox ADD state_id text, ADD delivered_at timestamptz;
CREATE INDEX message_outbox_provider ON app.message_outbox (user_id, provider_id) WHERE provider_id IS NOT NULL;
CREATE INDEX message_outbox_state_id ON app.message_outbox (user_id, state_id) WHERE state_id IS NOT NULL;

-- What customers wrote. Texts from numbers that are no customer's are not kept: nobody could read them, nor erase them later.
CREATE TABLE app.incoming_messages (
  user_id uuid NOT NULL,
  id uuid NOT NULL,
  customer_id uuid NOT NULL,
  channel text NOT NULL CHECK (channel IN ('whatsapp','email')),
  -- empty where it was a picture or the like
  text text NOT NULL,
  received_at timestamptz NOT NULL,
  PRIMARY KEY (user_id, id),
  FOREIGN KEY (user_id, customer_id) REFERENCES app.customers (user_id, id) ON DELETE CASCADE);
CREATE INDEX incoming_messages_of_customer ON app.incoming_messages (user_id, customer_id, received_at DESC, id);

-- Reports that an e-mail address, known by its app.address_hash, took no message for the moment; of the last 90 days.
CREATE TABLE app.soft_bounces (
  user_id uuid NOT NULL REFERENCES app.users (id) ON DELETE CASCADE,
  address_hash bytea NOT NULL CHECK (length(address_hash) = 32),
  report uuid NOT NULL,
  bounced_at timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (user_id, address_hash, report));

CALL app.protect_tables();
