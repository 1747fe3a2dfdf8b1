//! Which part of a portrait shows the person, found by MediaPipe's network for selfies.
//!
//! The network itself is in `network`. It sees 256 × 256 pixels; what follows from that at the edges, and whether
//! it can be trusted, `cutout` says.

mod network;

use self::network::SIDE;
use super::{crop::Window, faces::Face, map::Map, picture::Picture};

/// Places of what is found, at most: a portrait's 4:5.
const WIDTH: u32 = 256;
const HEIGHT: u32 = 320;

/// The part of the portrait around the face that is looked at once more, in sides of the face, and how far above the
/// face's middle its own lies. Ears and hair are a few pixels wide in the whole.
const HEAD: f32 = 2.3;
const HEAD_ABOVE: f32 = 0.25;

/// At the edges of that part, where the network lacks what is around, the whole counts.
const MARGIN: f32 = 0.18;

/// How certain it is for each place that it shows a person, 0 to 1, in an upright portrait with this face.
/// Looks three times, and takes the time of three: at the whole, at its mirror image and at the head.
pub(super) fn find(portrait: &Picture, face: Face) -> Map {
    let (width, height) = (portrait.width().min(WIDTH) as usize, portrait.height().min(HEIGHT) as usize);
    let channels = seen(portrait);
    let mirrored = look(&channels.each_ref().map(Map::mirrored)).mirrored();
    let mut map = look(&channels).with(&mirrored, f32::midpoint).resized(width, height);
    let head = head(portrait, face);
    add(&mut map, &look(&seen(&portrait.part(head))), head, portrait);
    map
}

/// What the network is shown of a picture: all of it, however wide or high.
fn seen(picture: &Picture) -> [Map; 3] {
    Map::channels(&picture.smaller(SIDE as u32, SIDE as u32)).map(|map| map.resized(SIDE, SIDE))
}

fn look([red, green, blue]: &[Map; 3]) -> Map {
    let pixels = red.values.iter().zip(&green.values).zip(&blue.values);
    let pixels: Vec<_> = pixels.map(|((red, green), blue)| [*red, *green, *blue]).collect();
    Map::new(SIDE, SIDE, network::run(&pixels))
}

/// The square around the head, as far as the portrait has room for one.
fn head(portrait: &Picture, face: Face) -> Window {
    let side = ((face.side * HEAD) as u32).clamp(1, portrait.width().min(portrait.height()));
    let from = |middle: f32, end: u32| ((middle - side as f32 / 2.0).max(0.0) as u32).min(end - side);
    let y = face.y - HEAD_ABOVE * face.side;
    Window { x: from(face.x, portrait.width()), y: from(y, portrait.height()), width: side, height: side }
}

/// Puts what was found in a part of the portrait into the map of the whole, with soft edges.
fn add(map: &mut Map, found: &Map, part: Window, portrait: &Picture) {
    let column = |x: u32| (u64::from(x) * map.width as u64 / u64::from(portrait.width())) as usize;
    let row = |y: u32| (u64::from(y) * map.height as u64 / u64::from(portrait.height())) as usize;
    let (left, top) = (column(part.x), row(part.y));
    let (width, height) = (column(part.x + part.width) - left, row(part.y + part.height) - top);
    if width == 0 || height == 0 {
        return;
    }
    let found = found.resized(width, height);
    let share = |n: usize, end: usize| ((n.min(end - 1 - n) as f32 + 0.5) / end as f32 / MARGIN).min(1.0);
    let rows = map.values.chunks_exact_mut(map.width).skip(top);
    for (y, (row, found)) in rows.zip(found.values.chunks_exact(width)).enumerate() {
        for (x, (value, found)) in row[left..].iter_mut().zip(found).enumerate() {
            *value += share(x, width).min(share(y, height)) * (found - *value);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::studio::{faces, testing::portrait};

    /// What MediaPipe 0.10.14 itself says of the portrait, made 256 × 256 pixels large: the means of squares of 4 × 4.
    const EXPECTED: &[u8; 64 * 64] = include_bytes!("expected.bin");

    /// H4
    #[test]
    fn the_network_says_what_the_original_says() {
        let found = look(&seen(&portrait()));
        let mean = |n: usize| {
            let (x, y) = ((n % 64 * 4) as f32, (n / 64 * 4) as f32);
            found.mean(x, y, x + 4.0, y + 4.0)
        };
        let off = |(n, expected): (usize, &u8)| (mean(n) - f32::from(*expected) / 255.0).abs();
        let off: Vec<f32> = EXPECTED.iter().enumerate().map(off).collect();
        // Pixels of a JPEG differ by one from decoder to decoder, which moves the steep edge by so much.
        let (worst, mean) = (off.iter().copied().fold(0.0, f32::max), off.iter().sum::<f32>() / 4096.0);
        assert!(worst < 0.05 && mean < 0.002, "{worst} {mean}");
    }

    /// H4
    #[test]
    fn the_person_is_found_and_not_the_wall() {
        let portrait = portrait();
        let face = faces::find(&portrait)[0];
        let map = find(&portrait, face);
        assert_eq!((map.width, map.height), (256, 320));
        let scale = 256.0 / portrait.width() as f32;
        let (x, y, half) = (face.x * scale, face.y * scale, face.side * scale / 4.0);
        assert!(map.mean(x - half, y - half, x + half, y + half) > 0.99);
        assert!(map.mean(97.0, 274.0, 152.0, 292.0) > 0.99, "the coat");
        for left in [0.0, 226.0] {
            assert!(map.mean(left, 0.0, left + 30.0, 60.0) < 0.01, "a corner");
        }
        assert_eq!(find(&portrait, face), map, "the same each time");
    }

    /// QUALITY 11
    #[test]
    fn portraits_of_every_shape_are_looked_at() {
        for (width, height) in [(1, 1), (1, 900), (840, 1), (3, 700), (255, 321), (840, 1050)] {
            let small = portrait().smaller(width, height);
            let face = Face { x: width as f32, y: -40.0, side: 5000.0 };
            let map = find(&small, face);
            assert_eq!((map.width as u32, map.height as u32), (width.min(256), height.min(320)));
            assert!(map.values.iter().all(|value| (0.0..=1.0).contains(value)));
        }
    }
}
