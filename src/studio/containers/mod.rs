//! The outer structure of picture files, walked before any decoder sees them. Bytes are read
//! here, pixels never, and nothing is allocated that grows with the file.
//!
//! A file may cost far more memory than its size in pixels says: by a color profile that
//! inflates, by a text or comment of megabytes, by a part that is larger than the whole. So
//! what decoding takes is worked out from here, and the decoders are given the parts that
//! pixels depend on and no other. QUALITY 11, 15

pub(super) mod heif;
pub(super) mod jpeg;
pub(super) mod png;
mod vp8l;
pub(super) mod webp;

use std::{borrow::Cow, io::Read};

use flate2::read::ZlibDecoder;

/// Pixels that a picture has at most: twice what a good camera takes.
pub(super) const MOST_PIXELS: u64 = 100_000_000;

/// Bytes that a color profile has at most; one that is larger is ignored, as a damaged one
/// is. Those of cameras, screens and editors have some thousands.
const MOST_PROFILE: usize = 2_000_000;

/// What a file says of itself.
pub(super) struct Outline<'a> {
    /// Width in pixels, as it is stored.
    pub(super) width: u32,
    /// Height in pixels, as it is stored.
    pub(super) height: u32,
    /// Bytes that the decoder writes at most.
    pub(super) samples: u64,
    /// They are three of color for each pixel, as is wanted.
    pub(super) is_rgb8: bool,
    /// Bytes that decoding takes beside them.
    pub(super) working: u64,
    pub(super) colors: Colors<'a>,
    /// The Exif data, from its TIFF header on.
    pub(super) exif: Option<&'a [u8]>,
}

/// What a file says of its colors.
#[derive(Debug)]
pub(super) enum Colors<'a> {
    /// Nothing, or that they are sRGB.
    Srgb,
    /// Samples are light to this power (the gAMA chunk of PNG); 1 for linear light.
    Gamma(f32),
    /// An ICC profile.
    Profile(Profile<'a>),
}

impl Colors<'_> {
    /// Bytes of the color profile, once it is read; 0 where there is none.
    pub(super) fn profile_length(&self) -> usize {
        match self {
            Self::Profile(profile) => profile.length,
            Self::Srgb | Self::Gamma(_) => 0,
        }
    }
}

/// An ICC profile inside a file, of a length that is known and bounded.
#[derive(Debug)]
pub(super) struct Profile<'a> {
    length: usize,
    stored: Stored<'a>,
}

#[derive(Debug)]
enum Stored<'a> {
    Plain(&'a [u8]),
    Split(Vec<&'a [u8]>),
    Deflated(&'a [u8]),
}

impl<'a> Profile<'a> {
    /// A profile that is stored as it is.
    pub(super) fn plain(bytes: &'a [u8]) -> Option<Self> {
        Self::bounded(bytes.len(), Stored::Plain(bytes))
    }

    /// A profile that is stored in several parts, in this order.
    fn split(parts: Vec<&'a [u8]>) -> Option<Self> {
        Self::bounded(parts.iter().map(|part| part.len()).sum(), Stored::Split(parts))
    }

    /// A profile that is stored as a zlib stream. Inflates it once to learn its length, and
    /// keeps nothing of it.
    fn deflated(bytes: &'a [u8]) -> Option<Self> {
        let mut inflating = ZlibDecoder::new(bytes).take(MOST_PROFILE as u64 + 1);
        let length = std::io::copy(&mut inflating, &mut std::io::sink()).ok()?;
        Self::bounded(usize::try_from(length).ok()?, Stored::Deflated(bytes))
    }

    fn bounded(length: usize, stored: Stored<'a>) -> Option<Self> {
        (1..=MOST_PROFILE).contains(&length).then_some(Self { length, stored })
    }

    /// The bytes of the profile; empty where they cannot be read.
    pub(super) fn read(&self) -> Cow<'a, [u8]> {
        match &self.stored {
            Stored::Plain(bytes) => Cow::Borrowed(bytes),
            Stored::Split(parts) => Cow::Owned(parts.concat()),
            Stored::Deflated(bytes) => {
                let mut profile = vec![0; self.length];
                match ZlibDecoder::new(*bytes).read_exact(&mut profile) {
                    Ok(()) => Cow::Owned(profile),
                    Err(_) => Cow::Borrowed(&[]),
                }
            }
        }
    }
}

/// A big-endian number of four bytes.
fn be_number(bytes: &[u8], at: usize) -> Option<usize> {
    usize::try_from(u32::from_be_bytes(*bytes.get(at..)?.first_chunk()?)).ok()
}

/// A little-endian number of four bytes.
fn le_number(bytes: &[u8], at: usize) -> Option<usize> {
    usize::try_from(u32::from_le_bytes(*bytes.get(at..)?.first_chunk()?)).ok()
}
