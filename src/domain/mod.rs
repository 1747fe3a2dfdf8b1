//! The rules of the business, the same on the server and in the browser.
//!
//! Pure: no async, no input or output, no clock, no randomness, no Leptos and no SQL. What a rule
//! needs to know it is told; what it decides it returns.

pub mod actor;
pub mod address_list;
mod address_parts;
mod address_scan;
pub mod address_table;
pub mod audit;
pub mod code;
pub mod credit;
pub mod csv;
pub mod directory;
pub mod domain_rule;
pub mod email;
pub mod encoding;
pub mod headshot;
pub mod headshot_list;
pub mod ids;
pub mod invite;
pub mod joining;
pub mod limits;
pub mod link;
pub mod list_problem;
pub mod local_time;
mod mailto;
pub mod member;
pub mod moment;
pub mod organization;
pub mod people;
mod person_name;
pub mod photo;
pub mod photo_advice;
pub mod retention;
pub mod role;
pub mod shoot;
pub mod sso;
pub mod suggestion;
pub mod text;
pub mod typed_code;
pub mod upload;
pub mod verdict;

/// A stored word that no value of a type is stored under.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("an unknown word")]
pub struct UnknownWord;

/// Gives the domain types that are stored or sent as one word their text form.
///
/// The words are those of the database's check constraints and of the wire.
macro_rules! db_enum {
    ($type:ident { $($variant:ident = $word:literal),+ $(,)? }) => {
        impl $type {
            /// Every value, in the order of its declaration.
            pub const ALL: &'static [Self] = &[$(Self::$variant),+];

            /// The word under which this is stored.
            #[must_use]
            pub const fn as_str(self) -> &'static str {
                match self { $(Self::$variant => $word),+ }
            }

        }

        impl std::str::FromStr for $type {
            type Err = crate::domain::UnknownWord;

            fn from_str(word: &str) -> Result<Self, Self::Err> {
                match word { $($word => Ok(Self::$variant),)+ _ => Err(crate::domain::UnknownWord) }
            }
        }
    };
}
pub(crate) use db_enum;
