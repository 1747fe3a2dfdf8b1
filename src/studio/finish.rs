//! The mild finish of a studio portrait: true white, full range, a little contrast.
//!
//! Three look-up tables, one a channel, applied once. Every step is bounded, so that a
//! photo that is good already stays as it is, and skin keeps its color.

use super::picture::Picture;

/// How much of the darkest and of the lightest pixels may clip.
const CLIPPED: f32 = 0.004;

/// How far white balance may change a channel.
const MOST_BALANCE: f32 = 0.08;

/// Black and white are taken from the picture, within these.
const BLACKEST: f32 = 22.0;
const WHITEST: f32 = 230.0;

/// How much of a full S-curve is applied.
const CONTRAST: f32 = 0.12;

/// Finishes a portrait in place. H3
pub(super) fn finish(picture: &mut Picture) {
    let gains = white_balance(picture);
    let (black, white) = levels(picture, gains);
    let tables = gains.map(|gain| table(gain, black, white));
    let [red, green, blue] = &tables;
    for pixel in picture.pixels_mut() {
        let [r, g, b] = pixel.map(usize::from);
        *pixel = [red[r], green[g], blue[b]];
    }
}

/// What each channel is multiplied with so that the nearly gray parts become gray.
fn white_balance(picture: &Picture) -> [f32; 3] {
    let mut sums = [0u64; 3];
    let mut count = 0u64;
    for pixel in picture.pixels() {
        let [r, g, b] = *pixel;
        let (low, high) = (r.min(g).min(b), r.max(g).max(b));
        let nearly_gray = high - low <= high / 8;
        if nearly_gray && (40..=245).contains(&high) {
            sums = [sums[0] + u64::from(r), sums[1] + u64::from(g), sums[2] + u64::from(b)];
            count += 1;
        }
    }
    let all = picture.pixels().len() as u64;
    if count < all / 50 + 1 {
        return [1.0; 3];
    }
    // The fewer gray pixels there are to go by, the less is changed.
    let trust = (count as f32 / all as f32 * 5.0).min(1.0);
    let means = sums.map(|sum| sum as f32 / count as f32);
    let gray = means.iter().sum::<f32>() / 3.0;
    means.map(|mean| 1.0 + ((gray / mean.max(1.0) - 1.0) * trust).clamp(-MOST_BALANCE, MOST_BALANCE))
}

/// The brightness that becomes black, and the one that becomes white.
fn levels(picture: &Picture, gains: [f32; 3]) -> (f32, f32) {
    let mut counts = [0u32; 256];
    let [red, green, blue] = gains;
    for [r, g, b] in picture.pixels() {
        let luma = f32::from(*r) * red * 0.299 + f32::from(*g) * green * 0.587 + f32::from(*b) * blue * 0.114;
        counts[luma.min(255.0) as usize] += 1;
    }
    let may_clip = (picture.pixels().len() as f32 * CLIPPED) as u32;
    let beyond = |counts: &mut dyn Iterator<Item = &u32>| {
        let mut seen = 0;
        counts
            .take_while(|count| {
                seen += **count;
                seen <= may_clip
            })
            .count() as f32
    };
    let black = beyond(&mut counts.iter()).min(BLACKEST);
    let white = (255.0 - beyond(&mut counts.iter().rev())).max(WHITEST);
    (black, white)
}

fn table(gain: f32, black: f32, white: f32) -> [u8; 256] {
    std::array::from_fn(|value| {
        let level = ((value as f32 * gain - black) / (white - black)).clamp(0.0, 1.0);
        let curve = level * level * (3.0 - 2.0 * level);
        let contrasted = level + CONTRAST * (curve - level);
        (contrasted * 255.0).round() as u8
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn picture(pixels: impl Iterator<Item = [u8; 3]>) -> Picture {
        let rgb: Vec<u8> = pixels.flatten().collect();
        Picture::new(rgb.len() as u32 / 3, 1, rgb)
    }

    fn finished(mut picture: Picture) -> Vec<[u8; 3]> {
        finish(&mut picture);
        picture.pixels().to_vec()
    }

    #[test]
    fn a_full_range_stays_full_and_gray_stays_gray() {
        let pixels = finished(picture((0..=255).map(|v| [v; 3])));
        assert!(pixels[0] == [0; 3] && pixels[255] == [255; 3]);
        assert!(pixels.iter().all(|[r, g, b]| r == g && g == b));
        assert!((0..=255).zip(&pixels).all(|(v, p): (u8, _)| p[0].abs_diff(v) <= 6));
    }

    #[test]
    fn a_dull_picture_gets_black_and_white() {
        let pixels = finished(picture((60..=190).map(|v| [v; 3])));
        assert!(pixels[0][0] < 45 && pixels[130][0] > 205, "{:?}", (pixels[0], pixels[130]));
    }

    #[test]
    fn a_yellow_light_on_gray_is_taken_back() {
        let pixels = finished(picture((80..=180).map(|v| [v, v, v - v / 10])));
        let [r, _, b] = pixels[50];
        assert!(r.abs_diff(b) <= 5, "{:?}", pixels[50]);
    }

    #[test]
    fn a_picture_without_gray_keeps_its_color() {
        let skin = [210, 160, 130];
        let [r, g, b] = finished(picture(std::iter::repeat_n(skin, 100)))[0];
        assert!(r > g && g > b);
    }
}
