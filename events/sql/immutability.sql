-- A statement trigger on the parent does not fire for statements that name a partition, so each has its own.
DO $$
DECLARE
  target regclass;
BEGIN
  FOR target IN SELECT relid FROM pg_partition_tree('es.event') LOOP
    EXECUTE format('CREATE TRIGGER immutable BEFORE UPDATE OR DELETE OR TRUNCATE ON %s
                    FOR EACH STATEMENT EXECUTE FUNCTION es.refuse()', target);
  END LOOP;
END $$;
