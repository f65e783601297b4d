-- Whether a customer may be written to, channel by channel; no row means that they were never asked. Imports never write here.
CREATE TABLE app.consents (
  user_id uuid NOT NULL,
  customer_id uuid NOT NULL,
  channel text NOT NULL CHECK (channel IN ('whatsapp','email')),
  state text NOT NULL CHECK (state IN ('granted','withdrawn')),
  -- where it is known from: 'owner' when the owner wrote it down
  source text NOT NULL,
  changed_at timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (user_id, customer_id, channel),
  FOREIGN KEY (user_id, customer_id) REFERENCES app.customers (user_id, id) ON DELETE CASCADE);

-- The consents of both, for the undo.
ALTER TABLE app.merges ADD COLUMN consents_before jsonb NOT NULL DEFAULT '[]';

-- An erasure keeps them for its undo with the rest: deleted_customers.identity has "consents", a list of rows, too.
CALL app.protect_tables();
