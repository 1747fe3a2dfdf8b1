//! BlazeFace for faces at up to two meters: what it computes, as published (arXiv:1907.05047), and its numbers.

use std::sync::LazyLock;

use crate::studio::layers::{Depthwise, Mix, Numbers, Step, Values};

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
    depthwise: Depthwise,
    mix: Mix,
}

/// What becomes guesses.
struct Head {
    certainty: Mix,
    place: Mix,
}

impl Network {
    fn read() -> Self {
        let mut numbers = Numbers(include_bytes!("blazeface.bin"));
        let first = numbers.mix(5 * 5 * 3, FIRST);
        let mut from = FIRST;
        let blocks = BLOCKS.map(|(to, step)| {
            let block =
                Block { step, depthwise: numbers.depthwise(3, step, from), mix: numbers.mix(from, to) };
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
        // From −1 to 1.
        let channels = pixels.iter().flatten().map(|value| f32::from(*value) / 127.5 - 1.0);
        let picture = Values::new(SIDE, 3, channels.collect());
        let mut values = self.first.of(&picture.patches(5)).positive();
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

impl Block {
    fn of(&self, values: &Values) -> Values {
        let mixed = self.mix.of(&self.depthwise.of(values));
        let kept = match self.step {
            Step::Every => None,
            Step::Second => Some(values.pooled()),
        };
        mixed.plus(kept.as_ref().unwrap_or(values)).positive()
    }
}

impl Head {
    /// What is found around the middle of each place.
    fn guesses(&self, values: &Values) -> Vec<Found> {
        let pixels = (SIDE / values.side) as f32;
        let (certainties, places) = (self.certainty.of(values), self.place.of(values));
        let at_each = certainties.channels();
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
