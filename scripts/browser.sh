# shellcheck shell=bash
# What the browser tests need: the Node packages of end2end/, a Chromium and a Firefox.

need_browser() {
  need_node
  need_node_packages
  need_chromium
  need_firefox
}

# Installed anew whenever the lock file says something else than what is there.
need_node_packages() {
  local modules=$ROOT/end2end/node_modules lock=$ROOT/end2end/package-lock.json
  ! cmp -s "$lock" "$modules/.installed" || return 0
  step npm 'Installing the Node packages of end2end, a few seconds, once' \
    env PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD=1 npm ci --no-audit --no-fund --prefix "$ROOT/end2end"
  cp "$lock" "$modules/.installed"
}

need_chromium() {
  ! find_chromium || return 0
  if grep -qs '^ID=debian' /etc/os-release; then
    need_packages chromium 'install Chromium' chromium
    ! find_chromium || return 0
  fi
  cd "$ROOT/end2end"
  step chromium 'Installing the Chromium of Playwright, about a minute, once' npx playwright install chromium
  CHROMIUM=$(node -p 'require("playwright-core").chromium.executablePath()')
  cd "$ROOT"
  export CHROMIUM
}

find_chromium() {
  local name
  for name in "${CHROMIUM:-}" chromium chromium-browser google-chrome google-chrome-stable \
    '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome' /Applications/Chromium.app/Contents/MacOS/Chromium; do
    if [[ $name ]] && CHROMIUM=$(command -v "$name"); then
      export CHROMIUM
      return 0
    fi
  done
  return 1
}

need_firefox() {
  ! find_firefox || return 0
  need_packages firefox 'install Firefox' firefox-esr
  find_firefox || die 'Firefox was installed and is not found; set FIREFOX to its path.'
}

find_firefox() {
  local name
  for name in "${FIREFOX:-}" firefox-esr firefox /Applications/Firefox.app/Contents/MacOS/firefox; do
    if [[ $name ]] && FIREFOX=$(command -v "$name"); then
      export FIREFOX
      return 0
    fi
  done
  return 1
}
