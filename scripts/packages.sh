# shellcheck shell=bash
# Packages of the operating system. Only Debian and its kin are installed from here;
# anywhere else we say what is missing, because guessing at package names helps nobody.

# need_packages <what for> <how to get it elsewhere> <package…>
need_packages() {
  local what=$1 elsewhere=$2
  shift 2
  command -v apt-get >/dev/null || die "${what^} is missing: $elsewhere, then start ./x again."
  become_root "${what^} is missing and needs: apt-get install $*"
  step "apt-${1%% *}" "Installing $what with apt-get, about a minute, once" apt_install "$@"
  hash -r
}

SUDO=()
become_root() {
  ((EUID == 0)) && return
  command -v sudo >/dev/null || die "$1" 'Run that as root, then start ./x again.'
  # Steps run without the terminal, so a password has to be asked for before.
  sudo -n true 2>/dev/null || { [[ -t 0 ]] && say "$1" && sudo -v; } ||
    die "$1" 'Run that as root, then start ./x again.'
  SUDO=(sudo -n)
}

# The lists are often missing in fresh containers, and another process may hold their lock.
apt_update() {
  local try
  for try in 1 2 3; do
    as_root apt-get update && return
    sleep $((try * 5))
  done
  say 'apt-get update failed; going on with the lists that are here.'
}

apt_install() {
  apt_update
  as_root env DEBIAN_FRONTEND=noninteractive apt-get install --yes --no-install-recommends \
    -o DPkg::Lock::Timeout=300 "$@"
}

as_root() { "${SUDO[@]+"${SUDO[@]}"}" "$@"; }
