//! An opened picture: 8-bit sRGB pixels in memory, and the few things done to them.
//!
//! Pictures are large (a phone's takes 36 MB), so the large one is averaged down in its own
//! memory and is turned upright only while it is encoded. What a file must be to become
//! a picture is decided in `source`.

use bytes::Bytes;
use image::metadata::Orientation;
use jpeg_encoder::{ColorType, Encoder, SamplingFactor};

use super::{
    crop::Window,
    shrink,
    turn::{Turned, upright_size},
};

/// Rows of pixels from the top, three bytes (red, green, blue) each.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Picture {
    width: u32,
    height: u32,
    rgb: Vec<u8>,
}

/// How finely a JPEG keeps color.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Color {
    /// As finely as brightness: for headshots.
    Full,
    /// At half the width and height, as cameras do: for photos and thumbnails.
    Halved,
}

impl Picture {
    /// `rgb` holds exactly `width` × `height` pixels, at least one.
    pub(super) fn new(width: u32, height: u32, rgb: Vec<u8>) -> Self {
        assert!(width > 0 && height > 0, "a picture has pixels");
        assert_eq!(rgb.len(), width as usize * height as usize * 3, "three bytes for each pixel");
        Self { width, height, rgb }
    }

    pub(super) fn width(&self) -> u32 {
        self.width
    }

    pub(super) fn height(&self) -> u32 {
        self.height
    }

    pub(super) fn pixels(&self) -> &[[u8; 3]] {
        self.rgb.as_chunks().0
    }

    pub(super) fn pixels_mut(&mut self) -> &mut [[u8; 3]] {
        self.rgb.as_chunks_mut().0
    }

    /// The bytes of the pixels, row by row.
    pub(super) fn into_bytes(self) -> Vec<u8> {
        self.rgb
    }

    /// The same picture with at most `side` pixels on its longer side, in the same memory.
    pub(super) fn fit_within(mut self, side: u32) -> Self {
        let long = self.width.max(self.height);
        if long > side {
            let to = (scaled(self.width, side, long), scaled(self.height, side, long));
            shrink::in_place(&mut self.rgb, (self.width, self.height), to);
            self.rgb.truncate(to.0 as usize * to.1 as usize * 3);
            self.rgb.shrink_to_fit();
            (self.width, self.height) = to;
        }
        self
    }

    /// A copy averaged down; neither side grows.
    pub(super) fn smaller(&self, width: u32, height: u32) -> Self {
        let (width, height) = (width.clamp(1, self.width), height.clamp(1, self.height));
        Self::new(width, height, shrink::copy(&self.rgb, (self.width, self.height), (width, height)))
    }

    /// A copy of one part, which lies inside the picture.
    pub(super) fn part(&self, window: Window) -> Self {
        let (stride, left, length) =
            (self.width as usize * 3, window.x as usize * 3, window.width as usize * 3);
        let rows = self.rgb.chunks_exact(stride).skip(window.y as usize).take(window.height as usize);
        let mut rgb = Vec::with_capacity(length * window.height as usize);
        rows.for_each(|row| rgb.extend_from_slice(&row[left..left + length]));
        Self::new(window.width, window.height, rgb)
    }

    /// The part of this picture that will be `window` once it stands upright.
    pub(super) fn stored(&self, window: Window, orientation: Orientation) -> Window {
        Turned::new(&self.rgb, self.width, self.height, orientation).stored(window, self.width)
    }

    /// A copy that stands upright.
    pub(super) fn upright(&self, orientation: Orientation) -> Self {
        let (width, height) = upright_size(self.width, self.height, orientation);
        let rgb = Turned::new(&self.rgb, self.width, self.height, orientation).pixels();
        Self::new(width, height, rgb)
    }

    /// The picture as a JPEG file with nothing in it but the pixels: no Exif, no profile,
    /// no comment. `orientation` is applied on the way. `quality` is 1 to 100.
    ///
    /// A side has at most 65,535 pixels: JPEG has no larger numbers.
    pub(super) fn to_jpeg(&self, quality: u8, color: Color, orientation: Orientation) -> Bytes {
        let mut jpeg = Vec::with_capacity(self.rgb.len() / 8);
        let mut encoder = Encoder::new(&mut jpeg, quality);
        encoder.set_sampling_factor(match color {
            Color::Full => SamplingFactor::F_1_1,
            Color::Halved => SamplingFactor::F_2_2,
        });
        let encoded = match (u16::try_from(self.width), u16::try_from(self.height)) {
            (Ok(width), Ok(height)) if orientation == Orientation::NoTransforms => {
                encoder.encode(&self.rgb, width, height, ColorType::Rgb)
            }
            _ => encoder.encode_image(Turned::new(&self.rgb, self.width, self.height, orientation)),
        };
        encoded.expect("sides fit into 16 bits, and writing to memory cannot fail");
        jpeg.into()
    }
}

/// `length` × `numerator` / `denominator`, rounded, and at least 1.
pub(super) fn scaled(length: u32, numerator: u32, denominator: u32) -> u32 {
    let exact = u64::from(length) * u64::from(numerator);
    let rounded = (exact + u64::from(denominator) / 2) / u64::from(denominator);
    u32::try_from(rounded).unwrap_or(u32::MAX).max(1)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn numbered(width: u32, height: u32) -> Picture {
        Picture::new(width, height, (0..width * height).flat_map(|i| [i as u8; 3]).collect())
    }

    #[test]
    fn fits_within_a_side_and_keeps_its_shape() {
        for ((width, height), fitted) in
            [((300, 200), (30, 20)), ((200, 300), (20, 30)), ((30, 7), (30, 7)), ((3000, 1), (30, 1))]
        {
            let picture = numbered(width, height).fit_within(30);
            assert_eq!((picture.width(), picture.height()), fitted);
        }
    }

    #[test]
    fn a_part_is_what_the_window_shows() {
        let part = numbered(4, 4).part(Window { x: 1, y: 2, width: 2, height: 2 });
        assert_eq!(part.pixels(), [[9; 3], [10; 3], [13; 3], [14; 3]]);
    }

    #[test]
    fn turning_while_encoding_is_turning_before_encoding() {
        let picture = numbered(24, 16);
        for exif in 1..=8 {
            let orientation = Orientation::from_exif(exif).unwrap();
            let upright = picture.upright(orientation);
            let [one, other] = [
                picture.to_jpeg(92, Color::Full, orientation),
                upright.to_jpeg(92, Color::Full, Orientation::NoTransforms),
            ]
            .map(|jpeg| image::load_from_memory(&jpeg).unwrap().into_rgb8());
            assert_eq!(one.dimensions(), other.dimensions());
            assert!(one.as_raw().iter().zip(other.as_raw()).all(|(a, b)| a.abs_diff(*b) <= 2));
        }
    }
}
