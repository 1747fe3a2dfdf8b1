//! Credits: what moves them, and what is reserved. C2, C5, C8
//!
//! The balance itself is the database's business: one guarded statement and an append-only table.

use std::ops::RangeInclusive;

use serde::{Deserialize, Serialize};

use super::{db_enum, ids::CreditRequestId, moment::Moment};

/// Why a balance changed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum EntryKind {
    /// Given by the operator. C7
    Grant,
    /// Used by a headshot session. C2
    Shoot,
    /// Given back because a session failed for good. C5
    Refund,
}

db_enum!(EntryKind { Grant = "grant", Shoot = "shoot", Refund = "refund" });

/// The organization has no credit for what was asked. C1, C4
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("There are no credits left. Adding people needs at least one credit.")]
pub struct OutOfCredits;

/// What an organization's credits are meant for. C8
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct CreditOutlook {
    /// Credits left.
    pub balance: i64,
    /// Invites that may still be accepted.
    pub pending_invites: i64,
    /// Members who have never submitted photos.
    pub joined_without_shoot: i64,
    /// How many of these have begun to add some.
    pub adding_photos: i64,
}

impl CreditOutlook {
    /// Credits that the people who are already invited will use.
    #[must_use]
    pub const fn reserved(self) -> i64 {
        self.pending_invites + self.joined_without_shoot
    }

    /// Credits that are reserved for nobody; below zero when more were invited than were bought.
    #[must_use]
    pub const fn unreserved(self) -> i64 {
        self.balance - self.reserved()
    }
}

/// How many credits one request may ask for. C7
pub const REQUEST_CREDITS: RangeInclusive<i32> = 1..=100_000;
/// Requests that an organization may have open at once.
pub const OPEN_REQUESTS_MAX: i64 = 3;
/// Requests that an organization may make in a day: the operator is mailed each.
pub const REQUESTS_PER_DAY: i64 = 10;
/// A note to a request has at most so many characters.
pub const REQUEST_NOTE_MAX: usize = 500;
/// The operator's answer has at most so many characters.
pub const REQUEST_ANSWER_MAX: usize = 200;

/// How far a request for credits is. C7
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum RequestState {
    /// The operator has not answered.
    Open,
    /// The credits were added.
    Confirmed,
    Declined,
    /// A lead took it back.
    Withdrawn,
}

db_enum!(RequestState {
    Open = "open",
    Confirmed = "confirmed",
    Declined = "declined",
    Withdrawn = "withdrawn",
});

/// A request for credits. C7
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CreditRequest {
    pub id: CreditRequestId,
    pub credits: i32,
    pub note: Option<String>,
    pub state: RequestState,
    /// Who asked; `None` where they were removed since.
    pub by: Option<String>,
    /// What the operator remarked.
    pub answer: Option<String>,
    pub created_at: Moment,
}

/// Why no credits were requested. C7
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NotRequested {
    #[error("{OPEN_REQUESTS_MAX} requests are open already. Wait for an answer, or take one of them back.")]
    TooManyOpen,
    #[error("Your organization asked for credits {REQUESTS_PER_DAY} times within a day. Ask again tomorrow.")]
    TooManyToday,
}

/// Why a request stays as it is. C7
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NotOpen {
    #[error("This request was confirmed already.")]
    Confirmed,
    #[error("This request was declined already.")]
    Declined,
    #[error("This request was taken back.")]
    Withdrawn,
    #[error("There is no such request.")]
    Unknown,
}

/// Below how many credits leads are told that there are few; the organization chooses, 0 is never. C9
pub const THRESHOLDS: RangeInclusive<i32> = 0..=10_000;

/// Whether a balance fell below the threshold by this change. C9
#[must_use]
pub const fn crosses(threshold: i32, before: i32, after: i32) -> bool {
    before >= threshold && after < threshold
}

/// `1 member`, `2 members`.
#[must_use]
pub fn count(n: i64, one: &str, many: &str) -> String {
    format!("{n} {}", if n == 1 { one } else { many })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// C9: once on the way down, not at each session below, and not on the way up.
    #[test]
    fn a_threshold_is_crossed_once() {
        let crossed: Vec<i32> = (0..10).rev().filter(|after| crosses(3, after + 1, *after)).collect();
        assert_eq!(crossed, [2]);
        assert!(!crosses(3, 2, 3) && !crosses(3, 3, 3) && !crosses(0, 1, 0));
        assert!(crosses(3, 10, 0));
    }

    /// C8
    #[test]
    fn reserved_are_those_who_have_not_submitted() {
        let outlook =
            CreditOutlook { balance: 5, pending_invites: 2, joined_without_shoot: 1, adding_photos: 0 };
        assert_eq!(outlook.reserved(), 3);
        assert_eq!(outlook.unreserved(), 2);
        assert_eq!(CreditOutlook { balance: 2, ..outlook }.unreserved(), -1);
    }
}
