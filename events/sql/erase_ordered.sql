-- Carries out what an event of the log ordered: erases the contents that the event at p_position names. The application
-- may erase in no other way, so nothing is ever erased that the log does not say is. Done twice it does nothing more.
-- Only contents of earlier events of the same stream go. The hashes of the commands that brought them go with them:
-- they are not salted, so whoever guessed a text could make sure of it.
CREATE OR REPLACE FUNCTION es.erase_ordered(p_project uuid, p_position bigint) RETURNS bigint
LANGUAGE plpgsql SECURITY DEFINER SET search_path = es, pg_temp AS $$
DECLARE
  named uuid[]; brought uuid[]; commands uuid[];
BEGIN
  SELECT ARRAY(SELECT jsonb_array_elements_text(e.payload -> 'contents')::uuid) INTO named
    FROM es.event e WHERE e.project = p_project AND e.position = p_position AND e.type = 'content_erased';
  IF NOT FOUND THEN
    RAISE EXCEPTION 'no event at position % orders an erasure', p_position USING ERRCODE = 'ES404';
  END IF;
  SELECT coalesce(array_agg(o.content_id), '{}'), coalesce(array_agg(o.command_id), '{}') INTO brought, commands
    FROM es.event e JOIN es.event o ON o.project = e.project AND o.stream = e.stream AND o.version < e.version
   WHERE e.project = p_project AND e.position = p_position AND o.content_id = ANY (named);
  UPDATE es.command SET request = sha256(uuid_send(gen_random_uuid()) || uuid_send(gen_random_uuid()))
   WHERE project = p_project AND command_id = ANY (commands);
  RETURN es.erase(p_project, brought);
END $$;
