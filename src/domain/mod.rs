//! The rules of the business, the same on the server and in the browser.
//!
//! Pure: no async, no input or output, no clock, no randomness, no Leptos and no SQL. What a rule
//! needs to know it is told; what it decides it returns.

pub mod actor;
pub mod address_list;
mod address_parts;
mod address_scan;
pub mod address_table;
pub mod code;
pub mod credit;
mod csv;
pub mod domain_rule;
pub mod email;
pub mod ids;
pub mod invite;
pub mod joining;
pub mod limits;
pub mod link;
pub mod local_time;
mod mailto;
pub mod member;
pub mod moment;
mod person_name;
pub mod photo;
pub mod role;
pub mod shoot;
pub mod suggestion;
pub mod text;
pub mod typed_code;

/// Gives the domain types that are stored or sent as one word their text form.
///
/// The words are those of the database's check constraints and of the wire.
macro_rules! words {
    ($type:ident { $($variant:ident = $word:literal),+ $(,)? }) => {
        impl $type {
            /// Every value, in the order of its declaration.
            pub const ALL: &'static [Self] = &[$(Self::$variant),+];

            /// The word under which this is stored.
            #[must_use]
            pub const fn word(self) -> &'static str {
                match self { $(Self::$variant => $word),+ }
            }

            /// The value that is stored under `word`, if there is one.
            #[must_use]
            pub fn from_word(word: &str) -> Option<Self> {
                match word { $($word => Some(Self::$variant),)+ _ => None }
            }
        }
    };
}
pub(crate) use words;
