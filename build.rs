fn main() {
    // `sqlx::migrate!` embeds the folder; cargo has to know that it depends on it.
    println!("cargo::rerun-if-changed=migrations");

    if std::env::var_os("CARGO_CFG_ERASE_COMPONENTS").is_none() {
        println!(
            "cargo::error=The flags of .cargo/config.toml are missing, without which pages break in the browser: \
             something replaces them, such as RUSTFLAGS or a [target] in ~/.cargo/config.toml (add to it \
             --cfg erase_components), or the build was started outside of this folder."
        );
    }
}
