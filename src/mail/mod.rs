//! Mail: each email with its parts, written as text and HTML, and the mailer that hands it to a mail
//! server. The words themselves are in `src/words`.
//!
//! Which email is sent when, and what becomes of it, is the worker's business.

mod body;
pub mod mailer;
pub mod messages;
pub mod smtp;

pub use mailer::{Mailer, SendError};

/// An email, ready to be addressed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Email {
    pub subject: String,
    pub text: String,
    pub html: String,
    /// Where one click stops further mail of this kind. RFC 8058, I10
    pub unsubscribe: Option<String>,
}
