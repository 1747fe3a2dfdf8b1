//! Small maps of numbers over a picture, one for each place, and what is computed of them: means, enlarging.

use super::picture::Picture;

/// A number for each place, row by row.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Map {
    pub(super) width: usize,
    pub(super) height: usize,
    pub(super) values: Vec<f32>,
}

impl Map {
    pub(super) fn new(width: usize, height: usize, values: Vec<f32>) -> Self {
        assert!(width > 0 && height > 0, "a map has places");
        assert_eq!(values.len(), width * height, "a number for each place");
        Self { width, height, values }
    }

    /// Red, green and blue of a picture, 0 to 1.
    pub(super) fn channels(picture: &Picture) -> [Self; 3] {
        let (width, height) = (picture.width() as usize, picture.height() as usize);
        std::array::from_fn(|channel| {
            let values = picture.pixels().iter().map(|pixel| f32::from(pixel[channel]) / 255.0);
            Self::new(width, height, values.collect())
        })
    }

    /// Each number by itself.
    pub(super) fn map(&self, change: impl Fn(f32) -> f32) -> Self {
        Self { values: self.values.iter().map(|value| change(*value)).collect(), ..*self }
    }

    /// Each number with that of another map at its place.
    pub(super) fn with(&self, other: &Self, change: impl Fn(f32, f32) -> f32) -> Self {
        let pairs = self.values.iter().zip(&other.values);
        Self { values: pairs.map(|(one, other)| change(*one, *other)).collect(), ..*self }
    }

    pub(super) fn times(&self, other: &Self) -> Self {
        self.with(other, |one, other| one * other)
    }

    /// The mean of each place and those up to `radius` beside, above and below it that lie inside.
    pub(super) fn blurred(&self, radius: usize) -> Self {
        let across = self.rows_blurred(radius);
        across.turned().rows_blurred(radius).turned()
    }

    fn rows_blurred(&self, radius: usize) -> Self {
        let mut values = Vec::with_capacity(self.values.len());
        let mut sums = Vec::with_capacity(self.width + 1);
        for row in self.values.chunks_exact(self.width) {
            sums.clear();
            sums.push(0.0);
            let mut sum = 0.0;
            sums.extend(row.iter().map(|value| {
                sum += f64::from(*value);
                sum
            }));
            values.extend((0..self.width).map(|x| {
                let (from, to) = (x.saturating_sub(radius), (x + radius + 1).min(self.width));
                ((sums[to] - sums[from]) / (to - from) as f64) as f32
            }));
        }
        Self { values, ..*self }
    }

    /// The least or the greatest of each place and those up to `radius` around it, as `choose` has it.
    pub(super) fn extreme(&self, radius: usize, choose: impl Fn(f32, f32) -> f32 + Copy) -> Self {
        let rows = |map: &Self| {
            let row = |row: &[f32]| -> Vec<f32> {
                let around = |x: usize| x.saturating_sub(radius)..(x + radius + 1).min(row.len());
                (0..row.len()).map(|x| row[around(x)].iter().copied().fold(row[x], choose)).collect()
            };
            Self { values: map.values.chunks_exact(map.width).flat_map(row).collect(), ..*map }
        };
        rows(&rows(self).turned()).turned()
    }

    /// Mirrored along its diagonal: rows become columns.
    fn turned(&self) -> Self {
        let column = |x| (0..self.height).map(move |y| y * self.width + x);
        let values = (0..self.width).flat_map(column).map(|place| self.values[place]).collect();
        Self { width: self.height, height: self.width, values }
    }

    /// Left and right changed.
    pub(super) fn mirrored(&self) -> Self {
        let rows = self.values.chunks_exact(self.width);
        Self { values: rows.flat_map(|row| row.iter().rev().copied()).collect(), ..*self }
    }

    /// The same with so many places, read in between where there are more, and not averaged where there are fewer.
    pub(super) fn resized(&self, width: usize, height: usize) -> Self {
        let enlarged = Enlarged::new((self.width, self.height), (width, height));
        let mut row = vec![0.0; width];
        let mut values = Vec::with_capacity(width * height);
        for y in 0..height {
            enlarged.row(self, y, &mut row);
            values.extend_from_slice(&row);
        }
        Self::new(width, height, values)
    }

    /// The mean over a rectangle, cut at the edges; 0 where it lies outside.
    pub(super) fn mean(&self, left: f32, top: f32, right: f32, bottom: f32) -> f32 {
        let within = |value: f32, end: usize| (value.max(0.0).round() as usize).min(end);
        let columns = within(left, self.width)..within(right, self.width);
        let rows = within(top, self.height)..within(bottom, self.height);
        let count = columns.len() * rows.len();
        let row = |y: usize| &self.values[y * self.width..][columns.clone()];
        let sum: f32 = rows.map(|y| row(y).iter().sum::<f32>()).sum();
        if count == 0 { 0.0 } else { sum / count as f32 }
    }
}

/// Reads maps of one size as if they had another, row by row.
pub(super) struct Enlarged {
    columns: Vec<Between>,
    rows: Vec<Between>,
}

/// Two neighbors, and how much of the second.
#[derive(Clone, Copy)]
struct Between(usize, usize, f32);

impl Enlarged {
    pub(super) fn new(from: (usize, usize), to: (usize, usize)) -> Self {
        let line = |from: usize, to: usize| {
            let between = |n: usize| {
                let at = ((n as f32 + 0.5) * from as f32 / to as f32 - 0.5).clamp(0.0, (from - 1) as f32);
                let first = at as usize;
                Between(first, (first + 1).min(from - 1), at - first as f32)
            };
            (0..to).map(between).collect()
        };
        Self { columns: line(from.0, to.0), rows: line(from.1, to.1) }
    }

    /// Row `y` of what `map` becomes.
    pub(super) fn row(&self, map: &Map, y: usize, row: &mut [f32]) {
        let Between(above, below, share) = self.rows[y];
        let [above, below] = [above, below].map(|y| &map.values[y * map.width..][..map.width]);
        let at = |x: usize| above[x] + share * (below[x] - above[x]);
        for (value, Between(left, right, share)) in row.iter_mut().zip(&self.columns) {
            let left = at(*left);
            *value = left + share * (at(*right) - left);
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn numbered(width: usize, height: usize) -> Map {
        Map::new(width, height, (0..width * height).map(|n| n as f32).collect())
    }

    #[test]
    fn a_blurred_place_is_the_mean_of_those_around_it() {
        let map = numbered(3, 3).blurred(1);
        assert_eq!(map.values, [2.0, 2.5, 3.0, 3.5, 4.0, 4.5, 5.0, 5.5, 6.0]);
    }

    #[test]
    fn the_least_and_the_greatest_around_are_found() {
        let map = numbered(3, 2);
        assert_eq!(map.extreme(1, f32::min).values, [0.0, 0.0, 1.0, 0.0, 0.0, 1.0]);
        assert_eq!(map.extreme(1, f32::max).values, [4.0, 5.0, 5.0, 4.0, 5.0, 5.0]);
    }

    #[test]
    fn a_larger_map_lies_between_the_places_of_the_smaller() {
        assert_eq!(numbered(2, 1).resized(4, 2).values, [0.0, 0.25, 0.75, 1.0, 0.0, 0.25, 0.75, 1.0]);
        assert_eq!(numbered(3, 1).mirrored().values, [2.0, 1.0, 0.0]);
    }

    proptest! {
        /// QUALITY 11
        #[test]
        fn maps_of_every_shape_stay_within_their_bounds(
            width in 1usize..40, height in 1usize..40, radius in 0usize..60, to in (1usize..60, 1usize..60),
        ) {
            let map = numbered(width, height);
            let most = (width * height) as f32;
            for map in [map.blurred(radius), map.extreme(radius, f32::max), map.resized(to.0, to.1)] {
                prop_assert!(map.values.iter().all(|value| (0.0..most).contains(value)));
            }
            prop_assert_eq!(map.resized(width, height), map);
        }
    }
}
