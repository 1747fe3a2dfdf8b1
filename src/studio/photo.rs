//! From an uploaded file to a photo that can be kept: checked, upright, without metadata,
//! with a thumbnail and a fingerprint. H1
//!
//! Nothing of the sent file is kept but its pixels, so nothing else that it carried
//! (location, a thumbnail of what was cropped away, a script) can be served again.

use bytes::Bytes;
use image::metadata::Orientation;
use sha2::{Digest, Sha256};

use super::{
    crop::Window,
    faces::{self, Face},
    fingerprint::fingerprint,
    heic::HeicDecoder,
    measures::measure,
    picture::{Color, Picture, scaled},
    source::Source,
    subject,
};
use crate::domain::{
    photo::{PhotoLimits, PhotoRefusal},
    photo_advice::PhotoAdvice,
};

/// Pixels that a kept photo has at most on its longer side.
const MOST_SIDE: u32 = 4096;

/// JPEG quality of a kept photo: no difference can be seen, nor by an engine.
const QUALITY: u8 = 92;

/// A thumbnail's width and height in pixels, and the bytes that it has at most.
const THUMBNAIL: (u32, u32) = (320, 400);
const THUMBNAIL_BYTES: usize = 40_000;

/// A photo that may enter a draft.
#[derive(Clone, Debug)]
pub struct PreparedPhoto {
    /// The photo as JPEG, upright, sRGB, without metadata, at most 4096 pixels a side.
    pub jpeg: Bytes,
    /// The part of it that shows the person best, as JPEG of 320 × 400 pixels and at most 40 kB.
    pub thumbnail: Bytes,
    /// Width of `jpeg` in pixels.
    pub width: u32,
    /// Height of `jpeg` in pixels.
    pub height: u32,
    /// To compare with [`same_picture`](crate::domain::photo::same_picture).
    pub fingerprint: i64,
    /// The SHA-256 digest of the file.
    pub digest: [u8; 32],
    /// What would make another photo better. H8
    pub advice: Vec<PhotoAdvice>,
}

/// Bytes of memory that [`prepare`] takes for this file at its peak; the file itself not
/// counted. Judging takes next to none. QUALITY 15
///
/// # Errors
/// What [`prepare`] refuses by the header alone: the size of the file, its type, the size
/// of the picture.
pub fn memory(file: &[u8], limits: &PhotoLimits, heic: Option<&HeicDecoder>) -> Result<u64, PhotoRefusal> {
    let source = open(file, limits, heic)?;
    Ok(source.memory.max(keeping_memory(source.width, source.height)))
}

/// Bytes of memory that is taken once a picture is developed: it, its preview twice while
/// that is turned, what faces are found with, the largest face, and what it is encoded to, as a noisy picture makes it.
fn keeping_memory(width: u32, height: u32) -> u64 {
    let (long, short) = (width.max(height), width.min(height));
    let fitted = |side: u32| u64::from(scaled(side, MOST_SIDE.min(long), long));
    let kept = fitted(long) * fitted(short);
    let small = THUMBNAIL.1.min(short);
    let preview =
        u64::from(scaled(long, small, short)).min(fitted(long)) * u64::from(small).min(fitted(short));
    let looking = faces::MEMORY.max(3 * kept + 1_000_000);
    3 * kept + 3 * preview + (3 * preview).max(looking).max(5 * kept / 2) + 500_000
}

/// Checks an uploaded file and makes of it what is kept. Takes up to a second or so for a
/// large photo, so it belongs on a thread of its own. H1, QUALITY 11
///
/// # Errors
/// The reason why this file is no photo for a draft. Never [`PhotoRefusal::Duplicate`] or
/// [`PhotoRefusal::DraftFull`]: those depend on the draft.
pub fn prepare(
    file: &[u8],
    limits: &PhotoLimits,
    heic: Option<&HeicDecoder>,
) -> Result<PreparedPhoto, PhotoRefusal> {
    let source = open(file, limits, heic)?;
    let orientation = source.orientation;
    let picture = source.develop(MOST_SIDE)?;
    let preview = preview(&picture).upright(orientation);
    let faces = faces::find(&preview);
    let measures = measure(&picture, orientation, &preview, &faces);
    let jpeg = picture.to_jpeg(QUALITY, Color::Halved, orientation);
    let (width, height) = super::turn::upright_size(picture.width(), picture.height(), orientation);
    drop(picture);
    Ok(PreparedPhoto {
        jpeg,
        thumbnail: thumbnail(&preview, &faces),
        width,
        height,
        fingerprint: fingerprint(&preview),
        digest: Sha256::digest(file).into(),
        advice: PhotoAdvice::on(&measures),
    })
}

fn open<'a>(
    file: &'a [u8],
    limits: &PhotoLimits,
    heic: Option<&'a HeicDecoder>,
) -> Result<Source<'a>, PhotoRefusal> {
    let limits = PhotoLimits { heic: heic.is_some(), ..*limits };
    limits.admit(file.len() as u64, file)?;
    let source = Source::open_with(file, heic)?;
    let (width, height, min_side) = (source.width, source.height, limits.min_side);
    if width.min(height) < min_side {
        return Err(PhotoRefusal::TooSmall { width, height, min_side });
    }
    Ok(source)
}

/// The whole picture, just large enough to cut a thumbnail from either way up.
fn preview(picture: &Picture) -> Picture {
    let short = picture.width().min(picture.height());
    let long_enough = THUMBNAIL.1.min(short);
    picture.smaller(scaled(picture.width(), long_enough, short), scaled(picture.height(), long_enough, short))
}

fn thumbnail(preview: &Picture, faces: &[Face]) -> Bytes {
    let head = subject::find(preview, faces).map(|subject| subject.head);
    let size = (preview.width(), preview.height());
    let part = Window::widest(size, head).map_or_else(|| preview.clone(), |window| preview.part(window));
    small_jpeg(&part)
}

/// A thumbnail of a 4:5 picture: 320 × 400 pixels, or as many as there are.
pub(super) fn small_jpeg(picture: &Picture) -> Bytes {
    let small = picture.smaller(THUMBNAIL.0, THUMBNAIL.1);
    let mut quality = 84;
    loop {
        let jpeg = small.to_jpeg(quality, Color::Halved, Orientation::NoTransforms);
        if jpeg.len() <= THUMBNAIL_BYTES || quality <= 14 {
            return jpeg;
        }
        quality -= 14;
    }
}

#[cfg(test)]
mod tests {
    use image::ImageFormat;

    use super::*;
    use crate::{
        domain::photo::same_picture,
        studio::testing::{Scene, backdrop, file, jpeg, noise, portrait, segment, small_limits, with_exif},
    };

    fn prepared(file: &[u8]) -> PreparedPhoto {
        prepare(file, &small_limits(), None).unwrap()
    }

    fn reopened(jpeg: &[u8]) -> image::RgbImage {
        image::load_from_memory_with_format(jpeg, ImageFormat::Jpeg).unwrap().into_rgb8()
    }

    fn contains(bytes: &[u8], part: &[u8]) -> bool {
        bytes.windows(part.len()).any(|window| window == part)
    }

    /// H1
    #[test]
    fn too_small_is_refused_with_its_numbers() {
        let limits = PhotoLimits::default();
        let small = Scene::default().draw(640, 480);
        let refusal = PhotoRefusal::TooSmall { width: 640, height: 480, min_side: 512 };
        for format in [ImageFormat::Jpeg, ImageFormat::Png, ImageFormat::WebP] {
            assert_eq!(prepare(&file(&small, format), &limits, None).unwrap_err(), refusal);
            assert_eq!(memory(&file(&small, format), &limits, None).unwrap_err(), refusal);
        }
        // The numbers are those of the upright picture.
        let held_sideways = with_exif(&jpeg(&small), 6);
        let refusal = PhotoRefusal::TooSmall { width: 480, height: 640, min_side: 512 };
        assert_eq!(prepare(&held_sideways, &limits, None).unwrap_err(), refusal);
    }

    /// H1
    #[test]
    fn exactly_large_enough_is_let_in() {
        let photo = prepare(&jpeg(&Scene::default().draw(512, 512)), &PhotoLimits::default(), None).unwrap();
        assert_eq!((photo.width, photo.height), (512, 512));
    }

    /// H1
    #[test]
    fn too_many_bytes_are_refused_unread() {
        let limits = PhotoLimits { max_bytes: 1000, ..PhotoLimits::default() };
        assert_eq!(
            prepare(&[0; 1001], &limits, None).unwrap_err(),
            PhotoRefusal::TooLarge { max_bytes: 1000 }
        );
        assert_eq!(prepare(&[0; 1000], &limits, None).unwrap_err(), PhotoRefusal::WrongType { heic: false });
    }

    /// H1, QUALITY 11
    #[test]
    fn location_and_everything_else_is_stripped() {
        let plain = jpeg(&Scene::default().draw(80, 100));
        let mut sent = with_exif(&plain, 1);
        sent = segment(&sent, 0xfe, b"<script>alert(1)</script>");
        sent = segment(&sent, 0xe1, b"http://ns.adobe.com/xap/1.0/\0<x:xmpmeta/>");
        sent = segment(&sent, 0xed, b"Photoshop 3.0\0 my name");
        sent.extend(b"PK\x03\x04 a ZIP behind it");
        let photo = prepared(&sent);
        for file in [&photo.jpeg, &photo.thumbnail] {
            for trace in [&b"Exif"[..], b"script", b"adobe", b"my name", b"PK\x03\x04"] {
                assert!(contains(&sent, trace) && !contains(file, trace));
            }
            assert!(file.ends_with(&[0xff, 0xd9]));
        }
        assert_eq!(photo.jpeg, prepared(&plain).jpeg);
    }

    /// H1
    #[test]
    fn a_photo_held_sideways_stands_upright() {
        // Red above blue as seen; the sensor lay on its left side, so red is on the left.
        let rgb = (0..100 * 80).flat_map(|i| if i % 100 < 50 { [220, 20, 20] } else { [20, 20, 220] });
        let stored = jpeg(&Picture::new(100, 80, rgb.collect()));
        let photo = prepared(&with_exif(&stored, 6));
        assert_eq!((photo.width, photo.height), (80, 100));
        let upright = reopened(&photo.jpeg);
        assert_eq!(upright.dimensions(), (80, 100));
        assert!(upright.get_pixel(40, 10).0[0] > 180 && upright.get_pixel(40, 90).0[2] > 180);
    }

    #[test]
    fn a_large_photo_is_kept_with_4096_pixels() {
        let photo = prepared(&jpeg(&Scene::default().draw(4500, 60)));
        assert_eq!((photo.width, photo.height), (4096, 55));
        assert_eq!(reopened(&photo.jpeg).dimensions(), (4096, 55));
    }

    #[test]
    fn a_thumbnail_is_small_and_4_to_5() {
        for (width, height) in [(500, 400), (320, 400), (900, 400)] {
            for picture in [Scene::default().draw(width, height), noise(width, height)] {
                let photo = prepared(&jpeg(&picture));
                assert_eq!(reopened(&photo.thumbnail).dimensions(), (320, 400));
                assert!(photo.thumbnail.len() <= THUMBNAIL_BYTES, "{} bytes", photo.thumbnail.len());
            }
        }
    }

    fn advice(picture: &Picture) -> Vec<PhotoAdvice> {
        prepare(&jpeg(picture), &PhotoLimits::default(), None).unwrap().advice
    }

    /// H8
    #[test]
    fn a_good_photo_gets_no_advice_whichever_way_it_was_held() {
        assert_eq!(advice(&portrait()), []);
        for exif in 1..=8 {
            let orientation = Orientation::from_exif(exif).unwrap();
            let stored = (1..=8)
                .map(|other| portrait().upright(Orientation::from_exif(other).unwrap()))
                .find(|stored| stored.upright(orientation) == portrait());
            let file = with_exif(&jpeg(&stored.unwrap()), exif);
            assert_eq!(prepare(&file, &PhotoLimits::default(), None).unwrap().advice, [], "{exif}");
        }
    }

    /// H8
    #[test]
    fn what_would_make_a_photo_better_is_said() {
        use PhotoAdvice::{Blurry, Dark, NoFace, SeveralFaces, SmallFace};
        let small = portrait().smaller(420, 525);
        let two = backdrop(1680, 1050).with(&portrait(), 0, 0).with(&portrait(), 840, 0);
        for (name, picture, said) in [
            ("blurred", portrait().blurred(9.0), vec![Blurry]),
            ("blurred until nothing is left", portrait().blurred(60.0), vec![Blurry]),
            ("dim", portrait().dimmed(0.3), vec![Dark]),
            ("darker, yet not dark", portrait().dimmed(0.6), vec![]),
            ("nobody", backdrop(1000, 800).with(&noise(300, 400), 300, 200), vec![NoFace]),
            ("two", two, vec![SeveralFaces]),
            ("far away", backdrop(1000, 1000).with(&small, 300, 300), vec![SmallFace]),
        ] {
            assert_eq!(advice(&picture), said, "{name}");
        }
    }

    /// H1
    #[test]
    fn the_same_picture_is_known_in_another_format_and_quality() {
        let picture = Scene::default().draw(480, 600);
        let first = prepared(&jpeg(&picture)).fingerprint;
        let low = picture.to_jpeg(40, Color::Halved, Orientation::NoTransforms);
        let half = picture.smaller(240, 300).to_jpeg(80, Color::Halved, Orientation::NoTransforms);
        let turned = picture.to_jpeg(90, Color::Full, Orientation::Rotate270);
        let copies = [
            ("PNG", file(&picture, ImageFormat::Png)),
            ("WebP", file(&picture, ImageFormat::WebP)),
            ("low quality", low.to_vec()),
            ("half the size", half.to_vec()),
            ("turned, and marked so", with_exif(&turned, 6)),
            ("what we made of it", prepared(&jpeg(&picture)).jpeg.to_vec()),
        ];
        for (name, copy) in copies {
            assert!(same_picture(first, prepared(&copy).fingerprint), "{name}");
        }
    }

    /// H1
    #[test]
    fn another_photo_of_the_same_person_is_another_picture() {
        let scene = Scene::default();
        let others = [
            Scene { x: 0.53, ..scene },
            Scene { y: 0.43, ..scene },
            Scene { height: 0.43, ..scene },
            Scene { wall: [172, 160, 150], ..scene },
            Scene { x: 0.4, y: 0.5, height: 0.3, ..scene },
        ];
        let prints: Vec<i64> = [scene]
            .iter()
            .chain(&others)
            .map(|scene| prepared(&jpeg(&scene.draw(320, 400))).fingerprint)
            .collect();
        for (i, one) in prints.iter().enumerate() {
            for other in &prints[..i] {
                assert!(!same_picture(*one, *other), "{prints:?}");
            }
        }
    }
}
