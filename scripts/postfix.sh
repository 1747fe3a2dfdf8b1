# shellcheck shell=bash
# smtp-sink and smtp-source, which postfix brings for measuring: unpacked beside the other tools and
# not installed, so that no mail server starts and nothing asks how it is to be set up.

POSTFIX=

need_postfix() {
  POSTFIX=$TOOLS/postfix
  if [[ ! -x $POSTFIX/usr/sbin/smtp-sink ]]; then
    if command -v smtp-sink >/dev/null || [[ -x /usr/sbin/smtp-sink ]]; then
      POSTFIX= # the system's own
    else
      command -v apt-get >/dev/null ||
        die 'smtp-sink is missing: install postfix by your package manager, then start ./x again.'
      step postfix 'Unpacking smtp-sink and smtp-source of postfix, once' unpack_postfix
    fi
  fi
  export POSTFIX
}

unpack_postfix() {
  scratch
  (cd "$SCRATCH" && { apt-get download postfix || { apt_update && apt-get download postfix; }; }) &&
    rm -rf "$POSTFIX" && mkdir -p "$POSTFIX" &&
    dpkg -x "$SCRATCH"/postfix_*.deb "$POSTFIX" &&
    # The sink gives up the rights of root, and reads its libraries after that.
    chmod -R a+rX "$POSTFIX"
}
