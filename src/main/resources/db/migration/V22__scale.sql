-- Figures of a shop's sales and analyses that took long to work out, in JSON, as long as nothing they stand on changed (FigureCache). Nothing
-- that names a customer.
CREATE TABLE app.figure_cache (
  user_id uuid NOT NULL REFERENCES app.users (id) ON DELETE CASCADE,
  what text NOT NULL,
  -- of the state that they were worked out of
  mark text NOT NULL,
  figures text NOT NULL,
  created_at timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (user_id, what));

CALL app.protect_tables();
