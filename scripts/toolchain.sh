# shellcheck shell=bash
# What builds the program: Rust with its WebAssembly target, Trunk, wasm-bindgen, wasm-opt.
# Tools go to .tools (or $HEADCOUNT_TOOLS, which several clones may share) in exactly the
# versions we want; what is on PATH in that version already is used as it is.

TRUNK_VERSION=0.21.14
BINARYEN_VERSION=132.0.0

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
  command -v cargo >/dev/null || die 'Rust is missing: install it from https://rustup.rs, then start ./x again.'
  command -v cc >/dev/null || need_packages 'a C compiler and linker' 'install gcc or clang' gcc libc6-dev
  need_crates
}

need_client_tools() {
  need_server_tools
  need_wasm_target
  need_trunk
  need_wasm_bindgen
}

need_linters() {
  need_server_tools
  need_wasm_target
  if ! cargo fmt --version >/dev/null 2>&1 || ! cargo clippy --version >/dev/null 2>&1; then
    step rust-components 'Adding rustfmt and clippy, a few seconds, once' rustup component add rustfmt clippy
  fi
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

# A download host that never answers must not hold everything up.
within() {
  local seconds=$1
  shift
  if command -v timeout >/dev/null; then timeout "$seconds" "$@"; else "$@"; fi
}

need_trunk() {
  [[ $(trunk --version 2>/dev/null) == "trunk $TRUNK_VERSION" ]] ||
    step trunk "Installing trunk $TRUNK_VERSION from source, about 4 minutes, once" \
      install_tool "trunk@$TRUNK_VERSION" --locked --no-default-features --features rustls
}

# Must be exactly the version of the library, which Cargo.lock decides. Without --locked:
# its own lock file names a release that was taken back.
need_wasm_bindgen() {
  local version
  version=$(locked_version wasm-bindgen)
  [[ $(wasm-bindgen --version 2>/dev/null) == "wasm-bindgen $version" ]] ||
    step wasm-bindgen "Installing wasm-bindgen-cli $version from source, about 2 minutes, once" \
      install_tool "wasm-bindgen-cli@$version" --bin wasm-bindgen
}

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

# These tools are built once and run for seconds: optimizing them takes longer than it saves.
# Settings in this project's folder have no say, hence the other one.
install_tool() {
  scratch
  cd "$SCRATCH"
  CARGO_TARGET_DIR=$SCRATCH/target CARGO_PROFILE_RELEASE_OPT_LEVEL=1 CARGO_PROFILE_RELEASE_LTO=off \
    cargo install --force --root "$TOOLS" "$@"
}
