# shellcheck shell=bash
# ./x run and ./x dev: the whole program on this machine, with a database of its own and
# a mailbox in the browser. Data stays in .data until ./x clean-data.

SERVER=                      # process group of the server
PROVIDER=                    # process group of the identity provider, with ./x run --sso
WITH_SSO=
OTHER_CLIENTS=${DIST_DIR:-} # clients from outside, instead of those that we build

# run [--sso]
run() {
  case ${1:-} in
    --sso) WITH_SSO=yes ;;
    '') ;;
    *) die 'It is ./x run, or ./x run --sso.' ;;
  esac
  need_free_port
  build_dev
  start_database
  [[ ! $WITH_SSO ]] || start_provider
  start_server || die 'The server did not start; it says why above.'
  welcome
  wait "$SERVER" || die "The server ended by itself (status $?)."
}

# The same, and again after each change. A build that fails leaves the old server running.
dev() {
  local stamp=$DATA/dev-stamp
  need_free_port
  mkdir -p "$DATA"
  touch "$stamp"
  build_dev
  start_database
  start_server || say 'The server did not start; the next change may help.'
  welcome
  while true; do
    sleep 1
    [[ $(changed_since "$stamp") ]] || continue
    touch "$stamp"
    start_job "$ROOT/x" build --dev # another ./x, because a failed step ends the one it belongs to
    await_job "$GROUP"
    ((JOB_STATUS == 0)) || continue
    restart_server || say 'The server did not start; the next change may help.'
  done
}

restart_server() {
  stop_server
  "$SERVER_BIN" migrate && start_server && say "Serving the change at $BASE_URL"
}

changed_since() { find "${CLIENT_SOURCES[@]}" public migrations -newer "$1"; }

start_database() {
  server_settings
  pg_start postgres
  (umask 077 && printf '%s' "$DATABASE_URL" >"$DATA/database-url")
  step migrate 'Migrating the database' "$SERVER_BIN" migrate
  step demo 'Filling in the demo' "$SERVER_BIN" demo
  at_exit stop_server # registered after the cluster, so stopped before it
}

# An identity provider with a login page that takes any address, and the demo's organization for it.
start_provider() {
  local issuer=http://127.0.0.1:$((PORT + 1)) id=headcount-demo secret=known-to-everybody callback
  need_node
  need_node_packages
  export PRIVATE_PROVIDERS=true # it runs on this machine
  step demo-sso 'Filling in the demo of single sign-on' "$SERVER_BIN" demo-sso \
    --issuer "$issuer" --client-id "$id" --client-secret "$secret"
  callback=$(plain <"$LOGS/demo-sso.log" | grep -oE 'https?://[^ ]+/callback' | head -n 1)
  leash TERM
  DEMO_CLIENT_ID=$id DEMO_CLIENT_SECRET=$secret DEMO_REDIRECT_URI=$callback \
    start_group "${LEASH[@]}" node "$ROOT/end2end/support/identity-provider.mjs" $((PORT + 1)) \
    >"$LOGS/identity-provider.log" 2>&1
  PROVIDER=$GROUP
  at_exit stop_provider
}

stop_provider() { [[ ! $PROVIDER ]] || end_groups TERM 2 "$PROVIDER"; }

# The operator's commands beside a running ./x run.
headcount() {
  [[ -s $DATA/database-url ]] || die 'There is no database yet: start ./x run first, and leave it running.'
  server_settings
  DATABASE_URL=$(<"$DATA/database-url") "$SERVER_BIN" "$@"
}

# What a production server gets from outside; each can be set from outside here as well.
server_settings() {
  export BIND=127.0.0.1:$PORT
  export BASE_URL=${BASE_URL:-http://$BIND}
  export STORAGE_URL=${STORAGE_URL:-file://$DATA/photos}
  export DIST_DIR=${DIST_DIR:-$ROOT/dist/dev}
  export PUBLIC_DIR=${PUBLIC_DIR:-$ROOT/public}
  export SECRET_KEY=${SECRET_KEY:-$(secret_key)}
  mkdir -p "$DATA/photos"
  chmod 700 "$DATA/photos"
}

# Made once: links and cookies must survive a restart.
secret_key() {
  local file=$DATA/secret-key
  [[ -s $file ]] || (umask 077 && od -An -N32 -tx1 /dev/urandom | tr -d ' \n' >"$file")
  cat "$file"
}

need_free_port() {
  ! port_answers || die "Port $PORT is taken. Another one: PORT=$((PORT + 1)) ./x run"
}

port_answers() { (exec 3<>"/dev/tcp/127.0.0.1/$PORT") 2>/dev/null; }

start_server() {
  local tenths=300
  [[ $OTHER_CLIENTS ]] || take_clients dev
  leash TERM # without its database it would only fail
  start_group "${LEASH[@]}" "$SERVER_BIN" serve
  SERVER=$GROUP
  until port_answers; do
    kill -0 "$SERVER" 2>/dev/null && ((tenths-- > 0)) || return 1
    sleep 0.1
  done
}

stop_server() {
  [[ ! $SERVER ]] || end_groups TERM 8 "$SERVER"
  SERVER=
}

welcome() {
  local lead
  lead=$(plain <"$LOGS/demo.log" | grep -oE '[[:alnum:]._+-]+@[[:alnum:].-]+[[:alnum:]]' | head -n 1) || true
  cat <<END

  Headcount is here:   $BASE_URL

  As the demo's lead   sign in as ${lead:-the demo lead}
  As a new lead        sign up with any other address: $BASE_URL/sign-up
  Credits for yours    ./x headcount grant --org "Your organization" --credits 5
  Mail                 $BASE_URL/dev/mail (the code to sign in arrives there; nothing leaves this machine)
  Stop                 Ctrl-C

END
  [[ ! $WITH_SSO ]] || cat <<END
  Single sign-on       sign in as anybody@fjordlab.example; the provider takes any password.
                       liv.dahl@fjordlab.example is the Owner of that organization

END
}
