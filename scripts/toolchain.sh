# shellcheck shell=bash
# What builds the program: Rust with its WebAssembly target, Trunk, wasm-bindgen, wasm-opt.
# Tools go to .tools (or $HEADCOUNT_TOOLS, which several clones may share) in exactly the
# versions we want; what is on PATH in that version already is used as it is.

TRUNK_VERSION=0.21.14
BINARYEN_VERSION=132.0.0
WASM_SPLIT_VERSION=0.2.4
BINSTALL_SECONDS=${BINSTALL_SECONDS:-120} # how long cargo binstall may try before we build from source

TOOLS=${HEADCOUNT_TOOLS:-$ROOT/.tools}
TARGET=${CARGO_TARGET_DIR:-$ROOT/target}
PATH=$TOOLS/bin:$TOOLS/binaryen/node_modules/.bin:$PATH
SERVER_BIN=$TARGET/debug/headcount

export CARGO_TARGET_DIR=$TARGET
export SQLX_OFFLINE=true # queries are checked against .sqlx; only scripts/queries.sh asks a database

# Settings of every build for the browser. Its own target folder: the features differ from
# the server's, and in one folder each build would undo the other's.
CLIENT_ENV=(CARGO_TARGET_DIR="$TARGET/client")

need_server_tools() {
  refuse_foreign_flags
  command -v cargo >/dev/null || die 'Rust is missing: install it from https://rustup.rs, then start ./x again.'
  command -v cc >/dev/null || need_packages 'a C compiler and linker' 'install gcc or clang' gcc libc6-dev
  need_crates
}

# Both tools come at the same time, if they have to come.
need_client_tools() {
  need_wasm_target
  begin_trunk
  begin_wasm_bindgen
  begin_wasm_split
  need_node
  finish_step trunk
  finish_step wasm-bindgen
  finish_step wasm-split
}

# Cargo takes any of these instead of the flags in .cargo/config.toml, which server and clients must
# share. build.rs refuses everything that takes them away; this says it before a minute's compiling.
refuse_foreign_flags() {
  local name
  for name in RUSTFLAGS CARGO_ENCODED_RUSTFLAGS "${!CARGO_TARGET_@}"; do
    [[ $name == *RUSTFLAGS && ${!name+set} && ${!name} != *erase_components* ]] || continue
    [[ $name != CARGO_TARGET_* || ${!name} ]] || continue # cargo passes over these when they are empty
    die "$name is set and would replace the flags of .cargo/config.toml, without which pages break in the browser." \
      "Unset it, or add to it: --cfg erase_components"
  done
}

# Trunk builds without network, so everything is fetched before. Cargo.lock may follow a
# change of Cargo.toml, but not where the result is judged.
need_crates() {
  local locked=()
  [[ ${CI:-} != true ]] || locked=(--locked)
  cargo fetch --offline "${locked[@]+"${locked[@]}"}" >/dev/null 2>&1 ||
    step crates 'Fetching crates, about half a minute, once' cargo fetch "${locked[@]+"${locked[@]}"}"
}

need_wasm_target() {
  if [[ ${HEADCOUNT_WASM:-} != debian ]]; then
    has_wasm_target && return
    if command -v rustup >/dev/null; then
      try_step wasm-target 'Adding the WebAssembly target, a few seconds, once' \
        within 180 rustup target add wasm32-unknown-unknown
      has_wasm_target && return
    fi
  fi
  need_debian_toolchain
}

has_wasm_target() {
  [[ -d $(rustc --print target-libdir --target wasm32-unknown-unknown) ]]
}

# within <seconds> <command…>: a download host that never answers must not hold everything up.
# In the foreground, because timeout would leave the process group of the job otherwise.
within() {
  local seconds=$1
  shift
  if command -v timeout >/dev/null; then timeout --foreground "$seconds" "$@"; else "$@"; fi
}

begin_trunk() {
  begin_tool trunk "$TRUNK_VERSION" '4 minutes' trunk --locked --no-default-features --features rustls
}

# Must be exactly the version of the library, which Cargo.lock decides. Without --locked:
# its own lock file names a release that was taken back.
begin_wasm_bindgen() {
  begin_tool wasm-bindgen "$(locked_version wasm-bindgen)" '2 minutes' wasm-bindgen-cli --bin wasm-bindgen
}

# It does not say its version, so a file beside it does.
begin_wasm_split() {
  local installed=$TOOLS/.wasm-split-$WASM_SPLIT_VERSION
  if [[ -e $installed && -x $TOOLS/bin/wasm-split-cli ]] || is_under_way wasm-split; then return; fi
  begin_build wasm-split "Installing wasm-split $WASM_SPLIT_VERSION from source, about 1 minute, once" \
    install_wasm_split "$installed"
}

install_wasm_split() {
  build_tool "wasm_split_cli_support@$WASM_SPLIT_VERSION" --locked --features build-binary
  touch "$1"
}

# begin_tool <program> <version> <how long from source> <crate> <how cargo install builds it…>:
# installs a tool that is missing, beside what follows, until finish_step <program>.
begin_tool() {
  local program=$1 version=$2 time=$3 how=' from source'
  shift 3
  if has_version "$program" "$version" || is_under_way "$program"; then return; fi
  ! has_binstall || how=', by cargo binstall or from source'
  begin_build "$program" "Installing $program $version$how, about $time, once" \
    install_tool "$program" "$version" "$@"
}

has_binstall() { command -v cargo-binstall >/dev/null; }

# has_version <program> <version> [where, instead of PATH]
has_version() { [[ $("${3:-}$1" --version 2>/dev/null) == "$1 $2" ]]; }

need_wasm_opt() {
  need_node
  command -v wasm-opt >/dev/null ||
    step wasm-opt "Installing wasm-opt $BINARYEN_VERSION, a few seconds, once" \
      npm install --no-audit --no-fund --prefix "$TOOLS/binaryen" "binaryen@$BINARYEN_VERSION"
}

need_node() {
  PATH=$TOOLS/node/node_modules/node/bin:$PATH
  command -v npm >/dev/null || need_packages Node.js 'install Node.js 20 or newer' nodejs npm
  (($(node_major) < 20)) || return 0
  # Distributions ship older ones; the registry has Node itself as a package.
  step node 'Installing Node.js 22 beside the old one, a few seconds, once' \
    npm install --no-audit --no-fund --no-save --prefix "$TOOLS/node" node@22
  hash -r
  (($(node_major) >= 20)) || die 'Node.js is too old: 20 or newer is needed.'
}

node_major() {
  node -p 'process.versions.node.split(".")[0]'
}

locked_version() {
  awk -v name="\"$1\"" '$1 == "name" { found = $3 == name } found && $1 == "version" { gsub(/"/, "", $3); print $3; exit }' \
    "$ROOT/Cargo.lock"
}

# install_tool <program> <version> <crate> <how cargo install builds it…>: its maker's own binary where
# cargo binstall finds one that runs here; else from source.
install_tool() {
  local program=$1 version=$2 crate=$3
  shift 3
  if has_binstall; then
    within "$BINSTALL_SECONDS" cargo binstall --no-confirm --force --no-symlinks --strategies crate-meta-data \
      --install-path "$TOOLS/bin" "$crate@$version" && has_version "$program" "$version" "$TOOLS/bin/" && return
    echo "cargo binstall has no $program $version that runs here: building it from source"
  fi
  build_tool "$crate@$version" "$@"
}

# These tools are built once and run for seconds: optimizing them takes longer than it saves.
# Settings in this project's folder have no say, hence the other one.
build_tool() {
  scratch
  cd "$SCRATCH"
  CARGO_TARGET_DIR=$SCRATCH/target CARGO_PROFILE_RELEASE_OPT_LEVEL=1 CARGO_PROFILE_RELEASE_LTO=off \
    cargo install --force --root "$TOOLS" "$@"
}
