-- What is wrong around a project's chain: versions, the registry of streams, erasable contents of events after p_after,
-- a tail cut off.
CREATE OR REPLACE FUNCTION es.verify_rest(p_project uuid, p_after bigint DEFAULT 0)
RETURNS TABLE (bad_position bigint, fault text, what text) LANGUAGE sql STABLE AS $$
  WITH head AS (SELECT coalesce(max(position), 0) AS position FROM es.event WHERE project = p_project),
  streams AS (
    SELECT stream, count(*) AS events, min(version) AS first, max(version) AS last, min(position) AS position
      FROM es.event WHERE project = p_project GROUP BY stream)
  SELECT f.position, 'changed', format('version %s of stream %s, where %s would follow', f.version, s.stream, f.n)
    FROM streams s
    CROSS JOIN LATERAL (
      SELECT * FROM (SELECT e.position, e.version, row_number() OVER (ORDER BY e.position) AS n
                       FROM es.event e WHERE e.project = p_project AND e.stream = s.stream) o
       WHERE o.version <> o.n ORDER BY o.position LIMIT 1) f
   WHERE s.first <> 1 OR s.last <> s.events
  UNION ALL
  SELECT s.position, 'lost', format('stream %s is not in the registry', s.stream)
    FROM streams s WHERE NOT EXISTS (SELECT FROM es.stream r WHERE r.project = p_project AND r.stream = s.stream)
  UNION ALL
  SELECT e.position,
         CASE WHEN c.content_id IS NULL THEN 'lost' ELSE 'changed' END,
         CASE WHEN c.content_id IS NULL THEN 'its content is lost' ELSE 'its content does not match its commitment' END
    FROM es.event e
    LEFT JOIN es.content c ON c.project = e.project AND c.content_id = e.content_id
   WHERE e.project = p_project AND e.position > p_after AND e.content_id IS NOT NULL
     AND CASE WHEN c.content_id IS NULL
              THEN NOT EXISTS (SELECT FROM es.erasure x WHERE x.project = p_project AND x.content_id = e.content_id)
              -- What is encrypted can be checked only with its key.
              ELSE c.key_id IS NULL AND sha256(c.salt || c.body) <> e.commitment END
  UNION ALL
  SELECT h.position + 1, 'truncated', format('the log ends before it, but a command wrote up to %s', c.position)
    FROM head h, (SELECT max(last_position) AS position FROM es.command
                   WHERE project = p_project AND last_position >= first_position) c
   WHERE c.position > h.position
  UNION ALL
  SELECT 1, 'lost', 'the log is not in the list of logs'
    FROM head h WHERE h.position > 0 AND NOT EXISTS (SELECT FROM es.log WHERE project = p_project)
   ORDER BY 1
$$;
