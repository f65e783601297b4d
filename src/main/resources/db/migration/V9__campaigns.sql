-- A message to many, from its draft to its end. Whom it goes to is settled when a person approves it.
CREATE TABLE app.campaigns (
  user_id uuid NOT NULL REFERENCES app.users (id) ON DELETE CASCADE,
  id uuid NOT NULL,
  name text NOT NULL,
  -- practice: into the shop's own mailbox; assisted: by the owner's hand, one by one
  via text NOT NULL CHECK (via IN ('practice','assisted')),
  text text NOT NULL,
  -- who was meant: {"segment", "city", "tags", "min_spent", "include_unasked"}
  audience jsonb NOT NULL,
  holdout_percent int NOT NULL CHECK (holdout_percent BETWEEN 0 AND 50),
  state text NOT NULL DEFAULT 'draft' CHECK (state IN ('draft','running','paused','done','cancelled')),
  created_at timestamptz NOT NULL DEFAULT now(),
  approved_at timestamptz,
  finished_at timestamptz,
  PRIMARY KEY (user_id, id));
CREATE INDEX campaigns_newest ON app.campaigns (user_id, created_at DESC);

-- One message to one person. What happened to it never goes back; see docs/decisions/0010.
CREATE TABLE app.message_outbox (
  user_id uuid NOT NULL,
  campaign_id uuid NOT NULL,
  customer_id uuid NOT NULL,
  channel text NOT NULL CHECK (channel IN ('whatsapp','email')),
  state text NOT NULL DEFAULT 'pending'
    CHECK (state IN ('pending','leased','sending','accepted','delivered','failed','unknown','cancelled','suppressed','skipped')),
  attempt int NOT NULL DEFAULT 0,
  -- infinity: waits for the owner's hand
  next_attempt_at timestamptz NOT NULL DEFAULT now(),
  lease_token uuid,
  lease_until timestamptz,
  sending_since timestamptz,
  provider_id text,
  -- why it is where it is: a key below campaign.why.
  why text,
  PRIMARY KEY (user_id, campaign_id, customer_id, channel),
  FOREIGN KEY (user_id, campaign_id) REFERENCES app.campaigns (user_id, id) ON DELETE CASCADE,
  FOREIGN KEY (user_id, customer_id) REFERENCES app.customers (user_id, id) ON DELETE CASCADE);
CREATE INDEX message_outbox_due ON app.message_outbox (user_id, campaign_id, next_attempt_at) WHERE state = 'pending';
CREATE INDEX message_outbox_leased ON app.message_outbox (user_id, campaign_id, lease_until) WHERE state IN ('leased','sending');
CREATE INDEX message_outbox_sent ON app.message_outbox (user_id, customer_id, sending_since) WHERE sending_since IS NOT NULL;

-- Those who get nothing, so that what a campaign brought can be measured.
CREATE TABLE app.campaign_holdout (
  user_id uuid NOT NULL,
  campaign_id uuid NOT NULL,
  customer_id uuid NOT NULL,
  PRIMARY KEY (user_id, campaign_id, customer_id),
  FOREIGN KEY (user_id, campaign_id) REFERENCES app.campaigns (user_id, id) ON DELETE CASCADE,
  FOREIGN KEY (user_id, customer_id) REFERENCES app.customers (user_id, id) ON DELETE CASCADE);

-- The mailbox of the practice channel.
CREATE TABLE app.practice_messages (
  user_id uuid NOT NULL,
  id uuid NOT NULL,
  campaign_id uuid NOT NULL,
  customer_id uuid NOT NULL,
  text text NOT NULL,
  sent_at timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (user_id, id),
  FOREIGN KEY (user_id, campaign_id) REFERENCES app.campaigns (user_id, id) ON DELETE CASCADE,
  FOREIGN KEY (user_id, customer_id) REFERENCES app.customers (user_id, id) ON DELETE CASCADE);
CREATE INDEX practice_messages_newest ON app.practice_messages (user_id, sent_at DESC, id);

CALL app.protect_tables();
