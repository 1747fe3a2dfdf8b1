# shellcheck shell=bash
# A private Postgres cluster for each purpose: .data/postgres keeps what a person does
# with ./x run; each test run has one of its own that lives as long as the run.
# Reached by a socket in a folder that nobody else may enter; no port is opened.

# Settings meant for another database would silently redirect programs from ours.
unset DATABASE_URL "${!PG@}"

PG_HOME=   # folder of the cluster: its data and its socket
PG_SOCKET= # folder of the socket, elsewhere if that path is too long
PG_GROUP=  # process of the server
PG_LOG=
PG_AS=() # prefix that runs a command as the user who may run Postgres

# pg_start <folder under .data> <setting=value…>: starts a cluster, made if there is none,
# with a database `headcount`, and exports DATABASE_URL. It stops when ./x ends.
pg_start() {
  PG_HOME=$DATA/$1
  PG_LOG=$LOGS/${1%%/*}.log
  shift
  mkdir -p "$PG_HOME" "$LOGS"
  chmod 700 "$PG_HOME" # who reaches the socket rules the database
  pg_claim
  pg_find
  pg_choose_user
  pg_create
  pg_choose_socket
  pg_serve "$@"
  export DATABASE_URL
  DATABASE_URL=$(pg_url headcount)
  [[ $(pg_psql postgres -Atc "select 1 from pg_database where datname = 'headcount'") ]] ||
    pg_psql postgres -c 'create database headcount'
}

# pg_start_fleeting <setting=value…>: a cluster for this process alone. Unless told
# otherwise it waits for no disk, since it has nothing to lose.
pg_start_fleeting() {
  pg_sweep
  at_exit pg_forget # registered first, so called after the cluster has stopped
  pg_start "postgres-test/$$" max_connections=200 \
    fsync=off synchronous_commit=off full_page_writes=off "$@"
}

pg_forget() { rm -rf "$DATA/postgres-test/$$"; }

# What killed runs left behind.
pg_sweep() {
  local home
  for home in "$DATA"/postgres-test/*/; do
    home=${home%/}
    [[ -d $home ]] || continue
    ! ps -p "${home##*/}" >/dev/null 2>&1 || continue
    pg_end_process "$home"
    rm -rf "$home"
  done
}

# sqlx and libpq both understand this form; the host before the path is a placeholder.
pg_url() { printf 'postgres://headcount@localhost/%s?host=%s' "$1" "$(url_encode "$PG_SOCKET")"; }

# pg_psql <database> <psql's arguments…>
pg_psql() {
  local url
  url=$(pg_url "$1")
  shift
  PGOPTIONS=--client-min-messages=warning \
    "$PG_BIN/psql" --no-psqlrc --quiet --set ON_ERROR_STOP=1 "$url" "$@"
}

url_encode() {
  local LC_ALL=C text=$1 i char
  for ((i = 0; i < ${#text}; i++)); do
    char=${text:i:1}
    case $char in
      [a-zA-Z0-9._~-]) printf %s "$char" ;;
      *) printf '%%%02X' "'$char" ;;
    esac
  done
}

# The newest Postgres of this machine; for a cluster that exists, the one that made it.
pg_find() {
  local made_by=
  [[ ! -f $PG_HOME/data/PG_VERSION ]] || made_by=$(<"$PG_HOME/data/PG_VERSION")
  ! pg_look_for "$made_by" || return 0
  [[ ! $made_by ]] || die "${PG_HOME#"$ROOT"/} was made by PostgreSQL $made_by, which is missing here." \
    'Install that version, or start over with ./x clean-data.'
  need_packages PostgreSQL 'install PostgreSQL 15 or newer' postgresql
  pg_look_for '' || die 'PostgreSQL was installed, but initdb is nowhere to be found.'
}

pg_look_for() {
  local folder
  while read -r folder; do
    [[ -x $folder/initdb && -x $folder/postgres && -x $folder/psql ]] || continue
    [[ ! $1 || $("$folder/postgres" --version) =~ \)\ $1([^0-9]|$) ]] || continue
    export PG_BIN=$folder
    return 0
  done <<<"$(pg_folders)"
  return 1
}

pg_folders() {
  printf '%s\n' /usr/lib/postgresql/*/bin /usr/pgsql-*/bin {/opt/homebrew,/usr/local}/opt/postgresql@*/bin |
    sort -rV
  dirname "$(command -v postgres || echo /nowhere/postgres)"
}

# Postgres refuses to run as root: then it runs as its own user, or as nobody.
pg_choose_user() {
  export PG_RUN_AS= # the tests start programs that have to reach the socket
  ((EUID == 0)) || return 0
  local user=postgres
  id "$user" >/dev/null 2>&1 || user=nobody
  PG_AS=(setpriv --reuid="$user" --regid="$(id -g "$user")" --clear-groups)
  PG_RUN_AS=${PG_AS[*]}
  chown "$user" "$PG_HOME"
  ! pg_user_enters || return 0

  # The clone lies in a folder that only root may enter, such as /root.
  PG_AS+=(--inh-caps=+dac_override --ambient-caps=+dac_override)
  PG_RUN_AS=${PG_AS[*]}
  pg_user_enters || die "User $user, who runs PostgreSQL here, can't enter $PG_HOME: clone to another folder."
}

pg_user_enters() {
  # shellcheck disable=SC2016 # for the inner shell
  as_pg sh -c 'cd "$1"' - "$PG_HOME" 2>/dev/null
}

as_pg() { "${PG_AS[@]+"${PG_AS[@]}"}" "$@"; }

# Nobody else may be using the folder. A killed ./x may have left a cluster that runs
# without owner, or files that tell of one.
pg_claim() {
  local parent
  parent=$(ps -o ppid= -p "$(pg_process "$PG_HOME")" 2>/dev/null | tr -d ' ') || true
  if [[ $parent ]] && ps -o args= -p "$parent" | grep -qE '(^|[ /])x( |$)'; then
    die "Another ./x (process $parent) uses ${PG_HOME#"$ROOT"/}: end it first."
  fi
  pg_end_process "$PG_HOME"
  rm -f "$PG_HOME"/data/postmaster.pid "$PG_HOME"/.s.PGSQL.*
}

# Number of the Postgres process that runs on a folder, or 0. A number alone proves
# nothing: after a crash another process may have got it.
pg_process() {
  local number=0
  [[ ! -f $1/data/postmaster.pid ]] || number=$(head -n 1 "$1/data/postmaster.pid")
  ps -o args= -p "$number" 2>/dev/null | grep -q '[p]ostgres' || number=0
  echo "$number"
}

pg_end_process() {
  local number tenths=150
  number=$(pg_process "$1")
  ((number)) || return 0
  kill -s INT "$number"
  while ((tenths-- > 0)) && kill -0 "$number" 2>/dev/null; do sleep 0.1; done
}

# Made under another name, so that an interrupted start leaves no half a cluster.
pg_create() {
  [[ ! -d $PG_HOME/data ]] || return 0
  local locale=C
  ! locale -a 2>/dev/null | grep -qiE '^c\.utf-?8$' || locale=C.UTF-8
  rm -rf "$PG_HOME/new"
  step initdb 'Making a database cluster' \
    as_pg "$PG_BIN/initdb" --pgdata="$PG_HOME/new" --username=headcount --auth=trust \
    --encoding=UTF8 --locale="$locale"
  mv "$PG_HOME/new" "$PG_HOME/data"
}

# The path of a socket has to fit into 104 bytes on some systems.
pg_choose_socket() {
  PG_SOCKET=$PG_HOME
  ((${#PG_SOCKET} > 85)) || return 0
  PG_SOCKET=$(mktemp -d /tmp/headcount-XXXXXX)
  at_exit pg_remove_socket
  ((EUID)) || chown --reference="$PG_HOME" "$PG_SOCKET"
}

pg_remove_socket() { rm -rf "$PG_SOCKET"; }

pg_serve() {
  local setting settings=() tenths=300
  for setting in listen_addresses= "unix_socket_directories=$PG_SOCKET" timezone=UTC "$@"; do
    settings+=(-c "$setting")
  done
  leash INT
  start_group "${PG_AS[@]+"${PG_AS[@]}"}" "${LEASH[@]}" \
    "$PG_BIN/postgres" -D "$PG_HOME/data" "${settings[@]}" >"$PG_LOG" 2>&1
  PG_GROUP=$GROUP
  at_exit pg_stop
  until "$PG_BIN/pg_isready" --quiet --host="$PG_SOCKET" --username=headcount; do
    if ! kill -0 "$PG_GROUP" 2>/dev/null || ((tenths-- == 0)); then
      tail -n 20 "$PG_LOG" >&2
      die "PostgreSQL did not start; its log is ${PG_LOG#"$ROOT"/}"
    fi
    sleep 0.1
  done
}

# INT means: turn connections away, break off what runs, write everything down.
pg_stop() { end_groups INT 20 "$PG_GROUP"; }
