-- An event as one line of JSON: every column that carries meaning, in this order, for ever. The chain covers exactly
-- these bytes, and an exported log consists of them, so that it can be checked without knowing PostgreSQL.
-- jsonb's text form is canonical: keys sorted, one spelling a value. Times are microseconds since 1970.
CREATE OR REPLACE FUNCTION es.event_line(
  project uuid, pos bigint, stream uuid, version int, recorded_at timestamptz, issued_by uuid, type text,
  schema_version int, entity uuid, command uuid, correlation uuid, payload jsonb, content uuid, commitment bytea)
RETURNS text LANGUAGE sql STABLE PARALLEL SAFE RETURN
  json_build_array(
    project, pos, stream, version, (extract(epoch FROM recorded_at) * 1000000)::bigint, issued_by, type, schema_version,
    entity, command, correlation, payload, content, encode(commitment, 'hex'))::text;
