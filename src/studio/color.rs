//! One kind of pixels out of many: three bytes of sRGB each, whatever a file stores.
//!
//! What follows in this room, and every browser, may then take colors for what they are.

use image::ColorType;
use moxcms::{ColorProfile, DataColorSpace, Layout, ParsingOptions, TransformOptions};

use super::{
    containers::{Colors, Profile},
    picture::Picture,
};

/// Entries that a profile's directory has at most; those in use have some twenty. Each may
/// point to the same megabyte, which is read again for each.
const MOST_TAGS: u32 = 64;

/// Bytes of memory that using a profile of so many bytes takes at most. A profile's tables
/// are kept as numbers of four times the size, and seven of them may be the same bytes.
pub(super) const fn profile_memory(length: usize) -> u64 {
    if length == 0 { 0 } else { 40 * length as u64 + 1_500_000 }
}

/// What each value of a sample, as one of 65,536, is in sRGB.
pub(super) struct Tones(Vec<u8>);

impl Tones {
    /// The tones of a picture with these colors, unless its samples can be taken as they
    /// are or for what [`to_srgb`] makes of them.
    pub(super) fn of(colors: &Colors<'_>, picture: ColorType) -> Option<Self> {
        match colors {
            Colors::Gamma(exponent) => Some(Self::of_gamma(*exponent)),
            Colors::Profile(profile) if !picture.has_color() => Self::of_gray(profile),
            Colors::Profile(_) | Colors::Srgb => None,
        }
    }

    fn of_gamma(exponent: f32) -> Self {
        let value = |sample: u16| {
            let light = (f32::from(sample) / 65_535.0).powf(1.0 / exponent);
            // IEC 61966-2-1
            let encoded =
                if light <= 0.003_130_8 { light * 12.92 } else { 1.055 * light.powf(1.0 / 2.4) - 0.055 };
            (encoded * 255.0).round() as u8
        };
        Self((0..=u16::MAX).map(value).collect())
    }

    /// `None` for a profile that is not of gray or cannot be used.
    fn of_gray(profile: &Profile<'_>) -> Option<Self> {
        let profile = parsed(profile, DataColorSpace::Gray)?;
        let srgb = ColorProfile::new_srgb();
        let options = TransformOptions::default();
        let transform = profile.create_transform_16bit(Layout::Gray, &srgb, Layout::Rgb, options).ok()?;
        let samples: Vec<u16> = (0..=u16::MAX).collect();
        let mut converted = vec![0; 3 * samples.len()];
        transform.transform(&samples, &mut converted).ok()?;
        Some(Self(converted.as_chunks::<3>().0.iter().map(|[_, green, _]| rounded(*green)).collect()))
    }

    fn at(&self, sample: u16) -> u8 {
        self.0[usize::from(sample)]
    }
}

/// The nearest of 256 values. Cutting off the lower byte would make a picture darker.
fn rounded(sample: u16) -> u8 {
    ((u32::from(sample) * 255 + 32_767) / 65_535) as u8
}

/// Three bytes a pixel, from whatever the decoder gave.
/// `None` for a layout that none of our decoders makes.
pub(super) fn to_rgb8(samples: Vec<u8>, color: ColorType, tones: Option<&Tones>) -> Option<Vec<u8>> {
    fn over_white(value: u8, alpha: u8) -> u8 {
        let (value, alpha) = (u32::from(value), u32::from(alpha));
        ((value * alpha + 255 * (255 - alpha) + 127) / 255) as u8
    }
    fn convert<const N: usize>(samples: &[u8], pixel: impl Fn([u8; N]) -> [u8; 3]) -> Vec<u8> {
        samples.as_chunks::<N>().0.iter().flat_map(|sample| pixel(*sample)).collect()
    }
    let tone = |value: u8| tones.map_or(value, |tones| tones.at(u16::from(value) * 257));
    // A sample of two bytes, as the decoders leave it: in this machine's order.
    let wide = |low: u8, high: u8| u16::from_ne_bytes([low, high]);
    let deep =
        |low: u8, high: u8| tones.map_or_else(|| rounded(wide(low, high)), |tones| tones.at(wide(low, high)));
    let alpha = |low: u8, high: u8| rounded(wide(low, high));
    Some(match color {
        ColorType::Rgb8 if tones.is_none() => samples,
        ColorType::Rgb8 => convert(&samples, |rgb: [u8; 3]| rgb.map(tone)),
        ColorType::L8 => convert(&samples, |[l]| [tone(l); 3]),
        ColorType::La8 => convert(&samples, |[l, a]| [over_white(tone(l), a); 3]),
        ColorType::Rgba8 => {
            convert(&samples, |[r, g, b, a]| [r, g, b].map(|value| over_white(tone(value), a)))
        }
        ColorType::L16 => convert(&samples, |[a, b]| [deep(a, b); 3]),
        ColorType::La16 => convert(&samples, |[a, b, c, d]| [over_white(deep(a, b), alpha(c, d)); 3]),
        ColorType::Rgb16 => convert(&samples, |[a, b, c, d, e, f]| [deep(a, b), deep(c, d), deep(e, f)]),
        ColorType::Rgba16 => convert(&samples, |[a, b, c, d, e, f, g, h]| {
            [deep(a, b), deep(c, d), deep(e, f)].map(|value| over_white(value, alpha(g, h)))
        }),
        _ => return None,
    })
}

/// Converts from the color space of an ICC profile, such as the Display P3 of phones: the
/// profile is stripped, so the pixels have to be right without it. A profile that cannot
/// be used is ignored, as browsers do.
pub(super) fn to_srgb(picture: &mut Picture, profile: &Profile<'_>) {
    if let Some(profile) = parsed(profile, DataColorSpace::Rgb) {
        convert(picture, &profile);
    }
}

/// Converts from the color primaries with this code point (ITU-T H.273, 8.1), of those that cameras use.
pub(super) fn primaries_to_srgb(picture: &mut Picture, code_point: u8) {
    match code_point {
        9 => convert(picture, &ColorProfile::new_bt2020()),
        12 => convert(picture, &ColorProfile::new_display_p3()),
        _ => {}
    }
}

fn convert(picture: &mut Picture, profile: &ColorProfile) {
    let transform = profile.create_transform_8bit(
        Layout::Rgb,
        &ColorProfile::new_srgb(),
        Layout::Rgb,
        TransformOptions::default(),
    );
    let Ok(transform) = transform else { return };
    let width = picture.width() as usize;
    let mut before = vec![[0; 3]; width];
    for row in picture.pixels_mut().chunks_exact_mut(width) {
        before.copy_from_slice(row);
        if transform.transform(before.as_flattened(), row.as_flattened_mut()).is_err() {
            row.copy_from_slice(&before);
        }
    }
}

/// A profile that can be used and is of this color space.
fn parsed(profile: &Profile<'_>, space: DataColorSpace) -> Option<ColorProfile> {
    const TAG_COUNT: usize = 128;
    let bytes = profile.read();
    let tags = u32::from_be_bytes(*bytes.get(TAG_COUNT..)?.first_chunk()?);
    if tags > MOST_TAGS {
        return None;
    }
    let options = ParsingOptions { max_allowed_clut_size: 300_000, ..ParsingOptions::default() };
    let profile = ColorProfile::new_from_slice_with_options(&bytes, options).ok()?;
    (profile.color_space == space).then_some(profile)
}

#[cfg(test)]
mod tests {
    use std::io::Cursor;

    use image::ImageFormat;

    use super::*;
    use crate::studio::{
        source::Source,
        testing::{Scene, jpeg, segment, with_png_chunk},
    };

    fn develop(file: &[u8]) -> Picture {
        Source::open(file).unwrap().develop(4096).unwrap()
    }

    #[test]
    fn every_layout_becomes_rgb() {
        let gray = image::DynamicImage::from(image::GrayImage::from_pixel(20, 20, image::Luma([128])));
        let layouts = [
            gray.clone(),
            gray.to_luma_alpha8().into(),
            gray.to_rgb8().into(),
            gray.to_rgba8().into(),
            gray.to_luma16().into(),
            gray.to_luma_alpha16().into(),
            gray.to_rgb16().into(),
            gray.to_rgba16().into(),
        ];
        for image in layouts {
            let mut file = Cursor::new(Vec::new());
            image.write_to(&mut file, ImageFormat::Png).unwrap();
            let picture = develop(file.get_ref());
            assert!(picture.pixels().iter().all(|pixel| *pixel == [128; 3]), "{:?}", image.color());
        }
    }

    fn png(image: impl Into<image::DynamicImage>) -> Vec<u8> {
        let mut file = Cursor::new(Vec::new());
        image.into().write_to(&mut file, ImageFormat::Png).unwrap();
        file.into_inner()
    }

    fn gray_16(value: u16) -> image::DynamicImage {
        image::ImageBuffer::<image::Luma<u16>, _>::from_pixel(20, 20, image::Luma([value])).into()
    }

    /// H1
    #[test]
    fn sixteen_bits_are_rounded_and_not_cut_off() {
        for (deep, expected) in
            [(0, 0), (0x8101, 129), (0x8080, 128), (0x8000, 128), (0xff80, 255), (0xffff, 255)]
        {
            for image in
                [gray_16(deep), gray_16(deep).to_luma_alpha16().into(), gray_16(deep).to_rgb16().into()]
            {
                assert_eq!(develop(&png(image)).pixels()[0], [expected; 3], "{deep:#x}");
            }
        }
    }

    /// H1: 16-bit grays are often stored in linear light, and say so.
    #[test]
    fn a_png_in_linear_light_is_not_darker() {
        let gamma = |value: u32, png: &[u8]| with_png_chunk(png, b"gAMA", &value.to_be_bytes());
        // Linear 21.4 % is the middle gray of sRGB.
        let linear = png(gray_16(14_027));
        assert_eq!(develop(&linear).pixels()[0], [55; 3]);
        assert_eq!(develop(&gamma(100_000, &linear)).pixels()[0], [127; 3]);
        assert_eq!(develop(&gamma(45_455, &linear)).pixels()[0], [55; 3]);
        let srgb = with_png_chunk(&gamma(100_000, &linear), b"sRGB", &[0]);
        assert_eq!(develop(&srgb).pixels()[0], [55; 3]);
        let color = image::RgbImage::from_pixel(20, 20, image::Rgb([55, 255, 0]));
        assert_eq!(develop(&gamma(100_000, &png(color))).pixels()[0], [128, 255, 0]);
    }

    /// H1
    #[test]
    fn the_profile_of_a_gray_picture_is_heeded() {
        use image::{ExtendedColorType, ImageEncoder, codecs::png::PngEncoder};
        let mut file = Vec::new();
        let mut encoder = PngEncoder::new(&mut file);
        encoder.set_icc_profile(ColorProfile::new_gray_with_gamma(1.0).encode().unwrap()).unwrap();
        encoder.write_image(&[55; 400], 20, 20, ExtendedColorType::L8).unwrap();
        let [r, g, b] = develop(&file).pixels()[0];
        assert!(r == g && g == b && (126..=130).contains(&g), "{g}");
    }

    #[test]
    fn the_transparent_becomes_white() {
        let clear = image::RgbaImage::from_pixel(20, 20, image::Rgba([255, 0, 0, 0]));
        let mut file = Cursor::new(Vec::new());
        clear.write_to(&mut file, ImageFormat::Png).unwrap();
        assert_eq!(develop(file.get_ref()).pixels()[0], [255; 3]);
    }

    #[test]
    fn colors_of_a_phone_are_converted() {
        use image::{ExtendedColorType, ImageEncoder, codecs::png::PngEncoder};
        let pixels = [200, 100, 80].repeat(400);
        let mut file = Vec::new();
        let mut encoder = PngEncoder::new(&mut file);
        encoder.set_icc_profile(ColorProfile::new_display_p3().encode().unwrap()).unwrap();
        encoder.write_image(&pixels, 20, 20, ExtendedColorType::Rgb8).unwrap();
        let [r, g, b] = develop(&file).pixels()[0];
        assert!(r > 208 && g < 100 && b < 78, "{:?}", [r, g, b]);
    }

    #[test]
    fn a_useless_profile_is_ignored() {
        let picture = Scene::default().draw(40, 50);
        let file = segment(&jpeg(&picture), 0xe2, b"ICC_PROFILE\0\x01\x01 this is none");
        assert_eq!(develop(&file), develop(&jpeg(&picture)));
    }
}
