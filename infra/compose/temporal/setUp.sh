#!/bin/sh
# Makes Temporal’s databases and tables, or brings them up to date. Runs to its end before the server starts.
set -eu
SQL_PASSWORD="$(cat /run/secrets/postgres_password)"
export SQL_PASSWORD
for pair in temporal:temporal temporal_visibility:visibility; do
  database="${pair%%:*}"
  schema="${pair##*:}"
  tool="temporal-sql-tool --plugin postgres12 --ep postgres --port 5432 --user temporal --db ${database}"
  $tool create
  # Fails where the tables are there already, which the update then finds.
  $tool setup-schema --version 0.0 || true
  $tool update-schema --schema-name "postgresql/v12/${schema}"
done
