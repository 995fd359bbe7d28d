"""No models: the log's tables are made by SQL. Django tells only apps with this module that migrations are done."""
