//! The segments of a JPEG file (ITU T.81, annex B).

use super::{Colors, Outline, Profile};

const START_OF_IMAGE: u8 = 0xd8;
const END_OF_IMAGE: u8 = 0xd9;
const START_OF_SCAN: u8 = 0xda;
const COMMENT: u8 = 0xfe;

const EXIF: &[u8] = b"Exif\0\0";
const PROFILE: &[u8] = b"ICC_PROFILE\0";

/// A marker with what belongs to it.
struct Part<'a> {
    marker: u8,
    /// The segment's content; none where the marker stands alone.
    content: Option<&'a [u8]>,
    /// What follows up to the next marker: after the start of a scan its coded pixels,
    /// elsewhere nothing that has a meaning.
    coded: &'a [u8],
}

impl Part<'_> {
    /// Whether the name of a frame: baseline, progressive and so on.
    const fn is_frame(&self) -> bool {
        matches!(self.marker, 0xc0..=0xcf) && !matches!(self.marker, 0xc4 | 0xc8 | 0xcc)
    }

    const fn is_restart(&self) -> bool {
        matches!(self.marker, 0xd0..=0xd7)
    }

    /// Whether pixels depend on it: of what applications add, only the two that say how
    /// colors are coded (JFIF and Adobe).
    const fn is_needed(&self) -> bool {
        !matches!(self.marker, 0xe1..=0xed | 0xef | COMMENT | 0x01 | START_OF_IMAGE)
    }
}

/// The parts one after the other, up to the end-of-image marker, the end of the file or a
/// segment that is cut off.
fn parts(file: &[u8]) -> impl Iterator<Item = Part<'_>> {
    let mut at = marker_position(file, 2);
    std::iter::from_fn(move || {
        let marker = *file.get(at? + 1)?;
        let start = at? + 2;
        let content = match marker {
            0x01 | 0xd0..=END_OF_IMAGE => None,
            _ => {
                let length = usize::from(u16::from_be_bytes(*file.get(start..)?.first_chunk()?));
                Some(file.get(start + 2..start + length.max(2))?)
            }
        };
        let end = start + content.map_or(0, |content| content.len() + 2);
        at = if marker == END_OF_IMAGE { None } else { marker_position(file, end) };
        let coded = &file[end..if marker == END_OF_IMAGE { end } else { at.unwrap_or(file.len()) }];
        Some(Part { marker, content, coded })
    })
}

/// Where the next marker begins, at or after `at`. In coded pixels `ff 00` stands for a
/// plain `ff`, and any number of `ff` may stand before a marker.
fn marker_position(file: &[u8], mut at: usize) -> Option<usize> {
    loop {
        at += file.get(at..)?.iter().position(|byte| *byte == 0xff)?;
        match file.get(at + 1)? {
            0x00 => at += 2,
            0xff => at += 1,
            _ => return Some(at),
        }
    }
}

/// Walks the segments. `None` where they make no sense.
pub(in crate::studio) fn outline(file: &[u8]) -> Option<Outline<'_>> {
    let mut frame: Option<Frame> = None;
    // The decoder keeps the coefficients of all pixels until the last scan is read, instead
    // of decoding the usual file as it comes.
    let mut keeps_coefficients = false;
    let mut exif = None;
    let mut profile: Vec<(u8, u8, &[u8])> = Vec::new();
    for part in parts(file) {
        let content = part.content.unwrap_or_default();
        match part.marker {
            _ if part.is_frame() => {
                if frame.is_some() {
                    return None;
                }
                frame = Some(Frame::read(content, part.marker)?);
            }
            START_OF_SCAN => {
                let frame = frame.as_ref()?;
                let one_by_one = usize::from(*content.first()?) < frame.components;
                keeps_coefficients |= frame.progressive || one_by_one;
            }
            0xe1 if exif.is_none() => exif = content.strip_prefix(EXIF),
            0xe2 if profile.len() < 256 => {
                if let Some([number, of, bytes @ ..]) = content.strip_prefix(PROFILE) {
                    profile.push((*number, *of, bytes));
                }
            }
            _ => {}
        }
    }
    let frame = frame?;
    let kept = if keeps_coefficients { 2 * frame.coefficients() } else { 0 };
    let (width, height) = (u64::from(frame.width), u64::from(frame.height));
    Some(Outline {
        width: frame.width,
        height: frame.height,
        samples: width * height * if frame.components == 1 { 1 } else { 3 },
        is_rgb8: frame.components != 1,
        // A copy of the parts that are decoded, for a moment two; some rows; tables.
        working: kept + 2 * file.len() as u64 + 1_024 * width + 500_000,
        colors: joined(profile).map_or(Colors::Srgb, Colors::Profile),
        exif,
    })
}

struct Frame {
    width: u32,
    height: u32,
    progressive: bool,
    components: usize,
    /// Blocks of each component in the smallest unit that is coded together.
    blocks: u64,
    /// Width and height of that unit in blocks.
    unit: (u64, u64),
}

impl Frame {
    fn read(content: &[u8], marker: u8) -> Option<Self> {
        let [_, h0, h1, w0, w1, components, factors @ ..] = content else { return None };
        let components = usize::from(*components);
        let factors = factors.get(..3 * components)?.as_chunks::<3>().0;
        let each = || factors.iter().map(|[_, factor, _]| (u64::from(factor >> 4), u64::from(factor & 15)));
        Some(Self {
            width: u32::from(u16::from_be_bytes([*w0, *w1])),
            height: u32::from(u16::from_be_bytes([*h0, *h1])),
            progressive: marker == 0xc2,
            components,
            blocks: each().map(|(across, down)| across * down).sum(),
            unit: (
                each().map(|(across, _)| across).max()?.max(1),
                each().map(|(_, down)| down).max()?.max(1),
            ),
        })
    }

    /// How many coefficients all components have together.
    fn coefficients(&self) -> u64 {
        let units = u64::from(self.width).div_ceil(8 * self.unit.0)
            * u64::from(self.height).div_ceil(8 * self.unit.1);
        units * self.blocks * 64
    }
}

/// Puts a profile together from its numbered parts (ICC.1, B.4).
fn joined(mut parts: Vec<(u8, u8, &[u8])>) -> Option<Profile<'_>> {
    parts.sort_by_key(|(number, ..)| *number);
    let count = parts.len();
    let in_order =
        (1..).zip(&parts).all(|(n, (number, of, _))| usize::from(*number) == n && usize::from(*of) == count);
    if in_order { Profile::split(parts.into_iter().map(|(.., bytes)| bytes).collect()) } else { None }
}

/// A file without what its pixels do not depend on, as far as it goes.
pub(in crate::studio) struct PixelsOnly {
    /// The file up to its end-of-image marker, which is not in it.
    pub(in crate::studio) bytes: Vec<u8>,
    /// The end-of-image marker was there.
    pub(in crate::studio) complete: bool,
    /// Coded bytes of the last scan.
    pub(in crate::studio) last_scan: usize,
}

/// Strips the file. What stands behind the end-of-image marker is no part of the picture.
pub(in crate::studio) fn pixels_only(file: &[u8]) -> PixelsOnly {
    // Room for what may be put behind it.
    let mut bytes = Vec::with_capacity(file.len() + TAIL + 2);
    bytes.extend([0xff, START_OF_IMAGE]);
    let (mut complete, mut in_scan, mut last_scan) = (false, false, 0);
    for part in parts(file) {
        if part.marker == END_OF_IMAGE {
            complete = true;
            break;
        }
        if !part.is_needed() {
            continue;
        }
        bytes.extend([0xff, part.marker]);
        if let Some(content) = part.content {
            let length = u16::try_from(content.len() + 2).expect("it was read from two bytes");
            bytes.extend(length.to_be_bytes());
            bytes.extend_from_slice(content);
            in_scan = part.marker == START_OF_SCAN;
            last_scan = 0;
        }
        if in_scan {
            bytes.extend_from_slice(part.coded);
            last_scan += part.coded.len() + if part.is_restart() { 2 } else { 0 };
        }
    }
    while bytes.ends_with(&[0xff]) {
        bytes.pop();
        last_scan = last_scan.saturating_sub(1);
    }
    PixelsOnly { bytes, complete, last_scan }
}

/// Bytes that [`PixelsOnly::ended_with`] puts before the end.
const TAIL: usize = 64;

impl PixelsOnly {
    /// The file with its end-of-image marker.
    pub(in crate::studio) fn ended(mut self) -> Vec<u8> {
        self.bytes.extend([0xff, END_OF_IMAGE]);
        self.bytes
    }

    /// The file less its last `cut` bytes, with some coded pixels of our own behind it and
    /// then the end-of-image marker.
    pub(in crate::studio) fn ended_with(&self, byte: u8, cut: usize) -> Vec<u8> {
        let mut bytes = Vec::with_capacity(self.bytes.len() + TAIL + 2);
        bytes.extend_from_slice(&self.bytes[..self.bytes.len().saturating_sub(cut)]);
        while bytes.ends_with(&[0xff]) {
            bytes.pop();
        }
        bytes.extend([byte; TAIL]);
        bytes.extend([0xff, END_OF_IMAGE]);
        bytes
    }
}
