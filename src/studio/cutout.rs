//! A person cut out of a headshot: how much of each pixel is theirs, and what color that is without what is behind.
//!
//! Where hair and shoulders do not stand out clearly nothing is cut out: a background that stays as it was is
//! better than an ear that is gone. What is put behind, `background` says.

use super::{
    faces::{self, Face},
    map::{Enlarged, Map},
    picture::Picture,
    silhouette,
};

/// Bytes of memory that cutting out and putting something behind take at their peak, the picture not counted.
pub(super) const MEMORY: u64 = 24_000_000;

/// What is at least this certain is the person, and at most that is not.
const CERTAIN: f32 = 0.9;
const NOT: f32 = 0.1;

/// The places in between, for each place along the outline. Of 21 portraits, those that were cut out well had 2 to 6;
/// those with 9 and more showed curls before a dark wall, a helmet on a table or somebody else's shoulder.
const WIDEST_OUTLINE: f32 = 7.0;

/// How much of a headshot shows the person.
const LEAST_SHARE: f32 = 0.2;
const MOST_SHARE: f32 = 0.9;

/// How much of the lower edge does: nobody's shoulders end above it.
const LEAST_BELOW: f32 = 0.3;

/// How much of what was found may lie apart from the person, and is left out.
const MOST_APART: f32 = 0.02;

/// Radius, in places, within which the outline follows the colors, and how little they may differ.
const RADIUS: usize = 4;
const LEAST_VARIANCE: f32 = 1e-3;

/// Radius, in places, within which the person's colors and those behind are averaged.
const COLORS: usize = 10;

/// A person in a headshot. The maps have as many places as `silhouette::find` gives.
pub(super) struct Cutout {
    /// Around each place the opacity follows from a pixel's color: so much of each channel, and this.
    slopes: [Map; 3],
    offset: Map,
    /// Within these the opacity stays.
    least: Map,
    most: Map,
    /// The picture itself, its opacity, and its colors before and behind the outline.
    colors: [Map; 3],
    opacity: Map,
    person: [Map; 3],
    behind: [Map; 3],
}

impl Cutout {
    /// The person in an upright headshot; `None` where it is not certain enough what belongs to them.
    pub(super) fn of(headshot: &Picture) -> Option<Self> {
        let faces = faces::find(headshot);
        let found = silhouette::find(headshot, *faces.first()?);
        Some(Self::along(headshot, &trusted(found, &faces, headshot)?))
    }

    fn along(headshot: &Picture, certainty: &Map) -> Self {
        let colors = Map::channels(&headshot.smaller(certainty.width as u32, certainty.height as u32));
        let (slopes, offset) = guided(&colors, certainty);
        let least = certainty.extreme(2, f32::min).blurred(1);
        let most = certainty.extreme(1, f32::max).blurred(1);
        let at = |n: usize, map: &Map| map.values[n];
        let opacity = (0..certainty.values.len()).map(|n| {
            let followed: f32 = (0..3).map(|c| at(n, &slopes[c]) * at(n, &colors[c])).sum();
            opacity(followed + at(n, &offset), at(n, &least), at(n, &most))
        });
        let opacity = Map::new(certainty.width, certainty.height, opacity.collect());
        let person = colors.each_ref().map(|channel| weighted(channel, &opacity));
        let rest = opacity.map(|opacity| 1.0 - opacity);
        let behind = colors.each_ref().map(|channel| weighted(channel, &rest));
        Self { slopes, offset, least, most, colors, opacity, person, behind }
    }

    /// How many places the maps have, across and down.
    pub(super) fn size(&self) -> (usize, usize) {
        (self.opacity.width, self.opacity.height)
    }

    /// What is behind the person, out of focus; where they stand, what is beside them.
    pub(super) fn blurred_background(&self) -> [Map; 3] {
        let rest = self.opacity.map(|opacity| (1.0 - opacity).powi(2));
        let width = self.opacity.width;
        // From far around, where there is anything, to near, where there is enough.
        let radii = [width / 2, width / 6, width / 24].map(|radius| radius.max(1));
        let blurred = |map: &Map, radius| map.blurred(radius).blurred(radius).blurred(radius);
        let amounts = radii.map(|radius| blurred(&rest, radius));
        self.colors.each_ref().map(|channel| {
            let channel = channel.times(&rest);
            let mut result = Map { values: vec![0.5; channel.values.len()], ..channel };
            for (radius, amount) in radii.iter().zip(&amounts) {
                let mean = blurred(&channel, *radius).with(amount, |sum, amount| sum / (amount + 1e-6));
                let enough = amount.map(|amount| (amount / 0.25).min(1.0));
                let change = mean.with(&result, |mean, result| mean - result).times(&enough);
                result = result.with(&change, |result, change| result + change);
            }
            result
        })
    }

    /// Puts another background behind the person, who stays as they are but for the outline.
    pub(super) fn put_before(&self, headshot: &mut Picture, background: &[Map; 3]) {
        let (width, height) = (headshot.width() as usize, headshot.height() as usize);
        let enlarged = Enlarged::new((self.opacity.width, self.opacity.height), (width, height));
        let [red, green, blue] = &self.slopes;
        let maps = [red, green, blue, &self.offset, &self.least, &self.most];
        let colors = [&self.person, &self.behind, background].map(<[Map; 3]>::each_ref);
        let mut rows = [(); 6].map(|()| vec![0.0; width]);
        let mut color_rows = [(); 3].map(|()| [(); 3].map(|()| vec![0.0; width]));
        for (y, pixels) in headshot.pixels_mut().chunks_exact_mut(width).enumerate() {
            for (map, row) in maps.iter().zip(&mut rows) {
                enlarged.row(map, y, row);
            }
            for (map, row) in colors.iter().flatten().zip(color_rows.iter_mut().flatten()) {
                enlarged.row(map, y, row);
            }
            let [red, green, blue, offset, least, most] = &rows;
            let [person, behind, background] = &color_rows;
            for (x, pixel) in pixels.iter_mut().enumerate() {
                let color = pixel.map(|value| f32::from(value) / 255.0);
                let followed = red[x] * color[0] + green[x] * color[1] + blue[x] * color[2] + offset[x];
                let opacity = opacity(followed, least[x], most[x]);
                if opacity < 1.0 {
                    *pixel = std::array::from_fn(|c| {
                        let mixed = opacity * person[c][x] + (1.0 - opacity) * behind[c][x];
                        let own = (person[c][x] + opacity * (color[c] - mixed)).clamp(0.0, 1.0);
                        let value = opacity * own + (1.0 - opacity) * background[c][x];
                        (value * 255.0 + dither(x, y)).clamp(0.0, 255.0) as u8
                    });
                }
            }
        }
    }
}

/// What the network found, without what lies apart; `None` where it cannot be trusted.
fn trusted(found: Map, faces: &[Face], headshot: &Picture) -> Option<Map> {
    let (across, down) =
        (found.width as f32 / headshot.width() as f32, found.height as f32 / headshot.height() as f32);
    // Within so much of the face's square, from its middle: at its corners it shows what is beside the chin.
    let within = |face: &Face, share: f32| {
        let half = share * face.side / 2.0;
        found.mean(
            (face.x - half) * across,
            (face.y - half) * down,
            (face.x + half) * across,
            (face.y + half) * down,
        )
    };
    let (first, others) = faces.split_first()?;
    let start = (
        ((first.x * across).max(0.0) as usize).min(found.width - 1),
        ((first.y * down).max(0.0) as usize).min(found.height - 1),
    );
    let together = together(&found, start);
    let share = |map: &Map| map.values.iter().sum::<f32>() / map.values.len() as f32;
    let (width, height) = (found.width as f32, found.height as f32);
    let corner = |left: f32| together.mean(left * width, 0.0, (left + 0.1) * width, 0.1 * height);
    let is_person = within(first, 0.5) > 0.95
        && (LEAST_SHARE..=MOST_SHARE).contains(&share(&together))
        && together.mean(0.0, height - 1.0, width, height) >= LEAST_BELOW;
    let is_alone = others.iter().all(|other| within(other, 1.0) < NOT)
        && share(&found) - share(&together) <= MOST_APART
        && corner(0.0).max(corner(0.9)) < NOT;
    (is_person && is_alone && outline_width(&together) <= WIDEST_OUTLINE).then_some(together)
}

/// The places that hang together with `start`; the others are 0.
fn together(map: &Map, start: (usize, usize)) -> Map {
    let mut kept = Map { values: vec![0.0; map.values.len()], ..*map };
    let mut next = vec![start];
    while let Some((x, y)) = next.pop() {
        let place = y * map.width + x;
        if map.values[place] < NOT / 2.0 || kept.values[place] > 0.0 {
            continue;
        }
        kept.values[place] = map.values[place];
        next.extend((x > 0).then(|| (x - 1, y)));
        next.extend((y > 0).then(|| (x, y - 1)));
        next.extend((x + 1 < map.width).then_some((x + 1, y)));
        next.extend((y + 1 < map.height).then_some((x, y + 1)));
    }
    kept
}

/// How many places are uncertain for each along the outline.
fn outline_width(map: &Map) -> f32 {
    let uncertain = map.values.iter().filter(|value| (NOT..CERTAIN).contains(value)).count();
    let inside = |x: usize, y: usize| map.values[y * map.width + x] > 0.5;
    let places = (1..map.height).flat_map(|y| (1..map.width).map(move |x| (x, y)));
    let on_outline =
        |(x, y): &(usize, usize)| inside(*x, *y) != inside(x - 1, *y) || inside(*x, *y) != inside(*x, y - 1);
    uncertain as f32 / places.filter(on_outline).count().max(1) as f32
}

/// For each place the linear map from the colors around it to what is near `certainty` there: a guided filter
/// (He, Sun, Tang, ECCV 2010).
fn guided(colors: &[Map; 3], certainty: &Map) -> ([Map; 3], Map) {
    let mean = |map: &Map| map.blurred(RADIUS);
    let means = colors.each_ref().map(mean);
    let mean_certainty = mean(certainty);
    let covariance = |one: &Map, other: &Map, one_mean: &Map, other_mean: &Map| {
        mean(&one.times(other)).with(&one_mean.times(other_mean), |both, each| both - each)
    };
    let along: [Map; 3] =
        std::array::from_fn(|c| covariance(&colors[c], certainty, &means[c], &mean_certainty));
    let [rr, rg, rb, gg, gb, bb] = [(0, 0), (0, 1), (0, 2), (1, 1), (1, 2), (2, 2)]
        .map(|(one, other)| covariance(&colors[one], &colors[other], &means[one], &means[other]));
    let mut slopes = along.clone();
    let mut offset = mean_certainty;
    for n in 0..offset.values.len() {
        let at = |map: &Map| map.values[n];
        let symmetric = [at(&rr), at(&rg), at(&rb), at(&gg), at(&gb), at(&bb)];
        let solved = solve(symmetric, along.each_ref().map(at));
        for (c, slope) in solved.into_iter().enumerate() {
            slopes[c].values[n] = slope;
            offset.values[n] -= slope * means[c].values[n];
        }
    }
    (slopes.map(|map| map.blurred(RADIUS / 2)), offset.blurred(RADIUS / 2))
}

/// The three unknowns of a covariance, its upper half given, and a right side. Cramer's rule: what is added to the
/// diagonal keeps the determinant away from 0.
fn solve([rr, rg, rb, gg, gb, bb]: [f32; 6], [r, g, b]: [f32; 3]) -> [f32; 3] {
    let [rr, gg, bb] = [rr, gg, bb].map(|variance| f64::from(variance.max(0.0) + LEAST_VARIANCE));
    let [rg, rb, gb, r, g, b] = [rg, rb, gb, r, g, b].map(f64::from);
    let (one, two, three) = (gg * bb - gb * gb, rb * gb - rg * bb, rg * gb - rb * gg);
    let determinant = rr * one + rg * two + rb * three;
    let solved = [
        one * r + two * g + three * b,
        two * r + (rr * bb - rb * rb) * g + (rg * rb - rr * gb) * b,
        three * r + (rg * rb - rr * gb) * g + (rr * gg - rg * rg) * b,
    ];
    // A covariance that rounding made impossible says nothing.
    if determinant > 1e-10 { solved.map(|value| (value / determinant) as f32) } else { [0.0; 3] }
}

/// How much of a pixel is the person's.
fn opacity(followed: f32, least: f32, most: f32) -> f32 {
    let ramp = |value: f32, from: f32, to: f32| ((value - from) / (to - from)).clamp(0.0, 1.0);
    ramp(followed, 0.12, 0.88).max(ramp(least, 0.5, 0.95)).min(ramp(most, 0.1, 0.6))
}

/// The mean around each place, weighted; where nothing weighs, the place itself.
fn weighted(channel: &Map, weights: &Map) -> Map {
    let sums = channel.times(weights).blurred(COLORS);
    let weights = weights.blurred(COLORS);
    let values = sums.values.iter().zip(&weights.values).zip(&channel.values);
    let values =
        values.map(|((sum, weight), own)| if *weight > 1e-3 { (sum / weight).min(1.0) } else { *own });
    Map::new(channel.width, channel.height, values.collect())
}

/// What rounds a value up or down, differently for neighbors, so that smooth backgrounds have no steps.
fn dither(x: usize, y: usize) -> f32 {
    const ORDER: [[u8; 4]; 4] = [[0, 8, 2, 10], [12, 4, 14, 6], [3, 11, 1, 9], [15, 7, 13, 5]];
    (f32::from(ORDER[y % 4][x % 4]) + 0.5) / 16.0
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::studio::testing::noise;

    /// A disk of places that are certain, before the others.
    fn disk(width: usize, height: usize, radius: f32) -> Map {
        let inside = |n: usize| {
            let (x, y) = ((n % width) as f32 - width as f32 / 2.0, (n / width) as f32 - height as f32 / 2.0);
            if x.hypot(y) < radius { 1.0 } else { 0.0 }
        };
        Map::new(width, height, (0..width * height).map(inside).collect())
    }

    #[test]
    fn the_unknowns_of_a_covariance_are_found() {
        let [r, g, b] = solve([4.0, 1.0, 0.5, 3.0, -0.5, 2.0], [5.0, 2.0, 3.5]);
        let right = [4.0 * r + g + 0.5 * b, r + 3.0 * g - 0.5 * b, 0.5 * r - 0.5 * g + 2.0 * b];
        assert!(
            right.iter().zip([5.0, 2.0, 3.5]).all(|(one, other)| (one - other).abs() < 0.01),
            "{right:?}"
        );
        assert_eq!(solve([0.0; 6], [0.0; 3]), [0.0; 3]);
    }

    #[test]
    fn what_lies_apart_is_left_out() {
        let mut map = disk(40, 50, 10.0);
        map.values[0] = 1.0;
        assert_eq!(together(&map, (20, 25)), disk(40, 50, 10.0));
        assert_eq!(together(&map, (39, 0)).values, vec![0.0; 2000]);
    }

    #[test]
    fn a_sharp_outline_is_narrow_and_a_blurred_one_wide() {
        let sharp = disk(256, 320, 80.0);
        assert!(outline_width(&sharp) < 0.01);
        assert!((2.0..WIDEST_OUTLINE).contains(&outline_width(&sharp.blurred(2))));
        assert!(outline_width(&sharp.blurred(12)) > WIDEST_OUTLINE);
    }

    /// H4: a red disk before a green wall gets a blue wall, and nothing of the green stays on its edge.
    #[test]
    fn the_outline_loses_the_color_behind_it() {
        let (width, height) = (512, 640);
        let certainty = disk(256, 320, 80.0).blurred(2);
        let large = disk(width, height, 160.0).blurred(1);
        let mix = |share: &f32| [200.0 * share, 160.0 * (1.0 - share), 0.0].map(|value| value as u8);
        let rgb = large.values.iter().flat_map(mix).collect();
        let mut picture = Picture::new(width as u32, height as u32, rgb);
        let cutout = Cutout::along(&picture, &certainty);
        let flat = |value: f32| Map { values: vec![value; 256 * 320], ..certainty };
        cutout.put_before(&mut picture, &[flat(0.0), flat(0.0), flat(0.8)]);
        let greenest = picture.pixels().iter().map(|[_, green, _]| *green).max().unwrap();
        assert!(greenest < 40, "{greenest}");
        assert_eq!(picture.pixels()[0], [0, 0, 204]);
        assert_eq!(picture.pixels()[320 * width + 256], [200, 0, 0]);
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(12))]

        /// QUALITY 11
        #[test]
        fn headshots_of_every_shape_are_cut_out(width in 1u32..300, height in 1u32..400, radius in 0.0f32..200.0) {
            let mut picture = noise(width, height);
            let places = (width.min(256) as usize, height.min(320) as usize);
            let cutout = Cutout::along(&picture, &disk(places.0, places.1, radius));
            let background = cutout.blurred_background();
            prop_assert!(background.iter().flat_map(|map| &map.values).all(|value| (-0.01..1.01).contains(value)));
            cutout.put_before(&mut picture, &background);
        }
    }
}
