//! What screens and emails say: a folder for each language, a file for each client, one that they share
//! and one for emails.
//! `build.rs` makes a function of each message, so that a client carries only what it says. N10
//!
//! A name in capitals, such as `{ $LINK }`, is where the page puts something of its own: a link, a
//! date, bold words. Such a message is what stands before and what stands behind.

/// The language that everything is said in.
#[must_use]
pub const fn language() -> Language {
    Language::En
}

include!(concat!(env!("OUT_DIR"), "/words.rs"));
