//! The headshot session: its states, and how far a person is. H2, P1

use serde::{Deserialize, Serialize};

use super::db_enum;

/// A headshot session's way: Queued → Generating → Ready, or Failed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum ShootState {
    Queued,
    Generating,
    Ready,
    Failed,
}

db_enum!(ShootState { Queued = "queued", Generating = "generating", Ready = "ready", Failed = "failed" });

/// How far a person is: the same five words everywhere, and one for trouble. By what, the database says
/// (`member_stage`), which keeps it beside each member.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub enum Stage {
    Invited,
    Joined,
    AddingPhotos,
    Generating,
    Ready,
    NeedsAttention,
}

db_enum!(Stage {
    Invited = "invited",
    Joined = "joined",
    AddingPhotos = "adding_photos",
    Generating = "generating",
    Ready = "ready",
    NeedsAttention = "needs_attention",
});

impl Stage {
    /// The stages of a roll-out in their order, without trouble.
    pub const ROLL_OUT: [Self; 5] =
        [Self::Invited, Self::Joined, Self::AddingPhotos, Self::Generating, Self::Ready];

    /// How far the dial is filled, in quarters; `x` for trouble.
    #[must_use]
    pub const fn dial(self) -> &'static str {
        match self {
            Self::Invited => "0",
            Self::Joined => "1",
            Self::AddingPhotos => "2",
            Self::Generating => "3",
            Self::Ready => "4",
            Self::NeedsAttention => "x",
        }
    }
}

/// Why a draft was not submitted. H1, C4
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error, Serialize, Deserialize)]
pub enum SubmitRefusal {
    #[error("{have} of {min} photos added. Add {} more, then submit.", min - have)]
    TooFewPhotos { have: i64, min: i64 },
    #[error(
        "Your team is out of credits. Your photos stay here, your Team Lead has been told, and you can submit as soon as credits are there."
    )]
    OutOfCredits,
    #[error("These photos are submitted already.")]
    AlreadySubmitted,
}
