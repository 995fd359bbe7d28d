-- What some streams hold from a version on: the event of that version itself, without its content, so that its hash
-- shows whether what was read before is still so, and all later ones with theirs; by stream, in order.
-- Bodies of the types in p_lazy are left out.
--
-- The shape of the query leaves the planner no choice but an index: plans are kept, and statistics may be old.
CREATE OR REPLACE FUNCTION es.tails(p_project uuid, p_streams uuid[], p_versions int[], p_lazy text[])
RETURNS TABLE (
  hash bytea, project uuid, "position" bigint, stream uuid, version int, recorded_at timestamptz, issued_by uuid, type text,
  schema_version smallint, entity_id uuid, command_id uuid, correlation_id uuid, content_id uuid, payload text, body bytea)
LANGUAGE plpgsql STABLE SET plan_cache_mode = force_generic_plan SET enable_seqscan = off AS $$
#variable_conflict use_column
BEGIN
  RETURN QUERY
  SELECT e.hash, e.project, e.position, e.stream, e.version, e.recorded_at, e.issued_by, e.type, e.schema_version,
         e.entity_id, e.command_id, e.correlation_id, e.content_id,
         CASE WHEN e.version > w.version THEN e.payload::text END,
         CASE WHEN e.version > w.version AND e.content_id IS NOT NULL AND e.type <> ALL (p_lazy)
              THEN (SELECT c.body FROM es.content c WHERE c.project = p_project AND c.content_id = e.content_id) END
    FROM (SELECT unnest(p_streams) AS stream, unnest(p_versions) AS version) w
    CROSS JOIN LATERAL (SELECT * FROM es.event e WHERE e.project = p_project AND e.stream = w.stream AND e.version >= w.version
                         ORDER BY e.version OFFSET 0) e;
END $$;
