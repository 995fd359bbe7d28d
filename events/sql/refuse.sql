-- Raised by the triggers that keep the log immutable.
CREATE OR REPLACE FUNCTION es.refuse() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION 'the log is immutable: % of % is refused', TG_OP, TG_TABLE_NAME USING ERRCODE = 'ES403';
END $$;
