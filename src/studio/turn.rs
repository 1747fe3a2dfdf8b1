//! Standing a picture upright by changing the order in which its pixels are read.
//!
//! Cameras store what the sensor saw and note in the Exif data how it was held; the note
//! is stripped, so the pixels have to be right.

use image::metadata::Orientation;
use jpeg_encoder::{ImageBuffer, JpegColorType, rgb_to_ycbcr};

use super::crop::Window;

/// A picture read as if it had been turned, without moving a pixel of it.
pub(super) struct Turned<'a> {
    rgb: &'a [u8],
    width: u32,
    height: u32,
    /// Where the upright picture's first pixel lies in the stored one, and how far on its
    /// neighbors to the right and below are; all counted in pixels.
    first: isize,
    right: isize,
    below: isize,
}

impl<'a> Turned<'a> {
    /// Reads the stored picture `rgb` of `width` × `height` pixels.
    pub(super) fn new(rgb: &'a [u8], width: u32, height: u32, orientation: Orientation) -> Self {
        use Orientation::{
            FlipHorizontal, FlipVertical, NoTransforms, Rotate90, Rotate90FlipH, Rotate180, Rotate270,
            Rotate270FlipH,
        };
        let (w, h) = (width as isize, height as isize);
        let (row_end, last_row, end) = (w - 1, (h - 1) * w, h * w - 1);
        let (first, right, below) = match orientation {
            NoTransforms => (0, 1, w),
            FlipHorizontal => (row_end, -1, w),
            FlipVertical => (last_row, 1, -w),
            Rotate180 => (end, -1, -w),
            Rotate90 => (last_row, -w, 1),
            Rotate90FlipH => (0, w, 1),
            Rotate270 => (row_end, w, -1),
            Rotate270FlipH => (end, -w, -1),
        };
        let (width, height) = upright_size(width, height, orientation);
        Self { rgb, width, height, first, right, below }
    }

    /// All pixels in upright order.
    pub(super) fn pixels(&self) -> Vec<u8> {
        let mut pixels = Vec::with_capacity(self.rgb.len());
        pixels.extend((0..self.height).flat_map(|y| self.row(y)).flatten());
        pixels
    }

    /// The part of the stored picture that a part of the upright one is, and is turned like it.
    pub(super) fn stored(&self, upright: Window, stored_width: u32) -> Window {
        let Window { x, y, width, height } = upright;
        let [one, other] = [(x, y), (x + width - 1, y + height - 1)].map(|(x, y)| {
            let at = (self.first + x as isize * self.right + y as isize * self.below) as u32;
            (at % stored_width, at / stored_width)
        });
        let (x, y) = (one.0.min(other.0), one.1.min(other.1));
        Window { x, y, width: one.0.abs_diff(other.0) + 1, height: one.1.abs_diff(other.1) + 1 }
    }

    fn row(&self, y: u32) -> impl Iterator<Item = [u8; 3]> {
        let start = self.first + y as isize * self.below;
        (0..self.width as isize).map(move |x| {
            let at = (start + x * self.right) as usize * 3;
            [self.rgb[at], self.rgb[at + 1], self.rgb[at + 2]]
        })
    }
}

/// Width and height once the picture stands upright.
pub(super) fn upright_size(width: u32, height: u32, orientation: Orientation) -> (u32, u32) {
    use Orientation::{Rotate90, Rotate90FlipH, Rotate270, Rotate270FlipH};
    match orientation {
        Rotate90 | Rotate90FlipH | Rotate270 | Rotate270FlipH => (height, width),
        _ => (width, height),
    }
}

/// Feeds the encoder, which asks for one upright row after the other.
impl ImageBuffer for Turned<'_> {
    fn get_jpeg_color_type(&self) -> JpegColorType {
        JpegColorType::Ycbcr
    }

    fn width(&self) -> u16 {
        u16::try_from(self.width).unwrap_or(0)
    }

    fn height(&self) -> u16 {
        u16::try_from(self.height).unwrap_or(0)
    }

    fn fill_buffers(&self, y: u16, buffers: &mut [Vec<u8>; 4]) {
        for [r, g, b] in self.row(u32::from(y)) {
            let (luma, blue, red) = rgb_to_ycbcr(r, g, b);
            buffers[0].push(luma);
            buffers[1].push(blue);
            buffers[2].push(red);
        }
    }
}

#[cfg(test)]
mod tests {
    use image::{DynamicImage, RgbImage};

    use super::*;
    use crate::studio::picture::Picture;

    /// H1
    #[test]
    fn turns_as_exif_says() {
        let stored: Vec<u8> = (0..3 * 4 * 3).collect();
        for exif in 1..=8 {
            let orientation = Orientation::from_exif(exif).unwrap();
            for (w, h) in [(3, 4), (4, 3), (1, 12), (12, 1)] {
                let mut reference = DynamicImage::from(RgbImage::from_raw(w, h, stored.clone()).unwrap());
                reference.apply_orientation(orientation);
                let turned = Turned::new(&stored, w, h, orientation);
                assert_eq!((turned.width, turned.height), (reference.width(), reference.height()));
                assert_eq!(turned.pixels(), reference.into_bytes(), "Exif orientation {exif}, {w} × {h}");
            }
        }
    }

    /// H1
    #[test]
    fn a_part_of_the_upright_picture_is_found_in_the_stored_one() {
        let picture = Picture::new(7, 5, (0..7 * 5).flat_map(|i| [i as u8; 3]).collect());
        for exif in 1..=8 {
            let orientation = Orientation::from_exif(exif).unwrap();
            let window = Window { x: 1, y: 2, width: 3, height: 2 };
            let stored = picture.part(picture.stored(window, orientation));
            assert_eq!(stored.upright(orientation), picture.upright(orientation).part(window), "{exif}");
        }
    }
}
