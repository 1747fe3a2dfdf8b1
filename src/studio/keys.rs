//! The names under which pictures are kept.
//!
//! Each begins with its org, so that an org's pictures can be deleted together, and is made
//! of ids alone, so that nothing a person typed becomes part of a path.

use uuid::Uuid;

/// Everything of one org.
pub fn org_prefix(org: Uuid) -> String {
    format!("org/{org}")
}

/// A person's photo in a draft or shoot.
pub fn photo_key(org: Uuid, photo: Uuid) -> String {
    format!("org/{org}/photos/{photo}.jpg")
}

/// The thumbnail of a photo.
pub fn photo_thumb_key(org: Uuid, photo: Uuid) -> String {
    format!("org/{org}/photos/{photo}.thumb.jpg")
}

/// A headshot that an engine made.
pub fn headshot_key(org: Uuid, headshot: Uuid) -> String {
    format!("org/{org}/headshots/{headshot}.jpg")
}

/// The thumbnail of a headshot.
pub fn headshot_thumb_key(org: Uuid, headshot: Uuid) -> String {
    format!("org/{org}/headshots/{headshot}.thumb.jpg")
}
