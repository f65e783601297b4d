-- What must hold for one shop to be blind to another's rows. Every row this answers is a hole, named by its first words.
-- Any role can run it: it reads the catalogs only.
SELECT 'rls off: ' || c.relname AS hole
FROM pg_class c
WHERE c.relnamespace = 'app'::regnamespace AND c.relkind IN ('r', 'p') AND NOT (c.relrowsecurity AND c.relforcerowsecurity)
UNION ALL
-- the same condition for reading and for writing, for every command
SELECT 'no tenant policy: ' || c.relname
FROM pg_class c
WHERE c.relnamespace = 'app'::regnamespace AND c.relkind IN ('r', 'p')
  AND NOT EXISTS (SELECT FROM pg_policies p
                  WHERE p.schemaname = 'app' AND p.tablename = c.relname AND p.policyname = 'tenant' AND p.cmd = 'ALL'
                    AND p.permissive = 'PERMISSIVE' AND p.with_check = p.qual AND p.qual LIKE '%tenant_id()%')
UNION ALL
-- policies of one table add up: one that asks for no tenant opens the table, whatever the others say
SELECT 'policy without tenant: ' || p.tablename || '.' || p.policyname
FROM pg_policies p
WHERE p.schemaname = 'app' AND p.permissive = 'PERMISSIVE'
  AND p.roles && '{public,sma_app,sma_worker,authenticated,anon}'::name[]
  AND NOT (coalesce(p.qual, p.with_check) ~ '(tenant_id|auth\.uid)\(\)' AND coalesce(p.with_check, p.qual) ~ '(tenant_id|auth\.uid)\(\)')
UNION ALL
SELECT 'privileged role: ' || r.rolname
FROM pg_roles r
WHERE r.rolname IN ('sma_owner', 'sma_app', 'sma_worker', 'sma_admin', 'sma_definer')
  AND (r.rolsuper OR r.rolbypassrls OR r.rolcreaterole OR r.rolreplication)
UNION ALL
SELECT 'runtime role is member of ' || r.rolname
FROM pg_auth_members m JOIN pg_roles r ON r.oid = m.roleid JOIN pg_roles u ON u.oid = m.member
WHERE u.rolname IN ('sma_app', 'sma_worker', 'sma_admin')
UNION ALL
-- an owner may switch the protection off
SELECT 'runtime role owns ' || c.relname
FROM pg_class c JOIN pg_roles r ON r.oid = c.relowner
WHERE c.relnamespace = 'app'::regnamespace AND r.rolname IN ('sma_app', 'sma_worker', 'sma_admin')
UNION ALL
SELECT 'runtime role may create in schema app: ' || r.rolname
FROM pg_roles r
WHERE r.rolname IN ('sma_app', 'sma_worker', 'sma_admin') AND has_schema_privilege(r.oid, 'app', 'CREATE')
UNION ALL
-- also unique indexes that are no constraint; else a key tells that another shop has the value
SELECT 'key without user_id first: ' || i.indexrelid::regclass
FROM pg_index i JOIN pg_class c ON c.oid = i.indrelid
WHERE c.relnamespace = 'app'::regnamespace AND i.indisunique AND c.relname <> 'users'
  AND NOT EXISTS (SELECT FROM pg_attribute a
                  WHERE a.attrelid = i.indrelid AND a.attname = 'user_id' AND a.attnum = i.indkey[0])
UNION ALL
-- foreign keys are checked without row level security: only user_id in them keeps a row with its own shop
SELECT 'foreign key without user_id first: ' || k.conname
FROM pg_constraint k
WHERE k.connamespace = 'app'::regnamespace AND k.contype = 'f'
  AND NOT EXISTS (SELECT FROM pg_attribute a
                  WHERE a.attrelid = k.conrelid AND a.attname = 'user_id' AND a.attnum = k.conkey[1])
UNION ALL
SELECT 'definer without search_path: ' || p.oid::regprocedure
FROM pg_proc p
WHERE p.pronamespace = 'app'::regnamespace AND p.prosecdef AND NOT coalesce(p.proconfig::text, '') LIKE '%search_path=%'
UNION ALL
SELECT 'definer executable by PUBLIC: ' || p.oid::regprocedure
FROM pg_proc p
WHERE p.pronamespace = 'app'::regnamespace AND p.prosecdef AND has_function_privilege('public', p.oid, 'EXECUTE')
UNION ALL
SELECT 'view not security_invoker: ' || c.relname
FROM pg_class c
WHERE c.relnamespace = 'app'::regnamespace AND c.relkind = 'v' AND NOT coalesce(c.reloptions::text, '') ~ 'security_invoker=(true|on|1)'
UNION ALL
SELECT 'materialized view ignores row level security: ' || c.relname
FROM pg_class c
WHERE c.relnamespace = 'app'::regnamespace AND c.relkind = 'm'
