# shellcheck shell=bash
# Everything that ./x starts, it ends, however it ends itself: each job is a process
# group of its own, out of the terminal's reach, so that Ctrl-C comes to ./x alone and
# things stop in the right order (server before database). Several jobs may run at once.

JOBS=()      # process groups of the jobs that run
JOB_STATUS=0 # exit status of the job that was awaited last
EXIT_TASKS=()

# at_exit <function>: the last one registered is called first.
at_exit() { EXIT_TASKS+=("$1"); }

leave() {
  local status=$? i
  trap - EXIT
  trap '' INT TERM HUP
  set +e
  clear_lines
  end_groups INT 8 "${JOBS[@]+"${JOBS[@]}"}"
  for ((i = ${#EXIT_TASKS[@]} - 1; i >= 0; i--)); do "${EXIT_TASKS[i]}"; done
  exit "$status"
}

trap leave EXIT
trap 'say ""; exit 130' INT
trap 'exit 143' TERM
trap 'exit 129' HUP

# start_group <command…>: starts a process group and leaves its number in GROUP.
start_group() {
  set -m # job control gives each background command a group of its own
  "$@" </dev/null &
  GROUP=$!
  set +m
}

# end_groups <signal> <seconds> <group…>: asks all, waits, and then does not ask any more.
end_groups() {
  local signal=$1 tenths=$(($2 * 10)) group
  shift 2
  for group; do kill -s "$signal" -- "-$group" 2>/dev/null || true; done
  while ((tenths-- > 0)) && any_group_lives "$@"; do sleep 0.1; done
  for group; do
    kill -s KILL -- "-$group" 2>/dev/null || true
    wait "$group" 2>/dev/null || true
  done
}

any_group_lives() {
  local group
  for group; do
    ! kill -0 -- "-$group" 2>/dev/null || return 0
  done
  return 1
}

# start_job <command…>: starts a job and leaves its number in GROUP.
start_job() {
  start_group "$@"
  JOBS+=("$GROUP")
}

job_runs() { kill -0 "$1" 2>/dev/null; }

# await_job <number>: its exit status is in JOB_STATUS.
await_job() {
  local job others=()
  JOB_STATUS=0
  wait "$1" 2>/dev/null || JOB_STATUS=$?
  for job in "${JOBS[@]}"; do [[ $job == "$1" ]] || others+=("$job"); done
  JOBS=("${others[@]+"${others[@]}"}")
}

# scratch: for functions that run as a step; a temporary folder that goes with the step.
scratch() {
  SCRATCH=$(mktemp -d)
  trap 'rm -rf "$SCRATCH"' EXIT
}

# leash <signal>: a prefix for long-lived children. Where the kernel can do it, they get
# the signal even when ./x is killed without a chance to end them itself.
LEASH=()
leash() {
  LEASH=(setpriv --pdeathsig "$1")
  "${LEASH[@]}" true 2>/dev/null || LEASH=(env)
}
