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

/// What a mail server said, for the log: without the addresses that it repeats.
#[must_use]
pub fn without_addresses(words: &str) -> String {
    let word = |word: &str| if word.contains('@') { "…".to_owned() } else { word.to_owned() };
    words.split(' ').map(word).collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::without_addresses;

    #[test]
    fn addresses_stay_out_of_the_log() {
        let said = "550 5.1.1 <ada@acme.com>: no such mailbox (rcpt ada@acme.com)";
        assert_eq!(without_addresses(said), "550 5.1.1 … no such mailbox (rcpt …");
    }
}
