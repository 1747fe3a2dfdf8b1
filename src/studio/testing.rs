//! Pictures and files for the tests of this room: drawn scenes, and files put together
//! byte by byte to be what no camera makes.

use std::io::{Cursor, Read};

use flate2::{Compression, write::ZlibEncoder};
use image::{DynamicImage, ImageFormat, RgbImage};
use jpeg_encoder::{ColorType, Encoder};

use super::picture::Picture;
use crate::domain::photo::PhotoLimits;

/// A person before a wall, as shares of the picture's width and height.
#[derive(Clone, Copy, Debug)]
pub(super) struct Scene {
    pub(super) x: f32,
    pub(super) y: f32,
    /// Height of the head.
    pub(super) height: f32,
    pub(super) skin: [u8; 3],
    pub(super) wall: [u8; 3],
}

impl Default for Scene {
    fn default() -> Self {
        Self { x: 0.5, y: 0.4, height: 0.4, skin: [224, 172, 135], wall: [150, 160, 172] }
    }
}

impl Scene {
    /// Draws hair, face, eyes, neck and shoulders before a wall that darkens to one side.
    pub(super) fn draw(&self, width: u32, height: u32) -> Picture {
        let (w, h) = (width as f32, height as f32);
        let (cx, cy, size) = (self.x * w, self.y * h, self.height * h);
        let inside = |x: f32, y: f32, dx: f32, dy: f32, rx: f32, ry: f32| {
            ((x - cx - dx * size) / (rx * size)).powi(2) + ((y - cy - dy * size) / (ry * size)).powi(2) < 1.0
        };
        let pixel = |x: u32, y: u32| {
            let (x, y) = (x as f32, y as f32);
            let eye = inside(x, y, -0.13, 0.02, 0.06, 0.03) || inside(x, y, 0.13, 0.02, 0.06, 0.03);
            let neck = inside(x, y, 0.0, 0.5, 0.15, 0.2);
            if eye {
                [40, 35, 35]
            } else if inside(x, y, 0.0, 0.1, 0.28, 0.38) || neck {
                self.skin
            } else if inside(x, y, 0.0, -0.05, 0.35, 0.45) {
                [48, 38, 34]
            } else if inside(x, y, 0.0, 1.2, 0.9, 0.65) {
                [52, 66, 92]
            } else {
                self.wall.map(|value| (f32::from(value) * (1.0 - 0.25 * x / w)) as u8)
            }
        };
        let rgb = (0..height).flat_map(|y| (0..width).flat_map(move |x| pixel(x, y))).collect();
        Picture::new(width, height, rgb)
    }
}

/// A wall and nobody before it.
pub(super) fn backdrop(width: u32, height: u32) -> Picture {
    Scene { x: -9.0, ..Scene::default() }.draw(width, height)
}

/// A person: 840 × 1050 pixels, the face in the middle of them a third as wide.
pub(super) fn portrait() -> Picture {
    let image = image::load_from_memory(include_bytes!("faces/portrait.jpg")).unwrap().into_rgb8();
    Picture::new(image.width(), image.height(), image.into_raw())
}

impl Picture {
    /// With another picture laid on it; both lie inside.
    pub(super) fn with(mut self, other: &Self, left: u32, top: u32) -> Self {
        let width = self.width() as usize;
        let rows = self.pixels_mut().chunks_exact_mut(width).skip(top as usize);
        for (row, laid) in rows.zip(other.pixels().chunks_exact(other.width() as usize)) {
            row[left as usize..][..laid.len()].copy_from_slice(laid);
        }
        self
    }

    /// With each pixel as bright as `share` of what it was.
    pub(super) fn dimmed(mut self, share: f32) -> Self {
        for pixel in self.pixels_mut() {
            *pixel = pixel.map(|value| (f32::from(value) * share) as u8);
        }
        self
    }

    /// Out of focus, by a standard deviation of so many pixels.
    pub(super) fn blurred(self, sigma: f32) -> Self {
        let image = RgbImage::from_raw(self.width(), self.height(), self.clone().into_bytes()).unwrap();
        let blurred = image::imageops::fast_blur(&image, sigma);
        Self::new(self.width(), self.height(), blurred.into_raw())
    }
}

/// What no JPEG likes: every pixel different from the next.
pub(super) fn noise(width: u32, height: u32) -> Picture {
    let mut state = 1u32;
    let rgb = (0..width * height * 3).map(|_| {
        state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        (state >> 24) as u8
    });
    Picture::new(width, height, rgb.collect())
}

/// The picture as a file.
pub(super) fn file(picture: &Picture, format: ImageFormat) -> Vec<u8> {
    let image = RgbImage::from_raw(picture.width(), picture.height(), picture.clone().into_bytes()).unwrap();
    let mut file = Cursor::new(Vec::new());
    DynamicImage::from(image).write_to(&mut file, format).unwrap();
    file.into_inner()
}

pub(super) fn jpeg(picture: &Picture) -> Vec<u8> {
    file(picture, ImageFormat::Jpeg)
}

/// The picture as a JPEG that is coded in several scans.
pub(super) fn progressive_jpeg(picture: &Picture) -> Vec<u8> {
    let mut file = Vec::new();
    let mut encoder = Encoder::new(&mut file, 90);
    encoder.set_progressive(true);
    let (width, height) = (picture.width() as u16, picture.height() as u16);
    encoder.encode(&picture.clone().into_bytes(), width, height, ColorType::Rgb).unwrap();
    file
}

/// Puts Exif data into a JPEG: an orientation (1 to 8), and a place in Munich.
pub(super) fn with_exif(jpeg: &[u8], orientation: u8) -> Vec<u8> {
    let mut tiff = b"II*\0\x08\0\0\0".to_vec();
    let entry = |tag: u16, kind: u16, count: u32, value: [u8; 4]| {
        [&tag.to_le_bytes()[..], &kind.to_le_bytes(), &count.to_le_bytes(), &value].concat()
    };
    tiff.extend([2, 0]);
    tiff.extend(entry(0x0112, 3, 1, [orientation, 0, 0, 0]));
    tiff.extend(entry(0x8825, 4, 1, 38u32.to_le_bytes()));
    tiff.extend([0; 4]);
    tiff.extend([2, 0]);
    tiff.extend(entry(1, 2, 2, *b"N\0\0\0"));
    tiff.extend(entry(2, 5, 3, 68u32.to_le_bytes()));
    tiff.extend([0; 4]);
    for (number, divisor) in [(48u32, 1u32), (8, 1), (2315, 100)] {
        tiff.extend(number.to_le_bytes());
        tiff.extend(divisor.to_le_bytes());
    }
    segment(jpeg, 0xe1, &[b"Exif\0\0", &tiff[..]].concat())
}

/// Puts a segment at the start of a JPEG.
pub(super) fn segment(jpeg: &[u8], marker: u8, content: &[u8]) -> Vec<u8> {
    let length = u16::try_from(content.len() + 2).unwrap().to_be_bytes();
    [&jpeg[..2], &[0xff, marker], &length, content, &jpeg[2..]].concat()
}

/// A JPEG that is all header: `frame` is its start-of-frame marker.
pub(super) fn jpeg_header(frame: u8, width: u16, height: u16) -> Vec<u8> {
    let (w, h) = (width.to_be_bytes(), height.to_be_bytes());
    let components = [3, 1, 0x11, 0, 2, 0x11, 0, 3, 0x11, 0];
    [
        &[0xff, 0xd8, 0xff, 0xdb, 0, 67, 0][..],
        &[1; 64],
        &[0xff, frame, 0, 17, 8],
        &h,
        &w,
        &components,
        &[0xff, 0xda, 0, 12, 3, 1, 0, 2, 0, 3, 0, 0, 63, 0, 0, 0xff, 0xd9],
    ]
    .concat()
}

/// A PNG that says how large it is and holds almost nothing.
pub(super) fn png_header(width: u32, height: u32) -> Vec<u8> {
    let header = [&width.to_be_bytes()[..], &height.to_be_bytes(), &[8, 6, 0, 0, 0]].concat();
    let chunks = [(b"IHDR", &header[..]), (b"IDAT", b"\x78\x9c\x03\0\0\0\0\x01"), (b"IEND", b"")];
    let chunks = chunks.map(|(name, content)| png_chunk(name, content));
    [b"\x89PNG\r\n\x1a\n", &chunks.concat()[..]].concat()
}

/// Puts a chunk behind the header of a PNG.
pub(super) fn with_png_chunk(png: &[u8], name: &[u8; 4], content: &[u8]) -> Vec<u8> {
    [&png[..33], &png_chunk(name, content), &png[33..]].concat()
}

fn png_chunk(name: &[u8; 4], content: &[u8]) -> Vec<u8> {
    let chunk = [&name[..], content].concat();
    [&(content.len() as u32).to_be_bytes()[..], &chunk, &crc(&chunk).to_be_bytes()].concat()
}

/// A zlib stream that inflates to so many zeros.
pub(super) fn deflated_zeros(length: usize) -> Vec<u8> {
    let mut encoder = ZlibEncoder::new(Vec::new(), Compression::best());
    std::io::copy(&mut std::io::repeat(0).take(length as u64), &mut encoder).unwrap();
    encoder.finish().unwrap()
}

fn crc(bytes: &[u8]) -> u32 {
    !bytes.iter().fold(u32::MAX, |crc, byte| {
        (0..8).fold(crc ^ u32::from(*byte), |crc, _| (crc >> 1) ^ (0xedb8_8320 & (crc & 1).wrapping_neg()))
    })
}

/// A WebP file of these chunks.
pub(super) fn webp(chunks: &[(&[u8; 4], &[u8])]) -> Vec<u8> {
    let mut content = b"WEBP".to_vec();
    for (name, chunk) in chunks {
        content.extend(*name);
        content.extend((chunk.len() as u32).to_le_bytes());
        content.extend(*chunk);
        content.resize(content.len().next_multiple_of(2), 0);
    }
    [b"RIFF", &(content.len() as u32).to_le_bytes()[..], &content].concat()
}

/// The chunk that says how large a WebP is; `flags` 2 for an animation.
pub(super) fn webp_canvas(width: u32, height: u32, flags: u8) -> Vec<u8> {
    let (w, h) = ((width - 1).to_le_bytes(), (height - 1).to_le_bytes());
    [&[flags, 0, 0, 0], &w[..3], &h[..3]].concat()
}

/// One picture of an animation, with its place on the canvas.
pub(super) fn webp_frame(picture: &Picture, (x, y): (u32, u32)) -> Vec<u8> {
    let three = |number: u32| number.to_le_bytes()[..3].to_vec();
    let size = [three(picture.width() - 1), three(picture.height() - 1)].concat();
    let still = file(picture, ImageFormat::WebP);
    [&three(x / 2)[..], &three(y / 2), &size, &three(100), &[0], &still[12..]].concat()
}

/// An animation of these pictures.
pub(super) fn webp_animation((width, height): (u32, u32), frames: &[Vec<u8>]) -> Vec<u8> {
    let canvas = webp_canvas(width, height, 2);
    let mut chunks: Vec<(&[u8; 4], &[u8])> = vec![(b"VP8X", &canvas), (b"ANIM", &[0; 6])];
    chunks.extend(frames.iter().map(|frame| (b"ANMF", &frame[..])));
    webp(&chunks)
}

/// Limits that let small test pictures in.
pub(super) fn small_limits() -> PhotoLimits {
    PhotoLimits { min_side: 16, ..PhotoLimits::default() }
}
