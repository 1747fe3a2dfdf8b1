# shellcheck shell=bash
# The .sqlx folder holds what Postgres says about each query, so that the program builds
# without a database. Here the real database is asked again: to see whether .sqlx still
# tells the truth (part of the linting), or to write it anew (./x prepare).

# Compiles every query against a freshly migrated database, which leaves its answers in
# FRESH_QUERIES. The compiler would skip what has not changed, and with it the queries in
# there; a setting that differs each time prevents that.
# clippy_online <lint flags…>
clippy_online() {
  FRESH_QUERIES=$PG_HOME/queries
  mkdir -p "$FRESH_QUERIES"
  migrate_from_files headcount_prepare
  step clippy-server "Clippy, server$(first_time "$TARGET/debug" 3)" \
    env SQLX_OFFLINE=false SQLX_OFFLINE_DIR="$FRESH_QUERIES" DATABASE_URL="$(pg_url headcount_prepare)" \
    cargo clippy --all-targets -- "$@" --cfg "queries_asked_by=\"$(date +%s)-$$\""
}

# By psql instead of our own program, which might not compile before its queries are known.
migrate_from_files() {
  local file
  pg_psql postgres -c "drop database if exists $1" -c "create database $1"
  for file in "$ROOT"/migrations/*.sql; do
    pg_psql "$1" --single-transaction --file="$file" || die "Migration ${file##*/} failed."
  done
}

compare_queries() {
  diff -r "$ROOT/.sqlx" "$FRESH_QUERIES" || {
    say 'The queries differ from .sqlx: run ./x prepare and commit the change.'
    return 1
  }
}

# ./x prepare
prepare_queries() {
  need_server_tools
  pg_start_fleeting
  clippy_online --cap-lints=warn
  rm -rf "$ROOT/.sqlx"
  mkdir "$ROOT/.sqlx"
  cp "$FRESH_QUERIES"/query-*.json "$ROOT/.sqlx/"
  say "$(find "$ROOT/.sqlx" -name 'query-*.json' | wc -l | tr -d ' ') queries are in .sqlx now."
}
