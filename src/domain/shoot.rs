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

/// Why a shoot failed for good. `Display` is the sentence for its person; that the credit is back and
/// the photos are in the draft again is said beside it. C5
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ShootFailure {
    /// These photos, by the names of their files, can never be made into headshots.
    Photos(Vec<String>),
    /// The photos could not be read, or the headshots not kept, for as long as anybody waits.
    Storage,
    /// It ended without a word each time that it was begun.
    BrokeOff,
    /// The generation service made none, or did not answer in time.
    Engine,
}

impl std::fmt::Display for ShootFailure {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Photos(names) => match names.as_slice() {
                [name] => write!(f, "The photo {name} could not be turned into a headshot."),
                [first, rest @ ..] => write!(
                    f,
                    "{} photos could not be turned into headshots: {first}, {}.",
                    names.len(),
                    rest.join(", ")
                ),
                [] => f.write_str("Some of the photos could not be turned into headshots."),
            },
            Self::Storage => f.write_str(
                "The headshots could not be made because our photo storage was out of reach. Nothing is wrong with the photos.",
            ),
            Self::Engine => f.write_str(
                "The service that makes the headshots did not make any. Nothing has to be wrong with the photos.",
            ),
            Self::BrokeOff => f.write_str(
                "The headshots could not be made because of a fault on our side. Nothing has to be wrong with the photos.",
            ),
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
    #[error("The photos here have changed since this page was loaded. Look at them, then submit.")]
    OtherPhotos,
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

    /// C5
    #[test]
    fn a_failure_names_the_photos_that_are_at_fault_and_no_other() {
        let named = |names: &[&str]| {
            ShootFailure::Photos(names.iter().map(ToString::to_string).collect()).to_string()
        };
        assert_eq!(named(&["a.jpg"]), "The photo a.jpg could not be turned into a headshot.");
        assert_eq!(
            named(&["a.jpg", "b.jpg", "c.png"]),
            "3 photos could not be turned into headshots: a.jpg, b.jpg, c.png."
        );
        for blameless in [ShootFailure::Storage, ShootFailure::BrokeOff, ShootFailure::Engine] {
            assert!(blameless.to_string().contains("wrong with the photos"));
        }
    }
}
