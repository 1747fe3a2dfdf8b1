//! A headshot in the shapes that people need beside the one it was made in. Cut when it is asked for: that
//! takes some hundredths of a second, and nothing more has to be kept, counted and deleted. H4

use bytes::Bytes;
use image::{ExtendedColorType, ImageEncoder, codecs::png::PngEncoder, metadata::Orientation};

use super::{
    crop::{HEAD_MIDDLE, Window},
    picture::{Color, Picture},
    source::Source,
};
use crate::domain::{headshot::Shape, photo::PhotoFault};

/// A new number makes browsers forget the shapes that they kept.
pub const VERSION: u8 = 1;

/// Pixels on the longer side that a headshot is opened with; none that an engine made has more.
const MOST_SIDE: u32 = 2048;

/// JPEG quality, as of a headshot.
const QUALITY: u8 = 93;

/// Sides in pixels.
const ROUND_SIDE: u32 = 512;
const CHAT_SIDE: u32 = 400;

/// Where the head's middle stands in a square, from the top.
const SQUARE_MIDDLE: f32 = 0.42;

/// Cuts a stored headshot to a shape. The same file gives the same bytes.
///
/// # Errors
/// The file cannot be read.
pub fn cut(headshot: &[u8], shape: Shape) -> Result<Bytes, PhotoFault> {
    if shape == Shape::Portrait {
        return Ok(Bytes::copy_from_slice(headshot));
    }
    let picture = open(headshot)?.develop(MOST_SIDE).map_err(|_| PhotoFault::Unreadable)?;
    let square = picture.part(square(picture.width(), picture.height()));
    drop(picture);
    let jpeg = |picture: &Picture| picture.to_jpeg(QUALITY, Color::Full, Orientation::NoTransforms);
    Ok(match shape {
        Shape::Portrait | Shape::Square => jpeg(&square),
        Shape::Chat => jpeg(&square.smaller(CHAT_SIDE, CHAT_SIDE)),
        Shape::Round => round(&square.smaller(ROUND_SIDE, ROUND_SIDE)),
    })
}

/// Bytes of memory that [`cut`] takes at its peak; the file itself not counted.
///
/// # Errors
/// As [`cut`].
pub fn memory(headshot: &[u8]) -> Result<u64, PhotoFault> {
    let source = open(headshot)?;
    let pixels = u64::from(source.width) * u64::from(source.height);
    // The picture, its square, and what that is encoded to.
    Ok(source.memory.max(9 * pixels) + 3_000_000)
}

fn open(headshot: &[u8]) -> Result<Source<'_>, PhotoFault> {
    Source::open(headshot).map_err(|_| PhotoFault::Unreadable)
}

/// The largest square with the head in it, which a headshot has above its middle.
fn square(width: u32, height: u32) -> Window {
    let side = width.min(height);
    let top = height as f32 * HEAD_MIDDLE - side as f32 * SQUARE_MIDDLE;
    Window {
        x: (width - side) / 2,
        y: (top.max(0.0).round() as u32).min(height - side),
        width: side,
        height: side,
    }
}

/// A PNG whose corners are transparent, with a smooth edge.
fn round(square: &Picture) -> Bytes {
    let side = square.width();
    let middle = (side as f32 - 1.0) / 2.0;
    let opacity = |n: usize| {
        let (x, y) = ((n as u32 % side) as f32 - middle, (n as u32 / side) as f32 - middle);
        ((side as f32 / 2.0 - x.hypot(y)).clamp(0.0, 1.0) * 255.0).round() as u8
    };
    let pixels: Vec<u8> =
        square.pixels().iter().enumerate().flat_map(|(n, [r, g, b])| [*r, *g, *b, opacity(n)]).collect();
    let mut png = Vec::new();
    PngEncoder::new(&mut png)
        .write_image(&pixels, side, square.height(), ExtendedColorType::Rgba8)
        .expect("the pixels are as many as the sides say, and writing to memory cannot fail");
    png.into()
}

#[cfg(test)]
mod tests {
    use image::GenericImageView;

    use super::*;
    use crate::studio::testing::{Scene, jpeg};

    fn headshot() -> Vec<u8> {
        jpeg(&Scene { y: HEAD_MIDDLE, ..Scene::default() }.draw(640, 800))
    }

    /// H4
    #[test]
    fn each_shape_has_its_size_and_shows_the_head() {
        for (shape, side) in [(Shape::Square, 640), (Shape::Round, 512), (Shape::Chat, 400)] {
            let made = cut(&headshot(), shape).unwrap();
            let image = image::load_from_memory(&made).unwrap();
            assert_eq!(image.dimensions(), (side, side), "{shape:?}");
            assert_eq!(cut(&headshot(), shape).unwrap(), made, "the same each time");
            let [.., alpha] = image.get_pixel(0, 0).0;
            assert_eq!(alpha, if shape == Shape::Round { 0 } else { 255 }, "{shape:?}");
            assert_eq!(image.get_pixel(side / 2, side / 2).0[3], 255);
        }
        assert_eq!(cut(&headshot(), Shape::Portrait).unwrap(), headshot());
    }

    /// H4: whatever an engine delivers, the square is inside.
    #[test]
    fn a_square_is_inside_whatever_the_picture() {
        for (width, height) in [(1024, 1280), (1280, 1024), (512, 512), (400, 1600), (1, 9)] {
            let window = square(width, height);
            assert_eq!(window.width, window.height);
            assert!(window.x + window.width <= width && window.y + window.height <= height);
        }
    }

    /// H4, QUALITY 11
    #[test]
    fn what_is_no_picture_is_said() {
        assert_eq!(cut(b"nothing", Shape::Square), Err(PhotoFault::Unreadable));
        assert_eq!(memory(b"nothing"), Err(PhotoFault::Unreadable));
    }
}
