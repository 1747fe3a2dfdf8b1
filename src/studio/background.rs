//! What stands behind the person in a headshot: what was there, the same out of focus, or a plain studio wall. H4

use super::{cutout::Cutout, map::Map, picture::Picture};
use crate::domain::headshot::Background;

/// A new number makes browsers forget the backgrounds that they kept.
pub const VERSION: u8 = 1;

/// A light wall, lit from where the head is, and how it looks far from there.
const WALL: [u8; 3] = [238, 239, 241];
const WALL_EDGE: [u8; 3] = [212, 214, 217];

/// Where the light falls, in shares of the width and height, and how far it reaches.
const LIGHT: (f32, f32) = (0.5, 0.42);
const REACH: f32 = 0.75;

/// Changes the background of an upright headshot in place, and says which it has now: the one that it had where the
/// person cannot be told from it for certain.
pub(super) fn change(headshot: &mut Picture, wanted: Background) -> Background {
    if wanted == Background::Original {
        return wanted;
    }
    let Some(cutout) = Cutout::of(headshot) else { return Background::Original };
    let behind = match wanted {
        Background::Soft => cutout.blurred_background(),
        Background::Original | Background::Plain => wall(cutout.size()),
    };
    cutout.put_before(headshot, &behind);
    wanted
}

/// A plain wall of so many places.
fn wall((width, height): (usize, usize)) -> [Map; 3] {
    let distance = |n: usize| {
        let (x, y) = ((n % width) as f32 + 0.5, (n / width) as f32 + 0.5);
        (x / width as f32 - LIGHT.0).hypot(y / height as f32 - LIGHT.1)
    };
    std::array::from_fn(|c| {
        let [near, far] = [WALL[c], WALL_EDGE[c]].map(|value| f32::from(value) / 255.0);
        let value = |n| near + (distance(n) / REACH).min(1.0).powf(1.5) * (far - near);
        Map::new(width, height, (0..width * height).map(value).collect())
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::studio::{
        crop::Window,
        testing::{Scene, backdrop, noise, portrait},
    };

    /// How far two pictures differ on average, within a window.
    fn difference(one: &Picture, other: &Picture, window: Window) -> f32 {
        let (one, other) = (one.part(window), other.part(window));
        let pairs = one.pixels().as_flattened().iter().zip(other.pixels().as_flattened());
        let sum: u32 = pairs.map(|(a, b)| u32::from(a.abs_diff(*b))).sum();
        sum as f32 / one.pixels().as_flattened().len() as f32
    }

    fn changed(headshot: &Picture, wanted: Background) -> (Picture, Background) {
        let mut picture = headshot.clone();
        let has = change(&mut picture, wanted);
        (picture, has)
    }

    const FACE: Window = Window { x: 350, y: 300, width: 120, height: 160 };
    const COAT: Window = Window { x: 320, y: 900, width: 180, height: 60 };
    const CORNER: Window = Window { x: 0, y: 0, width: 120, height: 120 };

    /// H4
    #[test]
    fn a_plain_background_is_light_and_the_person_stays() {
        let headshot = portrait();
        let (plain, has) = changed(&headshot, Background::Plain);
        assert_eq!(has, Background::Plain);
        for window in [FACE, COAT] {
            assert!(difference(&headshot, &plain, window) < 0.01, "{window:?}");
        }
        let corner = plain.part(CORNER);
        for pixel in corner.pixels() {
            let [low, high] = [pixel.iter().min(), pixel.iter().max()].map(|value| *value.unwrap());
            assert!(low > 205 && high - low <= 6, "{pixel:?}");
        }
        assert_eq!(changed(&headshot, Background::Plain), (plain, has), "the same each time");
    }

    /// H4
    #[test]
    fn a_soft_background_is_the_own_one_out_of_focus() {
        // Stripes, whose mean is gray.
        let mut headshot = portrait();
        let (plain, _) = changed(&headshot, Background::Plain);
        let wall = headshot.part(CORNER);
        let striped = wall.pixels().iter().enumerate();
        let striped = striped.flat_map(|(n, _)| if n % 20 < 10 { [90; 3] } else { [170; 3] }).collect();
        headshot = headshot.with(&Picture::new(CORNER.width, CORNER.height, striped), 0, 0);
        let (soft, has) = changed(&headshot, Background::Soft);
        assert_eq!(has, Background::Soft);
        for window in [FACE, COAT] {
            assert!(difference(&headshot, &soft, window) < 0.01, "{window:?}");
        }
        let middle = Window { x: 10, y: 10, width: 40, height: 40 };
        let values: Vec<u8> = soft.part(middle).pixels().iter().map(|[_, green, _]| *green).collect();
        let (least, most) = (values.iter().min().unwrap(), values.iter().max().unwrap());
        assert!((110..160).contains(least) && most - least < 20, "{least} {most}");
        assert!(difference(&soft, &plain, CORNER) > 20.0);
    }

    /// H4
    #[test]
    fn what_is_not_certain_stays_as_it_was() {
        let two = portrait().smaller(420, 525);
        let cases = [
            ("nobody", backdrop(400, 500)),
            ("noise", noise(400, 500)),
            ("drawn", Scene::default().draw(400, 500)),
            ("two people", backdrop(840, 525).with(&two, 0, 0).with(&two, 420, 0)),
            ("half a face", portrait().part(Window { x: 410, y: 200, width: 400, height: 500 })),
            ("no room around", portrait().part(Window { x: 300, y: 270, width: 220, height: 275 })),
        ];
        for (name, picture) in cases {
            for wanted in [Background::Plain, Background::Soft] {
                assert_eq!(changed(&picture, wanted), (picture.clone(), Background::Original), "{name}");
            }
        }
        assert_eq!(changed(&portrait(), Background::Original), (portrait(), Background::Original));
    }

    /// QUALITY 11
    #[test]
    fn headshots_of_every_shape_get_through() {
        for (width, height) in [(1, 1), (1, 5000), (5000, 1), (4, 5), (33, 700), (1280, 512)] {
            let picture = Scene::default().draw(width, height);
            let (after, _) = changed(&picture, Background::Soft);
            assert_eq!((after.width(), after.height()), (width, height));
        }
    }
}
