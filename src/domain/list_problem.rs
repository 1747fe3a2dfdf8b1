//! How much a list of addresses may hold, and why one is not read at all. I1, QUALITY 15

use serde::{Deserialize, Serialize};

use super::{csv::OpenQuote, invite::ADDRESSES_MAX};

/// A list has at most so many entries, good and bad ones.
pub const ENTRIES_MAX: usize = 4 * ADDRESSES_MAX;

/// Bytes that a list may have: 5,000 people with long names and titles take less than half of it.
pub const LIST_BYTES_MAX: usize = 2 * 1024 * 1024;

/// Why a list has no entries at all.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error, Serialize, Deserialize)]
pub enum ListProblem {
    #[error("There are no addresses in this file.")]
    NoAddresses,
    #[error(
        "In line {line} a quote is opened and not closed as it should be. Correct it there, then add the list again."
    )]
    OpenQuote { line: usize },
    #[error("These are more than {ENTRIES_MAX} entries. Add them in parts of {ADDRESSES_MAX}.")]
    TooMany,
    #[error("This list is larger than 2 MB. Split it, or add the addresses alone.")]
    TooLong,
}

impl From<OpenQuote> for ListProblem {
    fn from(open: OpenQuote) -> Self {
        Self::OpenQuote { line: open.line }
    }
}
