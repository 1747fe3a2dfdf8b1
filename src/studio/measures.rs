//! What is measured of a photo for the advice that is given on it: how bright and how sharp it is, and how large its
//! faces are. What of it is too little, `domain::photo_advice` says.

use image::metadata::Orientation;

use super::{
    faces::Face,
    picture::{Picture, scaled},
};
use crate::domain::photo_advice::PhotoMeasures;

/// Pixels on a side of the face in which detail is looked for, about half of what a headshot shows; a face with
/// fewer is taken as it is.
const FACE_SIDE: u32 = 128;

/// Pixels on the longer side of a picture in which brightness, and where there is no face detail, is looked for.
const WHOLE_SIDE: u32 = 256;

/// A variance of brightness that every picture is taken to have: what is plain has noise, and that is no detail.
const PLAIN: f32 = 25.0;

/// Measures a photo: as it is stored, before it is turned as `orientation` says; as a small upright copy; and the
/// faces that were found in that copy.
pub(super) fn measure(
    picture: &Picture,
    orientation: Orientation,
    upright: &Picture,
    faces: &[Face],
) -> PhotoMeasures {
    let whole = fitted(upright, WHOLE_SIDE);
    let largest = faces.first().and_then(|face| {
        let size = super::turn::upright_size(picture.width(), picture.height(), orientation);
        let window = face.scaled(size.0 as f32 / upright.width() as f32).window(size)?;
        Some(fitted(&picture.part(picture.stored(window, orientation)), FACE_SIDE))
    });
    let subject = largest.as_ref().unwrap_or(&whole);
    let factor =
        f64::from(picture.width().max(picture.height())) / f64::from(upright.width().max(upright.height()));
    PhotoMeasures {
        faces: faces.iter().map(|face| (f64::from(face.side) * factor) as u32).collect(),
        detail: detail(subject),
        middle_luma: percentile(&whole, 50),
        brightest_luma: percentile(subject, 95),
    }
}

fn fitted(picture: &Picture, side: u32) -> Picture {
    let long = picture.width().max(picture.height());
    let side = side.min(long);
    picture.smaller(scaled(picture.width(), side, long), scaled(picture.height(), side, long))
}

/// The variance of the Laplacian of brightness, as a share of the variance of brightness itself, so that neither
/// a dim light nor a plain wall counts as blur.
fn detail(picture: &Picture) -> f32 {
    let (width, luma) = (picture.width() as usize, luma(picture));
    let rows: Vec<&[f32]> = luma.chunks_exact(width).collect();
    let laplacian: Vec<f32> = rows
        .windows(3)
        .flat_map(|rows| {
            (1..width.saturating_sub(1))
                .map(|x| rows[0][x] + rows[2][x] + rows[1][x - 1] + rows[1][x + 1] - 4.0 * rows[1][x])
        })
        .collect();
    variance(&laplacian) / (variance(&luma) + PLAIN)
}

fn variance(values: &[f32]) -> f32 {
    let count = values.len().max(1) as f32;
    let mean = values.iter().sum::<f32>() / count;
    values.iter().map(|value| (value - mean).powi(2)).sum::<f32>() / count
}

/// The brightness that so many of a hundred pixels do not exceed, 0 to 255.
fn percentile(picture: &Picture, percent: usize) -> u8 {
    let mut luma: Vec<u8> = luma(picture).into_iter().map(|luma| luma as u8).collect();
    let at = (luma.len() * percent / 100).min(luma.len() - 1);
    *luma.select_nth_unstable(at).1
}

/// The brightness of each pixel (BT.601), 0 to 255.
fn luma(picture: &Picture) -> Vec<f32> {
    let weighed = |[r, g, b]: [u8; 3]| 0.299 * f32::from(r) + 0.587 * f32::from(g) + 0.114 * f32::from(b);
    picture.pixels().iter().map(|pixel| weighed(*pixel)).collect()
}
