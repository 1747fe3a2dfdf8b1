//! The chunks of a WebP file (RFC 9649, 2).
//!
//! The decoder believes the size inside a picture chunk before it compares it with that of
//! the whole, so the two are compared here.

use super::{Colors, MOST_PIXELS, Outline, Profile, le_number, vp8l};

/// One chunk: its name and its content.
type Chunk<'a> = (&'a [u8; 4], &'a [u8]);

/// The chunks one after the other; `Err` for one that is cut off.
fn chunks(mut rest: &[u8]) -> impl Iterator<Item = Result<Chunk<'_>, CutOff>> {
    std::iter::from_fn(move || {
        let name = rest.first_chunk::<4>()?;
        let content = le_number(rest, 4).and_then(|length| rest.get(8..8 + length));
        rest =
            content.and_then(|content| rest.get(8 + content.len().next_multiple_of(2)..)).unwrap_or_default();
        Some(content.map(|content| (name, content)).ok_or(CutOff))
    })
}

struct CutOff;

/// Walks the chunks. `None` where they make no sense, do not fit together or are cut off.
pub(in crate::studio) fn outline(file: &[u8]) -> Option<Outline<'_>> {
    let size = le_number(file, 4)?;
    let mut canvas: Option<Canvas> = None;
    let (mut profile, mut exif, mut seen_frame) = (None, None, false);
    let mut working = 0;
    for chunk in chunks(file.get(12..8 + size)?) {
        let (name, content) = chunk.ok()?;
        if canvas.as_ref().is_some_and(|canvas| canvas.pixels() > MOST_PIXELS) {
            break;
        }
        match name {
            b"VP8X" if canvas.is_none() => canvas = Some(Canvas::read(content)?),
            b"VP8 " | b"VP8L" if canvas.is_none() => {
                let (width, height) = picture_size(name, content)?;
                let alpha = name == b"VP8L" && content.get(4)? & 0x10 != 0;
                canvas = Some(Canvas { width, height, alpha, moving: false });
                working += picture_memory(name, content, (width, height))?;
            }
            b"VP8 " | b"VP8L" | b"ALPH" => {
                working += picture_memory(name, content, canvas.as_ref()?.size())?;
            }
            // Of an animation the first picture is taken.
            b"ANMF" if !seen_frame => {
                seen_frame = true;
                working += first_frame_memory(content, canvas.as_ref().filter(|canvas| canvas.moving)?)?;
            }
            b"ICCP" if profile.is_none() => profile = Profile::plain(content),
            b"EXIF" if exif.is_none() => exif = Some(content.strip_prefix(b"Exif\0\0").unwrap_or(content)),
            _ => {}
        }
    }
    let canvas = canvas?;
    let pixels = canvas.pixels();
    Some(Outline {
        width: canvas.width,
        height: canvas.height,
        samples: pixels * if canvas.alpha { 4 } else { 3 },
        is_rgb8: !canvas.alpha,
        working: working + 500_000,
        colors: profile.map_or(Colors::Srgb, Colors::Profile),
        exif,
    })
}

struct Canvas {
    width: u32,
    height: u32,
    alpha: bool,
    moving: bool,
}

impl Canvas {
    fn read(content: &[u8]) -> Option<Self> {
        let [flags, _, _, _, rest @ ..] = content else { return None };
        Some(Self {
            width: le_number_of_three(rest, 0)? + 1,
            height: le_number_of_three(rest, 3)? + 1,
            alpha: flags & 0x10 != 0,
            moving: flags & 2 != 0,
        })
    }

    fn pixels(&self) -> u64 {
        u64::from(self.width) * u64::from(self.height)
    }

    const fn size(&self) -> (u32, u32) {
        (self.width, self.height)
    }
}

/// Bytes that decoding the first picture of an animation takes. It is drawn onto a canvas.
fn first_frame_memory(content: &[u8], canvas: &Canvas) -> Option<u64> {
    let (x, y) = (2 * le_number_of_three(content, 0)?, 2 * le_number_of_three(content, 3)?);
    let size = (le_number_of_three(content, 6)? + 1, le_number_of_three(content, 9)? + 1);
    if x + size.0 > canvas.width || y + size.1 > canvas.height {
        return None;
    }
    let pixels = |(width, height)| u64::from(width) * u64::from(height);
    let mut memory = 4 * pixels(canvas.size()) + 4 * pixels(size);
    let mut parts = chunks(content.get(16..)?);
    let (mut name, mut content) = parts.next()?.ok()?;
    if name == b"ALPH" {
        memory += picture_memory(name, content, size)?;
        (name, content) = parts.next()?.ok().filter(|(name, _)| *name == b"VP8 ")?;
    }
    Some(memory + picture_memory(name, content, size)?)
}

/// Bytes that decoding one picture chunk takes beside its result. `None` where it is not of
/// this size.
fn picture_memory(name: &[u8; 4], content: &[u8], size: (u32, u32)) -> Option<u64> {
    let pixels = u64::from(size.0) * u64::from(size.1);
    let padded = (u64::from(size.0) + 16) * (u64::from(size.1) + 16);
    match name {
        // Alpha is inflated as a picture of four bytes a pixel, of which one is kept, twice.
        b"ALPH" => {
            let lossless = (content.first()? & 3 == 1).then(|| vp8l::tables(&content[1..], Some(size)));
            Some(7 * pixels + lossless.unwrap_or(Some(0))?)
        }
        b"VP8 " | b"VP8L" if picture_size(name, content)? != size => None,
        // Four bytes a pixel, and up to a quarter as much for each of its three transforms.
        b"VP8L" => Some(5 * pixels + vp8l::tables(content, None)?),
        // Brightness, color at half the size, and the coded bytes.
        b"VP8 " => Some(2 * padded + 2 * content.len() as u64),
        _ => None,
    }
}

/// Width and height in a picture chunk, lossy (RFC 6386, 9.1) or lossless (RFC 9649, 3.4).
fn picture_size(name: &[u8; 4], content: &[u8]) -> Option<(u32, u32)> {
    if name == b"VP8L" {
        let [0x2f, bits @ ..] = content else { return None };
        let bits = u32::from_le_bytes(*bits.first_chunk()?);
        return Some(((bits & 0x3fff) + 1, (bits >> 14 & 0x3fff) + 1));
    }
    let [_, _, _, 0x9d, 0x01, 0x2a, w0, w1, h0, h1] = *content.first_chunk()? else { return None };
    let side = |low, high| u32::from(u16::from_le_bytes([low, high]) & 0x3fff);
    Some((side(w0, w1), side(h0, h1)))
}

fn le_number_of_three(bytes: &[u8], at: usize) -> Option<u32> {
    let [a, b, c] = *bytes.get(at..)?.first_chunk()?;
    Some(u32::from_le_bytes([a, b, c, 0]))
}
