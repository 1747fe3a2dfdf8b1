//! From an uploaded file to an organization's logo: checked and encoded anew as photos are, and laid on the
//! card that chats show. J1, L8, QUALITY 11

use bytes::Bytes;
use image::metadata::Orientation;

use super::{
    picture::{Color, Picture},
    source::Source,
};
use crate::domain::{
    organization::{LOGO_BYTES_MAX, LOGO_SIDE_MIN, LogoRefusal},
    photo::PhotoRefusal,
};

/// Pixels that a kept logo has at most on its longer side: it is shown small, also on dense screens.
const MOST_SIDE: u32 = 640;
/// JPEG quality of a kept logo: of few colors, with hard edges.
const QUALITY: u8 = 92;
/// Width and height of the card, as Open Graph wants it.
const CARD: (u32, u32) = (1200, 630);
/// Bytes of memory that is taken once a logo is developed: it twice, the card, and what both are encoded to.
const KEEPING_MEMORY: u64 = 8_000_000;

/// A logo that can be kept.
#[derive(Clone, Debug)]
pub struct PreparedLogo {
    /// The logo as JPEG on white, upright, sRGB, without metadata.
    pub jpeg: Bytes,
    /// The same in the middle of a white card.
    pub card: Bytes,
}

/// Bytes of memory that [`prepare`] takes for this file at its peak; the file itself not counted.
///
/// # Errors
/// What [`prepare`] refuses by the header alone.
pub fn memory(file: &[u8]) -> Result<u64, LogoRefusal> {
    Ok(open(file)?.memory + KEEPING_MEMORY)
}

/// Checks an uploaded file and makes of it what is kept: its pixels, and nothing else of it.
///
/// # Errors
/// The reason why this file is no logo.
pub fn prepare(file: &[u8]) -> Result<PreparedLogo, LogoRefusal> {
    let source = open(file)?;
    let orientation = source.orientation;
    let logo = source.develop(MOST_SIDE)?.upright(orientation);
    let encode = |picture: &Picture| picture.to_jpeg(QUALITY, Color::Full, Orientation::NoTransforms);
    Ok(PreparedLogo { jpeg: encode(&logo), card: encode(&card(&logo)) })
}

fn open(file: &[u8]) -> Result<Source<'_>, LogoRefusal> {
    if file.len() as u64 > LOGO_BYTES_MAX {
        return Err(LogoRefusal::TooLarge);
    }
    let source = Source::open(file)?;
    let (width, height) = (source.width, source.height);
    if width.min(height) < LOGO_SIDE_MIN {
        return Err(PhotoRefusal::TooSmall { width, height, min_side: LOGO_SIDE_MIN }.into());
    }
    Ok(source)
}

/// The logo in the middle, with white around.
fn card(logo: &Picture) -> Picture {
    let logo = logo.clone().fit_within(CARD.1 * 2 / 3);
    let (width, height) = (logo.width() as usize, logo.height() as usize);
    let mut card = Picture::new(CARD.0, CARD.1, vec![255; (CARD.0 * CARD.1 * 3) as usize]);
    let (left, top) = ((CARD.0 as usize - width) / 2, (CARD.1 as usize - height) / 2);
    let rows = card.pixels_mut().chunks_exact_mut(CARD.0 as usize).skip(top);
    for (to, from) in rows.zip(logo.pixels().chunks_exact(width)) {
        to[left..left + width].copy_from_slice(from);
    }
    card
}

#[cfg(test)]
mod tests {
    use image::ImageFormat;

    use super::*;
    use crate::studio::testing::{Scene, file, jpeg, segment};

    fn opened(jpeg: &[u8]) -> image::RgbImage {
        image::load_from_memory_with_format(jpeg, ImageFormat::Jpeg).unwrap().into_rgb8()
    }

    /// J1, L8, QUALITY 11: of the file nothing is kept but its pixels.
    #[test]
    fn a_logo_is_encoded_anew_and_laid_on_a_card() {
        let picture = Scene::default().draw(900, 300);
        for format in [ImageFormat::Jpeg, ImageFormat::Png, ImageFormat::WebP] {
            let logo = prepare(&file(&picture, format)).unwrap();
            assert_eq!(opened(&logo.jpeg).dimensions(), (640, 213));
            let card = opened(&logo.card);
            assert_eq!(card.dimensions(), (1200, 630));
            assert_eq!(card.get_pixel(5, 5).0, [255, 255, 255]);
        }
        let sent = segment(&jpeg(&picture), 0xfe, b"<script>alert(1)</script>");
        let logo = prepare(&sent).unwrap();
        for kept in [&logo.jpeg, &logo.card] {
            assert!(!kept.windows(6).any(|part| part == b"script"));
        }
    }

    /// N1, QUALITY 11: the type is told by content, and the size before anything is decoded.
    #[test]
    fn what_is_no_logo_is_refused_with_the_reason() {
        let small = jpeg(&Scene::default().draw(200, 47));
        for (file, refusal) in [
            (&b"<svg xmlns=\"http://www.w3.org/2000/svg\"/>"[..], LogoRefusal::WrongType),
            (&small[..], LogoRefusal::TooSmall { width: 200, height: 47 }),
            (&vec![0; usize::try_from(LOGO_BYTES_MAX).unwrap() + 1][..], LogoRefusal::TooLarge),
            (&jpeg(&Scene::default().draw(200, 100))[..300], LogoRefusal::Broken),
        ] {
            assert_eq!(prepare(file).unwrap_err(), refusal);
            assert!(memory(file).is_err() || refusal == LogoRefusal::Broken);
        }
    }
}
