//! Where the faces in a picture are, found by BlazeFace. It tells a face from what is none; it recognizes nobody.
//!
//! The network itself is in `network`; what a face means for a photo, `subject` and `domain::photo_advice` say. Why
//! this detector: docs/architecture.md, Decisions.

mod network;

use self::network::{Found, SIDE};
use super::{
    crop::Window,
    picture::{Picture, scaled},
};

/// A face in a picture: the square from brow to chin, in the picture's pixels.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Face {
    /// The middle, from the left edge.
    pub(super) x: f32,
    /// The middle, from the upper edge.
    pub(super) y: f32,
    pub(super) side: f32,
}

/// Bytes of memory that [`find`] takes at its peak, the picture not counted.
pub(super) const MEMORY: u64 = 3_000_000;

/// What the network says of the least certain face that counts, in a whole picture and in a part of one. Of 39
/// pictures with nobody in them, among them a cat and a color wheel, none comes above 0.58 as a whole and one to
/// 0.65 in a part; faces that take a seventh of the longer side lie above 0.8.
const LEAST_CERTAINTY: f32 = 0.65;
const LEAST_IN_PART: f32 = 0.75;

/// A picture is searched at so many pixels on its longer side.
const SEARCH_SIDE: u32 = 256;

/// Two boxes whose middles are nearer than this share of the larger one's side are of one face.
const ONE_FACE: f32 = 0.5;

/// Where no face is found in the whole picture, or one that takes less than this share of its longer side, parts of
/// the picture are searched as well, each of [`PART`] of that side: faces down to a tenth of it are found there, and
/// others beside the first.
const LARGE: f32 = 0.3;
const PART: f32 = 0.6;

impl Face {
    /// The same face in a copy of the picture that is `factor` times as large.
    pub(super) fn scaled(self, factor: f32) -> Self {
        Self { x: self.x * factor, y: self.y * factor, side: self.side * factor }
    }

    /// The pixels of a picture of this size that show the face; `None` where none do.
    pub(super) fn window(self, (width, height): (u32, u32)) -> Option<Window> {
        let from = |middle: f32| (middle - self.side / 2.0).max(0.0) as u32;
        let to = |middle: f32, end: u32| ((middle + self.side / 2.0).max(0.0) as u32).min(end);
        let (x, y) = (from(self.x), from(self.y));
        let (width, height) = (to(self.x, width).checked_sub(x)?, to(self.y, height).checked_sub(y)?);
        (width > 0 && height > 0).then_some(Window { x, y, width, height })
    }
}

/// The faces in an upright picture, the largest first. Takes 3 milliseconds, and 12 where there is
/// no large one.
pub(super) fn find(picture: &Picture) -> Vec<Face> {
    let long = picture.width().max(picture.height());
    let side = SEARCH_SIDE.min(long);
    let small = picture.smaller(scaled(picture.width(), side, long), scaled(picture.height(), side, long));
    let (width, height) = (small.width(), small.height());
    let mut found = search(&small, Window { x: 0, y: 0, width, height }, LEAST_CERTAINTY);
    if found.iter().all(|face| face.side < LARGE * width.max(height) as f32) {
        found.extend(parts(width, height).into_iter().flat_map(|part| search(&small, part, LEAST_IN_PART)));
    }
    let factor = picture.width() as f32 / width as f32;
    one_each(found).into_iter().map(|face| face.scaled(factor)).collect()
}

/// Of all places that were taken for the same face the one that is most certain.
fn one_each(mut found: Vec<Found>) -> Vec<Face> {
    found.sort_by(|one, other| other.certainty.total_cmp(&one.certainty));
    let mut faces: Vec<Face> = Vec::new();
    for Found { x, y, side, .. } in found {
        let is_new = faces.iter().all(|face| (face.x - x).hypot(face.y - y) > ONE_FACE * face.side.max(side));
        if is_new {
            faces.push(Face { x, y, side });
        }
    }
    faces.sort_by(|one, other| other.side.total_cmp(&one.side));
    faces
}

/// The four parts of a picture in which smaller faces are looked for; they overlap.
fn parts(width: u32, height: u32) -> [Window; 4] {
    let side = (width.max(height) as f32 * PART) as u32;
    let (part_width, part_height) = (side.clamp(1, width), side.clamp(1, height));
    let (right, bottom) = (width - part_width, height - part_height);
    [(0, 0), (right, 0), (0, bottom), (right, bottom)].map(|(x, y)| Window {
        x,
        y,
        width: part_width,
        height: part_height,
    })
}

/// Searches one part of a picture, made small enough for the network and put into the middle of a black square.
fn search(picture: &Picture, part: Window, least_certainty: f32) -> Vec<Found> {
    let long = part.width.max(part.height);
    let side = (SIDE as u32).min(long);
    let small = picture.part(part).smaller(scaled(part.width, side, long), scaled(part.height, side, long));
    let (left, top) = ((SIDE - small.width() as usize) / 2, (SIDE - small.height() as usize) / 2);
    let mut square = vec![[0; 3]; SIDE * SIDE];
    for (row, pixels) in small.pixels().chunks_exact(small.width() as usize).enumerate() {
        square[(top + row) * SIDE + left..][..pixels.len()].copy_from_slice(pixels);
    }
    let factor = long as f32 / side as f32;
    let faces = network::run(&square).into_iter().filter(|found| found.certainty >= least_certainty);
    faces
        .map(|found| Found {
            x: (found.x - left as f32) * factor + part.x as f32,
            y: (found.y - top as f32) * factor + part.y as f32,
            side: found.side * factor,
            ..found
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use image::metadata::Orientation;
    use proptest::prelude::*;

    use super::*;
    use crate::studio::testing::{backdrop, noise, portrait};

    /// How far a face lies from where one is, as a share of its side.
    fn off(face: Face, x: f32, y: f32) -> f32 {
        (face.x - x).hypot(face.y - y) / face.side
    }

    /// H8
    #[test]
    fn a_face_is_found_where_it_is() {
        let faces = find(&portrait());
        assert_eq!(faces.len(), 1, "{faces:?}");
        assert!(off(faces[0], 411.0, 387.0) < 0.1 && (240.0..330.0).contains(&faces[0].side), "{faces:?}");
    }

    /// H8
    #[test]
    fn a_small_face_is_found_in_every_corner() {
        let small = portrait().smaller(168, 210);
        for (left, top) in [(0, 0), (330, 0), (0, 290), (330, 290), (165, 145)] {
            let picture = backdrop(500, 500).with(&small, left, top);
            let faces = find(&picture);
            assert_eq!(faces.len(), 1, "{left}, {top}: {faces:?}");
            assert!(off(faces[0], left as f32 + 82.0, top as f32 + 77.0) < 0.2, "{left}, {top}: {faces:?}");
        }
    }

    /// H8
    #[test]
    fn each_of_several_faces_is_found_once() {
        let one = portrait().smaller(336, 420);
        let two = backdrop(672, 420).with(&one, 0, 0).with(&one.upright(Orientation::FlipHorizontal), 336, 0);
        let faces = find(&two);
        assert_eq!(faces.len(), 2, "{faces:?}");
        assert!(faces[0].side / faces[1].side < 1.3, "{faces:?}");
    }

    /// H8
    #[test]
    fn nobody_is_found_where_nobody_is() {
        let coat = portrait().part(Window { x: 300, y: 600, width: 540, height: 450 });
        for (name, picture) in [("wall", backdrop(400, 300)), ("noise", noise(300, 400)), ("coat", coat)] {
            assert_eq!(find(&picture), [], "{name}");
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(12))]

        /// QUALITY 11
        #[test]
        fn pictures_of_every_shape_are_searched(width in 1u32..600, height in 1u32..600) {
            for face in find(&portrait().smaller(width, height)) {
                let window = face.window((width.min(840), height.min(1050))).unwrap();
                prop_assert!(window.x + window.width <= width && window.y + window.height <= height);
            }
        }
    }
}
