-- What an erasure takes out of words that others wrote or keep: a person's numbers and addresses however they are spelled, and a name of
-- two words or more. One word alone ("Sari") is a word of the language and stays. Null where there is nothing to look for.
CREATE FUNCTION app.person_pattern(p_name text, p_phone text, p_email text) RETURNS text LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
  SELECT pg_catalog.string_agg(p.pattern, '|') FROM (
    SELECT '(?<![[:alnum:]])'
           || pg_catalog.regexp_replace(pg_catalog.regexp_replace(pg_catalog.btrim(p_name), '([][\\^$.|?*+(){}])', '\\\1', 'g'), '\s+', '\\s+', 'g')
           || '(?![[:alnum:]])' AS pattern
    WHERE pg_catalog.btrim(p_name) ~ '[[:alnum:]]{2,}\s+[[:alnum:]]'
    UNION ALL
    -- of +62 812 also 0812 and 812, with whatever people write between
    SELECT '(?<![0-9])(\+?' || pg_catalog.substr(p_phone, 2, 2) || '|0)?[ .()-]*'
           || pg_catalog.regexp_replace(pg_catalog.substr(p_phone, 4), '([0-9])(?=[0-9])', '\1[ .()/-]*', 'g') || '(?![0-9])'
    WHERE p_phone ~ '^\+[0-9]{8,}$'
    UNION ALL
    SELECT '(?<![[:alnum:]._%+-])' || pg_catalog.regexp_replace(p_email, '([][\\^$.|?*+(){}])', '\\\1', 'g') || '(?![[:alnum:]-])'
    WHERE p_email <> '') p $$;
-- The same text, or value with all its texts, without what the pattern finds. Keys stay.
CREATE FUNCTION app.redact(p_text text, p_pattern text) RETURNS text LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
  SELECT pg_catalog.regexp_replace(p_text, p_pattern, '[dihapus]', 'gi') $$;
CREATE FUNCTION app.redact(p_value jsonb, p_pattern text) RETURNS jsonb LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE AS $$
BEGIN
  RETURN CASE pg_catalog.jsonb_typeof(p_value)
    WHEN 'string' THEN pg_catalog.to_jsonb(app.redact(p_value #>> '{}', p_pattern))
    WHEN 'array' THEN (SELECT coalesce(pg_catalog.jsonb_agg(app.redact(e.value, p_pattern) ORDER BY e.place), '[]')
                       FROM pg_catalog.jsonb_array_elements(p_value) WITH ORDINALITY AS e (value, place))
    WHEN 'object' THEN (SELECT coalesce(pg_catalog.jsonb_object_agg(e.key, app.redact(e.value, p_pattern)), '{}')
                        FROM pg_catalog.jsonb_each(p_value) e)
    ELSE p_value END;
END $$;
REVOKE ALL ON FUNCTION app.person_pattern(text, text, text), app.redact(text, text), app.redact(jsonb, text) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION app.person_pattern(text, text, text), app.redact(text, text), app.redact(jsonb, text) TO sma_app, sma_worker;

-- Who saw and changed what. No partitions: docs/decisions/0024 says why.
ALTER TABLE app.audit_log
  -- null for the program itself
  ALTER actor_id DROP NOT NULL,
  -- the customer, sale or campaign that it was done to; outlives them
  ADD subject_id uuid,
  -- one word more, such as a report's period; never anything of a customer
  ADD detail text CHECK (char_length(detail) <= 300);
CREATE INDEX audit_log_newest ON app.audit_log (user_id, created_at DESC, id DESC);
CREATE INDEX audit_log_of_subject ON app.audit_log (user_id, subject_id, created_at DESC) WHERE subject_id IS NOT NULL;

-- What customers ask of their data, by when it is to be answered, and how often the owner was reminded.
CREATE TABLE app.privacy_requests (
  user_id uuid NOT NULL,
  id uuid NOT NULL,
  customer_id uuid NOT NULL,
  kind text NOT NULL CHECK (kind IN ('withdraw','access','correct','erase')),
  state text NOT NULL DEFAULT 'open' CHECK (state IN ('open','done','refused')),
  received_at timestamptz NOT NULL,
  due_at timestamptz NOT NULL,
  closed_at timestamptz,
  reminders int NOT NULL DEFAULT 0,
  PRIMARY KEY (user_id, id),
  FOREIGN KEY (user_id, customer_id) REFERENCES app.customers (user_id, id) ON DELETE CASCADE,
  CHECK ((state = 'open') = (closed_at IS NULL)));
CREATE INDEX privacy_requests_of_customer ON app.privacy_requests (user_id, customer_id);

-- A super_admin's session that sees a shop's pages as its owner does, and changes nothing.
ALTER TABLE app.sessions ADD visiting uuid, ADD visiting_until timestamptz;

-- What the operator tells all owners, each the row of the super_admin who made it.
CREATE TABLE app.announcements (
  user_id uuid NOT NULL REFERENCES app.users (id) ON DELETE CASCADE,
  id uuid NOT NULL,
  text text NOT NULL CHECK (char_length(text) BETWEEN 1 AND 500),
  created_at timestamptz NOT NULL DEFAULT now(),
  until timestamptz NOT NULL,
  PRIMARY KEY (user_id, id));

-- How much a shop may hold and send, and what is switched off for it; null for as much as the installation allows.
CREATE TABLE app.limits (
  user_id uuid PRIMARY KEY REFERENCES app.users (id) ON DELETE CASCADE,
  customers int CHECK (customers >= 0),
  sales int CHECK (sales >= 0),
  -- a month, in the shop's zone
  messages int CHECK (messages >= 0),
  features_off text[] NOT NULL DEFAULT '{}');

-- A breach of data, as the row of the super_admin who recorded it; and which shops it touches.
CREATE TABLE app.breaches (
  user_id uuid NOT NULL REFERENCES app.users (id) ON DELETE CASCADE,
  id uuid NOT NULL,
  -- what happened, whose data of what kind, what was done about it: the words that everybody is told
  happened text NOT NULL CHECK (char_length(happened) BETWEEN 1 AND 2000),
  concerned text NOT NULL CHECK (char_length(concerned) BETWEEN 1 AND 2000),
  measures text NOT NULL CHECK (char_length(measures) BETWEEN 1 AND 2000),
  found_at timestamptz NOT NULL,
  due_at timestamptz NOT NULL,
  closed_at timestamptz,
  reminders int NOT NULL DEFAULT 0,
  PRIMARY KEY (user_id, id));
CREATE TABLE app.shop_breaches (
  user_id uuid NOT NULL REFERENCES app.users (id) ON DELETE CASCADE,
  id uuid NOT NULL,
  happened text NOT NULL,
  concerned text NOT NULL,
  measures text NOT NULL,
  told_at timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (user_id, id));

ALTER TABLE app.notices
  DROP CONSTRAINT notices_kind_check,
  ADD CONSTRAINT notices_kind_check CHECK (kind IN ('import_done','import_failed','analysis_done','campaign_finished','campaign_paused',
    'device_disconnected','needs_check','privacy_due','privacy_overdue','shop_breach','breach_due','admin_visit','month_report'));

CALL app.protect_tables();

-- a shop's limits are not the shop's to change
REVOKE INSERT, UPDATE, DELETE ON app.limits FROM sma_app, sma_worker;
GRANT INSERT, UPDATE ON app.limits TO sma_admin;
CREATE POLICY admin_insert ON app.limits FOR INSERT TO sma_admin WITH CHECK (true);
CREATE POLICY admin_update ON app.limits FOR UPDATE TO sma_admin USING (true) WITH CHECK (true);

-- What is told to all is read through this door.
GRANT SELECT ON app.announcements TO sma_definer;
CREATE POLICY definer_read ON app.announcements FOR SELECT TO sma_definer USING (true);
GRANT CREATE ON SCHEMA app TO sma_definer;
SET ROLE sma_definer;
CREATE FUNCTION app.current_announcements() RETURNS TABLE(text text)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
  SELECT a.text FROM app.announcements a WHERE a.until > now() ORDER BY a.created_at DESC, a.id LIMIT 3 $$;
REVOKE ALL ON FUNCTION app.current_announcements() FROM PUBLIC;
GRANT EXECUTE ON FUNCTION app.current_announcements() TO sma_app;
RESET ROLE;
REVOKE CREATE ON SCHEMA app FROM sma_definer;
