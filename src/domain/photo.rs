//! What a photo must be to enter a draft, and why one is turned away.
//!
//! The numbers and the sentences live here, so that the browser can show the rule
//! before an upload and the same words after one. Looking into the file itself is
//! the studio's business.

use std::{error::Error, fmt};

use serde::{Deserialize, Serialize};

use super::db_enum;

/// The operator's limits for the photos of one draft. H1
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PhotoLimits {
    /// Pixels that the shorter side has at least.
    pub min_side: u32,
    /// Bytes that one file has at most.
    pub max_bytes: u64,
    /// Photos that a draft needs before it can be submitted.
    pub min_photos: u8,
    /// Photos that a draft holds at most.
    pub max_photos: u8,
    /// HEIC photos are taken: there is a program here that opens them.
    pub heic: bool,
}

impl Default for PhotoLimits {
    fn default() -> Self {
        Self { min_side: 512, max_bytes: 20 * MEGABYTE, min_photos: 8, max_photos: 15, heic: false }
    }
}

impl PhotoLimits {
    /// What can be said of a file by its length and its first bytes, before it is sent and before it is opened. H1
    ///
    /// # Errors
    /// [`PhotoRefusal::TooLarge`], [`PhotoRefusal::WrongType`], [`PhotoRefusal::Heic`] and
    /// [`PhotoRefusal::Avif`].
    pub fn admit(&self, length: u64, beginning: &[u8]) -> Result<PhotoFormat, PhotoRefusal> {
        if length > self.max_bytes {
            return Err(PhotoRefusal::TooLarge { max_bytes: self.max_bytes });
        }
        match PhotoFormat::of(beginning) {
            None => Err(PhotoRefusal::WrongType { heic: self.heic }),
            Some(PhotoFormat::Avif) => Err(PhotoRefusal::Avif),
            Some(PhotoFormat::Heic) if !self.heic => Err(PhotoRefusal::Heic),
            Some(format) => Ok(format),
        }
    }

    /// Whether one more photo is wanted, in a draft that holds photos of these files. Of a file whose digest nobody
    /// knows only the server can say whether it is there. H1
    ///
    /// # Errors
    /// [`PhotoRefusal::DraftFull`] and [`PhotoRefusal::Duplicate`].
    pub fn has_place<'a>(
        &self,
        file: Option<&str>,
        draft: impl ExactSizeIterator<Item = Option<&'a str>>,
    ) -> Result<(), PhotoRefusal> {
        if draft.len() >= usize::from(self.max_photos) {
            return Err(PhotoRefusal::DraftFull { max: self.max_photos });
        }
        let of = (1..).zip(draft).find(|(_, other)| other.is_some() && *other == file);
        of.map_or(Ok(()), |(of, _)| Err(PhotoRefusal::Duplicate { of }))
    }
}

/// How the digest of a file is written where files are compared.
#[must_use]
pub fn digest_text(digest: &[u8]) -> String {
    digest
        .iter()
        .flat_map(|byte| [byte >> 4, byte & 15])
        .filter_map(|n| char::from_digit(n.into(), 16))
        .collect()
}

/// The formats of photo files.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PhotoFormat {
    Jpeg,
    Png,
    WebP,
    /// HEIF (ISO 23008-12) with a picture coded as HEVC, what an iPhone takes unless told otherwise.
    Heic,
    Avif,
}

impl PhotoFormat {
    /// So many bytes at the beginning of a file tell its format.
    pub const BEGINNING: u32 = 12;

    /// The format of a file by its first bytes. A file of two formats at once is what it begins as, which is also
    /// what the decoder and the re-encoded copy take it for.
    #[must_use]
    pub fn of(file: &[u8]) -> Option<Self> {
        const HEIC: [&[u8; 4]; 8] = [b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"mif1", b"msf1"];
        const AVIF: [&[u8; 4]; 2] = [b"avif", b"avis"];
        match file {
            [0xff, 0xd8, 0xff, ..] => Some(Self::Jpeg),
            [0x89, b'P', b'N', b'G', 0x0d, 0x0a, 0x1a, 0x0a, ..] => Some(Self::Png),
            [b'R', b'I', b'F', b'F', _, _, _, _, b'W', b'E', b'B', b'P', ..] => Some(Self::WebP),
            [_, _, _, _, b'f', b't', b'y', b'p', brand @ ..] => {
                let brand = brand.first_chunk()?;
                if HEIC.contains(&brand) {
                    Some(Self::Heic)
                } else {
                    AVIF.contains(&brand).then_some(Self::Avif)
                }
            }
            _ => None,
        }
    }
}

/// What "MB" means to a person who reads a limit here: 2^20 bytes, the more generous reading.
const MEGABYTE: u64 = 1024 * 1024;

/// Which draft of a member is meant: the first until a shoot is submitted, then the second, and so on. A page
/// that is older than the submit still names the one before. H1
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct DraftNumber(pub i64);

impl fmt::Display for DraftNumber {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// Why a photo did not get into the draft. `Display` is the sentence beside the photo:
/// what is wrong, then how to mend it. H1, N1
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum PhotoRefusal {
    /// The file has more than `max_bytes` bytes.
    TooLarge { max_bytes: u64 },
    /// By its content the file is no photo of a format that is taken, which HEIC is where `heic` says so.
    WrongType { heic: bool },
    /// The file is a HEIC photo, and no program that opens them is here.
    Heic,
    /// The file is an AVIF picture.
    Avif,
    /// The file begins like a photo, and cannot be read to its end.
    Broken,
    /// The shorter side has fewer than `min_side` pixels.
    TooSmall { width: u32, height: u32, min_side: u32 },
    /// Opening the picture would take more memory than one photo gets.
    TooManyPixels,
    /// The draft has the same picture already, as its photo number `of` (from 1).
    Duplicate { of: u32 },
    /// The same file is on its way, or was turned away just before.
    ChosenTwice,
    /// The draft holds `max` photos already.
    DraftFull { max: u8 },
    /// The headshots are being made; this one came after the photos were submitted.
    Submitted,
    /// One request brought more than `max` files; this is one of those behind.
    TooManyFiles { max: u8 },
    /// So many photos are coming in that there was no room for this one within the time that one
    /// waits for it.
    Busy,
}

impl fmt::Display for PhotoRefusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::TooLarge { max_bytes } => {
                write!(f, "This file is larger than {} MB. Save a smaller copy and add that.", max_bytes / MEGABYTE)
            }
            Self::WrongType { heic } => {
                let formats = if *heic { "JPEG, HEIC, PNG or WebP" } else { "JPEG, PNG or WebP" };
                write!(f, "This is not a {formats} photo. Save it as JPEG and add that.")
            }
            Self::Heic => f.write_str(
                "HEIC photos do not work here. Export this one as JPEG, or mail it to yourself from the phone, which makes it a JPEG.",
            ),
            Self::Avif => f.write_str("AVIF pictures do not work here. Save this one as JPEG and add that."),
            Self::Broken => f.write_str("This file is damaged. Export or download it again, then add that."),
            Self::TooSmall { width, height, min_side } => {
                write!(f, "{width} × {height} is too small. {min_side} or more on the short side.")
            }
            Self::TooManyPixels => {
                f.write_str("This picture has too many pixels to open. Save a copy of 6000 × 4000 or less and add that.")
            }
            Self::Duplicate { of } => write!(f, "The same picture as photo {of}. Choose a different one."),
            Self::ChosenTwice => f.write_str("You chose this file already; it stands here twice. Dismiss one of the two."),
            Self::DraftFull { max } => write!(f, "{max} photos added, which is all that fit. Remove one to add this one."),
            Self::TooManyFiles { max } => {
                write!(f, "{max} files can be added at once, and this one came after them. Add it by itself.")
            }
            Self::Submitted => f.write_str("The photos are submitted already. This one came too late."),
            Self::Busy => f.write_str("Many photos are coming in at the moment. Add this one again in a minute."),
        }
    }
}

impl Error for PhotoRefusal {}

/// The kinds of pictures that are kept, each with a thumbnail.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PictureKind {
    /// Added by a person.
    Photo,
    /// Made by an engine.
    Headshot,
    /// An organization's own, with the card that chats show in place of the thumbnail.
    Logo,
}

db_enum!(PictureKind { Photo = "photo", Headshot = "headshot", Logo = "logo" });

/// Why no headshot can be made of a photo that is in a shoot. `Display` is the sentence beside the
/// photo: what is wrong, then how to mend it. C5
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum PhotoFault {
    /// What is kept of it does not open as a picture.
    Unreadable,
    /// No part of it has the shape of a portrait.
    TooNarrow,
    /// Nothing is kept of it any more.
    Lost,
    /// A generation service sees no face in it, or several, or none that it can use.
    NoFace,
    SeveralFaces,
    FaceTooSmall,
    Blurred,
    BadLight,
    /// A generation service does not take it, for a reason of its own.
    Unsuitable,
}

db_enum!(PhotoFault {
    Unreadable = "unreadable",
    TooNarrow = "too_narrow",
    Lost = "lost",
    NoFace = "no_face",
    SeveralFaces = "several_faces",
    FaceTooSmall = "face_too_small",
    Blurred = "blurred",
    BadLight = "bad_light",
    Unsuitable = "unsuitable",
});

impl fmt::Display for PhotoFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Unreadable => "This photo cannot be opened any more. Remove it and add it again.",
            Self::TooNarrow => "This photo is too narrow for a portrait. Remove it and add another one.",
            Self::Lost => "This photo was lost on our side. Remove it and add it again.",
            Self::NoFace => "No face is to be seen in this photo. Remove it and add another one.",
            Self::SeveralFaces => {
                "There is more than one person in this photo. Remove it and add one of you alone."
            }
            Self::FaceTooSmall => {
                "The face is too small in this photo. Remove it and add one from nearer by."
            }
            Self::Blurred => "This photo is blurred. Remove it and add a sharp one.",
            Self::BadLight => "This photo is too dark or too bright. Remove it and add one in daylight.",
            Self::Unsuitable => "This photo cannot be used for headshots. Remove it and add another one.",
        })
    }
}

impl Error for PhotoFault {}

/// How far apart two fingerprints of one picture may be: the squares of the differences
/// of all eight numbers together. Copies at a quarter of the size and JPEG quality 40
/// stay below; a head that moved by a fiftieth of the width lies at some 200.
const SAME: i32 = 40;

/// Whether two fingerprints are of the same picture. What a fingerprint is made of is the studio's business. H1
#[must_use]
pub fn same_picture(one: i64, other: i64) -> bool {
    let numbers = one.to_be_bytes().into_iter().zip(other.to_be_bytes());
    let squares = numbers.map(|(a, b)| (i32::from(a as i8) - i32::from(b as i8)).pow(2));
    squares.sum::<i32>() <= SAME
}

#[cfg(test)]
mod tests {
    use super::*;

    /// H1, N1
    #[test]
    fn a_refusal_says_what_is_wrong_and_how_to_mend_it() {
        let limits = PhotoLimits::default();
        let sentences = [
            (
                PhotoRefusal::TooSmall { width: 640, height: 480, min_side: limits.min_side },
                "640 × 480 is too small. 512 or more on the short side.",
            ),
            (
                PhotoRefusal::TooLarge { max_bytes: limits.max_bytes },
                "This file is larger than 20 MB. Save a smaller copy and add that.",
            ),
            (PhotoRefusal::Duplicate { of: 3 }, "The same picture as photo 3. Choose a different one."),
            (
                PhotoRefusal::DraftFull { max: 15 },
                "15 photos added, which is all that fit. Remove one to add this one.",
            ),
        ];
        for (refusal, sentence) in sentences {
            assert_eq!(refusal.to_string(), sentence);
        }
        assert!(PhotoRefusal::Heic.to_string().contains("Export this one as JPEG"));
        for (heic, formats) in
            [(false, "a JPEG, PNG or WebP photo"), (true, "a JPEG, HEIC, PNG or WebP photo")]
        {
            assert!(PhotoRefusal::WrongType { heic }.to_string().contains(formats));
        }
    }

    /// H1, N1: the server says it of the whole file, the browser of its first bytes, in the same words.
    #[test]
    fn what_is_no_photo_is_told_by_its_first_bytes() {
        let (plain, heic) = (PhotoLimits::default(), PhotoLimits { heic: true, ..PhotoLimits::default() });
        let wrong = |heic| Err(PhotoRefusal::WrongType { heic });
        let cases: [(&[u8], _, _); 9] = [
            (b"\xff\xd8\xff\xe0\0\x10JFIF\0\x01", Ok(PhotoFormat::Jpeg), Ok(PhotoFormat::Jpeg)),
            (b"\x89PNG\r\n\x1a\n\0\0\0\r", Ok(PhotoFormat::Png), Ok(PhotoFormat::Png)),
            (b"RIFF\x10\0\0\0WEBP", Ok(PhotoFormat::WebP), Ok(PhotoFormat::WebP)),
            (b"\0\0\0\x18ftypheic", Err(PhotoRefusal::Heic), Ok(PhotoFormat::Heic)),
            (b"\0\0\0\x18ftypmif1", Err(PhotoRefusal::Heic), Ok(PhotoFormat::Heic)),
            (b"\0\0\0\x18ftypavif", Err(PhotoRefusal::Avif), Err(PhotoRefusal::Avif)),
            (b"\0\0\0\x18ftypmp42", wrong(false), wrong(true)),
            (b"\0\0\0\x18ftyphe", wrong(false), wrong(true)),
            (b"", wrong(false), wrong(true)),
        ];
        for (beginning, without, with) in cases {
            assert!(beginning.len() <= PhotoFormat::BEGINNING as usize);
            let (one, other) = (plain.admit(100, beginning), heic.admit(100, beginning));
            assert_eq!((one, other), (without, with), "{}", beginning.escape_ascii());
        }
        let large = plain.admit(plain.max_bytes + 1, b"\xff\xd8\xff");
        assert_eq!(large, Err(PhotoRefusal::TooLarge { max_bytes: plain.max_bytes }));
    }

    /// H1
    #[test]
    fn a_file_that_is_in_the_draft_has_no_place_there() {
        let limits = PhotoLimits { max_photos: 4, ..PhotoLimits::default() };
        let draft = [Some("a"), None, Some("b")];
        let place = |file, draft: &[Option<&'static str>]| limits.has_place(file, draft.iter().copied());
        assert_eq!(place(Some("b"), &draft), Err(PhotoRefusal::Duplicate { of: 3 }));
        assert_eq!(place(Some("c"), &draft), Ok(()));
        assert_eq!(place(None, &draft), Ok(()));
        assert_eq!(place(None, &[None; 4]), Err(PhotoRefusal::DraftFull { max: 4 }));
    }

    #[test]
    fn sameness_is_mutual_and_takes_little() {
        let print = |numbers: [i8; 8]| i64::from_be_bytes(numbers.map(|n| n as u8));
        let one = print([100, -100, 3, 0, 127, -128, 50, -1]);
        let near = print([102, -98, 1, 2, 125, -126, 52, 1]);
        let far = print([100, -100, 3, 0, 127, -128, 50, 6]);
        assert!(same_picture(one, one) && same_picture(one, near) && same_picture(near, one));
        assert!(!same_picture(one, far) && !same_picture(far, one));
    }
}
