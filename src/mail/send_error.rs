//! Why a mail was not sent.

/// Why a mail is not with the mail server.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SendError {
    /// The server refused for good (5xx), with its words. Trying again is of no use.
    #[error("{0}")]
    Refused(String),
    /// It may work later: no connection, a stall, 4xx.
    #[error("{0}")]
    Later(String),
}
