# shellcheck shell=bash
# PgBouncer and haproxy, which some tests put around the server: unpacked beside the other tools and not
# installed, so that neither starts by itself. Where Debian's packages are not to be had, those tests are left out.

PROXIES=

need_proxies() {
  local name missing=()
  PROXIES=yes
  for name in pgbouncer haproxy; do
    find_proxy "$name" || missing+=("$name")
  done
  ((${#missing[@]})) || return 0
  if ! command -v apt-get >/dev/null; then
    say "${missing[*]} cannot be had by apt-get here: the tests that need them are left out."
    PROXIES=
    return 0
  fi
  step proxies "Unpacking ${missing[*]}, once" unpack_proxies "${missing[@]}"
  for name in "${missing[@]}"; do find_proxy "$name" || die "$name was unpacked, but does not run."; done
}

# find_proxy <name>: exports where it is, by its name in capitals.
find_proxy() {
  local path
  for path in "/usr/sbin/$1" "/usr/local/sbin/$1" "$TOOLS/proxies/$1"; do
    if [[ -x $path ]] && proxy_runs "$path"; then
      export "${1^^}=$path"
      return 0
    fi
  done
  return 1
}

# One knows the one, the other the other.
proxy_runs() { "$1" --version >/dev/null 2>&1 || "$1" -v >/dev/null 2>&1; }

# With the libraries that are missing here, of which a starter beside the program knows.
unpack_proxies() {
  local folder=$TOOLS/proxies package name
  scratch
  mkdir -p "$SCRATCH/partial"
  { download_packages "$@" || { apt_update && download_packages "$@"; }; } &&
    rm -rf "$folder" && mkdir -p "$folder/root" || return
  for package in "$SCRATCH"/*.deb; do dpkg -x "$package" "$folder/root" || return; done
  for name; do
    printf '#!/bin/sh\nLD_LIBRARY_PATH=%s exec %s "$@"\n' \
      "'$folder/root/usr/lib/$(uname -m)-linux-gnu'" "'$folder/root/usr/sbin/$name'" >"$folder/$name"
    chmod +x "$folder/$name"
  done
  # PgBouncer runs as the user who runs Postgres.
  chmod -R a+rX "$folder"
}

# With all that they need and is not installed.
download_packages() {
  apt-get install --yes --no-install-recommends --download-only -o Debug::NoLocking=1 \
    -o Dir::Cache::archives="$SCRATCH" "$@"
}
