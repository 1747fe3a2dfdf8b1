# shellcheck shell=bash
# Conformance of /scim/v2 (RFC 7643, 7644): the scim2-tester of PyPI, in a Python environment of its own,
# against the server as it is built.

SCIM_PYTHON=$TOOLS/scim/bin/python
SCIM_PORT=${SCIM_PORT:-3990}

# Installed anew whenever the list of packages says something else than what is there.
need_scim_tester() {
  local list=$ROOT/scripts/scim-tester.txt
  ! cmp -s "$list" "$TOOLS/scim/.installed" || return 0
  python3 -c 'import ensurepip' 2>/dev/null ||
    need_packages 'Python with venv' 'install Python 3.10 or newer with venv' python3 python3-venv
  step scim-tester 'Installing scim2-tester, a few seconds, once' install_scim_tester "$list"
}

install_scim_tester() {
  rm -rf "$TOOLS/scim"
  python3 -m venv "$TOOLS/scim" &&
    "$SCIM_PYTHON" -m pip install --quiet --disable-pip-version-check --no-deps --requirement "$1" &&
    cp "$1" "$TOOLS/scim/.installed"
}

# scim_tests: with a database of its own, in the cluster that runs already.
scim_tests() {
  local org=01990000-0000-7000-8000-000000000001 token tenths=300
  token=$(od -An -N32 -tx1 /dev/urandom | tr -d ' \n')
  RAN_SCIM=yes
  pg_psql postgres -c 'drop database if exists headcount_scim' -c 'create database headcount_scim'
  DATABASE_URL=$(pg_url headcount_scim) "$SERVER_BIN" migrate >/dev/null
  pg_psql headcount_scim --set=org="$org" --set=token="$token" --file="$ROOT/scripts/scim-tester.sql"
  [[ ${DIST_DIR:-} ]] || take_clients dev
  leash TERM
  DATABASE_URL=$(pg_url headcount_scim) BIND=127.0.0.1:$SCIM_PORT BASE_URL=http://127.0.0.1:$SCIM_PORT \
    SECRET_KEY=$token STORAGE_URL=file://$PG_HOME/photos PUBLIC_DIR=$ROOT/public \
    start_group "${LEASH[@]}" "$SERVER_BIN" serve >"$LOGS/scim-server.log" 2>&1
  SCIM_SERVER=$GROUP
  at_exit stop_scim_server
  until (exec 3<>"/dev/tcp/127.0.0.1/$SCIM_PORT") 2>/dev/null; do
    if ! kill -0 "$SCIM_SERVER" 2>/dev/null || ((tenths-- == 0)); then
      die "The server for scim2-tester did not start; its log is ${LOGS#"$ROOT"/}/scim-server.log"
    fi
    sleep 0.1
  done
  step scim 'SCIM conformance' env SCIM_URL="http://127.0.0.1:$SCIM_PORT/scim/v2/$org" SCIM_TOKEN="$token" \
    "$SCIM_PYTHON" "$ROOT/scripts/scim-tester.py"
  stop_scim_server
}

SCIM_SERVER=
stop_scim_server() {
  [[ ! $SCIM_SERVER ]] || end_groups TERM 5 "$SCIM_SERVER"
  SCIM_SERVER=
}
