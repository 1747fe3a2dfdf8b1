//! The chunks of a PNG file (PNG, third edition, 5).

use super::{Colors, Outline, Profile, be_number};

const SIGNATURE: usize = 8;

/// One chunk: its name, its content, and the whole of it with length and checksum.
struct Chunk<'a> {
    name: [u8; 4],
    content: &'a [u8],
    whole: &'a [u8],
}

/// The chunks one after the other, up to the end or to one that is cut off.
fn chunks(file: &[u8]) -> impl Iterator<Item = Chunk<'_>> {
    let mut at = SIGNATURE;
    std::iter::from_fn(move || {
        let length = be_number(file, at)?;
        let whole = file.get(at..at.checked_add(length)?.checked_add(12)?)?;
        at += whole.len();
        Some(Chunk { name: *whole[4..].first_chunk()?, content: &whole[8..8 + length], whole })
    })
}

/// Walks the chunks. `None` where they make no sense.
pub(in crate::studio) fn outline(file: &[u8]) -> Option<Outline<'_>> {
    let mut header: Option<Header> = None;
    let (mut profile, mut gamma, mut is_srgb, mut transparent, mut exif) = (None, None, false, false, None);
    let mut before_pixels = true;
    for chunk in chunks(file) {
        match &chunk.name {
            b"IHDR" if header.is_none() => header = Some(Header::read(chunk.content)?),
            b"IDAT" => before_pixels = false,
            b"eXIf" if exif.is_none() => exif = Some(chunk.content),
            b"iCCP" if before_pixels && profile.is_none() => profile = deflated_profile(chunk.content),
            b"sRGB" if before_pixels => is_srgb = true,
            b"gAMA" if before_pixels => gamma = be_number(chunk.content, 0),
            b"tRNS" if before_pixels => transparent = true,
            b"IEND" => break,
            _ => {}
        }
    }
    let header = header?;
    let colors = match (profile, gamma) {
        (Some(profile), _) => Colors::Profile(profile),
        // What nearly everybody writes beside sRGB pixels, and what sRGB nearly is.
        (None, Some(gamma)) if !is_srgb && gamma > 0 && !(45_000..=46_000).contains(&gamma) => {
            Colors::Gamma(gamma as f32 / 100_000.0)
        }
        _ => Colors::Srgb,
    };
    let pixel = header.bytes_a_pixel(transparent);
    let (width, height) = (u64::from(header.width), u64::from(header.height));
    Some(Outline {
        width: header.width,
        height: header.height,
        samples: width.saturating_mul(height).saturating_mul(pixel),
        is_rgb8: matches!(header.color, 2 | 3) && pixel == 3,
        // A copy of the parts that are decoded; some rows; what inflating takes.
        working: (file.len() as u64).saturating_add(width.saturating_mul(pixel).saturating_mul(8)) + 500_000,
        colors,
        exif,
    })
}

struct Header {
    width: u32,
    height: u32,
    depth: u8,
    color: u8,
}

impl Header {
    fn read(content: &[u8]) -> Option<Self> {
        let side = |at: usize| u32::try_from(be_number(content, at)?).ok();
        Some(Self { width: side(0)?, height: side(4)?, depth: *content.get(8)?, color: *content.get(9)? })
    }

    /// Once palettes and small depths are expanded.
    fn bytes_a_pixel(&self, transparent: bool) -> u64 {
        let channels = match self.color {
            0 => 1 + u64::from(transparent),
            4 => 2,
            2 | 3 => 3 + u64::from(transparent),
            _ => 4,
        };
        channels * if self.depth == 16 { 2 } else { 1 }
    }
}

fn deflated_profile(content: &[u8]) -> Option<Profile<'_>> {
    let name = content.iter().take(80).position(|byte| *byte == 0)?;
    match content.get(name + 1..)? {
        [0, deflated @ ..] => Profile::deflated(deflated),
        _ => None,
    }
}

/// The file without what its pixels do not depend on. Of an animation that is its first
/// picture, or the one that its maker chose to stand for it.
pub(in crate::studio) fn pixels_only(file: &[u8]) -> Vec<u8> {
    let mut kept = Vec::with_capacity(file.len());
    kept.extend_from_slice(&file[..SIGNATURE]);
    let (mut seen, mut in_pixels) = ([false; 3], false);
    for chunk in chunks(file) {
        let once = [b"IHDR", b"PLTE", b"tRNS"].iter().position(|name| **name == chunk.name);
        match (&chunk.name, once) {
            (b"IDAT", _) => in_pixels = true,
            (b"IEND", _) => {}
            (_, Some(n)) if !seen[n] && !in_pixels => seen[n] = true,
            // The pixels are in one run of chunks.
            _ if in_pixels => break,
            _ => continue,
        }
        kept.extend_from_slice(chunk.whole);
    }
    kept
}
