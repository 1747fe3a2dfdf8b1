//! What more than one page shows. A component shows what it is given; it loads nothing.

mod ask;
mod dial;
mod empty;
mod face;
mod field;
mod form;
mod guest;
mod icon;
mod load;
mod note;
mod opener;
mod top;
mod when;

pub use ask::Ask;
pub use dial::Dial;
pub use empty::Empty;
pub use face::Face;
pub use field::{FieldError, TextField};
pub use form::PostForm;
pub use guest::Guest;
pub use icon::Icon;
pub use load::{Load, LoadLive};
pub use note::{Note, Tone};
pub use opener::Opener;
pub use top::{LeadTop, MemberTop};
pub use when::{Precision, When};
