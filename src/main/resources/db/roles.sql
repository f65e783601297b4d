-- Run once by an administrator (a superuser, or the owner of a hosted project) in the application's database.
-- Roles are cluster-wide; running it again changes nothing but the passwords.
DO $$
DECLARE r text;
BEGIN
  FOREACH r IN ARRAY ARRAY['sma_owner', 'sma_app', 'sma_worker', 'sma_admin', 'sma_backup'] LOOP
    IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = r) THEN EXECUTE format('CREATE ROLE %I LOGIN', r); END IF;
  END LOOP;
  IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'sma_definer') THEN CREATE ROLE sma_definer NOLOGIN; END IF;
END $$;

ALTER ROLE sma_owner  NOBYPASSRLS NOCREATEROLE NOCREATEDB PASSWORD '${owner_password}';
ALTER ROLE sma_app    NOBYPASSRLS NOCREATEROLE NOCREATEDB NOINHERIT PASSWORD '${app_password}';
ALTER ROLE sma_worker NOBYPASSRLS NOCREATEROLE NOCREATEDB NOINHERIT PASSWORD '${worker_password}';
ALTER ROLE sma_admin  NOBYPASSRLS NOCREATEROLE NOCREATEDB NOINHERIT PASSWORD '${admin_password}';
-- a request that waits for another's lock is answered 503 rather than keeping a connection from others
ALTER ROLE sma_app    SET lock_timeout = '10s';
ALTER ROLE sma_admin  SET lock_timeout = '10s';
ALTER ROLE sma_backup BYPASSRLS PASSWORD '${backup_password}';
GRANT sma_definer TO sma_owner;
GRANT pg_read_all_data TO sma_backup;
-- An import looks up each customer once instead of once for each sale (docs/decisions/0006). Only a superuser may grant it;
-- without it imports are slower and otherwise the same.
DO $$
BEGIN
  GRANT SET ON PARAMETER session_replication_role TO sma_worker;
EXCEPTION WHEN insufficient_privilege THEN
  RAISE NOTICE 'sma_worker imports without session_replication_role: a million sales take about half as long again';
END $$;

REVOKE ALL ON SCHEMA public FROM PUBLIC;
DO $$
BEGIN
  EXECUTE format('REVOKE ALL ON DATABASE %I FROM PUBLIC', current_database());
  EXECUTE format('GRANT CONNECT ON DATABASE %I TO sma_app, sma_worker, sma_admin, sma_backup, sma_owner', current_database());
  -- imports copy into temporary tables
  EXECUTE format('GRANT TEMPORARY ON DATABASE %I TO sma_app, sma_worker', current_database());
  EXECUTE format('GRANT CREATE ON DATABASE %I TO sma_owner', current_database());
END $$;
