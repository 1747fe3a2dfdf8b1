#!/usr/bin/env bash
# Joins the stylesheets of style/ into target/style/main.css, which Trunk hashes
# and, for a release, minifies. layers.css comes first: it declares the order of
# the cascade layers, so the order of all the others decides nothing.
set -euo pipefail
shopt -s nullglob
export LC_ALL=C # the same order of names on every machine

cd "$(dirname "${BASH_SOURCE[0]}")/.."
mkdir -p target/style

for sheet in style/layers.css style/tokens.css style/base.css style/layout.css \
  style/components/*.css style/pages/*.css; do
  printf '/* %s */\n' "$sheet"
  cat "$sheet"
  printf '\n'
done >target/style/main.css
