//! Where the person is in a photo: where their face is, and where none was found, a patch with the color of skin and
//! the shape of a face, darker around the eyes than on the cheeks, not like the background, and rather in the
//! middle.
//!
//! Good enough to frame a portrait, and honest about its doubt; it recognizes nobody.

use super::{
    crop::Head,
    faces::Face,
    picture::{Picture, scaled},
};

/// What was found, and how sure that is: 0 not at all, 1 entirely.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Subject {
    pub(super) head: Head,
    pub(super) certainty: f32,
}

/// The picture is searched at this many pixels on the longer side.
const SEARCH_SIDE: u32 = 160;

/// Heights of faces that are looked for, as shares of the picture's shorter side.
const FACE_SHARES: [f32; 12] = [0.1, 0.12, 0.145, 0.175, 0.21, 0.25, 0.3, 0.36, 0.43, 0.52, 0.62, 0.75];

/// A face is this much narrower than it is high.
const FACE_WIDTH: f32 = 0.76;

/// How much more skin a face holds than its surroundings, to count as one at all.
const LEAST_CONTRAST: f32 = 0.2;

/// The most likely head in an upright picture, in which these faces were found, the largest first.
pub(super) fn find(picture: &Picture, faces: &[Face]) -> Option<Subject> {
    match faces.first() {
        Some(face) => Some(Subject { head: face.head(), certainty: 1.0 }),
        None => guess(picture),
    }
}

impl Face {
    /// The head that belongs to the face: brow and hair add to it at the top.
    fn head(self) -> Head {
        Head { x: self.x, y: self.y - 0.25 * self.side, height: 1.6 * self.side }
    }
}

/// The most likely head in a picture in which no face was found.
fn guess(picture: &Picture) -> Option<Subject> {
    let long = picture.width().max(picture.height());
    let side = SEARCH_SIDE.min(long);
    let small = picture.smaller(scaled(picture.width(), side, long), scaled(picture.height(), side, long));
    let maps = Maps::new(&small);
    let patch = maps.patches().max_by(|a, b| a.score.total_cmp(&b.score))?;
    let factor = picture.width() as f32 / small.width() as f32;
    let certainty = ((patch.contrast - LEAST_CONTRAST) / 0.5).clamp(0.05, 1.0);
    Some(Subject { head: patch.head().scaled(factor), certainty })
}

/// A place where a face may be, in pixels of the searched copy.
struct Patch {
    x: f32,
    y: f32,
    height: f32,
    contrast: f32,
    score: f32,
}

impl Patch {
    /// The head that belongs to the skin of a face: hair adds to it at the top.
    fn head(&self) -> Head {
        Head { x: self.x, y: self.y - 0.1 * self.height, height: 1.35 * self.height }
    }
}

/// Skin and brightness of the searched copy, summed up so that the mean of any rectangle
/// takes four look-ups.
struct Maps {
    width: f32,
    height: f32,
    skin: Sums,
    luma: Sums,
}

impl Maps {
    fn new(picture: &Picture) -> Self {
        let (width, height) = (picture.width() as usize, picture.height() as usize);
        let background = Background::of(picture);
        let skin =
            picture.pixels().iter().map(|pixel| skin(*pixel) * (1.0 - 0.7 * background.likeness(*pixel)));
        let luma = picture.pixels().iter().map(|pixel| ycc(*pixel)[0]);
        Self {
            width: width as f32,
            height: height as f32,
            skin: Sums::new(width, skin),
            luma: Sums::new(width, luma),
        }
    }

    /// Every place and size that could be a face, with its score.
    fn patches(&self) -> impl Iterator<Item = Patch> {
        let short = self.width.min(self.height);
        FACE_SHARES.into_iter().flat_map(move |share| {
            let height = share * short;
            let step = (height / 8.0).max(1.0);
            let places = move |length: f32| (0..=(length / step) as u32).map(move |i| i as f32 * step);
            places(self.height)
                .flat_map(move |y| places(self.width).map(move |x| (x, y)))
                .filter_map(move |(x, y)| self.patch(x, y, height))
        })
    }

    /// Judges a face of this height with its middle here.
    fn patch(&self, x: f32, y: f32, height: f32) -> Option<Patch> {
        let (half_w, half_h) = (height * FACE_WIDTH / 2.0, height / 2.0);
        // Shares of the half width and half height, from the middle.
        let mean = |map: &Sums, left: f32, top: f32, right: f32, bottom: f32| {
            map.mean(x + left * half_w, y + top * half_h, x + right * half_w, y + bottom * half_h)
        };
        let inside = mean(&self.skin, -0.8, -0.8, 0.8, 0.8);
        let around = (mean(&self.skin, -1.8, -0.9, -1.1, 0.7)
            + mean(&self.skin, 1.1, -0.9, 1.8, 0.7)
            + mean(&self.skin, -0.9, -1.7, 0.9, -1.15))
            / 3.0;
        let contrast = inside - 0.9 * around;
        if contrast < LEAST_CONTRAST {
            return None;
        }
        let eyes = mean(&self.luma, -0.7, -0.4, 0.7, 0.0);
        let cheeks = mean(&self.luma, -0.7, 0.1, 0.7, 0.5);
        let shadow = ((cheeks - eyes) / 30.0).clamp(-0.5, 1.0);
        let sideways = (x / self.width - 0.5) / 0.35;
        let upwards = (y / self.height - 0.38) / 0.25;
        let place = (-(sideways.powi(2) + upwards.powi(2)) / 2.0).exp();
        let size = (height / self.width.min(self.height)).powf(0.3);
        let score = (contrast * inside + 0.2 * shadow) * place * size;
        Some(Patch { x, y, height, contrast, score })
    }
}

/// Brightness and the two color differences (BT.601), each 0 to 255.
fn ycc([r, g, b]: [u8; 3]) -> [f32; 3] {
    let [r, g, b] = [r, g, b].map(f32::from);
    [
        0.299 * r + 0.587 * g + 0.114 * b,
        128.0 - 0.168_736 * r - 0.331_264 * g + 0.5 * b,
        128.0 + 0.5 * r - 0.418_688 * g - 0.081_312 * b,
    ]
}

/// How much a color could be skin, 0 to 1. The color differences of skin hardly depend on
/// how light or dark it is.
fn skin(pixel: [u8; 3]) -> f32 {
    let [luma, blue, red] = ycc(pixel);
    let rising = |value: f32, from: f32, to: f32| ((value - from) / (to - from)).clamp(0.0, 1.0);
    rising(luma, 20.0, 45.0)
        * rising(blue, 82.0, 94.0)
        * rising(blue, 127.0, 121.0)
        * rising(red, 131.0, 139.0)
        * rising(red, 178.0, 170.0)
}

/// The colors along the upper edges of a photo, where the background is.
struct Background {
    /// How often each coarse color occurs there, of all that lie there.
    shares: Vec<f32>,
}

impl Background {
    const LUMA: usize = 16;
    const COLOR: usize = 32;

    fn of(picture: &Picture) -> Self {
        let (width, height) = (picture.width() as usize, picture.height() as usize);
        let margin = (width / 12).max(1);
        let mut counts = vec![0u32; Self::LUMA * Self::COLOR * Self::COLOR];
        let mut all = 0;
        for (y, row) in picture.pixels().chunks_exact(width).take(height * 2 / 3).enumerate() {
            for (x, pixel) in row.iter().enumerate() {
                if y < height / 16 || x < margin || x >= width - margin {
                    counts[Self::bin(*pixel)] += 1;
                    all += 1;
                }
            }
        }
        Self { shares: counts.iter().map(|count| *count as f32 / all.max(1) as f32).collect() }
    }

    /// 1 for a color that makes up a fiftieth of the edges or more, 0 for one that is not there.
    fn likeness(&self, pixel: [u8; 3]) -> f32 {
        (self.shares[Self::bin(pixel)] * 50.0).min(1.0)
    }

    fn bin(pixel: [u8; 3]) -> usize {
        let [luma, blue, red] = ycc(pixel).map(|value| value.clamp(0.0, 255.0) as usize);
        (luma / 16 * Self::COLOR + blue / 8) * Self::COLOR + red / 8
    }
}

/// Sums of a map over all rectangles that start at its upper left corner.
struct Sums {
    width: usize,
    height: usize,
    sums: Vec<f64>,
}

impl Sums {
    fn new(width: usize, values: impl Iterator<Item = f32>) -> Self {
        let stride = width + 1;
        let mut sums = vec![0.0; stride];
        let mut row = 0.0;
        for (i, value) in values.enumerate() {
            if i % width == 0 {
                row = 0.0;
                sums.push(0.0);
            }
            row += f64::from(value);
            sums.push(sums[sums.len() - stride] + row);
        }
        Self { width, height: sums.len() / stride - 1, sums }
    }

    /// The mean over a rectangle; what lies outside the map counts as 0.
    fn mean(&self, left: f32, top: f32, right: f32, bottom: f32) -> f32 {
        let area = (right.round() - left.round()) * (bottom.round() - top.round());
        if area <= 0.0 {
            return 0.0;
        }
        let column = |x: f32| (x.round().max(0.0) as usize).min(self.width);
        let row = |y: f32| (y.round().max(0.0) as usize).min(self.height) * (self.width + 1);
        let (left, top, right, bottom) = (column(left), row(top), column(right), row(bottom));
        let sum = self.sums[bottom + right] - self.sums[top + right] - self.sums[bottom + left]
            + self.sums[top + left];
        sum as f32 / area
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::studio::testing::{Scene, backdrop};

    #[test]
    fn finds_a_head_where_it_is() {
        for (x, y, height) in [(0.5, 0.4, 0.4), (0.3, 0.35, 0.3), (0.7, 0.5, 0.25), (0.5, 0.3, 0.15)] {
            for (width, height_px) in [(240, 300), (360, 240), (270, 270)] {
                let scene = Scene { x, y, height, ..Scene::default() };
                let Subject { head, certainty } = guess(&scene.draw(width, height_px)).unwrap();
                let true_height = height * height_px as f32;
                let off = |found: f32, drawn: f32| (found - drawn).abs() / true_height;
                assert!(off(head.x, x * width as f32) < 0.25, "{scene:?}: {head:?}");
                assert!(off(head.y, y * height_px as f32) < 0.35, "{scene:?}: {head:?}");
                assert!((0.6..1.6).contains(&(head.height / true_height)), "{scene:?}: {head:?}");
                assert!(certainty > 0.3);
            }
        }
    }

    #[test]
    fn finds_every_tone_of_skin() {
        for skin in [[244, 214, 190], [224, 172, 135], [172, 116, 82], [110, 72, 52], [72, 46, 36]] {
            let scene = Scene { skin, ..Scene::default() };
            let head = guess(&scene.draw(240, 300)).unwrap().head;
            assert!((head.x - 120.0).abs() < 24.0 && (head.y - 120.0).abs() < 36.0, "{skin:?}: {head:?}");
        }
    }

    /// H3
    #[test]
    fn a_face_goes_before_every_guess() {
        let face = Face { x: 30.0, y: 60.0, side: 40.0 };
        let subject = find(&Scene::default().draw(240, 300), &[face]).unwrap();
        assert_eq!(subject, Subject { head: Head { x: 30.0, y: 50.0, height: 64.0 }, certainty: 1.0 });
    }

    #[test]
    fn finds_nobody_where_nobody_is() {
        assert_eq!(guess(&backdrop(400, 300)), None);
        assert_eq!(guess(&Picture::new(1, 1, vec![200, 150, 120])), None);
    }
}
