-- The application may read the log and call append; it has no right to change an event. Read models live in
-- the schema "read", which the application owns: they are disposable.
DO $$
BEGIN
  IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'palimpsest_app') THEN
    BEGIN
      CREATE ROLE palimpsest_app NOLOGIN;
    EXCEPTION WHEN duplicate_object OR unique_violation THEN NULL;  -- another database of this server made it meanwhile
    END;
  END IF;
  IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = current_user AND rolsuper) THEN
    EXECUTE format('GRANT palimpsest_app TO %I', current_user);
  END IF;
  EXECUTE 'CREATE SCHEMA IF NOT EXISTS read AUTHORIZATION palimpsest_app';
  EXECUTE format('GRANT CONNECT, TEMPORARY ON DATABASE %I TO palimpsest_app', current_database());
END $$;
GRANT USAGE ON SCHEMA es, public TO palimpsest_app;
GRANT SELECT ON ALL TABLES IN SCHEMA es TO palimpsest_app;
GRANT INSERT ON es.content TO palimpsest_app;
GRANT INSERT, UPDATE, DELETE ON es.projection, es.checkpoint, es.snapshot TO palimpsest_app;
GRANT INSERT ON es.chain_checkpoint TO palimpsest_app;
REVOKE ALL ON FUNCTION es.append(uuid, uuid, uuid, jsonb, jsonb) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION es.append(uuid, uuid, uuid, jsonb, jsonb) TO palimpsest_app;
-- Tables of Django's own apps (accounts, sessions, jobs) are written by the application.
GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO palimpsest_app;
GRANT USAGE ON ALL SEQUENCES IN SCHEMA public TO palimpsest_app;
ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO palimpsest_app;
ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT USAGE ON SEQUENCES TO palimpsest_app;
