#!/usr/bin/env bash
# What git runs before a commit where ./x hooks has installed it: is everything formatted, and does each
# script parse? It looks at what is being committed, not at what lies in the folder. Takes a second or two.
set -euo pipefail

cd "$(git rev-parse --show-toplevel)"
PATH=${HEADCOUNT_TOOLS:-$PWD/.tools}/bin:$PATH
edition=$(sed -n 's/^edition = "\(.*\)"/\1/p' Cargo.toml)
unformatted=()
broken=()

# rustfmt --check says yes to whatever comes by its input, so what it would write is compared.
formatted() {
  cmp -s <(git show ":$1") <(git show ":$1" | rustfmt --edition "$edition" --config-path rustfmt.toml 2>/dev/null)
}

# Where leptosfmt is not installed, ./x test lint will look at it.
views_formatted() {
  ! command -v leptosfmt >/dev/null || cmp -s <(git show ":$1") <(git show ":$1" | leptosfmt --stdin 2>/dev/null)
}

while IFS= read -r -d '' file; do
  case $file in
    *.rs)
      formatted "$file" || unformatted+=("$file")
      [[ $(git show ":$file") != *'view!'* ]] || views_formatted "$file" || unformatted+=("$file")
      ;;
    x | .ci/run | *.sh) git show ":$file" | bash -n || broken+=("$file") ;;
  esac
done < <(git diff --cached --name-only --diff-filter=ACMR -z)

if ((${#unformatted[@]})); then
  printf 'Not formatted; run ./x format and git add:\n'
  printf '  %s\n' "${unformatted[@]}" | sort -u
fi >&2
if ((${#broken[@]})); then
  printf 'Bash cannot read:\n'
  printf '  %s\n' "${broken[@]}"
fi >&2
((${#unformatted[@]} + ${#broken[@]} == 0))
