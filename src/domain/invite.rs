//! Personal invites: their states and limits. I3, I7, I11

use serde::{Deserialize, Serialize};

use super::words;

/// A note has at most so many characters. I4
pub const NOTE_MAX: usize = 500;

/// Addresses that one call may invite.
pub const ADDRESSES_MAX: usize = 5_000;

/// What became of an invite, as stored; expiry is not a state but a date. I11
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum InviteState {
    Queued,
    Sent,
    Failed,
    Joined,
    Declined,
    Revoked,
}

words!(InviteState {
    Queued = "queued",
    Sent = "sent",
    Failed = "failed",
    Joined = "joined",
    Declined = "declined",
    Revoked = "revoked",
});

impl InviteState {
    /// Whether the person may still join with it, if it is not too old.
    #[must_use]
    pub const fn is_pending(self) -> bool {
        matches!(self, Self::Queued | Self::Sent | Self::Failed)
    }
}

/// Why an invite's page cannot let the person in. I7, I9
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error, Serialize, Deserialize)]
pub enum InviteRefusal {
    #[error("This invite has expired.")]
    Expired,
    #[error("This invite was taken back.")]
    Revoked,
    #[error("This invite was declined.")]
    Declined,
    #[error("This invite has been used.")]
    Joined,
}

/// What the server knows of an address before anything is sent. I3
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Standing {
    /// Will be invited.
    New,
    /// Is a member; `name` as the lead knows them.
    Member { name: String },
    /// Has an invite that can still be used.
    Invited,
}

impl Standing {
    /// Whether an invite will be sent. The button counts exactly these. I3
    #[must_use]
    pub const fn will_be_invited(&self) -> bool {
        matches!(self, Self::New)
    }
}
