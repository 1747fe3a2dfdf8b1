# shellcheck shell=bash
# The program of the release before, which goes on serving while an update brings a new schema: tests start it
# beside this one.

# A release moves it on, together with RELEASED_MIGRATIONS in lint.sh. Until there is one, the last commit before
# the migrations that come with the next.
RELEASED=f46d2a9

PREVIOUS=

need_previous() {
  local name
  name=$(git rev-parse --verify --quiet "$RELEASED^{commit}") || {
    say "The history of this clone ends after $RELEASED: the tests that need its program are left out."
    return 0
  }
  PREVIOUS=yes
  export HEADCOUNT_PREVIOUS=$TOOLS/release-before/$name
  [[ -x $HEADCOUNT_PREVIOUS ]] || step previous 'Building the program of the release before, about 3 minutes, once' \
    build_previous "$name" "$HEADCOUNT_PREVIOUS"
}

# build_previous <commit> <where to>: with the libraries that the tests of this one have brought about already, for
# which it is built beside a test. Cargo tells packages apart by name and version, not by folder, and would give it
# what the build script of this one made: so its version says which commit it is. What is built next takes the
# program's place in the target folder.
build_previous() {
  scratch
  mkdir -p "$(dirname "$2")" &&
    git archive "$1" | tar -x -C "$SCRATCH" &&
    in_scratch sed -i "/^name = \"headcount\"$/{n;s/^version = .*/version = \"0.0.0-g$1\"/}" Cargo.toml Cargo.lock &&
    in_scratch cargo build --locked --bin headcount --test docs &&
    cp "$TARGET/debug/headcount" "$2.partial" &&
    mv "$2.partial" "$2"
}

in_scratch() { (cd "$SCRATCH" && "$@"); }
