//! Where to cut: 4:5 windows inside a picture, around a head or in the middle.
//!
//! Pure arithmetic on pixels. Where the head is, `subject` says.

/// A part of a picture, in its pixels. Those that are made here have the shape 4:5 exactly.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Window {
    pub(super) x: u32,
    pub(super) y: u32,
    pub(super) width: u32,
    pub(super) height: u32,
}

/// A head in a picture, hair and chin included, in the picture's pixels.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Head {
    /// The middle, from the left edge.
    pub(super) x: f32,
    /// The middle, from the upper edge.
    pub(super) y: f32,
    pub(super) height: f32,
}

/// A head and shoulders: how much of the window's height the head takes, and how far down
/// its middle lies. The crown is then an eighth from the top.
const HEAD_SHARE: f32 = 0.42;
pub(super) const HEAD_MIDDLE: f32 = 0.34;

/// No window is narrower than this many times four pixels, as far as the picture allows:
/// a small head gets more room around it, instead of a blurred portrait.
const FEWEST_UNITS: u32 = 128;

impl Head {
    /// The same head in a copy of the picture that is `factor` times as large.
    pub(super) fn scaled(self, factor: f32) -> Self {
        Self { x: self.x * factor, y: self.y * factor, height: self.height * factor }
    }
}

impl Window {
    /// Head and shoulders, inside a picture of this width and height. H3
    ///
    /// `None` where the picture has no room for a window, not even of 4 × 5 pixels.
    pub(super) fn portrait((width, height): (u32, u32), head: Head) -> Option<Self> {
        let most = most_units(width, height)?;
        let wanted = (head.height / HEAD_SHARE / 5.0).round() as u32;
        Some(Self::around((width, height), head, wanted.clamp(FEWEST_UNITS.min(most), most)))
    }

    /// As much of the picture as fits, with the head in it, or else its middle.
    ///
    /// `None` where the picture has no room for a window, not even of 4 × 5 pixels.
    pub(super) fn widest((width, height): (u32, u32), head: Option<Head>) -> Option<Self> {
        let units = most_units(width, height)?;
        Some(match head {
            Some(head) => Self::around((width, height), head, units),
            None => Self {
                x: (width - 4 * units) / 2,
                y: (height - 5 * units) / 2,
                width: 4 * units,
                height: 5 * units,
            },
        })
    }

    /// The window of 4 × 5 `units` that frames the head best without leaving the picture.
    fn around(picture: (u32, u32), head: Head, units: u32) -> Self {
        let (width, height) = (4 * units, 5 * units);
        let x = head.x - width as f32 / 2.0;
        let y = head.y - height as f32 * HEAD_MIDDLE;
        Self {
            x: (x.max(0.0).round() as u32).min(picture.0 - width),
            y: (y.max(0.0).round() as u32).min(picture.1 - height),
            width,
            height,
        }
    }

    /// How well the window frames the head: 1 for just as intended, towards 0 the more the
    /// head is off the middle, cut, too large or too small.
    pub(super) fn framing(self, head: Head) -> f32 {
        let (width, height) = (self.width as f32, self.height as f32);
        let sideways = (head.x - self.x as f32) / width - 0.5;
        let upwards = (head.y - self.y as f32) / height - HEAD_MIDDLE;
        let size = (head.height / height / HEAD_SHARE).max(f32::MIN_POSITIVE).ln();
        (-(sideways * 6.0).powi(2) - (upwards * 5.0).powi(2) - (size * 1.5).powi(2)).exp()
    }

    /// Width and height of the headshot made from this window: at most 1024 × 1280, at
    /// most twice the window, and 4:5 exactly. H3
    pub(super) fn headshot_size(self) -> (u32, u32) {
        let units = (self.width / 2).min(256);
        (4 * units, 5 * units)
    }
}

/// The largest window's width in units of four pixels.
fn most_units(width: u32, height: u32) -> Option<u32> {
    Some((width / 4).min(height / 5)).filter(|units| *units > 0)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        /// H3
        #[test]
        fn windows_are_inside_and_4_to_5(
            width in 4u32..5000, height in 5u32..5000,
            x in -1.0f32..2.0, y in -1.0f32..2.0, size in 0.0f32..3.0,
        ) {
            let head = Head { x: x * width as f32, y: y * height as f32, height: size * height as f32 };
            let windows = [
                Window::portrait((width, height), head),
                Window::widest((width, height), Some(head)),
                Window::widest((width, height), None),
            ];
            for window in windows {
                let window = window.unwrap();
                prop_assert!(window.width > 0);
                prop_assert!(window.x + window.width <= width && window.y + window.height <= height);
                prop_assert_eq!(window.width * 5, window.height * 4);
                let (w, h) = window.headshot_size();
                prop_assert_eq!(w * 5, h * 4);
                prop_assert!(w <= 1024 && w <= 2 * window.width);
                prop_assert!((0.0..=1.0).contains(&window.framing(head)));
            }
        }
    }

    #[test]
    fn a_head_with_room_is_framed_as_intended() {
        let head = Head { x: 2000.0, y: 1200.0, height: 630.0 };
        let window = Window::portrait((4000, 3000), head).unwrap();
        assert_eq!(window, Window { x: 1400, y: 690, width: 1200, height: 1500 });
        assert!(window.framing(head) > 0.99);
        assert_eq!(window.headshot_size(), (1024, 1280));
    }

    #[test]
    fn a_small_head_gets_more_room_and_not_more_blur() {
        let window = Window::portrait((4000, 3000), Head { x: 2000.0, y: 1500.0, height: 60.0 }).unwrap();
        assert_eq!((window.width, window.height), (512, 640));
    }

    #[test]
    fn a_head_at_the_edge_is_framed_worse_than_one_in_the_middle() {
        let framing = |x| {
            let head = Head { x, y: 1200.0, height: 690.0 };
            Window::portrait((4000, 3000), head).unwrap().framing(head)
        };
        assert!(framing(100.0) < framing(500.0));
        assert!(framing(500.0) < framing(2000.0));
    }

    #[test]
    fn a_sliver_has_no_window() {
        assert_eq!(Window::widest((3, 1000), None), None);
        assert_eq!(Window::widest((1000, 4), None), None);
    }
}
