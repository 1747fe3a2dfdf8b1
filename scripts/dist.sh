# shellcheck shell=bash
# ./x dist: one archive with everything that a server needs, and ./x test dist, which starts it where nothing
# else is.

DIST_SUITE=${DIST_SUITE:-bookworm} # the oldest Debian that the program has to run on

dist() {
  (($# == 0)) || die './x dist takes nothing.'
  need_server_tools
  need_wasm_opt
  build_heif --release
  has_libheif || die 'The archive holds what opens HEIC photos: install libheif with its headers and pkg-config.'
  build_clients release
  build_program step --features embed
  step parts 'Asking for all parts' list_parts
  step licenses 'Collecting their licenses' write_licenses
  step sbom 'Writing the list of parts' write_sbom
  step pack 'Packing' pack
  say "  $(dist_archive) ($(du -h "$(dist_archive)" | cut -f1), the program $(du -h "$DIST_STAGE/$(dist_name)/headcount" | cut -f1))"
}

DIST_STAGE=$TARGET/dist

dist_target() { rustc -vV | awk '/^host:/ { print $2 }'; }
dist_name() { echo "headcount-$(crate_version)-$(dist_target)"; }
dist_archive() { echo "$ROOT/dist/$(dist_name).tar.zst"; }
crate_version() { awk -F'"' '/^version = / { print $2; exit }' "$ROOT/Cargo.toml"; }

list_parts() {
  mkdir -p "$DIST_STAGE"
  cargo metadata --format-version 1 --locked --features embed,heif --filter-platform "$(dist_target)" >"$DIST_STAGE/server.json"
  cargo metadata --format-version 1 --locked --no-default-features --features hydrate \
    --filter-platform wasm32-unknown-unknown >"$DIST_STAGE/clients.json"
}

write_licenses() {
  node "$ROOT/scripts/licenses.mjs" "$DIST_STAGE/server.json" "$DIST_STAGE/clients.json" \
    >"$DIST_STAGE/THIRD-PARTY-LICENSES.txt"
}

write_sbom() {
  node "$ROOT/scripts/sbom.mjs" "$ROOT/Cargo.lock" "$DIST_STAGE/server.json" "$DIST_STAGE/clients.json" \
    >"$DIST_STAGE/sbom.cdx.json"
}

# The same sources make the same archive: nothing of the time or of who packed it is in there.
pack() {
  local into program
  into=$DIST_STAGE/$(dist_name)
  rm -rf "$into"
  mkdir -p "$into/docs"
  for program in headcount headcount-heif; do
    strip --strip-all -o "$into/$program" "$TARGET/release/$program"
  done
  cp "$ROOT/LICENSE" "$ROOT/deploy/README.md" "$ROOT"/{SECURITY,CHANGELOG}.md "$DIST_STAGE"/{THIRD-PARTY-LICENSES.txt,sbom.cdx.json} "$into/"
  cp "$ROOT"/docs/{operating,scaling,sso,engine,rules,glossary}.md "$ROOT"/docs/engine.openapi.yaml "$into/docs/"
  cp "$ROOT"/deploy/{headcount-operator,headcount.service,headcount-backup.service,headcount-backup.timer,environment.example,grafana.json,alerts.yml} "$into/"
  tar --create --zstd --sort=name --owner=0 --group=0 --numeric-owner --mtime=@0 --mode=go-w \
    --directory="$DIST_STAGE" --file="$(dist_archive)" "$(dist_name)"
}

# ./x test dist: the archive in a Debian root that has glibc, certificates and nothing of ours: it starts, and
# somebody signs up, is given credits, invites and signs in again, and who is invited joins, by forms alone. With
# libheif of Debian it takes the photos of iPhones. Needs to be root, and network for Debian's packages.
dist_tests() {
  [[ -f $(dist_archive) ]] || dist
  command -v mmdebstrap >/dev/null || need_packages mmdebstrap 'install mmdebstrap' mmdebstrap
  need_node
  BARE_ROOT=$(mktemp -d)
  at_exit remove_bare_root # registered first, so called after everything in there has ended
  step bare-root "Making a bare Debian ($DIST_SUITE)" mmdebstrap --variant=minbase --include=ca-certificates \
    "$DIST_SUITE" "$BARE_ROOT"
  tar --extract --zstd --file="$(dist_archive)" --directory="$BARE_ROOT/opt"
  mv "$BARE_ROOT/opt/$(dist_name)" "$BARE_ROOT/opt/headcount"
  step dist-links 'What its manual links to' check_links "$BARE_ROOT/opt/headcount"
  pg_start_fleeting
  at_exit unmount_bare_root
  mkdir -p "$BARE_ROOT/run/postgresql"
  as_root mount --bind "$PG_SOCKET" "$BARE_ROOT/run/postgresql"
  # By which the program finds what is beside it.
  as_root mount -t proc proc "$BARE_ROOT/proc"
  step dist-test 'The archive, where nothing else is' try_archive "$BARE_ROOT" refused
  step libheif 'Adding libheif of Debian' in_root "$BARE_ROOT" \
    sh -c 'apt-get update --quiet && apt-get install --quiet --yes --no-install-recommends libheif1'
  pg_psql postgres --quiet -c 'drop database headcount with (force)' -c 'create database headcount'
  step dist-heic 'The archive beside libheif' try_archive "$BARE_ROOT" taken
  cat "$LOGS/dist-heic.log"
}

unmount_bare_root() {
  as_root umount "$BARE_ROOT/run/postgresql" || true
  as_root umount "$BARE_ROOT/proc" || true
}

# Not while something of this machine is mounted in there.
remove_bare_root() { as_root rm -rf --one-file-system "$BARE_ROOT"; }

in_root() {
  local root=$1
  shift
  cp --dereference /etc/resolv.conf "$root/etc/resolv.conf"
  as_root env DEBIAN_FRONTEND=noninteractive chroot "$root" "$@"
}

# Whoever reads the manual where the archive was unpacked finds what it names.
check_links() {
  local folder=$1 page link missing=()
  for page in "$folder"/*.md "$folder"/docs/*.md; do
    while read -r link; do
      [[ -e ${page%/*}/$link ]] || missing+=("${page#"$folder"/} links to $link")
    done < <(grep -oE '\]\([^)#:]+[)#]' "$page" | sed 's/^..//; s/.$//')
  done
  ((${#missing[@]} == 0)) || die "${missing[@]}"
}

# try_archive <root> <refused|taken>: as the user of the database's socket, who is nobody in there.
try_archive() {
  local root=$1 heic=$2 port=${DIST_PORT:-3991} page script tenths=100 user
  local mail_port=$((port + 1))
  user=$(stat -c %u:%g "$root/run/postgresql")
  local inside=(chroot --userspec="$user" "$root" env -i BIND="127.0.0.1:$port"
    BASE_URL="http://127.0.0.1:$port" SECRET_KEY="$(od -An -N32 -tx1 /dev/urandom | tr -d ' \n')"
    SMTP_URL="smtp://127.0.0.1:$mail_port" MAIL_FROM='Headcount <headcount@headcount.example>'
    STORAGE_URL="file:///tmp/pictures-$heic" DATABASE_URL='postgres://headcount@localhost/headcount?host=/run/postgresql'
    /opt/headcount/headcount)
  "${inside[@]}" --version
  start_group "${inside[@]}" serve
  SERVER=$GROUP
  trap stop_server EXIT # a step of its own, which may fail
  until curl --silent --fail "http://127.0.0.1:$port/readyz"; do
    if ! kill -0 "$SERVER" 2>/dev/null || ((tenths-- == 0)); then die 'The program did not start.'; fi
    sleep 0.1
  done
  page=$(curl --silent --fail "http://127.0.0.1:$port/sign-in")
  [[ $page == *'type="email"'* ]] || die 'The sign-in page asks for no address.'
  script=$(grep -oE '/pkg/guest/[^"]+_bg\.wasm' <<<"$page" | head -n 1)
  [[ $script ]] || die 'The sign-in page names no client.'
  curl --silent --fail --header 'Accept-Encoding: br' --output /dev/null --dump-header - \
    "http://127.0.0.1:$port$script" | grep -i '^content-encoding: br' || die 'The client does not come packed.'
  curl --silent --fail --output /dev/null "http://127.0.0.1:$port/icons.svg"
  HEIC=$heic node "$ROOT/scripts/dist-journey.mjs" "http://127.0.0.1:$port" "$mail_port" "${inside[@]}"
  [[ $(stat -c %s "$root/opt/headcount/headcount") -le $((60 * 1000 * 1000)) ]] || die 'The program has grown beyond 60 MB.'
  stop_server
}
