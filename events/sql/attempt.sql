-- Counts an attempt to fold the next events into a generation, in a transaction that ends before the work begins.
-- Answers the number of failed attempts before it; null: not now, because there is nothing to fold, or it waits after an
-- error, or p_enough attempts have failed (then it is parked), or the generation is gone.
CREATE OR REPLACE FUNCTION es.attempt(p_project uuid, p_projection text, p_generation int, p_enough int) RETURNS int
LANGUAGE plpgsql SET plan_cache_mode = force_generic_plan AS $$
DECLARE
  failed int;
  parked timestamptz;
BEGIN
  PERFORM set_config('synchronous_commit', 'off', true);  -- until the end of the transaction: a count may get lost
  IF NOT EXISTS (SELECT FROM es.checkpoint c
                  WHERE c.project = p_project AND c.projection = p_projection AND c.generation = p_generation) THEN
    BEGIN
      INSERT INTO es.checkpoint (project, projection, generation) VALUES (p_project, p_projection, p_generation)
        ON CONFLICT DO NOTHING;
    EXCEPTION WHEN foreign_key_violation THEN
      RETURN NULL;
    END;
  END IF;
  UPDATE es.checkpoint c
     SET attempts = c.attempts + 1,
         next_attempt_at = CASE WHEN c.attempts > 0 THEN now() + least(power(2, c.attempts), 60) * interval '1 second' END,
         parked_at = CASE WHEN c.attempts >= p_enough THEN now() END,
         error = CASE WHEN c.attempts >= p_enough THEN coalesce(c.error, 'workers died at this event') ELSE c.error END,
         error_position = CASE WHEN c.attempts >= p_enough THEN c.position + 1 ELSE c.error_position END
   WHERE c.project = p_project AND c.projection = p_projection AND c.generation = p_generation
     AND c.parked_at IS NULL AND (c.next_attempt_at IS NULL OR c.next_attempt_at <= now())
     AND c.position < (SELECT e.position FROM es.event e WHERE e.project = p_project ORDER BY e.position DESC LIMIT 1)
  RETURNING c.attempts - 1, c.parked_at INTO failed, parked;
  RETURN CASE WHEN parked IS NULL THEN failed END;
END $$;
