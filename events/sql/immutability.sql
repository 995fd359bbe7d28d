-- Events, the registry that names their streams, and signed hashes are written once.
SELECT es.guard(relid) FROM pg_partition_tree('es.event');
SELECT es.guard(t::regclass) FROM unnest('{es.log, es.stream, es.chain_checkpoint}'::text[]) t;
