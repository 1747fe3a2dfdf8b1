//! Credits: what moves them, and what is reserved. C2, C5, C8
//!
//! The balance itself is the database's business: one guarded statement and an append-only table.

use serde::{Deserialize, Serialize};

use super::db_enum;

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

/// From so many credits on leads are told that there are few. C9
pub const FEW: i64 = 3;

/// `1 member`, `2 members`.
#[must_use]
pub fn count(n: i64, one: &str, many: &str) -> String {
    format!("{n} {}", if n == 1 { one } else { many })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// C8
    #[test]
    fn reserved_are_those_who_have_not_submitted() {
        let outlook = CreditOutlook { balance: 5, pending_invites: 2, joined_without_shoot: 1 };
        assert_eq!(outlook.reserved(), 3);
        assert_eq!(outlook.unreserved(), 2);
        assert_eq!(CreditOutlook { balance: 2, ..outlook }.unreserved(), -1);
    }
}
