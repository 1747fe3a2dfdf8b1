//! What is said of a photo that is in, where another one would give better headshots. It is advice: no photo is
//! refused for it. H8
//!
//! What is measured, the studio says; the sentences are in `words`.

use serde::{Deserialize, Serialize};

use super::db_enum;

/// Why another photo would do better.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum PhotoAdvice {
    Dark,
    Blurry,
    NoFace,
    SeveralFaces,
    SmallFace,
}

db_enum!(PhotoAdvice {
    Dark = "dark",
    Blurry = "blurry",
    NoFace = "no_face",
    SeveralFaces = "several_faces",
    SmallFace = "small_face",
});

/// What was measured of a photo.
#[derive(Clone, Debug, PartialEq)]
pub struct PhotoMeasures {
    /// Pixels on a side of each face, from brow to chin, the largest first.
    pub faces: Vec<u32>,
    /// How much finely drawn there is in the largest face, or in the whole picture where there is none: the variance
    /// of its Laplacian at a small size, as a share of the variance of its brightness.
    pub detail: f32,
    /// The median of the whole picture's brightness, 0 to 255.
    pub middle_luma: u8,
    /// The brightness that one of twenty pixels of the largest face exceeds, or of the whole picture where there is
    /// none.
    pub brightest_luma: u8,
}

/// A sharp face has 0.065 or more, 0.1 and more as a rule; one that is blurred by a fiftieth of its width 0.014 or
/// less. Of 38 faces on 60 sample pictures none was on the wrong side.
const LEAST_FACE_DETAIL: f32 = 0.015;

/// Sharp pictures have 0.009 or more, plain drawings included; blurred by a hundredth of the longer side most
/// photos have less than 0.004.
const LEAST_WHOLE_DETAIL: f32 = 0.005;

/// A photo is dark where its middle and the light in the face are. The middle alone would be wrong before a dark wall,
/// the face alone for dark skin: of that the highlights tell whether light is on it. Sample pictures of all tones
/// have 114 or more in the highlights of a face, at a third of the light 70 or less.
const DARK_MIDDLE: u8 = 60;
const DARK_HIGHLIGHTS: u8 = 90;

/// A head and shoulders of a face with fewer pixels are fewer than half of the headshot's on each side.
const SMALLEST_FACE: u32 = 180;

/// Somebody in the background is no second face: that has at least so many hundredths of the largest one's side.
const SECOND_FACE: u32 = 40;

impl PhotoAdvice {
    /// What to say of a photo, the most important first. One cause is said once: in the dark and in a blur no face is
    /// looked for.
    #[must_use]
    pub fn on(photo: &PhotoMeasures) -> Vec<Self> {
        let mut advice = Vec::new();
        let least_detail = if photo.faces.is_empty() { LEAST_WHOLE_DETAIL } else { LEAST_FACE_DETAIL };
        if photo.middle_luma < DARK_MIDDLE && photo.brightest_luma < DARK_HIGHLIGHTS {
            advice.push(Self::Dark);
        }
        if photo.detail < least_detail {
            advice.push(Self::Blurry);
        }
        match photo.faces[..] {
            [] if advice.is_empty() => advice.push(Self::NoFace),
            [largest, second, ..] if second * 100 >= largest * SECOND_FACE => advice.push(Self::SeveralFaces),
            [largest, ..] if largest < SMALLEST_FACE => advice.push(Self::SmallFace),
            _ => {}
        }
        advice
    }
}

#[cfg(test)]
mod tests {
    use super::{PhotoAdvice::*, *};

    /// A photo with nothing to say of it.
    fn good() -> PhotoMeasures {
        PhotoMeasures { faces: vec![600], detail: 0.1, middle_luma: 120, brightest_luma: 200 }
    }

    /// H8
    #[test]
    fn advice_says_what_would_be_better() {
        let cases = [
            (good(), vec![]),
            (PhotoMeasures { detail: 0.014, ..good() }, vec![Blurry]),
            (PhotoMeasures { middle_luma: 59, brightest_luma: 89, ..good() }, vec![Dark]),
            (PhotoMeasures { faces: vec![], ..good() }, vec![NoFace]),
            (PhotoMeasures { faces: vec![600, 300, 100], ..good() }, vec![SeveralFaces]),
            (PhotoMeasures { faces: vec![179], ..good() }, vec![SmallFace]),
            (PhotoMeasures { faces: vec![100, 90], detail: 0.0, ..good() }, vec![Blurry, SeveralFaces]),
        ];
        for (photo, advice) in cases {
            assert_eq!(PhotoAdvice::on(&photo), advice, "{photo:?}");
        }
    }

    /// H8: whoever is photographed before a dark wall, has dark skin or stands before other people gets no advice.
    #[test]
    fn a_good_photo_gets_none() {
        let photos = [
            PhotoMeasures { middle_luma: 12, brightest_luma: 114, ..good() },
            PhotoMeasures { middle_luma: 130, brightest_luma: 80, ..good() },
            PhotoMeasures { faces: vec![600, 200, 180], ..good() },
            PhotoMeasures { faces: vec![180], detail: 0.015, ..good() },
        ];
        for photo in photos {
            assert_eq!(PhotoAdvice::on(&photo), [], "{photo:?}");
        }
    }

    /// H8: of a cause its effects are not said as well.
    #[test]
    fn where_nothing_can_be_seen_no_face_is_missed() {
        let blurred = PhotoMeasures { faces: vec![], detail: 0.004, ..good() };
        let dark = PhotoMeasures { faces: vec![], middle_luma: 20, brightest_luma: 40, ..good() };
        assert_eq!(PhotoAdvice::on(&blurred), [Blurry]);
        assert_eq!(PhotoAdvice::on(&dark), [Dark]);
    }
}
