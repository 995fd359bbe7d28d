-- Every break in a project's chain after a position: a gap, a wrong link, changed content, a version out of order.
CREATE OR REPLACE FUNCTION es.verify(p_project uuid, p_after bigint DEFAULT 0, p_hash bytea DEFAULT '\x')
RETURNS TABLE (bad_position bigint, what text) LANGUAGE sql STABLE AS $$
  SELECT t.position,
         CASE WHEN t.position <> t.before + 1 THEN format('position %s follows %s', t.position, t.before)
              WHEN t.recorded_at < t.before_at THEN 'recorded earlier than the event before'
              ELSE 'the hash does not cover this event and the one before' END
    FROM (SELECT e.*,
                 lag(e.hash, 1, p_hash) OVER w AS prev,
                 lag(e.position, 1, p_after) OVER w AS before,
                 lag(e.recorded_at) OVER w AS before_at
            FROM es.event e WHERE e.project = p_project AND e.position > p_after
          WINDOW w AS (ORDER BY e.position)) t
   WHERE t.position <> t.before + 1
      OR t.recorded_at < t.before_at
      OR t.hash <> es.event_hash(t.prev, t.project, t.position, t.stream, t.version, t.recorded_at, t.issued_by, t.type,
                                 t.schema_version, t.entity_id, t.command_id, t.correlation_id, t.payload, t.content_id,
                                 t.commitment)
   ORDER BY t.position
$$;
