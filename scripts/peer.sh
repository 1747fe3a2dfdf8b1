# shellcheck shell=bash
# What `./x bench peer` measures beside: a program on Node in benches/peer, with the packages that its lock file names.

# Installed anew whenever the lock file says something else than what is there.
need_peer() {
  export PEER=$TOOLS/peer
  need_node
  cmp -s benches/peer/package-lock.json "$PEER/.installed" ||
    step peer 'Installing better-auth, which is measured beside, half a minute, once' install_peer
  # Beside its packages, where Node looks for them.
  cp benches/peer/server.mjs "$PEER/"
}

install_peer() {
  rm -rf "$PEER" &&
    mkdir -p "$PEER" &&
    cp benches/peer/package.json benches/peer/package-lock.json "$PEER/" &&
    npm ci --no-audit --no-fund --prefix "$PEER" &&
    cp benches/peer/package-lock.json "$PEER/.installed"
}
