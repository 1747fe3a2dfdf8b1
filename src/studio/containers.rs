//! What the decoders do not look at before they start: the outer structure of JPEG and
//! WebP files. Bytes are read here, pixels never.
//!
//! Both checks exist for one reason each: a JPEG that was cut off decodes without an
//! error, to gray; and a file may cost far more memory than its first header says.

use crate::domain::photo::PhotoRefusal;

/// What the structure of a JPEG file tells (ITU T.81, annex B).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct JpegOutline {
    /// The end-of-image marker is there; a file that was cut off has none.
    pub(super) complete: bool,
    /// Two-byte coefficients that the decoder keeps for each pixel until the last scan is
    /// read, in hundredths; 0 for the usual file, which is decoded as it comes.
    pub(super) coefficients_per_100_pixels: u64,
}

/// Walks the markers of a JPEG file. `None` where they make no sense.
pub(super) fn jpeg_outline(file: &[u8]) -> Option<JpegOutline> {
    const END: u8 = 0xd9;
    const START_OF_SCAN: u8 = 0xda;
    let mut frame: Option<Frame> = None;
    let mut buffered = false;
    let mut at = 2;
    let complete = loop {
        let Some((marker, after)) = next_marker(file, at) else { break false };
        match marker {
            END => break true,
            // Stand-alone markers: TEM and the restarts.
            0x01 | 0xd0..=0xd7 => at = after,
            _ => {
                let length = usize::from(u16::from_be_bytes([*file.get(after)?, *file.get(after + 1)?]));
                let Some(segment) = file.get(after + 2..after + length.max(2)) else { break false };
                match marker {
                    0xc0..=0xcf if !matches!(marker, 0xc4 | 0xc8 | 0xcc) => {
                        if frame.is_some() {
                            return None;
                        }
                        frame = Some(Frame::read(segment, marker)?);
                    }
                    START_OF_SCAN => {
                        let frame = frame.as_ref()?;
                        let one_by_one = usize::from(*segment.first()?) < frame.components;
                        buffered |= frame.progressive || one_by_one;
                    }
                    _ => {}
                }
                at = after + length.max(2);
            }
        }
    };
    let samples = frame?.samples_per_100_pixels;
    Some(JpegOutline { complete, coefficients_per_100_pixels: if buffered { samples } else { 0 } })
}

/// The next marker at or after `at`, and where its content starts. Skips the coded data
/// of a scan, in which `ff 00` stands for a plain `ff`.
fn next_marker(file: &[u8], mut at: usize) -> Option<(u8, usize)> {
    loop {
        at += file.get(at..)?.iter().position(|byte| *byte == 0xff)? + 1;
        match file.get(at)? {
            0x00 | 0xff => {}
            marker => return Some((*marker, at + 1)),
        }
    }
}

struct Frame {
    progressive: bool,
    components: usize,
    samples_per_100_pixels: u64,
}

impl Frame {
    fn read(segment: &[u8], marker: u8) -> Option<Self> {
        let components = usize::from(*segment.get(5)?);
        let factors = segment.get(6..6 + 3 * components)?.as_chunks::<3>().0;
        let samples = |[_, factor, _]: &[u8; 3]| u64::from(factor >> 4) * u64::from(factor & 15);
        let most = factors.iter().map(samples).max()?.max(1);
        let all: u64 = factors.iter().map(samples).sum();
        Some(Self { progressive: marker == 0xc2, components, samples_per_100_pixels: all * 100 / most })
    }
}

/// Walks the chunks of a WebP file: one still picture, all there, and no part of it larger
/// than the width and height that `canvas` names.
///
/// # Errors
/// [`PhotoRefusal::WrongType`] for an animation, [`PhotoRefusal::Broken`] for the rest.
/// The decoder would believe the size inside the picture chunk before it compares the two.
pub(super) fn check_webp(file: &[u8], canvas: (u32, u32)) -> Result<(), PhotoRefusal> {
    let size = le_number(file, 4).ok_or(PhotoRefusal::Broken)?;
    let mut chunks = file.get(12..8 + size).ok_or(PhotoRefusal::Broken)?;
    while let Some(name) = chunks.first_chunk::<4>() {
        let length = le_number(chunks, 4).ok_or(PhotoRefusal::Broken)?;
        let content = chunks.get(8..8 + length).ok_or(PhotoRefusal::Broken)?;
        match name {
            b"ANMF" | b"ANIM" => return Err(PhotoRefusal::WrongType),
            b"VP8 " if vp8_size(content) != Some(canvas) => return Err(PhotoRefusal::Broken),
            _ => {}
        }
        chunks = chunks.get(8 + length.next_multiple_of(2)..).unwrap_or_default();
    }
    Ok(())
}

/// Width and height in a lossy picture chunk (RFC 6386, 9.1).
fn vp8_size(content: &[u8]) -> Option<(u32, u32)> {
    let [_, _, _, 0x9d, 0x01, 0x2a, w0, w1, h0, h1] = *content.first_chunk()? else { return None };
    let side = |low, high| u32::from(u16::from_le_bytes([low, high]) & 0x3fff);
    Some((side(w0, w1), side(h0, h1)))
}

fn le_number(bytes: &[u8], at: usize) -> Option<usize> {
    usize::try_from(u32::from_le_bytes(*bytes.get(at..)?.first_chunk()?)).ok()
}
