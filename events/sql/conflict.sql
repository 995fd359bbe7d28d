-- The events after a version that clash with a command: [version], null if none.
--
-- They clash when they concern an entity that the command's events concern or rely on, and when either side concerns
-- the whole stream. Events of p_aware, commands that whoever gives this one knows of, clash with nothing. A command
-- without events changes nothing, so nothing clashes with it.
CREATE OR REPLACE FUNCTION es.conflict(
  p_project uuid, p_stream uuid, p_expected int, p_command int, p_events jsonb, p_aware uuid[])
RETURNS jsonb LANGUAGE plpgsql STABLE AS $$
DECLARE
  touched uuid[];
  structural boolean;
BEGIN
  SELECT array_agg(t.entity), bool_or(t.entity IS NULL) INTO touched, structural FROM (
    SELECT (ev ->> 'e')::uuid AS entity FROM jsonb_array_elements(p_events) ev WHERE (ev -> 'c')::int = p_command
    UNION ALL
    SELECT r::uuid FROM jsonb_array_elements(p_events) ev, jsonb_array_elements_text(ev -> 'r') r
     WHERE (ev -> 'c')::int = p_command) t;
  RETURN (
    SELECT jsonb_agg(e.version ORDER BY e.version) FROM es.event e
     WHERE e.project = p_project AND e.stream = p_stream AND e.version > p_expected
       AND touched IS NOT NULL AND (structural OR e.entity_id IS NULL OR e.entity_id = ANY (touched))
       AND e.command_id <> ALL (p_aware));
END $$;
