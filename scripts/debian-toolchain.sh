# shellcheck shell=bash
# A WebAssembly target for machines that reach Debian's archive but not Rust's downloads:
# a second toolchain of Debian's Rust for browsers (rustc-web), which builds the clients
# while the server stays with the first. Debian has no standard library for wasm32, so it
# is built from the sources that come along. HEADCOUNT_WASM=debian forces this way.

WEB=$TOOLS/debian-web

need_debian_toolchain() {
  CLIENT_ENV+=(RUSTUP_TOOLCHAIN="$WEB")
  [[ -f $WEB/proven ]] && return
  if ! command -v rustup >/dev/null || ! command -v apt-get >/dev/null; then
    die 'The WebAssembly target is missing: rustup target add wasm32-unknown-unknown'
  fi
  become_root 'The WebAssembly target is missing and needs: apt-get install libllvm22'
  step debian-toolchain "Building a WebAssembly target from Debian's Rust, about a minute, once" \
    make_debian_toolchain
}

make_debian_toolchain() {
  scratch
  set -x # the log should tell what was done
  unpack_debian_rust "$SCRATCH" &&
    assemble_toolchain "$SCRATCH" &&
    build_standard_library "$SCRATCH" &&
    prove_toolchain "$SCRATCH" &&
    touch "$WEB/proven"
}

# Unpacked and not installed: as packages they would exclude a rustup installed by Debian.
unpack_debian_rust() {
  local work=$1 std llvm
  apt_update
  std=$(apt-cache depends libstd-rust-web-dev | sed -n 's/.*Depends: \(libstd-rust-web-[0-9.]*\)$/\1/p')
  llvm=$(apt-cache depends "$std" | sed -n 's/.*Depends: \(libllvm[0-9]*\)$/\1/p')
  apt_install "$llvm" &&
    (cd "$work" && apt-get download rustc-web rust-web-src rust-web-clippy libstd-rust-web-dev "$std") &&
    for package in "$work"/*.deb; do dpkg -x "$package" "$work/unpacked" || return; done
}

# rustc finds its library beside itself. cargo and the linker are links to the first
# toolchain's: a copied rust-lld would not find its LLVM.
assemble_toolchain() {
  local usr=$1/unpacked/usr first host
  first=$(rustc --print sysroot)
  host=$(rustc -vV | sed -n 's/^host: //p')
  rm -rf "$WEB"
  mkdir -p "$WEB/bin" "$WEB/lib/rustlib/$host/bin" "$WEB/lib/rustlib/src" &&
    mv "$usr"/bin/{rustc,rustdoc,clippy-driver,cargo-clippy} "$WEB/bin/" &&
    mv "$usr/lib/$(uname -m)-linux-gnu"/librustc_driver-*.so "$WEB/lib/" &&
    cp -a "$usr/lib/rustlib/." "$WEB/lib/rustlib/" &&
    rm -rf "$WEB/lib/rustlib/src/rust" &&
    mv "$usr"/src/rustc-* "$WEB/lib/rustlib/src/rust" &&
    ln -s "$first/bin/cargo" "$WEB/bin/cargo" &&
    ln -sfn "$first/lib/rustlib/$host/bin/rust-lld" "$WEB/lib/rustlib/$host/bin/rust-lld" &&
    ln -sfn "$first/lib/rustlib/$host/bin/gcc-ld" "$WEB/lib/rustlib/$host/bin/gcc-ld"
}

# -Zbuild-std needs the unstable switch once, here. With bitcode, fat LTO works as well.
build_standard_library() {
  local crate=$1/crate libraries=$WEB/lib/rustlib/wasm32-unknown-unknown/lib
  empty_crate "$crate" &&
    RUSTUP_TOOLCHAIN=$WEB RUSTC_BOOTSTRAP=1 RUSTFLAGS=-Cembed-bitcode=yes CARGO_TARGET_DIR=$crate/target \
      cargo build --manifest-path "$crate/Cargo.toml" --release --target wasm32-unknown-unknown \
      -Zbuild-std=std,proc_macro,test,panic_abort,panic_unwind &&
    mkdir -p "$libraries" &&
    cp "$crate"/target/wasm32-unknown-unknown/release/deps/*.rlib "$libraries/" &&
    rm -rf "$WEB/lib/rustlib/src" # half a gigabyte that is never needed again
}

prove_toolchain() {
  local crate=$1/proof
  empty_crate "$crate" &&
    RUSTUP_TOOLCHAIN=$WEB CARGO_TARGET_DIR=$crate/target \
      cargo build --manifest-path "$crate/Cargo.toml" --target wasm32-unknown-unknown &&
    RUSTUP_TOOLCHAIN=$WEB CARGO_TARGET_DIR=$crate/target \
      cargo clippy --manifest-path "$crate/Cargo.toml" --target wasm32-unknown-unknown -- -D warnings
}

empty_crate() {
  mkdir -p "$1/src"
  printf '[package]\nname = "empty"\nversion = "0.0.0"\nedition = "2024"\n[lib]\ncrate-type = ["cdylib"]\n[workspace]\n' \
    >"$1/Cargo.toml"
  : >"$1/src/lib.rs"
}
