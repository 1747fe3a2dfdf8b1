# shellcheck shell=bash
# Everything that ./x starts, it ends, however it ends itself: each job is a process
# group of its own, out of the terminal's reach, so that Ctrl-C comes to ./x alone and
# things stop in the right order (server before database).

JOB=        # process group of the running step
JOB_STATUS=0
EXIT_TASKS=()

# at_exit <function>: the last one registered is called first.
at_exit() { EXIT_TASKS+=("$1"); }

leave() {
  local status=$? i
  trap - EXIT
  trap '' INT TERM HUP
  set +e
  end_job
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

# end_group <group> <signal> <seconds>: asks, waits, and then does not ask any more.
end_group() {
  local group=$1 tenths=$(($3 * 10))
  kill -s "$2" -- "-$group" 2>/dev/null || return 0
  while ((tenths-- > 0)) && kill -0 -- "-$group" 2>/dev/null; do sleep 0.1; done
  kill -s KILL -- "-$group" 2>/dev/null || true
  wait "$group" 2>/dev/null || true
}

start_job() {
  start_group "$@"
  JOB=$GROUP
}

job_runs() { kill -0 "$JOB" 2>/dev/null; }

await_job() {
  JOB_STATUS=0
  wait "$JOB" 2>/dev/null || JOB_STATUS=$?
  JOB=
}

end_job() {
  [[ ! $JOB ]] || end_group "$JOB" INT 8
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
