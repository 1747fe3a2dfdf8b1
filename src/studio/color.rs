//! One kind of pixels out of many: three bytes of sRGB each, whatever a file stores.
//!
//! What follows in this room, and every browser, may then take colors for what they are.

use image::ColorType;
use moxcms::{ColorProfile, DataColorSpace, Layout, TransformOptions};

use super::picture::Picture;

/// Three bytes a pixel, from whatever the decoder gave.
/// `None` for a layout that none of our decoders makes.
pub(super) fn to_rgb8(samples: Vec<u8>, color: ColorType) -> Option<Vec<u8>> {
    /// A sample of two bytes, as the decoders leave it: in this machine's order.
    fn high(low: u8, high: u8) -> u8 {
        (u32::from(u16::from_ne_bytes([low, high])) * 255 / 65_535) as u8
    }
    fn over_white(value: u8, alpha: u8) -> u8 {
        let (value, alpha) = (u32::from(value), u32::from(alpha));
        ((value * alpha + 255 * (255 - alpha) + 127) / 255) as u8
    }
    fn convert<const N: usize>(samples: &[u8], pixel: impl Fn([u8; N]) -> [u8; 3]) -> Vec<u8> {
        samples.as_chunks::<N>().0.iter().flat_map(|sample| pixel(*sample)).collect()
    }
    Some(match color {
        ColorType::Rgb8 => samples,
        ColorType::L8 => convert(&samples, |[l]| [l; 3]),
        ColorType::La8 => convert(&samples, |[l, a]| [over_white(l, a); 3]),
        ColorType::Rgba8 => convert(&samples, |[r, g, b, a]| [r, g, b].map(|value| over_white(value, a))),
        ColorType::L16 => convert(&samples, |[a, b]| [high(a, b); 3]),
        ColorType::La16 => convert(&samples, |[a, b, c, d]| [over_white(high(a, b), high(c, d)); 3]),
        ColorType::Rgb16 => convert(&samples, |[a, b, c, d, e, f]| [high(a, b), high(c, d), high(e, f)]),
        ColorType::Rgba16 => convert(&samples, |[a, b, c, d, e, f, g, h]| {
            [high(a, b), high(c, d), high(e, f)].map(|value| over_white(value, high(g, h)))
        }),
        _ => return None,
    })
}

/// Converts from the color space of an ICC profile, such as the Display P3 of phones: the
/// profile is stripped, so the pixels have to be right without it. A profile that cannot
/// be used is ignored, as browsers do.
pub(super) fn to_srgb(picture: &mut Picture, profile: &[u8]) {
    let Ok(profile) = ColorProfile::new_from_slice(profile) else { return };
    if profile.color_space != DataColorSpace::Rgb {
        return;
    }
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

#[cfg(test)]
mod tests {
    use std::io::Cursor;

    use image::ImageFormat;

    use super::*;
    use crate::studio::{
        source::Source,
        testing::{Scene, jpeg, segment},
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
