//! Mail: letters written from templates, and the mailer that hands them to a mail server.
//!
//! Which letter is sent when, and what becomes of it, is the worker's business.

pub mod letters;
pub mod mailer;
pub mod smtp;

pub use letters::Letter;
pub use mailer::{Mailer, SendError};
