# shellcheck shell=bash
# Builds the server and the browser clients, for development and for release.

# Each has its manifest for Trunk in src/client, and its folder in dist/dev and dist/release.
CLIENTS=(console guest shoot)

# What the clients are made of: a change of any of these makes them stale.
CLIENT_SOURCES=(src style .cargo build.rs Cargo.toml Cargo.lock Trunk.toml scripts/style.sh scripts/split.mjs)

# What ./x run and the browser tests run. Server and clients have target folders of their own, so
# they are built side by side; while the server is compiled, the tools for the clients are installed.
build_dev() {
  need_server_tools
  build_heif
  begin_server_build
  build_clients dev
  finish_step build-server
}

begin_server_build() {
  begin_build build-server "Building the server$(first_time "$TARGET/debug/headcount" 3)" cargo build --bin headcount
}

HEIF=(--bin headcount-heif --no-default-features --features heif)

# build_heif [--release]: the program that opens HEIC photos, which stands beside the server. It alone needs
# libheif; where that cannot be had, HEIC photos are refused in words.
build_heif() {
  if ! has_libheif && command -v apt-get >/dev/null; then
    need_packages 'libheif, which opens HEIC photos,' 'install libheif with its headers' libheif-dev pkg-config
  fi
  if has_libheif; then
    step build-heif 'Building what opens HEIC photos' cargo build "${HEIF[@]}" "$@"
  else
    say 'HEIC photos will be refused: libheif and pkg-config are missing.'
  fi
}

has_libheif() { command -v pkg-config >/dev/null && pkg-config --exists 'libheif >= 1.14'; }

# begin_build <name> <headline> <command…>: begin_step for compilers, of which several at once take some
# six gigabytes. A machine with less would swap, so it builds one after the other.
begin_build() {
  begin_step "$@"
  has_memory || finish_step "$1"
}

has_memory() {
  [[ ! -r /proc/meminfo ]] || (($(awk '$1 == "MemAvailable:" { print $2 }' /proc/meminfo) >= 7000000))
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
  [[ -f $stamp && -d $ROOT/dist/$1 && $(<"$stamp") == "$(client_tools)" ]] &&
    [[ ! $(find "${CLIENT_SOURCES[@]}" -newer "$stamp") ]]
}

# The names of built files tell nothing of the tools that made them.
client_tools() {
  echo "trunk $TRUNK_VERSION, wasm-bindgen $(locked_version wasm-bindgen), wasm-split $WASM_SPLIT_VERSION, ${CLIENT_ENV[*]}"
}

# Builds all clients into a new folder, which takes the place of the old one when it is complete.
make_clients() {
  local kind=$1 release=false new=$ROOT/dist/.$1.$$ client
  [[ $kind != release ]] || release=true
  lock_clients
  ! clients_are_fresh "$kind" || return 0

  remove_left_behind "$ROOT/dist/.$kind."
  rm -rf "$new"
  mkdir -p "$new"
  # As old as the start of this build: what is changed while it runs is newer.
  client_tools >"$new.stamp"
  for client in "${CLIENTS[@]}"; do
    # NO_COLOR: Trunk takes its value for a flag of its own and stops at "1".
    env -u NO_COLOR "${CLIENT_ENV[@]}" trunk build --release="$release" \
      --dist "$new/$client" --public-url "/pkg/$client/" "src/client/$client.html"
    [[ $client != console ]] || split_console "$kind" "$new/console"
  done
  [[ $kind != release ]] || node "$ROOT/scripts/compress.mjs" "$new"

  rm -f "$ROOT/dist/.$kind"
  [[ ! -d $ROOT/dist/$kind ]] || mv "$ROOT/dist/$kind" "$new.old"
  mv "$new" "$ROOT/dist/$kind"
  mv "$new.stamp" "$ROOT/dist/.$kind"
  rm -rf "$new.old"
}

# split_console <dev|release> <where Trunk has put its stylesheet>: the console's code comes in several files, each
# loaded when a page needs it, which Trunk does not make. For that the linker leaves in the module what refers to
# what; then comes wasm-bindgen, and for a release wasm-opt, as Trunk has it for the other two.
split_console() {
  local kind=$1 into=$2 profile=dev built=debug parts=$2/parts file
  [[ $kind != release ]] || profile=wasm-release built=wasm-release
  env "${CLIENT_ENV[@]}" cargo rustc --locked --offline --profile "$profile" --bin console --no-default-features \
    --features hydrate --target wasm32-unknown-unknown -- -C link-arg=--emit-relocs
  mkdir -p "$parts"
  wasm-split-cli --target web --out-name console \
    "$TARGET/client/wasm32-unknown-unknown/$built/console.wasm" "$parts"
  wasm-bindgen --target web --no-typescript --keep-lld-exports --remove-name-section --remove-producers-section \
    --out-dir "$parts" --out-name console "$parts/console.wasm"
  rm "$parts/console.wasm"
  if [[ $kind == release ]]; then
    for file in "$parts"/*.wasm; do
      wasm-opt -Oz "${WASM_FEATURES[@]}" --strip-debug --strip-producers -o "$file.small" "$file"
      mv "$file.small" "$file"
    done
  fi
  node "$ROOT/scripts/split.mjs" "$into"
}

# What rustc uses of WebAssembly by itself. wasm-opt would use more, which browsers refuse.
WASM_FEATURES=(--enable-bulk-memory --enable-bulk-memory-opt --enable-multivalue --enable-mutable-globals
  --enable-nontrapping-float-to-int --enable-reference-types --enable-sign-ext)

# ./x run, ./x test and ./x build may want the clients at the same time. Held until the process ends.
lock_clients() {
  mkdir -p "$TARGET/client"
  exec 9>"$TARGET/client/.headcount-lock"
  command -v flock >/dev/null || return 0
  flock --nonblock 9 || {
    echo 'Waiting for another ./x that builds the clients'
    flock 9
  }
}

# take_clients <dev|release>: for whoever serves them: what is built from now on does not change what
# is in there. Hard links, so it costs nothing. Leaves its name in DIST_DIR.
take_clients() {
  export DIST_DIR=$DATA/serving/$$
  remove_left_behind "$DATA/serving/"
  forget_clients
  mkdir -p "$DATA/serving"
  (
    lock_clients
    cp -al "$ROOT/dist/$1" "$DIST_DIR"
  )
}

at_exit forget_clients
forget_clients() { rm -rf "$DATA/serving/$$"; }

# remove_left_behind <beginning>: what has this name with the number of a process that is gone.
remove_left_behind() {
  local path process
  for path in "$1"*; do
    process=${path#"$1"}
    [[ -e $path ]] || continue
    ps -p "${process%%.*}" >/dev/null 2>&1 || rm -rf "$path"
  done
}

# ./x build [--dev]
build() {
  case ${1:-} in
    --dev) build_dev ;;
    '') build_release ;;
    *) die './x build takes nothing but --dev.' ;;
  esac
}

build_release() {
  need_server_tools
  need_wasm_opt
  build_heif --release
  build_program begin_build
  build_clients release
  finish_step build-server-release
  step sizes 'Weighing the clients' \
    node "$ROOT/scripts/compress.mjs" "$ROOT/dist/release" "$ROOT/scripts/size-budget.json"
  cat "$LOGS/sizes.log"
  say "  in dist/release and ${TARGET#"$ROOT"/}/release/headcount"
}

# build_program <step|begin_build> [features…]: the program as it is shipped.
build_program() {
  local how=$1
  shift
  find_link_flags
  "$how" build-server-release "Building the server for release$(first_time "$TARGET/release/headcount" 30)" \
    cargo rustc --release --bin headcount "$@" -- "${LINK_FLAGS[@]+"${LINK_FLAGS[@]}"}"
}

# What makes the program smaller, where linker and C library know it: functions of equal code become one,
# and relocations are packed.
find_link_flags() {
  local probe own flags=(-C 'link-arg=-Wl,--icf=all' -C 'link-arg=-Wl,-z,pack-relative-relocs')
  probe=$(mktemp -d)
  LINK_FLAGS=()
  read -ra own <<<"${RUSTFLAGS:-}"
  if echo 'fn main() {}' | rustc "${own[@]+"${own[@]}"}" "${flags[@]}" -o "$probe/program" - 2>/dev/null && "$probe/program"; then
    LINK_FLAGS=("${flags[@]}")
  fi
  rm -rf "$probe"
}
