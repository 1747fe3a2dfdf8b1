//! From the bytes that somebody sent to an opened picture, or the reason why not.
//!
//! The type is told by content. Size in pixels and memory are known and judged before
//! anything is decoded, so a file of a few bytes cannot ask for gigabytes. QUALITY 11

use std::io::Cursor;

use image::{
    ColorType, ImageDecoder, ImageResult, Limits,
    codecs::{jpeg::JpegDecoder, png::PngDecoder, webp::WebPDecoder},
    metadata::Orientation,
};

use super::{
    color::{to_rgb8, to_srgb},
    containers::{check_webp, jpeg_outline},
    picture::Picture,
    turn::upright_size,
};
use crate::domain::photo::PhotoRefusal;

/// Pixels that a picture has at most: twice what a good camera takes.
const MOST_PIXELS: u64 = 100_000_000;

/// Bytes of memory that opening one picture takes at most.
const MOST_MEMORY: u64 = 400_000_000;

/// A file whose header was read and found good; no pixel of it is decoded yet.
pub(super) struct Source<'a> {
    decoder: Box<dyn ImageDecoder + 'a>,
    /// How to turn the decoded picture.
    pub(super) orientation: Orientation,
    /// Upright width in pixels.
    pub(super) width: u32,
    /// Upright height in pixels.
    pub(super) height: u32,
    /// Bytes of memory that [`Source::develop`] takes at its peak, the file not counted.
    pub(super) memory: u64,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    Jpeg,
    Png,
    WebP,
}

impl<'a> Source<'a> {
    /// Reads the header. H1
    ///
    /// # Errors
    /// [`PhotoRefusal::WrongType`], [`PhotoRefusal::Heic`], [`PhotoRefusal::Broken`] and
    /// [`PhotoRefusal::TooManyPixels`].
    pub(super) fn open(file: &'a [u8]) -> Result<Self, PhotoRefusal> {
        let kind = kind(file)?;
        let mut decoder = decoder(file, kind).map_err(refusal)?;
        let (width, height) = decoder.dimensions();
        let pixels = u64::from(width) * u64::from(height);
        if pixels == 0 {
            return Err(PhotoRefusal::Broken);
        }
        if pixels > MOST_PIXELS {
            return Err(PhotoRefusal::TooManyPixels);
        }
        let overhead = match kind {
            Kind::Jpeg => {
                let outline = jpeg_outline(file).filter(|outline| outline.complete);
                let outline = outline.ok_or(PhotoRefusal::Broken)?;
                file.len() as u64 + pixels * outline.coefficients_per_100_pixels / 100 * 2
            }
            Kind::Png => 0,
            Kind::WebP => {
                check_webp(file, (width, height))?;
                4 * pixels
            }
        };
        let color = decoder.color_type();
        let expanded = if color == ColorType::Rgb8 { 0 } else { 3 * pixels };
        let memory = decoder.total_bytes() + expanded + overhead;
        if memory > MOST_MEMORY {
            return Err(PhotoRefusal::TooManyPixels);
        }
        let orientation = decoder.orientation().unwrap_or(Orientation::NoTransforms);
        let (width, height) = upright_size(width, height, orientation);
        Ok(Self { decoder, orientation, width, height, memory })
    }

    /// Decodes to sRGB pixels, with at most `side` of them on the longer side, not yet
    /// upright. What is transparent becomes white.
    ///
    /// # Errors
    /// [`PhotoRefusal::Broken`] where the file does not hold what its header says.
    pub(super) fn develop(mut self, side: u32) -> Result<Picture, PhotoRefusal> {
        let (width, height) = self.decoder.dimensions();
        let color = self.decoder.color_type();
        let profile = self.decoder.icc_profile().ok().flatten();
        let length = usize::try_from(self.decoder.total_bytes()).map_err(|_| PhotoRefusal::TooManyPixels)?;
        let mut samples = vec![0; length];
        self.decoder.read_image_boxed(&mut samples).map_err(|_| PhotoRefusal::Broken)?;
        let rgb = to_rgb8(samples, color).ok_or(PhotoRefusal::Broken)?;
        let mut picture = Picture::new(width, height, rgb).fit_within(side);
        if let Some(profile) = profile {
            to_srgb(&mut picture, &profile);
        }
        Ok(picture)
    }
}

/// Tells the type by the first bytes. A file of two types at once is what it begins as,
/// which is also what the decoder and the re-encoded copy take it for.
fn kind(file: &[u8]) -> Result<Kind, PhotoRefusal> {
    match file {
        [0xff, 0xd8, 0xff, ..] => Ok(Kind::Jpeg),
        [0x89, b'P', b'N', b'G', 0x0d, 0x0a, 0x1a, 0x0a, ..] => Ok(Kind::Png),
        [b'R', b'I', b'F', b'F', _, _, _, _, b'W', b'E', b'B', b'P', ..] => Ok(Kind::WebP),
        [_, _, _, _, b'f', b't', b'y', b'p', brand @ ..] if is_heif(brand) => Err(PhotoRefusal::Heic),
        _ => Err(PhotoRefusal::WrongType),
    }
}

/// Whether the brand of an ISO media file is one of HEIF's (ISO 23008-12) or AVIF's.
fn is_heif(brand: &[u8]) -> bool {
    const BRANDS: [&[u8]; 10] =
        [b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"mif1", b"msf1", b"avif", b"avis"];
    BRANDS.iter().any(|name| brand.starts_with(name))
}

fn decoder(file: &[u8], kind: Kind) -> ImageResult<Box<dyn ImageDecoder + '_>> {
    let mut limits = Limits::no_limits();
    limits.max_alloc = Some(MOST_MEMORY);
    let reader = Cursor::new(file);
    Ok(match kind {
        Kind::Jpeg => Box::new(JpegDecoder::new(reader)?),
        Kind::Png => Box::new(PngDecoder::with_limits(reader, limits)?),
        Kind::WebP => Box::new(WebPDecoder::new(reader)?),
    })
}

fn refusal(error: image::ImageError) -> PhotoRefusal {
    match error {
        image::ImageError::Limits(_) => PhotoRefusal::TooManyPixels,
        _ => PhotoRefusal::Broken,
    }
}

#[cfg(test)]
mod tests {
    use image::ImageFormat;
    use proptest::prelude::*;

    use super::*;
    use crate::studio::testing::{Scene, file, jpeg, jpeg_header, png_header, segment, webp, webp_canvas};

    fn develop(file: &[u8]) -> Result<Picture, PhotoRefusal> {
        Source::open(file)?.develop(4096)
    }

    fn opened(file: &[u8]) -> Result<(), PhotoRefusal> {
        develop(file).map(|_| ())
    }

    /// H1, QUALITY 11
    #[test]
    fn the_content_tells_the_type() {
        use PhotoRefusal::{Heic, WrongType};
        let picture = Scene::default().draw(40, 50);
        let jpeg = jpeg(&picture);
        let inside = |before: &[u8]| [before, &jpeg].concat();
        let cases = [
            ("JPEG", jpeg.clone(), Ok(())),
            ("PNG", file(&picture, ImageFormat::Png), Ok(())),
            ("WebP", file(&picture, ImageFormat::WebP), Ok(())),
            ("JPEG with a ZIP behind it", [&jpeg[..], b"PK\x05\x06 and so on"].concat(), Ok(())),
            ("JPEG with a script in a comment", segment(&jpeg, 0xfe, b"*/alert(1)/*"), Ok(())),
            ("nothing", vec![], Err(WrongType)),
            ("text", b"a photo of me".to_vec(), Err(WrongType)),
            ("SVG", b"<svg xmlns='http://www.w3.org/2000/svg'/>".to_vec(), Err(WrongType)),
            ("SVG with a JPEG inside", inside(b"<?xml version='1.0'?><svg><!--"), Err(WrongType)),
            ("HTML with a JPEG inside", inside(b"<!doctype html><script>0</script>"), Err(WrongType)),
            ("GIF", b"GIF89a\x01\0\x01\0\0\0\0;".to_vec(), Err(WrongType)),
            ("GIF and JPEG at once", inside(b"GIF89a/*"), Err(WrongType)),
            ("PDF and JPEG at once", inside(b"%PDF-1.7\n"), Err(WrongType)),
            ("ZIP and JPEG at once", inside(b"PK\x03\x04"), Err(WrongType)),
            ("BMP", b"BM\x46\0\0\0".to_vec(), Err(WrongType)),
            ("TIFF", b"II*\0\x08\0\0\0".to_vec(), Err(WrongType)),
            ("RIFF that is sound", b"RIFF\x04\0\0\0WAVE".to_vec(), Err(WrongType)),
            ("MP4", b"\0\0\0\x18ftypmp42".to_vec(), Err(WrongType)),
            ("HEIC", b"\0\0\0\x18ftypheic\0\0\0\0mif1heic".to_vec(), Err(Heic)),
            ("HEIF", b"\0\0\0\x18ftypmif1\0\0\0\0heic".to_vec(), Err(Heic)),
            ("AVIF", b"\0\0\0\x1cftypavif\0\0\0\0".to_vec(), Err(Heic)),
        ];
        for (name, file, expected) in cases {
            assert_eq!(opened(&file), expected, "{name}");
        }
    }

    /// QUALITY 11
    #[test]
    fn a_bomb_is_refused_by_its_header() {
        let bombs = [
            ("JPEG", jpeg_header(0xc0, 50_000, 50_000)),
            ("progressive JPEG", jpeg_header(0xc2, 50_000, 50_000)),
            ("progressive JPEG below the limit of pixels", jpeg_header(0xc2, 9_000, 9_000)),
            ("PNG", png_header(50_000, 50_000)),
            ("PNG of the largest numbers", png_header(0x7fff_ffff, 0x7fff_ffff)),
            ("WebP", webp(&[(b"VP8X", &webp_canvas(50_000, 50_000, 0)), (b"VP8 ", &[0; 20])])),
        ];
        for (name, bomb) in bombs {
            assert!(bomb.len() < 250);
            assert_eq!(opened(&bomb), Err(PhotoRefusal::TooManyPixels), "{name}");
        }
    }

    /// QUALITY 11
    #[test]
    fn a_part_larger_than_the_whole_is_refused() {
        let large = [0x10, 0, 0, 0x9d, 0x01, 0x2a, 0xff, 0x3f, 0xff, 0x3f, 0, 0];
        let file = webp(&[(b"VP8X", &webp_canvas(600, 600, 0)), (b"VP8 ", &large)]);
        assert_eq!(opened(&file), Err(PhotoRefusal::Broken));
        let two_frames =
            segment(&jpeg(&Scene::default().draw(40, 50)), 0xc0, &jpeg_header(0xc0, 9, 9)[75..90]);
        assert_eq!(opened(&two_frames), Err(PhotoRefusal::Broken));
    }

    /// H1
    #[test]
    fn an_animation_is_no_photo() {
        let file = webp(&[(b"VP8X", &webp_canvas(600, 600, 2)), (b"ANIM", &[0; 6]), (b"ANMF", &[0; 24])]);
        assert!(matches!(opened(&file), Err(PhotoRefusal::WrongType | PhotoRefusal::Broken)));
    }

    /// QUALITY 11
    #[test]
    fn a_file_that_was_cut_off_is_broken() {
        let picture = Scene::default().draw(80, 100);
        for format in [ImageFormat::Jpeg, ImageFormat::Png, ImageFormat::WebP] {
            let whole = file(&picture, format);
            // The last bytes of a PNG are an end mark that no pixel depends on.
            let needed = whole.len() - if format == ImageFormat::Png { 16 } else { 1 };
            for length in (12..needed).step_by(7).chain([needed]) {
                assert_eq!(opened(&whole[..length]), Err(PhotoRefusal::Broken), "{format:?} {length}");
            }
            let mut zeros = whole.clone();
            let half = zeros.len() / 2;
            zeros[half..].fill(0);
            assert_eq!(opened(&zeros), Err(PhotoRefusal::Broken), "{format:?} with zeros");
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(400))]

        /// N1, QUALITY 11
        #[test]
        fn damage_never_panics(
            format in prop::sample::select(vec![ImageFormat::Jpeg, ImageFormat::Png, ImageFormat::WebP]),
            damage in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..6),
        ) {
            let mut file = file(&Scene::default().draw(24, 30), format);
            for (at, byte) in damage {
                let at = at.index(file.len());
                file[at] = byte;
            }
            opened(&file).ok();
        }
    }
}
