//! What a photo must be to be taken, and why one is refused. H1

use serde::{Deserialize, Serialize};

/// The operator's numbers.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PhotoLimits {
    /// Pixels on the short side, at least.
    pub min_side: u32,
    /// Bytes of the file, at most.
    pub max_bytes: u64,
    /// Photos that a shoot needs.
    pub min_photos: u8,
    /// Photos that a draft holds.
    pub max_photos: u8,
}

impl Default for PhotoLimits {
    fn default() -> Self {
        Self { min_side: 512, max_bytes: 20 * 1024 * 1024, min_photos: 8, max_photos: 15 }
    }
}

/// Why one photo was refused: what is wrong, and how to mend it.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error, Serialize, Deserialize)]
pub enum PhotoRefusal {
    #[error("The file is larger than {} MB. Send a smaller copy.", max_bytes / (1024 * 1024))]
    TooLarge { max_bytes: u64 },
    #[error("This is not a JPEG, PNG or WebP picture. Save it as JPEG and add it again.")]
    WrongType,
    #[error("The file is damaged or not complete. Add it again, or choose another.")]
    Broken,
    #[error("{width} × {height} is too small. {min_side} or more on the short side.")]
    TooSmall { width: u32, height: u32, min_side: u32 },
    #[error("The picture has too many pixels. Send a smaller copy.")]
    TooManyPixels,
    #[error("This is the same picture as photo {of}. Add a different one.")]
    Duplicate { of: u32 },
    #[error("{max} photos are in, and that is the most. Remove one to add another.")]
    DraftFull { max: u8 },
}

/// Whether two fingerprints are of one picture, be it saved again in another format or quality.
///
/// A fingerprint is a 64-bit difference hash; different photos of one person differ in far more
/// bits than saving again changes.
#[must_use]
pub const fn same_picture(a: i64, b: i64) -> bool {
    (a ^ b).count_ones() <= 3
}
