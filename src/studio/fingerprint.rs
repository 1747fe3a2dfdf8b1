//! Eight small numbers that tell whether two photos are the same picture.
//!
//! A copy of a picture in another format, size or quality has almost the same numbers;
//! another photo of the same person in the same room has not. How close is close enough,
//! `domain::photo::same_picture` says. H1

use super::picture::Picture;

/// The picture is looked at as this many cells a side.
const CELLS: u32 = 16;

/// The fingerprint of an upright picture, fit for a `bigint` column: eight signed bytes,
/// each the sum of all cells with signs of its own, on the scale of a color's 256 values.
///
/// Fingerprints are stored and compared later: what this returns for a picture can only
/// be changed together with all that are stored.
pub(super) fn fingerprint(picture: &Picture) -> i64 {
    let cells = picture.smaller(CELLS, CELLS);
    let values = cells.pixels().as_flattened();
    let mean = values.iter().map(|value| f64::from(*value)).sum::<f64>() / values.len() as f64;
    let mut signs = Signs(0x4865_6164_636f_756e);
    let numbers: [u8; 8] = std::array::from_fn(|_| {
        let sum: f64 = values.iter().map(|value| signs.next() * (f64::from(*value) - mean)).sum();
        (sum / (values.len() as f64).sqrt()).round().clamp(-128.0, 127.0) as i8 as u8
    });
    i64::from_be_bytes(numbers)
}

/// An endless row of +1 and −1 in no order that a picture has (splitmix64), the same on
/// every machine and for ever.
struct Signs(u64);

impl Signs {
    fn next(&mut self) -> f64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        if (mixed ^ (mixed >> 31)) & 1 == 0 { -1.0 } else { 1.0 }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Stored fingerprints must stay comparable.
    #[test]
    fn a_fingerprint_never_changes() {
        let pixels = (0..64 * 64).flat_map(|i| [i % 64 * 4, i / 64 * 4, i % 64 * (i / 64) / 16]);
        let picture = Picture::new(64, 64, pixels.map(|value| value as u8).collect());
        assert_eq!(fingerprint(&picture).to_be_bytes(), [202, 26, 240, 39, 194, 22, 251, 100]);
    }
}
