//! A headshot in the shapes and with the backgrounds that people need beside those it was made with. Made when it is
//! asked for, so that nothing more has to be kept, counted and deleted. H4

use bytes::Bytes;
use image::{ExtendedColorType, ImageEncoder, codecs::png::PngEncoder, metadata::Orientation};

use super::{
    background,
    crop::{HEAD_MIDDLE, Window},
    cutout,
    picture::{Color, Picture},
    source::Source,
};
use crate::domain::{
    headshot::{Background, Format, Shape},
    photo::PhotoFault,
};

/// A new number makes browsers forget the shapes that they kept.
pub const VERSION: u8 = 1;

/// Pixels on the longer side that a headshot is opened with; none that an engine made has more.
const MOST_SIDE: u32 = 2048;

/// JPEG quality, as of a headshot.
const QUALITY: u8 = 93;

/// Sides in pixels.
const ROUND_SIDE: u32 = 512;
const CHAT_SIDE: u32 = 400;
/// Beside a name: twice as many as are shown, for screens that have as many.
const FACE_SIDE: u32 = 72;

/// Where the head's middle stands in a square, from the top.
const SQUARE_MIDDLE: f32 = 0.42;

/// A headshot as it was wanted, as far as that was possible.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Cut {
    pub file: Bytes,
    /// The original one, where the person cannot be told from it for certain.
    pub background: Background,
}

/// Makes of a stored headshot one of this format. The same file gives the same bytes.
///
/// # Errors
/// The file cannot be read.
pub fn cut(headshot: &[u8], format: Format) -> Result<Cut, PhotoFault> {
    let mut picture = open(headshot)?.develop(MOST_SIDE).map_err(|_| PhotoFault::Unreadable)?;
    let background = background::change(&mut picture, format.background);
    if (Format { background, ..format }) == Format::default() {
        return Ok(Cut { file: Bytes::copy_from_slice(headshot), background });
    }
    let jpeg = |picture: &Picture| picture.to_jpeg(QUALITY, Color::Full, Orientation::NoTransforms);
    let square = || picture.part(square(picture.width(), picture.height()));
    let file = match format.shape {
        Shape::Portrait => jpeg(&picture),
        Shape::Square => jpeg(&square()),
        Shape::Chat => jpeg(&square().smaller(CHAT_SIDE, CHAT_SIDE)),
        Shape::Round => round(&square().smaller(ROUND_SIDE, ROUND_SIDE)),
    };
    Ok(Cut { file, background })
}

/// Makes of a stored headshot, or of its thumbnail, what stands beside a name: a small JPEG of the head.
///
/// # Errors
/// The file cannot be read.
pub fn face(headshot: &[u8]) -> Result<Bytes, PhotoFault> {
    let picture = open(headshot)?.develop(MOST_SIDE).map_err(|_| PhotoFault::Unreadable)?;
    let square = picture.part(square(picture.width(), picture.height()));
    let side = FACE_SIDE.min(square.width());
    Ok(square.smaller(side, side).to_jpeg(QUALITY, Color::Full, Orientation::NoTransforms))
}

/// Bytes of memory that [`cut`] takes at its peak; the file itself not counted.
///
/// # Errors
/// As [`cut`].
pub fn memory(headshot: &[u8], format: Format) -> Result<u64, PhotoFault> {
    let source = open(headshot)?;
    let pixels = u64::from(source.width) * u64::from(source.height);
    let changing = if format.background == Background::Original { 0 } else { 3 * pixels + cutout::MEMORY };
    // The picture, its square, and what that is encoded to.
    Ok(source.memory.max(9 * pixels).max(changing) + 3_000_000)
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
    use crate::studio::testing::{Scene, jpeg, portrait};

    fn headshot() -> Vec<u8> {
        jpeg(&Scene { y: HEAD_MIDDLE, ..Scene::default() }.draw(640, 800))
    }

    fn shaped(shape: Shape) -> Format {
        Format { shape, ..Format::default() }
    }

    /// H4
    #[test]
    fn each_shape_has_its_size_and_shows_the_head() {
        for (shape, side) in [(Shape::Square, 640), (Shape::Round, 512), (Shape::Chat, 400)] {
            let made = cut(&headshot(), shaped(shape)).unwrap().file;
            let image = image::load_from_memory(&made).unwrap();
            assert_eq!(image.dimensions(), (side, side), "{shape:?}");
            assert_eq!(cut(&headshot(), shaped(shape)).unwrap().file, made, "the same each time");
            let [.., alpha] = image.get_pixel(0, 0).0;
            assert_eq!(alpha, if shape == Shape::Round { 0 } else { 255 }, "{shape:?}");
            assert_eq!(image.get_pixel(side / 2, side / 2).0[3], 255);
        }
        assert_eq!(cut(&headshot(), Format::default()).unwrap().file, headshot());
    }

    /// P1
    #[test]
    fn a_face_is_small_and_shows_the_head() {
        let made = face(&jpeg(&portrait().smaller(320, 400))).unwrap();
        assert_eq!(image::load_from_memory(&made).unwrap().dimensions(), (FACE_SIDE, FACE_SIDE));
        assert!(made.len() < 6_000, "{} bytes", made.len());
        assert_eq!(face(b"nothing"), Err(PhotoFault::Unreadable));
    }

    /// H4: every shape with every background; what cannot be cut out is the file as it was, byte by byte.
    #[test]
    fn a_background_goes_with_each_shape() {
        let person = jpeg(&portrait().smaller(420, 525));
        for background in [Background::Soft, Background::Plain] {
            for (shape, size) in
                [(Shape::Portrait, (420, 525)), (Shape::Square, (420, 420)), (Shape::Chat, (400, 400))]
            {
                let cut = cut(&person, Format { shape, background }).unwrap();
                assert_eq!(cut.background, background);
                assert_eq!(image::load_from_memory(&cut.file).unwrap().dimensions(), size);
            }
            let drawn = cut(&headshot(), Format { background, ..Format::default() }).unwrap();
            assert_eq!(drawn, Cut { file: headshot().into(), background: Background::Original });
            let drawn = cut(&headshot(), Format { background, shape: Shape::Square }).unwrap();
            assert_eq!(drawn, cut(&headshot(), shaped(Shape::Square)).unwrap());
        }
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
        assert_eq!(cut(b"nothing", shaped(Shape::Square)), Err(PhotoFault::Unreadable));
        assert_eq!(memory(b"nothing", Format::default()), Err(PhotoFault::Unreadable));
    }
}
