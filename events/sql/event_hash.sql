-- The link of the chain: sha256 of the hash before and of the event's line. The first event follows the empty hash.
CREATE OR REPLACE FUNCTION es.event_hash(
  before bytea, project uuid, pos bigint, stream uuid, version int, recorded_at timestamptz, issued_by uuid, type text,
  schema_version int, entity uuid, command uuid, correlation uuid, payload jsonb, content uuid, commitment bytea)
RETURNS bytea LANGUAGE sql STABLE PARALLEL SAFE RETURN
  sha256(before || convert_to(es.event_line(
    project, pos, stream, version, recorded_at, issued_by, type, schema_version, entity, command, correlation, payload,
    content, commitment), 'UTF8'));
