-- Erases contents for good; only that they were erased stays. The log still verifies: events hold salted hashes.
-- The caller records the reason as an event.
CREATE OR REPLACE FUNCTION es.erase(p_project uuid, p_contents uuid[]) RETURNS bigint
LANGUAGE sql SECURITY DEFINER SET search_path = es, pg_temp AS $$
  WITH gone AS (DELETE FROM es.content WHERE project = p_project AND content_id = ANY (p_contents) RETURNING content_id),
       noted AS (INSERT INTO es.erasure (project, content_id, erased_at)
                   SELECT p_project, content_id, clock_timestamp() FROM gone RETURNING 1)
  SELECT count(*) FROM noted
$$;
