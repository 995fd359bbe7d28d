-- Appends the events of some commands to one project's log: all or nothing, in one round trip.
--
-- streams  [{"id", "kind", "subject", "owner", "seen"}]   seen: the version the deciders judged by; null: not checked
-- commands [{"id", "request": hex, "expected", "on": stream index, "events":
--            [{"s": stream index, "type", "sv", "entity", "touches": [entity], "payload", "content", "commitment": hex}]}]
--   expected: the version of stream "on" that the person had on the screen, or null
--
-- Answers {"status": "ok", "outcomes": [{"first", "last", "version"}]}       written
--         {"status": "known", "commands": {id: {"first", "last"}}}         some commands were written before
--         {"status": "reused", "command"}                                  same id, other body
--         {"status": "stale", "stream", "actual"}                          judged by an old version: read and judge again
--         {"status": "conflict", "command", "actual", "since": [version]}  somebody changed the same entity since
-- In every answer but "ok" nothing is written.
CREATE OR REPLACE FUNCTION es.append(p_project uuid, p_issued_by uuid, p_correlation uuid, p_streams jsonb, p_commands jsonb)
RETURNS jsonb LANGUAGE plpgsql SECURITY DEFINER SET search_path = es, pg_temp AS $$
DECLARE
  cmd jsonb; ev jsonb; item jsonb; known jsonb; since jsonb; outcomes jsonb := '[]'; s int; n int := 0;
  pos bigint; prev bytea; at timestamptz; first bigint; cmd_id uuid; new_log boolean; touched uuid[];
  ids uuid[] := '{}'; versions int[] := '{}'; seen int; structural boolean;
  a_pos bigint[] := '{}'; a_stream uuid[] := '{}'; a_version int[] := '{}'; a_command uuid[] := '{}'; a_hash bytea[] := '{}';
  a_event jsonb[] := '{}';
BEGIN
  IF current_setting('transaction_isolation') <> 'read committed' THEN
    RAISE EXCEPTION 'append needs READ COMMITTED: an older snapshot would miss the head' USING ERRCODE = 'ES400';
  END IF;
  -- Before anything is read: this makes position order = commit order = visibility order.
  PERFORM pg_advisory_xact_lock(hashtextextended(p_project::text, 7001));

  SELECT jsonb_object_agg(c.command_id, jsonb_build_object('first', c.first_position, 'last', c.last_position,
                          'same', encode(c.request, 'hex') = x ->> 'request')) INTO known
    FROM jsonb_array_elements(p_commands) x
    JOIN es.command c ON c.project = p_project AND c.command_id = (x ->> 'id')::uuid;
  IF known IS NOT NULL THEN
    SELECT key INTO cmd_id FROM jsonb_each(known) WHERE NOT (value ->> 'same')::boolean LIMIT 1;
    IF FOUND THEN
      RETURN jsonb_build_object('status', 'reused', 'command', cmd_id);
    END IF;
    RETURN jsonb_build_object('status', 'known', 'commands', known);
  END IF;

  FOR item IN SELECT jsonb_array_elements(p_streams) LOOP
    ids := ids || (item ->> 'id')::uuid;
    SELECT e.version INTO n FROM es.event e WHERE e.project = p_project AND e.stream = (item ->> 'id')::uuid
      ORDER BY e.version DESC LIMIT 1;
    n := coalesce(n, 0);
    versions := versions || n;
    seen := (item ->> 'seen')::int;
    IF seen IS NOT NULL AND seen <> n THEN
      RETURN jsonb_build_object('status', 'stale', 'stream', item ->> 'id', 'actual', n);
    END IF;
  END LOOP;

  FOR cmd IN SELECT jsonb_array_elements(p_commands) LOOP
    CONTINUE WHEN cmd ->> 'expected' IS NULL;
    s := (cmd ->> 'on')::int + 1;
    CONTINUE WHEN (cmd ->> 'expected')::int = versions[s];
    SELECT array_agg(DISTINCT t), bool_or(t IS NULL) INTO touched, structural FROM (
      SELECT (x ->> 'entity')::uuid AS t FROM jsonb_array_elements(cmd -> 'events') x
      UNION ALL
      SELECT y::uuid FROM jsonb_array_elements(cmd -> 'events') x, jsonb_array_elements_text(coalesce(x -> 'touches', '[]')) y) z;
    SELECT jsonb_agg(e.version ORDER BY e.version) INTO since FROM es.event e
      WHERE e.project = p_project AND e.stream = ids[s] AND e.version > (cmd ->> 'expected')::int
        AND (structural OR e.entity_id IS NULL OR e.entity_id = ANY (touched));
    -- A version beyond the stream's end comes from a database that was since restored to an older state.
    IF (since IS NOT NULL AND touched IS NOT NULL) OR (cmd ->> 'expected')::int > versions[s] THEN
      RETURN jsonb_build_object('status', 'conflict', 'command', cmd ->> 'id', 'actual', versions[s],
                                'since', coalesce(since, '[]'));
    END IF;
  END LOOP;

  SELECT e.position, e.hash, e.recorded_at INTO pos, prev, at FROM es.event e
    WHERE e.project = p_project ORDER BY e.position DESC LIMIT 1;
  new_log := pos IS NULL;
  pos := coalesce(pos, 0);
  prev := coalesce(prev, '\x');
  at := greatest(clock_timestamp(), at);

  FOR cmd IN SELECT jsonb_array_elements(p_commands) LOOP
    first := pos + 1;
    cmd_id := (cmd ->> 'id')::uuid;
    s := (cmd ->> 'on')::int + 1;
    FOR ev IN SELECT jsonb_array_elements(cmd -> 'events') LOOP
      n := (ev ->> 's')::int + 1;
      pos := pos + 1;
      versions[n] := versions[n] + 1;
      prev := es.event_hash(prev, p_project, pos, ids[n], versions[n], at, p_issued_by, ev ->> 'type', (ev ->> 'sv')::int,
                            (ev ->> 'entity')::uuid, cmd_id, p_correlation, ev -> 'payload', (ev ->> 'content')::uuid,
                            decode(ev ->> 'commitment', 'hex'));
      a_pos := a_pos || pos; a_stream := a_stream || ids[n]; a_version := a_version || versions[n];
      a_command := a_command || cmd_id; a_hash := a_hash || prev; a_event := a_event || ev;
    END LOOP;
    outcomes := outcomes || jsonb_build_object('first', first, 'last', pos, 'version', versions[s]);
  END LOOP;

  IF cardinality(a_pos) > 0 THEN
    INSERT INTO es.stream (project, stream, kind, subject, owner)
      SELECT p_project, (x ->> 'id')::uuid, x ->> 'kind', (x ->> 'subject')::uuid, (x ->> 'owner')::uuid
        FROM jsonb_array_elements(p_streams) x
       WHERE (x ->> 'id')::uuid IN (SELECT u.stream FROM unnest(a_stream, a_version) AS u (stream, version) WHERE u.version = 1)
      ON CONFLICT DO NOTHING;
    INSERT INTO es.event (project, position, stream, version, recorded_at, issued_by, type, schema_version, entity_id,
                          command_id, correlation_id, payload, content_id, commitment, hash)
      SELECT p_project, u.pos, u.stream, u.version, at, p_issued_by, u.ev ->> 'type', (u.ev ->> 'sv')::smallint,
             (u.ev ->> 'entity')::uuid, u.command, p_correlation, u.ev -> 'payload', (u.ev ->> 'content')::uuid,
             decode(u.ev ->> 'commitment', 'hex'), u.hash
        FROM unnest(a_pos, a_stream, a_version, a_command, a_event, a_hash) AS u (pos, stream, version, command, ev, hash);
    IF new_log THEN
      INSERT INTO es.log (project, created_at) VALUES (p_project, at);
    END IF;
  END IF;
  INSERT INTO es.command (project, command_id, request, first_position, last_position, recorded_at)
    SELECT p_project, (c ->> 'id')::uuid, decode(c ->> 'request', 'hex'), (o ->> 'first')::bigint, (o ->> 'last')::bigint, at
      FROM jsonb_array_elements(p_commands) WITH ORDINALITY AS a (c, i)
      JOIN jsonb_array_elements(outcomes) WITH ORDINALITY AS b (o, i) USING (i);
  RETURN jsonb_build_object('status', 'ok', 'outcomes', outcomes);
END $$;
