-- The application may read the log and call append; it has no right to change an event. Read models live in
-- the schema "read", which the application owns: they are disposable. Whoever runs this need not be a superuser:
-- it owns the database and may create roles, or was granted palimpsest_app WITH ADMIN OPTION.
DO $$
BEGIN
  IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'palimpsest_app') THEN
    BEGIN
      CREATE ROLE palimpsest_app NOLOGIN;
    EXCEPTION WHEN duplicate_object OR unique_violation THEN NULL;  -- another database of this server made it meanwhile
    END;
  END IF;
  -- Since PostgreSQL 16 a member needs the SET option to give schemas away; the creator of a role grants it to itself.
  IF NOT (SELECT rolsuper FROM pg_roles WHERE rolname = current_user) THEN
    BEGIN
      EXECUTE format('GRANT palimpsest_app TO %I', current_user);
    EXCEPTION WHEN insufficient_privilege THEN
      IF NOT pg_has_role('palimpsest_app', 'USAGE') THEN
        RAISE;
      END IF;
    END;
  END IF;
  EXECUTE 'CREATE SCHEMA IF NOT EXISTS read AUTHORIZATION palimpsest_app';
  BEGIN
    EXECUTE format('GRANT CONNECT, TEMPORARY ON DATABASE %I TO palimpsest_app', current_database());
  EXCEPTION WHEN insufficient_privilege THEN NULL;  -- not ours to grant; everybody has both unless they were taken away
  END;
END $$;
GRANT USAGE ON SCHEMA es, public TO palimpsest_app;
GRANT SELECT ON ALL TABLES IN SCHEMA es TO palimpsest_app;
GRANT INSERT, UPDATE, DELETE ON es.projection, es.checkpoint, es.snapshot TO palimpsest_app;
GRANT INSERT ON es.chain_checkpoint TO palimpsest_app;
REVOKE ALL ON ALL FUNCTIONS IN SCHEMA es FROM PUBLIC;
GRANT EXECUTE ON FUNCTION es.lock_key, es.append, es.known, es.tails, es.attempt, es.erase_ordered, es.event_line,
                          es.event_hash, es.verify,
                          es.verify_rest, es.server
  TO palimpsest_app;
-- Tables of Django's own apps (accounts, sessions, jobs) are written by the application.
GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO palimpsest_app;
GRANT USAGE ON ALL SEQUENCES IN SCHEMA public TO palimpsest_app;
ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO palimpsest_app;
ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT USAGE ON SEQUENCES TO palimpsest_app;
