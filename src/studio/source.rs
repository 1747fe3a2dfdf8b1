//! From the bytes that somebody sent to an opened picture, or the reason why not.
//!
//! The type is told by content. Size in pixels and memory are known and judged before a
//! decoder sees the file, so a file of a few bytes cannot ask for gigabytes. QUALITY 11, 15

use std::{
    hash::{DefaultHasher, Hasher},
    io::Cursor,
};

use image::{
    ColorType, ImageDecoder, ImageResult, Limits,
    codecs::{jpeg::JpegDecoder, png::PngDecoder, webp::WebPDecoder},
    metadata::Orientation,
};

use super::{
    color::{Tones, profile_memory, to_rgb8, to_srgb},
    containers::{Colors, MOST_PIXELS, Outline, heif, jpeg, png, webp},
    heic::{self, HeicDecoder},
    picture::Picture,
    turn::upright_size,
};
use crate::domain::photo::{PhotoFormat, PhotoRefusal};

/// Bytes of memory that opening one picture takes at most.
const MOST_MEMORY: u64 = 400_000_000;

/// A file whose structure was walked and found good; nothing of it is decoded yet.
pub(super) struct Source<'a> {
    file: &'a [u8],
    kind: Kind<'a>,
    outline: Outline<'a>,
    /// How to turn the decoded picture.
    pub(super) orientation: Orientation,
    /// Upright width in pixels.
    pub(super) width: u32,
    /// Upright height in pixels.
    pub(super) height: u32,
    /// Bytes of memory that [`Source::develop`] takes at its peak, the file not counted.
    pub(super) memory: u64,
}

#[derive(Clone, Copy, Debug)]
enum Kind<'a> {
    Jpeg,
    Png,
    WebP,
    Heic(&'a HeicDecoder),
}

impl<'a> Source<'a> {
    /// Walks the file's structure; takes next to no memory. H1
    ///
    /// # Errors
    /// [`PhotoRefusal::WrongType`], [`PhotoRefusal::Heic`], [`PhotoRefusal::Avif`],
    /// [`PhotoRefusal::Broken`] and [`PhotoRefusal::TooManyPixels`].
    pub(super) fn open(file: &'a [u8]) -> Result<Self, PhotoRefusal> {
        Self::open_with(file, None)
    }

    /// The same of a file that may be a HEIC photo as well.
    ///
    /// # Errors
    /// As [`open`](Self::open).
    pub(super) fn open_with(file: &'a [u8], decoder: Option<&'a HeicDecoder>) -> Result<Self, PhotoRefusal> {
        let kind = match PhotoFormat::of(file).ok_or(PhotoRefusal::WrongType { heic: decoder.is_some() })? {
            PhotoFormat::Jpeg => Kind::Jpeg,
            PhotoFormat::Png => Kind::Png,
            PhotoFormat::WebP => Kind::WebP,
            PhotoFormat::Heic => Kind::Heic(decoder.ok_or(PhotoRefusal::Heic)?),
            PhotoFormat::Avif => return Err(PhotoRefusal::Avif),
        };
        let (outline, most_memory) = match kind {
            Kind::Jpeg => (jpeg::outline(file), MOST_MEMORY),
            Kind::Png => (png::outline(file), MOST_MEMORY),
            Kind::WebP => (webp::outline(file), MOST_MEMORY),
            Kind::Heic(_) => (heif::size(file).map(|size| heic_outline(file, size)), heic::MOST_MEMORY),
        };
        let outline = outline.ok_or(PhotoRefusal::Broken)?;
        let pixels = u64::from(outline.width) * u64::from(outline.height);
        if pixels == 0 {
            return Err(PhotoRefusal::Broken);
        }
        if pixels > MOST_PIXELS {
            return Err(PhotoRefusal::TooManyPixels);
        }
        let converted =
            if outline.is_rgb8 && !matches!(outline.colors, Colors::Gamma(_)) { 0 } else { 3 * pixels };
        let profile = profile_memory(outline.colors.profile_length());
        let memory = outline.samples + converted + outline.working + profile;
        if memory > most_memory {
            return Err(PhotoRefusal::TooManyPixels);
        }
        let orientation =
            outline.exif.and_then(Orientation::from_exif_chunk).unwrap_or(Orientation::NoTransforms);
        let (width, height) = upright_size(outline.width, outline.height, orientation);
        Ok(Self { file, kind, outline, orientation, width, height, memory })
    }

    /// Decodes to sRGB pixels, with at most `side` of them on the longer side, not yet
    /// upright. What is transparent becomes white.
    ///
    /// # Errors
    /// [`PhotoRefusal::Broken`] where the file does not hold what its header says; [`PhotoRefusal::Busy`] where the
    /// decoder cannot be started.
    pub(super) fn develop(self, side: u32) -> Result<Picture, PhotoRefusal> {
        let Self { outline, .. } = &self;
        if let Kind::Heic(decoder) = self.kind {
            return decoder.develop(self.file, (outline.width, outline.height), side);
        }
        let (samples, color) = self.decode()?;
        let tones = Tones::of(&outline.colors, color);
        let rgb = to_rgb8(samples, color, tones.as_ref()).ok_or(PhotoRefusal::Broken)?;
        let mut picture = Picture::new(outline.width, outline.height, rgb).fit_within(side);
        if let (Colors::Profile(profile), None) = (&outline.colors, tones) {
            to_srgb(&mut picture, profile);
        }
        Ok(picture)
    }

    fn decode(&self) -> Result<(Vec<u8>, ColorType), PhotoRefusal> {
        match self.kind {
            Kind::Jpeg => {
                let pixels = jpeg::pixels_only(self.file);
                if !pixels.complete && !self.goes_to_the_end(&pixels)? {
                    return Err(PhotoRefusal::Broken);
                }
                self.samples(JpegDecoder::new(Cursor::new(pixels.ended())))
            }
            Kind::Png => {
                let mut limits = Limits::no_limits();
                limits.max_alloc = Some(self.memory);
                self.samples(PngDecoder::with_limits(Cursor::new(png::pixels_only(self.file)), limits))
            }
            Kind::WebP => self.samples(WebPDecoder::new(Cursor::new(self.file))),
            Kind::Heic(_) => Err(PhotoRefusal::Broken),
        }
    }

    fn samples<D: ImageDecoder>(
        &self,
        decoder: ImageResult<D>,
    ) -> Result<(Vec<u8>, ColorType), PhotoRefusal> {
        let decoder = decoder.map_err(|_| PhotoRefusal::Broken)?;
        let (color, length) = (decoder.color_type(), decoder.total_bytes());
        // What was reserved for the picture is what its outline said.
        let outline = &self.outline;
        if decoder.dimensions() != (outline.width, outline.height)
            || length > outline.samples
            || outline.is_rgb8 != (color == ColorType::Rgb8)
        {
            return Err(PhotoRefusal::Broken);
        }
        let length = usize::try_from(length).map_err(|_| PhotoRefusal::Broken)?;
        let mut samples = vec![0; length];
        decoder.read_image(&mut samples).map_err(|_| PhotoRefusal::Broken)?;
        Ok((samples, color))
    }

    /// Whether a JPEG without its end-of-image marker has all its pixels, as every viewer
    /// shows it, or was cut off, of which decoders say nothing: they fill up with gray.
    ///
    /// It is whole when other bytes behind it change no pixel, and some of its own last
    /// bytes do: else it goes on with something that is no part of it, such as zeros.
    fn goes_to_the_end(&self, pixels: &jpeg::PixelsOnly) -> Result<bool, PhotoRefusal> {
        let print = |file: Vec<u8>| {
            let (samples, _) = self.samples(JpegDecoder::new(Cursor::new(file)))?;
            let mut hasher = DefaultHasher::new();
            hasher.write(&samples);
            Ok(hasher.finish())
        };
        let cut = (pixels.last_scan / 2).min(16);
        let one = print(pixels.ended_with(0x00, 0))?;
        Ok(one == print(pixels.ended_with(0x55, 0))? && one != print(pixels.ended_with(0x55, cut))?)
    }
}

/// What is known of a HEIC photo of this size. Its decoder turns it upright.
fn heic_outline(file: &[u8], (width, height): (u32, u32)) -> Outline<'_> {
    Outline {
        width,
        height,
        samples: 3 * u64::from(width) * u64::from(height),
        is_rgb8: true,
        working: heic::working_memory(file, (width, height)),
        colors: Colors::Srgb,
        exif: None,
    }
}

#[cfg(test)]
mod tests {
    use image::ImageFormat;
    use proptest::prelude::*;

    use super::*;
    use crate::studio::testing::{
        Scene, file, jpeg, jpeg_header, noise, png_header, progressive_jpeg, segment, webp, webp_animation,
        webp_canvas, webp_frame,
    };

    fn develop(file: &[u8]) -> Result<Picture, PhotoRefusal> {
        Source::open(file)?.develop(4096)
    }

    fn opened(file: &[u8]) -> Result<(), PhotoRefusal> {
        develop(file).map(|_| ())
    }

    /// H1, QUALITY 11
    #[test]
    fn the_content_tells_the_type() {
        use PhotoRefusal::{Avif, Heic};
        const WRONG_TYPE: PhotoRefusal = PhotoRefusal::WrongType { heic: false };
        let picture = Scene::default().draw(40, 50);
        let jpeg = jpeg(&picture);
        let inside = |before: &[u8]| [before, &jpeg].concat();
        let cases = [
            ("JPEG", jpeg.clone(), Ok(())),
            ("PNG", file(&picture, ImageFormat::Png), Ok(())),
            ("WebP", file(&picture, ImageFormat::WebP), Ok(())),
            ("JPEG with a ZIP behind it", [&jpeg[..], b"PK\x05\x06 and so on"].concat(), Ok(())),
            ("JPEG with a script in a comment", segment(&jpeg, 0xfe, b"*/alert(1)/*"), Ok(())),
            ("nothing", vec![], Err(WRONG_TYPE)),
            ("text", b"a photo of me".to_vec(), Err(WRONG_TYPE)),
            ("SVG", b"<svg xmlns='http://www.w3.org/2000/svg'/>".to_vec(), Err(WRONG_TYPE)),
            ("SVG with a JPEG inside", inside(b"<?xml version='1.0'?><svg><!--"), Err(WRONG_TYPE)),
            ("HTML with a JPEG inside", inside(b"<!doctype html><script>0</script>"), Err(WRONG_TYPE)),
            ("GIF", b"GIF89a\x01\0\x01\0\0\0\0;".to_vec(), Err(WRONG_TYPE)),
            ("GIF and JPEG at once", inside(b"GIF89a/*"), Err(WRONG_TYPE)),
            ("PDF and JPEG at once", inside(b"%PDF-1.7\n"), Err(WRONG_TYPE)),
            ("ZIP and JPEG at once", inside(b"PK\x03\x04"), Err(WRONG_TYPE)),
            ("BMP", b"BM\x46\0\0\0".to_vec(), Err(WRONG_TYPE)),
            ("TIFF", b"II*\0\x08\0\0\0".to_vec(), Err(WRONG_TYPE)),
            ("RIFF that is sound", b"RIFF\x04\0\0\0WAVE".to_vec(), Err(WRONG_TYPE)),
            ("MP4", b"\0\0\0\x18ftypmp42".to_vec(), Err(WRONG_TYPE)),
            ("HEIC", b"\0\0\0\x18ftypheic\0\0\0\0mif1heic".to_vec(), Err(Heic)),
            ("HEIF", b"\0\0\0\x18ftypmif1\0\0\0\0heic".to_vec(), Err(Heic)),
            ("AVIF", b"\0\0\0\x1cftypavif\0\0\0\0".to_vec(), Err(Avif)),
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

    /// H1: as of an animated PNG, and as every program shows it that shows no animations.
    #[test]
    fn of_an_animation_the_first_picture_is_taken() {
        let (first, second) =
            (Scene::default().draw(60, 80), Scene { x: 0.2, ..Scene::default() }.draw(60, 80));
        let frames = [&first, &second].map(|picture| webp_frame(picture, (0, 0)));
        let animation = webp_animation((60, 80), &frames);
        let outside = webp_animation((60, 80), &[webp_frame(&first, (2, 0))]);
        let taken = develop(&animation).unwrap().into_bytes();
        // Drawing it onto a canvas rounds.
        assert!(taken.iter().zip(first.into_bytes()).all(|(one, other)| one.abs_diff(other) <= 1));
        assert_eq!(opened(&animation[..animation.len() / 3]), Err(PhotoRefusal::Broken));
        assert_eq!(opened(&outside), Err(PhotoRefusal::Broken));
    }

    /// H1: viewers show it, so it is a photo.
    #[test]
    fn a_jpeg_without_its_end_mark_is_whole() {
        let picture = Scene::default().draw(80, 100);
        for whole in [jpeg(&picture), progressive_jpeg(&picture), jpeg(&noise(64, 64))] {
            let expected = develop(&whole).unwrap();
            let without = &whole[..whole.len() - 2];
            assert!(whole.ends_with(&[0xff, 0xd9]));
            assert_eq!(develop(without).unwrap(), expected);
            assert_eq!(develop(&whole[..whole.len() - 1]).unwrap(), expected);
            for cut in [8, 40, 300] {
                assert_eq!(opened(&without[..without.len() - cut]), Err(PhotoRefusal::Broken), "{cut}");
            }
            // A download that never ended, on a disk that had reserved the space.
            let mut filled = without[..without.len() / 2].to_vec();
            filled.resize(without.len() * 2, 0);
            assert_eq!(opened(&filled), Err(PhotoRefusal::Broken));
        }
    }

    /// QUALITY 11
    #[test]
    fn a_file_that_was_cut_off_is_broken() {
        let picture = Scene::default().draw(80, 100);
        for format in [ImageFormat::Jpeg, ImageFormat::Png, ImageFormat::WebP] {
            let whole = file(&picture, format);
            // The last bytes are an end mark, which no pixel depends on; before that of a JPEG
            // the last byte is padded.
            let end_mark = match format {
                ImageFormat::Png => 16,
                ImageFormat::Jpeg => 4,
                _ => 1,
            };
            let needed = whole.len() - end_mark;
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
