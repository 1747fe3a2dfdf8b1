fn main() {
    // `sqlx::migrate!` embeds the folder; cargo has to know that it depends on it.
    println!("cargo:rerun-if-changed=migrations");
}
