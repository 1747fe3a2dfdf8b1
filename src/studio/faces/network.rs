//! BlazeFace for faces at up to two meters: what it computes, as published (arXiv:1907.05047), and its numbers.
//!
//! Every array has one size, whatever the picture: what a stranger sends decides on values and never on where
//! something is read or written.

use std::sync::LazyLock;

use ndarray::{Array1, Array2, linalg::general_mat_mul};

/// Pixels on each side of the picture that the network sees.
pub(super) const SIDE: usize = 128;

/// A place that the network takes for a face, in pixels of its picture.
#[derive(Clone, Copy, Debug)]
pub(super) struct Found {
    pub(super) x: f32,
    pub(super) y: f32,
    pub(super) side: f32,
    /// 0 to 1.
    pub(super) certainty: f32,
}

/// How many channels each block has, and whether it halves the sides. The first block takes [`FIRST`].
const BLOCKS: [(usize, Step); 16] = [
    (24, Step::Every),
    (28, Step::Every),
    (32, Step::Second),
    (36, Step::Every),
    (42, Step::Every),
    (48, Step::Second),
    (56, Step::Every),
    (64, Step::Every),
    (72, Step::Every),
    (80, Step::Every),
    (88, Step::Every),
    (96, Step::Second),
    (96, Step::Every),
    (96, Step::Every),
    (96, Step::Every),
    (96, Step::Every),
];

/// Channels behind the first convolution.
const FIRST: usize = 24;

/// The block after which faces are looked for at 16 × 16 places, two at each; behind the last it is 8 × 8, six at each.
const FINE: usize = 10;
const FINE_GUESSES: usize = 2;
const COARSE_GUESSES: usize = 6;

/// What is said of one guess: the middle, width and height of a face, and six points in it that nobody asks for.
const GUESS: usize = 16;

#[derive(Clone, Copy, PartialEq, Eq)]
enum Step {
    Every,
    Second,
}

/// Looks at a picture of [`SIDE`] × [`SIDE`] pixels.
pub(super) fn run(pixels: &[[u8; 3]]) -> Vec<Found> {
    static NETWORK: LazyLock<Network> = LazyLock::new(Network::read);
    NETWORK.run(pixels)
}

struct Network {
    first: Mix,
    blocks: Vec<Block>,
    fine: Head,
    coarse: Head,
}

/// A depthwise convolution of 3 × 3, and a pointwise one.
struct Block {
    step: Step,
    weights: Vec<f32>,
    bias: Vec<f32>,
    mix: Mix,
}

/// A linear map from one place's channels to others.
struct Mix {
    weights: Array2<f32>,
    bias: Array1<f32>,
}

/// What becomes guesses.
struct Head {
    certainty: Mix,
    place: Mix,
}

/// A square of places with so many values each.
struct Values {
    side: usize,
    values: Array2<f32>,
}

impl Network {
    fn read() -> Self {
        let mut numbers = Numbers(include_bytes!("blazeface.bin"));
        let first = numbers.mix(5 * 5 * 3, FIRST);
        let mut from = FIRST;
        let blocks = BLOCKS.map(|(to, step)| {
            let block = Block {
                step,
                weights: numbers.take(9 * from),
                bias: numbers.take(from),
                mix: numbers.mix(from, to),
            };
            from = to;
            block
        });
        let (fine, coarse) = (BLOCKS[FINE].0, from);
        let [certainty_fine, certainty_coarse, place_fine, place_coarse] = [
            (fine, FINE_GUESSES),
            (coarse, COARSE_GUESSES),
            (fine, FINE_GUESSES * GUESS),
            (coarse, COARSE_GUESSES * GUESS),
        ]
        .map(|(from, to)| numbers.mix(from, to));
        Self {
            first,
            blocks: blocks.into(),
            fine: Head { certainty: certainty_fine, place: place_fine },
            coarse: Head { certainty: certainty_coarse, place: place_coarse },
        }
    }

    fn run(&self, pixels: &[[u8; 3]]) -> Vec<Found> {
        let mut values = self.first.of(&patches(pixels)).positive();
        let mut found = Vec::new();
        for (number, block) in self.blocks.iter().enumerate() {
            values = block.of(&values);
            if number == FINE {
                found = self.fine.guesses(&values);
            }
        }
        found.extend(self.coarse.guesses(&values));
        found
    }
}

/// The patch of 5 × 5 pixels around every second pixel of every second row, from −1 to 1; 0 outside the picture.
fn patches(pixels: &[[u8; 3]]) -> Values {
    let side = SIDE / 2;
    let mut patches = Vec::with_capacity(side * side * 75);
    for (y, x) in (0..side).flat_map(|y| (0..side).map(move |x| (y, x))) {
        for (dy, dx) in (0..5).flat_map(|dy| (0..5).map(move |dx| (dy, dx))) {
            // One pixel before and two behind: what is left over lies at the end.
            let (y, x) = ((2 * y + dy).wrapping_sub(1), (2 * x + dx).wrapping_sub(1));
            let inside = y < SIDE && x < SIDE;
            let pixel = if inside {
                pixels[y * SIDE + x].map(|value| f32::from(value) / 127.5 - 1.0)
            } else {
                [0.0; 3]
            };
            patches.extend(pixel);
        }
    }
    Values::new(side, 75, patches)
}

impl Block {
    fn of(&self, values: &Values) -> Values {
        let mixed = self.mix.of(&self.depthwise(values));
        let kept = match self.step {
            Step::Every => None,
            Step::Second => Some(values.pooled()),
        };
        mixed.plus(kept.as_ref().unwrap_or(values)).positive()
    }

    /// Each value from its channel's nine values around it; what lies outside counts as 0.
    fn depthwise(&self, values: &Values) -> Values {
        let (step, before) = match self.step {
            Step::Every => (1, 1),
            Step::Second => (2, 0),
        };
        let (channels, side) = (self.bias.len(), values.side / step);
        let input = values.as_slice();
        let mut output = Vec::with_capacity(side * side * channels);
        for (y, x) in (0..side).flat_map(|y| (0..side).map(move |x| (y, x))) {
            let start = output.len();
            output.extend_from_slice(&self.bias);
            for (number, weights) in self.weights.chunks_exact(channels).enumerate() {
                let (y, x) = (
                    (y * step + number / 3).wrapping_sub(before),
                    (x * step + number % 3).wrapping_sub(before),
                );
                if y < values.side && x < values.side {
                    let place = &input[(y * values.side + x) * channels..][..channels];
                    for ((sum, value), weight) in output[start..].iter_mut().zip(place).zip(weights) {
                        *sum += value * weight;
                    }
                }
            }
        }
        Values::new(side, channels, output)
    }
}

impl Mix {
    fn of(&self, values: &Values) -> Values {
        let shape = (values.values.nrows(), self.bias.len());
        let mut mixed = self.bias.broadcast(shape).expect("a bias for each column").to_owned();
        general_mat_mul(1.0, &values.values, &self.weights, 1.0, &mut mixed);
        Values { side: values.side, values: mixed }
    }
}

impl Head {
    /// What is found around the middle of each place.
    fn guesses(&self, values: &Values) -> Vec<Found> {
        let pixels = (SIDE / values.side) as f32;
        let (certainties, places) = (self.certainty.of(values), self.place.of(values));
        let at_each = certainties.values.ncols();
        let guesses = certainties.as_slice().iter().zip(places.as_slice().chunks_exact(GUESS)).enumerate();
        guesses
            .map(|(number, (certainty, guess))| {
                let place = number / at_each;
                let (column, row) = ((place % values.side) as f32, (place / values.side) as f32);
                Found {
                    x: guess[0] + (column + 0.5) * pixels,
                    y: guess[1] + (row + 0.5) * pixels,
                    side: guess[2].max(guess[3]),
                    certainty: 1.0 / (1.0 + (-certainty).exp()),
                }
            })
            .collect()
    }
}

impl Values {
    fn new(side: usize, channels: usize, values: Vec<f32>) -> Self {
        let values = Array2::from_shape_vec((side * side, channels), values);
        Self { side, values: values.expect("channels for each place") }
    }

    fn as_slice(&self) -> &[f32] {
        self.values.as_slice().expect("rows lie one behind the other")
    }

    /// What is negative becomes 0.
    fn positive(mut self) -> Self {
        self.values.mapv_inplace(|value| value.max(0.0));
        self
    }

    /// Adds what has as many channels or fewer.
    fn plus(mut self, other: &Self) -> Self {
        let (most, channels) = (self.values.ncols(), other.values.ncols());
        let mine = self.values.as_slice_mut().expect("rows lie one behind the other");
        for (sums, values) in mine.chunks_exact_mut(most).zip(other.as_slice().chunks_exact(channels)) {
            for (sum, value) in sums.iter_mut().zip(values) {
                *sum += value;
            }
        }
        self
    }

    /// The largest of each four values that make a square.
    fn pooled(&self) -> Self {
        let (side, channels, input) = (self.side / 2, self.values.ncols(), self.as_slice());
        let mut output = Vec::with_capacity(side * side * channels);
        for (y, x) in (0..side).flat_map(|y| (0..side).map(move |x| (y, x))) {
            let place = |dy, dx| &input[((2 * y + dy) * self.side + 2 * x + dx) * channels..][..channels];
            let (one, right, below, both) = (place(0, 0), place(0, 1), place(1, 0), place(1, 1));
            output.extend((0..channels).map(|c| one[c].max(right[c]).max(below[c]).max(both[c])));
        }
        Self::new(side, channels, output)
    }
}

/// The network's numbers as they lie in the file: 16-bit floats, the weights of each layer before its bias.
struct Numbers(&'static [u8]);

impl Numbers {
    fn take(&mut self, count: usize) -> Vec<f32> {
        let (taken, left) = self.0.split_at(2 * count);
        self.0 = left;
        taken.as_chunks().0.iter().map(|bytes| half(u16::from_le_bytes(*bytes))).collect()
    }

    fn mix(&mut self, from: usize, to: usize) -> Mix {
        let weights = Array2::from_shape_vec((from, to), self.take(from * to));
        Mix { weights: weights.expect("a weight for each pair"), bias: self.take(to).into() }
    }
}

/// A 16-bit float (IEEE 754 binary16); there are none in the file that are no numbers.
fn half(bits: u16) -> f32 {
    let (exponent, fraction) = (i32::from(bits >> 10 & 31), f32::from(bits & 1023) / 1024.0);
    let size =
        if exponent == 0 { fraction * 2f32.powi(-14) } else { (1.0 + fraction) * 2f32.powi(exponent - 15) };
    if bits >> 15 == 0 { size } else { -size }
}
