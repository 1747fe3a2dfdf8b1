//! Mail: letters, said once and written as text and HTML, and the mailer that hands them to a mail
//! server.
//!
//! Which letter is sent when, and what becomes of it, is the worker's business.

pub mod draft;
pub mod letters;
pub mod mailer;
pub mod smtp;

pub use mailer::{Mailer, SendError};

/// A letter, ready to be addressed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Letter {
    pub subject: String,
    pub text: String,
    pub html: String,
    /// Where one click stops further mail of this kind. RFC 8058, I10
    pub unsubscribe: Option<String>,
}

impl Letter {
    /// Makes the letter one that can be stopped by one click. RFC 8058
    #[must_use]
    pub fn stopped_at(mut self, unsubscribe: String) -> Self {
        self.unsubscribe = Some(unsubscribe);
        self
    }
}
