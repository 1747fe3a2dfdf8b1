fn main() {
    // These folders are embedded as they are; cargo has to know that the crate depends on them.
    println!("cargo:rerun-if-changed=migrations");
    println!("cargo:rerun-if-changed=src/mail/words");
}
