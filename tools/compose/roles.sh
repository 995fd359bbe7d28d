#!/bin/sh
# Run once by the image of PostgreSQL, in a new database: the roles that `make run` makes for its own server.
set -eu
psql --set ON_ERROR_STOP=1 --username "$POSTGRES_USER" --dbname "$POSTGRES_DB" \
  --set app="$PALIMPSEST_APP_PASSWORD" --set read="$PALIMPSEST_READ_PASSWORD" <<'SQL'
CREATE ROLE palimpsest_app LOGIN PASSWORD :'app';
CREATE ROLE palimpsest_read LOGIN PASSWORD :'read';
GRANT pg_read_all_data TO palimpsest_read;
ALTER ROLE palimpsest_read SET default_transaction_read_only = on;
REVOKE ALL ON DATABASE palimpsest FROM PUBLIC;
GRANT CONNECT, TEMPORARY ON DATABASE palimpsest TO palimpsest_app;
GRANT CONNECT ON DATABASE palimpsest TO palimpsest_read;
SQL
