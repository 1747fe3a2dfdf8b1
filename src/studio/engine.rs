//! The engines that make headshots of photos. Built-in: real portrait crops, made from
//! the photos on this machine.
//!
//! Works on whole files in memory and stores nothing; which shoot they belong to, and what
//! becomes of it, is not known here.

use bytes::Bytes;
use image::{imageops::FilterType, metadata::Orientation};

use super::{
    crop::Window,
    faces,
    finish::finish,
    photo::small_jpeg,
    picture::{Color, Picture},
    source::Source,
    subject,
};
use crate::domain::photo::PhotoFault;

/// Pixels on the longer side that a photo is opened with; those that are kept have no more.
const MOST_SIDE: u32 = 4096;

/// JPEG quality of a headshot.
const QUALITY: u8 = 93;

/// What makes the headshots of a shoot. H3
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Engine {
    /// Portrait crops of the person's own photos, on this machine.
    BuiltIn,
}

/// One headshot, as yet without an id.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Portrait {
    /// A JPEG without metadata, 4:5, 1024 × 1280 pixels where the photo has that many.
    pub jpeg: Bytes,
    /// The same as JPEG of 320 × 400 pixels and at most 40 kB.
    pub thumbnail: Bytes,
    /// Width of `jpeg` in pixels.
    pub width: u32,
    /// Height of `jpeg` in pixels.
    pub height: u32,
}

/// A portrait, and how good it is beside others of the same person.
#[derive(Clone, Debug, PartialEq)]
pub struct Rated {
    pub portrait: Portrait,
    score: f32,
}

/// The portraits in the order in which they are shown, the best framed first.
#[must_use]
pub fn best_first(mut rated: Vec<Rated>) -> Vec<Portrait> {
    rated.sort_by(|one, other| other.score.total_cmp(&one.score));
    rated.into_iter().map(|rated| rated.portrait).collect()
}

impl Engine {
    /// Makes one headshot of a photo. The same photo gives the same headshot, always. Takes
    /// about half a second. H3
    ///
    /// # Errors
    /// What is wrong with the photo, and always will be.
    pub fn portrait(self, photo: &[u8]) -> Result<Rated, PhotoFault> {
        match self {
            Self::BuiltIn => portrait(photo),
        }
    }

    /// Bytes of memory that [`Engine::portrait`] takes at its peak; the photo itself not counted.
    ///
    /// # Errors
    /// As [`Engine::portrait`].
    pub fn memory(self, photo: &[u8]) -> Result<u64, PhotoFault> {
        let source = Source::open(photo).map_err(|_| PhotoFault::Unreadable)?;
        let window = Window::widest((source.width, source.height), None).ok_or(PhotoFault::TooNarrow)?;
        let (width, height) = window.headshot_size();
        let [whole, part, headshot] =
            [(source.width, source.height), (window.width, window.height), (width, height)]
                .map(|(width, height)| u64::from(width) * u64::from(height));
        let large = part.min(4 * headshot);
        // The photo, turned upright; its best part, cut out and made smaller; that as numbers
        // of four bytes while it is brought to size.
        let turning = if source.orientation == Orientation::NoTransforms { 0 } else { 3 * whole };
        let cutting = 3 * whole + turning.max(3 * part).max(faces::MEMORY);
        let resizing =
            3 * part.max(large) + 3 * large + 16 * u64::from(2 * width) * u64::from(height) + 12 * headshot;
        Ok(source.memory.max(cutting).max(resizing) + 2_000_000)
    }
}

/// Makes of a headshot that a generation service delivered what is kept of it: upright, 4:5, at most
/// 1024 × 1280 pixels, encoded anew, so that nothing of the file is kept but its pixels. H3
///
/// # Errors
/// It cannot be opened, or no part of it has the shape of a portrait.
pub fn delivered(file: &[u8]) -> Result<Portrait, PhotoFault> {
    let picture = upright(file)?;
    let size = (picture.width(), picture.height());
    // Where all of it has the shape, it does not matter where the head is.
    let head = if size.0 * 5 == size.1 * 4 {
        None
    } else {
        subject::find(&picture, &faces::find(&picture)).map(|subject| subject.head)
    };
    let window = Window::widest(size, head).ok_or(PhotoFault::TooNarrow)?;
    let cut = picture.part(window);
    drop(picture);
    let units = (window.width / 4).min(256);
    let (width, height) = (4 * units, 5 * units);
    let cut = if (cut.width(), cut.height()) == (width, height) { cut } else { resize(cut, width, height) };
    Ok(Portrait {
        jpeg: cut.to_jpeg(QUALITY, Color::Full, Orientation::NoTransforms),
        thumbnail: small_jpeg(&cut),
        width,
        height,
    })
}

/// The picture in a file, at most so large, and as it was meant to be seen.
fn upright(file: &[u8]) -> Result<Picture, PhotoFault> {
    let source = Source::open(file).map_err(|_| PhotoFault::Unreadable)?;
    let orientation = source.orientation;
    let picture = source.develop(MOST_SIDE).map_err(|_| PhotoFault::Unreadable)?;
    Ok(if orientation == Orientation::NoTransforms { picture } else { picture.upright(orientation) })
}

fn portrait(photo: &[u8]) -> Result<Rated, PhotoFault> {
    let picture = upright(photo)?;
    let size = (picture.width(), picture.height());
    let found = subject::find(&picture, &faces::find(&picture));
    let window = match found {
        Some(subject) => Window::portrait(size, subject.head),
        None => Window::widest(size, None),
    };
    let window = window.ok_or(PhotoFault::TooNarrow)?;
    let mut cut = picture.part(window);
    drop(picture);
    let sharp = sharpness(&cut);
    let (width, height) = window.headshot_size();
    cut = resize(cut, width, height);
    finish(&mut cut);
    let framed = found.map_or(0.0, |subject| subject.certainty * (0.2 + window.framing(subject.head)));
    let detail = width as f32 / 1024.0;
    let portrait = Portrait {
        jpeg: cut.to_jpeg(QUALITY, Color::Full, Orientation::NoTransforms),
        thumbnail: small_jpeg(&cut),
        width,
        height,
    };
    Ok(Rated { portrait, score: (0.05 + framed) * detail * (0.5 + 0.5 * sharp) })
}

/// Brings a cut to the size of a headshot. Large ones are averaged to twice the size first,
/// which looks the same and takes a fraction of the memory.
fn resize(mut cut: Picture, width: u32, height: u32) -> Picture {
    if cut.width() > 2 * width {
        cut = cut.smaller(2 * width, 2 * height);
    }
    let (from_width, from_height) = (cut.width(), cut.height());
    let image = image::RgbImage::from_raw(from_width, from_height, cut.into_bytes())
        .expect("a picture has three bytes for each of its pixels");
    let resized = image::DynamicImage::from(image).resize_exact(width, height, FilterType::Lanczos3);
    Picture::new(width, height, resized.into_rgb8().into_raw())
}

/// How sharp a picture is, 0 to 1: how much neighbors differ, at the size of a thumbnail's
/// double, so that noise counts little.
fn sharpness(picture: &Picture) -> f32 {
    let small = picture.smaller(512, 640);
    let green: Vec<i32> = small.pixels().iter().map(|[_, g, _]| i32::from(*g)).collect();
    let differences = green.windows(3).map(|three| (three[0] - 2 * three[1] + three[2]).abs());
    let mean = differences.sum::<i32>() as f32 / green.len() as f32;
    (mean / 8.0).min(1.0)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::studio::testing::{Scene, backdrop, jpeg};

    fn shoot(scenes: &[Scene]) -> Vec<Bytes> {
        scenes.iter().map(|scene| jpeg(&scene.draw(300, 375)).into()).collect()
    }

    fn size(jpeg: &[u8]) -> (u32, u32) {
        let image = image::load_from_memory(jpeg).unwrap();
        (image.width(), image.height())
    }

    /// The portraits of a shoot of these photos.
    fn portraits(photos: &[Bytes]) -> Result<Vec<Portrait>, PhotoFault> {
        let rated = photos.iter().map(|photo| Engine::BuiltIn.portrait(photo)).collect::<Result<_, _>>()?;
        Ok(best_first(rated))
    }

    /// H3
    #[test]
    fn each_photo_gives_one_headshot_the_same_each_time() {
        let scene = Scene::default();
        let photos = shoot(&[scene, Scene { x: 0.3, ..scene }, Scene { height: 0.2, ..scene }]);
        let made = portraits(&photos).unwrap();
        assert_eq!(made.len(), 3);
        for portrait in &made {
            assert_eq!(size(&portrait.jpeg), (portrait.width, portrait.height));
            assert_eq!(portrait.width * 5, portrait.height * 4);
            assert!(portrait.width <= 1024);
            assert_eq!(size(&portrait.thumbnail), (320, 400));
            assert!(portrait.thumbnail.len() <= 40_000);
        }
        assert_eq!(portraits(&photos).unwrap(), made);
        assert_eq!(portraits(&[]).unwrap(), []);
    }

    /// H3
    #[test]
    fn the_best_framed_comes_first() {
        let scene = Scene { height: 0.3, ..Scene::default() };
        let cut_off = Scene { x: 0.08, ..scene };
        let nobody = jpeg(&backdrop(300, 375)).into();
        let photos = [nobody, shoot(&[cut_off]).remove(0), shoot(&[scene]).remove(0)];
        let together = portraits(&photos).unwrap();
        let alone = |index: usize| portraits(&photos[index..=index]).unwrap().remove(0);
        assert_eq!(together, [alone(2), alone(1), alone(0)]);
    }

    /// H3
    #[test]
    fn a_small_photo_grows_to_twice_its_size_at_most() {
        let photo = jpeg(&Scene::default().draw(256, 256)).into();
        let portrait = &portraits(&[photo]).unwrap()[0];
        assert_eq!((portrait.width, portrait.height), (408, 510));
    }

    /// H3
    #[test]
    fn what_a_service_delivers_is_brought_to_shape() {
        for ((width, height), kept) in [
            ((800, 1000), (800, 1000)),
            ((1200, 1000), (800, 1000)),
            ((2048, 2560), (1024, 1280)),
            ((300, 900), (300, 375)),
        ] {
            let made = delivered(&jpeg(&Scene::default().draw(width, height))).unwrap();
            assert_eq!((made.width, made.height), kept);
            assert_eq!(size(&made.jpeg), kept);
        }
        assert_eq!(delivered(b"nothing"), Err(PhotoFault::Unreadable));
        assert_eq!(delivered(&jpeg(&backdrop(3, 600))), Err(PhotoFault::TooNarrow));
    }

    /// C5
    #[test]
    fn what_is_wrong_with_a_photo_is_said() {
        let mut photo = jpeg(&Scene::default().draw(300, 375));
        photo.truncate(1000);
        let sliver = jpeg(&backdrop(3, 600));
        for (photo, fault) in [(photo, PhotoFault::Unreadable), (sliver, PhotoFault::TooNarrow)] {
            assert_eq!(Engine::BuiltIn.portrait(&photo), Err(fault));
        }
    }
}
