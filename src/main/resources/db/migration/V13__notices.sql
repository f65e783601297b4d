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

CALL app.protect_tables();
