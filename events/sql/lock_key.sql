-- The advisory lock of a project's log: whoever holds it until commit is alone in appending.
CREATE OR REPLACE FUNCTION es.lock_key(project uuid) RETURNS bigint LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN uuid_hash_extended(project, 7001);
