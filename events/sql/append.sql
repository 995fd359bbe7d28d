-- Appends the events of some commands to one project's log: all or nothing, in one round trip.
--
-- p_streams, p_seen              the streams that were read or are written, and the versions the deciders judged by
--                                (null: not checked); below, streams and commands are numbered from 1
-- p_names                        [{"id", "kind", "subject", "owner"}] of written streams that may be new
-- p_commands, p_requests         ids, and sha256 of the bodies
-- p_on, p_expected               the stream a command is about, and its version on the person's screen (null: not checked)
-- p_aware                        commands whose events the person knows of although "expected" is older
-- p_events                       [{"c": command, "s": stream, "t": type, "v": schema version, "e": entity, "p": payload,
--                                "x": content, "k": commitment in hex, "r": [entities it relies on]}], by command
-- p_contents, _subjects, _salts, _bodies, _digests  the erasable parts of those events
--
-- Answers {"status": "ok", "first": [], "last": [], "version": []}            written; one of each a command
--         {"status": "stale", "stream", "actual"}                             judged by an old version: read, judge again
--         {"status": "known", "commands": {id: [first, last, same body]}}     some commands were written before
--         {"status": "conflict", "command", "actual", "since": [version]}     somebody changed the same entity since
-- In every answer but "ok" nothing is written.
--
-- Plans are kept and must not depend on how few rows there were when they were made: no scans of whole tables, no
-- planning anew because the planner does not see that only one partition will be read.
CREATE OR REPLACE FUNCTION es.append(
  p_project uuid, p_issued_by uuid, p_correlation uuid,
  p_streams uuid[], p_seen int[], p_names jsonb,
  p_commands uuid[], p_requests bytea[], p_on int[], p_expected int[], p_aware uuid[],
  p_events jsonb,
  p_contents uuid[] DEFAULT NULL, p_subjects uuid[] DEFAULT NULL, p_salts bytea[] DEFAULT NULL,
  p_bodies bytea[] DEFAULT NULL, p_digests bytea[] DEFAULT NULL)
RETURNS jsonb LANGUAGE plpgsql SECURITY DEFINER SET search_path = es, pg_temp
SET plan_cache_mode = force_generic_plan SET enable_seqscan = off AS $$
DECLARE
  pos bigint; prev bytea; at timestamptz;              -- the head, then each new event
  versions int[]; before int[];                        -- of p_streams
  new_log boolean; locked boolean; known jsonb; clash jsonb; ev jsonb; n int := 0; s int; written int;
  firsts bigint[] := '{}'; lasts bigint[] := '{}'; reached int[] := '{}';                              -- by command
  a_pos bigint[] := '{}'; a_stream uuid[] := '{}'; a_version int[] := '{}'; a_command uuid[] := '{}';  -- by event
  a_hash bytea[] := '{}'; a_event jsonb[] := '{}';
BEGIN
  IF current_setting('transaction_isolation') <> 'read committed' THEN
    RAISE EXCEPTION 'append needs READ COMMITTED: an older snapshot would miss the head' USING ERRCODE = 'ES400';
  END IF;
  -- Before anything is read, and held until commit: so position order = commit order = visibility order.
  locked := pg_advisory_xact_lock(es.lock_key(p_project)) IS NOT NULL;

  SELECT e.position, e.hash, greatest(clock_timestamp(), e.recorded_at) INTO pos, prev, at FROM es.event e
   WHERE e.project = p_project ORDER BY e.position DESC LIMIT 1;
  IF NOT FOUND THEN
    new_log := true;
    pos := 0;
    prev := '\x';
    at := clock_timestamp();
  END IF;
  before := ARRAY(
    SELECT coalesce((SELECT e.version FROM es.event e WHERE e.project = p_project AND e.stream = w.stream
                      ORDER BY e.version DESC LIMIT 1), 0)
      FROM (SELECT unnest(p_streams) AS stream) w);
  versions := before;

  IF before <> p_seen THEN
    FOR i IN 1 .. cardinality(p_streams) LOOP
      IF before[i] <> p_seen[i] THEN
        RETURN jsonb_build_object('status', 'stale', 'stream', p_streams[i], 'actual', before[i]);
      END IF;
    END LOOP;
  END IF;

  -- The common case, one command whose author has seen everything, is found out by the insert below.
  IF cardinality(p_commands) > 1 OR p_expected[1] <> versions[p_on[1]] THEN
    known := es.known(p_project, p_commands, p_requests);
    IF known IS NOT NULL THEN
      RETURN jsonb_build_object('status', 'known', 'commands', known);
    END IF;
    FOR i IN 1 .. cardinality(p_commands) LOOP
      CONTINUE WHEN p_expected[i] IS NULL OR p_expected[i] = versions[p_on[i]];
      clash := es.conflict(p_project, p_streams[p_on[i]], p_expected[i], i, p_events, p_aware);
      -- A version beyond the stream's end comes from a database that was since restored to an older state.
      IF clash IS NOT NULL OR p_expected[i] > versions[p_on[i]] THEN
        RETURN jsonb_build_object('status', 'conflict', 'command', p_commands[i], 'actual', versions[p_on[i]],
                                  'since', coalesce(clash, '[]'));
      END IF;
    END LOOP;
  END IF;

  FOR i IN 1 .. cardinality(p_commands) LOOP
    firsts := array_append(firsts, pos + 1);
    LOOP
      ev := p_events -> n;
      EXIT WHEN ev IS NULL OR (ev -> 'c')::int <> i;
      n := n + 1;
      pos := pos + 1;
      s := (ev -> 's')::int;
      versions[s] := versions[s] + 1;
      prev := es.event_hash(prev, p_project, pos, p_streams[s], versions[s], at, p_issued_by, ev ->> 't', (ev -> 'v')::int,
                            (ev ->> 'e')::uuid, p_commands[i], p_correlation, ev -> 'p', (ev ->> 'x')::uuid,
                            decode(ev ->> 'k', 'hex'));
      a_pos := array_append(a_pos, pos);
      a_stream := array_append(a_stream, p_streams[s]);
      a_version := array_append(a_version, versions[s]);
      a_command := array_append(a_command, p_commands[i]);
      a_hash := array_append(a_hash, prev);
      a_event := array_append(a_event, ev);
    END LOOP;
    lasts := array_append(lasts, pos);
    reached := array_append(reached, versions[p_on[i]]);
  END LOOP;
  IF n <> jsonb_array_length(p_events) THEN
    RAISE EXCEPTION 'the events are not in the order of their commands' USING ERRCODE = 'ES400';
  END IF;

  INSERT INTO es.command (project, command_id, request, first_position, last_position, recorded_at)
    SELECT p_project, w.id, w.request, w.first, w.last, at
      FROM (SELECT unnest(p_commands) AS id, unnest(p_requests) AS request, unnest(firsts) AS first, unnest(lasts) AS last) w
    ON CONFLICT (project, command_id) DO NOTHING;
  GET DIAGNOSTICS written = ROW_COUNT;
  IF written = 0 THEN
    RETURN jsonb_build_object('status', 'known', 'commands', es.known(p_project, p_commands, p_requests));
  ELSIF written < cardinality(p_commands) THEN
    RAISE EXCEPTION 'a command comes twice in one request' USING ERRCODE = 'ES400';
  END IF;
  IF n = 0 THEN
    RETURN jsonb_build_object('status', 'ok', 'first', firsts, 'last', lasts, 'version', reached);
  END IF;

  IF p_contents IS NOT NULL THEN
    INSERT INTO es.content (project, content_id, subject, salt, body, digest)
      SELECT p_project, w.* FROM unnest(p_contents, p_subjects, p_salts, p_bodies, p_digests) w;
  END IF;
  IF p_names IS NOT NULL THEN
    INSERT INTO es.stream (project, stream, kind, subject, owner)
      SELECT p_project, w.id, w.kind, w.subject, w.owner
        FROM jsonb_to_recordset(p_names) AS w (id uuid, kind text, subject uuid, owner uuid)
      ON CONFLICT (project, stream) DO NOTHING;
  END IF;
  IF 0 = ANY (before) THEN
    FOR i IN 1 .. cardinality(p_streams) LOOP
      IF before[i] = 0 AND versions[i] > 0
         AND NOT EXISTS (SELECT FROM es.stream r WHERE r.project = p_project AND r.stream = p_streams[i]) THEN
        RAISE EXCEPTION 'stream % has no name', p_streams[i] USING ERRCODE = 'ES400';
      END IF;
    END LOOP;
  END IF;
  INSERT INTO es.event (project, position, stream, version, recorded_at, issued_by, type, schema_version, entity_id,
                        command_id, correlation_id, payload, content_id, commitment, hash)
    SELECT p_project, w.pos, w.stream, w.version, at, p_issued_by, w.ev ->> 't', (w.ev -> 'v')::smallint,
           (w.ev ->> 'e')::uuid, w.command, p_correlation, w.ev -> 'p', (w.ev ->> 'x')::uuid,
           decode(w.ev ->> 'k', 'hex'), w.hash
      FROM (SELECT unnest(a_pos) AS pos, unnest(a_stream) AS stream, unnest(a_version) AS version,
                   unnest(a_command) AS command, unnest(a_event) AS ev, unnest(a_hash) AS hash) w;
  IF new_log THEN
    INSERT INTO es.log (project, created_at) VALUES (p_project, at);
  END IF;
  RETURN jsonb_build_object('status', 'ok', 'first', firsts, 'last', lasts, 'version', reached);
END $$;
