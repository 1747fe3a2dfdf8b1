//! How long an organization keeps the pictures of a shoot after it was ready. H5

use std::ops::RangeInclusive;

use serde::{Deserialize, Serialize};

/// Days that an organization may choose.
pub const PICTURES_DAYS: RangeInclusive<i16> = 7..=365;
/// Nothing goes earlier than so many days after the choice, so that whoever it is about can read of it.
pub const NOTICE_DAYS: i32 = 7;

/// What an organization has chosen, and what it would mean now.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PictureRetention {
    /// `None`: headshots stay.
    pub days: Option<i16>,
    /// Shoots that are ready and whose pictures are there.
    pub shoots: i64,
}
