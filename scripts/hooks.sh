# shellcheck shell=bash
# ./x hooks: lets git look at each commit before it is made, with scripts/pre-commit.sh. For those who want it.

HOOK_MARK='Installed by ./x hooks'

# hooks [remove]
hooks() {
  local hook
  hook=$(find_hook) || exit
  case ${1:-} in
    '') install_hook "$hook" ;;
    remove) remove_hook "$hook" ;;
    *) die './x hooks installs the check before each commit, ./x hooks remove takes it out again.' ;;
  esac
}

# A folder of hooks outside the clone would have this hook run in other projects, too.
find_hook() {
  local folder
  git rev-parse --git-dir >/dev/null 2>&1 || die 'This folder is not a git clone, so there is nothing to hook into.'
  folder=$(git config core.hooksPath) || true
  [[ ! $folder ]] || die "git takes its hooks from $folder (core.hooksPath); add to its pre-commit yourself:" \
    "  bash scripts/pre-commit.sh"
  git rev-parse --git-path hooks/pre-commit
}

install_hook() {
  local hook=$1
  ! foreign_hook "$hook" || die "There is a hook of your own, $hook; add to it yourself:" '  bash scripts/pre-commit.sh'
  mkdir -p "$(dirname "$hook")"
  # Commits from before the script existed must still be possible.
  cat >"$hook" <<END
#!/bin/sh
# $HOOK_MARK; ./x hooks remove takes it out again.
cd "\$(git rev-parse --show-toplevel)" && [ -f scripts/pre-commit.sh ] || exit 0
exec bash scripts/pre-commit.sh
END
  chmod +x "$hook"
  say 'From now on each commit is looked at before it is made: format and shell syntax, a second or two.' \
    'Around it, once: git commit --no-verify. Out again: ./x hooks remove'
}

remove_hook() {
  local hook=$1
  [[ -e $hook ]] || die 'There is no hook.'
  ! foreign_hook "$hook" || die "$hook was not installed by ./x hooks, so it stays."
  rm "$hook"
  say 'Commits are made without being looked at again.'
}

foreign_hook() { [[ -e $1 ]] && ! grep -qsF "$HOOK_MARK" "$1"; }
