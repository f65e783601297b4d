-- Where this database lives, and whether anything may be sent from here; see docs/decisions/0015. Beside the job library's table:
-- it belongs to no tenant.
CREATE TABLE jobs.installation (
  sole boolean PRIMARY KEY DEFAULT true CHECK (sole),
  -- jobs.mark() when sending was last switched; null or another: the database was put back from a backup, or copied
  mark text,
  sending boolean NOT NULL DEFAULT true,
  switched_at timestamptz NOT NULL DEFAULT now());

-- Differs from that of any copy: the cluster, the timeline that a recovery to a point in time begins anew, the database and the table of
-- messages. What a server doesn't tell, or not at the moment (before PostgreSQL 15.5 while a checkpoint writes it), is left empty.
CREATE FUNCTION jobs.mark() RETURNS text LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE cluster text := ''; timeline text := '';
BEGIN
  BEGIN cluster := (SELECT system_identifier FROM pg_control_system());
  EXCEPTION WHEN OTHERS THEN NULL; END;
  -- of what is written now; the control file's is that of the last checkpoint
  BEGIN timeline := left(pg_walfile_name(pg_current_wal_lsn()), 8);
  EXCEPTION WHEN OTHERS THEN NULL; END;
  RETURN concat_ws('/', cluster, timeline,
                   (SELECT oid FROM pg_database WHERE datname = current_database()),
                   to_regclass('app.message_outbox')::oid);
END $$;

-- Whether two marks may be of one place: no part that both know differs.
CREATE FUNCTION jobs.is_same_place(one text, other text) RETURNS boolean LANGUAGE sql IMMUTABLE SET search_path = pg_catalog, pg_temp AS $$
  SELECT one IS NOT NULL AND NOT EXISTS (
    SELECT FROM unnest(string_to_array(one, '/'), string_to_array(other, '/')) parts (a, b) WHERE a <> '' AND b <> '' AND a <> b) $$;

-- Why nothing may be sent: a key below campaign.paused.; null where it may.
CREATE FUNCTION jobs.sending_off() RETURNS text LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
  SELECT CASE WHEN NOT jobs.is_same_place(i.mark, jobs.mark()) THEN 'restored' WHEN NOT i.sending THEN 'off' END
  FROM (SELECT) one LEFT JOIN jobs.installation i ON true $$;

REVOKE ALL ON FUNCTION jobs.mark(), jobs.is_same_place(text, text), jobs.sending_off() FROM PUBLIC;
GRANT EXECUTE ON FUNCTION jobs.sending_off() TO sma_app, sma_worker;

INSERT INTO jobs.installation (mark) VALUES (jobs.mark());

CALL app.protect_tables();
