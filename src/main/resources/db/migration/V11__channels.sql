-- By what a shop's messages leave, and how it is let in there. The practice channel and sending by hand need nothing here.
CREATE TABLE app.channels (
  user_id uuid NOT NULL REFERENCES app.users (id) ON DELETE CASCADE,
  kind text NOT NULL CHECK (kind IN ('fonnte','cloud_api','resend','smtp')),
  -- what may be read: {"from", "host", …}
  settings jsonb NOT NULL,
  -- what may not, sealed together (platform.Vault); and how it ends, for its owner to know it again: {"token": "x7Qp"}
  secrets bytea NOT NULL,
  hints jsonb NOT NULL,
  -- by which the provider's calls to us are known; sealed too
  webhook_secret bytea NOT NULL,
  state text NOT NULL DEFAULT 'unchecked' CHECK (state IN ('unchecked','connected','disconnected','refused')),
  -- a key below channels.why_; null where there is nothing to say
  why text,
  state_at timestamptz NOT NULL DEFAULT now(),
  -- the number or address that people see; null until it is known
  number text,
  -- what the provider said of it: {"package", "quota", "expires"}
  facts jsonb NOT NULL DEFAULT '{}',
  -- since when this number is seen in use, by which it is warmed up; null until it was connected
  connected_since timestamptz,
  created_at timestamptz NOT NULL DEFAULT now(),
  updated_at timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (user_id, kind));

CALL app.protect_tables();
