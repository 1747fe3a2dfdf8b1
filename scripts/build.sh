# shellcheck shell=bash
# Builds the server and the browser clients, for development and for release.

# What the clients are made of: a change of any of these makes them stale.
CLIENT_SOURCES=(src style Cargo.toml Cargo.lock Trunk.toml scripts/style.sh)

build_server() {
  step build-server "Building the server$(first_time "$TARGET/debug/headcount" 3)" cargo build --bin headcount
}

# build_clients <dev|release>
build_clients() {
  need_client_tools
  ! clients_are_fresh "$1" || return 0
  step build-clients "Building the clients$(first_time "$TARGET/client/wasm32-unknown-unknown" 2)" make_clients "$1"
}

# first_time <what the build makes> <minutes>: a warning for those who have never waited for it.
first_time() { [[ -e $1 ]] || printf ', about %d minutes the first time' "$2"; }

clients_are_fresh() {
  local stamp=$ROOT/dist/.$1
  [[ -f $stamp && $(<"$stamp") == "$(client_tools)" ]] &&
    [[ ! $(find "${CLIENT_SOURCES[@]}" -newer "$stamp") ]]
}

# The names of built files tell nothing of the tools that made them.
client_tools() { echo "trunk $TRUNK_VERSION, wasm-bindgen $(locked_version wasm-bindgen), ${CLIENT_ENV[*]}"; }

make_clients() {
  local kind=$1 release=false stamp=$ROOT/dist/.$1 client
  [[ $kind != release ]] || release=true
  mkdir -p "$ROOT/dist" "$TARGET/client"
  exec 9>"$TARGET/client/.headcount-lock"
  ! command -v flock >/dev/null || flock 9 # ./x run and ./x test may build at the same time
  ! clients_are_fresh "$kind" || return 0

  # As old as the start of this build: what is changed while it runs is newer.
  rm -f "$ROOT"/dist/.dev "$ROOT"/dist/.release
  client_tools >"$TARGET/client/.headcount-stamp"
  for client in console guest shoot; do
    # NO_COLOR: Trunk takes its value for a flag of its own and stops at "1".
    env -u NO_COLOR "${CLIENT_ENV[@]}" trunk build --release="$release" \
      --dist "dist/$client" --public-url "/pkg/$client/" "src/client/$client.html"
  done
  mv "$TARGET/client/.headcount-stamp" "$stamp"
}

# ./x build [--dev]
build() {
  case ${1:-} in
    --dev)
      build_clients dev
      build_server
      ;;
    '') build_release ;;
    *) die "./x build takes nothing but --dev." ;;
  esac
}

build_release() {
  need_client_tools
  need_wasm_opt
  step build-server-release "Building the server for release$(first_time "$TARGET/release/headcount" 6)" \
    cargo build --release --bin headcount
  build_clients release
  step compress 'Compressing the clients' node "$ROOT/scripts/compress.mjs" "$ROOT/dist"
  cat "$LOGS/compress.log"
}
