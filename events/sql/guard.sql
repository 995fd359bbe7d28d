-- Makes a table of the log refuse every change; for a partition that is added later, too.
--
-- A statement trigger on a partitioned table does not fire for statements that name a partition, so each partition
-- has its own. Row triggers pass to new partitions by themselves; ALWAYS holds in sessions that replay a replica.
CREATE OR REPLACE FUNCTION es.guard(target regclass) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
  EXECUTE format('CREATE OR REPLACE TRIGGER immutable BEFORE UPDATE OR DELETE OR TRUNCATE ON %s
                  FOR EACH STATEMENT EXECUTE FUNCTION es.refuse()', target);
  EXECUTE format('ALTER TABLE %s ENABLE ALWAYS TRIGGER immutable', target);
  IF NOT (SELECT relispartition FROM pg_class WHERE oid = target) THEN
    EXECUTE format('CREATE OR REPLACE TRIGGER immutable_row BEFORE UPDATE OR DELETE ON %s
                    FOR EACH ROW EXECUTE FUNCTION es.refuse()', target);
    EXECUTE format('ALTER TABLE %s ENABLE ALWAYS TRIGGER immutable_row', target);
  END IF;
END $$;
