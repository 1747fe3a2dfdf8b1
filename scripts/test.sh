# shellcheck shell=bash
# ./x test: everything that has to hold before a change is accepted, what fails fastest
# first. Ends with the runners' own closing lines and one line that adds them up.

RAN_CARGO=
RAN_PLAYWRIGHT=
RAN_SCIM=

# run_tests [lint|rust|scim|e2e|dist] [-- <arguments of that part's runner>]
run_tests() {
  local part=all
  if [[ ${1:---} != -- ]]; then
    part=$1
    shift
  fi
  [[ ${1:-} != -- ]] || shift
  at_exit closing_lines # registered first, so printed last

  case $part in
    lint)
      need_linters
      pg_start_fleeting
      lint
      ;;
    rust)
      need_server_tools
      need_proxies
      need_object_storage
      need_previous
      pg_start_fleeting
      (($#)) || build_rust_tests step --tests
      rust_tests "$@"
      ;;
    scim)
      need_scim_tester
      build_dev
      pg_start_fleeting
      scim_tests
      ;;
    e2e)
      need_browser
      build_dev
      make_domain_rule_table
      pg_start_fleeting
      browser_tests dev "$@"
      ;;
    dist) dist_tests ;; # not among all: a release takes long to build
    all)
      (($# == 0)) || die 'Arguments go to one runner: ./x test rust -- … or ./x test e2e -- …'
      test_all
      ;;
    *) die "There is no part $part: lint, rust, scim, e2e or dist." ;;
  esac
}

# Compiling and installing go on side by side; the tests have the machine to themselves, one runner after
# the other, since a busy machine makes them slow and says nothing about the program.
test_all() {
  need_server_tools
  begin_trunk
  begin_wasm_bindgen
  begin_wasm_split
  need_linters
  need_browser
  need_scim_tester
  need_proxies
  need_object_storage
  pg_start_fleeting
  lint
  build_rust_tests begin_build --tests
  build_clients dev
  make_domain_rule_table
  finish_step build-tests # and with them the server
  need_previous
  rust_tests
  scim_tests
  browser_tests dev
}

# build_rust_tests <step|begin_build> <which>
build_rust_tests() {
  "$1" build-tests "Building the Rust tests$(first_time "$TARGET/debug/headcount" 3)" cargo test "$2" --no-run
}

rust_tests() {
  local show=${1:+yes}
  build_heif
  (($#)) || migrate_template
  RAN_CARGO=yes
  # What needs programs of others, or one of before, runs where they are; with arguments, what they say.
  if (($# == 0)) && [[ $PROXIES ]]; then
    set -- --tests -- --include-ignored
    [[ $PREVIOUS ]] || set -- "$@" --skip previous_version
  fi
  # Tests wait for mail servers, databases and pauses for half of their time. The database has connections for so many.
  local threads=$((2 * $(getconf _NPROCESSORS_ONLN)))
  RUST_TEST_THREADS=${RUST_TEST_THREADS:-$((threads < 16 ? threads : 16))} \
    SHOW_OUTPUT=$show step cargo-test "Rust tests$(first_time "$TARGET/debug/headcount" 4)" \
    cargo test --no-fail-fast "${@:---tests}"
}

# Each test has a database of its own, which Postgres copies from template1: building the schema a thousand times
# takes minutes.
migrate_template() {
  step migrate-template 'The schema for all tests' \
    env DATABASE_URL="$(pg_url template1)" "$TARGET/debug/headcount" migrate
}

# fuzz [seconds] [readers]: the properties of src/domain/, each reader's for so long, with other input each
# time. What fails is made small and written to proptest-regressions/, which ./x test tries first.
fuzz() {
  local seconds=${1:-600} reader readers
  (($# == 0)) || shift
  readers=("$@")
  if (($# == 0)); then
    readarray -t readers < <(cd src/domain && grep -rl '^ *proptest! {' . | sed -E 's!^./([a-z_]+).*!\1!' | sort)
  fi
  need_server_tools
  build_rust_tests step --lib
  for reader in "${readers[@]}"; do
    step "fuzz-$reader" "Random input for $reader, $(duration "$seconds")" fuzz_reader "$seconds" "$reader"
    tail -n 1 "$LOGS/fuzz-$reader.log"
  done
}

fuzz_reader() {
  local rounds=0 cases=10000 end=$((SECONDS + $1))
  while ((SECONDS < end)); do
    PROPTEST_CASES=$cases cargo test --quiet --lib "domain::$2::"
    rounds=$((rounds + 1))
  done
  say "$2: $((rounds * cases)) inputs for each of its properties"
}

# The domain rule as the clients have it, for the test that runs its table in a browser.
make_domain_rule_table() { step build-table 'Building the domain rule for the browser' build_domain_rule_table; }

build_domain_rule_table() {
  env "${CLIENT_ENV[@]}" cargo build --no-default-features --features hydrate --bin domain_rule_table \
    --target wasm32-unknown-unknown
  wasm-bindgen --target web --no-typescript --out-dir "$TARGET/domain-rule-table" \
    "$TARGET/client/wasm32-unknown-unknown/debug/domain_rule_table.wasm"
}

# browser_tests <dev|release> [arguments for Playwright]: it starts its server itself and gets the parts.
browser_tests() {
  take_clients "$1"
  shift
  export HEADCOUNT_BIN=$SERVER_BIN PUBLIC_DIR=$ROOT/public
  export DOMAIN_RULE_TABLE=$TARGET/domain-rule-table
  export PLAYWRIGHT_HTML_OPEN=never # a failure must not wait for somebody to read the report
  RAN_PLAYWRIGHT=yes
  SHOW_OUTPUT=${1:+yes} step playwright 'Browser tests' in_folder end2end npx playwright test "$@"
}

in_folder() {
  cd "$ROOT/$1"
  shift
  "$@"
}

closing_lines() {
  local rust=/dev/null scim=/dev/null browser=/dev/null
  [[ ! $RAN_CARGO ]] || rust=$LOGS/cargo-test.log
  [[ ! $RAN_SCIM ]] || scim=$LOGS/scim.log
  [[ ! $RAN_PLAYWRIGHT ]] || browser=$LOGS/playwright.log
  summary
  [[ $RAN_CARGO$RAN_SCIM$RAN_PLAYWRIGHT ]] || return 0
  say ''
  plain <"$rust" | grep '^test result:'
  plain <"$scim" | grep '^scim2-tester:' || true
  plain <"$browser" | grep -E '^ +[0-9]+ (passed|failed|flaky|skipped|did not run|interrupted)'
  # A flaky browser test has passed in the end; Playwright's own line names it above.
  plain < <(cat "$rust" "$scim" "$browser") | awk '
    /^test result:/ { passed += $4; failed += $6 }
    /^scim2-tester:/ { passed += $2; failed += $4 }
    /^ +[0-9]+ (passed|flaky)/ { passed += $1 }
    /^ +[0-9]+ (failed|interrupted)/ { failed += $1 }
    END { printf "%d passed, %d failed\n", passed, failed }'
}
