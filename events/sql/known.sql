-- What was written before under these command ids: {id: [first position, last position, same body]}, null if nothing.
-- One by one through the index: nothing tells the planner how few they are.
CREATE OR REPLACE FUNCTION es.known(p_project uuid, p_commands uuid[], p_requests bytea[]) RETURNS jsonb LANGUAGE sql STABLE
RETURN (
  SELECT jsonb_object_agg(c.command_id, jsonb_build_array(c.first_position, c.last_position, c.request = w.request))
    FROM (SELECT unnest(p_commands) AS id, unnest(p_requests) AS request) w
   CROSS JOIN LATERAL (SELECT * FROM es.command k WHERE k.project = p_project AND k.command_id = w.id OFFSET 0) c);
