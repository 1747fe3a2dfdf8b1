//! QR codes: a URL as squares, drawn as SVG or PNG. L2

use std::{fmt::Write, io::Cursor};

use image::{GrayImage, ImageFormat, Luma};
use qrcode::{Color, EcLevel, QrCode, types::QrError};

/// White squares around the code, as the standard asks. ISO/IEC 18004, 6.3.8.
const QUIET: usize = 4;
/// Least width and height of the PNG in pixels; enough for a poster.
const PNG_PIXELS: usize = 1024;

/// The squares of a code without their margin, row by row; true is black.
#[derive(Clone, Debug)]
pub struct Squares {
    width: usize,
    black: Vec<bool>,
}

impl Squares {
    /// Encodes a text so that a seventh of the code may be lost: prints get dirty, but more would
    /// make the squares too small to scan from a screen.
    ///
    /// # Errors
    /// The text is longer than some 2,000 bytes.
    pub fn encode(text: &str) -> Result<Self, QrError> {
        let code = QrCode::with_error_correction_level(text, EcLevel::M)?;
        let black = code.to_colors().into_iter().map(|color| color == Color::Dark).collect();
        Ok(Self { width: code.width(), black })
    }

    /// Black on white whatever the theme: a code that is inverted does not scan everywhere.
    #[must_use]
    pub fn svg(&self) -> String {
        let side = self.width + 2 * QUIET;
        let mut path = String::new();
        for (y, row) in self.black.chunks(self.width).enumerate() {
            for (x, _) in row.iter().enumerate().filter(|(_, black)| **black) {
                write!(path, "M{} {}h1v1h-1z", x + QUIET, y + QUIET).ok();
            }
        }
        format!(
            "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {side} {side}\" width=\"{px}\" height=\"{px}\" \
             shape-rendering=\"crispEdges\"><path fill=\"#fff\" d=\"M0 0h{side}v{side}h-{side}z\"/>\
             <path fill=\"#000\" d=\"{path}\"/></svg>",
            px = PNG_PIXELS
        )
    }

    /// The same in whole pixels for each square.
    ///
    /// # Errors
    /// Never in practice: it is written into memory.
    pub fn png(&self) -> image::ImageResult<Vec<u8>> {
        let side = self.width + 2 * QUIET;
        let scale = PNG_PIXELS.div_ceil(side);
        let size = u32::try_from(side * scale).unwrap_or(u32::MAX);
        let is_black = |x: u32, y: u32| {
            let square = |at: u32| (at as usize / scale).checked_sub(QUIET).filter(|at| *at < self.width);
            square(x).zip(square(y)).is_some_and(|(x, y)| self.black[y * self.width + x])
        };
        let picture = GrayImage::from_fn(size, size, |x, y| Luma([if is_black(x, y) { 0 } else { 255 }]));
        let mut file = Cursor::new(Vec::new());
        picture.write_to(&mut file, ImageFormat::Png)?;
        Ok(file.into_inner())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const URL: &str =
        "https://headshots.example/j/AZ8x_0Qk2AZ8x_0Qk2AZ8x_0Qk2AZ8x_0Qk2AZ8x_0Qk2AZ8x_0Qk2AZ8x_0Q";

    fn read(picture: &GrayImage) -> String {
        let (width, height) = (picture.width() as usize, picture.height() as usize);
        let at = |x: usize, y: usize| picture.get_pixel(x as u32, y as u32).0[0];
        let mut scanned = rqrr::PreparedImage::prepare_from_greyscale(width, height, at);
        let grids = scanned.detect_grids();
        assert_eq!(grids.len(), 1, "one code in the picture");
        grids[0].decode().unwrap().1
    }

    /// L2
    #[test]
    fn a_scanner_reads_the_url_from_the_png() {
        let file = Squares::encode(URL).unwrap().png().unwrap();
        let picture = image::load_from_memory(&file).unwrap().to_luma8();
        assert!(picture.width() >= 1024);
        assert_eq!(read(&picture), URL);
    }

    /// L2
    #[test]
    fn the_svg_shows_the_same_squares() {
        let code = Squares::encode(URL).unwrap();
        let svg = code.svg();
        let side = code.width + 2 * QUIET;
        assert!(svg.contains(&format!("viewBox=\"0 0 {side} {side}\"")));
        let mut picture = GrayImage::from_pixel(side as u32 * 4, side as u32 * 4, Luma([255]));
        for square in svg.split("fill=\"#000\" d=\"M").nth(1).unwrap().split('"').next().unwrap().split('M') {
            let (x, rest) = square.split_once(' ').unwrap();
            let y = rest.split('h').next().unwrap();
            let (x, y): (u32, u32) = (x.parse().unwrap(), y.parse().unwrap());
            for (dx, dy) in (0..4).flat_map(|dx| (0..4).map(move |dy| (dx, dy))) {
                picture.put_pixel(x * 4 + dx, y * 4 + dy, Luma([0]));
            }
        }
        assert_eq!(read(&picture), URL);
    }

    /// N1
    #[test]
    fn what_does_not_fit_is_refused() {
        assert!(Squares::encode(&"x".repeat(4000)).is_err());
    }
}
