//! Mail: each email with its parts, written as text and HTML, and the mailer that hands it to a mail
//! server. The words themselves are in `src/words`.
//!
//! Which email is sent when, and what becomes of it, is the worker's business.

mod body;
mod email;
pub mod mailer;
pub mod messages;
mod send_error;
pub mod smtp;

pub use self::{email::Email, mailer::Mailer, send_error::SendError};
