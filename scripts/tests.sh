#!/usr/bin/env bash
# Tests of the scripts, a few seconds in all; ./x test lint runs them. Each runs in a shell and in a folder
# of its own, with stand-ins for the programs that ./x would start. One alone: scripts/tests.sh <name>
set -euo pipefail

SOURCE=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd -P)

a_flag_from_outside_is_refused_by_name_even_when_it_is_empty() {
  local name output
  for name in RUSTFLAGS CARGO_ENCODED_RUSTFLAGS; do
    for value in '' '-C opt-level=1'; do
      output=$(export "$name=$value" && refuse_foreign_flags 2>&1) && fail "$name=$value was let through"
      [[ $output == "$name is set and would replace the flags of .cargo/config.toml"* ]] || fail "$output"
    done
  done
  (export CARGO_TARGET_X86_64_UNKNOWN_LINUX_GNU_RUSTFLAGS=-g && refuse_foreign_flags 2>/dev/null) && fail 'target'
  return 0
}

flags_that_keep_ours_are_taken() {
  (RUSTFLAGS='-g --cfg erase_components' refuse_foreign_flags)
  (refuse_foreign_flags)
}

steps_run_side_by_side_and_each_is_reported() {
  begin_step one 'The first, about 9 minutes, once' bash -c 'until [[ -e two ]]; do sleep 0.1; done'
  step two 'The second' touch two
  finish_step one
  [[ "${STEPS[*]}" == *'|ok|The first'* && "${STEPS[*]}" == *'|ok|The second'* ]] || fail "${STEPS[*]}"
}

a_step_that_fails_ends_those_beside_it_and_tells_why() {
  program ./program <<'END'
begin_step bad Bad bash -c 'until [[ -s long ]]; do sleep 0.1; done; echo "this is why"; exit 5'
step long Long bash -c 'echo $$ >long; exec sleep 60'
touch survived
END
  local status=0
  ./program >output 2>&1 || status=$?
  ((status == 5)) || fail "status $status"
  [[ ! -e survived ]] || fail 'it went on'
  grep -qx 'this is why' output || fail "$(<output)"
  ! lives "$(<long)" || fail 'the step beside it goes on'
}

a_step_that_may_fail_ends_nothing() {
  try_step bad Bad false
  ((STEP_STATUS == 1)) || fail "status $STEP_STATUS"
  step good Good true
}

what_is_interrupted_leaves_no_process_behind() {
  local signal name status hearing=(env --default-signal=INT) # also where this test was started deaf to it
  "${hearing[@]}" true 2>/dev/null || hearing=(env)
  program ./program <<'END'
job() { bash -c 'echo $$ >child-$1; exec sleep 60' - "$1"; }
at_exit look
look() { for child in child-*; do ! kill -0 "$(<"$child")" 2>/dev/null || echo "$child"; done >at-exit; }
begin_step one One job one
begin_step two Two job two
step slow Slow within 60 bash -c 'echo $$ >child-slow; exec sleep 60'
END
  for signal in INT:130 TERM:143; do
    rm -f child-* at-exit
    set -m # or the background would be deaf to INT
    "${hearing[@]}" ./program >/dev/null 2>&1 &
    set +m
    until [[ -s child-one && -s child-two && -s child-slow ]]; do sleep 0.1; done
    kill -s "${signal%:*}" $!
    status=0
    wait $! || status=$?
    ((status == ${signal#*:})) || fail "status $status after $signal"
    [[ -e at-exit ]] || fail "what was to be done at exit was not done after $signal"
    for name in child-*; do ! lives "$(<"$name")" || fail "$name lives after $signal"; done
    [[ ! -s at-exit ]] || fail "what was to be done at exit came too early: $(<at-exit)"
  done
}

a_tool_comes_by_cargo_binstall_where_that_has_it() {
  program bin/cargo-binstall </dev/null
  program bin/cargo <<'END'
[[ $1 == binstall ]] || exit 9
mkdir -p .tools/bin
printf '#!/bin/sh\necho toy 1.2.3\n' >.tools/bin/toy
chmod +x .tools/bin/toy
END
  install_tool toy 1.2.3 toy-cli
  [[ -x .tools/bin/toy ]] || fail 'nothing was installed'
}

a_tool_is_built_from_source_when_cargo_binstall_hangs_fails_or_brings_what_does_not_run() {
  local how
  program bin/cargo-binstall </dev/null
  BINSTALL_SECONDS=1
  for how in 'exec sleep 60' 'exit 1' 'mkdir -p .tools/bin; echo broken >.tools/bin/toy; chmod +x .tools/bin/toy'; do
    rm -rf built .tools
    program bin/cargo <<END
if [[ \$1 == binstall ]]; then $how; else echo "\$@" >"$PWD/built"; fi
END
    (install_tool toy 1.2.3 toy-cli --locked >/dev/null 2>&1)
    [[ $(<built) == "install --force --root $TOOLS toy-cli@1.2.3 --locked" ]] || fail "$(<built) after $how"
  done
}

who_serves_the_clients_keeps_them_and_new_ones_take_their_place_complete() {
  toy_clients
  echo 1 >src/version
  step clients Clients make_clients dev
  take_clients dev
  [[ $(<"$DIST_DIR/toy/version") == 1 ]] || fail 'not taken'

  echo 2 >src/version
  touch -d '+2 seconds' src/version
  step clients Clients make_clients dev
  [[ $(<dist/dev/toy/version) == 2 ]] || fail 'not built again'
  [[ $(<"$DIST_DIR/toy/version") == 1 ]] || fail 'changed under the server'
  take_clients dev
  [[ $(<"$DIST_DIR/toy/version") == 2 ]] || fail 'still the old ones'
  [[ $(ls -A dist) == $'.dev\ndev' ]] || fail "left in dist: $(ls -A dist)"
}

the_clients_of_a_release_are_not_those_that_run() {
  toy_clients
  program bin/node </dev/null
  echo 1 >src/version
  step clients Clients make_clients dev
  step clients Clients make_clients release
  echo 2 >src/version
  touch -d '+2 seconds' src/version
  step clients Clients make_clients release
  [[ $(<dist/dev/toy/version) == 1 && $(<dist/release/toy/version) == 2 ]] || fail 'mixed up'
}

a_failed_build_of_the_clients_leaves_the_old_ones() {
  toy_clients
  echo 'exit 3' | program bin/trunk
  mkdir -p dist/dev/toy
  try_step clients Clients make_clients dev
  ((STEP_STATUS == 3)) || fail "status $STEP_STATUS"
  [[ -d dist/dev/toy ]] || fail 'gone'
  ! clients_are_fresh dev || fail 'taken for new ones'
}

what_killed_runs_left_behind_goes() {
  toy_clients
  echo 1 >src/version
  mkdir -p dist/.dev.4194305 .data/serving/4194305 ".data/serving/$PPID"
  step clients Clients make_clients dev
  take_clients dev
  [[ ! -e dist/.dev.4194305 && ! -e .data/serving/4194305 ]] || fail 'still there'
  [[ -e .data/serving/$PPID ]] || fail 'that one is alive'
}

the_hook_looks_at_what_is_committed() {
  repository
  hooks >/dev/null
  echo 'fn main() {}' >src/main.rs
  echo 'echo fine' >fine.sh
  git add -A
  git commit -qm good || fail 'stopped a good one'

  echo 'fn  main ( ) {}' >src/main.rs
  echo 'if then' >bad.sh
  git add -A
  echo 'fn main() {}' >src/main.rs
  local output
  output=$(git commit -qm bad 2>&1) && fail 'let a bad one through'
  [[ $output == *src/main.rs* && $output == *bad.sh* && $output != *fine.sh* ]] || fail "$output"

  hooks remove >/dev/null
  git commit -qm bad || fail 'still there'
}

a_hook_of_your_own_stays() {
  repository
  echo mine >.git/hooks/pre-commit
  (hooks 2>/dev/null) && fail 'installed'
  (hooks remove 2>/dev/null) && fail 'removed'
  [[ $(<.git/hooks/pre-commit) == mine ]] || fail 'changed'
  git config core.hooksPath /nowhere
  [[ $(hooks 2>&1) == *'core.hooksPath'* ]] || fail 'installed for other projects, too'
}

a_migration_that_would_hold_requests_up_is_named() {
  source scripts/lint.sh
  cp "$SOURCE/.squawk.toml" .
  mkdir migrations
  local old=migrations/20000101000001_old.sql newest=migrations/20990101000001_new.sql said
  echo 'create index slow on members (name);' | tee "$old" >"$newest"
  said=$(check_migrations migrations 2>&1) && fail 'it was let through'
  [[ $said == *20990101000001_new.sql*require-concurrent-index-creation* || $said == *require-concurrent-index-creation*20990101000001_new.sql* ]] || fail "$said"
  [[ $said != *20000101000001_old.sql* ]] || fail "$said"
  printf '%s\n' "set local lock_timeout = '5s';" '-- squawk-ignore require-concurrent-index-creation' \
    'create index slow on members (name);' >"$newest"
  check_migrations migrations || fail 'what says why it is well was refused'
}

a_command_of_the_operator_runs_with_the_settings_and_secrets_of_the_service() {
  mkdir etc opt
  sed "s!/etc/headcount!$PWD/etc!; s!/opt/headcount!$PWD/opt!" "$SOURCE/deploy/headcount-operator" >operator
  echo 'BASE_URL=https://h.example' >etc/environment
  for name in database-url secret-key backup-aws-secret-access-key backup-identity; do echo "of $name" >"etc/$name"; done
  program opt/headcount <<'END'
echo "$BASE_URL, $(<"$DATABASE_URL_FILE"), $(<"$BACKUP_AWS_SECRET_ACCESS_KEY_FILE"), ${SMTP_URL_FILE-none}"
printf '<%s>' "$@"
END
  # What the real one does with these options, but for the user.
  program bin/systemd-run <<'END'
export CREDENTIALS_DIRECTORY=$PWD/credentials
mkdir -p "$CREDENTIALS_DIRECTORY"
while [[ $1 != -- ]]; do
  case $1 in
    --property=EnvironmentFile=*) set -a; source "${1#*=*=}"; set +a ;;
    --property=LoadCredential=*) from=${1#*=*=}; cp "${from#*:}" "$CREDENTIALS_DIRECTORY/${from%%:*}" ;;
  esac
  shift
done
exec "${@:2}"
END
  local said
  said=$(sh operator grant --org 'The Company' --note "it's paid")
  [[ $said == $'https://h.example, of database-url, of backup-aws-secret-access-key, none\n<grant><--org><The Company><--note><it\'s paid>' ]] ||
    fail "$said"
  said=$(sh operator restore)
  [[ $said == *"<restore><--identity><$PWD/credentials/backup-identity>" ]] || fail "$said"
}

# What the tests are made of

fail() {
  echo "$*" >&2
  exit 70
}

# Whether a process is there and not just waiting to be forgotten.
lives() { [[ $(ps -o stat= -p "$1") == [!Z]* ]]; }

# program <path>: a stand-in whose script comes from the input. A ./program has the parts of ./x as well.
program() {
  {
    echo '#!/usr/bin/env bash'
    [[ $1 != ./program ]] || declare -f parts_of_x
    [[ $1 != ./program ]] || echo 'set -euo pipefail; parts_of_x'
    cat
  } >"$1"
  chmod +x "$1"
}

parts_of_x() {
  ROOT=$PWD DATA=$PWD/.data
  source scripts/jobs.sh
  source scripts/ui.sh
  source scripts/packages.sh
  source scripts/toolchain.sh
  source scripts/build.sh
  source scripts/hooks.sh
}

toy_clients() {
  CLIENTS=(toy) CLIENT_SOURCES=(src)
  program bin/trunk <<'END'
while [[ $1 != --dist ]]; do shift; done
mkdir -p "$2" && cat src/version >"$2/version"
END
}

repository() {
  cp "$SOURCE"/{Cargo.toml,rustfmt.toml} .
  git init -q . && git config user.name x && git config user.email x@localhost
}

run_test() {
  mkdir -p bin scripts src
  cp "$SOURCE"/scripts/* scripts/
  cp "$SOURCE/Cargo.lock" .
  PATH=$PWD/bin:$PATH
  parts_of_x
  "$1"
}

run_tests() {
  local folder failures=0
  for name; do
    folder=$(mktemp -d)
    if (cd "$folder" && bash "$SOURCE/scripts/tests.sh" --here "$name") >"$folder/output" 2>&1; then
      echo "ok      ${name//_/ }"
    else
      echo "FAILED  ${name//_/ }"
      cat "$folder/output"
      failures=$((failures + 1))
    fi
    rm -rf "$folder"
  done
  ((failures == 0))
}

unset RUSTFLAGS CARGO_ENCODED_RUSTFLAGS CARGO_TARGET_DIR HEADCOUNT_TOOLS DIST_DIR
# Variables that git sets for hooks lead to another repository; a person's own settings have no say here.
unset "${!GIT_@}"
export GIT_CONFIG_GLOBAL=/dev/null GIT_CONFIG_NOSYSTEM=1 TERM=dumb LC_ALL=C

if [[ ${1:-} == --here ]]; then
  run_test "$2"
elif (($#)); then
  run_tests "$@"
else
  # In the order in which they stand, which is not that of declare.
  mapfile -t tests < <(sed -n '/^# What the tests are made of/q; s/^\([a-z_]*\)() {$/\1/p' "$SOURCE/scripts/tests.sh")
  run_tests "${tests[@]}"
fi
