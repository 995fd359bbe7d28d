-- The link of the chain: sha256 of the hash before and of every column that carries meaning.
-- jsonb's text form is canonical: keys sorted, one spelling a value.
CREATE OR REPLACE FUNCTION es.event_hash(
  before bytea, project uuid, pos bigint, stream uuid, version int, recorded_at timestamptz, issued_by uuid, type text,
  schema_version int, entity uuid, command uuid, correlation uuid, payload jsonb, content uuid, commitment bytea)
RETURNS bytea LANGUAGE sql IMMUTABLE PARALLEL SAFE RETURN
  sha256(before || convert_to(jsonb_build_array(
    project, pos, stream, version, (extract(epoch FROM recorded_at) * 1000000)::bigint, issued_by, type, schema_version,
    entity, command, correlation, payload, content, encode(commitment, 'hex'))::text, 'UTF8'));
