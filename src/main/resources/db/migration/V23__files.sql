-- What a shop has in the storage of files. The key there is made of user_id, purpose and id, so no row leads to another shop's file.
CREATE TABLE app.files (
  user_id uuid NOT NULL REFERENCES app.users (id) ON DELETE CASCADE,
  id uuid NOT NULL,
  purpose text NOT NULL CHECK (purpose IN ('import', 'picture')),
  -- as its owner calls it
  name text NOT NULL,
  -- what is in it, found out by looking
  type text NOT NULL,
  bytes bigint NOT NULL CHECK (bytes >= 0),
  -- arriving: on its way, and nobody's yet; leaving: to be deleted from the storage, then here
  state text NOT NULL DEFAULT 'arriving' CHECK (state IN ('arriving', 'kept', 'leaving')),
  -- null: until somebody says otherwise
  keep_until timestamptz,
  created_at timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (user_id, id));

CALL app.protect_tables();

-- A door that works before a tenant is known: which shops have files that are to go. What is still arriving after a day never will.
GRANT CREATE ON SCHEMA app TO sma_definer;
GRANT SELECT ON app.files TO sma_definer;
CREATE POLICY definer_due ON app.files FOR SELECT TO sma_definer USING (true);
SET ROLE sma_definer;
CREATE FUNCTION app.shops_with_due_files() RETURNS TABLE(user_id uuid)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
  SELECT DISTINCT f.user_id FROM app.files f
  WHERE f.state = 'leaving' OR f.keep_until <= now() OR f.state = 'arriving' AND f.created_at < now() - interval '1 day' $$;
REVOKE ALL ON FUNCTION app.shops_with_due_files() FROM PUBLIC;
GRANT EXECUTE ON FUNCTION app.shops_with_due_files() TO sma_worker;
RESET ROLE;
REVOKE CREATE ON SCHEMA app FROM sma_definer;
