-- What is wrong around a project's chain: versions, the registry of streams, erasable contents of events after p_after,
-- erasures, a tail cut off. Contents of events up to p_left_out, and those in p_gone, were not in the file that the log
-- arrived in, so these alone may count as erased without an event that ordered it.
CREATE OR REPLACE FUNCTION es.verify_rest(
  p_project uuid, p_after bigint DEFAULT 0, p_left_out bigint DEFAULT 0, p_gone uuid[] DEFAULT '{}')
RETURNS TABLE (bad_position bigint, fault text, what text) LANGUAGE sql STABLE AS $$
  WITH head AS (SELECT coalesce(max(position), 0) AS position FROM es.event WHERE project = p_project),
  streams AS (
    SELECT stream, count(*) AS events, min(version) AS first, max(version) AS last, min(position) AS position,
           array_agg(position) FILTER (WHERE type = 'content_erased') AS orders
      FROM es.event WHERE project = p_project GROUP BY stream),
  -- Contents that an event of their stream erased: what es.erase_ordered takes.
  erased AS MATERIALIZED (
    SELECT b.content_id, b.position, min(o.position) AS ordered_at
      FROM streams s
      CROSS JOIN LATERAL unnest(s.orders) p
      JOIN es.event o ON o.project = p_project AND o.position = p
      CROSS JOIN LATERAL jsonb_array_elements_text(
        CASE jsonb_typeof(o.payload -> 'contents') WHEN 'array' THEN o.payload -> 'contents' END) named
      JOIN es.event b ON b.project = p_project AND b.stream = o.stream AND b.version < o.version
                     AND b.content_id::text = named
     GROUP BY 1, 2)
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
              -- Nothing is encrypted here: what says that it is hides what it was.
              ELSE c.key_id IS NOT NULL OR sha256(c.salt || c.body) <> e.commitment END
  UNION ALL
  SELECT coalesce(b.position, 1), 'unordered',
         CASE WHEN b.position IS NULL THEN format('content %s counts as erased, but no event brought it', x.content_id)
              ELSE 'its content counts as erased, but no event ordered that' END
    FROM es.erasure x LEFT JOIN es.event b ON b.project = x.project AND b.content_id = x.content_id
   WHERE x.project = p_project AND (b.position IS NULL OR b.position > p_left_out)
     AND x.content_id <> ALL (p_gone)
     AND NOT EXISTS (SELECT FROM erased WHERE erased.content_id = x.content_id)
  UNION ALL
  SELECT d.position, 'unerased', format('its content is here, but the event at %s erased it', d.ordered_at)
    FROM erased d JOIN es.content c ON c.project = p_project AND c.content_id = d.content_id
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
