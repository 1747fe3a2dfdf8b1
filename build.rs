//! What has to be made or known before the crate is compiled.

#[path = "build/words.rs"]
mod words;

use std::{env, error::Error, fs, path::Path};

fn main() -> Result<(), Box<dyn Error>> {
    // `sqlx::migrate!` embeds the folder; cargo has to know that it depends on it.
    println!("cargo::rerun-if-changed=migrations");
    println!("cargo::rerun-if-changed=src/words");
    let made = Path::new(&env::var("OUT_DIR")?).join("words.rs");
    match words::generate(&words::read(Path::new("src/words"))?) {
        Ok(code) => fs::write(made, code)?,
        Err(problems) => {
            for problem in problems.lines() {
                println!("cargo::error=src/words/{problem}");
            }
        }
    }

    if env::var_os("CARGO_CFG_ERASE_COMPONENTS").is_none() {
        println!(
            "cargo::error=The flags of .cargo/config.toml are missing, without which pages break in the browser: \
             something replaces them, such as RUSTFLAGS or a [target] in ~/.cargo/config.toml (add to it \
             --cfg erase_components), or the build was started outside of this folder."
        );
    }
    Ok(())
}
