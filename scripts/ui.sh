# shellcheck shell=bash
# What a person sees: one line for each step with what it does and how long it took.
# The full output of a step is in .data/log; its end is shown when the step fails.
# A long step counts seconds on a terminal and says every half minute elsewhere that it lives.

LOGS=$DATA/log
STEPS=()       # "seconds|outcome|headline" of each step, for the summary
STEP_STATUS=0  # exit status of the last step

if [[ -t 1 && ${TERM:-dumb} != dumb ]]; then
  ON_TERMINAL=yes
  export CARGO_TERM_COLOR=${CARGO_TERM_COLOR:-always} # so that the shown end of a log is readable
else
  ON_TERMINAL=
fi

say() { printf '%s\n' "$*"; }

die() {
  printf '%s\n' "$@" >&2
  exit 1
}

duration() {
  if (($1 < 60)); then printf '%d s' "$1"; else printf '%d min %02d s' $(($1 / 60)) $(($1 % 60)); fi
}

# Control codes would fall over the screen; both readers of logs want plain text.
plain() { sed $'s/\x1b\\[[0-9;?]*[A-Za-z]//g' | tr -d '\r'; }

# step <name> <headline> <command…>: runs a command and ends everything if it fails.
step() {
  run_step "$@"
  ((STEP_STATUS == 0)) || fail_step "$1"
}

# try_step <name> <headline> <command…>: the same, but the caller looks at STEP_STATUS.
try_step() { run_step "$@"; }

# The status is left in a variable instead of returned: a caller's `if` or `||` would
# switch off `set -e` inside every function that is run as a step.
run_step() {
  local headline=$2 log="$LOGS/$1.log" began=$SECONDS outcome=ok
  shift 2
  mkdir -p "$LOGS"
  [[ $ON_TERMINAL ]] || say "==> $headline"

  if [[ ${SHOW_OUTPUT:-} ]]; then
    [[ $ON_TERMINAL ]] && say "==> $headline"
    start_job shown "$log" "$@"
    await_job
  else
    start_job "$@" >"$log" 2>&1
    watch_job "$headline" "$log"
  fi
  STEP_STATUS=$JOB_STATUS
  ((STEP_STATUS == 0)) || outcome=FAILED

  local took=$((SECONDS - began))
  STEPS+=("$took|$outcome|$headline")
  if [[ $ON_TERMINAL ]]; then
    local mark='✓'
    ((STEP_STATUS == 0)) || mark='✗'
    printf '\r\033[K%s %s  %s\n' "$mark" "$headline" "$(duration $took)"
  else
    say "    $outcome, $(duration $took)"
  fi
}

shown() {
  local log=$1
  shift
  "$@" 2>&1 | tee "$log"
}

# Waits for the job and tells of it meanwhile.
watch_job() {
  local headline=$1 log=$2 began=$SECONDS told=$SECONDS frame=0 newest=
  local frames=(⠋ ⠙ ⠹ ⠸ ⠼ ⠴ ⠦ ⠧ ⠇ ⠏)
  while job_runs; do
    if [[ $ON_TERMINAL ]]; then
      ((frame % 5)) || newest=$(last_line "$log")
      printf '\r\033[K%s %s  %s  \033[2m%s\033[0m' "${frames[frame % 10]}" "$headline" \
        "$(duration $((SECONDS - began)))" "$newest"
      frame=$((frame + 1))
    elif ((SECONDS - told >= 30)); then
      told=$SECONDS
      say "    $(duration $((SECONDS - began))): $(last_line "$log")"
    fi
    sleep 0.2
  done
  await_job
}

last_line() {
  local line
  line=$(tail -c 2000 "$1" 2>/dev/null | plain | grep -v '^[[:space:]]*$' | tail -n 1) || true
  printf '%.40s' "${line#"${line%%[![:space:]]*}"}"
}

fail_step() {
  local log="$LOGS/$1.log"
  {
    # Cargo's progress is of no interest any more; colours may surround its words.
    [[ ${SHOW_OUTPUT:-} ]] || grep -vE '^.{0,20}(Compiling|Checking|Download).{0,8} [^ ]+ v[0-9]' "$log" | tail -n 80
    say ''
    say "Failed. The full output is in ${log#"$ROOT"/}"
    if grep -q 'no cached data for this query' "$log"; then
      say 'A query is newer than .sqlx: run ./x prepare and commit the change.'
    fi
  } >&2
  exit "$STEP_STATUS"
}

summary() {
  local entry seconds outcome headline
  ((${#STEPS[@]})) || return 0
  say ''
  say 'Summary'
  for entry in "${STEPS[@]}"; do
    IFS='|' read -r seconds outcome headline <<<"$entry"
    printf '  %-6s %12s  %s\n' "$outcome" "$(duration "$seconds")" "${headline%%, about *}"
  done
  printf '  %-6s %12s\n' total "$(duration "$SECONDS")"
}
