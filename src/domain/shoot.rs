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

/// How far a person is: the same five words everywhere, and one for trouble.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub enum Stage {
    Invited,
    Joined,
    AddingPhotos,
    Generating,
    Ready,
    NeedsAttention,
}

impl Stage {
    /// The stages of a roll-out in their order, without trouble.
    pub const ROLL_OUT: [Self; 5] =
        [Self::Invited, Self::Joined, Self::AddingPhotos, Self::Generating, Self::Ready];

    /// How far a member is, from the photos in their draft and their newest shoot.
    #[must_use]
    pub const fn of_member(photos_in_draft: i64, newest_shoot: Option<ShootState>) -> Self {
        match newest_shoot {
            Some(ShootState::Queued | ShootState::Generating) => Self::Generating,
            Some(ShootState::Ready) => Self::Ready,
            Some(ShootState::Failed) => Self::NeedsAttention,
            None if photos_in_draft > 0 => Self::AddingPhotos,
            None => Self::Joined,
        }
    }

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

impl SubmitRefusal {
    /// The same to somebody who is a Team Lead themselves. C10
    #[must_use]
    pub fn to_a_lead(&self) -> String {
        match self {
            Self::OutOfCredits => {
                "Your team is out of credits. The photos stay here, and can be submitted as soon as credits are there: the Credits page says how to get some.".into()
            }
            other => other.to_string(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// P1
    #[test]
    fn a_stage_follows_the_newest_shoot_and_then_the_draft() {
        let table = [
            (0, None, Stage::Joined),
            (3, None, Stage::AddingPhotos),
            (0, Some(ShootState::Queued), Stage::Generating),
            (0, Some(ShootState::Generating), Stage::Generating),
            (5, Some(ShootState::Ready), Stage::Ready),
            (0, Some(ShootState::Failed), Stage::NeedsAttention),
        ];
        for (photos, shoot, stage) in table {
            assert_eq!(Stage::of_member(photos, shoot), stage);
        }
    }
}
