//! MediaPipe's network for selfies: what it computes, a MobileNetV3 (arXiv:1905.02244) whose coarse result is made
//! finer by what was seen before, and its numbers.

use std::sync::LazyLock;

use crate::studio::layers::{Depthwise, Mix, Numbers, Step, Values};

/// Pixels on each side of the picture that the network sees.
pub(super) const SIDE: usize = 256;

/// How certain it is for each pixel of a picture of [`SIDE`] × [`SIDE`] that it shows a person: 0 to 1.
pub(super) fn run(pixels: &[[f32; 3]]) -> Vec<f32> {
    static NETWORK: LazyLock<Network> = LazyLock::new(Network::read);
    NETWORK.run(pixels)
}

/// Channels behind the first convolution.
const FIRST: usize = 16;

/// The blocks on the way down. Those that keep the size of what they are given add to it.
const BLOCKS: [Shape; 8] = [
    Shape { wide: 16, to: 16, size: 3, step: Step::Second, gate: Some(8), curve: Curve::Positive },
    Shape { wide: 72, to: 24, size: 3, step: Step::Second, gate: None, curve: Curve::Positive },
    Shape { wide: 88, to: 24, size: 3, step: Step::Every, gate: None, curve: Curve::Positive },
    Shape { wide: 96, to: 32, size: 5, step: Step::Second, gate: Some(24), curve: Curve::HardSwish },
    Shape { wide: 128, to: 32, size: 5, step: Step::Every, gate: Some(32), curve: Curve::HardSwish },
    Shape { wide: 128, to: 32, size: 5, step: Step::Every, gate: Some(32), curve: Curve::HardSwish },
    Shape { wide: 96, to: 32, size: 5, step: Step::Every, gate: Some(24), curve: Curve::HardSwish },
    Shape { wide: 96, to: 32, size: 5, step: Step::Every, gate: Some(24), curve: Curve::HardSwish },
];

/// The blocks after which a result is kept for the way back up; the one of the first convolution is kept as well.
const KEPT: [usize; 2] = [0, 2];

/// Channels at the lowest, and of each step on the way back up.
const DEEPEST: usize = 128;
const UP: [usize; 3] = [24, 16, 16];

struct Shape {
    wide: usize,
    to: usize,
    size: usize,
    step: Step,
    /// Channels of the gate's narrow layer.
    gate: Option<usize>,
    curve: Curve,
}

#[derive(Clone, Copy)]
enum Curve {
    Positive,
    HardSwish,
}

struct Network {
    first: Mix,
    blocks: Vec<Block>,
    deepest: Mix,
    deepest_gate: Mix,
    up: Vec<Finer>,
    /// From one place to its four pixels.
    last: Vec<f32>,
    last_bias: f32,
}

/// Wide, convolved, weighed and narrow again.
struct Block {
    curve: Curve,
    step: Step,
    widen: Mix,
    depthwise: Depthwise,
    gate: Option<Gate>,
    narrow: Mix,
}

/// How much each channel counts, by its mean.
struct Gate {
    narrow: Mix,
    widen: Mix,
}

/// A step on the way back up.
struct Finer {
    mix: Mix,
    gate: Gate,
    after: Mix,
    depthwise: Depthwise,
}

impl Network {
    fn read() -> Self {
        let mut numbers = Numbers(include_bytes!("selfie.bin"));
        let first = numbers.mix(3 * 3 * 3, FIRST);
        let mut from = FIRST;
        let blocks = BLOCKS.map(|shape| {
            let Shape { wide, to, size, step, gate, curve } = shape;
            let widen = numbers.mix(from, wide);
            let depthwise = numbers.depthwise(size, step, wide);
            let gate = gate.map(|channels| numbers.gate(wide, channels));
            from = to;
            Block { curve, step, widen, depthwise, gate, narrow: numbers.mix(wide, to) }
        });
        let [deepest, deepest_gate] = [(); 2].map(|()| numbers.mix(from, DEEPEST));
        from = DEEPEST;
        let up = UP.map(|to| {
            let mix = numbers.mix(from, to);
            from = to;
            let gate = numbers.gate(to, to);
            Finer { mix, gate, after: numbers.mix(to, to), depthwise: numbers.depthwise(3, Step::Every, to) }
        });
        let last = numbers.take(4 * from);
        let last_bias = numbers.take(1)[0];
        Self { first, blocks: blocks.into(), deepest, deepest_gate, up: up.into(), last, last_bias }
    }

    fn run(&self, pixels: &[[f32; 3]]) -> Vec<f32> {
        let picture = Values::new(SIDE, 3, pixels.as_flattened().to_vec());
        let mut values = Curve::HardSwish.of(self.first.of(&picture.patches(3)));
        let mut kept = vec![values.clone()];
        for (number, block) in self.blocks.iter().enumerate() {
            values = block.of(&values);
            if KEPT.contains(&number) {
                kept.push(values.clone());
            }
        }
        let gate = self.deepest_gate.of(&values.mean()).map(sigmoid);
        values = self.deepest.of(&values).positive().times(&gate);
        for (finer, kept) in self.up.iter().zip(kept.into_iter().rev()) {
            values = finer.of(&values.doubled(), kept);
        }
        self.pixels(&values)
    }

    /// Four pixels of each place.
    fn pixels(&self, values: &Values) -> Vec<f32> {
        let channels = values.channels();
        let mut pixels = vec![0.0; SIDE * SIDE];
        for (number, place) in values.as_slice().chunks_exact(channels).enumerate() {
            let (x, y) = (number % values.side * 2, number / values.side * 2);
            for (corner, weights) in self.last.chunks_exact(channels).enumerate() {
                let sum: f32 = place.iter().zip(weights).map(|(value, weight)| value * weight).sum();
                pixels[(y + corner / 2) * SIDE + x + corner % 2] = sigmoid(sum + self.last_bias);
            }
        }
        pixels
    }
}

impl Block {
    fn of(&self, values: &Values) -> Values {
        let wide = self.curve.of(self.widen.of(values));
        let mut seen = self.curve.of(self.depthwise.of(&wide));
        if let Some(gate) = &self.gate {
            let factors = gate.of(&seen);
            seen = seen.times(&factors);
        }
        let narrow = self.narrow.of(&seen);
        let adds = self.step == Step::Every && narrow.channels() == values.channels();
        if adds { narrow.plus(values) } else { narrow }
    }
}

impl Gate {
    fn of(&self, values: &Values) -> Values {
        self.widen.of(&self.narrow.of(&values.mean()).positive()).map(sigmoid)
    }
}

impl Finer {
    /// Adds the finer `kept` to what came up, as far as both together call for it.
    fn of(&self, values: &Values, kept: Values) -> Values {
        let coarse = self.mix.of(values);
        let factors = self.gate.of(&kept.clone().plus(&coarse));
        let both = self.after.of(&kept.times(&factors).plus(&coarse)).positive();
        let seen = self.depthwise.of(&both).positive();
        both.plus(&seen)
    }
}

impl Curve {
    fn of(self, values: Values) -> Values {
        match self {
            Self::Positive => values.positive(),
            Self::HardSwish => values.map(|value| value * (value + 3.0).clamp(0.0, 6.0) / 6.0),
        }
    }
}

impl Numbers {
    fn gate(&mut self, channels: usize, fewer: usize) -> Gate {
        Gate { narrow: self.mix(channels, fewer), widen: self.mix(fewer, channels) }
    }
}

fn sigmoid(value: f32) -> f32 {
    1.0 / (1.0 + (-value).exp())
}
