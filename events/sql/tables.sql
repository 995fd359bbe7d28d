-- The log's tables in their final shape. Every key starts with the project, so that the tables can be
-- spread over servers by project. Ids are UUIDs made by clients or derived from names, never counters:
-- a project's log keeps its ids and hashes when it moves to another server.
CREATE SCHEMA es;

CREATE FUNCTION es.server() RETURNS text LANGUAGE sql STABLE  -- changes with a restore, a fork of history, a copy
RETURN (SELECT format('%s/%s', s.system_identifier, c.timeline_id) FROM pg_control_system() s, pg_control_checkpoint() c);

CREATE TABLE es.epoch (                         -- one row; a restore brings a new id, so that clients notice
  only_row boolean PRIMARY KEY DEFAULT true CHECK (only_row),
  id uuid NOT NULL DEFAULT gen_random_uuid(),
  since timestamptz NOT NULL DEFAULT now(),
  server text NOT NULL DEFAULT es.server());    -- where the epoch began; elsewhere it is over
INSERT INTO es.epoch DEFAULT VALUES;

CREATE TABLE es.log (                           -- one row a project, written with its first event
  project uuid PRIMARY KEY,
  created_at timestamptz NOT NULL);

CREATE TABLE es.stream (                        -- insert-once registry; no counters, so appends update nothing
  project uuid NOT NULL,
  stream uuid NOT NULL,                         -- UUIDv5 of the project and the name that the other columns make
  kind text NOT NULL,
  subject uuid,
  owner uuid,
  PRIMARY KEY (project, stream),
  UNIQUE NULLS NOT DISTINCT (project, kind, subject, owner));
CREATE INDEX stream_subject ON es.stream (project, subject) WHERE subject IS NOT NULL;

CREATE TABLE es.event (
  project uuid NOT NULL,
  position bigint NOT NULL,                     -- gapless in the project; commit order = visibility order
  stream uuid NOT NULL,
  version int NOT NULL,                         -- gapless in the stream
  recorded_at timestamptz NOT NULL,             -- never runs backwards in the project
  issued_by uuid NOT NULL,
  type text NOT NULL,                           -- stored names are for ever
  schema_version smallint NOT NULL,
  entity_id uuid,                               -- null: the event concerns the whole stream
  command_id uuid NOT NULL,
  correlation_id uuid,
  payload jsonb NOT NULL,
  content_id uuid,                              -- erasable part, in es.content
  commitment bytea,                             -- sha256(salt || body) of that part
  hash bytea NOT NULL,                          -- sha256(hash of the event before || line of this event)
  span_start int GENERATED ALWAYS AS ((payload #>> '{spans,0,0}')::int) STORED,
  span_end int GENERATED ALWAYS AS ((payload #>> '{spans,-1,1}')::int) STORED,
  label text GENERATED ALWAYS AS (payload ->> 'label') STORED,
  PRIMARY KEY (project, position),
  UNIQUE (project, stream, version),
  CHECK ((content_id IS NULL) = (commitment IS NULL))
) PARTITION BY HASH (project);

CREATE TABLE es.command (                       -- idempotency; may be pruned after the retry window
  project uuid NOT NULL,
  command_id uuid NOT NULL,
  request bytea NOT NULL,                       -- sha256 of the canonical body
  first_position bigint NOT NULL,               -- last < first: the command changed nothing
  last_position bigint NOT NULL,
  recorded_at timestamptz NOT NULL,
  PRIMARY KEY (project, command_id));

CREATE TABLE es.content (                       -- everything that may have to be erased
  project uuid NOT NULL,
  content_id uuid NOT NULL,
  subject uuid,                                 -- the person or document it belongs to
  salt bytea,                                   -- null: it is inside the encrypted body
  body bytea NOT NULL,
  key_id text,                                  -- null: the body is plain; else encrypted under this key
  digest bytea,                                 -- plain sha256 of a text, to recognise it again; goes with the row
  PRIMARY KEY (project, content_id),
  CHECK ((salt IS NULL) = (key_id IS NOT NULL))
) PARTITION BY HASH (project);
CREATE INDEX content_digest ON es.content (project, digest) WHERE digest IS NOT NULL;
CREATE INDEX content_subject ON es.content (project, subject) WHERE subject IS NOT NULL;

CREATE TABLE es.erasure (                       -- what is left of erased content: that it was erased, not lost
  project uuid NOT NULL,
  content_id uuid NOT NULL,
  erased_at timestamptz NOT NULL,
  PRIMARY KEY (project, content_id));

CREATE TABLE es.chain_checkpoint (              -- signed hashes; after a change of keys a position may have several
  project uuid NOT NULL,
  position bigint NOT NULL,
  hash bytea NOT NULL,
  signed_at timestamptz NOT NULL,
  key_id text NOT NULL,
  signature bytea NOT NULL,
  PRIMARY KEY (project, position, key_id));

CREATE TABLE es.snapshot (                      -- disposable; thrown away when the code version changes
  project uuid NOT NULL,
  stream uuid NOT NULL,
  version int NOT NULL,
  code_version text NOT NULL,
  state bytea NOT NULL,
  PRIMARY KEY (project, stream));

CREATE TABLE es.projection (
  name text NOT NULL,
  generation int NOT NULL CHECK (generation > 0),
  state text NOT NULL CHECK (state IN ('building', 'following', 'live', 'retired')),
  code_version text NOT NULL,
  created_at timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (name, generation));
CREATE UNIQUE INDEX projection_live ON es.projection (name) WHERE state = 'live';

CREATE TABLE es.checkpoint (
  project uuid NOT NULL,
  projection text NOT NULL,
  generation int NOT NULL,
  position bigint NOT NULL DEFAULT 0,
  updated_at timestamptz NOT NULL DEFAULT now(),
  attempts int NOT NULL DEFAULT 0,              -- counted before the work, so that a killed worker counts too
  error text,
  error_position bigint,
  next_attempt_at timestamptz,
  parked_at timestamptz,                        -- set: waits for a person
  PRIMARY KEY (project, projection, generation),
  FOREIGN KEY (projection, generation) REFERENCES es.projection ON DELETE CASCADE) WITH (fillfactor = 50);
CREATE INDEX checkpoint_generation ON es.checkpoint (projection, generation);

DO $$
BEGIN
  FOR i IN 0..15 LOOP
    EXECUTE format('CREATE TABLE es.event_%s PARTITION OF es.event FOR VALUES WITH (MODULUS 16, REMAINDER %s)', i, i);
    EXECUTE format('CREATE TABLE es.content_%s PARTITION OF es.content FOR VALUES WITH (MODULUS 16, REMAINDER %s)', i, i);
  END LOOP;
END $$;
