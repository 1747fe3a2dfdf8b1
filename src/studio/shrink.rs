//! Averaging a picture down: each new pixel is the mean of the area that it covers.
//!
//! Row by row, so that the result can be written over the picture it is made from:
//! a row of the result ends before the first row that is still to be read.

/// Averages the picture in `rgb` (width and height `from`) down to the size `to`, in place.
/// What lies behind the result's pixels in `rgb` is left over and means nothing.
pub(super) fn in_place(rgb: &mut [u8], from: (u32, u32), to: (u32, u32)) {
    let mut averager = Averager::new(from, to);
    for y in 0..to.1 {
        averager.read(rgb, y);
        let row = to.0 as usize * 3;
        averager.write(&mut rgb[y as usize * row..][..row]);
    }
}

/// A picture of the size `to`, averaged down from `rgb`, which has the size `from`.
pub(super) fn copy(rgb: &[u8], from: (u32, u32), to: (u32, u32)) -> Vec<u8> {
    let mut averager = Averager::new(from, to);
    let mut smaller = vec![0; to.0 as usize * to.1 as usize * 3];
    for (y, row) in (0..).zip(smaller.chunks_exact_mut(to.0 as usize * 3)) {
        averager.read(rgb, y);
        averager.write(row);
    }
    smaller
}

/// Makes one row of the result at a time.
struct Averager {
    columns: Vec<Span>,
    rows: Vec<Span>,
    /// Bytes in a row of the source.
    stride: usize,
    /// The source's rows that the current result row covers, averaged; as wide as the source.
    sums: Vec<f32>,
}

/// The stretch of the source that one row or column of the result covers.
struct Span {
    first: usize,
    /// How much of the mean each row or column from `first` on makes up; together 1.
    shares: Vec<f32>,
}

impl Averager {
    fn new(from: (u32, u32), to: (u32, u32)) -> Self {
        let stride = from.0 as usize * 3;
        Self { columns: spans(from.0, to.0), rows: spans(from.1, to.1), stride, sums: vec![0.0; stride] }
    }

    /// Averages the source's rows for row `y` of the result.
    fn read(&mut self, rgb: &[u8], y: u32) {
        let span = &self.rows[y as usize];
        self.sums.fill(0.0);
        for (row, share) in rgb[span.first * self.stride..].chunks_exact(self.stride).zip(&span.shares) {
            for (sum, value) in self.sums.iter_mut().zip(row) {
                *sum += share * f32::from(*value);
            }
        }
    }

    /// Averages along the row into the row's pixels.
    fn write(&self, row: &mut [u8]) {
        let (pixels, _) = row.as_chunks_mut::<3>();
        let (sums, _) = self.sums.as_chunks::<3>();
        for (pixel, span) in pixels.iter_mut().zip(&self.columns) {
            let mut mean = [0.5; 3];
            for ([r, g, b], share) in sums[span.first..].iter().zip(&span.shares) {
                mean = [mean[0] + share * r, mean[1] + share * g, mean[2] + share * b];
            }
            *pixel = mean.map(|value| value as u8);
        }
    }
}

/// Cuts `from` rows or columns into `to` equal spans, which share those on their borders.
fn spans(from: u32, to: u32) -> Vec<Span> {
    assert!((1..=from).contains(&to), "averaging makes nothing larger");
    let (from, to) = (u64::from(from), u64::from(to));
    (0..to)
        .map(|i| {
            let (start, end) = (i * from, (i + 1) * from);
            let covered = start / to..end.div_ceil(to);
            let share = |k: u64| (end.min((k + 1) * to) - start.max(k * to)) as f32 / from as f32;
            Span { first: covered.start as usize, shares: covered.map(share).collect() }
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_new_pixel_is_the_mean_of_what_it_covers() {
        let row: Vec<u8> = [0, 30, 60].iter().flat_map(|v| [*v; 3]).collect();
        assert_eq!(copy(&row, (3, 1), (1, 1)), [30; 3]);
        // Two thirds of a pixel and half of its neighbor: (0 + 15) / 1.5 and (15 + 60) / 1.5.
        assert_eq!(copy(&row, (3, 1), (2, 1)), [10, 10, 10, 50, 50, 50]);
        assert_eq!(copy(&row, (1, 3), (1, 2)), [10, 10, 10, 50, 50, 50]);
        assert_eq!(copy(&row, (3, 1), (3, 1)), row);
    }

    #[test]
    fn in_place_and_copy_agree() {
        let (from, to) = ((37, 23), (36, 22));
        let picture: Vec<u8> = (0..37u32 * 23 * 3).map(|i| (i * 7919 % 251) as u8).collect();
        for to in [to, (37, 23), (1, 1), (12, 23), (37, 5)] {
            let mut same = picture.clone();
            in_place(&mut same, from, to);
            let copied = copy(&picture, from, to);
            assert_eq!(same[..copied.len()], copied, "{to:?}");
        }
    }
}
