//! The layers that the networks of this room are made of, computed with `ndarray`, and the numbers in their files.
//!
//! Every array has one size, whatever the picture: what a stranger sends decides on values and never on where
//! something is read or written.

use ndarray::{Array1, Array2, Axis, linalg::general_mat_mul};

/// A linear map from one place's channels to others.
pub(super) struct Mix {
    weights: Array2<f32>,
    bias: Array1<f32>,
}

/// A convolution of each channel by itself, over a square of `size` × `size` places.
pub(super) struct Depthwise {
    size: usize,
    step: Step,
    weights: Vec<f32>,
    bias: Vec<f32>,
}

/// At which places a convolution is computed.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Step {
    Every,
    /// Every second one of every second row, which halves the sides.
    Second,
}

/// A square of places with so many values each.
#[derive(Clone)]
pub(super) struct Values {
    pub(super) side: usize,
    values: Array2<f32>,
}

impl Mix {
    pub(super) fn of(&self, values: &Values) -> Values {
        let shape = (values.values.nrows(), self.bias.len());
        let mut mixed = self.bias.broadcast(shape).expect("a bias for each column").to_owned();
        general_mat_mul(1.0, &values.values, &self.weights, 1.0, &mut mixed);
        Values { side: values.side, values: mixed }
    }
}

impl Step {
    const fn length(self) -> usize {
        match self {
            Self::Every => 1,
            Self::Second => 2,
        }
    }

    /// How many places of a square of this size lie before the middle one. What is left over lies at the end.
    const fn before(self, size: usize) -> usize {
        (size - self.length()) / 2
    }
}

impl Depthwise {
    /// Each value from its channel's values around it; what lies outside counts as 0.
    pub(super) fn of(&self, values: &Values) -> Values {
        let (step, before) = (self.step.length(), self.step.before(self.size));
        let (channels, side) = (self.bias.len(), values.side / step);
        let input = values.as_slice();
        let mut output = Vec::with_capacity(side * side * channels);
        for (y, x) in (0..side).flat_map(|y| (0..side).map(move |x| (y, x))) {
            let start = output.len();
            output.extend_from_slice(&self.bias);
            for (number, weights) in self.weights.chunks_exact(channels).enumerate() {
                let (y, x) = (
                    (y * step + number / self.size).wrapping_sub(before),
                    (x * step + number % self.size).wrapping_sub(before),
                );
                if y < values.side && x < values.side {
                    let place = &input[(y * values.side + x) * channels..][..channels];
                    add_products(&mut output[start..], place, weights);
                }
            }
        }
        Values::new(side, channels, output)
    }
}

/// Adds each value times its weight. All are equally many. By number: what is not optimized, as in the tests, takes
/// ten times as long with iterators, and nothing else in here is done so often.
fn add_products(sums: &mut [f32], values: &[f32], weights: &[f32]) {
    let (values, weights) = (&values[..sums.len()], &weights[..sums.len()]);
    let mut n = 0;
    while n < sums.len() {
        sums[n] += values[n] * weights[n];
        n += 1;
    }
}

impl Values {
    /// `values` lie by row and column, then channel.
    pub(super) fn new(side: usize, channels: usize, values: Vec<f32>) -> Self {
        let values = Array2::from_shape_vec((side * side, channels), values);
        Self { side, values: values.expect("channels for each place") }
    }

    pub(super) fn channels(&self) -> usize {
        self.values.ncols()
    }

    pub(super) fn as_slice(&self) -> &[f32] {
        self.values.as_slice().expect("rows lie one behind the other")
    }

    pub(super) fn as_mut_slice(&mut self) -> &mut [f32] {
        self.values.as_slice_mut().expect("rows lie one behind the other")
    }

    /// Each value by itself.
    pub(super) fn map(mut self, curve: impl Fn(f32) -> f32) -> Self {
        self.values.mapv_inplace(curve);
        self
    }

    /// What is negative becomes 0.
    pub(super) fn positive(self) -> Self {
        self.map(|value| value.max(0.0))
    }

    /// Adds what has as many channels or fewer.
    pub(super) fn plus(mut self, other: &Self) -> Self {
        let (most, channels) = (self.channels(), other.channels());
        for (sums, values) in
            self.as_mut_slice().chunks_exact_mut(most).zip(other.as_slice().chunks_exact(channels))
        {
            for (sum, value) in sums.iter_mut().zip(values) {
                *sum += value;
            }
        }
        self
    }

    /// Every place's values times those of the only place in `factors`.
    pub(super) fn times(mut self, factors: &Self) -> Self {
        self.values *= &factors.values.row(0);
        self
    }

    /// The mean of all places, as the only place.
    pub(super) fn mean(&self) -> Self {
        let mean = self.values.mean_axis(Axis(0)).expect("there are places");
        Self { side: 1, values: mean.insert_axis(Axis(0)) }
    }

    /// The square of `size` × `size` places around every second place of every second row; 0 outside.
    pub(super) fn patches(&self, size: usize) -> Self {
        let (side, channels, before) = (self.side / 2, self.channels(), Step::Second.before(size));
        let input = self.as_slice();
        let mut patches = Vec::with_capacity(side * side * size * size * channels);
        for (y, x) in (0..side).flat_map(|y| (0..side).map(move |x| (y, x))) {
            for (dy, dx) in (0..size).flat_map(|dy| (0..size).map(move |dx| (dy, dx))) {
                let (y, x) = ((2 * y + dy).wrapping_sub(before), (2 * x + dx).wrapping_sub(before));
                if y < self.side && x < self.side {
                    patches.extend_from_slice(&input[(y * self.side + x) * channels..][..channels]);
                } else {
                    patches.resize(patches.len() + channels, 0.0);
                }
            }
        }
        Self::new(side, size * size * channels, patches)
    }

    /// The largest of each four values that make a square.
    pub(super) fn pooled(&self) -> Self {
        let (side, channels, input) = (self.side / 2, self.channels(), self.as_slice());
        let mut output = Vec::with_capacity(side * side * channels);
        for (y, x) in (0..side).flat_map(|y| (0..side).map(move |x| (y, x))) {
            let place = |dy, dx| &input[((2 * y + dy) * self.side + 2 * x + dx) * channels..][..channels];
            let (one, right, below, both) = (place(0, 0), place(0, 1), place(1, 0), place(1, 1));
            output.extend((0..channels).map(|c| one[c].max(right[c]).max(below[c]).max(both[c])));
        }
        Self::new(side, channels, output)
    }

    /// Twice as many places on each side, the new ones between those that are there.
    pub(super) fn doubled(&self) -> Self {
        let (side, channels, input) = (2 * self.side, self.channels(), self.as_slice());
        // A new place lies a quarter of the way to the next or to the last old one.
        let between = |n: usize| {
            let near = n / 2;
            let far =
                if n.is_multiple_of(2) { near.saturating_sub(1) } else { (near + 1).min(self.side - 1) };
            (near, far)
        };
        let mut output = Vec::with_capacity(side * side * channels);
        for (y, x) in (0..side).flat_map(|y| (0..side).map(move |x| (y, x))) {
            let ((y, far_y), (x, far_x)) = (between(y), between(x));
            let place = |y: usize, x: usize| &input[(y * self.side + x) * channels..][..channels];
            let (one, beside, below, both) =
                (place(y, x), place(y, far_x), place(far_y, x), place(far_y, far_x));
            output.extend((0..channels).map(|c| {
                0.75 * (0.75 * one[c] + 0.25 * beside[c]) + 0.25 * (0.75 * below[c] + 0.25 * both[c])
            }));
        }
        Self::new(side, channels, output)
    }
}

/// A network's numbers as they lie in its file: 16-bit floats, the weights of each layer before its bias.
pub(super) struct Numbers(pub(super) &'static [u8]);

impl Numbers {
    pub(super) fn take(&mut self, count: usize) -> Vec<f32> {
        let (taken, left) = self.0.split_at(2 * count);
        self.0 = left;
        taken.as_chunks().0.iter().map(|bytes| half(u16::from_le_bytes(*bytes))).collect()
    }

    pub(super) fn mix(&mut self, from: usize, to: usize) -> Mix {
        let weights = Array2::from_shape_vec((from, to), self.take(from * to));
        Mix { weights: weights.expect("a weight for each pair"), bias: self.take(to).into() }
    }

    pub(super) fn depthwise(&mut self, size: usize, step: Step, channels: usize) -> Depthwise {
        Depthwise { size, step, weights: self.take(size * size * channels), bias: self.take(channels) }
    }
}

/// A 16-bit float (IEEE 754 binary16); there are none in the files that are no numbers.
fn half(bits: u16) -> f32 {
    let (exponent, fraction) = (i32::from(bits >> 10 & 31), f32::from(bits & 1023) / 1024.0);
    let size =
        if exponent == 0 { fraction * 2f32.powi(-14) } else { (1.0 + fraction) * 2f32.powi(exponent - 15) };
    if bits >> 15 == 0 { size } else { -size }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn doubling_keeps_what_is_even_and_fills_in_what_is_between() {
        let even = Values::new(2, 1, vec![3.0; 4]).doubled();
        assert!(even.side == 4 && even.as_slice().iter().all(|value| *value == 3.0));
        let rising = Values::new(2, 1, vec![0.0, 4.0, 0.0, 4.0]).doubled();
        assert_eq!(rising.as_slice()[..4], [0.0, 1.0, 3.0, 4.0]);
    }

    #[test]
    fn a_file_of_halves_is_read_as_it_was_written() {
        for (bits, value) in [(0x3c00, 1.0), (0xc000, -2.0), (0x0001, 2f32.powi(-24)), (0x7bff, 65_504.0)] {
            assert_eq!(half(bits), value);
        }
    }
}
