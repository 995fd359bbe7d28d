-- Every break in a stretch of a project's chain, (p_after, p_upto]: positions that are missing, a time that runs
-- backwards, a hash that does not fit. p_hash is the hash of the event at p_after; null: it is gone, so what follows it
-- is not compared with it. A tail that was cut off shows only against what is known of it elsewhere.
CREATE OR REPLACE FUNCTION es.verify(
  p_project uuid, p_after bigint DEFAULT 0, p_upto bigint DEFAULT 9223372036854775807, p_hash bytea DEFAULT '\x')
RETURNS TABLE (bad_position bigint, fault text, what text) LANGUAGE sql STABLE AS $$
  SELECT CASE WHEN t.position <> t.before + 1 THEN t.before + 1 ELSE t.position END,
         CASE WHEN t.position <> t.before + 1 THEN 'missing' ELSE 'changed' END,
         CASE WHEN t.position <> t.before + 1 THEN
                CASE t.position - t.before WHEN 2 THEN 'there is no such event'
                     ELSE format('there are no events from here to %s', t.position - 1) END
              WHEN t.recorded_at < t.before_at THEN 'recorded earlier than the event before'
              ELSE 'its hash does not cover it and the event before' END
    FROM (SELECT e.*,
                 lag(e.hash, 1, p_hash) OVER w AS prev,
                 lag(e.position, 1, p_after) OVER w AS before,
                 lag(e.recorded_at) OVER w AS before_at
            FROM es.event e WHERE e.project = p_project AND e.position > p_after AND e.position <= p_upto
          WINDOW w AS (ORDER BY e.position)) t
   WHERE t.position <> t.before + 1
      OR t.recorded_at < t.before_at
      OR t.hash <> es.event_hash(t.prev, t.project, t.position, t.stream, t.version, t.recorded_at, t.issued_by, t.type,
                                 t.schema_version, t.entity_id, t.command_id, t.correlation_id, t.payload, t.content_id,
                                 t.commitment)
   ORDER BY t.position
$$;
