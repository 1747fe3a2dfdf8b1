//! What comes of joining, through whatever door. J6, J7, L4, L7

use super::{ids::MemberId, invite::InviteRefusal, link::LinkRefusal};

/// How somebody came in. L4
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Joined {
    /// Joined by this.
    Now(MemberId),
    /// Belonged to the organization before, and took no place of a link.
    Before(MemberId),
}

impl Joined {
    /// The member, whichever way.
    #[must_use]
    pub const fn member(self) -> MemberId {
        match self {
            Self::Now(member) | Self::Before(member) => member,
        }
    }
}

/// Why nobody came in. I7, I9, L7
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum JoinRefusal {
    #[error(transparent)]
    Invite(#[from] InviteRefusal),
    #[error(transparent)]
    Link(#[from] LinkRefusal),
    #[error("This link does not work.")]
    Unknown,
    /// Came through the identity provider, and was removed before. S3
    #[error("You were removed from this organization. Ask a Team Lead to invite you again.")]
    Removed,
    /// Came through the identity provider, and new people do not come in by themselves. S3
    #[error("You are not a member of this organization. Ask a Team Lead to invite you.")]
    NotAMember,
    /// The same person came twice at once; the other attempt won. Roll back and try again.
    #[error("try again")]
    Raced,
}
