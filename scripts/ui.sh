# shellcheck shell=bash
# What a person sees: one line for each step with what it does and how long it took.
# The full output of a step is in .data/log; its end is shown when the step fails.
# Steps may run side by side. While they do, each has a line that counts seconds on a
# terminal, and elsewhere says every half minute what it is doing.

LOGS=$DATA/log
STEPS=()      # "seconds|outcome|headline" of each step that ended, for the summary
UNDER_WAY=()  # "job|name|began|headline" of each step that runs
NEWEST=()     # for each of those the last line of its log
STEP_STATUS=0 # exit status of the step that ended last
HEADLINE=     # of which step the lines on the screen are, where there is no terminal
TOLD=0        # when it was last said what is under way

if [[ -t 1 && ${TERM:-dumb} != dumb ]]; then
  ON_TERMINAL=yes
  export CARGO_TERM_COLOR=${CARGO_TERM_COLOR:-always} # so that the shown end of a log is readable
  shopt -s checkwinsize # keeps COLUMNS right
else
  ON_TERMINAL=
fi

say() { printf "%s\n" "$@"; }

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
  begin_step "$@"
  finish_step "$1"
}

# begin_step <name> <headline> <command…>: the command runs beside what follows, until finish_step.
begin_step() {
  local name=$1 headline=$2
  shift 2
  mkdir -p "$LOGS"
  [[ $ON_TERMINAL && ! ${SHOW_OUTPUT:-} ]] || say "==> $headline"
  HEADLINE=$headline TOLD=$SECONDS
  if [[ ${SHOW_OUTPUT:-} ]]; then
    start_job shown "$LOGS/$name.log" "$@"
  else
    start_job "$@" >"$LOGS/$name.log" 2>&1
  fi
  UNDER_WAY+=("$GROUP|$name|$SECONDS|$headline")
  NEWEST+=('')
}

# finish_step <name>: waits for it. A step that fails meanwhile ends everything at once.
finish_step() {
  while is_under_way "$1"; do
    look_at_steps
    [[ ! $FAILED_STEP ]] || fail_step "$FAILED_STEP"
  done
}

# try_step <name> <headline> <command…>: like step, but the caller looks at STEP_STATUS.
# The status is left in a variable instead of returned: a caller's `if` or `||` would
# switch off `set -e` inside every function that is run as a step.
try_step() {
  TRIED_STEP=$1
  begin_step "$@"
  finish_step "$1"
  TRIED_STEP=
}

shown() {
  local log=$1
  shift
  "$@" 2>&1 | tee "$log"
}

is_under_way() {
  local step
  for step in "${UNDER_WAY[@]+"${UNDER_WAY[@]}"}"; do
    [[ $step != *"|$1|"* ]] || return 0
  done
  return 1
}

# Closes the steps that have ended; else tells of those that run, and rests for a moment.
look_at_steps() {
  local i job name began headline
  for i in "${!UNDER_WAY[@]}"; do
    IFS='|' read -r job name began headline <<<"${UNDER_WAY[i]}"
    job_runs "$job" && [[ ! ${SHOW_OUTPUT:-} ]] && continue
    UNDER_WAY=("${UNDER_WAY[@]:0:i}" "${UNDER_WAY[@]:i+1}")
    NEWEST=("${NEWEST[@]:0:i}" "${NEWEST[@]:i+1}")
    close_step "$job" "$name" $((SECONDS - began)) "$headline"
    return
  done
  tell_of_steps
  sleep 0.2
}

TRIED_STEP=  # the step that may fail
FAILED_STEP= # the step that may not, and did

close_step() {
  local job=$1 name=$2 took=$3 headline=$4 outcome=ok mark='✓'
  await_job "$job"
  STEP_STATUS=$JOB_STATUS
  if ((STEP_STATUS)); then
    outcome=FAILED mark='✗'
    if [[ $name == "$TRIED_STEP" ]]; then outcome=skipped mark='–'; else FAILED_STEP=$name; fi
  fi
  STEPS+=("$took|$outcome|$headline")
  if [[ $ON_TERMINAL ]]; then
    printf '\r\033[J%s %s  %s\n' "$mark" "$headline" "$(duration "$took")"
  else
    tell "$headline" "$outcome, $(duration "$took")"
  fi
}

FRAME=0
tell_of_steps() {
  local i job name began headline frames=(⠋ ⠙ ⠹ ⠸ ⠼ ⠴ ⠦ ⠧ ⠇ ⠏)
  [[ $ON_TERMINAL ]] || ((SECONDS - TOLD >= 30)) || return 0
  TOLD=$SECONDS
  for i in "${!UNDER_WAY[@]}"; do
    IFS='|' read -r job name began headline <<<"${UNDER_WAY[i]}"
    if [[ $ON_TERMINAL ]]; then
      ((FRAME % 5)) || NEWEST[i]=$(last_line "$LOGS/$name.log")
      draw "${frames[FRAME % 10]} $headline  $(duration $((SECONDS - began)))  " "${NEWEST[i]}"
    else
      tell "$headline" "$(duration $((SECONDS - began))): $(last_line "$LOGS/$name.log")"
    fi
  done
  # Back to the first of the lines, to be drawn over.
  [[ ! $ON_TERMINAL ]] || printf '\033[%dA' ${#UNDER_WAY[@]}
  FRAME=$((FRAME + 1))
}

# draw <what> <more, dimmed>: one line of the screen and no more, however narrow that is.
draw() {
  local room=$((${COLUMNS:-80} - 1)) what
  what=${1:0:room}
  printf '\r\033[K%s\033[2m%s\033[0m\n' "$what" "${2:0:room - ${#what}}"
}

# The lines of steps that will not be drawn again.
clear_lines() { [[ ! $ON_TERMINAL ]] || printf '\r\033[J'; }

# tell <headline> <what>: names the step where the line before was about another.
tell() {
  local of=
  [[ $1 == "$HEADLINE" ]] || of="${1%%, a[b ]*}: "
  say "    $of$2"
  HEADLINE=$1
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
    if [[ ! ${SHOW_OUTPUT:-} ]]; then
      grep -vE '^.{0,20}(Compiling|Checking|Download).{0,8} [^ ]+ v[0-9]' "$log" | tail -n 80 || true
    fi
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
    printf '  %-7s %11s  %s\n' "$outcome" "$(duration "$seconds")" "${headline%%, a[b ]*}"
  done
  printf '  %-7s %11s\n' total "$(duration "$SECONDS")"
}
