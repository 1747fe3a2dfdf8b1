//! Mail: what each email says, written as text and HTML, and the mailer that hands it to a mail server.
//!
//! Which email is sent when, and what becomes of it, is the worker's business.

mod body;
pub mod mailer;
pub mod messages;
pub mod smtp;
pub mod words;

pub use mailer::{Mailer, SendError};
pub use words::Words;

/// An email, ready to be addressed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Email {
    pub subject: String,
    pub text: String,
    pub html: String,
    /// Where one click stops further mail of this kind. RFC 8058, I10
    pub unsubscribe: Option<String>,
}

/// Why an email could not be written; in practice a language lacks words.
#[derive(Debug, thiserror::Error)]
pub enum Unwritten {
    #[error(transparent)]
    Words(#[from] words::WordsError),
    #[error(transparent)]
    Template(#[from] askama::Error),
}
