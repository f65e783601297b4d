-- A door that works before a tenant is known: which shops have files that were handed over a day ago and never imported. The disk of the node that took them in may be gone.
GRANT CREATE ON SCHEMA app TO sma_definer;
GRANT SELECT ON app.imports TO sma_definer;
CREATE POLICY definer_drafts ON app.imports FOR SELECT TO sma_definer USING (status = 'draft');
SET ROLE sma_definer;
CREATE FUNCTION app.shops_with_old_drafts() RETURNS TABLE(user_id uuid)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
  SELECT DISTINCT i.user_id FROM app.imports i WHERE i.status = 'draft' AND i.created_at < now() - interval '1 day' $$;
REVOKE ALL ON FUNCTION app.shops_with_old_drafts() FROM PUBLIC;
GRANT EXECUTE ON FUNCTION app.shops_with_old_drafts() TO sma_worker;
RESET ROLE;
REVOKE CREATE ON SCHEMA app FROM sma_definer;
