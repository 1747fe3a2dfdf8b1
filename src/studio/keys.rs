//! The names under which pictures are kept.
//!
//! Each begins with its org, so that an org's pictures can be deleted together, and is made
//! of ids alone, so that nothing a person typed becomes part of a path.

use uuid::Uuid;

use crate::domain::photo::PictureKind;

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

/// An organization's logo.
pub fn logo_key(org: Uuid, logo: Uuid) -> String {
    format!("org/{org}/logos/{logo}.jpg")
}

/// The card with a logo that chats show.
pub fn logo_card_key(org: Uuid, logo: Uuid) -> String {
    format!("org/{org}/logos/{logo}.card.jpg")
}

/// The keys of the two files of a picture: it, and its thumbnail or card.
pub fn picture_keys(org: Uuid, kind: PictureKind, id: Uuid) -> [String; 2] {
    match kind {
        PictureKind::Photo => [photo_key(org, id), photo_thumb_key(org, id)],
        PictureKind::Headshot => [headshot_key(org, id), headshot_thumb_key(org, id)],
        PictureKind::Logo => [logo_key(org, id), logo_card_key(org, id)],
    }
}

/// The picture of this org that a file belongs to, by the file's key.
pub fn picture_of(org: Uuid, key: &str) -> Option<(PictureKind, Uuid)> {
    let (kind, name) = key.strip_prefix(&org_prefix(org))?.strip_prefix('/')?.split_once('/')?;
    let kind = match kind {
        "photos" => PictureKind::Photo,
        "headshots" => PictureKind::Headshot,
        "logos" => PictureKind::Logo,
        _ => return None,
    };
    let id = name.split('.').next()?.parse().ok()?;
    picture_keys(org, kind, id).iter().any(|own| own == key).then_some((kind, id))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_names_its_picture() {
        let (org, id) = (Uuid::from_u128(1), Uuid::from_u128(2));
        for kind in PictureKind::ALL.iter().copied() {
            for key in picture_keys(org, kind, id) {
                assert_eq!(picture_of(org, &key), Some((kind, id)));
                assert_eq!(picture_of(id, &key), None);
                assert_eq!(picture_of(org, &format!("{key}.more")), None);
            }
        }
        assert_eq!(picture_of(org, &format!("org/{org}/logo.png")), None);
    }
}
