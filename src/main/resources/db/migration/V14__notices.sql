-- When the owner showed that mail to the account's address reaches them; null when they have not.
ALTER TABLE app.users ADD email_verified_at timestamptz;
GRANT SELECT (email_verified_at) ON app.users TO sma_app, sma_worker, sma_admin;
GRANT UPDATE (email_verified_at) ON app.users TO sma_app;

-- What a mail to an owner lets whoever holds it do, once: the newest of each purpose. Of the link only a hash is kept.
CREATE TABLE app.mailed_links (
  user_id uuid NOT NULL REFERENCES app.users (id) ON DELETE CASCADE,
  purpose text NOT NULL CHECK (purpose IN ('reset','verify')),
  token_hash bytea NOT NULL CHECK (length(token_hash) = 32),
  -- to whom it went
  email text NOT NULL,
  expires_at timestamptz NOT NULL,
  PRIMARY KEY (user_id, purpose));

-- What an owner is told, and whether they read it. The sentence is made when it is shown, in the reader's language, of facts that name no
-- customer.
CREATE TABLE app.notices (
  user_id uuid NOT NULL REFERENCES app.users (id) ON DELETE CASCADE,
  id uuid NOT NULL,
  kind text NOT NULL CHECK (kind IN ('import_done','import_failed','analysis_done','campaign_finished','campaign_paused','device_disconnected',
    'needs_check')),
  facts jsonb NOT NULL,
  created_at timestamptz NOT NULL DEFAULT now(),
  read_at timestamptz,
  PRIMARY KEY (user_id, id));
CREATE INDEX notices_newest ON app.notices (user_id, created_at DESC, id DESC);
CREATE INDEX notices_unread ON app.notices (user_id) WHERE read_at IS NULL;

-- A notice on its way out of the app: at most once by each way.
CREATE TABLE app.notice_deliveries (
  user_id uuid NOT NULL,
  notice_id uuid NOT NULL,
  way text NOT NULL CHECK (way IN ('push','email')),
  -- unknown: it may have gone out, and is not sent again
  state text NOT NULL DEFAULT 'pending' CHECK (state IN ('pending','sending','sent','failed','unknown')),
  changed_at timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (user_id, notice_id, way),
  FOREIGN KEY (user_id, notice_id) REFERENCES app.notices (user_id, id) ON DELETE CASCADE);

-- By which ways an owner wants to be told of a kind; without a row as the kind proposes.
CREATE TABLE app.notice_choices (
  user_id uuid NOT NULL REFERENCES app.users (id) ON DELETE CASCADE,
  kind text NOT NULL,
  push boolean NOT NULL,
  email boolean NOT NULL,
  PRIMARY KEY (user_id, kind));

-- Browsers that take messages for their owner, as long as nobody ended the session that they subscribed with.
CREATE TABLE app.push_devices (
  user_id uuid NOT NULL,
  id uuid NOT NULL,
  session_id uuid NOT NULL,
  endpoint text NOT NULL CHECK (char_length(endpoint) <= 1000),
  p256dh text NOT NULL,
  auth text NOT NULL,
  created_at timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (user_id, id),
  UNIQUE (user_id, endpoint),
  FOREIGN KEY (user_id, session_id) REFERENCES app.sessions (user_id, id) ON DELETE CASCADE);

CALL app.protect_tables();
