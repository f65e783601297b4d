-- Texts for customers: what was written, what is kept as a template, and what the model cost.

-- A request's answer for 30 days. content is null while somebody is writing it, until claimed_until.
CREATE TABLE app.content_cache (
  user_id uuid NOT NULL REFERENCES app.users (id) ON DELETE CASCADE,
  segment text NOT NULL,
  content_type text NOT NULL,
  prompt_hash bytea NOT NULL,
  content jsonb,
  claimed_until timestamptz NOT NULL,
  created_at timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (user_id, segment, content_type, prompt_hash));

-- One answered request; usage and cost are null where no model was asked.
CREATE TABLE app.content (
  user_id uuid NOT NULL REFERENCES app.users (id) ON DELETE CASCADE,
  id uuid NOT NULL,
  brief jsonb NOT NULL,
  source text NOT NULL CHECK (source IN ('openai','template','cache')),
  model text,
  variants jsonb NOT NULL,
  usage jsonb,
  cost numeric(15,4),
  created_at timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (user_id, id));

-- Texts the owner keeps. brief is what a written text answers: together they are an example for fine-tuning.
CREATE TABLE app.content_templates (
  user_id uuid NOT NULL REFERENCES app.users (id) ON DELETE CASCADE,
  id uuid NOT NULL,
  name text NOT NULL,
  content_type text NOT NULL,
  segment text,
  goal text,
  language text NOT NULL,
  subject text,
  preheader text,
  text text NOT NULL,
  favourite boolean NOT NULL DEFAULT false,
  brief jsonb,
  version int NOT NULL DEFAULT 1,
  times_used int NOT NULL DEFAULT 0,
  last_used_at timestamptz,
  created_at timestamptz NOT NULL DEFAULT now(),
  updated_at timestamptz NOT NULL DEFAULT now(),
  deleted_at timestamptz,
  PRIMARY KEY (user_id, id));
-- What a template said before each change.
CREATE TABLE app.content_template_versions (
  user_id uuid NOT NULL,
  template_id uuid NOT NULL,
  version int NOT NULL,
  subject text,
  preheader text,
  text text NOT NULL,
  replaced_at timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (user_id, template_id, version),
  FOREIGN KEY (user_id, template_id) REFERENCES app.content_templates (user_id, id) ON DELETE CASCADE);

-- "Begini gaya saya": texts of the owner's own that show how the shop sounds.
CREATE TABLE app.style_examples (
  user_id uuid NOT NULL REFERENCES app.users (id) ON DELETE CASCADE,
  id uuid NOT NULL,
  text text NOT NULL CHECK (char_length(text) BETWEEN 1 AND 1000),
  created_at timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (user_id, id));

-- Days that the owner knows better than content/batik.json; they replace its day of that name and year.
CREATE TABLE app.occasions (
  user_id uuid NOT NULL REFERENCES app.users (id) ON DELETE CASCADE,
  name text NOT NULL CHECK (char_length(name) BETWEEN 1 AND 120),
  day date NOT NULL,
  year int NOT NULL GENERATED ALWAYS AS (extract(year FROM day)::int) STORED,
  PRIMARY KEY (user_id, name, year));

-- What the model cost a shop in a month (of UTC), in rupiah: what is reserved before a call, and after it what it cost.
CREATE TABLE app.model_spending (
  user_id uuid NOT NULL REFERENCES app.users (id) ON DELETE CASCADE,
  month date NOT NULL,
  spent numeric(15,4) NOT NULL,
  PRIMARY KEY (user_id, month));
CREATE INDEX model_spending_month ON app.model_spending (month);

CALL app.protect_tables();

-- The installation's budget is known to no shop, so only this door sees all of them. Reservations of one moment wait for each other:
-- together they never exceed a limit. Answers who has nothing left, 'shop' or 'installation', or null where the amount is reserved.
GRANT CREATE ON SCHEMA app TO sma_definer;
GRANT SELECT, INSERT, UPDATE ON app.model_spending TO sma_definer;
CREATE POLICY definer_spending ON app.model_spending FOR ALL TO sma_definer USING (true) WITH CHECK (user_id = app.tenant_id());
GRANT EXECUTE ON FUNCTION app.tenant_id() TO sma_definer;
SET ROLE sma_definer;
CREATE FUNCTION app.reserve_model_cost(p_amount numeric, p_shop_limit numeric, p_installation_limit numeric) RETURNS text
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE this_month date := date_trunc('month', now() AT TIME ZONE 'UTC')::date;
BEGIN
  PERFORM pg_advisory_xact_lock(hashtext('app.model_spending'));
  IF (SELECT coalesce(sum(s.spent), 0) + p_amount FROM app.model_spending s WHERE s.user_id = app.tenant_id() AND s.month = this_month) > p_shop_limit THEN
    RETURN 'shop';
  END IF;
  IF (SELECT coalesce(sum(s.spent), 0) + p_amount FROM app.model_spending s WHERE s.month = this_month) > p_installation_limit THEN
    RETURN 'installation';
  END IF;
  INSERT INTO app.model_spending AS s (user_id, month, spent) VALUES (app.tenant_id(), this_month, p_amount)
  ON CONFLICT (user_id, month) DO UPDATE SET spent = s.spent + excluded.spent;
  RETURN NULL;
END $$;
REVOKE ALL ON FUNCTION app.reserve_model_cost(numeric, numeric, numeric) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION app.reserve_model_cost(numeric, numeric, numeric) TO sma_app;
RESET ROLE;
REVOKE CREATE ON SCHEMA app FROM sma_definer;
